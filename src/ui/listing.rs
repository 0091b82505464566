//! The one shape of every listing: columns, rows, and seven ways to write them.
//!
//! `table` is for eyes, `markdown` and `latex` are for papers, and all three may change; `plain`, `csv`, `json` and `jsonl` are for programs: their keys and
//! values are contracts. All but `table` write each row as it comes, so that 100,000 rows take no memory.

mod looks;
mod markup;
mod table;

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Ui, out_error};
use crate::domain::guard::guard;
use crate::error::{Error, Result};
use markup::Markup;
use table::Table;

pub use looks::Look;

/// How a listing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Aligned columns with a header, for eyes.
    #[default]
    Table,
    /// Tab-separated, no header; tabs and line ends in values become spaces.
    Plain,
    /// RFC 4180 with a header of keys; lines end in LF, since a pipe of Unix tools reads them. Texts are guarded as in every
    /// table of ours (`docs/csv.md`), since a spreadsheet may be what opens it; numbers are numbers, negative ones too. What
    /// wants texts exactly takes `json`, `jsonl` or `plain`.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// A table of Markdown.
    Markdown,
    /// A table of LaTeX, with the rules of booktabs.
    Latex,
}

impl Format {
    /// Whether people read it, for whom rows of zeros and long headings are left out, and not programs.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Table | Format::Markdown | Format::Latex)
    }
}

/// On which side a column of a table is flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// One column of a listing.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name in CSV and JSON: a contract.
    pub key: Cow<'static, str>,
    /// The name in a table.
    pub title: Cow<'static, str>,
    /// On which side it is flush in a table.
    pub align: Align,
    /// Decimals of numbers with a fraction in a table; the formats for programs write all digits.
    pub decimals: usize,
    /// What a table on a screen draws with the numbers.
    pub look: Look,
}

impl Column {
    /// A column of text, flush left.
    pub fn text(key: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Column {
        Column { key: key.into(), title: title.into(), align: Align::Left, decimals: 2, look: Look::Plain }
    }

    /// A column of numbers, flush right.
    pub fn number(key: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Column {
        Column { align: Align::Right, ..Column::text(key, title) }
    }

    /// The same column with `decimals` decimals in a table.
    #[must_use]
    pub fn decimals(self, decimals: usize) -> Column {
        Column { decimals, ..self }
    }

    /// The same column, drawn as `look` says where a table is on a screen.
    #[must_use]
    pub fn look(self, look: Look) -> Column {
        Column { look, ..self }
    }
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Text of any origin: it is made harmless where it must be.
    Text(Cow<'a, str>),
    /// A whole number.
    Int(i64),
    /// A number with a fraction; what is not finite is written as nothing.
    Float(f64),
    /// `true` or `false`; `yes` or nothing in a table.
    Bool(bool),
    /// Several texts: an array in JSON, joined by `; ` elsewhere.
    List(Vec<Cow<'a, str>>),
    /// Nothing.
    Null,
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Cell::Int(i64::from(number))
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Int(number)
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Cell::Float(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(truth: bool) -> Self {
        Cell::Bool(truth)
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null, Into::into)
    }
}

impl Cell<'_> {
    /// The value as `plain` and `csv` write it.
    fn exact(&self) -> Cow<'_, str> {
        match self {
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Int(number) => Cow::Owned(number.to_string()),
            Cell::Float(number) if number.is_finite() => Cow::Owned(number.to_string()),
            Cell::Bool(true) => Cow::Borrowed("true"),
            Cell::Bool(false) => Cow::Borrowed("false"),
            Cell::List(texts) => Cow::Owned(texts.join("; ")),
            Cell::Float(_) | Cell::Null => Cow::Borrowed(""),
        }
    }

    /// The value as people read it: with `decimals` decimals, and without words for what is not so.
    fn rounded(&self, decimals: usize) -> Cow<'_, str> {
        match self {
            Cell::Float(number) if number.is_finite() => Cow::Owned(format!("{number:.decimals$}")),
            Cell::Bool(truth) => Cow::Borrowed(if *truth { "yes" } else { "" }),
            other => other.exact(),
        }
    }
}

/// A listing being written to standard output. [`Listing::finish`] must end it.
#[must_use = "a listing that is not finished is not written"]
pub struct Listing<'a> {
    columns: Vec<Column>,
    rows: u64,
    sink: Sink<'a>,
    /// One row, written at once and used again.
    buffer: Vec<u8>,
}

enum Sink<'a> {
    Table {
        ui: &'a mut Ui,
        table: Table,
    },
    Plain(&'a mut dyn Write),
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    /// `keys` are the quoted names with their colons, made once.
    Json {
        out: &'a mut dyn Write,
        keys: Vec<Vec<u8>>,
        lines: bool,
    },
    Markup {
        out: &'a mut dyn Write,
        markup: Markup,
    },
}

impl<'a> Sink<'a> {
    fn begin_markup(ui: &'a mut Ui, markup: Markup, columns: &[Column]) -> Result<Self> {
        let out = ui.out();
        out.write_all(markup.heading(columns).as_bytes()).map_err(out_error)?;
        Ok(Sink::Markup { out, markup })
    }
}

