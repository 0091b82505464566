//! Writing the new store: what is proven goes in, what it refers to is seen to, and what is missing is told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, params};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::known::{Known, REFERRED, place_of_text, places_of_references};
use super::names::Names;
use super::record::Value;
use super::survey::Survey;
use super::tree::Row;
use super::{Count, KeptOut, Order, Salvaged};
use crate::domain::{Digest, Entity, Version, id};
use crate::error::Result;
use crate::store::content::AnyContent;
use crate::store::schema;
use crate::store::table::Table;

/// The order in which records are written: a document that is lost gets its text from its annotations, and what is about
/// other records comes when those are known.
const ORDER: [Entity; 7] = [
    Entity::Coder,
    Entity::Document,
    Entity::Code,
    Entity::Annotation,
    Entity::Attribute,
    Entity::Memo,
    Entity::Assignment,
];

/// A new store in the making.
pub(super) struct Rebuild<'a, 's> {
    pub(super) db: &'a Connection,
    pub(super) survey: &'a Survey<'s>,
    pub(super) known: Known<'a>,
    pub(super) order: &'a Order<'a>,
    pub(super) salvaged: Salvaged,
    kept_out: &'a mut dyn FnMut(KeptOut) -> Result<()>,
    pub(super) names: Names,
    project: Uuid,
    /// The texts that are in the new store.
    pub(super) texts: HashSet<i64>,
    /// The records that others may refer to.
    pub(super) kept: HashSet<(Entity, i64)>,
    /// Documents that were read and can't be kept.
    refused: HashSet<i64>,
    /// What is referred to and gone, and has an id: something has to stand in for it.
    pub(super) wanted: BTreeSet<(Entity, i64)>,
    /// A text of each document, the newest that anything knows.
    pub(super) text_of: HashMap<i64, i64>,
    pub(super) changes: BTreeMap<i64, Vec<Value>>,
    pub(super) named_changes: BTreeSet<i64>,
    /// The greatest number of a row of each table.
    pub(super) highest: HashMap<&'static str, i64>,
    /// The rows of which something has been said already.
    pub(super) told: HashSet<(&'static str, i64)>,
    /// The rows that history knows.
    pub(super) former: HashSet<(Entity, i64)>,
    /// Those of them that were deleted.
    pub(super) gone: HashSet<(Entity, i64)>,
    /// Records that others refer to, as rows say that no version proves.
    pub(super) unproven: HashMap<(Entity, i64), (Uuid, Vec<Json>)>,
    /// By row: whose content it holds and its times, as an index says.
    twins: HashMap<i64, [i64; 3]>,
}

/// Fills the empty database `db`.
pub(super) fn rebuild(
    db: &Connection,
    survey: &Survey<'_>,
    order: &Order<'_>,
    kept_out: &mut dyn FnMut(KeptOut) -> Result<()>,
) -> Result<Salvaged> {
    let nowhere = schema::in_memory()?;
    let known = Known::gather(survey, &nowhere)?;
    db.execute_batch("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys=ON")?;
    schema::migrate(db, 0)?;
    let mut rebuild = Rebuild {
        db,
        survey,
        names: Names::gather(survey)?,
        known,
        order,
        salvaged: Salvaged::default(),
        kept_out,
        project: order.project,
        texts: HashSet::new(),
        kept: HashSet::new(),
        refused: HashSet::new(),
        wanted: BTreeSet::new(),
        text_of: HashMap::new(),
        changes: BTreeMap::new(),
        named_changes: BTreeSet::new(),
        highest: HashMap::new(),
        told: HashSet::new(),
        former: HashSet::new(),
        gone: HashSet::new(),
        unproven: HashMap::new(),
        twins: HashMap::new(),
    };
    rebuild.info()?;
    rebuild.read_changes()?;
    rebuild.texts()?;
    for entity in ORDER {
        rebuild.records(entity)?;
    }
    rebuild.history(true)?;
    rebuild.history(false)?;
    rebuild.tombstones()?;
    rebuild.stand_ins()?;
    for entity in [Entity::Alias, Entity::Conflict] {
        rebuild.records(entity)?;
    }
    rebuild.lineage()?;
    rebuild.purged_and_sight()?;
    rebuild.write_changes()?;
    rebuild.count_lost()?;
    rebuild.tell_unreadable();
    rebuild.sequences()?;
    db.execute_batch("COMMIT")?;
    Ok(rebuild.salvaged)
}

impl Rebuild<'_, '_> {
    fn info(&mut self) -> Result<()> {
        let mut found: Vec<(Uuid, String, i64)> = Vec::new();
        let mut take = |project: Option<[u8; 16]>, name: Option<&str>, at: Option<i64>| {
            if let (Some(project), Some(name), Some(at)) = (project, name.filter(|name| !name.is_empty()), at)
            {
                found.push((Uuid::from_bytes(project), name.to_owned(), at));
            }
        };
        self.survey.each_row("store_info", |row, _| {
            take(row.values[1].blob(), row.values[2].text(), row.values[3].int());
            Ok(())
        })?;
        self.survey.each_row("store_info_twin", |row, _| {
            take(row.values[0].blob(), row.values[1].text(), row.values[2].int());
            Ok(())
        })?;
        let differ = found.iter().any(|other| Some(other) != found.first());
        // The ids of coders follow from the project's.
        let handles: Vec<&String> = self.names.coders.values().collect();
        let proven = |project: Uuid| {
            handles
                .iter()
                .any(|handle| self.known.has_candidate(Entity::Coder, id::coder_id(project, handle)))
        };
        let best = found.iter().find(|(project, ..)| proven(*project)).or(found.first()).cloned();
        let hint = "`postil merge` still matches texts, paths of codes and handles of coders";
        let (project, name, at) = match best {
            Some(best) => best,
            None => {
                let name =
                    self.order.broken.file_stem().map_or("salvaged".into(), |stem| stem.to_string_lossy());
                self.salvaged.add("project", "", "its id and name are lost, and it has new ones", hint);
                (self.order.project, name.into_owned(), self.order.now)
            }
        };
        if differ {
            let what = "its id, name or date was altered; what is most likely was taken";
            self.salvaged.add("project", "", what, "`postil log` and the title of reports show the name");
        }
        self.project = project;
        self.db.execute(
            "INSERT INTO store_info (id, project, name, created_at) VALUES (1, ?1, ?2, ?3)",
            params![project, name, at],
        )?;
        Ok(())
    }

