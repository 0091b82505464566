//! Standard output for bytes that are an answer as they stand: exact in a pipe, harmless on a terminal.

use std::io::{self, Write};

use super::escape::visible;

/// A stream that makes harmless what goes through it, where a terminal reads it.
pub(crate) struct Harmless {
    pub(crate) sink: Box<dyn Write>,
    is_terminal: bool,
    /// Whether anything was written: a byte order mark at the beginning of a file is not for eyes.
    begun: bool,
    /// The end of what came: half a character, or a carriage return that may belong to a line end.
    kept: Vec<u8>,
}

impl Harmless {
    pub(crate) fn new(sink: Box<dyn Write>, is_terminal: bool) -> Harmless {
        Harmless { sink, is_terminal, begun: false, kept: Vec::new() }
    }

    /// Writes what can be written of what is kept; `all` of it at the end.
    fn pass_on(&mut self, all: bool) -> io::Result<()> {
        let mut whole = self.kept.len();
        if !all {
            whole -= unfinished(&self.kept);
        }
        let text = String::from_utf8_lossy(&self.kept[..whole]).replace("\r\n", "\n");
        let text = if self.begun { text.as_str() } else { text.strip_prefix('\u{feff}').unwrap_or(&text) };
        self.begun |= whole > 0;
        self.sink.write_all(visible(text).as_bytes())?;
        self.kept.drain(..whole);
        Ok(())
    }
}

/// How many bytes at the end belong to something that may go on.
fn unfinished(bytes: &[u8]) -> usize {
    if bytes.last() == Some(&b'\r') {
        return 1;
    }
    let start = bytes.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or(0);
    let length = match bytes.get(start) {
        Some(0xc2..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf4) => 4,
        _ => return 0,
    };
    let there = bytes.len() - start;
    if there < length { there } else { 0 }
}

impl Write for Harmless {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.sink.write(bytes);
        }
        self.kept.extend_from_slice(bytes);
        self.pass_on(false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.kept.is_empty() {
            self.pass_on(true)?;
        }
        self.sink.flush()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ui::tests::Sink;

    fn through(pieces: &[&[u8]], is_terminal: bool) -> Vec<u8> {
        let sink = Sink::default();
        let mut out = Harmless::new(Box::new(sink.clone()), is_terminal);
        pieces.iter().for_each(|piece| out.write_all(piece).unwrap());
        out.flush().unwrap();
        sink.text().into_bytes()
    }

    #[test]
    fn a_table_on_a_terminal_has_no_mark_no_carriage_returns_and_nothing_that_acts() {
        let table = "\u{feff}name,note\r\na,\"\u{1b}[2J\u{202e}é\"\r\n";
        assert_eq!(through(&[table.as_bytes()], true), "name,note\na,\"\\u{1b}[2J\\u{202e}é\"\n".as_bytes());
        assert_eq!(through(&[table.as_bytes()], false), table.as_bytes());
        assert_eq!(through(&[b"a\r"], true), b"a\\u{d}");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_in_what_pieces_it_comes(text in "[aé€🦀\r\n\u{1b}\u{feff}]{0,12}", cuts in prop::collection::vec(0usize..40, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).chain([0, bytes.len()]).collect();
            cuts.sort_unstable();
            let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(through(&pieces, true), through(&[bytes], true));
        }
    }
}
