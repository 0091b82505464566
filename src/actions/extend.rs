//! Other bounds for an annotation.

use super::Session;
use super::annotations::{Rewritten, opening, own, rewrite};
use crate::domain::address::{Address, Place};
use crate::domain::locate::find_all;
use crate::domain::name::as_typed;
use crate::domain::resolve::{Which, resolve_quote};
use crate::domain::{CharRange, IndexedText, TextIndex};
use crate::error::{Error, Result};
use crate::store::annotation::{AnnotationDraft, AnnotationRow};

/// What became of an annotation that was to have other bounds.
#[derive(Debug)]
pub struct Extended {
    /// The annotation as it stood before.
    pub before: AnnotationRow,
    /// What became of it.
    pub outcome: Rewritten,
}

/// Gives an annotation another passage of the same document: an address, or a quote.
///
/// # Errors
/// Refused when the annotation is not there or another coder's, and when the passage is not there, not clear, or in another
/// document.
pub fn extend(session: &mut Session, id: &str, passage: &str) -> Result<Extended> {
    let changed = session.change("extend", |tx| {
        let before = own(tx.reader(), tx.coder_handle(), id)?;
        let document = tx.reader().document_by_id(before.draft.document)?;
        // In the text that is there now: an annotation that was lost in a revision finds a new place.
        let current = document.as_ref().map_or(before.draft.text, |document| document.text_id);
        let name = document.map(|document| document.content.name).unwrap_or_default();
        let text = IndexedText::new(tx.reader().proven_text_body(current)?);
        let range = range_of(&text.index(), &name, passage, &before)?;
        let draft = AnnotationDraft { range, text: current, ..before.draft.clone() };
        let outcome = rewrite(tx, &before, &draft)?;
        tx.note_sight()?;
        tx.set_summary(format!("#{} moved from {} to {range} in {name}", before.id, before.draft.range));
        Ok(Extended { before, outcome })
    })?;
    Ok(changed.value)
}

/// The range that `passage` names in the text of the annotation's document.
fn range_of(index: &TextIndex<'_>, document: &str, passage: &str, row: &AnnotationRow) -> Result<CharRange> {
    let address = if passage == document {
        Address { document: document.to_owned(), place: Place::Whole }
    } else {
        match Address::parse(passage) {
            Ok(address) if address.place != Place::Whole => address,
            // An impossible place in this very document was meant as one; anything else is words.
            Err(error) if passage.starts_with(&format!("{document}:")) => return Err(error),
            _ => return quoted(index, document, passage, row),
        }
    };
    if address.document != document {
        // A quote may look like an address: "Chapter 3:12-14".
        return quoted(index, document, passage, row).map_err(|_| {
            Error::refused(format!("#{} is in `{document}`, and `{passage}` is elsewhere", row.id))
                .hint(format!(
                    "an annotation stays in its document: `postil extend {} {document}:{}`",
                    row.id, row.draft.range
                ))
                .hint("to tag the other passage, type `postil tag`")
        });
    }
    match &address.place {
        Place::Quote(quote) => quoted(index, document, quote, row),
        _ => address
            .resolve(index, Which::Only)?
            .first()
            .copied()
            .ok_or_else(|| Error::internal(format!("the address `{passage}` was resolved to nothing"))),
    }
}

/// The occurrence of a quote; of several, the one that overlaps the present passage.
fn quoted(index: &TextIndex<'_>, document: &str, quote: &str, row: &AnnotationRow) -> Result<CharRange> {
    let hits = find_all(index, quote);
    let mut overlapping = hits.iter().filter(|hit| hit.overlaps(row.draft.range));
    match (hits.as_slice(), overlapping.next(), overlapping.next()) {
        ([only], _, _) | (_, Some(only), None) => Ok(*only),
        ([], _, _) => {
            let ranges = resolve_quote(document, quote, index, Which::Only)?;
            ranges.first().copied().ok_or_else(|| Error::internal("a quote was resolved to nothing"))
        }
        _ => {
            let error = Error::refused(format!(
                "`{}` occurs {} times in `{document}`, and it is not clear which is meant for #{}",
                opening(quote),
                hits.len(),
                row.id
            ));
            const SHOWN: usize = 5;
            Err(hits.iter().take(SHOWN).fold(error, |error, hit| {
                error.hint(format!("`postil extend {} {}`", row.id, as_typed(format!("{document}:{hit}"))))
            }))
        }
    }
}
