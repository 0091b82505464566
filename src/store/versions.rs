//! Every record of a kind by its version alone: what two stores compare first.

use std::collections::HashMap;

use uuid::Uuid;

use super::reader::Reader;
use super::table::Table;
use crate::domain::{CharRange, Entity, Version};
use crate::error::Result;
use crate::store::sql::range_at;

/// Where a record stands in a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The version of its row, or of its deletion.
    pub version: Version,
    /// Whether it has a row.
    pub alive: bool,
}

/// An annotation by numbers, as a scan over all of them sees it.
#[derive(Debug, Clone, Copy)]
pub struct ScannedAnnotation<'a> {
    /// The id everywhere.
    pub uuid: Uuid,
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
    pub note: &'a str,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

impl Reader<'_> {
    /// Where every record of this kind stands, the deleted ones included.
    ///
    /// # Errors
    /// SQLite's.
    pub fn places(&self, entity: Entity) -> Result<HashMap<Uuid, Place>> {
        let mut places = HashMap::new();
        let sql = format!("SELECT uuid, version FROM {}", Table::of(entity).name);
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            places.insert(row.get(0)?, Place { version: row.get(1)?, alive: true });
        }
        self.each_deletion(entity, |uuid, version| {
            places.insert(uuid, Place { version, alive: false });
            Ok(())
        })?;
        Ok(places)
    }

    /// What the present versions of annotations came from, for those that came from anything.
    ///
    /// # Errors
    /// SQLite's.
    pub fn parents_of_annotations(&self) -> Result<HashMap<Uuid, Vec<Version>>> {
        let mut statement = self.db.prepare_cached(
            "SELECT l.uuid, l.parent FROM lineage l CROSS JOIN annotation a
             WHERE a.uuid = l.uuid AND a.version = l.version",
        )?;
        let mut rows = statement.query([])?;
        let mut parents: HashMap<Uuid, Vec<Version>> = HashMap::new();
        while let Some(row) = rows.next()? {
            parents.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        Ok(parents)
    }

    /// Calls `each` with the id of every deleted record of this kind, and the version of its deletion.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_deletion(
        &self,
        entity: Entity,
        mut each: impl FnMut(Uuid, Version) -> Result<()>,
    ) -> Result<()> {
        let mut statement =
            self.db.prepare_cached("SELECT uuid, version FROM tombstone WHERE entity = ?1")?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            each(row.get(0)?, row.get(1)?)?;
        }
        Ok(())
    }

    /// Calls `each` with every annotation, in the order in which they were made.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn scan_annotations(&self, mut each: impl FnMut(ScannedAnnotation<'_>) -> Result<()>) -> Result<()> {
        let mut statement = self.db.prepare_cached(
            "SELECT uuid, document_id, text_id, start, stop, code_id, coder_id, note, created_at, modified_at, version
             FROM annotation ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let note = row.get_ref(7)?.as_str().map_err(|cause| {
                rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Text, Box::new(cause))
            })?;
            each(ScannedAnnotation {
                uuid: row.get(0)?,
                document: row.get(1)?,
                text: row.get(2)?,
                range: range_at(row, 3)?,
                code: row.get(5)?,
                coder: row.get(6)?,
                note,
                created_at: row.get(8)?,
                modified_at: row.get(9)?,
                version: row.get(10)?,
            })?;
        }
        Ok(())
    }

    /// The digest and length in code points of every text, by its number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn text_facts(&self) -> Result<HashMap<i64, (crate::domain::Digest, u32)>> {
        let mut statement = self.db.prepare_cached("SELECT id, sha256, chars FROM text")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
