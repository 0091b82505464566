//! The texts that passages count in: ours, and those of the stores that are merged.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::domain::merge::Follow;
use crate::domain::{CharRange, Digest, IndexedText};
use crate::error::Result;
use crate::store::Reader;
use crate::store::foreign::Foreign;

/// Texts by their digests, wherever they are.
pub(super) struct Texts<'a> {
    ours: Reader<'a>,
    theirs: Vec<Reader<'a>>,
    followed: RefCell<HashMap<(Digest, Digest), Option<(IndexedText, IndexedText)>>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(ours: Reader<'a>, theirs: &'a [Foreign]) -> Self {
        let theirs = theirs.iter().map(|foreign| foreign.store().reader()).collect();
        Texts { ours, theirs, followed: RefCell::default() }
    }

    /// The text with this digest; `None` when no store has it, or what it has under that name is another text.
    pub(super) fn body(&self, digest: Digest) -> Result<Option<String>> {
        if let Some(id) = self.ours.text_with_digest(digest)? {
            return self.ours.text_body(id).map(Some);
        }
        for reader in &self.theirs {
            if let Some(id) = reader.text_with_digest(digest)? {
                let body = reader.text_body(id)?;
                if Digest::of(body.as_bytes()) == digest {
                    return Ok(Some(body));
                }
            }
        }
        Ok(None)
    }
}

impl Follow for Texts<'_> {
    fn follow(&self, from: Digest, to: Digest, range: CharRange) -> Option<CharRange> {
        let mut followed = self.followed.borrow_mut();
        let pair = followed.entry((from, to)).or_insert_with(|| {
            let old = self.body(from).ok().flatten()?;
            let new = self.body(to).ok().flatten()?;
            Some((IndexedText::new(old), IndexedText::new(new)))
        });
        let (old, new) = pair.as_ref()?;
        let quote = old.index().slice(range)?;
        (new.index().slice(range) == Some(quote)).then_some(range)
    }
}
