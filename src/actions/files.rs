//! Writing files so that a reader sees the old one or the new one, never half of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::stop::{self, Hold};
pub(super) use crate::store::place::cannot_write;
use crate::store::place::{self, DRAFT, folder_of};

/// How much is gathered before it goes to the file, in bytes. Less than the blocks in which tables arrive, which then
/// pass through without being copied again.
const BLOCK: usize = 1 << 15;

/// Refuses when something is at `path` and may not be replaced.
///
/// # Errors
/// Refused, with the hint to say `--force`.
pub fn check_free(path: &Path, force: bool) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) if !force => Err(Error::refused(format!("`{}` exists already", path.display()))
            .hint("add `--force` to replace it, or write somewhere else")),
        _ => Ok(()),
    }
}

/// A file being written beside its target.
pub struct NewFile {
    target: PathBuf,
    // Before the hold: fields are dropped in order, and the file must be gone when a signal may end the process again.
    file: BufWriter<NamedTempFile>,
    hold: Hold,
    overwrites: bool,
}

impl NewFile {
    /// Begins a file that is to become `target`.
    ///
    /// # Errors
    /// Refused when `target` exists and `force` is not set; the system's.
    pub fn create(target: &Path, force: bool) -> Result<NewFile> {
        check_free(target, force)?;
        // A temporary file is the owner's alone; an export is an ordinary file, as the shell would have made it.
        NewFile::begin(target, 0o666, force)
    }

    /// Begins a file that only its owner may read, to become `target`, whatever is there.
    ///
    /// # Errors
    /// The system's.
    pub fn replace_private(target: &Path) -> Result<NewFile> {
        NewFile::begin(target, 0o600, true)
    }

    fn begin(target: &Path, mode: u32, overwrites: bool) -> Result<NewFile> {
        let folder = folder_of(target);
        if !folder.exists() {
            return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
                .hint(format!("make it first: `mkdir -p '{}'`", folder.display())));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(DRAFT);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        #[cfg(not(unix))]
        let _ = mode;
        let hold = Hold::new();
        let file = builder.tempfile_in(folder).map_err(|cause| cannot_write(target, cause))?;
        Ok(NewFile {
            target: target.to_path_buf(),
            file: BufWriter::with_capacity(BLOCK, file),
            hold,
            overwrites,
        })
    }

    /// Puts the file, safe on disk, in the place of its target.
    ///
    /// # Errors
    /// Refused when something came to be there meanwhile and was not to be replaced; the system's; the target is then as it
    /// was, or the error says that it is written.
    pub fn persist(self) -> Result<()> {
        let _hold = self.hold;
        let file = self.file.into_inner().map_err(|error| cannot_write(&self.target, error.into_error()))?;
        place::put(file, &self.target, self.overwrites)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        stop::check()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Whether something is in `folder`; what an interrupted export left there does not count.
pub(super) fn is_occupied(folder: &Path) -> bool {
    let is_draft = |name: OsString| name.to_string_lossy().starts_with(DRAFT);
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| !is_draft(entry.file_name())))
}

/// Moves every file of the folder `from` to the same place in the folder `to`, whose own files of these names are replaced.
/// What is in `from` must be safe on disk.
///
/// # Errors
/// The system's. When some files are replaced by then, the error says so.
pub(super) fn replace_files(from: &Path, to: &Path) -> Result<()> {
    let mut moved = 0;
    move_files(from, to, &mut moved)
        .and_then(|()| place::sync_folders(to))
        .map_err(|cause| if moved == 0 { cannot_write(to, cause) } else { half_replaced(to, cause) })
}

fn move_files(from: &Path, to: &Path, moved: &mut usize) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    // In order of name, so that an interruption leaves the same state everywhere.
    let entries: BTreeMap<_, _> = fs::read_dir(from)?
        .map(|entry| entry.map(|entry| (entry.file_name(), entry.path())))
        .collect::<std::io::Result<_>>()?;
    for (name, path) in entries {
        if path.is_dir() {
            move_files(&path, &to.join(name), moved)?;
        } else {
            fs::rename(&path, to.join(name))?;
            *moved += 1;
        }
    }
    Ok(())
}

/// The failure to replace the files of a folder, when some are replaced.
pub(super) fn half_replaced(folder: &Path, cause: std::io::Error) -> Error {
    Error::io(format!("only a part of the files in `{}` are new", folder.display()), cause)
        .hint("run the command again when the disk can be written: each file is whole, but they do not belong together")
}
