//! Erasing documents for good.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::actions::{Session, names};
use crate::error::Result;
use crate::store::purge::{Doomed, Purged};
use crate::store::{Access, Reader, Store};

/// What was erased, and where it may still be.
#[derive(Debug, Clone)]
pub struct Erased {
    /// How many documents went, removed ones included.
    pub documents: usize,
    /// What went.
    pub purged: Purged,
    /// Backups and copies of the store beside it.
    pub copies: Vec<PathBuf>,
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

/// Erases documents for good, by name. The caller has made sure that this is meant.
///
/// # Errors
/// Refused when there never was such a document; the store's.
pub fn purge(session: &mut Session, documents: &[String]) -> Result<Erased> {
    let request = session.request("document purge")?;
    let wanted: BTreeSet<&String> = documents.iter().collect();
    let mut doomed = Vec::new();
    for name in wanted {
        doomed.extend(to_purge(session.reader(), name)?);
    }
    let purged = session.store.purge(&request, &doomed)?;
    Ok(Erased { documents: doomed.len(), purged, copies: copies_beside(&session.store) })
}

/// The files beside the store that are stores of the same project, whatever they are called: backups, copies.
fn copies_beside(store: &Store) -> Vec<PathBuf> {
    let path = store.path();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    // One that cannot be opened may be a copy as well: better to name one too many.
    let same = |other: &Path| {
        Store::open(other, Access::Read).map_or(true, |other| other.info().project == store.info().project)
    };
    let mut found: Vec<PathBuf> =
        entries.filter(|other| other != path && is_store(other) && same(other)).collect();
    found.sort();
    found
}

/// Whether the file's header is that of SQLite with our application id (at byte 68, big-endian).
fn is_store(path: &Path) -> bool {
    let mut header = [0; 72];
    path.is_file()
        && File::open(path).and_then(|mut file| file.read_exact(&mut header)).is_ok()
        && header.starts_with(b"SQLite format 3\0")
        && &header[68..] == b"post"
}
