//! `postil init NAME`

use super::{Context, Status};
use crate::actions::passages::as_typed;
use crate::actions::project::begin;
use crate::cli::InitArgs;
use crate::error::{Error, Result};

pub(super) fn run(args: InitArgs, context: &mut Context) -> Result<Status> {
    if let Some(store) = &context.store_option {
        return Err(Error::usage(format!(
            "`--store {}` names a store that is there already",
            store.display()
        ))
        .hint(format!("the new store is NAME.postil: `postil init {}`", args.name)));
    }
    let who = context.who()?;
    let begun = begin(&context.env.cwd, &args.name, args.title.as_deref(), &who)?;
    let shown = begun.path.strip_prefix(&context.env.cwd).unwrap_or(&begun.path).display().to_string();
    context.ui.status(format!("made the store {shown}"));
    if let Some(other) = begun.neighbours.first() {
        let other = other.file_name().unwrap_or_default().display().to_string();
        context.ui.warn(format!(
            "there is another store beside it, `{other}`: say which you mean with `--store {}`",
            as_typed(&shown)
        ));
    }
    if let Some(named) = context.named_store().filter(|named| *named != begun.path) {
        context
            .ui
            .warn(format!("POSTIL_STORE names `{}`: commands go there until you unset it", named.display()));
    }
    context.ui.hint("`postil document add FILE…` adds texts, `postil code add PATH…` begins the codebook");
    Ok(Status::Done)
}
