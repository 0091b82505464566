//! `postil completions SHELL`

use clap::CommandFactory;

use super::{Context, Status};
use crate::cli::{Cli, CompletionsArgs};
use crate::error::{Error, Result};

pub(super) fn run(args: CompletionsArgs, context: &mut Context) -> Result<Status> {
    let mut tree = Cli::command();
    // The arguments of a command are otherwise made only when it is asked for, and the script would miss them.
    tree.build();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tree, "postil", &mut script);
    // Written at once: the generator panics on a closed pipe.
    context
        .ui
        .out()
        .write_all(&script)
        .map_err(|source| Error::io("standard output cannot be written", source))?;
    Ok(Status::Done)
}
