//! The one way to write: a change is one transaction, one entry of the log, one undo step.

use std::cell::{Cell, RefCell};

use rusqlite::{Connection, named_params};
use uuid::Uuid;

use super::open::{Store, StoreInfo, while_using};
use super::place::UNCONFIRMED;
use super::reader::{Reader, References};
use crate::domain::id::IdSource;
use crate::error::{Error, ErrorKind, Result};

/// The number of a change, as the log shows it.
pub type ChangeId = i64;

/// Who changes what, and when.
#[derive(Debug, Clone)]
pub struct ChangeRequest {
    /// The command as people know it: `tag`, `import csv`.
    pub command: &'static str,
    /// The coder's handle.
    pub coder: String,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
    /// What the random part of new ids follows from.
    pub seed: u64,
}

/// What a change came to.
#[derive(Debug, Clone)]
pub struct Changed<T> {
    /// What the work returned.
    pub value: T,
    /// The change; `None` when there was nothing to write, and nothing was.
    pub change: Option<ChangeId>,
}

/// A change in progress.
pub struct Tx<'s> {
    pub(super) db: &'s Connection,
    info: RefCell<StoreInfo>,
    /// The change that is being made.
    pub(super) change: ChangeId,
    at: i64,
    coder: String,
    ids: RefCell<IdSource>,
    edits: Cell<u64>,
    abandoned: Cell<bool>,
    summary: RefCell<String>,
    pub(super) references: References<'s>,
}

