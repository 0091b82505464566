//! Writing what is new: sorted, without what is there already, and in bulk.

use std::cmp::Ordering;

use uuid::Uuid;

use super::annotations::Gathered;
use super::{Import, Refusal};
use crate::domain::lineage::Graph;
use crate::domain::{CharRange, Entity, Version};
use crate::error::Result;
use crate::store::annotation::{AnnotationDraft, AnnotationKey};

/// A new annotation in 72 bytes: a million wait in memory until all rows are read.
#[derive(Clone, Copy)]
pub(super) struct NewAnnotation {
    pub(super) document: u32,
    pub(super) range: CharRange,
    pub(super) coder: u32,
    /// 0: none.
    pub(super) code: u32,
    pub(super) text: u32,
    /// 0: none; else the place among the notes, plus 1.
    pub(super) note: u32,
    /// The spreadsheet row.
    pub(super) row: u32,
    /// Nil: to be given one.
    pub(super) id: Uuid,
    /// The version that the file states, where it is true.
    pub(super) version: Option<Version>,
    pub(super) created: i64,
    pub(super) modified: i64,
}

impl NewAnnotation {
    /// What makes it the same annotation as another, in the order of the store's index.
    fn key(&self) -> AnnotationKey {
        AnnotationKey {
            document: self.document.into(),
            range: self.range,
            coder: self.coder.into(),
            code: (self.code > 0).then(|| self.code.into()),
            text: self.text.into(),
        }
    }

    fn note<'a>(&self, notes: &'a [String]) -> &'a str {
        (self.note as usize).checked_sub(1).map_or("", |note| notes[note].as_str())
    }

    fn draft(&self, notes: &[String]) -> AnnotationDraft {
        AnnotationDraft {
            document: self.document.into(),
            text: self.text.into(),
            range: self.range,
            code: (self.code > 0).then(|| self.code.into()),
            coder: self.coder.into(),
            note: self.note(notes).to_owned(),
        }
    }
}

impl Import<'_, '_> {
    /// Writes the gathered annotations. In the order of places: the indices grow at their ends, and who reads the file
    /// later reads neighbours together.
    pub(super) fn write_new(&mut self, mut gathered: Gathered) -> Result<()> {
        self.settle(&mut gathered)?;
        let Gathered { mut new, notes, graphs, .. } = gathered;
        // Texts were needed to read; memory is needed to write.
        self.directory.texts.forget();
        new.sort_unstable_by(|one, other| one.key().cmp(&other.key()).then_with(|| one.row.cmp(&other.row)));
        self.without_repeats(&mut new, &notes);
        let new = self.without_known(new, &notes)?;
        self.outcome.annotations.new += new.len() as u64;
        let first = Graph::default();
        self.tx.insert_many_annotations(new.len(), || {
            for annotation in &new {
                let draft = annotation.draft(&notes);
                let times = (annotation.created, annotation.modified);
                if annotation.id.is_nil() {
                    self.tx.insert_annotation(&draft, times)?;
                } else {
                    let graph = graphs.get(&annotation.id).unwrap_or(&first);
                    let known = annotation.version.map(|version| (version, graph));
                    self.tx.insert_known_annotation(annotation.id, &draft, times, known)?;
                }
            }
            Ok(())
        })
    }

    /// Leaves out rows that say what an earlier row says. In place: a second list of a million would be felt.
    fn without_repeats(&mut self, new: &mut Vec<NewAnnotation>, notes: &[String]) {
        let mut kept: usize = 0;
        for next in 0..new.len() {
            let annotation = new[next];
            // Annotations without a code are the same only when their notes are: look back over all with this key.
            let twin = new[..kept]
                .iter()
                .rev()
                .take_while(|other| other.key() == annotation.key())
                .find(|other| annotation.code > 0 || other.note(notes) == annotation.note(notes))
                .copied();
            match twin {
                None => {
                    new[kept] = annotation;
                    kept += 1;
                }
                Some(twin) if annotation.note == 0 || twin.note(notes) == annotation.note(notes) => {
                    self.outcome.annotations.already += 1;
                }
                Some(twin) => {
                    let reason =
                        format!("says of this passage what row {} says, with another note", twin.row);
                    self.refuse(Refusal::cell(annotation.row.into(), "note", annotation.note(notes), reason));
                }
            }
        }
        new.truncate(kept);
    }

    /// Leaves out what the store says already.
    fn without_known(&mut self, new: Vec<NewAnnotation>, notes: &[String]) -> Result<Vec<NewAnnotation>> {
        /// From here on one walk along the index is cheaper than a look-up for each row.
        const MANY: usize = 2_000;
        if self.annotations_before == 0 {
            return Ok(new);
        }
        let mut kept = Vec::with_capacity(new.len());
        if new.len() < MANY {
            for annotation in new {
                match self.tx.reader().same_annotation(&annotation.draft(notes))? {
                    Some(known) => self.already_there(&annotation, known.id, notes)?,
                    None => kept.push(annotation),
                }
            }
            return Ok(kept);
        }
        let mut known_ids = Vec::new();
        let mut next = 0;
        self.tx.reader().each_annotation_key(|key, id| {
            while next < new.len() && new[next].key().cmp(&key) == Ordering::Less {
                kept.push(new[next]);
                next += 1;
            }
            // Without a code, the note tells annotations apart; those few are looked up below.
            while next < new.len() && new[next].key() == key {
                known_ids.push((new[next], id));
                next += 1;
            }
            Ok(())
        })?;
        kept.extend_from_slice(&new[next..]);
        for (annotation, id) in known_ids {
            if annotation.code > 0 {
                self.already_there(&annotation, id, notes)?;
                continue;
            }
            match self.tx.reader().same_annotation(&annotation.draft(notes))? {
                Some(known) => self.already_there(&annotation, known.id, notes)?,
                None => kept.push(annotation),
            }
        }
        Ok(kept)
    }

    /// A row that says what an annotation says already; at most its note is news.
    fn already_there(&mut self, annotation: &NewAnnotation, id: i64, notes: &[String]) -> Result<()> {
        let note = annotation.note(notes);
        let Some(known) = self.tx.reader().annotation(id)? else { return Ok(()) };
        // The file says it, if under another id or none.
        self.meant_annotations.insert(known.uuid);
        if !annotation.id.is_nil() && annotation.id != known.uuid {
            self.join(annotation.id, known.uuid)?;
        }
        if note.is_empty() || note == known.draft.note {
            self.outcome.annotations.already += 1;
        } else if known.draft.note.is_empty() && !self.seen_annotations.contains(&known.uuid) {
            self.tx.update_annotation(id, &AnnotationDraft { note: note.to_owned(), ..known.draft })?;
            self.outcome.annotations.changed += 1;
        } else {
            // Also where a row of its own says that the note is empty: two rows of one file would undo each other.
            let reason =
                format!("#{id} says the same of this passage, with another note; edit the note of that row");
            self.refuse(Refusal::cell(annotation.row.into(), "note", note, reason));
        }
        Ok(())
    }

    /// Two ids that mean one annotation: the one that was here stays, the other becomes its alias.
    fn join(&mut self, retired: Uuid, target: Uuid) -> Result<()> {
        if self.annotation_aliases.insert(retired, target).is_none() {
            self.tx.insert_alias(Entity::Annotation, retired, target)?;
        }
        Ok(())
    }
}
