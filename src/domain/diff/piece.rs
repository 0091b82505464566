//! From runs of tokens to pieces of the texts: what is the same to the letter, what is the same up to spelling, and what
//! one thing was replaced by.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;

use super::moved::Gap;
use super::token::{Tokens, key};
use super::{Run, myers, tidy};

/// How the two sides of a piece are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Likeness {
    /// To the letter.
    Same,
    /// Up to white space, quotation marks, dashes, capitals and canonically equal spellings.
    Folded,
    /// Not at all: one stands where the other stood.
    Replaced,
}

/// A part of the old text and the part of the new one that goes with it, both in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Piece {
    pub(in super::super) old: Range<usize>,
    pub(in super::super) new: Range<usize>,
    pub(in super::super) likeness: Likeness,
}

/// The most clusters on either side that are compared one by one: some sentences.
const MOST_CLUSTERS: usize = 1_024;

/// How many differences between clusters are looked for at once. Fewer than between words: there are more of them, and
/// where they are many, it is not the same word.
const STRETCH: usize = 64;

/// Two texts and the pieces found so far, in order.
pub(super) struct Pieces<'a> {
    pub(super) old: (&'a str, &'a Tokens),
    pub(super) new: (&'a str, &'a Tokens),
    pub(super) found: Vec<Piece>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(old: (&'a str, &'a Tokens), new: (&'a str, &'a Tokens)) -> Self {
        Pieces { old, new, found: Vec::new() }
    }

    /// The pieces of runs and of what lies between them.
    pub(super) fn runs(&mut self, runs: &[Run]) {
        for (at, run) in runs.iter().enumerate() {
            if let Some(before) = at.checked_sub(1).map(|before| runs[before]) {
                let gap =
                    Gap { old: before.old + before.len..run.old, new: before.new + before.len..run.new };
                let after = |tokens: &Tokens, token: usize| tokens.bytes(token - 1).end;
                let from = (after(self.old.1, gap.old.start), after(self.new.1, gap.new.start));
                let to = (self.old.1.bytes(run.old).start, self.new.1.bytes(run.new).start);
                self.between(&gap, from.0..to.0, from.1..to.1);
            }
            self.run(*run);
        }
    }

    /// The pieces of a run of equal tokens.
    pub(super) fn run(&mut self, run: Run) {
        let (Some(old), Some(new)) = (
            self.old.1.bytes_of(run.old..run.old + run.len),
            self.new.1.bytes_of(run.new..run.new + run.len),
        ) else {
            return;
        };
        if self.old.0[old.clone()] == self.new.0[new.clone()] {
            return self.push(old, new, Likeness::Same);
        }
        let mut end: Option<(usize, usize)> = None;
        for at in 0..run.len {
            let (old, new) = (self.old.1.bytes(run.old + at), self.new.1.bytes(run.new + at));
            if let Some((old_end, new_end)) = end {
                self.white(old_end..old.start, new_end..new.start);
            }
            end = Some((old.end, new.end));
            if self.old.0[old.clone()] == self.new.0[new.clone()] {
                self.push(old, new, Likeness::Same);
            } else {
                self.clusters(old, new);
            }
        }
    }

    /// What lies between two runs, the tokens of `gap` and the white space around them: `old` and `new` in all.
    pub(super) fn between(&mut self, gap: &Gap, old: Range<usize>, new: Range<usize>) {
        // Not told from the characters: a space with a mark on it is a token.
        let ours = self.old.1.bytes_of(gap.old.clone());
        let theirs = self.new.1.bytes_of(gap.new.clone());
        let (ours, theirs) = match (ours, theirs) {
            (Some(ours), Some(theirs)) => (ours, theirs),
            // All is white space on one side: it is what stood before the tokens of the other, or after them.
            (Some(ours), None) => {
                let is_after = self.old.0[ours.end..old.end] == self.new.0[new.clone()];
                (ours, if is_after { new.start..new.start } else { new.end..new.end })
            }
            (None, Some(theirs)) => {
                let is_after = self.new.0[theirs.end..new.end] == self.old.0[old.clone()];
                (if is_after { old.start..old.start } else { old.end..old.end }, theirs)
            }
            (None, None) => (old.end..old.end, new.end..new.end),
        };
        self.white(old.start..ours.start, new.start..theirs.start);
        self.clusters(ours.clone(), theirs.clone());
        self.white(ours.end..old.end, theirs.end..new.end);
    }

    /// What lies between two runs where blocks came or went: the parts that are left of it, if they can be paired.
    pub(super) fn around(&mut self, gap: &Gap, blocks: &[&[Run]]) {
        let came = blocks.iter().map(|runs| spanned(runs, |run| run.new));
        let went = blocks.iter().map(|runs| spanned(runs, |run| run.old));
        let ours = left_of(&gap.old, went);
        let theirs = left_of(&gap.new, came);
        if ours.len() == theirs.len() {
            for (old, new) in ours.into_iter().zip(theirs) {
                if let (Some(old), Some(new)) = (self.old.1.bytes_of(old), self.new.1.bytes_of(new)) {
                    self.clusters(old, new);
                }
            }
        }
    }

    /// Something changed into something else: compared cluster by cluster where it is short enough, and taken as a
    /// whole where they have too little in common.
    fn clusters(&mut self, old: Range<usize>, new: Range<usize>) {
        let split =
            |text: &'a str| -> Vec<&'a str> { text.graphemes(true).take(MOST_CLUSTERS + 1).collect() };
        let (ours, theirs) = (split(&self.old.0[old.clone()]), split(&self.new.0[new.clone()]));
        if ours.len().max(theirs.len()) > MOST_CLUSTERS {
            return self.replaced(old, new);
        }
        let mut from = (old.start, new.start);
        let mut end = (0, 0);
        let size = |clusters: &[&str]| clusters.iter().map(|cluster| cluster.len()).sum::<usize>();
        for run in
            alike(&ours, &theirs).into_iter().chain([Run { old: ours.len(), new: theirs.len(), len: 0 }])
        {
            let to = (from.0 + size(&ours[end.0..run.old]), from.1 + size(&theirs[end.1..run.new]));
            self.replaced(from.0..to.0, from.1..to.1);
            from = to;
            for (one, other) in ours[run.old..].iter().zip(&theirs[run.new..]).take(run.len) {
                let likeness = if one == other { Likeness::Same } else { Likeness::Folded };
                let to = (from.0 + one.len(), from.1 + other.len());
                self.push(from.0..to.0, from.1..to.1, likeness);
                from = to;
            }
            end = (run.old + run.len, run.new + run.len);
        }
    }

    /// One thing in place of another; nothing where one is missing or they are of very different size: then something
    /// was taken away, and something else put in.
    fn replaced(&mut self, old: Range<usize>, new: Range<usize>) {
        let fits = |one: usize, other: usize| one <= 3 * other + 16;
        if fits(old.len(), new.len()) && fits(new.len(), old.len()) {
            self.push(old, new, Likeness::Replaced);
        }
    }

    /// White space on both sides: what begins and ends alike is the same, what is left goes together.
    fn white(&mut self, old: Range<usize>, new: Range<usize>) {
        let (ours, theirs) = (&self.old.0[old.clone()], &self.new.0[new.clone()]);
        let size = |(one, other): (char, char)| (one == other).then_some(one.len_utf8());
        let head: usize = ours.chars().zip(theirs.chars()).map_while(size).sum();
        let (ours, theirs) = (&ours[head..], &theirs[head..]);
        let tail: usize = ours.chars().rev().zip(theirs.chars().rev()).map_while(size).sum();
        self.push(old.start..old.start + head, new.start..new.start + head, Likeness::Same);
        self.push(old.start + head..old.end - tail, new.start + head..new.end - tail, Likeness::Folded);
        self.push(old.end - tail..old.end, new.end - tail..new.end, Likeness::Same);
    }

    pub(super) fn push(&mut self, old: Range<usize>, new: Range<usize>, likeness: Likeness) {
        if old.is_empty() || new.is_empty() {
            return;
        }
        match self.found.last_mut() {
            Some(last)
                if likeness == Likeness::Same
                    && last.likeness == Likeness::Same
                    && last.old.end == old.start
                    && last.new.end == new.start =>
            {
                last.old.end = old.end;
                last.new.end = new.end;
            }
            _ => self.found.push(Piece { old, new, likeness }),
        }
    }
}

