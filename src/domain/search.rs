//! Every hit of a phrase or a regular expression in a text.

use std::ops::Range;

use memchr::memmem;
use regex::{Regex, RegexBuilder};

use super::CharRange;
use super::fold::{FoldedPattern, Folding};
use crate::error::{Error, Result};

/// How a phrase is compared. White space, quotation marks and dashes are always folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PhraseOptions {
    /// Capital and small letters are equal.
    pub ignore_case: bool,
    /// The phrase neither begins nor ends inside a word.
    pub whole_word: bool,
    /// Letters with and without accents are equal.
    pub ignore_accents: bool,
}

/// What to search for, ready for many texts.
#[derive(Debug)]
pub struct Matcher {
    kind: Kind,
    whole_word: bool,
}

#[derive(Debug)]
enum Kind {
    /// Bytes that have only one spelling, and how many code points they are.
    Literal(Box<memmem::Finder<'static>>, u32),
    Folded(FoldedPattern),
    Regex(Regex),
}

/// A hit: its code points for everything that is kept or shown, its bytes to slice the text with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it is, in code points.
    pub range: CharRange,
    /// Where it is, in bytes of the text that was searched.
    pub bytes: Range<usize>,
}

impl Matcher {
    /// A phrase, without the white space around it.
    ///
    /// # Errors
    /// When it is nothing but white space.
    pub fn phrase(pattern: &str, options: PhraseOptions) -> Result<Self> {
        let pattern = pattern.trim();
        let folding = Folding { ignore_case: options.ignore_case, ignore_accents: options.ignore_accents };
        let kind = if !pattern.is_empty() && folding.is_plain(pattern) {
            let chars = u32::try_from(pattern.chars().count())
                .map_err(|_| Error::refused("the phrase is too long"))?;
            Kind::Literal(Box::new(memmem::Finder::new(pattern).into_owned()), chars)
        } else {
            let folded = FoldedPattern::new(pattern, folding).ok_or_else(|| {
                Error::refused("the phrase to search for is empty")
                    .hint("give at least one word: `postil find norms`")
            })?;
            Kind::Folded(folded)
        };
        Ok(Matcher { kind, whole_word: options.whole_word })
    }

    /// A regular expression in the syntax of the regex crate; `^` and `$` match at lines.
    ///
    /// # Errors
    /// When it is not one, or compiles to more than 16 MiB.
    pub fn regex(pattern: &str, ignore_case: bool) -> Result<Self> {
        let built = RegexBuilder::new(pattern)
            .multi_line(true)
            .case_insensitive(ignore_case)
            .size_limit(16 << 20)
            .dfa_size_limit(16 << 20)
            .build();
        built
            .map(|regex| Matcher { kind: Kind::Regex(regex), whole_word: false })
            .map_err(|error| bad_regex(pattern, &error))
    }

    /// The hits in `text`, in order and apart. Empty matches are left out: they cannot be tagged.
    pub fn find_iter<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        let (mut from, mut counted, mut chars) = (0, 0, 0);
        std::iter::from_fn(move || {
            let bytes = self.find_at(text, from)?;
            from = bytes.end;
            // Counting on from the last hit reads each byte once; an index over the text would read it twice.
            let start = chars + count(&text[counted..bytes.start]);
            let end = start
                + match &self.kind {
                    Kind::Literal(_, chars) => *chars,
                    _ => count(&text[bytes.clone()]),
                };
            (counted, chars) = (bytes.end, end);
            let range =
                CharRange::new(start, end).expect("an empty match is skipped, so a hit has a character");
            Some(Hit { range, bytes })
        })
    }

    /// Gives every hit in `text` to `each`.
    pub fn for_each_hit(&self, text: &str, each: impl FnMut(Hit)) {
        self.find_iter(text).for_each(each);
    }

    /// The bytes of the first hit that starts at or after byte `from`.
    fn find_at(&self, text: &str, mut from: usize) -> Option<Range<usize>> {
        loop {
            let bytes = match &self.kind {
                Kind::Literal(finder, _) => {
                    let start = from + finder.find(&text.as_bytes()[from..])?;
                    start..start + finder.needle().len()
                }
                Kind::Folded(pattern) => pattern.find_at(text, from)?,
                Kind::Regex(regex) => regex.find_at(text, from)?.range(),
            };
            if !bytes.is_empty() && (!self.whole_word || is_whole(text, &bytes)) {
                return Some(bytes);
            }
            from = bytes.start + text[bytes.start..].chars().next()?.len_utf8();
        }
    }
}

/// Whether no word goes on across either end of `bytes`.
fn is_whole(text: &str, bytes: &Range<usize>) -> bool {
    let inside = |c: Option<char>| c.is_some_and(is_word);
    let hit = &text[bytes.clone()];
    let cut_before = inside(text[..bytes.start].chars().next_back()) && inside(hit.chars().next());
    let cut_after = inside(hit.chars().next_back()) && inside(text[bytes.end..].chars().next());
    !cut_before && !cut_after
}

