//! Annotations that are new here and have one version: most of what a colleague's store holds, kept small.

use std::collections::HashMap;
use std::hash::Hash;

use uuid::Uuid;

use crate::domain::merge::{Strand, Times};
use crate::domain::record::Annotation;
use crate::domain::{CharRange, Digest, Version};

/// A new annotation in 80 bytes: a million of them wait until everything is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fresh {
    pub(super) uuid: Uuid,
    pub(super) version: Version,
    /// The version that it was rewritten from, for another coder.
    pub(super) origin: Option<Version>,
    pub(super) range: CharRange,
    /// Places in [`Refs`].
    pub(super) document: u32,
    pub(super) text: u32,
    /// 0: none; else the place, plus 1.
    pub(super) code: u32,
    pub(super) coder: u32,
    /// The coder before it was rewritten.
    pub(super) origin_coder: u32,
    /// 0: none; else the place among the notes, plus 1.
    pub(super) note: u32,
    pub(super) times: Times,
}

/// What an annotation says here, where that differs from what was written: places in [`Refs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) range: CharRange,
    pub(super) document: u32,
    pub(super) text: u32,
    pub(super) code: u32,
    pub(super) coder: u32,
}

impl Fresh {
    /// What it says as it was written.
    pub(super) fn written(&self) -> Shown {
        let Fresh { range, document, text, code, coder, .. } = *self;
        Shown { range, document, text, code, coder }
    }
}

/// Values by places, so that a million annotations name them in four bytes.
#[derive(Debug)]
pub(super) struct Interned<T> {
    pub(super) all: Vec<T>,
    places: HashMap<T, u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Interned { all: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Interned<T> {
    /// The place of `value`.
    pub(super) fn place(&mut self, value: T) -> u32 {
        *self.places.entry(value).or_insert_with(|| {
            self.all.push(value);
            u32::try_from(self.all.len() - 1)
                .expect("a store has fewer than 2^32 documents, codes and coders")
        })
    }
}

/// What fresh annotations refer to, and their notes.
#[derive(Debug, Default)]
pub(super) struct Refs {
    pub(super) documents: Interned<Uuid>,
    pub(super) codes: Interned<Uuid>,
    pub(super) coders: Interned<Uuid>,
    pub(super) texts: Interned<Digest>,
    pub(super) notes: Vec<String>,
}

impl Refs {
    pub(super) fn note(&self, fresh: &Fresh) -> &str {
        (fresh.note as usize).checked_sub(1).map_or("", |place| self.notes[place].as_str())
    }

    pub(super) fn code(&self, place: u32) -> Option<Uuid> {
        (place as usize).checked_sub(1).map(|place| self.codes.all[place])
    }

    /// What it says as it was written.
    pub(super) fn content(&self, fresh: &Fresh) -> Annotation {
        self.content_shown(fresh, fresh.written())
    }

    /// What it says here.
    pub(super) fn content_shown(&self, fresh: &Fresh, shown: Shown) -> Annotation {
        Annotation {
            document: self.documents.all[shown.document as usize],
            text: self.texts.all[shown.text as usize],
            range: shown.range,
            code: self.code(shown.code),
            coder: self.coders.all[shown.coder as usize],
            note: self.note(fresh).to_owned(),
        }
    }

    /// The places of what `one` says.
    pub(super) fn place(&mut self, one: &Annotation) -> Shown {
        Shown {
            range: one.range,
            document: self.documents.place(one.document),
            text: self.texts.place(one.text),
            code: one.code.map_or(0, |code| self.codes.place(code) + 1),
            coder: self.coders.place(one.coder),
        }
    }

    /// What it said before it was rewritten for another coder.
    pub(super) fn original(&self, fresh: &Fresh) -> Annotation {
        Annotation { coder: self.coders.all[fresh.origin_coder as usize], ..self.content(fresh) }
    }

    /// The annotation as a record like any other.
    pub(super) fn strand(&self, fresh: &Fresh) -> Strand<Annotation> {
        let Some(origin) = fresh.origin else {
            return Strand::first(fresh.version, self.content(fresh), fresh.times);
        };
        let mut strand = Strand::first(origin, self.original(fresh), fresh.times);
        strand.write(fresh.version, vec![origin], Some(self.content(fresh)), fresh.times);
        strand
    }
}
