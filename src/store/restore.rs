//! The second half of undo and redo: earlier states come back, each as a new version.

use std::collections::HashSet;

use rusqlite::params;
use uuid::Uuid;

use super::change::ChangeId;
use super::content::Columns;
use super::failure::damaged;
use super::invert::Inverse;
use super::row::{Pending, is_taken};
use crate::domain::name::MAX_CODE_DEPTH;
use crate::domain::{Entity, Version};
use crate::error::{Error, ErrorKind, Result};

/// An earlier state as history has it.
struct Earlier {
    uuid: Uuid,
    author: ChangeId,
    /// Whether the record has a row now.
    exists: bool,
    version: Version,
    before: String,
}

impl Inverse<'_, '_> {
    /// Puts back the earlier states of one kind of record. What a unique index still refuses goes to `waiting`: names
    /// may have been passed on within the change, and the holder has yet to give them up.
    pub(super) fn restore(&self, entity: Entity, waiting: &mut Vec<Pending>) -> Result<u64> {
        let many = self.count_earlier(entity)?;
        let mut restoring = || -> Result<()> {
            let mut last = Uuid::nil();
            loop {
                let states = self.earlier_states(entity, last)?;
                let Some(state) = states.last() else { return Ok(()) };
                last = state.uuid;
                for state in &states {
                    // A coder who has come back since is there already.
                    if entity == Entity::Coder
                        && !state.exists
                        && self.tx.reader().row_of(entity, state.uuid)?.is_some()
                    {
                        continue;
                    }
                    let pending = self.prepare(entity, state)?;
                    match self.tx.write_row(&pending) {
                        Err(failure) if is_taken(&failure) => waiting.push(pending),
                        written => written?,
                    }
                }
            }
        };
        match entity {
            Entity::Annotation => {
                self.tx.without_reading_indices(many, &mut restoring).map_err(|failure| {
                    // An index that cannot be built again has found two rows that say the same.
                    let taken = failure.causes().iter().any(|cause| cause.contains("UNIQUE"));
                    if taken { self.made_again(entity) } else { failure }
                })?
            }
            _ => restoring()?,
        }
        Ok(many)
    }

