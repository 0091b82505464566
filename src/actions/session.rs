//! An open store and the person at work on it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::merge::resettle;
use crate::domain::Version;
use crate::domain::copies::{Likeness, conflicted};
use crate::domain::name::as_typed;
use crate::domain::name::check_handle;
use crate::error::{Error, Result};
use crate::store::{Access, ChangeRequest, Changed, Reader, Store, Tx};

/// Who is at work, and when.
#[derive(Debug, Clone)]
pub struct Who {
    /// The coder's handle; `None` when nothing says who it is. Only writing needs it.
    pub coder: Option<String>,
    /// Now, in milliseconds since 1970 UTC.
    pub now: i64,
    /// What the random part of new ids follows from.
    pub seed: u64,
}

/// An open store and the person at work on it.
pub struct Session {
    /// The store.
    pub store: Store,
    who: Who,
}

impl Session {
    /// Opens the store at `path` for `who`.
    ///
    /// # Errors
    /// Those of [`Store::open`].
    pub fn open(path: &Path, access: Access, who: Who) -> Result<Session> {
        Ok(Session { store: Store::open(path, access)?, who })
    }

    /// A session on a store that is open already.
    pub fn on(store: Store, who: Who) -> Session {
        Session { store, who }
    }

    /// Reads from the store.
    pub fn reader(&self) -> Reader<'_> {
        self.store.reader()
    }

    /// Now, in milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.who.now
    }

    /// The handle of the coder at work.
    ///
    /// # Errors
    /// Refused when nothing says who it is, or when the handle is not one.
    pub fn coder(&self) -> Result<&str> {
        let Some(handle) = self.who.coder.as_deref() else {
            return Err(Error::refused("nothing says who you are").hint(
                "`postil config coder ana` says it once for all; `--coder ana` says it for one command",
            ));
        };
        check_handle(handle)?;
        Ok(handle)
    }

    /// What a change by `command` needs to know.
    ///
    /// # Errors
    /// As [`Session::coder`].
    pub fn request(&self, command: &'static str) -> Result<ChangeRequest> {
        Ok(ChangeRequest { command, coder: self.coder()?.to_owned(), at: self.who.now, seed: self.who.seed })
    }

    /// Makes one change. When `work` writes nothing, or fails, the store stays as it was.
    ///
    /// # Errors
    /// Those of `work`, and of the store.
    pub fn change<T>(
        &mut self,
        command: &'static str,
        work: impl FnOnce(&Tx<'_>) -> Result<T>,
    ) -> Result<Changed<T>> {
        let request = self.request(command)?;
        self.store.change(request, |tx| {
            let before = in_question(tx.reader())?;
            let value = work(tx)?;
            // Who edits what is in question may have answered it: by a name of its own, by making one of two.
            if !before.is_empty() && !SETTLES.contains(&command) {
                let after = in_question(tx.reader())?;
                let is_edited = |(conflict, version): (&i64, &Option<Version>)| {
                    after.get(conflict).is_some_and(|now| now != version)
                };
                if JOINS.contains(&command) || before.iter().any(is_edited) {
                    resettle(tx)?;
                }
            }
            Ok(value)
        })
    }
}

/// Commands that look at the questions themselves.
const SETTLES: [&str; 4] = ["merge", "resolve", "document replace", "pseudonymise"];

/// Commands that make one of two: what told them apart is no question any more, whichever of the two it was asked about.
const JOINS: [&str; 2] = ["code merge", "coder merge"];

/// The open conflicts, and the versions at which their records are.
fn in_question(reader: Reader<'_>) -> Result<HashMap<i64, Option<Version>>> {
    let open = reader.conflicts()?.into_iter();
    open.map(|conflict| {
        let row = reader.row_of(conflict.content.entity, conflict.content.record)?;
        Ok((conflict.id, row.map(|(_, version)| version)))
    })
    .collect()
}

/// The store to use when none was named: the one `*.postil` in `folder`, or in the nearest folder above that has any.
///
/// # Errors
/// Refused when there is more than one.
pub fn find_store(folder: &Path) -> Result<Option<PathBuf>> {
    for above in folder.ancestors() {
        let mut found = match stores_in(above) {
            Ok(found) => found,
            // Folders above may be other people's.
            Err(cause) if above != folder && cause.kind() == std::io::ErrorKind::PermissionDenied => continue,
            // A failure must not lead to a store further up, which nobody meant.
            Err(cause) => return Err(Error::io(format!("can't list `{}`", above.display()), cause)),
        };
        found.sort();
        let copies: Vec<(PathBuf, PathBuf, Likeness)> =
            found.iter().filter_map(|path| copy_among(path, &found)).collect();
        // A copy that a cloud folder made must not stand in the way of the store that people mean; whoever opens that to
        // write is told of the copy.
        found.retain(|path| {
            !copies.iter().any(|(copy, _, likeness)| copy == path && *likeness == Likeness::Certain)
        });
        match found.as_slice() {
            [] => {}
            [only] => return Ok(Some(only.clone())),
            [first, ..] => {
                let names: Vec<String> = found.iter().map(|path| format!("`{}`", path.display())).collect();
                let error =
                    Error::refused(format!("there is more than one store here: {}", names.join(", "))).hint(
                        format!("say which with `--store {}` or POSTIL_STORE", as_typed(first.display())),
                    );
                let possible = copies.iter().find(|(copy, _, _)| found.contains(copy));
                return Err(match possible {
                    None => error,
                    Some((copy, of, _)) => error.hint(format!(
                        "if a cloud folder made `{}` of the other when both were written: `postil --store {} merge {}`",
                        copy.display(),
                        as_typed(of.display()),
                        as_typed(copy.display())
                    )),
                });
            }
        }
    }
    Ok(None)
}

/// The store among `found` that `path` seems to be a cloud folder's copy of: (the copy, the store, how surely).
fn copy_among(path: &Path, found: &[PathBuf]) -> Option<(PathBuf, PathBuf, Likeness)> {
    let name = path.file_name()?.to_str()?;
    found.iter().find_map(|of| {
        let likeness = conflicted(name, of.file_name()?.to_str()?)?;
        Some((path.to_path_buf(), of.clone(), likeness))
    })
}

/// The files `*.postil` in `folder`.
fn stores_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "postil") && path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether the file at `path` has other names. Programs that work on it under different ones do not see each other's journals.
pub fn has_other_names(path: &Path) -> bool {
    #[cfg(unix)]
    {
        std::fs::metadata(path).is_ok_and(|found| std::os::unix::fs::MetadataExt::nlink(&found) > 1)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The refusal to work without a store.
pub fn no_store() -> Error {
    Error::refused("there is no store in this folder or above it")
        .hint("`postil init NAME` makes one here; `--store FILE` names one elsewhere")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_listed_does_not_lead_to_the_store_above() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("above.postil"), "").unwrap();
        let within = folder.path().join("within");
        std::fs::create_dir(&within).unwrap();
        assert_eq!(find_store(&within).unwrap(), Some(folder.path().join("above.postil")));
        // As when the program may not open more files.
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(find_store(&file).unwrap_err().message().contains("can't list"));
    }
}
