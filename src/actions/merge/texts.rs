//! The texts that passages count in: ours, and those of the stores that are merged.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::domain::merge::Follow;
use crate::domain::reanchor::{Alignment, Reanchor};
use crate::domain::{CharRange, Digest, IndexedText};
use crate::error::Result;
use crate::store::Reader;
use crate::store::foreign::Foreign;

/// How many bytes of texts are kept aligned at once.
const KEPT: usize = 160 << 20;

/// Two texts of one document, aligned.
struct Revision {
    old: IndexedText,
    new: IndexedText,
    alignment: Alignment,
}

/// Texts by their digests, wherever they are.
pub(super) struct Texts<'a> {
    ours: Reader<'a>,
    theirs: Vec<Reader<'a>>,
    revisions: RefCell<Revisions>,
}

/// What was aligned so far; `None` where a text is not at hand.
#[derive(Default)]
struct Revisions {
    known: HashMap<(Digest, Digest), Option<Rc<Revision>>>,
    size: usize,
}

impl<'a> Texts<'a> {
    pub(super) fn new(ours: Reader<'a>, theirs: &'a [Foreign]) -> Self {
        let theirs = theirs.iter().map(|foreign| foreign.store().reader()).collect();
        Texts { ours, theirs, revisions: RefCell::default() }
    }

    /// The text with this digest; `None` when no store has it, or what it has under that name is another text.
    pub(super) fn body(&self, digest: Digest) -> Result<Option<String>> {
        if let Some(id) = self.ours.text_with_digest(digest)? {
            return self.ours.proven_text_body(id).map(Some);
        }
        for reader in &self.theirs {
            if let Some(id) = reader.text_with_digest(digest)? {
                let body = reader.proven_text_body(id)?;
                if Digest::of(body.as_bytes()) == digest {
                    return Ok(Some(body));
                }
            }
        }
        Ok(None)
    }

    fn revision(&self, from: Digest, to: Digest) -> Option<Rc<Revision>> {
        if let Some(known) = self.revisions.borrow().known.get(&(from, to)) {
            return known.clone();
        }
        let read = |digest| Some(IndexedText::new(self.body(digest).ok().flatten()?));
        let revision = read(from).zip(read(to)).map(|(old, new)| {
            let alignment = Alignment::between(&old.index(), &new.index());
            Rc::new(Revision { old, new, alignment })
        });
        let mut revisions = self.revisions.borrow_mut();
        let size =
            revision.as_ref().map_or(0, |one| one.old.index().body().len() + one.new.index().body().len());
        if revisions.size + size > KEPT {
            *revisions = Revisions::default();
        }
        revisions.size += size;
        revisions.known.insert((from, to), revision.clone());
        revision
    }
}

impl Follow for Texts<'_> {
    fn follow(&self, from: Digest, to: Digest, range: CharRange) -> Option<CharRange> {
        let revision = self.revision(from, to)?;
        let (old, new) = (revision.old.index(), revision.new.index());
        Reanchor::with(&old, &new, &revision.alignment).follow(range).range()
    }
}
