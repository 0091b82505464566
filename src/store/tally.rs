//! Counts of annotations, answered from the indices without touching the annotations themselves.

use std::collections::HashMap;

use super::reader::Reader;
use crate::error::Result;

/// How often a code was used in one document, or `None` for annotations without a code.
pub type CodeTally = (Option<i64>, u64);

impl Reader<'_> {
    /// How many annotations each document has, by its number; documents without any are left out.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotations_by_document(&self) -> Result<HashMap<i64, u64>> {
        self.tally("SELECT document_id, count(*) FROM annotation GROUP BY document_id")
    }

    /// How many annotations each code has, by its number; codes without any are left out.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotations_by_code(&self) -> Result<HashMap<i64, u64>> {
        self.tally(
            "SELECT code_id, count(*) FROM annotation INDEXED BY annotation_code WHERE code_id IS NOT NULL GROUP BY code_id",
        )
    }

    /// How many annotations each coder made, by the coder's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotations_by_coder(&self) -> Result<HashMap<i64, u64>> {
        self.tally("SELECT coder_id, count(*) FROM annotation GROUP BY coder_id")
    }

    /// In how many documents each coder made annotations, by the coder's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents_by_coder(&self) -> Result<HashMap<i64, u64>> {
        self.tally("SELECT coder_id, count(DISTINCT document_id) FROM annotation GROUP BY coder_id")
    }

    /// Who has annotations in which document: pairs of document and coder.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotated_documents(&self) -> Result<Vec<(i64, i64)>> {
        let mut statement =
            self.db.prepare_cached("SELECT DISTINCT document_id, coder_id FROM annotation")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How often each code was used in one document, the most used first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn codes_in_document(&self, document: i64) -> Result<Vec<CodeTally>> {
        let mut statement = self.db.prepare_cached(
            "SELECT code_id, count(*) AS uses FROM annotation WHERE document_id = ?1
             GROUP BY code_id ORDER BY uses DESC, code_id",
        )?;
        let rows = statement.query_map([document], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many annotations each coder made in one document, by the coder's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn coders_in_document(&self, document: i64) -> Result<HashMap<i64, u64>> {
        let mut statement = self.db.prepare_cached(
            "SELECT coder_id, count(*) FROM annotation WHERE document_id = ?1 GROUP BY coder_id",
        )?;
        let rows = statement.query_map([document], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many annotations each coder made with one code, by the coder's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn coders_of_code(&self, code: i64) -> Result<HashMap<i64, u64>> {
        let mut statement = self.db.prepare_cached(
            "SELECT coder_id, count(*) FROM annotation WHERE code_id = ?1 GROUP BY coder_id",
        )?;
        let rows = statement.query_map([code], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// In how many documents a code was used.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents_of_code(&self, code: i64) -> Result<u64> {
        let count = self
            .db
            .prepare_cached("SELECT count(DISTINCT document_id) FROM annotation WHERE code_id = ?1")?
            .query_row([code], |row| row.get(0))?;
        Ok(unsigned(count))
    }

    fn tally(&self, sql: &'static str) -> Result<HashMap<i64, u64>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn unsigned(count: i64) -> u64 {
    count.unsigned_abs()
}
