//! `postil stats …`

mod cell;
mod coders;
mod codes;
mod cooccurrence;
mod coverage;
mod crosstab;
mod documents;
mod timeline;

use super::{Context, Status, filter, listing_format};
use crate::actions::selection::Filter;
use crate::actions::stats::Matrix;
use crate::cli::{StatsCommand, StatsFilter};
use crate::error::Result;
use crate::ui::{Cell, Column, Format, Listing, Look, Ui, plural};

pub(super) fn run(command: StatsCommand, context: &mut Context) -> Result<Status> {
    match command {
        StatsCommand::Codes(args) => codes::run(args, context),
        StatsCommand::Documents(args) => documents::run(args, context),
        StatsCommand::Coders(args) => coders::run(&args, context),
        StatsCommand::Cooccurrence(args) => cooccurrence::run(&args, context),
        StatsCommand::Crosstab(args) => crosstab::run(&args, context),
        StatsCommand::Coverage(args) => coverage::run(&args, context),
        StatsCommand::Timeline(args) => timeline::run(&args, context),
    }
}

/// Which annotations to count.
fn wanted(options: &StatsFilter) -> Filter {
    Filter {
        documents: filter::documents(&options.documents),
        codes: options.codes.clone(),
        coders: options.coders.clone(),
        ..Filter::default()
    }
}

/// Whether the answer is a table on a screen, where numbers can be drawn.
fn is_drawn(ui: &Ui, format: Format) -> bool {
    format == Format::Table && ui.stdout_is_terminal()
}

/// The column of bars that a table on a screen has beside its numbers; the longest bar stands for `full`.
fn bar_column(full: f64) -> Column {
    Column::text("bar", "").look(Look::Bar(full))
}

/// A table of counts by a `first` column and named columns. In a table for eyes, rows of codes that were not used are
/// left out.
fn matrix_listing(ui: &mut Ui, format: Format, first: Column, matrix: &Matrix) -> Result<Status> {
    let first_is_code = first.key == "code";
    let counts = || matrix.rows().flat_map(|(_, counts)| counts);
    let most = if is_drawn(ui, format) { counts().max().unwrap_or_default() } else { 0 };
    let mut columns = vec![first];
    // A person's own names: made harmless here, since a listing trusts the names of its columns.
    let title = |name: &String| ui.shown(name).into_owned();
    let column = |name: &String| Column::number(name.clone(), title(name)).look(Look::Shade(most as f64));
    columns.extend(matrix.columns().iter().map(column));
    let mut listing = Listing::new(ui, format, &columns)?;
    let mut left_out = 0;
    for (name, counts) in matrix.rows() {
        if format.is_for_people() && first_is_code && counts.iter().all(|count| *count == 0) {
            left_out += 1;
            continue;
        }
        let row: Vec<Cell<'_>> = std::iter::once(name.into()).chain(counts.into_iter().map(whole)).collect();
        listing.row(&row)?;
    }
    listing.finish()?;
    say_unused(ui, left_out);
    Ok(Status::Done)
}

/// Says how many codes are not shown because nobody used them.
fn say_unused(ui: &mut Ui, codes: u64) {
    if codes > 0 {
        ui.status(format!(
            "{} not used; `--format csv` lists them too",
            plural::count_of(codes, "code is", "codes are")
        ));
    }
}

fn whole<'a>(count: u64) -> Cell<'a> {
    Cell::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn no_codes(ui: &mut Ui) -> Status {
    ui.status("the codebook has no codes yet");
    ui.hint("`postil code add PATH` adds one, `postil code import FILE` a whole codebook");
    Status::Done
}

fn no_documents(ui: &mut Ui) -> Status {
    ui.status("no documents match");
    Status::Done
}

fn no_annotations(ui: &mut Ui) -> Status {
    ui.status("no annotations match");
    Status::Done
}
