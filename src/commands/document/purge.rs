//! `postil document purge DOC…`

use std::io::{BufRead, Read};

use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::document::{purge, to_purge};
use crate::actions::passages::as_typed;
use crate::cli::DocumentPurgeArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: &DocumentPurgeArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    for name in &args.documents {
        to_purge(session.reader(), name)?;
    }
    if let Some(other) = args.yes_erase.iter().find(|name| !args.documents.contains(name)) {
        return Err(Error::refused(format!(
            "`--yes-erase {other}` confirms a document that is not to be purged"
        ))
        .hint(format!(
            "purge it too: `postil document purge {other} --yes-erase {other}`",
            other = as_typed(other)
        )));
    }
    for name in args.documents.iter().filter(|name| !args.yes_erase.contains(name)) {
        confirm(name, context)?;
    }
    let erased = purge(&mut session, &args.documents)?;
    let memos = if erased.purged.memos > 0 {
        format!(" and {}", count(erased.purged.memos, "memo"))
    } else {
        String::new()
    };
    context.ui.status(format!(
        "erased {} with {}{memos}, and their history; nothing brings them back",
        count(erased.documents as u64, "document"),
        count(erased.purged.annotations, "annotation"),
    ));
    for copy in &erased.copies {
        context
            .ui
            .warn(format!("`{}` is a copy of this store: it may still hold what was erased", copy.display()));
    }
    context.ui.hint("exports, backups and colleagues' copies are not reached from here: see to them too");
    Ok(Status::Done)
}

/// Has the name typed, by a person at a terminal or with `--yes-erase`.
fn confirm(name: &str, context: &mut Context) -> Result<()> {
    let unconfirmed = |message: String| {
        Error::refused(message)
            .hint(format!(
                "to confirm it in a script: `postil document purge {name} --yes-erase {name}`",
                name = as_typed(name)
            ))
            .hint(format!(
                "to remove it so that `postil undo` can bring it back: `postil document remove {name}`",
                name = as_typed(name)
            ))
    };
    if !context.env.terminal.stdin {
        return Err(unconfirmed(format!("purging `{name}` erases it for good and was not confirmed")));
    }
    context.ui.warn(format!(
        "this erases `{name}`, all that was said of it, and its history; nothing brings it back"
    ));
    context.ui.tell("type its name to go on: ");
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .take(1 << 20)
        .read_line(&mut typed)
        .map_err(|cause| Error::io("the confirmation cannot be read", cause))?;
    if typed.trim_end_matches(['\n', '\r']) == name {
        return Ok(());
    }
    Err(unconfirmed("that is not its name: nothing was erased".to_owned()))
}
