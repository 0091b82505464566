//! alpha_U: the unitizing alpha of 1995 and 2004, by code.
//!
//! Krippendorff (1995), "On the reliability of unitizing continuous data"; Krippendorff, Content Analysis, 2nd ed. (2004), 11.6,
//! whose formula of the expected disagreement is taken (that of 1995 has a slip in a sign). Its author has replaced it by the
//! family of 2016 (`unitizing`), which behaves better with more than two coders. It is here for comparison with older
//! studies, and because a coder's codes may overlap: every code is looked at alone.
//!
//! Several texts are one continuum with a break after each, over which no gap reaches. A text counts for those who read it: its
//! observed disagreement is a mean over the pairs of its own readers, and mL, the length of all coders' continua, is the
//! sum of its length over its readers. With the same readers everywhere that is the definition; else it is an extension.

use std::collections::BTreeMap;

use super::material::Material;
use super::undefined::{Undefined, Value};
use super::units::units;
use crate::domain::CharRange;

/// The disagreements of all codes, from which alpha_U follows.
#[derive(Debug, Clone, PartialEq)]
pub struct AlphaU {
    codes: Vec<Disagreement>,
}

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Disagreement {
    /// How many units there are, of all coders.
    units: u64,
    /// D_o.
    observed: f64,
    /// D_e.
    expected: f64,
}

impl AlphaU {
    /// Measures each code over all texts that at least two coders read. Takes n·log(n) steps for n units, and for a text with m
    /// readers the m·(m-1)/2 comparisons of their units, whatever the length of the texts.
    ///
    /// # Errors
    /// Coverage differs where the parts of one document have different readers; no common unit where nobody read the same.
    pub fn of(material: &Material) -> Result<AlphaU, Undefined> {
        let mut readers_of: BTreeMap<i64, &[u32]> = BTreeMap::new();
        let mut sums = vec![Sums::default(); material.codes as usize];
        // L, and mL over all readers.
        let (mut length, mut total) = (0_u64, 0_u128);
        let mut whole = Vec::new();
        for reading in &material.readings {
            if *readers_of.entry(reading.document).or_insert(&reading.readers) != reading.readers {
                return Err(Undefined::CoverageDiffers);
            }
            if reading.readers.len() < 2 {
                continue;
            }
            length += u64::from(reading.length);
            total += u128::from(reading.length) * reading.readers.len() as u128;
            whole.extend(std::iter::repeat_n(reading.length, reading.readers.len()));
            let readers = reading.readers.len();
            let pairs = (readers * (readers - 1) / 2) as f64;
            let units: Vec<((u32, u32), Vec<CharRange>)> = units(reading).into_iter().collect();
            for of_code in units.chunk_by(|one, other| one.0.0 == other.0.0) {
                let rows: Vec<&[CharRange]> = of_code.iter().map(|(_, row)| row.as_slice()).collect();
                sums[of_code[0].0.0 as usize].add(&rows, readers, reading.length, pairs);
            }
        }
        if length == 0 {
            return Err(Undefined::NoUnitCodedByTwoCoders);
        }
        let whole = Gaps::new(whole);
        let codes = sums.into_iter().map(|sums| sums.disagreement(&whole, length as f64, total)).collect();
        Ok(AlphaU { codes })
    }

    /// alpha_U of one code; undefined where nobody used it.
    pub fn code(&self, code: u32) -> Value {
        let code = self.codes.get(code as usize).copied().unwrap_or_default();
        if code.units == 0 { Err(Undefined::CodeNotUsed) } else { alpha(code.observed, code.expected) }
    }

    /// alpha_U of all codes: 1 - Σ D_o / Σ D_e.
    pub fn overall(&self) -> Value {
        if self.codes.iter().all(|code| code.units == 0) {
            return Err(Undefined::NoSpans);
        }
        alpha(
            self.codes.iter().map(|code| code.observed).sum(),
            self.codes.iter().map(|code| code.expected).sum(),
        )
    }
}

