//! Intervals by drawing again.
//!
//! What is drawn is the document (or the paragraph, or the unit of a table), with replacement; the limits are percentiles. Zapf
//! et al. (2016) found that such intervals of alpha cover what they promise, also with missing values. Characters are never
//! drawn: neighbouring ones are one decision, and the interval would come out absurdly narrow.
//!
//! Krippendorff's own algorithm (2006, 2011), which draws pairs of values and keeps the expected disagreement, is here for
//! tables of units. The two differ: on the 4 × 12 example of Krippendorff (2011) they give .57 to .85 and .41 to 1.00.

use super::sweep::Sums;
use super::tally::Tally;
use super::undefined::{Undefined, Value};
use crate::analysis::random::SplitMix64;

/// With fewer documents, paragraphs or units than this there is no interval: it would be made of a handful of values.
pub const FEWEST: usize = 5;

/// How often to draw, and where the random numbers start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resampling {
    /// How many times.
    pub resamples: u32,
    /// The same seed gives the same interval, on every machine.
    pub seed: u64,
}

/// What drawing again says of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
    /// The part of the draws below .667, Krippendorff's limit for tentative conclusions.
    pub below_667: f64,
    /// The part of the draws below .800, Krippendorff's limit for relying on the data.
    pub below_800: f64,
    /// How many draws had no variation and so no value; they are not in the interval.
    pub undefined: u32,
}

/// An interval, or why there is none.
pub type Estimate = Result<Interval, Undefined>;

/// Draws `parts` out of as many, again and again, and lets `statistics` compute its values from how often each was drawn.
/// Returns an interval for each value, in order.
pub fn draw(
    parts: usize,
    resampling: Resampling,
    mut statistics: impl FnMut(&[u64]) -> Vec<Value>,
) -> Result<Vec<Estimate>, Undefined> {
    if parts < FEWEST {
        return Err(Undefined::TooFewUnitsToResample);
    }
    let mut random = SplitMix64::new(resampling.seed);
    let mut times = vec![0; parts];
    let mut drawn: Vec<Vec<f64>> = Vec::new();
    let mut reasons: Vec<Option<Undefined>> = Vec::new();
    for _ in 0..resampling.resamples {
        times.fill(0);
        for _ in 0..parts {
            // `parts` is a usize, and what is below it too.
            times[random.below(parts as u64) as usize] += 1;
        }
        for (number, value) in statistics(&times).into_iter().enumerate() {
            if number == drawn.len() {
                drawn.push(Vec::with_capacity(resampling.resamples as usize));
                reasons.push(None);
            }
            match value {
                Ok(value) => drawn[number].push(value),
                Err(reason) => reasons[number] = Some(reason),
            }
        }
    }
    let estimates = drawn.into_iter().zip(reasons).map(|(values, reason)| {
        let reason = reason.unwrap_or(Undefined::TooFewUnitsToResample);
        interval(values, resampling.resamples).ok_or(reason)
    });
    Ok(estimates.collect())
}

/// The alpha of every code, and last their mean, from sums that were counted once: a draw costs one addition for each code and
/// part in which it occurs.
pub fn alphas(sums: &Sums, resampling: Resampling) -> Result<Vec<Estimate>, Undefined> {
    // Parts that one coder read can agree with nothing, whatever is drawn.
    let drawn: Vec<usize> =
        (0..sums.parts.len()).filter(|part| sums.parts[*part].readers.len() >= 2).collect();
    let mut place = vec![0_u32; sums.parts.len()];
    for (at, part) in (0..).zip(&drawn) {
        place[*part] = at;
    }
    let readers: Vec<u32> = drawn.iter().map(|part| sums.parts[*part].readers.len() as u32).collect();
    let lengths: Vec<u64> = drawn.iter().map(|part| u64::from(sums.parts[*part].length)).collect();
    // What a draw walks along, without the rest of a cell.
    let cells: Vec<Vec<(u32, u64, u64)>> = sums
        .codes
        .iter()
        .map(|code| {
            let shared = code.cells.iter().filter(|cell| sums.parts[cell.part as usize].readers.len() >= 2);
            shared.map(|cell| (place[cell.part as usize], cell.coded, cell.coded_squared)).collect()
        })
        .collect();
    let mut totals = vec![0; sums.coders as usize + 1];
    let mut coded = vec![(0, 0); totals.len()];
    draw(drawn.len(), resampling, |times| {
        totals.fill(0);
        for ((readers, length), times) in readers.iter().zip(&lengths).zip(times) {
            totals[*readers as usize] += length * times;
        }
        let mut values: Vec<Value> = Vec::with_capacity(cells.len() + 1);
        for cells in &cells {
            coded.fill((0, 0));
            for (part, once, squared) in cells {
                let times = times[*part as usize];
                let sums = &mut coded[readers[*part as usize] as usize];
                sums.0 += once * times;
                sums.1 += squared * times;
            }
            let mut tally = Tally::default();
            for ((readers, units), (once, squared)) in (0..).zip(&totals).zip(&coded) {
                tally.add_binary(readers, *units, *once, *squared);
            }
            values.push(if cells.is_empty() { Err(Undefined::CodeNotUsed) } else { tally.alpha() });
        }
        values.push(super::mean_of_defined(values.iter().copied()));
        values
    })
}

