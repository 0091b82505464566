//! History, deletions, ancestry, purges and sight.

use rusqlite::params;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Count;
use super::known::{REFERRED, place_of_text, places_of_references};
use super::rebuild::{BACKUP, Rebuild};
use super::record::Value;
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::store::table::{TABLES, Table};

/// What earlier states are counted as.
const EARLIER_STATE: &str = "earlier state";

impl Rebuild<'_, '_> {
    /// Writes the earlier states: first those of what others refer to, then the others.
    pub(super) fn history(&mut self, of_referred: bool) -> Result<()> {
        let survey = self.survey;
        let mut count = Count { kind: EARLIER_STATE, ..Count::default() };
        survey.each_row("history", |row, is_reached| {
            let values = &row.values;
            let number = |place: usize| values[place].int().unwrap_or(0);
            let (Some(entity), Some(uuid)) =
                (Entity::from_number(number(1)), values[2].blob().map(Uuid::from_bytes))
            else {
                count.found += u64::from(is_reached && !of_referred);
                count.lost += u64::from(is_reached && !of_referred);
                return Ok(());
            };
            if REFERRED.contains(&entity) != of_referred {
                return Ok(());
            }
            count.found += 1;
            if self.earlier_state(entity, uuid, values)? {
                count.kept += 1;
                return Ok(());
            }
            if is_reached {
                count.lost += 1;
                let what = format!("what the {} said before change {} is lost", entity.word(), number(0));
                self.salvaged.add("history", number(0), what, BACKUP);
            } else {
                count.found -= 1;
            }
            Ok(())
        })?;
        match self.salvaged.counts.iter_mut().find(|known| known.kind == count.kind) {
            Some(known) => {
                known.found += count.found;
                known.kept += count.kept;
                known.lost += count.lost;
            }
            None => self.salvaged.counts.push(count),
        }
        Ok(())
    }

