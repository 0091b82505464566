//! Writing cells so that spreadsheets keep them: quoting, guard, byte-order mark.

use std::io::Write;

use memchr::{memchr, memchr2, memchr3};
use uuid::Uuid;

use super::dialect::Delimiter;
use super::sink::CellSink;
use super::time;
use crate::domain::Digest;
use crate::domain::guard::needs_guard;
use crate::error::{Error, Result};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// Start with a byte-order mark: without it Excel takes the file for its legacy code page.
    pub bom: bool,
    /// What separates the cells.
    pub delimiter: Delimiter,
    /// Put the reversible `'` before free text that a spreadsheet would run.
    pub guard: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions { bom: true, delimiter: Delimiter::Comma, guard: true }
    }
}

/// How much is gathered before it goes to the sink, in bytes.
const BLOCK: usize = 64 * 1024;

/// Writes a table cell by cell into one reused buffer. Records end with CRLF, lines within a cell with LF.
///
/// Quotes only where they must be: a delimiter, a quote or a line break in the cell. [`CellWriter::finish`]
/// hands over what is gathered; without it the end is missing.
pub struct CellWriter<W> {
    sink: W,
    buffer: Vec<u8>,
    delimiter: u8,
    guard: bool,
    /// Where the row being written begins in the buffer.
    row_begin: usize,
    cells: usize,
    rows: u64,
    last_time: (i64, [u8; time::LENGTH]),
}

impl<W: Write> CellWriter<W> {
    /// A writer into `sink` that has written the header.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new<'a>(
        sink: W,
        options: WriteOptions,
        header: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self> {
        let mut buffer = Vec::with_capacity(BLOCK + BLOCK / 4);
        if options.bom {
            buffer.extend_from_slice("\u{FEFF}".as_bytes());
        }
        let mut writer = CellWriter {
            sink,
            row_begin: buffer.len(),
            buffer,
            delimiter: options.delimiter.byte(),
            guard: options.guard,
            cells: 0,
            rows: 0,
            last_time: (0, *b"1970-01-01T00:00:00.000Z"),
        };
        for name in header {
            // An attribute's name is free text too. The names of the contract are never touched by the guard.
            writer.text(name);
        }
        writer.end_record()?;
        Ok(writer)
    }

    /// Ends the row.
    ///
    /// # Errors
    /// The sink failed.
    pub fn end_row(&mut self) -> Result<()> {
        self.rows += 1;
        self.end_record()
    }

    /// How many rows were ended, the header not among them.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(mut self) -> Result<W> {
        self.drain()?;
        self.sink.flush().map_err(failed)?;
        Ok(self.sink)
    }

    fn end_record(&mut self) -> Result<()> {
        // A record that is one empty cell would be a blank line, which readers pass over.
        if self.cells == 1 && self.buffer.len() == self.row_begin {
            self.buffer.extend_from_slice(b"\"\"");
        }
        self.buffer.extend_from_slice(b"\r\n");
        self.cells = 0;
        if self.buffer.len() >= BLOCK {
            self.drain()?;
        }
        self.row_begin = self.buffer.len();
        Ok(())
    }

    fn drain(&mut self) -> Result<()> {
        self.sink.write_all(&self.buffer).map_err(failed)?;
        self.buffer.clear();
        Ok(())
    }

    fn separate(&mut self) {
        if self.cells > 0 {
            self.buffer.push(self.delimiter);
        }
        self.cells += 1;
    }

    fn cell(&mut self, value: &str, marked: bool) {
        let bytes = value.as_bytes();
        let mark: &[u8] = if marked { b"'" } else { b"" };
        let has_return = memchr(b'\r', bytes).is_some();
        if !has_return && memchr3(self.delimiter, b'"', b'\n', bytes).is_none() {
            self.buffer.extend_from_slice(mark);
            self.buffer.extend_from_slice(bytes);
            return;
        }
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(mark);
        let mut rest = bytes;
        while let Some(at) = memchr2(b'"', b'\r', rest) {
            self.buffer.extend_from_slice(&rest[..at]);
            let mut next = at + 1;
            if rest[at] == b'"' {
                self.buffer.extend_from_slice(b"\"\"");
            } else {
                self.buffer.push(b'\n');
                next += usize::from(rest.get(next) == Some(&b'\n'));
            }
            rest = &rest[next..];
        }
        self.buffer.extend_from_slice(rest);
        self.buffer.push(b'"');
    }
}

