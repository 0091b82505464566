//! Writing annotations, one by one and by the million.

use rusqlite::named_params;
use uuid::Uuid;

use super::super::change::Tx;
use super::AnnotationDraft;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::{Entity, Version, record};
use crate::error::Result;

/// How many new rows make it worth while to drop the indices and build them again at the end.
pub(in crate::store) const BULK: usize = 20_000;

/// The indices of the table, as (name, SQL). Rebuilt from their own text, so that the schema stays the same to the letter.
pub(in crate::store) fn indices(db: &rusqlite::Connection) -> Result<Vec<(String, String)>> {
    let mut statement =
        db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'annotation' AND sql IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
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

    /// Runs `insert`, which is about to insert `rows` annotations. Where that is many, the indices are dropped before and
    /// built again after: measured at 0.75 of the cost at a million rows.
    ///
    /// `insert` must not look annotations up, and must not insert what breaks a unique index.
    ///
    /// # Errors
    /// SQLite's, and those of `insert`.
    pub fn insert_many_annotations<T>(&self, rows: usize, insert: impl FnOnce() -> Result<T>) -> Result<T> {
        let stored = usize::try_from(self.reader().annotation_count()?).unwrap_or(usize::MAX);
        if rows < BULK || rows < stored / 4 {
            return insert();
        }
        let indices = indices(self.db)?;
        for (name, _) in &indices {
            self.db.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let outcome = insert()?;
        for (_, sql) in &indices {
            self.db.execute_batch(sql)?;
        }
        Ok(outcome)
    }

    /// Runs `work`, which inserts or deletes `rows` annotations. Where that is many, the indices that only reading needs
    /// are dropped before and built again after; the one of the ids stays, so that records can be looked up.
    ///
    /// # Errors
    /// SQLite's, and those of `work`.
    pub(in crate::store) fn without_reading_indices<T>(
        &self,
        rows: u64,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if rows < BULK as u64 || rows < self.reader().annotation_count()? / 4 {
            return work();
        }
        // The filter of a deletion may need the one by change.
        self.without_indices(&["annotation_uuid", "annotation_change"], work)
    }

    /// Runs `work` without the indices of the table, but for those to `keep`, and builds them again.
    ///
    /// # Errors
    /// SQLite's, also when the rows then break a unique index; those of `work`.
    pub(in crate::store) fn without_indices<T>(
        &self,
        keep: &[&str],
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let mut indices = indices(self.db)?;
        indices.retain(|(name, _)| !keep.contains(&name.as_str()));
        for (name, _) in &indices {
            self.db.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let outcome = work()?;
        for (_, sql) in &indices {
            self.db.execute_batch(sql)?;
        }
        Ok(outcome)
    }
}
