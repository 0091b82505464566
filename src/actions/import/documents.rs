//! `documents.csv` and the texts beside it: documents that are new, and names that were edited.

use std::io::Read;

use uuid::Uuid;

use super::clash::Clashing;
use super::versions::{Standing, lineage_of, stated_version};
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::merge::{Decision, Theirs};
use crate::domain::name::check_name;
use crate::domain::text_error::TextError;
use crate::domain::{Digest, Entity, Text, record};
use crate::error::{Error, Result};
use crate::exchange::documents::{DocumentReader, DocumentRow};
use crate::exchange::record::{Action, Numbered};
use crate::store::document::DocumentRow as Stored;

/// What became of a document's name, or of one of its attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// It says what the store says.
    Same,
    /// It was edited, and the edit is taken over.
    Set,
    /// It holds what the store held before.
    Old,
    /// Both sides changed it.
    Clash,
}

impl Import<'_, '_> {
    /// Reads `documents.csv`. `text_of` gives the bytes of a file of the bundle.
    pub(super) fn documents(
        &mut self,
        source: impl Read,
        mut text_of: impl FnMut(&str) -> Result<Option<Vec<u8>>>,
    ) -> Result<()> {
        let mut reader = DocumentReader::open(source, self.options.reading())?;
        while let Some(row) = reader.next_document()? {
            self.outcome.documents.rows += 1;
            let outcome = match row {
                Ok(row) => self.document_row(&row, &mut text_of)?,
                Err(refusal) => Err(refusal),
            };
            if let Err(refusal) = outcome {
                self.refuse(refusal);
            }
        }
        self.directory.documents.refresh(self.tx.reader())
    }

    fn document_row(
        &mut self,
        row: &Numbered<DocumentRow>,
        text_of: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>>,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let documents = &self.directory.documents;
        let by_id = value.id.and_then(|id| documents.by_uuid(id));
        // The same text is the same document, whatever it is called; the same name with another text is not.
        let found = by_id.or_else(|| documents.by_text(value.text_sha256?));
        if let Some(index) = found {
            let id = documents.known(index).id;
            let Some(known) = self.tx.reader().document_by_id(id)? else { return Ok(Ok(())) };
            return self.known_document(row, &known, by_id.is_some());
        }
        if value.action == Action::Delete {
            self.outcome.documents.unchanged += 1;
            return Ok(Ok(()));
        }
        if let Some(id) = value.id {
            if self.tx.reader().is_purged(id)? {
                let reason = "this document was purged here and does not come back";
                return Ok(Err(Refusal::cell(row.row, "name", &value.name, reason)));
            }
            if self.tx.reader().deletion(Entity::Document, id)?.is_some() {
                self.outcome.documents.stale += 1;
                return Ok(Ok(()));
            }
        }
        self.new_document(row, text_of)
    }

    fn new_document(
        &mut self,
        row: &Numbered<DocumentRow>,
        text_of: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>>,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let refuse =
            |column: &str, cell: &str, reason: &str| Ok(Err(Refusal::cell(row.row, column, cell, reason)));
        if let Err(refused) = check_name("document", &value.name) {
            return refuse("name", &value.name, refused.message());
        }
        if self.tx.reader().document(&value.name)?.is_some() {
            return refuse("name", &value.name, "another document with another text has this name here");
        }
        let bytes = if value.file.is_empty() { None } else { text_of(&value.file)? };
        let Some(bytes) = bytes else {
            return refuse("file", &value.file, "its text is not in the bundle, and not in the store");
        };
        // Our own texts come back to the byte. One that a person put there is read as `document add` reads it.
        let own = value.text_sha256.is_some_and(|stated| stated == Digest::of(&bytes));
        let text = if own { Text::stored(bytes).ok_or(TextError::Blank) } else { Text::import(&bytes, None) };
        let text = match text {
            Ok(text) => text,
            Err(cause) => return refuse("file", &value.file, Error::from(cause).message()),
        };
        if value.text_sha256.is_some_and(|stated| stated != text.sha256()) {
            let reason = "the text was changed since it was exported: its SHA-256 differs";
            return refuse("file", &value.file, reason);
        }
        // What the file says of the original bytes holds; what it does not say is read off the text of the bundle.
        let source = text.source();
        let stated = value.source_sha256.is_some();
        let or =
            |stated_value: &str, own: &str| if stated { stated_value.to_owned() } else { own.to_owned() };
        let content = record::Document {
            name: value.name.clone(),
            text: text.sha256(),
            source: or(&value.source, &value.file),
            source_sha256: value.source_sha256.unwrap_or(source.sha256),
            encoding: or(&value.encoding, &source.encoding),
            newline: or(&value.newline, source.newline.as_str()),
            bom: if stated { value.bom } else { source.bom },
        };
        if content.newline.parse::<crate::domain::text::Newline>().is_err() {
            return refuse("newline", &content.newline, "is not one of none, lf, crlf, cr, mixed");
        }
        for (name, attribute) in &value.attributes {
            if let Some(reason) = self.refused_attribute(name, attribute, None) {
                return refuse(name, attribute, &reason);
            }
        }
        let text_id = self.tx.ensure_text(text.body(), text.chars(), text.sha256())?;
        let created = value.created.unwrap_or(self.tx.at());
        let document = match (value.id, lineage_of(value.lineage.as_deref())) {
            (Some(id), Some(lineage)) => {
                let (version, graph) = stated_version(Entity::Document, id, &lineage, &content);
                let times = (created, value.modified.unwrap_or(created));
                self.tx.insert_known_document(id, &content, text_id, times, version, &graph)?
            }
            _ => self.tx.insert_document(value.id, &content, text_id)?,
        };
        for (name, attribute) in &value.attributes {
            self.tx.set_attribute(document, name, attribute)?;
        }
        self.outcome.documents.new += 1;
        Ok(Ok(()))
    }

