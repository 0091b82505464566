//! `postil document replace DOC FILE`

use super::super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::document::{Fate, Followed, ReplaceRequest, Replaced, gather, replace};
use crate::cli::DocumentReplaceArgs;
use crate::error::{Error, Result};
use crate::ui::plural::{count, thousands};
use crate::ui::width::{on_one_line, shortened};
use crate::ui::{Cell, Column, Format, Listing};

/// Columns of a quote in a table, where no screen says how wide it may be.
const PIPED_WIDTH: usize = 60;

pub(super) fn run(args: DocumentReplaceArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let paths = std::slice::from_ref(&args.path);
    let not_one = || {
        Error::refused(format!("`{}` is not one file", args.path.display()))
            .hint("name the file that has the new text, or - for standard input")
    };
    // A folder with one text in it would do, but nobody means it.
    if context.env.cwd.join(&args.path).is_dir() {
        return Err(not_one());
    }
    let mut sources = gather(&context.env.cwd, paths, &mut std::io::stdin().lock(), args.max_size)?;
    let source = match (sources.pop(), sources.is_empty()) {
        (Some(only), true) => only,
        _ => return Err(not_one()),
    };
    let request = ReplaceRequest { encoding: args.encoding, max_bytes: args.max_size, dry_run: args.dry_run };
    let replaced = replace(&mut session, &args.document, source, &request)?;
    drop(session);
    let (change, replaced) = (replaced.change, replaced.value);
    for question in &replaced.questions {
        context.ui.warn(format!("{} is in conflict: {}", question.name, question.fields));
    }
    show(&replaced, args.all, listing_format(args.format), context)?;
    context.ui.status(format!(
        "`{}` {} {}: {}",
        replaced.document,
        if args.dry_run { "would have" } else { "has" },
        count(replaced.chars.into(), "character"),
        summary(&replaced),
    ));
    if args.dry_run {
        context.ui.hint("this was a rehearsal: nothing was written; leave `--dry-run` out to do it");
    } else if let Some(change) = change {
        context.ui.status(format!("change {change}; `postil undo` takes it back"));
    }
    let orphans = replaced.count(Fate::Orphaned) > 0;
    if orphans {
        context.ui.hint(
            "what is orphaned keeps the earlier text: `postil list --orphans` lists it, `postil extend ID PLACE` gives it a new place",
        );
    }
    if !replaced.questions.is_empty() && !args.dry_run {
        context.ui.hint("`postil conflicts` shows both sides, `postil resolve` decides");
    }
    Ok(if orphans || !replaced.questions.is_empty() { Status::Findings } else { Status::Done })
}

/// The plan: what a person wants to look at, or everything.
fn show(replaced: &Replaced, all: bool, format: Format, context: &mut Context) -> Result<()> {
    let wanted = |one: &&Followed| all || !matches!(one.fate, Fate::Exact | Fate::Moved);
    let chosen: Vec<&Followed> = replaced.followed.iter().filter(wanted).collect();
    if chosen.is_empty() && format == Format::Table {
        return Ok(());
    }
    let table = format == Format::Table;
    let limit = if context.ui.stdout_is_terminal() { context.ui.width() } else { PIPED_WIDTH };
    let short = |text: &str| match table {
        true => shortened(&on_one_line(text), limit).into_owned(),
        false => text.to_owned(),
    };
    let columns = [
        Column::number("id", "Id"),
        Column::text("fate", "Fate"),
        Column::text("code", "Code"),
        Column::text("coder", "Coder"),
        Column::number("start", "Start"),
        Column::number("end", "End"),
        Column::number("new_start", "Start now"),
        Column::number("new_end", "End now"),
        Column::text("words", "Words"),
        Column::text("now", "Words now"),
    ];
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for one in chosen {
        listing.row(&[
            one.id.into(),
            one.fate.word().into(),
            Cell::from(one.code.as_deref()),
            one.coder.as_str().into(),
            one.before.start().into(),
            one.before.end().into(),
            one.after.map(|range| i64::from(range.start())).into(),
            one.after.map(|range| i64::from(range.end())).into(),
            short(&one.words).into(),
            short(&one.now).into(),
        ])?;
    }
    listing.finish().map(drop)
}

/// `12 exact, 3 moved, 1 edited`.
fn summary(replaced: &Replaced) -> String {
    let parts: Vec<String> = [Fate::Exact, Fate::Moved, Fate::Edited, Fate::Joined, Fate::Orphaned]
        .into_iter()
        .map(|fate| (replaced.count(fate), fate))
        .filter(|(count, _)| *count > 0)
        .map(|(count, fate)| format!("{} {}", thousands(count), fate.word()))
        .collect();
    if parts.is_empty() { "no annotations had to follow".to_owned() } else { parts.join(", ") }
}
