//! One sheet being written, cell by cell.

use std::collections::HashMap;
use std::fmt;

use rust_xlsxwriter::{Format, IgnoreError, Worksheet};
use uuid::Uuid;

use super::super::super::csv::{CellSink, guard, time, unguard};
use super::super::table::{Table, header_of};
use super::looks::{self, Audience, Look, look_of};
use super::{Lists, MOST_ROWS, failed};
use crate::domain::Digest;
use crate::error::Result;

/// The longest cell that a spreadsheet holds, in UTF-16 units.
const LONGEST_CELL: usize = 32_767;

/// A record that no sheet can hold. A row that is missing means nothing to an import, so leaving it out harms nothing,
/// while a text that was cut would come back as an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The sheet.
    pub sheet: &'static str,
    /// What people call the record.
    pub record: String,
    /// The column of the cell that cannot be written.
    pub column: String,
    /// Why.
    pub why: Unwritable,
}

/// Why a cell cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwritable {
    /// It has this many UTF-16 units, more than a cell holds.
    TooLong(usize),
    /// It has a character that XML forbids and that spreadsheets have no escape for.
    NoCharacter(char),
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LeftOut { sheet, record, column, why } = self;
        write!(f, "{sheet}, `{record}`, column `{column}`: ")?;
        match why {
            Unwritable::TooLong(units) => {
                write!(f, "{units} characters, and a cell holds {LONGEST_CELL}")
            }
            Unwritable::NoCharacter(letter) => {
                write!(f, "the character U+{:04X}, which a workbook cannot hold", u32::from(*letter))
            }
        }
    }
}

/// A sheet being written.
pub struct Page<'a> {
    sheet: &'a mut Worksheet,
    table: Table,
    left_out: &'a mut Vec<LeftOut>,
    header: Vec<String>,
    /// The columns whose texts go on in further lines, and their widths.
    wrapping: Vec<(usize, u16)>,
    /// Cells in the colours of codes, by colour.
    painted: HashMap<String, Format>,
    /// The cells of the row, one after the other, and where each ends.
    cells: String,
    ends: Vec<usize>,
    rows: u32,
}

impl<'a> Page<'a> {
    /// A sheet with its header, its looks and its lists. `wraps` says whether long texts go on in further lines.
    pub(super) fn begin(
        sheet: &'a mut Worksheet,
        left_out: &'a mut Vec<LeftOut>,
        (table, part): (Table, usize),
        attributes: &[String],
        lists: &Lists,
        wraps: bool,
    ) -> Result<Self> {
        let header = header_of(table, attributes);
        let looks: Vec<Look> = header.iter().map(|name| look_of(table, name)).collect();
        let mut dress = || {
            sheet.set_name(table.part_name(part))?;
            sheet.set_freeze_panes(1, 0)?;
            // On paper: as wide as the page, the header on each.
            sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
            for (index, (name, look)) in (0..).zip(header.iter().zip(&looks)) {
                sheet.set_column_width(index, look.width)?;
                sheet.set_column_format(index, &looks::cells(*look, wraps))?;
                sheet.write_string_with_format(0, index, name, &looks::header())?;
                lists.offer(sheet, table, name, index)?;
                if table == Table::Annotations && name == "code" {
                    lists.paint(sheet, index)?;
                }
            }
            fold_away(sheet, &looks)?;
            // Else every position has a green corner: "number stored as text".
            let last = looks.len() as u16 - 1;
            sheet.ignore_error_range(0, 0, MOST_ROWS as u32, last, IgnoreError::NumberStoredAsText)?;
            Ok(())
        };
        dress().map_err(failed)?;
        Ok(Page {
            sheet,
            table,
            left_out,
            wrapping: looks
                .iter()
                .enumerate()
                .filter(|(_, look)| look.wraps && wraps)
                .map(|(index, look)| (index, look.width))
                .collect(),
            header,
            painted: HashMap::new(),
            cells: String::new(),
            ends: Vec::new(),
            rows: 0,
        })
    }

    /// Ends the row. One that no sheet can hold is noted and left out.
    ///
    /// # Errors
    /// The temporary file failed.
    pub fn end_row(&mut self) -> Result<()> {
        match self.unwritable() {
            Some(record) => self.left_out.push(record),
            None => {
                self.rows += 1;
                self.write_row()?;
            }
        }
        self.cells.clear();
        self.ends.clear();
        Ok(())
    }

    /// Ends the sheet. Returns how many rows it has below its header.
    ///
    /// # Errors
    /// None but a bug of our own.
    pub fn finish(self) -> Result<u64> {
        let last = self.header.len() as u16 - 1;
        self.sheet.autofilter(0, 0, self.rows.max(1), last).map_err(failed)?;
        Ok(self.rows.into())
    }

