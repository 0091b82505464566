//! Which parts of two texts go together.
//!
//! A text is a row of tokens (words and signs; white space lies between them). Shingles that stand once in either text
//! pin the two rows together, and the shortest way joins them in between; changed words are compared letter by letter,
//! and of what is left, blocks that were moved are found by their shingles. A text may be 10 MB and one line: nothing here
//! takes quadratic time, and nothing looks at a clock, so that the result is a function of the two texts.
//!
//! Own code, since what is needed is not a list of differences. The crates that make one know no moved blocks, bound
//! their work by a limit of time or not at all, and see (A, B) otherwise than (B, A).

mod anchor;
mod ends;
mod moved;
mod myers;
mod piece;
mod rarity;
mod sequence;
#[cfg(test)]
mod tests;
mod tidy;
mod token;

use std::ops::Range;

use moved::Gap;
use piece::Pieces;
pub(super) use piece::{Likeness, Piece};
use rarity::Rarity;
pub(super) use token::{Tokens, is_between_clusters};

/// A row of tokens or clusters that two rows have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    old: usize,
    new: usize,
    len: usize,
}

/// The parts of two texts that go together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Diff {
    /// What stayed in order, in the order of both texts.
    pub(super) stayed: Vec<Piece>,
    /// The blocks that moved, apart from one another and from what stayed, in the order of the old text; each block's
    /// pieces are in order on both sides.
    pub(super) moved: Vec<Vec<Piece>>,
    /// The tokens of the new text that are in no run of tokens of the old: key and first byte, sorted.
    pub(super) fresh: Vec<(u32, u32)>,
}

impl Diff {
    /// Compares two texts. The answer for (old, new) is that for (new, old) with the sides exchanged.
    pub(super) fn between(old: &str, new: &str) -> Self {
        // There is mostly more than one way to see a change. The same one is taken from both sides.
        if (old.len(), old) <= (new.len(), new) {
            let compared = Compared::of(old, new);
            let (stayed, moved) = compared.pieces();
            return Diff {
                stayed,
                moved,
                fresh: compared.unmatched(&compared.new, |run| run.new, |gap| &gap.new),
            };
        }
        let compared = Compared::of(new, old);
        let (mut stayed, mut moved) = compared.pieces();
        stayed.iter_mut().chain(moved.iter_mut().flatten()).for_each(|piece| {
            std::mem::swap(&mut piece.old, &mut piece.new);
        });
        moved.sort_unstable_by_key(|pieces| pieces.first().map_or(0, |piece| piece.old.start));
        Diff { stayed, moved, fresh: compared.unmatched(&compared.old, |run| run.old, |gap| &gap.old) }
    }
}

/// Two texts as rows of tokens, and what the rows have in common.
struct Compared<'a> {
    texts: (&'a str, &'a str),
    /// How many bytes both begin and end with that are in no token.
    alike: (usize, usize),
    old: Tokens,
    new: Tokens,
    runs: Vec<Run>,
    /// One more than runs.
    gaps: Vec<Gap>,
    blocks: Vec<Vec<Run>>,
}

impl<'a> Compared<'a> {
    fn of(old_text: &'a str, new_text: &'a str) -> Self {
        let alike = ends::alike(old_text, new_text);
        let (mut old, mut new) = (Tokens::default(), Tokens::default());
        // SQLite holds no text of 4 GiB. If there were one, only what is alike at both ends would be followed.
        if u32::try_from(old_text.len().max(new_text.len())).is_ok() {
            old = Tokens::lex(old_text, alike.0..old_text.len() - alike.1);
            new = Tokens::lex(new_text, alike.0..new_text.len() - alike.1);
        }
        let all = Gap { old: 0..old.len(), new: 0..new.len() };
        let rarity = Rarity::new(&old, &new);
        let runs = sequence::common(old.keys(), new.keys());
        let mut runs = tidy::without_chance(runs, &all, &old, &new, &rarity);
        tidy::pushed_to_seams(&mut runs, (old_text, &old), (new_text, &new));
        let gaps = moved::gaps(&runs, &all);
        let blocks = moved::blocks(&gaps, &old, &new, &rarity);
        Compared { texts: (old_text, new_text), alike, old, new, runs, gaps, blocks }
    }

    /// What stayed in order, and the blocks that moved.
    fn pieces(&self) -> (Vec<Piece>, Vec<Vec<Piece>>) {
        let sides = || Pieces::new((self.texts.0, &self.old), (self.texts.1, &self.new));
        let (head, tail) = self.alike;
        let ends = (self.texts.0.len() - tail, self.texts.1.len() - tail);
        let mut pieces = sides();
        pieces.push(0..head, 0..head, Likeness::Same);
        let mut touched = self.blocks_by_gap().into_iter().peekable();
        let mut from = (head, head);
        for (at, gap) in self.gaps.iter().enumerate() {
            let run = self.runs.get(at);
            let start = |run: &Run| (self.old.bytes(run.old).start, self.new.bytes(run.new).start);
            let to = run.map_or(ends, start);
            let mut blocks: Vec<&[Run]> = Vec::new();
            while let Some((_, block)) = touched.next_if(|(touched, _)| *touched == at) {
                blocks.push(&self.blocks[block]);
            }
            if blocks.is_empty() {
                pieces.between(gap, from.0..to.0, from.1..to.1);
            } else {
                pieces.around(gap, &blocks);
            }
            if let Some(run) = run {
                pieces.run(*run);
                let last = (run.old + run.len - 1, run.new + run.len - 1);
                from = (self.old.bytes(last.0).end, self.new.bytes(last.1).end);
            }
        }
        pieces.push(ends.0..self.texts.0.len(), ends.1..self.texts.1.len(), Likeness::Same);
        let moved = self.blocks.iter().map(|runs| {
            let mut pieces = sides();
            pieces.runs(runs);
            pieces.found
        });
        (pieces.found, moved.collect())
    }

    /// Each gap with each block that left it or came to it, by gaps.
    fn blocks_by_gap(&self) -> Vec<(usize, usize)> {
        let mut touched = Vec::new();
        for (block, runs) in self.blocks.iter().enumerate() {
            let Some(first) = runs.first() else { continue };
            touched.push((self.gaps.partition_point(|gap| gap.old.end <= first.old), block));
            touched.push((self.gaps.partition_point(|gap| gap.new.end <= first.new), block));
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// The tokens of one side that are in no run and no block, as [`Diff::fresh`] holds them.
    fn unmatched(
        &self,
        tokens: &Tokens,
        run: impl Fn(&Run) -> usize,
        gap: impl Fn(&Gap) -> &Range<usize>,
    ) -> Vec<(u32, u32)> {
        let mut moved: Vec<Range<usize>> =
            self.blocks.iter().flatten().map(|one| run(one)..run(one) + one.len).collect();
        moved.sort_unstable_by_key(|range| range.start);
        let mut moved = moved.into_iter().peekable();
        let mut fresh = Vec::new();
        for at in self.gaps.iter().flat_map(|one| gap(one).clone()) {
            while moved.next_if(|range| range.end <= at).is_some() {}
            if moved.peek().is_none_or(|range| at < range.start) {
                // Below 4 GiB wherever there are tokens.
                fresh.push((tokens.keys()[at], tokens.bytes(at).start as u32));
            }
        }
        fresh.sort_unstable();
        fresh
    }
}
