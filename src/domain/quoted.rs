//! Where the words that another program wrote beside a passage stand in a text.
//!
//! Stricter than [`super::locate`], which helps a person who types: three dots join nothing here and no near passage is
//! offered, since a program writes the passage whole. One thing is looser: a program that drops the markup of a text
//! puts a blank where a tag was, also within a word.

use std::ops::Range;

use memchr::memmem;

use super::fold::{FoldedPattern, Folding, fold_char};
use super::{CharRange, TextIndex};

/// Whether `words` are the passage `slice`: character for character, else up to white space, quotation marks, dashes and
/// canonically equal spellings.
pub fn reads_as(slice: &str, words: &str) -> bool {
    if slice == words {
        return true;
    }
    let slice = slice.trim();
    FoldedPattern::new(words, Folding::default())
        .and_then(|pattern| pattern.find_at(slice, 0))
        .is_some_and(|hit| hit == (0..slice.len()))
}

/// Words in more places than this are not looked for any further; a text of one letter repeated would take for ever.
const MOST_PLACES: usize = 100_000;

/// Every place that [`reads_as`] `words`, in order, also where one of them is exactly it. None for words that are nothing
/// but white space. Places may overlap: who asks whether words are there once must hear of all.
pub fn folded_places(index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
    let text = index.body();
    let Some(pattern) = FoldedPattern::new(words, Folding::default()) else { return Vec::new() };
    char_ranges(index, every_hit(text, |from| pattern.find_at(text, from)))
}

/// Every place of `words` in the text, in order: as they are if they are there so, else folded. None for words that are
/// nothing but white space. Places may overlap.
pub fn places(index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
    let text = index.body();
    if words.trim().is_empty() {
        return Vec::new();
    }
    let finder = memmem::Finder::new(words);
    let find = |from: usize| {
        let at = from + finder.find(&text.as_bytes()[from..])?;
        Some(at..at + words.len())
    };
    let exact = char_ranges(index, every_hit(text, find));
    if exact.is_empty() { folded_places(index, words) } else { exact }
}

/// All that `find` gives when it is asked from one character after each hit's first on.
fn every_hit(text: &str, find: impl Fn(usize) -> Option<Range<usize>>) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    let next = move || {
        let hit = find(from)?;
        from = hit.start + text[hit.start..].chars().next()?.len_utf8();
        Some(hit)
    };
    std::iter::from_fn(next).take(MOST_PLACES)
}

fn char_ranges(index: &TextIndex<'_>, hits: impl Iterator<Item = Range<usize>>) -> Vec<CharRange> {
    hits.filter_map(|bytes| index.char_range_of_bytes(bytes.start, bytes.end)).collect()
}

/// A text without its white space, to look for words whose blanks are not those of the text.
#[derive(Debug, Clone)]
pub struct Squeezed {
    letters: String,
    /// For each byte of `letters`, the byte of the text where its character begins.
    origins: Vec<u32>,
}

impl Squeezed {
    /// Squeezes `text`, which is not longer than [`super::text::MAX_CHARS`].
    pub fn of(text: &str) -> Squeezed {
        let mut squeezed = Squeezed { letters: String::with_capacity(text.len()), origins: Vec::new() };
        for (at, letter) in text.char_indices().filter(|(_, letter)| !letter.is_whitespace()) {
            squeezed.letters.push(fold_char(letter));
            squeezed.origins.resize(squeezed.letters.len(), at as u32);
        }
        squeezed
    }

    /// Every place of `words` in the text `index`, white space aside, in order. Places may overlap.
    pub fn places(&self, index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
        let wanted = Squeezed::of(words).letters;
        if wanted.is_empty() {
            return Vec::new();
        }
        let finder = memmem::Finder::new(&wanted);
        let find = |from: usize| {
            let at = from + finder.find(&self.letters.as_bytes()[from..])?;
            Some(at..at + wanted.len())
        };
        let original = |hit: Range<usize>| {
            let last = self.origins[hit.end - 1] as usize;
            Some(self.origins[hit.start] as usize..last + index.body()[last..].chars().next()?.len_utf8())
        };
        char_ranges(index, every_hit(&self.letters, find).filter_map(original))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).expect("a test range is not empty")
    }

    #[test]
    fn words_are_the_passage_up_to_white_space_quotation_marks_and_dashes() {
        assert!(reads_as("“war” —\n  and peace", "\"war\" - and peace"));
        assert!(reads_as(" war ", "war"));
        assert!(reads_as("caf\u{e9}", "cafe\u{301}"));
        assert!(!reads_as("war and peace", "war"));
        assert!(!reads_as("می‌روم", "میروم"));
        assert!(!reads_as("  ", " x"));
    }

    #[test]
    fn dots_join_nothing_and_nothing_near_is_taken() {
        let index = TextIndex::new("States seek power. They arm again.");
        assert_eq!(places(&index, "States ... again."), []);
        assert_eq!(places(&index, "States seeks power."), []);
        assert_eq!(places(&index, " \n"), []);
        assert_eq!(places(&index, "power.\nThey"), [range(12, 23)]);
    }

    #[test]
    fn words_that_occur_as_they_are_hide_those_that_need_folding() {
        let index = TextIndex::new("“war” and \"war\" and \"war\"");
        assert_eq!(places(&index, "\"war\""), [range(10, 15), range(20, 25)]);
        assert_eq!(folded_places(&index, "\"war\""), [range(0, 5), range(10, 15), range(20, 25)]);
    }

    #[test]
    fn words_that_overlap_themselves_are_not_there_once() {
        let text = "روم می روم می روم";
        let index = TextIndex::new(text);
        let both = [range(0, 10), range(7, 17)];
        assert_eq!(places(&index, "روم می روم"), both);
        assert_eq!(folded_places(&index, "روم می  روم"), both);
        assert_eq!(Squeezed::of(text).places(&index, "روممی روم"), both);
        assert_eq!(places(&TextIndex::new(&"a".repeat(200_000)), "aa").len(), MOST_PLACES);
    }

    #[test]
    fn blanks_where_markup_was_are_passed_over() {
        let text = "No “cyber-\nwar” yet, 🦀 he said.";
        let index = TextIndex::new(text);
        let squeezed = Squeezed::of(text);
        assert_eq!(squeezed.places(&index, "cyber- war ” yet , 🦀"), [range(4, 22)]);
        assert_eq!(squeezed.places(&index, " "), []);
        assert_eq!(places(&index, "war ” yet ,"), []);
    }

    proptest! {
        #[test]
        fn a_passage_is_found_squeezed_wherever_blanks_are_put_into_it(
            text in "[ab \n👍\u{301}\u{200c}ی“]{1,30}", start in 0_u32..30, len in 1_u32..10,
        ) {
            let index = TextIndex::new(&text);
            let Some(wanted) = CharRange::new(start, (start + len).min(index.chars())) else { return Ok(()) };
            let passage = index.slice(wanted).expect("the range is inside").trim().to_owned();
            prop_assume!(!passage.is_empty());
            let spaced: String = passage.chars().flat_map(|letter| [letter, ' ']).collect();
            let hits = Squeezed::of(&text).places(&index, &spaced);
            prop_assert!(hits.iter().any(|hit| hit.overlaps(wanted)), "{:?} in {:?}", spaced, text);
        }
    }
}
