//! What an import did, or would do.

use super::foreign::Foreign;
use crate::actions::history::Edit;
use crate::domain::Entity;
use crate::exchange::csv::Refusal;
use crate::store::ChangeId;

/// How many refusals and notes are kept to be shown; the rest is counted.
pub const KEPT: usize = 100;

/// Counts of one kind of record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows read.
    pub rows: u64,
    /// Records that are new.
    pub new: u64,
    /// Rows that say what is there already under another id or none.
    pub already: u64,
    /// Records that were edited.
    pub changed: u64,
    /// Records that both sides edited, in different fields.
    pub merged: u64,
    /// Records that were deleted.
    pub deleted: u64,
    /// Rows that say what the store says.
    pub unchanged: u64,
    /// Rows whose content the store has left behind since: it was replaced or undone.
    pub stale: u64,
    /// Records that both sides changed differently.
    pub conflicts: u64,
}

impl Counts {
    /// Existing records that would be different afterwards.
    pub fn touched(&self) -> u64 {
        self.changed + self.merged + self.deleted
    }

    /// Whether anything would be written.
    pub fn writes(&self) -> bool {
        self.new + self.touched() + self.conflicts > 0
    }
}

/// A clash, as it is shown right after the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The spreadsheet row.
    pub row: u64,
    /// The kind of record.
    pub entity: Entity,
    /// What people call it.
    pub name: String,
    /// The fields that clash.
    pub fields: String,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Annotations.
    pub annotations: Counts,
    /// Codes.
    pub codes: Counts,
    /// Documents; an attribute that was set counts as a change of its document.
    pub documents: Counts,
    /// Coders.
    pub coders: Counts,
    /// Memos.
    pub memos: Counts,
    /// Assignments.
    pub assignments: Counts,
    /// Passages found by their words elsewhere than at their range.
    pub reanchored: u64,
    /// What became of the passages of another program's table; `None` for one of ours.
    pub foreign: Option<Foreign>,
    /// The first refused rows, with the file they stand in.
    pub refusals: Vec<(String, Refusal)>,
    /// How many rows were refused.
    pub refused: u64,
    /// How many of them were written to the file of refused rows.
    pub rejected: u64,
    /// The first clashes.
    pub clashes: Vec<Clash>,
    /// A rehearsal's edits of records that are there, the first of them.
    pub edits: Vec<Edit>,
    /// Remarks that are no refusals: a copied row, a column that is not known.
    pub remarks: Vec<String>,
    /// Paths of codes made because `create_codes` was set.
    pub new_codes: Vec<String>,
    /// Handles of coders that were new.
    pub new_coders: Vec<String>,
    /// The change; `None` when nothing was written.
    pub change: Option<ChangeId>,
    /// Whether anything was (or would have been) written.
    pub wrote: bool,
}

impl Outcome {
    /// Notes a refused row.
    pub(super) fn refuse(&mut self, file: &str, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < KEPT {
            self.refusals.push((file.to_owned(), refusal));
        }
    }

    /// Notes a clash.
    pub(super) fn clash(&mut self, clash: Clash) {
        if self.clashes.len() < KEPT {
            self.clashes.push(clash);
        }
    }

    /// Notes a remark.
    pub(super) fn remark(&mut self, remark: impl Into<String>) {
        if self.remarks.len() < KEPT {
            self.remarks.push(remark.into());
        }
    }

    /// Open conflicts that the import brought.
    pub fn conflicts(&self) -> u64 {
        self.all().iter().map(|counts| counts.conflicts).sum()
    }

    /// The counts of one kind of record.
    pub(super) fn of(&mut self, entity: Entity) -> Option<&mut Counts> {
        match entity {
            Entity::Annotation => Some(&mut self.annotations),
            Entity::Code => Some(&mut self.codes),
            Entity::Document | Entity::Attribute => Some(&mut self.documents),
            Entity::Coder => Some(&mut self.coders),
            Entity::Memo => Some(&mut self.memos),
            Entity::Assignment => Some(&mut self.assignments),
            Entity::Alias | Entity::Conflict => None,
        }
    }

    /// The counts of every kind of record.
    pub fn all(&self) -> [Counts; 6] {
        [self.annotations, self.codes, self.documents, self.coders, self.memos, self.assignments]
    }

    /// Rows that hold an older state than the store.
    pub fn stale(&self) -> u64 {
        self.all().iter().map(|counts| counts.stale).sum()
    }
}
