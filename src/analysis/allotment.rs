//! Who reads what, drawn by chance and shared out evenly.
//!
//! Agreement is measured on texts that several coders read. Which texts those are should be nobody's choice, each coder
//! should have as much to do as the others, and each should meet each other about equally often: else the agreement
//! of one pair stands for all.

use super::random::SplitMix64;

/// Draws readers for documents: `given[d]` are the readers that document `d` has already, as numbers below `coders`; each
/// document gets as many more as it lacks of `each`. Returns those that are new, a list for each document, in order.
///
/// The loads (documents a coder has, of these) differ by at most one where nothing was given before; where something was,
/// those with least get more until they have caught up. Among coders of equal load, those come first who were least
/// often with the ones the document has already; what is equal still, chance decides. The same arguments give the same
/// answer for ever and on every machine.
pub fn allot(given: &[Vec<usize>], coders: usize, each: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut random = SplitMix64::new(seed);
    let mut loads = vec![0_u64; coders];
    let mut pairs = vec![vec![0_u64; coders]; coders];
    let mut readers: Vec<Vec<usize>> = given.to_vec();
    for of_one in &mut readers {
        of_one.retain(|coder| *coder < coders);
        of_one.sort_unstable();
        of_one.dedup();
        for (at, coder) in of_one.iter().enumerate() {
            loads[*coder] += 1;
            meet(&mut pairs, *coder, &of_one[..at]);
        }
    }
    let mut fresh = vec![Vec::new(); given.len()];
    // By chance too in which order documents choose: the last ones take what is left.
    let mut order: Vec<usize> = (0..given.len()).collect();
    random.shuffle(&mut order);
    let mut candidates: Vec<usize> = (0..coders).collect();
    for document in order {
        let has = &mut readers[document];
        while has.len() < each.min(coders) {
            // A fresh order for every choice: the first of equals is then any of them.
            random.shuffle(&mut candidates);
            let met = |coder: usize| has.iter().map(|other| pairs[coder][*other]).sum::<u64>();
            let free = candidates.iter().copied().filter(|coder| !has.contains(coder));
            let Some(chosen) = free.min_by_key(|coder| (loads[*coder], met(*coder))) else { break };
            loads[chosen] += 1;
            meet(&mut pairs, chosen, has);
            has.push(chosen);
            fresh[document].push(chosen);
        }
        fresh[document].sort_unstable();
    }
    fresh
}

/// Counts that `coder` meets each of `others` on one more document.
fn meet(pairs: &mut [Vec<u64>], coder: usize, others: &[usize]) {
    for other in others {
        pairs[coder][*other] += 1;
        pairs[*other][coder] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn loads(coders: usize, lists: &[Vec<usize>]) -> Vec<usize> {
        (0..coders).map(|coder| lists.iter().filter(|list| list.contains(&coder)).count()).collect()
    }

    fn spread(counts: &[usize]) -> usize {
        counts.iter().max().unwrap() - counts.iter().min().unwrap()
    }

    #[test]
    fn what_a_seed_draws_is_the_same_for_ever() {
        let drawn = allot(&vec![Vec::new(); 6], 3, 2, 7);
        assert_eq!(drawn, [[0, 1], [0, 2], [1, 2], [0, 2], [0, 1], [1, 2]]);
    }

    #[test]
    fn different_seeds_draw_differently_and_every_reader_is_as_likely_for_a_document() {
        let mut times = [0_u32; 4];
        for seed in 0..4_000 {
            for coder in &allot(&vec![Vec::new(); 3], 4, 2, seed)[0] {
                times[*coder] += 1;
            }
        }
        // Each coder reads half of the documents; five standard deviations are 158.
        assert!(times.iter().all(|count| count.abs_diff(2_000) < 158), "{times:?}");
    }

    #[test]
    fn whoever_has_read_more_before_gets_less_and_what_was_given_counts() {
        // Coder 0 has four of the documents, and coder 1 one of them.
        let given = [vec![0], vec![0, 1], vec![0], vec![0], vec![], vec![]];
        let fresh = allot(&given, 3, 2, 1);
        let missing: Vec<usize> = fresh.iter().map(Vec::len).collect();
        assert_eq!(missing, [1, 0, 1, 1, 2, 2]);
        let all: Vec<Vec<usize>> =
            given.iter().zip(&fresh).map(|(one, other)| one.iter().chain(other).copied().collect()).collect();
        assert!(spread(&loads(3, &all)) <= 1, "{all:?}");
    }

    proptest! {
        #[test]
        fn loads_differ_by_at_most_one_and_pairs_by_little(
            documents in 0_usize..60, coders in 1_usize..8, each in 0_usize..9, seed: u64,
        ) {
            let drawn = allot(&vec![Vec::new(); documents], coders, each, seed);
            prop_assert_eq!(drawn.len(), documents);
            for list in &drawn {
                prop_assert_eq!(list.len(), each.min(coders));
                prop_assert!(list.windows(2).all(|two| two[0] < two[1]), "{:?}", list);
            }
            prop_assert!(spread(&loads(coders, &drawn)) <= 1);
            if each == 2 && coders > 2 {
                let together = |one: usize, other: usize| {
                    drawn.iter().filter(|list| list.contains(&one) && list.contains(&other)).count()
                };
                let pairs: Vec<usize> = (0..coders)
                    .flat_map(|one| (0..one).map(move |other| (one, other)))
                    .map(|(one, other)| together(one, other))
                    .collect();
                prop_assert!(spread(&pairs) <= 3, "{:?}", pairs);
            }
            prop_assert_eq!(allot(&vec![Vec::new(); documents], coders, each, seed), drawn);
        }

        #[test]
        fn nobody_is_given_a_document_twice_and_none_gets_more_than_asked(
            given in prop::collection::vec(prop::collection::vec(0_usize..6, 0..4), 0..20), each in 0_usize..6, seed: u64,
        ) {
            let fresh = allot(&given, 5, each, seed);
            for (before, new) in given.iter().zip(&fresh) {
                let known: std::collections::BTreeSet<&usize> = before.iter().filter(|coder| **coder < 5).collect();
                prop_assert_eq!(new.len(), each.min(5).saturating_sub(known.len()));
                prop_assert!(new.iter().all(|coder| !known.contains(coder)));
            }
        }
    }
}
