//! The report as rows, one a code.

use crate::actions::agree::{CodeReport, Coefficient, Report, Undefined, Value};
use crate::actions::compare::Unit;
use crate::error::Result;
use crate::ui::plural::thousands;
use crate::ui::{Cell, Column, Format, Listing, Ui};

/// For whom the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Few columns: what coders did stands together.
    Eyes,
    /// A column for each number, and the reason of each that is not there.
    Programs,
}

/// Where a coefficient is not defined, for eyes.
const UNDEFINED: &str = "–";

pub(super) fn write(ui: &mut Ui, format: Format, report: &Report) -> Result<()> {
    let look = match format {
        Format::Plain | Format::Csv | Format::Json | Format::Jsonl => Look::Programs,
        // Tables of a paper are for eyes too.
        _ => Look::Eyes,
    };
    listing(ui, format, report, look)
}

/// Writes a row for each code that was used.
pub(super) fn listing(ui: &mut Ui, format: Format, report: &Report, look: Look) -> Result<()> {
    let columns = match look {
        Look::Eyes => columns_for_eyes(ui, report),
        Look::Programs => columns_for_programs(report),
    };
    let mut listing = Listing::new(ui, format, &columns)?;
    for code in &report.codes {
        let row = match look {
            Look::Eyes => row_for_eyes(report, code),
            Look::Programs => row_for_programs(report, code),
        };
        listing.row(&row)?;
    }
    listing.finish().map(drop)
}

fn columns_for_eyes(ui: &Ui, report: &Report) -> Vec<Column> {
    let handles = report.compared.handles();
    let mut columns = vec![
        Column::text("code", "Code"),
        Column::number("spans", "Passages"),
        Column::number("share", if report.compared.unit == Unit::Character { "Text %" } else { "Units %" }),
    ];
    match handles.as_slice() {
        [first, second] => {
            let only = |handle: &str| format!("Only {}", ui.shown(handle));
            columns.push(Column::number("both", "Both"));
            columns.push(Column::number("only_first", only(first)));
            columns.push(Column::number("only_second", only(second)));
        }
        _ => {
            columns.push(Column::number("all", "All"));
            columns.push(Column::number("some", "Some"));
        }
    }
    columns.push(Column::number("dice", "Dice"));
    for coefficient in coefficients(report) {
        if coefficient == Coefficient::Alpha && report.codes.iter().any(|code| code.unsnapped_alpha.is_some())
        {
            columns.push(Column::number("alpha_unsnapped", "alpha as marked"));
        }
        columns.push(Column::number(coefficient.key(), coefficient.title()));
        if coefficient == Coefficient::Alpha && report.resampling.is_some() {
            columns.push(Column::number("interval", "alpha 95 %"));
        }
    }
    columns
}

fn row_for_eyes<'a>(report: &'a Report, code: &'a CodeReport) -> Vec<Cell<'a>> {
    let joined = |parts: Vec<String>| Cell::from(parts.join("/"));
    let mut row = vec![
        Cell::from(code.path.as_str()),
        joined(code.spans.iter().map(|count| thousands(*count)).collect()),
        joined(code.shares.iter().map(|share| format!("{:.1}", share * 100.0)).collect()),
    ];
    match code.pairs.as_slice() {
        [pair] if report.compared.coders.len() == 2 => {
            row.extend([pair.counts.both, pair.counts.only_first, pair.counts.only_second].map(grouped));
        }
        _ if report.compared.coders.len() == 2 => row.extend([Cell::Null, Cell::Null, Cell::Null]),
        _ => row.extend([code.by_all, code.by_some].map(grouped)),
    }
    row.push(three(code.dice));
    for coefficient in coefficients(report) {
        if coefficient == Coefficient::Alpha
            && let Some(before) = code.unsnapped_alpha
        {
            row.push(three(before));
        }
        row.push(code.value(coefficient).map_or(Cell::Null, three));
        if coefficient == Coefficient::Alpha && report.resampling.is_some() {
            row.push(match code.interval {
                Some(Ok(interval)) => {
                    format!("{} to {}", decimals(interval.low), decimals(interval.high)).into()
                }
                _ => UNDEFINED.into(),
            });
        }
    }
    row
}