/// Letters, digits, what attaches to them, and the joiners that stand inside Persian and Indic words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '_' | '\u{200c}' | '\u{200d}')
        || unicode_normalization::char::is_combining_mark(c)
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).expect("a text has no more code points than MAX_CHARS")
}

fn bad_regex(pattern: &str, error: &regex::Error) -> Error {
    if matches!(error, regex::Error::CompiledTooBig(_)) {
        return Error::refused(format!("the regular expression `{pattern}` is too large to search with"))
            .hint("shorten its repetitions, such as `{1,1000}`");
    }
    // The crate's message is a drawing over several lines; its last line is the sentence.
    let drawing = error.to_string();
    let sentence = drawing.lines().last().unwrap_or_default().trim_start_matches("error: ");
    let error = Error::refused(format!("`{pattern}` is not a regular expression: {sentence}"));
    if sentence.contains("look-around") || sentence.contains("backreferences") {
        return error
            .hint("look-around and backreferences are not supported; search wider and filter the listing");
    }
    error
        .hint("put a backslash before a sign that is meant as itself: `\\(`, `\\[`, `\\*`, `\\?`")
        .hint("or search for a phrase: leave out `--regex`")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phrase(pattern: &str, options: PhraseOptions) -> Matcher {
        Matcher::phrase(pattern, options).expect("the phrase is not empty")
    }

    fn hits(matcher: &Matcher, text: &str) -> Vec<String> {
        let letters: Vec<char> = text.chars().collect();
        let mut found = Vec::new();
        matcher.for_each_hit(text, |hit| {
            let by_chars: String =
                letters[hit.range.start() as usize..hit.range.end() as usize].iter().collect();
            assert_eq!(by_chars, &text[hit.bytes.clone()]);
            found.push(by_chars);
        });
        found
    }

    const PLAIN: PhraseOptions =
        PhraseOptions { ignore_case: false, whole_word: false, ignore_accents: false };
    const WORD: PhraseOptions = PhraseOptions { whole_word: true, ..PLAIN };

    #[test]
    fn a_plain_word_takes_the_byte_search_and_a_phrase_is_folded() {
        assert!(matches!(phrase("norms", PLAIN).kind, Kind::Literal(..)));
        assert!(matches!(phrase("the norms", PLAIN).kind, Kind::Folded(_)));
        assert_eq!(hits(&phrase("norm", PLAIN), "é norms, Norm 👍 norm"), ["norm", "norm"]);
        assert_eq!(hits(&phrase("the \"norm\"", PLAIN), "é the\n“norm” the 'norm'"), ["the\n“norm”"]);
    }

    #[test]
    fn case_accents_and_word_bounds_are_options() {
        let case = PhraseOptions { ignore_case: true, ..PLAIN };
        assert_eq!(hits(&phrase("norm", case), "Norm NORMS"), ["Norm", "NORM"]);
        assert_eq!(hits(&phrase("war", WORD), "war, warfare, postwar (war) wa\u{301}r"), ["war", "war"]);
        assert_eq!(hits(&phrase("روم", WORD), "می‌روم روم"), ["روم"]);
        assert_eq!(hits(&phrase("a a", WORD), "ba a a"), ["a a"]);
        let accents = PhraseOptions { ignore_accents: true, ..PLAIN };
        assert_eq!(
            hits(&phrase("resume", accents), "résumé resume re\u{301}sume\u{301}"),
            ["résumé", "resume", "re\u{301}sume\u{301}"]
        );
    }

    #[test]
    fn a_regular_expression_matches_at_lines_and_never_emptily() {
        let matcher = Matcher::regex(r"^cyber\s+(war|attack)\w*|x*", true).expect("the pattern is good");
        assert_eq!(
            hits(&matcher, "é\nCyber  warfare\ncyber attack xx"),
            ["Cyber  warfare", "cyber attack", "xx"]
        );
    }

    #[test]
    fn a_bad_pattern_says_what_is_wrong_and_what_to_do() {
        let error = Matcher::regex("cyber (war", false).expect_err("the group is open");
        assert_eq!(error.message(), "`cyber (war` is not a regular expression: unclosed group");
        assert!(error.hints()[0].contains(r"`\(`"));
        let error = Matcher::regex("a(?=b)", false).expect_err("look-around is not supported");
        assert!(error.hints()[0].contains("look-around"), "{error:?}");
        let error = Matcher::regex(r"(\pL{900}){900}", false).expect_err("this is huge");
        assert!(error.message().contains("too large"), "{error:?}");
        assert!(Matcher::phrase(" \n", PLAIN).expect_err("nothing to find").message().contains("empty"));
    }

    proptest! {
        #[test]
        fn a_plain_word_is_found_as_often_as_the_standard_library_finds_it(text in "[ab é👍]{0,60}", word in "[ab]{1,3}") {
            let found: Vec<usize> = phrase(&word, PLAIN).find_iter(&text).map(|hit| hit.bytes.start).collect();
            let expected: Vec<usize> = text.match_indices(&word).map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);
            hits(&phrase(&word, PLAIN), &text);
        }
    }
}
