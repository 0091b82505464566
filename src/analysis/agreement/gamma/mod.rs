//! Gamma: agreement on where units are and what they are called, by the best alignment of all coders' units.
//!
//! Mathet, Widlöcher & Métivier (2015), "The unified and holistic method gamma (γ) for inter-annotator agreement measure and
//! alignment", Computational Linguistics 41(3). gamma = 1 - observed / expected disorder; the expected one is the mean over continua
//! drawn by chance ([`sampler`]), so it has a seed. A coder's units may overlap and carry several codes.
//!
//! Gamma-cat (Mathet 2017, "The agreement measure γcat") asks of the same alignments only for the codes: a pair counts by how near
//! its units are, max(0, 1 - α·d_pos), divided by the units of its set less one. As in pygamma-agreement, whose numbers are in use, α is
//! in it, and a unit that is held against nothing is a full disagreement of full weight; the paper has neither.
//!
//! Texts with the same readers are one continuum, one text after the other, in which no unit is aligned with one of another text. Where
//! texts have different readers there is a continuum for each set of readers, and disorders and numbers of units are added up. With
//! one text that is the definition; else it is an extension.

pub mod alignment;
mod assignment;
mod candidates;
pub mod continuum;
pub mod dissimilarity;
mod packing;
pub mod sampler;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::material::{Material, Reading};
use super::undefined::{Undefined, Value};
use crate::analysis::random::SplitMix64;
use alignment::{Alignment, best_alignment};
use continuum::{Continuum, Unit, Work};
use dissimilarity::{Dissimilarity, EMPTY};
use sampler::Sampler;

/// How to measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaOptions {
    /// The weight of place.
    pub alpha: f64,
    /// The weight of the code.
    pub beta: f64,
    /// How many continua are drawn; at least 1 is.
    pub samples: u32,
    /// What the draw follows from.
    pub seed: u64,
    /// How many looks at pairs and sets of units all alignments may take together.
    pub work: u64,
}

impl Default for GammaOptions {
    /// The weights of the authors' own program (α 3, β 1) and 30 samples.
    fn default() -> GammaOptions {
        GammaOptions { alpha: 3.0, beta: 1.0, samples: 30, seed: 1, work: 1_000_000_000 }
    }
}

/// A gamma, and everything that a report must say with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gamma {
    /// 1 - observed / expected.
    pub gamma: f64,
    /// Gamma-cat; undefined where no two units are aligned, or none of those drawn by chance is near enough to another.
    pub gamma_cat: Value,
    /// How many of the drawn continua entered gamma-cat: those in which units were near enough to be aligned. Where they are few, it
    /// rests on little.
    pub samples_for_cat: u32,
    /// The disorder of the best alignment, for each unit of a mean coder.
    pub observed: f64,
    /// The mean disorder of the drawn continua.
    pub expected: f64,
    /// How many units were aligned, of all coders.
    pub units: u64,
    /// How many continua were drawn.
    pub samples: u32,
    /// What the draw followed from.
    pub seed: u64,
    /// The weight of place.
    pub alpha: f64,
    /// The weight of the code.
    pub beta: f64,
}

/// Measures gamma over all texts that at least two coders read.
///
/// # Errors
/// No common unit where nobody read the same; no spans where nobody marked anything there; no variation where chance has no
/// disorder; too large when the work is used up.
pub fn gamma(material: &Material, options: &GammaOptions) -> Result<Gamma, Undefined> {
    // In the order of the texts, not of the coders' numbers: who is called what must not change what is drawn.
    let mut groups: Vec<(&[u32], Vec<&Reading>)> = Vec::new();
    let mut group_of: HashMap<&[u32], usize> = HashMap::new();
    for reading in material.readings.iter().filter(|reading| reading.readers.len() >= 2) {
        let group = *group_of.entry(&reading.readers).or_insert(groups.len());
        if group == groups.len() {
            groups.push((&reading.readers, Vec::new()));
        }
        groups[group].1.push(reading);
    }
    if groups.is_empty() {
        return Err(Undefined::NoUnitCodedByTwoCoders);
    }
    let dissimilarity = Dissimilarity { alpha: options.alpha, beta: options.beta };
    let mut work = Work::limited_to(options.work);
    let mut random = SplitMix64::new(options.seed);
    let samples = options.samples.max(1);
    let mut observed = Disorder::default();
    let mut drawn = vec![Disorder::default(); samples as usize];
    let mut units = 0;
    for (readers, readings) in &groups {
        let texts: Vec<Continuum> = readings.iter().map(|reading| text(reading)).collect();
        let joined = join(readers.len(), readings, &texts).ordered();
        if joined.units() == 0 {
            continue;
        }
        units += joined.units() as u64;
        for text in &texts {
            observed.add(text, &best_alignment(text, dissimilarity, &mut work)?, dissimilarity);
        }
        let sampler = Sampler::new(&joined);
        for disorder in &mut drawn {
            let sample = sampler.sample(&mut random);
            disorder.add(&sample, &best_alignment(&sample, dissimilarity, &mut work)?, dissimilarity);
        }
    }
    if units == 0 {
        return Err(Undefined::NoSpans);
    }
    let expected = drawn.iter().map(|disorder| disorder.of_all()).sum::<f64>() / f64::from(samples);
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(Gamma {
        gamma: 1.0 - observed.of_all() / expected,
        gamma_cat: gamma_cat(&observed, &drawn),
        samples_for_cat: drawn.iter().filter(|disorder| disorder.of_codes().is_some()).count() as u32,
        observed: observed.of_all(),
        expected,
        units,
        samples,
        seed: options.seed,
        alpha: options.alpha,
        beta: options.beta,
    })
}

