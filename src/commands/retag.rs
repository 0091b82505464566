//! `postil retag`

use super::annotation_line::described;
use super::{Context, Status};
use crate::actions::Access;
use crate::actions::annotations::{FEW, Rewritten, describe_id};
use crate::actions::retag::retag;
use crate::cli::RetagArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: RetagArgs, context: &mut Context) -> Result<Status> {
    let Some((code, ids)) = args.words.split_last() else {
        return Err(
            Error::usage("no annotation and no code were named").hint("for example `postil retag 12 norms`")
        );
    };
    let mut session = context.open(Access::Write)?;
    let done = retag(&mut session, ids, code, args.create)?;
    for code in &done.created {
        context.ui.status(format_args!("{code} is in the codebook now"));
    }
    if done.retagged.len() > FEW {
        let same = done.retagged.len() - done.changed();
        let before = if same == 0 { String::new() } else { format!("; {same} had that code already") };
        let changed = count(done.changed() as u64, "annotation");
        context.ui.status(format_args!("{changed} retagged {code}{before}"));
        return Ok(Status::Done);
    }
    for retagged in &done.retagged {
        let id = match retagged.outcome {
            Rewritten::Joined(other) => other,
            Rewritten::Same | Rewritten::Changed => retagged.id,
        };
        let now = described(context, &describe_id(session.reader(), id)?);
        let before = retagged.before.as_deref().unwrap_or("without a code");
        match retagged.outcome {
            Rewritten::Same => context.ui.status(format_args!("already: {now}")),
            Rewritten::Changed => context.ui.status(format_args!("{now} (was {before})")),
            Rewritten::Joined(_) => context.ui.status(format_args!(
                "{now} was there before: #{} ({before}) is part of it now",
                retagged.id
            )),
        }
    }
    Ok(Status::Done)
}
