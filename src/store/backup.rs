//! Copies of a store that are whole even while others write.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tempfile::NamedTempFile;

use super::open::{Access, Store, connect};
use crate::error::{Error, Result};
use crate::stop::{self, Hold};

/// Pages a step: the source is locked for one step only, so writers get their turn.
const PAGES: std::ffi::c_int = 1024;

/// Writes a consistent copy of `db` to `target`: beside it first, then renamed.
///
/// # Errors
/// Refused when something is there, unless it may `overwrite`; SQLite's and the system's; `target` is then as it was.
pub(super) fn copy_to(db: &Connection, target: &Path, overwrite: bool) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |cause| Error::io(format!("can't write `{}`", target.display()), cause);
    let _hold = Hold::new();
    // A named temporary file is made with mode 0600, which the copy keeps.
    let copy = tempfile::Builder::new().prefix(".postil-").tempfile_in(folder).map_err(failed)?;
    let mut to = connect(copy.path(), Access::Write)?;
    copy_pages(&Backup::new(db, &mut to)?)?;
    to.close().map_err(|(_, cause)| cause)?;
    put_in_place(copy, target, overwrite)
}

/// Gives a store that was made beside `target` its name, once it is safe on the disk.
///
/// # Errors
/// Refused when something is there, unless it may `overwrite`; the system's.
pub(super) fn put_in_place(copy: NamedTempFile, target: &Path, overwrite: bool) -> Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |cause| Error::io(format!("can't write `{}`", target.display()), cause);
    copy.as_file().sync_all().map_err(failed)?;
    if overwrite {
        copy.persist(target).map_err(|refused| failed(refused.error))?;
    } else {
        // Asked for in one step: a file that appears while we copy is not overwritten either.
        copy.persist_noclobber(target).map_err(|refused| match refused.error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Error::refused(format!("`{}` exists already", target.display()))
                    .hint("`--force` overwrites it; without a name, `postil backup` puts the day into one")
            }
            _ => failed(refused.error),
        })?;
    }
    // The new name is only safe once the folder is.
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(())
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

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
