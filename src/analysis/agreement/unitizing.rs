//! The unitizing alphas: agreement on where coders cut a text and what they call the pieces.
//!
//! Krippendorff, Mathet, Bouvry & Widlöcher (2016), "On the reliability of unitizing textual continua: Further developments";
//! Krippendorff, Content Analysis, 4th ed., 12.6. Equation numbers are those of the paper, then of the book.
//!
//! Every coder's text is a row of valued units and of gaps between them (value φ). l_ck is the length that coders gave c and
//! others gave k; of the whole matrix only the diagonal, the column of φ and the margins are needed, so those are kept.
//!
//! Several texts are one continuum with a break after each. A text counts for those who read it: the factor 1/(m-1) is that
//! of its own readers. The definition of 2016 fixes m; this is an extension, and with the same readers everywhere it is the definition.

use std::collections::BTreeMap;

use super::material::{Mark, Material, Reading};
use super::undefined::{Undefined, Value};

/// What of the marks is taken for units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// All codes. A coder must not give two codes to the same text.
    AllCodes,
    /// The marks of one code; everything else is gap.
    OneCode(u32),
    /// The text under any code, as one value: whether coders mark the same text. Codes may overlap.
    AnyCode,
}

/// The sums from which the whole family follows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unitizing {
    /// l..: the lengths of all coders' texts.
    total: f64,
    /// l_φ.: the lengths of all coders' gaps.
    gaps: f64,
    /// By value.
    values: BTreeMap<u32, Sums>,
}

/// One value c.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    /// l_c.: the length of its units.
    length: f64,
    /// l_cc.
    same: f64,
    /// l_c. without l_cφ: what others valued too, whatever they called it.
    shared: f64,
    /// s_c: the squares of the lengths of its units.
    squares: f64,
    /// s*_c: the squares of what of each unit others valued too.
    shared_squares: f64,
}

/// A unit of one coder: start, end, value; and the sum over the other coders of its overlap with their units.
#[derive(Debug, Clone, Copy)]
struct Unit {
    start: u32,
    end: u32,
    value: u32,
    overlap: u64,
}

impl Unitizing {
    /// Sums over all texts that at least two coders read.
    ///
    /// # Errors
    /// Overlapping codes where a coder's units of different values overlap ([`Units::AllCodes`] only); coverage differs where the parts
    /// of one document have different readers; no common unit where nobody read the same.
    pub fn of(material: &Material, units: Units) -> Result<Unitizing, Undefined> {
        let mut sums = Unitizing::default();
        let mut readers_of: BTreeMap<i64, &[u32]> = BTreeMap::new();
        for reading in &material.readings {
            if *readers_of.entry(reading.document).or_insert(&reading.readers) != reading.readers {
                return Err(Undefined::CoverageDiffers);
            }
            if reading.readers.len() >= 2 {
                sums.reading(reading, units)?;
            }
        }
        if sums.total == 0.0 { Err(Undefined::NoUnitCodedByTwoCoders) } else { Ok(sums) }
    }

    /// u-alpha (eq. 5 / 34): boundaries and codes together.
    pub fn u_alpha(&self) -> Value {
        let observed = self.gaps_of_both() + self.sum(|value| value.same);
        // e_cc = (l_c.² - s_c) / (l.. - S / l..) (eq. 4 / 33).
        let expected = (self.gaps * self.gaps - self.gaps
            + self.sum(|value| value.length * value.length - value.squares))
            / self.expected_divisor();
        alpha(self.total - observed, self.total - expected, self.total)
    }

    /// |u-alpha (eq. 6 / 35): whether coders mark the same text, whatever they call it.
    pub fn bar_u_alpha(&self) -> Value {
        let valued = self.sum(|value| value.length);
        let observed = self.sum(|value| value.length - value.shared);
        // Σ e_φk over k ≠ φ. Not l_φ. - e_φφ: the margins of e are not those of l.
        alpha(observed, self.gaps * valued / self.expected_divisor(), self.total)
    }

    /// cu-alpha (eqs. 10-11 / 36-37): of the text that several marked, whether they called it the same.
    pub fn cu_alpha(&self) -> Value {
        let shared = self.sum(|value| value.shared);
        if shared == 0.0 {
            return Err(Undefined::NoUnitCodedByTwoCoders);
        }
        let observed = self.sum(|value| value.same);
        let expected =
            self.sum(|value| value.shared * value.shared - value.shared_squares) / self.shared_divisor();
        alpha(shared - observed, shared - expected, shared)
    }

    /// The part of the text that cu-alpha speaks of: l*.. / l.. .
    pub fn cu_coverage(&self) -> f64 {
        self.sum(|value| value.shared) / self.total
    }

