//! The columns `Category` of a coding report, of which a row fills as many as its code has.
//!
//! QualCoder writes what stands above a code from the inside out: codes above a sub-code, the innermost category, the
//! outermost one last. A row with fewer than the header has columns for is written without blanks in their place, so
//! its variables slip to the left: in a report with variables the length of a row tells how many categories it has. A
//! spreadsheet that saves the report again fills such rows up at their ends, and then nothing in the row tells a
//! category from a variable. The code may: its name is unique in a project, and so is what stands above it.

use std::collections::HashMap;

use super::super::super::csv::{Refusal, Row};
use super::super::ForeignRow;
use super::super::header::{Header, Place};

/// What was made of the categories of a code, and in which row.
struct Known {
    above: Vec<String>,
    row: u64,
    is_certain: bool,
}

pub(super) struct Categories {
    /// Where the first column `Category` stands.
    first: usize,
    /// How many there are.
    most: usize,
    /// How many columns of variables follow them.
    variables: usize,
    /// The length of a full row: the header without what a file of refused rows adds.
    full: usize,
    /// Where a file of refused rows says why each one was refused.
    reason: Option<usize>,
    /// Some row shows that the rows stand as QualCoder wrote them, or that a table gave each column its place.
    is_trusted: bool,
    codes: HashMap<String, Known>,
}

const SLIPPED: &str = "its categories can't be told from the variables that follow them; export the report again \
                       without variables, or delete their columns";

impl Categories {
    /// Takes the columns of categories; those of variables are left.
    pub(super) fn of(header: &mut Header<'_>) -> Self {
        let names = header.names();
        let is_category = |name: &String| name.eq_ignore_ascii_case("Category");
        let first = names.iter().position(is_category).unwrap_or(names.len());
        let most = names[first..].iter().take_while(|name| is_category(name)).count();
        let added = names.iter().rev().take_while(|name| matches!(name.as_str(), "row" | "reason")).count();
        let full = names.len() - added;
        (first..first + most).for_each(|index| drop(header.take_at(Some(index))));
        Categories {
            first,
            most,
            variables: full.saturating_sub(first + most),
            full,
            reason: names.iter().rposition(|name| name == "reason").filter(|place| *place >= full),
            is_trusted: false,
            codes: HashMap::new(),
        }
    }

    /// How many categories the row has, and whether that is certain.
    fn count(&self, row: &Row<'_>) -> Option<(usize, bool)> {
        let filled = (0..self.most).take_while(|index| !row.at(self.first + index).trim().is_empty()).count();
        let cells = row.cells().len();
        if self.most == 0 || self.variables == 0 {
            return Some((filled, true));
        }
        if cells < self.full {
            let count = cells.checked_sub(self.first + self.variables)?;
            return Some((count.min(filled), count <= filled));
        }
        // A blank at the end may have been added, and what looks like categories may be variables. Not in a file of refused
        // rows: each cell was written below its own column, unless this was what the row was refused for.
        let was_certain = self.reason.is_some_and(|place| !row.at(place).contains(SLIPPED));
        let may_have_slipped = row.at(self.full - 1).trim().is_empty() && filled > 0 && !was_certain;
        Some((filled, !may_have_slipped))
    }

    /// What stands above the code of this row, the outermost first, and whether that is still in doubt.
    ///
    /// # Errors
    /// The refusal of a row that is cut, or that puts its code elsewhere than an earlier row does.
    pub(super) fn read(
        &mut self,
        row: &Row<'_>,
        code: &str,
        column: &Place,
    ) -> Result<(Vec<String>, bool), Refusal> {
        let (count, is_certain) = self
            .count(row)
            .ok_or_else(|| Refusal::row(row.number(), "ends before its variables: it was cut"))?;
        let cells = row.cells().len();
        self.is_trusted |= self.variables > 0
            && is_certain
            && (cells < self.full || count < self.most && !row.at(self.full - 1).trim().is_empty());
        let mut above: Vec<String> =
            (0..count).map(|index| row.at(self.first + index).trim().to_owned()).collect();
        above.reverse();
        if self.variables == 0 {
            return Ok((above, false));
        }
        let known = Known { above: above.clone(), row: row.number(), is_certain };
        match self.codes.get_mut(code) {
            Some(earlier) if earlier.above != above && earlier.is_certain && is_certain => {
                let reason = format!("{}, unlike in row {}: {SLIPPED}", place_of(&above), earlier.row);
                return Err(column.refuse(row, reason));
            }
            Some(earlier) if is_certain && !earlier.is_certain => *earlier = known,
            Some(_) => {}
            None => drop(self.codes.insert(code.to_owned(), known)),
        }
        Ok((above, !is_certain))
    }

    /// Whether a row in doubt is right after all.
    ///
    /// # Errors
    /// The refusal of the row.
    pub(super) fn settle(&self, row: &ForeignRow, column: &Place) -> Result<(), Refusal> {
        let Some((code, above)) = row.codes.first().and_then(|levels| levels.split_last()) else {
            return Ok(());
        };
        let agrees = match self.codes.get(code) {
            Some(known) if known.is_certain => known.above == above,
            _ => self.is_trusted,
        };
        if agrees { Ok(()) } else { Err(Refusal::cell(row.row, &column.name, code, SLIPPED)) }
    }

    /// The cells of a row with its variables below their own columns.
    pub(super) fn aligned(&self, row: &Row<'_>) -> Vec<String> {
        let mut cells: Vec<String> = row.cells().iter().map(str::to_owned).collect();
        if let Some((count, _)) = self.count(row).filter(|_| self.variables > 0 && cells.len() < self.full) {
            let missing = self.full - cells.len();
            cells.splice(self.first + count..self.first + count, std::iter::repeat_n(String::new(), missing));
        }
        cells
    }
}

fn place_of(above: &[String]) -> String {
    if above.is_empty() {
        "it stands at the top".to_owned()
    } else {
        format!("it stands below `{}`", above.join("/"))
    }
}
