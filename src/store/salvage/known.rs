//! What is known of records apart from their rows: ids, digests, ancestry, deletions. By it a row is believed or not.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use serde_json::Value as Json;
use uuid::Uuid;

use super::proof;
use super::record::Value;
use super::survey::Survey;
use super::tree::Row;
use crate::domain::{Digest, Entity, Version};
use crate::error::Result;
use crate::store::reader::References;
use crate::store::table::Table;

/// The kinds of record that others refer to by number.
pub(super) const REFERRED: [Entity; 3] = [Entity::Coder, Entity::Document, Entity::Code];

/// A step of a record's life: a change found this, and left that.
struct Step {
    uuid: Uuid,
    change: i64,
    /// Whose content the record held afterwards; `None`: it was deleted.
    left_by: Option<i64>,
}

/// What is known apart from the rows.
pub(super) struct Known<'c> {
    pub(super) references: References<'c>,
    /// Every id that the row of this kind and number may have, the likeliest first.
    pub(super) candidates: HashMap<(Entity, i64), Vec<Uuid>>,
    /// The ids that a version has proven.
    pub(super) proven: HashMap<(Entity, i64), Uuid>,
    /// (record, version, parent), sorted.
    pub(super) lineage: Vec<(Uuid, Version, Version)>,
    /// The same from the index, and from pages that nothing leads to: not to be taken without proof.
    pub(super) hints: Vec<(Uuid, Version, Version)>,
    /// The versions that history knows, sorted.
    pub(super) versions: Vec<(Uuid, Version)>,
    steps: Vec<Step>,
    dead: HashSet<Uuid>,
    /// How many more hashes are tried to make sense of what does not fit.
    pub(super) budget: Cell<u64>,
}

