//! From code points to bytes and back, and the lines, paragraphs and sentences of a text.
//!
//! Bytes stay inside the domain: everything stored or shown is counted in code points.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::{CharPos, CharRange, segment};

/// Bytes from one milestone to the next. Counted off by bytes and not by code points, since then a whole block is
/// counted at once by vector instructions; a milestone every 128 code points took three times as long to build.
const BLOCK: usize = 128;

/// A text with what it takes to find a code point in it without walking from the start.
///
/// Cheap to make (milestones only, none for ASCII); lines, paragraphs and sentences are found when first asked for.
#[derive(Debug)]
pub struct TextIndex<'a> {
    body: &'a str,
    chars: u32,
    /// The code points that start before each whole block of bytes. Empty when the text is ASCII: there a code
    /// point is a byte.
    milestones: Cow<'a, [u32]>,
    line_starts: OnceLock<Vec<usize>>,
    paragraphs: OnceLock<Vec<CharRange>>,
    sentences: OnceLock<Vec<CharRange>>,
}

/// A range and the passage it covers, together: a span without its text cannot be expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor<'a> {
    range: CharRange,
    quote: &'a str,
}

impl<'a> Anchor<'a> {
    /// Where the passage is.
    pub fn range(&self) -> CharRange {
        self.range
    }

    /// The passage.
    pub fn quote(&self) -> &'a str {
        self.quote
    }
}

/// A text that owns its body and milestones, for caches that outlive one question.
#[derive(Debug, Clone)]
pub struct IndexedText {
    body: String,
    chars: u32,
    milestones: Vec<u32>,
}

impl IndexedText {
    /// Indexes `body`, which is not longer than [`super::text::MAX_CHARS`].
    pub fn new(body: String) -> Self {
        let (chars, milestones) = milestones(&body);
        IndexedText { body, chars, milestones }
    }

    /// The text.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The index over it; free of cost.
    pub fn index(&self) -> TextIndex<'_> {
        TextIndex::with(&self.body, self.chars, Cow::Borrowed(&self.milestones))
    }
}

impl<'a> TextIndex<'a> {
    /// Indexes `body`, which is not longer than [`super::text::MAX_CHARS`].
    pub fn new(body: &'a str) -> Self {
        let (chars, milestones) = milestones(body);
        TextIndex::with(body, chars, Cow::Owned(milestones))
    }

    fn with(body: &'a str, chars: u32, milestones: Cow<'a, [u32]>) -> Self {
        let (line_starts, paragraphs, sentences) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        TextIndex { body, chars, milestones, line_starts, paragraphs, sentences }
    }

