//! `postil stats documents`

use super::{Context, Status, listing_format, matrix_listing, no_documents, wanted, whole};
use crate::actions::Access;
use crate::actions::stats;
use crate::cli::{Grouping, StatsDocumentsArgs};
use crate::error::{Error, Result};
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: StatsDocumentsArgs, context: &mut Context) -> Result<Status> {
    let (filter, format) = (wanted(&args.filter), listing_format(args.format));
    if let Some(Grouping::Document | Grouping::Attribute(_)) = args.by {
        return Err(Error::usage("the counts of documents can be split by coder only")
            .hint("`postil stats documents --by coder`")
            .hint("for a table of codes: `postil stats codes --by document` or `--by attribute:NAME`"));
    }
    let session = context.open(Access::Read)?;
    let ui = &mut context.ui;
    if args.by.is_some() {
        let matrix = session.store.read(|store| stats::documents_by_coder(store.reader(), &filter))?;
        if matrix.is_empty() && format == Format::Table {
            return Ok(no_documents(ui));
        }
        return matrix_listing(ui, format, Column::text("document", "Document"), &matrix);
    }
    let counts = session.store.read(|store| stats::documents(store.reader(), &filter))?;
    if counts.is_empty() && format == Format::Table {
        return Ok(no_documents(ui));
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
    let mut listing = Listing::new(ui, format, &columns)?;
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
