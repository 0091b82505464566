//! What is known of all records.

use std::borrow::Cow;

use super::Fields;
use super::cluster::{Kind, has_derived, undo_derived};
use crate::domain::record::{Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo};

/// What is known of all records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the kind of its name")]
pub struct World {
    pub coders: Kind<Coder>,
    pub documents: Kind<Document>,
    pub attributes: Kind<Attribute>,
    pub codes: Kind<Code>,
    pub annotations: Kind<Annotation>,
    pub memos: Kind<Memo>,
    pub assignments: Kind<Assignment>,
    pub aliases: Kind<Alias>,
}

impl World {
    /// Takes over everything that `other` knows.
    pub fn unite(&mut self, other: &World) {
        fn each<C: Clone>(ours: &mut Kind<C>, theirs: &Kind<C>) {
            for (id, strand) in theirs {
                ours.entry(*id).or_default().unite(strand);
            }
        }
        each(&mut self.coders, &other.coders);
        each(&mut self.documents, &other.documents);
        each(&mut self.attributes, &other.attributes);
        each(&mut self.codes, &other.codes);
        each(&mut self.annotations, &other.annotations);
        each(&mut self.memos, &other.memos);
        each(&mut self.assignments, &other.assignments);
        each(&mut self.aliases, &other.aliases);
    }

    /// Puts what somebody wrote in the place of what follows from it by rule, so that the heads are those of people.
    pub fn undo_derived(&mut self) {
        undo_derived(&mut self.coders);
        undo_derived(&mut self.documents);
        undo_derived(&mut self.attributes);
        undo_derived(&mut self.codes);
        undo_derived(&mut self.annotations);
        undo_derived(&mut self.memos);
        undo_derived(&mut self.assignments);
        undo_derived(&mut self.aliases);
    }
}

/// The records with what somebody wrote in the place of what follows from it by rule; a copy only where there is any.
pub(super) fn written<C: Fields>(kind: &Kind<C>) -> Cow<'_, Kind<C>> {
    if !has_derived(kind) {
        return Cow::Borrowed(kind);
    }
    let mut kind = kind.clone();
    undo_derived(&mut kind);
    Cow::Owned(kind)
}
