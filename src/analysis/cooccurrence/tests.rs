use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const CODES: usize = 4;

fn coded(places: &[(u32, u32, usize)]) -> Vec<Coded> {
    let mut passages: Vec<Coded> = places
        .iter()
        .map(|(start, length, code)| Coded {
            range: CharRange::new(*start, start + length).unwrap(),
            code: *code,
        })
        .collect();
    passages.sort_by_key(|passage| passage.range);
    passages
}

/// Each with each, as the words of the documentation say it.
fn compared(passages: &[Coded], together: Together, row: usize, column: usize) -> (u64, u64) {
    let with = |code: usize| passages.iter().enumerate().filter(move |(_, passage)| passage.code == code);
    let mut pairs = BTreeSet::new();
    let (mut of_row, mut of_column) = (BTreeSet::new(), BTreeSet::new());
    for (one, inner) in with(row) {
        for (other, outer) in with(column) {
            if one != other && together.holds(inner.range, outer.range) {
                pairs.insert(if row == column { (one.min(other), one.max(other)) } else { (one, other) });
                of_row.insert(one);
                of_column.insert(other);
            }
        }
    }
    let both: BTreeSet<usize> = of_row.union(&of_column).copied().collect();
    (pairs.len() as u64, both.len() as u64)
}

#[test]
fn a_pair_of_one_code_counts_once_and_the_part_is_that_of_the_passages() {
    // `a` over all, `b` twice inside it, `c` touching the second `b`.
    let passages = coded(&[(0, 20, 0), (2, 3, 1), (4, 6, 1), (10, 15, 2)]);
    let mut counts = Cooccurrence::of_passages(CODES);
    counts.count_pairs(&passages, Together::Overlap);
    assert_eq!(counts.cases(0, 1), 2);
    assert_eq!(counts.cases(1, 0), 2);
    assert_eq!(counts.cases(1, 1), 1);
    assert_eq!(counts.cases(1, 2), 0);
    // All three passages with `a` or `b` meet one of the other.
    assert_eq!((counts.members(0), counts.members(1), counts.both(0, 1)), (1, 2, 3));
    assert_eq!(counts.jaccard(0, 1), 1.0);
    assert_eq!(counts.jaccard(0, 3), 0.0);
    let mut near = Cooccurrence::of_passages(CODES);
    near.count_pairs(&passages, Together::Near(0));
    assert_eq!(near.cases(1, 2), 1, "what touches is near");
    assert_eq!(near.jaccard(1, 2), 2.0 / 3.0);
}

#[test]
fn what_lies_inside_has_a_direction() {
    let passages = coded(&[(0, 20, 0), (2, 3, 1), (2, 3, 2), (18, 5, 1)]);
    let mut counts = Cooccurrence::of_passages(CODES);
    counts.count_pairs(&passages, Together::Inside);
    assert_eq!((counts.cases(1, 0), counts.cases(0, 1)), (1, 0));
    assert_eq!((counts.cases(1, 2), counts.cases(2, 1)), (1, 1), "the same words lie inside each other");
    assert_eq!(counts.both(1, 0), 2, "one `b` inside, and the `a` around it");
    assert_eq!(counts.jaccard(1, 0), 2.0 / 3.0);
    assert_eq!(counts.jaccard(0, 1), 0.0);
}

#[test]
fn a_unit_counts_once_however_often_a_code_stands_in_it() {
    let units = [(0, 10), (12, 20), (20, 30)].map(|(start, end)| CharRange::new(start, end).unwrap());
    let passages = coded(&[(0, 5, 0), (1, 5, 0), (4, 12, 1), (10, 2, 2), (25, 3, 0)]);
    let mut counts = Cooccurrence::of_units(CODES);
    counts.count_units(&passages, &units);
    assert_eq!((counts.members(0), counts.members(1), counts.members(2)), (2, 2, 0));
    assert_eq!((counts.cases(0, 1), counts.both(0, 1)), (1, 1));
    assert_eq!(counts.jaccard(0, 1), 1.0 / 3.0);
    assert_eq!(counts.jaccard(0, 0), 1.0);
}

#[test]
fn a_hundred_thousand_passages_over_each_other_are_counted_without_their_pairs() {
    let many = 100_000_u32;
    let passages: Vec<Coded> = (0..many)
        .map(|start| Coded {
            range: CharRange::new(start, 3 * many - start).unwrap(),
            code: start as usize % CODES,
        })
        .collect();
    for together in [Together::Overlap, Together::Inside, Together::Near(7)] {
        let mut counts = Cooccurrence::of_passages(CODES);
        counts.count_pairs(&passages, together);
        let all: u64 = (0..CODES).map(|code| counts.members(code)).sum();
        // Each once on the diagonal; off it twice where there is no direction.
        let pairs: u64 = (0..CODES)
            .flat_map(|row| (0..CODES).map(move |column| (row, column)))
            .filter(|(row, column)| together == Together::Inside || row <= column)
            .map(|(row, column)| counts.cases(row, column))
            .sum();
        assert_eq!(pairs, all * (all - 1) / 2, "{together:?}");
    }
}

proptest! {
    #[test]
    fn the_sweep_counts_what_comparing_each_with_each_counts(
        texts in prop::collection::vec(prop::collection::vec((0_u32..30, 1_u32..12, 0..CODES), 0..16), 1..4),
        distance in 0_u32..6,
    ) {
        for together in [Together::Overlap, Together::Inside, Together::Near(distance)] {
            let mut counts = Cooccurrence::of_passages(CODES);
            let texts: Vec<Vec<Coded>> = texts.iter().map(|places| coded(places)).collect();
            for passages in &texts {
                counts.count_pairs(passages, together);
            }
            for row in 0..CODES {
                for column in 0..CODES {
                    let (mut pairs, mut both) = (0, 0);
                    for passages in &texts {
                        let found = compared(passages, together, row, column);
                        pairs += found.0;
                        both += found.1;
                    }
                    prop_assert_eq!(counts.cases(row, column), pairs, "{:?} {} {}", together, row, column);
                    prop_assert_eq!(counts.both(row, column), both, "{:?} {} {}", together, row, column);
                    prop_assert!((0.0..=1.0).contains(&counts.jaccard(row, column)));
                }
            }
        }
    }

    #[test]
    fn a_unit_holds_the_codes_of_the_passages_that_touch_it(
        places in prop::collection::vec((0_u32..40, 1_u32..15, 0..CODES), 0..16),
        gaps in prop::collection::vec((0_u32..3, 1_u32..8), 1..10),
    ) {
        let mut units = Vec::new();
        let mut at = 0;
        for (gap, length) in gaps {
            units.push(CharRange::new(at + gap, at + gap + length).unwrap());
            at += gap + length;
        }
        let passages = coded(&places);
        let mut counts = Cooccurrence::of_units(CODES);
        counts.count_units(&passages, &units);
        let holds = |unit: CharRange, code: usize| {
            passages.iter().any(|passage| passage.code == code && passage.range.overlaps(unit))
        };
        for row in 0..CODES {
            prop_assert_eq!(counts.members(row), units.iter().filter(|unit| holds(**unit, row)).count() as u64);
            for column in 0..CODES {
                let both = units.iter().filter(|unit| holds(**unit, row) && holds(**unit, column)).count();
                prop_assert_eq!(counts.cases(row, column), both as u64);
            }
        }
    }
}
