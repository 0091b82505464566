//! A document's text as it enters a store: decoded, newlines made one kind, and otherwise untouched.
//!
//! No Unicode normalisation: it would move every offset that anybody noted in the original.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use encoding_rs::{DecoderResult, Encoding};
use memchr::{memchr, memchr_iter};

use super::Digest;
use super::foreign::ForeignFormat;
use super::text_error::TextError;

/// The most code points a text may have, half of what a `u32` counts, so that sums of two positions cannot overflow.
pub const MAX_CHARS: u32 = u32::MAX / 2;

/// How the lines of a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// The file is one line and does not end it.
    None,
    /// Line feeds, as Unix writes.
    Lf,
    /// Carriage return and line feed, as Windows writes.
    Crlf,
    /// Carriage returns alone, as the classic Mac wrote.
    Cr,
    /// More than one of these.
    Mixed,
}

impl Newline {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Newline::None => "none",
            Newline::Lf => "lf",
            Newline::Crlf => "crlf",
            Newline::Cr => "cr",
            Newline::Mixed => "mixed",
        }
    }
}

impl fmt::Display for Newline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Newline {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        [Newline::None, Newline::Lf, Newline::Crlf, Newline::Cr, Newline::Mixed]
            .into_iter()
            .find(|newline| newline.as_str() == word)
            .ok_or(())
    }
}

/// What the original bytes were, so that a person can later prove which file a text came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// The digest of the original bytes.
    pub sha256: Digest,
    /// The encoding's name in lower case, as the WHATWG Encoding Standard spells it: `utf-8`.
    pub encoding: String,
    /// How its lines ended.
    pub newline: Newline,
    /// Whether it began with a byte order mark.
    pub bom: bool,
}

/// A text that is fit to be stored: some text, no NUL, lines separated by LF alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    body: String,
    chars: u32,
    sha256: Digest,
    source: SourceFacts,
}

impl Text {
    /// Reads the bytes of a file.
    ///
    /// A byte order mark decides the encoding, even against `encoding`: nobody's prose begins with those bytes.
    /// Without one the bytes are UTF-8, or what `encoding` (a label such as `windows-1252`) names.
    ///
    /// # Errors
    /// When the bytes are another file format, are not of that encoding, hold a NUL, or have no text.
    pub fn import(bytes: &[u8], encoding: Option<&str>) -> Result<Self, TextError> {
        if bytes.is_empty() {
            return Err(TextError::Empty);
        }
        if let Some(format) = ForeignFormat::of(bytes) {
            return Err(TextError::Foreign(format));
        }
        let named = encoding.map(encoding_named).transpose()?.unwrap_or(encoding_rs::UTF_8);
        let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((named, 0));
        let decoded = decode(&bytes[mark..], encoding, mark)?;
        if let Some(at) = memchr(0, decoded.as_bytes()) {
            return Err(if encoding == encoding_rs::UTF_8 {
                TextError::NulByte { at: (at + mark) as u64 }
            } else {
                TextError::NulChar { at: decoded[..at].chars().count() as u64 }
            });
        }
        let (body, newline) = with_line_feeds(decoded);
        if body.trim_start().is_empty() {
            return Err(TextError::Blank);
        }
        let chars = u32::try_from(body.chars().count()).ok().filter(|chars| *chars <= MAX_CHARS);
        let chars = chars.ok_or(TextError::TooLong)?;
        let sha256 = Digest::of(body.as_bytes());
        // Most files come through unchanged; hashing them once instead of twice halves the cost of an import.
        let original = if body.as_bytes() == bytes { sha256 } else { Digest::of(bytes) };
        let source = SourceFacts {
            sha256: original,
            encoding: encoding.name().to_ascii_lowercase(),
            newline,
            bom: mark > 0,
        };
        Ok(Text { body, chars, sha256, source })
    }

