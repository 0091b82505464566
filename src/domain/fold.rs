//! Comparing passages as people quote them: white space, quotation marks, dashes and dots as they come.
//!
//! A quote that went through a word processor, a spreadsheet or a PDF has curly quotes, other dashes and other line
//! breaks than the text. A pattern is matched against the text as it stands, so that hits are places in the original;
//! folding the whole text first would need a map back and a copy of every text searched.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use regex::{Regex, RegexBuilder};
use unicode_normalization::char::{canonical_combining_class, decompose_canonical, is_combining_mark};

/// What else is folded, beyond white space, quotation marks, dashes, dots and canonically equal spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folding {
    /// Capital and small letters are equal.
    pub ignore_case: bool,
    /// Letters with and without accents or vowel points are equal.
    pub ignore_accents: bool,
}

/// The one character that stands for `c` and those that people use in its place.
pub fn fold_char(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '〃' | '＂' => '"',
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '`' | '´' | '＇' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// Whether `c` is an accent or vowel point: a mark that attaches to the letter before it. Vowel signs of Indic
/// scripts are marks too, but they are letters to their readers (and their combining class is 0).
fn is_accent(c: char) -> bool {
    canonical_combining_class(c) != 0
}

impl Folding {
    /// Gives `each` the folded units of a character that is not white space, in order.
    fn units(self, c: char, mut each: impl FnMut(char)) {
        if c.is_ascii() {
            return each(fold_char(if self.ignore_case { c.to_ascii_lowercase() } else { c }));
        }
        if c == '…' {
            return ['.'; 3].into_iter().for_each(each);
        }
        decompose_canonical(c, |part| {
            if self.ignore_accents && is_accent(part) {
                return;
            }
            if !self.ignore_case {
                return each(fold_char(part));
            }
            for small in part.to_lowercase() {
                each(fold_char(if small == 'ς' { 'σ' } else { small }));
            }
        });
    }

    fn fold(self, text: &str) -> Vec<char> {
        let mut units = Vec::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !units.is_empty() {
                units.push(' ');
            }
            word.chars().for_each(|c| self.units(c, |unit| units.push(unit)));
        }
        units
    }
}

/// A passage to look for under a [`Folding`].
#[derive(Debug)]
pub struct FoldedPattern {
    folding: Folding,
    units: Vec<char>,
    /// Where in `units` the part starts that `candidates` finds.
    anchor: usize,
    candidates: Candidates,
}

/// How the places are found where a comparison is worth its while.
#[derive(Debug)]
enum Candidates {
    /// The longest part that has only one spelling: a plain byte search.
    Literal(Box<memmem::Finder<'static>>),
    /// The same where one byte search will not do.
    Pattern(Regex),
    /// No part of the pattern has one spelling only (such as `"—"`): every place.
    Everywhere,
}

impl FoldedPattern {
    /// `None` when `pattern` has nothing but white space. White space around it is not looked for.
    pub fn new(pattern: &str, folding: Folding) -> Option<Self> {
        let units = folding.fold(pattern);
        if units.is_empty() {
            return None;
        }
        let part = anchor_of(&units);
        let (anchor, candidates) = if folding.ignore_accents {
            let word = units.iter().position(|c| *c == ' ').unwrap_or(units.len());
            (0, candidates_with_accents(&units[..word]))
        } else if part.is_empty() {
            (0, Candidates::Everywhere)
        } else {
            let literal: String = units[part.clone()].iter().collect();
            (
                part.start,
                if folding.ignore_case {
                    regex_candidates(&regex::escape(&literal))
                } else {
                    Candidates::Literal(Box::new(memmem::Finder::new(&literal).into_owned()))
                },
            )
        };
        Some(FoldedPattern { folding, units, anchor, candidates })
    }

    /// The bytes of the first match in `text` that starts at or after byte `from` (a char boundary).
    pub fn find_at(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let candidate = match &self.candidates {
                Candidates::Literal(finder) => at + finder.find(&text.as_bytes()[at..])?,
                Candidates::Pattern(regex) => regex.find_at(text, at)?.start(),
                Candidates::Everywhere => at,
            };
            let next = candidate + text[candidate..].chars().next()?.len_utf8();
            let start = self.matches_before(text, candidate).filter(|start| *start >= from);
            if let Some((start, end)) = start.zip(self.matches_after(text, candidate)) {
                return Some(start..end);
            }
            at = next;
        }
    }

