//! How much text is covered: the length of the union of ranges, so that what overlaps counts once.

use crate::domain::CharRange;

/// The union of ranges that come ordered by their start, and how long it is.
///
/// One number of state in place of a list of ranges: a million annotations are measured while they are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    covered: u64,
    /// The end of the union so far; what lies before it is counted.
    reach: u32,
}

impl Coverage {
    /// Adds a range of the same text; none of those before it starts later.
    pub fn add(&mut self, range: CharRange) {
        let fresh = range.end().saturating_sub(range.start().max(self.reach));
        self.covered += u64::from(fresh);
        self.reach = self.reach.max(range.end());
    }

    /// Goes on to another text, keeping the sum.
    pub fn next_text(&mut self) {
        self.reach = 0;
    }

    /// The code points covered so far, over all texts.
    pub fn covered(self) -> u64 {
        self.covered
    }
}

/// `part` of `whole`, from 0 to 1; 0 of nothing is 0.
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_that_is_covered_twice_counts_once_and_each_text_for_itself() {
        let range = |start, end| CharRange::new(start, end).unwrap();
        let mut coverage = Coverage::default();
        for range in [range(0, 10), range(2, 4), range(8, 12), range(20, 21)] {
            coverage.add(range);
        }
        assert_eq!(coverage.covered(), 13);
        coverage.next_text();
        coverage.add(range(0, 5));
        assert_eq!(coverage.covered(), 18);
        assert_eq!(share(1, 4), 0.25);
        assert_eq!(share(0, 0), 0.0);
    }

    proptest! {
        #[test]
        fn coverage_is_the_number_of_positions_in_any_range(
            mut ranges in prop::collection::vec((0_u32..60, 1_u32..20), 0..20),
        ) {
            ranges.sort_unstable();
            let mut coverage = Coverage::default();
            for (start, length) in &ranges {
                coverage.add(CharRange::new(*start, start + length).unwrap());
            }
            let inside = |at: u32| ranges.iter().any(|(start, length)| (*start..start + length).contains(&at));
            prop_assert_eq!(coverage.covered(), (0..80).filter(|at| inside(*at)).count() as u64);
        }
    }
}
