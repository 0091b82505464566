//! `annotations.csv`: one row per annotation, the file that people edit.

use std::borrow::Cow;
use std::io::{Read, Write};

use uuid::Uuid;

use super::csv::{CellSink, CellWriter, Column, Headed, Kind, ReadOptions, Refusal, Sheet, WriteOptions};
use super::record::{Action, Fields, Suspect};
use crate::domain::Digest;
use crate::error::Result;

/// The version of the column contract that is written; `docs/csv.md` is its text.
pub const CONTRACT: u32 = 1;

/// The columns of contract 1, in order.
pub const COLUMNS: [Column; 16] = [
    Column::new("id", Kind::Id),
    Column::new("document", Kind::Text),
    Column::new("start", Kind::Number),
    Column::new("end", Kind::Number).or(&["stop"]),
    Column::new("quote", Kind::Text).or(&["text"]),
    Column::new("code", Kind::Text),
    Column::new("coder", Kind::Text),
    Column::new("note", Kind::Text).or(&["comment"]),
    Column::new("action", Kind::Word),
    Column::new("created", Kind::Time),
    Column::new("modified", Kind::Time),
    Column::new("before", Kind::Text),
    Column::new("after", Kind::Text),
    Column::new("document_sha256", Kind::Digest),
    Column::new("lineage", Kind::Lineage),
    Column::new("quote_truncated", Kind::Flag),
];

// Where the columns stand, so that reading a million rows looks nothing up by name.
const ID: usize = 0;
const DOCUMENT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const QUOTE: usize = 4;
const CODE: usize = 5;
const CODER: usize = 6;
const NOTE: usize = 7;
const ACTION: usize = 8;
const CREATED: usize = 9;
const MODIFIED: usize = 10;
const BEFORE: usize = 11;
const AFTER: usize = 12;
const DOCUMENT_SHA256: usize = 13;
const LINEAGE: usize = 14;
const QUOTE_TRUNCATED: usize = 15;

/// The longest quote that is written whole, in UTF-16 units: Excel cuts cells at 32,767.
pub const LONGEST_QUOTE: usize = 32_000;
/// The most line feeds in a quote that is written whole: Excel shows 253 lines in a cell.
pub const MOST_LINE_FEEDS: usize = 250;

/// An annotation to be written. Everything is borrowed, so that a million rows allocate nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnotationRow<'a> {
    /// The annotation's id.
    pub id: Uuid,
    /// The document's name.
    pub document: &'a str,
    /// Where the passage starts, in code points.
    pub start: u32,
    /// Just past its end, in code points.
    pub end: u32,
    /// The passage itself.
    pub quote: &'a str,
    /// The code's path; empty for a highlight or a note.
    pub code: &'a str,
    /// The coder's handle.
    pub coder: &'a str,
    /// The note; empty for none.
    pub note: &'a str,
    /// When it was made, in milliseconds since 1970.
    pub created: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: i64,
    /// Up to 32 code points before the passage.
    pub before: &'a str,
    /// Up to 32 code points after it.
    pub after: &'a str,
    /// The SHA-256 of the document's text.
    pub document_sha256: &'a Digest,
    /// The versions: its own first, then its ancestors.
    pub lineage: &'a str,
}

impl AnnotationRow<'_> {
    /// Writes one cell for each of [`COLUMNS`], in order.
    pub fn write(&self, cells: &mut impl CellSink) {
        let quote = shorten(self.quote);
        cells.uuid(self.id);
        cells.text(self.document);
        cells.number(self.start.into());
        cells.number(self.end.into());
        cells.text(&quote);
        cells.text(self.code);
        cells.text(self.coder);
        cells.text(self.note);
        cells.blank();
        cells.time(self.created);
        cells.time(self.modified);
        cells.text(self.before);
        cells.text(self.after);
        cells.digest(self.document_sha256);
        cells.token(self.lineage);
        cells.token(if matches!(quote, Cow::Owned(_)) { "1" } else { "" });
    }
}

/// Writes `annotations.csv`. The rows should come by document, start, end, code, coder, id: the order is the
/// caller's, since only the store can sort a million of them without holding them.
pub struct AnnotationWriter<W> {
    cells: CellWriter<W>,
}

impl<W: Write> AnnotationWriter<W> {
    /// A writer into `sink` that has written the header.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions) -> Result<Self> {
        Ok(AnnotationWriter {
            cells: CellWriter::new(sink, options, COLUMNS.iter().map(|column| column.name))?,
        })
    }

    /// Writes one annotation.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write(&mut self, annotation: &AnnotationRow<'_>) -> Result<()> {
        annotation.write(&mut self.cells);
        self.cells.end_row()
    }

    /// How many annotations were written.
    pub fn rows(&self) -> u64 {
        self.cells.rows()
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(self) -> Result<W> {
        self.cells.finish()
    }
}