    /// The end of the match of the pattern from its anchor on, when it stands at `at`.
    fn matches_after(&self, text: &str, at: usize) -> Option<usize> {
        let mut wanted = self.units[self.anchor..].iter().copied();
        let mut rest = text[at..].chars();
        while wanted.len() > 0 {
            let c = rest.next()?;
            if c.is_whitespace() {
                (wanted.next() == Some(' ')).then_some(())?;
                rest = rest.as_str().trim_start().chars();
                continue;
            }
            let mut equal = true;
            self.folding.units(c, |unit| equal = equal && wanted.next() == Some(unit));
            equal.then_some(())?;
        }
        if self.folding.ignore_accents {
            // The accents of the last letter belong to it.
            rest = rest.as_str().trim_start_matches(is_accent).chars();
        }
        Some(text.len() - rest.as_str().len())
    }

    /// The start of the match of the pattern up to its anchor, when the anchor stands at `at`.
    fn matches_before(&self, text: &str, at: usize) -> Option<usize> {
        let mut wanted = self.units[..self.anchor].iter().rev().copied();
        let mut rest = text[..at].chars();
        let mut parts = Vec::new();
        while wanted.len() > 0 {
            let c = rest.next_back()?;
            if c.is_whitespace() {
                (wanted.next() == Some(' ')).then_some(())?;
                rest = rest.as_str().trim_end().chars();
                continue;
            }
            parts.clear();
            self.folding.units(c, |unit| parts.push(unit));
            parts.iter().rev().all(|unit| wanted.next() == Some(*unit)).then_some(())?;
        }
        Some(rest.as_str().len())
    }
}

impl Folding {
    /// Whether `pattern` can be looked for as the bytes it is: nothing in it has a second spelling.
    pub(super) fn is_plain(self, pattern: &str) -> bool {
        let units = self.fold(pattern);
        self == Folding::default()
            && anchor_of(&units) == (0..units.len())
            && units.iter().copied().eq(pattern.chars())
    }
}

/// What characters without a mark fold to that are canonically equal to another one: the ohm sign to omega, the Greek
/// question mark to a semicolon, several hundred Chinese characters to others.
static TWINS: LazyLock<HashSet<char>> = LazyLock::new(|| {
    let blocks = ('\u{80}'..='\u{2fff}').chain('\u{f900}'..='\u{faff}').chain('\u{2f800}'..='\u{2fa1f}');
    blocks
        .filter_map(|c| {
            let (mut only, mut parts) = (c, 0);
            decompose_canonical(c, |part| (only, parts) = (part, parts + 1));
            (parts == 1 && only != c).then(|| fold_char(only))
        })
        .collect()
});

/// The longest run of units that every spelling of the pattern has in common.
fn anchor_of(units: &[char]) -> Range<usize> {
    let has_one_spelling = |at: usize| {
        let hangul = |c: char| ('\u{1100}'..='\u{11ff}').contains(&c);
        let mark = |c: char| is_combining_mark(c) || hangul(c);
        !matches!(units[at], ' ' | '"' | '\'' | '-' | '.')
            && !mark(units[at])
            && !TWINS.contains(&units[at])
            && units.get(at + 1).is_none_or(|next| !mark(*next))
    };
    let (mut best, mut start) = (0..0, 0);
    for at in 0..=units.len() {
        if at == units.len() || !has_one_spelling(at) {
            if at - start > best.len() {
                best = start..at;
            }
            start = at + 1;
        }
    }
    best
}

fn regex_candidates(pattern: &str) -> Candidates {
    // The size limit is far above what a quote needs; a quote beyond it is still found, only slower.
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(64 << 20)
        .build()
        .map_or(Candidates::Everywhere, Candidates::Pattern)
}