    /// Reads back a text that was stored before, to the byte: nothing is decoded, stripped or folded again. `None` when
    /// the bytes are not what a text can be.
    pub fn stored(bytes: Vec<u8>) -> Option<Self> {
        let body = String::from_utf8(bytes).ok()?;
        if memchr(0, body.as_bytes()).is_some() || body.trim_start().is_empty() {
            return None;
        }
        let chars = u32::try_from(body.chars().count()).ok().filter(|chars| *chars <= MAX_CHARS)?;
        let sha256 = Digest::of(body.as_bytes());
        let (body, newline) = match memchr(b'\r', body.as_bytes()) {
            None => with_line_feeds(body),
            Some(_) => return None,
        };
        let source = SourceFacts { sha256, encoding: "utf-8".to_owned(), newline, bom: false };
        Some(Text { body, chars, sha256, source })
    }

    /// The text as it is stored.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Its length in code points.
    pub fn chars(&self) -> u32 {
        self.chars
    }

    /// The digest of the stored text (as UTF-8).
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// What the original bytes were.
    pub fn source(&self) -> &SourceFacts {
        &self.source
    }

    /// The text itself, without a copy, and what is known of its source.
    pub fn into_parts(self) -> (String, SourceFacts) {
        (self.body, self.source)
    }
}

fn encoding_named(label: &str) -> Result<&'static Encoding, TextError> {
    Encoding::for_label(label.as_bytes())
        // Labels of encodings that browsers refuse to decode map to this one, which decodes nothing.
        .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
        .ok_or_else(|| TextError::UnknownEncoding(label.to_owned()))
}

/// Decodes `bytes`, which stood `skipped` bytes into the file, without ever replacing what is wrong.
fn decode(bytes: &[u8], encoding: &'static Encoding, skipped: usize) -> Result<String, TextError> {
    if encoding == encoding_rs::UTF_8 {
        return match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let at = error.valid_up_to();
                Err(TextError::NotUtf8 { at: (at + skipped) as u64, byte: bytes[at] })
            }
        };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity =
        decoder.max_utf8_buffer_length_without_replacement(bytes.len()).ok_or(TextError::TooLong)?;
    let mut text = String::with_capacity(capacity);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::Malformed(wrong, after) => {
            let at = read.saturating_sub(usize::from(wrong) + usize::from(after)) + skipped;
            Err(TextError::Malformed { encoding: encoding.name(), at: at as u64 })
        }
        DecoderResult::OutputFull => Err(TextError::TooLong),
    }
}

/// What people write about texts (notes, memos, descriptions, values), with LF for CRLF and for a lone CR: cells of a
/// table come back so, and a version must be the same on both sides of a file.
pub fn unified_line_ends(written: &str) -> Cow<'_, str> {
    match memchr(b'\r', written.as_bytes()) {
        None => Cow::Borrowed(written),
        Some(_) => Cow::Owned(with_line_feeds(written.to_owned()).0),
    }
}

