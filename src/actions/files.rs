//! Writing files so that a reader sees the old one or the new one, never half of it.

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
        Ok(_) if !force => Err(Error::refused(format!("`{}` exists already", path.display()))
            .hint("add `--force` to replace it, or write somewhere else")),
        _ => Ok(()),
    }
}

/// The folder that `path` is in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file being written beside its target.
pub struct NewFile {
    target: PathBuf,
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
        let mut builder = tempfile::Builder::new();
        builder.prefix(".postil-");
        // A temporary file is the owner's alone; an export is an ordinary file, as the shell would have made it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let hold = Hold::new();
        let file = builder.tempfile_in(folder).map_err(|cause| cannot_write(target, cause))?;
        Ok(NewFile { target: target.to_path_buf(), file: BufWriter::with_capacity(BLOCK, file), hold })
    }

    /// Puts the file, safe on disk, in the place of its target.
    ///
    /// # Errors
    /// The system's; the target is then as it was.
    pub fn persist(self) -> Result<()> {
        let failed = |cause| cannot_write(&self.target, cause);
        let _hold = self.hold;
        let file = self.file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.target).map_err(|error| failed(error.error))?;
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

/// The failure to write `path`.
pub(super) fn cannot_write(path: &Path, cause: std::io::Error) -> Error {
    let full = cause.kind() == std::io::ErrorKind::StorageFull;
    let error = Error::io(format!("can't write `{}`", path.display()), cause);
    if full { error.hint("the disk is full: free some space, or write elsewhere") } else { error }
}
