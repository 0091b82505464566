//! The rows of `annotations.csv`: new ones are gathered, known ones are compared with the version they were exported from.

use std::collections::HashMap;
use std::io::Read;

use uuid::Uuid;

use super::later::Later;
use super::versions::{lineage_of, stated_version};
use super::write::NewAnnotation;
use super::{Import, Refusal};
use crate::domain::lineage::Graph;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};
use crate::exchange::annotations::{AnnotationReader, ParsedAnnotation};
use crate::exchange::record::Action;
use crate::store::annotation::AnnotationDraft;

/// What was gathered while the rows were read. A table in several parts is read whole before anything new is written.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) new: Vec<NewAnnotation>,
    pub(super) notes: Vec<String>,
    /// How long the notes are together, in bytes.
    notes_length: usize,
    /// The versions of new annotations that have more than one, by id.
    pub(super) graphs: HashMap<Uuid, Graph>,
    /// Rows that wait for the end.
    pub(super) later: Option<Later>,
}

/// How many new annotations one import brings at most: each is kept in memory until all rows are read.
const MOST_NEW: usize = 1 << 22;
/// How much their notes may hold in all, in bytes.
const MOST_NOTES: usize = 128 << 20;

/// What a new annotation is written under.
pub(super) struct Stamp {
    /// The spreadsheet row.
    pub(super) row: u64,
    /// Nil: to be given one.
    pub(super) id: Uuid,
    /// The version that the file states, where it is true.
    pub(super) version: Option<Version>,
    pub(super) created: i64,
    pub(super) modified: i64,
}

impl Stamp {
    /// Of a row that brings no id, made now.
    pub(super) fn new(row: u64, now: i64) -> Stamp {
        Stamp { row, id: Uuid::nil(), version: None, created: now, modified: now }
    }
}

impl Gathered {
    /// Adds an annotation that is to be new.
    pub(super) fn push(&mut self, draft: AnnotationDraft, stamp: Stamp) -> Result<()> {
        let small =
            |number: i64| u32::try_from(number).map_err(|_| Error::internal("a row number beyond 32 bits"));
        self.notes_length += draft.note.len();
        if self.new.len() >= MOST_NEW || self.notes_length > MOST_NOTES {
            let too_much = match self.new.len() {
                MOST_NEW => format!("brings more than {MOST_NEW} new annotations"),
                _ => format!("brings notes of more than {} MiB", MOST_NOTES >> 20),
            };
            return Err(Error::refused(format!("row {}: the import {too_much} up to here", stamp.row))
                .hint("split the table into files with the same header, and import one after the other"));
        }
        let note = if draft.note.is_empty() {
            0
        } else {
            self.notes.push(draft.note);
            self.notes.len() as u32
        };
        self.new.push(NewAnnotation {
            document: small(draft.document)?,
            range: draft.range,
            coder: small(draft.coder)?,
            code: draft.code.map_or(Ok(0), small)?,
            text: small(draft.text)?,
            note,
            row: u32::try_from(stamp.row).unwrap_or(u32::MAX),
            id: stamp.id,
            version: stamp.version,
            created: stamp.created,
            modified: stamp.modified,
        });
        Ok(())
    }
}

impl Import<'_, '_> {
    /// Reads a table of annotations by our contract. What is new in it is left in `gathered`.
    pub(super) fn annotations(&mut self, source: impl Read, gathered: &mut Gathered) -> Result<()> {
        self.annotations_on(AnnotationReader::open(source, self.options.reading())?, gathered)
    }

    /// The same, of a table whose header was read.
    pub(super) fn annotations_on<R: Read>(
        &mut self,
        mut reader: AnnotationReader<R>,
        gathered: &mut Gathered,
    ) -> Result<()> {
        // `row` and `reason` are those of a file of refused rows, which is meant to come back.
        let unknown: Vec<String> = reader
            .sheet()
            .unknown_columns()
            .filter(|(_, name)| !matches!(*name, "row" | "reason"))
            .map(|(_, name)| format!("`{name}`"))
            .collect();
        if !unknown.is_empty() {
            self.outcome.remark(format!(
                "left aside, because they are not known: the columns {}",
                unknown.join(", ")
            ));
        }
        while let Some(outcome) = reader.next_annotation()? {
            self.outcome.annotations.rows += 1;
            let outcome = match outcome {
                Ok(row) => self.annotation(&row, gathered)?,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome
                && !self.waits(reader.sheet(), refusal.row, gathered)
            {
                self.reject(reader.sheet(), &refusal)?;
                self.refuse(refusal);
            }
        }
        Ok(())
    }

    /// One row. Inner error: its refusal.
    fn annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        let Some(stated) = row.id else { return self.new_annotation(row, None, gathered) };
        if !self.seen_annotations.insert(stated) {
            // A row that was copied in the sheet: what differs in it was meant as a new annotation.
            self.outcome.remark(format!(
                "row {}: its id stands in an earlier row too, so it is read as a new annotation",
                row.row
            ));
            return self.new_annotation(row, None, gathered);
        }
        self.stated_annotation(row, gathered)
    }

    /// A row with an id, whether for the first time or after it waited. Inner error: its refusal.
    pub(super) fn stated_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        gathered: &mut Gathered,
    ) -> Result<Result<(), Refusal>> {
        let Some(stated) = row.id else { return self.new_annotation(row, None, gathered) };
        let id = self.annotation_aliases.get(&stated).copied().unwrap_or(stated);
        if let Some(current) = self.tx.reader().annotation_by_uuid(id)? {
            if id != stated {
                self.meant_annotations.insert(id);
            }
            return self.known_annotation(row, stated, &current);
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
        let mut version = None;
        let mut suspect = placed.suspect;
        if let (Some(id), Some(lineage)) = (id, lineage_of(row.lineage)) {
            let content = self.tx.annotation_content(&placed.draft)?;
            let (stated, graph) = stated_version(Entity::Annotation, id, &lineage, &content);
            version = Some(stated);
            suspect = suspect.filter(|_| stated != lineage.head());
            if graph.parents(stated).is_some_and(|parents| !parents.is_empty()) {
                gathered.graphs.insert(id, graph);
            }
        }
        if let Some(refusal) = suspect {
            return Ok(Err(refusal));
        }
        self.outcome.reanchored += u64::from(placed.by_quote);
        let now = self.tx.at();
        let created = row.created.unwrap_or(now);
        let stamp = Stamp {
            row: row.row,
            id: id.unwrap_or(Uuid::nil()),
            version,
            created,
            modified: row.modified.unwrap_or(created),
        };
        gathered.push(placed.draft, stamp)?;
        Ok(Ok(()))
    }
}
