//! `postil coder …`

use super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::coder::{self, ListedCoder};
use crate::cli::{CoderCommand, CoderListArgs, CoderMergeArgs, CoderRenameArgs};
use crate::error::Result;
use crate::ui::plural::count;
use crate::ui::{Cell, Column, Listing};

pub(super) fn run(command: CoderCommand, context: &mut Context) -> Result<Status> {
    match command {
        CoderCommand::List(args) => list(&args, context),
        CoderCommand::Rename(args) => rename(&args, context),
        CoderCommand::Merge(args) => merge(&args, context),
    }
}

fn list(args: &CoderListArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let coders = session.store.read(|store| coder::list(store.reader()))?;
    if coders.is_empty() {
        context
            .ui
            .status("no coders yet: a handle becomes a coder with its first annotation, memo or assignment");
    }
    let columns = [
        Column::text("coder", "Coder"),
        Column::number("annotations", "Annotations"),
        Column::number("documents", "Documents"),
        Column::number("memos", "Memos"),
        Column::number("done", "Done"),
        Column::text("saw", "Saw work of"),
    ];
    let mut listing = Listing::new(&mut context.ui, listing_format(args.format), &columns)?;
    let number = |count: u64| Cell::from(i64::try_from(count).unwrap_or(i64::MAX));
    for coder in &coders {
        listing.row(&[
            coder.handle.as_str().into(),
            number(coder.annotations),
            number(coder.documents),
            number(coder.memos),
            number(coder.done),
            saw(coder).into(),
        ])?;
    }
    listing.finish()?;
    Ok(Status::Done)
}

/// `ana (3), cleo (1)`: whose work, in how many documents.
fn saw(coder: &ListedCoder) -> String {
    let others = coder.saw.iter().map(|(handle, documents)| format!("{handle} ({documents})"));
    others.collect::<Vec<_>>().join(", ")
}

fn rename(args: &CoderRenameArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let renamed = coder::rename(&mut session, &args.from, &args.to)?;
    context.ui.status(match renamed.change {
        Some(_) => format!("coder `{}` is `{}` now", args.from, args.to),
        None => format!("the coder is `{}` already", args.to),
    });
    warn_of_old_handle(&args.from, &args.to, renamed.change.is_some(), context)?;
    Ok(Status::Done)
}

fn merge(args: &CoderMergeArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let merged = coder::merge(&mut session, &args.from, &args.into)?.value;
    let mut parts = vec![count(merged.moved as u64, "annotation") + " moved"];
    if merged.collapsed > 0 {
        parts.push(count(merged.collapsed as u64, "annotation") + " joined with one that said the same");
    }
    if merged.memos > 0 {
        parts.push(count(merged.memos as u64, "memo") + " moved");
    }
    if merged.assignments > 0 {
        parts.push(count(merged.assignments as u64, "assignment") + " moved");
    }
    context.ui.status(format!("merged coder `{}` into `{}`: {}", args.from, args.into, parts.join(", ")));
    context.ui.hint("`postil undo` parts them again");
    warn_of_old_handle(&args.from, &args.into, true, context)?;
    Ok(Status::Done)
}

/// Whoever goes on under the old handle would become a new coder at the next tag.
fn warn_of_old_handle(old: &str, new: &str, changed: bool, context: &mut Context) -> Result<()> {
    if changed && context.coder_handle()?.as_deref() == Some(old) {
        context.ui.warn(format!("you still act as `{old}`: `postil config coder {new}` changes that"));
    }
    Ok(())
}
