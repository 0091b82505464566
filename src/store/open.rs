//! Making and opening stores. Every connection is made here, and every one is hardened.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, params};
use uuid::Uuid;

use super::change::{commit, with_the_store};
use super::place::{self, DRAFT, DraftJournal, clear_journal, folder_of, without_draft};
use super::schema::{self, APPLICATION_ID, SCHEMA_VERSION};
use crate::domain::name::as_typed;
use crate::domain::{Entity, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::stop::{self, Hold};

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Only read. Works on read-only folders and media.
    Read,
    /// Read and write.
    Write,
}

/// What a store says of itself.
#[derive(Debug, Clone)]
pub struct StoreInfo {
    /// The project's id: the namespace of ids derived from names.
    pub project: Uuid,
    /// The project's name.
    pub name: String,
    /// When it was made, in milliseconds since 1970 UTC.
    pub created_at: i64,
}

/// One project: one SQLite file.
pub struct Store {
    pub(super) db: Connection,
    path: PathBuf,
    pub(super) info: StoreInfo,
}

impl Store {
    /// Makes a new store at `path`, readable by its owner only.
    ///
    /// # Errors
    /// Refused when something is there already; I/O failures.
    pub fn create(path: &Path, info: StoreInfo) -> Result<Store> {
        Store::create_filled(path, info, |_| Ok(()))?;
        Store::open(path, Access::Write)
    }

    /// Makes a new store at `path`, readable by its owner only. It is made beside its place, `fill` is given the path that it
    /// has there, and what is put in the place is whole: half a store would look like one that lost everything.
    ///
    /// # Errors
    /// Refused when something is there already; those of `fill`; I/O failures.
    pub fn create_filled<T>(
        path: &Path,
        info: StoreInfo,
        fill: impl FnOnce(&Path) -> Result<T>,
    ) -> Result<T> {
        let taken = || {
            Error::refused(format!("`{}` exists already", path.display()))
                .hint("choose another name; nothing was overwritten")
        };
        if path.symlink_metadata().is_ok() {
            return Err(taken());
        }
        let _hold = Hold::new();
        // A named temporary file is made with mode 0600, which the store keeps.
        let draft = tempfile::Builder::new().prefix(DRAFT).tempfile_in(folder_of(path)).map_err(|cause| {
            if cause.kind() == std::io::ErrorKind::NotFound && !folder_of(path).exists() {
                let folder = folder_of(path).display();
                return Error::refused(format!("there is no folder `{folder}` to make a store in"))
                    .hint(format!("make it first: `mkdir -p {}`", as_typed(folder)));
            }
            Error::io(format!("can't make the store `{}`", path.display()), without_draft(cause))
        })?;
        let _journal = DraftJournal::of(&draft);
        initialise(draft.path(), &info)?;
        let filled = fill(draft.path()).map_err(with_the_store)?;
        stop::check().map_err(|cause| Error::io("the new store was given up", cause))?;
        clear_journal(path)?;
        place::put(draft, path, false)
            .map_err(|error| if error.kind() == ErrorKind::Refused { taken() } else { error })?;
        Ok(filled)
    }

    /// Opens the store at `path`. A store of an older schema is migrated first, after a copy was put beside it.
    ///
    /// # Errors
    /// Refused when there is no file; corrupt when it is no store, was altered, or comes from a newer postil.
    pub fn open(path: &Path, access: Access) -> Result<Store> {
        Store::open_within(path, access, None)
    }

    /// As [`Store::open`], where no text or value may be longer than `longest` bytes: one that is cannot be read.
    pub(super) fn open_within(path: &Path, access: Access, longest: Option<i32>) -> Result<Store> {
        Store::open_how(path, access, longest, true)
    }

    /// As [`Store::open`], but a store of an older schema stays one: for the few things that can be done to any.
    pub(super) fn open_as_it_is(path: &Path, access: Access) -> Result<Store> {
        Store::open_how(path, access, None, false)
    }

