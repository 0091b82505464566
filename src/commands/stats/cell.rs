//! `postil stats cooccurrence --cell`

use super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::selection::Filter;
use crate::actions::stats::{self, By, PairRow, UnitRow};
use crate::cli::StatsCooccurrenceArgs;
use crate::domain::CharRange;
use crate::error::{Error, Result};
use crate::ui::width::{on_one_line, shortened};
use crate::ui::{Cell, Column, Format, Listing};

/// Columns of a quote in a table, where no screen says how wide it may be.
const PIPED_WIDTH: usize = 60;

pub(super) fn run(
    args: &StatsCooccurrenceArgs,
    filter: &Filter,
    by: By,
    context: &mut Context,
) -> Result<Status> {
    let [one, other] = args.cell.as_slice() else {
        return Err(Error::internal("a cell was asked for with another number of codes than two"));
    };
    let codes = [one.as_str(), other.as_str()];
    let format = listing_format(args.format);
    let session = context.open(Access::Read)?;
    let cell = session.store.read(|store| stats::cell(store.reader(), filter, by, args.same_coder, codes))?;
    let ui = &mut context.ui;
    let limit = args.limit.unwrap_or(u64::MAX);
    // A table holds all its rows until it knows how wide they are.
    let wide = if ui.stdout_is_terminal() { ui.width() } else { PIPED_WIDTH };
    let quote = |text: &str| match format {
        Format::Table => shortened(&on_one_line(text), wide).into_owned(),
        _ => text.to_owned(),
    };
    let columns = if cell.is_of_units() { unit_columns(format) } else { pair_columns(format) };
    let mut listing = Listing::new(ui, format, &columns)?;
    let reader = session.store.reader();
    cell.each_pair(reader, limit, |pair| listing.row(&pair_cells(format, &pair, quote)))?;
    cell.each_unit(reader, limit, |unit| listing.row(&unit_cells(format, &unit, quote)))?;
    let rows = listing.finish()?;
    if rows == 0 && format == Format::Table {
        ui.status("these two codes do not come together so");
        ui.hint("`--by near --within 200` or `--by paragraph` looks farther");
    }
    Ok(Status::Done)
}

fn pair_columns(format: Format) -> Vec<Column> {
    if format.is_for_people() {
        return vec![
            Column::text("document", "Document"),
            Column::text("a", "A"),
            Column::text("quote_a", "Passage A"),
            Column::text("b", "B"),
            Column::text("quote_b", "Passage B"),
        ];
    }
    let sides = ["a", "b"].into_iter().flat_map(|side| {
        ["id", "start", "end", "coder", "quote"].map(|key| Column::text(format!("{key}_{side}"), key))
    });
    std::iter::once(Column::text("document", "Document")).chain(sides).collect()
}

/// For people, the place of a passage stands as in its address, behind the name of the document and a colon.
fn pair_cells<'a>(format: Format, pair: &PairRow<'a>, quote: impl Fn(&str) -> String) -> Vec<Cell<'a>> {
    let mut cells = vec![pair.document.into()];
    for side in [pair.one, pair.other] {
        if format.is_for_people() {
            cells.extend([side.range.to_string().into(), quote(side.quote).into()]);
        } else {
            cells.extend([
                side.id.into(),
                side.range.start().into(),
                side.range.end().into(),
                side.coder.into(),
                side.quote.into(),
            ]);
        }
    }
    cells
}

fn unit_columns(format: Format) -> Vec<Column> {
    let (place, text) = (Column::text("place", "Place"), Column::text("quote", "Text"));
    let (ones, others) = (Column::text("ids_a", "A"), Column::text("ids_b", "B"));
    let document = Column::text("document", "Document");
    if format.is_for_people() {
        return vec![document, place, ones, others, text];
    }
    let (start, end) = (Column::number("start", "Start"), Column::number("end", "End"));
    vec![document, start, end, ones, others, text]
}

fn unit_cells<'a>(format: Format, unit: &UnitRow<'a>, quote: impl Fn(&str) -> String) -> Vec<Cell<'a>> {
    let mut cells = vec![unit.document.into()];
    if format.is_for_people() {
        cells.push(unit.range.map(|range| range.to_string()).into());
    } else {
        cells.extend([unit.range.map(CharRange::start).into(), unit.range.map(CharRange::end).into()]);
    }
    let ids = |ids: &[i64]| Cell::List(ids.iter().map(|id| id.to_string().into()).collect());
    cells.extend([ids(&unit.ones), ids(&unit.others), quote(unit.quote).into()]);
    cells
}
