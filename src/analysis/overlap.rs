//! How passages lie to each other: the same words, overlapping, inside, near.
//!
//! Asked of one text at a time. The other passages are sorted once; each question is then two or three binary
//! searches, so 100,000 passages against 100,000 others take a fraction of a second however densely they overlap.
//! An interval tree would answer as fast and take more memory and code; comparing each with each would not end.

use std::collections::HashSet;

use crate::domain::CharRange;

/// A passage and the annotation it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage {
    /// Where it is.
    pub range: CharRange,
    /// The number of the annotation.
    pub annotation: i64,
}

/// What is asked of a passage and another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Both are the very same words.
    Same,
    /// They share a code point.
    Overlaps,
    /// The passage lies inside the other, or both are the same.
    Inside,
    /// At most this many code points stand between them (0: they touch or overlap).
    Within(u32),
}

/// The other passages of one text, in the orders that answer questions.
#[derive(Debug)]
pub struct Others {
    annotations: HashSet<i64>,
    /// By start, then end.
    ranges: Vec<CharRange>,
    /// By end.
    ends: Vec<u32>,
    /// For each of `ranges`: the two farthest-reaching ends among it and those before it, each with its annotation
    /// in the order of `ranges`. Two, since one of them may be the passage that is asked about.
    reach: Vec<[(u32, i64); 2]>,
}

impl Others {
    /// The passages of one text, in any order.
    pub fn new(mut passages: Vec<Passage>) -> Others {
        passages.sort_unstable_by_key(|passage| (passage.range, passage.annotation));
        let mut ends: Vec<u32> = passages.iter().map(|passage| passage.range.end()).collect();
        ends.sort_unstable();
        let mut reach = Vec::with_capacity(passages.len());
        let mut farthest = [(0, 0); 2];
        for passage in &passages {
            let end = passage.range.end();
            if end > farthest[0].0 {
                farthest = [(end, passage.annotation), farthest[0]];
            } else if end > farthest[1].0 {
                farthest[1] = (end, passage.annotation);
            }
            reach.push(farthest);
        }
        Others {
            annotations: passages.iter().map(|passage| passage.annotation).collect(),
            ranges: passages.iter().map(|passage| passage.range).collect(),
            ends,
            reach,
        }
    }

    /// Whether any of these stands in `relation` to `passage`. A passage is never held against itself: every one
    /// overlaps itself, and nobody asks for that.
    pub fn any(&self, relation: Relation, passage: Passage) -> bool {
        let range = passage.range;
        // One of these is the passage itself, and is related to itself in every way.
        let itself = usize::from(self.annotations.contains(&passage.annotation));
        match relation {
            Relation::Same => {
                let from = self.ranges.partition_point(|other| *other < range);
                self.ranges[from..].iter().take(2).filter(|other| **other == range).count() > itself
            }
            Relation::Overlaps => {
                // All that start before its end, without those that ended by its start.
                let started = self.ranges.partition_point(|other| other.start() < range.end());
                let ended = self.ends.partition_point(|end| *end <= range.start());
                started - ended > itself
            }
            Relation::Within(distance) => {
                let last_start = range.end().saturating_add(distance);
                let started = self.ranges.partition_point(|other| other.start() <= last_start);
                let first_end = range.start().saturating_sub(distance);
                let ended = self.ends.partition_point(|end| *end < first_end);
                started - ended > itself
            }
            Relation::Inside => {
                let started = self.ranges.partition_point(|other| other.start() <= range.start());
                let Some(last) = started.checked_sub(1) else { return false };
                self.reach[last]
                    .iter()
                    .any(|(end, annotation)| *end >= range.end() && *annotation != passage.annotation)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passage(annotation: i64, start: u32, end: u32) -> Passage {
        Passage { range: CharRange::new(start, end).unwrap(), annotation }
    }

    #[test]
    fn touching_is_near_and_does_not_overlap() {
        let others = Others::new(vec![passage(1, 10, 20)]);
        let touching = passage(2, 20, 25);
        assert!(!others.any(Relation::Overlaps, touching));
        assert!(others.any(Relation::Within(0), touching));
        assert!(!others.any(Relation::Within(4), passage(2, 25, 26)));
        assert!(others.any(Relation::Within(5), passage(2, 25, 26)));
        assert!(others.any(Relation::Inside, passage(2, 10, 20)));
        assert!(!others.any(Relation::Inside, passage(2, 10, 21)));
    }

    #[test]
    fn a_passage_is_not_held_against_itself_but_against_its_twin() {
        let alone = Others::new(vec![passage(1, 10, 20), passage(2, 30, 40)]);
        let twins = Others::new(vec![passage(1, 10, 20), passage(2, 10, 20)]);
        for relation in [Relation::Same, Relation::Overlaps, Relation::Inside, Relation::Within(3)] {
            assert!(!alone.any(relation, passage(1, 10, 20)), "{relation:?}");
            assert!(twins.any(relation, passage(1, 10, 20)), "{relation:?}");
            assert!(!Others::new(Vec::new()).any(relation, passage(1, 10, 20)), "{relation:?}");
        }
    }

    proptest! {
        #[test]
        fn the_answer_is_that_of_comparing_each_with_each(
            places in prop::collection::vec((0_u32..30, 1_u32..10), 1..25),
            first_other in 0_usize..25,
            distance in 0_u32..6,
        ) {
            let passages: Vec<Passage> = (0..)
                .zip(&places)
                .map(|(annotation, (start, length))| passage(annotation, *start, start + length))
                .collect();
            let others = &passages[first_other.min(passages.len())..];
            let sorted = Others::new(others.to_vec());
            for asked in &passages {
                let brute = |holds: &dyn Fn(CharRange) -> bool| {
                    others.iter().any(|other| other.annotation != asked.annotation && holds(other.range))
                };
                let range = asked.range;
                prop_assert_eq!(sorted.any(Relation::Same, *asked), brute(&|other| other == range));
                prop_assert_eq!(sorted.any(Relation::Overlaps, *asked), brute(&|other| other.overlaps(range)));
                prop_assert_eq!(sorted.any(Relation::Inside, *asked), brute(&|other| other.contains(range)));
                let near = brute(&|other| other.distance(range) <= distance);
                prop_assert_eq!(sorted.any(Relation::Within(distance), *asked), near);
            }
        }
    }
}
