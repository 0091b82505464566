//! How far coders agree: the numbers of a report, and what to beware of.

mod by_code;
mod cautions;
mod overall;
mod table;

use super::compare::{Compare, Compared, Unit, gather};
use crate::analysis::agreement::bootstrap;
use crate::analysis::agreement::material::Material;
use crate::analysis::agreement::sweep::Sums;
use crate::error::{Error, Result};
use crate::store::Reader;

pub use crate::analysis::agreement::bootstrap::{Estimate, Interval, Resampling};
pub use crate::analysis::agreement::coefficient::Coefficient;
pub use crate::analysis::agreement::gamma::Gamma;
pub use crate::analysis::agreement::undefined::{Undefined, Value};
pub use by_code::{CodeReport, PairReport};
pub use cautions::Caution;
pub use overall::{Basis, Overall};
pub use table::{Table, TableReport, TableResampling, agree_on_table};

/// What is to be computed.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is compared.
    pub compare: Compare,
    /// The coefficients, beyond what every report has.
    pub coefficients: Vec<Coefficient>,
    /// Intervals, if they are wanted.
    pub resampling: Option<Resampling>,
    /// Seed of what gamma compares with.
    pub seed: u64,
}

/// A report on spans.
#[derive(Debug, Clone)]
pub struct Report {
    /// Who is compared on what.
    pub compared: Compared,
    /// Code points of the documents compared.
    pub characters: u64,
    /// Units compared: as many as characters, unless they are sentences, paragraphs or documents.
    pub units: u64,
    /// The coefficients that are in it, in order.
    pub coefficients: Vec<Coefficient>,
    /// The codes that somebody used, in the order of the codebook.
    pub codes: Vec<CodeReport>,
    /// Paths of the codes that nobody used; they are in no mean.
    pub unused: Vec<String>,
    /// All codes together.
    pub overall: Overall,
    /// How intervals were drawn; how many documents or paragraphs there were to draw from.
    pub resampling: Option<(Resampling, usize)>,
    /// What to beware of.
    pub cautions: Vec<Caution>,
}

/// Computes a report. Too few coders, or none who read the same, give a report without numbers and with reasons.
///
/// # Errors
/// Refused for names that are not there, and for coefficients that do not fit the unit; corrupt when a passage does not fit its text.
pub fn agree(reader: Reader<'_>, request: &Request) -> Result<Report> {
    let unit = request.compare.unit;
    let coefficients = coefficients(&request.coefficients, unit)?;
    let compared = gather(reader, &request.compare)?;
    let material = &compared.material;
    let sums = Sums::of(material, true);
    let parts = sums.parts.iter().filter(|part| part.readers.len() >= 2).count();
    let intervals = match request.resampling {
        Some(resampling) => bootstrap::alphas(&sums, resampling).map_err(|reason| why(material, reason)),
        None => Ok(Vec::new()),
    };
    let before_snapping = match request.compare.snap {
        Some(_) => Some(alphas_without_snapping(reader, &request.compare)?),
        None => None,
    };
    let mut codes = by_code::codes(&compared, &sums, &coefficients);
    for code in &mut codes {
        code.interval = interval(&intervals, code.number);
        code.unsnapped_alpha = before_snapping.as_ref().and_then(|alphas| alphas.get(code.number).copied());
    }
    let used = |path: &&String| !codes.iter().any(|code| &code.path == *path);
    let unused = compared.codes.iter().map(|code| &code.path).filter(used).cloned().collect();
    let mut overall = overall::overall(&compared, &codes, &request.coefficients, request.seed);
    overall.mean_interval = interval(&intervals, compared.codes.len());
    let snapped = request.compare.snap.is_some();
    let cautions = cautions::cautions(reader, &compared, &sums, &codes, &overall, snapped)?;
    Ok(Report {
        characters: compared.documents.iter().map(|document| u64::from(document.chars)).sum(),
        units: material.compared_length(),
        coefficients,
        codes,
        unused,
        overall,
        resampling: request.resampling.map(|resampling| (resampling, parts)),
        cautions,
        compared,
    })
}

/// What was asked for and what every report has, in order.
fn coefficients(asked: &[Coefficient], unit: Unit) -> Result<Vec<Coefficient>> {
    if unit != Unit::Character
        && let Some(of_spans) = asked.iter().find(|coefficient| !coefficient.counts_units())
    {
        return Err(Error::usage(format!(
            "`{}` compares passages, and --unit takes them for units",
            of_spans.word()
        ))
        .hint("leave out --unit, or ask for percent, kappa, pi, fleiss, bp, ac1, alpha or alpha-set"));
    }
    let wanted = |coefficient: &Coefficient| {
        asked.contains(coefficient)
            // AC1 beside alpha: most codes are under a small part of a text, where alpha alone misleads.
            || matches!(coefficient, Coefficient::Alpha | Coefficient::Ac1)
            || *coefficient == Coefficient::F1 && unit == Unit::Character
    };
    Ok(Coefficient::ALL.into_iter().filter(wanted).collect())
}

/// No common text has a more telling reason where there is nobody to share it with.
fn why(material: &Material, reason: Undefined) -> Undefined {
    match reason {
        Undefined::NoUnitCodedByTwoCoders | Undefined::TooFewUnitsToResample if material.coders < 2 => {
            Undefined::FewerThanTwoCoders
        }
        other => other,
    }
}

fn interval(intervals: &std::result::Result<Vec<Estimate>, Undefined>, number: usize) -> Option<Estimate> {
    match intervals {
        Ok(intervals) => intervals.get(number).copied(),
        Err(reason) => Some(Err(*reason)),
    }
}

/// The alphas of the passages as they were marked, by code.
fn alphas_without_snapping(reader: Reader<'_>, compare: &Compare) -> Result<Vec<Value>> {
    let compared = gather(reader, &Compare { snap: None, ..compare.clone() })?;
    let sums = Sums::of(&compared.material, false);
    let once = |_: usize| 1;
    let totals = sums.totals(once);
    Ok((0..compared.codes.len()).map(|code| sums.tally(code, &totals, once).alpha()).collect())
}
