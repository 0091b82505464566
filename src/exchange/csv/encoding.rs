//! Bytes to text while streaming, with the place of the first bad byte.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::error::{Error, Result};

/// How many bytes are asked of the source at a time.
const CHUNK: usize = 64 * 1024;

/// A stream of text decoded from a stream of bytes.
///
/// A byte-order mark decides; else the encoding that a person named; else it is UTF-8, strictly. A fault is held
/// back until all text before it was taken, so that the reader of the text knows the row it stands in.
pub struct TextSource<R> {
    source: R,
    named: Option<&'static Encoding>,
    decoding: Decoding,
    /// Bytes read and not yet decoded stand in `raw[..filled]`: between calls at most a part of one character.
    raw: Vec<u8>,
    filled: usize,
    /// How many bytes of the source were decoded.
    position: u64,
    fault: Option<Fault>,
    ended: bool,
}

enum Decoding {
    Undecided,
    Utf8,
    Other(Box<Decoder>),
}

/// Why the text stops.
#[derive(Debug)]
pub enum Fault {
    /// The source failed.
    Io(std::io::Error),
    /// The byte at this position (from 0) does not belong to the encoding of this name.
    Invalid {
        /// Bytes before it in the source.
        position: u64,
        /// The byte, unless it was the last of a block that is gone.
        byte: Option<u8>,
        /// The encoding that was expected.
        encoding: &'static str,
    },
    /// A NUL character ends at this position.
    Nul {
        /// Bytes before it in the source; for encodings other than UTF-8 the start of the block it is in.
        position: u64,
    },
}

impl Fault {
    /// The fault as an error, in spreadsheet row `row`.
    pub fn into_error(self, row: u64) -> Error {
        match self {
            Fault::Io(source) => Error::io("the table cannot be read", source),
            Fault::Invalid { position, byte, encoding } => {
                let shown = byte.map_or(String::new(), |byte| format!(" (0x{byte:02X})"));
                Error::refused(format!("row {row}: byte {position}{shown} is not {encoding}"))
                    .hint("save it as `CSV UTF-8`, or where a command can be told, name its encoding: `--encoding windows-1252`")
            }
            Fault::Nul { position } => Error::refused(format!(
                "row {row}: a NUL character near byte {position}: this is not a text table"
            ))
            .hint("a table in UTF-16 without its byte-order mark is read with `--encoding utf-16le`"),
        }
    }
}

/// The encoding of a label such as `windows-1252`, `latin1` or `shift_jis` (the labels of the WHATWG standard).
///
/// # Errors
/// Refuses an unknown label.
pub fn encoding_of(label: &str) -> Result<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
        Error::usage(format!("`{label}` is not an encoding that is known here"))
            .did_you_mean(
                label,
                ["utf-8", "utf-16le", "utf-16be", "windows-1252", "latin1", "macintosh", "shift_jis"],
            )
            .hint("the usual one for old Western European files is `--encoding windows-1252`")
    })
}

impl<R: Read> TextSource<R> {
    /// Text from `source`; `named` is what the person said of its encoding.
    pub fn new(source: R, named: Option<&'static Encoding>) -> Self {
        TextSource {
            source,
            named,
            decoding: Decoding::Undecided,
            raw: vec![0; CHUNK],
            filled: 0,
            position: 0,
            fault: None,
            ended: false,
        }
    }

    /// Appends at least `wanted` more bytes of text, unless the source ends first; `false` once nothing is left.
    ///
    /// # Errors
    /// The fault, once all text before it was taken.
    pub fn fill(&mut self, text: &mut String, wanted: usize) -> Result<bool, Fault> {
        let before = text.len();
        text.reserve(wanted.max(CHUNK));
        while text.len() - before < wanted && self.fault.is_none() && !self.ended {
            self.read_chunk().map_err(Fault::Io)?;
            self.decode(text);
        }
        if text.len() > before {
            return Ok(true);
        }
        self.fault.take().map_or(Ok(false), Err)
    }

