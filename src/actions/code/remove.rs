//! Removing codes.

use std::collections::BTreeSet;

use crate::actions::{Session, names};
use crate::domain::name::as_typed;
use crate::domain::record::MemoSubject;
use crate::error::{Error, Result};
use crate::store::Changed;

/// What went with removed codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemovedCodes {
    /// Codes, those below included.
    pub codes: usize,
    /// Annotations with any of them.
    pub annotations: usize,
    /// Memos on any of them.
    pub memos: usize,
}

/// Removes codes. With `force` also those that are in use or have codes below them, with all of that.
///
/// # Errors
/// Refused when there is no such code, or when one is in use or has codes below it and `force` is off.
pub fn remove(session: &mut Session, paths: &[String], force: bool) -> Result<Changed<RemovedCodes>> {
    session.change("code remove", |tx| {
        let book = names::codebook(tx.reader())?;
        let named = paths
            .iter()
            .map(|path| names::code(tx.reader(), path).map(|row| row.id))
            .collect::<Result<BTreeSet<_>>>()?;
        let doomed: BTreeSet<i64> = named.iter().flat_map(|id| book.subtree(*id)).collect();
        let mut removed = RemovedCodes { codes: doomed.len(), ..RemovedCodes::default() };
        for id in &doomed {
            removed.annotations += usize::try_from(tx.reader().uses_of_code(*id)?).unwrap_or(usize::MAX);
            removed.memos += tx.reader().memos_on(MemoSubject::Code(*id))?.len();
        }
        let below = doomed.len() - named.len();
        if !force && (below > 0 || removed.annotations > 0 || removed.memos > 0) {
            return Err(in_use(paths, below, &removed));
        }
        // The deepest first: a code goes after those below it.
        let mut order: Vec<i64> = doomed.into_iter().collect();
        order.sort_by_key(|id| std::cmp::Reverse(book.depth(*id)));
        for id in order {
            tx.delete_code(id)?;
        }
        let what = match paths {
            [only] => format!("code {only}"),
            _ => format!("{} codes", removed.codes),
        };
        tx.set_summary(format!("{what} removed with {} annotations", removed.annotations));
        Ok(removed)
    })
}

fn in_use(paths: &[String], below: usize, removed: &RemovedCodes) -> Error {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let parts: Vec<String> = [
        count(removed.annotations, "annotation", "annotations"),
        count(removed.memos, "memo", "memos"),
        count(below, "code below", "codes below"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (subject, has) = match paths {
        [only] => (format!("`{only}`"), "has"),
        _ => (format!("the {} codes", paths.len()), "have"),
    };
    let first = paths.first().map_or("", String::as_str);
    Error::refused(format!("{subject} {has} {}", parts.join(" and ")))
        .hint(format!(
            "to keep the annotations, merge it into another: `postil code merge {first} OTHER`",
            first = as_typed(first)
        ))
        .hint(format!(
            "to remove all of that, and bring it back with `postil undo`: `postil code remove {} --force`",
            paths.join(" ")
        ))
}
