//! Where the cells of a row go: into CSV, or into the sheet of a workbook.

use uuid::Uuid;

use crate::domain::Digest;

/// A row being written, cell by cell. Every table of the contract writes its records through this, so that a sheet and
/// a file cannot come to differ.
pub trait CellSink {
    /// A cell of free text: guarded, its line breaks folded to LF.
    fn text(&mut self, value: &str);

    /// A cell that no spreadsheet would run: a token, a path of ours, a hash. Never guarded.
    fn token(&mut self, value: &str);

    /// An empty cell.
    fn blank(&mut self);

    /// A UUID with hyphens, which spreadsheets leave alone.
    fn uuid(&mut self, id: Uuid);

    /// A number in decimal.
    fn number(&mut self, number: u64);

    /// A time in milliseconds since 1970; blank outside the years 0 to 9999.
    fn time(&mut self, milliseconds: i64);

    /// A digest in hex.
    fn digest(&mut self, digest: &Digest);
}
