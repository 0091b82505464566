//! Records of cells from a stream of text: quoting, line ends, limits and spreadsheet row numbers.

use std::io::Read;

use memchr::{memchr, memchr3};

use super::encoding::TextSource;
use crate::error::{Error, Result};

/// The largest cell that is read, in bytes. A cell of 16 MiB is 500 times what a spreadsheet holds: what is larger
/// is a quote that was never closed.
pub const MAX_CELL: usize = 16 << 20;
/// The largest row, in bytes of its source text.
pub const MAX_RECORD: usize = 32 << 20;
/// The most columns: as many as Excel has.
pub const MAX_COLUMNS: usize = 16_384;

/// How much text is asked for at a time, in bytes; more while a long record grows, so that scanning it again from
/// its start stays linear in all.
const STEP: usize = 64 * 1024;
const LARGEST_STEP: usize = 4 << 20;

/// The record scanner: one reused buffer, cells as ranges into it.
pub(crate) struct Scanner<R> {
    source: TextSource<R>,
    text: String,
    /// Where the next record begins in `text`.
    next: usize,
    exhausted: bool,
    record: Record,
}

/// The cells of the record that was read last.
#[derive(Default)]
struct Record {
    row: u64,
    cells: Vec<CellRange>,
    /// The contents of the cells whose source text holds `""` or a carriage return.
    rewritten: String,
    text_after_quote: bool,
    /// Quotes are text like any other character.
    plain: bool,
}

struct CellRange {
    start: usize,
    end: usize,
    rewritten: bool,
}

/// The cells of a record, borrowed.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    text: &'a str,
    record: &'a Record,
}

enum Step {
    /// A record was scanned; the next one begins here.
    Record(usize),
    /// The buffer ends within a record.
    Partial,
    /// Nothing is left.
    End,
}

/// Why no record can be given.
pub(crate) enum ScanError {
    /// The source failed or is not text.
    Source(Error),
    /// The cells cannot be told apart; another delimiter might do better.
    Shape(Error),
}

impl From<ScanError> for Error {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Source(error) | ScanError::Shape(error) => error,
        }
    }
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(source: TextSource<R>) -> Self {
        Scanner { source, text: String::new(), next: 0, exhausted: false, record: Record::default() }
    }

    /// Reads the next record; `false` when there is none.
    pub(crate) fn read(&mut self, delimiter: u8) -> Result<bool, ScanError> {
        loop {
            match self
                .record
                .scan(&self.text, self.next, delimiter, self.exhausted)
                .map_err(ScanError::Shape)?
            {
                Step::Record(next) => {
                    self.next = next;
                    self.record.row += 1;
                    return Ok(true);
                }
                Step::End => return Ok(false),
                Step::Partial => self.fill()?,
            }
        }
    }

    /// Reads a record and stays before it.
    pub(crate) fn peek(&mut self, delimiter: u8) -> Result<bool, ScanError> {
        self.compact();
        let found = self.read(delimiter)?;
        if found {
            self.next = 0;
            self.record.row -= 1;
        }
        Ok(found)
    }

    /// Drops the text before the next record.
    fn compact(&mut self) {
        self.text.drain(..self.next);
        self.next = 0;
    }

    fn fill(&mut self) -> Result<(), ScanError> {
        self.compact();
        let row = self.record.row + 1;
        let wanted = self.text.len().clamp(STEP, LARGEST_STEP);
        match self.source.fill(&mut self.text, wanted) {
            Ok(more) => self.exhausted = !more,
            Err(fault) => return Err(ScanError::Source(fault.into_error(row))),
        }
        Ok(())
    }

    /// From here on a quote opens nothing: the program that wrote this has no quoting.
    pub(crate) fn take_quotes_as_text(&mut self) {
        self.record.plain = true;
    }

    /// The cells of the last record.
    pub(crate) fn cells(&self) -> Cells<'_> {
        Cells { text: &self.text, record: &self.record }
    }

    /// A `sep=;` line is no row to a spreadsheet: the header below it is row 1.
    pub(crate) fn forget_row(&mut self) {
        self.record.row -= 1;
    }
}

impl Record {
    /// Scans one record of `text` from `begin` on. `complete` says that no text follows.
    fn scan(&mut self, text: &str, begin: usize, delimiter: u8, complete: bool) -> Result<Step> {
        let bytes = text.as_bytes();
        self.cells.clear();
        self.rewritten.clear();
        self.text_after_quote = false;
        if begin == bytes.len() {
            return Ok(if complete { Step::End } else { Step::Partial });
        }
        let mut at = begin;
        loop {
            let end = if bytes.get(at) == Some(&b'"') && !self.plain {
                self.quoted_cell(text, at, delimiter, complete)?
            } else {
                self.plain_cell(text, at, delimiter, complete)?
            };
            at = match end {
                Some(end) => end,
                None if bytes.len() - begin > MAX_RECORD => {
                    return Err(Error::refused(format!("row {} is longer than 32 MiB", self.row + 1))
                        .hint("is a quote opened in it and never closed?"));
                }
                None => return Ok(Step::Partial),
            };
            if self.cells.len() > MAX_COLUMNS {
                return Err(Error::refused(format!(
                    "row {} has more than {MAX_COLUMNS} cells",
                    self.row + 1
                )));
            }
            match bytes.get(at) {
                None => return Ok(Step::Record(at)),
                Some(b'\n') => return Ok(Step::Record(at + 1)),
                Some(b'\r') => {
                    return Ok(match bytes.get(at + 1) {
                        Some(b'\n') => Step::Record(at + 2),
                        None if !complete => Step::Partial,
                        _ => Step::Record(at + 1),
                    });
                }
                Some(_) => at += 1,
            }
        }
    }

