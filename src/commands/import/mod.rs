//! `postil import …`

mod report;
mod sheets;

use super::{Context, Status};
use crate::cli::ImportCommand;
use crate::error::Result;

/// Runs `import`.
pub(super) fn run(command: ImportCommand, context: &mut Context) -> Result<Status> {
    match command {
        ImportCommand::Csv(args) => sheets::run(args, context),
    }
}
