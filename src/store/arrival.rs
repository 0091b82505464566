//! A backup on its way to being a store again: written beside its place, looked at, and only then put there.

use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::{NamedTempFile, TempDir};

use super::change::with_the_store;
use super::check::{Report, check};
use super::foreign::renamed;
use super::open::{Access, Store, check_header, connect};
use super::place::{self, DRAFT, cannot_write, clear_journal, folder_of};
use super::schema::SCHEMA_VERSION;
use crate::error::{Error, Result};
use crate::stop::{self, Hold};

/// The header of an SQLite file up to and including its schema version (`user_version`, at byte 60).
const HEADER: usize = 64;

/// A store that is not in its place yet. When it is dropped, it is gone.
pub struct Arrival {
    target: PathBuf,
    file: NamedTempFile,
    // In this order: the folder must be gone when a signal may end the process again.
    folder: TempDir,
    _hold: Hold,
}

impl Arrival {
    /// Begins a store that is to be at `target`, in a private folder beside it.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(target: &Path) -> Result<Arrival> {
        let failed = |cause| cannot_write(target, cause);
        let hold = Hold::new();
        let folder = tempfile::Builder::new().prefix(DRAFT).tempdir_in(folder_of(target)).map_err(failed)?;
        let file = tempfile::Builder::new().prefix("store-").tempfile_in(folder.path()).map_err(failed)?;
        Ok(Arrival { target: target.to_path_buf(), file, folder, _hold: hold })
    }

    /// Takes everything that `from` has; `cannot_read` says what a failure to read it means.
    ///
    /// # Errors
    /// That of `cannot_read`; the system's.
    pub fn fill(
        &mut self,
        from: &mut impl Read,
        cannot_read: impl Fn(std::io::Error) -> Error,
    ) -> Result<()> {
        const BLOCK: usize = 64 << 10;
        let failed = |cause| cannot_write(&self.target, cause);
        let mut block = vec![0; BLOCK];
        loop {
            stop::check().map_err(failed)?;
            match from.read(&mut block) {
                Ok(0) => break,
                Ok(read) => self.file.write_all(&block[..read]).map_err(failed)?,
                Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(cannot_read(cause)),
            }
        }
        self.file.as_file().sync_all().map_err(failed)
    }

    /// The schema that the store is of.
    ///
    /// # Errors
    /// The system's.
    pub fn schema(&mut self) -> Result<i32> {
        let failed = |cause| cannot_write(&self.target, cause);
        let mut header = [0; HEADER];
        self.file.rewind().map_err(failed)?;
        match self.file.read_exact(&mut header) {
            Ok(()) => Ok(i32::from_be_bytes([header[60], header[61], header[62], header[63]])),
            Err(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => Ok(0),
            Err(cause) => Err(failed(cause)),
        }
    }

    /// Checks everything there is in it. `name` is what people call the file that it came from.
    ///
    /// # Errors
    /// Corrupt when it is no store, or a newer postil's; the system's.
    pub fn check(&mut self, name: &str) -> Result<Report> {
        let schema = self.schema()?;
        let mut path = self.file.path().to_path_buf();
        check_header(&path).map_err(|error| renamed(&error, &path, name))?;
        // One of an older schema stays as it is, and a copy shows what it will be: opening it would change it.
        if schema < SCHEMA_VERSION {
            path = self.folder.path().join("as-it-will-be.postil");
            std::fs::copy(self.file.path(), &path).map_err(|cause| cannot_write(&self.target, cause))?;
        }
        let looked = Store::open(&path, Access::Read).and_then(|store| check(&store));
        looked.map_err(|error| renamed(&with_the_store(error), &path, name))
    }

    /// Puts it in its place. What is there is replaced when it may `overwrite`: not while another program is changing it, and
    /// not without its journal, which would be played into the new one.
    ///
    /// # Errors
    /// Refused when something is there and it may not; busy; the system's. What was there is then as it was.
    pub fn put(self, overwrite: bool) -> Result<()> {
        let there = self.target.symlink_metadata().is_ok();
        if overwrite && there {
            let old = locked(&self.target)?;
            // Whoever could open the old store has played its journal back by now. One that is still there belongs to what
            // can't be opened, and goes first: a new store must never lie beside it.
            clear_journal(&self.target)?;
            place::put(self.file, &self.target, true)?;
            drop(old);
        } else {
            clear_journal(&self.target)?;
            place::put(self.file, &self.target, false)?;
        }
        Ok(())
    }
}

/// A connection that keeps all others from the database at `path`; `None` where there is none that can be opened.
fn locked(path: &Path) -> Result<Option<Connection>> {
    if check_header(path).is_err() {
        return Ok(None);
    }
    let Ok(db) = connect(path, Access::Write) else { return Ok(None) };
    match db.execute_batch("BEGIN EXCLUSIVE") {
        Ok(()) => Ok(Some(db)),
        Err(cause) if cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(cause.into())
        }
        // It is damaged, which may be why another is to take its place.
        Err(_) => Ok(None),
    }
}