fn gamma_cat(observed: &Disorder, drawn: &[Disorder]) -> Value {
    let observed = observed.of_codes().ok_or(Undefined::NoVariation)?;
    let expected = super::mean_of_defined(
        drawn.iter().map(|disorder| disorder.of_codes().ok_or(Undefined::NoVariation)),
    )?;
    if expected > 0.0 { Ok(1.0 - observed / expected) } else { Err(Undefined::NoVariation) }
}

/// The units of each reader of a text.
fn text(reading: &Reading) -> Continuum {
    let mut rows = vec![Vec::new(); reading.readers.len()];
    for mark in &reading.marks {
        let row =
            reading.readers.binary_search(&mark.coder).expect("a reading has marks of its readers only");
        let (start, end) = (f64::from(mark.range.start()), f64::from(mark.range.end()));
        rows[row].push(Unit { start, end, code: mark.code });
    }
    Continuum::new(rows)
}

/// Texts one after the other.
fn join(readers: usize, readings: &[&Reading], texts: &[Continuum]) -> Continuum {
    let mut rows = vec![Vec::new(); readers];
    let mut before = 0.0;
    for (reading, text) in readings.iter().zip(texts) {
        for (row, units) in rows.iter_mut().zip(text.rows()) {
            row.extend(units.iter().map(|unit| Unit {
                start: unit.start + before,
                end: unit.end + before,
                code: unit.code,
            }));
        }
        before += f64::from(reading.length);
    }
    Continuum::new(rows)
}

/// The disorders of alignments, added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Disorder {
    /// Σ over sets.
    sum: f64,
    /// Units for each coder, in the mean.
    units: f64,
    /// Gamma-cat: Σ of weights times dissimilarities of codes.
    codes: f64,
    /// Gamma-cat: Σ of weights.
    weights: f64,
    /// Pairs of units that are aligned.
    pairs: u64,
}

impl Disorder {
    fn add(&mut self, continuum: &Continuum, alignment: &Alignment, dissimilarity: Dissimilarity) {
        let rows = continuum.rows();
        self.sum += alignment.disorder;
        self.units += continuum.units() as f64 / rows.len() as f64;
        for set in &alignment.sets {
            let base = 1.0 / (set.len() as f64 - 1.0).max(1.0);
            for (at, one) in set.iter().enumerate() {
                for other in &set[..at] {
                    let (one, other) = (rows[one.coder][one.number], rows[other.coder][other.number]);
                    let near = (1.0 - dissimilarity.alpha * dissimilarity.positional(one, other)).max(0.0);
                    self.codes += base * near * dissimilarity.categorical(one, other);
                    self.weights += base * near;
                    self.pairs += 1;
                }
            }
            // Each pair of a unit and nothing: full weight and full disagreement.
            let lonely = (set.len() * (rows.len() - set.len())) as f64;
            self.codes += lonely * EMPTY;
            self.weights += lonely;
        }
    }

    /// The disorder of the alignment (eq. of section 4.4): the sum for each unit of a mean coder.
    fn of_all(&self) -> f64 {
        if self.units > 0.0 { self.sum / self.units } else { 0.0 }
    }

    /// The disorder of the codes; none where nothing is aligned.
    fn of_codes(&self) -> Option<f64> {
        (self.pairs > 0 && self.weights > 0.0).then(|| self.codes / self.weights)
    }
}
