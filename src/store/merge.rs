//! What a merge asks of the store: the graph of a record's versions, and what it said at each.

use std::collections::{BTreeMap, HashSet};

use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::reader::Reader;
use crate::domain::lineage::{Graph, Lineage};
use crate::domain::{Entity, Version};
use crate::error::Result;

/// Where a code stood, and under which name, before a change.
#[derive(Debug, Clone)]
pub struct FormerCode {
    /// Its id everywhere.
    pub uuid: Uuid,
    /// Its number within this store.
    pub id: i64,
    /// The number of the code it stood under.
    pub parent: Option<i64>,
    /// Its name then.
    pub name: String,
}

impl Reader<'_> {
    /// Every version of a record that the store knows of.
    ///
    /// # Errors
    /// SQLite's.
    pub fn graph(&self, uuid: Uuid) -> Result<Graph> {
        let mut statement = self.db.prepare_cached("SELECT version, parent FROM lineage WHERE uuid = ?1")?;
        let mut rows = statement.query([uuid])?;
        let mut parents: BTreeMap<Version, Vec<Version>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            parents.entry(row.get(0)?).or_default().push(row.get(1)?);
        }
        let mut graph = Graph::default();
        for (version, parents) in parents {
            graph.insert(version, parents);
        }
        Ok(graph)
    }

    /// What a file should carry of the record at `version`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn lineage(&self, uuid: Uuid, version: Version) -> Result<Lineage> {
        Ok(self.graph(uuid)?.lineage(version))
    }

    /// The records that have more than one version. The others need no look-up to know their lineage.
    ///
    /// # Errors
    /// SQLite's.
    pub fn records_with_ancestors(&self) -> Result<HashSet<Uuid>> {
        let mut statement = self.db.prepare_cached("SELECT DISTINCT uuid FROM lineage")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The version of a record's deletion, when it is deleted.
    ///
    /// # Errors
    /// SQLite's.
    pub fn deletion(&self, entity: Entity, uuid: Uuid) -> Result<Option<Version>> {
        let found = self
            .db
            .prepare_cached("SELECT version FROM tombstone WHERE uuid = ?1 AND entity = ?2")?
            .query_row((uuid, entity), |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// The names that documents or coders had before, with their ids.
    ///
    /// # Errors
    /// SQLite's.
    pub fn former_names(&self, entity: Entity) -> Result<Vec<(Uuid, String)>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT uuid, json_extract(before, '$[1]') FROM history WHERE entity = ?1 AND before IS NOT NULL",
        )?;
        let rows = statement.query_map([entity], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The states that codes had before.
    ///
    /// # Errors
    /// SQLite's.
    pub fn former_codes(&self) -> Result<Vec<FormerCode>> {
        let mut statement = self.db.prepare_cached(
            "SELECT DISTINCT uuid, json_extract(before, '$[0]'), json_extract(before, '$[1]'), json_extract(before, '$[2]')
             FROM history WHERE entity = ?1 AND before IS NOT NULL",
        )?;
        let rows = statement.query_map([Entity::Code], |row| {
            Ok(FormerCode { uuid: row.get(0)?, id: row.get(1)?, parent: row.get(2)?, name: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether an attribute once had this value.
    ///
    /// # Errors
    /// SQLite's.
    pub fn attribute_had_value(&self, uuid: Uuid, value: &str) -> Result<bool> {
        let found = self
            .db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM history WHERE uuid = ?1 AND json_extract(before, '$[3]') = ?2)",
            )?
            .query_row((uuid, value), |row| row.get(0))?;
        Ok(found)
    }

    /// Whether the document with this id was erased for good.
    ///
    /// # Errors
    /// SQLite's.
    pub fn is_purged(&self, uuid: Uuid) -> Result<bool> {
        let found = self
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM purged WHERE uuid = ?1)")?
            .query_row([uuid], |row| row.get(0))?;
        Ok(found)
    }
}