/// Krippendorff's algorithm for a table of units: for each pair of values in a unit of m values, a pair is drawn from all observed
/// ones, and where its values differ, 2 / (n D_e (m-1)) is taken from 1; expected disagreement D_e stays what it is.
///
/// `units`: of each, how many coders gave each category.
pub fn krippendorff(units: &[Vec<u32>], resampling: Resampling) -> Estimate {
    let values: u64 =
        units.iter().map(|unit| unit.iter().sum::<u32>()).filter(|values| *values >= 2).map(u64::from).sum();
    let mut margins: Vec<u64> = Vec::new();
    for unit in units.iter().filter(|unit| unit.iter().sum::<u32>() >= 2) {
        margins.resize(margins.len().max(unit.len()), 0);
        margins.iter_mut().zip(unit).for_each(|(margin, count)| *margin += u64::from(*count));
    }
    let n = values as f64;
    let expected: f64 = margins.iter().map(|c| *c as f64 * (n - *c as f64)).sum::<f64>() / (n * (n - 1.0));
    if values == 0 {
        return Err(Undefined::NoUnitCodedByTwoCoders);
    }
    if expected == 0.0 {
        return Err(Undefined::NoVariation);
    }
    // Of each unit: how many pairs of values it has, and what one that differs takes.
    let mut slots: Vec<(u64, f64)> = Vec::new();
    let (mut pairs, mut differing) = (0, 0);
    for unit in units {
        let coders: u64 = unit.iter().map(|count| u64::from(*count)).sum();
        if coders < 2 {
            continue;
        }
        let all = coders * (coders - 1) / 2;
        pairs += all;
        differing += all
            - unit
                .iter()
                .map(|count| u64::from(*count) * u64::from(count.saturating_sub(1)) / 2)
                .sum::<u64>();
        slots.push((all, 2.0 / (n * expected * (coders as f64 - 1.0))));
    }
    let mut random = SplitMix64::new(resampling.seed);
    let mut drawn = Vec::with_capacity(resampling.resamples as usize);
    for _ in 0..resampling.resamples {
        let mut alpha = 1.0;
        for (all, step) in &slots {
            // The pair comes from the whole table, its weight from the unit that it is drawn for.
            let differ = (0..*all).filter(|_| random.below(pairs) < differing).count();
            alpha -= differ as f64 * step;
        }
        drawn.push(f64::max(alpha, -1.0));
    }
    interval(drawn, resampling.resamples).ok_or(Undefined::TooFewUnitsToResample)
}

fn interval(mut values: Vec<f64>, resamples: u32) -> Option<Interval> {
    values.sort_unstable_by(f64::total_cmp);
    let below = |limit: f64| values.partition_point(|value| *value < limit) as f64 / values.len() as f64;
    Some(Interval {
        low: percentile(&values, 0.025)?,
        high: percentile(&values, 0.975)?,
        below_667: below(0.667),
        below_800: below(0.8),
        undefined: resamples - u32::try_from(values.len()).ok()?,
    })
}

/// Between the two nearest values, in proportion.
fn percentile(sorted: &[f64], part: f64) -> Option<f64> {
    let at = part * (sorted.len().checked_sub(1)?) as f64;
    let (before, after) = (*sorted.get(at.floor() as usize)?, *sorted.get(at.ceil() as usize)?);
    Some(before + (after - before) * at.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESAMPLING: Resampling = Resampling { resamples: 200, seed: 7 };

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_does_not() {
        let spread = |seed| {
            let mean =
                |times: &[u64]| vec![Ok(times.iter().zip(0..).map(|(n, at)| n * at).sum::<u64>() as f64)];
            draw(9, Resampling { seed, ..RESAMPLING }, mean).unwrap()
        };
        assert_eq!(spread(1), spread(1));
        assert_ne!(spread(1), spread(2));
    }

    #[test]
    fn too_few_to_draw_from_is_no_interval() {
        assert_eq!(draw(4, RESAMPLING, |_| vec![Ok(1.0)]), Err(Undefined::TooFewUnitsToResample));
    }

    #[test]
    fn draws_without_a_value_are_counted_and_not_taken_for_one() {
        let mut number = 0;
        let estimates = draw(5, RESAMPLING, |_| {
            number += 1;
            vec![
                if number % 4 == 0 { Err(Undefined::NoVariation) } else { Ok(0.5) },
                Err(Undefined::NoVariation),
            ]
        });
        let estimates = estimates.unwrap();
        let half = estimates[0].unwrap();
        assert_eq!((half.low, half.high, half.undefined), (0.5, 0.5, 50));
        assert_eq!((half.below_667, half.below_800), (1.0, 1.0));
        assert_eq!(estimates[1], Err(Undefined::NoVariation));
    }

    #[test]
    fn a_percentile_lies_between_the_nearest_values() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(percentile(&values, 0.5), Some(2.0));
        assert_eq!(percentile(&values, 0.025), Some(0.1));
        assert_eq!(percentile(&[], 0.5), None);
    }
}
