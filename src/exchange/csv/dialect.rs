//! Which character separates the cells.

use crate::error::{Error, Result};

/// A separator of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delimiter {
    /// `,`: what we write.
    #[default]
    Comma,
    /// `;`: what spreadsheets write where the comma is the decimal mark.
    Semicolon,
    /// A tab.
    Tab,
    /// `|`.
    Bar,
}

impl Delimiter {
    /// All that are recognised, the likeliest first.
    pub const ALL: [Delimiter; 4] = [Delimiter::Comma, Delimiter::Semicolon, Delimiter::Tab, Delimiter::Bar];

    /// The character, which is ASCII.
    pub fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Bar => b'|',
        }
    }

    /// The delimiter that a person named: the character itself, `tab` or `\t`.
    ///
    /// # Errors
    /// Refuses any other.
    pub fn parse(text: &str) -> Result<Self> {
        match text {
            "," => Ok(Delimiter::Comma),
            ";" => Ok(Delimiter::Semicolon),
            "\t" | "\\t" | "tab" => Ok(Delimiter::Tab),
            "|" => Ok(Delimiter::Bar),
            _ => {
                Err(Error::usage(format!("`{text}` is not a delimiter"))
                    .hint("choose one of `,` `;` `tab` `|`"))
            }
        }
    }

    /// The delimiter that a first line like `sep=;` declares. Excel writes and obeys such lines.
    pub fn declared_by(line: &str) -> Option<Self> {
        let line = line.trim_start_matches('"').trim_end_matches('"');
        let declared = line.get(..4).filter(|key| key.eq_ignore_ascii_case("sep=")).map(|_| &line[4..])?;
        Delimiter::ALL.into_iter().find(|delimiter| declared.as_bytes() == [delimiter.byte()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_is_read_quoted_or_not() {
        assert_eq!(Delimiter::declared_by("sep=;"), Some(Delimiter::Semicolon));
        assert_eq!(Delimiter::declared_by("\"SEP=|\""), Some(Delimiter::Bar));
        assert_eq!(Delimiter::declared_by("sep=\t"), Some(Delimiter::Tab));
        assert_eq!(Delimiter::declared_by("separator,b"), None);
        assert_eq!(Delimiter::declared_by("sép=;"), None);
    }
}