impl Store {
    /// Makes one change: `work` runs in one immediate transaction. When it writes nothing, or fails, the store stays as
    /// it was, without an entry in the log.
    ///
    /// # Errors
    /// Those of `work`, and SQLite's.
    pub fn change<T>(
        &mut self,
        request: ChangeRequest,
        work: impl FnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<Changed<T>> {
        self.change_kind(request, None, work)
    }

    /// As [`Store::change`], for an undo or redo: `reversal` names the change it is about and the one it reverses.
    pub(super) fn change_kind<T>(
        &mut self,
        request: ChangeRequest,
        reversal: Option<(&'static str, ChangeId, ChangeId)>,
        work: impl FnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<Changed<T>> {
        self.db
            .execute_batch("BEGIN IMMEDIATE")
            .map_err(|failure| while_using(self.path(), failure.into()))?;
        let outcome = self.attempt(request, reversal, work).map(|(changed, info)| {
            if changed.change.is_some() {
                self.info = info;
            }
            changed
        });
        if !matches!(outcome, Ok(Changed { change: Some(_), .. })) && !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        if outcome.is_err() {
            // After a failed write SQLite leaves the undoing to whoever reads next, and a program that may only read
            // could not do it. Should this fail too, opening for reading tries once more.
            let _ = self.db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
        }
        outcome
    }

    fn attempt<T>(
        &self,
        request: ChangeRequest,
        reversal: Option<(&'static str, ChangeId, ChangeId)>,
        work: impl FnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<(Changed<T>, StoreInfo)> {
        let (kind, target, reverses) = match reversal {
            Some((kind, target, reverses)) => (kind, Some(target), Some(reverses)),
            None => ("do", None, None),
        };
        self.db
            .prepare_cached(
                "INSERT INTO change (at, coder, command, summary, kind, target, reverses)
                 VALUES (:at, :coder, :command, '', :kind, :target, :reverses)",
            )?
            .execute(named_params! {
                ":at": request.at, ":coder": request.coder, ":command": request.command,
                ":kind": kind, ":target": target, ":reverses": reverses,
            })?;
        let change = self.db.last_insert_rowid();
        // The change's number enters the seed, so that a frozen seed still gives every change its own ids.
        let seed = request.seed ^ change.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let tx = Tx {
            db: &self.db,
            info: RefCell::new(self.info.clone()),
            change,
            at: request.at,
            coder: request.coder,
            ids: RefCell::new(IdSource::new(request.at.unsigned_abs(), seed)),
            edits: Cell::new(0),
            abandoned: Cell::new(false),
            summary: RefCell::default(),
            references: References::new(&self.db),
        };
        let value = work(&tx)?;
        if tx.edits.get() == 0 || tx.abandoned.get() {
            return Ok((Changed { value, change: None }, tx.info.into_inner()));
        }
        self.db
            .prepare_cached("UPDATE change SET summary = :summary WHERE id = :id")?
            .execute(named_params! { ":summary": *tx.summary.borrow(), ":id": change })?;
        commit(&self.db)?;
        Ok((Changed { value, change: Some(change) }, tx.info.into_inner()))
    }
}

/// What is said of a commit that stands, but may not survive a power cut.
const STANDS: &str = "the change is in the store";

/// Commits the open transaction.
///
/// # Errors
/// SQLite's. The commit stands once the journal is gone. Where only the folder could not be synced after that, SQLite
/// reports a failure too, and the error says that the change is in the store.
pub(super) fn commit(db: &Connection) -> Result<()> {
    db.execute_batch("COMMIT").map_err(|failure| {
        // Of the folder, SQLite looks at the outcome of a sync at this one place only.
        match failure.sqlite_error() {
            Some(error) if error.extended_code == rusqlite::ffi::SQLITE_IOERR_DIR_FSYNC => {
                Error::new(ErrorKind::Io, format!("{STANDS}{UNCONFIRMED}")).caused_by(failure).hint(
                    "`postil log` shows it; see whether the disk is failing, and keep a copy on another one: \
                     `postil backup FOLDER/NAME.postil`",
                )
            }
            _ => failure.into(),
        }
    })
}

/// The same failure, where the store that the change is in goes with it: a new one, which was not finished.
pub fn with_the_store(error: Error) -> Error {
    if !error.message().ends_with(UNCONFIRMED) {
        return error;
    }
    let failed = Error::new(error.kind(), "the disk refused to write; nothing was made");
    error.causes().into_iter().fold(failed, Error::caused_by)
}

impl Tx<'_> {
    /// Reads, within the change.
    pub fn reader(&self) -> Reader<'_> {
        Reader { db: self.db }
    }

    /// The change that is being made.
    pub fn change(&self) -> ChangeId {
        self.change
    }

    /// When it is made, in milliseconds since 1970 UTC.
    pub fn at(&self) -> i64 {
        self.at
    }

    /// Who makes it.
    pub fn coder_handle(&self) -> &str {
        &self.coder
    }

    /// The project's id.
    pub fn project(&self) -> Uuid {
        self.info.borrow().project
    }

    /// Takes over the id and the name of another project, as long as this store has no history of its own: ids that are
    /// derived from the project's then agree between the two. Says whether it did. On its own it is no edit.
    ///
    /// # Errors
    /// SQLite's.
    pub fn adopt_project(&self, project: Uuid, name: &str) -> Result<bool> {
        let taken = self
            .db
            .prepare_cached(
                "UPDATE store_info SET project = ?1, name = ?2
                 WHERE NOT EXISTS (SELECT 1 FROM change WHERE id <> ?3)",
            )?
            .execute(rusqlite::params![project, name, self.change])?
            > 0;
        if taken {
            let mut info = self.info.borrow_mut();
            info.project = project;
            name.clone_into(&mut info.name);
        }
        Ok(taken)
    }

    /// A new id.
    pub fn new_id(&self) -> Uuid {
        self.ids.borrow_mut().next_id()
    }

    /// Says in one line what the change did; the log shows it.
    pub fn set_summary(&self, summary: impl Into<String>) {
        *self.summary.borrow_mut() = summary.into();
    }

    /// Gives everything back at the end: a rehearsal, or work that turned out not to be wanted.
    pub fn abandon(&self) {
        self.abandoned.set(true);
    }

    /// Whether anything was written so far.
    pub fn has_edits(&self) -> bool {
        self.edits.get() > 0
    }

    /// Counts records written. A change that counts none is rolled back.
    pub(super) fn count_edits(&self, edits: usize) {
        self.edits.set(self.edits.get() + edits as u64);
    }
}
