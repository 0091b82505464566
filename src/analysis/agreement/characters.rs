//! All codes at once: every stretch of text has, with every coder, a set of codes.

use std::collections::HashMap;

use super::coefficient::Coefficient;
use super::material::{Material, Reading};
use super::mean_of_defined;
use super::pair::Confusion;
use super::tally::Tally;
use super::undefined::{Undefined, Value};

/// "Uncoded" is a category; codes are numbered after it.
const UNCODED: u32 = 0;

/// One value a character: the code, or uncoded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nominal {
    /// For coefficients of any number of coders.
    pub tally: Tally,
    /// By pair of coders who read something in common.
    pub pairs: Vec<((u32, u32), Confusion)>,
}

impl Nominal {
    /// Counts all characters.
    ///
    /// # Errors
    /// Overlapping codes where a coder gave two codes to the same text: no one value is right then.
    pub fn of(material: &Material) -> Result<Nominal, Undefined> {
        let mut nominal = Nominal {
            pairs: material.pairs().into_iter().map(|pair| (pair, Confusion::default())).collect(),
            ..Nominal::default()
        };
        let mut counts = vec![0_u32; material.codes as usize + 1];
        for reading in &material.readings {
            each_stretch(reading, |length, sets| {
                let mut values = Vec::with_capacity(sets.len());
                for set in sets {
                    match set.as_slice() {
                        [] => values.push(UNCODED),
                        [(code, _)] => values.push(code + 1),
                        _ => return Err(Undefined::OverlappingCodes),
                    }
                }
                values.iter().for_each(|value| counts[*value as usize] += 1);
                nominal.tally.add(&counts, length);
                values.iter().for_each(|value| counts[*value as usize] = 0);
                for ((first, second), confusion) in &mut nominal.pairs {
                    let place = |coder: &u32| reading.readers.binary_search(coder).ok();
                    if let (Some(first), Some(second)) = (place(first), place(second)) {
                        confusion.add(values[first], values[second], length);
                    }
                }
                Ok(())
            })?;
        }
        Ok(nominal)
    }

    /// A coefficient of these values, of `q` categories with "uncoded"; kappa and pi of more than two coders are means over pairs.
    pub fn value(&self, coefficient: Coefficient, q: usize) -> Value {
        let of_pairs = |of: fn(&Confusion) -> Value| match self.pairs.as_slice() {
            [] => Err(Undefined::NoUnitCodedByTwoCoders),
            pairs => mean_of_defined(pairs.iter().map(|(_, confusion)| of(confusion))),
        };
        match coefficient {
            Coefficient::Percent => self.tally.percent(),
            Coefficient::Kappa => of_pairs(Confusion::cohen_kappa),
            Coefficient::Pi => of_pairs(Confusion::scott_pi),
            Coefficient::Fleiss => self.tally.fleiss(),
            Coefficient::BrennanPrediger => self.tally.brennan_prediger(q),
            Coefficient::Ac1 => self.tally.gwet_ac1(q),
            _ => self.tally.alpha(),
        }
    }
}

/// Krippendorff's alpha where a value is the set of codes on a character; uncoded is a set of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SetAlphas {
    /// Two sets are alike or not.
    pub equality: Value,
    /// Distance 1 - |A∩B| / |A∪B|.
    pub jaccard: Value,
    /// Distance 1 - J·M of Passonneau (2006), M = 1 for equal sets, 2/3 for a subset, 1/3 for an overlap, 0 for disjoint ones.
    pub masi: Value,
}