/// The quote as a cell can hold it: owned, and ended by `…`, when something was left out.
pub fn shorten(quote: &str) -> Cow<'_, str> {
    // A string of n bytes has at most n UTF-16 units and n line feeds: most quotes end here.
    if quote.len() <= MOST_LINE_FEEDS {
        return Cow::Borrowed(quote);
    }
    let by_lines = memchr::memchr_iter(b'\n', quote.as_bytes()).nth(MOST_LINE_FEEDS);
    let is_long =
        quote.len() > LONGEST_QUOTE && quote.chars().map(char::len_utf16).sum::<usize>() > LONGEST_QUOTE;
    if by_lines.is_none() && !is_long {
        return Cow::Borrowed(quote);
    }
    let mut units = 1;
    let by_length = quote.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > LONGEST_QUOTE
    });
    let end = by_length.map_or(quote.len(), |(at, _)| at).min(by_lines.unwrap_or(quote.len()));
    Cow::Owned(format!("{}…", &quote[..end]))
}

/// A row of `annotations.csv` as it was read. A text is `None` when the file has no such column ("unchanged");
/// other cells are `None` when blank as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedAnnotation<'a> {
    /// The spreadsheet row; the header is row 1.
    pub row: u64,
    /// The annotation's id; `None` for a new one.
    pub id: Option<Uuid>,
    /// The document's name.
    pub document: Option<&'a str>,
    /// Where the passage starts, in code points.
    pub start: Option<u32>,
    /// Just past its end, in code points; greater than `start` when both are there.
    pub end: Option<u32>,
    /// The passage, or its beginning followed by `…` when `quote_truncated`.
    pub quote: Option<&'a str>,
    /// Whether the quote was shortened when it was written.
    pub quote_truncated: bool,
    /// The code's path.
    pub code: Option<&'a str>,
    /// The coder's handle.
    pub coder: Option<&'a str>,
    /// The note.
    pub note: Option<&'a str>,
    /// What the row asks for.
    pub action: Action,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// The context before the passage.
    pub before: Option<&'a str>,
    /// The context after it.
    pub after: Option<&'a str>,
    /// The SHA-256 of the text the positions count in.
    pub document_sha256: Option<Digest>,
    /// The versions, own first.
    pub lineage: Option<&'a str>,
}

/// Reads `annotations.csv`, or any table with some of its columns.
pub struct AnnotationReader<R> {
    sheet: Sheet<R>,
}

impl<R: Read> AnnotationReader<R> {
    /// A reader of `source`, whose header is read.
    ///
    /// # Errors
    /// As [`Sheet::open`].
    pub fn open(source: R, options: ReadOptions<'_>) -> Result<Self> {
        Headed::read(source, &COLUMNS, options).and_then(AnnotationReader::on)
    }

    /// A reader of a table whose header was read.
    ///
    /// # Errors
    /// As [`Headed::knowing`].
    pub fn on(table: Headed<R>) -> Result<Self> {
        Ok(AnnotationReader { sheet: table.knowing(&COLUMNS)? })
    }

    /// The next annotation, or the refusal of its row; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read on.
    pub fn next_annotation(&mut self) -> Result<Option<Result<ParsedAnnotation<'_>, Refusal>>> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        let fields = Fields::new(row, &COLUMNS);
        Ok(Some(fields.check().and_then(|()| parse(&fields))))
    }

    /// The texts of the last row that look damaged. A text may honestly look so: refuse the row only when the text
    /// differs from what the store holds (for `quote`, `before`, `after`: from the document's text).
    pub fn suspects(&self) -> impl Iterator<Item = Suspect> + use<'_, R> {
        self.sheet.last_row().into_iter().flat_map(|row| Fields::new(row, &COLUMNS).suspects())
    }

    /// Whether the file has the column `name` of the contract. A missing one means "unchanged".
    pub fn has(&self, name: &str) -> bool {
        COLUMNS.iter().position(|column| column.name == name).is_some_and(|index| self.sheet.has(index))
    }

    /// The sheet: its header, its unknown columns, the cells of the last row.
    pub fn sheet(&self) -> &Sheet<R> {
        &self.sheet
    }
}

fn parse<'a>(fields: &Fields<'a>) -> Result<ParsedAnnotation<'a>, Refusal> {
    let (mut start, mut end) = (fields.position(START)?, fields.position(END)?);
    if !fields.has(START) || !fields.has(END) {
        // A missing column means "unchanged", and half a place is none.
        (start, end) = (None, None);
    }
    match (start, end) {
        (Some(start), Some(end)) if start >= end => {
            return Err(fields.refuse(END, format!("the passage would end at {end} and start at {start}")));
        }
        (Some(_), None) => {
            return Err(fields.refuse(END, "a start without an end; give both, or neither and a quote"));
        }
        (None, Some(_)) => {
            return Err(fields.refuse(START, "an end without a start; give both, or neither and a quote"));
        }
        _ => {}
    }
    Ok(ParsedAnnotation {
        row: fields.row(),
        id: fields.uuid(ID)?,
        document: fields.text(DOCUMENT),
        start,
        end,
        quote: fields.text(QUOTE),
        quote_truncated: fields.flag(QUOTE_TRUNCATED)?,
        code: fields.text(CODE),
        coder: fields.text(CODER),
        note: fields.text(NOTE),
        action: fields.action(ACTION)?,
        created: fields.time(CREATED)?,
        modified: fields.time(MODIFIED)?,
        before: fields.text(BEFORE),
        after: fields.text(AFTER),
        document_sha256: fields.digest(DOCUMENT_SHA256)?,
        lineage: fields.lineage(LINEAGE)?,
    })
}

#[cfg(test)]
#[path = "annotations_tests.rs"]
mod tests;
