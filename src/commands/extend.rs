//! `postil extend`

use super::annotation_line::described;
use super::{Context, Status};
use crate::actions::Access;
use crate::actions::annotations::{Rewritten, describe_id};
use crate::actions::extend::extend;
use crate::cli::ExtendArgs;
use crate::error::Result;

pub(super) fn run(args: ExtendArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let done = extend(&mut session, &args.id, &args.passage)?;
    let id = match done.outcome {
        Rewritten::Joined(other) => other,
        Rewritten::Same | Rewritten::Changed => done.before.id,
    };
    let now = described(context, &describe_id(session.reader(), id)?);
    match done.outcome {
        Rewritten::Same => context.ui.status(format_args!("that is its passage already: {now}")),
        Rewritten::Changed => context.ui.status(format_args!("{now} (was {})", done.before.draft.range)),
        Rewritten::Joined(_) => {
            context.ui.status(format_args!("{now} was there before: #{} is part of it now", done.before.id))
        }
    }
    Ok(Status::Done)
}
