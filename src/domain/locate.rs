//! Where a quote stands in a text: as it is, folded, joined over `...`, or nearly.

use std::ops::Range;

use memchr::memmem;

use super::fold::{FoldedPattern, Folding};
use super::{CharRange, TextIndex, fuzzy};

/// Below this similarity a passage is another passage.
pub const LEAST_SIMILARITY: f64 = 0.6;

/// How hard to look for a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocateOptions {
    /// Fold white space, quotation marks and dashes, and read `...` as a gap, when the quote as it is does not occur.
    pub fold: bool,
    /// Look for the nearest passage when nothing else occurs.
    pub nearest: bool,
}

impl Default for LocateOptions {
    fn default() -> Self {
        LocateOptions { fold: true, nearest: true }
    }
}

/// What became of looking for a quote.
#[derive(Debug, Clone, PartialEq)]
pub enum Located {
    /// It stands here once, character for character.
    Exact(CharRange),
    /// It stands here once, up to folding or with a gap.
    Folded(CharRange),
    /// It stands in all these places, at least two, in order.
    Ambiguous(Vec<CharRange>),
    /// It stands nowhere; this passage comes nearest.
    Fuzzy {
        /// The nearest passage.
        range: CharRange,
        /// 1 less the edits per code point of the quote; at least [`LEAST_SIMILARITY`], below or equal to 1.
        similarity: f64,
    },
    /// Neither it nor anything like it is there.
    Missing,
}

/// Looks for `quote`: as it is, then folded, then joined over `...`, then nearly. The first that occurs decides.
pub fn locate(index: &TextIndex<'_>, quote: &str, options: LocateOptions) -> Located {
    let (hits, exact) = hits(index, quote, options.fold);
    match (hits.as_slice(), exact) {
        ([], _) if options.nearest => match fuzzy::nearest(index.body(), quote) {
            Some((bytes, similarity)) if similarity >= LEAST_SIMILARITY => index
                .char_range_of_bytes(bytes.start, bytes.end)
                .map_or(Located::Missing, |range| Located::Fuzzy { range, similarity }),
            _ => Located::Missing,
        },
        ([], _) => Located::Missing,
        ([range], true) => Located::Exact(*range),
        ([range], false) => Located::Folded(*range),
        _ => Located::Ambiguous(hits),
    }
}

/// Every place of `quote`, in order and apart: those as it is if there are any, else those folded, else those joined
/// over `...`.
pub fn find_all(index: &TextIndex<'_>, quote: &str) -> Vec<CharRange> {
    hits(index, quote, true).0
}

/// Every place that reads like `quote`, in order and apart, also where one of them is exactly it: folded, else joined
/// over `...`. Who asks for all means all that look the same.
pub fn find_everywhere(index: &TextIndex<'_>, quote: &str) -> Vec<CharRange> {
    let folded = if quote.trim().is_empty() { Vec::new() } else { folded_hits(index.body(), quote) };
    if folded.is_empty() {
        return find_all(index, quote);
    }
    folded.into_iter().filter_map(|bytes| index.char_range_of_bytes(bytes.start, bytes.end)).collect()
}

/// The places, and whether they are exact.
fn hits(index: &TextIndex<'_>, quote: &str, fold: bool) -> (Vec<CharRange>, bool) {
    let text = index.body();
    let ranges = |bytes: Vec<Range<usize>>| -> Vec<CharRange> {
        bytes.into_iter().filter_map(|bytes| index.char_range_of_bytes(bytes.start, bytes.end)).collect()
    };
    // A quote of white space would be "found" between any two words.
    if quote.trim().is_empty() {
        return (Vec::new(), true);
    }
    let exact = memmem::find_iter(text.as_bytes(), quote).map(|at| at..at + quote.len()).collect::<Vec<_>>();
    if !exact.is_empty() || !fold {
        return (ranges(exact), true);
    }
    let folded = folded_hits(text, quote);
    if !folded.is_empty() {
        return (ranges(folded), false);
    }
    (ranges(joined_hits(text, quote)), false)
}

fn folded_hits(text: &str, quote: &str) -> Vec<Range<usize>> {
    let Some(pattern) = FoldedPattern::new(quote, Folding::default()) else { return Vec::new() };
    let mut from = 0;
    std::iter::from_fn(|| {
        let hit = pattern.find_at(text, from)?;
        from = hit.end;
        Some(hit)
    })
    .collect()
}

/// The places of a quote with gaps: from a hit of one part to the nearest following hit of the next.
fn joined_hits(text: &str, quote: &str) -> Vec<Range<usize>> {
    let parts = parts_between_gaps(quote);
    if parts.len() < 2 {
        return Vec::new();
    }
    let mut spans = folded_hits(text, parts[0]);
    for part in &parts[1..] {
        let ends = folded_hits(text, part);
        let mut longer: Vec<Range<usize>> = Vec::new();
        for span in spans {
            let Some(end) = ends.get(ends.partition_point(|end| end.start < span.end)) else { break };
            // Of two beginnings before one end the later wins: the shortest passage is the one that was meant.
            longer.pop_if(|last| last.end == end.end);
            longer.push(span.start..end.end);
        }
        spans = longer;
    }
    spans
}

