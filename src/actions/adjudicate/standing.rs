//! What has been decided, as it can be read off the annotations of the coder who stands for all.
//!
//! A disagreement is decided when that coder has
//! - an annotation with one of the codes in question that overlaps what anybody gave this code there, or
//! - an annotation on its very extent whose note says that it is none of them (`adjudicated: not actors/state`), or
//! - a note without a code on its very extent, in whatever words.
//!
//! Several disagreements may have one extent, so a note that names codes decides about those alone. Should none of them be
//! in the codebook any more, it decides about all that is there.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::actions::compare::Compared;
use crate::analysis::agreement::disagreement::{Agreed, Disagreement};
use crate::domain::CharRange;
use crate::error::Result;
use crate::store::Reader;
use crate::store::select::Selection;

/// How a note begins that says which codes were turned down.
const TURNED_DOWN: &str = "adjudicated: not ";
const BETWEEN: &str = "; ";

/// The line of a note that turns these codes down.
pub(super) fn turned_down(paths: &[&str]) -> String {
    format!("{TURNED_DOWN}{}", paths.join(BETWEEN))
}

/// What the coder said, by document.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The documents of which anything is said.
    begun: HashSet<i64>,
    /// By document and code, what is coded: in order, without overlaps.
    coded: HashMap<(i64, i64), Vec<CharRange>>,
    /// By document and range, the codes that are turned down there, by number; none: everything.
    turned_down: HashMap<(i64, CharRange), Vec<Option<i64>>>,
}

impl Standing {
    /// Reads what the coder with this handle said of the documents compared, or of `only` one of them.
    pub(super) fn read(
        reader: Reader<'_>,
        handle: &str,
        compared: &Compared,
        only: Option<usize>,
    ) -> Result<Standing> {
        let Some(coder) = reader.coder(handle)? else { return Ok(Standing::default()) };
        let documents = match only {
            Some(place) => std::slice::from_ref(&compared.documents[place]),
            None => compared.documents.as_slice(),
        };
        let texts: BTreeMap<i64, i64> =
            documents.iter().map(|document| (document.id, document.text_id)).collect();
        let codes: HashMap<&str, i64> =
            compared.codes.iter().map(|code| (code.path.as_str(), code.id)).collect();
        let selection = Selection {
            documents: Some(texts.keys().copied().collect()),
            coders: Some(vec![coder.id]),
            ..Selection::default()
        };
        let mut standing = Standing::default();
        reader.each_annotation(&selection, |row| {
            let draft = row.draft;
            if texts.get(&draft.document) != Some(&draft.text) {
                return Ok(());
            }
            standing.begun.insert(draft.document);
            if let Some(code) = draft.code {
                standing.coded.entry((draft.document, code)).or_default().push(draft.range);
            }
            let verdicts = verdicts(&draft.note, draft.code.is_none(), &codes);
            if !verdicts.is_empty() {
                standing.turned_down.entry((draft.document, draft.range)).or_default().extend(verdicts);
            }
            Ok(())
        })?;
        for ranges in standing.coded.values_mut() {
            join(ranges);
        }
        Ok(standing)
    }

    /// Whether a disagreement is decided.
    pub(super) fn has_decided(&self, compared: &Compared, one: &Disagreement) -> bool {
        let document = compared.documents[one.reading].id;
        one.clusters.iter().any(|(code, range)| {
            let code = compared.codes[*code as usize].id;
            self.codes(document, code, *range) || self.turns_down(document, code, one.extent)
        })
    }

    /// Whether an agreed passage has been dealt with: it is coded, or somebody thought better of it.
    pub(super) fn has_agreed(&self, compared: &Compared, agreed: &Agreed) -> bool {
        let document = compared.documents[agreed.reading].id;
        let code = compared.codes[agreed.code as usize].id;
        self.codes(document, code, agreed.range) || self.turns_down(document, code, agreed.range)
    }

    /// Whether the coder said anything of a document.
    pub(super) fn has_begun(&self, compared: &Compared, reading: usize) -> bool {
        let document = compared.documents[reading].id;
        self.begun.contains(&document)
    }

    fn codes(&self, document: i64, code: i64, range: CharRange) -> bool {
        let Some(coded) = self.coded.get(&(document, code)) else { return false };
        let next = coded.partition_point(|one| one.end() <= range.start());
        coded.get(next).is_some_and(|one| one.overlaps(range))
    }

    fn turns_down(&self, document: i64, code: i64, extent: CharRange) -> bool {
        let verdicts = self.turned_down.get(&(document, extent));
        verdicts
            .is_some_and(|verdicts| verdicts.iter().any(|verdict| verdict.is_none_or(|down| down == code)))
    }
}

/// Which codes a note turns down; `None`: all.
fn verdicts(note: &str, without_code: bool, codes: &HashMap<&str, i64>) -> Vec<Option<i64>> {
    let mut says_so = false;
    let mut verdicts = Vec::new();
    for line in note.lines() {
        if let Some(paths) = line.strip_prefix(TURNED_DOWN) {
            says_so = true;
            verdicts.extend(paths.split(BETWEEN).filter_map(|path| codes.get(path)).map(|id| Some(*id)));
        }
    }
    // A note in anybody's own words, or about codes that have other names now.
    if verdicts.is_empty() && (says_so || (without_code && !note.is_empty())) {
        verdicts.push(None);
    }
    verdicts
}

/// Puts ranges in order and makes one of those that overlap or touch.
fn join(ranges: &mut Vec<CharRange>) {
    ranges.sort_unstable();
    let mut joined: Vec<CharRange> = Vec::with_capacity(ranges.len());
    for range in ranges.drain(..) {
        match joined.last_mut() {
            Some(last) if range.start() <= last.end() => {
                let end = last.end().max(range.end());
                *last = CharRange::new(last.start(), end).expect("what contains a range is not empty");
            }
            _ => joined.push(range),
        }
    }
    *ranges = joined;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_turns_down_the_codes_it_names_or_all() {
        let codes = HashMap::from([("actors/state", 1), ("norms", 2)]);
        let of = |note: &str, without_code| verdicts(note, without_code, &codes);
        assert_eq!(of(&turned_down(&["norms"]), true), [Some(2)]);
        assert_eq!(of(&turned_down(&["actors/state", "norms"]), false), [Some(1), Some(2)]);
        assert_eq!(of("adjudicated: not norms\nthe footnote says why", true), [Some(2)]);
        assert_eq!(of("adjudicated: not rules", false), [None], "it was renamed since");
        assert_eq!(of("we leave it", true), [None]);
        assert_eq!(of("we leave it", false), []);
        assert_eq!(of("", true), [], "a highlight decides nothing");
    }

    #[test]
    fn ranges_that_overlap_or_touch_become_one() {
        let range = |start, end| CharRange::new(start, end).unwrap();
        let mut ranges = vec![range(10, 12), range(0, 4), range(2, 3), range(4, 6)];
        join(&mut ranges);
        assert_eq!(ranges, [range(0, 6), range(10, 12)]);
    }
}
