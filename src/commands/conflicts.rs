//! `postil conflicts`

use super::facts::moment;
use super::log::timestamp;
use super::{Context, Status, listing_format};
use crate::actions::{Access, conflicts};
use crate::cli::ConflictsArgs;
use crate::error::Result;
use crate::ui::{Cell, Column, Format, Listing};

pub(super) fn run(args: &ConflictsArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let clashes = conflicts::conflicts(&session)?;
    drop(session);
    let format = listing_format(args.format);
    let columns = [
        Column::number("conflict", "Conflict"),
        Column::text("record", "Record"),
        Column::text("uuid", "Id"),
        Column::text("field", "Field"),
        Column::text("ours", "Here"),
        Column::text("theirs", "Came in"),
        Column::text("at", "When"),
        Column::text("coder", "By"),
        Column::text("source", "From"),
        Column::number("row", "Row"),
    ];
    // The id is for programs: on a screen it takes the room of both values.
    let table = format == Format::Table;
    let keep = |index: usize| !(table && index == 2);
    let columns: Vec<Column> =
        columns.into_iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, column)| column).collect();
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for clash in &clashes {
        let cells = [
            clash.conflict.into(),
            clash.record.as_str().into(),
            clash.uuid.to_string().into(),
            clash.field.as_str().into(),
            Cell::from(clash.ours.as_deref()),
            Cell::from(clash.theirs.as_deref()),
            if table { moment(clash.at) } else { timestamp(clash.at) }.into(),
            clash.coder.as_str().into(),
            clash.source.as_str().into(),
            clash.row.and_then(|row| i64::try_from(row).ok()).into(),
        ];
        let cells: Vec<Cell<'_>> =
            cells.into_iter().enumerate().filter(|(index, _)| keep(*index)).map(|(_, cell)| cell).collect();
        listing.row(&cells)?;
    }
    listing.finish()?;
    if clashes.is_empty() {
        context.ui.status("no conflicts");
        return Ok(Status::Done);
    }
    Ok(Status::Findings)
}
