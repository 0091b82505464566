//! Conflicts that an import opens.

use uuid::Uuid;

use super::Import;
use super::outcome::Clash;
use crate::domain::merge::Field;
use crate::domain::record::Conflict;
use crate::domain::{Entity, Version};
use crate::error::Result;

/// A record that both sides changed differently.
pub(super) struct Clashing<'a> {
    pub(super) entity: Entity,
    pub(super) id: Uuid,
    /// What people call it.
    pub(super) name: String,
    pub(super) ours: Version,
    pub(super) theirs: Version,
    pub(super) fields: &'a [Field],
    /// The spreadsheet row.
    pub(super) row: u64,
}

impl Import<'_, '_> {
    /// Writes the conflict down and counts it.
    pub(super) fn open_conflict(&mut self, clashing: Clashing<'_>) -> Result<()> {
        let Clashing { entity, id, name, ours, theirs, fields, row } = clashing;
        let fields = fields.join(", ");
        self.tx.open_conflict(&Conflict {
            entity,
            record: id,
            ours,
            theirs,
            fields: fields.clone(),
            source: self.file.clone(),
            row,
        })?;
        if let Some(counts) = self.outcome.of(entity) {
            counts.conflicts += 1;
        }
        self.outcome.clash(Clash { row, entity, name, fields });
        Ok(())
    }
}
