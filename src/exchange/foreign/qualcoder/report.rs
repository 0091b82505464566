//! The coding report: `File, Coder, Coded, Id, Codename, Coded_Memo, Category…, FileVar_…`, or by cases with
//! `Case, Filename` before the coder and `CaseVar_…` at the end.

use super::super::super::csv::{Refusal, Row};
use super::super::header::{Header, Place};
use super::super::{Columns, ForeignRow, Table};
use super::categories::Categories;

/// A coding report by files or by cases. The first heading is written in the language of the program, so the file is
/// known by its place where its name is not.
pub(in super::super) struct Report {
    file: Place,
    coder: Place,
    coded: Place,
    id: Place,
    code: Place,
    memo: Place,
    categories: Categories,
    columns: Columns,
}

impl Report {
    pub(in super::super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let wanted = ["Coder", "Coded", "Id", "Codename"];
        let first_other = || {
            let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
            header.names().first().filter(|name| !name.is_empty() && !is_wanted(name)).map(|_| 0)
        };
        let file = header.find(&["Filename"]).or_else(|| header.find(&["File"])).or_else(first_other);
        (file.is_some() && wanted.iter().all(|name| header.find(&[name]).is_some())).then(|| {
            let file = header.take_at(file);
            let [coder, coded, id, code] = wanted.map(|name| header.take(&[name]));
            let memo = header.take(&["Coded_Memo"]);
            header.pass_over(&["Case"]);
            let categories = Categories::of(header);
            let columns = Columns {
                document: file.name.clone(),
                start: String::new(),
                quote: coded.name.clone(),
                code: code.name.clone(),
                coder: coder.name.clone(),
                note: memo.name.clone(),
                aside: header.aside(),
            };
            Report { file, coder, coded, id, code, memo, categories, columns }
        })
    }
}

impl Table for Report {
    fn title(&self) -> &'static str {
        "a coding report of QualCoder"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let id = self.id.trimmed(row);
        for (kind, what) in [("imid:", "an image"), ("avid:", "a recording")] {
            if id.starts_with(kind) {
                let reason = format!("a part of {what} is coded here, and postil has texts only");
                return Err(self.id.refuse(row, reason));
            }
        }
        let code = self.code.trimmed(row);
        let (above, doubtful) = self.categories.read(row, code, &self.code)?;
        Ok(Some(ForeignRow {
            row: row.number(),
            mark: id.to_owned(),
            document: self.file.trimmed(row).to_owned(),
            quote: self.coded.cell(row).to_owned(),
            codes: vec![above.into_iter().chain([code.to_owned()]).collect()],
            coder: self.coder.trimmed(row).to_owned(),
            note: self.memo.cell(row).to_owned(),
            doubtful,
            ..ForeignRow::default()
        }))
    }

    fn settle(&self, row: &ForeignRow) -> Result<(), Refusal> {
        self.categories.settle(row, &self.code)
    }

    fn cells(&self, row: &Row<'_>) -> Vec<String> {
        self.categories.aligned(row)
    }
}
