//! Reading: what a [`Store`] and a change in progress have in common.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::open::Store;
use crate::domain::Digest;
use crate::error::{Error, ErrorKind, Result};

/// Reads from a store. The files of the records add what they can answer.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(super) db: &'a Connection,
}

impl Store {
    /// Reads from the store. For several reads of one state, see [`Store::read`].
    pub fn reader(&self) -> Reader<'_> {
        Reader { db: &self.db }
    }
}

/// The ids behind row numbers, looked up once each.
pub(super) struct References<'a> {
    db: &'a Connection,
    uuids: RefCell<HashMap<(&'static str, i64), Uuid>>,
    digests: RefCell<HashMap<i64, Digest>>,
}

impl<'a> References<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        References { db, uuids: RefCell::default(), digests: RefCell::default() }
    }

    /// The uuid of the row `id` of `table` (a fixed name), also when that row has been deleted since.
    ///
    /// # Errors
    /// Corrupt when there never was such a row.
    pub(super) fn uuid(&self, table: &'static str, id: i64) -> Result<Uuid> {
        if let Some(uuid) = self.uuids.borrow().get(&(table, id)) {
            return Ok(*uuid);
        }
        let current: Option<Uuid> = self
            .db
            .prepare_cached(&format!("SELECT uuid FROM {table} WHERE id = ?1"))?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let uuid = match current {
            Some(uuid) => uuid,
            None => self.deleted_uuid(table, id)?,
        };
        self.uuids.borrow_mut().insert((table, id), uuid);
        Ok(uuid)
    }

    /// Takes the answer of `sql` (number, id) for what is known of `table`.
    pub(super) fn learn(&self, table: &'static str, sql: &str, entity: crate::domain::Entity) -> Result<()> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            self.uuids.borrow_mut().insert((table, row.get(0)?), row.get(1)?);
        }
        Ok(())
    }

    /// Every row that was asked for: its table, number and id.
    pub(super) fn known(&self) -> Vec<(&'static str, i64, Uuid)> {
        self.uuids.borrow().iter().map(|((table, id), uuid)| (*table, *id, *uuid)).collect()
    }

    fn deleted_uuid(&self, table: &'static str, id: i64) -> Result<Uuid> {
        let entity = super::table::TABLES.iter().find(|known| known.name == table).map(|known| known.entity);
        let found = self
            .db
            .prepare_cached(
                "SELECT uuid FROM history WHERE entity = ?1 AND json_extract(before, '$[0]') = ?2 LIMIT 1",
            )?
            .query_row((entity.map(|entity| i64::from(entity.number())), id), |row| row.get(0))
            .optional()?;
        found.ok_or_else(|| {
            Error::new(
                ErrorKind::Corrupt,
                format!("it refers to {table} {id}, which is not there and never was"),
            )
        })
    }

    /// The SHA-256 of the text `id`.
    pub(super) fn digest(&self, id: i64) -> Result<Digest> {
        if let Some(digest) = self.digests.borrow().get(&id) {
            return Ok(*digest);
        }
        let digest = self
            .db
            .prepare_cached("SELECT sha256 FROM text WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        self.digests.borrow_mut().insert(id, digest);
        Ok(digest)
    }
}