    fn cell(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.cells[start..self.ends[index]]
    }

    fn write_row(&mut self) -> Result<()> {
        let paint = self.paint();
        let lines =
            self.wrapping.iter().map(|(index, width)| looks::lines_of(self.cell(*index), *width)).max();
        if let Some(lines) = lines.filter(|lines| *lines > 1) {
            self.sheet.set_row_height(self.rows, looks::height_of(lines)).map_err(failed)?;
        }
        for index in 0..self.ends.len() {
            let cell = self.cell(index);
            // What is blank has the format of its column.
            if cell.is_empty() {
                continue;
            }
            let (row, column, cell) = (self.rows, index as u16, cell.to_owned());
            let written = match paint.as_ref().filter(|(columns, _)| columns.contains(&index)) {
                Some((_, color)) => {
                    self.sheet.write_string_with_format(row, column, cell, &self.painted[color])
                }
                None => self.sheet.write_string(row, column, cell),
            };
            written.map_err(failed)?;
        }
        Ok(())
    }

    /// The cells of a code that are shown in its colour: its path and the colour itself.
    fn paint(&mut self) -> Option<([usize; 2], String)> {
        const CELLS: [usize; 2] = [1, 2];
        if self.table != Table::Codes {
            return None;
        }
        let color = self.cell(CELLS[1]).to_owned();
        if !self.painted.contains_key(&color) {
            let format = looks::painted(looks::text(), &color)?;
            self.painted.insert(color.clone(), format);
        }
        Some((CELLS, color))
    }

    /// Why the row cannot be written, if it cannot.
    fn unwritable(&self) -> Option<LeftOut> {
        let (index, why) = (0..self.ends.len()).find_map(|index| {
            let cell = self.cell(index);
            let long = || Some(cell.encode_utf16().count()).filter(|units| *units > LONGEST_CELL);
            let too_long = if cell.len() > LONGEST_CELL { long() } else { None };
            // The other control characters have an escape, `_x0001_`; rust_xlsxwriter knows none for these two.
            let forbidden = || cell.chars().find(|letter| matches!(letter, '\u{fffe}' | '\u{ffff}'));
            let why =
                too_long.map(Unwritable::TooLong).or_else(|| forbidden().map(Unwritable::NoCharacter))?;
            Some((index, why))
        })?;
        let text = |index: usize| unguard(self.cell(index));
        let record = match self.table {
            Table::Annotations => format!("{}:{}-{}", text(1), text(2), text(3)),
            Table::Memos if text(2).is_empty() => format!("{} by {}", text(1), text(3)),
            Table::Memos => format!("{} {} by {}", text(1), text(2), text(3)),
            _ => text(1).chars().take(80).collect(),
        };
        Some(LeftOut { sheet: self.table.name(), record, column: self.header[index].clone(), why })
    }

    fn end_cell(&mut self) {
        self.ends.push(self.cells.len());
    }
}

/// Folds away the columns that are not for people.
fn fold_away(sheet: &mut Worksheet, looks: &[Look]) -> Result<(), rust_xlsxwriter::XlsxError> {
    let mut column = 0;
    for run in looks.chunk_by(|one, other| one.audience == other.audience) {
        let next = column + run.len() as u16;
        if run[0].audience == Audience::Import {
            sheet.group_columns_collapsed(column, next - 1)?;
        }
        column = next;
    }
    Ok(())
}

impl CellSink for Page<'_> {
    fn text(&mut self, value: &str) {
        let guarded = guard(value);
        let mut lines = guarded.split('\r');
        self.cells.push_str(lines.next().unwrap_or(""));
        for line in lines {
            self.cells.push('\n');
            self.cells.push_str(line.strip_prefix('\n').unwrap_or(line));
        }
        self.end_cell();
    }

    fn token(&mut self, value: &str) {
        self.cells.push_str(value);
        self.end_cell();
    }

    fn blank(&mut self) {
        self.end_cell();
    }

    fn uuid(&mut self, id: Uuid) {
        self.cells.push_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        self.end_cell();
    }

    fn number(&mut self, number: u64) {
        self.cells.push_str(&number.to_string());
        self.end_cell();
    }

    fn time(&mut self, milliseconds: i64) {
        if let Some(text) = time::format(milliseconds) {
            text.iter().for_each(|byte| self.cells.push(char::from(*byte)));
        }
        self.end_cell();
    }

    fn digest(&mut self, digest: &Digest) {
        self.cells.push_str(&digest.to_string());
        self.end_cell();
    }
}
