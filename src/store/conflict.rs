//! Conflicts: two heads of one record that a person must choose between.

use rusqlite::{Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::content::{AnyContent, Columns};
use super::reader::{Reader, References};
use crate::domain::{Entity, Version, id, record};
use crate::error::{Error, ErrorKind, Result};

/// An open conflict as stored.
#[derive(Debug, Clone)]
pub struct ConflictRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// What clashes.
    pub content: record::Conflict,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The change that brought it.
    pub change: i64,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<(ConflictRow, String)> {
    let source_row: i64 = row.get(8)?;
    let conflict = ConflictRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        content: record::Conflict {
            entity: row.get(2)?,
            record: Uuid::nil(),
            ours: row.get(4)?,
            theirs: row.get(5)?,
            fields: row.get(6)?,
            source: row.get(7)?,
            row: source_row.unsigned_abs(),
        },
        created_at: row.get(9)?,
        change: row.get(10)?,
    };
    Ok((conflict, row.get(3)?))
}

impl Reader<'_> {
    /// The open conflicts, oldest first.
    ///
    /// # Errors
    /// SQLite's; corrupt when an id is not one.
    pub fn conflicts(&self) -> Result<Vec<ConflictRow>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, uuid, entity, record, ours, theirs, fields, source, source_row, created_at, change_id
             FROM conflict ORDER BY id",
        )?;
        let rows = statement.query_map([], from_row)?;
        rows.map(|row| {
            let (mut conflict, record) = row?;
            conflict.content.record = record.parse().map_err(|_| {
                Error::new(ErrorKind::Corrupt, format!("conflict {} names no record", conflict.id))
            })?;
            Ok(conflict)
        })
        .collect()
    }

    /// What the record said at `version`: `None` when the store does not know, `Some(None)` when it was deleted.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable.
    pub fn content_at(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
    ) -> Result<Option<Option<AnyContent>>> {
        let references = References::new(self.db);
        let Some(columns) = self.columns_at(entity, uuid, version)? else { return Ok(None) };
        let Some(columns) = columns else { return Ok(Some(None)) };
        Ok(Some(Some(Columns::parse(&columns, &references)?.content(entity)?)))
    }
}

impl Tx<'_> {
    /// Opens a conflict, unless it is open already.
    ///
    /// # Errors
    /// SQLite's.
    pub fn open_conflict(&self, content: &record::Conflict) -> Result<()> {
        let uuid = id::conflict_id(content.record, content.ours, content.theirs);
        let known: bool = self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM conflict WHERE uuid = ?1)")?
            .query_row([uuid], |row| row.get(0))?;
        if known {
            return Ok(());
        }
        let version = self.insert_version(Entity::Conflict, uuid, content)?;
        self.db
            .prepare_cached(
                "INSERT INTO conflict (uuid, entity, record, ours, theirs, fields, source, source_row, created_at,
                   change_id, version)
                 VALUES (:uuid, :entity, :record, :ours, :theirs, :fields, :source, :row, :at, :change, :version)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":entity": content.entity, ":record": content.record.to_string(),
                ":ours": content.ours, ":theirs": content.theirs, ":fields": content.fields,
                ":source": content.source, ":row": i64::try_from(content.row).unwrap_or(0), ":at": self.at(),
                ":change": self.change, ":version": version,
            })?;
        Ok(())
    }
}