    fn open_how(path: &Path, access: Access, longest: Option<i32>, upgrades: bool) -> Result<Store> {
        check_header(path)?;
        let mut opened = connect_at_version(path, access);
        if opened.as_ref().is_err_and(is_interrupted) {
            recover(path)?;
            opened = connect_at_version(path, access);
        }
        let (mut db, version) = opened.map_err(|failure| match failure.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => not_a_store(path).caused_by(failure),
            _ => while_using(path, failure.into()),
        })?;
        let application: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        if application != APPLICATION_ID || version < 1 {
            return Err(not_a_store(path).hint("it is an SQLite database, but another program's"));
        }
        if version > SCHEMA_VERSION {
            return Err(Error::new(
                ErrorKind::Corrupt,
                format!(
                    "`{}` was written by a newer postil (schema {version}; this one knows {SCHEMA_VERSION})",
                    path.display()
                ),
            )
            .hint("install the newer postil: an older one might lose what it does not know"));
        }
        schema::verify(&db, version)?;
        if access == Access::Write {
            keep_rollback_journal(&db)?;
        }
        if upgrades && version < SCHEMA_VERSION {
            db = upgrade(path, db, version)?;
        }
        if let Some(longest) = longest {
            db.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
        }
        let info =
            db.query_row("SELECT project, name, created_at FROM store_info WHERE id = 1", [], |row| {
                Ok(StoreInfo { project: row.get(0)?, name: row.get(1)?, created_at: row.get(2)? })
            })?;
        Ok(Store { db, path: path.to_path_buf(), info })
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the store says of itself.
    pub fn info(&self) -> &StoreInfo {
        &self.info
    }

    /// Runs `reading` on one unchanging state of the store. Keep it short and print afterwards: a reader that waits
    /// for a pager keeps writers waiting.
    ///
    /// # Errors
    /// Those of `reading`.
    pub fn read<T>(&self, reading: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        let snapshot = self.db.unchecked_transaction()?;
        let outcome = reading(self)?;
        snapshot.finish()?;
        Ok(outcome)
    }

    /// Lets SQLite keep up to `mib` MiB of pages in memory: bulk work needs it, single commands do not.
    ///
    /// # Errors
    /// SQLite's.
    pub fn enlarge_cache(&self, mib: u32) -> Result<()> {
        self.db.execute_batch(&format!("PRAGMA cache_size=-{}", i64::from(mib) * 1024))?;
        Ok(())
    }
}

/// A connection, and the schema of what it is connected to: the first look into the file.
fn connect_at_version(path: &Path, access: Access) -> rusqlite::Result<(Connection, i32)> {
    let db = try_connect(path, access)?;
    let version = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok((db, version))
}

/// Whether a program ended in the middle of a change, and its journal waits for somebody who may write.
fn is_interrupted(failure: &rusqlite::Error) -> bool {
    failure.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

/// Takes back what an interrupted program left half done: a reader cannot, and would be turned away until the next
/// write.
fn recover(path: &Path) -> Result<()> {
    connect_at_version(path, Access::Write).map(drop).map_err(|failure| {
        Error::refused(format!(
            "`{}` was left in the middle of a change, and can't be mended here",
            path.display()
        ))
        .caused_by(failure)
        .hint("run `postil check` once where its folder can be written: that takes the half change back")
    })
}

/// Another program may have switched the store to a write-ahead log, whose commits lie in a file of their own: a copy of
/// the store alone would lack them.
fn keep_rollback_journal(db: &Connection) -> Result<()> {
    let mode: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "delete" {
        db.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get::<_, String>(0))?;
    }
    Ok(())
}

