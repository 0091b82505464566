//! Coefficients for units with one nominal value a coder: percent agreement, Fleiss' kappa, Brennan and Prediger,
//! Gwet's AC1, Krippendorff's alpha. Any number of coders, missing values allowed.
//!
//! All of them follow from few sums, so units are counted into a [`Tally`] and forgotten: a unit may be an answer in a
//! table or a stretch of text that is alike in all its characters, which then weighs as many as it has. The sums are
//! whole numbers, so they do not depend on the order of the units, and the tallies of documents can be added and drawn
//! again for a bootstrap.
//!
//! Notation: r coders valued a unit, r_k of them gave it category k; q categories.

use std::collections::BTreeMap;

use super::undefined::{Undefined, Value};

/// Units counted by how many coders valued them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    by_readers: BTreeMap<u32, Sums>,
}

/// The sums over the units that the same number of coders valued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Sums {
    /// How many units (or characters).
    units: u64,
    /// By category, the sum of r_k and of r_k². Categories beyond its length have none.
    categories: Vec<(u64, u64)>,
}

impl Tally {
    /// Counts `weight` equal units of which `counts[k]` coders said category `k`. Units that nobody valued count nothing.
    pub fn add(&mut self, counts: &[u32], weight: u64) {
        let readers = counts.iter().sum();
        if readers == 0 || weight == 0 {
            return;
        }
        let sums = self.by_readers.entry(readers).or_default();
        sums.units += weight;
        // So that two tallies of the same units are equal, whichever categories came first.
        sums.categories.resize(sums.categories.len().max(counts.len()), (0, 0));
        for (category, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let count = u64::from(*count);
            sums.at(category).0 += count * weight;
            sums.at(category).1 += count * count * weight;
        }
    }

    /// Counts units that `readers` coders judged by yes or no, from the sums of one answer: `units` of them, the sum of
    /// r_yes and of r_yes². Category 0 is no, category 1 is yes.
    pub fn add_binary(&mut self, readers: u32, units: u64, yes: u64, yes_squared: u64) {
        if readers == 0 || units == 0 {
            return;
        }
        let sums = self.by_readers.entry(readers).or_default();
        sums.units += units;
        let r = u64::from(readers);
        // (r - y)² = r² - 2 r y + y², which is never negative, taken as a whole.
        let no_squared = r * r * units + yes_squared - 2 * r * yes;
        for (category, (count, square)) in
            [(r * units - yes, no_squared), (yes, yes_squared)].into_iter().enumerate()
        {
            sums.at(category).0 += count;
            sums.at(category).1 += square;
        }
    }

    /// The same units with all categories but `category` taken as one: 0 is the rest, 1 is the category.
    pub fn one_against_the_rest(&self, category: usize) -> Tally {
        let mut binary = Tally::default();
        for (readers, sums) in &self.by_readers {
            let (count, square) = sums.categories.get(category).copied().unwrap_or_default();
            binary.add_binary(*readers, sums.units, count, square);
        }
        binary
    }

    /// How many categories were used.
    pub fn categories_used(&self) -> usize {
        let longest = self.by_readers.values().map(|sums| sums.categories.len()).max().unwrap_or(0);
        let used = |k: &usize| {
            self.by_readers.values().any(|sums| sums.categories.get(*k).is_some_and(|(count, _)| *count > 0))
        };
        (0..longest).filter(used).count()
    }

    /// The share of pairs of coders who agree, averaged over the units that at least two valued; not corrected for chance.
    pub fn percent(&self) -> Value {
        let (mut agreement, mut units) = (0.0, 0_u64);
        for (readers, sums) in self.comparable()? {
            let r = f64::from(readers);
            agreement += sums.agreeing_pairs() as f64 / (r * (r - 1.0));
            units += sums.units;
        }
        Ok(agreement / units as f64)
    }

    /// Fleiss' kappa (Fleiss 1971): expected agreement from the mean shares of the categories. With two coders it is
    /// Scott's pi, not Cohen's kappa. Missing values as in irrCAC: shares over all units with a value.
    pub fn fleiss(&self) -> Value {
        let agreement = self.percent()?;
        let expected = self.shares().iter().map(|share| share * share).sum();
        beyond_chance(agreement, expected)
    }

    /// Brennan and Prediger (1981), which is Bennett's S and what MAXQDA corrects by: each of `q` categories is as likely.
    /// `q` is the number of categories that coders could choose from, not of those they chose.
    pub fn brennan_prediger(&self, q: usize) -> Value {
        let agreement = self.percent()?;
        if q < 2 {
            return Err(Undefined::NoVariation);
        }
        beyond_chance(agreement, 1.0 / q as f64)
    }

    /// Gwet's AC1 (2008): expected agreement Σ p(1-p) / (q-1), small where one category prevails.
    pub fn gwet_ac1(&self, q: usize) -> Value {
        let agreement = self.percent()?;
        if q < 2 {
            return Err(Undefined::NoVariation);
        }
        let expected =
            self.shares().iter().map(|share| share * (1.0 - share)).sum::<f64>() / (q as f64 - 1.0);
        beyond_chance(agreement, expected)
    }

