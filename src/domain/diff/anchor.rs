//! Shingles (runs of a few tokens) that stand once in either text: they pin the texts together without comparing
//! everything with everything.

use super::Run;
use super::token::mix;

/// Above this many tokens only a share of the shingles is looked at: see [`SHARE`].
const MANY: usize = 1 << 16;

/// Of many shingles one in this many is looked at, chosen by what it says, so that both texts choose the same. What
/// lies between is found when the runs are extended.
const SHARE: u64 = 8;

/// The runs to pin `old` and `new` together by, in order and apart: of all shingles of `length` tokens that stand once
/// in either, the heaviest chain that goes forward in both.
pub(super) fn chain(old: &[u32], new: &[u32], length: usize) -> Vec<Run> {
    let share = if old.len().min(new.len()) > MANY { SHARE } else { 1 };
    let places = joined(singles(shingles(old, length, share)), singles(shingles(new, length, share)));
    let seeds = places.into_iter().filter(|(x, y)| old[*x..*x + length] == new[*y..*y + length]);
    let mut blocks: Vec<Run> = Vec::new();
    for (x, y) in seeds {
        match blocks.last_mut() {
            // Seeds on one diagonal are one run where all between them is equal.
            Some(last)
                if x - last.old == y.wrapping_sub(last.new)
                    && (last.len >= x - last.old
                        || old[last.old + last.len..x] == new[last.new + last.len..y]) =>
            {
                last.len = x + length - last.old;
            }
            _ => blocks.push(Run { old: x, new: y, len: length }),
        }
    }
    extended(heaviest(blocks), old, new)
}

/// The hash and place of each shingle, or of one in `share` of them.
pub(super) fn shingles(keys: &[u32], length: usize, share: u64) -> Vec<(u64, usize)> {
    const BASE: u64 = 0x2545_F491_4F6C_DD1D;
    if length == 0 || keys.len() < length {
        return Vec::new();
    }
    let term = |key: u32| mix(0, u64::from(key) + 1);
    let top = (1..length).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let mut hash =
        keys[..length - 1].iter().fold(0_u64, |hash, key| hash.wrapping_mul(BASE).wrapping_add(term(*key)));
    let mut found = Vec::with_capacity(if share == 1 { keys.len() } else { keys.len() / 6 });
    for (at, key) in keys[length - 1..].iter().enumerate() {
        hash = hash.wrapping_mul(BASE).wrapping_add(term(*key));
        let name = mix(hash, hash >> 32);
        if (name >> 32).is_multiple_of(share) {
            found.push((name, at));
        }
        hash = hash.wrapping_sub(term(keys[at]).wrapping_mul(top));
    }
    found
}

/// Those whose hash stands there once, by hash.
pub(super) fn singles(mut shingles: Vec<(u64, usize)>) -> Vec<(u64, usize)> {
    shingles.sort_unstable();
    let mut kept = 0;
    let mut at = 0;
    while at < shingles.len() {
        let next = at + shingles[at..].iter().take_while(|(name, _)| *name == shingles[at].0).count();
        if next == at + 1 {
            shingles[kept] = shingles[at];
            kept += 1;
        }
        at = next;
    }
    shingles.truncate(kept);
    shingles
}

/// The places, in either, of what stands in both; in the order of the first.
pub(super) fn joined(old: Vec<(u64, usize)>, new: Vec<(u64, usize)>) -> Vec<(usize, usize)> {
    let mut others = new.into_iter().peekable();
    let mut places = Vec::new();
    for (name, x) in old {
        while others.next_if(|(other, _)| *other < name).is_some() {}
        if let Some((_, y)) = others.next_if(|(other, _)| *other == name) {
            places.push((x, y));
        }
    }
    places.sort_unstable();
    places
}

