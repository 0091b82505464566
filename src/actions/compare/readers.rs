//! Who has read what. "Not read" is missing; "read, and nothing marked" is a judgement like any other.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::record::Progress;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;

/// What is known of coders and documents, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Readers {
    states: HashMap<(i64, i64), Progress>,
    annotated: HashSet<(i64, i64)>,
    done_only: bool,
}

/// Reads who said what of these documents, and who annotated in them.
pub(super) fn readers(reader: Reader<'_>, documents: &[DocumentRow], done_only: bool) -> Result<Readers> {
    let wanted: BTreeSet<i64> = documents.iter().map(|document| document.id).collect();
    let mut readers = Readers { done_only, ..Readers::default() };
    for assignment in reader.assignments()? {
        if wanted.contains(&assignment.document) {
            readers.states.insert((assignment.document, assignment.coder), assignment.state);
        }
    }
    for (document, coder) in reader.annotated_documents()? {
        if wanted.contains(&document) {
            readers.annotated.insert((document, coder));
        }
    }
    Ok(readers)
}

impl Readers {
    /// Whether the coder read the document to its end: said so, or annotated in it and said nothing. Who was assigned a
    /// document or is in the midst of it has not read it, whatever stands there already.
    pub(super) fn read(&self, document: i64, coder: i64) -> bool {
        match self.states.get(&(document, coder)) {
            Some(state) => *state == Progress::Done,
            None => self.inferred(document, coder),
        }
    }

    /// Whether that the coder read the document is taken from annotations alone.
    pub(super) fn inferred(&self, document: i64, coder: i64) -> bool {
        let key = (document, coder);
        !self.done_only && !self.states.contains_key(&key) && self.annotated.contains(&key)
    }

    /// Whether the coder annotated in the document and has not read it to its end.
    pub(super) fn unfinished(&self, document: i64, coder: i64) -> bool {
        self.annotated.contains(&(document, coder)) && !self.read(document, coder)
    }

    /// Whether the coder read any document.
    pub(super) fn reads_anything(&self, coder: i64) -> bool {
        self.states.iter().any(|((_, reader), state)| *reader == coder && *state == Progress::Done)
            || self.annotated.iter().any(|(document, reader)| *reader == coder && self.read(*document, coder))
    }
}
