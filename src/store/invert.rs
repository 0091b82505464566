//! Undo and redo: a change that puts back what another change replaced.
//!
//! An inversion gives every record back to the change that was its author before, so that undoing twice in a row walks
//! back step by step. It never rewinds a lineage: the undone version may have travelled, so the old content comes
//! back as a new version (`restore.rs`), or as a deletion.

use rusqlite::{OptionalExtension, named_params, params};
use uuid::Uuid;

use super::change::{ChangeId, ChangeRequest, Changed, Tx};
use super::log::ChangeKind;
use super::open::Store;
use super::table::Table;
use crate::domain::Entity;
use crate::error::{Error, Result};

/// Rows that the change `:key` inserted: it is their author and no earlier state of them is known.
const INSERTED: &str = "change_id = :key AND uuid NOT IN
    (SELECT uuid FROM history WHERE change_id = :key AND author <> :key)";

/// Rows that the inversion `:key` brought back, and that are still as it left them.
const REVIVED: &str = "(uuid, change_id) IN
    (SELECT uuid, left_by FROM history WHERE change_id = :key AND author <> :key AND before IS NULL)";

/// A coder comes with the first change and stays while later ones need it. Written out, since no index helps here:
/// the search ends at the first use.
const CODER_UNUSED: &str = "NOT EXISTS (SELECT 1 FROM annotation WHERE coder_id = coder.id)
    AND NOT EXISTS (SELECT 1 FROM memo WHERE coder_id = coder.id)
    AND NOT EXISTS (SELECT 1 FROM assignment WHERE coder_id = coder.id)";

/// What may refer to a removed row: (kind, referring table, column). Every column leads an index.
const USES: [(Entity, &str, &str); 7] = [
    (Entity::Document, "annotation", "document_id"),
    (Entity::Document, "attribute", "document_id"),
    (Entity::Document, "memo", "document_id"),
    (Entity::Document, "assignment", "document_id"),
    (Entity::Code, "annotation", "code_id"),
    (Entity::Code, "code", "parent_id"),
    (Entity::Code, "memo", "code_id"),
];

/// Changes that only bring in what others wrote. Undoing one is no deletion of others' work: their versions are given back
/// as if they had never come, and come again with the next merge.
const BRINGS_IN: [&str; 3] = ["merge", "init", "resolve"];

/// What an undo or redo did.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inversion {
    /// The change it was about.
    pub target: ChangeId,
    /// Records that were removed again.
    pub removed: u64,
    /// Records that got an earlier state back.
    pub restored: u64,
}

/// An inversion in progress.
pub(super) struct Inverse<'t, 's> {
    pub(super) tx: &'t Tx<'s>,
    /// `undo` or `redo`.
    pub(super) word: &'static str,
    /// The change it is about.
    pub(super) target: ChangeId,
    /// The change whose effects are reversed: the target, or its latest undo or redo.
    pub(super) reverses: ChangeId,
    /// Whether states come back under the versions that they had.
    pub(super) rewinds: bool,
}

impl Store {
    /// Undoes the change `target` (redoes it, where `kind` says so), as a change of its own.
    ///
    /// # Errors
    /// Refused when it is undone (in effect) already, or when a later change stands in the way, naming it.
    pub fn invert(
        &mut self,
        request: ChangeRequest,
        kind: ChangeKind,
        target: ChangeId,
    ) -> Result<Changed<Inversion>> {
        let command = self.reader().change(target)?.map(|change| change.command);
        if command.as_deref() == Some(super::purge::PURGE) {
            return Err(Error::refused(format!(
                "change {target} erased documents for good: it can't be taken back"
            ))
            .hint("`postil log` shows the changes that can"));
        }
        if command.as_deref() == Some(super::salvage::SALVAGE) {
            return Err(Error::refused(format!(
                "change {target} stands for what was lost in a damaged store: it can't be taken back"
            ))
            .hint("`postil merge` with a backup or a colleague's store brings the lost records back"));
        }
        let (word, opposite) = match kind {
            ChangeKind::Redo => ("redo", "undo"),
            ChangeKind::Do | ChangeKind::Undo => ("undo", "redo"),
        };
        let reverses = self.latest_reversal(target, opposite)?.unwrap_or(target);
        let rewinds = command.is_some_and(|command| BRINGS_IN.contains(&command.as_str()));
        self.change_kind(request, Some((word, target, reverses)), |tx| {
            Inverse { tx, word, target, reverses, rewinds }.run()
        })
    }

    /// The newest undo or redo of a change.
    fn latest_reversal(&self, target: ChangeId, kind: &str) -> Result<Option<ChangeId>> {
        let found = self
            .db
            .prepare_cached("SELECT max(id) FROM change WHERE target = ?1 AND kind = ?2")?
            .query_row(params![target, kind], |row| row.get(0))?;
        Ok(found)
    }
}

