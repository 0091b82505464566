//! Rows that another one stands in the way of: an edit that says what a second annotation says is refused, unless that one
//! is deleted or edited by a row further down. Such rows wait for the end of the table.

use std::io::Read;

use super::Import;
use super::annotations::Gathered;
use crate::error::Result;
use crate::exchange::annotations::AnnotationReader;
use crate::exchange::csv::{CellSink, CellWriter, Delimiter, ReadOptions, Sheet, WriteOptions};

/// How many rows may wait. A sheet with more such rows is not one that somebody edited so on purpose.
const MOST_WAITING: usize = 10_000;

/// How often the waiting rows are tried again: each time for a row that waits for another waiting one.
const MOST_ROUNDS: usize = 100;

/// Whether rows may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Waiting {
    /// Yes: nobody stood in this row's way so far.
    Allowed,
    /// The row that was just read is to wait.
    Wanted,
    /// No: what is refused now stays refused.
    Over,
}

/// Waiting rows: the table in which they stood, and what they said.
pub(super) struct Later {
    header: Vec<String>,
    file: String,
    rows: Vec<(u64, Vec<String>)>,
}

impl Import<'_, '_> {
    /// Lets the last row of `sheet` wait, if it asks for that and may. Says whether it does.
    pub(super) fn waits<R: Read>(&mut self, sheet: &Sheet<R>, row: u64, gathered: &mut Gathered) -> bool {
        if self.waiting != Waiting::Wanted {
            return false;
        }
        self.waiting = Waiting::Allowed;
        let Some(cells) = sheet.last_row().map(|row| row.cells().iter().map(str::to_owned).collect()) else {
            return false;
        };
        if gathered.later.as_ref().is_none_or(|later| later.header != sheet.header()) {
            // Another part of the table with another header: what waits is settled within its part.
            if gathered.later.is_some() {
                return false;
            }
            let (header, file) = (sheet.header().to_vec(), self.file.clone());
            gathered.later = Some(Later { header, file, rows: Vec::new() });
        }
        let Some(later) = gathered.later.as_mut().filter(|later| later.rows.len() < MOST_WAITING) else {
            return false;
        };
        later.rows.push((row, cells));
        true
    }

    /// Tries the waiting rows again until nothing moves any more; then refuses what is left.
    pub(super) fn settle(&mut self, gathered: &mut Gathered) -> Result<()> {
        let mut rounds = 0;
        while let Some(later) = gathered.later.take() {
            let before = later.rows.len();
            self.again(&later, gathered)?;
            rounds += 1;
            let left = gathered.later.as_ref().map_or(0, |later| later.rows.len());
            if left == before || rounds == MOST_ROUNDS {
                self.waiting = Waiting::Over;
            }
        }
        Ok(())
    }

    /// Reads waiting rows once more, from a table of their own.
    fn again(&mut self, later: &Later, gathered: &mut Gathered) -> Result<()> {
        let writing = WriteOptions { bom: false, delimiter: Delimiter::Comma, guard: false };
        let mut table = CellWriter::new(Vec::new(), writing, later.header.iter().map(String::as_str))?;
        for (_, cells) in &later.rows {
            // A row may be shorter than its header; the table that is written may not.
            (0..later.header.len()).for_each(|at| table.token(cells.get(at).map_or("", String::as_str)));
            table.end_row()?;
        }
        let table = table.finish()?;
        let reading = ReadOptions {
            encoding: None,
            delimiter: Some(Delimiter::Comma),
            guard: self.options.reading().guard,
        };
        let mut reader = AnnotationReader::open(table.as_slice(), reading)?;
        let outer = std::mem::replace(&mut self.file, later.file.clone());
        for (number, _) in &later.rows {
            let Some(outcome) = reader.next_annotation()? else { break };
            let outcome = match outcome {
                Ok(mut row) => {
                    row.row = *number;
                    self.stated_annotation(&row, gathered)?
                }
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome
                && !self.waits(reader.sheet(), *number, gathered)
            {
                self.reject(reader.sheet(), &refusal)?;
                self.refuse(refusal);
            }
        }
        self.file = outer;
        Ok(())
    }
}
