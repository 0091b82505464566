//! Columns of other programs' tables, found by their names however those are spelled.

use super::super::csv::damage::{inspect_token, parse_position};
use super::super::csv::{Refusal, Row};
use super::{Bound, ForeignRow, Reading};
use crate::domain::units::Unit;

/// A header whose columns are taken one by one. `Coded_Memo`, `Coded memo` and R's `coded.memo` are one name.
pub(super) struct Header<'a> {
    names: &'a [String],
    folded: Vec<String>,
    taken: Vec<bool>,
    /// A column that was taken and is there once more.
    twice: Option<String>,
}

impl<'a> Header<'a> {
    pub(super) fn of(names: &'a [String]) -> Self {
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        // Those of a file of refused rows, which is meant to come back.
        let taken = folded.iter().map(|name| matches!(name.as_str(), "row" | "reason")).collect();
        Header { names, folded, taken, twice: None }
    }

    /// Where the first of `names` that is a column stands.
    pub(super) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let wanted = fold(name);
            self.folded.iter().position(|column| *column == wanted)
        })
    }

    /// The column with the first of `names` that is there, and is then spoken for.
    pub(super) fn take(&mut self, names: &[&str]) -> Place {
        let found = self.find(names);
        if let Some(first) = found
            && self.folded[first + 1..].contains(&self.folded[first])
        {
            self.twice = Some(self.names[first].clone());
        }
        self.take_at(found)
    }

    /// A column that was taken and is there once more: which one counts cannot be told.
    pub(super) fn twice(&self) -> Option<&str> {
        self.twice.as_deref()
    }

    /// The column at `index`, which is then spoken for.
    pub(super) fn take_at(&mut self, index: Option<usize>) -> Place {
        if let Some(index) = index {
            self.taken[index] = true;
        }
        Place { index, name: index.map_or_else(String::new, |index| self.names[index].clone()) }
    }

    /// Speaks for columns of ids and numbers that nothing is taken from and nobody misses.
    pub(super) fn pass_over(&mut self, names: &[&str]) {
        for name in names {
            self.take(&[name]);
        }
    }

    /// The columns that nobody has spoken for, without those that have no name.
    pub(super) fn left(&self) -> impl Iterator<Item = usize> {
        (0..self.names.len()).filter(|index| !self.taken[*index] && !self.names[*index].is_empty())
    }

    /// The names of [`Self::left`].
    pub(super) fn aside(&self) -> Vec<String> {
        self.left().map(|index| self.names[index].clone()).collect()
    }

    /// The names as written.
    pub(super) fn names(&self) -> &'a [String] {
        self.names
    }
}

/// A name without its case, blanks, dots, hyphens and underscores.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|letter| !matches!(letter, ' ' | '_' | '.' | '-'))
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

/// A column that may be missing.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) index: Option<usize>,
    pub(super) name: String,
}

impl Place {
    pub(super) fn is_there(&self) -> bool {
        self.index.is_some()
    }

    /// The cell; blank when the column is missing. Not guarded: the guard is ours alone.
    pub(super) fn cell<'a>(&self, row: &Row<'a>) -> &'a str {
        self.index.map_or("", |index| row.at(index))
    }

    /// The cell without the white space around it.
    pub(super) fn trimmed<'a>(&self, row: &Row<'a>) -> &'a str {
        self.cell(row).trim()
    }

    /// Refuses the row because of this cell.
    pub(super) fn refuse(&self, row: &Row<'_>, reason: impl Into<String>) -> Refusal {
        let cell = self.cell(row);
        match inspect_token(cell.trim()) {
            Some(damage) => Refusal::cell(row.number(), &self.name, cell, damage.to_string()),
            None => Refusal::cell(row.number(), &self.name, cell, reason),
        }
    }

    /// The position in the cell; `None` when it is blank or the column is missing.
    ///
    /// # Errors
    /// The refusal of a cell that holds something else.
    pub(super) fn position(&self, row: &Row<'_>) -> Result<Option<u32>, Refusal> {
        self.position_with(row, parse_position)
    }

    /// The same, read by `parse`.
    pub(super) fn position_with(
        &self,
        row: &Row<'_>,
        parse: impl Fn(&str) -> Result<u32, &'static str>,
    ) -> Result<Option<u32>, Refusal> {
        match self.trimmed(row) {
            "" => Ok(None),
            cell => parse(cell).map(Some).map_err(|reason| self.refuse(row, reason)),
        }
    }
}

impl ForeignRow {
    /// Takes positions over, as read in each of `units`. Half a place is none.
    pub(super) fn read_positions(
        &mut self,
        start: Result<Option<u32>, Refusal>,
        end: Result<Option<u32>, Refusal>,
        units: &[Unit],
    ) {
        let pair = start.and_then(|start| Ok((start, end?)));
        match pair {
            Ok((Some(start), Some(end))) => {
                let reading = |unit: &Unit| Reading {
                    unit: *unit,
                    start: Bound::FromStart(start),
                    end: Bound::FromStart(end),
                };
                self.readings = units.iter().map(reading).collect();
            }
            Ok(_) => {}
            Err(refusal) => self.bad_position = Some(refusal),
        }
    }
}
