//! `postil import …`

mod csv;
mod report;

use super::{Context, Status};
use crate::cli::ImportCommand;
use crate::error::Result;

/// Runs `import`.
pub(super) fn run(command: ImportCommand, context: &mut Context) -> Result<Status> {
    match command {
        ImportCommand::Csv(args) => csv::run(args, context),
    }
}
