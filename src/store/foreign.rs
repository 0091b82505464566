//! Other people's stores: read from a private copy, and believed only after every record was looked at.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::open::{Access, Store};
use crate::domain::name::MAX_CODES;
use crate::domain::name::as_typed;
use crate::error::{Error, ErrorKind, Result};
use crate::stop::{self, Hold};

/// The longest row that is taken from another store, in bytes: that of a text of 64 MiB, which is what `document add` takes
/// unless it is asked for more. More in one cell would be more in memory.
const LONGEST_VALUE: i32 = (64 << 20) + (64 << 10);
/// The most of what is kept in memory as a whole.
const MOST: [(&str, i64); 7] = [
    ("coder", 10_000),
    ("code", MAX_CODES as i64),
    ("document", 200_000),
    ("attribute", 1_000_000),
    ("memo", 200_000),
    ("assignment", 1_000_000),
    ("sight", 1_000_000),
];
/// What is said of a store as a whole.
const CANT: &str = "can't be merged";
/// How often a file that somebody is writing to is copied again.
const ATTEMPTS: usize = 20;

/// Another store, open for reading. What it is read from is a copy of our own, so that nothing that lies beside the
/// original is ever looked at by SQLite, and nobody can change it while we read.
pub struct Foreign {
    store: Store,
    path: PathBuf,
    name: String,
    /// Files beside the original that say something was unfinished there.
    unfinished: Option<String>,
    // Dropped last: the store is closed before its folder goes. None where it is gone already.
    _folder: Option<TempDir>,
}

impl Foreign {
    /// Copies the store at `path` into a new private folder below `room` and opens the copy for reading. `name` is what
    /// people call it.
    ///
    /// # Errors
    /// As [`Store::open`]; I/O failures; refused when the file is written to all the time, or holds more than is sensible.
    pub fn open(path: &Path, name: &str, room: &Path) -> Result<Foreign> {
        super::open::check_header(path).map_err(|error| renamed(&error, path, name))?;
        let failed = |cause| Error::io(format!("can't copy `{}` to read it", path.display()), cause);
        let _hold = Hold::new();
        let folder = tempfile::Builder::new().prefix(".postil-").tempdir_in(room).map_err(failed)?;
        let copy = folder.path().join("theirs.postil");
        copy_when_still(path, &copy).map_err(|error| renamed(&error, path, name))?;
        check_length(&copy, name).map_err(|error| renamed(&error, &copy, name))?;
        let beside = |suffix: &str| {
            let mut file = path.as_os_str().to_owned();
            file.push(suffix);
            let file = PathBuf::from(file);
            file.metadata().is_ok_and(|metadata| metadata.len() > 0).then(|| format!("{name}{suffix}"))
        };
        let unfinished = beside("-journal").or_else(|| beside("-wal"));
        let store = Store::open_within(&copy, Access::Read, Some(LONGEST_VALUE))
            .map_err(|error| renamed(&error, &copy, name))?;
        let (path, name) = (path.to_path_buf(), name.to_owned());
        let foreign = Foreign { store, path, name, unfinished, _folder: unlinked(folder) };
        foreign.check_counts().map_err(|error| foreign.failed(error))?;
        // A signal that came while the copy was held back the end of the process, not its wish.
        stop::check().map_err(failed)?;
        Ok(foreign)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where the original is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A journal that lies beside the original: what it holds was not read.
    pub fn unfinished(&self) -> Option<&str> {
        self.unfinished.as_deref()
    }

    /// A failure while this store was read, said of it: whatever does not fit together in it is its own fault, and the store
    /// as a whole is not taken.
    pub fn failed(&self, error: Error) -> Error {
        match error.kind() {
            // It is said of this store already.
            ErrorKind::Corrupt if error.message().contains(CANT) => error,
            ErrorKind::Corrupt | ErrorKind::Internal | ErrorKind::Refused => {
                let refusal = self.refusal(error.message());
                error.causes().into_iter().next().into_iter().fold(refusal, Error::caused_by)
            }
            _ => renamed(&error, &self.path, &self.name),
        }
    }

    /// The refusal of a name that it does not have, which ours may well have.
    pub fn lacks(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Refused {
            return self.failed(error);
        }
        let refusal = Error::refused(format!("`{}`: {}", self.name, error.message()));
        let there = format!("`postil --store {} ", as_typed(&self.name));
        let kept = error.hints().iter().filter(|hint| !hint.contains("`postil code add"));
        kept.fold(refusal, |refusal, hint| refusal.hint(hint.replace("`postil ", &there)))
    }

    /// The refusal of the whole store for `reason`.
    pub fn refusal(&self, reason: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Corrupt, format!("`{}` {CANT}: {reason}", self.name))
            .hint(format!("`postil --store {} check` says what is wrong with it", as_typed(&self.name)))
    }

