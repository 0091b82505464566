//! Exports: what a store says, for colleagues and for analysis.
//!
//! Everything is read in one state of the store first, compactly, and written afterwards, so that neither a slow disk nor a
//! reader of a pipe keeps writers waiting. Texts are read again one by one as they are needed: they never change.

mod bundle;
mod rows;
mod table;
mod tables;
mod text_names;
mod workbook;

pub use bundle::{BundleOptions, BundleOutcome, write_bundle};
pub use rows::Rows;
pub use table::{Unit, write_long, write_wide};
pub use workbook::{WorkbookOutcome, write_workbook};

use std::io::Write;

use super::Session;
use crate::error::{Error, Result};
use crate::exchange::annotations::AnnotationWriter;
pub use crate::exchange::csv::{Delimiter, WriteOptions};
pub use crate::exchange::table::WideCell;
pub use crate::exchange::xlsx::LeftOut;

/// The table of annotations in a bundle, or its first part.
pub const ANNOTATIONS: &str = "annotations.csv";

/// The most rows of one file below its header: a spreadsheet shows 1,048,576 and drops the rest in silence.
pub const MOST_ROWS: u64 = crate::exchange::xlsx::MOST_ROWS;

/// The name of a part of a table: `FILE.csv`, `FILE-2.csv`, `FILE-3.csv`…
pub fn part_name(first: &str, part: usize) -> String {
    match (part, first.rsplit_once('.')) {
        (1, _) => first.to_owned(),
        (_, Some((stem, extension))) => format!("{stem}-{part}.{extension}"),
        (_, None) => format!("{first}-{part}"),
    }
}

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
    let mut sink = Some(sink);
    let begin = |_| sink.take().ok_or_else(|| Error::internal("a table in one part has one sink"));
    let mut parts = write_parts(session, rows, begin, options, u64::MAX)?;
    parts.pop().ok_or_else(|| Error::internal("a table has a part"))
}

/// Writes the chosen annotations in parts of at most `most` rows, each with its header. `begin` is given the number of a
/// part, from 1. Returns how many rows each part has.
///
/// # Errors
/// The store's, those of `begin`, and the sinks'.
pub fn write_parts<W: Write>(
    session: &Session,
    rows: &Rows,
    mut begin: impl FnMut(usize) -> Result<W>,
    options: WriteOptions,
    most: u64,
) -> Result<Vec<(u64, W)>> {
    let mut parts = Vec::new();
    let mut writer = Some(AnnotationWriter::new(begin(1)?, options)?);
    rows.each(session.reader(), |row| {
        if let Some(full) = writer.take_if(|writer| writer.rows() == most) {
            parts.push((full.rows(), full.finish()?));
        }
        let current = match &mut writer {
            Some(current) => current,
            None => writer.insert(AnnotationWriter::new(begin(parts.len() + 1)?, options)?),
        };
        current.write(row)
    })?;
    if let Some(last) = writer {
        parts.push((last.rows(), last.finish()?));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_numbered_before_the_extension() {
        assert_eq!(part_name("annotations.csv", 1), "annotations.csv");
        assert_eq!(part_name("annotations.csv", 2), "annotations-2.csv");
        assert_eq!(part_name("a.b.csv", 3), "a.b-3.csv");
    }
}
