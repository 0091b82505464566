//! `postil stats crosstab`

use super::{Context, Status, listing_format, no_documents, say_unused, wanted, whole};
use crate::actions::Access;
use crate::actions::stats::{self, Cases, ChiSquare, Crosstab, CrosstabRow};
use crate::cli::{CrosstabCount, PercentOf, StatsCrosstabArgs};
use crate::error::Result;
use crate::ui::{Cell, Column, Format, Listing, Look, Ui, plural};

pub(super) fn run(args: &StatsCrosstabArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    let cases = match args.count {
        CrosstabCount::Annotations => Cases::Annotations,
        CrosstabCount::Documents => Cases::Documents,
    };
    let session = context.open(Access::Read)?;
    let crosstab =
        session.store.read(|store| stats::crosstab(store.reader(), &filter, &args.attribute, cases))?;
    let ui = &mut context.ui;
    if crosstab.values.is_empty() && format == Format::Table {
        return Ok(no_documents(ui));
    }
    let columns = columns(ui, &crosstab, args);
    let mut listing = Listing::new(ui, format, &columns)?;
    let mut left_out = 0;
    for row in &crosstab.rows {
        if format.is_for_people() && row.total() == 0 {
            left_out += 1;
            continue;
        }
        listing.row(&cells(row, &row.code, &crosstab.all, args.percent))?;
    }
    listing.row(&cells(&crosstab.all, "(all)", &crosstab.all, args.percent))?;
    listing.finish()?;
    say_unused(ui, left_out);
    caution(ui, &crosstab, &args.attribute);
    Ok(Status::Done)
}

/// The key of a value's column is `NAME=VALUE`, so that no value is taken for one of the other columns.
fn columns(ui: &Ui, crosstab: &Crosstab, args: &StatsCrosstabArgs) -> Vec<Column> {
    let most = crosstab.rows.iter().flat_map(|row| &row.counts).max().copied().unwrap_or_default();
    let darkest = if args.percent.is_some() { 100.0 } else { most as f64 };
    let mut columns = vec![Column::text("code", "Code")];
    columns.extend(crosstab.values.iter().map(|value| {
        let (key, title) = (format!("{}={value}", args.attribute), ui.shown(value).into_owned());
        Column::number(key, title).decimals(1).look(Look::Shade(darkest))
    }));
    columns.extend([
        Column::number("total", "Total"),
        Column::number("chi_square", "Chi-square").decimals(2),
        Column::number("df", "df"),
        Column::number("p", "p").decimals(4),
        Column::number("cramers_v", "V").decimals(3),
        Column::number("fisher_p", "Fisher p").decimals(4),
    ]);
    columns
}

fn cells<'a>(
    row: &CrosstabRow,
    name: &'a str,
    all: &CrosstabRow,
    percent: Option<PercentOf>,
) -> Vec<Cell<'a>> {
    let mut cells = vec![name.into()];
    cells.extend(row.counts.iter().zip(&all.counts).map(|(count, of_value)| match percent {
        None => whole(*count),
        Some(PercentOf::Row) => part(*count, row.total()),
        Some(PercentOf::Column) => part(*count, *of_value),
    }));
    let test = |of: fn(ChiSquare) -> f64| Cell::from(row.test.map(of));
    cells.extend([
        whole(row.total()),
        test(|test| test.statistic),
        row.test.map_or(Cell::Null, |test| whole(test.df)),
        test(|test| test.p),
        test(|test| test.cramers_v),
        row.fisher.into(),
    ]);
    cells
}

/// Percent; nothing of nothing.
fn part<'a>(part: u64, whole: u64) -> Cell<'a> {
    if whole == 0 { Cell::Null } else { Cell::Float(part as f64 / whole as f64 * 100.0) }
}

fn caution(ui: &mut Ui, crosstab: &Crosstab, attribute: &str) {
    if crosstab.without > 0 {
        ui.status(format!(
            "left out: {} without the attribute `{attribute}`",
            plural::count(crosstab.without, "document")
        ));
    }
    if let [only] = crosstab.values.as_slice() {
        ui.status(format!("`{attribute}` is `{only}` in all of them: there is nothing to compare"));
    }
    if crosstab.rows.iter().chain([&crosstab.all]).any(|row| row.test.is_some()) {
        ui.status(
            "coded passages are not independent of each other, and many codes are many tests: \
             take p as a description, not as proof",
        );
    }
}
