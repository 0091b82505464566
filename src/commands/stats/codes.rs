//! `postil stats codes`

use super::{
    Context, Status, bar_column, is_drawn, listing_format, matrix_listing, no_codes, say_unused, wanted,
    whole,
};
use crate::actions::Access;
use crate::actions::stats::{self, CodeCount, Group};
use crate::cli::{Grouping, StatsCodesArgs};
use crate::error::Result;
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: StatsCodesArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    let session = context.open(Access::Read)?;
    let ui = &mut context.ui;
    if let Some(grouping) = args.by {
        let group = match grouping {
            Grouping::Document => Group::Document,
            Grouping::Coder => Group::Coder,
            Grouping::Attribute(name) => Group::Attribute(name),
        };
        let matrix =
            session.store.read(|store| stats::codes_by(store.reader(), &filter, &group, args.recursive))?;
        if matrix.is_empty() && format == Format::Table {
            return Ok(no_codes(ui));
        }
        return matrix_listing(ui, format, Column::text("code", "Code"), &matrix);
    }
    let counts = session.store.read(|store| stats::codes(store.reader(), &filter, args.recursive))?;
    if counts.is_empty() && format == Format::Table {
        return Ok(no_codes(ui));
    }
    let mut columns = vec![
        Column::text("code", "Code"),
        Column::number("annotations", "Annotations"),
        Column::number("documents", "Documents"),
        Column::number("coders", "Coders"),
        Column::number("characters", "Characters"),
        Column::number("share", "Share").decimals(4),
    ];
    let drawn = is_drawn(ui, format);
    if drawn {
        columns.push(bar_column(most(&counts)));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    // For eyes, a code that nobody used is one line less to read; programs get every code.
    let unused = |annotations: u64| format.is_for_people() && annotations == 0;
    let mut left_out = 0;
    for count in &counts {
        if unused(count.annotations) {
            left_out += 1;
            continue;
        }
        let mut row = vec![
            count.code.as_str().into(),
            whole(count.annotations),
            whole(count.documents),
            whole(count.coders),
            whole(count.characters),
            count.share.into(),
        ];
        if drawn {
            row.push(whole(count.annotations));
        }
        listing.row(&row)?;
    }
    listing.finish()?;
    say_unused(ui, left_out);
    Ok(Status::Done)
}

fn most(counts: &[CodeCount]) -> f64 {
    counts.iter().map(|count| count.annotations).max().unwrap_or_default() as f64
}
