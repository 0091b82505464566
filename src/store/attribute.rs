//! Attributes: the named properties of documents.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, named_params, params};

use super::change::Tx;
use super::reader::Reader;
use crate::domain::{Entity, id, record};
use crate::error::Result;

/// The attributes of every document: name → value, by the document's number.
pub type Attributes = BTreeMap<i64, BTreeMap<String, String>>;

impl Reader<'_> {
    /// The attributes of all documents.
    ///
    /// # Errors
    /// SQLite's.
    pub fn attributes(&self) -> Result<Attributes> {
        let mut statement = self.db.prepare_cached("SELECT document_id, name, value FROM attribute")?;
        let mut rows = statement.query([])?;
        let mut found = Attributes::new();
        while let Some(row) = rows.next()? {
            found.entry(row.get(0)?).or_default().insert(row.get(1)?, row.get(2)?);
        }
        Ok(found)
    }

    /// The attributes of one document.
    ///
    /// # Errors
    /// SQLite's.
    pub fn attributes_of(&self, document: i64) -> Result<BTreeMap<String, String>> {
        let mut statement =
            self.db.prepare_cached("SELECT name, value FROM attribute WHERE document_id = ?1")?;
        let rows = statement.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Sets an attribute; says whether that changed anything.
    ///
    /// # Errors
    /// SQLite's.
    pub fn set_attribute(&self, document: i64, name: &str, value: &str) -> Result<bool> {
        let document_uuid = self.references.uuid("document", document)?;
        let content =
            record::Attribute { document: document_uuid, name: name.to_owned(), value: value.to_owned() };
        let known: Option<(i64, String)> = self
            .db
            .prepare_cached("SELECT id, value FROM attribute WHERE document_id = ?1 AND name = ?2")?
            .query_row(params![document, name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match known {
            Some((_, same)) if same == value => return Ok(false),
            Some((row, _)) => {
                let version = self.succeed(Entity::Attribute, row, &content)?;
                self.db
                    .prepare_cached(
                        "UPDATE attribute SET value = :value, change_id = :change, version = :version WHERE id = :id",
                    )?
                    .execute(named_params! {
                        ":value": value, ":change": self.change, ":version": version, ":id": row,
                    })?;
            }
            None => {
                let uuid = id::attribute_id(self.project(), document_uuid, name);
                let version = self.insert_version(Entity::Attribute, uuid, &content)?;
                self.db
                    .prepare_cached(
                        "INSERT INTO attribute (uuid, document_id, name, value, change_id, version)
                         VALUES (:uuid, :document, :name, :value, :change, :version)",
                    )?
                    .execute(named_params! {
                        ":uuid": uuid, ":document": document, ":name": name, ":value": value,
                        ":change": self.change, ":version": version,
                    })?;
            }
        }
        Ok(true)
    }

    /// Deletes the attribute with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn delete_attribute(&self, id: i64) -> Result<()> {
        self.remove(Entity::Attribute, "id = :key", id).map(drop)
    }

    /// Removes an attribute; says whether there was one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn unset_attribute(&self, document: i64, name: &str) -> Result<bool> {
        let known: Option<i64> = self
            .db
            .prepare_cached("SELECT id FROM attribute WHERE document_id = ?1 AND name = ?2")?
            .query_row(params![document, name], |row| row.get(0))
            .optional()?;
        match known {
            Some(row) => self.remove(Entity::Attribute, "id = :key", row).map(|removed| removed > 0),
            None => Ok(false),
        }
    }
}
