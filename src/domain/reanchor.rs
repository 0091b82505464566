//! Following a passage from one text into a newer one.
//!
//! A text that was coded is revised: typing errors are mended, notes stripped, lines wrapped anew, paragraphs moved or
//! cut. The two texts are aligned once; then each passage goes to where its words are now. The rules:
//!
//! - A start binds to what follows it and an end to what precedes it: what is put in right before or after a passage
//!   stays outside, what is put in between belongs to it, and what is taken away at its border shrinks it.
//! - What stands in place of the passage's first or last words belongs to it, where both are of comparable size.
//! - *The same words* means: the same but for white space. A text wrapped at another width has not been edited; a person
//!   who is shown a hundred passages for their line breaks does not see the one that lost a "not". Anything else that
//!   changes, be it a quotation mark, is an edit.
//! - Where it could be seen in two ways (in "the the cat", which "the" is new?), the one that leaves the passage as it was
//!   is taken. Where a passage could be in two places, it is in none.
//! - A passage that did not part a letter from its marks or an emoji from what it is joined to is followed to one that
//!   does not either.

mod course;
mod elsewhere;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::diff::{Diff, is_between_clusters};
use super::{CharRange, TextIndex};
use course::Course;

/// A passage shorter than this (in code points, white space apart) may be replaced as a whole and is still the passage at
/// that place, if what surrounds it is untouched: a word or a line, not a paragraph.
const SHORT: usize = 40;

/// What became of a passage. Ranges are in code points of the newer text, inside it and never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// It is at the same place and has the same words.
    Exact(CharRange),
    /// It has the same words and is elsewhere.
    Moved(CharRange),
    /// Its words have changed; this is its place.
    Edited(CharRange),
    /// It is not there any more, or nobody can say where.
    Orphaned,
}

impl Followed {
    /// Where the passage is now; `None` when it is orphaned.
    pub fn range(self) -> Option<CharRange> {
        match self {
            Followed::Exact(range) | Followed::Moved(range) | Followed::Edited(range) => Some(range),
            Followed::Orphaned => None,
        }
    }
}

/// How two texts go together: the costly part, worth keeping while many passages are followed.
///
/// It depends on the two texts alone: not on the machine, the load, or the order of calls. A revised text of 10 MB takes
/// well under a second, two that have nothing in common a few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment(Diff);

impl Alignment {
    /// Aligns `old` with `new`.
    pub fn between(old: &TextIndex<'_>, new: &TextIndex<'_>) -> Self {
        Alignment(Diff::between(old.body(), new.body()))
    }
}

/// Two texts that passages are followed through.
#[derive(Debug)]
pub struct Reanchor<'a> {
    old: &'a TextIndex<'a>,
    new: &'a TextIndex<'a>,
    alignment: Cow<'a, Alignment>,
}

/// A passage of the old text.
#[derive(Clone, Copy)]
struct Passage<'a> {
    range: CharRange,
    /// Where it is, in bytes.
    start: usize,
    end: usize,
    words: &'a str,
}

impl<'a> Reanchor<'a> {
    /// Aligns `old` with `new`, to follow passages from the one to the other.
    pub fn new(old: &'a TextIndex<'a>, new: &'a TextIndex<'a>) -> Self {
        Reanchor { old, new, alignment: Cow::Owned(Alignment::between(old, new)) }
    }

    /// With an alignment that was made before, of these two texts.
    pub fn with(old: &'a TextIndex<'a>, new: &'a TextIndex<'a>, alignment: &'a Alignment) -> Self {
        Reanchor { old, new, alignment: Cow::Borrowed(alignment) }
    }

