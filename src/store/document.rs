//! Documents: named texts.

use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::{Digest, Entity, Version, record};
use crate::error::Result;

/// A document as stored, without its text's body.
#[derive(Debug, Clone)]
pub struct DocumentRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// What it says: name, text, where it came from.
    pub content: record::Document,
    /// The row of its text.
    pub text_id: i64,
    /// The length of its text in code points.
    pub chars: u32,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

const COLUMNS: &str =
    "document.id, document.uuid, name, text_id, source, source_sha256, encoding, newline, bom,
    document.created_at, document.modified_at, document.version, text.sha256, text.chars
    FROM document JOIN text ON text.id = text_id";

fn from_row(row: &Row<'_>) -> rusqlite::Result<DocumentRow> {
    let source_sha256: String = row.get(5)?;
    let source_sha256 = source_sha256.parse().map_err(|()| {
        rusqlite::Error::InvalidColumnType(5, "source_sha256".into(), rusqlite::types::Type::Text)
    })?;
    Ok(DocumentRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        content: record::Document {
            name: row.get(2)?,
            text: row.get(12)?,
            source: row.get(4)?,
            source_sha256,
            encoding: row.get(6)?,
            newline: row.get(7)?,
            bom: row.get(8)?,
        },
        text_id: row.get(3)?,
        chars: row.get(13)?,
        created_at: row.get(9)?,
        modified_at: row.get(10)?,
        version: row.get(11)?,
    })
}

impl DocumentRow {
    /// The document's name.
    pub fn name(&self) -> &str {
        &self.content.name
    }
}

