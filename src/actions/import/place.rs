//! From a row of `annotations.csv` to what it says: document, passage, code, coder and note, by numbers.

use super::Import;
use super::cells::{damage_of, damage_or, same_text};
use super::passage::Passage;
use crate::domain::name::split_code_path;
use crate::error::Result;
use crate::exchange::annotations::ParsedAnnotation;
use crate::exchange::csv::Refusal;
use crate::store::annotation::AnnotationDraft;

/// What a row says.
pub(super) struct Placed {
    pub(super) draft: AnnotationDraft,
    /// The passage was found by its words, not at its range.
    pub(super) by_quote: bool,
    /// The refusal of a new row whose note looks damaged, unless its version vouches for it.
    pub(super) suspect: Option<Refusal>,
}

impl Import<'_, '_> {
    /// What a row says. `base` is the annotation that it edits: what the file has no column for stays as it is there.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the refusal of the row.
    pub(super) fn place(
        &mut self,
        row: &ParsedAnnotation<'_>,
        base: Option<&AnnotationDraft>,
    ) -> Result<Result<Placed, Refusal>> {
        let refuse = |column: &str, value: &str, reason: String| {
            Ok(Err(Refusal::cell(row.row, column, value, reason)))
        };
        let reader = self.tx.reader();

        let document = match (row.document.map(str::trim).filter(|name| !name.is_empty()), base) {
            (Some(name), _) => {
                let documents = &mut self.directory.documents;
                // A row from another store may call it differently; in a row of ours an unknown name is a slip.
                let by_text = || row.document_sha256.filter(|_| base.is_none());
                match documents.find(reader, name, row.document_sha256) {
                    Ok(index) => index,
                    Err(reason) => match by_text().and_then(|sha256| documents.by_text(sha256)) {
                        Some(index) => index,
                        None => return refuse("document", name, damage_or(name, reason)),
                    },
                }
            }
            (None, Some(base)) => match self.directory.documents.by_id(base.document) {
                Some(index) => index,
                None => return refuse("document", "", "its document is gone".to_owned()),
            },
            (None, None) => return refuse("document", "", "the row names no document".to_owned()),
        };
        let document_id = self.directory.documents.known(document).id;
        let stays = base.filter(|base| base.document == document_id);
        let passage = match self.passage(row, stays, document)? {
            Ok(passage) => passage,
            Err(refusal) => return Ok(Err(refusal)),
        };

        let mut suspect = None;
        let note = match (row.note, base) {
            (None, base) => base.map(|base| base.note.clone()).unwrap_or_default(),
            (Some(note), Some(base)) if same_text(note, &base.note) => base.note.clone(),
            (Some(note), Some(base)) => match damage_of(note, Some(&base.note)) {
                Some(damage) => return refuse("note", note, damage),
                None => note.to_owned(),
            },
            (Some(note), None) => {
                suspect = damage_of(note, None).map(|damage| Refusal::cell(row.row, "note", note, damage));
                note.to_owned()
            }
        };
        // Looked up before the coder and made after: a refused row leaves neither a coder nor a code behind.
        let missing_code = match row.code.map(str::trim) {
            None | Some("") => None,
            Some(path) => match self.directory.codes.find(reader, path)? {
                Some(_) => None,
                None => {
                    let before = base.and_then(|base| base.code).map(|code| self.directory.codes.path(code));
                    if let Some(damage) = damage_of(path, before.as_deref()) {
                        return refuse("code", path, damage);
                    }
                    if !self.options.create_codes {
                        if let Err(reason) = self.directory.codes.for_row(self.tx, path, false)? {
                            return refuse("code", path, reason);
                        }
                    } else if let Err(refused) = split_code_path(path) {
                        return refuse("code", path, refused.message().to_owned());
                    }
                    Some(path)
                }
            },
        };
        let coder = match (row.coder.map(str::trim).filter(|handle| !handle.is_empty()), base) {
            (Some(handle), _) => match self.directory.coders.for_row(self.tx, handle)? {
                Ok(id) => id,
                Err(reason) => return refuse("coder", handle, damage_or(handle, reason)),
            },
            (None, Some(base)) => base.coder,
            (None, None) => {
                let handle = self.tx.coder_handle().to_owned();
                match self.directory.coders.for_row(self.tx, &handle)? {
                    Ok(id) => id,
                    Err(reason) => return refuse("coder", &handle, reason),
                }
            }
        };
        let code = match (row.code.map(str::trim), missing_code) {
            (_, Some(path)) => match self.directory.codes.for_row(self.tx, path, true)? {
                Ok(id) => Some(id),
                Err(reason) => return refuse("code", path, reason),
            },
            (None, None) => base.and_then(|base| base.code),
            (Some(""), None) => None,
            (Some(path), None) => self.directory.codes.find(reader, path)?,
        };
        let Passage { text, range, by_quote } = passage;
        let draft = AnnotationDraft { document: document_id, text, range, code, coder, note };
        Ok(Ok(Placed { draft, by_quote, suspect }))
    }
}
