//! Writing files so that a reader sees the old one or the new one, never half of it, and so that nobody but their owner
//! reads them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};
use crate::stop::{self, Hold};

/// How much is gathered before it goes to the file, in bytes. Less than the blocks in which tables arrive, which then
/// pass through without being copied again.
const BLOCK: usize = 1 << 15;

/// Refuses when something is at `path` and may not be replaced.
///
/// # Errors
/// Refused, with the hint to say `--force`.
pub fn check_free(path: &Path, force: bool) -> Result<()> {
    match path.symlink_metadata() {
        Ok(_) if !force => Err(occupied(path)),
        _ => Ok(()),
    }
}

fn occupied(path: &Path) -> Error {
    Error::refused(format!("`{}` exists already", path.display()))
        .hint("add `--force` to replace it, or write somewhere else")
}

/// The folder that `path` is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
                .hint(format!("make it first: `mkdir -p '{}'`", folder.display())));
        }
        let hold = Hold::new();
        // Mode 0600, under any umask, and the file keeps it in its place: an export holds what was said in interviews, and
        // whoever wants others to read it says so (`chmod`). That also holds for a file that is replaced: nobody can tell
        // whether its wider mode was ever chosen.
        let file = tempfile::Builder::new()
            .prefix(".postil-")
            .tempfile_in(folder)
            .map_err(|cause| cannot_write(target, cause))?;
        Ok(NewFile { target: target.to_path_buf(), force, file: BufWriter::with_capacity(BLOCK, file), hold })
    }

    /// Puts the file, safe on disk, in the place of its target.
    ///
    /// # Errors
    /// Refused when somebody else made the target meanwhile, and it may not be replaced; the system's. The target is then as
    /// it was.
    pub fn persist(self) -> Result<()> {
        let failed = |cause| cannot_write(&self.target, cause);
        let _hold = self.hold;
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        let placed = match self.force {
            true => file.persist(&self.target),
            false => file.persist_noclobber(&self.target),
        };
        placed.map_err(|refused| match refused.error.kind() {
            std::io::ErrorKind::AlreadyExists => occupied(&self.target),
            _ => failed(refused.error),
        })?;
        File::open(folder_of(&self.target)).and_then(|folder| folder.sync_all()).map_err(failed)
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
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new file at `path` that only its owner may read.
///
/// # Errors
/// The system's, also when something is there.
pub(super) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The failure to write `path`.
pub(super) fn cannot_write(path: &Path, cause: std::io::Error) -> Error {
    let full = cause.kind() == std::io::ErrorKind::StorageFull;
    let error = Error::io(format!("can't write `{}`", path.display()), cause);
    if full { error.hint("the disk is full: free some space, or write elsewhere") } else { error }
}
