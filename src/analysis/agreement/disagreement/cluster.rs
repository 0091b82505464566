//! Clusters: the marks of one code that hang together by overlapping, whoever made them.

use super::Said;
use crate::analysis::agreement::material::{Mark, Reading};
use crate::domain::CharRange;

/// Marks of one code that overlap one another, directly or by way of others. What they cover has no gap.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    /// The code.
    pub(super) code: u32,
    /// All characters that anybody coded.
    pub(super) range: CharRange,
    /// Who has a mark in it, in order, each once.
    pub(super) coders: Vec<u32>,
    /// The marks, ordered by start, end and coder.
    marks: Vec<Mark>,
}

/// The clusters of a text, by code, then place.
pub(super) fn clusters(reading: &Reading) -> Vec<Cluster> {
    let mut marks = reading.marks.clone();
    // Stable, so that within a code they stay ordered by start, end and coder.
    marks.sort_by_key(|mark| mark.code);
    let mut clusters: Vec<Cluster> = Vec::new();
    for mark in marks {
        match clusters.last_mut() {
            Some(last) if last.code == mark.code && mark.range.start() < last.range.end() => {
                last.range = joined(last.range, mark.range);
                last.marks.push(mark);
            }
            _ => clusters.push(Cluster {
                code: mark.code,
                range: mark.range,
                coders: Vec::new(),
                marks: vec![mark],
            }),
        }
    }
    for cluster in &mut clusters {
        cluster.coders = cluster.marks.iter().map(|mark| mark.coder).collect();
        cluster.coders.sort_unstable();
        cluster.coders.dedup();
    }
    clusters
}

/// From the start of the first to the end of the farther-reaching one.
fn joined(first: CharRange, second: CharRange) -> CharRange {
    let end = first.end().max(second.end());
    CharRange::new(first.start().min(second.start()), end).expect("what contains a range is not empty")
}

impl Cluster {
    /// What one coder coded in it: runs without a gap. Marks of one coder that touch are one run, since together they
    /// code the same characters as one long mark does.
    pub(super) fn said_by(&self, coder: u32) -> Vec<Said> {
        let mut said: Vec<Said> = Vec::new();
        for mark in self.marks.iter().filter(|mark| mark.coder == coder) {
            match said.last_mut() {
                Some(last) if mark.range.start() <= last.range.end() => {
                    last.range = joined(last.range, mark.range);
                    last.annotations.push(mark.annotation);
                }
                _ => {
                    said.push(Said { code: self.code, range: mark.range, annotations: vec![mark.annotation] })
                }
            }
        }
        for one in &mut said {
            one.annotations.sort_unstable();
        }
        said
    }

    /// How many characters some of its coders coded and some did not.
    pub(super) fn disputed_length(&self) -> u32 {
        let runs = self.coders.iter().flat_map(|coder| self.said_by(*coder));
        let mut events: Vec<(u32, i32)> =
            runs.flat_map(|said| [(said.range.start(), 1), (said.range.end(), -1)]).collect();
        events.sort_unstable();
        let (mut at, mut open, mut disputed) = (self.range.start(), 0_usize, 0);
        for (position, change) in events {
            // Nothing in a cluster is coded by nobody.
            if open < self.coders.len() {
                disputed += position - at;
            }
            at = position;
            open = open.checked_add_signed(change as isize).expect("a run ends after it started");
        }
        disputed
    }

    /// The passages of a cluster in which nothing is in dispute: the marks themselves where all coders made the same ones,
    /// else what they cover.
    pub(super) fn agreed_ranges(&self) -> Vec<CharRange> {
        let of = |coder: u32| {
            let mut ranges: Vec<CharRange> =
                self.marks.iter().filter(|mark| mark.coder == coder).map(|mark| mark.range).collect();
            ranges.dedup();
            ranges
        };
        let mut all = self.coders.iter().map(|coder| of(*coder));
        let first = all.next().unwrap_or_default();
        if all.all(|ranges| ranges == first) { first } else { vec![self.range] }
    }
}