impl<'c> Known<'c> {
    /// Reads what there is. `nowhere` is an empty store: what is not known here is not to be found there.
    pub(super) fn gather(survey: &Survey<'_>, nowhere: &'c Connection) -> Result<Known<'c>> {
        let mut known = Known {
            references: References::new(nowhere),
            candidates: HashMap::new(),
            proven: HashMap::new(),
            lineage: Vec::new(),
            hints: Vec::new(),
            versions: Vec::new(),
            steps: Vec::new(),
            dead: HashSet::new(),
            budget: Cell::new(proof::BUDGET),
        };
        known.gather_ids(survey)?;
        known.gather_digests(survey)?;
        known.gather_lineage(survey)?;
        known.gather_history(survey)?;
        let candidates = std::mem::take(&mut known.candidates);
        for ((entity, number), ids) in &candidates {
            if let Some(first) = ids.first() {
                known.references.know(Table::of(*entity).name, *number, *first);
            }
        }
        known.candidates = candidates;
        Ok(known)
    }

    fn gather_ids(&mut self, survey: &Survey<'_>) -> Result<()> {
        for entity in REFERRED {
            let table = Table::of(entity).name;
            survey.each_row(table, |row, _| self.candidate(entity, row.number, row.values[1].blob()))?;
            survey.each_row(index_of_ids(entity), |row, _| {
                let number = row.values[1].int().unwrap_or(0);
                self.candidate(entity, number, row.values[0].blob())
            })?;
        }
        Ok(())
    }

    fn candidate(&mut self, entity: Entity, number: i64, id: Option<[u8; 16]>) -> Result<()> {
        if let Some(id) = id.map(Uuid::from_bytes) {
            let known = self.candidates.entry((entity, number)).or_default();
            // A page that nothing leads to may be any index of ids: of the many, one is proven or none.
            if !known.contains(&id) && known.len() < 16 {
                known.push(id);
            }
        }
        Ok(())
    }

    fn gather_digests(&mut self, survey: &Survey<'_>) -> Result<()> {
        // The row comes last and wins.
        survey.each_row("text_sha256", |row, _| {
            if let (Some(sha256), Some(number)) = (row.values[0].blob(), row.values[1].int()) {
                self.references.know_digest(number, Digest::from_bytes(sha256));
            }
            Ok(())
        })?;
        survey.each_row("text", |row, _| {
            if let Some(Value::Text(body)) = row.values.get(3) {
                let found = Digest::of(body);
                if row.values[1].blob() == Some(*found.as_bytes()) {
                    self.references.know_digest(row.number, found);
                }
            }
            Ok(())
        })
    }

    fn gather_lineage(&mut self, survey: &Survey<'_>) -> Result<()> {
        let step = |row: &Row, version: usize, parent: usize| {
            let uuid = Uuid::from_bytes(row.values[0].blob()?);
            let at = |place: usize| row.values[place].int().map(Version::from_stored);
            Some((uuid, at(version)?, at(parent)?))
        };
        let (mut table, mut twin) = (Vec::new(), Vec::new());
        survey.each_row("lineage", |row, is_reached| {
            if is_reached {
                table.extend(step(&row, 1, 2))
            } else {
                self.hints.extend([step(&row, 1, 2), step(&row, 2, 1)].into_iter().flatten())
            }
            Ok(())
        })?;
        survey.each_row("lineage_twin", |row, is_reached| {
            if is_reached {
                twin.extend(step(&row, 2, 1))
            }
            Ok(())
        })?;
        table.sort_unstable();
        twin.sort_unstable();
        let missing = |from: &[(Uuid, Version, Version)],
                       other: &[(Uuid, Version, Version)]|
         -> Vec<(Uuid, Version, Version)> {
            from.iter().filter(|step| other.binary_search(step).is_err()).copied().collect()
        };
        self.hints.extend(missing(&twin, &table));
        if !twin.is_empty() {
            // What only one of the two says is a flipped bit in one of them, or a page that is gone.
            let doubtful = missing(&table, &twin);
            if survey.found("lineage_twin").lost.is_empty() {
                table.retain(|step| doubtful.binary_search(step).is_err());
                self.hints.extend(doubtful);
            }
            if !survey.found("lineage").lost.is_empty() {
                table.extend(self.hints.iter().filter(|step| twin.binary_search(step).is_ok()));
            }
        }
        table.sort_unstable();
        table.dedup();
        self.hints.sort_unstable();
        self.hints.dedup();
        self.lineage = table;
        Ok(())
    }

    fn gather_history(&mut self, survey: &Survey<'_>) -> Result<()> {
        survey.each_row("history", |row, _| {
            let values = &row.values;
            let number = |place: usize| values[place].int().unwrap_or(0);
            let (Some(uuid), Some(entity)) =
                (values[2].blob().map(Uuid::from_bytes), Entity::from_number(number(1)))
            else {
                return Ok(());
            };
            self.versions.push((uuid, Version::from_stored(number(3))));
            if number(4) != number(0) {
                self.steps.push(Step { uuid, change: number(0), left_by: values[5].int() });
            }
            if REFERRED.contains(&entity)
                && let Some(Ok(Json::Array(columns))) = values[6].text().map(serde_json::from_str)
                && let Some(former) = columns.first().and_then(Json::as_i64)
            {
                self.candidate(entity, former, Some(uuid.into_bytes()))?;
            }
            Ok(())
        })?;
        survey.each_row("tombstone", |row, is_reached| {
            if let Some(uuid) = row.values[0].blob().map(Uuid::from_bytes) {
                self.versions.push((uuid, Version::from_stored(row.values[2].int().unwrap_or(0))));
                if is_reached {
                    self.dead.insert(uuid);
                }
            }
            Ok(())
        })?;
        survey.each_row("purged", |row, is_reached| {
            self.dead.extend(row.values[0].blob().filter(|_| is_reached).map(Uuid::from_bytes));
            Ok(())
        })?;
        self.versions.sort_unstable();
        self.versions.dedup();
        self.steps.sort_unstable_by_key(|step| (step.uuid, step.change));
        Ok(())
    }

    /// Whether history contradicts that a record still is as the change `author` left it: it was deleted, or replaced.
    /// Asked of rows on pages that nothing leads to, which may be from before.
    pub(super) fn is_past(&self, uuid: Uuid, author: i64) -> bool {
        // A row of a later change than history knows is what came after: that part of history is lost.
        let replaced = |step: &Step| step.change >= author && step.left_by != Some(author);
        self.dead.contains(&uuid) || self.last_step(uuid).is_some_and(replaced)
    }

    fn last_step(&self, uuid: Uuid) -> Option<&Step> {
        let end = self.steps.partition_point(|step| step.uuid <= uuid);
        self.steps[..end].last().filter(|step| step.uuid == uuid)
    }

    /// Whether a record was deleted, as far as history knows.
    pub(super) fn is_gone(&self, uuid: Uuid) -> bool {
        self.dead.contains(&uuid) || self.last_step(uuid).is_some_and(|step| step.left_by.is_none())
    }

    /// Whether any row of this kind may have the id `uuid`.
    pub(super) fn has_candidate(&self, entity: Entity, uuid: Uuid) -> bool {
        self.candidates.iter().any(|((of, _), ids)| *of == entity && ids.contains(&uuid))
    }

    /// Every step of the lineage that is to be believed.
    pub(super) fn lineage(&self) -> &[(Uuid, Version, Version)] {
        &self.lineage
    }

    /// The versions of a record that nothing came after, as far as the lineage knows.
    pub(super) fn heads_of(&self, uuid: Uuid) -> Vec<Version> {
        let from = self.lineage.partition_point(|step| step.0 < uuid);
        let of = self.lineage[from..].iter().take_while(|step| step.0 == uuid);
        let parents: HashSet<Version> = of.clone().map(|step| step.2).collect();
        let mut heads: Vec<Version> =
            of.map(|step| step.1).filter(|version| !parents.contains(version)).collect();
        heads.dedup();
        heads
    }

    /// Notes that the row of this kind and number has this id.
    pub(super) fn settle(&mut self, entity: Entity, number: i64, uuid: Uuid) {
        self.references.know(Table::of(entity).name, number, uuid);
        self.proven.insert((entity, number), uuid);
    }

    /// The id of the row of this kind and number, where a version has proven it.
    pub(super) fn proven(&self, entity: Entity, number: i64) -> Option<Uuid> {
        self.proven.get(&(entity, number)).copied()
    }
}

