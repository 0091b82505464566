//! The rows of `annotations.csv`: new ones are gathered, known ones are compared with the version they were exported from.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use uuid::Uuid;

use super::write::NewAnnotation;
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};
use crate::exchange::annotations::{AnnotationReader, ParsedAnnotation};
use crate::exchange::csv::WriteOptions;
use crate::exchange::record::Action;
use crate::exchange::rejects::RejectsWriter;

/// What was gathered while the rows were read.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) new: Vec<NewAnnotation>,
    pub(super) notes: Vec<String>,
    /// The lineages of new annotations that have more than one version, by id.
    pub(super) lineages: HashMap<Uuid, Lineage>,
    /// The ids that the file names.
    seen: HashSet<Uuid>,
}

impl Import<'_, '_> {
    /// Reads a table of annotations and writes what is new in it.
    pub(super) fn annotations(&mut self, source: impl Read) -> Result<()> {
        let mut reader = AnnotationReader::open(source, self.options.reading())?;
        let unknown: Vec<String> =
            reader.sheet().unknown_columns().map(|(_, name)| format!("`{name}`")).collect();
        if !unknown.is_empty() {
            self.outcome.remark(format!(
                "left aside, because they are not known: the columns {}",
                unknown.join(", ")
            ));
        }
        let rejects = self.rejects.take();
        let mut rejects = rejects
            .map(|sink| RejectsWriter::new(sink, WriteOptions::default(), reader.sheet().header()))
            .transpose()?;
        let mut gathered = Gathered::default();
        while let Some(outcome) = reader.next_annotation()? {
            self.outcome.annotations.rows += 1;
            let outcome = match outcome {
                Ok(row) => self.annotation(&row, &mut gathered)?,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome {
                if let (Some(rejects), Some(row)) = (&mut rejects, reader.sheet().last_row()) {
                    rejects.write(row.cells(), &refusal)?;
                }
                self.refuse(refusal);
            }
        }
        if let Some(rejects) = rejects {
            rejects.finish()?;
        }
        // Texts were needed to read; memory is needed to write.
        self.directory.forget_texts();
        self.seen_annotations = std::mem::take(&mut gathered.seen);
        self.write_new(gathered)
    }

    /// One row. Inner error: its refusal.
    fn annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        let Some(stated) = row.id else { return self.new_annotation(row, None, gathered) };
        let id = self.annotation_aliases.get(&stated).copied().unwrap_or(stated);
        if !gathered.seen.insert(stated) {
            // A row that was copied in the sheet: what differs in it was meant as a new annotation.
            self.outcome.remark(format!(
                "row {}: its id stands in an earlier row too, so it is read as a new annotation",
                row.row
            ));
            return self.new_annotation(row, None, gathered);
        }
        if let Some(current) = self.tx.reader().annotation_by_uuid(id)? {
            return self.known_annotation(row, &current);
        }
        if let Some(version) = self.tx.reader().deletion(Entity::Annotation, id)? {
            return self.deleted_annotation(row, id, version);
        }
        if row.action == Action::Delete {
            self.outcome.annotations.unchanged += 1;
            return Ok(Ok(()));
        }
        self.new_annotation(row, Some(id), gathered)
    }

    /// A row without an id, or with one that the store has never seen.
    fn new_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        id: Option<Uuid>,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        if row.action == Action::Delete {
            return Ok(Err(Refusal::cell(
                row.row,
                "action",
                "delete",
                "a row without an id of its own names nothing to delete",
            )));
        }
        let placed = match self.place(row, None)? {
            Ok(placed) => placed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.outcome.reanchored += u64::from(placed.by_quote);
        let mut version = None;
        if let (Some(id), Some(text)) = (id, row.lineage) {
            let Ok(lineage) = text.parse::<Lineage>() else {
                return Ok(Err(unreadable_lineage(row.row, text)));
            };
            // The version is kept where it is true of what the row says, so that a rebuilt store has the same history.
            let content = self.tx.annotation_content(&placed.draft)?;
            let head = lineage.head();
            if Version::of(Entity::Annotation, id, lineage.head_parents(), Some(&content)) == head {
                version = Some(head);
                if !lineage.head_parents().is_empty() {
                    gathered.lineages.insert(id, lineage);
                }
            }
        }
        let now = self.tx.at();
        let created = row.created.unwrap_or(now);
        let small =
            |number: i64| u32::try_from(number).map_err(|_| Error::internal("a row number beyond 32 bits"));
        let draft = placed.draft;
        let note = if draft.note.is_empty() {
            0
        } else {
            gathered.notes.push(draft.note);
            gathered.notes.len() as u32
        };
        gathered.new.push(NewAnnotation {
            document: small(draft.document)?,
            range: draft.range,
            coder: small(draft.coder)?,
            code: draft.code.map_or(Ok(0), small)?,
            text: small(draft.text)?,
            note,
            row: u32::try_from(row.row).unwrap_or(u32::MAX),
            id: id.unwrap_or(Uuid::nil()),
            version,
            created,
            modified: row.modified.unwrap_or(created),
        });
        Ok(Ok(()))
    }
}

/// The refusal of a lineage that names no versions.
pub(super) fn unreadable_lineage(row: u64, text: &str) -> Refusal {
    Refusal::cell(
        row,
        "lineage",
        text,
        "is not a lineage as it was exported; copy it back, or clear it with the id",
    )
}
