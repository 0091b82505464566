//! Positions and ranges in a text, in Unicode code points.

use std::fmt;

/// A position in a text: the number of code points before it. 0 is the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CharPos(pub u32);

/// A half-open range of code points, `start <= i < end`, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharRange {
    start: CharPos,
    end: CharPos,
}

impl CharRange {
    /// The range from `start` up to but not including `end`; `None` when that is empty or reversed.
    pub fn new(start: u32, end: u32) -> Option<Self> {
        (start < end).then_some(CharRange { start: CharPos(start), end: CharPos(end) })
    }

    /// The first code point's position.
    pub fn start(self) -> u32 {
        self.start.0
    }

    /// The position just past the last code point.
    pub fn end(self) -> u32 {
        self.end.0
    }

    /// How many code points; at least 1.
    #[expect(clippy::len_without_is_empty, reason = "a range is never empty")]
    pub fn len(self) -> u32 {
        self.end.0 - self.start.0
    }

    /// Whether the two share at least one code point.
    pub fn overlaps(self, other: CharRange) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether every code point of `other` is also in this range (equal ranges contain each other).
    pub fn contains(self, other: CharRange) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The code points strictly between two ranges that do not overlap; 0 when they touch or overlap.
    pub fn distance(self, other: CharRange) -> u32 {
        if self.overlaps(other) { 0 } else { self.start.0.max(other.start.0) - self.end.0.min(other.end.0) }
    }
}

impl fmt::Display for CharRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start.0, self.end.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).expect("a test range is not empty")
    }

    #[test]
    fn an_empty_or_reversed_range_cannot_be_made() {
        assert_eq!(CharRange::new(4, 4), None);
        assert_eq!(CharRange::new(5, 4), None);
    }

    #[test]
    fn ranges_that_touch_do_not_overlap() {
        assert!(!range(0, 4).overlaps(range(4, 8)));
        assert!(range(0, 5).overlaps(range(4, 8)));
        assert_eq!(range(0, 4).distance(range(4, 8)), 0);
        assert_eq!(range(0, 4).distance(range(9, 10)), 5);
        assert!(range(0, 4).contains(range(0, 4)));
    }
}
