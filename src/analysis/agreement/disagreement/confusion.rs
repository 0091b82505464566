//! Confusions: clusters of different codes at nearly the same place, each of them missed by a coder of the other.
//!
//! Such clusters hang together in a graph. Its connected parts could run on through a whole text, overlap by overlap, so a
//! confusion is gathered around one cluster, and its members are all near that one. Those with the nearest partner come first.
//! The order depends on places alone, never on the numbers of coders or codes: clusters that are equal in it lie at the very
//! same place, and then either belong to the same confusion or have nothing to do with each other.

use std::cmp::{Ordering, Reverse};

use super::cluster::Cluster;
use crate::domain::CharRange;

/// Shared characters of two ranges, and the characters that either covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Nearness {
    shared: u64,
    either: u64,
}

impl Nearness {
    /// Nothing shared.
    const NONE: Nearness = Nearness { shared: 0, either: 1 };

    fn of(one: CharRange, other: CharRange) -> Nearness {
        let (start, end) = (one.start().max(other.start()), one.end().min(other.end()));
        let shared = u64::from(end.saturating_sub(start));
        Nearness { shared, either: u64::from(one.len()) + u64::from(other.len()) - shared }
    }

    /// Whether two clusters are at nearly the same place.
    fn is_near(self) -> bool {
        self.shared * 2 >= self.either
    }

    /// Compares the shares without dividing.
    fn compare(self, other: Nearness) -> Ordering {
        (self.shared * other.either).cmp(&(other.shared * self.either))
    }
}

/// Puts clusters that somebody missed into groups: a group of one is an omission, a larger one a confusion. Every cluster
/// is in exactly one. The members are places in `clusters`.
pub(super) fn group(clusters: &[Cluster]) -> Vec<Vec<usize>> {
    let partners = partners(clusters);
    let best: Vec<Nearness> = clusters
        .iter()
        .zip(&partners)
        .map(|(cluster, partners)| {
            let all = partners.iter().map(|partner| Nearness::of(cluster.range, clusters[*partner].range));
            all.max_by(|one, other| one.compare(*other)).unwrap_or(Nearness::NONE)
        })
        .collect();
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    order.sort_by(|one, other| {
        let place = |cluster: usize| {
            let range = clusters[cluster].range;
            (Reverse(range.len()), range.start())
        };
        best[*other].compare(best[*one]).then_with(|| place(*one).cmp(&place(*other)))
    });
    let mut taken = vec![false; clusters.len()];
    let mut groups = Vec::new();
    for first in order {
        if std::mem::replace(&mut taken[first], true) {
            continue;
        }
        let mut group = vec![first];
        let mut next = 0;
        while let Some(member) = group.get(next) {
            for partner in &partners[*member] {
                let near = Nearness::of(clusters[first].range, clusters[*partner].range).is_near();
                if near && !std::mem::replace(&mut taken[*partner], true) {
                    group.push(*partner);
                }
            }
            next += 1;
        }
        groups.push(group);
    }
    groups
}

/// Of each cluster, those it may be confused with.
///
/// Two ranges that share half of what either covers differ in length by a factor of two at most. So clusters are shelved by
/// the binary logarithm of their length, and only three shelves are searched, each in a window a few lengths wide: of one code
/// only a handful of clusters fit into it, as they do not overlap.
fn partners(clusters: &[Cluster]) -> Vec<Vec<usize>> {
    const SHELVES: usize = u32::BITS as usize;
    let shelf_of = |range: CharRange| range.len().ilog2() as usize;
    let mut shelves: Vec<Vec<(u32, usize)>> = vec![Vec::new(); SHELVES];
    for (place, cluster) in clusters.iter().enumerate() {
        shelves[shelf_of(cluster.range)].push((cluster.range.start(), place));
    }
    for shelf in &mut shelves {
        shelf.sort_unstable();
    }
    let mut partners = vec![Vec::new(); clusters.len()];
    for (place, cluster) in clusters.iter().enumerate() {
        let range = cluster.range;
        let own = shelf_of(range);
        // A near range starts at most one length before: it is then twice as long and ends with this one.
        let (from, until) = (range.start().saturating_sub(range.len()), range.end());
        for shelf in &shelves[own.saturating_sub(1)..(own + 2).min(SHELVES)] {
            let first = shelf.partition_point(|(start, _)| *start < from);
            for (_, other) in shelf[first..].iter().take_while(|(start, _)| *start < until) {
                let candidate = &clusters[*other];
                if candidate.code != cluster.code
                    && Nearness::of(range, candidate.range).is_near()
                    && !includes(&cluster.coders, &candidate.coders)
                    && !includes(&candidate.coders, &cluster.coders)
                {
                    partners[place].push(*other);
                }
            }
        }
    }
    partners
}

/// Whether all of `others` are among `coders`; both are in order.
fn includes(coders: &[u32], others: &[u32]) -> bool {
    let mut coders = coders.iter();
    others.iter().all(|other| coders.any(|coder| coder == other))
}
