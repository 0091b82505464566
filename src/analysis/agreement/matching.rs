//! Spans as objects: how many of one coder's passages the other found too (span F1).
//!
//! A passage is matched with one passage of the same code by the other coder, one to one, so that as many as possible are
//! matched: the number then does not depend on the order of the passages, as it does with greedy matching.

use std::collections::{BTreeSet, HashSet, VecDeque};

use super::material::{Mark, Material};
use super::undefined::{Undefined, Value};
use crate::domain::CharRange;

/// When two passages count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Criterion {
    /// Equal to the character.
    Exact,
    /// They share at least half of the text that either covers: |x ∩ y| / |x ∪ y| >= 0.5.
    Half,
    /// They share a character.
    Overlap,
}

/// How many passages two coders have, and how many are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Matched {
    /// Pairs of passages.
    pub matched: u64,
    /// Passages of the first coder.
    pub first: u64,
    /// Passages of the second coder.
    pub second: u64,
}

impl Matched {
    /// 2·matched / (first + second). Undefined where neither has a passage.
    pub fn f1(self) -> Value {
        let sum = self.first + self.second;
        if sum == 0 { Err(Undefined::NoSpans) } else { Ok((2 * self.matched) as f64 / sum as f64) }
    }

    /// Adds the counts of other passages.
    pub fn add(&mut self, other: Matched) {
        self.matched += other.matched;
        self.first += other.first;
        self.second += other.second;
    }
}

/// So many comparisons of two passages are made, and no more. Real codings need a few for each passage; only thousands of passages
/// of one code, one coder and one place reach it.
const BUDGET: u64 = 200_000_000;

/// Matches the marks of two coders by code, over the documents that both read, be it in part: a passage where the other did
/// not get to is one that the other did not find.
///
/// # Errors
/// Too large where one coder has very many passages of one code over each other.
pub fn by_code(
    material: &Material,
    (first, second): (u32, u32),
    criterion: Criterion,
) -> Result<Vec<Matched>, Undefined> {
    let mut by_code = vec![Matched::default(); material.codes as usize];
    let mut budget = BUDGET;
    let mut marks: Vec<Mark> = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let read_by = |coder: u32| -> HashSet<i64> {
        let read = material.readings.iter().filter(|reading| reading.readers.binary_search(&coder).is_ok());
        read.map(|reading| reading.document).collect()
    };
    let (read_by_first, read_by_second) = (read_by(first), read_by(second));
    for reading in &material.readings {
        if !(read_by_first.contains(&reading.document) && read_by_second.contains(&reading.document)) {
            continue;
        }
        marks.clear();
        marks.extend(reading.marks.iter().filter(|mark| mark.coder == first || mark.coder == second));
        // Stable: within a code they stay ordered by their place.
        marks.sort_by_key(|mark| mark.code);
        for of_code in marks.chunk_by(|one, other| one.code == other.code) {
            let ranges = |coder: u32, into: &mut Vec<CharRange>| {
                into.clear();
                into.extend(of_code.iter().filter(|mark| mark.coder == coder).map(|mark| mark.range));
            };
            ranges(first, &mut ours);
            ranges(second, &mut theirs);
            let matched = pairs(&ours, &theirs, criterion, &mut budget)?;
            by_code[of_code[0].code as usize].add(Matched {
                matched,
                first: ours.len() as u64,
                second: theirs.len() as u64,
            });
        }
    }
    Ok(by_code)
}

/// The largest number of disjoint pairs of ranges that meet the criterion; both lists are in order.
fn pairs(
    ours: &[CharRange],
    theirs: &[CharRange],
    criterion: Criterion,
    budget: &mut u64,
) -> Result<u64, Undefined> {
    match criterion {
        Criterion::Exact => Ok(equal(ours, theirs)),
        Criterion::Overlap => Ok(overlapping(ours, theirs)),
        Criterion::Half => half(ours, theirs, budget),
    }
}

