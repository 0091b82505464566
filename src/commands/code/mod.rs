//! `postil code …`

mod add;
mod change;
mod file;
mod list;
mod show;

use super::{Context, Status};
use crate::cli::CodeCommand;
use crate::error::Result;

pub(super) fn run(command: CodeCommand, context: &mut Context) -> Result<Status> {
    match command {
        CodeCommand::Add(args) => add::run(args, context),
        CodeCommand::List(args) => list::run(&args, context),
        CodeCommand::Show(args) => show::run(&args, context),
        CodeCommand::Edit(args) => change::edit_code(args, context),
        CodeCommand::Rename(args) => change::rename_code(&args, context),
        CodeCommand::Move(args) => change::move_code(&args, context),
        CodeCommand::Merge(args) => change::merge_codes(&args, context),
        CodeCommand::Remove(args) => change::remove_codes(&args, context),
        CodeCommand::Import(args) => file::import_codes(&args, context),
        CodeCommand::Export(args) => file::export_codes(&args, context),
    }
}
