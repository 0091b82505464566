//! Writing what a merge came to: records of every kind, as the rules of merging say they stand.

use rusqlite::params;
use serde_json::{Value, json};
use uuid::Uuid;

use super::change::Tx;
use super::content::AnyContent;
use super::row::{Numbers, Pending, is_taken};
use super::table::Table;
use crate::domain::lineage::Graph;
use crate::domain::merge::{State, Step, Times};
use crate::domain::record::{Alias, Conflict};
use crate::domain::{Entity, Version, id};
use crate::error::{Error, Result};

/// How a record is to stand.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub uuid: Uuid,
    /// Its version and what it says there; without a state it is deleted, or another record stands for it.
    pub step: Step<AnyContent>,
    /// Its times.
    pub times: Times,
}

/// A state of a record that is known from now on, although it is not what the record says.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub uuid: Uuid,
    /// The number of its row, where that is known.
    pub row: Option<i64>,
    /// The version.
    pub version: Version,
    /// Its parents.
    pub parents: Vec<Version>,
    /// What the record said.
    pub state: State<AnyContent>,
    /// When it came to say that.
    pub times: Times,
}

impl Tx<'_> {
    /// Makes records stand as `outcomes` say. They may refer to each other in any order, and pass names on among themselves.
    ///
    /// # Errors
    /// SQLite's; internal when an outcome refers to what is not there, or two cannot both be.
    pub fn settle(&self, outcomes: &[Outcome]) -> Result<()> {
        // Rows come and go in any order; at the end nothing dangles.
        self.db.execute_batch("PRAGMA defer_foreign_keys=ON")?;
        for outcome in outcomes.iter().rev().filter(|outcome| outcome.step.state.is_none()) {
            let Outcome { entity, uuid, ref step, .. } = *outcome;
            match self.reader().row_of(entity, uuid)? {
                Some((id, _)) => self.remove_as(entity, id, step.version, &step.parents)?,
                None => self.bury(entity, uuid, step.version, &step.parents)?,
            }
        }
        let mut numbers = Numbers::default();
        let mut waiting: Vec<&Outcome> =
            outcomes.iter().filter(|outcome| outcome.step.state.is_some()).collect();
        let mut taken: Vec<Pending> = Vec::new();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut still = Vec::new();
            for outcome in waiting {
                match self.prepare(outcome, &mut numbers)? {
                    None => still.push(outcome),
                    Some(pending) => match self.write_row(&pending) {
                        Err(failure) if is_taken(&failure) => taken.push(pending),
                        written => written?,
                    },
                }
            }
            // A name that is in the way may be given up by a row that comes later.
            self.write_taken(&mut taken)?;
            if still.len() == before {
                self.swap(std::mem::take(&mut taken))?;
                let dangling = &still[0];
                return Err(Error::internal(format!(
                    "the {} {} refers to what is not there",
                    dangling.entity.word(),
                    dangling.uuid
                )));
            }
            waiting = still;
        }
        self.swap(taken)
    }

    /// Does the bookkeeping of an outcome; `None` when something that it refers to is not there yet.
    fn prepare(&self, outcome: &Outcome, numbers: &mut Numbers) -> Result<Option<Pending>> {
        let Outcome { entity, uuid, ref step, times } = *outcome;
        let Some(content) = &step.state else { return Ok(None) };
        let Some(columns) = numbers.columns(self.reader(), content, times, Numbers::row)? else {
            return Ok(None);
        };
        let row = self.reader().row_of(entity, uuid)?;
        let number = match row {
            Some((id, _)) => {
                self.succeed_as(entity, id, step.version, &step.parents)?;
                Some(id)
            }
            None => {
                match self.tombstone(uuid)? {
                    Some(gone) => self.revive(entity, &gone, step.version, &step.parents, self.change)?,
                    None => {
                        self.add_parents(uuid, step.version, &step.parents)?;
                        self.count_edits(1);
                    }
                }
                self.reader().former_number(entity, uuid)?
            }
        };
        let mut values = vec![json!(number)];
        values.extend(columns);
        let row = row.map(|(id, _)| id);
        Ok(Some(Pending { entity, uuid, author: self.change, row, values, version: step.version }))
    }

    /// Writes the rows whose place was taken, for as long as that helps.
    fn write_taken(&self, taken: &mut Vec<Pending>) -> Result<()> {
        loop {
            let before = taken.len();
            let mut still = Vec::new();
            for pending in taken.drain(..) {
                match self.write_row(&pending) {
                    Err(failure) if is_taken(&failure) => still.push(pending),
                    written => written?,
                }
            }
            *taken = still;
            if taken.is_empty() || taken.len() == before {
                return Ok(());
            }
        }
    }

    /// Writes rows that stand in each other's way in a ring: all step aside first. Their histories are written already.
    fn swap(&self, mut taken: Vec<Pending>) -> Result<()> {
        for pending in &taken {
            let Some(row) = pending.row else { continue };
            let sql = match pending.entity {
                Entity::Coder => "UPDATE coder SET handle = char(1) || id WHERE id = ?1",
                Entity::Document => "UPDATE document SET name = char(1) || id WHERE id = ?1",
                Entity::Attribute => "UPDATE attribute SET name = char(1) || id WHERE id = ?1",
                Entity::Annotation => {
                    "UPDATE annotation SET start = 4294967296 + id, stop = 4294967297 + id WHERE id = ?1"
                }
                _ => continue,
            };
            self.db.prepare_cached(sql)?.execute([row])?;
        }
        self.write_taken(&mut taken)?;
        match taken.first() {
            None => Ok(()),
            Some(pending) => Err(Error::internal(format!(
                "two {}s can't both be there: {}",
                pending.entity.word(),
                pending.uuid
            ))),
        }
    }

    /// Keeps states that came in with a merge and are not what their records say: what both sides of a later question
    /// came from. References of theirs may be dead here; those records are given numbers, so that history can name them.
    ///
    /// A state that refers to what nobody has heard of is left out: a question about it is then asked rather than answered.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_states(&self, states: &[Kept], numbers: &mut Numbers) -> Result<()> {
        for kept in states.iter().filter(|kept| is_referred_to(kept.entity) && kept.state.is_some()) {
            if numbers.row_or_former(self.reader(), kept.entity, kept.uuid)?.is_none() {
                numbers.give(kept.uuid, self.allot(kept.entity)?);
            }
        }
        for kept in states {
            let before = match &kept.state {
                None => None,
                Some(content) => {
                    let columns =
                        numbers.columns(self.reader(), content, kept.times, Numbers::row_or_former)?;
                    let Some(columns) = columns else { continue };
                    let number = match kept.row {
                        None => numbers.row_or_former(self.reader(), kept.entity, kept.uuid)?,
                        known => known,
                    };
                    let mut values = vec![json!(number.unwrap_or(0))];
                    values.extend(columns);
                    Some(Value::Array(values).to_string())
                }
            };
            self.keep_delivered(kept.entity, kept.uuid, kept.version, &kept.parents, before.as_deref())?;
        }
        Ok(())
    }

    /// A number for a row that will never be there.
    fn allot(&self, entity: Entity) -> Result<i64> {
        let table = Table::of(entity).name;
        let bumped = self
            .db
            .prepare_cached("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = ?1")?
            .execute([table])?;
        if bumped == 0 {
            self.db
                .prepare_cached("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, 1)")?
                .execute([table])?;
        }
        let number = self
            .db
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?
            .query_row([table], |row| row.get(0))?;
        Ok(number)
    }

    /// Notes that other ids stand for retired ones as long as the rules of merging say so: (kind, retired, other). Nobody
    /// decided it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn put_derived_aliases(&self, joined: &[(Entity, Uuid, Uuid)]) -> Result<()> {
        let mut outcomes = Vec::with_capacity(joined.len());
        for &(entity, retired, target) in joined {
            let uuid = id::alias_id(retired);
            let content = AnyContent::Alias(Alias { entity, retired, target });
            let step = Step::derived(Entity::Alias, uuid, [], Some(content));
            let known = self.reader().row_of(Entity::Alias, uuid)?;
            if known.is_none_or(|(_, version)| version != step.version) {
                outcomes.push(Outcome { entity: Entity::Alias, uuid, step, times: Times::default() });
            }
        }
        if outcomes.is_empty() { Ok(()) } else { self.settle(&outcomes) }
    }

    /// Takes such a note away.
    ///
    /// # Errors
    /// SQLite's.
    pub fn drop_derived_alias(&self, retired: Uuid) -> Result<()> {
        let uuid = id::alias_id(retired);
        let Some((row, version)) = self.reader().row_of(Entity::Alias, uuid)? else { return Ok(()) };
        if !self.reader().graph(uuid)?.is_derived(version) {
            return Ok(());
        }
        let gone = Step::<AnyContent>::derived(Entity::Alias, uuid, [version], None);
        self.remove_as(Entity::Alias, row, gone.version, &gone.parents)
    }

    /// Takes over what another store knows of the ancestry of a record's versions.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_graph(&self, uuid: Uuid, graph: &Graph) -> Result<()> {
        self.add_graph(uuid, graph)
    }

    /// Takes away a question that is none any more.
    ///
    /// # Errors
    /// SQLite's.
    pub fn close_conflict(&self, conflict: i64) -> Result<()> {
        self.db
            .prepare_cached("SELECT uuid FROM conflict WHERE id = ?1")?
            .query_row(params![conflict], |row| row.get::<_, Uuid>(0))?;
        self.remove(Entity::Conflict, "id = :key", conflict).map(drop)
    }

    /// Opens a question about a record that is here at the version `ours`; `None`: it is not.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open_question(
        &self,
        entity: Entity,
        record: Uuid,
        (ours, theirs): (Version, Version),
        fields: String,
        source: &str,
    ) -> Result<()> {
        self.open_conflict(&Conflict {
            entity,
            record,
            ours,
            theirs,
            fields,
            source: source.to_owned(),
            row: 0,
        })
    }
}

fn is_referred_to(entity: Entity) -> bool {
    matches!(entity, Entity::Coder | Entity::Document | Entity::Code)
}
