//! Agreement on a table of units that did not come from spans.

use std::collections::BTreeMap;
use std::io::Read;

use crate::analysis::agreement::bootstrap::{self, Estimate, Resampling};
use crate::analysis::agreement::coefficient::Coefficient;
use crate::analysis::agreement::mean_of_defined;
use crate::analysis::agreement::pair::Confusion;
use crate::analysis::agreement::tally::Tally;
use crate::analysis::agreement::undefined::{Undefined, Value};
use crate::error::{Error, Result};
use crate::exchange::csv::ReadOptions;
use crate::exchange::unitized::{self, Judgements};

/// What is to be computed of a table.
#[derive(Debug, Clone)]
pub struct Table {
    /// The coefficients; alpha is always among them.
    pub coefficients: Vec<Coefficient>,
    /// Compare these coders only; empty: all.
    pub coders: Vec<String>,
    /// How many categories coders could choose from; `None`: as many as they used.
    pub categories: Option<usize>,
    /// Intervals, if they are wanted.
    pub resampling: Option<TableResampling>,
}

/// How an interval is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableResampling {
    /// Units with replacement.
    Units(Resampling),
    /// Krippendorff's algorithm, which draws pairs of values.
    Pairs(Resampling),
}

/// A report on a table.
#[derive(Debug, Clone)]
pub struct TableReport {
    /// The coders.
    pub coders: Vec<String>,
    /// Units in the table, and those that at least two coders judged.
    pub units: (usize, usize),
    /// The categories that were used, in order.
    pub categories: Vec<String>,
    /// How many categories there were to choose from.
    pub declared: usize,
    /// The coefficients, in order.
    pub values: Vec<(Coefficient, Value)>,
    /// The interval of alpha.
    pub interval: Option<Estimate>,
    /// By category: how often it was given, and its alpha against the rest.
    pub by_category: Vec<(String, u64, Value)>,
    /// By pair of coders: units that both judged, percent agreement, kappa, pi.
    pub pairs: Vec<TablePair>,
    /// How the interval was drawn.
    pub resampling: Option<TableResampling>,
}

/// Two coders of a table.
#[derive(Debug, Clone)]
pub struct TablePair {
    /// Their places.
    pub coders: (usize, usize),
    /// What one said against what the other said.
    pub confusion: Confusion,
}

/// Computes a report on a table.
///
/// # Errors
/// Refused for a table that cannot be read, a coder who is not in it, fewer categories than were used, and coefficients that need
/// spans.
pub fn agree_on_table(source: impl Read, table: &Table) -> Result<TableReport> {
    let nominal =
        |coefficient: &Coefficient| coefficient.counts_units() && *coefficient != Coefficient::AlphaSet;
    if let Some(of_spans) = table.coefficients.iter().find(|coefficient| !nominal(coefficient)) {
        return Err(Error::usage(format!(
            "`{}` needs passages, and a table of units has none",
            of_spans.word()
        ))
        .hint("of a table: percent, kappa, pi, fleiss, bp, ac1, alpha"));
    }
    let judgements = chosen(unitized::read(source, ReadOptions::default())?, &table.coders)?;
    let mut categories: BTreeMap<&str, u64> = BTreeMap::new();
    for value in judgements.units.iter().flatten().flatten() {
        *categories.entry(value).or_default() += 1;
    }
    let numbers: BTreeMap<&str, usize> = categories.keys().copied().zip(0..).collect();
    let units: Vec<Vec<Option<usize>>> = judgements
        .units
        .iter()
        .map(|unit| unit.iter().map(|value| value.as_deref().map(|value| numbers[value])).collect())
        .collect();
    let counts: Vec<Vec<u32>> = units
        .iter()
        .map(|unit| {
            let mut counts = vec![0; categories.len()];
            unit.iter().flatten().for_each(|category| counts[*category] += 1);
            counts
        })
        .collect();
    let mut tally = Tally::default();
    counts.iter().for_each(|unit| tally.add(unit, 1));
    let declared = table.categories.unwrap_or(categories.len());
    if declared < categories.len() {
        return Err(Error::refused(format!(
            "coders could choose from {declared} categories by --categories, and used {}",
            categories.len()
        ))
        .hint("count every category that could be chosen; an empty cell, `NA`, `.` and `*` are none"));
    }
    let pairs = pairs(&units, judgements.coders.len());
    let few = judgements.coders.len() < 2;
    let why = |reason| if few { Undefined::FewerThanTwoCoders } else { reason };
    let asked = |coefficient: &Coefficient| {
        table.coefficients.contains(coefficient) || *coefficient == Coefficient::Alpha
    };
    let values = Coefficient::ALL
        .into_iter()
        .filter(asked)
        .map(|coefficient| (coefficient, value(coefficient, &tally, declared, &pairs).map_err(why)))
        .collect();
    let interval = table.resampling.map(|resampling| {
        let interval = match resampling {
            TableResampling::Units(resampling) => by_units(&counts, resampling),
            TableResampling::Pairs(resampling) => bootstrap::krippendorff(&counts, resampling),
        };
        interval.map_err(why)
    });
    let by_category = categories
        .iter()
        .zip(0..)
        .map(|((category, count), number)| {
            ((*category).to_owned(), *count, tally.one_against_the_rest(number).alpha().map_err(why))
        })
        .collect();
    Ok(TableReport {
        units: (units.len(), counts.iter().filter(|unit| unit.iter().sum::<u32>() >= 2).count()),
        categories: categories.keys().map(|category| (*category).to_owned()).collect(),
        declared,
        values,
        interval,
        by_category,
        pairs,
        resampling: table.resampling,
        coders: judgements.coders,
    })
}