fn initialise(path: &Path, info: &StoreInfo) -> Result<()> {
    let db = connect(path, Access::Write)?;
    let tx = db.unchecked_transaction()?;
    schema::migrate(&tx, 0)?;
    tx.execute(
        "INSERT INTO store_info (id, project, name, created_at) VALUES (1, ?1, ?2, ?3)",
        params![info.project, info.name, info.created_at],
    )?;
    tx.commit()?;
    Ok(())
}

/// Copies the store beside itself, then migrates it in one transaction.
fn upgrade(path: &Path, db: Connection, from: i32) -> Result<Connection> {
    let db = if db.is_readonly("main")? {
        drop(db);
        connect(path, Access::Write)?
    } else {
        db
    };
    let mut copy = path.as_os_str().to_owned();
    copy.push(format!(".schema{from}.backup"));
    let copy = PathBuf::from(copy);
    let copied = !copy.exists();
    if copied {
        super::backup::copy_to(&db, &copy, false)?;
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    // Another program may have migrated it while we waited.
    let now: i32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let migrated = schema::migrate(&db, now).and_then(|()| commit(&db));
    if migrated.is_err() {
        if !db.is_autocommit() {
            // After some failures SQLite has done so by itself; after all of them whoever opens the store next does it.
            let _ = db.execute_batch("ROLLBACK");
        }
        // The store is as it was, and a copy of what may be changed before the next attempt would be of no use.
        let now: Result<i32, _> = db.query_row("PRAGMA user_version", [], |row| row.get(0));
        if copied && now == Ok(from) {
            let _ = std::fs::remove_file(&copy);
        }
    }
    migrated.map(|()| db)
}

/// Names the store in the failures that a person can only help when they know which file is meant: a store may be found
/// in a folder above, and nobody typed its name.
pub(super) fn while_using(path: &Path, error: Error) -> Error {
    if error.kind() == ErrorKind::Busy { error.at(format!("`{}`", path.display())) } else { error }
}

/// Tells a file that is no SQLite database before SQLite sees it: it would create an empty one, or follow a stray journal.
pub(super) fn check_header(path: &Path) -> Result<()> {
    let metadata = std::fs::metadata(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Error::refused(format!("there is no store `{}`", path.display()))
            .hint("`postil init NAME` makes one in this folder"),
        _ => Error::io(format!("can't read `{}`", path.display()), cause),
    })?;
    if !metadata.is_file() {
        return Err(not_a_store(path).hint("it is not a regular file"));
    }
    let mut header = [0; 16];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header)).map_or_else(
        |cause| if cause.kind() == std::io::ErrorKind::UnexpectedEof { Ok(()) } else { Err(cause) },
        Ok,
    );
    read.map_err(|cause| Error::io(format!("can't read `{}`", path.display()), cause))?;
    if &header != b"SQLite format 3\0" {
        return Err(not_a_store(path).hint("`--store` takes the file that `postil init` made: NAME.postil"));
    }
    Ok(())
}

fn not_a_store(path: &Path) -> Error {
    Error::new(ErrorKind::Corrupt, format!("`{}` is not a postil store", path.display()))
}

/// The one place where a database file is opened.
pub(super) fn connect(path: &Path, access: Access) -> Result<Connection> {
    Ok(try_connect(path, access)?)
}

fn try_connect(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    } | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    #[expect(clippy::disallowed_methods, reason = "this is the one place that opens connections")]
    let mut db = Connection::open_with_flags(path, flags)?;
    harden(&mut db)?;
    Ok(db)
}

