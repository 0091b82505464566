//! When annotations were made.

use std::collections::{BTreeMap, BTreeSet};

use super::{Matrix, chosen_coders, chosen_codes, labelled};
use crate::actions::selection::Filter;
use crate::analysis::frequency::Frequencies;
use crate::error::Result;
use crate::store::Reader;
use crate::store::select::CreationRow;

pub use crate::analysis::period::Period;

/// What was coded in one day, week or month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodCount {
    /// The period, as [`Period::of`] writes it; empty for times that no calendar writes.
    pub period: String,
    /// Annotations with a code that were made then.
    pub annotations: u64,
    /// Documents in which they are.
    pub documents: u64,
    /// Different codes.
    pub codes: u64,
    /// Coders who made them.
    pub coders: u64,
}

/// By what a timeline is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineGroup {
    /// A column per coder.
    Coder,
    /// A column per code.
    Code,
}

/// How much was coded when, in the order of time. Periods in which nothing was made are left out.
///
/// # Errors
/// Refused for names that are not there.
pub fn timeline(reader: Reader<'_>, filter: &Filter, period: Period) -> Result<Vec<PeriodCount>> {
    #[derive(Default)]
    struct Made {
        annotations: u64,
        documents: BTreeSet<i64>,
        codes: BTreeSet<i64>,
        coders: BTreeSet<i64>,
    }
    let mut periods: BTreeMap<String, Made> = BTreeMap::new();
    each_coding(reader, filter, |row, code| {
        let made = periods.entry(written(period, &row)).or_default();
        made.annotations += 1;
        made.documents.insert(row.document);
        made.codes.insert(code);
        made.coders.insert(row.coder);
    })?;
    let count = |(period, made): (String, Made)| PeriodCount {
        period,
        annotations: made.annotations,
        documents: made.documents.len() as u64,
        codes: made.codes.len() as u64,
        coders: made.coders.len() as u64,
    };
    Ok(periods.into_iter().map(count).collect())
}

/// How many annotations were made when, by coder or by code.
///
/// # Errors
/// Refused for names that are not there.
pub fn timeline_by(
    reader: Reader<'_>,
    filter: &Filter,
    period: Period,
    group: TimelineGroup,
) -> Result<Matrix> {
    let (columns, places) = match group {
        TimelineGroup::Coder => chosen_coders(reader, filter)?,
        TimelineGroup::Code => labelled(chosen_codes(reader, filter)?),
    };
    let mut periods: BTreeMap<String, i64> = BTreeMap::new();
    let mut frequencies = Frequencies::default();
    each_coding(reader, filter, |row, code| {
        let next = periods.len() as i64;
        let at = *periods.entry(written(period, &row)).or_insert(next);
        let column = match group {
            TimelineGroup::Coder => places.get(&row.coder),
            TimelineGroup::Code => places.get(&code),
        };
        if let Some(column) = column {
            frequencies.add(at, *column, 1);
        }
    })?;
    let rows = periods.into_iter().map(|(period, at)| (at, period)).collect();
    Ok(Matrix { columns, rows, frequencies })
}

fn each_coding(reader: Reader<'_>, filter: &Filter, mut each: impl FnMut(CreationRow, i64)) -> Result<()> {
    reader.each_creation(&filter.selection(reader)?, |row| {
        if let Some(code) = row.code {
            each(row, code);
        }
        Ok(())
    })
}

fn written(period: Period, row: &CreationRow) -> String {
    period.of(row.created_at).unwrap_or_default()
}
