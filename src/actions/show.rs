//! Reading a passage with what was said of it.

use std::collections::HashMap;

use super::names;
use super::selection::Filter;
use crate::domain::address::{Address, Place};
use crate::domain::palette::PALETTE;
use crate::domain::resolve::Which;
use crate::domain::{CharRange, IndexedText};
use crate::error::Result;
use crate::store::Reader;
use crate::store::annotation::AnnotationRow;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;

/// A passage and its annotations.
#[derive(Debug)]
pub struct Shown {
    text: IndexedText,
    range: CharRange,
    /// In reading order: by start, longer ones first, then code, coder and number.
    pub highlights: Vec<Highlight>,
}

/// An annotation as far as it lies in the passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    /// The number within the store.
    pub id: i64,
    /// Code points from the beginning of the passage; line feeds at either end are left out.
    pub range: CharRange,
    /// The path of its code, if it has one.
    pub code: Option<String>,
    /// The colour of the code, `#rrggbb`, or one from the palette where it has none: two codes must be told apart
    /// on the page. Empty without a code.
    pub color: String,
    /// The coder's handle.
    pub coder: String,
    /// The note; empty means none.
    pub note: String,
}

/// The passage that `typed` names, an address or the name of a document, with the annotations that touch it and that
/// `filter` lets pass. Of `filter` only codes and coders are asked.
///
/// # Errors
/// Refused for names that are not there and places past the end.
pub fn show(reader: Reader<'_>, typed: &str, filter: &Filter) -> Result<Shown> {
    let (document, address) = find(reader, typed)?;
    let selection = Selection { documents: Some(vec![document.id]), ..filter.selection(reader)? };
    let text = IndexedText::new(reader.text_body(document.text_id)?);
    let index = text.index();
    let range = address.resolve(&index, Which::Only)?[0];

    let mut codes = HashMap::new();
    let mut coders = HashMap::new();
    let rows = reader.annotations(&selection)?;
    if !rows.is_empty() {
        let book = names::codebook(reader)?;
        codes.extend(reader.codes()?.into_iter().map(|code| {
            let path = book.path(code.id).to_owned();
            let color = if code.color.is_empty() { stand_in(code.id).to_owned() } else { code.color };
            (code.id, (path, color))
        }));
        coders.extend(reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)));
    }
    let highlight = |row: AnnotationRow| {
        let draft = row.draft;
        // What counts in an earlier text of the document cannot be shown on this one.
        if draft.text != document.text_id || !draft.range.overlaps(range) {
            return None;
        }
        let start = draft.range.start().max(range.start());
        let visible = CharRange::new(start, draft.range.end().min(range.end()))?;
        let visible = without_line_feeds(index.slice(visible)?, visible);
        let (code, color) = draft.code.and_then(|code| codes.get(&code)).cloned().unzip();
        Some(Highlight {
            id: row.id,
            range: CharRange::new(visible.start() - range.start(), visible.end() - range.start())?,
            code,
            color: color.unwrap_or_default(),
            coder: coders.get(&draft.coder).cloned().unwrap_or_default(),
            note: draft.note,
        })
    };
    let mut highlights: Vec<Highlight> = rows.into_iter().filter_map(highlight).collect();
    highlights.sort_unstable_by(|one, other| one.place().cmp(&other.place()));
    Ok(Shown { text, range, highlights })
}

impl Shown {
    /// The passage.
    pub fn text(&self) -> &str {
        self.text.index().slice(self.range).unwrap_or_default()
    }

    /// Where each paragraph begins, in code points from the beginning of the passage, and its number in the document.
    pub fn paragraphs(&self) -> Vec<(u32, u32)> {
        let index = self.text.index();
        let numbered = index.paragraphs().iter().zip(1..);
        let inside = numbered.filter(|(paragraph, _)| paragraph.overlaps(self.range));
        inside.map(|(at, number)| (at.start().saturating_sub(self.range.start()), number)).collect()
    }
}

impl Highlight {
    fn place(&self) -> (u32, std::cmp::Reverse<u32>, Option<&str>, &str, i64) {
        let end = std::cmp::Reverse(self.range.end());
        (self.range.start(), end, self.code.as_deref(), &self.coder, self.id)
    }
}

/// The document and the place that `typed` names. A document's whole name comes first: it may look like an address.
fn find(reader: Reader<'_>, typed: &str) -> Result<(DocumentRow, Address)> {
    if let Some(document) = reader.document(typed)? {
        return Ok((document, Address { document: typed.to_owned(), place: Place::Whole }));
    }
    let address = Address::parse(typed)?;
    Ok((names::document(reader, &address.document)?, address))
}

/// The colour that stands in for that of a code without one: by its number, so that it is the same on every page.
fn stand_in(code: i64) -> &'static str {
    PALETTE[usize::try_from(code).unwrap_or(0) % PALETTE.len()]
}

/// `range` of `passage` without the line feeds at its ends, where no mark could stand; unless it is nothing else.
fn without_line_feeds(passage: &str, range: CharRange) -> CharRange {
    let count = |text: &str| u32::try_from(text.len()).unwrap_or(0);
    let leading = count(passage) - count(passage.trim_start_matches('\n'));
    let trailing = count(passage) - count(passage.trim_end_matches('\n'));
    let end = range.end().saturating_sub(trailing);
    CharRange::new(range.start().saturating_add(leading), end).unwrap_or(range)
}
