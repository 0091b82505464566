use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::analysis::agreement::material::{Mark, Reading};

fn range(start: u32, end: u32) -> CharRange {
    CharRange::new(start, end).unwrap()
}

/// (coder, code, start, end); annotations are numbered from 1.
fn reading(readers: u32, marks: &[(u32, u32, u32, u32)]) -> Reading {
    let marks = (1..).zip(marks).map(|(annotation, (coder, code, start, end))| Mark {
        coder: *coder,
        code: *code,
        range: range(*start, *end),
        annotation,
    });
    Reading::new(1, 200, (0..readers).collect(), marks.collect()).unwrap()
}

fn compare(readers: u32, marks: &[(u32, u32, u32, u32)]) -> Comparison {
    Comparison::of(&Material { coders: readers, codes: 10, readings: vec![reading(readers, marks)] })
}

/// Kind, length and extent of each disagreement.
fn found(readers: u32, marks: &[(u32, u32, u32, u32)]) -> Vec<(Kind, u32, String)> {
    let found = compare(readers, marks).disagreements.into_iter();
    found.map(|one| (one.kind, one.length, one.extent.to_string())).collect()
}

#[test]
fn what_one_coder_left_out_is_an_omission() {
    assert_eq!(found(2, &[(0, 0, 10, 20)]), [(Kind::Omission, 10, "10-20".to_owned())]);
    // Marks that touch are two passages.
    let touching = found(2, &[(0, 0, 10, 20), (1, 0, 20, 25)]);
    assert_eq!(touching, [(Kind::Omission, 10, "10-20".to_owned()), (Kind::Omission, 5, "20-25".to_owned())]);
    // Two of three coded it, with other bounds: the third has it still to see.
    let three = found(3, &[(0, 0, 10, 20), (1, 0, 12, 30)]);
    assert_eq!(three, [(Kind::Omission, 20, "10-30".to_owned())]);
}

#[test]
fn a_second_code_that_one_coder_gave_is_an_omission_and_no_confusion() {
    let compared = compare(2, &[(0, 0, 10, 20), (0, 1, 10, 20), (1, 0, 10, 20)]);
    assert_eq!(compared.agreed, [Agreed { reading: 0, code: 0, range: range(10, 20) }]);
    let [one] = compared.disagreements.as_slice() else { panic!("{compared:?}") };
    assert_eq!((one.kind, one.codes()), (Kind::Omission, vec![1]));
    let said = Said { code: 1, range: range(10, 20), annotations: vec![2] };
    assert_eq!(one.said, [vec![said], vec![]]);
}

#[test]
fn other_bounds_are_in_dispute_by_the_characters_that_not_all_coded() {
    let nested = found(2, &[(0, 0, 10, 20), (1, 0, 12, 15)]);
    assert_eq!(nested, [(Kind::Boundary, 7, "10-20".to_owned())]);
    // One long mark, and two with a gap below it.
    let gap = found(2, &[(0, 0, 10, 30), (1, 0, 10, 18), (1, 0, 22, 30)]);
    assert_eq!(gap, [(Kind::Boundary, 4, "10-30".to_owned())]);
    let three = found(3, &[(0, 0, 0, 10), (1, 0, 0, 10), (2, 0, 2, 12)]);
    assert_eq!(three, [(Kind::Boundary, 4, "0-12".to_owned())]);
}

#[test]
fn the_same_characters_are_agreed_however_they_are_cut() {
    let cut = compare(2, &[(0, 0, 10, 20), (1, 0, 10, 15), (1, 0, 15, 20)]);
    assert!(cut.disagreements.is_empty());
    assert_eq!(cut.agreed, [Agreed { reading: 0, code: 0, range: range(10, 20) }]);
    // Both coded a passage and one within it: both are agreed.
    let nested = compare(2, &[(0, 0, 10, 20), (0, 0, 12, 14), (1, 0, 10, 20), (1, 0, 12, 14)]);
    assert!(nested.disagreements.is_empty());
    let ranges: Vec<CharRange> = nested.agreed.iter().map(|agreed| agreed.range).collect();
    assert_eq!(ranges, [range(10, 20), range(12, 14)]);
}

#[test]
fn two_codes_at_nearly_the_same_place_are_a_confusion() {
    assert_eq!(found(2, &[(0, 0, 10, 20), (1, 1, 12, 20)]), [(Kind::Confusion, 10, "10-20".to_owned())]);
    // Half of what either covers is near, less is not.
    assert_eq!(found(2, &[(0, 0, 0, 20), (1, 1, 0, 10)]).len(), 1);
    assert_eq!(
        found(2, &[(0, 0, 0, 21), (1, 1, 0, 10)]),
        [(Kind::Omission, 21, "0-21".to_owned()), (Kind::Omission, 10, "0-10".to_owned())]
    );
    // Both codes by the same coder: the other missed both.
    let both = found(2, &[(0, 0, 10, 20), (0, 1, 10, 20)]);
    assert_eq!(both.iter().map(|(kind, ..)| *kind).collect::<Vec<_>>(), [Kind::Omission; 2]);
}

