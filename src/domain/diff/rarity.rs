//! How much it says that two texts have a token in common.

use std::ops::Range;

use super::token::Tokens;

/// So many bits more than it takes to find such a run by chance are wanted.
pub(super) const SURE: u32 = 4;

/// Tokens are counted in so many places, by their keys. Where two share a place, both count as more frequent than they
/// are: a likeness is then trusted less, never more.
const PLACES: usize = 1 << 16;

/// A text is taken for at least this long, in tokens: in ten words every one is rare.
const LEAST: usize = 1 << 12;

/// How often each token occurs in two texts.
pub(super) struct Rarity {
    counts: Vec<u32>,
    all: usize,
}

impl Rarity {
    pub(super) fn new(old: &Tokens, new: &Tokens) -> Self {
        let mut counts = vec![0_u32; PLACES];
        old.keys().iter().chain(new.keys()).for_each(|key| counts[*key as usize % PLACES] += 1);
        Rarity { counts, all: (old.len() + new.len()).max(LEAST) }
    }

    /// What some tokens say, in bits: for each, how many times the text must be halved until one is expected in it. Short
    /// ones say little, also where they happen to be rare. Whole numbers, which are the same on every machine.
    pub(super) fn of(&self, tokens: &Tokens, part: Range<usize>) -> u32 {
        let bits = |at: usize| {
            let count = self.counts[tokens.keys()[at] as usize % PLACES].max(1) as usize;
            let most = match tokens.bytes(at).len() {
                0..=1 => 4,
                2..=3 => 5,
                4..=5 => 8,
                _ => 12,
            };
            (self.all / count).max(1).ilog2().min(most)
        };
        part.map(bits).fold(0, u32::saturating_add)
    }
}