    /// The next earlier states of one kind of record, those after `last`. Read in batches: a cursor that stays open on the
    /// table that is written to has to find its place again after every row.
    fn earlier_states(&self, entity: Entity, last: Uuid) -> Result<Vec<Earlier>> {
        let mut statement = self.tx.db.prepare_cached(
            "SELECT uuid, author, left_by IS NOT NULL, version, before FROM history
             WHERE change_id = ?1 AND entity = ?2 AND uuid > ?3 AND author <> ?1 AND before IS NOT NULL
             ORDER BY uuid LIMIT 4096",
        )?;
        let rows = statement.query_map(params![self.reverses, entity, last], |row| {
            Ok(Earlier {
                uuid: row.get(0)?,
                author: row.get(1)?,
                exists: row.get(2)?,
                version: row.get(3)?,
                before: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn count_earlier(&self, entity: Entity) -> Result<u64> {
        let count: i64 = self
            .tx
            .db
            .prepare_cached(
                "SELECT count(*) FROM history WHERE change_id = ?1 AND entity = ?2 AND author <> ?1
                 AND before IS NOT NULL",
            )?
            .query_row(params![self.reverses, entity], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Saves the state that is there now, and finds the version of the one that comes back.
    fn prepare(&self, entity: Entity, earlier: &Earlier) -> Result<Pending> {
        let tx = self.tx;
        let Earlier { uuid, author, exists, ref before, .. } = *earlier;
        let columns = Columns::parse(before, &tx.references)?;
        let content = columns.content(entity)?;
        let current = if exists { tx.reader().row_of(entity, uuid)? } else { None };
        let gone = if current.is_none() { tx.tombstone(uuid)? } else { None };
        let parent = current.map(|(_, version)| version).or(gone.as_ref().map(|gone| gone.version));
        // What follows by rule is nobody's: it goes and comes back without leaving a trace in the lineage.
        let graph = self.tx.reader().graph(uuid)?;
        let was = graph.parents(earlier.version).unwrap_or_default();
        let proves =
            |parents: &[Version]| Version::of(entity, uuid, parents, Some(&content)) == earlier.version;
        if !proves(was) && !proves(&[]) {
            let what =
                format!("what the {} {uuid} said before change {} was altered", entity.word(), self.reverses);
            return Err(damaged(what));
        }
        let is_derived =
            parent.is_some_and(|parent| graph.is_derived(parent)) || graph.is_derived(earlier.version);
        let (version, parents) = match self.rewinds || is_derived {
            true => (earlier.version, &[][..]),
            false => (Version::of(entity, uuid, parent.as_slice(), Some(&content)), parent.as_slice()),
        };
        match (&current, &gone) {
            (Some((id, _)), _) => {
                tx.save_before(entity, "id = :key", *id, Some(author))?;
                tx.count_edits(1);
                tx.add_parents(uuid, version, parents)?;
            }
            (None, Some(gone)) => tx.revive(entity, gone, version, parents, author)?,
            (None, None) if self.rewinds => tx.recall(entity, uuid, earlier.version, author)?,
            (None, None) => {
                return Err(Error::new(
                    ErrorKind::Corrupt,
                    format!("the {} {uuid} is gone, and nothing says who deleted it", entity.word()),
                )
                .hint("`postil check` says what else is wrong"));
            }
        }
        let values = columns.into_values();
        Ok(Pending { entity, uuid, author, row: current.map(|(id, _)| id), values, version })
    }

    /// Writes the rows whose place was taken, for as long as that helps.
    pub(super) fn restore_waiting(&self, mut waiting: Vec<Pending>) -> Result<()> {
        while let Some(first) = waiting.first().map(|pending| pending.entity) {
            let before = waiting.len();
            let mut still = Vec::new();
            for pending in waiting {
                match self.tx.write_row(&pending) {
                    Err(failure) if is_taken(&failure) => still.push(pending),
                    written => written?,
                }
            }
            if still.len() == before {
                return Err(self.made_again(first));
            }
            waiting = still;
        }
        Ok(())
    }

    /// A unique index that refuses a restored row means that somebody has made the same thing since.
    fn made_again(&self, entity: Entity) -> Error {
        Error::refused(format!(
            "can't {} change {}: the {} it would bring back has been made again since",
            self.word,
            self.target,
            entity.word()
        ))
        .hint("see `postil log`; undo the change that made it again first")
    }

    /// Refuses when a restored record refers to one that is gone.
    pub(super) fn check_references(&self) -> Result<()> {
        for (table, id, uuid) in self.tx.references.known() {
            let alive: bool = self
                .tx
                .db
                .prepare_cached(&format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)"))?
                .query_row([id], |row| row.get(0))?;
            if !alive {
                let deleted_by = self.tx.tombstone(uuid)?.map(|standing| standing.author);
                return Err(
                    self.refusal(&format!("it needs a {table} that has been removed since"), deleted_by)
                );
            }
        }
        Ok(())
    }

    /// Refuses when the codebook would no longer be a tree of distinct paths: codes have been moved or named since.
    pub(super) fn check_codebook(&self) -> Result<()> {
        // Twins that two stores made may stand: only places that this inversion gives a code are looked at.
        let mut statement = self.tx.db.prepare_cached(
            "SELECT c.id, c.name, (SELECT max(change_id) FROM code o WHERE o.parent_id IS c.parent_id
                                    AND o.name = c.name AND o.id <> c.id)
             FROM history h JOIN code c ON c.uuid = h.uuid
             WHERE h.change_id = ?1 AND h.entity = ?2
               AND (h.before IS NULL OR json_extract(h.before, '$[1]') IS NOT c.parent_id
                    OR json_extract(h.before, '$[2]') <> c.name)",
        )?;
        let mut rows = statement.query(params![self.tx.change, Entity::Code])?;
        while let Some(row) = rows.next()? {
            let (id, name, twin): (i64, String, Option<ChangeId>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if twin.is_some() {
                let reason = format!("it would bring back a code `{name}` where another one stands now");
                return Err(self.refusal(&reason, twin));
            }
            self.check_depth(id, &name)?;
        }
        Ok(())
    }

    /// Refuses when the code, or one below it, would stand in a circle or deeper than codes may.
    fn check_depth(&self, id: i64, name: &str) -> Result<()> {
        let mut above = HashSet::from([id]);
        let mut newest = None;
        let mut next = Some(id);
        while let Some(code) = next {
            let (parent, author): (Option<i64>, ChangeId) = self
                .tx
                .db
                .prepare_cached("SELECT parent_id, change_id FROM code WHERE id = ?1")?
                .query_row([code], |row| Ok((row.get(0)?, row.get(1)?)))?;
            newest = newest.max(Some(author));
            if parent.is_some_and(|parent| !above.insert(parent)) {
                let reason = format!("the code `{name}` would stand below itself");
                return Err(self.refusal(&reason, newest));
            }
            next = parent;
        }
        let below: i64 = self
            .tx
            .db
            .prepare_cached(
                "WITH RECURSIVE below(id, depth) AS (SELECT ?1, 0 UNION ALL
                   SELECT code.id, depth + 1 FROM code JOIN below ON parent_id = below.id WHERE depth <= ?2)
                 SELECT max(depth) FROM below",
            )?
            .query_row(params![id, MAX_CODE_DEPTH as i64], |row| row.get(0))?;
        if above.len() as i64 + below > MAX_CODE_DEPTH as i64 {
            let reason = format!("the codes at `{name}` would nest deeper than {MAX_CODE_DEPTH} levels");
            return Err(self.refusal(&reason, newest));
        }
        Ok(())
    }
}
