//! The log: what was changed, by whom, and whether it still holds.

use std::ops::ControlFlow;

use rusqlite::{OptionalExtension, Row, params};
use uuid::Uuid;

use super::change::ChangeId;
use super::content::{AnyContent, Columns};
use super::purge::PURGE;
use super::reader::{Reader, References};
use super::salvage::SALVAGE;
use super::table::Table;
use crate::domain::Entity;
use crate::error::Result;

/// What sort of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// A command's own work.
    Do,
    /// The undoing of another change.
    Undo,
    /// The redoing of an undone change.
    Redo,
}

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its number.
    pub id: ChangeId,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// The handle of the coder.
    pub coder: String,
    /// The command.
    pub command: String,
    /// What it did, in one line.
    pub summary: String,
    /// What sort of change it is.
    pub kind: ChangeKind,
    /// The change that an undo or redo is about.
    pub target: Option<ChangeId>,
    /// Whether it has been undone (and not redone).
    pub undone: bool,
}

/// What one change did to one record.
#[derive(Debug, Clone)]
pub struct Touch {
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub uuid: Uuid,
    /// Its number within this store.
    pub id: Option<i64>,
    /// The change.
    pub change: ChangeId,
    /// What it said before; `None`: there was none.
    pub before: Option<AnyContent>,
    /// What it said afterwards; `None`: deleted.
    pub after: Option<AnyContent>,
    /// It came in and was kept beside the current state: a side of a conflict or of a merge.
    pub delivered_only: bool,
}

/// The kind of the newest undo or redo of a change; a change without any is in effect, as if redone.
const EFFECT: &str =
    "ifnull((SELECT r.kind FROM change r WHERE r.target = c.id ORDER BY r.id DESC LIMIT 1), 'redo')";

fn from_row(row: &Row<'_>) -> rusqlite::Result<ChangeRow> {
    let kind: String = row.get(5)?;
    let effect: String = row.get(7)?;
    let kind = match kind.as_str() {
        "undo" => ChangeKind::Undo,
        "redo" => ChangeKind::Redo,
        _ => ChangeKind::Do,
    };
    Ok(ChangeRow {
        id: row.get(0)?,
        at: row.get(1)?,
        coder: row.get(2)?,
        command: row.get(3)?,
        summary: row.get(4)?,
        kind,
        target: row.get(6)?,
        undone: kind == ChangeKind::Do && effect == "undo",
    })
}

