//! `assignments.csv`.

use std::collections::HashMap;
use std::io::Read;

use super::versions::lineage_of;
use super::{Import, Refusal};
use crate::domain::record::Progress;
use crate::error::Result;
use crate::exchange::assignments::AssignmentRow;
use crate::exchange::record::Numbered;
use crate::store::assignment::AssignmentRow as Stored;

impl Import<'_, '_> {
    /// Reads `assignments.csv`.
    pub(super) fn assignments(&mut self, source: impl Read) -> Result<()> {
        let stored = self.tx.reader().assignments()?;
        let known: HashMap<(i64, i64), Stored> =
            stored.into_iter().map(|row| ((row.document, row.coder), row)).collect();
        let rows = self.records(source, |import, row| import.assignment_row(row, &known))?;
        self.outcome.assignments.rows += rows;
        Ok(())
    }

    fn assignment_row(
        &mut self,
        row: &Numbered<AssignmentRow>,
        known: &HashMap<(i64, i64), Stored>,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let document = match self.directory.documents.find(self.tx.reader(), &value.document, None) {
            Ok(index) => self.directory.documents.known(index).id,
            Err(reason) => return Ok(Err(Refusal::cell(row.row, "document", &value.document, reason))),
        };
        let coder = match self.directory.coders.for_row(self.tx, &value.coder)? {
            Ok(id) => id,
            Err(reason) => return Ok(Err(Refusal::cell(row.row, "coder", &value.coder, reason))),
        };
        let Some(state) = Progress::from_word(value.state.word()) else {
            return Ok(Err(Refusal::cell(row.row, "state", value.state.word(), "is no state")));
        };
        let known = known.get(&(document, coder));
        if let (Some(known), Some(lineage)) = (known, lineage_of(value.lineage.as_deref()))
            && lineage.head() != known.version
            && known.state != state
        {
            self.outcome.assignments.stale += 1;
            return Ok(Ok(()));
        }
        let created = value.created.unwrap_or(self.tx.at());
        let times = (created, value.modified.unwrap_or(created));
        if self.tx.set_assignment(document, coder, state, times)? {
            self.outcome.assignments.new += u64::from(known.is_none());
            self.outcome.assignments.changed += u64::from(known.is_some());
        } else {
            self.outcome.assignments.unchanged += 1;
        }
        Ok(Ok(()))
    }
}