fn alpha(observed: f64, expected: f64) -> Value {
    // Everything in D_e is a sum of what is not negative: it is 0 exactly, or not at all.
    if expected > 0.0 { Ok(1.0 - observed / expected) } else { Err(Undefined::NoVariation) }
}

/// What is added up for one code.
#[derive(Debug, Clone, Default)]
struct Sums {
    /// Over texts: the mean over pairs of coders of Σ δ².
    observed: f64,
    /// The lengths of the units of all coders.
    units: Vec<u32>,
    /// The gaps of coders with units in a text.
    gaps: Vec<u32>,
    /// The lengths of those texts, once for each such coder: these are no gaps.
    cut: Vec<u32>,
}

impl Sums {
    /// Adds a text; `rows` has the units of those of its `readers` who used the code.
    fn add(&mut self, rows: &[&[CharRange]], readers: usize, length: u32, pairs: f64) {
        let mut squares = 0_u128;
        for (first, ours) in rows.iter().enumerate() {
            for theirs in &rows[first + 1..] {
                squares += differences(ours, theirs);
            }
            // Against those who did not use it, every unit lies in a gap.
            let alone: u128 = ours.iter().map(|unit| square(unit.len())).sum();
            squares += alone * (readers - rows.len()) as u128;
            let mut last = 0;
            for unit in *ours {
                self.units.push(unit.len());
                if unit.start() > last {
                    self.gaps.push(unit.start() - last);
                }
                last = unit.end();
            }
            if length > last {
                self.gaps.push(length - last);
            }
            self.cut.push(length);
        }
        self.observed += squares as f64 / pairs;
    }

    /// D_o = 2 Σ_{i<j} Σ δ² / (m(m-1)L²), and
    /// D_e = (2/L) Σ_units [ (N-1)/3·(2l³-3l²+l) + l² Σ_{gaps ≥ l} (gap-l+1) ] / (mL(mL-1) - Σ l(l-1)).
    /// `whole`: a gap as long as the text, for each reader of each.
    fn disagreement(self, whole: &Gaps, length: f64, total: u128) -> Disagreement {
        let (gaps, cut) = (Gaps::new(self.gaps), Gaps::new(self.cut));
        let others = self.units.len().saturating_sub(1) as f64;
        let mut sum = 0.0;
        let mut chances = total * total.saturating_sub(1);
        for unit in &self.units {
            // In whole numbers: 2l³-3l²+l = l(l-1)(2l-1), which is below 2^98.
            let l = u128::from(*unit);
            let places = whole.places(*unit) + gaps.places(*unit) - cut.places(*unit);
            let within = (l * (l - 1) * (2 * l - 1)) as f64;
            sum += others * within / 3.0 + (l * l) as f64 * places as f64;
            chances = chances.saturating_sub(l * (l - 1));
        }
        let expected = if chances == 0 { 0.0 } else { 2.0 / length * sum / chances as f64 };
        Disagreement { units: self.units.len() as u64, observed: self.observed / (length * length), expected }
    }
}

/// Lengths of gaps, ready to be asked how many places they have for a unit.
#[derive(Debug, Default)]
struct Gaps {
    /// In order.
    lengths: Vec<u32>,
    /// Of each length and all that are longer, the sum.
    sums: Vec<u128>,
}

impl Gaps {
    fn new(mut lengths: Vec<u32>) -> Gaps {
        lengths.sort_unstable();
        let mut sums = vec![0; lengths.len()];
        let mut sum = 0;
        for (at, length) in lengths.iter().enumerate().rev() {
            sum += u128::from(*length);
            sums[at] = sum;
        }
        Gaps { lengths, sums }
    }

    /// Σ over gaps ≥ l of (gap - l + 1): where a unit of length l >= 1 can lie in a gap.
    fn places(&self, l: u32) -> u128 {
        let from = self.lengths.partition_point(|length| *length < l);
        let count = (self.lengths.len() - from) as u128;
        self.sums.get(from).map_or(0, |sum| sum - count * (u128::from(l) - 1))
    }
}

