//! From a row of `annotations.csv` to what it says: document, passage, code, coder and note, by numbers.

use super::Import;
use super::anchor::{Anchored, Claim, anchor};
use crate::error::Result;
use crate::exchange::annotations::ParsedAnnotation;
use crate::exchange::csv::Refusal;
use crate::exchange::csv::damage::{inspect_text, lossy_copy_of};
use crate::store::annotation::{AnnotationDraft, AnnotationRow};

/// What a row says.
pub(super) struct Placed {
    pub(super) draft: AnnotationDraft,
    /// The passage was found by its words, not at its range.
    pub(super) by_quote: bool,
}

impl Import<'_, '_> {
    /// What a row says. `base` is the annotation that it edits: what the file has no column for stays as it is there.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the refusal of the row.
    pub(super) fn place(
        &mut self,
        row: &ParsedAnnotation<'_>,
        base: Option<&AnnotationRow>,
    ) -> Result<Result<Placed, Refusal>> {
        let refuse = |column: &str, value: &str, reason: String| {
            Ok(Err(Refusal::cell(row.row, column, value, reason)))
        };
        let reader = self.tx.reader();

        let document = match (row.document.map(str::trim).filter(|name| !name.is_empty()), base) {
            (Some(name), _) => match self.directory.find_document(reader, name, row.document_sha256) {
                Ok(index) => index,
                Err(reason) => return refuse("document", name, damage_or(name, reason)),
            },
            (None, Some(base)) => match self.directory.document_index(base.draft.document) {
                Some(index) => index,
                None => return refuse("document", "", "its document is gone".to_owned()),
            },
            (None, None) => return refuse("document", "", "the row names no document".to_owned()),
        };
        let (document_id, current_text, current_sha256) = {
            let known = self.directory.document(document);
            (known.id, known.text, known.sha256)
        };
        let stays = base.filter(|base| base.draft.document == document_id);
        let text = stays.map_or(current_text, |base| base.draft.text);
        let sha256 = if text == current_text { current_sha256 } else { reader.text_digest(text)? };

        let index = self.directory.text(reader, text)?.index();
        let claim = Claim {
            range: row.start.zip(row.end).or_else(|| {
                // Without positions the words decide; without words either, the passage stays.
                let keep = row.quote.is_none_or(str::is_empty);
                stays.filter(|_| keep).map(|base| (base.draft.range.start(), base.draft.range.end()))
            }),
            quote: row.quote,
            truncated: row.quote_truncated,
            before: row.before.unwrap_or(""),
            after: row.after.unwrap_or(""),
            same_text: row.document_sha256.is_none_or(|stated| stated == sha256),
        };
        let anchored = match anchor(&index, claim) {
            Ok(anchored) => anchored,
            Err((column, reason)) => {
                let value = match column {
                    "quote" => row.quote.unwrap_or("").to_owned(),
                    "end" => row.end.map(|end| end.to_string()).unwrap_or_default(),
                    _ => row.start.map(|start| start.to_string()).unwrap_or_default(),
                };
                return refuse(
                    column,
                    &value,
                    if column == "quote" { damage_or(&value, reason) } else { reason },
                );
            }
        };
        if let (Anchored::ByQuote(range), Some(base), Some((start, end))) =
            (anchored, stays, row.start.zip(row.end))
            && range == base.draft.range
        {
            let value = format!("{start}-{end}");
            return refuse(
                "start",
                &value,
                format!(
                    "start and end were changed, but the quote is still that of {range}: blank the quote to move the passage, or put {range} back"
                ),
            );
        }

        let note = match (row.note, base) {
            (None, base) => base.map(|base| base.draft.note.clone()).unwrap_or_default(),
            (Some(note), Some(base)) if same_text(note, &base.draft.note) => base.draft.note.clone(),
            (Some(note), base) => {
                if let Some(damage) = inspect_text(note) {
                    return refuse("note", note, damage.to_string());
                }
                if base.is_some_and(|base| lossy_copy_of(note, &base.draft.note)) {
                    let reason = "letters have become `?`: the file was saved in an encoding that lacks them";
                    return refuse("note", note, reason.to_owned());
                }
                note.to_owned()
            }
        };
        let coder = match (row.coder.map(str::trim).filter(|handle| !handle.is_empty()), base) {
            (Some(handle), _) => match self.directory.coder_for_row(self.tx, handle)? {
                Ok((id, _)) => id,
                Err(reason) => return refuse("coder", handle, damage_or(handle, reason)),
            },
            (None, Some(base)) => base.draft.coder,
            (None, None) => {
                let handle = self.tx.coder_handle().to_owned();
                match self.directory.coder_for_row(self.tx, &handle)? {
                    Ok((id, _)) => id,
                    Err(reason) => return refuse("coder", &handle, reason),
                }
            }
        };
        // Last, because it may make the code: a row that is refused for something else should not.
        let code = match row.code.map(str::trim) {
            None => base.and_then(|base| base.draft.code),
            Some("") => None,
            Some(path) => {
                if let Some(damage) = inspect_text(path) {
                    return refuse("code", path, damage.to_string());
                }
                match self.directory.code_for_row(self.tx, path, self.options.create_codes)? {
                    Ok(id) => Some(id),
                    Err(reason) => return refuse("code", path, reason),
                }
            }
        };
        let draft =
            AnnotationDraft { document: document_id, text, range: anchored.range(), code, coder, note };
        Ok(Ok(Placed { draft, by_quote: matches!(anchored, Anchored::ByQuote(_)) }))
    }
}

/// Damage explains a cell better than what a look-up says of it.
fn damage_or(value: &str, reason: String) -> String {
    inspect_text(value).map_or(reason, |damage| damage.to_string())
}

/// Whether a cell is the stored text as a spreadsheet gives it back: with LF for every line end.
fn same_text(cell: &str, stored: &str) -> bool {
    cell == stored || stored.contains('\r') && cell == stored.replace("\r\n", "\n").replace('\r', "\n")
}
