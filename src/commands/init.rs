//! `postil init NAME`

use super::{Context, Status};
use crate::actions::merge::{Other, begin_from};
use crate::actions::passages::as_typed;
use crate::actions::project::begin_filled;
use crate::cli::InitArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: InitArgs, context: &mut Context) -> Result<Status> {
    if let Some(store) = &context.store_option {
        return Err(Error::usage(format!(
            "`--store {}` names a store that is there already",
            store.display()
        ))
        .hint(format!("the new store is NAME.postil: `postil init {}`", args.name)));
    }
    let who = context.who()?;
    let from = args
        .from
        .as_ref()
        .map(|from| Other { path: context.env.cwd.join(from), name: from.display().to_string() });
    let (begun, taken) = begin_filled(&context.env.cwd, &args.name, args.title.as_deref(), &who, |draft| {
        from.map(|from| begin_from(draft, &from, &who, !args.with_annotations)).transpose()
    })?;
    let shown = begun.path.strip_prefix(&context.env.cwd).unwrap_or(&begun.path).display().to_string();
    context.ui.status(format!("made the store {shown}"));
    if let Some(other) = begun.neighbours.first() {
        let other = other.file_name().unwrap_or_default().display().to_string();
        context.ui.warn(format!(
            "there is another store beside it, `{other}`: say which you mean with `--store {}`",
            as_typed(&shown)
        ));
    }
    if let Some(cloud) = begun.cloud {
        context.ui.warn(format!(
            "this folder seems to be {cloud}'s: two who write to one store there at once end up with two stores"
        ));
        context.ui.hint("everybody with a store of their own, and `postil merge`, loses nothing");
    }
    if let Some(named) = context.named_store().filter(|named| *named != begun.path) {
        context
            .ui
            .warn(format!("POSTIL_STORE names `{}`: commands go there until you unset it", named.display()));
    }
    match taken {
        None => {
            context
                .ui
                .hint("`postil document add FILE…` adds texts, `postil code add PATH…` begins the codebook");
        }
        Some(taken) => {
            for remark in &taken.remarks {
                context.ui.warn(remark);
            }
            let (documents, codes) = (count(taken.documents.new, "document"), count(taken.codes.new, "code"));
            context.ui.status(match args.with_annotations {
                true => {
                    format!("took {documents}, {codes} and {}", count(taken.annotations.new, "annotation"))
                }
                false => format!("took {documents} and {codes}, and nothing that was coded there"),
            });
            if taken.conflicts() > 0 {
                context.ui.warn(format!(
                    "{} came along; `postil conflicts` shows both sides",
                    count(taken.conflicts(), "open conflict")
                ));
            }
            let other = args.from.as_ref().map(|from| from.display().to_string()).unwrap_or_default();
            context.ui.hint(format!(
                "code in it, then bring the work into the other store: `postil merge {} --store {}`",
                as_typed(&shown),
                as_typed(&other)
            ));
        }
    }
    Ok(Status::Done)
}
