//! Writing annotations, one by one and by the million.

use rusqlite::named_params;
use uuid::Uuid;

use super::super::change::Tx;
use super::AnnotationDraft;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::{Entity, Version, record};
use crate::error::Result;

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

    /// What an annotation says, by numbers; `None` when something that it refers to is not here.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotation_draft(&self, content: &record::Annotation) -> Result<Option<AnnotationDraft>> {
        let reader = self.reader();
        let row = |entity, uuid| Ok::<_, crate::error::Error>(reader.row_of(entity, uuid)?.map(|(id, _)| id));
        let code = match content.code {
            None => Some(None),
            Some(code) => row(Entity::Code, code)?.map(Some),
        };
        let (Some(document), Some(text), Some(code), Some(coder)) = (
            row(Entity::Document, content.document)?,
            reader.text_with_digest(content.text)?,
            code,
            row(Entity::Coder, content.coder)?,
        ) else {
            return Ok(None);
        };
        let note = content.note.clone();
        Ok(Some(AnnotationDraft { document, text, range: content.range, code, coder, note }))
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
