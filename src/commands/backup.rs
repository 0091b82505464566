//! `postil backup [FILE] [--force]`

use std::path::Path;

use super::{Context, Status};
use crate::actions::Access;
use crate::actions::care;
use crate::cli::BackupArgs;
use crate::error::{Error, Result};

pub(super) fn run(args: BackupArgs, context: &mut Context) -> Result<Status> {
    if args.file.as_deref() == Some(Path::new("-")) {
        return Err(Error::refused("a store is copied to a file, not to standard output")
            .hint("name the file: `postil backup ~/backups/study.postil`"));
    }
    let session = context.open(Access::Read)?;
    let target = args.file.map(|file| context.env.cwd.join(file));
    let copy = care::back_up(&session, target, args.force)?;
    // People read paths from where they stand.
    let copy = copy.strip_prefix(&context.env.cwd).unwrap_or(&copy);
    context.ui.status(format!("copied the store to `{}`", copy.display()));
    Ok(Status::Done)
}
