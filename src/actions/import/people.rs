//! `coders.csv`, `memos.csv` and `assignments.csv`.

use std::io::Read;

use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::name::check_handle;
use crate::domain::record::{self, MemoSubject, Progress};
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::exchange::assignments::AssignmentRow;
use crate::exchange::coders::CoderRow;
use crate::exchange::memos::{MemoRow, SubjectKind};
use crate::exchange::record::{Action, Numbered, Record, RecordReader};

impl Import<'_, '_> {
    fn records<T: Record>(
        &mut self,
        source: impl Read,
        mut take: impl FnMut(&mut Self, &Numbered<T>) -> Result<Result<(), Refusal>>,
    ) -> Result<u64> {
        let mut reader = RecordReader::<_, T>::open(source, self.options.reading())?;
        let mut rows = 0;
        while let Some(record) = reader.next_record()? {
            rows += 1;
            let outcome = match record {
                Ok(record) => take(self, &record)?,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome {
                self.refuse(refusal);
            }
        }
        Ok(rows)
    }

    /// Reads `coders.csv`.
    pub(super) fn coders(&mut self, source: impl Read) -> Result<()> {
        let rows = self.records(source, Self::coder_row)?;
        self.outcome.coders.rows += rows;
        self.directory.refresh(self.tx.reader())
    }

    fn coder_row(&mut self, row: &Numbered<CoderRow>) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        if let Err(refused) = check_handle(&value.handle) {
            return Ok(Err(Refusal::cell(row.row, "handle", &value.handle, refused.message())));
        }
        if self.tx.reader().coder(&value.handle)?.is_some() {
            self.outcome.coders.unchanged += 1;
            return Ok(Ok(()));
        }
        let coders = self.tx.reader().coders()?;
        if let Some(known) = value.id.and_then(|id| coders.iter().find(|coder| coder.uuid == id)) {
            let former = self.tx.reader().former_names(Entity::Coder)?;
            if former.iter().any(|(uuid, name)| *uuid == known.uuid && *name == value.handle) {
                self.outcome.coders.stale += 1;
            } else {
                self.tx.rename_coder(known.id, &value.handle)?;
                self.outcome.coders.changed += 1;
            }
            return Ok(Ok(()));
        }
        let content = record::Coder { handle: value.handle.clone() };
        let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
        match (value.id, lineage) {
            (Some(uuid), Some(lineage))
                if Version::of(Entity::Coder, uuid, lineage.head_parents(), Some(&content))
                    == lineage.head() =>
            {
                let created = value.created.unwrap_or(self.tx.at());
                self.tx.insert_known_coder(uuid, &value.handle, created, lineage.head(), &lineage.graph())?;
            }
            _ => {
                self.tx.ensure_coder(&value.handle)?;
            }
        }
        self.outcome.coders.new += 1;
        Ok(Ok(()))
    }

    /// Reads `memos.csv`.
    pub(super) fn memos(&mut self, source: impl Read) -> Result<()> {
        let rows = self.records(source, Self::memo_row)?;
        self.outcome.memos.rows += rows;
        Ok(())
    }

