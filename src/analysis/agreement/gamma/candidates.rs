//! The sets of units of three or more coders that can be part of a best alignment.
//!
//! Against leaving all its units alone, a set of k units (of n coders, with C = n(n-1)/2 pairs) gains, in units of Δ∅,
//! k - 1 + (k(k-1)/2 - Σd) / C, where Σd is the sum of its pairs' dissimilarities. Cut in two parts of k₁ and k₂ units it gains
//! (C + k₁·k₂ - Σd across the cut) / C less. So a set that some cut makes no worse need not be looked at, which is a sharper rule
//! than that of the paper (cost below n·Δ∅) and leaves far fewer.

use super::super::undefined::Undefined;
use super::alignment::Place;
use super::continuum::{Continuum, Unit, Work};
use super::dissimilarity::{Dissimilarity, EMPTY, TIE};

/// So many looks a set costs that is kept: it takes memory, and the work that may be done bounds that too.
const KEPT: usize = 500;

/// A set of units of different coders, in order of the coders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The units, at least two.
    pub(super) places: Vec<Place>,
    /// What it costs less than its units alone; positive.
    pub(super) gain: f64,
}

/// All sets worth looking at, in order of their first units.
///
/// # Errors
/// Too large when the work is used up.
pub(super) fn candidates(
    continuum: &Continuum,
    dissimilarity: Dissimilarity,
    work: &mut Work,
) -> Result<Vec<Candidate>, Undefined> {
    let rows = continuum.rows();
    let coders = rows.len();
    let pairs = (coders * (coders - 1) / 2) as f64;
    let mut search = Search {
        rows,
        dissimilarity,
        pairs,
        // Against a cut that leaves one unit alone: no unit is further than this from all the others together.
        limit: (pairs + (coders - 1) as f64) * EMPTY + pairs * TIE,
        chosen: Vec::new(),
        between: vec![vec![0.0; coders]; coders],
        earlier: Vec::new(),
        found: Vec::new(),
    };
    let reach = dissimilarity.reach(search.limit);
    let longest: Vec<f64> =
        rows.iter().map(|row| row.iter().map(|unit| unit.length()).fold(0.0, f64::max)).collect();
    for coder in 0..coders {
        for (number, unit) in rows[coder].iter().enumerate() {
            let mut near = vec![Vec::new(); coders];
            for other in coder + 1..coders {
                let window = reach * (unit.length() + longest[other]);
                let from = rows[other].partition_point(|other| other.start < unit.start - window);
                for (at, other_unit) in (from..).zip(&rows[other][from..]) {
                    if other_unit.start > unit.start + window {
                        break;
                    }
                    work.spend(1)?;
                    if dissimilarity.combined(*unit, *other_unit) < search.limit {
                        near[other].push(at);
                    }
                }
            }
            search.chosen = vec![Chosen { place: Place { coder, number }, unit: *unit, apart: 0.0 }];
            search.extend(&near, coder + 1, work)?;
        }
    }
    Ok(search.found)
}

/// A unit of the set that is being made, and its dissimilarities from the others, added up.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    place: Place,
    unit: Unit,
    apart: f64,
}

struct Search<'a> {
    rows: &'a [Vec<Unit>],
    dissimilarity: Dissimilarity,
    pairs: f64,
    limit: f64,
    chosen: Vec<Chosen>,
    /// The dissimilarity of the units at two places of `chosen`, the later one first.
    between: Vec<Vec<f64>>,
    /// Sums of `chosen` to go back to, one after the other.
    earlier: Vec<f64>,
    found: Vec<Candidate>,
}

impl Search<'_> {
    /// Goes on with the coders from `coder`, who give one of their near units or none.
    fn extend(&mut self, near: &[Vec<usize>], coder: usize, work: &mut Work) -> Result<(), Undefined> {
        let Some(units) = near.get(coder) else {
            return self.keep(work);
        };
        self.extend(near, coder + 1, work)?;
        let count = self.chosen.len();
        for number in units {
            work.spend(count)?;
            let unit = self.rows[coder][*number];
            self.earlier.extend(self.chosen.iter().map(|one| one.apart));
            let mut all = 0.0;
            let mut fits = true;
            for (at, one) in self.chosen.iter_mut().enumerate() {
                let apart = self.dissimilarity.combined(one.unit, unit);
                self.between[count][at] = apart;
                one.apart += apart;
                all += apart;
                // Sums only grow.
                fits &= one.apart < self.limit;
            }
            if fits && all < self.limit {
                self.chosen.push(Chosen { place: Place { coder, number: *number }, unit, apart: all });
                self.extend(near, coder + 1, work)?;
                self.chosen.pop();
            }
            let before = self.earlier.split_off(self.earlier.len() - count);
            self.chosen.iter_mut().zip(before).for_each(|(one, apart)| one.apart = apart);
        }
        Ok(())
    }

    /// Keeps the set unless it can be cut in two without loss.
    fn keep(&mut self, work: &mut Work) -> Result<(), Undefined> {
        let count = self.chosen.len();
        if count < 2 {
            return Ok(());
        }
        let within = (count * (count - 1) / 2) as f64;
        let sum = self.chosen.iter().map(|one| one.apart).sum::<f64>() / 2.0;
        let gain = (count - 1) as f64 * (EMPTY + TIE) + (within * EMPTY - sum) / self.pairs;
        if gain <= 0.0 {
            return Ok(());
        }
        // Every cut once: the first unit is always on the same side. More coders than bits have used up the work before.
        for cut in 1..1_u64 << (count - 1).min(63) {
            work.spend(1)?;
            let other_side = |at: usize| at > 0 && cut >> (at - 1) & 1 == 1;
            let mut across = 0.0;
            let mut parts = [0.0, 0.0];
            for at in 0..count {
                parts[usize::from(other_side(at))] += 1.0;
                for before in 0..at {
                    if other_side(at) != other_side(before) {
                        across += self.between[at][before];
                    }
                }
            }
            if across >= (self.pairs + parts[0] * parts[1]) * EMPTY + self.pairs * TIE {
                return Ok(());
            }
        }
        work.spend(KEPT)?;
        self.found.push(Candidate { places: self.chosen.iter().map(|one| one.place).collect(), gain });
        Ok(())
    }
}
