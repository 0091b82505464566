//! Reading workbooks of Excel, LibreOffice and others, by content and not by name: each sheet becomes the CSV of its table.
//!
//! The readers are our own, on the archive and XML crates. calamine, the crate for this, is their oracle in tests: it keeps the
//! texts that cells share, and all of an .ods, in memory, expands what a few bytes repeat a million times, and says neither
//! row nor sheet. A workbook is a stranger's file, and each would have needed a second reader in front of it.

mod archive;
mod escapes;
mod formats;
mod limits;
#[cfg(test)]
mod made;
mod ods;
mod package;
mod sheet;
mod spool;
mod strings;
mod typed;
mod workbook;
mod xml;

pub use limits::Limits;
pub use spool::SheetRows;
pub use workbook::{Found, Workbook};
