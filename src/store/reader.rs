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
    /// By table, all rows that history knows of. Apart from `uuids`, which holds what was asked for and nothing else.
    former: RefCell<HashMap<&'static str, Former>>,
}

/// The rows of one table that history knows of, read at the first question about one that is gone.
struct Former {
    uuids: HashMap<i64, Uuid>,
    /// How many rows this connection had written by then: a change may delete more and ask again.
    written: u64,
}

impl<'a> References<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        References { db, uuids: RefCell::default(), digests: RefCell::default(), former: RefCell::default() }
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

    /// Says what the id of the row `id` of `table` is, whatever the tables say.
    pub(super) fn know(&self, table: &'static str, id: i64, uuid: Uuid) {
        self.uuids.borrow_mut().insert((table, id), uuid);
    }

    /// Says what the SHA-256 of the text `id` is, whatever the tables say.
    pub(super) fn know_digest(&self, id: i64, sha256: Digest) {
        self.digests.borrow_mut().insert(id, sha256);
    }

    /// Every row that was asked for: its table, number and id.
    pub(super) fn known(&self) -> Vec<(&'static str, i64, Uuid)> {
        self.uuids.borrow().iter().map(|((table, id), uuid)| (*table, *id, *uuid)).collect()
    }

    /// One by one, each question would read history from end to end: a thousand removed documents, a thousand times.
    fn deleted_uuid(&self, table: &'static str, id: i64) -> Result<Uuid> {
        let known = |former: &HashMap<&str, Former>| former.get(table)?.uuids.get(&id).copied();
        if let Some(uuid) = known(&self.former.borrow()) {
            return Ok(uuid);
        }
        let written = self.db.total_changes();
        if self.former.borrow().get(table).is_none_or(|former| former.written != written) {
            self.learn_former(table, written)?;
        }
        known(&self.former.borrow()).ok_or_else(|| {
            Error::new(
                ErrorKind::Corrupt,
                format!("it refers to {table} {id}, which is not there and never was"),
            )
            .hint("`postil check` says what else is damaged")
        })
    }

    fn learn_former(&self, table: &'static str, written: u64) -> Result<()> {
        let entity = super::table::TABLES.iter().find(|known| known.name == table).map(|known| known.entity);
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT json_extract(before, '$[0]'), uuid FROM history
             WHERE entity = ?1 AND json_valid(before)",
        )?;
        let rows = statement.query_map([entity], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let uuids = rows.collect::<rusqlite::Result<_>>()?;
        self.former.borrow_mut().insert(table, Former { uuids, written });
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_gone_are_learnt_at_once_and_again_when_more_went() {
        let db = super::super::schema::in_memory().unwrap();
        db.execute_batch("PRAGMA foreign_keys=OFF").unwrap();
        let gone = |id: i64| {
            db.execute(
                "INSERT INTO history (change_id, entity, uuid, version, author, before)
                 VALUES (1, 4, ?1, 0, 0, json_array(?2))",
                (Uuid::from_u128(id.unsigned_abs().into()), id),
            )
            .unwrap();
        };
        gone(1);
        gone(2);
        let references = References::new(&db);
        assert_eq!(references.uuid("code", 1).unwrap(), Uuid::from_u128(1));
        gone(3);
        assert_eq!(references.uuid("code", 3).unwrap(), Uuid::from_u128(3));
        assert_eq!(references.known().len(), 2, "what was only learnt was not asked for");
        assert_eq!(references.uuid("code", 4).unwrap_err().kind(), ErrorKind::Corrupt);
        assert!(references.uuid("coder", 1).is_err(), "another table's");
    }
}
