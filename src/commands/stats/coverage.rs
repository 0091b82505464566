//! `postil stats coverage`

use super::{
    Context, Status, bar_column, is_drawn, listing_format, no_annotations, no_documents, wanted, whole,
};
use crate::actions::Access;
use crate::actions::stats::{self, DocumentCoverage};
use crate::cli::{CoverageBy, StatsCoverageArgs};
use crate::error::Result;
use crate::ui::{Column, Format, Listing, Ui, plural};

pub(super) fn run(args: &StatsCoverageArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    let by_coder = args.by == Some(CoverageBy::Coder);
    let session = context.open(Access::Read)?;
    let measured = session.store.read(|store| stats::coverage(store.reader(), &filter, by_coder))?;
    let ui = &mut context.ui;
    if measured.is_empty() && format == Format::Table {
        return Ok(if by_coder { no_annotations(ui) } else { no_documents(ui) });
    }
    let mut columns = vec![Column::text("document", "Document")];
    if by_coder {
        columns.push(Column::text("coder", "Coder"));
    }
    columns.extend([
        Column::number("characters", "Characters"),
        Column::number("coded", "Coded"),
        Column::number("uncoded", "Uncoded"),
        Column::number("share", "Share").decimals(4),
        Column::number("one_code", "1 code"),
        Column::number("two_codes", "2 codes"),
        Column::number("three_or_more_codes", "3 or more"),
    ]);
    let drawn = is_drawn(ui, format);
    if drawn {
        columns.push(bar_column(1.0));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    for document in &measured {
        let mut row = vec![document.document.as_str().into()];
        if by_coder {
            row.push(document.coder.as_deref().into());
        }
        row.extend([
            whole(document.characters),
            whole(document.coded()),
            whole(document.uncoded()),
            document.share().into(),
        ]);
        row.extend(document.depths.0.map(whole));
        if drawn {
            row.push(document.share().into());
        }
        listing.row(&row)?;
    }
    listing.finish()?;
    if format == Format::Table && !by_coder {
        say_all(ui, &measured);
    }
    Ok(Status::Done)
}

fn say_all(ui: &mut Ui, measured: &[DocumentCoverage]) {
    let sum = |of: fn(&DocumentCoverage) -> u64| measured.iter().map(of).sum::<u64>();
    let (coded, all) = (sum(DocumentCoverage::coded), sum(|document| document.characters));
    ui.status(format!(
        "{} of the text of {} under a code",
        percent(coded, all),
        plural::count_of(measured.len() as u64, "document is", "documents is")
    ));
}

fn percent(part: u64, whole: u64) -> String {
    let percent = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    format!("{percent:.1} %")
}
