//! The best alignment of two coders: a matching of least cost in which any unit may stay alone.
//!
//! Shortest augmenting paths on a sparse graph (Jonker & Volgenant 1987): units are added one by one, and each takes what is
//! best for all so far. Only pairs that are cheaper than two lonely units are edges, so a path stays in its neighbourhood.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::super::undefined::Undefined;
use super::continuum::Work;

/// An edge: the number of one of theirs, and the cost of the pair less that of leaving both alone; negative.
pub(super) type Edge = (usize, f64);

/// Chooses pairs of least cost; `edges[i]` are those of the i-th of ours. Returns the partner of each.
///
/// # Errors
/// Too large when the work is used up.
pub(super) fn assign(
    edges: &[Vec<Edge>],
    theirs: usize,
    work: &mut Work,
) -> Result<Vec<Option<usize>>, Undefined> {
    let mut matching = Matching {
        edges,
        partner_of_ours: vec![None; edges.len()],
        partner_of_theirs: vec![None; theirs],
        price_of_ours: vec![0.0; edges.len()],
        price_of_theirs: vec![0.0; theirs],
        reached: vec![Reached { round: NEVER, distance: 0.0, from: 0, settled: false }; theirs],
    };
    for one in 0..edges.len() {
        matching.add(one, work)?;
    }
    Ok(matching.partner_of_ours)
}

const NEVER: usize = usize::MAX;

struct Matching<'a> {
    edges: &'a [Vec<Edge>],
    partner_of_ours: Vec<Option<usize>>,
    partner_of_theirs: Vec<Option<usize>>,
    /// Dual prices: cost - price - price is never negative, and 0 for those who are matched.
    price_of_ours: Vec<f64>,
    price_of_theirs: Vec<f64>,
    reached: Vec<Reached>,
}

/// How the search of one round came to one of theirs.
#[derive(Clone, Copy)]
struct Reached {
    round: usize,
    distance: f64,
    from: usize,
    settled: bool,
}

/// Where a path can end.
#[derive(Clone, Copy)]
enum End {
    /// At one of theirs.
    At(usize),
    /// At one of ours, who then stays alone.
    Alone(usize),
}

/// Nearest first; of equals, the smaller number.
#[derive(Clone, Copy, PartialEq)]
struct Next {
    distance: f64,
    other: usize,
}

impl Eq for Next {}

impl Ord for Next {
    fn cmp(&self, than: &Self) -> Ordering {
        than.distance.total_cmp(&self.distance).then(than.other.cmp(&self.other))
    }
}

impl PartialOrd for Next {
    fn partial_cmp(&self, than: &Self) -> Option<Ordering> {
        Some(self.cmp(than))
    }
}

impl Matching<'_> {
    /// Adds one of ours along the shortest path that ends with somebody free or somebody left alone.
    fn add(&mut self, start: usize, work: &mut Work) -> Result<(), Undefined> {
        let cheapest = self.edges[start].iter().map(|(other, cost)| cost - self.price_of_theirs[*other]);
        self.price_of_ours[start] = cheapest.fold(0.0, f64::min);
        let mut queue = BinaryHeap::new();
        // Those of ours on the way, with their distances.
        let mut visited = vec![(start, 0.0)];
        let mut settled = Vec::new();
        let (mut best, mut end) = (f64::INFINITY, End::Alone(start));
        let (mut one, mut distance) = (start, 0.0);
        loop {
            let alone = distance - self.price_of_ours[one];
            if alone < best {
                (best, end) = (alone, End::Alone(one));
            }
            work.spend(1 + self.edges[one].len())?;
            for (other, cost) in &self.edges[one] {
                let known = &mut self.reached[*other];
                let far = distance + (cost - self.price_of_ours[one] - self.price_of_theirs[*other]).max(0.0);
                if known.round != start || (!known.settled && far < known.distance) {
                    *known = Reached { round: start, distance: far, from: one, settled: false };
                    queue.push(Next { distance: far, other: *other });
                }
            }
            let open = |next: &Next| {
                let known = self.reached[next.other];
                !known.settled && known.distance == next.distance
            };
            let next = std::iter::from_fn(|| queue.pop()).find(open);
            let Some(next) = next.filter(|next| next.distance < best) else { break };
            match self.partner_of_theirs[next.other] {
                None => {
                    (best, end) = (next.distance, End::At(next.other));
                    break;
                }
                Some(partner) => {
                    self.reached[next.other].settled = true;
                    settled.push((next.other, next.distance));
                    visited.push((partner, next.distance));
                    (one, distance) = (partner, next.distance);
                }
            }
        }
        for (one, distance) in visited {
            self.price_of_ours[one] += best - distance;
        }
        for (other, distance) in settled {
            self.price_of_theirs[other] -= best - distance;
        }
        self.walk_back(start, end);
        Ok(())
    }

    /// Each of ours along the way takes what it was reached by; the one at the end may have nobody.
    fn walk_back(&mut self, start: usize, end: End) {
        let mut free = match end {
            End::At(other) => Some(other),
            End::Alone(one) => self.partner_of_ours[one].take(),
        };
        if matches!(end, End::Alone(one) if one == start) {
            return;
        }
        while let Some(other) = free {
            let one = self.reached[other].from;
            free = self.partner_of_ours[one].replace(other);
            self.partner_of_theirs[other] = Some(one);
        }
    }
}
