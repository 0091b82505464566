//! Annotations: what one coder said of one span.

use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use super::sql::range_at;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::{CharRange, Entity, Version, record};
use crate::error::Result;

/// An annotation as stored.
#[derive(Debug, Clone)]
pub struct AnnotationRow {
    /// The number within this store, `#12` to people.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// What it says, by numbers.
    pub draft: AnnotationDraft,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

/// What is to be written of an annotation. References are numbers within this store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationDraft {
    /// The document.
    pub document: i64,
    /// The text that the range counts in.
    pub text: i64,
    /// The span, in code points.
    pub range: CharRange,
    /// The code, if any.
    pub code: Option<i64>,
    /// Who said it.
    pub coder: i64,
    /// The note; empty means none.
    pub note: String,
}

/// What makes two annotations the same: span, coder and code. Ordered as the index `annotation_place` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnnotationKey {
    /// The document.
    pub document: i64,
    /// The span, in code points.
    pub range: CharRange,
    /// Who said it.
    pub coder: i64,
    /// The code; none comes first.
    pub code: Option<i64>,
    /// The text that the range counts in.
    pub text: i64,
}

pub(super) const COLUMNS: &str =
    "id, uuid, document_id, text_id, start, stop, code_id, coder_id, note, created_at, modified_at, version";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<AnnotationRow> {
    Ok(AnnotationRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        draft: AnnotationDraft {
            document: row.get(2)?,
            text: row.get(3)?,
            range: range_at(row, 4)?,
            code: row.get(6)?,
            coder: row.get(7)?,
            note: row.get(8)?,
        },
        created_at: row.get(9)?,
        modified_at: row.get(10)?,
        version: row.get(11)?,
    })
}

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

impl Tx<'_> {
    /// What an annotation says, with references by id.
    ///
    /// # Errors
    /// SQLite's, also when a number refers to nothing.
    pub fn annotation_content(&self, draft: &AnnotationDraft) -> Result<record::Annotation> {
        Ok(record::Annotation {
            document: self.references.uuid("document", draft.document)?,
            text: self.references.digest(draft.text)?,
            range: draft.range,
            code: draft.code.map(|id| self.references.uuid("code", id)).transpose()?,
            coder: self.references.uuid("coder", draft.coder)?,
            note: draft.note.clone(),
        })
    }

    /// Inserts an annotation under a new id. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_annotation(&self, draft: &AnnotationDraft, times: (i64, i64)) -> Result<i64> {
        let uuid = self.new_id();
        let version = self.first_version(Entity::Annotation, uuid, &self.annotation_content(draft)?);
        self.write_annotation(uuid, draft, times, version)
    }

    /// Inserts an annotation under the id that a file states. `known`: its version and ancestry, where the file's
    /// agree with what it says. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_known_annotation(
        &self,
        uuid: Uuid,
        draft: &AnnotationDraft,
        times: (i64, i64),
        known: Option<(Version, &Graph)>,
    ) -> Result<i64> {
        let version = match known {
            Some((version, graph)) => {
                self.insert_known_version(Entity::Annotation, uuid, version, graph)?;
                version
            }
            None => self.insert_version(Entity::Annotation, uuid, &self.annotation_content(draft)?)?,
        };
        self.write_annotation(uuid, draft, times, version)
    }

    fn write_annotation(
        &self,
        uuid: Uuid,
        draft: &AnnotationDraft,
        (created_at, modified_at): (i64, i64),
        version: Version,
    ) -> Result<i64> {
        // Positional parameters: looking names up costs a tenth of a million-row import.
        self.db
            .prepare_cached(
                "INSERT INTO annotation (uuid, document_id, text_id, start, stop, code_id, coder_id, note,
                   created_at, modified_at, change_id, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(rusqlite::params![
                uuid,
                draft.document,
                draft.text,
                draft.range.start(),
                draft.range.end(),
                draft.code,
                draft.coder,
                draft.note,
                created_at,
                modified_at,
                self.change,
                version,
            ])?;
        Ok(self.db.last_insert_rowid())
    }

    /// Changes an annotation.
    ///
    /// # Errors
    /// SQLite's, also when the change would make it say what another one says already.
    pub fn update_annotation(&self, id: i64, draft: &AnnotationDraft) -> Result<()> {
        let version = self.succeed(Entity::Annotation, id, &self.annotation_content(draft)?)?;
        self.rewrite_annotation(id, draft, version)
    }

    /// Changes an annotation to a state whose version is already decided.
    ///
    /// # Errors
    /// As [`Tx::update_annotation`].
    pub fn step_annotation(
        &self,
        id: i64,
        draft: &AnnotationDraft,
        step: &Step<record::Annotation>,
    ) -> Result<()> {
        self.succeed_as(Entity::Annotation, id, step.version, &step.parents)?;
        self.rewrite_annotation(id, draft, step.version)
    }

    fn rewrite_annotation(&self, id: i64, draft: &AnnotationDraft, version: Version) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE annotation SET document_id = :document, text_id = :text, start = :start, stop = :stop,
                   code_id = :code, coder_id = :coder, note = :note, modified_at = :at, change_id = :change,
                   version = :version
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":document": draft.document, ":text": draft.text, ":start": draft.range.start(),
                ":stop": draft.range.end(), ":code": draft.code, ":coder": draft.coder, ":note": draft.note,
                ":at": self.at(), ":change": self.change, ":version": version, ":id": id,
            })?;
        Ok(())
    }

    /// Deletes an annotation.
    ///
    /// # Errors
    /// SQLite's.
    pub fn delete_annotation(&self, id: i64) -> Result<()> {
        self.remove(Entity::Annotation, "id = :key", id).map(drop)
    }

    /// A state that was delivered but does not become current, kept whole for a later decision.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_delivered_annotation(
        &self,
        uuid: Uuid,
        id: i64,
        draft: Option<&AnnotationDraft>,
        times: (i64, i64),
        step: &Step<record::Annotation>,
    ) -> Result<()> {
        let columns = draft.map(|draft| {
            serde_json::json!([
                id,
                draft.document,
                draft.text,
                draft.range.start(),
                draft.range.end(),
                draft.code,
                draft.coder,
                draft.note,
                times.0,
                times.1
            ])
            .to_string()
        });
        self.keep_delivered(Entity::Annotation, uuid, step.version, &step.parents, columns.as_deref())
    }
}
