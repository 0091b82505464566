//! The sheet that explains a workbook to people, and tells an import what it was exported from.

use uuid::Uuid;

use super::super::annotations::CONTRACT;
use super::write::LeftOut;
use crate::error::{Error, Result};

/// What the sheet says of its workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMe {
    /// The project's name.
    pub project: String,
    /// The project's id.
    pub project_id: Uuid,
    /// How many annotations the workbook was written with.
    pub annotations: u64,
}

/// A line of the sheet.
pub(super) struct Line {
    pub(super) cells: Vec<String>,
    pub(super) heading: bool,
}

const PROJECT: &str = "project";
const PROJECT_ID: &str = "project id";
const CONTRACT_NUMBER: &str = "contract";
const ANNOTATIONS: &str = "annotations";

/// How to edit a workbook, for somebody who has never seen the program.
const GUIDE: [&str; 14] = [
    "Each row of the sheet `annotations` is what one coder said of one passage of a document.",
    "",
    "To change an annotation, edit its code, its note, or its place (start and end).",
    "To delete one, choose `delete` in its column `action`. To remove its row means nothing.",
    "To add one, fill in a new row: document, the words of the passage in `quote`, and a code or a note.",
    "Leave the other cells of a new row blank, above all the grey ones.",
    "",
    "Sort, filter, hide, move and colour as you like. Leave the grey columns and those folded away as they are:",
    "they say which state you began with, so that the work of others is not undone.",
    "A ' before one of the signs = + - @ is part of the cell; it keeps spreadsheets from taking text for a formula.",
    "Codes, coders, documents, memos and assignments have sheets of their own, which can be edited as well.",
    "",
    "Save the workbook as .xlsx or .ods. `postil import xlsx FILE --dry-run` shows what would change,",
    "`postil import xlsx FILE` does it, and `postil undo` takes it back.",
];

/// How many records that were left out are named.
const NAMED: usize = 100;

impl ReadMe {
    /// The lines of the sheet.
    pub(super) fn lines(&self, left_out: &[LeftOut]) -> Vec<Line> {
        let line = |cells: &[&str]| Line {
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            heading: false,
        };
        let heading = |text: String| Line { cells: vec![text], heading: true };
        // A name may be anything, also what a spreadsheet would run when the sheet is saved as CSV.
        let project = super::super::csv::guard(&self.project);
        let mut lines = vec![heading(format!("Codings of {}", self.project)), line(&[])];
        lines.extend(GUIDE.iter().map(|text| line(&[text])));
        lines.push(line(&[]));
        lines.push(heading("What this workbook was written from".to_owned()));
        lines.push(line(&[PROJECT, &project]));
        lines.push(line(&[PROJECT_ID, &self.project_id.to_string()]));
        lines.push(line(&[CONTRACT_NUMBER, &CONTRACT.to_string()]));
        lines.push(line(&[ANNOTATIONS, &self.annotations.to_string()]));
        if !left_out.is_empty() {
            lines.push(line(&[]));
            lines.push(heading("Left out, because no cell can hold it".to_owned()));
            lines.extend(left_out.iter().take(NAMED).map(|record| line(&[&record.to_string()])));
            if left_out.len() > NAMED {
                lines.push(line(&[&format!("and {} more", left_out.len() - NAMED)]));
            }
        }
        lines
    }

    /// What a sheet says, given the first two cells of each of its rows; `None` when it is no such sheet, or somebody
    /// edited it into something else.
    ///
    /// # Errors
    /// Refuses a workbook of a newer contract.
    pub(super) fn parse<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Option<ReadMe>> {
        let (mut project, mut project_id, mut annotations) = (None, None, None);
        for (key, value) in rows {
            match key.trim() {
                PROJECT => project = Some(super::super::csv::unguard(value).to_owned()),
                PROJECT_ID => project_id = Uuid::try_parse(value.trim()).ok(),
                ANNOTATIONS => annotations = value.trim().parse().ok(),
                CONTRACT_NUMBER if value.trim().parse::<u32>().is_ok_and(|number| number > CONTRACT) => {
                    return Err(Error::refused(format!(
                        "this workbook was made by a newer postil: its contract is {}, and {CONTRACT} is known here",
                        value.trim()
                    ))
                    .hint("update postil"));
                }
                _ => {}
            }
        }
        let complete = (project, project_id, annotations);
        let (Some(project), Some(project_id), Some(annotations)) = complete else { return Ok(None) };
        Ok(Some(ReadMe { project, project_id, annotations }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> ReadMe {
        ReadMe { project: "=study".to_owned(), project_id: Uuid::from_u128(7), annotations: 12 }
    }

    fn parsed(lines: &[Line]) -> Result<Option<ReadMe>> {
        let cell = |line: &'_ Line, at: usize| line.cells.get(at).cloned().unwrap_or_default();
        let rows: Vec<(String, String)> = lines.iter().map(|line| (cell(line, 0), cell(line, 1))).collect();
        ReadMe::parse(rows.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    #[test]
    fn what_the_sheet_says_is_read_back() {
        assert_eq!(parsed(&sheet().lines(&[])).unwrap(), Some(sheet()));
        assert_eq!(parsed(&sheet().lines(&[])[..18]).unwrap(), None);
    }

    #[test]
    fn a_workbook_of_a_newer_contract_is_refused() {
        let mut lines = sheet().lines(&[]);
        let contract =
            lines.iter_mut().find(|line| line.cells.first().is_some_and(|key| key == CONTRACT_NUMBER));
        contract.unwrap().cells[1] = "2".to_owned();
        assert!(
            parsed(&lines)
                .is_err_and(|error| error.message().starts_with("this workbook was made by a newer"))
        );
    }
}