/// Σ δ² of two coders: of units that overlap, the squares of how far their starts and their ends are apart; of a unit in the
/// other's gap, the square of its length; else nothing. Both rows are in order and without overlaps of their own.
fn differences(ours: &[CharRange], theirs: &[CharRange]) -> u128 {
    let (mut one, mut other) = (0, 0);
    let (mut met_ours, mut met_theirs) = (false, false);
    let mut sum = 0;
    while let (Some(first), Some(second)) = (ours.get(one), theirs.get(other)) {
        if first.overlaps(*second) {
            sum +=
                square(first.start().abs_diff(second.start())) + square(first.end().abs_diff(second.end()));
            (met_ours, met_theirs) = (true, true);
        }
        // Whoever ends first meets nobody more.
        if first.end() <= second.end() {
            sum += if met_ours { 0 } else { square(first.len()) };
            (one, met_ours) = (one + 1, false);
        } else {
            sum += if met_theirs { 0 } else { square(second.len()) };
            (other, met_theirs) = (other + 1, false);
        }
    }
    let left = |units: &[CharRange], met: bool| -> u128 {
        units.iter().skip(usize::from(met)).map(|unit| square(unit.len())).sum()
    };
    sum + left(&ours[one..], met_ours) + left(&theirs[other..], met_theirs)
}

fn square(length: u32) -> u128 {
    u128::from(length) * u128::from(length)
}

#[cfg(test)]
mod tests {
    use super::super::material::{Mark, Reading};
    use super::*;
    use proptest::prelude::*;

    /// Texts by length and readers, and marks in them by text, coder, code, start and length.
    fn material(texts: &[(u32, Vec<u32>)], marks: &[(usize, u32, u32, u32, u32)]) -> Material {
        let mark = |&(_, coder, code, start, length): &(usize, u32, u32, u32, u32)| Mark {
            coder,
            code,
            range: CharRange::new(start, start + length).unwrap(),
            annotation: 0,
        };
        let reading = |(number, (length, readers)): (usize, &(u32, Vec<u32>))| {
            let inside = marks
                .iter()
                .filter(|mark| mark.0 == number && readers.contains(&mark.1) && mark.3 + mark.4 <= *length);
            Reading::new(number as i64, *length, readers.clone(), inside.map(mark).collect()).unwrap()
        };
        Material { coders: 4, codes: 3, readings: texts.iter().enumerate().map(reading).collect() }
    }

    /// The formula as it stands in the book, unit by unit and gap by gap.
    fn naive(material: &Material, code: u32) -> Value {
        let mut observed = 0.0;
        let (mut lengths, mut gaps) = (Vec::new(), Vec::new());
        let (mut length, mut total) = (0.0, 0.0);
        for reading in material.readings.iter().filter(|reading| reading.readers.len() >= 2) {
            let mut rows = Vec::new();
            for coder in &reading.readers {
                let row = units(reading).remove(&(code, *coder)).unwrap_or_default();
                let mut free = vec![true; reading.length as usize];
                for unit in &row {
                    lengths.push(f64::from(unit.len()));
                    (unit.start()..unit.end()).for_each(|at| free[at as usize] = false);
                }
                // Two units that touch leave no gap, so stretches of free characters are the gaps.
                let stretches = free.chunk_by(|one, other| one == other).filter(|stretch| stretch[0]);
                gaps.extend(stretches.map(|stretch| stretch.len() as f64));
                rows.push(row);
            }
            let m = rows.len() as f64;
            let mut squares = 0.0;
            for (first, ours) in rows.iter().enumerate() {
                for (second, theirs) in rows.iter().enumerate().filter(|(second, _)| *second != first) {
                    for unit in ours {
                        let met: Vec<&CharRange> =
                            theirs.iter().filter(|other| other.overlaps(*unit)).collect();
                        if met.is_empty() {
                            squares += f64::from(unit.len()).powi(2);
                        }
                        if first < second {
                            for other in met {
                                squares += (f64::from(unit.start()) - f64::from(other.start())).powi(2)
                                    + (f64::from(unit.end()) - f64::from(other.end())).powi(2);
                            }
                        }
                    }
                }
            }
            observed += 2.0 * squares / (m * (m - 1.0));
            length += f64::from(reading.length);
            total += m * f64::from(reading.length);
        }
        let count = lengths.len() as f64;
        if lengths.is_empty() {
            return Err(Undefined::CodeNotUsed);
        }
        let sum: f64 = lengths
            .iter()
            .map(|l| {
                let places: f64 = gaps.iter().filter(|gap| *gap >= l).map(|gap| gap - l + 1.0).sum();
                (count - 1.0) / 3.0 * (2.0 * l.powi(3) - 3.0 * l * l + l) + l * l * places
            })
            .sum();
        let chances = total * (total - 1.0) - lengths.iter().map(|l| l * (l - 1.0)).sum::<f64>();
        alpha(observed / (length * length), 2.0 / length * sum / chances)
    }