    /// (k)u-alpha (eq. 13 / 38): cu-alpha of one code; undefined where nobody used it.
    pub fn ku_alpha(&self, code: u32) -> Value {
        let value = self.values.get(&code).ok_or(Undefined::CodeNotUsed)?;
        if value.shared == 0.0 {
            return Err(Undefined::NoUnitCodedByTwoCoders);
        }
        let divisor = self.shared_divisor();
        let all = (self.sum(|value| value.shared) * value.shared - value.shared_squares) / divisor;
        let same = (value.shared * value.shared - value.shared_squares) / divisor;
        alpha(all * (value.shared - value.same), value.shared * (all - same), value.shared * all)
    }

    /// The part of the text under the code that (k)u-alpha speaks of: l*_.k / l_.k .
    pub fn ku_coverage(&self, code: u32) -> Value {
        let value = self.values.get(&code).ok_or(Undefined::CodeNotUsed)?;
        Ok(value.shared / value.length)
    }

    fn reading(&mut self, reading: &Reading, units: Units) -> Result<(), Undefined> {
        let mut rows: Vec<Vec<Unit>> =
            reading.readers.iter().map(|coder| row(reading, *coder, units)).collect::<Result<_, _>>()?;
        let others = (rows.len() - 1) as f64;
        for first in 0..rows.len() {
            let (before, rest) = rows.split_at_mut(first + 1);
            for second in rest {
                self.compare(&mut before[first], second, others);
            }
        }
        for unit in rows.iter().flatten() {
            let length = f64::from(unit.end - unit.start);
            let shared = unit.overlap as f64 / others;
            let value = self.values.entry(unit.value).or_default();
            value.length += length;
            value.squares += length * length;
            value.shared += shared;
            value.shared_squares += shared * shared;
            self.gaps -= length;
        }
        let all = f64::from(reading.length) * rows.len() as f64;
        self.total += all;
        self.gaps += all;
        Ok(())
    }

    /// Walks two coders' units side by side.
    fn compare(&mut self, ours: &mut [Unit], theirs: &mut [Unit], others: f64) {
        let (mut one, mut other) = (0, 0);
        while one < ours.len() && other < theirs.len() {
            let (first, second) = (&mut ours[one], &mut theirs[other]);
            let shared = first.end.min(second.end).saturating_sub(first.start.max(second.start));
            if shared > 0 {
                first.overlap += u64::from(shared);
                second.overlap += u64::from(shared);
                if first.value == second.value {
                    // Each of the two is compared with the other.
                    self.values.entry(first.value).or_default().same += 2.0 * f64::from(shared) / others;
                }
            }
            let first_ends = first.end <= second.end;
            one += usize::from(first_ends);
            other += usize::from(!first_ends);
        }
    }

    fn sum(&self, of: impl Fn(&Sums) -> f64) -> f64 {
        self.values.values().map(of).sum()
    }

    /// l_φφ: the text in everybody's gaps.
    fn gaps_of_both(&self) -> f64 {
        self.gaps - self.sum(|value| value.length - value.shared)
    }

    /// l.. - S / l.. , with S over units of values and over gaps, whose lengths are not squared (eq. 4 / 33).
    fn expected_divisor(&self) -> f64 {
        self.total - (self.gaps + self.sum(|value| value.squares)) / self.total
    }

    fn shared_divisor(&self) -> f64 {
        let shared = self.sum(|value| value.shared);
        shared - self.sum(|value| value.shared_squares) / shared
    }
}

/// 1 - observed / expected disagreement; undefined where none is expected, but for rounding.
fn alpha(observed: f64, expected: f64, scale: f64) -> Value {
    // A divisor of zero (one unit is all that was shared) leaves NaN here, which is not greater than anything.
    if expected > scale.abs() * 1e-12 { Ok(1.0 - observed / expected) } else { Err(Undefined::NoVariation) }
}

/// A coder's units in order. Overlapping marks of one value are one unit; those that touch stay two.
fn row(reading: &Reading, coder: u32, units: Units) -> Result<Vec<Unit>, Undefined> {
    let value = |mark: &Mark| match units {
        Units::AllCodes => Some(mark.code),
        Units::OneCode(code) => (mark.code == code).then_some(code),
        Units::AnyCode => Some(0),
    };
    let mut row: Vec<Unit> = Vec::new();
    for mark in reading.marks.iter().filter(|mark| mark.coder == coder) {
        let Some(value) = value(mark) else { continue };
        let (start, end) = (mark.range.start(), mark.range.end());
        match row.last_mut() {
            Some(last) if start < last.end && last.value == value => last.end = last.end.max(end),
            Some(last) if start < last.end => return Err(Undefined::OverlappingCodes),
            _ => row.push(Unit { start, end, value, overlap: 0 }),
        }
    }
    Ok(row)
}