impl Reader<'_> {
    /// All documents, by name.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents(&self) -> Result<Vec<DocumentRow>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} ORDER BY name"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The document with this name.
    ///
    /// # Errors
    /// SQLite's.
    pub fn document(&self, name: &str) -> Result<Option<DocumentRow>> {
        let sql = format!("SELECT {COLUMNS} WHERE name = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([name], from_row).optional()?)
    }

    /// The document with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn document_by_id(&self, id: i64) -> Result<Option<DocumentRow>> {
        let sql = format!("SELECT {COLUMNS} WHERE document.id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
    }

    /// Documents whose text is the one with this SHA-256, by name.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents_with_text(&self, sha256: Digest) -> Result<Vec<DocumentRow>> {
        let mut statement =
            self.db.prepare_cached(&format!("SELECT {COLUMNS} WHERE text.sha256 = ?1 ORDER BY name"))?;
        let rows = statement.query_map([sha256], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The numbers and names of all documents, by name.
    ///
    /// # Errors
    /// SQLite's.
    pub fn document_labels(&self) -> Result<Vec<(i64, String)>> {
        let mut statement = self.db.prepare_cached("SELECT id, name FROM document ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The number of the text that every document has now, by the document's number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn current_texts(&self) -> Result<std::collections::HashMap<i64, i64>> {
        let mut statement = self.db.prepare_cached("SELECT id, text_id FROM document")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The names of all documents, in order.
    ///
    /// # Errors
    /// SQLite's.
    pub fn document_names(&self) -> Result<Vec<String>> {
        let mut statement = self.db.prepare_cached("SELECT name FROM document ORDER BY name")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Inserts a document under a new id, or under `uuid` where a file gives one.
    ///
    /// # Errors
    /// SQLite's, also when the name is taken.
    pub fn insert_document(
        &self,
        uuid: Option<Uuid>,
        content: &record::Document,
        text_id: i64,
    ) -> Result<i64> {
        let (uuid, version) = match uuid {
            None => {
                let uuid = self.new_id();
                (uuid, self.first_version(Entity::Document, uuid, content))
            }
            Some(uuid) => (uuid, self.insert_version(Entity::Document, uuid, content)?),
        };
        self.write_document(uuid, content, text_id, (self.at(), self.at()), version)
    }

    /// Inserts a document exactly as a file states it. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's, also when the name is taken.
    pub fn insert_known_document(
        &self,
        uuid: Uuid,
        content: &record::Document,
        text_id: i64,
        times: (i64, i64),
        version: Version,
        graph: &Graph,
    ) -> Result<i64> {
        self.insert_known_version(Entity::Document, uuid, version, graph)?;
        self.write_document(uuid, content, text_id, times, version)
    }

    fn write_document(
        &self,
        uuid: Uuid,
        content: &record::Document,
        text_id: i64,
        (created_at, modified_at): (i64, i64),
        version: Version,
    ) -> Result<i64> {
        self.db
            .prepare_cached(
                "INSERT INTO document (uuid, name, text_id, source, source_sha256, encoding, newline, bom,
                   created_at, modified_at, change_id, version)
                 VALUES (:uuid, :name, :text, :source, :source_sha256, :encoding, :newline, :bom,
                   :created, :modified, :change, :version)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":name": content.name, ":text": text_id, ":source": content.source,
                ":source_sha256": content.source_sha256.to_string(), ":encoding": content.encoding,
                ":newline": content.newline, ":bom": content.bom, ":created": created_at, ":modified": modified_at,
                ":change": self.change, ":version": version,
            })?;
        Ok(self.db.last_insert_rowid())
    }

    /// Gives the document another name.
    ///
    /// # Errors
    /// SQLite's, also when the name is taken.
    pub fn rename_document(&self, document: &DocumentRow, name: &str) -> Result<()> {
        let content = record::Document { name: name.to_owned(), ..document.content.clone() };
        let version = self.succeed(Entity::Document, document.id, &content)?;
        self.write_document_name(document.id, name, version)
    }

    /// Gives the document another text, and what is known of where it came from.
    ///
    /// # Errors
    /// SQLite's.
    pub fn revise_document(&self, id: i64, content: &record::Document, text_id: i64) -> Result<()> {
        let version = self.succeed(Entity::Document, id, content)?;
        self.db
            .prepare_cached(
                "UPDATE document SET text_id = :text, source = :source, source_sha256 = :source_sha256,
                   encoding = :encoding, newline = :newline, bom = :bom, modified_at = :at, change_id = :change,
                   version = :version WHERE id = :id",
            )?
            .execute(named_params! {
                ":text": text_id, ":source": content.source, ":source_sha256": content.source_sha256.to_string(),
                ":encoding": content.encoding, ":newline": content.newline, ":bom": content.bom, ":at": self.at(),
                ":change": self.change, ":version": version, ":id": id,
            })?;
        Ok(())
    }

    /// Gives the document the name that it has in a state whose version is already decided.
    ///
    /// # Errors
    /// As [`Tx::rename_document`].
    pub fn step_document(&self, id: i64, name: &str, step: &Step<record::Document>) -> Result<()> {
        self.succeed_as(Entity::Document, id, step.version, &step.parents)?;
        self.write_document_name(id, name, step.version)
    }

    /// A name that was delivered but does not become current, kept for a later decision.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_delivered_document(&self, id: i64, name: &str, step: &Step<record::Document>) -> Result<()> {
        self.keep_delivered_row(Entity::Document, id, Some(&[("name", name.into())]), step)
    }

    fn write_document_name(&self, id: i64, name: &str, version: Version) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE document SET name = :name, modified_at = :at, change_id = :change, version = :version
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":name": name, ":at": self.at(), ":change": self.change, ":version": version, ":id": id,
            })?;
        Ok(())
    }

    /// Deletes a document with everything that was said of it. Returns how many annotations went with it.
    ///
    /// # Errors
    /// SQLite's.
    pub fn delete_document(&self, id: i64) -> Result<usize> {
        let annotations = self.remove(Entity::Annotation, "document_id = :key", id)?;
        for entity in [Entity::Attribute, Entity::Memo, Entity::Assignment] {
            self.remove(entity, "document_id = :key", id)?;
        }
        self.remove(Entity::Document, "id = :key", id)?;
        Ok(annotations)
    }
}
