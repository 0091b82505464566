//! `postil code edit`, `rename`, `move`, `merge`, `remove`

use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::code::{CodeEdit, edit, merge, relocate, remove, rename};
use crate::cli::{CodeEditArgs, CodeMergeArgs, CodeMoveArgs, CodeRemoveArgs, CodeRenameArgs};
use crate::error::Result;
use crate::ui::plural::count;

pub(super) fn edit_code(args: CodeEditArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let wanted = CodeEdit { description: args.description, color: args.color };
    let edited = edit(&mut session, &args.path, wanted)?;
    context.ui.status(match edited.change {
        Some(_) => format!("changed `{}`", args.path),
        None => format!("`{}` is so already", args.path),
    });
    Ok(Status::Done)
}

pub(super) fn rename_code(args: &CodeRenameArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let renamed = rename(&mut session, &args.path, &args.name)?;
    context.ui.status(match renamed.change {
        Some(_) => format!("`{}` is `{}` now", args.path, renamed.value),
        None => format!("it is `{}` already", renamed.value),
    });
    Ok(Status::Done)
}

pub(super) fn move_code(args: &CodeMoveArgs, context: &mut Context) -> Result<Status> {
    let parent = Some(args.parent.as_str()).filter(|parent| *parent != "/");
    let mut session = context.open(Access::Write)?;
    let moved = relocate(&mut session, &args.path, parent)?;
    context.ui.status(match moved.change {
        Some(_) => format!("`{}` is `{}` now", args.path, moved.value),
        None => format!("it is `{}` already", moved.value),
    });
    Ok(Status::Done)
}

pub(super) fn merge_codes(args: &CodeMergeArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let merged = merge(&mut session, &args.from, &args.into)?.value;
    let mut parts = vec![count(merged.moved as u64, "annotation") + " moved"];
    if merged.collapsed > 0 {
        parts.push(count(merged.collapsed as u64, "annotation") + " joined with one that said the same");
    }
    if merged.memos > 0 {
        parts.push(count(merged.memos as u64, "memo") + " moved");
    }
    if merged.children > 0 {
        parts.push(count(merged.children as u64, "code") + " below moved");
    }
    context.ui.status(format!("merged `{}` into `{}`: {}", args.from, args.into, parts.join(", ")));
    context.ui.hint("`postil undo` parts them again");
    Ok(Status::Done)
}

pub(super) fn remove_codes(args: &CodeRemoveArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let removed = remove(&mut session, &args.paths, args.force)?.value;
    let mut parts = Vec::new();
    if removed.annotations > 0 {
        parts.push(count(removed.annotations as u64, "annotation"));
    }
    if removed.memos > 0 {
        parts.push(count(removed.memos as u64, "memo"));
    }
    let with = if parts.is_empty() { String::new() } else { format!(" with {}", parts.join(" and ")) };
    context.ui.status(format!("removed {}{with}", count(removed.codes as u64, "code")));
    if !parts.is_empty() {
        context.ui.hint("`postil undo` brings it all back");
    }
    Ok(Status::Done)
}
