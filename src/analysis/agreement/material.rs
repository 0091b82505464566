//! What is compared: texts, who read them, and what each coder marked in them.

use std::ops::Range;

use crate::domain::CharRange;

/// One coder marked one range with one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which coder, from 0.
    pub coder: u32,
    /// Which code, from 0.
    pub code: u32,
    /// Where, in the positions of the text: code points, or numbers of units from 0 (see [`Material`]).
    pub range: CharRange,
    /// The number of the annotation it stands for.
    pub annotation: i64,
}

/// A text that some coders read from end to end, and all their marks in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The document that the text is, or is a part of, by any number.
    pub document: i64,
    /// How long it is: code points, or units.
    pub length: u32,
    /// Who read it, in order. What a reader did not mark was judged not to be worth a code; who is not here is missing.
    pub readers: Vec<u32>,
    /// The marks of its readers, ordered by start, end, coder and code.
    pub marks: Vec<Mark>,
    /// Where its parts for resampling start (paragraphs, say), the first at 0; empty: it is one part.
    pub parts: Vec<u32>,
}

/// All that is compared. Positions are code points; when coding was judged by sentence or paragraph they are the numbers
/// of these units, and every coefficient by character is one by unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Material {
    /// How many coders are compared; [`Mark::coder`] is less.
    pub coders: u32,
    /// How many codes are compared; [`Mark::code`] is less.
    pub codes: u32,
    /// The texts.
    pub readings: Vec<Reading>,
}

/// A mark that cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfBounds {
    /// The document.
    pub document: i64,
    /// The mark that ends behind the end of the text, or is of no reader.
    pub mark: Mark,
}

impl Reading {
    /// A text with its marks, which may come in any order.
    ///
    /// # Errors
    /// When a mark ends behind the end of the text or is of somebody who did not read it: a coefficient that skipped it
    /// would be silently wrong.
    pub fn new(
        document: i64,
        length: u32,
        mut readers: Vec<u32>,
        mut marks: Vec<Mark>,
    ) -> Result<Reading, OutOfBounds> {
        readers.sort_unstable();
        readers.dedup();
        let astray = |mark: &&Mark| mark.range.end() > length || readers.binary_search(&mark.coder).is_err();
        if let Some(mark) = marks.iter().find(astray) {
            return Err(OutOfBounds { document, mark: *mark });
        }
        marks.sort_unstable_by_key(|mark| (mark.range, mark.coder, mark.code, mark.annotation));
        Ok(Reading { document, length, readers, marks, parts: Vec::new() })
    }

    /// How many coders read it.
    pub fn reader_count(&self) -> u32 {
        u32::try_from(self.readers.len()).expect("readers are numbered by u32")
    }

    /// The lengths of its parts, in order; one for a text without parts.
    pub fn part_lengths(&self) -> Vec<u32> {
        if self.parts.is_empty() {
            return vec![self.length];
        }
        let ends = self.parts.iter().skip(1).copied().chain(std::iter::once(self.length));
        self.parts.iter().zip(ends).map(|(start, end)| end - start).collect()
    }
}

impl Material {
    /// Pairs of coders who read something in common, the smaller number first.
    pub fn pairs(&self) -> Vec<(u32, u32)> {
        let common = |first: u32, second: u32| {
            let reads = |reading: &Reading, coder| reading.readers.binary_search(&coder).is_ok();
            self.readings.iter().any(|reading| reads(reading, first) && reads(reading, second))
        };
        let all =
            (0..self.coders).flat_map(|first| (first + 1..self.coders).map(move |second| (first, second)));
        all.filter(|(first, second)| common(*first, *second)).collect()
    }

    /// Of each reading, which numbers its parts have among the parts of all.
    pub fn part_numbers(&self) -> Vec<Range<usize>> {
        let mut next = 0;
        let parts = |reading: &Reading| {
            let start = next;
            next += reading.parts.len().max(1);
            start..next
        };
        self.readings.iter().map(parts).collect()
    }

    /// Code points (or units) that at least two coders read.
    pub fn compared_length(&self) -> u64 {
        let compared = self.readings.iter().filter(|reading| reading.readers.len() >= 2);
        compared.map(|reading| u64::from(reading.length)).sum()
    }
}