#[test]
fn three_coders_with_three_codes_are_one_confusion() {
    let compared = compare(3, &[(0, 0, 10, 20), (1, 1, 10, 19), (2, 2, 10, 18)]);
    let [one] = compared.disagreements.as_slice() else { panic!("{compared:?}") };
    assert_eq!((one.kind, one.extent, one.codes()), (Kind::Confusion, range(10, 20), vec![0, 1, 2]));
    assert!(one.said.iter().all(|said| said.len() == 1));
    // One gave two codes where the other gave a third.
    let compared = compare(2, &[(0, 0, 10, 20), (0, 1, 10, 20), (1, 2, 10, 20)]);
    assert_eq!(compared.disagreements.len(), 1);
    assert_eq!(compared.disagreements[0].codes(), [0, 1, 2]);
}

#[test]
fn the_nearest_are_confused_with_each_other_and_a_chain_comes_to_an_end() {
    // Each overlaps the next by half; from end to end they would cover the text.
    let chain: Vec<(u32, u32, u32, u32)> =
        (0..10).map(|step| (step % 2, step % 5, step * 10, step * 10 + 30)).collect();
    for one in compare(2, &chain).disagreements {
        assert!(one.extent.len() <= 50, "{one:?}");
    }
    // Whoever is near the nearest two belongs to them.
    let nearest = found(2, &[(0, 0, 0, 15), (0, 1, 6, 15), (1, 2, 6, 15)]);
    assert_eq!(nearest, [(Kind::Confusion, 15, "0-15".to_owned())]);
    // The one that fits exactly is the partner, not the longer one that comes first.
    let nearest = found(2, &[(0, 0, 0, 19), (0, 1, 10, 20), (1, 2, 10, 20)]);
    assert_eq!(nearest, [(Kind::Omission, 19, "0-19".to_owned()), (Kind::Confusion, 10, "10-20".to_owned())]);
}

#[test]
fn a_text_that_one_coder_read_has_no_disagreement() {
    assert_eq!(compare(1, &[(0, 0, 10, 20)]), Comparison::default());
}

#[test]
fn the_longest_dispute_comes_first_then_the_place() {
    let lengths: Vec<(u32, String)> =
        found(2, &[(0, 0, 0, 5), (0, 1, 20, 40), (1, 2, 50, 55), (0, 3, 10, 15)])
            .into_iter()
            .map(|(_, length, extent)| (length, extent))
            .collect();
    let expected = [(20, "20-40"), (5, "0-5"), (5, "10-15"), (5, "50-55")];
    assert_eq!(lengths, expected.map(|(length, extent)| (length, extent.to_owned())));
}

/// Marks of 2 to 4 coders with few codes on a short text.
fn cases() -> impl Strategy<Value = (u32, Vec<(u32, u32, u32, u32)>)> {
    (2_u32..5).prop_flat_map(|readers| {
        let mark = (0..readers, 0_u32..4, 0_u32..40, 1_u32..12)
            .prop_map(|(coder, code, start, length)| (coder, code, start, start + length));
        (Just(readers), prop::collection::vec(mark, 0..14))
    })
}

/// By code and character, who coded it.
fn coded(marks: &[(u32, u32, u32, u32)]) -> BTreeMap<(u32, u32), BTreeSet<u32>> {
    let mut coded: BTreeMap<(u32, u32), BTreeSet<u32>> = BTreeMap::new();
    for (coder, code, start, end) in marks {
        for at in *start..*end {
            coded.entry((*code, at)).or_default().insert(*coder);
        }
    }
    coded
}

