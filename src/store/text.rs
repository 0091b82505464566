//! Texts: immutable, addressed by their SHA-256.

use rusqlite::{OptionalExtension, named_params};

use super::change::Tx;
use super::failure::damaged;
use super::reader::Reader;
use crate::domain::Digest;
use crate::error::Result;

impl Reader<'_> {
    /// The body of the text `id`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn text_body(&self, id: i64) -> Result<String> {
        self.with_text_body(id, |body| Ok(body.to_owned()))
    }

    /// The body of the text `id`, once its SHA-256 was seen to be right: for work that builds on it. A passage that is tagged
    /// in a damaged text would be somebody's word for what nobody wrote.
    ///
    /// # Errors
    /// SQLite's; corrupt when the text was altered.
    pub fn proven_text_body(&self, id: i64) -> Result<String> {
        let body = self.text_body(id)?;
        if Digest::of(body.as_bytes()) == self.text_digest(id)? {
            return Ok(body);
        }
        Err(damaged(format!("the text {id} was altered: its SHA-256 is another")))
    }

    /// The SHA-256 of the text `id`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn text_digest(&self, id: i64) -> Result<Digest> {
        let sql = "SELECT sha256 FROM text WHERE id = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
    }

    /// The text with this SHA-256.
    ///
    /// # Errors
    /// SQLite's.
    pub fn text_with_digest(&self, sha256: Digest) -> Result<Option<i64>> {
        let sql = "SELECT id FROM text WHERE sha256 = ?1";
        Ok(self.db.prepare_cached(sql)?.query_row([sha256], |row| row.get(0)).optional()?)
    }

    /// Runs `reading` on the body of the text `id`, borrowed from SQLite: for scans over every text.
    ///
    /// # Errors
    /// SQLite's, and those of `reading`.
    pub fn with_text_body<T>(&self, id: i64, reading: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        let mut statement = self.db.prepare_cached("SELECT body FROM text WHERE id = ?1")?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let body = row.get_ref(0)?.as_str().map_err(|cause| {
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(cause))
        })?;
        reading(body)
    }

    /// Runs `each` on the number and the body of every text, also of those that no document has any more.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_text(&self, mut each: impl FnMut(i64, &str) -> Result<()>) -> Result<()> {
        let mut statement = self.db.prepare("SELECT id FROM text ORDER BY id")?;
        let ids = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        ids.into_iter().try_for_each(|id| self.with_text_body(id, |body| each(id, body)))
    }

    /// Runs `each` on every former state of a record, as history holds it (JSON).
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_former_state(&self, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let mut statement = self.db.prepare("SELECT before FROM history WHERE before IS NOT NULL")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(&row.get::<_, String>(0)?)?;
        }
        Ok(())
    }

    /// Puts the bodies of the texts `ids` into `into`, one after the other in place of what it holds, until it has `enough`
    /// bytes. Returns the byte where each of those that were read ends; at least one is, if any is named.
    ///
    /// For scans that print: the store is not locked while they do. One lock serves all texts of a call, since taking
    /// it costs as much as reading 10 kB.
    ///
    /// # Errors
    /// SQLite's.
    pub fn copy_text_bodies(
        &self,
        ids: impl IntoIterator<Item = i64>,
        enough: usize,
        into: &mut String,
    ) -> Result<Vec<usize>> {
        // Within a change there is a lock already.
        let lock = if self.db.is_autocommit() { Some(self.db.unchecked_transaction()?) } else { None };
        into.clear();
        let mut ends = Vec::new();
        for id in ids {
            self.with_text_body(id, |body| {
                into.push_str(body);
                Ok(())
            })?;
            ends.push(into.len());
            if into.len() >= enough {
                break;
            }
        }
        if let Some(lock) = lock {
            lock.finish()?;
        }
        Ok(ends)
    }
}

impl Tx<'_> {
    /// The text with this body, stored now if it is new. `chars` are its code points.
    ///
    /// # Errors
    /// SQLite's.
    pub fn ensure_text(&self, body: &str, chars: u32, sha256: Digest) -> Result<i64> {
        if let Some(id) = self.reader().text_with_digest(sha256)? {
            return Ok(id);
        }
        self.db
            .prepare_cached("INSERT INTO text (sha256, chars, body) VALUES (:sha256, :chars, :body)")?
            .execute(named_params! { ":sha256": sha256, ":chars": chars, ":body": body })?;
        Ok(self.db.last_insert_rowid())
    }
}
