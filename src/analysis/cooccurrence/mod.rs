//! How codes come together: counts of each code with each.
//!
//! Asked of one text at a time, with its passages ordered by start. Each question is one sweep over them; its cost grows
//! with the passages and the codes and not with the pairs, which in a text that many people coded densely are
//! millions.

mod inside;
mod reach;
mod unit;

use crate::domain::CharRange;

/// A passage and its code, as a place among the codes that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coded {
    /// Where it is, in code points.
    pub range: CharRange,
    /// Its code, from 0.
    pub code: usize,
}

/// When two passages come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// They share a code point.
    Overlap,
    /// The first lies inside the second; the same words lie inside each other.
    Inside,
    /// At most this many code points stand between them; what overlaps or touches has none between.
    Near(u32),
}

impl Together {
    /// Whether `one` comes together with `other` in this way.
    pub fn holds(self, one: CharRange, other: CharRange) -> bool {
        match self {
            Together::Overlap => one.overlaps(other),
            Together::Inside => other.contains(one),
            Together::Near(distance) => one.distance(other) <= distance,
        }
    }
}

/// Counts of each code with each, over all texts that were counted.
///
/// What is counted are cases: pairs of passages, or units (sentences, documents) that hold both codes. Beside them
/// stands the part of Jaccard, P. (1912), "The distribution of the flora in the alpine zone", New Phytologist 11: what
/// has both by what has either. Its members are the passages where pairs are counted (a passage has a code if it
/// carries it or comes together with one that does), else the units.
#[derive(Debug, Clone)]
pub struct Cooccurrence {
    codes: usize,
    /// By code: passages or units that carry it.
    members: Vec<u64>,
    /// By row and column: pairs or units.
    cases: Vec<u64>,
    /// By row and column: passages of the row that come together with one of the column, or units with both.
    both: Vec<u64>,
    /// By row and column: passages of the row that hold one of the column. Empty where coming together has no
    /// direction: these are then the same as those in `both`.
    held: Vec<u64>,
    /// Whether passages are the members: then one has the code that it carries and no other.
    of_passages: bool,
    reach: reach::Open,
}

impl Cooccurrence {
    /// Nothing counted yet, for codes from 0 up to but not including `codes`. Pairs of passages will be.
    pub fn of_passages(codes: usize) -> Self {
        Cooccurrence {
            codes,
            members: vec![0; codes],
            cases: vec![0; codes * codes],
            both: vec![0; codes * codes],
            held: Vec::new(),
            of_passages: true,
            reach: reach::Open::default(),
        }
    }

    /// As [`Cooccurrence::of_passages`], for units.
    pub fn of_units(codes: usize) -> Self {
        Cooccurrence { of_passages: false, ..Cooccurrence::of_passages(codes) }
    }

    /// Counts the pairs of one text that come together. `passages` are ordered by their start; their codes are below
    /// the number of codes.
    pub fn count_pairs(&mut self, passages: &[Coded], together: Together) {
        for passage in passages {
            self.members[passage.code] += 1;
        }
        match together {
            Together::Overlap => self.count_reaching(passages, 0),
            // An end is the position after the last one: what starts there has none between.
            Together::Near(distance) => self.count_reaching(passages, u64::from(distance) + 1),
            Together::Inside => self.count_inside(passages),
        }
    }

    /// Counts the units of one text. `passages` are ordered by their start, `units` are in order and apart from each
    /// other; a unit holds the codes of the passages that share a code point with it.
    pub fn count_units(&mut self, passages: &[Coded], units: &[CharRange]) {
        unit::count(self, passages, units);
    }

    /// Counts one unit that holds all these codes, each told once or more.
    pub fn count_unit(&mut self, codes: impl Iterator<Item = usize>) {
        unit::count_one(self, codes);
    }

    /// Pairs of a passage of `row` and one of `column`, or units that hold both. Where one lies inside the other, the
    /// row is what lies inside. A pair of two passages of one code counts once.
    pub fn cases(&self, row: usize, column: usize) -> u64 {
        self.cases[row * self.codes + column]
    }

    /// The passages or units that carry a code.
    pub fn members(&self, code: usize) -> u64 {
        self.members[code]
    }

    /// The members that have both codes.
    pub fn both(&self, row: usize, column: usize) -> u64 {
        let of_row = self.both[row * self.codes + column];
        if !self.of_passages || row == column {
            return of_row;
        }
        let held = if self.held.is_empty() { &self.both } else { &self.held };
        of_row + held[column * self.codes + row]
    }

    /// The members that have both codes by those that have either, 0 to 1; 0 where none has.
    pub fn jaccard(&self, row: usize, column: usize) -> f64 {
        let both = self.both(row, column);
        let either = if row == column {
            self.members[row]
        } else if self.of_passages {
            // No passage carries two codes: the members of both are apart.
            self.members[row] + self.members[column]
        } else {
            self.members[row] + self.members[column] - both
        };
        super::coverage::share(both, either)
    }

    /// How many codes there are.
    pub fn codes(&self) -> usize {
        self.codes
    }
}

#[cfg(test)]
mod tests;