    fn earlier_state(&mut self, entity: Entity, uuid: Uuid, values: &[Value]) -> Result<bool> {
        let number = |place: usize| values[place].int().unwrap_or(0);
        let version = Version::from_stored(number(3));
        let before = match &values[6] {
            Value::Null => None,
            value => match value.text().map(serde_json::from_str) {
                Some(Ok(Json::Array(columns))) => Some(columns),
                _ => return Ok(false),
            },
        };
        let parents = match &before {
            None => self.known.parents(entity, uuid, version, None),
            Some(columns) => match self.known.prove(entity, uuid, version, columns) {
                Some((same, _, parents)) if same == uuid => Some(parents),
                _ => None,
            },
        };
        let Some(parents) = parents else { return Ok(false) };
        if let Some(columns) = &before {
            // Written by us, to the letter.
            if !columns.first().is_some_and(Json::is_i64)
                || values[6].text() != Some(&Json::Array(columns.clone()).to_string())
            {
                return Ok(false);
            }
            let text = place_of_text(entity).and_then(|place| columns.get(place)?.as_i64());
            if text.is_some_and(|text| !self.texts.contains(&text)) {
                return Ok(false);
            }
            for (referred, place) in places_of_references(entity) {
                let Some(referred_to) = columns.get(*place).and_then(Json::as_i64) else { continue };
                let key = (*referred, referred_to);
                if self.kept.contains(&key) || self.former.contains(&key) {
                    continue;
                }
                if *referred == Entity::Document && !self.text_of.contains_key(&referred_to) {
                    return Ok(false);
                }
                self.wanted.insert(key);
            }
            let own = columns.first().and_then(Json::as_i64).unwrap_or(0);
            self.former.insert((entity, own));
            if self.known.is_gone(uuid) {
                self.gone.insert((entity, own));
            }
            let highest = self.highest.entry(Table::of(entity).name).or_default();
            *highest = own.max(*highest);
        }
        let written = self
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO history (change_id, entity, uuid, version, author, left_by, before)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                number(0),
                entity,
                uuid,
                version,
                number(4),
                values[5].int(),
                values[6].text()
            ])?;
        self.named_changes.extend([number(0), number(4)]);
        self.named_changes.extend(values[5].int());
        self.add_parents(uuid, version, &parents)?;
        Ok(written > 0)
    }

    /// Takes the earlier states back that refer to a record which was deleted, and of which no earlier state is left: nothing
    /// can stand in for what nobody wants to be there, and without it they say nothing.
    pub(super) fn forget_states_with(&mut self, entity: Entity, number: i64) -> Result<()> {
        let mut forgotten = vec![(entity, number)];
        while let Some((entity, number)) = forgotten.pop() {
            self.gone.remove(&(entity, number));
            self.former.remove(&(entity, number));
            for kind in TABLES.iter().map(|table| table.entity) {
                for (_, place) in places_of_references(kind).iter().filter(|(to, _)| *to == entity) {
                    forgotten.extend(self.forget_states_of(kind, *place, number)?);
                }
            }
        }
        Ok(())
    }

    /// Takes the earlier states of one kind back that have `number` at `place`. Returns the deleted records of which none is
    /// left.
    fn forget_states_of(&mut self, kind: Entity, place: usize, number: i64) -> Result<Vec<(Entity, i64)>> {
        let mut statement = self.db.prepare_cached(
            "DELETE FROM history WHERE entity = ?1 AND json_extract(before, ?2) = ?3
             RETURNING change_id, json_extract(before, '$[0]')",
        )?;
        let states = statement
            .query_map(params![kind, format!("$[{place}]"), number], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
        let mut is_left = self.db.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM history WHERE entity = ?1 AND json_extract(before, '$[0]') = ?2)",
        )?;
        let mut forgotten = Vec::new();
        for (change, own) in states {
            let what = format!("what the {} said before change {change} is lost", kind.word());
            self.salvaged.add("history", change, what, BACKUP);
            if let Some(count) = self.salvaged.counts.iter_mut().find(|count| count.kind == EARLIER_STATE) {
                count.kept = count.kept.saturating_sub(1);
                count.lost += 1;
            }
            if self.gone.contains(&(kind, own)) && !is_left.query_row(params![kind, own], |row| row.get(0))? {
                forgotten.push((kind, own));
            }
        }
        Ok(forgotten)
    }

    pub(super) fn tombstones(&mut self) -> Result<()> {
        let survey = self.survey;
        let mut count = Count { kind: "deletion", ..Count::default() };
        survey.each_row("tombstone", |row, is_reached| {
            let number = |place: usize| row.values[place].int().unwrap_or(0);
            let version = Version::from_stored(number(2));
            let found = Entity::from_number(number(1)).zip(row.values[0].blob().map(Uuid::from_bytes));
            let parents = found.and_then(|(entity, uuid)| self.known.parents(entity, uuid, version, None));
            let (Some((entity, uuid)), Some(parents)) = (found, parents) else {
                if is_reached {
                    count.found += 1;
                    count.lost += 1;
                    self.salvaged.add("tombstone", number(3), "the deletion of a record was altered", BACKUP);
                }
                return Ok(());
            };
            let alive = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1)", Table::of(entity).name);
            if self.db.prepare_cached(&alive)?.query_row([uuid], |row| row.get(0))? {
                return Ok(());
            }
            count.found += 1;
            count.kept += self
                .db
                .prepare_cached("INSERT OR IGNORE INTO tombstone (uuid, entity, version, change_id) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![uuid, entity, version, number(3)])? as u64;
            self.named_changes.insert(number(3));
            self.add_parents(uuid, version, &parents)
        })?;
        self.salvaged.counts.push(count);
        Ok(())
    }

    pub(super) fn lineage(&self) -> Result<()> {
        self.db.execute_batch("CREATE TEMP TABLE steps (uuid BLOB, version INTEGER, parent INTEGER)")?;
        for (uuid, version, parent) in self.known.lineage() {
            // Of versions that are known, those parents were written that the version proves.
            let is_known: bool = self
                .db
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM history WHERE uuid = ?1 AND version = ?2)
                                   OR EXISTS (SELECT 1 FROM lineage WHERE uuid = ?1 AND version = ?2)",
                )?
                .query_row(params![uuid, version], |row| row.get(0))?;
            if !is_known {
                self.unknown_step(*uuid, *version, *parent)?;
            }
        }
        // In one go at the end: until then a version that has its first parent would seem to be known.
        self.db.execute_batch(
            "INSERT OR IGNORE INTO lineage SELECT uuid, version, parent FROM temp.steps; DROP TABLE temp.steps",
        )?;
        Ok(())
    }

    fn unknown_step(&self, uuid: Uuid, version: Version, parent: Version) -> Result<()> {
        self.db
            .prepare_cached("INSERT INTO temp.steps VALUES (?1, ?2, ?3)")?
            .execute(params![uuid, version, parent])?;
        Ok(())
    }

    pub(super) fn purged_and_sight(&mut self) -> Result<()> {
        /// Row numbers are smaller, times since 1970 in milliseconds are greater.
        const TIMES_BEGIN: i64 = 10_000_000_000;
        let db = self.db;
        self.survey.each_row("purged", |row, is_reached| {
            let (uuid, at) = (row.values[0].blob().map(Uuid::from_bytes), row.values[1].int().unwrap_or(0));
            if is_reached || at > TIMES_BEGIN {
                db.prepare_cached("INSERT OR IGNORE INTO purged (uuid, at) VALUES (?1, ?2)")?
                    .execute(params![uuid, at])?;
            }
            Ok(())
        })?;
        self.survey.each_row("sight", |row, is_reached| {
            let ids = [0, 1, 2].map(|place| row.values[place].blob().map(Uuid::from_bytes));
            // An index of the same has the document first.
            let is_document = |id: Option<Uuid>| id.is_some_and(|id| id.get_version_num() == 7);
            if is_reached || (is_document(ids[1]) && !is_document(ids[0]) && !is_document(ids[2])) {
                db.prepare_cached(
                    "INSERT OR IGNORE INTO sight (coder, document, other) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![ids[0], ids[1], ids[2]])?;
            }
            Ok(())
        })
    }
}
