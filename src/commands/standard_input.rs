//! What stands on standard input, for commands that are given `-`.

use std::io::Read;

use crate::error::{Error, Result};

/// The longest note that is read, in bytes: a cell of a table holds no more, and what is exported is to come back.
pub(super) const LONGEST_NOTE: u64 = 16 << 20;
/// The longest list of passages that is read, in bytes.
pub(super) const LONGEST_LIST: u64 = 128 << 20;

/// All of standard input, as text.
///
/// # Errors
/// When it cannot be read, is not UTF-8, or is longer than `most` bytes.
pub(super) fn read(most: u64) -> Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(most + 1).read_to_string(&mut text).map_err(|source| {
        match source.kind() {
            // The limit may have cut a character in two: that is no reason to speak of encodings.
            std::io::ErrorKind::InvalidData if (text.len() as u64) < most.saturating_sub(4) => {
                Error::refused("standard input is not UTF-8")
                    .hint("`iconv -f windows-1252 -t utf-8` makes it so, if that is what it is in")
            }
            _ => Error::io("standard input cannot be read", source),
        }
    })?;
    if text.len() as u64 > most {
        return Err(Error::refused(format!("standard input is longer than {} MiB", most >> 20))
            .hint("give it in parts, or add a long text as a document of its own: `postil document add -`"));
    }
    Ok(text)
}
