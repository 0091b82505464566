//! `postil undo [CHANGE]`, `postil redo [CHANGE]`

use super::{Context, Status};
use crate::actions::Access;
use crate::actions::history::{self, Inverted};
use crate::cli::{RedoArgs, UndoArgs};
use crate::error::Result;

pub(super) fn undo(args: &UndoArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let inverted = history::undo(&mut session, args.change.as_deref())?;
    tell(if inverted.redone { "redid" } else { "undid" }, &inverted, context);
    if !inverted.redone && args.change.is_none() {
        context.ui.hint("`postil redo` brings it back");
    }
    Ok(Status::Done)
}

pub(super) fn redo(args: &RedoArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let inverted = history::redo(&mut session, args.change.as_deref())?;
    tell("redid", &inverted, context);
    Ok(Status::Done)
}

fn tell(done: &str, inverted: &Inverted, context: &mut Context) {
    let target = history::describe(&inverted.target);
    context.ui.status(format!("{done} {target}"));
}