    fn texts(&mut self) -> Result<()> {
        let mut count = Count { kind: "text", ..Count::default() };
        let (db, mut kept, mut highest) = (self.db, HashSet::new(), 0);
        let mut damaged = BTreeSet::new();
        self.survey.each_row("text", |row, _| {
            highest = highest.max(row.number);
            let Some(Value::Text(bytes)) = row.values.get(3) else { return Ok(()) };
            let sha256 = Digest::of(bytes);
            count.found += 1;
            let is_whole = row.values[1].blob() == Some(*sha256.as_bytes())
                || self.known.references.digest(row.number).is_ok_and(|known| known == sha256);
            let Some(body) = std::str::from_utf8(bytes).ok().filter(|_| is_whole) else {
                damaged.insert(row.number);
                return Ok(());
            };
            let chars = body.chars().count();
            let written = db
                .prepare_cached(
                    "INSERT OR IGNORE INTO text (id, sha256, chars, body) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![row.number, sha256, i64::try_from(chars).unwrap_or(0), body])?;
            if written > 0 {
                kept.insert(row.number);
                count.kept += 1;
            }
            Ok(())
        })?;
        for number in damaged.difference(&kept.iter().copied().collect()) {
            count.lost += 1;
            self.told.insert(("text", *number));
            let what = "the text was altered: its SHA-256 is another";
            self.salvaged.add("text", number, what, BACKUP);
        }
        self.texts = kept;
        self.highest.insert("text", highest);
        self.salvaged.counts.push(count);
        Ok(())
    }

    /// Writes the records of one kind.
    fn records(&mut self, entity: Entity) -> Result<()> {
        let table = Table::of(entity);
        let survey = self.survey;
        let mut count = Count { kind: entity.word(), ..Count::default() };
        self.read_twins(entity)?;
        survey.each_row(table.name, |row, is_reached| self.record(entity, row, is_reached, &mut count))?;
        for (page, rows) in &survey.found(table.name).unreadable {
            let what = format!("{rows} of the rows on page {page} cannot be read");
            self.salvaged.add(entity.word(), "", what, BACKUP);
        }
        self.salvaged.counts.push(count);
        Ok(())
    }

    fn record(&mut self, entity: Entity, row: Row, is_reached: bool, count: &mut Count) -> Result<()> {
        let table = Table::of(entity);
        let [change, version] = [2, 1].map(|back| row.values[row.values.len() - back].int().unwrap_or(0));
        let Some(uuid) = row.values[1].blob().map(Uuid::from_bytes) else { return Ok(()) };
        if !is_reached && self.known.is_past(uuid, change) {
            return Ok(());
        }
        let version = Version::from_stored(version);
        let columns = columns_of(row.number, &row.values[2..row.values.len() - 2]);
        let proven = columns.as_ref().and_then(|columns| self.known.prove(entity, uuid, version, columns));
        let Some((uuid, content, parents)) = proven else {
            count.found += 1;
            if REFERRED.contains(&entity) {
                let unproven = columns.map(|columns| (uuid, columns));
                self.unproven.extend(unproven.map(|unproven| ((entity, row.number), unproven)));
                if is_reached {
                    self.wanted.insert((entity, row.number));
                }
            }
            self.keep_out(entity, &row, count, "what it says was altered, or what it refers to is gone")?;
            return Ok(());
        };
        count.found += 1;
        let columns = columns.unwrap_or_default();
        if let Some(reason) = self.refusal(entity, &columns, &content)? {
            if entity == Entity::Document {
                self.refused.insert(row.number);
            }
            return self.keep_out(entity, &row, count, &reason);
        }
        if !self.insert(table, change, version, uuid, &columns)? {
            let is_there = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1)", table.name);
            let is_twice: bool = self.db.prepare_cached(&is_there)?.query_row([uuid], |row| row.get(0))?;
            if is_twice || !is_reached {
                count.found -= 1;
                return Ok(());
            }
            return self.keep_out(entity, &row, count, "another one has its name or place");
        }
        count.kept += 1;
        if is_reached {
            self.compare_twin(entity, row.number, change, &columns);
        }
        self.note(entity, row.number, uuid, &columns);
        self.named_changes.insert(change);
        self.add_parents(uuid, version, &parents)
    }

