//! `postil restore FILE [-o STORE]`

use super::{Context, Status};
use crate::actions::backup::{Backup, Key};
use crate::actions::secrets::{Passphrase, passphrase_in};
use crate::cli::RestoreArgs;
use crate::domain::name::as_typed;
use crate::error::{Error, Result};
use crate::ui::plural::{count, count_of};

pub(super) fn run(args: RestoreArgs, context: &mut Context) -> Result<Status> {
    let cwd = context.env.cwd.clone();
    let name = args.file.display().to_string();
    let target = args.output.as_ref().map(|output| cwd.join(output));
    let backup = Backup::open(&cwd.join(&args.file), &name, target, &cwd, args.force)?;
    let key = match backup.wants_passphrase() {
        None => None,
        Some(wanted) => Some(key(&args, &name, wanted, context)?),
    };
    let restored = backup.restore(key.as_ref())?;
    let shown = restored.target.strip_prefix(&cwd).unwrap_or(&restored.target).display().to_string();
    let counts: Vec<String> = restored
        .report
        .counts
        .iter()
        .filter(|(noun, _)| matches!(*noun, "document" | "code" | "annotation" | "change"))
        .map(|(noun, number)| match *noun {
            "change" => count_of(*number, "change", "changes"),
            noun => count(*number, noun),
        })
        .collect();
    context.ui.status(format!("restored `{name}` as `{shown}`: {}", counts.join(", ")));
    if let Some(older) = restored.older {
        context.ui.hint(format!(
            "it is of schema {older}, older than this postil's: the next command brings it up to date, after a copy"
        ));
    }
    if restored.report.findings.is_empty() {
        return Ok(Status::Done);
    }
    let all = restored.report.findings.len() as u64 + restored.report.more;
    context.ui.warn(format!("`{shown}` is damaged: {}", count(all, "finding")));
    let typed = as_typed(&shown);
    context.ui.hint(format!(
        "another backup may be whole; `postil salvage {typed} -o NEW.postil` takes what is sound in this one"
    ));
    Ok(Status::Findings)
}

/// What opens the backup.
fn key(args: &RestoreArgs, name: &str, wants_passphrase: bool, context: &mut Context) -> Result<Key> {
    if !wants_passphrase {
        if args.identity.is_empty() {
            return Err(Error::refused(format!("`{name}` was encrypted to the owners of keys")).hint(
                format!(
                    "name the file with your secret key: `postil restore {} --identity KEYFILE`",
                    as_typed(name)
                ),
            ));
        }
        return Ok(Key::Identities(args.identity.iter().map(|file| context.env.cwd.join(file)).collect()));
    }
    if !args.identity.is_empty() {
        return Err(Error::refused(format!("`{name}` was encrypted with a passphrase, and no key opens it"))
            .hint(format!("`postil restore {}` asks for the passphrase", as_typed(name))));
    }
    if let Some(file) = &args.passphrase_file {
        return Ok(Key::Passphrase(passphrase_in(&context.env.cwd.join(file))?));
    }
    if !context.env.terminal.stdin {
        return Err(Error::refused(format!(
            "`{name}` is encrypted, and nobody is at the terminal to type a passphrase"
        ))
        .hint("in a script: `--passphrase-file FILE`"));
    }
    Ok(Key::Passphrase(Passphrase::new(context.ui.ask_secret("passphrase: ")?)?))
}
