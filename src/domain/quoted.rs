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

/// Every place that [`reads_as`] `words`, in order and apart, also where one of them is exactly it. None for words that
/// are nothing but white space.
pub fn folded_places(index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
    let hits = folded(index.body(), words).into_iter();
    hits.filter_map(|bytes| index.char_range_of_bytes(bytes.start, bytes.end)).collect()
}

/// Every place of `words` in the text, in order and apart: as they are if they are there so, else folded. None for words
/// that are nothing but white space.
pub fn places(index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
    let text = index.body();
    if words.trim().is_empty() {
        return Vec::new();
    }
    let exact: Vec<Range<usize>> =
        memmem::find_iter(text.as_bytes(), words).map(|at| at..at + words.len()).collect();
    let hits = if exact.is_empty() { folded(text, words) } else { exact };
    hits.into_iter().filter_map(|bytes| index.char_range_of_bytes(bytes.start, bytes.end)).collect()
}

fn folded(text: &str, words: &str) -> Vec<Range<usize>> {
    let Some(pattern) = FoldedPattern::new(words, Folding::default()) else { return Vec::new() };
    let mut from = 0;
    std::iter::from_fn(|| {
        let hit = pattern.find_at(text, from)?;
        from = hit.end;
        Some(hit)
    })
    .collect()
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

    /// Every place of `words` in the text `index`, white space aside, in order and apart.
    pub fn places(&self, index: &TextIndex<'_>, words: &str) -> Vec<CharRange> {
        let wanted = Squeezed::of(words).letters;
        if wanted.is_empty() {
            return Vec::new();
        }
        memmem::find_iter(self.letters.as_bytes(), &wanted)
            .filter_map(|at| {
                let start = self.origins[at] as usize;
                let last = self.origins[at + wanted.len() - 1] as usize;
                let end = last + index.body()[last..].chars().next()?.len_utf8();
                index.char_range_of_bytes(start, end)
            })
            .collect()
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
