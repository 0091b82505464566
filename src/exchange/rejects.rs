//! The rows that were refused, to be mended and imported again.

use std::io::Write;

use super::csv::{CellSink, CellWriter, Cells, Refusal, WriteOptions, guard, unguard};
use crate::error::Result;

/// The columns after those of the refused file.
const ADDED: [&str; 2] = ["row", "reason"];

/// Writes refused rows as they were, with the columns `row` and `reason` after them.
///
/// The cells read back as they were read; reading passes over the two columns as unknown ones. With a guard they are guarded even
/// where the refused file was not: a spreadsheet will open it. A row with more cells than the header is cut to it, and one with fewer is filled.
pub struct RejectsWriter<W> {
    cells: CellWriter<W>,
    /// Where the columns that are written stand in the refused file.
    kept: Vec<usize>,
    guard: bool,
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
        let plain =
            |name: &str| if options.guard { guard(unguard(name)).into_owned() } else { name.to_owned() };
        let names: Vec<String> = kept.iter().map(|index| plain(&header[*index])).collect();
        let names = names.iter().map(String::as_str).chain(ADDED);
        let cells = CellWriter::new(sink, options, names)?;
        Ok(RejectsWriter { cells, kept, guard: options.guard })
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
            let cell = cell(*index).unwrap_or("");
            match self.guard {
                true => self.cells.text(unguard(cell)),
                false => self.cells.token(cell),
            }
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
