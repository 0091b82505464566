//! Placeholder.
use super::material::Material;
use super::undefined::{Undefined, Value};
/// Gamma
#[derive(Debug, Clone, Copy)]
pub struct Gamma {
    /// a
    pub gamma: f64,
    /// a
    pub gamma_cat: Value,
    /// a
    pub observed: f64,
    /// a
    pub expected: f64,
    /// a
    pub samples: u32,
    /// a
    pub seed: u64,
    /// a
    pub alpha: f64,
    /// a
    pub beta: f64,
    /// a
    pub units: usize,
}
/// a
/// # Errors
/// a
pub fn of(_: &Material, _: u64) -> Result<Gamma, Undefined> {
    Err(Undefined::TooLarge)
}