/// The places where the first letters of `word` stand, each with or without accents.
fn candidates_with_accents(word: &[char]) -> Candidates {
    const LETTERS: usize = 6;
    let first = &word[..word.len().min(LETTERS)];
    if !first.iter().all(|c| c.is_alphanumeric()) {
        return Candidates::Everywhere;
    }
    let mut spellings: Vec<String> = first.iter().map(|c| c.to_string()).collect();
    // The accented letters of the Latin, Greek and Cyrillic blocks and of their extensions, and characters that are others.
    let extended = ('\u{c0}'..='\u{6ff}').chain('\u{1e00}'..='\u{1fff}').chain('\u{2100}'..='\u{214f}');
    for c in extended.chain('\u{f900}'..='\u{faff}').chain('\u{2f800}'..='\u{2fa1f}') {
        let mut base = None;
        decompose_canonical(c, |part| base = base.or(Some(part)));
        let Some(base) = base.filter(|base| *base != c) else { continue };
        for (letter, spelling) in first.iter().zip(&mut spellings) {
            if base.to_lowercase().eq(letter.to_lowercase()) {
                spelling.push(c);
            }
        }
    }
    let pattern: String = spellings.iter().map(|spelling| format!("[{spelling}]\\p{{M}}*")).collect();
    regex_candidates(&pattern)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASE: Folding = Folding { ignore_case: true, ignore_accents: false };
    const ACCENTS: Folding = Folding { ignore_case: true, ignore_accents: true };

    fn find<'t>(pattern: &str, text: &'t str, folding: Folding) -> Option<&'t str> {
        FoldedPattern::new(pattern, folding)?.find_at(text, 0).map(|bytes| &text[bytes])
    }

    fn found<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
        find(pattern, text, Folding::default())
    }

    #[test]
    fn a_character_that_is_another_one_is_found_as_either() {
        // Ohm and omega, kelvin and K, two Greek points, two Chinese characters.
        for (one, other) in
            [('\u{2126}', 'Ω'), ('\u{212a}', 'K'), ('\u{387}', '·'), ('\u{37e}', ';'), ('\u{f900}', '豈')]
        {
            for (pattern, text) in [(one, other), (other, one), (one, one)] {
                let (pattern, text) = (format!("ten{pattern} and"), format!("of ten{text} and more"));
                for folding in [Folding::default(), CASE, ACCENTS] {
                    let found = find(&pattern, &text, folding);
                    assert!(
                        found.is_some_and(|found| found.ends_with(" and")),
                        "{pattern} in {text}: {folding:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn white_space_quotation_marks_dashes_and_dots_are_folded() {
        assert_eq!(
            found(" the  war\nof words ", "in the war\u{a0}of\r\n words."),
            Some("the war\u{a0}of\r\n words")
        );
        assert_eq!(found("\"self-help\" isn't", "a “self‑help” isn’t so"), Some("“self‑help” isn’t"));
        assert_eq!(found("«security»", "the „security” dilemma"), Some("„security”"));
        assert_eq!(found("1914-1918", "in 1914–1918"), Some("1914–1918"));
        assert_eq!(found("and so on...", "and so on… ."), Some("and so on…"));
        assert_eq!(found("—", "a – b"), Some("–"));
        assert_eq!(found("War", "the war"), None);
        assert_eq!(found("\"war\"", "'war'"), None);
    }

    #[test]
    fn composed_and_decomposed_spellings_are_one() {
        assert_eq!(found("café au", "un cafe\u{301} au lait"), Some("cafe\u{301} au"));
        assert_eq!(found("cafe\u{301} au", "un café au lait"), Some("café au"));
        assert_eq!(found("cafe au", "un café au lait"), None);
        assert_eq!(
            found("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            Some("\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}")
        );
    }

    #[test]
    fn case_and_accents_are_folded_only_when_asked() {
        assert_eq!(find("SECURITY", "a Security b", CASE), Some("Security"));
        assert_eq!(find("ΟΔΟΣ", "η οδος", CASE), Some("οδος"));
        assert_eq!(find("Elysee Palace", "the ÉLYSÉE palace", ACCENTS), Some("ÉLYSÉE palace"));
        assert_eq!(find("cafe", "un cafe\u{301}.", ACCENTS), Some("cafe\u{301}"));
        assert_eq!(find("élysée", "elysee", ACCENTS), Some("elysee"));
        assert_eq!(find("élysée", "elysee", CASE), None);
    }

    #[test]
    fn a_pattern_of_white_space_is_none() {
        assert!(FoldedPattern::new(" \n", Folding::default()).is_none());
    }

    proptest! {
        #[test]
        fn a_passage_of_a_text_is_found_in_it_under_every_folding(
            text in "[a-cé\u{e0}\u{301} \n\u{a0}“”'’–…\u{200c}👍ΣςA-C-]{1,40}", start in 0_usize..40, len in 1_usize..20, case: bool, accents: bool,
        ) {
            let passage: String = text.chars().skip(start).take(len).collect();
            // A passage that cuts a letter from its mark is not canonically in the text.
            let cut = text.chars().nth(start + len).is_some_and(is_combining_mark) || passage.starts_with(is_combining_mark);
            prop_assume!(!cut);
            if let Some(pattern) = FoldedPattern::new(&passage, Folding { ignore_case: case, ignore_accents: accents }) {
                let hit = pattern.find_at(&text, 0).map(|bytes| &text[bytes]);
                prop_assert!(hit.is_some(), "{passage:?} in {text:?}");
            }
        }

        #[test]
        fn plain_patterns_are_found_where_a_byte_search_finds_them(text in "[ab ]{0,30}", pattern in "[ab]{1,3}") {
            prop_assert!(Folding::default().is_plain(&pattern));
            let folded = FoldedPattern::new(&pattern, Folding::default()).and_then(|folded| folded.find_at(&text, 0));
            prop_assert_eq!(folded.map(|bytes| bytes.start), text.find(&pattern));
        }
    }
}
