//! Why bytes are refused as a text, in words and with what to do about it.

use std::fmt;

use super::foreign::ForeignFormat;
use super::text::MAX_CHARS;
use crate::error::Error;

/// Why bytes did not become a text. Each reads on from the file's name: "`a.txt` has no text".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextError {
    /// No bytes at all.
    Empty,
    /// Nothing but white space.
    Blank,
    /// Another file format.
    Foreign(ForeignFormat),
    /// Not UTF-8 from this byte (0-based) on.
    NotUtf8 {
        /// The position in the file, in bytes.
        at: u64,
        /// The byte there.
        byte: u8,
    },
    /// Not of the encoding that a byte order mark or a name promised.
    Malformed {
        /// The promised encoding.
        encoding: &'static str,
        /// The position in the file, in bytes.
        at: u64,
    },
    /// No encoding has this name.
    UnknownEncoding(String),
    /// A NUL in a UTF-8 file, at this byte (0-based).
    NulByte {
        /// The position in the file, in bytes.
        at: u64,
    },
    /// A NUL in a decoded file, at this code point (0-based).
    NulChar {
        /// The position in the text, in code points.
        at: u64,
    },
    /// More than [`MAX_CHARS`] code points.
    TooLong,
}

impl TextError {
    /// The error, with the name of the file or document it is about.
    pub fn about(&self, name: &str) -> Error {
        self.with_hints(Error::refused(format!("`{name}` {self}")))
    }

    fn with_hints(&self, error: Error) -> Error {
        match self {
            TextError::Empty | TextError::Blank => error.hint("an empty text has nothing to tag: leave the file out"),
            TextError::Foreign(format) => error.hint(format.advice()),
            TextError::NotUtf8 { .. } => error
                .hint("if it comes from an older Windows program, add `--encoding windows-1252`")
                .hint("else save it as UTF-8, or name its encoding with `--encoding NAME`"),
            TextError::Malformed { .. } => error.hint("the file may be cut off; else name another `--encoding NAME`"),
            TextError::UnknownEncoding(label) => error
                .did_you_mean(label, ["utf-8", "windows-1252", "utf-16le", "utf-16be", "macintosh", "big5", "euc-kr"])
                .hint("some that are known: utf-8, utf-16le, windows-1252, windows-1251, windows-1256, iso-8859-2, macintosh, gb18030, big5, shift_jis, euc-kr"),
            TextError::NulByte { .. } => error
                .hint("it is not plain text, or it is UTF-16 without its mark: then add `--encoding utf-16le`"),
            TextError::NulChar { .. } => error.hint("it is not plain text, or it is in another encoding"),
            TextError::TooLong => error.hint("split it into several documents"),
        }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TextError::Empty => f.write_str("is empty: it has no text"),
            TextError::Blank => f.write_str("has no text, only white space"),
            TextError::Foreign(format) => write!(f, "is {format}, a format that is not read yet"),
            TextError::NotUtf8 { at, byte } => write!(f, "is not UTF-8: byte {at} is 0x{byte:02X}"),
            TextError::Malformed { encoding, at } => write!(f, "is not valid {encoding} at byte {at}"),
            TextError::UnknownEncoding(label) => {
                write!(f, "cannot be read as `{label}`: no such encoding is known")
            }
            TextError::NulByte { at } => write!(f, "holds a NUL at byte {at}"),
            TextError::NulChar { at } => write!(f, "holds a NUL at character {at}"),
            TextError::TooLong => write!(f, "has more than {MAX_CHARS} characters"),
        }
    }
}

impl std::error::Error for TextError {}

impl From<TextError> for Error {
    fn from(error: TextError) -> Self {
        error.with_hints(Error::refused(format!("the text {error}")))
    }
}
