//! Undo and redo: a change that puts back what another change replaced.
//!
//! An inversion gives every record back to the change that was its author before, so that undoing twice in a row walks
//! back step by step. It never rewinds a lineage: the undone version may have travelled, so the old content comes
//! back as a new version.

use rusqlite::{ErrorCode, OptionalExtension, named_params, params};
use serde_json::Value;
use uuid::Uuid;

use super::change::{ChangeId, ChangeRequest, Changed, Tx};
use super::content::Columns;
use super::history::Standing;
use super::log::ChangeKind;
use super::open::Store;
use super::table::Table;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};

/// Rows that a change inserted: it is their author and no earlier state of them is known.
const INSERTED: &str = "change_id = :key AND uuid NOT IN (SELECT uuid FROM history WHERE change_id = :key)";

/// What an undo or redo did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inversion {
    /// The change it was about.
    pub target: ChangeId,
    /// Records that were removed again.
    pub removed: u64,
    /// Records that got an earlier state back.
    pub restored: u64,
}

/// An entry of history to be put back.
struct Earlier {
    entity: Entity,
    uuid: Uuid,
    author: ChangeId,
    left_by: Option<ChangeId>,
    before: Option<String>,
}

impl Store {
    /// Undoes the change `target` (redoes it, where `kind` says so), as a change of its own.
    ///
    /// # Errors
    /// Refused when a later change stands in the way, naming it.
    pub fn invert(
        &mut self,
        request: ChangeRequest,
        kind: ChangeKind,
        target: ChangeId,
    ) -> Result<Changed<Inversion>> {
        let command = self.reader().change(target)?.map(|change| change.command);
        if command.as_deref() == Some(super::purge::PURGE) {
            return Err(Error::refused(format!(
                "change {target} erased documents for good: it can't be taken back"
            ))
            .hint("`postil log` shows the changes that can"));
        }
        let (word, reverses) = match kind {
            ChangeKind::Redo => ("redo", self.latest_reversal(target, "undo")?.unwrap_or(target)),
            _ => ("undo", self.latest_reversal(target, "redo")?.unwrap_or(target)),
        };
        self.change_kind(request, Some((word, target, reverses)), |tx| tx.invert(word, target, reverses))
    }

    /// The newest undo or redo of a change.
    fn latest_reversal(&self, target: ChangeId, kind: &str) -> Result<Option<ChangeId>> {
        let found = self
            .db
            .prepare_cached("SELECT max(id) FROM change WHERE target = ?1 AND kind = ?2")?
            .query_row(params![target, kind], |row| row.get(0))?;
        Ok(found)
    }
}

