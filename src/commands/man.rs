//! `postil man [--out DIR]`

use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Context, Status};
use crate::cli::{Cli, ManArgs};
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: ManArgs, context: &mut Context) -> Result<Status> {
    let mut tree = Cli::command().help_template("{about-with-newline}{all-args}{after-help}");
    tree.build();
    match args.out {
        None => {
            let page = page(&tree, "postil")?;
            context
                .ui
                .out()
                .write_all(&page)
                .map_err(|source| Error::io("standard output cannot be written", source))?;
        }
        Some(folder) => {
            let folder = context.env.cwd.join(folder);
            std::fs::create_dir_all(&folder)
                .map_err(|source| Error::io(format!("`{}` cannot be made", folder.display()), source))?;
            let written = write_pages(&tree, "postil", &folder)?;
            context.ui.status(format!("wrote {} into {}", count(written, "manual page"), folder.display()));
        }
    }
    Ok(Status::Done)
}

/// Writes the page of `command` and those of the commands below it; returns how many.
fn write_pages(command: &Command, name: &str, folder: &Path) -> Result<u64> {
    let file = folder.join(format!("{name}.1"));
    // Pages are made from the program alone: to write them anew loses nothing, and needs no --force.
    let failed = |source| Error::io(format!("`{}` cannot be written", file.display()), source);
    std::fs::write(&file, page(command, name)?).map_err(failed)?;
    // The one kind of file that is for everybody: whoever installs them has them read by all.
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o644)).map_err(failed)?;
    let mut written = 1;
    for below in command.get_subcommands() {
        written += write_pages(below, &format!("{name}-{}", below.get_name()), folder)?;
    }
    Ok(written)
}

fn page(command: &Command, name: &str) -> Result<Vec<u8>> {
    // A page is found by its file's name, and the parser's own name is only the last word of it.
    let command = command.clone().name(name.to_owned()).disable_help_subcommand(true);
    let mut page = Vec::new();
    // No date: the same program writes the same page.
    Man::new(command)
        .section("1")
        .source(concat!("postil ", env!("CARGO_PKG_VERSION")))
        .manual("Postil")
        .render(&mut page)
        .map_err(|source| Error::internal("the manual page cannot be made").caused_by(source))?;
    Ok(page)
}