impl Reader<'_> {
    /// The newest `limit` changes, newest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn changes(&self, limit: usize) -> Result<Vec<ChangeRow>> {
        let sql = format!(
            "SELECT id, at, coder, command, summary, kind, target, {EFFECT} FROM change c ORDER BY id DESC LIMIT ?1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One change.
    ///
    /// # Errors
    /// SQLite's.
    pub fn change(&self, id: ChangeId) -> Result<Option<ChangeRow>> {
        let sql = format!(
            "SELECT id, at, coder, command, summary, kind, target, {EFFECT} FROM change c WHERE id = ?1"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
    }

    /// The newest change that is in effect: what `undo` alone means. Passed over is what can't be undone: a purge, and what stands in for
    /// lost records.
    ///
    /// # Errors
    /// SQLite's.
    pub fn newest_in_effect(&self) -> Result<Option<ChangeId>> {
        let sql = format!(
            "SELECT id FROM change c WHERE kind = 'do' AND {EFFECT} = 'redo' AND command NOT IN ('{PURGE}', '{SALVAGE}')
             ORDER BY id DESC LIMIT 1"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?)
    }

    /// The change undone last: what `redo` alone means. With the number of a newer change of another kind, when there is one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn newest_undone(&self) -> Result<Option<(ChangeId, Option<ChangeId>)>> {
        let sql = format!(
            "SELECT c.id, u.id FROM change c JOIN change u ON u.target = c.id
             WHERE c.kind = 'do' AND {EFFECT} = 'undo' AND u.kind = 'undo' ORDER BY u.id DESC LIMIT 1"
        );
        let found: Option<(ChangeId, ChangeId)> =
            self.db.prepare_cached(&sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((target, undo)) = found else { return Ok(None) };
        let newer: Option<ChangeId> = self
            .db
            .prepare_cached("SELECT max(id) FROM change WHERE kind = 'do' AND id > ?1")?
            .query_row([undo], |row| row.get(0))?;
        Ok(Some((target, newer)))
    }

    /// What a change did, calling `each` once for every record, until it has seen enough.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable; those of `each`.
    pub fn each_touch(
        &self,
        change: ChangeId,
        mut each: impl FnMut(Touch) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let references = References::new(self.db);
        let read = |entity: Entity, columns: Option<String>| -> Result<(Option<i64>, Option<AnyContent>)> {
            let Some(columns) = columns else { return Ok((None, None)) };
            let columns = Columns::parse(&columns, &references)?;
            Ok((Some(columns.number(0)?), Some(columns.content(entity)?)))
        };
        for table in Entity::ALL.map(Table::of) {
            let entity = table.entity;
            // What it inserted and nobody replaced since.
            let sql = format!(
                "SELECT uuid, json_array({columns}) FROM {name} WHERE change_id = ?1 AND uuid NOT IN
                   (SELECT uuid FROM history WHERE change_id = ?1 AND entity = ?2 AND author <> ?1) ORDER BY id",
                columns = table.column_list(),
                name = table.name,
            );
            let mut statement = self.db.prepare_cached(&sql)?;
            let mut rows = statement.query(params![change, entity])?;
            while let Some(row) = rows.next()? {
                let (id, after) = read(entity, row.get(1)?)?;
                if each(Touch {
                    entity,
                    uuid: row.get(0)?,
                    id,
                    change,
                    before: None,
                    after,
                    delivered_only: false,
                })?
                .is_break()
                {
                    return Ok(());
                }
            }
            // What it inserted and somebody replaced or deleted since.
            let mut statement = self.db.prepare_cached(
                "SELECT uuid, before FROM history h WHERE author = ?1 AND change_id <> ?1 AND entity = ?2 AND before IS NOT NULL
                   AND uuid NOT IN (SELECT uuid FROM history WHERE change_id = ?1 AND entity = ?2 AND author <> ?1)
                   AND change_id = (SELECT min(change_id) FROM history e
                                    WHERE e.uuid = h.uuid AND e.author = ?1 AND e.change_id <> ?1)",
            )?;
            let mut rows = statement.query(params![change, entity])?;
            while let Some(row) = rows.next()? {
                let uuid: Uuid = row.get(0)?;
                let current: Option<ChangeId> = self
                    .db
                    .prepare_cached(&format!("SELECT change_id FROM {} WHERE uuid = ?1", table.name))?
                    .query_row([uuid], |row| row.get(0))
                    .optional()?;
                if current == Some(change) {
                    continue;
                }
                let (id, after) = read(entity, row.get(1)?)?;
                if each(Touch { entity, uuid, id, change, before: None, after, delivered_only: false })?
                    .is_break()
                {
                    return Ok(());
                }
            }
            // What it changed, deleted or brought back.
            let mut statement = self.db.prepare_cached(
                "SELECT uuid, author, before, version FROM history WHERE change_id = ?1 AND entity = ?2",
            )?;
            let mut rows = statement.query(params![change, entity])?;
            while let Some(row) = rows.next()? {
                let (uuid, author): (Uuid, ChangeId) = (row.get(0)?, row.get(1)?);
                let (id, before) = read(entity, row.get(2)?)?;
                if author == change {
                    if each(Touch {
                        entity,
                        uuid,
                        id,
                        change,
                        before: None,
                        after: before,
                        delivered_only: true,
                    })?
                    .is_break()
                    {
                        return Ok(());
                    }
                    continue;
                }
                let (after_id, after) = read(entity, self.columns_after(entity, uuid, change)?)?;
                if each(Touch {
                    entity,
                    uuid,
                    id: id.or(after_id),
                    change,
                    before,
                    after,
                    delivered_only: false,
                })?
                .is_break()
                {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// What a record said right after `change`, which touched it.
    fn columns_after(&self, entity: Entity, uuid: Uuid, change: ChangeId) -> Result<Option<String>> {
        let next: Option<Option<String>> = self
            .db
            .prepare_cached(
                "SELECT before FROM history WHERE uuid = ?1 AND change_id > ?2 AND author <> change_id
                 ORDER BY change_id LIMIT 1",
            )?
            .query_row(params![uuid, change], |row| row.get(0))
            .optional()?;
        match next {
            Some(before) => Ok(before),
            None => Ok(self.current_columns(entity, uuid)?.map(|(_, columns)| columns)),
        }
    }

    /// The life of one record, oldest first: what each change made of it.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable.
    pub fn life(&self, entity: Entity, uuid: Uuid) -> Result<Vec<Touch>> {
        let references = References::new(self.db);
        let read = |columns: Option<&str>| -> Result<(Option<i64>, Option<AnyContent>)> {
            let Some(columns) = columns else { return Ok((None, None)) };
            let columns = Columns::parse(columns, &references)?;
            Ok((Some(columns.number(0)?), Some(columns.content(entity)?)))
        };
        let mut statement = self.db.prepare_cached(
            "SELECT change_id, author, before FROM history WHERE uuid = ?1 ORDER BY change_id, author <> change_id",
        )?;
        let rows = statement.query_map([uuid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let rows: Vec<(ChangeId, ChangeId, Option<String>)> = rows.collect::<rusqlite::Result<_>>()?;
        let (delivered, steps): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(change, author, _)| change == author);
        let current = self.current_columns(entity, uuid)?.map(|(_, columns)| columns);
        let made_by = match steps.first() {
            Some((_, author, before)) => before.is_some().then_some(*author),
            None => self.author(entity, uuid)?,
        };
        // The state after a step is the one before the next.
        let mut afters: Vec<Option<&str>> = steps.iter().map(|(.., before)| before.as_deref()).collect();
        afters.push(current.as_deref());
        let mut touches = Vec::with_capacity(steps.len() + 1);
        if let Some(change) = made_by {
            let (id, after) = read(afters[0])?;
            touches.push(Touch { entity, uuid, id, change, before: None, after, delivered_only: false });
        }
        for (index, (change, ..)) in steps.iter().enumerate() {
            let ((old, before), (new, after)) = (read(afters[index])?, read(afters[index + 1])?);
            let id = old.or(new);
            touches.push(Touch { entity, uuid, id, change: *change, before, after, delivered_only: false });
        }
        for (change, _, state) in &delivered {
            let (id, after) = read(state.as_deref())?;
            touches.push(Touch {
                entity,
                uuid,
                id,
                change: *change,
                before: None,
                after,
                delivered_only: true,
            });
        }
        touches.sort_by_key(|touch| touch.change);
        Ok(touches)
    }

    /// The change whose content a record holds.
    fn author(&self, entity: Entity, uuid: Uuid) -> Result<Option<ChangeId>> {
        let sql = format!("SELECT change_id FROM {} WHERE uuid = ?1", Table::of(entity).name);
        Ok(self.db.prepare_cached(&sql)?.query_row([uuid], |row| row.get(0)).optional()?)
    }

    /// The record of this kind that held `value` in one of its columns last, among those that history knows:
    /// `column` counts from 0, the number of the row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn formerly(&self, entity: Entity, column: u8, value: &str) -> Result<Vec<Uuid>> {
        let mut statement = self.db.prepare_cached(
            "SELECT uuid, max(change_id) FROM history WHERE entity = ?1
               AND CAST(json_extract(before, '$[' || ?2 || ']') AS TEXT) = ?3 GROUP BY uuid ORDER BY 2 DESC",
        )?;
        let rows = statement.query_map(params![entity, column, value], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The last state that history knows of a record that is gone.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable.
    pub fn last_content(&self, entity: Entity, uuid: Uuid) -> Result<Option<AnyContent>> {
        let found: Option<String> = self
            .db
            .prepare_cached(
                "SELECT before FROM history WHERE uuid = ?1 AND before IS NOT NULL AND author <> change_id
                 ORDER BY change_id DESC LIMIT 1",
            )?
            .query_row([uuid], |row| row.get(0))
            .optional()?;
        let references = References::new(self.db);
        found.map(|columns| Columns::parse(&columns, &references)?.content(entity)).transpose()
    }
}
