//! `postil document …`

mod add;
mod from_table;
mod list;
mod purge;
mod replace;
mod show;

use super::{Context, Status};
use crate::actions::{Access, document};
use crate::cli::{DocumentCommand, KeyValue};
use crate::error::Result;
use crate::ui::plural::count;

pub(super) fn run(command: DocumentCommand, context: &mut Context) -> Result<Status> {
    match command {
        DocumentCommand::Add(args) if args.from_table.is_some() => from_table::run(args, context),
        DocumentCommand::Add(args) => add::run(args, context),
        DocumentCommand::List(args) => list::run(args, context),
        DocumentCommand::Show(args) => show::run(&args, context),
        DocumentCommand::Purge(args) => purge::run(&args, context),
        DocumentCommand::Replace(args) => replace::run(args, context),
        DocumentCommand::Rename(args) => {
            let mut session = context.open(Access::Write)?;
            let renamed = document::rename(&mut session, &args.document, &args.name)?;
            context.ui.status(match renamed.change {
                Some(_) => format!("`{}` is called `{}` now", args.document, args.name),
                None => format!("it is called `{}` already", args.name),
            });
            Ok(Status::Done)
        }
        DocumentCommand::Set(args) => {
            let mut session = context.open(Access::Write)?;
            let set =
                document::set_attributes(&mut session, &args.document, &pairs(args.attributes), &args.unset)?;
            context.ui.status(match set.change {
                Some(_) => format!("{} of `{}` changed", count(set.value as u64, "attribute"), args.document),
                None => format!("`{}` has these attributes already", args.document),
            });
            Ok(Status::Done)
        }
        DocumentCommand::Remove(args) => {
            let mut session = context.open(Access::Write)?;
            let removed = document::remove(&mut session, &args.documents)?.value;
            let memos = if removed.memos > 0 {
                format!(" and {}", count(removed.memos as u64, "memo"))
            } else {
                String::new()
            };
            context.ui.status(format!(
                "removed {} with {}{memos}",
                count(removed.documents as u64, "document"),
                count(removed.annotations as u64, "annotation"),
            ));
            context.ui.hint("`postil undo` brings it all back; `postil document purge` erases for good");
            Ok(Status::Done)
        }
    }
}

/// Attributes as the actions take them.
fn pairs(attributes: Vec<KeyValue>) -> Vec<(String, String)> {
    attributes.into_iter().map(|pair| (pair.key, pair.value)).collect()
}