impl Inverse<'_, '_> {
    fn run(&self) -> Result<Inversion> {
        // Rows go and come back in any order; that nothing dangles is checked at the end, in words.
        self.tx.db.execute_batch("PRAGMA defer_foreign_keys=ON")?;
        self.check_effect()?;
        for entity in Entity::ALL {
            self.check_unmoved(entity)?;
            if self.target == self.reverses && entity != Entity::Coder {
                self.check_inserts_unmoved(entity)?;
            }
        }
        let mut inversion = Inversion { target: self.target, ..Inversion::default() };
        let mut gone = Vec::new();
        for entity in Entity::ALL.into_iter().rev().filter(|entity| *entity != Entity::Coder) {
            inversion.removed += self.remove_made(entity, &mut gone)?;
        }
        let mut waiting = Vec::new();
        for entity in Entity::ALL {
            inversion.restored += self.restore(entity, &mut waiting)?;
        }
        // Last, for only now it shows which coders nobody needs any more.
        inversion.removed += self.remove_made(Entity::Coder, &mut gone)?;
        self.restore_deletions()?;
        self.restore_waiting(waiting)?;
        self.check_unused(&gone)?;
        self.check_references()?;
        self.check_codebook()?;
        let summary = self.tx.reader().change(self.target)?.map(|change| change.summary).unwrap_or_default();
        let done = if self.word == "undo" { "undid" } else { "redid" };
        self.tx.set_summary(format!("{done} change {}: {summary}", self.target));
        // A change whose records were all purged since still counts as undone.
        self.tx.count_edits(1);
        Ok(inversion)
    }