fn columns_for_programs(report: &Report) -> Vec<Column> {
    let mut columns = vec![Column::text("code", "Code")];
    let handles = report.compared.handles();
    for key in ["spans", "coded", "share"] {
        columns.extend(
            handles.iter().map(|handle| Column::number(format!("{key}_{handle}"), format!("{key} {handle}"))),
        );
    }
    columns.push(Column::number("coded_by_all", "All"));
    columns.push(Column::number("coded_by_some", "Some"));
    let named = |key: &str| {
        let key = key.to_owned();
        [
            Column::number(key.clone(), key.clone()),
            Column::text(format!("{key}_reason"), format!("{key}_reason")),
        ]
    };
    columns.extend(named("dice"));
    for coefficient in coefficients(report) {
        columns.extend(named(&coefficient.key()));
        if coefficient == Coefficient::Alpha {
            if report.resampling.is_some() {
                columns.push(Column::number("alpha_low", "low"));
                columns.push(Column::number("alpha_high", "high"));
                columns.push(Column::number("alpha_undefined_resamples", "undefined"));
                columns.push(Column::text("alpha_interval_reason", "interval"));
            }
            if report.codes.iter().any(|code| code.unsnapped_alpha.is_some()) {
                columns.extend(named("alpha_unsnapped"));
            }
        }
    }
    columns
}

fn row_for_programs<'a>(report: &'a Report, code: &'a CodeReport) -> Vec<Cell<'a>> {
    let mut row = vec![Cell::from(code.path.as_str())];
    row.extend(code.spans.iter().map(|count| whole(*count)));
    row.extend(code.coded.iter().map(|length| whole(*length)));
    row.extend(code.shares.iter().map(|share| Cell::from(*share)));
    row.extend([whole(code.by_all), whole(code.by_some)]);
    row.extend(with_reason(code.dice));
    for coefficient in coefficients(report) {
        row.extend(with_reason(code.value(coefficient).unwrap_or(Err(Undefined::NoSpans))));
        if coefficient == Coefficient::Alpha {
            match code.interval {
                Some(Ok(interval)) => {
                    row.extend([
                        interval.low.into(),
                        interval.high.into(),
                        interval.undefined.into(),
                        Cell::Null,
                    ]);
                }
                Some(Err(reason)) => row.extend([Cell::Null, Cell::Null, Cell::Null, reason.word().into()]),
                None if report.resampling.is_some() => row.extend([const { Cell::Null }; 4]),
                None => {}
            }
            if let Some(before) = code.unsnapped_alpha {
                row.extend(with_reason(before));
            }
        }
    }
    row
}

/// Those that have a value for one code.
fn coefficients(report: &Report) -> impl Iterator<Item = Coefficient> {
    report.coefficients.iter().copied().filter(|coefficient| coefficient.by_code())
}

pub(super) fn three<'a>(value: Value) -> Cell<'a> {
    value.map_or(UNDEFINED.into(), |value| decimals(value).into())
}

/// Three decimals; what rounds to nothing has no sign.
pub(super) fn decimals(value: f64) -> String {
    let shown = format!("{value:.3}");
    if shown == "-0.000" { "0.000".to_owned() } else { shown }
}

fn grouped<'a>(count: u64) -> Cell<'a> {
    thousands(count).into()
}

pub(super) fn whole<'a>(count: u64) -> Cell<'a> {
    Cell::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

pub(super) fn with_reason<'a>(value: Value) -> [Cell<'a>; 2] {
    match value {
        Ok(value) => [value.into(), Cell::Null],
        Err(reason) => [Cell::Null, reason.word().into()],
    }
}
