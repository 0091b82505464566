//! What gamma aligns: the units of several coders on one line.

use std::cmp::Ordering;

use super::super::undefined::Undefined;

/// A marked stretch with a code. Positions are code points from the start of the continuum; real numbers, so that continua of other
/// programs can be measured too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Where it starts.
    pub start: f64,
    /// Where it ends; greater than `start`.
    pub end: f64,
    /// Which code, from 0.
    pub code: u32,
}

impl Unit {
    /// How long it is.
    pub fn length(self) -> f64 {
        self.end - self.start
    }

    fn in_order(&self, other: &Unit) -> Ordering {
        let by_place = self.start.total_cmp(&other.start).then(self.end.total_cmp(&other.end));
        by_place.then(self.code.cmp(&other.code))
    }
}

/// The units of each coder, ordered by start, end and code. A coder without units has an empty row: who read and found nothing is one
/// to be aligned with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Continuum {
    rows: Vec<Vec<Unit>>,
}

impl Continuum {
    /// The units of each coder, in any order.
    pub fn new(mut rows: Vec<Vec<Unit>>) -> Continuum {
        for row in &mut rows {
            row.sort_by(Unit::in_order);
        }
        Continuum { rows }
    }

    /// The same with its coders in an order that follows from their units, not from their numbers.
    #[must_use]
    pub fn ordered(mut self) -> Continuum {
        self.rows.sort_by(|one, other| {
            let units = one.iter().zip(other).map(|(unit, other)| unit.in_order(other));
            units.fold(Ordering::Equal, Ordering::then).then(one.len().cmp(&other.len()))
        });
        self
    }

    /// The units of each coder.
    pub fn rows(&self) -> &[Vec<Unit>] {
        &self.rows
    }

    /// How many units there are, of all coders.
    pub fn units(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }
}

/// How much work may still be done, counted in looks at a pair or a set of units: by time, the same data would have a value on one
/// machine and none on another.
#[derive(Debug)]
pub struct Work(u64);

impl Work {
    /// So many looks.
    pub fn limited_to(looks: u64) -> Work {
        Work(looks)
    }

    /// Takes `looks` of them.
    ///
    /// # Errors
    /// Too large when there are not so many left.
    pub fn spend(&mut self, looks: usize) -> Result<(), Undefined> {
        self.0 = self.0.checked_sub(looks as u64).ok_or(Undefined::TooLarge)?;
        Ok(())
    }
}
