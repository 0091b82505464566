//! Erasing documents for good.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::actions::{Session, names};
use crate::error::Result;
use crate::store::purge::Purged;

/// What was erased, and where it may still be.
#[derive(Debug, Clone)]
pub struct Erased {
    /// What went.
    pub purged: Purged,
    /// Other stores and backups beside this one.
    pub copies: Vec<PathBuf>,
}

/// Erases documents for good. The caller has made sure that this is meant.
///
/// # Errors
/// Refused when there is no such document; the store's.
pub fn purge(session: &mut Session, documents: &[String]) -> Result<Erased> {
    let request = session.request("document purge")?;
    let wanted: BTreeSet<&String> = documents.iter().collect();
    let rows =
        wanted.iter().map(|name| names::document(session.reader(), name)).collect::<Result<Vec<_>>>()?;
    let purged = session.store.purge(&request, &rows)?;
    Ok(Erased { purged, copies: copies_beside(session.store.path()) })
}

/// The files beside the store that are stores by their first bytes, whatever they are called: backups, copies.
fn copies_beside(store: &Path) -> Vec<PathBuf> {
    let folder = store.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path != store && is_store(path)).collect();
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
