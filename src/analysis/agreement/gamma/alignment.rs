//! The best alignment: which units of different coders are about the same thing, at the least disorder in all.

use super::super::undefined::Undefined;
use super::assignment::{Edge, assign};
use super::candidates::candidates;
use super::continuum::{Continuum, Unit, Work};
use super::dissimilarity::{Dissimilarity, EMPTY, TIE};
use super::packing::{Set, best_packing};

/// One unit of a continuum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which coder.
    pub coder: usize,
    /// Which of the coder's units, in order.
    pub number: usize,
}

/// A best alignment. Every unit is in one set; in a set are units of different coders.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// The sets (unitary alignments), in order of their first units.
    pub sets: Vec<Vec<Place>>,
    /// The sum of the disorders of the sets. The disorder of a set is the mean dissimilarity of the pairs of coders, where a pair
    /// without two units counts Δ∅.
    pub disorder: f64,
}

/// Finds an alignment of the least disorder. Exact: for two coders by a matching, for more by branch and bound.
///
/// # Errors
/// Fewer than two coders; too large when the work is used up, and never an approximation instead.
pub fn best_alignment(
    continuum: &Continuum,
    dissimilarity: Dissimilarity,
    work: &mut Work,
) -> Result<Alignment, Undefined> {
    let rows = continuum.rows();
    let aligned = match rows {
        [] | [_] => return Err(Undefined::FewerThanTwoCoders),
        [ours, theirs] => of_two(ours, theirs, dissimilarity, work)?,
        _ => of_several(continuum, dissimilarity, work)?,
    };
    let mut alone: Vec<Vec<bool>> = rows.iter().map(|row| vec![true; row.len()]).collect();
    aligned.iter().flatten().for_each(|place| alone[place.coder][place.number] = false);
    let mut sets = aligned;
    for (coder, row) in alone.iter().enumerate() {
        let lonely = row.iter().enumerate().filter(|(_, alone)| **alone);
        sets.extend(lonely.map(|(number, _)| vec![Place { coder, number }]));
    }
    sets.sort();
    let disorder = sets.iter().map(|set| disorder_of(rows, set, dissimilarity)).sum();
    Ok(Alignment { sets, disorder })
}

/// The mean over all pairs of coders.
fn disorder_of(rows: &[Vec<Unit>], set: &[Place], dissimilarity: Dissimilarity) -> f64 {
    let pairs = rows.len() * (rows.len() - 1) / 2;
    let within = set.len() * (set.len() - 1) / 2;
    let mut sum = (pairs - within) as f64 * EMPTY;
    for (at, one) in set.iter().enumerate() {
        for other in &set[..at] {
            sum += dissimilarity.combined(rows[one.coder][one.number], rows[other.coder][other.number]);
        }
    }
    sum / pairs as f64
}

/// Pairs of two coders' units.
fn of_two(
    ours: &[Unit],
    theirs: &[Unit],
    dissimilarity: Dissimilarity,
    work: &mut Work,
) -> Result<Vec<Vec<Place>>, Undefined> {
    // Two lonely units.
    let limit = 2.0 * EMPTY + TIE;
    let reach = dissimilarity.reach(limit);
    let longest = theirs.iter().map(|unit| unit.length()).fold(0.0, f64::max);
    let mut edges: Vec<Vec<Edge>> = Vec::with_capacity(ours.len());
    for unit in ours {
        let window = reach * (unit.length() + longest);
        let from = theirs.partition_point(|other| other.start < unit.start - window);
        let mut near = Vec::new();
        for (number, other) in (from..).zip(&theirs[from..]) {
            if other.start > unit.start + window {
                break;
            }
            work.spend(1)?;
            let cost = dissimilarity.combined(*unit, *other) - limit;
            if cost < 0.0 {
                near.push((number, cost));
            }
        }
        edges.push(near);
    }
    let partners = assign(&edges, theirs.len(), work)?;
    let pairs = partners.into_iter().enumerate().filter_map(|(number, partner)| {
        Some(vec![Place { coder: 0, number }, Place { coder: 1, number: partner? }])
    });
    Ok(pairs.collect())
}

/// Sets of several coders' units.
fn of_several(
    continuum: &Continuum,
    dissimilarity: Dissimilarity,
    work: &mut Work,
) -> Result<Vec<Vec<Place>>, Undefined> {
    let found = candidates(continuum, dissimilarity, work)?;
    let mut before = Vec::new();
    let mut units = 0;
    for row in continuum.rows() {
        before.push(units);
        units += row.len();
    }
    let sets: Vec<Set> = found
        .iter()
        .map(|candidate| Set {
            items: candidate.places.iter().map(|place| before[place.coder] + place.number).collect(),
            gain: candidate.gain,
        })
        .collect();
    let chosen = best_packing(units, &sets, work)?;
    Ok(chosen.into_iter().map(|number| found[number].places.clone()).collect())
}