/// Nothing that a stranger wrote into the file may run, and nothing that was written may be lost.
fn harden(db: &mut Connection) -> rusqlite::Result<()> {
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
    ] {
        db.set_db_config(setting, value)?;
    }
    // Without this, SQLite prepares a statement anew for every value that is bound to it, wherever its plan might have been
    // another one for that value: it was four tenths of a merge.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    // `busy_timeout` backs off to long sleeps and starves: under 50 shells it still failed. Short even waits do not.
    let mut waited = Duration::ZERO;
    db.busy_handler(Some(move |attempt: i32| {
        if attempt == 0 {
            waited = Duration::ZERO;
        }
        // 1.5 to 2.5 ms, different in every process so that they do not march in step.
        let jitter = (u64::from(std::process::id()) * 7 + u64::from(attempt.unsigned_abs()) * 13) % 11;
        let nap = Duration::from_micros(1500 + jitter * 100);
        std::thread::sleep(nap);
        waited += nap;
        waited < PATIENCE
    }))?;
    // DELETE + EXTRA: with SQLite's default, FULL, a power cut can lose a commit that was acknowledged, because the
    // removal of the journal is not synced. WAL would be faster, but a project is a file that people copy and mail.
    db.execute_batch("PRAGMA synchronous=EXTRA; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0")?;
    db.set_prepared_statement_cache_capacity(64);
    db.create_scalar_function(
        "deletion_version",
        3,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY,
        |context| {
            let (entity, id, parent): (Entity, Uuid, Version) =
                (context.get(0)?, context.get(1)?, context.get(2)?);
            Ok(Version::of_deletion(entity, id, parent))
        },
    )?;
    Ok(())
}

/// How long a command waits for another one before it gives up.
const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    /// A database of ours without any schema, as a version before the first would have left it.
    fn before_the_first(folder: &Path) -> (PathBuf, Connection) {
        let path = folder.join("old.postil");
        File::create(&path).unwrap();
        let db = connect(&path, Access::Write).unwrap();
        db.execute_batch(&format!("PRAGMA application_id={APPLICATION_ID}")).unwrap();
        (path, db)
    }

    #[test]
    fn a_store_that_is_busy_is_named_since_nobody_may_have_typed_its_name() {
        let path = Path::new("/projects/study.postil");
        let busy = while_using(path, Error::new(ErrorKind::Busy, "another program has it"));
        assert_eq!(busy.message(), "`/projects/study.postil`: another program has it");
        let other = while_using(path, Error::refused("there is no code `x`"));
        assert_eq!(other.message(), "there is no code `x`");
    }

    #[test]
    fn a_store_that_is_being_made_is_not_in_its_place_before_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study.postil");
        let info = || StoreInfo { project: Uuid::nil(), name: "study".to_owned(), created_at: 0 };
        let refused = Store::create_filled(&path, info(), |draft| -> Result<()> {
            assert!(!path.exists() && Store::open(draft, Access::Write).is_ok());
            Err(Error::refused("no"))
        });
        assert_eq!(refused.unwrap_err().message(), "no");
        let full = Store::create_filled(&path, info(), |draft| -> Result<()> {
            // As SQLite leaves it on a full disk.
            std::fs::write(format!("{}-journal", draft.display()), "half").unwrap();
            Err(Error::refused("full"))
        });
        assert!(full.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "a draft was left");
        // What lies there under the name of a journal belonged to another store.
        std::fs::write(folder.path().join("study.postil-journal"), "what was").unwrap();
        Store::create(&path, info()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_older_store_is_copied_and_then_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let (path, db) = before_the_first(folder.path());
        let db = upgrade(&path, db, 0).unwrap();
        schema::verify(&db, SCHEMA_VERSION).unwrap();
        let (copy, version) =
            connect_at_version(&folder.path().join("old.postil.schema0.backup"), Access::Read).unwrap();
        assert_eq!(version, 0);
        assert!(schema::verify(&copy, SCHEMA_VERSION).is_err(), "the copy was migrated too");
    }

    #[test]
    fn a_migration_that_fails_leaves_the_store_as_it_was_and_no_copy() {
        let folder = tempfile::tempdir().unwrap();
        let (path, db) = before_the_first(folder.path());
        db.execute_batch("CREATE TABLE memo (a)").unwrap();
        let old = std::fs::read(&path).unwrap();
        assert!(upgrade(&path, db, 0).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a copy was left");
        assert!(std::fs::read(&path).unwrap() == old);
    }
}