    /// Reads the index that has, of every row of this kind, what no version covers.
    fn read_twins(&mut self, entity: Entity) -> Result<()> {
        self.twins.clear();
        let (index, skipped) = twin_of(entity);
        let twins = &mut self.twins;
        self.survey.each_row(index, |row, is_reached| {
            let numbers: Vec<i64> = row.values[skipped..].iter().filter_map(Value::int).collect();
            // Other indices look the same: only the way to it tells which is which.
            if let (true, Some((number, said))) = (is_reached, numbers.split_last()) {
                let [change, created, modified] =
                    [0, 1, 2].map(|place| said.get(place).copied().unwrap_or(0));
                twins.insert(*number, [change, created, modified]);
            }
            Ok(())
        })
    }

    fn compare_twin(&mut self, entity: Entity, number: i64, change: i64, columns: &[Json]) {
        let names = Table::of(entity).columns;
        let time = |name: &str| {
            let place = names.iter().position(|column| *column == name)?;
            columns.get(place + 1)?.as_i64()
        };
        let said = [change, time("created_at").unwrap_or(0), time("modified_at").unwrap_or(0)];
        if self.twins.get(&number).is_some_and(|twin| *twin != said) {
            let what = "its times or the change that it belongs to were altered; what it says is proven";
            self.salvaged.add(entity.word(), number, what, BACKUP);
        }
    }

