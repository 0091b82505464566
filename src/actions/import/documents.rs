//! `documents.csv` and the texts beside it.

use std::io::Read;

use uuid::Uuid;

use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::name::check_name;
use crate::domain::{Digest, Entity, Text, Version, id, record};
use crate::error::Result;
use crate::exchange::documents::{DocumentReader, DocumentRow};
use crate::exchange::record::{Action, Numbered};

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
        self.directory.refresh(self.tx.reader())
    }

    fn document_row(
        &mut self,
        row: &Numbered<DocumentRow>,
        text_of: &mut impl FnMut(&str) -> Result<Option<Vec<u8>>>,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let by_id = value.id.and_then(|id| self.directory.document_by_uuid(id));
        // The same text is the same document, whatever it is called; the same name with another text is not.
        let found =
            by_id.or_else(|| value.text_sha256.and_then(|sha256| self.directory.document_by_text(sha256)));
        if let Some(index) = found {
            return self.known_document(row, index, by_id.is_some());
        }
        if value.action == Action::Delete {
            self.outcome.documents.unchanged += 1;
            return Ok(Ok(()));
        }
        if let Some(uuid) = value.id {
            if self.tx.reader().is_purged(uuid)? {
                return Ok(Err(Refusal::cell(
                    row.row,
                    "name",
                    &value.name,
                    "this document was purged here and does not come back",
                )));
            }
            if self.tx.reader().deletion(Entity::Document, uuid)?.is_some() {
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
            |column: &str, cell: &str, reason: String| Ok(Err(Refusal::cell(row.row, column, cell, reason)));
        if let Err(refused) = check_name("document", &value.name) {
            return refuse("name", &value.name, refused.message().to_owned());
        }
        if self.tx.reader().document(&value.name)?.is_some() {
            return refuse(
                "name",
                &value.name,
                "another document with another text has this name here".to_owned(),
            );
        }
        let bytes = if value.file.is_empty() { None } else { text_of(&value.file)? };
        let Some(bytes) = bytes else {
            return refuse(
                "file",
                &value.file,
                "its text is not in the bundle, and not in the store".to_owned(),
            );
        };
        let text = match Text::import(&bytes, None) {
            Ok(text) => text,
            Err(cause) => {
                return refuse("file", &value.file, crate::error::Error::from(cause).message().to_owned());
            }
        };
        if value.text_sha256.is_some_and(|stated| stated != text.sha256()) {
            return refuse(
                "file",
                &value.file,
                "the text was changed since it was exported: its SHA-256 differs".to_owned(),
            );
        }
        let text_id = self.tx.ensure_text(text.body(), text.chars(), text.sha256())?;
        let source = text.source();
        // What the file says of the original bytes holds; what it does not say is read off the text of the bundle.
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
            return refuse("newline", &content.newline, "is not one of none, lf, crlf, cr, mixed".to_owned());
        }
        let now = self.tx.at();
        let created = value.created.unwrap_or(now);
        let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
        let known = match (value.id, lineage) {
            (Some(uuid), Some(lineage)) => {
                let version = Version::of(Entity::Document, uuid, lineage.head_parents(), Some(&content));
                (version == lineage.head()).then(|| (uuid, version, lineage.graph()))
            }
            _ => None,
        };
        let document = match known {
            Some((uuid, version, graph)) => {
                let times = (created, value.modified.unwrap_or(created));
                self.tx.insert_known_document(uuid, &content, text_id, times, version, &graph)?
            }
            None => self.tx.insert_document(value.id, &content, text_id)?,
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
        index: usize,
        by_id: bool,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let known = self.directory.document(index).clone();
        if value.action == Action::Delete {
            let reason = format!(
                "a document is not deleted by a table; `postil document remove {}` does it",
                known.name
            );
            return Ok(Err(Refusal::cell(row.row, "action", "delete", reason)));
        }
        if value.text_sha256.is_some_and(|stated| stated != known.sha256) {
            return Ok(Err(Refusal::cell(
                row.row,
                "text_sha256",
                &stated_text(value.text_sha256),
                "the text of this document is another one here",
            )));
        }
        let mut changed = false;
        let mut stale = false;
        if by_id && value.name != known.name {
            if let Err(refused) = check_name("document", &value.name) {
                return Ok(Err(Refusal::cell(row.row, "name", &value.name, refused.message())));
            }
            // A name that it had before is an old sheet's, not an edit.
            let former = self.tx.reader().former_names(Entity::Document)?;
            if former.iter().any(|(uuid, name)| *uuid == known.uuid && *name == value.name) {
                stale = true;
            } else if self.tx.reader().document(&value.name)?.is_some() {
                return Ok(Err(Refusal::cell(
                    row.row,
                    "name",
                    &value.name,
                    "another document has this name",
                )));
            } else if let Some(document) = self.tx.reader().document_by_id(known.id)? {
                self.tx.rename_document(&document, &value.name)?;
                changed = true;
            }
        }
        for (name, attribute) in &value.attributes {
            match self.attribute_cell(&known.uuid, known.id, name, attribute)? {
                Cell::Set => changed = true,
                Cell::Old => stale = true,
                Cell::Same => {}
                Cell::Refused(reason) => return Ok(Err(Refusal::cell(row.row, name, attribute, reason))),
            }
        }
        let counts = &mut self.outcome.documents;
        match (changed, stale, by_id) {
            (true, ..) => counts.changed += 1,
            (false, true, _) => counts.stale += 1,
            (false, false, true) => counts.unchanged += 1,
            (false, false, false) => counts.already += 1,
        }
        Ok(Ok(()))
    }

    fn attribute_cell(&mut self, uuid: &Uuid, document: i64, name: &str, value: &str) -> Result<Cell> {
        if let Err(refused) = check_name("attribute", name) {
            return Ok(Cell::Refused(refused.message().to_owned()));
        }
        let current = self.tx.reader().attributes_of(document)?.remove(name);
        if current.as_deref() == Some(value) {
            return Ok(Cell::Same);
        }
        // The table carries no versions of attributes. A value that the attribute had before is an old sheet's.
        let attribute = id::attribute_id(self.tx.project(), *uuid, name);
        if self.tx.reader().attribute_had_value(attribute, value)? {
            return Ok(Cell::Old);
        }
        self.tx.set_attribute(document, name, value)?;
        Ok(Cell::Set)
    }
}

/// What became of one attribute's cell.
enum Cell {
    Same,
    Set,
    /// It holds a value from before.
    Old,
    Refused(String),
}

fn stated_text(sha256: Option<Digest>) -> String {
    sha256.map(|sha256| sha256.to_string()).unwrap_or_default()
}