/// The columns of the coders that were named.
fn chosen(judgements: Judgements, coders: &[String]) -> Result<Judgements> {
    if coders.is_empty() {
        return Ok(judgements);
    }
    let places: Vec<usize> = coders
        .iter()
        .map(|coder| {
            judgements.coders.iter().position(|known| known == coder).ok_or_else(|| {
                Error::refused(format!("the table has no coder `{coder}`"))
                    .did_you_mean(coder, judgements.coders.iter().map(String::as_str))
                    .hint(format!("its coders are `{}`", judgements.coders.join("`, `")))
            })
        })
        .collect::<Result<_>>()?;
    let unit = |unit: &Vec<Option<String>>| places.iter().map(|place| unit[*place].clone()).collect();
    Ok(Judgements { coders: coders.to_vec(), units: judgements.units.iter().map(unit).collect() })
}

fn pairs(units: &[Vec<Option<usize>>], coders: usize) -> Vec<TablePair> {
    let all = (0..coders).flat_map(|first| (first + 1..coders).map(move |second| (first, second)));
    all.map(|(first, second)| {
        let mut confusion = Confusion::default();
        for unit in units {
            if let (Some(one), Some(other)) = (unit[first], unit[second]) {
                let number =
                    |category: usize| u32::try_from(category).expect("categories are counted by u32");
                confusion.add(number(one), number(other), 1);
            }
        }
        TablePair { coders: (first, second), confusion }
    })
    .collect()
}

fn value(coefficient: Coefficient, tally: &Tally, declared: usize, pairs: &[TablePair]) -> Value {
    let of_pairs =
        |of: fn(&Confusion) -> Value| mean_of_defined(pairs.iter().map(|pair| of(&pair.confusion)));
    match coefficient {
        Coefficient::Percent => tally.percent(),
        Coefficient::Kappa => of_pairs(Confusion::cohen_kappa),
        Coefficient::Pi => of_pairs(Confusion::scott_pi),
        Coefficient::Fleiss => tally.fleiss(),
        Coefficient::BrennanPrediger => tally.brennan_prediger(declared),
        Coefficient::Ac1 => tally.gwet_ac1(declared),
        _ => tally.alpha(),
    }
}

/// Units that one coder judged can be drawn too: they are units, and alpha leaves them out.
fn by_units(counts: &[Vec<u32>], resampling: Resampling) -> Estimate {
    let drawn = bootstrap::draw(counts.len(), resampling, |times| {
        let mut tally = Tally::default();
        counts.iter().zip(times).for_each(|(unit, times)| tally.add(unit, *times));
        vec![tally.alpha()]
    });
    drawn.and_then(|estimates| estimates.first().copied().unwrap_or(Err(Undefined::NoUnitCodedByTwoCoders)))
}
