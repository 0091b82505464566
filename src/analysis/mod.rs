//! Numbers: how often, how much, and how passages lie to each other.
//!
//! Pure and deterministic: everything takes slices or single values and returns numbers. All positions and lengths
//! are code points.

pub mod agreement;
pub mod allotment;
pub mod chance;
pub mod contingency;
pub mod cooccurrence;
pub mod coverage;
pub mod depth;
pub mod frequency;
pub mod overlap;
pub mod period;
pub mod random;