    /// A cell without quotes from `start` on; gives the place of the delimiter or line end after it, `None` when
    /// the text must grow first.
    fn plain_cell(
        &mut self,
        text: &str,
        start: usize,
        delimiter: u8,
        complete: bool,
    ) -> Result<Option<usize>> {
        let end = match cell_end(&text.as_bytes()[start..], delimiter) {
            Some(length) => start + length,
            None if complete => text.len(),
            None => {
                self.check_length(text.len() - start)?;
                return Ok(None);
            }
        };
        self.check_length(end - start)?;
        self.cells.push(CellRange { start, end, rewritten: false });
        Ok(Some(end))
    }

    /// A cell whose opening quote stands at `open`; gives as [`Self::plain_cell`].
    fn quoted_cell(
        &mut self,
        text: &str,
        open: usize,
        delimiter: u8,
        complete: bool,
    ) -> Result<Option<usize>> {
        let bytes = text.as_bytes();
        let start = open + 1;
        let mut from = start;
        let mut doubled = false;
        let close = loop {
            let Some(offset) = memchr(b'"', &bytes[from..]) else {
                self.check_length(bytes.len() - start)?;
                return if complete { Err(self.unclosed()) } else { Ok(None) };
            };
            let quote = from + offset;
            match bytes.get(quote + 1) {
                Some(b'"') => {
                    doubled = true;
                    from = quote + 2;
                }
                None if !complete => return Ok(None),
                _ => break quote,
            }
        };
        self.check_length(close - start)?;
        if doubled || memchr(b'\r', &bytes[start..close]).is_some() {
            let written = self.rewritten.len();
            rewrite(&text[start..close], &mut self.rewritten);
            self.cells.push(CellRange { start: written, end: self.rewritten.len(), rewritten: true });
        } else {
            self.cells.push(CellRange { start, end: close, rewritten: false });
        }
        match cell_end(&bytes[close + 1..], delimiter) {
            Some(length) => {
                self.text_after_quote |= length > 0;
                Ok(Some(close + 1 + length))
            }
            None if complete => {
                self.text_after_quote |= close + 1 < bytes.len();
                Ok(Some(bytes.len()))
            }
            None => Ok(None),
        }
    }

    fn check_length(&self, length: usize) -> Result<()> {
        if length <= MAX_CELL {
            return Ok(());
        }
        let (row, column) = (self.row + 1, self.cells.len() + 1);
        Err(Error::refused(format!("row {row}: the cell in column {column} is larger than 16 MiB"))
            .hint("is a quote opened there and never closed?"))
    }

    fn unclosed(&self) -> Error {
        let (row, column) = (self.row + 1, self.cells.len() + 1);
        Error::refused(format!("row {row}: the quote that opens the cell in column {column} is never closed"))
            .hint("the file may have been cut short; else close the quote, and double a quote within a cell")
    }
}

/// Where the first delimiter or line end stands. Most cells are numbers, names or blank: a call of `memchr3` costs
/// more than looking at a few bytes.
#[inline]
fn cell_end(bytes: &[u8], delimiter: u8) -> Option<usize> {
    const SHORT: usize = 8;
    let is_end = |byte: &u8| *byte == delimiter || *byte == b'\n' || *byte == b'\r';
    let head = &bytes[..bytes.len().min(SHORT)];
    head.iter()
        .position(is_end)
        .or_else(|| memchr3(delimiter, b'\n', b'\r', &bytes[head.len()..]).map(|offset| head.len() + offset))
}

/// Halves doubled quotes and turns CRLF and CR into LF.
fn rewrite(raw: &str, into: &mut String) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'"', b'\r', rest.as_bytes()) {
        into.push_str(&rest[..at]);
        let (pair, written) = if rest.as_bytes()[at] == b'"' { (b'"', '"') } else { (b'\n', '\n') };
        into.push(written);
        rest = &rest[at + 1 + usize::from(rest.as_bytes().get(at + 1) == Some(&pair))..];
    }
    into.push_str(rest);
}

impl<'a> Cells<'a> {
    /// The spreadsheet row; the header is row 1.
    pub fn row(&self) -> u64 {
        self.record.row
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.record.cells.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.record.cells.is_empty()
    }

    /// The cell at `index` (from 0), line breaks folded to LF, the guard still on.
    pub fn get(&self, index: usize) -> Option<&'a str> {
        let range = self.record.cells.get(index)?;
        let text = if range.rewritten { self.record.rewritten.as_str() } else { self.text };
        Some(&text[range.start..range.end])
    }

    /// The cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let cells = *self;
        (0..self.len()).map_while(move |index| cells.get(index))
    }

    /// Whether every cell is empty: a blank line, or the row of delimiters that spreadsheets make of one.
    pub fn is_blank(&self) -> bool {
        self.record.cells.iter().all(|range| range.start == range.end)
    }

    /// Whether text stands between a closing quote and the end of its cell: quotes within it were not doubled.
    pub(crate) fn has_text_after_quote(&self) -> bool {
        self.record.text_after_quote
    }
}

#[cfg(test)]
#[path = "scanner_tests.rs"]
mod tests;