    #[test]
    fn nothing_marked_nothing_common_and_no_variation_are_told_apart() {
        let nothing = AlphaU::of(&material(&[(50, vec![0, 1])], &[])).unwrap();
        assert_eq!(nothing.overall(), Err(Undefined::NoSpans));
        assert_eq!(nothing.code(0), Err(Undefined::CodeNotUsed));
        assert_eq!(nothing.code(99), Err(Undefined::CodeNotUsed));
        let alone = material(&[(50, vec![0]), (50, vec![1])], &[(0, 0, 0, 1, 3)]);
        assert_eq!(AlphaU::of(&alone), Err(Undefined::NoUnitCodedByTwoCoders));
        let one_character = material(&[(1, vec![0, 1])], &[(0, 0, 0, 0, 1), (0, 1, 0, 0, 1)]);
        assert_eq!(AlphaU::of(&one_character).unwrap().code(0), Err(Undefined::NoVariation));
        let mut parts = material(&[(50, vec![0, 1]), (50, vec![0])], &[]);
        parts.readings[1].document = parts.readings[0].document;
        assert_eq!(AlphaU::of(&parts), Err(Undefined::CoverageDiffers));
    }

    #[test]
    fn the_longest_texts_neither_overflow_nor_lose_a_perfect_agreement() {
        let longest = u32::MAX;
        let marks =
            |coder: u32| [(0, coder, 0, 0, longest), (1, coder, 0, 7, longest - 7), (1, coder, 1, 0, 1)];
        let texts = [(longest, vec![0, 1]), (longest, vec![0, 1])];
        let agree = AlphaU::of(&material(&texts, &[marks(0), marks(1)].concat())).unwrap();
        assert_eq!(agree.overall(), Ok(1.0));
        let alone = AlphaU::of(&material(&texts, &marks(0))).unwrap();
        assert!(alone.overall().unwrap() < 0.0, "{alone:?}");
    }

    proptest! {
        #[test]
        fn sorted_gaps_give_what_the_formula_gives(
            texts in prop::collection::vec((1_u32..60, prop::collection::btree_set(0_u32..4, 1..4)), 1..4),
            marks in prop::collection::vec((0_usize..4, 0_u32..4, 0_u32..3, 0_u32..60, 1_u32..30), 0..30),
        ) {
            let texts: Vec<(u32, Vec<u32>)> =
                texts.into_iter().map(|(length, readers)| (length, readers.into_iter().collect())).collect();
            let material = material(&texts, &marks);
            let Ok(all) = AlphaU::of(&material) else {
                prop_assert!(texts.iter().all(|(_, readers)| readers.len() < 2));
                return Ok(());
            };
            for code in 0..3 {
                match (all.code(code), naive(&material, code)) {
                    (Ok(got), Ok(expected)) => prop_assert!((got - expected).abs() < 1e-9, "{got} {expected}"),
                    (got, expected) => prop_assert_eq!(got, expected),
                }
            }
        }
    }
}
