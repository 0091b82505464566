//! Two coders: a table of what one said against what the other said, and what follows from it.

use std::collections::BTreeMap;

use super::tally::beyond_chance;
use super::undefined::{Undefined, Value};

/// How often the first coder said one category where the second said another, over units that both valued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Confusion {
    cells: BTreeMap<(u32, u32), u64>,
    total: u64,
}

impl Confusion {
    /// Counts `weight` units (or characters) that the first coder gave `first` and the second gave `second`.
    pub fn add(&mut self, first: u32, second: u32, weight: u64) {
        if weight > 0 {
            *self.cells.entry((first, second)).or_default() += weight;
            self.total += weight;
        }
    }

    /// Units that both valued.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The share of units to which both gave the same.
    pub fn percent(&self) -> Value {
        if self.total == 0 {
            return Err(Undefined::NoUnitCodedByTwoCoders);
        }
        let equal: u64 = self.cells.iter().filter(|((a, b), _)| a == b).map(|(_, weight)| weight).sum();
        Ok(equal as f64 / self.total as f64)
    }

    /// Cohen's kappa (1960): expected agreement from each coder's own shares.
    pub fn cohen_kappa(&self) -> Value {
        let observed = self.percent()?;
        let expected = self.margins().values().map(|(first, second)| first * second).sum();
        beyond_chance(observed, expected)
    }

    /// Scott's pi (1955): expected agreement from the shares of both coders together.
    pub fn scott_pi(&self) -> Value {
        let observed = self.percent()?;
        let expected = self.margins().values().map(|(first, second)| ((first + second) / 2.0).powi(2)).sum();
        beyond_chance(observed, expected)
    }

    /// By category, its share with the first and with the second coder.
    fn margins(&self) -> BTreeMap<u32, (f64, f64)> {
        let mut margins: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for ((first, second), weight) in &self.cells {
            let share = *weight as f64 / self.total as f64;
            margins.entry(*first).or_default().0 += share;
            margins.entry(*second).or_default().1 += share;
        }
        margins
    }
}

/// One code, two coders: characters (or units) by who coded them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fourfold {
    /// By both.
    pub both: u64,
    /// By the first only.
    pub only_first: u64,
    /// By the second only.
    pub only_second: u64,
    /// By neither, of the text that both read.
    pub neither: u64,
}

impl Fourfold {
    /// Adds the counts of more text.
    pub fn add(&mut self, other: Fourfold) {
        self.both += other.both;
        self.only_first += other.only_first;
        self.only_second += other.only_second;
        self.neither += other.neither;
    }

    /// The same as a table of two categories: 0 not coded, 1 coded.
    pub fn confusion(&self) -> Confusion {
        let mut table = Confusion::default();
        table.add(1, 1, self.both);
        table.add(1, 0, self.only_first);
        table.add(0, 1, self.only_second);
        table.add(0, 0, self.neither);
        table
    }

    /// Dice: 2·both / (first + second), which is positive specific agreement and Holsti's coefficient on decisions. What neither
    /// coded plays no part.
    pub fn dice(&self) -> Value {
        let sum = 2 * self.both + self.only_first + self.only_second;
        if sum == 0 { Err(Undefined::CodeNotUsed) } else { Ok((2 * self.both) as f64 / sum as f64) }
    }

    /// Jaccard: both / either.
    pub fn jaccard(&self) -> Value {
        let either = self.both + self.only_first + self.only_second;
        if either == 0 { Err(Undefined::CodeNotUsed) } else { Ok(self.both as f64 / either as f64) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// NVivo's help, coding comparison query: 1000 characters, 50 by both, 150 by one, 800 by neither.
    const NVIVO: Fourfold = Fourfold { both: 50, only_first: 150, only_second: 0, neither: 800 };

    #[test]
    fn kappa_takes_each_coders_shares_and_pi_takes_both_together() {
        let table = NVIVO.confusion();
        assert_eq!(table.percent(), Ok(0.85));
        // Where one widely used program prints 0.25, which is Jaccard.
        assert!((table.cohen_kappa().unwrap() - 0.347_826).abs() < 1e-6);
        assert!((table.scott_pi().unwrap() - 0.314_285).abs() < 1e-6);
        assert_eq!(NVIVO.dice(), Ok(0.4));
        assert_eq!(NVIVO.jaccard(), Ok(0.25));
    }

    #[test]
    fn nothing_in_common_and_nothing_to_differ_in_are_no_numbers() {
        assert_eq!(Confusion::default().cohen_kappa(), Err(Undefined::NoUnitCodedByTwoCoders));
        let unused = Fourfold { neither: 10, ..Fourfold::default() };
        assert_eq!(unused.confusion().cohen_kappa(), Err(Undefined::NoVariation));
        assert_eq!(unused.dice(), Err(Undefined::CodeNotUsed));
        assert_eq!(unused.jaccard(), Err(Undefined::CodeNotUsed));
    }
}
