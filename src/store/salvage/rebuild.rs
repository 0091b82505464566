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
use super::twin::Twins;
use super::{Count, KeptOut, Order, Salvaged};
use crate::domain::{Entity, Version};
use crate::error::Result;
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
    pub(super) project: Uuid,
    /// The texts that are in the new store.
    pub(super) texts: HashSet<i64>,
    /// The records that others may refer to.
    pub(super) kept: HashSet<(Entity, i64)>,
    /// Documents that were read and can't be kept.
    pub(super) refused: HashSet<i64>,
    /// What is referred to and gone, and has an id: something has to stand in for it.
    pub(super) wanted: BTreeSet<(Entity, i64)>,
    /// A text of each document, the newest that anything knows.
    pub(super) text_of: HashMap<i64, i64>,
    pub(super) changes: BTreeMap<i64, Vec<Value>>,
    pub(super) named_changes: BTreeSet<i64>,
    /// The change that stands for this salvage in the log, if it needs one.
    pub(super) own_change: Option<i64>,
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
    /// What the indices have of the rows of the kind that is being read.
    pub(super) twins: Twins,
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
        own_change: None,
        highest: HashMap::new(),
        told: HashSet::new(),
        former: HashSet::new(),
        gone: HashSet::new(),
        unproven: HashMap::new(),
        twins: Twins::default(),
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

    fn record(&mut self, entity: Entity, mut row: Row, is_reached: bool, count: &mut Count) -> Result<()> {
        let table = Table::of(entity);
        let [change, version] = [2, 1].map(|back| row.values[row.values.len() - back].int().unwrap_or(0));
        let Some(uuid) = row.values[1].blob().map(Uuid::from_bytes) else { return Ok(()) };
        row.number = self.twins.number_of(uuid, row.number);
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
