//! Records through all their versions, as the merge wants them.

use std::collections::{HashMap, HashSet};

use litemap::LiteMap;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::content::{AnyContent, Columns};
use super::reader::{Reader, References};
use super::table::Table;
use crate::domain::lineage::Graph;
use crate::domain::merge::{Kind, State, Strand, Times};
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};

/// What a store has of one record, before it is made a strand.
struct Known<C> {
    graph: Graph,
    states: LiteMap<Version, (State<C>, Times)>,
    /// The version of its row, or of its deletion.
    current: Option<Version>,
    /// Versions that wait in open conflicts.
    waiting: Vec<Version>,
}

impl<C> Default for Known<C> {
    fn default() -> Self {
        Known { graph: Graph::default(), states: LiteMap::new(), current: None, waiting: Vec::new() }
    }
}

impl<C: Clone> Known<C> {
    fn into_strand(mut self) -> Option<Strand<C>> {
        // A version that waits may be another record's, for which this one stands: that one knows it.
        self.waiting.retain(|version| self.states.contains_key(version));
        // A version that came from nothing has no rows in the lineage.
        for version in self.states.keys().copied().chain(self.current).chain(self.waiting.iter().copied()) {
            if self.graph.parents(version).is_none() {
                self.graph.insert(version, Vec::new());
            }
        }
        let current = self.current.or(self.waiting.first().copied())?;
        let waiting = std::mem::take(&mut self.waiting);
        // Where another record stands for this one, nothing of this one is shown.
        let hidden = self.graph.is_derived(current)
            && self.states.get(&current).is_none_or(|(state, _)| state.is_none());
        let shown = (!hidden).then_some(current);
        Some(Strand::new(self.graph, self.states, waiting.into_iter().chain([current]), shown))
    }
}

/// Reads states out of the JSON of rows and of history.
struct States<'a> {
    references: References<'a>,
    entity: Entity,
}

impl States<'_> {
    fn read<C: TryFrom<AnyContent>>(&self, columns: &str) -> Result<(C, Times)> {
        let columns = Columns::parse(columns, &self.references)?;
        let times = columns.times(self.entity)?;
        let content = columns.content(self.entity)?;
        let content = C::try_from(content)
            .map_err(|_| Error::internal(format!("what was read is no {}", self.entity.word())))?;
        Ok((content, times))
    }
}