/// Turns CRLF and lone CR into LF, and says what there was.
fn with_line_feeds(text: String) -> (String, Newline) {
    let bytes = text.as_bytes();
    if memchr(b'\r', bytes).is_none() {
        let newline = if memchr(b'\n', bytes).is_some() { Newline::Lf } else { Newline::None };
        return (text, newline);
    }
    let mut body = String::with_capacity(text.len());
    let (mut crlf, mut cr, mut copied) = (0_usize, 0_usize, 0_usize);
    for at in memchr_iter(b'\r', bytes) {
        body.push_str(&text[copied..at]);
        copied = at + 1;
        if bytes.get(copied) == Some(&b'\n') {
            crlf += 1;
        } else {
            body.push('\n');
            cr += 1;
        }
    }
    body.push_str(&text[copied..]);
    let lf = memchr_iter(b'\n', bytes).count() - crlf;
    let newline = match (lf, crlf, cr) {
        (0, _, 0) => Newline::Crlf,
        (0, 0, _) => Newline::Cr,
        _ => Newline::Mixed,
    };
    (body, newline)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::error::Error;

    fn read(bytes: &[u8]) -> Text {
        Text::import(bytes, None).expect("these bytes are a text")
    }

    #[test]
    fn an_ordinary_file_is_kept_as_it_is_and_hashed_alike_on_both_sides() {
        let text = read("Persian می‌روم, emoji 👩‍🔬.\n".as_bytes());
        assert_eq!(text.body(), "Persian می‌روم, emoji 👩‍🔬.\n");
        assert_eq!(text.chars(), 27);
        assert_eq!(text.sha256(), text.source().sha256);
        assert_eq!(text.source().newline, Newline::Lf);
        assert_eq!((text.source().encoding.as_str(), text.source().bom), ("utf-8", false));
    }

    #[test]
    fn every_kind_of_line_end_becomes_a_line_feed() {
        for (bytes, body, newline) in [
            ("a\r\nb\r\n", "a\nb\n", Newline::Crlf),
            ("a\rb\r", "a\nb\n", Newline::Cr),
            ("a\r\r\nb", "a\n\nb", Newline::Mixed),
            ("a\r\nb\nc", "a\nb\nc", Newline::Mixed),
            ("a\nb\rc", "a\nb\nc", Newline::Mixed),
            ("a", "a", Newline::None),
        ] {
            let text = read(bytes.as_bytes());
            assert_eq!((text.body(), text.source().newline), (body, newline), "{bytes:?}");
            assert_eq!(text.source().sha256, Digest::of(bytes.as_bytes()));
            assert_eq!(newline.as_str().parse(), Ok(newline));
        }
    }

    #[test]
    fn a_byte_order_mark_is_taken_off_once_and_decides_the_encoding() {
        let text = read("\u{feff}\u{feff}a".as_bytes());
        assert_eq!((text.body(), text.source().bom), ("\u{feff}a", true));

        let mut little = vec![0xFF, 0xFE];
        little.extend("é👍\r\n".encode_utf16().flat_map(u16::to_le_bytes));
        let text = Text::import(&little, Some("windows-1252")).expect("the mark overrules the name");
        assert_eq!((text.body(), text.source().encoding.as_str()), ("é👍\n", "utf-16le"));

        let mut big = vec![0xFE, 0xFF];
        big.extend("é👍".encode_utf16().flat_map(u16::to_be_bytes));
        assert_eq!(read(&big).body(), "é👍");
        big.pop();
        assert!(matches!(Text::import(&big, None), Err(TextError::Malformed { encoding: "UTF-16BE", .. })));
    }

    #[test]
    fn another_encoding_is_read_only_when_it_is_named() {
        let latin = b"caf\xE9";
        let refused = Text::import(latin, None).expect_err("this is not UTF-8");
        assert_eq!(refused, TextError::NotUtf8 { at: 3, byte: 0xE9 });
        let error = refused.about("menu.txt");
        assert_eq!(error.message(), "`menu.txt` is not UTF-8: byte 3 is 0xE9");
        assert!(error.hints()[0].contains("--encoding windows-1252"));
        assert_eq!(Text::import(latin, Some("Windows-1252")).map(|text| text.body), Ok("café".to_owned()));
        let unknown = Error::from(Text::import(latin, Some("windows-1253x")).expect_err("no such encoding"));
        assert!(unknown.message().contains("`windows-1253x`"), "{unknown:?}");
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert_eq!(Text::import(b"", None), Err(TextError::Empty));
        assert_eq!(Text::import(" \r\n\u{a0}\t".as_bytes(), None), Err(TextError::Blank));
        assert_eq!(Text::import(b"\xEF\xBB\xBFab\0c", None), Err(TextError::NulByte { at: 5 }));
        assert_eq!(Text::import(b"a\0b\0", Some("utf-16be")).map(|text| text.chars), Ok(2));
        assert_eq!(Text::import(b"a\0\0\0", Some("utf-16le")), Err(TextError::NulChar { at: 1 }));
        let pdf = Text::import(b"%PDF-1.4", None).expect_err("a PDF is not text").about("x.pdf");
        assert_eq!(pdf.message(), "`x.pdf` is a PDF, a format that is not read yet");
    }

    proptest! {
        #[test]
        fn reading_a_text_that_was_read_before_changes_nothing(bytes in "[a\r\n\u{e9}\u{1f600}]{1,40}") {
            prop_assume!(!bytes.trim().is_empty());
            let once = read(bytes.as_bytes());
            let twice = read(once.body().as_bytes());
            prop_assert_eq!(once.body(), twice.body());
            prop_assert!(!once.body().contains('\r'));
            prop_assert_eq!(once.body().chars().count(), once.chars() as usize);
        }
    }
}
