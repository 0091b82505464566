//! `postil log [CHANGE] [--of RECORD]`

use chrono::{DateTime, SecondsFormat};

use super::facts::moment;
use super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::history::{self, ChangeKind, ChangeRow, Edit, EditKind};
use crate::cli::{ListingFormat, LogArgs};
use crate::domain::Entity;
use crate::error::Result;
use crate::ui::{Cell, Column, Listing, palette};

/// How many changes a screen is given when nobody said how many; a pipe gets all.
const ON_SCREEN: u64 = 20;

/// How many edits of one change a screen is given.
const EDITS_ON_SCREEN: u64 = 200;

pub(super) fn run(args: LogArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let screen = context.ui.stdout_is_terminal();
    match (&args.change, &args.of) {
        (Some(number), _) => {
            let limit = args.limit.or(screen.then_some(EDITS_ON_SCREEN));
            let (change, edits, more) = history::edits(&session, number, limit)?;
            drop(session);
            if args.format == ListingFormat::Table {
                let heading = heading(&change);
                let heading = context.ui.shown(&heading).into_owned();
                let heading = context.ui.paint(palette::HEADING, &heading);
                context.ui.answer(heading)?;
            }
            let edits: Vec<(ChangeRow, Edit)> =
                edits.into_iter().map(|edit| (change.clone(), edit)).collect();
            show_edits(args.format, &edits, false, context)?;
            if more {
                context.ui.hint(format!("there is more: `postil log {} --limit 100000`", change.id));
            }
        }
        (None, Some(record)) => {
            let mut life = history::life(&session, record)?;
            drop(session);
            if let Some(limit) = args.limit.and_then(|limit| usize::try_from(limit).ok()) {
                // The newest are what one asks for when one asks for few.
                life.drain(..life.len().saturating_sub(limit));
            }
            show_edits(args.format, &life, true, context)?;
        }
        (None, None) => {
            let limit = args.limit.or(screen.then_some(ON_SCREEN));
            let changes = history::log(&session, limit)?;
            drop(session);
            show_changes(args.format, &changes, context)?;
            let shown = changes.len() as u64;
            if args.limit.is_none()
                && screen
                && shown == ON_SCREEN
                && changes.last().is_some_and(|row| row.id > 1)
            {
                context.ui.hint(format!("the newest {shown}; `postil log --limit 1000` shows more"));
            }
        }
    }
    Ok(Status::Done)
}

/// `change 12, 2026-01-31 12:00 UTC, ana: 3 passages tagged norms (undone)`
fn heading(change: &ChangeRow) -> String {
    let what = if change.summary.is_empty() { change.command.as_str() } else { change.summary.as_str() };
    let undone = if change.undone { " (undone)" } else { "" };
    format!("change {}, {}, {}: {what}{undone}", change.id, moment(change.at), change.coder)
}

/// A moment as programs read it: RFC 3339, UTC.
pub(super) fn timestamp(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .map_or_else(String::new, |moment| moment.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn kind_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Do => "do",
        ChangeKind::Undo => "undo",
        ChangeKind::Redo => "redo",
    }
}

/// For eyes the day and what is undone; programs also get the kind of change and what it is about.
fn show_changes(format: ListingFormat, changes: &[ChangeRow], context: &mut Context) -> Result<()> {
    let for_eyes = format == ListingFormat::Table;
    let mut columns = vec![
        Column::number("change", "Change"),
        Column::text("at", "When"),
        Column::text("coder", "Coder"),
        Column::text("command", "Command"),
        Column::text("summary", "What"),
    ];
    if !for_eyes {
        columns.extend([Column::text("kind", "Kind"), Column::number("target", "Of")]);
    }
    columns.push(Column::text("undone", ""));
    let mut listing = Listing::new(&mut context.ui, listing_format(format), &columns)?;
    for change in changes {
        let at = if for_eyes { moment(change.at) } else { timestamp(change.at) };
        let mut row: Vec<Cell<'_>> = vec![
            change.id.into(),
            at.into(),
            change.coder.as_str().into(),
            change.command.as_str().into(),
            change.summary.as_str().into(),
        ];
        if for_eyes {
            row.push(change.undone.then_some("undone").into());
        } else {
            row.extend([kind_word(change.kind).into(), change.target.into(), change.undone.into()]);
        }
        listing.row(&row)?;
    }
    if listing.finish()? == 0 && for_eyes {
        context.ui.status("nothing was changed yet");
    }
    Ok(())
}

/// For eyes one line an edit, `#12 code: norms -> threats`; for programs one row.
fn show_edits(
    format: ListingFormat,
    edits: &[(ChangeRow, Edit)],
    of_one: bool,
    context: &mut Context,
) -> Result<()> {
    if format == ListingFormat::Table {
        for (change, edit) in edits {
            let line = if of_one {
                format!("{:<6}  {}  {}  {}", change.id, moment(change.at), change.coder, in_words(edit))
            } else {
                in_words(edit)
            };
            // A note may have lines of its own; here each edit is one.
            let line = line.replace(['\n', '\r'], " ");
            let line = context.ui.shown(&line).into_owned();
            context.ui.answer(line)?;
        }
        return Ok(());
    }
    let columns = [
        Column::number("change", "Change"),
        Column::text("at", "When"),
        Column::text("coder", "Coder"),
        Column::text("entity", "Kind"),
        Column::text("uuid", "Id"),
        Column::text("record", "Record"),
        Column::text("edit", "Edit"),
        Column::text("field", "Field"),
        Column::text("before", "Before"),
        Column::text("after", "After"),
    ];
    let mut listing = Listing::new(&mut context.ui, listing_format(format), &columns)?;
    for (change, edit) in edits {
        listing.row(&[
            change.id.into(),
            timestamp(change.at).into(),
            change.coder.as_str().into(),
            edit.entity.word().into(),
            edit.uuid.to_string().into(),
            edit.record.as_str().into(),
            edit.what.word().into(),
            edit.field.into(),
            Cell::from(edit.before.as_deref()),
            Cell::from(edit.after.as_deref()),
        ])?;
    }
    listing.finish()?;
    Ok(())
}

/// `#12 code: norms -> threats`
pub(super) fn in_words(edit: &Edit) -> String {
    let said = |value: &Option<String>| match value.as_deref() {
        None | Some("") => "nothing".to_owned(),
        Some(value) => value.to_owned(),
    };
    if edit.what == EditKind::Changed && edit.entity == Entity::Document && edit.field == "text" {
        // Nobody reads a digest.
        return format!("{} has another text", edit.record);
    }
    if edit.what == EditKind::Changed {
        return format!("{} {}: {} -> {}", edit.record, edit.field, said(&edit.before), said(&edit.after));
    }
    let what = format!("{} {}", edit.record, edit.what.word());
    match edit.after.as_deref().or(edit.before.as_deref()) {
        None | Some("") => what,
        Some(content) => format!("{what}: {content}"),
    }
}
