//! `postil conflicts`

use super::facts::moment;
use super::log::timestamp;
use super::{Context, Status, listing_format};
use crate::actions::conflicts::Clash;
use crate::actions::{Access, conflicts};
use crate::cli::ConflictsArgs;
use crate::domain::Entity;
use crate::error::Result;
use crate::ui::{Cell, Column, Format, Listing, palette};

pub(super) fn run(args: &ConflictsArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let clashes = conflicts::conflicts(&session)?;
    drop(session);
    match listing_format(args.format) {
        Format::Table => blocks(&clashes, context)?,
        format => listing(&clashes, format, context)?,
    }
    if clashes.is_empty() {
        context.ui.status("no conflicts");
        return Ok(Status::Done);
    }
    Ok(Status::Findings)
}

/// For eyes: one below the other, since both values may be long.
fn blocks(clashes: &[Clash], context: &mut Context) -> Result<()> {
    for (place, conflict) in clashes.chunk_by(|one, next| one.conflict == next.conflict).enumerate() {
        if place > 0 {
            context.ui.answer("")?;
        }
        present(conflict, "", context)?;
    }
    context.ui.flush()?;
    if let Some(first) = clashes.first() {
        let id = first.conflict;
        let typed =
            !matches!((first.entity, first.field.as_str()), (_, "deleted") | (Entity::Document, "text"));
        context.ui.hint(format!(
            "`postil resolve {id} --ours` keeps what is here, `--theirs` takes the other side{}",
            if typed { ", `--value TEXT` says something else" } else { "" }
        ));
    }
    Ok(())
}

/// One conflict: the record, where the other side came from, and both sides of each field.
pub(super) fn present(clashes: &[Clash], before: &str, context: &mut Context) -> Result<()> {
    let Some(first) = clashes.first() else { return Ok(()) };
    let head = format!("{before}conflict {}, {}", first.conflict, first.record);
    let head = context.ui.paint(palette::HEADING, &context.ui.shown(&head));
    let from = match (first.source.as_str(), first.row) {
        ("", _) => "opened".to_owned(),
        (source, None) => format!("from {source}, brought in"),
        (source, Some(row)) => format!("from {source}, row {row}, brought in"),
    };
    let from = format!("  {from} by {}, {}", first.coder, moment(first.at));
    let from = context.ui.paint(palette::DIM, &context.ui.shown(&from));
    context.ui.answer(head)?;
    context.ui.answer(from)?;
    for clash in clashes {
        let field = match clash.field.as_str() {
            "deleted" => String::new(),
            field => format!("{field} "),
        };
        for (side, value) in [("here", &clash.ours), ("other side", &clash.theirs)] {
            let value = match value.as_deref() {
                None => "(deleted)",
                Some("") if clash.field == "parent" => "(the top)",
                Some("") => "(nothing)",
                Some(value) => value,
            };
            let value = context.ui.shown(value).replace('\n', "\n    ");
            context.ui.answer(format!("  {field}{side:<10} {value}"))?;
        }
    }
    Ok(())
}

fn listing(clashes: &[Clash], format: Format, context: &mut Context) -> Result<()> {
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
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for clash in clashes {
        listing.row(&[
            clash.conflict.into(),
            clash.record.as_str().into(),
            clash.uuid.to_string().into(),
            clash.field.as_str().into(),
            Cell::from(clash.ours.as_deref()),
            Cell::from(clash.theirs.as_deref()),
            timestamp(clash.at).into(),
            clash.coder.as_str().into(),
            clash.source.as_str().into(),
            clash.row.and_then(|row| i64::try_from(row).ok()).into(),
        ])?;
    }
    listing.finish().map(drop)
}
