//! A row that was refused, and why.

use std::fmt;

/// One refused row: where it stands in the spreadsheet, which cell is to blame, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The spreadsheet row; the header is row 1.
    pub row: u64,
    /// The column's name; `None` when the row as a whole is to blame.
    pub column: Option<String>,
    /// The offending cell as it was read, at most 200 characters of it.
    pub value: String,
    /// Why, as a sentence without its first capital and full stop.
    pub reason: String,
}

/// How much of a cell a refusal quotes, in code points: enough to recognise it, too little to flood a terminal.
const QUOTED: usize = 200;

impl Refusal {
    /// The row as a whole is refused.
    pub fn row(row: u64, reason: impl Into<String>) -> Self {
        Refusal { row, column: None, value: String::new(), reason: reason.into() }
    }

    /// One cell is to blame.
    pub fn cell(row: u64, column: &str, value: &str, reason: impl Into<String>) -> Self {
        let end = value.char_indices().nth(QUOTED).map_or(value.len(), |(at, _)| at);
        Refusal {
            row,
            column: Some(column.to_owned()),
            value: value[..end].to_owned(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => {
                write!(f, "row {}, column `{column}`: `{}`: {}", self.row, self.value, self.reason)
            }
            None => write!(f, "row {}: {}", self.row, self.reason),
        }
    }
}
