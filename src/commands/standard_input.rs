//! What stands on standard input, for commands that are given `-`.

use crate::error::{Error, Result};

/// All of standard input, as text.
///
/// # Errors
/// When it cannot be read or is not UTF-8.
pub(super) fn read() -> Result<String> {
    std::io::read_to_string(std::io::stdin()).map_err(|source| match source.kind() {
        std::io::ErrorKind::InvalidData => Error::refused("standard input is not UTF-8")
            .hint("`iconv -f windows-1252 -t utf-8` makes it so, if that is what it is in"),
        _ => Error::io("standard input cannot be read", source),
    })
}
