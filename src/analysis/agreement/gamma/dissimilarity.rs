//! How unlike two units are (Mathet, Widlöcher & Métivier 2015, section 4).

use super::continuum::Unit;

/// Δ∅: what a unit costs that is held against nothing. Everything else is measured by it, so its size changes no gamma.
pub const EMPTY: f64 = 1.0;

/// What decides between alignments of the same disorder: each unit that is not alone counts as so much less. The one that aligns
/// most is taken, so that gamma-cat does not hang on the order in which a program happens to look. Far above the error of the sums and
/// far below any difference that means something.
pub const TIE: f64 = 1e-9;

/// The combined dissimilarity α·d_pos + β·d_cat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dissimilarity {
    /// The weight of place; not negative.
    pub alpha: f64,
    /// The weight of the code; not negative.
    pub beta: f64,
}

impl Dissimilarity {
    /// d_pos: ((|start - start| + |end - end|) / (length + length))²·Δ∅. It is 1 for two units of a length that touch.
    pub fn positional(self, one: Unit, other: Unit) -> f64 {
        let apart = (one.start - other.start).abs() + (one.end - other.end).abs();
        let relative = apart / (one.length() + other.length());
        relative * relative * EMPTY
    }

    /// d_cat: 0 for the same code, else Δ∅.
    pub fn categorical(self, one: Unit, other: Unit) -> f64 {
        if one.code == other.code { 0.0 } else { EMPTY }
    }

    /// α·d_pos + β·d_cat.
    pub fn combined(self, one: Unit, other: Unit) -> f64 {
        self.alpha * self.positional(one, other) + self.beta * self.categorical(one, other)
    }

    /// How far apart two units can start whose dissimilarity is less than `limit`, for each code point of their common length.
    pub fn reach(self, limit: f64) -> f64 {
        // A hair more than exact: what is measured exactly afterwards must not be missed by rounding.
        if self.alpha > 0.0 { (limit / (self.alpha * EMPTY)).sqrt() * (1.0 + 1e-9) } else { f64::INFINITY }
    }
}
