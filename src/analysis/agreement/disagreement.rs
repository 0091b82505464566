//! Where coders differ, and how: omission, boundary or confusion.
//!
//! Per text and code, the marks of all its readers fall into *clusters*: marks that overlap belong together, marks that merely
//! touch do not. Of a cluster, ask who has a mark in it.
//!
//! - All readers have one: they *agree* where they coded the very same characters; else it is a **boundary**, and in dispute
//!   are the characters that some of them coded and some did not.
//! - Somebody has none: it is an **omission**, and all its characters are in dispute; unless it is the one half of a
//! - **confusion**: a cluster of another code lies at nearly the same place (they share at least half of the characters that
//!   either covers), and of either cluster somebody is missing who has a mark in the other. The coders saw the passage and named
//!   it differently. More than two codes at one place are one confusion.
//!
//! So a coder who gives a passage two codes, of which the other gave one, differs by one omission. Each cluster belongs to
//! one disagreement or to none, and every character that some readers gave a code and some did not lies in a disagreement
//! about that code: what a coefficient sums up is listed here one by one. The definitions are our own.

mod cluster;
mod confusion;

use super::material::Material;
use crate::domain::CharRange;
use cluster::{Cluster, clusters};
use confusion::group;

/// In what way coders differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Somebody who read the passage gave it no code, or not this one.
    Omission,
    /// All gave it the code, and differ in where it begins or ends.
    Boundary,
    /// They gave it different codes.
    Confusion,
}

/// What one coder coded: a run of characters without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The code, by its number in the material.
    pub code: u32,
    /// From where to where, in the positions of the material.
    pub range: CharRange,
    /// The annotations that say so, by number.
    pub annotations: Vec<i64>,
}

/// One place where coders differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// In what way.
    pub kind: Kind,
    /// The text, by its place among the readings of the material.
    pub reading: usize,
    /// From the first to the last character that anybody coded here.
    pub extent: CharRange,
    /// How many characters are in dispute; at least 1.
    pub length: u32,
    /// The codes in question, each with the characters that anybody gave it here; by place, then code.
    pub clusters: Vec<(u32, CharRange)>,
    /// Of each reader of the text, in their order, what they coded with these codes here, by place; empty: nothing.
    pub said: Vec<Vec<Said>>,
}

/// A passage to which all who read it gave a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreed {
    /// The text, by its place among the readings of the material.
    pub reading: usize,
    /// The code, by its number in the material.
    pub code: u32,
    /// The passage.
    pub range: CharRange,
}

/// Where coders differ and where they agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Where they differ: longest dispute first, then by text, place and code.
    pub disagreements: Vec<Disagreement>,
    /// Where they agree, by text, code and place.
    pub agreed: Vec<Agreed>,
}

impl Comparison {
    /// Holds the marks of all coders of each text against each other. A text with one reader has nothing to differ in.
    ///
    /// The cost is O(n log n) in the marks, and for confusions at most the number of codes that are used at one place times n.
    pub fn of(material: &Material) -> Comparison {
        let mut comparison = Comparison::default();
        for (place, reading) in material.readings.iter().enumerate() {
            if reading.readers.len() < 2 {
                continue;
            }
            let mut partial = Vec::new();
            for cluster in clusters(reading) {
                if cluster.coders.len() < reading.readers.len() {
                    partial.push(cluster);
                    continue;
                }
                let length = cluster.disputed_length();
                if length == 0 {
                    let agreed = cluster.agreed_ranges().into_iter();
                    comparison.agreed.extend(agreed.map(|range| Agreed {
                        reading: place,
                        code: cluster.code,
                        range,
                    }));
                } else {
                    let one = [&cluster];
                    comparison.disagreements.push(disagreement(
                        Kind::Boundary,
                        place,
                        length,
                        &reading.readers,
                        &one,
                    ));
                }
            }
            for group in group(&partial) {
                let members: Vec<&Cluster> = group.iter().map(|member| &partial[*member]).collect();
                let kind = if members.len() > 1 { Kind::Confusion } else { Kind::Omission };
                comparison.disagreements.push(disagreement(
                    kind,
                    place,
                    extent(&members).len(),
                    &reading.readers,
                    &members,
                ));
            }
        }
        comparison.disagreements.sort_by(|one, other| {
            other.length.cmp(&one.length).then_with(|| one.by_place().cmp(&other.by_place()))
        });
        comparison
    }
}

impl Disagreement {
    /// What reading order compares: the text, the place, and between equal ones the codes.
    pub fn by_place(&self) -> (usize, CharRange, &[(u32, CharRange)]) {
        (self.reading, self.extent, &self.clusters)
    }

    /// The codes in question, each once, in the order of their numbers.
    pub fn codes(&self) -> Vec<u32> {
        let mut codes: Vec<u32> = self.clusters.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

/// The members of a confusion overlap one another in a chain, so their extent has no gap and is as long as their union.
fn extent(members: &[&Cluster]) -> CharRange {
    let start = members.iter().map(|cluster| cluster.range.start()).min();
    let end = members.iter().map(|cluster| cluster.range.end()).max();
    start
        .zip(end)
        .and_then(|(start, end)| CharRange::new(start, end))
        .expect("a disagreement is about at least one cluster")
}

fn disagreement(
    kind: Kind,
    reading: usize,
    length: u32,
    readers: &[u32],
    members: &[&Cluster],
) -> Disagreement {
    let mut codes: Vec<(u32, CharRange)> =
        members.iter().map(|cluster| (cluster.code, cluster.range)).collect();
    codes.sort_unstable_by_key(|(code, range)| (*range, *code));
    let said = readers.iter().map(|reader| {
        let mut said: Vec<Said> = members.iter().flat_map(|cluster| cluster.said_by(*reader)).collect();
        said.sort_by_key(|said| (said.range, said.code));
        said
    });
    Disagreement { kind, reading, extent: extent(members), length, clusters: codes, said: said.collect() }
}

#[cfg(test)]
mod tests;
