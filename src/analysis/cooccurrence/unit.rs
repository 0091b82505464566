//! Units of a text that hold several codes.

use super::{Coded, Cooccurrence};
use crate::domain::CharRange;

/// Bits of a word of a set.
const WORD: usize = u64::BITS as usize;

pub(super) fn count(counts: &mut Cooccurrence, passages: &[Coded], units: &[CharRange]) {
    let words = counts.codes.div_ceil(WORD);
    let mut sets = vec![0_u64; units.len() * words];
    // By code, the first unit that it is not known to stand in: since passages come by their start, no unit is
    // looked at twice for one code, however many passages lie over each other.
    let mut next = vec![0; counts.codes];
    for passage in passages {
        let first = units.partition_point(|unit| unit.end() <= passage.range.start());
        let last = units.partition_point(|unit| unit.start() < passage.range.end());
        let next = &mut next[passage.code];
        for unit in first.max(*next)..last {
            sets[unit * words + passage.code / WORD] |= 1 << (passage.code % WORD);
        }
        *next = last.max(*next);
    }
    for set in sets.chunks_exact(words.max(1)) {
        count_set(counts, set);
    }
}

pub(super) fn count_one(counts: &mut Cooccurrence, codes: impl Iterator<Item = usize>) {
    let mut set = vec![0_u64; counts.codes.div_ceil(WORD)];
    for code in codes {
        set[code / WORD] |= 1 << (code % WORD);
    }
    count_set(counts, &set);
}

fn count_set(counts: &mut Cooccurrence, set: &[u64]) {
    for row in members(set) {
        counts.members[row] += 1;
        for column in members(set) {
            counts.cases[row * counts.codes + column] += 1;
            counts.both[row * counts.codes + column] += 1;
        }
    }
}

fn members(set: &[u64]) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(at, word)| {
        let rest = |left: u64| (left != 0).then_some(left);
        std::iter::successors(rest(*word), move |left| rest(left & (left - 1)))
            .map(move |left| at * WORD + left.trailing_zeros() as usize)
    })
}
