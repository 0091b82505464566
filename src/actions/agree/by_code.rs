//! The numbers of each code.

use crate::actions::compare::Compared;
use crate::analysis::agreement::alpha_u::AlphaU;
use crate::analysis::agreement::bootstrap::Estimate;
use crate::analysis::agreement::coefficient::Coefficient;
use crate::analysis::agreement::matching::{self, Criterion, Matched};
use crate::analysis::agreement::material::Material;
use crate::analysis::agreement::mean_of_defined;
use crate::analysis::agreement::pair::Fourfold;
use crate::analysis::agreement::sweep::Sums;
use crate::analysis::agreement::tally::Tally;
use crate::analysis::agreement::undefined::{Undefined, Value};
use crate::analysis::agreement::unitizing::{Unitizing, Units};

/// What coders did with one code. Lengths are code points, or units.
#[derive(Debug, Clone)]
pub struct CodeReport {
    /// Its place among the compared codes.
    pub number: usize,
    /// Its path.
    pub path: String,
    /// By coder, passages with it.
    pub spans: Vec<u64>,
    /// By coder, how much text has it, each character once.
    pub coded: Vec<u64>,
    /// By coder, that as a part of the text this coder read; 0 to 1.
    pub shares: Vec<f64>,
    /// Coded by all who read it.
    pub by_all: u64,
    /// Coded by some who read it, and not by all.
    pub by_some: u64,
    /// By pair of coders who read something in common.
    pub pairs: Vec<PairReport>,
    /// Positive agreement: of what either of two coders coded, how much both did; over all pairs together.
    pub dice: Value,
    /// The coefficients that have a value for one code, in the order of the report.
    pub values: Vec<(Coefficient, Value)>,
    /// The interval of alpha, where intervals were asked for.
    pub interval: Option<Estimate>,
    /// Alpha of the passages as they were marked, where they were widened.
    pub unsnapped_alpha: Option<Value>,
}

/// Two coders and one code.
#[derive(Debug, Clone, Copy)]
pub struct PairReport {
    /// The first coder's place.
    pub first: usize,
    /// The second coder's place.
    pub second: usize,
    /// Who coded how much of what both read.
    pub counts: Fourfold,
    /// Passages, and how many are matched (shared by half at least).
    pub matched: Result<Matched, Undefined>,
}

impl CodeReport {
    /// A coefficient of this code; `None`: not in the report.
    pub fn value(&self, coefficient: Coefficient) -> Option<Value> {
        self.values.iter().find(|(of, _)| *of == coefficient).map(|(_, value)| *value)
    }
}

/// The codes that somebody used.
pub(super) fn codes(compared: &Compared, sums: &Sums, coefficients: &[Coefficient]) -> Vec<CodeReport> {
    let material = &compared.material;
    let pairs = material.pairs();
    let mut spans = vec![vec![0_u64; compared.coders.len()]; compared.codes.len()];
    let mut read = vec![0_u64; compared.coders.len()];
    for reading in &material.readings {
        reading.readers.iter().for_each(|reader| read[*reader as usize] += u64::from(reading.length));
        for mark in &reading.marks {
            spans[mark.code as usize][mark.coder as usize] += 1;
        }
    }
    let matched: Vec<Result<Vec<Matched>, Undefined>> = if coefficients.contains(&Coefficient::F1) {
        pairs.iter().map(|pair| matching::by_code(material, *pair, Criterion::Half)).collect()
    } else {
        Vec::new()
    };
    let alpha_u = if coefficients.contains(&Coefficient::AlphaU1995) {
        AlphaU::of(material)
    } else {
        Err(Undefined::NoSpans)
    };
    let once = |_: usize| 1;
    let totals = sums.totals(once);
    let mut reports = Vec::new();
    for (number, (code, spans)) in compared.codes.iter().zip(spans).enumerate() {
        if spans.iter().all(|count| *count == 0) {
            continue;
        }
        let tally = sums.tally(number, &totals, once);
        let mut coded = vec![0; compared.coders.len()];
        let (mut by_all, mut by_any) = (0, 0);
        for cell in &sums.codes[number].cells {
            coded.iter_mut().zip(&cell.by_coder).for_each(|(sum, length)| *sum += length);
            by_all += cell.by_all;
            by_any += cell.by_any;
        }
        let of_pairs: Vec<PairReport> = pairs
            .iter()
            .enumerate()
            .map(|(place, (first, second))| PairReport {
                first: *first as usize,
                second: *second as usize,
                counts: sums.fourfold(number, (*first, *second), once),
                matched: match matched.get(place) {
                    Some(Ok(by_code)) => Ok(by_code[number]),
                    Some(Err(reason)) => Err(*reason),
                    None => Ok(Matched::default()),
                },
            })
            .collect();
        let values = coefficients
            .iter()
            .filter(|coefficient| coefficient.by_code())
            .map(|coefficient| {
                let value = match (coefficient, &alpha_u) {
                    (Coefficient::AlphaU1995, Ok(alpha_u)) => alpha_u.code(place(number)),
                    (Coefficient::AlphaU1995, Err(reason)) => Err(*reason),
                    _ => value(*coefficient, material, number, &tally, &of_pairs),
                };
                (*coefficient, value.map_err(|reason| super::why(material, reason)))
            })
            .collect();
        let shares = coded
            .iter()
            .zip(&read)
            .map(|(coded, read)| crate::analysis::coverage::share(*coded, *read))
            .collect();
        reports.push(CodeReport {
            number,
            path: code.path.clone(),
            spans,
            coded,
            shares,
            by_all,
            by_some: by_any - by_all,
            dice: pooled(&of_pairs).dice().map_err(|reason| super::why(material, reason)),
            pairs: of_pairs,
            values,
            interval: None,
            unsnapped_alpha: None,
        });
    }
    reports
}

/// The counts of all pairs together.
fn pooled(pairs: &[PairReport]) -> Fourfold {
    let mut all = Fourfold::default();
    pairs.iter().for_each(|pair| all.add(pair.counts));
    all
}

fn value(
    coefficient: Coefficient,
    material: &Material,
    code: usize,
    tally: &Tally,
    pairs: &[PairReport],
) -> Value {
    let of_pairs = |of: &dyn Fn(&PairReport) -> Value| match pairs {
        [] => Err(Undefined::NoUnitCodedByTwoCoders),
        pairs => mean_of_defined(pairs.iter().map(of)),
    };
    // Coded or not: two categories could be chosen, whichever were.
    let categories = 2;
    match coefficient {
        Coefficient::Percent => tally.percent(),
        Coefficient::Kappa => of_pairs(&|pair| pair.counts.confusion().cohen_kappa()),
        Coefficient::Pi => of_pairs(&|pair| pair.counts.confusion().scott_pi()),
        Coefficient::Fleiss => tally.fleiss(),
        Coefficient::BrennanPrediger => tally.brennan_prediger(categories),
        Coefficient::Ac1 => tally.gwet_ac1(categories),
        Coefficient::Alpha => tally.alpha(),
        Coefficient::UAlpha => {
            Unitizing::of(material, Units::OneCode(place(code))).and_then(|sums| sums.u_alpha())
        }
        Coefficient::F1 => of_pairs(&|pair| pair.matched.and_then(Matched::f1)),
        // One of all codes is no sum over codes, and the caller has the other.
        Coefficient::AlphaSet | Coefficient::Gamma | Coefficient::Boundary | Coefficient::AlphaU1995 => {
            Err(Undefined::NoSpans)
        }
    }
}

fn place(code: usize) -> u32 {
    u32::try_from(code).expect("codes are numbered by u32")
}
