//! `postil stats coders`

use super::{Context, Status, bar_column, is_drawn, listing_format, wanted, whole};
use crate::actions::Access;
use crate::actions::stats;
use crate::cli::StatsCodersArgs;
use crate::error::Result;
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: &StatsCodersArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    let session = context.open(Access::Read)?;
    let counts = session.store.read(|store| stats::coders(store.reader(), &filter))?;
    let ui = &mut context.ui;
    if counts.is_empty() && format == Format::Table {
        ui.status("nobody has coded anything yet");
        return Ok(Status::Done);
    }
    let mut columns = vec![
        Column::text("coder", "Coder"),
        Column::number("annotations", "Annotations"),
        Column::number("codes", "Codes"),
        Column::number("documents", "Documents"),
        Column::number("characters", "Characters"),
        Column::number("share", "Share").decimals(4),
        Column::number("mean_length", "Mean length").decimals(1),
    ];
    let drawn = is_drawn(ui, format);
    if drawn {
        columns.push(bar_column(1.0));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    for count in &counts {
        let mut row = vec![
            count.coder.as_str().into(),
            whole(count.annotations),
            whole(count.codes),
            whole(count.documents),
            whole(count.characters),
            count.share.into(),
            count.mean_length.into(),
        ];
        if drawn {
            row.push(count.share.into());
        }
        listing.row(&row)?;
    }
    listing.finish()?;
    Ok(Status::Done)
}
