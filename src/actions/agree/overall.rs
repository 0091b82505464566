//! The numbers of all codes together.

use super::by_code::CodeReport;
use crate::actions::compare::{Compared, Unit};
use crate::analysis::agreement::alpha_u::AlphaU;
use crate::analysis::agreement::bootstrap::Estimate;
use crate::analysis::agreement::characters::{Nominal, SetAlphas};
use crate::analysis::agreement::coefficient::Coefficient;
use crate::analysis::agreement::gamma::{Gamma, GammaOptions, gamma};
use crate::analysis::agreement::matching::Matched;
use crate::analysis::agreement::undefined::{Undefined, Value};
use crate::analysis::agreement::unitizing::{Unitizing, Units};
use crate::analysis::agreement::{boundary, mean_of_defined};

/// What |u-alpha was computed of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The units of all codes: nobody gave two codes to the same text.
    Units,
    /// The text under any code, since codes overlap.
    AnyCode,
}

/// All codes together.
#[derive(Debug, Clone)]
pub struct Overall {
    /// The mean of the alphas that are defined.
    pub mean_alpha: Value,
    /// Its interval, where intervals were asked for.
    pub mean_interval: Option<Estimate>,
    /// The lowest alpha, and the path of its code: a mean hides bad codes.
    pub minimum: Option<(String, f64)>,
    /// Codes whose alpha is not defined; they are not in the mean.
    pub undefined: usize,
    /// The mean of Dice over the codes.
    pub mean_dice: Value,
    /// |u-alpha: whether coders mark the same text. `None`: not by character.
    pub bar_u_alpha: Option<(Value, Basis)>,
    /// cu-alpha and the part of the text it speaks of: of what several marked, whether they gave the same code.
    pub cu_alpha: Option<(Value, Option<f64>)>,
    /// The coefficients that were asked for and have one value for all codes, in the order of the report. By character and by unit, a value
    /// is a code or "uncoded", defined only where nobody gave two codes to the same text.
    pub values: Vec<(Coefficient, Value)>,
    /// Alpha over sets of codes, where asked for.
    pub sets: Option<SetAlphas>,
    /// (k)u-alpha and the part of the code's text it speaks of, by path, where u-alpha was asked for.
    pub ku_alpha: Vec<(String, Value, Value)>,
    /// Gamma with all it depends on, where asked for.
    pub gamma: Option<Result<Gamma, Undefined>>,
}

/// `asked`: the coefficients that somebody asked for. Alpha and F1 are in every report by code; of all codes together, alpha is given
/// only when asked for, since one value a character is defined for few codings.
pub(super) fn overall(
    compared: &Compared,
    codes: &[CodeReport],
    asked: &[Coefficient],
    seed: u64,
) -> Overall {
    let material = &compared.material;
    let why = |reason| super::why(material, reason);
    let alphas: Vec<(&str, Value)> = codes
        .iter()
        .filter_map(|code| code.value(Coefficient::Alpha).map(|alpha| (code.path.as_str(), alpha)))
        .collect();
    let nothing = if material.coders < 2 { Undefined::FewerThanTwoCoders } else { Undefined::NoSpans };
    let mean = |values: &mut dyn Iterator<Item = Value>| {
        let mut values = values.peekable();
        if values.peek().is_none() { Err(nothing) } else { mean_of_defined(values) }
    };
    let defined = alphas.iter().filter_map(|(path, alpha)| alpha.ok().map(|alpha| (*path, alpha)));
    let minimum = defined.min_by(|one, other| one.1.total_cmp(&other.1));
    let by_character = compared.unit == Unit::Character;
    let units = by_character.then(|| Unitizing::of(material, Units::AllCodes));
    let nominal = if asked.iter().any(|coefficient| of_values(*coefficient)) {
        Nominal::of(material)
    } else {
        Err(Undefined::NoSpans)
    };
    let gamma = asked
        .contains(&Coefficient::Gamma)
        .then(|| gamma(material, &GammaOptions { seed, ..GammaOptions::default() }).map_err(why));
    let wanted = |coefficient: &Coefficient| match coefficient {
        Coefficient::F1 => by_character,
        Coefficient::AlphaSet => false,
        other => asked.contains(other),
    };
    let values = Coefficient::ALL
        .into_iter()
        .filter(wanted)
        .map(|coefficient| {
            let value = match coefficient {
                Coefficient::F1 => f1(codes),
                Coefficient::UAlpha => {
                    units.clone().unwrap_or(Err(nothing)).and_then(|units| units.u_alpha())
                }
                Coefficient::AlphaU1995 => AlphaU::of(material).and_then(|alpha| alpha.overall()),
                Coefficient::Boundary => boundary::mean_similarity(material),
                Coefficient::Gamma => gamma.unwrap_or(Err(nothing)).map(|gamma| gamma.gamma),
                of_values => nominal.as_ref().map_err(|reason| *reason).and_then(|nominal| {
                    // Uncoded is a category too.
                    nominal.value(of_values, compared.codes.len() + 1)
                }),
            };
            (coefficient, value.map_err(why))
        })
        .collect();
    Overall {
        mean_alpha: mean(&mut alphas.iter().map(|(_, alpha)| *alpha)),
        mean_interval: None,
        minimum: minimum.map(|(path, alpha)| (path.to_owned(), alpha)),
        undefined: alphas.iter().filter(|(_, alpha)| alpha.is_err()).count(),
        mean_dice: mean(&mut codes.iter().map(|code| code.dice)),
        bar_u_alpha: units.clone().map(|units| match units {
            Err(Undefined::OverlappingCodes) => {
                let union = Unitizing::of(material, Units::AnyCode).and_then(|units| units.bar_u_alpha());
                (union.map_err(why), Basis::AnyCode)
            }
            units => (units.and_then(|units| units.bar_u_alpha()).map_err(why), Basis::Units),
        }),
        cu_alpha: units.clone().map(|units| {
            let coverage = units.as_ref().ok().map(Unitizing::cu_coverage);
            (units.and_then(|units| units.cu_alpha()).map_err(why), coverage)
        }),
        ku_alpha: match units {
            Some(Ok(units)) if asked.contains(&Coefficient::UAlpha) => codes
                .iter()
                .map(|code| {
                    let number = u32::try_from(code.number).expect("codes are numbered by u32");
                    (code.path.clone(), units.ku_alpha(number), units.ku_coverage(number))
                })
                .collect(),
            _ => Vec::new(),
        },
        sets: asked.contains(&Coefficient::AlphaSet).then(|| SetAlphas::of(material)),
        values,
        gamma,
    }
}

/// Whether a coefficient asks for one value a character.
fn of_values(coefficient: Coefficient) -> bool {
    coefficient.counts_units() && coefficient != Coefficient::AlphaSet
}

/// Span F1 of all codes together: by pair of coders, then the mean.
fn f1(codes: &[CodeReport]) -> Value {
    let mut pairs: Vec<Result<Matched, Undefined>> = Vec::new();
    for code in codes {
        pairs.resize(pairs.len().max(code.pairs.len()), Ok(Matched::default()));
        for (sum, pair) in pairs.iter_mut().zip(&code.pairs) {
            *sum = sum.and_then(|mut sum| {
                sum.add(pair.matched?);
                Ok(sum)
            });
        }
    }
    if pairs.is_empty() {
        Err(Undefined::NoSpans)
    } else {
        mean_of_defined(pairs.into_iter().map(|pair| pair.and_then(Matched::f1)))
    }
}
