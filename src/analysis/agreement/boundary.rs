//! Boundary similarity: whether two coders cut a text at the same places, whatever they call the pieces.
//!
//! Fournier (2013), "Evaluating text segmentation using boundary edit distance". Made for texts cut into sentences or paragraphs:
//! at the level of characters a near miss is one character, so it is almost a measure of exact borders.

use super::material::Material;
use super::undefined::{Undefined, Value};
use super::units::units;

/// n_t: borders less far apart than this are a near miss, which costs distance / n_t. At 2, the usual value, that is a
/// distance of 1, and a half.
const NEAR: u32 = 2;

/// The edits that make one coder's borders those of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BorderEdits {
    /// Borders of both.
    pub matches: u64,
    /// Borders of one that the other has one position away.
    pub near_misses: u64,
    /// Borders of one that the other does not have at all.
    pub additions: u64,
}

impl BorderEdits {
    /// B = 1 - (additions + Σ w(near misses)) / (additions + near misses + matches). Undefined where neither has a border.
    pub fn similarity(self) -> Value {
        let all = self.additions + self.near_misses + self.matches;
        if all == 0 {
            return Err(Undefined::NoSpans);
        }
        let cost = self.additions as f64 + self.near_misses as f64 / f64::from(NEAR);
        Ok(1.0 - cost / all as f64)
    }

    /// Adds the edits of another text.
    pub fn add(&mut self, other: BorderEdits) {
        self.matches += other.matches;
        self.near_misses += other.near_misses;
        self.additions += other.additions;
    }
}

/// The edits between two coders, over all texts that both read. The borders of a coder are the starts and ends of all units of
/// any code within the text: where it begins and ends nobody has cut.
pub fn edits(material: &Material, (first, second): (u32, u32)) -> BorderEdits {
    let mut sum = BorderEdits::default();
    for reading in &material.readings {
        if [first, second].iter().any(|coder| reading.readers.binary_search(coder).is_err()) {
            continue;
        }
        let mut borders = [Vec::new(), Vec::new()];
        for ((_, coder), units) in units(reading) {
            let side = match coder {
                coder if coder == first => 0,
                coder if coder == second => 1,
                _ => continue,
            };
            borders[side].extend(units.iter().flat_map(|unit| [unit.start(), unit.end()]));
        }
        for side in &mut borders {
            side.retain(|border| (1..reading.length).contains(border));
            side.sort_unstable();
            side.dedup();
        }
        let [ours, theirs] = borders;
        sum.add(between(&ours, &theirs));
    }
    sum
}

/// The mean of the similarity of all pairs of coders; pairs without any border are left out.
pub fn mean_similarity(material: &Material) -> Value {
    super::mean_of_defined(material.pairs().into_iter().map(|pair| edits(material, pair).similarity()))
}

/// The edits between two rows of borders, each in order and without repetition.
pub fn between(ours: &[u32], theirs: &[u32]) -> BorderEdits {
    let alone = |row: &[u32], other: &[u32]| -> Vec<u32> {
        row.iter().copied().filter(|border| other.binary_search(border).is_err()).collect()
    };
    let (left, right) = (alone(ours, theirs), alone(theirs, ours));
    let mut edits = BorderEdits { matches: (ours.len() - left.len()) as u64, ..BorderEdits::default() };
    let (mut one, mut other) = (0, 0);
    // From the left, at once: a border has at most one neighbour on each side, so taking the first never costs a pair.
    while let (Some(first), Some(second)) = (left.get(one), right.get(other)) {
        if first.abs_diff(*second) < NEAR {
            edits.near_misses += 1;
            (one, other) = (one + 1, other + 1);
        } else if first < second {
            one += 1;
        } else {
            other += 1;
        }
    }
    edits.additions = (left.len() + right.len()) as u64 - 2 * edits.near_misses;
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The most pairs of borders next to each other, by trying everything.
    fn most(left: &[u32], right: &[u32]) -> u64 {
        let Some((first, rest)) = left.split_first() else { return 0 };
        let near = (0..right.len()).filter(|at| right[*at].abs_diff(*first) == 1).map(|at| {
            let mut others = right.to_vec();
            others.remove(at);
            1 + most(rest, &others)
        });
        near.chain(std::iter::once_with(|| most(rest, right))).max().unwrap_or(0)
    }

    #[test]
    fn a_border_next_to_another_is_half_a_miss_and_only_one_of_them_can_have_it() {
        let edits = between(&[3, 5, 9], &[4, 9, 20]);
        assert_eq!(edits, BorderEdits { matches: 1, near_misses: 1, additions: 2 });
        assert_eq!(edits.similarity(), Ok(1.0 - 2.5 / 4.0));
        assert_eq!(between(&[3], &[5]).similarity(), Ok(0.0));
    }

    #[test]
    fn where_nobody_cut_there_is_nothing_to_compare() {
        assert_eq!(between(&[], &[]).similarity(), Err(Undefined::NoSpans));
    }

    proptest! {
        #[test]
        fn near_misses_are_as_many_as_can_be_and_both_sides_see_the_same(
            ours in prop::collection::btree_set(1_u32..16, 0..8), theirs in prop::collection::btree_set(1_u32..16, 0..8),
        ) {
            let (ours, theirs): (Vec<u32>, Vec<u32>) = (ours.into_iter().collect(), theirs.into_iter().collect());
            let edits = between(&ours, &theirs);
            let alone = |row: &[u32], other: &[u32]| -> Vec<u32> {
                row.iter().copied().filter(|border| !other.contains(border)).collect()
            };
            prop_assert_eq!(edits.near_misses, most(&alone(&ours, &theirs), &alone(&theirs, &ours)));
            prop_assert_eq!(edits, between(&theirs, &ours));
            prop_assert_eq!(between(&ours, &ours).similarity().unwrap_or(1.0), 1.0);
        }
    }
}
