//! Passages that overlap or stand near each other: a sweep with what is still open.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Coded, Cooccurrence};

/// Bits of a word of a set.
const WORD: usize = u64::BITS as usize;

/// The passages that reach the present start of the sweep, kept from text to text for its memory only.
///
/// Of the open passages only their number by code is known, and the ends in a heap: a passage meets each code that is
/// open and not each passage. Which codes a passage met is a set at its start; those that came later are read off at
/// its end from the order in which codes last started.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    /// By code, how many are open.
    counts: Vec<u64>,
    /// The codes of which any is open, as a set.
    codes: Vec<u64>,
    /// Where the reach of each open passage ends, and its slot.
    ends: BinaryHeap<(Reverse<u64>, usize)>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// By slot, the codes that were open when its passage started: as many words as `codes`.
    met: Vec<u64>,
    recent: Recent,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    code: usize,
    /// The number of the passage in the sweep.
    number: usize,
}

impl Open {
    fn prepare(&mut self, codes: usize) {
        self.counts.resize(codes, 0);
        self.codes.resize(codes.div_ceil(WORD), 0);
        self.recent.clear(codes);
    }
}

impl Cooccurrence {
    /// Counts the pairs of which the later starts before the reach of the earlier ends: `beyond` code points past it.
    pub(super) fn count_reaching(&mut self, passages: &[Coded], beyond: u64) {
        let mut open = std::mem::take(&mut self.reach);
        open.prepare(self.codes);
        for (number, passage) in passages.iter().enumerate() {
            while let Some((Reverse(end), slot)) = open.ends.peek().copied()
                && end <= u64::from(passage.range.start())
            {
                open.ends.pop();
                self.close(&mut open, slot);
            }
            self.meet(&mut open, passage.code);
            open.start(number, passage.code, u64::from(passage.range.end()) + beyond);
        }
        while let Some((_, slot)) = open.ends.pop() {
            self.close(&mut open, slot);
        }
        self.reach = open;
    }

    /// The pairs of a passage that starts with those that are open.
    fn meet(&mut self, open: &mut Open, code: usize) {
        let row = code * self.codes;
        for (at, word) in open.codes.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                let other = at * WORD + left.trailing_zeros() as usize;
                left &= left - 1;
                let pairs = open.counts[other];
                self.cases[row + other] += pairs;
                if other != code {
                    self.cases[other * self.codes + code] += pairs;
                }
                self.both[row + other] += 1;
            }
        }
    }

    /// What a passage met since its start, beside what it met then.
    fn close(&mut self, open: &mut Open, slot: usize) {
        let Slot { code, number } = open.slots[slot];
        let words = open.codes.len();
        let met = &open.met[slot * words..(slot + 1) * words];
        for (other, last) in open.recent.iter() {
            if last <= number {
                break;
            }
            let known = met[other / WORD] >> (other % WORD) & 1 == 1;
            if !known {
                self.both[code * self.codes + other] += 1;
            }
        }
        open.counts[code] -= 1;
        if open.counts[code] == 0 {
            open.codes[code / WORD] &= !(1 << (code % WORD));
        }
        open.free.push(slot);
    }
}

impl Open {
    fn start(&mut self, number: usize, code: usize, end: u64) {
        let words = self.codes.len();
        let slot = self.free.pop().unwrap_or_else(|| {
            self.met.resize(self.met.len() + words, 0);
            self.slots.push(Slot { code, number });
            self.slots.len() - 1
        });
        self.slots[slot] = Slot { code, number };
        self.met[slot * words..(slot + 1) * words].copy_from_slice(&self.codes);
        self.counts[code] += 1;
        self.codes[code / WORD] |= 1 << (code % WORD);
        self.recent.touch(code, number);
        self.ends.push((Reverse(end), slot));
    }
}

/// Codes by when a passage with them last started, the latest first: a ring of links through a root, which is the
/// place after the last code.
#[derive(Debug, Clone, Default)]
struct Recent {
    before: Vec<usize>,
    after: Vec<usize>,
    /// By code, the number of the passage that started last.
    last: Vec<usize>,
}

impl Recent {
    fn clear(&mut self, codes: usize) {
        self.last.clear();
        self.last.resize(codes, 0);
        // What links to itself is in no ring but its own.
        self.before.clear();
        self.before.extend(0..=codes);
        self.after.clear();
        self.after.extend(0..=codes);
    }

    fn touch(&mut self, code: usize, number: usize) {
        self.last[code] = number;
        let (before, after) = (self.before[code], self.after[code]);
        (self.after[before], self.before[after]) = (after, before);
        let root = self.last.len();
        let first = self.after[root];
        (self.before[code], self.after[code]) = (root, first);
        (self.before[first], self.after[root]) = (code, code);
    }

    fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        let root = self.last.len();
        let step = move |code: usize| (code != root).then_some(code);
        std::iter::successors(self.after.get(root).copied().and_then(step), move |code| {
            step(self.after[*code])
        })
        .map(|code| (code, self.last[code]))
    }
}
