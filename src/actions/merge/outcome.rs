//! What a merge did, or would do.

use crate::actions::history::Edit;
use crate::domain::Entity;
use crate::store::ChangeId;

/// How many questions and edits are kept to be shown; the rest is counted.
pub const KEPT: usize = 100;

/// Counts of one kind of record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that are new here.
    pub new: u64,
    /// Records that say something else now.
    pub changed: u64,
    /// Records that both sides edited, in different fields.
    pub merged: u64,
    /// Records that were deleted there, and are deleted here now.
    pub deleted: u64,
    /// Records that another one stands for now.
    pub joined: u64,
    /// Records about which a question was opened.
    pub conflicts: u64,
    /// Records whose question is settled.
    pub settled: u64,
}

impl Counts {
    /// Existing records that would be different afterwards.
    pub fn touched(&self) -> u64 {
        self.changed + self.merged + self.deleted
    }

    /// Whether there is anything to tell.
    pub fn writes(&self) -> bool {
        self.new + self.touched() + self.joined + self.conflicts + self.settled > 0
    }
}

/// A question that was opened, as it is shown right after the merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The kind of record.
    pub entity: Entity,
    /// What people call it.
    pub name: String,
    /// The fields that are in question.
    pub fields: String,
}

/// What a merge did, or would do.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Annotations.
    pub annotations: Counts,
    /// Codes.
    pub codes: Counts,
    /// Documents.
    pub documents: Counts,
    /// Attributes of documents.
    pub attributes: Counts,
    /// Coders.
    pub coders: Counts,
    /// Memos.
    pub memos: Counts,
    /// Assignments.
    pub assignments: Counts,
    /// Codes that were merged into others there.
    pub aliases: Counts,
    /// Records about documents that were purged here, and stay away.
    pub purged: u64,
    /// The first questions.
    pub questions: Vec<Question>,
    /// Remarks: a journal beside a store, another project.
    pub remarks: Vec<String>,
    /// A rehearsal's edits of records that are there, the first of them.
    pub edits: Vec<Edit>,
    /// The change; `None` when nothing was written.
    pub change: Option<ChangeId>,
    /// Whether anything was (or would have been) written.
    pub wrote: bool,
}

impl Outcome {
    pub(super) fn remark(&mut self, remark: impl Into<String>) {
        if self.remarks.len() < KEPT {
            self.remarks.push(remark.into());
        }
    }

    pub(super) fn ask(&mut self, question: Question) {
        if let Some(counts) = self.of(question.entity) {
            counts.conflicts += 1;
        }
        if self.questions.len() < KEPT {
            self.questions.push(question);
        }
    }

    pub(super) fn of(&mut self, entity: Entity) -> Option<&mut Counts> {
        match entity {
            Entity::Annotation => Some(&mut self.annotations),
            Entity::Code => Some(&mut self.codes),
            Entity::Document => Some(&mut self.documents),
            Entity::Attribute => Some(&mut self.attributes),
            Entity::Coder => Some(&mut self.coders),
            Entity::Memo => Some(&mut self.memos),
            Entity::Assignment => Some(&mut self.assignments),
            Entity::Alias => Some(&mut self.aliases),
            Entity::Conflict => None,
        }
    }

    /// The counts of every kind of record people know.
    pub fn all(&self) -> [(Entity, Counts); 7] {
        [
            (Entity::Annotation, self.annotations),
            (Entity::Code, self.codes),
            (Entity::Document, self.documents),
            (Entity::Attribute, self.attributes),
            (Entity::Coder, self.coders),
            (Entity::Memo, self.memos),
            (Entity::Assignment, self.assignments),
        ]
    }

    /// Open conflicts that the merge brought.
    pub fn conflicts(&self) -> u64 {
        self.all().iter().map(|(_, counts)| counts.conflicts).sum::<u64>() + self.aliases.conflicts
    }

    /// In one line, for the log.
    pub(super) fn in_words(&self) -> String {
        let mut parts = Vec::new();
        for (entity, counts) in self.all() {
            for (count, what) in [
                (counts.new, "new"),
                (counts.touched() + counts.joined, "changed"),
                (counts.conflicts, "in conflict"),
            ] {
                if count > 0 {
                    let plural = if count == 1 { "" } else { "s" };
                    parts.push(format!("{count} {}{plural} {what}", entity.word()));
                }
            }
        }
        if parts.is_empty() { "nothing new".to_owned() } else { parts.join(", ") }
    }
}
