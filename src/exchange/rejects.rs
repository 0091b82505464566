//! The rows that were refused, to be mended and imported again.

use std::io::Write;

use super::csv::{CellSink, CellWriter, Cells, Refusal, WriteOptions};
use crate::error::Result;

/// The columns after those of the refused file.
const ADDED: [&str; 2] = ["row", "reason"];

/// Writes refused rows as they were, with the columns `row` and `reason` after them.
///
/// The cells are original, guard and all, so nothing is guarded again; reading passes over the two columns as
/// unknown ones. A row with more cells than the header is cut to it, and one with fewer is filled.
pub struct RejectsWriter<W> {
    cells: CellWriter<W>,
    /// Where the columns that are written stand in the refused file.
    kept: Vec<usize>,
}

impl<W: Write> RejectsWriter<W> {
    /// A writer of rows of a file with `header`.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions, header: &[String]) -> Result<Self> {
        // A file of refused rows that is refused again has the two columns already.
        let kept: Vec<usize> =
            (0..header.len()).filter(|index| !ADDED.contains(&header[*index].as_str())).collect();
        let names = kept.iter().map(|index| header[*index].as_str()).chain(ADDED);
        let cells = CellWriter::new(sink, WriteOptions { guard: false, ..options }, names)?;
        Ok(RejectsWriter { cells, kept })
    }

    /// Writes one refused row.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write(&mut self, row: Cells<'_>, refusal: &Refusal) -> Result<()> {
        self.write_with(|index| row.get(index), refusal)
    }

    /// Writes one refused row whose cells were kept.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write_kept(&mut self, row: &[String], refusal: &Refusal) -> Result<()> {
        self.write_with(|index| row.get(index).map(String::as_str), refusal)
    }

    fn write_with<'a>(&mut self, cell: impl Fn(usize) -> Option<&'a str>, refusal: &Refusal) -> Result<()> {
        for index in &self.kept {
            self.cells.token(cell(*index).unwrap_or(""));
        }
        self.cells.number(refusal.row);
        // A reason begins with our own words or `column`, never with what a spreadsheet would run.
        let reason = match &refusal.column {
            Some(column) => format!("column {column}: {}", refusal.reason),
            None => refusal.reason.clone(),
        };
        self.cells.token(&reason);
        self.cells.end_row()
    }

    /// How many rows were written.
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