    /// The text.
    pub fn body(&self) -> &'a str {
        self.body
    }

    /// Its length in code points.
    pub fn chars(&self) -> u32 {
        self.chars
    }

    /// The range of the whole text; `None` when it is empty.
    pub fn whole(&self) -> Option<CharRange> {
        CharRange::new(0, self.chars)
    }

    /// The passage at `range`; `None` when it reaches past the end.
    pub fn slice(&self, range: CharRange) -> Option<&'a str> {
        (range.end() <= self.chars)
            .then(|| &self.body[self.byte_of(range.start())..self.byte_of(range.end())])
    }

    /// The passage at `range` with its range; `None` when it reaches past the end.
    pub fn anchor(&self, range: CharRange) -> Option<Anchor<'a>> {
        self.slice(range).map(|quote| Anchor { range, quote })
    }

    /// Up to `n` code points before `range` and up to `n` after it. Past the end of the text both are empty.
    pub fn context(&self, range: CharRange, n: u32) -> (&'a str, &'a str) {
        self.passage(range, n).map_or(("", ""), |(before, _, after)| (before, after))
    }

    /// Up to `n` code points before `range`, the passage itself, and up to `n` code points after it; `None` when the
    /// range reaches past the end. Finding a place costs a search, walking on from it does not: an export asks for
    /// a million of these.
    pub fn passage(&self, range: CharRange, n: u32) -> Option<(&'a str, &'a str, &'a str)> {
        if range.end() > self.chars {
            return None;
        }
        let (start, end) = (self.byte_of(range.start()), self.byte_of(range.end()));
        let bytes = self.body.as_bytes();
        let mut from = start;
        let mut left = n;
        while left > 0 && from > 0 {
            from -= 1;
            left -= u32::from(starts_char(bytes[from]));
        }
        let mut to = end;
        let mut left = n;
        while to < bytes.len() {
            if starts_char(bytes[to]) {
                if left == 0 {
                    break;
                }
                left -= 1;
            }
            to += 1;
        }
        Some((&self.body[from..start], &self.body[start..end], &self.body[end..to]))
    }

    /// The range of the bytes from `start` up to `end`; `None` when that is empty, reversed, past the end, or cuts
    /// a code point.
    pub fn char_range_of_bytes(&self, start: usize, end: usize) -> Option<CharRange> {
        self.body.get(start..end)?;
        CharRange::new(self.char_of(start), self.char_of(end))
    }

    /// How many lines there are. A line feed ends a line, so a text that ends with one has no empty line after it.
    pub fn line_count(&self) -> u32 {
        count(self.line_starts().len())
    }

    /// Line `number` (from 1) without its line feed; `None` when there is no such line or it is empty.
    pub fn line(&self, number: u32) -> Option<CharRange> {
        let bytes = self.line_bytes(number)?;
        self.char_range_of_bytes(bytes.start, bytes.end)
    }

    /// The bytes of line `number` (from 1) without its line feed; `None` when there is no such line.
    pub(super) fn line_bytes(&self, number: u32) -> Option<Range<usize>> {
        let starts = self.line_starts();
        let at = (number as usize).checked_sub(1)?;
        let start = *starts.get(at)?;
        let end = match starts.get(at + 1) {
            Some(next) => next - 1,
            None => self.body.len() - usize::from(self.body.ends_with('\n')),
        };
        Some(start..end)
    }

    /// The line of a position and its column, both from 1, the column in code points. A position past the end
    /// counts as the end.
    pub fn line_col_of(&self, position: CharPos) -> (u32, u32) {
        let byte = self.byte_of(position.0.min(self.chars));
        let line = self.line_starts().partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts().get(line - 1).copied().unwrap_or(0);
        (count(line), position.0.min(self.chars) - self.char_of(start) + 1)
    }

    /// The paragraphs in order: blocks of lines between blank lines, without the white space around them.
    pub fn paragraphs(&self) -> &[CharRange] {
        self.paragraphs.get_or_init(|| self.char_ranges(segment::paragraphs(self.body)))
    }

    /// Paragraph `number` (from 1).
    pub fn paragraph(&self, number: u32) -> Option<CharRange> {
        self.paragraphs().get((number as usize).checked_sub(1)?).copied()
    }

    /// The number (from 1) of the paragraph that holds `position`; `None` between paragraphs.
    pub fn paragraph_of(&self, position: CharPos) -> Option<u32> {
        number_of(self.paragraphs(), position)
    }

    /// The sentences in order, numbered through the whole text; none crosses the end of a paragraph.
    pub fn sentences(&self) -> &[CharRange] {
        self.sentences.get_or_init(|| {
            let paragraphs = segment::paragraphs(self.body);
            self.char_ranges(paragraphs.into_iter().flat_map(|bytes| segment::sentences(self.body, bytes)))
        })
    }

    /// Sentence `number` (from 1).
    pub fn sentence(&self, number: u32) -> Option<CharRange> {
        self.sentences().get((number as usize).checked_sub(1)?).copied()
    }

    /// The number (from 1) of the sentence that holds `position`; `None` between sentences.
    pub fn sentence_of(&self, position: CharPos) -> Option<u32> {
        number_of(self.sentences(), position)
    }

    /// The words in order, without punctuation and white space. Found anew at each call.
    pub fn words(&self) -> Vec<CharRange> {
        self.char_ranges(segment::words(self.body))
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| segment::line_starts(self.body))
    }

    fn char_ranges(&self, bytes: impl IntoIterator<Item = Range<usize>>) -> Vec<CharRange> {
        bytes.into_iter().filter_map(|bytes| self.char_range_of_bytes(bytes.start, bytes.end)).collect()
    }

    /// The byte where code point `position` starts; `position` is at most `self.chars`.
    pub(super) fn byte_of(&self, position: u32) -> usize {
        if self.milestones.is_empty() {
            return position as usize;
        }
        if position == self.chars {
            return self.body.len();
        }
        // The last block with no more code points before it than `position` holds that code point's first byte.
        let block = self.milestones.partition_point(|before| *before <= position) - 1;
        let mut left = position - self.milestones[block];
        let mut at = block * BLOCK;
        let (words, _) = self.body.as_bytes()[at..].as_chunks::<8>();
        for word in words {
            let starts = starts_in(*word);
            if left < starts {
                break;
            }
            left -= starts;
            at += 8;
        }
        let rest = self.body.as_bytes()[at..].iter().enumerate();
        let mut starts = rest.filter(|(_, byte)| starts_char(**byte)).map(|(offset, _)| at + offset);
        starts.nth(left as usize).unwrap_or(self.body.len())
    }

    /// The code points before `byte`, which is a char boundary.
    fn char_of(&self, byte: usize) -> u32 {
        if self.milestones.is_empty() {
            return count(byte);
        }
        let block = (byte / BLOCK).min(self.milestones.len() - 1);
        let (words, rest) = self.body.as_bytes()[block * BLOCK..byte].as_chunks::<8>();
        let in_words: u32 = words.iter().map(|word| starts_in(*word)).sum();
        let in_rest: u32 = rest.iter().map(|byte| u32::from(starts_char(*byte))).sum();
        self.milestones[block] + in_words + in_rest
    }
}

