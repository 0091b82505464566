//! Assignments: a coder's state on a document.

use rusqlite::{OptionalExtension, Row, named_params, params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::record::{self, Progress};
use crate::domain::{Entity, Version, id};
use crate::error::Result;

/// An assignment as stored.
#[derive(Debug, Clone)]
pub struct AssignmentRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// The document, by number.
    pub document: i64,
    /// The coder, by number.
    pub coder: i64,
    /// How far the coder is.
    pub state: Progress,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AssignmentRow> {
    Ok(AssignmentRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        document: row.get(2)?,
        coder: row.get(3)?,
        state: row.get(4)?,
        created_at: row.get(5)?,
        modified_at: row.get(6)?,
        version: row.get(7)?,
    })
}

const COLUMNS: &str = "id, uuid, document_id, coder_id, state, created_at, modified_at, version";

impl Reader<'_> {
    /// All assignments, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn assignments(&self) -> Result<Vec<AssignmentRow>> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM assignment ORDER BY id"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Sets a coder's state on a document; says whether that changed anything. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's.
    pub fn set_assignment(
        &self,
        document: i64,
        coder: i64,
        state: Progress,
        times: (i64, i64),
    ) -> Result<bool> {
        let content = record::Assignment {
            document: self.references.uuid("document", document)?,
            coder: self.references.uuid("coder", coder)?,
            state,
        };
        let sql = format!("SELECT {COLUMNS} FROM assignment WHERE document_id = ?1 AND coder_id = ?2");
        let known = self.db.prepare_cached(&sql)?.query_row(params![document, coder], from_row).optional()?;
        match known {
            Some(row) if row.state == state => return Ok(false),
            Some(row) => {
                let version = self.succeed(Entity::Assignment, row.id, &content)?;
                self.db
                    .prepare_cached(
                        "UPDATE assignment SET state = :state, modified_at = :at, change_id = :change,
                           version = :version WHERE id = :id",
                    )?
                    .execute(named_params! {
                        ":state": state, ":at": self.at(), ":change": self.change, ":version": version, ":id": row.id,
                    })?;
            }
            None => {
                let uuid = id::assignment_id(self.project(), content.document, content.coder);
                let version = self.insert_version(Entity::Assignment, uuid, &content)?;
                self.db
                    .prepare_cached(
                        "INSERT INTO assignment (uuid, document_id, coder_id, state, created_at, modified_at, change_id, version)
                         VALUES (:uuid, :document, :coder, :state, :created, :modified, :change, :version)",
                    )?
                    .execute(named_params! {
                        ":uuid": uuid, ":document": document, ":coder": coder, ":state": state,
                        ":created": times.0, ":modified": times.1, ":change": self.change, ":version": version,
                    })?;
            }
        }
        Ok(true)
    }

    /// Deletes a coder's state on a document.
    ///
    /// # Errors
    /// SQLite's.
    pub fn delete_assignment(&self, id: i64) -> Result<()> {
        self.remove(Entity::Assignment, "id = :key", id).map(drop)
    }
}