    fn memo_row(&mut self, row: &Numbered<MemoRow>) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let reader = self.tx.reader();
        let refuse =
            |column: &str, cell: &str, reason: String| Ok(Err(Refusal::cell(row.row, column, cell, reason)));
        let subject = match value.subject_kind {
            SubjectKind::Project => MemoSubject::Project,
            SubjectKind::Document => match self.directory.find_document(reader, &value.subject, None) {
                Ok(index) => MemoSubject::Document(self.directory.document(index).id),
                Err(reason) => return refuse("subject", &value.subject, reason),
            },
            SubjectKind::Code => match self.directory.code_for_row(self.tx, &value.subject, false)? {
                Ok(id) => MemoSubject::Code(id),
                Err(reason) => return refuse("subject", &value.subject, reason),
            },
        };
        let stored = reader.memos()?;
        let known = value.id.and_then(|id| stored.iter().find(|memo| memo.uuid == id));
        let handle =
            if value.coder.is_empty() { self.tx.coder_handle().to_owned() } else { value.coder.clone() };
        let coder = match self.directory.coder_for_row(self.tx, &handle)? {
            Ok((id, _)) => id,
            Err(reason) => return refuse("coder", &value.coder, reason),
        };
        if let Some(known) = known {
            return self.known_memo(row, known, subject, coder);
        }
        if value.action == Action::Delete {
            self.outcome.memos.unchanged += 1;
            return Ok(Ok(()));
        }
        if let Some(uuid) = value.id
            && reader.deletion(Entity::Memo, uuid)?.is_some()
        {
            self.outcome.memos.stale += 1;
            return Ok(Ok(()));
        }
        if value.text.is_empty() {
            return refuse("text", "", "a memo says something".to_owned());
        }
        if let Some(suspect) = row.suspects.first() {
            return Ok(Err(suspect.refusal(row.row)));
        }
        if stored.iter().any(|memo| memo.subject == subject && memo.coder == coder && memo.text == value.text)
        {
            self.outcome.memos.already += 1;
            return Ok(Ok(()));
        }
        let created = value.created.unwrap_or(self.tx.at());
        let times = (created, value.modified.unwrap_or(created));
        match value.id {
            None => self.tx.insert_memo(subject, coder, &value.text)?,
            Some(uuid) => {
                let content = self.tx.memo_content(subject, coder, &value.text)?;
                let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
                let stated = lineage.filter(|lineage| {
                    Version::of(Entity::Memo, uuid, lineage.head_parents(), Some(&content)) == lineage.head()
                });
                let graph = stated.as_ref().map(Lineage::graph).unwrap_or_default();
                let known = stated.map(|lineage| (lineage.head(), &graph));
                self.tx.insert_known_memo(uuid, subject, coder, &value.text, times, known)?
            }
        };
        self.outcome.memos.new += 1;
        Ok(Ok(()))
    }

    fn known_memo(
        &mut self,
        row: &Numbered<MemoRow>,
        known: &crate::store::memo::MemoRow,
        subject: MemoSubject<i64>,
        coder: i64,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let current = value
            .lineage
            .as_deref()
            .and_then(|text| text.parse::<Lineage>().ok())
            .is_none_or(|lineage| lineage.head() == known.version);
        let same = known.subject == subject && known.coder == coder && known.text == value.text;
        if same && value.action == Action::Keep {
            self.outcome.memos.unchanged += 1;
        } else if !current {
            // A memo is one text by one person: what was written here since is not replaced by a sheet from before.
            self.outcome.memos.stale += 1;
            self.outcome.remark(format!(
                "row {}: memo #{} was changed here since the export and stays",
                row.row, known.id
            ));
        } else if value.action == Action::Delete {
            self.tx.delete_memo(known.id)?;
            self.outcome.memos.deleted += 1;
        } else if let Some(suspect) = row.suspects.iter().find(|suspect| suspect.value != known.text) {
            return Ok(Err(suspect.refusal(row.row)));
        } else if value.text.is_empty() {
            return Ok(Err(Refusal::cell(
                row.row,
                "text",
                "",
                "a memo says something; write `delete` as its action to remove it",
            )));
        } else {
            self.tx.update_memo(known.id, subject, coder, &value.text)?;
            self.outcome.memos.changed += 1;
        }
        Ok(Ok(()))
    }

    /// Reads `assignments.csv`.
    pub(super) fn assignments(&mut self, source: impl Read) -> Result<()> {
        let rows = self.records(source, Self::assignment_row)?;
        self.outcome.assignments.rows += rows;
        Ok(())
    }

    fn assignment_row(&mut self, row: &Numbered<AssignmentRow>) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let document = match self.directory.find_document(self.tx.reader(), &value.document, None) {
            Ok(index) => self.directory.document(index).id,
            Err(reason) => return Ok(Err(Refusal::cell(row.row, "document", &value.document, reason))),
        };
        let coder = match self.directory.coder_for_row(self.tx, &value.coder)? {
            Ok((id, _)) => id,
            Err(reason) => return Ok(Err(Refusal::cell(row.row, "coder", &value.coder, reason))),
        };
        let Some(state) = Progress::from_word(value.state.word()) else {
            return Ok(Err(Refusal::cell(row.row, "state", value.state.word(), "is no state")));
        };
        let stored = self.tx.reader().assignments()?;
        let known = stored.iter().find(|known| known.document == document && known.coder == coder);
        let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
        if let (Some(known), Some(lineage)) = (known, lineage)
            && lineage.head() != known.version
            && known.state != state
        {
            self.outcome.assignments.stale += 1;
            return Ok(Ok(()));
        }
        let created = value.created.unwrap_or(self.tx.at());
        let times = (created, value.modified.unwrap_or(created));
        let is_new = known.is_none();
        if self.tx.set_assignment(document, coder, state, times)? {
            self.outcome.assignments.new += u64::from(is_new);
            self.outcome.assignments.changed += u64::from(!is_new);
        } else {
            self.outcome.assignments.unchanged += 1;
        }
        Ok(Ok(()))
    }
}