/// The length in code points, and the code points before each block; no milestones for ASCII.
fn milestones(body: &str) -> (u32, Vec<u32>) {
    if body.is_ascii() {
        return (count(body.len()), Vec::new());
    }
    let mut milestones = Vec::with_capacity(body.len() / BLOCK + 1);
    let mut chars = 0;
    for block in body.as_bytes().chunks(BLOCK) {
        milestones.push(chars);
        // A block has at most 128 starts, so a byte holds the sum and the loop stays in vector registers.
        chars += u32::from(block.iter().map(|byte| u8::from(starts_char(*byte))).sum::<u8>());
    }
    (chars, milestones)
}

/// Whether a byte of UTF-8 starts a code point: every byte but `10xxxxxx`.
fn starts_char(byte: u8) -> bool {
    byte.cast_signed() >= -0x40
}

/// How many of eight bytes start a code point, all eight looked at in one register.
fn starts_in(word: [u8; 8]) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(word);
    let continuations = (word >> 7) & !(word >> 6) & ONES;
    // The product sums the eight bits into the top byte; `count_ones` is a dozen steps where the machine has no such
    // instruction.
    let sum = continuations.wrapping_mul(ONES).to_le_bytes()[7];
    8 - u32::from(sum)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).expect("a text has no more code points than MAX_CHARS")
}

