//! `postil stats cooccurrence`

use super::{Context, Status, cell, listing_format, no_annotations, wanted, whole};
use crate::actions::Access;
use crate::actions::stats::{self, By, CodePairs, Together};
use crate::cli::{Measure, StatsCooccurrenceArgs, TogetherBy};
use crate::error::{Error, Result};
use crate::ui::{Cell, Column, Format, Listing, Look, Ui, plural};

pub(super) fn run(args: &StatsCooccurrenceArgs, context: &mut Context) -> Result<Status> {
    let (filter, format, by) = (wanted(&args.filter), listing_format(args.format), by(args)?);
    if !args.cell.is_empty() {
        return cell::run(args, &filter, by, context);
    }
    let session = context.open(Access::Read)?;
    let gathered = session.store.read(|store| stats::gather(store.reader(), &filter, by, args.same_coder))?;
    let pairs = gathered.count(session.store.reader())?;
    let ui = &mut context.ui;
    if args.long || matches!(format, Format::Json | Format::Jsonl) {
        let directed = by == By::Passages(Together::Inside);
        return long(ui, format, &pairs, directed);
    }
    matrix(ui, format, &pairs, args.measure)
}

/// What codes come together in.
fn by(args: &StatsCooccurrenceArgs) -> Result<By> {
    if args.within.is_some() && args.by != TogetherBy::Near {
        return Err(Error::usage("`--within` says how near, and nearness was not asked for")
            .hint("`postil stats cooccurrence --by near --within 200`"));
    }
    Ok(match args.by {
        TogetherBy::Overlap => By::Passages(Together::Overlap),
        TogetherBy::Containment => By::Passages(Together::Inside),
        TogetherBy::Near => By::Passages(Together::Near(args.within.unwrap_or_default())),
        TogetherBy::Sentence => By::Sentence,
        TogetherBy::Paragraph => By::Paragraph,
        TogetherBy::Document => By::Document,
    })
}

/// A row for each pair of codes that come together. Where coming together has no direction, each pair stands once, the
/// code that is first in the codebook first.
fn long(ui: &mut Ui, format: Format, pairs: &CodePairs, directed: bool) -> Result<Status> {
    let columns = [
        Column::text("code_a", "Code A"),
        Column::text("code_b", "Code B"),
        Column::number("count", "Count"),
        Column::number("a", "A"),
        Column::number("b", "B"),
        Column::number("both", "Both"),
        Column::number("jaccard", "Jaccard").decimals(4),
    ];
    let counts = &pairs.counts;
    let mut listing = Listing::new(ui, format, &columns)?;
    for (row, code) in pairs.codes.iter().enumerate() {
        let first = if directed { 0 } else { row };
        for (column, other) in pairs.codes.iter().enumerate().skip(first) {
            if counts.cases(row, column) > 0 {
                listing.row(&[
                    code.as_str().into(),
                    other.as_str().into(),
                    whole(counts.cases(row, column)),
                    whole(counts.members(row)),
                    whole(counts.members(column)),
                    whole(counts.both(row, column)),
                    counts.jaccard(row, column).into(),
                ])?;
            }
        }
    }
    let rows = listing.finish()?;
    Ok(if rows == 0 && format == Format::Table { no_pairs(ui) } else { Status::Done })
}

/// A row and a column for each code. For people, codes that come together with none are left out, and the columns are
/// numbered: the paths of twenty codes are wider than any page.
fn matrix(ui: &mut Ui, format: Format, pairs: &CodePairs, measure: Measure) -> Result<Status> {
    let (counts, people) = (&pairs.counts, format.is_for_people());
    let all = 0..counts.codes();
    let used = all.clone().filter(|code| counts.members(*code) > 0).count();
    let meets = |code: usize, other: usize| counts.cases(code, other) > 0 || counts.cases(other, code) > 0;
    let shown: Vec<usize> =
        all.clone().filter(|code| !people || all.clone().any(|other| meets(*code, other))).collect();
    if shown.is_empty() && format == Format::Table {
        return Ok(if used == 0 { no_annotations(ui) } else { no_pairs(ui) });
    }
    let cell = |row: usize, column: usize| match measure {
        Measure::Count => whole(counts.cases(row, column)),
        Measure::Jaccard => Cell::Float(counts.jaccard(row, column)),
    };
    let darkest = match measure {
        Measure::Jaccard => 1.0,
        // The diagonal counts something else, and would leave everything beside it pale.
        Measure::Count => most(&shown, |row, column| counts.cases(row, column)),
    };
    let mut columns = Vec::new();
    if people {
        columns.push(Column::number("number", ""));
    }
    columns.push(Column::text("code", "Code"));
    columns.extend((1..).zip(&shown).map(|(number, code)| {
        let title = if people { format!("{number}") } else { pairs.codes[*code].clone() };
        Column::number(pairs.codes[*code].clone(), title).look(Look::Shade(darkest))
    }));
    let mut listing = Listing::new(ui, format, &columns)?;
    for (number, row) in (1_i64..).zip(&shown) {
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(columns.len());
        if people {
            cells.push(number.into());
        }
        cells.push(pairs.codes[*row].as_str().into());
        cells.extend(shown.iter().map(|column| cell(*row, *column)));
        listing.row(&cells)?;
    }
    listing.finish()?;
    let left_out = (used - shown.len().min(used)) as u64;
    if left_out > 0 {
        ui.status(format!(
            "{} together with none so; `--format csv` has all",
            plural::count_of(left_out, "code comes", "codes come")
        ));
    }
    Ok(Status::Done)
}

fn no_pairs(ui: &mut Ui) -> Status {
    ui.status("no codes come together so");
    ui.hint("`--by near --within 200` or `--by paragraph` looks farther");
    Status::Done
}

/// The most in a cell beside the diagonal.
fn most(shown: &[usize], cases: impl Fn(usize, usize) -> u64) -> f64 {
    let beside = |row: &usize| {
        let row = *row;
        shown.iter().filter(move |column| **column != row).map(|column| cases(row, *column)).max()
    };
    shown.iter().filter_map(beside).max().unwrap_or_default() as f64
}
