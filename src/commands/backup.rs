//! `postil backup [FILE] [--force] [--encrypt]`

use std::path::Path;

use super::{Context, Status};
use crate::actions::secrets::{Lock, Passphrase, Recipient, passphrase_in, recipients_in};
use crate::actions::{Access, backup};
use crate::cli::BackupArgs;
use crate::error::{Error, Result};

pub(super) fn run(args: BackupArgs, context: &mut Context) -> Result<Status> {
    if args.file.as_deref() == Some(Path::new("-")) {
        return Err(Error::refused("a store is copied to a file, not to standard output")
            .hint("name the file: `postil backup ~/backups/study.postil`"));
    }
    let session = context.open(Access::Read)?;
    let target = args.file.as_ref().map(|file| context.env.cwd.join(file));
    let target = backup::place(&session, target, args.encrypt, args.force)?;
    let lock = if args.encrypt { Some(lock(&args, context)?) } else { None };
    backup::write(&session, &target, lock.as_ref(), args.force)?;
    // People read paths from where they stand.
    let shown = target.strip_prefix(&context.env.cwd).unwrap_or(&target).display();
    match lock {
        None => context.ui.status(format!("copied the store to `{shown}`")),
        Some(_) => context.ui.status(format!("encrypted a copy of the store into `{shown}`")),
    }
    Ok(Status::Done)
}

/// What the copy is encrypted to.
fn lock(args: &BackupArgs, context: &mut Context) -> Result<Lock> {
    let mut recipients: Vec<Recipient> =
        args.recipient.iter().map(|key| Recipient::parse(key)).collect::<Result<_>>()?;
    if let Some(file) = &args.recipients_file {
        recipients.extend(recipients_in(&context.env.cwd.join(file))?);
    }
    if !recipients.is_empty() {
        return Ok(Lock::Recipients(recipients));
    }
    if let Some(file) = &args.passphrase_file {
        return Ok(Lock::Passphrase(passphrase_in(&context.env.cwd.join(file))?));
    }
    if !context.env.terminal.stdin {
        return Err(Error::refused("nobody is at the terminal to type a passphrase")
            .hint("in a script: `--passphrase-file FILE`, or `--recipient KEY` with a key of age"));
    }
    context.ui.hint("nothing but the passphrase opens the copy: keep it where you will find it again");
    let first = Passphrase::new(context.ui.ask_secret("passphrase: ")?)?;
    let again = Passphrase::new(context.ui.ask_secret("the same again: ")?)?;
    if !first.is(&again) {
        return Err(Error::refused("the two passphrases differ").hint("nothing was written: try again"));
    }
    Ok(Lock::Passphrase(first))
}
