//! `postil stats codes` and `postil stats documents`

use super::{Context, Status, filter, listing_format};
use crate::actions::Access;
use crate::actions::selection::Filter;
use crate::actions::stats::{self, Group, Matrix};
use crate::cli::{Grouping, StatsArgs, StatsCommand};
use crate::error::{Error, Result};
use crate::ui::{Cell, Column, Format, Listing, Ui, plural};

pub(super) fn run(command: StatsCommand, context: &mut Context) -> Result<Status> {
    match command {
        StatsCommand::Codes(args) => codes(args, context),
        StatsCommand::Documents(args) => documents(args, context),
    }
}

fn codes(args: StatsArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args), listing_format(args.format));
    let session = context.open(Access::Read)?;
    if let Some(grouping) = args.by {
        let group = match grouping {
            Grouping::Document => Group::Document,
            Grouping::Coder => Group::Coder,
            Grouping::Attribute(name) => Group::Attribute(name),
        };
        let matrix = session.store.read(|store| stats::codes_by(store.reader(), &filter, &group))?;
        if matrix.is_empty() && format == Format::Table {
            return Ok(no_codes(&mut context.ui));
        }
        return matrix_listing(&mut context.ui, format, Column::text("code", "Code"), &matrix);
    }
    let counts = session.store.read(|store| stats::codes(store.reader(), &filter))?;
    if counts.is_empty() && format == Format::Table {
        return Ok(no_codes(&mut context.ui));
    }
    let columns = [
        Column::text("code", "Code"),
        Column::number("annotations", "Annotations"),
        Column::number("documents", "Documents"),
        Column::number("coders", "Coders"),
        Column::number("characters", "Characters"),
        Column::number("share", "Share").decimals(4),
    ];
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    // For eyes, a code that nobody used is one line less to read; programs get every code.
    let unused = |annotations: u64| format == Format::Table && annotations == 0;
    let mut left_out = 0;
    for count in &counts {
        if unused(count.annotations) {
            left_out += 1;
            continue;
        }
        listing.row(&[
            count.code.as_str().into(),
            whole(count.annotations),
            whole(count.documents),
            whole(count.coders),
            whole(count.characters),
            count.share.into(),
        ])?;
    }
    listing.finish()?;
    say_unused(&mut context.ui, left_out);
    Ok(Status::Done)
}

fn documents(args: StatsArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args), listing_format(args.format));
    if let Some(Grouping::Document | Grouping::Attribute(_)) = args.by {
        return Err(Error::usage("the counts of documents can be split by coder only")
            .hint("`postil stats documents --by coder`")
            .hint("for a table of codes: `postil stats codes --by document` or `--by attribute:NAME`"));
    }
    let session = context.open(Access::Read)?;
    if args.by.is_some() {
        let matrix = session.store.read(|store| stats::documents_by_coder(store.reader(), &filter))?;
        if matrix.is_empty() && format == Format::Table {
            return Ok(no_documents(&mut context.ui));
        }
        return matrix_listing(&mut context.ui, format, Column::text("document", "Document"), &matrix);
    }
    let counts = session.store.read(|store| stats::documents(store.reader(), &filter))?;
    if counts.is_empty() && format == Format::Table {
        return Ok(no_documents(&mut context.ui));
    }
    let columns = [
        Column::text("document", "Document"),
        Column::number("characters", "Characters"),
        Column::number("annotations", "Annotations"),
        Column::number("codes", "Codes"),
        Column::number("coders", "Coders"),
        Column::number("covered", "Covered"),
        Column::number("share", "Share").decimals(4),
    ];
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for count in &counts {
        listing.row(&[
            count.document.as_str().into(),
            whole(count.characters),
            whole(count.annotations),
            whole(count.codes),
            whole(count.coders),
            whole(count.covered),
            count.share.into(),
        ])?;
    }
    listing.finish()?;
    Ok(Status::Done)
}

fn wanted(args: &StatsArgs) -> Filter {
    Filter {
        documents: filter::documents(&args.documents),
        codes: args.codes.clone(),
        coders: args.coders.clone(),
        ..Filter::default()
    }
}

fn matrix_listing(ui: &mut Ui, format: Format, first: Column, matrix: &Matrix) -> Result<Status> {
    let first_is_code = first.key == "code";
    let mut columns = vec![first];
    // A person's own names: made harmless here, since a listing trusts the names of its columns.
    let title = |name: &String| ui.shown(name).into_owned();
    columns.extend(matrix.columns().iter().map(|name| Column::number(name.clone(), title(name))));
    let mut listing = Listing::new(ui, format, &columns)?;
    let mut left_out = 0;
    for (name, counts) in matrix.rows() {
        if format == Format::Table && first_is_code && counts.iter().all(|count| *count == 0) {
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
