//! Numbers: how often, how much, and how passages lie to each other.
//!
//! Pure and deterministic: everything takes slices or single values and returns numbers. All positions and lengths
//! are code points.

pub mod agreement;
pub mod allotment;
pub mod coverage;
pub mod frequency;
pub mod overlap;
pub mod random;
