//! `postil stats timeline`

use super::{
    Context, Status, bar_column, is_drawn, listing_format, matrix_listing, no_annotations, wanted, whole,
};
use crate::actions::Access;
use crate::actions::stats::{self, Period, TimelineGroup};
use crate::cli::{Per, StatsTimelineArgs, TimelineBy};
use crate::error::Result;
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: &StatsTimelineArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    let (period, title) = match args.per {
        Per::Day => (Period::Day, "Day"),
        Per::Week => (Period::Week, "Week"),
        Per::Month => (Period::Month, "Month"),
    };
    let session = context.open(Access::Read)?;
    let first = Column::text("period", title);
    let ui = &mut context.ui;
    if let Some(by) = args.by {
        let group = match by {
            TimelineBy::Coder => TimelineGroup::Coder,
            TimelineBy::Code => TimelineGroup::Code,
        };
        let matrix =
            session.store.read(|store| stats::timeline_by(store.reader(), &filter, period, group))?;
        if matrix.is_empty() && format == Format::Table {
            return Ok(no_annotations(ui));
        }
        return matrix_listing(ui, format, first, &matrix);
    }
    let counts = session.store.read(|store| stats::timeline(store.reader(), &filter, period))?;
    if counts.is_empty() && format == Format::Table {
        return Ok(no_annotations(ui));
    }
    let mut columns = vec![
        first,
        Column::number("annotations", "Annotations"),
        Column::number("documents", "Documents"),
        Column::number("codes", "Codes"),
        Column::number("coders", "Coders"),
    ];
    let drawn = is_drawn(ui, format);
    if drawn {
        let most = counts.iter().map(|count| count.annotations).max().unwrap_or_default();
        columns.push(bar_column(most as f64));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    for count in &counts {
        let mut row = vec![
            count.period.as_str().into(),
            whole(count.annotations),
            whole(count.documents),
            whole(count.codes),
            whole(count.coders),
        ];
        if drawn {
            row.push(whole(count.annotations));
        }
        listing.row(&row)?;
    }
    listing.finish()?;
    Ok(Status::Done)
}
