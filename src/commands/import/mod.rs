//! `postil import …`

mod report;
mod sheets;
mod workbook;

use std::fs::File;
use std::path::Path;

use super::{Context, Status};
use crate::actions::files::NewFile;
use crate::actions::import::{Options, Outcome};
use crate::cli::{ImportChoices, ImportCommand};
use crate::error::{Error, Result};

/// Runs `import`.
pub(super) fn run(command: ImportCommand, context: &mut Context) -> Result<Status> {
    match command {
        ImportCommand::Csv(args) => sheets::run(args, context),
        ImportCommand::Xlsx(args) => workbook::run(args, context),
    }
}

/// What the person chose, for a source of any format.
fn options(choices: &ImportChoices) -> Options {
    Options {
        dry_run: choices.dry_run,
        partial: choices.partial,
        create_codes: choices.create_codes,
        missing_means_deleted: choices.missing_means_deleted,
        yes: choices.yes,
        ..Options::default()
    }
}

/// The file of refused rows, if it was asked for. Begun before the long work, so that a bad path is told at once.
fn rejects(choices: &ImportChoices, context: &Context) -> Result<Option<NewFile>> {
    let place = choices.rejects.as_ref().map(|path| context.env.cwd.join(path));
    place.map(|path| NewFile::create(&path, true)).transpose()
}

/// Keeps the file of refused rows, if there are any.
fn keep_rejects(rejects: Option<NewFile>, outcome: &Outcome) -> Result<()> {
    let Some(file) = rejects.filter(|_| outcome.rejected > 0) else { return Ok(()) };
    file.persist().map_err(|error| match outcome.change {
        Some(change) => error.hint(format!("the other rows are in the store, as change {change}")),
        None => error,
    })
}

/// Opens the file to be imported. `made_by` is the command that writes such files.
fn open(path: &Path, context: &Context, made_by: &str) -> Result<File> {
    File::open(context.env.cwd.join(path)).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{}`", path.display()))
            .hint(format!("`{made_by}` writes tables that can be imported")),
        _ => Error::io(format!("can't read `{}`", path.display()), cause),
    })
}
