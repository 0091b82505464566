//! Reading annotations.

use rusqlite::{OptionalExtension, named_params};
use uuid::Uuid;

use super::super::reader::Reader;
use super::super::sql::range_at;
use super::{AnnotationDraft, AnnotationKey, AnnotationRow, COLUMNS, from_row};
use crate::domain::CharRange;
use crate::error::Result;

impl Reader<'_> {
    /// The annotation with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotation(&self, id: i64) -> Result<Option<AnnotationRow>> {
        let sql = format!("SELECT {COLUMNS} FROM annotation WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
    }

    /// The annotation with this id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotation_by_uuid(&self, uuid: Uuid) -> Result<Option<AnnotationRow>> {
        let sql = format!("SELECT {COLUMNS} FROM annotation WHERE uuid = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([uuid], from_row).optional()?)
    }

    /// The annotation that says the same: the same coder, span and code. Where there is no code, the note
    /// is what is said, and two different notes on one span are two annotations.
    ///
    /// # Errors
    /// SQLite's.
    pub fn same_annotation(&self, draft: &AnnotationDraft) -> Result<Option<AnnotationRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM annotation WHERE document_id = :document AND start = :start AND stop = :stop
             AND coder_id = :coder AND code_id IS :code AND text_id = :text AND (code_id IS NOT NULL OR note = :note)
             ORDER BY id LIMIT 1"
        );
        let found = self
            .db
            .prepare_cached(&sql)?
            .query_row(
                named_params! {
                    ":document": draft.document, ":start": draft.range.start(), ":stop": draft.range.end(),
                    ":coder": draft.coder, ":code": draft.code, ":text": draft.text, ":note": draft.note,
                },
                from_row,
            )
            .optional()?;
        Ok(found)
    }

    /// Calls `each` with the key and the number of every annotation, in order. Answered from one index.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_annotation_key(&self, mut each: impl FnMut(AnnotationKey, i64) -> Result<()>) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT document_id, start, stop, coder_id, code_id, text_id, id FROM annotation
             ORDER BY document_id, start, stop, coder_id, code_id, text_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key = AnnotationKey {
                document: row.get(0)?,
                range: range_at(row, 1)?,
                coder: row.get(3)?,
                code: row.get(4)?,
                text: row.get(5)?,
            };
            each(key, row.get(6)?)?;
        }
        Ok(())
    }

    /// What anybody said of this very range of the document, in the order in which it was said.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotations_at(&self, document: i64, range: CharRange) -> Result<Vec<AnnotationRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM annotation WHERE document_id = :document AND start = :start AND stop = :stop
             ORDER BY id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let place = named_params! { ":document": document, ":start": range.start(), ":stop": range.end() };
        let rows = statement.query_map(place, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// How many annotations there are.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotation_count(&self) -> Result<u64> {
        let count: i64 = self.db.query_row("SELECT count(*) FROM annotation", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// How many annotations use the code with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn uses_of_code(&self, code: i64) -> Result<u64> {
        let count: i64 = self
            .db
            .prepare_cached("SELECT count(*) FROM annotation WHERE code_id = ?1")?
            .query_row([code], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Calls `each` with (code, document, how many annotations), in the order of the numbers; `None`: without a code.
    /// Answered from one index, without touching the annotations.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn count_by_code_and_document(
        &self,
        mut each: impl FnMut(Option<i64>, i64, u64) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT code_id, document_id, count(*) FROM annotation GROUP BY code_id, document_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count: i64 = row.get(2)?;
            each(row.get(0)?, row.get(1)?, count.unsigned_abs())?;
        }
        Ok(())
    }
}
