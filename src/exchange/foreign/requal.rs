//! requal: the segments,
//! `doc_name, doc_id, segment_start, segment_end, code_name, code_id, segment_text, user_name`; in some versions without
//! positions, and with a first column of row numbers that has no name.
//!
//! Positions count from 1, the end inclusive. The browser measures them in UTF-16 units, and R cuts `segment_text` out by
//! code points: after an emoji the two disagree, and the words decide.

use super::super::csv::{Refusal, Row};
use super::header::{Header, Place};
use super::r_cells::{position_of, text_of};
use super::{Columns, ForeignRow, Table};
use crate::domain::units::Unit;

pub(super) struct Segments {
    document: Place,
    start: Place,
    end: Place,
    code: Place,
    text: Place,
    user: Place,
    columns: Columns,
}

impl Segments {
    pub(super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let wanted = ["doc_name", "code_name", "segment_text"];
        wanted.iter().all(|name| header.find(&[name]).is_some()).then(|| {
            let [document, code, text] = wanted.map(|name| header.take(&[name]));
            let [start, end, user] =
                ["segment_start", "segment_end", "user_name"].map(|name| header.take(&[name]));
            header.pass_over(&["doc_id", "code_id", "segment_id", "user_id"]);
            let columns = Columns {
                document: document.name.clone(),
                start: start.name.clone(),
                quote: text.name.clone(),
                code: code.name.clone(),
                coder: user.name.clone(),
                aside: header.aside(),
                ..Columns::default()
            };
            Segments { document, start, end, code, text, user, columns }
        })
    }
}

impl Table for Segments {
    fn title(&self) -> &'static str {
        "a segments table of requal"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let text = |place: &Place| text_of(place.cell(row)).into_owned();
        let code = text(&self.code);
        let mut read = ForeignRow {
            row: row.number(),
            document: text(&self.document).trim().to_owned(),
            quote: text(&self.text),
            codes: if code.trim().is_empty() { Vec::new() } else { vec![vec![code]] },
            coder: text(&self.user),
            ..ForeignRow::default()
        };
        let from_one = |cell: &str| match position_of(cell) {
            Ok(position) => position.checked_sub(1).ok_or("positions of requal count from 1"),
            Err(reason) => Err(reason),
        };
        // From 1 to from 0 moves the start; an end that is inclusive from 1 is the same number exclusive from 0.
        let start = self.start.position_with(row, from_one);
        let end = self.end.position_with(row, position_of);
        read.read_positions(start, end, &[Unit::CodePoints, Unit::Utf16]);
        Ok(Some(read))
    }
}
