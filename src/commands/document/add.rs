//! `postil document add PATH…`

use super::super::{Context, Status};
use super::pairs;
use crate::actions::Access;
use crate::actions::document::{AddRequest, Added, add, gather};
use crate::actions::passages::as_typed;
use crate::cli::DocumentAddArgs;
use crate::error::Result;
use crate::ui::plural::count;

/// More texts than this are not named one by one.
const NAMED: usize = 5;

pub(super) fn run(args: DocumentAddArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let sources = gather(&context.env.cwd, &args.paths, &mut std::io::stdin().lock(), args.max_size)?;
    let mut progress = context.ui.progress("documents", Some(sources.len() as u64));
    let name = args.name.clone();
    let request = AddRequest {
        sources,
        name: args.name,
        attributes: pairs(args.attributes),
        encoding: args.encoding,
        max_bytes: args.max_size,
    };
    let added = add(&mut session, request, || progress.advance(1))?.value;
    drop(progress);
    tell_already(&added, context);
    tell_added(&added, context);
    if let (Some(name), [already]) = (name, added.already.as_slice())
        && name != already.document
    {
        context.ui.hint(format!(
            "to call it so: `postil document rename {} {}`",
            as_typed(&already.document),
            as_typed(&name)
        ));
    }
    Ok(Status::Done)
}

fn tell_already(added: &Added, context: &mut Context) {
    for already in added.already.iter().take(NAMED) {
        let what = if already.typed.is_empty() { "the text" } else { &already.typed };
        context.ui.status(format!("{what} is already there as `{}`", already.document));
    }
    if added.already.len() > NAMED {
        context.ui.status(format!("… and so are {} more", added.already.len() - NAMED));
    }
}

/// Says what came in.
pub(super) fn tell_added(added: &Added, context: &mut Context) {
    let chars = count(added.chars, "character");
    match added.documents.as_slice() {
        [] => context.ui.status("nothing was added"),
        [only] => context.ui.status(format!("added `{only}` ({chars})")),
        many => context.ui.status(format!("added {} ({chars})", count(many.len() as u64, "document"))),
    }
}
