//! Coders: listed, renamed, made one.

use std::collections::HashMap;

use uuid::Uuid;

use super::annotations::{Rewritten, rewrite};
use super::{Session, names};
use crate::domain::Entity;
use crate::domain::name::as_typed;
use crate::domain::name::check_handle;
use crate::domain::record::Progress;
use crate::error::{Error, Result};
use crate::store::annotation::AnnotationDraft;
use crate::store::select::Selection;
use crate::store::{Changed, Reader, Tx};

/// A coder with what they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCoder {
    /// The handle.
    pub handle: String,
    /// Annotations.
    pub annotations: u64,
    /// Documents with at least one of them.
    pub documents: u64,
    /// Memos.
    pub memos: u64,
    /// Documents read to the end.
    pub done: u64,
    /// Whose annotations were in the store while this coder annotated the same document: (handle, documents).
    pub saw: Vec<(String, u64)>,
}

/// All coders, by handle.
///
/// # Errors
/// The store's.
pub fn list(reader: Reader<'_>) -> Result<Vec<ListedCoder>> {
    let annotations = reader.annotations_by_coder()?;
    let documents = reader.documents_by_coder()?;
    let mut memos: HashMap<i64, u64> = HashMap::new();
    for memo in reader.memos()? {
        *memos.entry(memo.coder).or_default() += 1;
    }
    let mut done: HashMap<i64, u64> = HashMap::new();
    for assignment in reader.assignments()?.iter().filter(|assignment| assignment.state == Progress::Done) {
        *done.entry(assignment.coder).or_default() += 1;
    }
    let of = |counts: &HashMap<i64, u64>, id: i64| counts.get(&id).copied().unwrap_or(0);
    let coders = reader.coders()?;
    let mut seen: HashMap<(Uuid, Uuid), u64> = HashMap::new();
    for sight in reader.current_sights()? {
        *seen.entry((sight.coder, sight.other)).or_default() += 1;
    }
    let saw: Vec<Vec<(String, u64)>> = coders
        .iter()
        .map(|one| {
            let others = coders.iter().filter_map(|other| {
                seen.get(&(one.uuid, other.uuid)).map(|documents| (other.handle.clone(), *documents))
            });
            others.collect()
        })
        .collect();
    Ok(coders
        .into_iter()
        .zip(saw)
        .map(|(coder, saw)| ListedCoder {
            annotations: of(&annotations, coder.id),
            documents: of(&documents, coder.id),
            memos: of(&memos, coder.id),
            done: of(&done, coder.id),
            handle: coder.handle,
            saw,
        })
        .collect())
}

/// Gives a coder another handle; without a change when it is that.
///
/// # Errors
/// Refused when there is no such coder, or the handle is none or taken.
pub fn rename(session: &mut Session, from: &str, to: &str) -> Result<Changed<()>> {
    check_handle(to)?;
    session.change("coder rename", |tx| {
        let coder = names::coder(tx.reader(), from)?;
        if from == to {
            return Ok(());
        }
        if tx.reader().coder(to)?.is_some() {
            return Err(Error::refused(format!("there is a coder `{to}` already")).hint(format!(
                "to make one coder of the two: `postil coder merge {from} {to}`",
                from = as_typed(from),
                to = as_typed(to)
            )));
        }
        tx.rename_coder(coder.id, to)?;
        tx.set_summary(format!("coder {from} renamed {to}"));
        Ok(())
    })
}

/// What came of a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergedCoders {
    /// Annotations that are now the other coder's.
    pub moved: usize,
    /// Annotations that said what one of the other's says, and went into it.
    pub collapsed: usize,
    /// Memos that moved.
    pub memos: usize,
    /// Assignments that moved.
    pub assignments: usize,
}

/// Makes one coder of two: all that `from` said is said by `into`, and the id of `from` leads to `into`.
///
/// # Errors
/// Refused when either does not exist, or they are one.
pub fn merge(session: &mut Session, from: &str, into: &str) -> Result<Changed<MergedCoders>> {
    session.change("coder merge", |tx| {
        let gone = names::coder(tx.reader(), from)?;
        let kept = names::coder(tx.reader(), into)?;
        if gone.id == kept.id {
            return Err(Error::refused(format!("`{from}` can't be merged into itself")));
        }
        let mut merged = MergedCoders::default();
        let selection = Selection { coders: Some(vec![gone.id]), ..Selection::default() };
        for annotation in tx.reader().annotations(&selection)? {
            let draft = AnnotationDraft { coder: kept.id, ..annotation.draft.clone() };
            if !matches!(rewrite(tx, &annotation, &draft)?, Rewritten::Joined(_)) {
                merged.moved += 1;
            } else {
                merged.collapsed += 1;
            }
        }
        for memo in tx.reader().memos()?.into_iter().filter(|memo| memo.coder == gone.id) {
            tx.update_memo(memo.id, memo.subject, kept.id, &memo.text)?;
            merged.memos += 1;
        }
        merged.assignments = move_assignments(tx, gone.id, kept.id)?;
        tx.delete_coder(gone.id)?;
        tx.insert_alias(Entity::Coder, gone.uuid, kept.uuid)?;
        tx.set_summary(format!(
            "coder {from} merged into {into}: {} annotations",
            merged.moved + merged.collapsed
        ));
        Ok(merged)
    })
}

/// An assignment's id follows from its document and coder, so it cannot move: it is made anew. Where both coders have
/// one, the further state holds: what either has read is read.
fn move_assignments(tx: &Tx<'_>, gone: i64, kept: i64) -> Result<usize> {
    let all = tx.reader().assignments()?;
    let mut moved = 0;
    for assignment in all.iter().filter(|assignment| assignment.coder == gone) {
        let known = all.iter().find(|other| other.coder == kept && other.document == assignment.document);
        let state = known.map_or(assignment.state, |known| known.state.max(assignment.state));
        tx.set_assignment(assignment.document, kept, state, (assignment.created_at, tx.at()))?;
        tx.delete_assignment(assignment.id)?;
        moved += 1;
    }
    Ok(moved)
}
