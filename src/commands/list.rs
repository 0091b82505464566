//! `postil list`

use super::{Context, Status, filter, passage_format};
use crate::actions::Access;
use crate::actions::list::{Demand, Listed, Listing, Order, Relation, Request, list, written_time};
use crate::cli::{ListArgs, PassageFilter, SortKey};
use crate::domain::address::Address;
use crate::error::Result;
use crate::ui::plural::count;
use crate::ui::width::{on_one_line, shortened};
use crate::ui::{self, Cell, Column, Format, Ui};

/// Columns of a quote or a note in a table, where no screen says how wide it may be.
const PIPED_WIDTH: usize = 60;

pub(super) fn run(args: ListArgs, context: &mut Context) -> Result<Status> {
    let request = Request {
        filter: filter::annotations(&args.filter),
        demands: demands(&args.passages)?,
        orphans: args.orphans,
        order: match args.sort {
            SortKey::Place => Order::Place,
            SortKey::Id => Order::Id,
            SortKey::Date => Order::Date,
        },
        text: args.filter.text,
        note: args.filter.note,
        limit: args.limit,
    };
    let session = context.open(Access::Read)?;
    let listed = session.store.read(|store| list(store.reader(), &request))?;
    let ui = &mut context.ui;
    if args.count {
        ui.answer(listed.len().to_string())?;
        return Ok(Status::Done);
    }
    let Some(format) = passage_format(args.format) else {
        addresses(ui, &listed)?;
        tell_orphans(ui, &listed, "left out");
        return Ok(Status::Done);
    };
    if listed.is_empty() && format == Format::Table {
        ui.status("no annotations match");
        return Ok(Status::Done);
    }
    let columns = columns(format, listed.has_notes());
    let limit = if ui.stdout_is_terminal() { ui.width() } else { PIPED_WIDTH };
    let mut listing = ui::Listing::new(ui, format, &columns)?;
    listed.each(session.store.reader(), |annotation| match format {
        Format::Table => listing.row(&table_row(&annotation, listed.has_notes(), limit)),
        _ => listing.row(&row(&annotation)),
    })?;
    listing.finish()?;
    if !args.orphans && format == Format::Table {
        tell_orphans(ui, &listed, "among them");
    }
    Ok(Status::Done)
}

/// Says how many passages count in an earlier text.
fn tell_orphans(ui: &mut Ui, listed: &Listed, what: &str) {
    if listed.orphans() > 0 {
        ui.status(format!(
            "{what}: {} in an earlier text; `postil list --orphans` lists them",
            count(listed.orphans(), "passage")
        ));
    }
}

/// What the options ask of other annotations.
fn demands(options: &PassageFilter) -> Result<Vec<Demand>> {
    let lists = [
        (Relation::Same, &options.with, true),
        (Relation::Overlaps, &options.without, false),
        (Relation::Overlaps, &options.overlaps, true),
        (Relation::Inside, &options.inside, true),
    ];
    let mut demands = Vec::new();
    for (relation, codes, holds) in lists {
        demands.extend(codes.iter().map(|code| Demand { relation, code: code.clone(), holds }));
    }
    for (distance, code) in options.within()? {
        demands.push(Demand { relation: Relation::Within(distance), code: code.to_owned(), holds: true });
    }
    Ok(demands)
}

/// One address a line. Annotations of one passage that stand together share a line: a passage is tagged once.
fn addresses(ui: &mut Ui, listed: &Listed) -> Result<()> {
    let mut last = None;
    for place in listed.places() {
        if last != Some(place) {
            let (document, range) = place;
            let line = Address::of_range(document, range).to_string();
            let line = ui.shown(&line).into_owned();
            ui.answer(line)?;
        }
        last = Some(place);
    }
    Ok(())
}

/// A table leaves out what a person seldom reads; the other forms are for programs and always the same.
fn columns(format: Format, notes: bool) -> Vec<Column> {
    let mut columns = vec![
        Column::number("id", "Id"),
        Column::text("document", "Document"),
        Column::number("start", "Start"),
        Column::number("end", "End"),
        Column::text("code", "Code"),
        Column::text("coder", "Coder"),
        Column::text("quote", "Quote"),
    ];
    if format != Format::Table || notes {
        columns.push(Column::text("note", "Note"));
    }
    if format != Format::Table {
        let more = ["created", "modified", "uuid"];
        columns.extend(more.map(|key| Column::text(key, key)));
    }
    columns
}

fn table_row<'a>(annotation: &Listing<'a>, notes: bool, limit: usize) -> Vec<Cell<'a>> {
    // Shortened here and not only by the table, which holds all its rows until it knows how wide they are.
    let short = |text: &str| shortened(&on_one_line(text), limit).into_owned();
    let mut row = start_of_row(annotation);
    row.push(short(annotation.quote).into());
    if notes {
        row.push(short(annotation.note).into());
    }
    row
}

fn row<'a>(annotation: &Listing<'a>) -> Vec<Cell<'a>> {
    let mut row = start_of_row(annotation);
    row.extend([
        annotation.quote.into(),
        annotation.note.into(),
        written_time(annotation.created_at).into(),
        written_time(annotation.modified_at).into(),
        annotation.uuid.to_string().into(),
    ]);
    row
}

fn start_of_row<'a>(annotation: &Listing<'a>) -> Vec<Cell<'a>> {
    vec![
        annotation.id.into(),
        annotation.document.into(),
        annotation.range.start().into(),
        annotation.range.end().into(),
        annotation.code.into(),
        annotation.coder.into(),
    ]
}
