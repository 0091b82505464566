//! Copies of a store that are whole even while others write.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::open::{Access, Store, connect};
use super::place::{self, DRAFT, DraftJournal, cannot_write, clear_journal, folder_of};
use crate::error::{Error, ErrorKind, Result};
use crate::stop::{self, Hold};

/// Pages a step: the source is locked for one step only, so writers get their turn.
const PAGES: std::ffi::c_int = 1024;

/// Writes a consistent copy of `db` to `target`: beside it first, then renamed.
///
/// # Errors
/// Refused when something is there, unless it may `overwrite`; SQLite's and the system's; `target` is then as it was, or
/// the error says that it is written.
pub(super) fn copy_to(db: &Connection, target: &Path, overwrite: bool) -> Result<()> {
    let _hold = Hold::new();
    // A named temporary file is made with mode 0600, which the copy keeps.
    let copy = tempfile::Builder::new()
        .prefix(DRAFT)
        .tempfile_in(folder_of(target))
        .map_err(|cause| cannot_write(target, cause))?;
    let _journal = DraftJournal::of(&copy);
    let mut to = connect(copy.path(), Access::Write)?;
    copy_pages(&Backup::new(db, &mut to)?)?;
    to.close().map_err(|(_, cause)| cause)?;
    clear_journal(target)?;
    place::put(copy, target, overwrite).map_err(|error| match error.kind() {
        ErrorKind::Refused => Error::refused(error.message())
            .hint("`--force` overwrites it; without a name, `postil backup` puts the day into one"),
        _ => error,
    })
}

/// The crate's own loop goes on for ever while another program keeps the store: every step has waited long enough.
fn copy_pages(backup: &Backup<'_, '_>) -> Result<()> {
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {
                stop::check().map_err(|cause| Error::io("the copy was given up", cause))?;
            }
            _ => return Err(busy().into()),
        }
    }
}

fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)
}

impl Store {
    /// Writes a consistent copy of the store to `target`, readable by its owner only.
    ///
    /// # Errors
    /// Refused when something is there, unless it may `overwrite`; SQLite's and the system's; `target` is then as it was.
    pub fn back_up(&self, target: &Path, overwrite: bool) -> Result<()> {
        copy_to(&self.db, target, overwrite)
    }

    /// Writes the store, byte for byte, into `to`: for copies that must not lie on a disk as they are. Writers wait until it
    /// is done, since the file itself is read.
    ///
    /// The alternatives were a copy in memory, as large as the store, and one on the disk, which deleting does not erase.
    ///
    /// # Errors
    /// Refused for a store that another program switched to a write-ahead log; those of `to`, SQLite's and the system's.
    pub fn stream_to(&self, to: &mut impl Write) -> Result<()> {
        const BLOCK: usize = 64 << 10;
        let failed = |cause| Error::io(format!("can't read `{}`", self.path().display()), cause);
        let lock = self.db.unchecked_transaction()?;
        // A transaction locks nothing before it reads.
        self.db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        let mode: String = self.db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        if mode == "wal" {
            return Err(Error::refused("another program switched the store to a write-ahead log").hint(
                "any command that writes switches it back, as in `postil memo project 'backup made'`",
            ));
        }
        // Closed only after the lock is given back: closing any handle on a file gives back all of a process's locks on it.
        let mut file = File::open(self.path()).map_err(failed)?;
        let mut block = vec![0; BLOCK];
        loop {
            stop::check().map_err(|cause| Error::io("the copy was given up", cause))?;
            match file.read(&mut block).map_err(failed)? {
                0 => break,
                read => to
                    .write_all(&block[..read])
                    .map_err(|cause| Error::io("the copy can't be written", cause))?,
            }
        }
        lock.finish()?;
        drop(file);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_another_program_keeps_is_given_up_and_leaves_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.postil");
        std::fs::File::create(&path).unwrap();
        let writer = connect(&path, Access::Write).unwrap();
        writer.execute_batch("CREATE TABLE a (b)").unwrap();
        let mut reader = connect(&path, Access::Read).unwrap();
        // A minute is too long for a test.
        reader.busy_handler(None::<fn(i32) -> bool>).unwrap();
        writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let target = folder.path().join("copy");
        let error = copy_to(&reader, &target, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Busy, "{error:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a copy was left");
        writer.execute_batch("COMMIT").unwrap();
        copy_to(&reader, &target, false).unwrap();
    }
}
