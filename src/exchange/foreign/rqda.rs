//! RQDA: the data frame of `getCodingTable()`, as people write it with `write.csv`:
//! `rowid, cid, fid, codename, filename, index1, index2, CodingLength`, with `coding`, the words, in some queries.
//!
//! Positions count code points from 0, the end exclusive. There is no coder.

use super::super::csv::{Refusal, Row};
use super::header::{Header, Place};
use super::r_cells::{position_of, text_of};
use super::{Columns, ForeignRow, Table};
use crate::domain::units::Unit;

pub(super) struct Codings {
    rowid: Place,
    filename: Place,
    codename: Place,
    start: Place,
    end: Place,
    length: Place,
    coding: Place,
    memo: Place,
    columns: Columns,
}

impl Codings {
    pub(super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let wanted = ["codename", "filename", "index1", "index2"];
        wanted.iter().all(|name| header.find(&[name]).is_some()).then(|| {
            let [codename, filename, start, end] = wanted.map(|name| header.take(&[name]));
            let [rowid, length] = ["rowid", "CodingLength"].map(|name| header.take(&[name]));
            let coding = header.take(&["coding", "coding2", "seltext"]);
            let memo = header.take(&["memo", "memos"]);
            header.pass_over(&["cid", "fid"]);
            let columns = Columns {
                document: filename.name.clone(),
                start: start.name.clone(),
                quote: coding.name.clone(),
                code: codename.name.clone(),
                note: memo.name.clone(),
                aside: header.aside(),
                ..Columns::default()
            };
            Codings { rowid, filename, codename, start, end, length, coding, memo, columns }
        })
    }
}

impl Table for Codings {
    fn title(&self) -> &'static str {
        "a coding table of RQDA"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let text = |place: &Place| text_of(place.cell(row)).into_owned();
        let position = |place: &Place| match place.trimmed(row) {
            "NA" => Ok(None),
            _ => place.position_with(row, position_of),
        };
        let mut read = ForeignRow {
            row: row.number(),
            mark: text(&self.rowid),
            document: text(&self.filename).trim().to_owned(),
            quote: text(&self.coding),
            codes: vec![vec![text(&self.codename)]],
            note: text(&self.memo),
            ..ForeignRow::default()
        };
        let (start, end) = (position(&self.start), position(&self.end));
        // The length is worked out of the positions, so it shows when one of them was changed since.
        let length = match (&start, &end, position(&self.length)) {
            (Ok(Some(start)), Ok(Some(end)), Ok(Some(length))) if end.checked_sub(*start) != Some(length) => {
                Err(self.length.refuse(row, format!("the positions {start} and {end} are not as far apart")))
            }
            _ => Ok(()),
        };
        match length {
            Ok(()) => read.read_positions(start, end, &[Unit::CodePoints]),
            Err(refusal) => read.bad_position = Some(refusal),
        }
        Ok(Some(read))
    }
}