    /// What became of the passage at `range` (in code points of the old text). One that reaches past the end of the old
    /// text is orphaned.
    ///
    /// A passage that nothing changed in is found by a binary search; else the work grows with its length.
    pub fn follow(&self, range: CharRange) -> Followed {
        let Some(words) = self.old.slice(range) else { return Followed::Orphaned };
        let passage = Passage {
            range,
            start: self.old.byte_of(range.start()),
            end: self.old.byte_of(range.end()),
            words,
        };
        let diff = &self.alignment.0;
        let stayed =
            Course::over(&diff.stayed, passage, Some((self.old.body().len(), self.new.body().len())));
        let moved: Vec<Course<'_>> = course::moved(&diff.moved, passage).collect();
        if let Some(place) = std::iter::once(&stayed).chain(&moved).find_map(|course| course.intact(passage))
        {
            return self.same_words_at(passage, place);
        }
        let Some((course, left)) = course::dominant(stayed, moved, passage, self.old.body()) else {
            return self.elsewhere(passage);
        };
        let place = course.image(passage).and_then(|place| self.trimmed(passage, place));
        let now = place.clone().and_then(|place| self.new.body().get(place));
        // First to the letter, wherever beside the changes; then but for white space.
        let to_the_letter = || {
            let here = place.clone().filter(|_| now == Some(words));
            here.or_else(|| self.pushed_aside(passage, &course)).or_else(|| self.in_frame(passage, &course))
        };
        let place_of_words = to_the_letter()
            .or_else(|| place.clone().filter(|_| now.is_some_and(|now| same_words(words, now))));
        if let Some(place) = place_of_words {
            return self.same_words_at(passage, place);
        }
        let total = solid(words);
        let is_certain =
            left * 3 >= total || total <= SHORT && self.frame_is_intact(&course, passage, place.as_ref());
        match place
            .filter(|_| is_certain)
            .and_then(|place| self.new.char_range_of_bytes(place.start, place.end))
        {
            Some(range) => Followed::Edited(range),
            None => self.elsewhere(passage),
        }
    }

    fn same_words_at(&self, passage: Passage<'_>, place: Range<usize>) -> Followed {
        match self.new.char_range_of_bytes(place.start, place.end) {
            Some(range) if range == passage.range => Followed::Exact(range),
            Some(range) => Followed::Moved(range),
            None => Followed::Orphaned,
        }
    }

    fn elsewhere(&self, passage: Passage<'_>) -> Followed {
        match elsewhere::find(&self.alignment.0.fresh, passage, self.old, self.new) {
            Some(place) => self.same_words_at(passage, place),
            None => Followed::Orphaned,
        }
    }

    /// `place` without what is at its ends only because the passage's own ends are gone: white space that it did not
    /// have there, the full stop of the sentence that was taken away from its beginning, an opening bracket from its end.
    fn trimmed(&self, passage: Passage<'_>, place: Range<usize>) -> Option<Range<usize>> {
        const ENDING: [char; 17] =
            ['.', ',', ';', ':', '!', '?', ')', ']', '}', '…', '”', '’', '»', '›', '،', '؛', '؟'];
        const OPENING: [char; 8] = ['(', '[', '{', '“', '‘', '„', '«', '‹'];
        let body = self.new.body();
        let starts = |with: fn(char) -> bool| passage.words.starts_with(with);
        let ends = |with: fn(char) -> bool| passage.words.ends_with(with);
        let at_start = |c: char| c.is_whitespace() || starts(char::is_alphanumeric) && ENDING.contains(&c);
        let at_end = |c: char| c.is_whitespace() || ends(char::is_alphanumeric) && OPENING.contains(&c);
        let Range { mut start, mut end } = place;
        let later = end - body[start..end].trim_start_matches(at_start).len();
        if !starts(char::is_whitespace) && is_between_clusters(body, later) {
            start = later;
        }
        if !ends(char::is_whitespace) {
            end = start + body[start..end].trim_end_matches(at_end).len();
        }
        (start < end).then_some(start..end)
    }