fn equal(ours: &[CharRange], theirs: &[CharRange]) -> u64 {
    let (mut one, mut other, mut found) = (0, 0, 0);
    while let (Some(first), Some(second)) = (ours.get(one), theirs.get(other)) {
        found += u64::from(first == second);
        one += usize::from(first <= second);
        other += usize::from(second <= first);
    }
    found
}

/// Whoever ends first is matched with the open range of the other side that ends first. That is the best: all that are open at its
/// end share its last character, and of two of them the one that ends later can still be matched with whatever the other could.
fn overlapping(ours: &[CharRange], theirs: &[CharRange]) -> u64 {
    let mut all: Vec<(CharRange, usize)> =
        ours.iter().map(|range| (*range, 0)).chain(theirs.iter().map(|range| (*range, 1))).collect();
    all.sort_unstable_by_key(|(range, side)| (range.start(), range.end(), *side));
    // Open and unmatched: (end, number in `all`), by side.
    let mut open: [BTreeSet<(u32, usize)>; 2] = Default::default();
    let mut found = 0;
    let close_until = |open: &mut [BTreeSet<(u32, usize)>; 2], until: u32, found: &mut u64| {
        loop {
            let ends = [0, 1].map(|side| open[side].first().copied());
            let side = match ends {
                [Some(one), Some(other)] => usize::from(other.0 < one.0),
                [Some(_), None] => 0,
                [None, Some(_)] => 1,
                [None, None] => return,
            };
            if open[side].first().is_none_or(|(end, _)| *end > until) {
                return;
            }
            open[side].pop_first();
            if open[1 - side].pop_first().is_some() {
                *found += 1;
            }
        }
    };
    for (number, (range, side)) in all.iter().enumerate() {
        close_until(&mut open, range.start(), &mut found);
        open[*side].insert((range.end(), number));
    }
    close_until(&mut open, u32::MAX, &mut found);
    found
}

/// Largest matching of a sparse graph: greedily first, then along augmenting paths (Berge 1957).
fn half(ours: &[CharRange], theirs: &[CharRange], budget: &mut u64) -> Result<u64, Undefined> {
    let mut graph = Graph {
        edges: Vec::with_capacity(ours.len()),
        partner_of_ours: vec![None; ours.len()],
        partner_of_theirs: vec![None; theirs.len()],
        reached: vec![(NOBODY, NOBODY); theirs.len()],
    };
    for range in ours {
        // Half in common means that neither starts further before the other than the other is long.
        let from = theirs.partition_point(|other| other.start() < range.start().saturating_sub(range.len()));
        let mut near = Vec::new();
        for (number, other) in
            (from..).zip(&theirs[from..]).take_while(|(_, other)| other.start() < range.end())
        {
            spend(budget)?;
            if at_least_half(*range, *other) {
                near.push(number);
            }
        }
        graph.edges.push(near);
    }
    let mut found = 0;
    for one in 0..ours.len() {
        if let Some(other) = graph.edges[one].iter().find(|other| graph.partner_of_theirs[**other].is_none())
        {
            graph.partner_of_theirs[*other] = Some(one);
            graph.partner_of_ours[one] = Some(*other);
            found += 1;
        }
    }
    for start in 0..ours.len() {
        if graph.partner_of_ours[start].is_none() {
            found += u64::from(graph.augment(start, budget)?);
        }
    }
    Ok(found)
}

const NOBODY: usize = usize::MAX;

/// Who may be matched with whom, and who is.
struct Graph {
    /// By ours, the numbers of theirs.
    edges: Vec<Vec<usize>>,
    partner_of_ours: Vec<Option<usize>>,
    partner_of_theirs: Vec<Option<usize>>,
    /// By theirs: the search that reached it last, and from which of ours.
    reached: Vec<(usize, usize)>,
}

