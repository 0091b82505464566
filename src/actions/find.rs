//! Searching the texts, and tagging what is found.

use std::collections::{HashMap, HashSet};

use super::Session;
use super::code_paths::choose;
use super::note::fit_note;
use super::passages::{Passage, Passages};
use super::selection::{DocumentFilter, code_ids, coder_ids};
use super::tag::{Plan, Tagging, carry_out};
use crate::domain::CharRange;
use crate::domain::search::{Hit, Matcher};
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;

/// Bytes of text that are in memory at a time, if no single text is longer: small enough to stay in the processor's cache
/// between being copied and being searched.
const AT_A_TIME: usize = 512 * 1024;

/// Where to search.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// In these documents.
    pub documents: DocumentFilter,
    /// Inside passages with one of these codes, by path, or with one below it; empty: anywhere.
    pub codes: Vec<String>,
    /// Inside passages of one of these coders, by handle; empty: anywhere.
    pub coders: Vec<String>,
}

/// What to write on every hit.
#[derive(Debug, Clone, Copy)]
pub struct HitTags<'a> {
    /// The paths of the codes.
    pub codes: &'a [String],
    /// The note.
    pub note: Option<&'a str>,
    /// Add the codes that are not in the codebook.
    pub create: bool,
}

/// A hit in its context, borrowed from the text.
#[derive(Debug, Clone, Copy)]
pub struct HitInContext<'a> {
    /// The document's name.
    pub document: &'a str,
    /// Where it is, in code points.
    pub range: CharRange,
    /// What stands before it.
    pub before: &'a str,
    /// What was found.
    pub hit: &'a str,
    /// What stands after it.
    pub after: &'a str,
}

/// The texts to search.
#[derive(Debug)]
pub struct Haystack {
    documents: Vec<DocumentRow>,
    /// By document: the coded passages that a hit must lie in one of. `None`: a hit may lie anywhere.
    coded: Option<HashMap<i64, Coded>>,
}

/// Ranges by start, each with the furthest end of it and those before it: whether one of them contains a hit is then one
/// look-up, however they overlap.
#[derive(Debug, Default)]
struct Coded(Vec<(u32, u32)>);

impl Coded {
    fn prepare(&mut self) {
        self.0.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut self.0 {
            furthest = furthest.max(*end);
            *end = furthest;
        }
    }

    fn contains(&self, range: CharRange) -> bool {
        let begun = self.0.partition_point(|(start, _)| *start <= range.start());
        begun.checked_sub(1).is_some_and(|last| self.0[last].1 >= range.end())
    }
}

impl Haystack {
    /// The texts in `scope`, by name.
    ///
    /// # Errors
    /// Refused for a document, attribute, code or coder that is not there; the nearest names are offered.
    pub fn new(reader: Reader<'_>, scope: &Scope) -> Result<Haystack> {
        let mut documents = scope.documents.documents(reader)?;
        let codes = code_ids(reader, &scope.codes, false)?;
        let coders = coder_ids(reader, &scope.coders)?;
        if codes.is_none() && coders.is_none() {
            return Ok(Haystack { documents, coded: None });
        }
        let ids = documents.iter().map(|document| document.id).collect();
        let chosen = Selection {
            documents: (!scope.documents.is_empty()).then_some(ids),
            codes,
            coders,
            ..Selection::default()
        };
        let texts: HashSet<(i64, i64)> =
            documents.iter().map(|document| (document.id, document.text_id)).collect();
        let mut coded: HashMap<i64, Coded> = HashMap::new();
        reader.each_annotation(&chosen, |row| {
            // Offsets into an earlier text of the document say nothing about this one.
            if texts.contains(&(row.draft.document, row.draft.text)) {
                let range = (row.draft.range.start(), row.draft.range.end());
                coded.entry(row.draft.document).or_default().0.push(range);
            }
            Ok(())
        })?;
        coded.values_mut().for_each(Coded::prepare);
        documents.retain(|document| coded.contains_key(&document.id));
        Ok(Haystack { documents, coded: Some(coded) })
    }

    /// The documents that are searched, by name.
    pub fn documents(&self) -> &[DocumentRow] {
        &self.documents
    }

