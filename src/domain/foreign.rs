//! File formats that are not plain text, known by their first bytes.
//!
//! A PDF read as text would make a document full of rubbish that somebody tags before noticing, so it is refused by
//! its content; a file name's extension proves nothing.

use std::fmt;

/// A format that cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignFormat {
    /// Portable Document Format.
    Pdf,
    /// A zip archive, which is also what docx, odt, epub and xlsx files are.
    Zip,
    /// The compound file of Word, Excel and PowerPoint before 2007.
    OldOffice,
    /// Rich Text Format.
    Rtf,
    /// A gzip-compressed file.
    Gzip,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// An SQLite database, a store of ours among them.
    Sqlite,
}

const SIGNATURES: &[(&[u8], ForeignFormat)] = &[
    (b"%PDF", ForeignFormat::Pdf),
    (b"PK\x03\x04", ForeignFormat::Zip),
    (b"\xD0\xCF\x11\xE0", ForeignFormat::OldOffice),
    (b"{\\rtf", ForeignFormat::Rtf),
    (b"\x1F\x8B", ForeignFormat::Gzip),
    (b"\x89PNG", ForeignFormat::Png),
    (b"\xFF\xD8\xFF", ForeignFormat::Jpeg),
    (b"SQLite format 3\0", ForeignFormat::Sqlite),
];

impl ForeignFormat {
    /// The format that `bytes` announce with their first few, if it is one of these.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, format)| *format)
    }

    /// What a person can do to get the text out: one sentence.
    pub fn advice(self) -> &'static str {
        match self {
            ForeignFormat::Pdf => "extract its text first, for example with `pdftotext FILE.pdf FILE.txt`",
            ForeignFormat::Zip | ForeignFormat::OldOffice | ForeignFormat::Rtf => {
                "open it in the program that made it and save it as plain text (UTF-8)"
            }
            ForeignFormat::Gzip => "unpack it first, for example with `gunzip FILE.gz`",
            ForeignFormat::Png | ForeignFormat::Jpeg => {
                "an image has no text; run it through text recognition first"
            }
            ForeignFormat::Sqlite => "if it is a postil store, name it with `--store FILE`",
        }
    }
}

impl fmt::Display for ForeignFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ForeignFormat::Pdf => "a PDF",
            ForeignFormat::Zip => "a zip archive (docx, odt, epub and xlsx files are zip archives)",
            ForeignFormat::OldOffice => "an old Word, Excel or PowerPoint file",
            ForeignFormat::Rtf => "a Rich Text (RTF) file",
            ForeignFormat::Gzip => "a gzip-compressed file",
            ForeignFormat::Png => "a PNG image",
            ForeignFormat::Jpeg => "a JPEG image",
            ForeignFormat::Sqlite => "an SQLite database",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_its_first_bytes_and_prose_is_none() {
        assert_eq!(ForeignFormat::of(b"%PDF-1.7"), Some(ForeignFormat::Pdf));
        assert_eq!(ForeignFormat::of(b"PK\x03\x04\x14"), Some(ForeignFormat::Zip));
        assert_eq!(ForeignFormat::of(b"{\\rtf1\\ansi"), Some(ForeignFormat::Rtf));
        assert_eq!(ForeignFormat::of(b"PK is short for a name"), None);
        assert_eq!(ForeignFormat::of(b""), None);
    }
}
