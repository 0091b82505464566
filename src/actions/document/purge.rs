//! Erasing documents for good: here, and in the copies of the store that are at hand.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::actions::{Session, names};
use crate::error::{Error, Result};
use crate::exchange::sealed;
use crate::store::purge::{Doomed, Purged, open_copy};
use crate::store::surroundings::peek;
use crate::store::{ChangeRequest, Reader, Store};

pub use crate::store::former::Forgotten;

/// How deep folders of backups are looked through, and how many files are looked at: a folder of backups, not a disk.
const DEEPEST: usize = 8;
const MOST_FILES: usize = 100_000;

/// What was erased, and where it may still be.
#[derive(Debug, Clone)]
pub struct Erased {
    /// How many documents went, removed ones included.
    pub documents: usize,
    /// What went.
    pub purged: Purged,
    /// Backups and copies of the store beside it that were not reached.
    pub copies: Vec<PathBuf>,
    /// What came of the backups that were named.
    pub backups: Backups,
}

/// What came of erasing in backups.
#[derive(Debug, Clone, Default)]
pub struct Backups {
    /// Those in which it was erased.
    pub erased: Vec<PathBuf>,
    /// Those in which nothing of it was.
    pub clean: Vec<PathBuf>,
    /// Those that could not be reached, and why not.
    pub not_reached: Vec<(PathBuf, String)>,
}

/// The documents called `name`, also those that were removed: an undo could still bring them back.
///
/// # Errors
/// Refused when there never was one.
pub fn to_purge(reader: Reader<'_>, name: &str) -> Result<Vec<Doomed>> {
    let found = reader.documents_to_purge(name)?;
    if found.is_empty() {
        // Its refusal offers the nearest names.
        names::document(reader, name)?;
    }
    Ok(found)
}

/// Erases documents for good, by name, and in every backup of this store below the folders `backups`. The caller has made
/// sure that this is meant.
///
/// # Errors
/// Refused when there never was such a document, or no such folder; the store's. A backup that fails is told of instead.
pub fn purge(session: &mut Session, documents: &[String], backups: &[PathBuf]) -> Result<Erased> {
    let request = session.request("document purge")?;
    let wanted: BTreeSet<&String> = documents.iter().collect();
    let mut doomed = Vec::new();
    for name in wanted {
        doomed.extend(to_purge(session.reader(), name)?);
    }
    let files = files_below(backups)?;
    let ids: Vec<Uuid> = doomed.iter().map(|one| one.uuid).collect();
    // The backups first: while the store knows the documents, a purge that was cut short can be done again.
    let backups = erase_in(&session.store, files, &request, &ids);
    let purged = session.store.purge(&request, &doomed).map_err(|error| match backups.erased.is_empty() {
        true => error,
        false => error.hint("in the backups it is erased: run the command again for the store itself"),
    })?;
    let reached: BTreeSet<PathBuf> =
        backups.erased.iter().chain(&backups.clean).map(|path| canonical(path)).collect();
    let told: BTreeSet<PathBuf> = backups.not_reached.iter().map(|(path, _)| canonical(path)).collect();
    let mut copies = copies_beside(&session.store);
    copies.retain(|copy| !reached.contains(&canonical(copy)) && !told.contains(&canonical(copy)));
    Ok(Erased { documents: doomed.len(), purged, copies, backups })
}

/// Erases the former texts of documents and the history of what was said of them, and keeps how they stand.
///
/// # Errors
/// Refused for a document that is not there, while annotations keep a former text, and while conflicts are open; the store's.
pub fn purge_former(session: &mut Session, documents: &[String]) -> Result<(Forgotten, Vec<PathBuf>)> {
    let request = session.request("document purge")?;
    let wanted: BTreeSet<&String> = documents.iter().collect();
    let mut rows = Vec::new();
    for name in wanted {
        let row = names::document(session.reader(), name)?;
        rows.push(Doomed { id: row.id, uuid: row.uuid, text_id: row.text_id, name: row.content.name });
    }
    let forgotten = session.store.purge_former(&request, &rows)?;
    Ok((forgotten, copies_beside(&session.store)))
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// What a file seems to be, by how it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Store,
    Sealed,
    /// It can't be looked at, for this reason. It may be a backup.
    Closed(String),
}

