//! Describing, renaming and moving codes.

use crate::actions::{Session, names};
use crate::domain::Codebook;
use crate::domain::name::as_typed;
use crate::domain::name::{MAX_CODE_DEPTH, check_code_name};
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::store::code::CodeDraft;
use crate::store::{Changed, Reader};

/// What is to change of a code; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct CodeEdit {
    /// What it means.
    pub description: Option<String>,
    /// Its colour, `#rrggbb`.
    pub color: Option<String>,
}

/// Changes the description or colour of a code; without a change when they are so already.
///
/// # Errors
/// Refused when there is no such code.
pub fn edit(session: &mut Session, path: &str, edit: CodeEdit) -> Result<Changed<()>> {
    session.change("code edit", |tx| {
        let row = names::code(tx.reader(), path)?;
        let draft = CodeDraft {
            description: edit
                .description
                .map_or_else(|| row.description.clone(), |written| unified_line_ends(&written).into_owned()),
            color: edit.color.unwrap_or_else(|| row.color.clone()),
            ..row.draft()
        };
        if draft != row.draft() {
            tx.update_code(row.id, &draft)?;
            tx.set_summary(format!("code {path} described"));
        }
        Ok(())
    })
}

/// Gives a code another name where it stands. Returns its new path.
///
/// # Errors
/// Refused when there is no such code, the name is none, or a sibling has it.
pub fn rename(session: &mut Session, path: &str, name: &str) -> Result<Changed<String>> {
    check_code_name(name).map_err(|wrong| {
        if name.contains('/') {
            wrong
                .hint(format!("to put it elsewhere: `postil code move {path} PARENT`", path = as_typed(path)))
        } else {
            wrong
        }
    })?;
    session.change("code rename", |tx| {
        let row = names::code(tx.reader(), path)?;
        let above = path.rsplit_once('/').map(|(above, _)| above);
        let renamed = join(above, name);
        if row.name != name {
            check_free(tx.reader(), row.parent, row.id, name, path, &renamed)?;
            tx.update_code(row.id, &CodeDraft { name: name.to_owned(), ..row.draft() })?;
            tx.set_summary(format!("code {path} renamed {renamed}"));
        }
        Ok(renamed)
    })
}

/// Moves a code, and those below it, below `parent` (`None`: to the top). Returns its new path.
///
/// # Errors
/// Refused when there is no such code, when `parent` is the code itself or below it, when a code of that name stands
/// there, or when the codebook would become too deep.
pub fn relocate(session: &mut Session, path: &str, parent: Option<&str>) -> Result<Changed<String>> {
    session.change("code move", |tx| {
        let row = names::code(tx.reader(), path)?;
        let above = parent.map(|parent| names::code(tx.reader(), parent)).transpose()?;
        let book = names::codebook(tx.reader())?;
        let moved = join(parent, &row.name);
        if let (Some(above), Some(parent)) = (&above, parent) {
            if above.id == row.id {
                return Err(Error::refused(format!("`{path}` can't move below itself")));
            }
            if book.subtree(row.id).contains(&above.id) {
                return Err(Error::refused(format!(
                    "`{path}` can't move below `{parent}`, which is below it"
                ))
                .hint(format!(
                    "move that one out first: `postil code move {parent} /`",
                    parent = as_typed(parent)
                )));
            }
            check_depth(&book, row.id, above.id, path)?;
        }
        let target = above.map(|above| above.id);
        if row.parent != target {
            check_free(tx.reader(), target, row.id, &row.name, path, &moved)?;
            tx.update_code(row.id, &CodeDraft { parent: target, ..row.draft() })?;
            tx.set_summary(format!("code {path} moved to {moved}"));
        }
        Ok(moved)
    })
}

fn join(above: Option<&str>, name: &str) -> String {
    match above {
        Some(above) => format!("{above}/{name}"),
        None => name.to_owned(),
    }
}

/// Refuses a place where another code of that name stands: paths would be ambiguous.
fn check_free(
    reader: Reader<'_>,
    parent: Option<i64>,
    code: i64,
    name: &str,
    from: &str,
    to: &str,
) -> Result<()> {
    if reader.codes_named(parent, name)?.iter().all(|other| other.id == code) {
        return Ok(());
    }
    Err(Error::refused(format!("there is a code `{to}` already")).hint(format!(
        "to make one code of the two: `postil code merge {from} {to}`",
        from = as_typed(from),
        to = as_typed(to)
    )))
}

/// Refuses a move that would put some code below more than [`MAX_CODE_DEPTH`] levels.
pub(super) fn check_depth(book: &Codebook, moved: i64, above: i64, path: &str) -> Result<()> {
    let own = book.depth(moved);
    let height = book.subtree(moved).into_iter().map(|id| book.depth(id) - own).max().unwrap_or(0);
    let deepest = book.depth(above) + 2 + height;
    if deepest > MAX_CODE_DEPTH {
        return Err(Error::refused(format!(
            "`{path}` can't move there: the codebook would be {deepest} levels deep, and {MAX_CODE_DEPTH} are the most"
        )));
    }
    Ok(())
}