impl Graph {
    /// Matches `start` too, by matching others anew, if that can be.
    fn augment(&mut self, start: usize, budget: &mut u64) -> Result<bool, Undefined> {
        let mut queue = VecDeque::from([start]);
        while let Some(one) = queue.pop_front() {
            for place in 0..self.edges[one].len() {
                spend(budget)?;
                let other = self.edges[one][place];
                if self.reached[other].0 == start {
                    continue;
                }
                self.reached[other] = (start, one);
                match self.partner_of_theirs[other] {
                    Some(next) => queue.push_back(next),
                    None => {
                        self.walk_back(other);
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }

    /// Each of ours along the way takes what it was left for; the first one had nobody.
    fn walk_back(&mut self, end: usize) {
        let mut next = Some(end);
        while let Some(other) = next {
            let one = self.reached[other].1;
            next = self.partner_of_ours[one].replace(other);
            self.partner_of_theirs[other] = Some(one);
        }
    }
}

fn spend(budget: &mut u64) -> Result<(), Undefined> {
    *budget = budget.checked_sub(1).ok_or(Undefined::TooLarge)?;
    Ok(())
}

fn at_least_half(one: CharRange, other: CharRange) -> bool {
    let shared = one.end().min(other.end()).saturating_sub(one.start().max(other.start()));
    let either = u64::from(one.len()) + u64::from(other.len()) - u64::from(shared);
    2 * u64::from(shared) >= either
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(start: u32, end: u32) -> CharRange {
        CharRange::new(start, end).unwrap()
    }

    /// The most pairs there can be, by trying everything.
    fn brute(ours: &[CharRange], theirs: &[CharRange], criterion: Criterion) -> u64 {
        let Some((first, rest)) = ours.split_first() else { return 0 };
        let fits = |other: &CharRange| match criterion {
            Criterion::Exact => first == other,
            Criterion::Half => at_least_half(*first, *other),
            Criterion::Overlap => first.overlaps(*other),
        };
        let with = (0..theirs.len()).filter(|at| fits(&theirs[*at])).map(|at| {
            let mut left = theirs.to_vec();
            left.remove(at);
            1 + brute(rest, &left, criterion)
        });
        with.chain(std::iter::once_with(|| brute(rest, theirs, criterion))).max().unwrap_or(0)
    }

    #[test]
    fn what_greedy_matching_would_miss_is_matched() {
        // The first of ours could take either of theirs, the second only the first of theirs.
        let (ours, theirs) = ([range(0, 10), range(0, 12)], [range(0, 6), range(0, 20)]);
        for criterion in [Criterion::Half, Criterion::Overlap] {
            assert_eq!(pairs(&ours, &theirs, criterion, &mut 1000), Ok(2), "{criterion:?}");
        }
        assert_eq!(pairs(&ours, &theirs, Criterion::Exact, &mut 1000), Ok(0));
    }

    #[test]
    fn work_without_end_is_refused() {
        let many: Vec<CharRange> = (0..100).map(|at| range(at, at + 1000)).collect();
        assert_eq!(pairs(&many, &many, Criterion::Half, &mut 500), Err(Undefined::TooLarge));
    }

    proptest! {
        #[test]
        fn no_other_matching_has_more_pairs(
            mut ours in prop::collection::vec((0_u32..20, 1_u32..9), 0..6),
            mut theirs in prop::collection::vec((0_u32..20, 1_u32..9), 0..6),
        ) {
            ours.sort_unstable();
            theirs.sort_unstable();
            let ranges = |of: &[(u32, u32)]| -> Vec<CharRange> {
                let mut ranges: Vec<CharRange> = of.iter().map(|(start, length)| range(*start, start + length)).collect();
                ranges.sort_unstable();
                ranges
            };
            let (ours, theirs) = (ranges(&ours), ranges(&theirs));
            for criterion in [Criterion::Exact, Criterion::Half, Criterion::Overlap] {
                let best = brute(&ours, &theirs, criterion);
                prop_assert_eq!(pairs(&ours, &theirs, criterion, &mut 100_000), Ok(best), "{:?}", criterion);
            }
        }
    }
}
