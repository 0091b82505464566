//! A passage that is not where it was: its very words, in a part of the new text that no part of the old one accounts
//! for. (Where the old text accounts for it, the words were there before, and are not this passage.)

use std::ops::Range;

use super::super::diff::{Tokens, is_between_clusters};
use super::super::{CharRange, TextIndex};
use super::{Passage, solid};

/// A passage of so many tokens that moved is a block that moved, and was found as one.
const MOST_TOKENS: usize = 512;

/// A token that occurs oftener than this in what is new leads nowhere.
const OFTEN: usize = 32;

/// The same words of at least this many code points (white space apart) are no chance: four or five words.
const LONG: usize = 24;

/// Shorter ones must stand in the same context: so many code points of it, before and after together.
const CONTEXT: usize = 12;

/// The one place, in bytes of the new text. `fresh` holds the tokens that are new there, as `Diff` has them.
pub(super) fn find(
    fresh: &[(u32, u32)],
    passage: Passage<'_>,
    old: &TextIndex<'_>,
    new: &TextIndex<'_>,
) -> Option<Range<usize>> {
    let tokens = Tokens::lex(old.body(), passage.start..passage.end);
    if tokens.len() > MOST_TOKENS {
        return None;
    }
    // A token at the end of a passage that cuts a word or a cluster may reach past it.
    let whole: Vec<(u32, Range<usize>)> = (0..tokens.len())
        .map(|at| (tokens.keys()[at], tokens.bytes(at)))
        .filter(|(_, bytes)| bytes.end <= passage.end)
        .collect();
    let places_of = |key: u32| {
        let from = fresh.partition_point(|(other, _)| *other < key);
        let to = from + fresh[from..].partition_point(|(other, _)| *other == key);
        &fresh[from..to]
    };
    let rarest = whole.iter().map(|(key, bytes)| (places_of(*key), bytes.start - passage.start));
    let (places, offset) =
        rarest.filter(|(places, _)| !places.is_empty()).min_by_key(|(places, _)| places.len())?;
    if places.len() > OFTEN {
        return None;
    }
    let is_new = |start: usize| {
        let size = |(_, bytes): &&(u32, Range<usize>)| bytes.len();
        let is_fresh = |(key, bytes): &&(u32, Range<usize>)| {
            u32::try_from(bytes.start - passage.start + start)
                .is_ok_and(|at| fresh.binary_search(&(*key, at)).is_ok())
        };
        let new: usize = whole.iter().filter(is_fresh).map(|token| size(&token)).sum();
        new * 2 >= whole.iter().map(|token| size(&token)).sum()
    };
    let starts = places.iter().filter_map(|(_, at)| (*at as usize).checked_sub(offset));
    let stands = |start: &usize| {
        let end = start + passage.words.len();
        new.body().get(*start..end) == Some(passage.words)
            && is_between_clusters(new.body(), *start)
            && is_between_clusters(new.body(), end)
            && is_new(*start)
    };
    let mut found = starts.filter(stands);
    let start = found.next().filter(|_| found.next().is_none())?;
    let place = start..start + passage.words.len();
    let range = new.char_range_of_bytes(place.start, place.end)?;
    let is_sure =
        solid(passage.words) >= LONG || context_in_common(old, passage.range, new, range) >= CONTEXT;
    is_sure.then_some(place)
}

/// How many code points next to the passage, white space apart, are the same before and after it.
fn context_in_common(old: &TextIndex<'_>, was: CharRange, new: &TextIndex<'_>, is: CharRange) -> usize {
    let ((before, after), (new_before, new_after)) = (old.context(was, 32), new.context(is, 32));
    let same = |(one, other): &(char, char)| one == other;
    let solid = |(c, _): &(char, char)| !c.is_whitespace();
    before.chars().rev().zip(new_before.chars().rev()).take_while(same).filter(solid).count()
        + after.chars().zip(new_after.chars()).take_while(same).filter(solid).count()
}
