//! Positions in code points, or in numbers of sentences, paragraphs or documents.
//!
//! A passage that touches a sentence codes it, so it becomes the range of the sentences it touches, and everything that
//! counts characters then counts sentences. White space between two sentences belongs to the one before it.

use super::Compare;
use crate::domain::{CharRange, TextIndex};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::document::DocumentRow;

/// What positions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Code points.
    #[default]
    Character,
    /// Sentences, by the rules of addresses (`DOC:s45`).
    Sentence,
    /// Paragraphs: what stands between blank lines.
    Paragraph,
    /// Whole documents.
    Document,
}

/// To what passages are widened before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snap {
    /// From the first to the last word they touch; punctuation and white space at their ends are dropped.
    Word,
    /// From the first to the last sentence they touch.
    Sentence,
}

/// Turns the ranges of one text into the positions that are compared.
pub(super) struct Ruler {
    length: u32,
    unit: Unit,
    /// The units, where positions are not code points.
    units: Vec<CharRange>,
    /// What passages are widened to.
    pieces: Option<Vec<CharRange>>,
    /// Where paragraphs start, in the positions that are compared.
    parts: Vec<u32>,
}

impl Ruler {
    /// Reads the text only where something of it is needed: by character, its length is enough.
    pub(super) fn new(
        reader: Reader<'_>,
        document: &DocumentRow,
        compare: &Compare,
        paragraphs: bool,
    ) -> Result<Ruler> {
        let mut ruler = Ruler {
            length: document.chars,
            unit: compare.unit,
            units: Vec::new(),
            pieces: None,
            parts: Vec::new(),
        };
        if compare.unit == Unit::Document {
            ruler.length = 1;
            return Ok(ruler);
        }
        if compare.unit == Unit::Character && compare.snap.is_none() && !paragraphs {
            return Ok(ruler);
        }
        reader.with_text_body(document.text_id, |body| {
            let index = TextIndex::new(body);
            ruler.pieces = compare.snap.map(|snap| match snap {
                Snap::Word => index.words(),
                Snap::Sentence => index.sentences().to_vec(),
            });
            match compare.unit {
                Unit::Sentence => ruler.units = index.sentences().to_vec(),
                Unit::Paragraph => ruler.units = index.paragraphs().to_vec(),
                Unit::Character | Unit::Document => {}
            }
            if compare.unit != Unit::Character {
                // A text of white space has no sentence and is one unit all the same: somebody read it.
                ruler.length = u32::try_from(ruler.units.len().max(1))
                    .map_err(|_| Error::internal("a text has more sentences than code points"))?;
            }
            if paragraphs {
                ruler.parts = index.paragraphs().iter().map(|paragraph| ruler.first_at(*paragraph)).collect();
                // What stands before the first paragraph belongs to it.
                ruler.parts.insert(0, 0);
                ruler.parts.dedup();
            }
            Ok(())
        })?;
        Ok(ruler)
    }

    /// How long the text is.
    pub(super) fn length(&self) -> u32 {
        self.length
    }

    /// Where its parts for resampling start; empty: it is one.
    pub(super) fn parts(self) -> Vec<u32> {
        self.parts
    }

    /// Where a passage is.
    pub(super) fn place(&self, range: CharRange) -> CharRange {
        let range = match &self.pieces {
            Some(pieces) => widened(range, pieces),
            None => range,
        };
        match self.unit {
            Unit::Character => range,
            Unit::Document => CharRange::new(0, 1).expect("one document is a range"),
            Unit::Sentence | Unit::Paragraph => {
                let (first, last) = touched(range, &self.units);
                CharRange::new(first, last).expect("a passage touches at least one unit")
            }
        }
    }

    /// The position at which a paragraph starts.
    fn first_at(&self, paragraph: CharRange) -> u32 {
        match self.unit {
            Unit::Character | Unit::Document => paragraph.start(),
            Unit::Sentence | Unit::Paragraph => {
                number(self.units.partition_point(|unit| unit.start() < paragraph.start()))
            }
        }
    }
}

/// From the first to the last piece that the range touches; the range itself where it touches none.
fn widened(range: CharRange, pieces: &[CharRange]) -> CharRange {
    let first = pieces.partition_point(|piece| piece.end() <= range.start());
    let last = pieces.partition_point(|piece| piece.start() < range.end());
    let ends = || Some((pieces.get(first)?.start(), pieces.get(last.checked_sub(1)?)?.end()));
    ends().filter(|_| first < last).and_then(|(start, end)| CharRange::new(start, end)).unwrap_or(range)
}

/// The numbers of the units that the range touches, half open; white space alone belongs to the unit before it.
fn touched(range: CharRange, units: &[CharRange]) -> (u32, u32) {
    let first = units.partition_point(|unit| unit.end() <= range.start());
    let last = units.partition_point(|unit| unit.start() < range.end());
    if first < last {
        (number(first), number(last))
    } else {
        let before = last.saturating_sub(1);
        (number(before), number(before + 1))
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a text has fewer than 2^32 units")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).unwrap()
    }

    #[test]
    fn a_passage_codes_every_unit_it_touches() {
        let units = [range(0, 10), range(11, 20), range(22, 30)];
        assert_eq!(touched(range(5, 12), &units), (0, 2));
        assert_eq!(touched(range(10, 12), &units), (1, 2));
        assert_eq!(touched(range(20, 22), &units), (1, 2));
        assert_eq!(touched(range(12, 40), &units), (1, 3));
        assert_eq!(touched(range(0, 1), &[]), (0, 1));
    }

    #[test]
    fn a_passage_is_widened_to_the_words_it_touches_and_loses_the_space_around_them() {
        let words = [range(1, 5), range(6, 9), range(11, 14)];
        assert_eq!(widened(range(2, 8), &words), range(1, 9));
        assert_eq!(widened(range(5, 11), &words), range(6, 9));
        assert_eq!(widened(range(9, 11), &words), range(9, 11));
    }
}
