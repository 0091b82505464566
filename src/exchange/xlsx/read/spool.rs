//! The rows of one sheet, put down as the CSV of its table.

use std::io::{Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::limits::Limits;
use crate::error::{Error, Result};
use crate::exchange::csv::Delimiter;

/// A sheet that is larger than this goes to a temporary file, in bytes.
const IN_MEMORY: usize = 1 << 20;

/// The rows of a sheet being read: cells come in one by one, rows of CSV go out.
///
/// A row of the sheet is a row of the CSV, blank ones too, so that the numbers in messages are those of the sheet. Every row
/// is as wide as the header; of cells beyond it one stands for all, which is enough to have the row refused.
pub(super) struct Spool {
    file: SpooledTempFile,
    gathered: Vec<u8>,
    header: Option<Vec<String>>,
    /// The number of the next row, from 1.
    next: u64,
    rows: u64,
    /// The cells of the row that are not blank: column, and the end of its text.
    cells: Vec<(u32, usize)>,
    text: String,
}

/// A sheet that was read: its name, its header and its rows.
pub struct SheetRows {
    /// The sheet's name.
    pub name: String,
    /// The names of its columns, trimmed; empty when the sheet is blank.
    pub header: Vec<String>,
    /// How many rows below the header are not blank.
    pub rows: u64,
    /// The sheet as CSV: UTF-8, commas, the rows of the sheet in their places.
    pub csv: SpooledTempFile,
}

impl Spool {
    pub(super) fn new() -> Self {
        Spool {
            file: SpooledTempFile::new(IN_MEMORY),
            // With a byte-order mark in front, no text at the beginning is taken for one.
            gathered: "\u{FEFF}".as_bytes().to_vec(),
            header: None,
            next: 1,
            rows: 0,
            cells: Vec::new(),
            text: String::new(),
        }
    }

    /// The names of the columns, once the first row that is not blank has ended.
    pub(super) fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// The cell in `column` (from 0) of the row at work. Cells of one row may come in any order.
    pub(super) fn cell(&mut self, column: u32, text: &str) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.cells.push((column, self.text.len()));
        }
    }

    /// How many bytes of text the row at work has.
    pub(super) fn row_length(&self) -> usize {
        self.text.len()
    }

    /// Ends row `number` (from 1), which stands `times` times in the sheet. `left` is how much text may still be put down.
    ///
    /// # Errors
    /// Refuses rows that come out of order, two cells in one place, and text beyond `left`; the temporary file failed.
    pub(super) fn end_row(&mut self, number: u32, times: u32, left: &mut u64) -> Result<()> {
        if self.cells.is_empty() {
            return Ok(());
        }
        if u64::from(number) < self.next {
            return Err(Error::refused(format!("row {number} comes after row {}", self.next - 1)));
        }
        let mut start = 0;
        let mut cells: Vec<(u32, &str)> = Vec::with_capacity(self.cells.len());
        for (column, end) in &self.cells {
            cells.push((*column, &self.text[start..*end]));
            start = *end;
        }
        cells.sort_by_key(|(column, _)| *column);
        if cells.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::refused(format!("row {number} has two cells in one column")));
        }
        let gap = u64::from(number) - self.next;
        (0..gap).for_each(|_| self.gathered.extend_from_slice(b"\r\n"));
        let mut first = 0;
        if self.header.is_none() {
            // A left-over of a CSV file, which its reader would not count as a row.
            if matches!(cells.as_slice(), [(0, line)] if Delimiter::declared_by(line).is_some()) {
                self.gathered.extend_from_slice(b"\r\n");
                self.next = u64::from(number) + 1;
                self.clear();
                return Ok(());
            }
            let width = cells.last().map_or(0, |(column, _)| *column + 1);
            let mut header = vec![String::new(); width as usize];
            cells.iter().for_each(|(column, name)| header[*column as usize] = name.trim().to_owned());
            self.header = Some(header);
            push_row(&mut self.gathered, &cells, width);
            first = 1;
        }
        let width = self.header.as_ref().map_or(0, |header| header.len() as u32);
        for _ in first..times {
            let before = self.gathered.len();
            push_row(&mut self.gathered, &cells, width);
            self.rows += 1;
            let length = (self.gathered.len() - before) as u64;
            *left = left.checked_sub(length).ok_or_else(too_much_text)?;
            if self.gathered.len() >= IN_MEMORY / 4 {
                drain(&mut self.file, &mut self.gathered)?;
            }
        }
        self.next = u64::from(number) + u64::from(times);
        self.clear();
        Ok(())
    }

    /// The sheet `name` as it was read.
    ///
    /// # Errors
    /// The temporary file failed.
    pub(super) fn finish(mut self, name: String) -> Result<SheetRows> {
        drain(&mut self.file, &mut self.gathered)?;
        self.file.seek(SeekFrom::Start(0)).map_err(no_room)?;
        Ok(SheetRows { name, header: self.header.unwrap_or_default(), rows: self.rows, csv: self.file })
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
    }
}