impl<W: Write> CellSink for CellWriter<W> {
    fn text(&mut self, value: &str) {
        self.separate();
        self.cell(value, self.guard && needs_guard(value));
    }

    fn token(&mut self, value: &str) {
        self.separate();
        self.cell(value, false);
    }

    fn blank(&mut self) {
        self.separate();
    }

    fn uuid(&mut self, id: Uuid) {
        self.separate();
        self.buffer.extend_from_slice(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.separate();
        let mut digits = [0; 20];
        let mut begin = digits.len();
        let mut rest = number;
        loop {
            begin -= 1;
            digits[begin] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(&digits[begin..]);
    }

    fn time(&mut self, milliseconds: i64) {
        self.separate();
        // The rows of one change share their time, and `modified` mostly equals `created`.
        if self.last_time.0 != milliseconds {
            match time::format(milliseconds) {
                Some(text) => self.last_time = (milliseconds, text),
                None => return,
            }
        }
        self.buffer.extend_from_slice(&self.last_time.1);
    }

    fn digest(&mut self, digest: &Digest) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.separate();
        for byte in digest.as_bytes() {
            self.buffer.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

fn failed(source: std::io::Error) -> Error {
    Error::io("the table cannot be written", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(options: WriteOptions, fill: impl FnOnce(&mut CellWriter<Vec<u8>>)) -> String {
        let mut writer = CellWriter::new(Vec::new(), options, ["a", "b"]).unwrap();
        fill(&mut writer);
        String::from_utf8(writer.finish().unwrap()).unwrap()
    }

    #[test]
    fn the_table_has_a_mark_crlf_ends_and_quotes_only_where_needed() {
        let text = written(WriteOptions::default(), |writer| {
            writer.text("plain; text");
            writer.text("a,\"b\"\r\nc\rd");
            writer.end_row().unwrap();
            writer.text("=1+1");
            writer.text("-a,b");
            writer.end_row().unwrap();
        });
        assert_eq!(text, "\u{FEFF}a,b\r\nplain; text,\"a,\"\"b\"\"\nc\nd\"\r\n'=1+1,\"'-a,b\"\r\n");
    }

    #[test]
    fn mark_guard_and_delimiter_can_be_chosen() {
        let options = WriteOptions { bom: false, delimiter: Delimiter::Semicolon, guard: false };
        let text = written(options, |writer| {
            writer.text("=a;b");
            writer.text("c,d");
            writer.end_row().unwrap();
        });
        assert_eq!(text, "a;b\r\n\"=a;b\";c,d\r\n");
    }

    #[test]
    fn typed_cells_have_their_fixed_forms() {
        let text = written(WriteOptions { bom: false, ..WriteOptions::default() }, |writer| {
            writer.uuid(Uuid::from_u128(0xA1));
            writer.number(u64::MAX);
            writer.number(0);
            writer.time(1_795_336_433_000);
            writer.time(i64::MAX);
            writer.time(1_795_336_433_000);
            writer.digest(&Digest::of(b""));
            writer.end_row().unwrap();
        });
        let row = text.strip_prefix("a,b\r\n").unwrap();
        let time = "2026-11-22T08:33:53.000Z";
        assert_eq!(
            row,
            format!(
                "00000000-0000-0000-0000-0000000000a1,18446744073709551615,0,{time},,{time},{}\r\n",
                Digest::of(b"")
            )
        );
    }

    #[test]
    fn a_lone_empty_cell_is_not_a_blank_line() {
        let mut writer = CellWriter::new(Vec::new(), WriteOptions::default(), ["a"]).unwrap();
        writer.text("");
        writer.end_row().unwrap();
        assert_eq!(writer.rows(), 1);
        assert!(writer.finish().unwrap().ends_with(b"a\r\n\"\"\r\n"));
    }

    #[test]
    fn a_sink_that_fails_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let writer = CellWriter::new(Full, WriteOptions::default(), ["a"]).unwrap();
        assert!(writer.finish().is_err());
    }
}
