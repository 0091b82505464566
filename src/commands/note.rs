//! `postil note`

use super::annotation_line::described;
use super::standard_input::LONGEST_NOTE;
use super::{Context, Status, standard_input};
use crate::actions::Access;
use crate::actions::annotations::{Rewritten, describe_id};
use crate::actions::note::note;
use crate::cli::NoteArgs;
use crate::error::Result;

pub(super) fn run(args: NoteArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let text = match args.text {
        Some(dash) if dash == "-" => Some(standard_input::read(LONGEST_NOTE)?),
        text => text,
    };
    let done = note(&mut session, &args.id, text.as_deref())?;
    let id = match done.outcome {
        Rewritten::Joined(other) => other,
        Rewritten::Same | Rewritten::Changed => done.before.id,
    };
    let now = described(context, &describe_id(session.reader(), id)?);
    let had = !done.before.draft.note.is_empty();
    match (done.outcome, text.is_some()) {
        (Rewritten::Same, true) => context.ui.status(format_args!("that is its note already: {now}")),
        (Rewritten::Same, false) => context.ui.status(format_args!("it has no note: {now}")),
        (Rewritten::Joined(_), _) => {
            context.ui.status(format_args!("{now} says the same: #{} is part of it now", done.before.id))
        }
        (Rewritten::Changed, true) if had => {
            context.ui.status(format_args!("note replaced: {now}"));
            context.ui.hint("`postil undo` brings the former note back");
        }
        (Rewritten::Changed, true) => context.ui.status(format_args!("note added: {now}")),
        (Rewritten::Changed, false) => context.ui.status(format_args!("note taken away: {now}")),
    }
    Ok(Status::Done)
}
