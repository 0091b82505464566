//! Exports: what a store says, for colleagues and for analysis.
//!
//! Everything is read in one state of the store first, compactly, and written afterwards, so that neither a slow disk nor a
//! reader of a pipe keeps writers waiting. Texts are read again one by one as they are needed: they never change.

mod bundle;
mod rows;
mod table;

pub use bundle::{BundleOptions, BundleOutcome, write_bundle};
pub use rows::Rows;
pub use table::{Unit, write_long, write_wide};

use std::io::Write;

use super::Session;
use crate::error::Result;
use crate::exchange::annotations::AnnotationWriter;
pub use crate::exchange::csv::{Delimiter, WriteOptions};
pub use crate::exchange::table::WideCell;

/// Writes `annotations.csv` for the chosen annotations. Returns how many.
///
/// # Errors
/// The store's and the sink's.
pub fn write_annotations<W: Write>(
    session: &Session,
    rows: &Rows,
    sink: W,
    options: WriteOptions,
) -> Result<(u64, W)> {
    let mut writer = AnnotationWriter::new(sink, options)?;
    rows.each(session.reader(), |row| writer.write(row))?;
    Ok((writer.rows(), writer.finish()?))
}