    /// The passage where it would be if the changes next to it were seen the other way: it follows what precedes it or
    /// what comes after it as if nothing had come between, and has its very words there.
    fn pushed_aside(&self, passage: Passage<'_>, course: &Course<'_>) -> Option<Range<usize>> {
        /// So many bytes between the passage and its neighbour must be the same as well.
        const BETWEEN: usize = 64;
        let (old, new) = (self.old.body().as_bytes(), self.new.body().as_bytes());
        let len = passage.words.len();
        let after_left = || {
            let (from, to) = course.left(passage)?;
            let start = to + (passage.start - from);
            let near = BETWEEN.min(passage.start - from);
            (old.get(passage.start - near..passage.start) == new.get(start - near..start))
                .then_some(start..start + len)
        };
        let before_right = || {
            let (from, to) = course.right(passage)?;
            let end = to.checked_sub(from - passage.end)?;
            let near = BETWEEN.min(from - passage.end);
            (old.get(passage.end..passage.end + near) == new.get(end..end + near))
                .then_some(end.checked_sub(len)?..end)
        };
        let stands = |place: &Range<usize>| self.stands_at(passage, place);
        after_left().filter(stands).or_else(|| before_right().filter(stands))
    }

    /// The one place of the passage's very words between what precedes and what follows it.
    fn in_frame(&self, passage: Passage<'_>, course: &Course<'_>) -> Option<Range<usize>> {
        /// A frame that is much larger than the passage is a rewritten chapter, not the surroundings of the passage.
        const ROOM: usize = 4_096;
        let (from, to) = (course.left(passage)?.1, course.right(passage)?.1);
        let frame = self.new.body().get(from..to)?;
        if frame.len() > 4 * passage.words.len() + ROOM {
            return None;
        }
        // Not `find_iter`, which passes over a place that overlaps the one before.
        let finder = memmem::Finder::new(passage.words);
        let next = |after: usize| Some(after + finder.find(frame.as_bytes().get(after..)?)?);
        let places = std::iter::successors(next(0), |at| next(at + 1));
        let places = places.map(|at| from + at..from + at + passage.words.len());
        let mut places =
            places.filter(|place| self.stands_at(passage, place) && self.cuts_no_word(passage, place));
        places.next().filter(|_| places.next().is_none())
    }

    /// Whether `place` begins and ends between words where the passage does: the "is" that became "issue" is gone.
    fn cuts_no_word(&self, passage: Passage<'_>, place: &Range<usize>) -> bool {
        let cuts = |text: &str, at: usize| {
            let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            is_letter(text[..at].chars().next_back()) && is_letter(text[at..].chars().next())
        };
        let (old, new) = (self.old.body(), self.new.body());
        (!cuts(new, place.start) || cuts(old, passage.start))
            && (!cuts(new, place.end) || cuts(old, passage.end))
    }

    /// Whether the passage's very words are at `place`, and cut there as cleanly as they were.
    fn stands_at(&self, passage: Passage<'_>, place: &Range<usize>) -> bool {
        let (old, new) = (self.old.body(), self.new.body());
        let is_clean = |was: usize, is: usize| is_between_clusters(new, is) || !is_between_clusters(old, was);
        new.get(place.clone()) == Some(passage.words)
            && is_clean(passage.start, place.start)
            && is_clean(passage.end, place.end)
    }

    /// Whether what stands right before and right after the passage stands right before and after `place`.
    fn frame_is_intact(
        &self,
        course: &Course<'_>,
        passage: Passage<'_>,
        place: Option<&Range<usize>>,
    ) -> bool {
        let (Some(place), Some(left), Some(right)) = (place, course.left(passage), course.right(passage))
        else {
            return false;
        };
        let blank =
            |text: &str, part: Range<usize>| text.get(part).is_some_and(|between| between.trim().is_empty());
        let (old, new) = (self.old.body(), self.new.body());
        blank(old, left.0..passage.start)
            && blank(old, passage.end..right.0)
            && blank(new, left.1..place.start)
            && blank(new, place.end..right.1)
    }
}

/// Whether two passages have the same words: they differ in white space, if at all, and have some where the other has.
fn same_words(one: &str, other: &str) -> bool {
    one == other || one.split_whitespace().eq(other.split_whitespace())
}

/// The code points of a text that are not white space.
fn solid(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}