    /// Refuses when the target is not in the state that the inversion presumes, also when another program has
    /// just seen to it.
    fn check_effect(&self) -> Result<()> {
        let latest: Option<(ChangeId, String)> = self
            .tx
            .db
            .prepare_cached(
                "SELECT id, kind FROM change WHERE target = ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
            )?
            .query_row(params![self.target, self.tx.change], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let undone = latest.as_ref().is_some_and(|(_, kind)| kind == "undo");
        let target = self.target;
        match (self.word, undone) {
            ("undo", true) => Err(Error::refused(format!("change {target} is undone already"))
                .hint(format!("`postil redo {target}` does it again"))),
            ("redo", false) => {
                Err(Error::refused(format!("change {target} is in effect: there is nothing to redo"))
                    .hint(format!("`postil undo {target}` takes it back")))
            }
            _ if latest.is_some_and(|(id, _)| id != self.reverses) => {
                Err(Error::refused(format!("another program has just undone or redone change {target}"))
                    .hint("`postil log` shows how things stand"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses unless every record with an earlier state is still as the change left it.
    fn check_unmoved(&self, entity: Entity) -> Result<()> {
        let table = Table::of(entity).name;
        // A coder that came with the change and was renamed since just stays, as does one who has come back since.
        let sql = format!(
            "SELECT h.uuid, r.change_id FROM history h LEFT JOIN {table} r ON r.uuid = h.uuid
             WHERE h.change_id = ?1 AND h.entity = ?2 AND h.author <> h.change_id
               AND r.change_id IS NOT h.left_by
               AND NOT (h.entity = 1 AND (h.before IS NULL OR (h.left_by IS NULL AND r.id IS NOT NULL))) LIMIT 1"
        );
        let moved: Option<(Uuid, Option<ChangeId>)> = self
            .tx
            .db
            .prepare_cached(&sql)?
            .query_row(params![self.reverses, entity], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match moved {
            Some((uuid, author)) => Err(self.in_the_way(entity, self.blocker(uuid, author)?)),
            None => Ok(()),
        }
    }

    /// Refuses when a record that the change inserted has been changed or deleted since.
    fn check_inserts_unmoved(&self, entity: Entity) -> Result<()> {
        let table = Table::of(entity).name;
        let sql = format!(
            "SELECT DISTINCT h.uuid, r.change_id FROM history h LEFT JOIN {table} r ON r.uuid = h.uuid
             WHERE h.author = ?1 AND h.change_id <> ?1 AND h.entity = ?2 AND h.before IS NOT NULL
               AND r.change_id IS NOT ?1"
        );
        let mut statement = self.tx.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params![self.target, entity])?;
        while let Some(row) = rows.next()? {
            let blocker = self.blocker(row.get(0)?, row.get(1)?)?;
            // Records of a purged document are gone without a tombstone: nothing is left to put back.
            if blocker.is_some() {
                return Err(self.in_the_way(entity, blocker));
            }
        }
        Ok(())
    }

    /// The change that stands in the way of a record: its author, or who deleted it.
    fn blocker(&self, uuid: Uuid, author: Option<ChangeId>) -> Result<Option<ChangeId>> {
        match author {
            Some(author) => Ok(Some(author)),
            None => Ok(self.tx.tombstone(uuid)?.map(|standing| standing.author)),
        }
    }

    /// Removes what was made: by the change itself, or by the redo that is undone. The numbers of removed documents and
    /// codes go to `gone`.
    fn remove_made(&self, entity: Entity, gone: &mut Vec<(Entity, i64)>) -> Result<u64> {
        let narrowed = |filter: &str| match entity {
            Entity::Coder => format!("{filter} AND {CODER_UNUSED}"),
            _ => filter.to_owned(),
        };
        let mut removed = 0;
        if self.target == self.reverses {
            removed += self.remove_where(entity, &narrowed(INSERTED), self.target, gone)?;
        }
        removed += self.remove_where(entity, &narrowed(REVIVED), self.reverses, gone)?;
        if self.rewinds {
            return Ok(removed);
        }
        // Who is deleted again is as dead as before: the deletion is the earlier change's.
        self.tx
            .db
            .prepare_cached(
                "UPDATE tombstone SET change_id = (SELECT author FROM history h WHERE h.change_id = :key
                   AND h.entity = :entity AND h.uuid = tombstone.uuid AND h.before IS NULL)
                 WHERE uuid IN (SELECT uuid FROM history WHERE change_id = :key AND entity = :entity
                   AND author <> :key AND before IS NULL)",
            )?
            .execute(named_params! { ":key": self.reverses, ":entity": entity })?;
        Ok(removed)
    }

    fn remove_where(
        &self,
        entity: Entity,
        filter: &str,
        key: ChangeId,
        gone: &mut Vec<(Entity, i64)>,
    ) -> Result<u64> {
        if matches!(entity, Entity::Document | Entity::Code) {
            let sql = format!("SELECT id FROM {} WHERE {filter}", Table::of(entity).name);
            let mut statement = self.tx.db.prepare_cached(&sql)?;
            let mut rows = statement.query(named_params! { ":key": key })?;
            while let Some(row) = rows.next()? {
                gone.push((entity, row.get(0)?));
            }
        }
        let removed = match self.rewinds {
            true => self.tx.forget(entity, filter, key)?,
            false => self.tx.remove(entity, filter, key)?,
        };
        Ok(removed as u64)
    }

    /// Puts the deletions back that the reversed change found, under their own versions, and takes its own away; where an
    /// undo is undone, brings those back.
    fn restore_deletions(&self) -> Result<()> {
        if !self.rewinds {
            return Ok(());
        }
        let (key, target) = (self.reverses, self.target);
        let db = self.tx.db;
        for table in Entity::ALL.map(Table::of) {
            let sql = if self.word == "undo" {
                "DELETE FROM tombstone WHERE change_id = ?1 AND entity = ?2 AND uuid IN
                   (SELECT uuid FROM history WHERE change_id = ?1 AND author = ?1 AND before IS NULL)"
                    .to_owned()
            } else {
                format!(
                    "INSERT OR IGNORE INTO tombstone (uuid, entity, version, change_id)
                     SELECT uuid, entity, version, change_id FROM history h
                     WHERE change_id = ?1 AND author = ?1 AND entity = ?2 AND before IS NULL
                       AND NOT EXISTS (SELECT 1 FROM {} r WHERE r.uuid = h.uuid)",
                    table.name
                )
            };
            db.execute(&sql, params![target, table.entity])?;
        }
        // Of what came back, and of what was replaced. A record that was only forgotten has no deletion.
        db.execute(
            "INSERT OR REPLACE INTO tombstone (uuid, entity, version, change_id)
             SELECT uuid, entity, version, author FROM history
             WHERE change_id = ?1 AND author <> ?1 AND before IS NULL
               AND author NOT IN (SELECT id FROM change WHERE target = ?2)",
            params![key, target],
        )?;
        Ok(())
    }

    /// Refuses when something that stays refers to something that went.
    fn check_unused(&self, gone: &[(Entity, i64)]) -> Result<()> {
        for (entity, id) in gone {
            for (_, child, column) in USES.iter().filter(|(used, ..)| used == entity) {
                let user: Option<ChangeId> = self
                    .tx
                    .db
                    .prepare_cached(&format!("SELECT change_id FROM {child} WHERE {column} = ?1 LIMIT 1"))?
                    .query_row([id], |row| row.get(0))
                    .optional()?;
                if user.is_some() {
                    return Err(
                        self.refusal(&format!("a later change uses the same {}", entity.word()), user)
                    );
                }
            }
        }
        Ok(())
    }

    fn in_the_way(&self, entity: Entity, blocker: Option<ChangeId>) -> Error {
        self.refusal(&format!("a later change touched the same {}", entity.word()), blocker)
    }

    /// The refusal for `reason`, with the change in the way and what to do about it.
    pub(super) fn refusal(&self, reason: &str, blocker: Option<ChangeId>) -> Error {
        let what = format!("can't {} change {}: {reason}", self.word, self.target);
        let Some(blocker) = blocker else { return Error::refused(what) };
        let known = self.tx.reader().change(blocker).ok().flatten();
        let summary = known.as_ref().map(|change| change.summary.as_str()).unwrap_or_default();
        let described = if summary.is_empty() { String::new() } else { format!(" ({summary})") };
        // What an undo took away comes back by redoing the change that it was about.
        let way = match known.as_ref().and_then(|change| Some((change.kind, change.target?))) {
            Some((ChangeKind::Undo, target)) => format!("`postil redo {target}` first"),
            Some((ChangeKind::Redo, target)) => format!("`postil undo {target}` first"),
            _ => format!("`postil undo {blocker}` first"),
        };
        Error::refused(format!("{what}: change {blocker}{described}"))
            .hint(format!("{way}, or see `postil log {blocker}`"))
    }
}
