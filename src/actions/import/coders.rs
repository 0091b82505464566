//! `coders.csv`.

use std::io::Read;

use super::clash::Clashing;
use super::versions::{Standing, lineage_of, stated_version};
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::merge::{Decision, Theirs};
use crate::domain::name::check_handle;
use crate::domain::{Entity, record};
use crate::error::Result;
use crate::exchange::coders::CoderRow;
use crate::exchange::record::{Numbered, Record, RecordReader};
use crate::store::coder::CoderRow as Stored;

impl Import<'_, '_> {
    /// Reads a table whose rows are taken one by one. Returns how many there were.
    pub(super) fn records<T: Record>(
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
        Ok(())
    }

    fn coder_row(&mut self, row: &Numbered<CoderRow>) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        if let Err(refused) = check_handle(&value.handle) {
            return Ok(Err(Refusal::cell(row.row, "handle", &value.handle, refused.message())));
        }
        if value.id.is_some_and(|id| self.directory.coders.is_retired(id)) {
            self.outcome.coders.stale += 1;
            return Ok(Ok(()));
        }
        let stored = self.tx.reader().coders()?;
        let holder = stored.iter().find(|coder| coder.handle == value.handle);
        if let Some(known) = stored.iter().find(|coder| Some(coder.uuid) == value.id) {
            let outcome = self.known_coder(row, known, holder.is_some())?;
            self.directory.coders.refresh(self.tx.reader())?;
            return Ok(outcome);
        }
        if holder.is_some() {
            // Who has the same handle in two stores is the same person.
            self.outcome.coders.already += 1;
            return Ok(Ok(()));
        }
        if let Some(id) = value.id
            && self.tx.reader().deletion(Entity::Coder, id)?.is_some()
        {
            // Undone here. A row that needs the coder brings it back.
            self.outcome.coders.stale += 1;
            return Ok(Ok(()));
        }
        let content = record::Coder { handle: value.handle.clone() };
        match (value.id, lineage_of(value.lineage.as_deref())) {
            (Some(id), Some(lineage)) => {
                let (version, graph) = stated_version(Entity::Coder, id, &lineage, &content);
                let created = value.created.unwrap_or(self.tx.at());
                self.tx.insert_known_coder(id, &value.handle, created, version, &graph)?;
            }
            _ => {
                self.tx.ensure_coder(&value.handle)?;
            }
        }
        self.outcome.coders.new += 1;
        self.directory.coders.refresh(self.tx.reader())?;
        Ok(Ok(()))
    }

    fn known_coder(
        &mut self,
        row: &Numbered<CoderRow>,
        known: &Stored,
        taken: bool,
    ) -> Result<Result<(), Refusal>> {
        let handle = &row.value.handle;
        if known.handle == *handle {
            self.outcome.coders.unchanged += 1;
            return Ok(Ok(()));
        }
        if let Some(damage) = self.damage(handle, Some(&known.handle)) {
            return Ok(Err(Refusal::cell(row.row, "handle", handle, damage)));
        }
        let ours = Standing {
            entity: Entity::Coder,
            id: known.uuid,
            version: known.version,
            state: Some(record::Coder { handle: known.handle.clone() }),
        };
        let lineage = lineage_of(row.value.lineage.as_deref());
        let graph = lineage.as_ref().map(Lineage::graph).unwrap_or_default();
        let state = Some(record::Coder { handle: handle.clone() });
        match self.decide(ours, Theirs { lineage, state })? {
            Decision::Nothing => self.outcome.coders.stale += 1,
            // A handle is the only field, so two edits of it never merge.
            Decision::Take(step) | Decision::Merge { merged: step, .. } => {
                if taken {
                    let reason = "another coder has this handle; `postil coder merge` makes one of two";
                    return Ok(Err(Refusal::cell(row.row, "handle", handle, reason)));
                }
                self.tx.learn_lineage(known.uuid, &graph)?;
                self.tx.step_coder(known.id, handle, &step)?;
                self.outcome.coders.changed += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.tx.learn_lineage(known.uuid, &graph)?;
                self.tx.keep_delivered_coder(known.id, handle, &theirs)?;
                self.open_conflict(Clashing {
                    entity: Entity::Coder,
                    id: known.uuid,
                    name: known.handle.clone(),
                    ours: known.version,
                    theirs: theirs.version,
                    fields: &fields,
                    row: row.row,
                })?;
            }
        }
        Ok(Ok(()))
    }
}