    fn known_document(
        &mut self,
        row: &Numbered<DocumentRow>,
        known: &Stored,
        by_id: bool,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        if value.action == Action::Delete {
            let reason = format!(
                "a document is not deleted by a table; `postil document remove {}` does it",
                known.content.name
            );
            return Ok(Err(Refusal::cell(row.row, "action", "delete", reason)));
        }
        // A bundle from before the text was corrected here is old, not wrong: its names and attributes still count.
        let mut older = false;
        if let Some(stated) = value.text_sha256.filter(|stated| *stated != known.content.text) {
            older = self.had_text(known.uuid, stated)?;
            if !older {
                let reason = "the text of this document is another one here; `postil document replace` takes a new \
                              text, `postil merge` a whole store";
                return Ok(Err(Refusal::cell(row.row, "text_sha256", &stated.to_string(), reason)));
            }
        }
        // First everything is looked at, then written: a row is taken whole or not at all.
        let cells = match self.attribute_cells(row, known)? {
            Ok(cells) => cells,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let name = match by_id && value.name != known.content.name {
            true => match self.document_name(row, known)? {
                Ok(name) => name,
                Err(refusal) => return Ok(Err(refusal)),
            },
            false => Cell::Same,
        };
        for (attribute, value) in cells.iter().filter(|(.., cell)| *cell == Cell::Set).map(|(n, v, _)| (n, v))
        {
            self.tx.set_attribute(known.id, attribute, value)?;
        }
        let has = |wanted| name == wanted || cells.iter().any(|(.., cell)| *cell == wanted);
        let counts = &mut self.outcome.documents;
        if has(Cell::Set) {
            counts.changed += 1;
        } else if has(Cell::Old) || older {
            counts.stale += 1;
        } else if !has(Cell::Clash) {
            let same = if by_id { &mut counts.unchanged } else { &mut counts.already };
            *same += 1;
        }
        Ok(Ok(()))
    }

    /// Whether the document ever had this text.
    fn had_text(&self, document: Uuid, text: Digest) -> Result<bool> {
        let strand = self.tx.reader().strand::<record::Document>(Entity::Document, document)?;
        let texts =
            strand.iter().flat_map(|strand| strand.states()).filter_map(|(_, state, _)| state.as_ref());
        Ok(texts.into_iter().any(|state| state.text == text))
    }

    /// Merges an edited name.
    fn document_name(
        &mut self,
        row: &Numbered<DocumentRow>,
        known: &Stored,
    ) -> Result<Result<Cell, Refusal>> {
        let name = &row.value.name;
        let refuse = |reason: &str| Ok(Err(Refusal::cell(row.row, "name", name, reason)));
        if let Err(refused) = check_name("document", name) {
            return refuse(refused.message());
        }
        if let Some(damage) = self.damage(name, Some(&known.content.name)) {
            return refuse(&damage);
        }
        let ours = Standing {
            entity: Entity::Document,
            id: known.uuid,
            version: known.version,
            state: Some(known.content.clone()),
        };
        let lineage = lineage_of(row.value.lineage.as_deref());
        let graph = lineage.as_ref().map(Lineage::graph).unwrap_or_default();
        let state = Some(record::Document { name: name.clone(), ..known.content.clone() });
        match self.decide(ours, Theirs { lineage, state })? {
            Decision::Nothing => Ok(Ok(Cell::Old)),
            // A name is one field, so two edits of it never merge.
            Decision::Take(step) | Decision::Merge { merged: step, .. } => {
                if self.tx.reader().document(name)?.is_some() {
                    return refuse("another document has this name");
                }
                self.tx.learn_lineage(known.uuid, &graph)?;
                self.tx.step_document(known.id, name, &step)?;
                Ok(Ok(Cell::Set))
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.tx.learn_lineage(known.uuid, &graph)?;
                self.tx.keep_delivered_document(known.id, name, &theirs)?;
                self.open_conflict(Clashing {
                    entity: Entity::Document,
                    id: known.uuid,
                    name: known.content.name.clone(),
                    ours: known.version,
                    theirs: theirs.version,
                    fields: &fields,
                    row: row.row,
                })?;
                Ok(Ok(Cell::Clash))
            }
        }
    }
}
