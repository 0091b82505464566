//! Random continua, by shuffling: what the coders would look like if each had put the same units elsewhere.
//!
//! The method of Mathet, Widlöcher & Métivier (2015), 5.2, as their own program and pygamma-agreement carry it out: each coder of a sample
//! is a coder of the data drawn with replacement, whose units are all moved by one distance; what would start behind the end of the
//! continuum comes in again at its start. The distances of a sample's coders are at least half a mean unit apart.

use super::continuum::{Continuum, Unit};
use crate::analysis::random::SplitMix64;

/// Draws continua like one that is given.
#[derive(Debug)]
pub struct Sampler<'a> {
    continuum: &'a Continuum,
    /// Where the continuum ends: with its last unit, as in the programs that this is compared with.
    end: u64,
    /// How far apart the distances of two coders are at least.
    apart: u64,
}

impl<'a> Sampler<'a> {
    /// A sampler of continua like this one.
    pub fn new(continuum: &'a Continuum) -> Sampler<'a> {
        let units = || continuum.rows().iter().flatten();
        let end = units().map(|unit| unit.end).fold(0.0, f64::max);
        let length: f64 = units().map(|unit| unit.length()).sum();
        let apart = if continuum.units() == 0 { 0.0 } else { length / continuum.units() as f64 / 2.0 };
        // In whole positions from here on: a seed must draw the same everywhere.
        Sampler { continuum, end: end.ceil() as u64, apart: apart.ceil() as u64 }
    }

    /// The next continuum. It has units if the given one has.
    pub fn sample(&self, random: &mut SplitMix64) -> Continuum {
        let rows = self.continuum.rows();
        loop {
            let mut free = vec![(0, self.end)];
            let drawn = (0..rows.len()).map(|_| {
                let distance = self.distance(&mut free, random);
                let coder = random.below(rows.len() as u64) as usize;
                rows[coder].iter().map(|unit| self.moved(*unit, distance)).collect()
            });
            let sample = Continuum::new(drawn.collect());
            if sample.units() > 0 || self.continuum.units() == 0 {
                return sample;
            }
        }
    }

    fn moved(&self, unit: Unit, distance: u64) -> Unit {
        let (distance, end) = (distance as f64, self.end as f64);
        let by = if unit.start + distance > end { distance - end } else { distance };
        Unit { start: unit.start + by, end: unit.end + by, ..unit }
    }

    /// A distance out of the stretches that are free, around which a stretch is then taken; any where none is free.
    fn distance(&self, free: &mut Vec<(u64, u64)>, random: &mut SplitMix64) -> u64 {
        let room: u64 = free.iter().map(|(from, until)| until - from).sum();
        if room == 0 {
            return random.below(self.end);
        }
        let mut at = random.below(room);
        let mut distance = 0;
        for (from, until) in free.iter() {
            if at < until - from {
                distance = from + at;
                break;
            }
            at -= until - from;
        }
        let (low, high) = (distance.saturating_sub(self.apart), distance.saturating_add(self.apart));
        let cut = |(from, until): (u64, u64)| [(from, until.min(low)), (from.max(high), until)];
        *free = free.drain(..).flat_map(cut).filter(|(from, until)| from < until).collect();
        distance
    }
}