    /// Gives every hit, document by document and in the order of the text, to `each`; at most `limit` of them. Returns
    /// how many there were.
    ///
    /// # Errors
    /// The store's, and those of `each`.
    pub fn search(
        &self,
        reader: Reader<'_>,
        matcher: &Matcher,
        limit: Option<u64>,
        mut each: impl FnMut(usize, &str, &Hit) -> Result<()>,
    ) -> Result<u64> {
        let limit = limit.unwrap_or(u64::MAX);
        let mut found = 0;
        // Texts are copied out of SQLite, some at a time: `each` may print, and a statement that waits for a pager would
        // hold the store's lock against writers. The copy costs a tenth of the scan.
        let mut texts = String::new();
        let mut next = 0;
        while next < self.documents.len() && found < limit {
            let ids = self.documents[next..].iter().map(|document| document.text_id);
            let ends = reader.copy_text_bodies(ids, AT_A_TIME, &mut texts)?;
            let mut from = 0;
            for (document, end) in (next..).zip(&ends) {
                let text = &texts[from..*end];
                let coded = self.coded.as_ref().and_then(|coded| coded.get(&self.documents[document].id));
                let hits = matcher.find_iter(text);
                for hit in hits.filter(|hit| coded.is_none_or(|coded| coded.contains(hit.range))) {
                    if found == limit {
                        return Ok(found);
                    }
                    each(document, text, &hit)?;
                    found += 1;
                }
                from = *end;
            }
            next += ends.len();
        }
        Ok(found)
    }

    /// As [`Haystack::search`], with up to `context` code points on each side of every hit.
    ///
    /// # Errors
    /// As [`Haystack::search`].
    pub fn in_context(
        &self,
        reader: Reader<'_>,
        matcher: &Matcher,
        limit: Option<u64>,
        context: usize,
        mut each: impl FnMut(&HitInContext<'_>) -> Result<()>,
    ) -> Result<u64> {
        self.search(reader, matcher, limit, |document, text, hit| {
            each(&HitInContext {
                document: self.documents[document].name(),
                range: hit.range,
                before: last_chars(&text[..hit.bytes.start], context),
                hit: &text[hit.bytes.clone()],
                after: first_chars(&text[hit.bytes.end..], context),
            })
        })
    }
}

/// Tags every hit, in one change.
///
/// # Errors
/// As [`Haystack::new`] and [`super::tag::tag`].
pub fn tag_hits(
    session: &mut Session,
    matcher: &Matcher,
    scope: &Scope,
    limit: Option<u64>,
    tags: HitTags<'_>,
) -> Result<Tagging> {
    let changed = session.change("find", |tx| {
        let codes = choose(tx.reader(), tags.codes, tags.create)?;
        let note = tags.note.map(fit_note).transpose()?.unwrap_or_default();
        let haystack = Haystack::new(tx.reader(), scope)?;
        let mut places = Vec::new();
        haystack.search(tx.reader(), matcher, limit, |document, _, hit| {
            places.push(Passage { document, range: hit.range });
            Ok(())
        })?;
        let passages = Passages { documents: haystack.documents, places };
        let tagging = carry_out(tx, Plan { passages, codes, note, whole: false })?;
        tx.note_sight()?;
        Ok(tagging)
    })?;
    Ok(changed.value)
}

/// The last `count` code points of `text`.
fn last_chars(text: &str, count: usize) -> &str {
    let bytes = text.as_bytes();
    let from = bytes.len().saturating_sub(count);
    // In most texts a code point is a byte nearly everywhere: one look decides for the whole context.
    if bytes[from..].is_ascii() {
        return &text[from..];
    }
    let from = match count.checked_sub(1) {
        Some(more) => text.char_indices().rev().nth(more).map_or(0, |(at, _)| at),
        None => text.len(),
    };
    &text[from..]
}

/// The first `count` code points of `text`.
fn first_chars(text: &str, count: usize) -> &str {
    let bytes = text.as_bytes();
    let to = bytes.len().min(count);
    if bytes[..to].is_ascii() {
        return &text[..to];
    }
    &text[..text.char_indices().nth(count).map_or(text.len(), |(at, _)| at)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_context_is_so_many_code_points_of_the_text_beside_the_hit(text in "[a-zé👍\u{301}\n]{0,30}", count in 0_usize..35) {
            let letters: Vec<char> = text.chars().collect();
            let first: String = letters.iter().take(count).collect();
            let last: String = letters[letters.len().saturating_sub(count)..].iter().collect();
            prop_assert_eq!(first_chars(&text, count), first);
            prop_assert_eq!(last_chars(&text, count), last);
        }

        #[test]
        fn a_hit_is_inside_when_one_coded_passage_holds_all_of_it(
            ranges in prop::collection::vec((0_u32..30, 1_u32..10), 0..12), start in 0_u32..40, length in 1_u32..8,
        ) {
            let ranges: Vec<CharRange> =
                ranges.into_iter().filter_map(|(start, length)| CharRange::new(start, start + length)).collect();
            let mut coded = Coded(ranges.iter().map(|range| (range.start(), range.end())).collect());
            coded.prepare();
            let hit = CharRange::new(start, start + length).expect("the length is at least 1");
            prop_assert_eq!(coded.contains(hit), ranges.iter().any(|range| range.contains(hit)));
        }
    }
}