    /// Notes what others may need of a record that was written.
    fn note(&mut self, entity: Entity, number: i64, uuid: Uuid, columns: &[Json]) {
        let highest = self.highest.entry(Table::of(entity).name).or_default();
        *highest = number.max(*highest);
        if REFERRED.contains(&entity) {
            self.known.settle(entity, number, uuid);
            self.kept.insert((entity, number));
        }
        for (referred, place) in places_of_references(entity) {
            if let Some(referred_to) = columns.get(*place).and_then(Json::as_i64)
                && !self.kept.contains(&(*referred, referred_to))
            {
                self.wanted.insert((*referred, referred_to));
            }
        }
        self.note_text(entity, columns);
    }

    fn note_text(&mut self, entity: Entity, columns: &[Json]) {
        let place = place_of_text(entity).filter(|_| entity == Entity::Annotation);
        if let (Some(document), Some(text)) =
            (columns.get(1).and_then(Json::as_i64), place.and_then(|place| columns.get(place)?.as_i64()))
        {
            let newest = self.text_of.entry(document).or_default();
            *newest = text.max(*newest);
        }
    }

    /// Why a record that is proven can't be taken all the same: something that it needs is gone for good.
    fn refusal(&self, entity: Entity, columns: &[Json], content: &AnyContent) -> Result<Option<String>> {
        if let Some(text) = place_of_text(entity).and_then(|place| columns.get(place)?.as_i64())
            && !self.texts.contains(&text)
        {
            return Ok(Some(format!("its text (number {text}) is lost")));
        }
        for (referred, place) in places_of_references(entity) {
            let Some(number) = columns.get(*place).and_then(Json::as_i64) else { continue };
            if *referred == Entity::Document && self.refused.contains(&number) {
                return Ok(Some("the text of its document is lost".to_owned()));
            }
            if self.kept.contains(&(*referred, number)) {
                continue;
            }
            let has_text = entity == Entity::Annotation || self.text_of.contains_key(&number);
            if self.known.proven(*referred, number).is_none() || (*referred == Entity::Document && !has_text)
            {
                return Ok(Some(format!("its {} (number {number}) is lost", referred.word())));
            }
        }
        match content {
            AnyContent::Alias(alias) if !self.existed(alias.entity, alias.target)? => {
                Ok(Some("what it stands for is lost".to_owned()))
            }
            AnyContent::Conflict(conflict) => {
                let both = [conflict.ours, conflict.theirs];
                let is_known = |version: &Version| self.has_state(conflict.entity, conflict.record, *version);
                let known: Vec<bool> = both.iter().map(is_known).collect::<Result<_>>()?;
                let is_whole =
                    self.existed(conflict.entity, conflict.record)? && known.iter().all(|known| *known);
                Ok((!is_whole).then(|| "one of its sides is lost".to_owned()))
            }
            _ => Ok(None),
        }
    }

