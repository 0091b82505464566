//! Tables for analysis, which are not meant to come back: long (a row per annotation) and wide (a column per code).

use std::io::Write;

use super::annotations::{AnnotationRow, shorten};
use super::csv::{CellSink, CellWriter, WriteOptions};
use crate::error::{Error, Result};

/// The columns of a long table before the levels of the code and the attributes of the document.
const LONG: [&str; 10] =
    ["id", "document", "start", "end", "quote", "code", "coder", "note", "created", "modified"];

/// Writes a row per annotation: its columns, its code's path split into `level_1`…`level_n`, and the attributes of
/// its document, so that R, pandas or a pivot table group by any of them.
pub struct LongWriter<W> {
    cells: CellWriter<W>,
    levels: usize,
    attributes: usize,
}

impl<W: Write> LongWriter<W> {
    /// A writer into `sink` that has written the header. `levels` is the depth of the deepest code.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions, levels: usize, attributes: &[&str]) -> Result<Self> {
        let level_names: Vec<String> = (1..=levels).map(|level| format!("level_{level}")).collect();
        let header =
            LONG.into_iter().chain(level_names.iter().map(String::as_str)).chain(attributes.iter().copied());
        Ok(LongWriter {
            cells: CellWriter::new(sink, options, header)?,
            levels,
            attributes: attributes.len(),
        })
    }

    /// Writes one annotation with its document's `attributes`, in the order of the header.
    ///
    /// # Errors
    /// The sink failed; and our own bug when the code is deeper than the header or the attributes are not as many.
    pub fn write(&mut self, annotation: &AnnotationRow<'_>, attributes: &[&str]) -> Result<()> {
        let names = || annotation.code.split('/').filter(|name| !name.is_empty());
        if attributes.len() != self.attributes || names().count() > self.levels {
            return Err(Error::internal(format!("a row of `{}` does not fit its header", annotation.code)));
        }
        let cells = &mut self.cells;
        cells.uuid(annotation.id);
        cells.text(annotation.document);
        cells.number(annotation.start.into());
        cells.number(annotation.end.into());
        cells.text(&shorten(annotation.quote));
        for text in [annotation.code, annotation.coder, annotation.note] {
            cells.text(text);
        }
        cells.time(annotation.created);
        cells.time(annotation.modified);
        let mut names = names();
        for _ in 0..self.levels {
            cells.text(names.next().unwrap_or(""));
        }
        for value in attributes {
            cells.text(value);
        }
        cells.end_row()
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(self) -> Result<W> {
        self.cells.finish()
    }
}

/// What the cells of a wide table say of a code on a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WideCell {
    /// `1` where the code is there at all, else `0`: what a regression or a co-occurrence wants.
    Presence,
    /// How often it is there.
    Count,
}

/// Writes a row per unit (a passage, a paragraph, a document) and a column per code.
pub struct WideWriter<W> {
    cells: CellWriter<W>,
    cell: WideCell,
    unit_columns: usize,
    codes: usize,
}

impl<W: Write> WideWriter<W> {
    /// A writer into `sink` that has written the header: what names a unit, then the codes by path.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(
        sink: W,
        options: WriteOptions,
        unit_columns: &[&str],
        codes: &[&str],
        cell: WideCell,
    ) -> Result<Self> {
        let header = unit_columns.iter().chain(codes).copied();
        let cells = CellWriter::new(sink, options, header)?;
        Ok(WideWriter { cells, cell, unit_columns: unit_columns.len(), codes: codes.len() })
    }

    /// Writes one unit with the `counts` of every code, in the order of the header.
    ///
    /// # Errors
    /// The sink failed; and our own bug when the row does not fit the header.
    pub fn write(&mut self, unit: &[&str], counts: &[u64]) -> Result<()> {
        if unit.len() != self.unit_columns || counts.len() != self.codes {
            return Err(Error::internal("a row of the wide table does not fit its header"));
        }
        for name in unit {
            self.cells.text(name);
        }
        for count in counts {
            self.cells.number(match self.cell {
                WideCell::Presence => u64::from(*count > 0),
                WideCell::Count => *count,
            });
        }
        self.cells.end_row()
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(self) -> Result<W> {
        self.cells.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Digest;
    use uuid::Uuid;

    const PLAIN: WriteOptions =
        WriteOptions { bom: false, delimiter: super::super::csv::Delimiter::Comma, guard: true };

    #[test]
    fn a_long_row_splits_its_code_and_carries_the_attributes() {
        let digest = Digest::of(b"");
        let annotation = AnnotationRow {
            id: Uuid::nil(),
            document: "essay",
            start: 1,
            end: 4,
            quote: "=so",
            code: "actors/state",
            coder: "ana",
            note: "",
            created: 0,
            modified: 0,
            before: "",
            after: "",
            document_sha256: &digest,
            lineage: "",
        };
        let mut writer = LongWriter::new(Vec::new(), PLAIN, 3, &["year"]).unwrap();
        writer.write(&annotation, &["1999"]).unwrap();
        writer.write(&AnnotationRow { code: "", ..annotation }, &[""]).unwrap();
        assert!(writer.write(&annotation, &[]).is_err());
        let file = String::from_utf8(writer.finish().unwrap()).unwrap();
        let time = "1970-01-01T00:00:00.000Z";
        let id = Uuid::nil();
        assert_eq!(
            file.lines().collect::<Vec<_>>(),
            [
                "id,document,start,end,quote,code,coder,note,created,modified,level_1,level_2,level_3,year",
                &format!("{id},essay,1,4,'=so,actors/state,ana,,{time},{time},actors,state,,1999"),
                &format!("{id},essay,1,4,'=so,,ana,,{time},{time},,,,"),
            ]
        );
    }

    #[test]
    fn a_wide_row_says_whether_or_how_often() {
        for (cell, row) in [(WideCell::Presence, "essay,p1,1,0"), (WideCell::Count, "essay,p1,3,0")] {
            let units = ["document", "unit"];
            let mut writer = WideWriter::new(Vec::new(), PLAIN, &units, &["actors", "norms"], cell).unwrap();
            writer.write(&["essay", "p1"], &[3, 0]).unwrap();
            assert!(writer.write(&["essay"], &[3, 0]).is_err());
            let file = String::from_utf8(writer.finish().unwrap()).unwrap();
            assert_eq!(file, format!("document,unit,actors,norms\r\n{row}\r\n"));
        }
    }
}
