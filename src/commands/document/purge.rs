//! `postil document purge DOC…`

use std::io::BufRead;
use std::path::PathBuf;

use super::super::{Context, Status};
use crate::actions::document::{purge, purge_former, to_purge};
use crate::actions::{Access, names};
use crate::cli::DocumentPurgeArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: &DocumentPurgeArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    for name in &args.documents {
        match args.former {
            true => drop(names::document(session.reader(), name)?),
            false => drop(to_purge(session.reader(), name)?),
        }
    }
    if let Some(other) = args.yes_erase.iter().find(|name| !args.documents.contains(name)) {
        return Err(Error::refused(format!(
            "`--yes-erase {other}` confirms a document that is not to be purged"
        ))
        .hint(format!("purge it too: `postil document purge {other} --yes-erase {other}`")));
    }
    for name in args.documents.iter().filter(|name| !args.yes_erase.contains(name)) {
        confirm(name, args.former, context)?;
    }
    if args.former {
        let (forgotten, copies) = purge_former(&mut session, &args.documents)?;
        context.ui.status(format!(
            "erased {} and {}; {} stay as they are",
            count(forgotten.texts, "former text"),
            count(forgotten.states, "former state"),
            count(forgotten.kept, "record"),
        ));
        tell_copies(&copies, context);
        context.ui.hint(
            "a colleague who goes on coding in a former text brings it back with the next merge: give them this store first",
        );
        return Ok(Status::Done);
    }
    let backups: Vec<_> = args.backups.iter().map(|folder| context.env.cwd.join(folder)).collect();
    let erased = purge(&mut session, &args.documents, &backups)?;
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
    tell_copies(&erased.copies, context);
    let done = &erased.backups;
    if !args.backups.is_empty() {
        context.ui.status(format!(
            "erased in {} too; {} had nothing of it",
            count(done.erased.len() as u64, "backup"),
            count(done.clean.len() as u64, "other"),
        ));
    }
    for (path, why) in &done.not_reached {
        let shown = path.strip_prefix(&context.env.cwd).unwrap_or(path).display();
        context.ui.warn(format!("not reached: `{shown}` may still hold what was erased: {why}"));
    }
    if !done.not_reached.is_empty() {
        context
            .ui
            .hint("delete such a file, or restore it, purge the document in it, and make the backup anew");
    }
    context.ui.hint("exports, backups and colleagues' copies are not reached from here: see to them too");
    Ok(if done.not_reached.is_empty() { Status::Done } else { Status::Findings })
}

fn tell_copies(copies: &[PathBuf], context: &mut Context) {
    for copy in copies {
        context
            .ui
            .warn(format!("`{}` is a copy of this store: it may still hold what was erased", copy.display()));
    }
}

/// Has the name typed, by a person at a terminal or with `--yes-erase`.
fn confirm(name: &str, former: bool, context: &mut Context) -> Result<()> {
    let unconfirmed = |message: String| {
        let option = if former { " --former" } else { "" };
        let error = Error::refused(message).hint(format!(
            "to confirm it in a script: `postil document purge {name} --yes-erase {name}{option}`"
        ));
        if former {
            return error;
        }
        error.hint(format!(
            "to remove it so that `postil undo` can bring it back: `postil document remove {name}`"
        ))
    };
    if !context.env.terminal.stdin {
        let what = if former { "its past" } else { "it" };
        return Err(unconfirmed(format!("purging `{name}` erases {what} for good and was not confirmed")));
    }
    context.ui.warn(match former {
        false => {
            format!("this erases `{name}`, all that was said of it, and its history; nothing brings it back")
        }
        true => format!("this erases every former text of `{name}` and the history of what was said of it"),
    });
    context.ui.tell("type its name to go on: ");
    let mut typed = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut typed)
        .map_err(|cause| Error::io("the confirmation cannot be read", cause))?;
    if typed.trim_end_matches(['\n', '\r']) == name {
        return Ok(());
    }
    Err(unconfirmed("that is not its name: nothing was erased".to_owned()))
}