fn push_row(into: &mut Vec<u8>, cells: &[(u32, &str)], width: u32) {
    let mut at = 0;
    let within = cells.iter().take_while(|(column, _)| *column < width).count();
    for (column, text) in &cells[..within] {
        (at..*column).for_each(|_| into.push(b','));
        push_cell(into, text);
        at = *column;
    }
    (at + 1..width).for_each(|_| into.push(b','));
    if let Some((_, text)) = cells.get(within) {
        into.push(b',');
        push_cell(into, text);
    }
    into.extend_from_slice(b"\r\n");
}

fn push_cell(into: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if memchr::memchr3(b',', b'"', b'\n', bytes).is_none() && memchr::memchr(b'\r', bytes).is_none() {
        into.extend_from_slice(bytes);
        return;
    }
    into.push(b'"');
    for (index, piece) in bytes.split(|byte| *byte == b'"').enumerate() {
        if index > 0 {
            into.extend_from_slice(b"\"\"");
        }
        into.extend_from_slice(piece);
    }
    into.push(b'"');
}

fn drain(file: &mut SpooledTempFile, gathered: &mut Vec<u8>) -> Result<()> {
    file.write_all(gathered).map_err(no_room)?;
    gathered.clear();
    Ok(())
}

/// The temporary file failed.
pub(super) fn no_room(cause: std::io::Error) -> Error {
    Error::io("can't write a temporary file", cause).hint("name a folder with room by TMPDIR")
}

fn too_much_text() -> Error {
    Error::refused("the workbook's cells hold more text than is read")
        .hint("save its sheets as CSV and `postil import csv` them")
}

/// Whether a place is within a sheet.
pub(super) fn is_place(row: u32, column: u32) -> bool {
    (1..=Limits::ROWS).contains(&row) && column < Limits::COLUMNS
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn read(spool: Spool) -> (Vec<String>, u64, String) {
        let mut sheet = spool.finish("s".to_owned()).unwrap();
        let mut csv = String::new();
        sheet.csv.read_to_string(&mut csv).unwrap();
        (sheet.header, sheet.rows, csv)
    }

    /// A row: its number, how often it stands there, its cells.
    type Made<'a> = (u32, u32, &'a [(u32, &'a str)]);

    fn spooled(rows: &[Made<'_>]) -> Result<Spool> {
        let mut spool = Spool::new();
        let mut left = 1_000;
        for (number, times, cells) in rows {
            cells.iter().for_each(|(column, text)| spool.cell(*column, text));
            spool.end_row(*number, *times, &mut left)?;
        }
        Ok(spool)
    }

    #[test]
    fn rows_keep_their_numbers_and_have_the_width_of_the_header() {
        let spool = spooled(&[
            (2, 1, &[(0, " id "), (2, "note")]),
            (3, 1, &[(2, "a,\"b\"\nc")]),
            (4, 5, &[]),
            (9, 2, &[(2, "z"), (0, "y")]),
            (11, 1, &[(0, "q"), (7, "beyond"), (9, "more")]),
        ]);
        let (header, rows, csv) = read(spool.unwrap());
        assert_eq!(header, ["id", "", "note"]);
        assert_eq!(rows, 4);
        assert_eq!(
            csv,
            "\u{FEFF}\r\n id ,,note\r\n,,\"a,\"\"b\"\"\nc\"\r\n\r\n\r\n\r\n\r\n\r\ny,,z\r\ny,,z\r\nq,,,beyond\r\n"
        );
    }

    #[test]
    fn the_line_that_names_a_delimiter_is_a_row_like_any_other() {
        let (header, _, csv) = read(spooled(&[(1, 1, &[(0, "sep=;")]), (2, 1, &[(0, "id")])]).unwrap());
        assert_eq!((header, csv.as_str()), (vec!["id".to_owned()], "\u{FEFF}\r\nid\r\n"));
    }

    #[test]
    fn a_sheet_without_a_cell_is_blank() {
        assert_eq!(read(spooled(&[(1, 1_048_576, &[])]).unwrap()), (vec![], 0, "\u{FEFF}".to_owned()));
    }

    #[test]
    fn rows_out_of_order_doubled_cells_and_endless_repetition_are_refused() {
        let refused = |rows| spooled(rows).map(|_| ()).unwrap_err().message().to_owned();
        assert_eq!(refused(&[(5, 1, &[(0, "id")]), (5, 1, &[(0, "x")])]), "row 5 comes after row 5");
        assert_eq!(refused(&[(1, 1, &[(3, "a"), (0, "id"), (3, "b")])]), "row 1 has two cells in one column");
        let many: &[(u32, &str)] = &[(0, "text")];
        assert!(refused(&[(1, 1, &[(0, "id")]), (2, 1_048_575, many)]).contains("more text than is read"));
    }
}
