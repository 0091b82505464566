//! What every write has in common: before-images, versions, lineage and tombstones.
//!
//! The rules, which `check` and `undo` rely on:
//! - a row's `change_id` is the change whose content it holds (an undo gives it back to the earlier author);
//! - before a row of another change is updated or deleted, its state goes to `history`;
//! - a version with parents has them in `lineage`; a first version has no rows there;
//! - a deleted record has a tombstone, whose version follows the last state.

use rusqlite::{OptionalExtension, named_params, params};
use uuid::Uuid;

use super::annotation::BULK;
use super::change::{ChangeId, Tx};
use super::content::Columns;
use super::failure::damaged;
use super::table::Table;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::version::Content;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};

/// Where a record stands before it is written.
pub(super) struct Standing {
    pub(super) uuid: Uuid,
    pub(super) version: Version,
    /// The change whose content it holds.
    pub(super) author: ChangeId,
}

impl Tx<'_> {
    /// The version of a record that never was before; its id is new.
    pub(super) fn first_version(&self, entity: Entity, uuid: Uuid, content: &impl Content) -> Version {
        self.count_edits(1);
        Version::of(entity, uuid, &[], Some(content))
    }

    /// The version of a record that is inserted under an id from outside or from a natural key: it may have been
    /// deleted before, and then follows from its tombstone.
    pub(super) fn insert_version(
        &self,
        entity: Entity,
        uuid: Uuid,
        content: &impl Content,
    ) -> Result<Version> {
        match self.tombstone(uuid)? {
            None => Ok(self.first_version(entity, uuid, content)),
            Some(gone) => {
                let version = Version::of(entity, uuid, &[gone.version], Some(content));
                self.revive(entity, &gone, version, &[gone.version], self.change)?;
                Ok(version)
            }
        }
    }

    /// As [`Tx::insert_version`], with the version and its ancestry as a file states them.
    pub(super) fn insert_known_version(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        graph: &Graph,
    ) -> Result<()> {
        self.add_graph(uuid, graph)?;
        match self.tombstone(uuid)? {
            Some(gone) => self.revive(entity, &gone, version, &[], self.change)?,
            None => self.count_edits(1),
        }
        Ok(())
    }

    /// Notes that a deleted record comes back as `version`, with the content of the change `left_by`.
    pub(super) fn revive(
        &self,
        entity: Entity,
        gone: &Standing,
        version: Version,
        parents: &[Version],
        left_by: ChangeId,
    ) -> Result<()> {
        if gone.author == self.change {
            // Deleted by this very change: the state before the change is saved already, and the deletion was none.
            self.db
                .prepare_cached(
                    "UPDATE history SET left_by = ?1 WHERE change_id = ?2 AND entity = ?3 AND uuid = ?4
                     AND author <> ?2 AND left_by IS NULL",
                )?
                .execute(params![left_by, self.change, entity, gone.uuid])?;
        } else {
            self.db
                .prepare_cached(
                    "INSERT INTO history (change_id, entity, uuid, version, author, left_by, before)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
                )?
                .execute(params![self.change, entity, gone.uuid, gone.version, gone.author, left_by])?;
        }
        self.db.prepare_cached("DELETE FROM tombstone WHERE uuid = ?1")?.execute([gone.uuid])?;
        self.add_parents(gone.uuid, version, parents)?;
        self.count_edits(1);
        Ok(())
    }

    /// Notes that a record that was forgotten comes back as `version`, with the content of the change `left_by`.
    pub(super) fn recall(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        left_by: ChangeId,
    ) -> Result<()> {
        // That it was not there is a state of nobody's.
        let absent = Step::<crate::store::content::AnyContent>::derived(entity, uuid, [version], None);
        self.db
            .prepare_cached(
                "INSERT INTO history (change_id, entity, uuid, version, author, left_by, before)
                 SELECT ?1, ?2, ?3, ?4, target_undo.id, ?5, NULL FROM change c
                 JOIN change target_undo ON target_undo.target = c.target AND target_undo.id < ?1
                 WHERE c.id = ?1 ORDER BY target_undo.id DESC LIMIT 1",
            )?
            .execute(params![self.change, entity, uuid, absent.version, left_by])?;
        self.add_parents(uuid, absent.version, &absent.parents)?;
        self.count_edits(1);
        Ok(())
    }

    /// Saves the state of the row `id` and returns the version that `content` has after it. The caller then writes the
    /// columns, `change_id` and that version.
    pub(super) fn succeed(&self, entity: Entity, id: i64, content: &impl Content) -> Result<Version> {
        let standing = self.standing(entity, id)?;
        self.prove(entity, id, &standing)?;
        let parents = if standing.author == self.change {
            // Written twice in one change: only the last state is a version.
            let parents = self.parents(standing.uuid, standing.version)?;
            self.db
                .prepare_cached("DELETE FROM lineage WHERE uuid = ?1 AND version = ?2")?
                .execute(params![standing.uuid, standing.version])?;
            parents
        } else {
            vec![standing.version]
        };
        let version = Version::of(entity, standing.uuid, &parents, Some(content));
        self.succeed_as(entity, id, version, &parents)?;
        Ok(version)
    }

    /// Refuses to follow a state that its version does not prove: the damage would be signed as what somebody said, and
    /// no check could find it any more.
    fn prove(&self, entity: Entity, id: i64, standing: &Standing) -> Result<()> {
        let Some((_, columns)) = self.reader().current_columns(entity, standing.uuid)? else {
            return Err(rusqlite::Error::QueryReturnedNoRows.into());
        };
        let content = Columns::parse(&columns, &self.references)?.content(entity)?;
        let is_version = |parents: &[Version]| {
            Version::of(entity, standing.uuid, parents, Some(&content)) == standing.version
        };
        if is_version(&[]) || is_version(&self.parents(standing.uuid, standing.version)?) {
            return Ok(());
        }
        Err(damaged(format!(
            "the {} {id} was altered: its version is not that of what it says",
            entity.word()
        )))
    }

    /// Saves the state of the row `id`, which the caller then replaces by `version`, a child of `parents`.
    pub(super) fn succeed_as(
        &self,
        entity: Entity,
        id: i64,
        version: Version,
        parents: &[Version],
    ) -> Result<()> {
        let standing = self.standing(entity, id)?;
        self.save_before(entity, "id = :key", id, Some(self.change))?;
        self.add_parents(standing.uuid, version, parents)?;
        self.count_edits(1);
        Ok(())
    }

    /// Deletes every row of `entity` for which `filter` (a fixed fragment over `:key`) holds. Returns how many.
    ///
    /// All is done row set by row set, in the order of the row numbers: ids rise with them, so every tree grows at its
    /// end, and nothing has to be sorted.
    pub(super) fn remove(&self, entity: Entity, filter: &str, key: i64) -> Result<usize> {
        let table = Table::of(entity).name;
        let named = named_params! { ":change": self.change, ":entity": entity, ":key": key };
        // Rows that this change had already updated: what it leaves is a deletion.
        self.db
            .prepare_cached(&format!(
                "UPDATE history SET left_by = NULL WHERE change_id = :change AND entity = :entity AND author <> :change
                 AND uuid IN (SELECT uuid FROM {table} WHERE {filter} AND change_id = :change)"
            ))?
            .execute(named)?;
        self.save_before(entity, filter, key, None)?;
        let removed = self
            .db
            .prepare_cached(&format!(
                "INSERT INTO tombstone (uuid, entity, version, change_id)
                 SELECT uuid, :entity, deletion_version(:entity, uuid, version), :change FROM {table}
                 WHERE {filter} ORDER BY id"
            ))?
            .execute(named)?;
        if removed == 0 {
            return Ok(0);
        }
        // The version of the deletion is hashed once and read back: a row that goes has its tombstone now.
        self.db
            .prepare_cached(&format!(
                "INSERT OR IGNORE INTO lineage (uuid, version, parent)
                 SELECT uuid, (SELECT t.version FROM tombstone t WHERE t.uuid = {table}.uuid), version FROM {table}
                 WHERE {filter} ORDER BY id"
            ))?
            .execute(named_params! { ":key": key })?;
        self.delete_rows(entity, filter, key, removed)?;
        self.count_edits(removed);
        Ok(removed)
    }

    /// As [`Tx::remove`], but without a tombstone: as if the records had never come.
    pub(super) fn forget(&self, entity: Entity, filter: &str, key: i64) -> Result<usize> {
        let table = Table::of(entity).name;
        self.save_before(entity, filter, key, None)?;
        let count: i64 = self
            .db
            .prepare_cached(&format!("SELECT count(*) FROM {table} WHERE {filter}"))?
            .query_row(named_params! { ":key": key }, |row| row.get(0))?;
        let count = usize::try_from(count).unwrap_or(0);
        if count > 0 {
            self.delete_rows(entity, filter, key, count)?;
            self.count_edits(count);
        }
        Ok(count)
    }

    /// Deletes the row `id`; `version`, a child of `parents`, is that of its deletion.
    pub(super) fn remove_as(
        &self,
        entity: Entity,
        id: i64,
        version: Version,
        parents: &[Version],
    ) -> Result<()> {
        let standing = self.standing(entity, id)?;
        let key = named_params! { ":key": id };
        self.save_before(entity, "id = :key", id, None)?;
        self.db
            .prepare_cached(
                "INSERT INTO tombstone (uuid, entity, version, change_id) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![standing.uuid, entity, version, self.change])?;
        self.add_parents(standing.uuid, version, parents)?;
        let sql = format!("DELETE FROM {} WHERE id = :key", Table::of(entity).name);
        self.db.prepare_cached(&sql)?.execute(key)?;
        self.count_edits(1);
        Ok(())
    }

    /// Notes that a record is deleted that has no row: `version`, a child of `parents`, is that of its deletion.
    pub(super) fn bury(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        parents: &[Version],
    ) -> Result<()> {
        if let Some(gone) = self.tombstone(uuid)? {
            if gone.version == version {
                return Ok(());
            }
            self.db
                .prepare_cached(
                    "INSERT INTO history (change_id, entity, uuid, version, author, left_by, before)
                     VALUES (?1, ?2, ?3, ?4, ?5, NULL, NULL)",
                )?
                .execute(params![self.change, entity, uuid, gone.version, gone.author])?;
        } else {
            // History knows of it, so that a redo can bring it back.
            self.keep_delivered(entity, uuid, version, parents, None)?;
        }
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO tombstone (uuid, entity, version, change_id) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![uuid, entity, version, self.change])?;
        self.add_parents(uuid, version, parents)?;
        self.count_edits(1);
        Ok(())
    }

    /// Deletes the rows, by the cheapest way there is for so many.
    fn delete_rows(&self, entity: Entity, filter: &str, key: i64, rows: usize) -> Result<()> {
        let table = Table::of(entity).name;
        let deleting = || -> Result<()> {
            self.db
                .prepare_cached(&format!("DELETE FROM {table} WHERE {filter}"))?
                .execute(named_params! { ":key": key })?;
            Ok(())
        };
        if entity != Entity::Annotation || rows < BULK {
            return deleting();
        }
        // When all rows go, nothing needs to find them one by one.
        let all = rows as u64 == self.reader().annotation_count()?;
        let delete_all = || -> Result<()> { Ok(self.db.execute_batch("DELETE FROM annotation")?) };
        if all {
            return self.without_indices(&[], delete_all);
        }
        self.without_reading_indices(rows as u64, deleting)
    }

    /// Copies the state of the rows for which `filter` holds, unless this change made it.
    pub(super) fn save_before(
        &self,
        entity: Entity,
        filter: &str,
        key: i64,
        left_by: Option<ChangeId>,
    ) -> Result<()> {
        let table = Table::of(entity);
        self.db
            .prepare_cached(&format!(
                "INSERT INTO history (change_id, entity, uuid, version, author, left_by, before)
                 SELECT :change, :entity, uuid, version, change_id, :left, json_array({columns}) FROM {name}
                 WHERE {filter} AND change_id <> :change ORDER BY id",
                columns = table.column_list(),
                name = table.name,
            ))?
            .execute(
                named_params! { ":change": self.change, ":entity": entity, ":left": left_by, ":key": key },
            )?;
        Ok(())
    }

    /// Keeps a state that was delivered but does not become current. `columns` is a JSON array as `before` holds it.
    pub(super) fn keep_delivered(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        parents: &[Version],
        columns: Option<&str>,
    ) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO history (change_id, entity, uuid, version, author, left_by, before)
                 VALUES (:change, :entity, :uuid, :version, :change, :change, :before)",
            )?
            .execute(named_params! {
                ":change": self.change, ":entity": entity, ":uuid": uuid, ":version": version, ":before": columns,
            })?;
        self.add_parents(uuid, version, parents)?;
        self.count_edits(1);
        Ok(())
    }

    /// As [`Tx::keep_delivered`], for a state that is the row `id` with other values in some of its columns; without
    /// values, a deletion.
    pub(super) fn keep_delivered_row<C>(
        &self,
        entity: Entity,
        id: i64,
        values: Option<&[(&str, serde_json::Value)]>,
        step: &Step<C>,
    ) -> Result<()> {
        let uuid = self.standing(entity, id)?.uuid;
        let columns = match (values, self.reader().current_columns(entity, uuid)?) {
            (Some(values), Some((_, columns))) => {
                let mut row: Vec<serde_json::Value> = serde_json::from_str(&columns)
                    .map_err(|cause| Error::internal("SQLite wrote no JSON").caused_by(cause))?;
                for (column, value) in values {
                    let place = Table::of(entity).columns.iter().position(|known| known == column);
                    let cell = place.and_then(|place| row.get_mut(place + 1));
                    *cell.ok_or_else(|| Error::internal(format!("there is no column {column}")))? =
                        value.clone();
                }
                Some(serde_json::Value::Array(row).to_string())
            }
            _ => None,
        };
        self.keep_delivered(entity, uuid, step.version, &step.parents, columns.as_deref())
    }

    /// Writes the parents of `version`.
    ///
    /// # Errors
    /// SQLite's.
    pub fn add_parents(&self, uuid: Uuid, version: Version, parents: &[Version]) -> Result<()> {
        for parent in parents {
            self.db
                .prepare_cached("INSERT OR IGNORE INTO lineage (uuid, version, parent) VALUES (?1, ?2, ?3)")?
                .execute(params![uuid, version, parent])?;
        }
        Ok(())
    }

    /// Takes over what a file says of a record's ancestry. On its own it is no edit.
    ///
    /// # Errors
    /// SQLite's.
    pub fn learn_lineage(&self, uuid: Uuid, graph: &Graph) -> Result<()> {
        self.add_graph(uuid, graph)
    }

    /// Takes over everything `graph` knows of a record's versions.
    pub(super) fn add_graph(&self, uuid: Uuid, graph: &Graph) -> Result<()> {
        for (version, parents) in graph.versions() {
            self.add_parents(uuid, version, parents)?;
        }
        Ok(())
    }

    pub(super) fn standing(&self, entity: Entity, id: i64) -> Result<Standing> {
        let table = Table::of(entity).name;
        let standing = self
            .db
            .prepare_cached(&format!("SELECT uuid, version, change_id FROM {table} WHERE id = ?1"))?
            .query_row([id], |row| {
                Ok(Standing { uuid: row.get(0)?, version: row.get(1)?, author: row.get(2)? })
            })?;
        Ok(standing)
    }

    pub(super) fn parents(&self, uuid: Uuid, version: Version) -> Result<Vec<Version>> {
        let mut statement =
            self.db.prepare_cached("SELECT parent FROM lineage WHERE uuid = ?1 AND version = ?2")?;
        let parents = statement.query_map(params![uuid, version], |row| row.get(0))?;
        Ok(parents.collect::<rusqlite::Result<_>>()?)
    }

    /// The tombstone of a deleted record.
    pub(super) fn tombstone(&self, uuid: Uuid) -> Result<Option<Standing>> {
        let found = self
            .db
            .prepare_cached("SELECT version, change_id FROM tombstone WHERE uuid = ?1")?
            .query_row([uuid], |row| Ok(Standing { uuid, version: row.get(0)?, author: row.get(1)? }))
            .optional()?;
        Ok(found)
    }
}