/// What is to be said of a disagreement without naming coders and codes.
fn shapes(compared: &Comparison) -> Vec<(Kind, CharRange, u32, Vec<CharRange>)> {
    let mut shapes: Vec<_> = compared
        .disagreements
        .iter()
        .map(|one| {
            let mut ranges: Vec<CharRange> = one.clusters.iter().map(|(_, range)| *range).collect();
            ranges.sort_unstable();
            (one.kind, one.extent, one.length, ranges)
        })
        .collect();
    shapes.sort();
    shapes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn names_do_not_matter((readers, marks) in cases(), coders in any::<[u8; 4]>(), codes in any::<[u8; 4]>()) {
        let order = |keys: [u8; 4], most: u32| {
            let mut order: Vec<u32> = (0..most).collect();
            order.sort_by_key(|number| (keys[*number as usize], *number));
            order
        };
        let (coders, codes) = (order(coders, readers), order(codes, 4));
        let renamed: Vec<_> = marks
            .iter()
            .map(|(coder, code, start, end)| (coders[*coder as usize], codes[*code as usize], *start, *end))
            .collect();
        prop_assert_eq!(shapes(&compare(readers, &marks)), shapes(&compare(readers, &renamed)));
    }

    #[test]
    fn coders_who_did_the_same_agree_in_everything((_, marks) in cases()) {
        let one: Vec<_> = marks.iter().filter(|(coder, ..)| *coder == 0).copied().collect();
        let twice: Vec<_> = one.iter().flat_map(|mark| [*mark, (1, mark.1, mark.2, mark.3)]).collect();
        let compared = compare(2, &twice);
        prop_assert!(compared.disagreements.is_empty());
        let agreed: BTreeSet<_> = compared.agreed.iter().map(|agreed| (agreed.code, agreed.range)).collect();
        let marked: BTreeSet<_> = one.iter().map(|(_, code, start, end)| (*code, range(*start, *end))).collect();
        prop_assert_eq!(agreed, marked);
    }

    /// Nothing is lost, nothing is listed twice, and lengths, kinds and what was said follow from the characters.
    #[test]
    fn everything_follows_from_the_characters((readers, marks) in cases()) {
        let coded = coded(&marks);
        let compared = compare(readers, &marks);
        let mut covered: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for (number, one) in compared.disagreements.iter().enumerate() {
            for (code, range) in &one.clusters {
                for at in range.start()..range.end() {
                    prop_assert!(coded.contains_key(&(*code, at)), "nobody coded {at} with {code}");
                    prop_assert_eq!(covered.insert((*code, at), number), None, "{} twice", at);
                }
            }
            let disputed: BTreeSet<u32> = one
                .clusters
                .iter()
                .flat_map(|(code, range)| (range.start()..range.end()).map(|at| (*code, at)))
                .filter(|key| coded[key].len() < readers as usize)
                .map(|(_, at)| at)
                .collect();
            // Of a cluster that somebody missed every character is in dispute, so the lengths are one and the same thing.
            prop_assert_eq!(disputed.len(), one.length as usize);
            prop_assert_eq!(one.kind == Kind::Confusion, one.codes().len() > 1);
            let coders = one.said.iter().filter(|said| !said.is_empty()).count();
            match one.kind {
                Kind::Boundary => prop_assert_eq!(coders, readers as usize),
                Kind::Omission => prop_assert!(coders < readers as usize),
                Kind::Confusion => prop_assert!(coders >= 2),
            }
            for (coder, said) in (0..).zip(&one.said) {
                for said in said {
                    for at in said.range.start()..said.range.end() {
                        prop_assert!(coded[&(said.code, at)].contains(&coder));
                    }
                    prop_assert!(!said.annotations.is_empty());
                }
                let length: u32 = said.iter().map(|said| said.range.len()).sum();
                let of_coder = one.clusters.iter().flat_map(|(code, range)| {
                    (range.start()..range.end()).filter(|at| coded[&(*code, *at)].contains(&coder))
                });
                prop_assert_eq!(length as usize, of_coder.count());
            }
        }
        for (key, coders) in &coded {
            if coders.len() < readers as usize {
                prop_assert!(covered.contains_key(key), "{key:?} is in dispute and not listed");
            }
        }
        for agreed in &compared.agreed {
            for at in agreed.range.start()..agreed.range.end() {
                prop_assert_eq!(coded[&(agreed.code, at)].len(), readers as usize);
                prop_assert!(!covered.contains_key(&(agreed.code, at)));
            }
        }
    }

    /// No omission is left that could be a confusion with another omission.
    #[test]
    fn what_can_be_confused_is((readers, marks) in cases()) {
        let compared = compare(readers, &marks);
        let of = |one: &Disagreement| -> BTreeSet<usize> {
            (0..one.said.len()).filter(|reader| !one.said[*reader].is_empty()).collect()
        };
        let left: Vec<&Disagreement> =
            compared.disagreements.iter().filter(|one| one.kind == Kind::Omission).collect();
        for (place, one) in left.iter().enumerate() {
            for other in &left[place + 1..] {
                let (first, second) = (of(one), of(other));
                let missed = !first.is_subset(&second) && !second.is_subset(&first);
                let shared = (one.extent.start()..one.extent.end())
                    .filter(|at| (other.extent.start()..other.extent.end()).contains(at))
                    .count() as u32;
                let near = 2 * shared >= one.extent.len() + other.extent.len() - shared;
                prop_assert!(one.codes() == other.codes() || !missed || !near, "{one:?} {other:?}");
            }
        }
    }
}
