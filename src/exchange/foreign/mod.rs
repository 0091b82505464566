//! Tables of codings that other programs export, known by their headers.
//!
//! Each file here knows one program: its columns, what its positions count and from where, how a row of it reads.
//! Whether a passage stands where its row says is not asked here: that takes the text, and there the words beside the
//! positions decide. The public text is in `docs/csv.md`, "Tables of other programs".

mod header;
mod qualcoder;
mod r_cells;
mod recognise;
mod requal;
mod rqda;
mod stam;
mod taguette;

use std::io::Read;

use super::csv::{Refusal, Row, Sheet};
use crate::domain::units::Unit;
use crate::error::Result;

pub use recognise::{Origin, Program, Recognised, is_foreign, names, recognise};

/// An end of a passage, in the unit of its [`Reading`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Counted from the beginning of the text, which is 0.
    FromStart(u32),
    /// Counted back from its end, which is 0.
    FromEnd(u32),
}

/// One way to read the positions of a row: half-open, in some unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// What the bounds count.
    pub unit: Unit,
    /// Where the passage starts.
    pub start: Bound,
    /// Just past its end.
    pub end: Bound,
}

/// How the words that a program writes beside a passage differ from the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wording {
    /// Not at all.
    #[default]
    Exact,
    /// A line break became a blank.
    Unbroken,
    /// White space became one blank, and a blank stands where markup was.
    WithoutMarkup,
}

/// What a row of another program's table says, in the words of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ForeignRow {
    /// The spreadsheet row; the header is row 1.
    pub row: u64,
    /// The program's own id of the coded passage; rows with the same one are of one passage. May be blank.
    pub mark: String,
    /// What the program calls the document.
    pub document: String,
    /// How its positions may be meant, the likeliest first; none when it has none that can be read.
    pub readings: Vec<Reading>,
    /// Why cells that should hold positions are none. The words may still find the passage.
    pub bad_position: Option<Refusal>,
    /// The words of the passage; blank when the table has none.
    pub quote: String,
    /// The codes, each by its levels, the outermost first. None for a highlight.
    pub codes: Vec<Vec<String>>,
    /// The coder's name; blank when the table has none.
    pub coder: String,
    /// The note; blank for none.
    pub note: String,
    /// What the row says can only be told when the whole table is read: ask [`Table::settle`] then.
    pub doubtful: bool,
}

/// What the columns of a table are called, for messages.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// Of the document.
    pub document: String,
    /// Of the positions.
    pub start: String,
    /// Of the words.
    pub quote: String,
    /// Of the code.
    pub code: String,
    /// Of the coder.
    pub coder: String,
    /// Of the note.
    pub note: String,
    /// Those that nothing is taken from and that hold more than ids.
    pub aside: Vec<String>,
}

/// A table of one program: how its rows read.
pub trait Table {
    /// What it is, with its article: `a highlights table of Taguette`.
    fn title(&self) -> &'static str;

    /// What its columns are called.
    fn columns(&self) -> &Columns;

    /// Whether the program writes the passages of a document in the order of its text.
    fn is_in_text_order(&self) -> bool {
        false
    }

    /// How the words it writes beside a passage differ from the text.
    fn wording(&self) -> Wording {
        Wording::Exact
    }

    /// What `row` says; `None` for one that is of no passage and no loss.
    ///
    /// # Errors
    /// The refusal of the row.
    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal>;

    /// Whether a doubtful row may be believed, now that every row is read.
    ///
    /// # Errors
    /// The refusal of the row.
    fn settle(&self, _row: &ForeignRow) -> Result<(), Refusal> {
        Ok(())
    }

    /// The cells of `row`, each below its own column, as they go into a file of refused rows.
    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        row.cells().iter().map(str::to_owned).collect()
    }
}

/// Reads the table of another program.
pub struct ForeignReader<R> {
    sheet: Sheet<R>,
    table: Box<dyn Table>,
}

impl<R: Read> ForeignReader<R> {
    /// The next row, or its refusal; `None` within for a row that is of no passage, `None` outside at the end.
    ///
    /// # Errors
    /// The source cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Result<Option<ForeignRow>, Refusal>>> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        Ok(Some(row.check_shape().and_then(|()| self.table.read(&row))))
    }

    /// The cells of the row that was read last, each below its own column.
    pub fn last_cells(&self) -> Vec<String> {
        self.sheet.last_row().map(|row| self.table.cells(&row)).unwrap_or_default()
    }

    /// The header as written, trimmed.
    pub fn header(&self) -> &[String] {
        self.sheet.header()
    }

    /// What the table is.
    pub fn table(&self) -> &dyn Table {
        self.table.as_ref()
    }
}

#[cfg(test)]
#[path = "foreign_tests.rs"]
mod tests;
