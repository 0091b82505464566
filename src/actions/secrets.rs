//! Passphrases and keys that lie in files: only where nobody else may read them.

use std::fs::{File, Metadata};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use crate::domain::name::as_typed;
use crate::error::{Error, Result};
use crate::exchange::sealed::Identities;

pub use crate::exchange::sealed::{Lock, Passphrase, Recipient};

/// The longest passphrase and the longest list of keys that are read, in bytes.
const LONGEST: u64 = 1 << 20;

/// Opens a file that holds a secret.
///
/// # Errors
/// Refused when others may read it; the system's.
fn open_secret(path: &Path) -> Result<File> {
    let file = open(path)?;
    let metadata = file.metadata().map_err(|cause| cannot_read(path, cause))?;
    if is_open_to_others(&metadata) {
        return Err(Error::refused(format!("`{}` may be read by others", path.display()))
            .hint(format!("keep it to yourself: `chmod 600 {}`", as_typed(path.display()))));
    }
    Ok(file)
}

fn open(path: &Path) -> Result<File> {
    if path.is_dir() {
        return Err(Error::refused(format!("`{}` is a folder", path.display())).hint("name a file"));
    }
    File::open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{}`", path.display())),
        _ => cannot_read(path, cause),
    })
}

fn cannot_read(path: &Path, cause: std::io::Error) -> Error {
    Error::io(format!("can't read `{}`", path.display()), cause)
}

/// Whether anybody but the owner may read or write the file. What a pipe is open to is decided by whoever made it.
pub(super) fn is_open_to_others(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
        metadata.is_file() && mode & 0o077 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        false
    }
}

/// The first line of a file, without the line's end.
///
/// # Errors
/// Refused when others may read it, when it is empty or not UTF-8; the system's.
pub fn passphrase_in(path: &Path) -> Result<Passphrase> {
    let mut line = Vec::new();
    let mut file = BufReader::new(open_secret(path)?.take(LONGEST));
    file.read_until(b'\n', &mut line).map_err(|cause| cannot_read(path, cause))?;
    while matches!(line.last(), Some(b'\n' | b'\r')) {
        line.pop();
    }
    let of_file = |error: Error| error.at(format!("`{}`", path.display()));
    let line = String::from_utf8(line).map_err(|_| of_file(Error::refused("the first line is not UTF-8")))?;
    Passphrase::new(line).map_err(of_file)
}

/// The public keys in a file, one a line.
///
/// # Errors
/// Refused when it holds none, or anything else; the system's.
pub fn recipients_in(path: &Path) -> Result<Vec<Recipient>> {
    let mut text = String::new();
    open(path)?.take(LONGEST).read_to_string(&mut text).map_err(|cause| cannot_read(path, cause))?;
    Recipient::parse_list(&text).map_err(|error| error.at(format!("`{}`", path.display())))
}

/// The secret keys in a file.
///
/// # Errors
/// Refused when others may read it, when it holds none, or anything else; the system's.
pub(super) fn identities_in(path: &Path) -> Result<Identities> {
    let file = BufReader::new(open_secret(path)?.take(LONGEST));
    Identities::parse(file).map_err(|error| error.at(format!("`{}`", path.display())))
}
