//! Another text for a document: passages follow to where their words are now.

use std::collections::BTreeMap;

use super::gather::Source;
use crate::actions::merge::{Question, resettle};
use crate::actions::{Session, names};
use crate::domain::{CharRange, IndexedText, Text, record};
use crate::error::{Error, Result};
use crate::store::annotation::AnnotationRow;
use crate::store::select::Selection;
use crate::store::{Changed, Reader, Tx};

/// What became of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is at the same place and has the same words.
    Exact,
    /// It has the same words and is elsewhere.
    Moved,
    /// Its words have changed.
    Edited,
    /// It is not there any more: the annotation keeps the earlier text.
    Orphaned,
    /// Another annotation of the coder says the same of the same words now, and stands for it.
    Joined,
}

impl Fate {
    /// The word for it in listings.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Exact => "exact",
            Fate::Moved => "moved",
            Fate::Edited => "edited",
            Fate::Orphaned => "orphaned",
            Fate::Joined => "joined",
        }
    }
}

/// An annotation and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Its number.
    pub id: i64,
    /// The path of its code; `None` for a highlight or a note.
    pub code: Option<String>,
    /// Its coder's handle.
    pub coder: String,
    /// What became of it.
    pub fate: Fate,
    /// Where it was, in code points of the earlier text.
    pub before: CharRange,
    /// Where it is, in code points of the new text; `None` when it is nowhere.
    pub after: Option<CharRange>,
    /// Its words before.
    pub words: String,
    /// Its words now; empty when it is nowhere.
    pub now: String,
}

/// What came of a new text.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// The document.
    pub document: String,
    /// The length of the new text, in code points.
    pub chars: u32,
    /// Every annotation of the document that is there, in the order of the earlier text.
    pub followed: Vec<Followed>,
    /// Questions that it opened: passages that became one, and of which different things had been said.
    pub questions: Vec<Question>,
}

impl Replaced {
    /// How many annotations had this fate.
    pub fn count(&self, fate: Fate) -> u64 {
        self.followed.iter().filter(|one| one.fate == fate).count() as u64
    }
}

/// How a text is to be replaced.
#[derive(Debug, Clone, Default)]
pub struct ReplaceRequest {
    /// The encoding to read in, instead of UTF-8.
    pub encoding: Option<String>,
    /// The size of the largest file that is read, in bytes.
    pub max_bytes: u64,
    /// Show what would become of the annotations, and write nothing.
    pub dry_run: bool,
}

/// Gives a document another text.
///
/// Nobody writes where the passages are now: it follows from the two texts, so a colleague's store comes to the same places
/// by itself, and what is written in the meantime about the earlier text follows too.
///
/// # Errors
/// Refused when there is no such document, when the file is no text, or when this or another document has that text.
pub fn replace(
    session: &mut Session,
    document: &str,
    source: Source,
    request: &ReplaceRequest,
) -> Result<Changed<Replaced>> {
    session.store.enlarge_cache(64)?;
    session.change("document replace", |tx| {
        let row = names::document(tx.reader(), document)?;
        let (source, bytes) = source.into_bytes(request.max_bytes)?;
        let shown = if source.typed.is_empty() { "standard input" } else { &source.typed };
        let text = Text::import(&bytes, request.encoding.as_deref()).map_err(|wrong| wrong.about(shown))?;
        if let Some(same) = tx.reader().documents_with_text(text.sha256())?.into_iter().next() {
            return Err(match same.id == row.id {
                true => Error::refused(format!("`{document}` has this very text already"))
                    .hint("name the file with the corrected text, once it is saved"),
                false => Error::refused(format!("`{}` has this very text", same.name()))
                    .hint("one text under two names would split its codings"),
            });
        }
        let before = annotations_of(tx.reader(), row.id)?;
        let facts = text.source();
        let content = record::Document {
            name: row.content.name.clone(),
            text: text.sha256(),
            source: source.typed.clone(),
            source_sha256: facts.sha256,
            encoding: facts.encoding.clone(),
            newline: facts.newline.as_str().to_owned(),
            bom: facts.bom,
        };
        let text_id = tx.ensure_text(text.body(), text.chars(), text.sha256())?;
        tx.revise_document(row.id, &content, text_id)?;
        let questions = resettle(tx)?.questions;
        let followed = compare(tx, before, text_id)?;
        let replaced = Replaced { document: document.to_owned(), chars: text.chars(), followed, questions };
        tx.set_summary(format!("document {document} has a new text: {}", in_words(&replaced)));
        if request.dry_run {
            tx.abandon();
        }
        Ok(replaced)
    })
}

fn annotations_of(reader: Reader<'_>, document: i64) -> Result<Vec<AnnotationRow>> {
    let mut rows =
        reader.annotations(&Selection { documents: Some(vec![document]), ..Selection::default() })?;
    rows.sort_by_key(|row| (row.draft.range, row.id));
    Ok(rows)
}

fn compare(tx: &Tx<'_>, before: Vec<AnnotationRow>, text: i64) -> Result<Vec<Followed>> {
    let reader = tx.reader();
    let new = IndexedText::new(reader.proven_text_body(text)?);
    let mut old: BTreeMap<i64, IndexedText> = BTreeMap::new();
    let mut followed = Vec::with_capacity(before.len());
    for row in before {
        let draft = row.draft;
        if let std::collections::btree_map::Entry::Vacant(place) = old.entry(draft.text) {
            place.insert(IndexedText::new(reader.proven_text_body(draft.text)?));
        }
        let words = old[&draft.text].index().slice(draft.range).unwrap_or_default().to_owned();
        let now = reader.annotation(row.id)?;
        let after = now.as_ref().filter(|now| now.draft.text == text).map(|now| now.draft.range);
        let now_says = after.and_then(|range| new.index().slice(range)).unwrap_or_default().to_owned();
        let fate = match (&now, after) {
            (None, _) => Fate::Joined,
            (Some(_), None) => Fate::Orphaned,
            (Some(_), Some(range)) if same_words(&words, &now_says) => match range == draft.range {
                true => Fate::Exact,
                false => Fate::Moved,
            },
            _ => Fate::Edited,
        };
        followed.push(Followed {
            id: row.id,
            code: draft.code.map(|code| reader.code_path(code)).transpose()?,
            coder: reader.coder_handle(draft.coder)?,
            fate,
            before: draft.range,
            after,
            words,
            now: now_says,
        });
    }
    Ok(followed)
}

/// Whether two passages say the same, white space apart.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// `3 exact, 2 moved`.
fn in_words(replaced: &Replaced) -> String {
    let fates = [Fate::Exact, Fate::Moved, Fate::Edited, Fate::Joined, Fate::Orphaned];
    let parts: Vec<String> = fates
        .into_iter()
        .map(|fate| (replaced.count(fate), fate))
        .filter(|(count, _)| *count > 0)
        .map(|(count, fate)| format!("{count} {}", fate.word()))
        .collect();
    if parts.is_empty() { "no annotations".to_owned() } else { parts.join(", ") }
}
