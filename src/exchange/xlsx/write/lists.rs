//! The lists from which cells are chosen, and the colours that go with codes.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, DataValidationErrorStyle, Format,
    Formula, Worksheet, XlsxError,
};

use super::super::super::csv::guard;
use super::super::table::Table;
use super::MOST_ROWS;
use super::looks;
use crate::exchange::assignments::State;
use crate::exchange::memos::SubjectKind;

/// What cells are chosen from. The rows themselves stand in the sheets of their tables, so a list may be of any length.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// The codes: path, and colour as `#rrggbb` or blank.
    pub codes: Vec<(String, String)>,
    /// How many coders there are.
    pub coders: u64,
    /// How many documents there are.
    pub documents: u64,
}

/// The most codes whose colours a column of cells is given. Each is a rule that a spreadsheet asks for every cell it shows.
const MOST_COLORS: usize = 500;

/// The longest text, in UTF-16 units, that a rule may compare with: Excel's limit for a text in a formula is 255.
const LONGEST_COMPARED: usize = 255;

impl Lists {
    /// Lets cells of the column at `index` be chosen, where its values are in a list.
    pub(super) fn offer(
        &self,
        sheet: &mut Worksheet,
        table: Table,
        column: &str,
        index: u16,
    ) -> Result<(), XlsxError> {
        let choice = match (table, column) {
            (_, "action") => words(&["delete"])?,
            (Table::Assignments, "state") => {
                words(&[State::Assigned, State::InProgress, State::Done].map(State::word))?
            }
            (Table::Memos, "subject_kind") => words(
                &[SubjectKind::Project, SubjectKind::Document, SubjectKind::Code].map(SubjectKind::word),
            )?,
            (Table::Annotations, "code") => {
                let added = "This code is not in the codebook. `postil import xlsx --create-codes` adds it.";
                match of_sheet(Table::Codes, self.codes.len() as u64, added)? {
                    Some(choice) => choice,
                    None => return Ok(()),
                }
            }
            (Table::Annotations | Table::Memos | Table::Assignments, "coder") => {
                let added = "No coder of this handle is known yet. The import makes one.";
                match of_sheet(Table::Coders, self.coders, added)? {
                    Some(choice) => choice,
                    None => return Ok(()),
                }
            }
            (Table::Annotations | Table::Assignments, "document") => {
                let refused = "No document has this name. The import will refuse the row.";
                match of_sheet(Table::Documents, self.documents, refused)? {
                    Some(choice) => choice,
                    None => return Ok(()),
                }
            }
            _ => return Ok(()),
        };
        sheet.add_data_validation(1, index, MOST_ROWS as u32, index, &choice)?;
        Ok(())
    }

    /// Gives the cells of the column at `index` the colours of the codes that stand in them. By rules and not by fills,
    /// which would keep the old colour when another code is chosen.
    pub(super) fn paint(&self, sheet: &mut Worksheet, index: u16) -> Result<(), XlsxError> {
        for (path, color) in self.codes.iter().take(MOST_COLORS) {
            let path = guard(path);
            let Some(format) = looks::painted(Format::new(), color) else { continue };
            if path.encode_utf16().count() > LONGEST_COMPARED {
                continue;
            }
            // The crate leaves a value as it is that begins and ends with a quote: a path like `"a"&B1&"c"` would become
            // a formula. In our own quotes no path does.
            let compared = format!("\"{}\"", path.replace('"', "\"\""));
            let rule = ConditionalFormatCell::new()
                .set_rule(ConditionalFormatCellRule::EqualTo(compared.as_str()))
                .set_format(format);
            sheet.add_conditional_format(1, index, MOST_ROWS as u32, index, &rule)?;
        }
        Ok(())
    }
}

/// One of a few words, or nothing.
fn words(words: &[&str]) -> Result<DataValidation, XlsxError> {
    let listed = words.join("`, `");
    DataValidation::new()
        .allow_list_strings(words)?
        .set_error_title("Not a word of this column")?
        .set_error_message(format!("Leave it blank, or choose `{listed}`."))
}

/// One of the names in the second column of another sheet, where the names of all tables stand. Others are let through
/// after a warning.
fn of_sheet(table: Table, rows: u64, warning: &str) -> Result<Option<DataValidation>, XlsxError> {
    if rows == 0 {
        return Ok(None);
    }
    let last = rows.min(MOST_ROWS) + 1;
    let source = Formula::new(format!("={}!$B$2:$B${last}", table.name()));
    let choice = DataValidation::new()
        .allow_list_formula(source)
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(format!("Not among the {}", table.name()))?
        .set_error_message(warning)?;
    Ok(Some(choice))
}