impl SetAlphas {
    /// Of the characters that at least two coders read. Quadratic in the number of different sets.
    pub fn of(material: &Material) -> SetAlphas {
        let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut sets: Vec<Vec<u32>> = Vec::new();
        // Of each set, how many values (coder × character) it is; of two different sets, how often they meet.
        let mut margins: Vec<u64> = Vec::new();
        let mut meetings: HashMap<(usize, usize), f64> = HashMap::new();
        for reading in material.readings.iter().filter(|reading| reading.readers.len() >= 2) {
            let others = reading.readers.len() as f64 - 1.0;
            let counted: Result<(), Undefined> = each_stretch(reading, |length, of_coders| {
                let numbers: Vec<usize> = of_coders
                    .iter()
                    .map(|set| {
                        let set: Vec<u32> = set.iter().map(|(code, _)| *code).collect();
                        *known.entry(set).or_insert_with_key(|set| {
                            sets.push(set.clone());
                            margins.push(0);
                            sets.len() - 1
                        })
                    })
                    .collect();
                for (place, one) in numbers.iter().enumerate() {
                    margins[*one] += length;
                    for other in numbers[..place].iter().filter(|other| *other != one) {
                        // Both orders of the pair.
                        *meetings.entry((*one.min(other), *one.max(other))).or_default() +=
                            2.0 * length as f64 / others;
                    }
                }
                Ok(())
            });
            counted.expect("counting sets refuses nothing");
        }
        // The order of a hash map differs from run to run, and with it the last digit of a sum.
        let mut meetings: Vec<((usize, usize), f64)> = meetings.into_iter().collect();
        meetings.sort_unstable_by_key(|(pair, _)| *pair);
        let sets: Vec<Set> = sets.iter().map(|codes| Set::new(codes, material.codes)).collect();
        let (mut observed, mut expected) = ([0.0; 3], [0.0; 3]);
        for ((one, other), often) in meetings {
            add(&mut observed, often, sets[one].distances(&sets[other]));
        }
        for (at, one) in sets.iter().enumerate() {
            for (before, other) in sets[..at].iter().enumerate() {
                let chance = 2.0 * margins[at] as f64 * margins[before] as f64;
                add(&mut expected, chance, one.distances(other));
            }
        }
        let values: f64 = margins.iter().map(|margin| *margin as f64).sum();
        let alpha = |distance: usize| {
            if values == 0.0 {
                Err(Undefined::NoUnitCodedByTwoCoders)
            } else if expected[distance] == 0.0 {
                Err(Undefined::NoVariation)
            } else {
                Ok(1.0 - (values - 1.0) * observed[distance] / expected[distance])
            }
        };
        SetAlphas { equality: alpha(0), jaccard: alpha(1), masi: alpha(2) }
    }
}

fn add(sums: &mut [f64; 3], weight: f64, distances: [f64; 3]) {
    sums.iter_mut().zip(distances).for_each(|(sum, distance)| *sum += weight * distance);
}

/// A set of codes as bits: there may be many thousands of sets, and each is held against each.
struct Set {
    bits: Vec<u64>,
    len: u32,
}

impl Set {
    fn new(codes: &[u32], of: u32) -> Set {
        let mut bits = vec![0; of.div_ceil(64) as usize];
        for code in codes {
            bits[*code as usize / 64] |= 1 << (code % 64);
        }
        Set { bits, len: codes.len() as u32 }
    }

    /// From another set that is not equal: by equality, Jaccard and MASI. The empty set is "uncoded" and has nothing in common
    /// with any.
    fn distances(&self, other: &Set) -> [f64; 3] {
        let both: u32 =
            self.bits.iter().zip(&other.bits).map(|(one, other)| (one & other).count_ones()).sum();
        if both == 0 {
            return [1.0; 3];
        }
        let jaccard = f64::from(both) / f64::from(self.len + other.len - both);
        let monotonicity = if both == self.len || both == other.len { 2.0 / 3.0 } else { 1.0 / 3.0 };
        [1.0, 1.0 - jaccard, 1.0 - jaccard * monotonicity]
    }
}

/// The codes that one coder has open, in order, each with the number of marks.
type OpenCodes = Vec<(u32, u32)>;

/// Calls `each` with every stretch of a text that is alike in all its characters: its length, and by reader the codes on it.
fn each_stretch(
    reading: &Reading,
    mut each: impl FnMut(u64, &[OpenCodes]) -> Result<(), Undefined>,
) -> Result<(), Undefined> {
    let mut events: Vec<(u32, bool, usize, u32)> = Vec::with_capacity(2 * reading.marks.len());
    for mark in &reading.marks {
        let reader = reading.readers.binary_search(&mark.coder).expect("marks are of readers");
        events.push((mark.range.start(), true, reader, mark.code));
        events.push((mark.range.end(), false, reader, mark.code));
    }
    events.sort_unstable();
    let mut open: Vec<OpenCodes> = vec![Vec::new(); reading.readers.len()];
    let mut at = 0;
    for (position, starts, reader, code) in events {
        if position > at {
            each(u64::from(position - at), &open)?;
            at = position;
        }
        let codes = &mut open[reader];
        match codes.binary_search_by_key(&code, |(code, _)| *code) {
            Ok(place) if starts => codes[place].1 += 1,
            Ok(place) if codes[place].1 > 1 => codes[place].1 -= 1,
            Ok(place) => drop(codes.remove(place)),
            Err(place) => codes.insert(place, (code, 1)),
        }
    }
    if reading.length > at { each(u64::from(reading.length - at), &open) } else { Ok(()) }
}
