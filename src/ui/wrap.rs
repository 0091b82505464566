//! Word wrap by columns that remembers where each line came from.

use unicode_segmentation::UnicodeSegmentation;

use super::escape::visible;
use super::width::{TAB, columns};

/// One line of a wrapped text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedLine<'a> {
    /// The line, without its line feed and without the white space it was broken at.
    pub text: &'a str,
    /// Where the line begins, in code points from the beginning of the wrapped text.
    pub start: u32,
    /// Where the line ends, in code points; `start + text.chars().count()`.
    pub end: u32,
    /// Whether the text itself ends the line here, not the width.
    pub hard: bool,
}

/// Breaks `text` into lines of at most `limit` columns, between words where possible.
///
/// A word wider than the limit is broken between grapheme clusters. Columns are those of the harmless form of
/// the text ([`visible`]) with a tab as four spaces. Empty lines are kept; a final line feed adds no line.
pub fn wrap(text: &str, limit: usize) -> Vec<WrappedLine<'_>> {
    let limit = limit.max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split_inclusive('\n') {
        let line = paragraph.strip_suffix('\n').unwrap_or(paragraph);
        wrap_line(line, limit, start, &mut lines);
        start += length(paragraph);
    }
    lines
}

fn wrap_line<'a>(line: &'a str, limit: usize, start: u32, lines: &mut Vec<WrappedLine<'a>>) {
    // Most lines of most texts: bytes are columns then, and finding clusters would take ten times as long.
    if line.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        wrap_plain(line, limit, start, lines);
    } else {
        wrap_clusters(line, limit, start, lines);
    }
}

/// As [`wrap_clusters`] for a line of printable ASCII.
fn wrap_plain<'a>(line: &'a str, limit: usize, start: u32, lines: &mut Vec<WrappedLine<'a>>) {
    let bytes = line.as_bytes();
    let mut first = 0;
    let mut first_char = start;
    // The first letter that does not fit; spaces may hang over the edge.
    let over = |first: usize| (first.saturating_add(limit)..bytes.len()).find(|at| bytes[*at] != b' ');
    while let Some(at) = over(first) {
        let word = (first + 1..=at).rev().find(|at| bytes[*at] != b' ' && bytes[*at - 1] == b' ');
        let end = word.unwrap_or(at);
        first_char = push(line, first..end, first_char, false, lines);
        first = end;
    }
    push(line, first..line.len(), first_char, true, lines);
}

fn wrap_clusters<'a>(line: &'a str, limit: usize, start: u32, lines: &mut Vec<WrappedLine<'a>>) {
    let mut first = 0; // the byte where the line being filled begins
    let mut first_char = start;
    let mut taken = 0;
    let mut break_at = 0; // the last byte a word may begin at
    let mut taken_at_break = 0;
    let mut after_space = false;
    for (at, cluster) in line.grapheme_indices(true) {
        let space = cluster.chars().all(char::is_whitespace) && cluster != "\u{a0}" && cluster != "\u{202f}";
        if after_space && !space {
            break_at = at;
            taken_at_break = taken;
        }
        after_space = space;
        let wide = shown_columns(cluster);
        // White space may hang over the edge: it is cut off there. Twice round when even the word at the edge is too wide.
        while !space && taken + wide > limit && at > first {
            let end = if break_at > first { break_at } else { at };
            let width_before = if break_at > first { taken_at_break } else { taken };
            first_char = push(line, first..end, first_char, false, lines);
            first = end;
            taken -= width_before;
            taken_at_break = 0;
        }
        taken += wide;
    }
    push(line, first..line.len(), first_char, true, lines);
}

/// Adds the line in `bytes`, trimmed at its end, and returns the code point where the next one begins.
fn push<'a>(
    line: &'a str,
    bytes: std::ops::Range<usize>,
    start: u32,
    hard: bool,
    lines: &mut Vec<WrappedLine<'a>>,
) -> u32 {
    let whole = &line[bytes];
    let text = if hard { whole } else { whole.trim_end() };
    lines.push(WrappedLine { text, start, end: start + length(text), hard });
    start + length(whole)
}

fn shown_columns(cluster: &str) -> usize {
    if cluster == "\t" { TAB.len() } else { columns(&visible(cluster)) }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).expect("a text has fewer than 2^32 code points")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str, limit: usize) -> Vec<&str> {
        wrap(text, limit).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn words_are_kept_whole_and_the_space_at_the_edge_is_dropped() {
        assert_eq!(texts("the norms of cyber diplomacy", 10), ["the norms", "of cyber", "diplomacy"]);
        assert_eq!(texts("exactly te", 10), ["exactly te"]);
        assert_eq!(texts("a\n\nb\n", 10), ["a", "", "b"]);
    }

    #[test]
    fn a_word_too_wide_is_broken_between_clusters() {
        assert_eq!(texts("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(texts("国家国家", 5), ["国家", "国家"]);
        assert_eq!(texts("e\u{301}e\u{301}e\u{301}", 2), ["e\u{301}e\u{301}", "e\u{301}"]);
    }

    #[test]
    fn lines_know_where_they_came_from_in_code_points() {
        let lines = wrap("één twee\ndrie", 5);
        let ranges: Vec<_> = lines.iter().map(|line| (line.start, line.end, line.hard)).collect();
        assert_eq!(ranges, [(0, 3, false), (4, 8, true), (9, 13, true)]);
    }

    proptest! {
        #[test]
        fn every_line_is_the_slice_its_range_names(text in "[a-zé国\u{301} \t\n]{0,80}", limit in 1_usize..20) {
            let points: Vec<char> = text.chars().collect();
            let mut last = 0;
            for line in wrap(&text, limit) {
                let slice: String = points[line.start as usize..line.end as usize].iter().collect();
                prop_assert_eq!(line.text, slice);
                let skipped: String = points[last..line.start as usize].iter().collect();
                prop_assert!(skipped.trim().is_empty());
                last = line.end as usize;
            }
            let rest: String = points[last..].iter().collect();
            prop_assert!(rest.trim().is_empty());
        }

        #[test]
        fn plain_lines_are_wrapped_as_all_others(line in "[a-c ]{0,60}", limit in 1_usize..12) {
            let (mut plain, mut clusters) = (Vec::new(), Vec::new());
            wrap_plain(&line, limit, 7, &mut plain);
            wrap_clusters(&line, limit, 7, &mut clusters);
            prop_assert_eq!(plain, clusters);
        }

        #[test]
        fn no_line_is_wider_than_the_limit(text in "[a-z国 ]{0,80}", limit in 2_usize..20) {
            for line in wrap(&text, limit) {
                prop_assert!(columns(line.text.trim_end()) <= limit, "{:?}", line);
            }
        }
    }
}