/// The index that has the ids of a kind of record beside their numbers.
pub(super) fn index_of_ids(entity: Entity) -> &'static str {
    match entity {
        Entity::Coder => "coder_uuid",
        Entity::Document => "document_uuid",
        Entity::Attribute => "attribute_uuid",
        Entity::Code => "code_uuid",
        Entity::Annotation => "annotation_uuid",
        Entity::Memo => "memo_uuid",
        Entity::Assignment => "assignment_uuid",
        Entity::Alias => "alias_uuid",
        Entity::Conflict => "conflict_uuid",
    }
}

/// Which of a row's values, counted from its number, refer to what.
pub(super) fn places_of_references(entity: Entity) -> &'static [(Entity, usize)] {
    match entity {
        Entity::Attribute => &[(Entity::Document, 1)],
        Entity::Code => &[(Entity::Code, 1)],
        Entity::Annotation => &[(Entity::Document, 1), (Entity::Code, 5), (Entity::Coder, 6)],
        Entity::Memo => &[(Entity::Document, 1), (Entity::Code, 2), (Entity::Coder, 3)],
        Entity::Assignment => &[(Entity::Document, 1), (Entity::Coder, 2)],
        _ => &[],
    }
}

/// Which of a row's values is the number of a text.
pub(super) fn place_of_text(entity: Entity) -> Option<usize> {
    matches!(entity, Entity::Document | Entity::Annotation).then_some(2)
}
