//! `postil agree --unitized FILE`: a table of judgements that did not come from spans.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::json;
use super::rows::{three, whole, with_reason};
use crate::actions::agree::{
    Coefficient, Resampling, Table, TableReport, TableResampling, Undefined, agree_on_table,
};
use crate::cli::{AgreeArgs, Resampled};
use crate::commands::{Context, Status, listing_format};
use crate::error::{Error, Result};
use crate::ui::plural::{count, count_of, thousands};
use crate::ui::{Cell, Column, Format, Listing, Ui};

/// What a table has to look like.
const SHAPE: &str =
    "name a table with a row a unit and a column a coder, or with the columns `unit`, `coder` and `value`";

pub(super) fn run(
    file: &Path,
    args: &AgreeArgs,
    coefficients: Vec<Coefficient>,
    resampling: Option<Resampling>,
    context: &mut Context,
) -> Result<Status> {
    let resampling = match (resampling, args.resample) {
        (None, _) => None,
        (Some(resampling), None | Some(Resampled::Unit)) => Some(TableResampling::Units(resampling)),
        (Some(resampling), Some(Resampled::Pairs)) => Some(TableResampling::Pairs(resampling)),
        (Some(_), Some(Resampled::Document | Resampled::Paragraph)) => {
            return Err(Error::usage("a table has no documents and no paragraphs to draw from")
                .hint("`--resample unit` or `--resample pairs`"));
        }
    };
    let table =
        Table { coefficients, coders: args.choice.coders.clone(), categories: args.categories, resampling };
    let report = agree_on_table(open(file, context)?, &table).map_err(|error| error.at(file.display()))?;
    let (ui, format) = (&mut context.ui, listing_format(args.format));
    match format {
        Format::Json => json::print(ui, &object(&report))?,
        Format::Table => eyes(ui, &report)?,
        _ => listing(ui, format, &report)?,
    }
    Ok(Status::Done)
}

/// The table; `-` is standard input.
fn open(file: &Path, context: &Context) -> Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let opened = File::open(context.env.cwd.join(file))
        .map_err(|cause| Error::io(format!("can't read `{}`", file.display()), cause).hint(SHAPE))?;
    Ok(Box::new(opened))
}

fn eyes(ui: &mut Ui, report: &TableReport) -> Result<()> {
    let (units, compared) = report.units;
    let coders = ui.shown(&report.coders.join(", ")).into_owned();
    ui.answer(format!("Coders      {coders}"))?;
    ui.answer(format!(
        "Units       {}, {} judged by two or more",
        thousands(units as u64),
        thousands(compared as u64)
    ))?;
    let categories = ui.shown(&report.categories.join(", ")).into_owned();
    let declared = match report.declared - report.categories.len() {
        0 => String::new(),
        more => format!(" and {} that nobody gave", count_of(more as u64, "one", "others")),
    };
    ui.answer(format!("Categories  {categories}{declared}"))?;
    match report.resampling {
        Some(TableResampling::Units(drawn)) => ui.answer(format!(
            "Interval    95 %, {} of units, seed {}",
            count(u64::from(drawn.resamples), "resample"),
            drawn.seed
        ))?,
        Some(TableResampling::Pairs(drawn)) => ui.answer(format!(
            "Interval    95 %, {} of pairs of values (Krippendorff), seed {}",
            count(u64::from(drawn.resamples), "resample"),
            drawn.seed
        ))?,
        None => {}
    }
    ui.answer("")?;
    for (coefficient, value) in &report.values {
        let rest = match (coefficient, report.interval) {
            (Coefficient::Alpha, Some(Ok(interval))) => {
                format!("  (95 % {:.3} to {:.3})", interval.low, interval.high)
            }
            (Coefficient::Alpha, Some(Err(reason))) => format!("  (no interval: {})", of_units(reason)),
            _ => String::new(),
        };
        match value {
            Ok(value) => ui.answer(format!("{:<10} {value:>7.3}{rest}", coefficient.title()))?,
            Err(reason) => {
                ui.answer(format!("{:<10} not defined: {}", coefficient.title(), of_units(*reason)))?
            }
        }
    }
    if report.categories.is_empty() {
        return Ok(());
    }
    ui.answer("")?;
    listing(ui, Format::Table, report)
}

/// Why there is no number, said of a table and not of texts.
fn of_units(reason: Undefined) -> String {
    match reason {
        Undefined::FewerThanTwoCoders => "the table has fewer than two coders".to_owned(),
        Undefined::NoUnitCodedByTwoCoders => "no unit was judged by two coders".to_owned(),
        Undefined::TooFewUnitsToResample => "there are too few units for an interval".to_owned(),
        other => other.to_string(),
    }
}

/// A row for each category, as one against the rest.
fn listing(ui: &mut Ui, format: Format, report: &TableReport) -> Result<()> {
    let eyes = format == Format::Table;
    let mut columns = vec![
        Column::text("category", "Category"),
        Column::number("given", "Given"),
        Column::number("alpha", "alpha"),
    ];
    if !eyes {
        columns.push(Column::text("alpha_reason", "Reason"));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    for (category, given, alpha) in &report.by_category {
        let mut row: Vec<Cell<'_>> = vec![category.as_str().into(), whole(*given)];
        if eyes {
            row.push(three(*alpha));
        } else {
            row.extend(with_reason(*alpha));
        }
        listing.row(&row)?;
    }
    if !eyes {
        let all: u64 = report.by_category.iter().map(|(_, given, _)| given).sum();
        for (coefficient, value) in &report.values {
            let mut row: Vec<Cell<'_>> = vec![format!("(all: {})", coefficient.word()).into(), whole(all)];
            row.extend(with_reason(*value));
            listing.row(&row)?;
        }
    }
    listing.finish().map(drop)
}

fn object(report: &TableReport) -> Json {
    let mut values = serde_json::Map::new();
    for (coefficient, value) in &report.values {
        let mut one = json::value(*value);
        if *coefficient == Coefficient::Alpha {
            json::add_interval(&mut one, report.interval.as_ref());
        }
        values.insert(coefficient.key(), one);
    }
    let categories: Vec<Json> = report
        .by_category
        .iter()
        .map(|(category, given, alpha)| json!({ "category": category, "given": given, "alpha": json::value(*alpha) }))
        .collect();
    let pairs: Vec<Json> = report
        .pairs
        .iter()
        .map(|pair| {
            let (first, second) = pair.coders;
            json!({
                "coders": [report.coders[first], report.coders[second]],
                "units": pair.confusion.total(),
                "percent": json::value(pair.confusion.percent()),
                "kappa": json::value(pair.confusion.cohen_kappa()),
                "pi": json::value(pair.confusion.scott_pi()),
            })
        })
        .collect();
    let bootstrap = report.resampling.map(|resampling| {
        let (drawn, what) = match resampling {
            TableResampling::Units(drawn) => (drawn, "unit"),
            TableResampling::Pairs(drawn) => (drawn, "pairs"),
        };
        json!({ "resamples": drawn.resamples, "seed": drawn.seed, "resampled": what })
    });
    json!({
        "coders": report.coders,
        "units": report.units.0,
        "units_compared": report.units.1,
        "categories_declared": report.declared,
        "bootstrap": bootstrap,
        "overall": values,
        "categories": categories,
        "pairs": pairs,
    })
}
