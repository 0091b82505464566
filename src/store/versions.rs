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

/// What versions of many records came from, in little memory: there may be a million.
#[derive(Debug, Default)]
pub struct Parents {
    /// Sorted.
    all: Vec<(Uuid, Version)>,
}

impl Parents {
    /// The parents of the version in question of this record, without order; none where it came from nothing.
    pub fn of(&self, uuid: Uuid) -> impl ExactSizeIterator<Item = Version> + Clone + '_ {
        let from = self.all.partition_point(|(other, _)| *other < uuid);
        let count = self.all[from..].iter().take_while(|(other, _)| *other == uuid).count();
        self.all[from..from + count].iter().map(|(_, parent)| *parent)
    }
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

    /// What the present versions of annotations, and the deletions of those that are gone, came from.
    ///
    /// # Errors
    /// SQLite's.
    pub fn parents_of_annotations(&self) -> Result<Parents> {
        let mut statement = self.db.prepare_cached(
            "SELECT l.uuid, l.parent FROM lineage l CROSS JOIN annotation a
             WHERE a.uuid = l.uuid AND a.version = l.version
             UNION ALL
             SELECT l.uuid, l.parent FROM tombstone t CROSS JOIN lineage l
             WHERE t.entity = ?1 AND l.uuid = t.uuid AND l.version = t.version",
        )?;
        let mut rows = statement.query([Entity::Annotation])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push((row.get(0)?, row.get(1)?));
        }
        all.sort_unstable();
        Ok(Parents { all })
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
