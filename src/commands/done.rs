//! `postil done`

use super::{Context, Status, filter};
use crate::actions::Access;
use crate::actions::done::{finish, reopen};
use crate::cli::DoneArgs;
use crate::error::Result;
use crate::ui::plural::count;

pub(super) fn run(args: &DoneArgs, context: &mut Context) -> Result<Status> {
    let documents = filter::choice(&args.choice);
    let mut session = context.open(Access::Write)?;
    let act = if args.reopen { reopen } else { finish };
    let marked = act(&mut session, &documents)?;
    let coder = &marked.coder;
    let what = |names: &[String]| match names {
        [one] => one.clone(),
        several => count(several.len() as u64, "document"),
    };
    let ui = &mut context.ui;
    if marked.changed.is_empty() && marked.already.is_empty() {
        ui.status("no documents match; nothing was marked");
        return Ok(Status::Done);
    }
    if !marked.changed.is_empty() {
        let changed = what(&marked.changed);
        ui.status(match args.reopen {
            false => format!("{coder} has read {changed}"),
            true => format!("{coder} is not done with {changed}"),
        });
    }
    if !marked.already.is_empty() {
        let already = what(&marked.already);
        ui.status(match args.reopen {
            false => format!("marked as read before: {already}"),
            true => format!("not marked as read: {already}"),
        });
    }
    Ok(Status::Done)
}
