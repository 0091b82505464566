//! `postil code add PATH…`

use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::code::{NewCodes, add};
use crate::actions::passages::as_typed;
use crate::cli::CodeAddArgs;
use crate::error::Result;
use crate::ui::plural::count;

/// More codes than this are not named one by one.
const NAMED: usize = 8;

pub(super) fn run(args: CodeAddArgs, context: &mut Context) -> Result<Status> {
    let described = args.description.is_some() || args.color.is_some();
    let request =
        NewCodes { paths: args.paths, colors: args.colors, color: args.color, description: args.description };
    let mut session = context.open(Access::Write)?;
    let added = add(&mut session, &request)?.value;
    if !added.new.is_empty() {
        let codes = count(added.new.len() as u64, "code");
        context.ui.status(format!("added {codes}: {}", named(&added.new)));
    }
    if !added.already.is_empty() {
        context.ui.status(format!("already there: {}", named(&added.already)));
        if described && let Some(first) = added.already.first() {
            context.ui.hint(format!(
                "to describe it: `postil code edit {first} --description …`",
                first = as_typed(first)
            ));
        }
    }
    Ok(Status::Done)
}

/// The first few paths, and how many there are besides.
fn named(paths: &[String]) -> String {
    let shown = paths.len().min(NAMED);
    let more = paths.len() - shown;
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", paths[..shown].join(", "))
}