    fn existed(&self, entity: Entity, uuid: Uuid) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1) OR EXISTS (SELECT 1 FROM tombstone WHERE uuid = ?1)",
            Table::of(entity).name
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([uuid], |row| row.get(0))?)
    }

    fn has_state(&self, entity: Entity, uuid: Uuid, version: Version) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1 AND version = ?2)
               OR EXISTS (SELECT 1 FROM tombstone WHERE uuid = ?1 AND version = ?2)
               OR EXISTS (SELECT 1 FROM history WHERE uuid = ?1 AND version = ?2)",
            Table::of(entity).name
        );
        Ok(self.db.prepare_cached(&sql)?.query_row(params![uuid, version], |row| row.get(0))?)
    }

    /// Whether a document was read and its text is lost.
    pub(super) fn is_refused(&self, entity: Entity, number: i64) -> bool {
        entity == Entity::Document && self.refused.contains(&number)
    }

    pub(super) fn has_text(&self, text: i64) -> bool {
        self.texts.contains(&text)
    }

    /// Writes a row; `false` when it breaks a rule of its table.
    pub(super) fn insert(
        &self,
        table: &'static Table,
        change: i64,
        version: Version,
        uuid: Uuid,
        columns: &[Json],
    ) -> Result<bool> {
        let sql = table.reinsert().replacen("INSERT INTO", "INSERT OR IGNORE INTO", 1);
        let mut statement = self.db.prepare_cached(&sql)?;
        for (index, value) in columns.iter().enumerate() {
            match value {
                Json::Number(number) => statement.raw_bind_parameter(index + 1, number.as_i64())?,
                Json::String(text) => statement.raw_bind_parameter(index + 1, text.as_str())?,
                _ => statement.raw_bind_parameter(index + 1, rusqlite::types::Null)?,
            }
        }
        let next = columns.len() + 1;
        statement.raw_bind_parameter(next, change)?;
        statement.raw_bind_parameter(next + 1, version)?;
        statement.raw_bind_parameter(next + 2, uuid)?;
        Ok(statement.raw_execute()? > 0)
    }

    fn keep_out(&mut self, entity: Entity, row: &Row, count: &mut Count, reason: &str) -> Result<()> {
        let out = self.names.kept_out(entity, row, reason);
        count.lost += 1;
        self.told.insert((entity.word(), row.number));
        self.salvaged.kept_out += 1;
        self.salvaged.add(entity.word(), row.number, reason, KEPT_OUT);
        (self.kept_out)(out)
    }

    pub(super) fn add_parents(&self, uuid: Uuid, version: Version, parents: &[Version]) -> Result<()> {
        let mut statement = self
            .db
            .prepare_cached("INSERT OR IGNORE INTO lineage (uuid, version, parent) VALUES (?1, ?2, ?3)")?;
        for parent in parents {
            statement.execute(params![uuid, version, parent])?;
        }
        Ok(())
    }

    /// No number is given twice.
    fn sequences(&self) -> Result<()> {
        let mut said: HashMap<String, i64> = HashMap::new();
        self.survey.each_row("sqlite_sequence", |row, _| {
            if let (Some(table), Some(last)) = (row.values[0].text(), row.values[1].int()) {
                let known = said.entry(table.to_owned()).or_default();
                *known = last.max(*known);
            }
            Ok(())
        })?;
        for (table, highest) in &self.highest {
            let said = said.get(*table).copied().filter(|said| (0..1 << 40).contains(said)).unwrap_or(0);
            let last = said.max(*highest);
            let known = self
                .db
                .execute("UPDATE sqlite_sequence SET seq = ?1 WHERE name = ?2", params![last, table])?;
            if known == 0 {
                self.db.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                    params![table, last],
                )?;
            }
        }
        Ok(())
    }
}

/// The index that has what no version covers of a kind of record, and how many of its values stand before that.
fn twin_of(entity: Entity) -> (&'static str, usize) {
    match entity {
        Entity::Coder => ("coder_twin", 0),
        Entity::Document => ("document_text", 1),
        Entity::Attribute => ("attribute_twin", 0),
        Entity::Code => ("code_parent", 1),
        Entity::Annotation => ("annotation_change", 0),
        Entity::Memo => ("memo_document", 1),
        Entity::Assignment => ("assignment_twin", 0),
        Entity::Alias => ("alias_twin", 0),
        Entity::Conflict => ("conflict_twin", 0),
    }
}

/// Said of a record that could be read and not be taken.
const KEPT_OUT: &str =
    "what it says is in the table of what was kept out; `postil merge` with a backup brings it back";

/// What to do about records that only a copy or a colleague still has.
pub(super) const BACKUP: &str = "`postil merge` with a backup or a colleague's store brings it back";
pub(super) const LOG: &str = "the records themselves are proven one by one; only the log is incomplete";

/// A row's values as history keeps them; `None` where one is none of ours.
fn columns_of(number: i64, values: &[Value]) -> Option<Vec<Json>> {
    let columns = values.iter().map(|value| match value {
        Value::Null => Some(Json::Null),
        Value::Int(number) => Some(json!(number)),
        Value::Text(_) => value.text().map(|text| json!(text)),
        Value::Real | Value::Blob(_) => None,
    });
    std::iter::once(Some(json!(number))).chain(columns).collect()
}
