//! QualCoder: its coding reports, and its tables with `pos0` and `pos1`.
//!
//! A report has no positions. The tables of relations and exact matches have, from 0 with the end exclusive: coding by
//! hand counts UTF-16 units and the rest of the program reads them as code points, so the words decide.

mod categories;
mod report;

use super::super::csv::{Refusal, Row};
use super::header::{Header, Place};
use super::{Columns, ForeignRow, Table};
use crate::domain::units::Unit;

pub(super) use report::Report;

/// A table with positions, from a report of relations or exact matches or from its SQL window.
pub(super) struct Codings {
    file: Place,
    code: Place,
    start: Place,
    end: Place,
    text: Place,
    owner: Place,
    memo: Place,
    columns: Columns,
}

const FILE: [&str; 4] = ["Filename", "File name", "File", "Source"];
const CODE: [&str; 2] = ["Codename", "Code name"];

impl Codings {
    pub(super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let has = |names: &[&str]| header.find(names).is_some();
        (has(&["pos0"]) && has(&["pos1"]) && has(&FILE) && has(&CODE)).then(|| {
            let (file, code) = (header.take(&FILE), header.take(&CODE));
            let [start, end] = ["pos0", "pos1"].map(|name| header.take(&[name]));
            let text = header.take(&["Text", "Coded", "Coded text", "seltext"]);
            let owner = header.take(&["Owner", "Coder"]);
            let memo = header.take(&["Coded memo", "Memo"]);
            header.pass_over(&["cid", "fid", "ctid", "File id", "Case id"]);
            let columns = Columns {
                document: file.name.clone(),
                start: start.name.clone(),
                quote: text.name.clone(),
                code: code.name.clone(),
                coder: owner.name.clone(),
                note: memo.name.clone(),
                aside: header.aside(),
            };
            Codings { file, code, start, end, text, owner, memo, columns }
        })
    }
}

impl Table for Codings {
    fn title(&self) -> &'static str {
        "a table of codings of QualCoder"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let mut read = ForeignRow {
            row: row.number(),
            document: self.file.trimmed(row).to_owned(),
            quote: self.text.cell(row).to_owned(),
            codes: vec![vec![self.code.trimmed(row).to_owned()]],
            coder: self.owner.trimmed(row).to_owned(),
            note: self.memo.cell(row).to_owned(),
            ..ForeignRow::default()
        };
        let units = [Unit::CodePoints, Unit::Utf16];
        read.read_positions(self.start.position(row), self.end.position(row), &units);
        Ok(Some(read))
    }
}
