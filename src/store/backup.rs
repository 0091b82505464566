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

/// Pages a step: between two of them a signal is heard.
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
    locked(db, || copy_pages(&Backup::new(db, &mut to)?))?;
    to.close().map_err(|(_, cause)| cause)?;
    clear_journal(target)?;
    place::put(copy, target, overwrite).map_err(|error| match error.kind() {
        ErrorKind::Refused => Error::refused(error.message())
            .hint("`--force` overwrites it; without a name, `postil backup` puts the day into one"),
        _ => error,
    })
}

/// Runs `copying` while nobody can write. SQLite begins a copy anew whenever somebody wrote between two steps, and where
/// several write all the time, no copy of more than one step would ever be done. Who writes waits for far less than they are
/// willing to: a gigabyte is copied in seconds.
fn locked<T>(db: &Connection, copying: impl FnOnce() -> Result<T>) -> Result<T> {
    let lock = db.unchecked_transaction()?;
    // A transaction locks nothing before it reads.
    db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let outcome = copying()?;
    lock.finish()?;
    Ok(outcome)
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
        // Closed only after the lock is given back: closing any handle on a file gives back all of a process's locks on it.
        let file = locked(&self.db, || {
            let mode: String = self.db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
            if mode == "wal" {
                return Err(Error::refused("another program switched the store to a write-ahead log").hint(
                    "any command that writes switches it back, as in `postil memo project 'backup made'`",
                ));
            }
            let mut file = File::open(self.path()).map_err(failed)?;
            let mut block = vec![0; BLOCK];
            loop {
                stop::check().map_err(|cause| Error::io("the copy was given up", cause))?;
                match file.read(&mut block).map_err(failed)? {
                    0 => return Ok(file),
                    read => to
                        .write_all(&block[..read])
                        .map_err(|cause| Error::io("the copy can't be written", cause))?,
                }
            }
        })?;
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

    #[test]
    fn a_copy_ends_while_others_write_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.postil");
        std::fs::File::create(&path).unwrap();
        let writer = connect(&path, Access::Write).unwrap();
        writer.execute_batch("PRAGMA synchronous=OFF; CREATE TABLE a (b)").unwrap();
        // More than can be copied in a step.
        writer.execute("INSERT INTO a VALUES (zeroblob(?1))", [5 * 4096 * PAGES]).unwrap();
        let reader = connect(&path, Access::Read).unwrap();
        let (began, begin) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let writing = scope.spawn(move || {
                for turn in 0..5_000 {
                    writer.execute("INSERT INTO a VALUES (?1)", [turn]).unwrap();
                    let _ = began.send(());
                }
            });
            begin.recv().unwrap();
            copy_to(&reader, &folder.path().join("copy"), false).unwrap();
            assert!(!writing.is_finished(), "the copy was only done when nobody wrote any more");
        });
    }
}