    /// Krippendorff's alpha for nominal data (2011, section C): 1 - (n-1) Σ o_ck / Σ n_c n_k over c ≠ k, with coincidences o_ck
    /// of units with at least two values. Units with one value are left out everywhere.
    pub fn alpha(&self) -> Value {
        let mut agreeing = 0.0;
        let mut margins: Vec<u64> = Vec::new();
        for (readers, sums) in self.comparable()? {
            agreeing += sums.agreeing_pairs() as f64 / f64::from(readers - 1);
            margins.resize(margins.len().max(sums.categories.len()), 0);
            for (margin, (count, _)) in margins.iter_mut().zip(&sums.categories) {
                *margin += count;
            }
        }
        let n: u64 = margins.iter().sum();
        // Whole numbers as long as it can be: the squares of 10^9 characters do not fit a u64.
        let expected = u128::from(n) * u128::from(n)
            - margins.iter().map(|c| u128::from(*c) * u128::from(*c)).sum::<u128>();
        if expected == 0 {
            return Err(Undefined::NoVariation);
        }
        Ok(1.0 - (n as f64 - 1.0) * (n as f64 - agreeing) / expected as f64)
    }

    /// The sums over units that at least two coders valued.
    fn comparable(&self) -> Result<impl Iterator<Item = (u32, &Sums)>, Undefined> {
        let mut pairable =
            self.by_readers.iter().map(|(r, sums)| (*r, sums)).filter(|(r, _)| *r >= 2).peekable();
        if pairable.peek().is_none() { Err(Undefined::NoUnitCodedByTwoCoders) } else { Ok(pairable) }
    }

    /// By category, the mean over all valued units of r_k / r.
    fn shares(&self) -> Vec<f64> {
        let mut shares = Vec::new();
        let mut units = 0;
        for (readers, sums) in &self.by_readers {
            units += sums.units;
            shares.resize(shares.len().max(sums.categories.len()), 0.0);
            for (share, (count, _)) in shares.iter_mut().zip(&sums.categories) {
                *share += *count as f64 / f64::from(*readers);
            }
        }
        shares.iter().map(|share| share / units as f64).collect()
    }
}

impl Sums {
    fn at(&mut self, category: usize) -> &mut (u64, u64) {
        if category >= self.categories.len() {
            self.categories.resize(category + 1, (0, 0));
        }
        &mut self.categories[category]
    }

    /// Σ r_k (r_k - 1): ordered pairs of coders who said the same of a unit, over all units.
    fn agreeing_pairs(&self) -> u64 {
        self.categories.iter().map(|(count, square)| square - count).sum()
    }
}

/// (observed - expected) / (1 - expected).
pub(super) fn beyond_chance(observed: f64, expected: f64) -> Value {
    // Shares are quotients of whole numbers: what is 1 but for rounding is 1.
    if 1.0 - expected < 1e-12 {
        Err(Undefined::NoVariation)
    } else {
        Ok((observed - expected) / (1.0 - expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_coder_and_no_common_unit_have_no_agreement() {
        let mut tally = Tally::default();
        tally.add(&[1, 0], 5);
        tally.add(&[0, 1], 5);
        assert_eq!(tally.percent(), Err(Undefined::NoUnitCodedByTwoCoders));
        assert_eq!(tally.alpha(), Err(Undefined::NoUnitCodedByTwoCoders));
        assert_eq!(Tally::default().alpha(), Err(Undefined::NoUnitCodedByTwoCoders));
    }

    #[test]
    fn the_same_value_everywhere_is_agreement_without_a_chance_to_differ() {
        let mut tally = Tally::default();
        tally.add(&[0, 2], 7);
        assert_eq!(tally.percent(), Ok(1.0));
        assert_eq!(tally.alpha(), Err(Undefined::NoVariation));
        assert_eq!(tally.fleiss(), Err(Undefined::NoVariation));
        assert_eq!(tally.brennan_prediger(2), Ok(1.0));
        assert_eq!(tally.brennan_prediger(1), Err(Undefined::NoVariation));
    }

    proptest! {
        #[test]
        fn units_of_one_weight_are_as_many_units_and_yes_or_no_is_two_categories(
            units in prop::collection::vec((0_u32..4, 0_u32..4, 1_u64..5), 1..12),
        ) {
            let (mut weighed, mut counted, mut binary) = (Tally::default(), Tally::default(), Tally::default());
            for (no, yes, weight) in &units {
                weighed.add(&[*no, *yes], *weight);
                (0..*weight).for_each(|_| counted.add(&[*no, *yes], 1));
                let (yes_, weight) = (u64::from(*yes), *weight);
                binary.add_binary(no + yes, weight, yes_ * weight, yes_ * yes_ * weight);
            }
            prop_assert_eq!(weighed.alpha(), counted.alpha());
            for tally in [&counted, &binary, &weighed.one_against_the_rest(1)] {
                prop_assert_eq!(weighed.alpha(), tally.alpha());
                prop_assert_eq!(weighed.fleiss(), tally.fleiss());
                prop_assert_eq!(weighed.gwet_ac1(2), tally.gwet_ac1(2));
            }
        }
    }
}
