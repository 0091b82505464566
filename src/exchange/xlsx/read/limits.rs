//! How much of a workbook is read before it is taken for a trap.

/// The bounds of one reading. Every number is far above what a spreadsheet program writes of a table of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest file, in bytes.
    pub file: u64,
    /// The most files in its archive.
    pub parts: u64,
    /// How much may come out of the archive in all, in bytes.
    pub inflated: u64,
    /// How many times larger than in the archive a part may be; below [`Limits::FEW`] bytes nobody asks.
    pub ratio: u64,
    /// The longest tag or text of a part, and the largest cell, in bytes.
    pub cell: usize,
    /// How much of a part may go by without a text in it, in bytes: formats alone are no table.
    pub idle: u64,
    /// How much text all cells may hold, in bytes: one text in an archive can stand in a million cells.
    pub text: u64,
    /// The most sheets.
    pub sheets: usize,
}

impl Limits {
    /// A part that is not larger than this is read whatever it was packed to.
    pub const FEW: u64 = 16 << 20;

    /// The deepest nesting of elements. Spreadsheets need a dozen.
    pub const DEPTH: usize = 256;

    /// The rows and columns that a sheet has; nothing is told of cells beyond.
    pub const ROWS: u32 = 1_048_576;
    /// See [`Limits::ROWS`].
    pub const COLUMNS: u32 = 16_384;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            file: 2 << 30,
            parts: 10_000,
            inflated: 4 << 30,
            ratio: 200,
            cell: 16 << 20,
            idle: 640 << 20,
            text: 2 << 30,
            sheets: 1_000,
        }
    }
}