/// The clusters that two changed parts have in common; none when what they have in common is too little.
fn alike(old: &[&str], new: &[&str]) -> Vec<Run> {
    /// So many clusters at both ends say that something was put in or taken away in between.
    const ENDS: usize = 4;
    let keys =
        |clusters: &[&str]| -> Vec<u32> { clusters.iter().map(|cluster| key(cluster, true)).collect() };
    let (ours, theirs) = (keys(old), keys(new));
    let (most, least) = (ours.len().max(theirs.len()), ours.len().min(theirs.len()));
    let enough = |runs: &[Run], of: usize| runs.iter().map(|run| run.len).sum::<usize>() * 2 >= of;
    if least * 2 >= most {
        let runs = myers::common(&ours, &theirs, STRETCH);
        let all = Gap { old: 0..ours.len(), new: 0..theirs.len() };
        let sizes = |gap: &Gap| (gap.old.len(), gap.new.len());
        let runs = tidy::without_islands(runs, &all, |run, before, after| {
            tidy::is_enclosed(run.len, sizes(before), sizes(after))
        });
        if enough(&runs, most) {
            return runs;
        }
    }
    let equal = |(one, other): &(&u32, &u32)| one == other;
    let head = ours.iter().zip(&theirs).take_while(equal).count();
    let back = ours[head..].iter().rev().zip(theirs[head..].iter().rev());
    let tail = back.take_while(equal).count();
    let mut runs = vec![Run { old: 0, new: 0, len: head }];
    runs.push(Run { old: ours.len() - tail, new: theirs.len() - tail, len: tail });
    runs.retain(|run| run.len > 0);
    if head + tail >= ENDS && enough(&runs, least) { runs } else { Vec::new() }
}

/// From the first token of a block to its last, on one side.
fn spanned(runs: &[Run], side: impl Fn(&Run) -> usize) -> Range<usize> {
    let start = runs.first().map_or(0, &side);
    start..runs.last().map_or(start, |run| side(run) + run.len)
}

/// The parts of `whole` that no block covers.
fn left_of(whole: &Range<usize>, blocks: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut inside: Vec<Range<usize>> =
        blocks.filter(|block| whole.start <= block.start && block.end <= whole.end).collect();
    inside.sort_unstable_by_key(|block| block.start);
    let mut parts = Vec::new();
    let mut from = whole.start;
    for block in inside.iter().chain([&(whole.end..whole.end)]) {
        if from < block.start {
            parts.push(from..block.start);
        }
        from = block.end;
    }
    parts
}