    fn check_counts(&self) -> Result<()> {
        for (table, most) in MOST {
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {})", most + 1);
            let count: i64 = self.store.db.query_row(&sql, [], |row| row.get(0))?;
            if count > most {
                return Err(self.refusal(format!("it has more than {most} {table}s")));
            }
        }
        Ok(())
    }
}

/// Takes the folder away from under a store that is open for reading: whatever ends this process, nobody's work is left lying
/// about in a copy. Where open files cannot be taken away, the folder lives as long as the store does.
fn unlinked(folder: TempDir) -> Option<TempDir> {
    if cfg!(unix) && std::fs::remove_dir_all(folder.path()).is_ok() {
        return None;
    }
    Some(folder)
}

/// The same error, about the file that people know, by the name that they typed. What may be done about a store of one's
/// own is not what may be done about somebody else's.
pub(super) fn renamed(error: &Error, path: &Path, known_as: &str) -> Error {
    let name = |text: &str| text.replace(&path.display().to_string(), known_as);
    let quoted = format!("`{known_as}`");
    let mut message = name(error.message());
    if !message.contains(&quoted) {
        message = format!("{quoted}: {message}");
    }
    let same = Error::new(error.kind(), message);
    let same =
        error.causes().into_iter().next().into_iter().fold(same, |same, cause| same.caused_by(name(&cause)));
    let kept = error.hints().iter().filter(|hint| !hint.contains("`postil ") && !hint.contains("`--store`"));
    kept.fold(same, |same, hint| same.hint(name(hint)))
}

/// Copies a database file at a moment when nobody writes to it: the counter in its header is the same before and after,
/// and no journal lies beside it that did not lie there before.
fn copy_when_still(from: &Path, to: &Path) -> Result<()> {
    let failed = |cause| Error::io(format!("can't copy `{}` to read it", from.display()), cause);
    let mut source = File::open(from).map_err(failed)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut target = options.open(to).map_err(failed)?;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let before = state_of(&mut source).map_err(failed)?;
        source.seek(SeekFrom::Start(0)).map_err(failed)?;
        target.set_len(0).map_err(failed)?;
        target.seek(SeekFrom::Start(0)).map_err(failed)?;
        copy(&mut source, &mut target).map_err(failed)?;
        if state_of(&mut source).map_err(failed)? == before {
            // A store that was switched to a write-ahead log would want that log; what is in the file is what counts.
            target.seek(SeekFrom::Start(18)).map_err(failed)?;
            target.write_all(&[1, 1]).map_err(failed)?;
            return Ok(());
        }
    }
    Err(Error::new(ErrorKind::Busy, format!("`{}` is being written to all the time", from.display()))
        .hint("wait until the other program is done, or merge a copy made with `postil backup`"))
}

/// Refuses what was cut short on its way here: SQLite would not miss the pages that it does not come by.
fn check_length(copy: &Path, name: &str) -> Result<()> {
    let failed = |cause| Error::io(format!("can't read `{name}`"), cause);
    let mut file = File::open(copy).map_err(failed)?;
    let there = file.metadata().map_err(failed)?.len();
    let mut header = [0; 100];
    let read = file.read_exact(&mut header);
    // A page of 64 KiB is written as 1.
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 1 << 16,
        size => size,
    };
    let number = |at: usize| {
        u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
    };
    // The number of pages counts only where it was written by the last change.
    let is_known = page.is_power_of_two() && page >= 512 && number(24) == number(92);
    let wanted = if is_known { page * number(28) } else { 0 };
    if read.is_ok() && there >= wanted {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Corrupt,
        format!("`{name}` is cut short: {there} of {} bytes are there", wanted.max(512)),
    )
    .hint("copy or download it again"))
}

/// What changes whenever the file is written to: its length, the time of the last change and SQLite's own counter.
fn state_of(file: &mut File) -> std::io::Result<(u64, Option<std::time::SystemTime>, [u8; 4])> {
    let metadata = file.metadata()?;
    let mut counter = [0; 4];
    file.seek(SeekFrom::Start(24))?;
    file.read_exact(&mut counter)?;
    Ok((metadata.len(), metadata.modified().ok(), counter))
}

fn copy(source: &mut File, target: &mut File) -> std::io::Result<()> {
    let mut block = vec![0; 1 << 20];
    loop {
        stop::check()?;
        let read = source.read(&mut block)?;
        if read == 0 {
            return Ok(());
        }
        target.write_all(&block[..read])?;
    }
}