fn number_of(ranges: &[CharRange], position: CharPos) -> Option<u32> {
    let at = ranges.partition_point(|range| range.end() <= position.0);
    (ranges.get(at)?.start() <= position.0).then(|| count(at + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).expect("a test range is not empty")
    }

    #[test]
    fn a_slice_counts_code_points_through_emoji_marks_and_joiners() {
        let index = TextIndex::new("e\u{301}👩‍🔬 می‌روم end");
        assert_eq!(index.chars(), 16);
        assert_eq!(index.slice(range(0, 2)), Some("e\u{301}"));
        assert_eq!(index.slice(range(2, 5)), Some("👩‍🔬"));
        assert_eq!(index.slice(range(6, 12)), Some("می‌روم"));
        assert_eq!(index.slice(range(13, 16)), Some("end"));
        assert_eq!(index.slice(range(13, 17)), None);
        let anchor = index.anchor(range(13, 16)).expect("the range is inside");
        assert_eq!((anchor.quote(), anchor.range()), ("end", range(13, 16)));
        assert_eq!(index.context(range(6, 12), 2), ("\u{1f52c} ", " e"));
        assert_eq!(index.context(range(0, 16), 5), ("", ""));
    }

    #[test]
    fn lines_are_numbered_from_one_and_leave_out_the_line_feed() {
        let index = TextIndex::new("één\n\nthree\n");
        assert_eq!(index.line_count(), 3);
        assert_eq!(index.line(1), Some(range(0, 3)));
        assert_eq!(index.line(2), None);
        assert_eq!(index.line(3), Some(range(5, 10)));
        assert_eq!((index.line(0), index.line(4)), (None, None));
        assert_eq!(index.line_col_of(CharPos(0)), (1, 1));
        assert_eq!(index.line_col_of(CharPos(3)), (1, 4));
        assert_eq!(index.line_col_of(CharPos(4)), (2, 1));
        assert_eq!(index.line_col_of(CharPos(7)), (3, 3));
        assert_eq!(index.line_col_of(CharPos(99)), (3, 7));
    }

    #[test]
    fn a_position_knows_its_paragraph_and_sentence() {
        let index = TextIndex::new("One. Two.\n\n  Three");
        assert_eq!(index.paragraphs(), [range(0, 9), range(13, 18)]);
        assert_eq!(index.sentences(), [range(0, 4), range(5, 9), range(13, 18)]);
        assert_eq!(index.paragraph_of(CharPos(4)), Some(1));
        assert_eq!(index.sentence_of(CharPos(4)), None);
        assert_eq!(index.sentence_of(CharPos(13)), Some(3));
        assert_eq!(index.paragraph_of(CharPos(18)), None);
        assert_eq!((index.paragraph(2), index.sentence(0)), (Some(range(13, 18)), None));
    }

    #[test]
    fn an_index_that_is_kept_answers_as_a_fresh_one() {
        let kept = IndexedText::new("naïve ".repeat(100));
        assert_eq!(kept.index().slice(range(594, 599)), Some("naïve"));
        assert_eq!(kept.index().chars(), 600);
    }

    proptest! {
        #[test]
        fn every_boundary_goes_from_bytes_to_code_points_and_back(text in "(\\PC|\n|[a-z ]{0,90}|[\u{300}-\u{310}\u{200c}\u{1f468}]){0,60}") {
            let index = TextIndex::new(&text);
            let mut position = 0;
            for (byte, _) in text.char_indices() {
                prop_assert_eq!(index.char_of(byte), position);
                prop_assert_eq!(index.byte_of(position), byte);
                position += 1;
            }
            prop_assert_eq!(index.chars(), position);
            prop_assert_eq!(index.byte_of(position), text.len());
            prop_assert_eq!(index.char_of(text.len()), position);
        }

        #[test]
        fn paragraphs_and_sentences_lie_inside_the_text_in_order_and_apart(text in "([a-z]{1,5}[.!?]?[ \n\t\u{a0}]{1,2}|e\\.g\\. |Dr\\. [A-Z]|\n\n|é|👍){0,60}") {
            let index = TextIndex::new(&text);
            for ranges in [index.paragraphs(), index.sentences()] {
                prop_assert!(ranges.iter().all(|range| range.end() <= index.chars()));
                prop_assert!(ranges.windows(2).all(|pair| pair[0].end() <= pair[1].start()));
                for range in ranges {
                    let slice = index.slice(*range).expect("the range is inside");
                    prop_assert_eq!(slice, slice.trim());
                }
            }
            for sentence in index.sentences() {
                prop_assert!(index.paragraphs().iter().any(|paragraph| paragraph.contains(*sentence)));
            }
            let outside = |kept: &[CharRange]| {
                let mut letters: Vec<char> = text.chars().collect();
                kept.iter().for_each(|range| letters[range.start() as usize..range.end() as usize].fill(' '));
                letters.into_iter().filter(|c| !c.is_whitespace()).count()
            };
            prop_assert_eq!((outside(index.paragraphs()), outside(index.sentences())), (0, 0), "only white space is left out");
        }
    }
}