impl Tx<'_> {
    fn invert(&self, word: &str, target: ChangeId, reverses: ChangeId) -> Result<Inversion> {
        // Rows go and come back in any order; that nothing dangles is checked at the end of the transaction.
        self.db.execute_batch("PRAGMA defer_foreign_keys=ON")?;
        let mut inversion = Inversion { target, ..Inversion::default() };
        let earlier = self.earlier_states(reverses)?;
        for state in &earlier {
            self.check_unmoved(word, target, state)?;
        }
        if target == reverses {
            self.check_inserts_unmoved(word, target)?;
            for entity in Entity::ALL.into_iter().rev() {
                inversion.removed += self.remove_inserted(word, target, entity)?;
            }
        }
        for state in &earlier {
            self.put_back(word, target, state)?;
            match state.before {
                Some(_) => inversion.restored += 1,
                None => inversion.removed += 1,
            }
        }
        self.check_siblings(word, target)?;
        // A change whose records were all purged since still counts as undone.
        self.count_edits(1);
        Ok(inversion)
    }

    fn earlier_states(&self, change: ChangeId) -> Result<Vec<Earlier>> {
        let mut statement = self.db.prepare_cached(
            "SELECT entity, uuid, author, left_by, before FROM history WHERE change_id = ?1 AND author <> ?1
             ORDER BY before IS NOT NULL, CASE WHEN before IS NULL THEN -entity ELSE entity END, uuid",
        )?;
        let rows = statement.query_map([change], |row| {
            Ok(Earlier {
                entity: row.get(0)?,
                uuid: row.get(1)?,
                author: row.get(2)?,
                left_by: row.get(3)?,
                before: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The row of a record: its number and where it stands.
    fn current(&self, entity: Entity, uuid: Uuid) -> Result<Option<(i64, Standing)>> {
        let sql = format!("SELECT id, version, change_id FROM {} WHERE uuid = ?1", Table::of(entity).name);
        let found = self
            .db
            .prepare_cached(&sql)?
            .query_row([uuid], |row| {
                Ok((row.get(0)?, Standing { uuid, version: row.get(1)?, author: row.get(2)? }))
            })
            .optional()?;
        Ok(found)
    }

    /// Refuses unless the record is still as the change left it.
    fn check_unmoved(&self, word: &str, target: ChangeId, state: &Earlier) -> Result<()> {
        let current = self.current(state.entity, state.uuid)?;
        let author = current.as_ref().map(|(_, standing)| standing.author);
        if author == state.left_by {
            return Ok(());
        }
        let blocker = match author {
            Some(author) => Some(author),
            None => self.tombstone(state.uuid)?.map(|standing| standing.author),
        };
        Err(self.in_the_way(word, target, blocker, state.entity))
    }

    /// Refuses when a record that the change inserted has been changed or deleted since.
    fn check_inserts_unmoved(&self, word: &str, target: ChangeId) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT entity, uuid FROM history WHERE author = ?1 AND change_id <> ?1 AND before IS NOT NULL",
        )?;
        let mut rows = statement.query([target])?;
        while let Some(row) = rows.next()? {
            let (entity, uuid): (Entity, Uuid) = (row.get(0)?, row.get(1)?);
            let current = self.current(entity, uuid)?.map(|(_, standing)| standing.author);
            if current == Some(target) {
                continue;
            }
            let blocker = match current {
                Some(author) => Some(author),
                None => self.tombstone(uuid)?.map(|standing| standing.author),
            };
            // Records of a purged document are gone without a tombstone: nothing is left to put back.
            if current.is_some() || blocker.is_some() {
                return Err(self.in_the_way(word, target, blocker, entity));
            }
        }
        Ok(())
    }

    /// Removes what the change inserted.
    fn remove_inserted(&self, word: &str, target: ChangeId, entity: Entity) -> Result<u64> {
        let table = Table::of(entity).name;
        let filter = match entity {
            // A coder comes with the first change and stays while later ones need it.
            Entity::Coder => format!(
                "{INSERTED} AND NOT EXISTS (SELECT 1 FROM annotation WHERE coder_id = {table}.id)
                 AND NOT EXISTS (SELECT 1 FROM memo WHERE coder_id = {table}.id)
                 AND NOT EXISTS (SELECT 1 FROM assignment WHERE coder_id = {table}.id)"
            ),
            _ => INSERTED.to_owned(),
        };
        let uses: &[(&str, &str)] = match entity {
            Entity::Document => &[
                ("annotation", "document_id"),
                ("attribute", "document_id"),
                ("memo", "document_id"),
                ("assignment", "document_id"),
            ],
            Entity::Code => &[("annotation", "code_id"), ("code", "parent_id"), ("memo", "code_id")],
            _ => &[],
        };
        for (child, column) in uses {
            let sql = format!(
                "SELECT change_id FROM {child} WHERE {column} IN (SELECT id FROM {table} WHERE {filter})
                 AND change_id <> :key LIMIT 1"
            );
            let user: Option<ChangeId> = self
                .db
                .prepare_cached(&sql)?
                .query_row(named_params! { ":key": target }, |row| row.get(0))
                .optional()?;
            if user.is_some() {
                return Err(self.in_the_way(word, target, user, entity));
            }
        }
        Ok(self.remove(entity, &filter, target)? as u64)
    }

    /// Puts one earlier state back.
    fn put_back(&self, word: &str, target: ChangeId, state: &Earlier) -> Result<()> {
        let current = self.current(state.entity, state.uuid)?;
        let Some(before) = &state.before else {
            // It was deleted before, and the change brought it back.
            if let Some((id, _)) = current {
                self.remove(state.entity, "id = :key", id)?;
                self.db
                    .prepare_cached("UPDATE tombstone SET change_id = ?1 WHERE uuid = ?2")?
                    .execute(params![state.author, state.uuid])?;
            }
            return Ok(());
        };
        let columns = Columns::parse(before, &self.references)?;
        let content = columns.content(state.entity)?;
        let parent = match &current {
            Some((_, standing)) => Some(standing.version),
            None => self.tombstone(state.uuid)?.map(|standing| standing.version),
        };
        let parents: Vec<Version> = parent.into_iter().collect();
        let version = Version::of(state.entity, state.uuid, &parents, Some(&content));
        match &current {
            Some((id, _)) => self.succeed_as(state.entity, *id, version, &parents)?,
            None => self.revive(state.entity, state.uuid, version, &parents)?,
        }
        self.db
            .prepare_cached(
                "UPDATE history SET left_by = ?1 WHERE change_id = ?2 AND entity = ?3 AND uuid = ?4",
            )?
            .execute(params![state.author, self.change, state.entity, state.uuid])?;
        self.write_columns(state, columns.values(), version, current.is_some())
            .map_err(|failure| self.explain(word, target, state.entity, failure))
    }

    fn write_columns(
        &self,
        state: &Earlier,
        values: &[Value],
        version: Version,
        exists: bool,
    ) -> rusqlite::Result<()> {
        let table = Table::of(state.entity);
        let sql = if exists {
            let sets: Vec<String> = table
                .columns
                .iter()
                .enumerate()
                .map(|(index, column)| format!("{column} = ?{}", index + 2))
                .collect();
            let next = table.columns.len() + 2;
            format!(
                "UPDATE {} SET {}, change_id = ?{next}, version = ?{} WHERE id = ?1 AND uuid = ?{}",
                table.name,
                sets.join(", "),
                next + 1,
                next + 2
            )
        } else {
            let marks: Vec<String> = (1..=table.columns.len() + 4).map(|index| format!("?{index}")).collect();
            format!(
                "INSERT INTO {} ({}, change_id, version, uuid) VALUES ({})",
                table.name,
                table.column_list(),
                marks.join(", ")
            )
        };
        let mut statement = self.db.prepare_cached(&sql)?;
        for (index, value) in values.iter().enumerate() {
            match value {
                Value::Null => statement.raw_bind_parameter(index + 1, rusqlite::types::Null)?,
                Value::Number(number) => {
                    statement.raw_bind_parameter(index + 1, number.as_i64().unwrap_or_default())?
                }
                Value::String(text) => statement.raw_bind_parameter(index + 1, text.as_str())?,
                _ => return Err(rusqlite::Error::InvalidParameterCount(index, values.len())),
            }
        }
        let next = values.len() + 1;
        statement.raw_bind_parameter(next, state.author)?;
        statement.raw_bind_parameter(next + 1, version)?;
        statement.raw_bind_parameter(next + 2, state.uuid)?;
        statement.raw_execute()?;
        Ok(())
    }

    /// Two codes of one name under one parent cannot come back from an inversion: paths would be ambiguous.
    fn check_siblings(&self, word: &str, target: ChangeId) -> Result<()> {
        let twin: Option<String> = self
            .db
            .prepare_cached(
                "SELECT name FROM code GROUP BY ifnull(parent_id, 0), name HAVING count(*) > 1 AND max(id) > 0
                 AND EXISTS (SELECT 1 FROM history WHERE change_id = ?1 AND entity = ?2) LIMIT 1",
            )?
            .query_row(params![self.change, Entity::Code], |row| row.get(0))
            .optional()?;
        match twin {
            Some(name) => Err(Error::refused(format!(
                "can't {word} change {target}: it would bring back a code `{name}` where another one stands now"
            ))
            .hint(format!("rename or merge the code `{name}` first"))),
            None => Ok(()),
        }
    }

    fn in_the_way(&self, word: &str, target: ChangeId, blocker: Option<ChangeId>, entity: Entity) -> Error {
        let what = format!("can't {word} change {target}: a later change touched the same {}", entity.word());
        let Some(blocker) = blocker else { return Error::refused(what) };
        let summary =
            self.reader().change(blocker).ok().flatten().map(|change| change.summary).unwrap_or_default();
        let described = if summary.is_empty() { String::new() } else { format!(" ({summary})") };
        Error::refused(format!("{what}: change {blocker}{described}"))
            .hint(format!("`postil undo {blocker}` first, or see `postil log {blocker}`"))
    }

    /// A unique index that refuses a restored row means that somebody has made the same thing since.
    fn explain(&self, word: &str, target: ChangeId, entity: Entity, failure: rusqlite::Error) -> Error {
        if failure.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) {
            return Error::refused(format!(
                "can't {word} change {target}: the {} it would bring back has been made again since",
                entity.word()
            ))
            .hint("see `postil log`; undo the change that made it again first")
            .caused_by(failure);
        }
        failure.into()
    }
}
