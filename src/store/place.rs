//! Putting what was made beside its place into its place, so that it is there whole, and still there after a power cut.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempDir};

use super::open::{Access, connect};
use crate::error::{Error, Result};

/// The names of what is being made begin like this; what is left of it after a sudden end may be removed.
pub const DRAFT: &str = ".postil-";

/// How the sentence about something ends that is there, but may not survive a power cut.
pub(super) const UNCONFIRMED: &str = ", but the disk did not confirm that it will last";

/// The folder that `path` is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Puts a finished file in the place of `target`.
///
/// # Errors
/// Refused when something is there, unless it may `overwrite`: asked for in one step, so that a file that appears meanwhile
/// is not overwritten either. The system's; `target` is then as it was, or the error says that it is written.
pub fn put(draft: NamedTempFile, target: &Path, overwrite: bool) -> Result<()> {
    let failed = |cause| cannot_write(target, cause);
    draft.as_file().sync_all().map_err(failed)?;
    if overwrite {
        draft.persist(target).map_err(|refused| failed(refused.error))?;
    } else {
        draft.persist_noclobber(target).map_err(|refused| match refused.error.kind() {
            std::io::ErrorKind::AlreadyExists => taken(target),
            _ => failed(refused.error),
        })?;
    }
    confirm(target)
}

/// Puts a finished folder in the place of `target`, where nothing is, or an empty folder.
///
/// # Errors
/// The system's; `target` is then as it was, or the error says that it is written.
pub fn put_folder(draft: TempDir, target: &Path) -> Result<()> {
    let failed = |cause| cannot_write(target, cause);
    sync_below(draft.path()).map_err(failed)?;
    // An empty folder in the place is no obstacle: renaming onto it replaces it.
    std::fs::rename(draft.path(), target).map_err(failed)?;
    // Nothing is left where it was made.
    let _ = draft.keep();
    confirm(target)
}

/// Makes sure that what is in `folder` survives a power cut: the files, and their names.
///
/// # Errors
/// The system's.
pub fn sync_below(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_below(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Makes sure that the names below `folder` survive a power cut.
///
/// # Errors
/// The system's.
pub fn sync_folders(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// Makes sure that the name of what was put at `target` survives a power cut.
///
/// # Errors
/// The system's; the error says that `target` is written.
pub fn confirm(target: &Path) -> Result<()> {
    let synced = File::open(folder_of(target)).and_then(|folder| folder.sync_all());
    synced.map_err(|cause| {
        Error::io(format!("`{}` is written{UNCONFIRMED}", target.display()), cause)
            .hint("see whether the disk is failing, and keep a copy on another one")
    })
}

fn journal_of(store: &Path) -> PathBuf {
    let mut journal = store.as_os_str().to_owned();
    journal.push("-journal");
    PathBuf::from(journal)
}

/// The journal of a store that is being made. Where the disk is full, SQLite can't take a half change back, and leaves it to
/// whoever opens the store next; but an unfinished store goes, and its journal with it, when this is dropped.
pub(super) struct DraftJournal(PathBuf);

impl DraftJournal {
    /// Of the store that is being made at `draft`.
    pub(super) fn of(draft: &NamedTempFile) -> DraftJournal {
        DraftJournal(journal_of(draft.path()))
    }
}

impl Drop for DraftJournal {
    fn drop(&mut self) {
        // Most of the time there is none.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Clears away the journal that a crash left beside a store which is about to be replaced, or which is gone: it would be
/// played into the new one. A store that is there takes its half change back first.
///
/// # Errors
/// The system's.
pub fn clear_journal(target: &Path) -> Result<()> {
    let journal = journal_of(target);
    if !journal.is_file() {
        return Ok(());
    }
    if target.is_file() {
        // Whether it is a store at all does not matter: it is replaced.
        let _ = connect(target, Access::Write).and_then(|db| {
            db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(Error::from)
        });
    }
    match std::fs::remove_file(&journal) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => Err(cannot_write(target, cause)),
        _ => Ok(()),
    }
}

/// The failure without the name of a draft, which nobody gave and which is gone by the time that it is read.
pub(super) fn without_draft(cause: std::io::Error) -> std::io::Error {
    // The crate that makes drafts keeps what the system said to itself, and says it before the path.
    let said = cause.to_string();
    match said.split_once(" at path ") {
        Some((system, path)) if path.contains(DRAFT) => std::io::Error::new(cause.kind(), system.to_owned()),
        _ => cause,
    }
}

/// The failure to write `path`.
pub fn cannot_write(path: &Path, cause: std::io::Error) -> Error {
    let full = cause.kind() == std::io::ErrorKind::StorageFull;
    let error = Error::io(format!("can't write `{}`", path.display()), without_draft(cause));
    if full { error.hint("the disk is full: free some space, or write elsewhere") } else { error }
}

/// The refusal to write where something is.
fn taken(path: &Path) -> Error {
    Error::refused(format!("`{}` exists already", path.display()))
        .hint("add `--force` to replace it, or write somewhere else")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_appears_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("export.csv");
        let draft = || NamedTempFile::new_in(folder.path()).unwrap();
        put(draft(), &target, false).unwrap();
        std::fs::write(&target, "somebody else's").unwrap();
        assert_eq!(put(draft(), &target, false).unwrap_err().kind(), crate::ErrorKind::Refused);
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "somebody else's");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a draft was left");
        put(draft(), &target, true).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"");
    }

    #[test]
    fn a_journal_of_a_store_that_is_gone_is_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("study.postil-journal");
        std::fs::write(&journal, "what was").unwrap();
        clear_journal(&folder.path().join("study.postil")).unwrap();
        assert!(!journal.exists());
    }
}