impl Reader<'_> {
    /// The record `uuid` through its versions; `None` when the store has never heard of it.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable.
    pub fn strand<C: TryFrom<AnyContent> + Clone>(
        &self,
        entity: Entity,
        uuid: Uuid,
    ) -> Result<Option<Strand<C>>> {
        let states = States { references: References::new(self.db), entity };
        let mut known = Known { graph: self.graph(uuid)?, ..Known::default() };
        if let Some((version, columns)) = self.current_columns(entity, uuid)? {
            let (content, times) = states.read(&columns)?;
            known.states.insert(version, (Some(content), times));
            known.current = Some(version);
        } else if let Some(version) = self.deletion(entity, uuid)? {
            known.states.insert(version, (None, Times::default()));
            known.current = Some(version);
        }
        let mut statement =
            self.db.prepare_cached("SELECT version, before FROM history WHERE uuid = ?1 AND entity = ?2")?;
        let mut rows = statement.query(params![uuid, entity])?;
        while let Some(row) = rows.next()? {
            let (version, before): (Version, Option<String>) = (row.get(0)?, row.get(1)?);
            if known.states.contains_key(&version) {
                continue;
            }
            let state = match before {
                Some(columns) => states.read(&columns).map(|(content, times)| (Some(content), times))?,
                None => (None, Times::default()),
            };
            known.states.insert(version, state);
        }
        known.waiting = self.waiting(entity, uuid)?;
        Ok(known.into_strand())
    }

    /// The versions that wait in the open conflicts of a record.
    fn waiting(&self, entity: Entity, uuid: Uuid) -> Result<Vec<Version>> {
        let mut statement =
            self.db.prepare_cached("SELECT ours, theirs FROM conflict WHERE record = ?1 AND entity = ?2")?;
        let rows =
            statement.query_map(params![uuid.to_string(), entity], |row| Ok([row.get(0)?, row.get(1)?]))?;
        let pairs = rows.collect::<rusqlite::Result<Vec<[Version; 2]>>>()?;
        Ok(pairs.into_iter().flatten().collect())
    }

    /// All records of one kind through their versions. For the kinds of which there are few: everything is held at once.
    ///
    /// # Errors
    /// SQLite's; corrupt when the history is not readable.
    pub fn strands<C: TryFrom<AnyContent> + Clone>(&self, entity: Entity) -> Result<Kind<C>> {
        self.strands_where(entity, &|_| true)
    }

    /// As [`Reader::strands`], for the records that are `wanted`. Of many, one reading of every table is cheaper than a
    /// look-up for each.
    ///
    /// # Errors
    /// As [`Reader::strands`].
    pub fn strands_of<C: TryFrom<AnyContent> + Clone>(
        &self,
        entity: Entity,
        wanted: &HashSet<Uuid>,
    ) -> Result<Kind<C>> {
        const MANY: usize = 500;
        if wanted.len() > MANY {
            return self.strands_where(entity, &|uuid| wanted.contains(uuid));
        }
        let mut found = Kind::new();
        for uuid in wanted {
            found.extend(self.strand(entity, *uuid)?.map(|strand| (*uuid, strand)));
        }
        Ok(found)
    }

    fn strands_where<C: TryFrom<AnyContent> + Clone>(
        &self,
        entity: Entity,
        wanted: &dyn Fn(&Uuid) -> bool,
    ) -> Result<Kind<C>> {
        let states = States { references: References::new(self.db), entity };
        let table = Table::of(entity);
        let mut all: HashMap<Uuid, Known<C>> = HashMap::new();
        let sql = format!("SELECT uuid, version, json_array({}) FROM {}", table.column_list(), table.name);
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let uuid: Uuid = row.get(0)?;
            if !wanted(&uuid) {
                continue;
            }
            let (version, columns): (Version, String) = (row.get(1)?, row.get(2)?);
            let (content, times) = states.read(&columns)?;
            let known = all.entry(uuid).or_default();
            known.states.insert(version, (Some(content), times));
            known.current = Some(version);
        }
        let mut statement =
            self.db.prepare_cached("SELECT uuid, version FROM tombstone WHERE entity = ?1")?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            let (uuid, version): (Uuid, Version) = (row.get(0)?, row.get(1)?);
            if wanted(&uuid) {
                let known = all.entry(uuid).or_default();
                known.states.insert(version, (None, Times::default()));
                known.current = Some(version);
            }
        }
        for conflict in self.conflicts()?.into_iter().filter(|conflict| conflict.content.entity == entity) {
            if wanted(&conflict.content.record) {
                let known = all.entry(conflict.content.record).or_default();
                known.waiting.extend([conflict.content.ours, conflict.content.theirs]);
            }
        }
        let mut statement =
            self.db.prepare_cached("SELECT uuid, version, before FROM history WHERE entity = ?1")?;
        let mut rows = statement.query([entity])?;
        while let Some(row) = rows.next()? {
            let (uuid, version): (Uuid, Version) = (row.get(0)?, row.get(1)?);
            let Some(known) = all.get_mut(&uuid).filter(|known| !known.states.contains_key(&version)) else {
                continue;
            };
            let state = match row.get::<_, Option<String>>(2)? {
                Some(columns) => states.read(&columns).map(|(content, times)| (Some(content), times))?,
                None => (None, Times::default()),
            };
            known.states.insert(version, state);
        }
        // The lineage does not say what kind of record it is of.
        let mut statement =
            self.db.prepare_cached("SELECT uuid, version, parent FROM lineage ORDER BY uuid, version")?;
        let mut rows = statement.query([])?;
        let mut last: Option<(Uuid, Version, Vec<Version>)> = None;
        let mut put = |step: Option<(Uuid, Version, Vec<Version>)>| {
            if let Some((uuid, version, parents)) = step
                && let Some(known) = all.get_mut(&uuid)
            {
                known.graph.insert(version, parents);
            }
        };
        while let Some(row) = rows.next()? {
            let (uuid, version, parent): (Uuid, Version, Version) = (row.get(0)?, row.get(1)?, row.get(2)?);
            match &mut last {
                Some((of, at, parents)) if *of == uuid && *at == version => parents.push(parent),
                _ => put(last.replace((uuid, version, vec![parent]))),
            }
        }
        put(last);
        Ok(all.into_iter().filter_map(|(uuid, known)| Some((uuid, known.into_strand()?))).collect())
    }

    /// The number and version of a record's row.
    ///
    /// # Errors
    /// SQLite's.
    pub fn row_of(&self, entity: Entity, uuid: Uuid) -> Result<Option<(i64, Version)>> {
        let sql = format!("SELECT id, version FROM {} WHERE uuid = ?1", Table::of(entity).name);
        let found = self
            .db
            .prepare_cached(&sql)?
            .query_row([uuid], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }
}

impl Reader<'_> {
    /// When a record was made, where its kind keeps that; `None` also where it has no row.
    ///
    /// # Errors
    /// SQLite's; corrupt when the row is not readable.
    pub fn created_at(&self, entity: Entity, uuid: Uuid) -> Result<Option<i64>> {
        let Some((_, columns)) = self.current_columns(entity, uuid)? else { return Ok(None) };
        let references = References::new(self.db);
        Ok(Some(Columns::parse(&columns, &references)?.times(entity)?.created))
    }
}

impl Columns<'_, '_> {
    /// When the row was made and last changed. Kinds that keep no times have none.
    fn times(&self, entity: Entity) -> Result<Times> {
        let names = Table::of(entity).columns;
        let time = |name: &str| match names.iter().position(|column| *column == name) {
            Some(place) => self.number(place + 1).map(Some),
            None => Ok(None),
        };
        let created = time("created_at")?.unwrap_or_default();
        Ok(Times { created, modified: time("modified_at")?.unwrap_or(created) })
    }
}
