//! Why a number cannot be given.

use std::fmt;

/// A coefficient, or why there is none. Never 0 or 1 in place of what is not defined: reference implementations
/// disagree about such cases, so no number would be right.
pub type Value = Result<f64, Undefined>;

/// Why a coefficient is not defined for the data at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Undefined {
    /// Nobody to agree with.
    FewerThanTwoCoders,
    /// No unit has values of two coders.
    NoUnitCodedByTwoCoders,
    /// Every coder gave the same value everywhere, so that chance alone would agree as well.
    NoVariation,
    /// A coder gave two different codes to the same text, and the coefficient knows one value a unit.
    OverlappingCodes,
    /// The coders read different parts of one document.
    CoverageDiffers,
    /// Nothing was marked.
    NoSpans,
    /// No coder used this code.
    CodeNotUsed,
    /// There are too few documents or paragraphs to draw from.
    TooFewUnitsToResample,
    /// More passages than the coefficient can be computed for in reasonable time.
    TooLarge,
}

impl Undefined {
    /// The word for programs: a contract of JSON and CSV.
    pub fn word(self) -> &'static str {
        match self {
            Undefined::FewerThanTwoCoders => "fewer_than_two_coders",
            Undefined::NoUnitCodedByTwoCoders => "no_unit_coded_by_two_coders",
            Undefined::NoVariation => "no_variation",
            Undefined::OverlappingCodes => "overlapping_codes",
            Undefined::CoverageDiffers => "coverage_differs",
            Undefined::NoSpans => "no_spans",
            Undefined::CodeNotUsed => "code_not_used",
            Undefined::TooFewUnitsToResample => "too_few_units_to_resample",
            Undefined::TooLarge => "too_large",
        }
    }
}

/// The sentence for people.
impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Undefined::FewerThanTwoCoders => "fewer than two coders read these texts",
            Undefined::NoUnitCodedByTwoCoders => "no text was read by two coders",
            Undefined::NoVariation => {
                "every coder gave the same value everywhere, so agreement beyond chance cannot be assessed"
            }
            Undefined::OverlappingCodes => "a coder gave two different codes to the same text",
            Undefined::CoverageDiffers => "the coders read different parts of one document",
            Undefined::NoSpans => "nothing was marked",
            Undefined::CodeNotUsed => "no coder used this code",
            Undefined::TooFewUnitsToResample => "there are too few documents or paragraphs for an interval",
            Undefined::TooLarge => "there are too many passages to compute it in reasonable time",
        })
    }
}