/// The heaviest chain of blocks, sorted by their places in `old`, that goes forward in both. Where blocks of the chain
/// overlap, the later one is shortened.
fn heaviest(blocks: Vec<Run>) -> Vec<Run> {
    let mut ranks: Vec<usize> = blocks.iter().map(|block| block.new).collect();
    ranks.sort_unstable();
    let mut best = Prefixes::new(ranks.len());
    // The block before each in its heaviest chain, plus 1; 0: none.
    let mut before = vec![0; blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        let rank = ranks.partition_point(|new| *new < block.new);
        let (weight, last) = best.below(rank);
        before[at] = last;
        best.raise(rank, (weight + block.len, at + 1));
    }
    let mut chain = Vec::new();
    let (_, mut last) = best.below(ranks.len());
    while let Some(at) = last.checked_sub(1) {
        chain.push(blocks[at]);
        last = before[at];
    }
    chain.reverse();
    let mut end = (0_usize, 0_usize);
    chain.retain_mut(|block| {
        let cut = end.0.saturating_sub(block.old).max(end.1.saturating_sub(block.new)).min(block.len);
        *block = Run { old: block.old + cut, new: block.new + cut, len: block.len - cut };
        if block.len > 0 {
            end = (block.old + block.len, block.new + block.len);
        }
        block.len > 0
    });
    chain
}

/// The greatest value among the first few of a row that only grows (a Fenwick tree).
struct Prefixes(Vec<(usize, usize)>);

impl Prefixes {
    fn new(len: usize) -> Self {
        Prefixes(vec![(0, 0); len])
    }

    /// The heaviest of those before `rank`; of equals the first that was set.
    fn below(&self, rank: usize) -> (usize, usize) {
        let mut best = (0, 0);
        let mut at = rank;
        while at > 0 {
            if self.0[at - 1].0 > best.0 {
                best = self.0[at - 1];
            }
            at &= at - 1;
        }
        best
    }

    fn raise(&mut self, rank: usize, value: (usize, usize)) {
        let mut at = rank + 1;
        while at <= self.0.len() {
            if value.0 > self.0[at - 1].0 {
                self.0[at - 1] = value;
            }
            at += at & at.wrapping_neg();
        }
    }
}

/// The runs of a chain, each as long as the texts agree around it.
fn extended(mut chain: Vec<Run>, old: &[u32], new: &[u32]) -> Vec<Run> {
    let mut end = (0, 0);
    for at in 0..chain.len() {
        let next = chain.get(at + 1).map_or((old.len(), new.len()), |next| (next.old, next.new));
        let run = &mut chain[at];
        let ahead = old[run.old + run.len..next.0].iter().zip(&new[run.new + run.len..next.1]);
        run.len += ahead.take_while(|(one, other)| one == other).count();
        let back = old[end.0..run.old].iter().rev().zip(new[end.1..run.new].iter().rev());
        let back = back.take_while(|(one, other)| one == other).count();
        *run = Run { old: run.old - back, new: run.new - back, len: run.len + back };
        end = (run.old + run.len, run.new + run.len);
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(old: usize, new: usize, len: usize) -> Run {
        Run { old, new, len }
    }

    #[test]
    fn what_stands_twice_pins_nothing_and_what_changed_places_is_left_to_the_heavier() {
        // 7 stands twice in the old row; 1 2 and 4 5 6 changed places.
        let old = [7, 1, 2, 3, 4, 5, 6, 7];
        let new = [4, 5, 6, 3, 1, 2, 7];
        assert_eq!(chain(&old, &new, 1), [run(4, 0, 3)]);
        assert_eq!(chain(&old, &[7, 1, 2, 3, 4, 5, 6], 2), [run(0, 0, 7)], "extended over the 7");
    }

    #[test]
    fn a_share_of_the_shingles_finds_the_same_runs() {
        let old: Vec<u32> = (0..200_000).collect();
        let mut new = old.clone();
        new.splice(100_000..100_010, [7_000_000]);
        assert_eq!(chain(&old, &new, 12), [run(0, 0, 100_000), run(100_010, 100_001, 99_990)]);
        assert!(shingles(&old, 12, SHARE).len() < old.len() / 7);
    }

    #[test]
    fn blocks_that_overlap_are_cut_apart() {
        let blocks = vec![run(0, 0, 5), run(3, 4, 5), run(4, 20, 1)];
        assert_eq!(heaviest(blocks), [run(0, 0, 5), run(5, 6, 3)]);
    }
}