impl<'a> Listing<'a> {
    /// Begins a listing of `columns` in `format`.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn new(ui: &'a mut Ui, format: Format, columns: &[Column]) -> Result<Listing<'a>> {
        let sink = match format {
            Format::Table => Sink::Table { ui, table: Table::default() },
            Format::Plain => Sink::Plain(ui.out()),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(ui.out());
                let keys = columns.iter().map(|column| guard(&column.key).into_owned().into_bytes());
                writer.write_record(keys).map_err(csv_error)?;
                Sink::Csv(Box::new(writer))
            }
            Format::Json | Format::Jsonl => {
                let keys = columns.iter().map(|column| quoted_key(&column.key)).collect::<Result<_>>()?;
                Sink::Json { out: ui.out(), keys, lines: format == Format::Jsonl }
            }
            Format::Markdown => Sink::begin_markup(ui, Markup::Markdown, columns)?,
            Format::Latex => Sink::begin_markup(ui, Markup::Latex, columns)?,
        };
        Ok(Listing { columns: columns.to_vec(), rows: 0, sink, buffer: Vec::new() })
    }

    /// Writes one row; `cells` are in the order of the columns.
    ///
    /// # Errors
    /// When standard output cannot be written, or a row has more or fewer cells than there are columns.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if cells.len() != self.columns.len() {
            return Err(Error::internal(format!(
                "a row of {} cells in a listing of {} columns",
                cells.len(),
                self.columns.len()
            )));
        }
        self.buffer.clear();
        match &mut self.sink {
            Sink::Table { table, ui } => table.push(ui, &self.columns, cells)?,
            Sink::Plain(out) => {
                for (at, cell) in cells.iter().enumerate() {
                    if at > 0 {
                        self.buffer.push(b'\t');
                    }
                    push_plain(&mut self.buffer, cell);
                }
                self.buffer.push(b'\n');
                out.write_all(&self.buffer).map_err(out_error)?;
            }
            Sink::Csv(writer) => {
                for cell in cells {
                    let exact = cell.exact();
                    let field = match cell {
                        Cell::Text(_) | Cell::List(_) => guard(&exact),
                        _ => Cow::Borrowed(&*exact),
                    };
                    writer.write_field(field.as_bytes()).map_err(csv_error)?;
                }
                writer.write_record(None::<&[u8]>).map_err(csv_error)?;
            }
            Sink::Json { out, keys, lines } => {
                if !*lines {
                    self.buffer.extend_from_slice(if self.rows == 0 { b"[\n  " } else { b",\n  " });
                }
                self.buffer.push(b'{');
                for (at, (key, cell)) in keys.iter().zip(cells).enumerate() {
                    if at > 0 {
                        self.buffer.push(b',');
                    }
                    self.buffer.extend_from_slice(key);
                    push_json(&mut self.buffer, cell)?;
                }
                self.buffer.push(b'}');
                if *lines {
                    self.buffer.push(b'\n');
                }
                out.write_all(&self.buffer).map_err(out_error)?;
            }
            Sink::Markup { out, markup } => {
                out.write_all(markup.row(&self.columns, cells).as_bytes()).map_err(out_error)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Rows written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Writes what is left: the table, the end of the array or of the markup. Returns the number of rows.
    ///
    /// A table without rows is nothing at all: the caller says so on standard error.
    ///
    /// # Errors
    /// When standard output cannot be written.
    pub fn finish(self) -> Result<u64> {
        let end: &[u8] = if self.rows == 0 { b"[]\n" } else { b"\n]\n" };
        match self.sink {
            Sink::Table { ui, mut table } => table.write(ui, &self.columns)?,
            Sink::Csv(mut writer) => writer.flush().map_err(out_error)?,
            Sink::Json { out, lines: false, .. } => out.write_all(end).map_err(out_error)?,
            Sink::Markup { out, markup } => out.write_all(markup.end().as_bytes()).map_err(out_error)?,
            Sink::Plain(_) | Sink::Json { .. } => {}
        }
        Ok(self.rows)
    }
}

fn push_plain(buffer: &mut Vec<u8>, cell: &Cell<'_>) {
    let start = buffer.len();
    match cell {
        // Numbers are the bulk of many listings: they need no string of their own.
        Cell::Int(number) => write!(buffer, "{number}").expect("writing to memory cannot fail"),
        other => buffer.extend_from_slice(other.exact().as_bytes()),
    }
    for byte in &mut buffer[start..] {
        if matches!(byte, b'\t' | b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

fn push_json(buffer: &mut Vec<u8>, cell: &Cell<'_>) -> Result<()> {
    match cell {
        Cell::Text(text) => serde_json::to_writer(buffer, text),
        Cell::Int(number) => serde_json::to_writer(buffer, number),
        // serde_json writes what is not finite as null.
        Cell::Float(number) => serde_json::to_writer(buffer, number),
        Cell::Bool(truth) => serde_json::to_writer(buffer, truth),
        Cell::List(texts) => serde_json::to_writer(buffer, texts),
        Cell::Null => serde_json::to_writer(buffer, &()),
    }
    .map_err(|source| Error::internal("a value has no JSON form").caused_by(source))
}

fn quoted_key(key: &str) -> Result<Vec<u8>> {
    let mut quoted = serde_json::to_vec(key)
        .map_err(|source| Error::internal("a key has no JSON form").caused_by(source))?;
    quoted.push(b':');
    Ok(quoted)
}

fn csv_error(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(source) => out_error(source),
        other => out_error(io::Error::other(format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests;
