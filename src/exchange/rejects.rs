//! The rows that were refused, to be mended and imported again.

use std::io::Write;

use super::csv::scanner::Cells;
use super::csv::{CellWriter, Refusal, WriteOptions};
use crate::error::Result;

/// Writes refused rows as they were, with the columns `row` and `reason` after them.
///
/// The cells are original, guard and all, so nothing is guarded again; reading passes over the two columns as
/// unknown ones. A row with more cells than the header is cut to it, and one with fewer is filled.
pub struct RejectsWriter<W> {
    cells: CellWriter<W>,
    width: usize,
}

impl<W: Write> RejectsWriter<W> {
    /// A writer of rows of a file with `header`.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions, header: &[String]) -> Result<Self> {
        let names = header.iter().map(String::as_str).chain(["row", "reason"]);
        let cells = CellWriter::new(sink, WriteOptions { guard: false, ..options }, names)?;
        Ok(RejectsWriter { cells, width: header.len() })
    }

    /// Writes one refused row.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write(&mut self, row: Cells<'_>, refusal: &Refusal) -> Result<()> {
        for index in 0..self.width {
            self.cells.token(row.get(index).unwrap_or(""));
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
