//! Coders: the analysts.

use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::{Entity, Version, id, record};
use crate::error::Result;

/// A coder as stored.
#[derive(Debug, Clone)]
pub struct CoderRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// The short name.
    pub handle: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The state's version.
    pub version: Version,
}

const COLUMNS: &str = "id, uuid, handle, created_at, version";

fn from_row(row: &Row<'_>) -> rusqlite::Result<CoderRow> {
    Ok(CoderRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        handle: row.get(2)?,
        created_at: row.get(3)?,
        version: row.get(4)?,
    })
}

impl Reader<'_> {
    /// All coders, by handle.
    ///
    /// # Errors
    /// SQLite's.
    pub fn coders(&self) -> Result<Vec<CoderRow>> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM coder ORDER BY handle"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The coder with this handle.
    ///
    /// # Errors
    /// SQLite's.
    pub fn coder(&self, handle: &str) -> Result<Option<CoderRow>> {
        let sql = format!("SELECT {COLUMNS} FROM coder WHERE handle = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([handle], from_row).optional()?)
    }

    /// The handle of the coder with this number.
    ///
    /// # Errors
    /// SQLite's, also when there is none.
    pub fn coder_handle(&self, id: i64) -> Result<String> {
        let mut statement = self.db.prepare_cached("SELECT handle FROM coder WHERE id = ?1")?;
        Ok(statement.query_row([id], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// The coder with this handle, made now if it is new.
    ///
    /// # Errors
    /// SQLite's.
    pub fn ensure_coder(&self, handle: &str) -> Result<i64> {
        if let Some(known) = self.reader().coder(handle)? {
            return Ok(known.id);
        }
        let derived = id::coder_id(self.project(), handle);
        // A coder who was renamed keeps the id derived from the old handle; who takes that handle next gets another.
        let taken: bool = self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM coder WHERE uuid = ?1)")?
            .query_row([derived], |row| row.get(0))?;
        let uuid = if taken { self.new_id() } else { derived };
        let version =
            self.insert_version(Entity::Coder, uuid, &record::Coder { handle: handle.to_owned() })?;
        self.write_coder(uuid, handle, self.at(), version)
    }

    /// Inserts a coder exactly as a file states it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_known_coder(
        &self,
        uuid: Uuid,
        handle: &str,
        created_at: i64,
        version: Version,
        graph: &Graph,
    ) -> Result<i64> {
        self.insert_known_version(Entity::Coder, uuid, version, graph)?;
        self.write_coder(uuid, handle, created_at, version)
    }

    fn write_coder(&self, uuid: Uuid, handle: &str, created_at: i64, version: Version) -> Result<i64> {
        self.db
            .prepare_cached(
                "INSERT INTO coder (id, uuid, handle, created_at, change_id, version)
                 VALUES (:id, :uuid, :handle, :created_at, :change, :version)",
            )?
            .execute(named_params! {
                // A coder whose first change was undone comes back with the next one: a redo of the first must then
                // find the number that its annotations know.
                ":id": self.reader().former_number(Entity::Coder, uuid)?, ":uuid": uuid, ":handle": handle, ":created_at": created_at, ":change": self.change,
                ":version": version,
            })?;
        Ok(self.db.last_insert_rowid())
    }

    /// Gives a coder another handle.
    ///
    /// # Errors
    /// SQLite's.
    pub fn rename_coder(&self, id: i64, handle: &str) -> Result<()> {
        let version = self.succeed(Entity::Coder, id, &record::Coder { handle: handle.to_owned() })?;
        self.write_handle(id, handle, version)
    }

    /// Gives a coder the handle of a state whose version is already decided.
    ///
    /// # Errors
    /// SQLite's, also when the handle is taken.
    pub fn step_coder(&self, id: i64, handle: &str, step: &Step<record::Coder>) -> Result<()> {
        self.succeed_as(Entity::Coder, id, step.version, &step.parents)?;
        self.write_handle(id, handle, step.version)
    }

    /// A handle that was delivered but does not become current, kept for a later decision.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_delivered_coder(&self, id: i64, handle: &str, step: &Step<record::Coder>) -> Result<()> {
        self.keep_delivered_row(Entity::Coder, id, Some(&[("handle", handle.into())]), step)
    }

    fn write_handle(&self, id: i64, handle: &str, version: Version) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE coder SET handle = :handle, change_id = :change, version = :version WHERE id = :id",
            )?
            .execute(
                named_params! { ":handle": handle, ":change": self.change, ":version": version, ":id": id },
            )?;
        Ok(())
    }

    /// Deletes a coder that nothing refers to any more.
    ///
    /// # Errors
    /// SQLite's, also when something still refers to it.
    pub fn delete_coder(&self, id: i64) -> Result<()> {
        self.remove(Entity::Coder, "id = :key", id).map(drop)
    }
}