/// The parts of a quote between gaps (`...`, `…`, `[...]`), without the white space around them.
fn parts_between_gaps(quote: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = quote.trim();
    let mut from = 0;
    while let Some(gap) = gap_in(rest, from) {
        let before = rest[..gap.start].trim_end();
        if before.is_empty() || rest[gap.end..].trim().is_empty() {
            // Dots at either end join nothing: they are part of the quote.
            from = gap.end;
            continue;
        }
        parts.push(before);
        rest = rest[gap.end..].trim_start();
        from = 0;
    }
    parts.push(rest);
    parts
}

/// The first gap sign in `text` from byte `from` on, with its brackets.
fn gap_in(text: &str, from: usize) -> Option<Range<usize>> {
    let start = [text[from..].find("..."), text[from..].find('…')].into_iter().flatten().min()? + from;
    let end = text.len() - text[start..].trim_start_matches(['.', '…']).len();
    let bracketed = text[..start].ends_with('[') && text[end..].starts_with(']');
    Some(if bracketed { start - 1..end + 1 } else { start..end })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).expect("a test range is not empty")
    }

    fn locate_in(text: &str, quote: &str) -> Located {
        locate(&TextIndex::new(text), quote, LocateOptions::default())
    }

    #[test]
    fn a_quote_as_it_stands_comes_before_one_that_needs_folding() {
        assert_eq!(locate_in("é “war” and \"war\"", "\"war\""), Located::Exact(range(12, 17)));
        assert_eq!(locate_in("é “war” and", "\"war\""), Located::Folded(range(2, 7)));
        assert_eq!(locate_in("او می‌روم خانه", "می‌روم"), Located::Exact(range(3, 9)));
        assert_eq!(locate_in("a 👩‍🔬 b", "👩‍🔬"), Located::Exact(range(2, 5)));
        assert_eq!(locate_in("cyber\n  diplomacy refers", "cyber diplomacy"), Located::Folded(range(0, 17)));
    }

    #[test]
    fn a_quote_in_several_places_names_them_all() {
        assert_eq!(locate_in("war and war", "war"), Located::Ambiguous(vec![range(0, 3), range(8, 11)]));
        assert_eq!(find_all(&TextIndex::new("aaaa"), "aa"), [range(0, 2), range(2, 4)]);
        assert_eq!(locate_in("‘war’ or ’war‘", "'war'"), Located::Ambiguous(vec![range(0, 5), range(9, 14)]));
    }

    #[test]
    fn dots_in_the_middle_join_a_beginning_to_the_nearest_end() {
        let text = "States seek power. States fear war. They arm. They arm again.";
        assert_eq!(locate_in(text, "States fear ... They arm"), Located::Folded(range(19, 44)));
        // The later beginning makes the shorter passage.
        assert_eq!(locate_in(text, "States … They"), Located::Folded(range(19, 40)));
        assert_eq!(locate_in(text, "seek [...] fear [...] again."), Located::Folded(range(7, 61)));
        assert_eq!(find_all(&TextIndex::new(text), "They arm again... States"), []);
        let twice = "It began and ended. It began and ended.";
        assert_eq!(
            locate_in(twice, "It began...ended"),
            Located::Ambiguous(vec![range(0, 18), range(20, 38)])
        );
    }

    #[test]
    fn dots_that_the_text_has_are_not_a_gap() {
        assert_eq!(
            locate_in("wait ... what, wait for it, what", "wait ... what"),
            Located::Exact(range(0, 13))
        );
        assert_eq!(
            locate_in("wait … what, wait for it, what", "wait ... what"),
            Located::Folded(range(0, 11))
        );
        assert_eq!(parts_between_gaps("...and then..."), ["...and then..."]);
        assert_eq!(parts_between_gaps("... a ... b ..."), ["... a", "b ..."]);
    }

    #[test]
    fn a_quote_with_slips_is_offered_its_nearest_passage_and_nonsense_none() {
        let text = "First words. The security dilema compels states to arm. Last words.";
        let Located::Fuzzy { range, similarity } =
            locate_in(text, "the security dilemma compels state to arm")
        else {
            panic!("a passage is near");
        };
        assert_eq!(TextIndex::new(text).slice(range), Some("The security dilema compels states to arm"));
        assert!(similarity > 0.9 && similarity < 1.0, "{similarity}");
        assert_eq!(locate_in(text, "zebras graze quietly beside rivers"), Located::Missing);
        assert_eq!(locate_in(text, "  \n"), Located::Missing);
        let exactly = LocateOptions { fold: false, nearest: false };
        assert_eq!(locate(&TextIndex::new("a\nb"), "a b", exactly), Located::Missing);
    }

    proptest! {
        #[test]
        fn every_passage_of_a_text_is_found_in_it(
            text in "([a-d é\n]|[.…“”]|[\u{301}\u{200c}\u{200d}👍👩یم]){1,60}", start in 0_u32..60, len in 1_u32..30,
        ) {
            let index = TextIndex::new(&text);
            let Some(range) = CharRange::new(start, (start + len).min(index.chars())) else { return Ok(()) };
            let quote = index.slice(range).expect("the range is inside");
            prop_assume!(!quote.trim().is_empty());
            let hits = match locate(&index, quote, LocateOptions::default()) {
                Located::Exact(hit) => vec![hit],
                Located::Ambiguous(hits) => hits,
                other => panic!("{quote:?} gave {other:?}"),
            };
            // A passage that overlaps itself is found at its first place, which may be a little earlier.
            prop_assert!(hits.iter().any(|hit| *hit == range || hit.overlaps(range)));
            for hit in hits {
                prop_assert_eq!(index.slice(hit), Some(quote));
            }
        }
    }
}
