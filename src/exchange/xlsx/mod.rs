//! Workbooks: the tables of the contract as the sheets of one spreadsheet file.
//!
//! A sheet holds the very cells of the CSV file of its table, guard and all, so that who saves it as CSV and imports that
//! has lost nothing. What is read is turned into that CSV again: there is one importer.

pub mod read;
pub mod read_me;
pub mod table;
pub mod write;

pub use read::{Found, Limits, SheetRows, Workbook};
pub use read_me::ReadMe;
pub use table::Table;
pub use write::{Book, LeftOut, Lists, MOST_ROWS, Page, guarded};