/// Whether the file's header is that of SQLite with our application id (at byte 68, big-endian), or of an encrypted file.
fn kind_of(path: &Path) -> Option<Kind> {
    let mut start = Vec::new();
    if let Err(cause) = File::open(path).and_then(|file| file.take(72).read_to_end(&mut start)) {
        // What is gone by now holds nothing any more.
        let is_gone = cause.kind() == std::io::ErrorKind::NotFound;
        return (!is_gone).then(|| Kind::Closed(format!("it can't be read ({cause})")));
    }
    if start.starts_with(b"SQLite format 3\0") && start.get(68..) == Some(b"post") {
        return Some(Kind::Store);
    }
    (start.starts_with(sealed::MAGIC) || start.starts_with(sealed::ARMOR)).then_some(Kind::Sealed)
}

/// The files below folders that are stores or may hold one. Links are not followed: what they lead to is elsewhere.
fn files_below(folders: &[PathBuf]) -> Result<Vec<(PathBuf, Kind)>> {
    let mut waiting: Vec<(PathBuf, usize)> = Vec::new();
    for folder in folders {
        if !folder.is_dir() {
            return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
                .hint("nothing was erased: name the folder that your backups are in"));
        }
        waiting.push((folder.clone(), 0));
    }
    let (mut found, mut looked) = (Vec::new(), 0);
    while let Some((folder, depth)) = waiting.pop() {
        let failed = |cause| Error::io(format!("can't look into `{}`", folder.display()), cause);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            looked += 1;
            if looked > MOST_FILES || depth > DEEPEST {
                return Err(Error::refused(format!(
                    "`{}` holds too much to be a folder of backups",
                    folder.display()
                ))
                .hint("nothing was erased: name the folders that hold backups of this store"));
            }
            let kind = entry.file_type().map_err(failed)?;
            if kind.is_dir() {
                waiting.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                found.extend(kind_of(&entry.path()).map(|kind| (entry.path(), kind)));
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.dedup_by(|one, other| one.0 == other.0);
    Ok(found)
}

/// Erases documents, by their ids, in the files that are stores of the same project.
fn erase_in(store: &Store, files: Vec<(PathBuf, Kind)>, request: &ChangeRequest, ids: &[Uuid]) -> Backups {
    let mut backups = Backups::default();
    let ours = canonical(store.path());
    for (path, kind) in files {
        if canonical(&path) == ours {
            continue;
        }
        let closed = match kind {
            Kind::Store => None,
            Kind::Sealed => Some("it is encrypted".to_owned()),
            Kind::Closed(why) => Some(why),
        };
        if let Some(why) = closed {
            backups.not_reached.push((path, why));
            continue;
        }
        let erase = || -> Result<Option<bool>> {
            if peek(&path)?.project != store.info().project {
                return Ok(None);
            }
            let mut copy = open_copy(&path)?;
            let doomed = copy.reader().documents_to_purge_by_id(ids)?;
            if doomed.is_empty() {
                return Ok(Some(false));
            }
            copy.purge(request, &doomed).map(|_| Some(true))
        };
        match erase() {
            Ok(None) => {}
            Ok(Some(true)) => backups.erased.push(path),
            Ok(Some(false)) => backups.clean.push(path),
            Err(error) => backups.not_reached.push((path, error.message().to_owned())),
        }
    }
    backups
}

/// The files beside the store that are stores of the same project, whatever they are called: backups, copies. With those
/// that are encrypted or can't be read: better to name one too many.
fn copies_beside(store: &Store) -> Vec<PathBuf> {
    let path = store.path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let same = |other: &Path| match kind_of(other) {
        Some(Kind::Store) => peek(other).map_or(true, |other| other.project == store.info().project),
        Some(Kind::Sealed | Kind::Closed(_)) => true,
        None => false,
    };
    let mut found: Vec<PathBuf> =
        entries.filter(|other| other != path && other.is_file() && same(other)).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_read_is_told_of_and_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        // A folder opens like a file, and cannot be read like one.
        let kind = kind_of(folder.path());
        assert!(matches!(&kind, Some(Kind::Closed(why)) if why.contains("can't be read")), "{kind:?}");
        assert_eq!(kind_of(&folder.path().join("gone")), None);
    }
}
