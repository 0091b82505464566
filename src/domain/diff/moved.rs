//! Blocks that were cut out in one place and put in at another.

use std::ops::Range;

use super::rarity::{self, Rarity};
use super::token::Tokens;
use super::{Run, anchor, sequence, tidy};

/// How many tokens in a row lead to a block that moved.
const SHINGLE: usize = 4;

/// A block is one when at least this many bytes of it (white space apart) are the same: a short sentence. Of a phrase
/// nobody can say whether it moved or was written again.
const LEAST: usize = 40;

/// What lies between two parts of one block, at most, in tokens: words that were edited while the block was moved.
const EDITED: usize = 64;

/// What both rows have between two runs: `old` was taken away, `new` put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// What lies between the runs, before the first and after the last, in order.
pub(super) fn gaps(runs: &[Run], all: &Gap) -> Vec<Gap> {
    let end = Run { old: all.old.end, new: all.new.end, len: 0 };
    let mut from = (all.old.start, all.new.start);
    let gaps = runs.iter().chain([&end]).map(|run| {
        let gap = Gap { old: from.0..run.old, new: from.1..run.new };
        from = (run.old + run.len, run.new + run.len);
        gap
    });
    gaps.collect()
}

/// The blocks that moved from one gap to another, or within one: each as its runs, in order. Blocks are apart in both
/// rows; they come in the order of `old`.
pub(super) fn blocks(gaps: &[Gap], old: &Tokens, new: &Tokens, rarity: &Rarity) -> Vec<Vec<Run>> {
    let mut taken = vec![false; new.len()];
    let mut blocks: Vec<Block> = Vec::new();
    for seed in seeds(gaps, old.keys(), new.keys()) {
        let floor = blocks.last().and_then(|block| block.runs.last()).map_or(0, |run| run.old + run.len);
        let Some(run) = grown(&seed, floor, old.keys(), new.keys(), &taken) else { continue };
        match blocks.last_mut() {
            Some(block) if block.goes_on_with(run, &seed, &taken) => {
                // With what lies between: it is the block's as well.
                taken[block.end_in_new()..run.new].fill(true);
                block.runs.push(run);
            }
            _ => blocks.push(Block { place: seed.place, runs: vec![run] }),
        }
        taken[run.new..run.new + run.len].fill(true);
    }
    let size = |run: &Run| -> usize { (run.old..run.old + run.len).map(|at| old.bytes(at).len()).sum() };
    // The more was taken away and put in, the longer the phrases that both have by chance.
    let room = |side: fn(&Gap) -> usize| (1 + gaps.iter().map(side).sum::<usize>()).ilog2();
    let room = room(|gap| gap.old.len()) + room(|gap| gap.new.len());
    let bits = |run: &Run| rarity.of(old, run.old..run.old + run.len);
    blocks.retain(|block| {
        block.runs.iter().map(size).sum::<usize>() >= LEAST
            && block.runs.iter().map(bits).sum::<u32>() >= room + rarity::SURE
    });
    blocks.into_iter().map(|block| filled(&block.runs, old, new, rarity)).collect()
}

/// A run of a block that moved, and the gaps that it left and came to.
struct Block {
    place: (usize, usize),
    runs: Vec<Run>,
}

impl Block {
    fn end_in_new(&self) -> usize {
        self.runs.last().map_or(0, |run| run.new + run.len)
    }

    /// Whether `run` is the next part of this block, with edited words between.
    fn goes_on_with(&self, run: Run, seed: &Seed, taken: &[bool]) -> bool {
        let Some(last) = self.runs.last() else { return false };
        let (old_end, new_end) = (last.old + last.len, last.new + last.len);
        self.place == seed.place
            && new_end <= run.new
            && run.old - old_end <= EDITED
            && run.new - new_end <= EDITED
            && !taken[new_end..run.new].contains(&true)
    }
}

/// A shingle that stands once in what was taken away and once in what was put in.
struct Seed {
    at: (usize, usize),
    place: (usize, usize),
    /// How far the two gaps reach.
    gap: Gap,
}

fn seeds(gaps: &[Gap], old: &[u32], new: &[u32]) -> Vec<Seed> {
    let within = |ranges: &mut dyn Iterator<Item = Range<usize>>, keys: &[u32]| {
        let mut found = Vec::new();
        for range in ranges {
            let shingles = anchor::shingles(&keys[range.clone()], SHINGLE, 1);
            found.extend(shingles.into_iter().map(|(name, at)| (name, at + range.start)));
        }
        anchor::singles(found)
    };
    let taken_away = within(&mut gaps.iter().map(|gap| gap.old.clone()), old);
    let put_in = within(&mut gaps.iter().map(|gap| gap.new.clone()), new);
    let places = anchor::joined(taken_away, put_in).into_iter();
    let same = places.filter(|(x, y)| old[*x..*x + SHINGLE] == new[*y..*y + SHINGLE]);
    let seed = |(x, y): (usize, usize)| {
        let from = gaps.partition_point(|gap| gap.old.end <= x);
        let to = gaps.partition_point(|gap| gap.new.end <= y);
        let gap = Gap { old: gaps[from].old.clone(), new: gaps[to].new.clone() };
        Seed { at: (x, y), place: (from, to), gap }
    };
    same.map(seed).collect()
}

/// The run around a seed, as far as both gaps and what is free reach; `None` when it is taken already.
fn grown(seed: &Seed, floor: usize, old: &[u32], new: &[u32], taken: &[bool]) -> Option<Run> {
    let (x, y) = seed.at;
    if x < floor || taken[y..y + SHINGLE].contains(&true) {
        return None;
    }
    let fits = |x: usize, y: usize| old[x] == new[y] && !taken[y];
    let (first, last) = (seed.gap.old.start.max(floor), seed.gap.old.end);
    let back = (1..=(x - first).min(y - seed.gap.new.start)).take_while(|by| fits(x - by, y - by)).count();
    let most = (last - x).min(seed.gap.new.end - y);
    let ahead = (0..most).take_while(|by| fits(x + by, y + by)).count();
    Some(Run { old: x - back, new: y - back, len: ahead + back })
}

/// The runs of a block together with what its edited parts have in common.
fn filled(runs: &[Run], old: &Tokens, new: &Tokens, rarity: &Rarity) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for run in runs {
        if let Some(last) = all.last().copied() {
            let (x, y) = (last.old + last.len, last.new + last.len);
            let between = sequence::common(&old.keys()[x..run.old], &new.keys()[y..run.new]);
            let between =
                between.into_iter().map(|run| Run { old: run.old + x, new: run.new + y, len: run.len });
            let gap = Gap { old: x..run.old, new: y..run.new };
            all.extend(tidy::without_chance(between.collect(), &gap, old, new, rarity));
        }
        all.push(*run);
    }
    all
}