    /// Reads once, or as often as the byte-order mark needs.
    fn read_chunk(&mut self) -> std::io::Result<()> {
        loop {
            match self.source.read(&mut self.raw[self.filled..]) {
                Ok(0) => self.ended = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            if !matches!(self.decoding, Decoding::Undecided) {
                return Ok(());
            }
            if self.filled >= 3 || self.ended {
                self.decide();
                return Ok(());
            }
        }
    }

    /// A byte-order mark wins over the named encoding: it is in the file, and a wrong flag would make nonsense.
    fn decide(&mut self) {
        let (encoding, mark) =
            Encoding::for_bom(&self.raw[..self.filled]).unwrap_or((self.named.unwrap_or(UTF_8), 0));
        self.discard(mark);
        self.decoding = if encoding == UTF_8 {
            Decoding::Utf8
        } else {
            Decoding::Other(Box::new(encoding.new_decoder_without_bom_handling()))
        };
    }

    /// Forgets the first `count` raw bytes.
    fn discard(&mut self, count: usize) {
        self.raw.copy_within(count..self.filled, 0);
        self.filled -= count;
        self.position += count as u64;
    }

    fn decode(&mut self, text: &mut String) {
        match &mut self.decoding {
            Decoding::Undecided => {}
            Decoding::Utf8 => self.decode_utf8(text),
            Decoding::Other(decoder) => {
                let raw = &self.raw[..self.filled];
                let before = text.len();
                text.reserve(
                    decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(4 * CHUNK),
                );
                let (result, read) = decoder.decode_to_string_without_replacement(raw, text, self.ended);
                if let DecoderResult::Malformed(length, after) = result {
                    // The bad sequence may have begun in the block before this one.
                    let back = u64::from(length) + u64::from(after);
                    let bad = (self.position + read as u64).saturating_sub(back);
                    let within = bad.checked_sub(self.position).and_then(|at| raw.get(at as usize));
                    self.fault = Some(Fault::Invalid {
                        position: bad,
                        byte: within.copied(),
                        encoding: decoder.encoding().name(),
                    });
                }
                if let Some(nul) = memchr::memchr(0, &text.as_bytes()[before..]) {
                    text.truncate(before + nul);
                    self.fault = Some(Fault::Nul { position: self.position });
                }
                self.discard(read);
            }
        }
    }

    fn decode_utf8(&mut self, text: &mut String) {
        let raw = &self.raw[..self.filled];
        // A block mostly ends within a character. Cutting that off first saves a second pass over the whole block.
        let whole = if self.ended { raw } else { &raw[..raw.len() - unfinished(raw)] };
        let (valid, bad) = match std::str::from_utf8(whole) {
            Ok(valid) => (valid, None),
            Err(error) => {
                let valid = whole.utf8_chunks().next().map_or("", |chunk| chunk.valid());
                (valid, whole.get(error.valid_up_to()).copied())
            }
        };
        let nul = memchr::memchr(0, valid.as_bytes());
        text.push_str(&valid[..nul.unwrap_or(valid.len())]);
        if let Some(nul) = nul {
            self.fault = Some(Fault::Nul { position: self.position + nul as u64 });
        } else if bad.is_some() {
            let position = self.position + valid.len() as u64;
            self.fault = Some(Fault::Invalid { position, byte: bad, encoding: "UTF-8" });
        }
        let taken = valid.len();
        self.discard(taken);
    }
}

/// How many bytes at the end of `raw` may be the beginning of a character: at most 3.
fn unfinished(raw: &[u8]) -> usize {
    for (back, byte) in raw.iter().rev().take(3).enumerate() {
        let length = match byte {
            0x80..=0xBF => continue,
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            _ => 1,
        };
        return if length > back + 1 { back + 1 } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every character is cut wherever it can be.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn decode(bytes: &[u8], label: Option<&str>) -> (String, Option<Fault>) {
        let mut results = [true, false].map(|dripping| {
            let source: Box<dyn Read + '_> = if dripping { Box::new(Drip(bytes)) } else { Box::new(bytes) };
            let mut source = TextSource::new(source, label.map(|label| encoding_of(label).unwrap()));
            let mut text = String::new();
            loop {
                match source.fill(&mut text, 1) {
                    Ok(true) => {}
                    Ok(false) => return (text, None),
                    Err(fault) => return (text, Some(fault)),
                }
            }
        });
        assert_eq!(results[0].0, results[1].0);
        std::mem::take(&mut results[0])
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once('\u{FEFF}')
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(order)
            .collect()
    }

    #[test]
    fn byte_order_marks_are_recognised_and_left_out() {
        let text = "naïve 🦀\nنص";
        assert_eq!(decode(text.as_bytes(), None).0, text);
        assert_eq!(decode(format!("\u{FEFF}{text}").as_bytes(), None).0, text);
        assert_eq!(decode(&utf16(text, u16::to_le_bytes), None).0, text);
        assert_eq!(decode(&utf16(text, u16::to_be_bytes), Some("windows-1252")).0, text);
        assert_eq!(decode(b"", None).0, "");
    }

    #[test]
    fn invalid_utf8_is_reported_with_its_byte_after_the_text_before_it() {
        let (text, fault) = decode(b"caf\xE9 noir", None);
        assert_eq!(text, "caf");
        assert!(matches!(fault, Some(Fault::Invalid { position: 3, byte: Some(0xE9), encoding: "UTF-8" })));
        let (_, cut) = decode("ab€".as_bytes().strip_suffix(b"\xAC").unwrap(), None);
        assert!(matches!(cut, Some(Fault::Invalid { position: 2, .. })));
    }

    #[test]
    fn a_named_encoding_is_obeyed_and_an_unknown_name_refused() {
        assert_eq!(decode(b"caf\xE9", Some("latin1")).0, "café");
        let (_, fault) = decode(b"ab\x81", Some("shift_jis"));
        assert!(matches!(fault, Some(Fault::Invalid { position: 2, .. })), "{fault:?}");
        assert!(encoding_of("utf-61").is_err_and(|error| error.message().contains("utf-61")));
    }

    proptest::proptest! {
        #[test]
        fn utf8_is_judged_as_the_standard_library_judges_it(
            bytes in proptest::collection::vec(proptest::sample::select(&b"a\x80\xBF\xC3\xE2\x82\xAC\xF0\x9F\xA6\xFF"[..]), 0..9)
        ) {
            let (text, fault) = decode(&bytes, None);
            match std::str::from_utf8(&bytes) {
                Ok(whole) => assert!(fault.is_none() && text == whole),
                Err(error) => {
                    let valid = error.valid_up_to() as u64;
                    assert!(matches!(fault, Some(Fault::Invalid { position, .. }) if position == valid));
                    assert_eq!(text.as_bytes(), &bytes[..error.valid_up_to()]);
                }
            }
        }
    }

    #[test]
    fn nul_is_refused() {
        assert!(matches!(decode(b"ab\0c", None).1, Some(Fault::Nul { position: 2 })));
        assert!(matches!(decode(b"a\0b\0", None).1, Some(Fault::Nul { position: 1 })));
        assert!(matches!(decode(b"ab\0c", Some("latin1")).1, Some(Fault::Nul { .. })));
    }
}
