//! Writing files so that a reader sees the old one or the new one, never half of it, and so that nobody but their owner
//! reads them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::domain::name::as_typed;
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
    force: bool,
    // Before the hold: fields are dropped in order, and the file must be gone when a signal may end the process again.
    file: BufWriter<NamedTempFile>,
    hold: Hold,
}

impl NewFile {
    /// Begins a file that is to become `target`.
    ///
    /// # Errors
    /// Refused when `target` exists and `force` is not set; the system's.
    pub fn create(target: &Path, force: bool) -> Result<NewFile> {
        check_free(target, force)?;
        let folder = folder_of(target);
        if !folder.exists() {
            return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
                .hint(format!("make it first: `mkdir -p {}`", as_typed(folder.display()))));
        }
        let hold = Hold::new();
        // Mode 0600, under any umask, and the file keeps it in its place: an export holds what was said in interviews, and
        // whoever wants others to read it says so (`chmod`). That also holds for a file that is replaced: nobody can tell
        // whether its wider mode was ever chosen.
        let file = tempfile::Builder::new()
            .prefix(DRAFT)
            .tempfile_in(folder)
            .map_err(|cause| cannot_write(target, cause))?;
        Ok(NewFile { target: target.to_path_buf(), force, file: BufWriter::with_capacity(BLOCK, file), hold })
    }

    /// Puts the file, safe on disk, in the place of its target.
    ///
    /// # Errors
    /// Refused when somebody else made the target meanwhile, and it may not be replaced; the system's. The target is then as
    /// it was, or the error says that it is written.
    pub fn persist(self) -> Result<()> {
        let _hold = self.hold;
        let file = self.file.into_inner().map_err(|error| cannot_write(&self.target, error.into_error()))?;
        place::put(file, &self.target, self.force)
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

/// Makes a folder that only its owner may look into.
///
/// # Errors
/// The system's.
pub(super) fn create_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new file at `path` that only its owner may read.
///
/// # Errors
/// The system's, also when something is there.
pub(super) fn create_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether something is in `folder`; what an interrupted export left there does not count.
pub(super) fn is_occupied(folder: &Path) -> bool {
    let is_draft = |name: OsString| name.to_string_lossy().starts_with(DRAFT);
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(|entry| !is_draft(entry.file_name())))
}

/// Moves every file of the folder `from` to the same place in the folder `to`, whose own files of these names are replaced.
/// What is in `from` must be safe on disk. `moved` says how many files of the same command have been replaced before.
///
/// # Errors
/// The system's. When some files are replaced by then, the error says so.
pub(super) fn replace_files(from: &Path, to: &Path, mut moved: usize) -> Result<()> {
    move_files(from, to, &mut moved)
        .and_then(|()| place::sync_folders(to))
        .map_err(|cause| if moved == 0 { cannot_write(to, cause) } else { half_replaced(to, cause) })
}

fn move_files(from: &Path, to: &Path, moved: &mut usize) -> std::io::Result<()> {
    if !to.is_dir() {
        create_private_dir(to)?;
    }
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
