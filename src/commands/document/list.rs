//! `postil document list`

use std::collections::BTreeSet;

use super::super::filter;
use super::super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::document::{ListedDocument, list};
use crate::cli::DocumentListArgs;
use crate::error::Result;
use crate::ui::{Cell, Column, Format, Listing};

/// The columns that are always there; an attribute of such a name gets a prefix, as in `documents.csv`.
const FIXED: [&str; 3] = ["name", "chars", "annotations"];

pub(super) fn run(args: DocumentListArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let wanted = filter::documents(&args.filter);
    let documents = session.store.read(|store| list(store.reader(), &wanted))?;
    let format = listing_format(args.format);
    if documents.is_empty() {
        context.ui.status("no documents");
        if wanted.is_empty() {
            context.ui.hint("`postil document add FILE…` adds texts");
        }
    }
    show(&documents, format, context)?;
    Ok(Status::Done)
}

fn show(documents: &[ListedDocument], format: Format, context: &mut Context) -> Result<()> {
    let mut columns = vec![
        Column::text("name", "Document"),
        Column::number("chars", "Characters"),
        Column::number("annotations", "Annotations"),
    ];
    // On a screen attributes share a column: there may be many, and most documents lack most of them.
    let together = format == Format::Table;
    let attributes: BTreeSet<&String> =
        documents.iter().flat_map(|document| document.attributes.keys()).collect();
    if together && !attributes.is_empty() {
        columns.push(Column::text("attributes", "Attributes"));
    } else if !together {
        columns.extend(attributes.iter().map(|name| {
            let key = if FIXED.contains(&name.as_str()) { format!("attr:{name}") } else { (*name).clone() };
            Column::text(key.clone(), key)
        }));
    }
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for document in documents {
        let mut cells: Vec<Cell<'_>> = vec![
            document.row.name().into(),
            document.row.chars.into(),
            i64::try_from(document.annotations).unwrap_or(i64::MAX).into(),
        ];
        if !together {
            let value = |name: &&String| document.attributes.get(*name).map(String::as_str).into();
            cells.extend(attributes.iter().map(value));
        } else if !attributes.is_empty() {
            let pairs: Vec<String> =
                document.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
            cells.push(pairs.join(", ").into());
        }
        listing.row(&cells)?;
    }
    listing.finish().map(drop)
}
