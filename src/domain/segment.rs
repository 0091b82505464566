//! Where lines, paragraphs and sentences start and end, in bytes.

use std::ops::Range;

use memchr::memchr_iter;
use unicode_segmentation::UnicodeSegmentation as _;

/// The byte where each line starts. A line feed ends a line; the end of the text starts none.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    let after_feeds = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
    std::iter::once(0).chain(after_feeds).filter(|start| *start < text.len()).collect()
}

/// The blocks of lines between blank lines (of white space only), without the white space around them.
pub(super) fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut paragraphs: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let inside = start + (line.len() - line.trim_start().len())..start + line.trim_end().len();
        start = end;
        if inside.is_empty() {
            open = false;
        } else if let Some(paragraph) = paragraphs.last_mut().filter(|_| open) {
            paragraph.end = inside.end;
        } else {
            paragraphs.push(inside);
            open = true;
        }
    }
    paragraphs
}

/// The sentences of one paragraph, without the white space around them.
///
/// The bounds are those of Unicode (UAX #29), except that a single line feed is white space, since many texts are
/// wrapped by hand, and that an abbreviation ends no sentence.
pub(super) fn sentences(text: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let source = &text[paragraph.clone()];
    // A space is as long as the line feed it stands for, so the offsets hold.
    let unwrapped = source.replace('\n', " ");
    let mut sentences: Vec<Range<usize>> = Vec::new();
    for (at, piece) in unwrapped.split_sentence_bound_indices() {
        let lead = piece.len() - piece.trim_start().len();
        let piece = piece.trim();
        if piece.is_empty() {
            continue;
        }
        let bytes = at + lead..at + lead + piece.len();
        match sentences.last_mut() {
            Some(last) if runs_on(&unwrapped[last.clone()], piece) => last.end = bytes.end,
            _ => sentences.push(bytes),
        }
    }
    sentences.iter().map(|bytes| bytes.start + paragraph.start..bytes.end + paragraph.start).collect()
}

/// The words of a text (UAX #29), without punctuation and white space.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.unicode_word_indices().map(|(at, word)| at..at + word.len())
}

/// Abbreviations that a name or a clause always follows.
const NEVER_LAST: &[&str] = &["dr", "mr", "mrs", "ms", "prof", "st", "e.g", "i.e", "cf", "vs", "hon", "gen"];
/// Abbreviations that may end a sentence, but not before a number or a bracket.
const BEFORE_NUMBERS: &[&str] =
    &["p", "pp", "no", "nr", "nos", "vol", "fig", "ch", "sec", "art", "para", "al", "ca", "ed"];

/// Whether `next` continues the sentence that seems to end with `last`.
///
/// Kept modest: a list for every language would be wrong as often as right, and a wrong cut costs a person one edit.
fn runs_on(last: &str, next: &str) -> bool {
    let Some(stem) = last.strip_suffix('.') else { return false };
    let mut words = stem.split_whitespace().rev();
    let Some(word) = words.next() else { return false };
    let word = word.trim_start_matches(['(', '[', '"', '\'', '“', '‘', '«']);
    let lower = word.to_lowercase();
    let Some(first) = next.chars().next() else { return false };
    if NEVER_LAST.contains(&lower.as_str()) {
        return true;
    }
    if BEFORE_NUMBERS.contains(&lower.as_str()) {
        return first.is_numeric() || first.is_lowercase() || matches!(first, '(' | '[');
    }
    // An initial: "J. Nye", "John F. Kennedy", but not "vitamin C. The".
    let mut letters = word.chars();
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    let after_a_name = words.next().is_none_or(|before| before.starts_with(char::is_uppercase));
    initial && after_a_name && first.is_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(text: &'a str, ranges: &[Range<usize>]) -> Vec<&'a str> {
        ranges.iter().map(|bytes| &text[bytes.clone()]).collect()
    }

    fn sentences_of(text: &str) -> Vec<&str> {
        of(text, &sentences(text, 0..text.len()))
    }

    #[test]
    fn blank_lines_separate_paragraphs_however_blank_they_are() {
        let text = "\n one\ntwo \n \t\u{a0}\n\n\nthree\n";
        assert_eq!(of(text, &paragraphs(text)), ["one\ntwo", "three"]);
        assert!(paragraphs(" \n\n").is_empty());
    }

    #[test]
    fn a_wrapped_line_does_not_end_a_sentence() {
        assert_eq!(
            sentences_of("States seek\npower. They\nfear it! Do they?"),
            ["States seek\npower.", "They\nfear it!", "Do they?"]
        );
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        for whole in [
            "It was Dr. Smith who left.",
            "Many actors, e.g. NGOs, agree.",
            "See Nye et al. (2011) for more.",
            "The passage is on p. 12.",
            "It was John F. Kennedy who said so.",
        ] {
            assert_eq!(sentences_of(whole), [whole]);
        }
        assert_eq!(sentences_of("She said no. Then she left."), ["She said no.", "Then she left."]);
        assert_eq!(sentences_of("Take vitamin C. The rest waits."), ["Take vitamin C.", "The rest waits."]);
    }

    #[test]
    fn other_scripts_end_their_sentences_with_their_own_marks() {
        assert_eq!(sentences_of("او رفت؟ من ماندم. پایان"), ["او رفت؟", "من ماندم.", "پایان"]);
        assert_eq!(sentences_of("我来了。你走了。"), ["我来了。", "你走了。"]);
    }
}
