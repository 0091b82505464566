//! Making one code of two.

use crate::actions::annotations::{Rewritten, rewrite};
use crate::actions::{Session, names};
use crate::domain::Entity;
use crate::domain::name::as_typed;
use crate::domain::record::MemoSubject;
use crate::error::{Error, Result};
use crate::store::annotation::AnnotationDraft;
use crate::store::code::{CodeDraft, CodeRow};
use crate::store::select::Selection;
use crate::store::{Changed, Tx};

/// What came of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergedCodes {
    /// Annotations that now have the code that was kept.
    pub moved: usize,
    /// Annotations that said what another one says now, and went into it.
    pub collapsed: usize,
    /// Memos that moved.
    pub memos: usize,
    /// Codes that stood below the one given up.
    pub children: usize,
}

/// Merges the code `from` into `into`: annotations, memos and the codes below it move, `from` becomes an alias.
///
/// Where one coder had given both codes to the same span, one annotation stays, with both notes.
///
/// # Errors
/// Refused when there is no such code, when `into` is below `from`, or when both have a code of one name below them.
pub fn merge(session: &mut Session, from: &str, into: &str) -> Result<Changed<MergedCodes>> {
    session.change("code merge", |tx| {
        let gone = names::code(tx.reader(), from)?;
        let kept = names::code(tx.reader(), into)?;
        if gone.id == kept.id {
            return Err(Error::refused(format!("`{from}` can't be merged into itself")));
        }
        let mut merged =
            MergedCodes { children: move_children(tx, &gone, &kept, from, into)?, ..MergedCodes::default() };
        let selection = Selection { codes: Some(vec![gone.id]), ..Selection::default() };
        for annotation in tx.reader().annotations(&selection)? {
            let draft = AnnotationDraft { code: Some(kept.id), ..annotation.draft.clone() };
            if !matches!(rewrite(tx, &annotation, &draft)?, Rewritten::Joined(_)) {
                merged.moved += 1;
            } else {
                merged.collapsed += 1;
            }
        }
        for memo in tx.reader().memos_on(MemoSubject::Code(gone.id))? {
            tx.update_memo(memo.id, MemoSubject::Code(kept.id), memo.coder, &memo.text)?;
            merged.memos += 1;
        }
        tx.delete_code(gone.id)?;
        tx.insert_alias(Entity::Code, gone.uuid, kept.uuid)?;
        tx.set_summary(format!(
            "code {from} merged into {into}: {} annotations",
            merged.moved + merged.collapsed
        ));
        Ok(merged)
    })
}

fn move_children(tx: &Tx<'_>, gone: &CodeRow, kept: &CodeRow, from: &str, into: &str) -> Result<usize> {
    let book = names::codebook(tx.reader())?;
    if book.ancestors(kept.id).any(|above| above == gone.id) {
        return Err(Error::refused(format!("`{from}` can't be merged into `{into}`, which is below it"))
            .hint(format!(
                "merge the other way round: `postil code merge {into} {from}`",
                into = as_typed(into),
                from = as_typed(from)
            )));
    }
    let children = book.children(Some(gone.id));
    for child in &children {
        let name = book.name(*child);
        // The code given up may stand there itself, and makes room.
        if book.children(Some(kept.id)).into_iter().any(|other| other != gone.id && book.name(other) == name)
        {
            return Err(Error::refused(format!(
                "both `{from}` and `{into}` have a code `{name}` below them"
            ))
            .hint(format!(
                "merge those first: `postil code merge {} {}`",
                as_typed(format!("{from}/{name}")),
                as_typed(format!("{into}/{name}"))
            )));
        }
        super::edit::check_depth(&book, *child, kept.id, book.path(*child))?;
        if let Some(row) = tx.reader().code_by_id(*child)? {
            tx.update_code(*child, &CodeDraft { parent: Some(kept.id), ..row.draft() })?;
        }
    }
    Ok(children.len())
}
