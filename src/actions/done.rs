//! Saying that documents were read to the end.
//!
//! Without it, a document in which a coder marked nothing could be one that was never opened; with it, "nothing found"
//! is a value that agreement can count.

use std::collections::HashMap;

use super::Session;
use super::selection::DocumentFilter;
use crate::domain::record::Progress;
use crate::error::Result;
use crate::store::document::DocumentRow;

/// What became of a request to mark documents as read, or as not read to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Who read them.
    pub coder: String,
    /// The names of the documents whose mark changed.
    pub changed: Vec<String>,
    /// The names of those that were so already.
    pub already: Vec<String>,
}

/// Marks documents as read to the end by the coder at work, in one change. A coder who is not known yet becomes one.
///
/// # Errors
/// Refused for documents and attributes that are not there.
pub fn finish(session: &mut Session, documents: &DocumentFilter) -> Result<Marked> {
    mark(session, documents, Progress::Done)
}

/// Takes the mark back: the documents are in progress again. Those that were never marked stay as they are.
///
/// # Errors
/// As [`finish`].
pub fn reopen(session: &mut Session, documents: &DocumentFilter) -> Result<Marked> {
    mark(session, documents, Progress::InProgress)
}

fn mark(session: &mut Session, documents: &DocumentFilter, state: Progress) -> Result<Marked> {
    let marked = session.change("done", |tx| {
        let reader = tx.reader();
        let coder = tx.coder_handle().to_owned();
        let known = reader.coder(&coder)?.map(|coder| coder.id);
        let states: HashMap<i64, Progress> = reader
            .assignments()?
            .into_iter()
            .filter(|assignment| Some(assignment.coder) == known)
            .map(|assignment| (assignment.document, assignment.state))
            .collect();
        let is_done = |document: &DocumentRow| states.get(&document.id) == Some(&Progress::Done);
        let (done, open): (Vec<_>, Vec<_>) = documents.documents(reader)?.into_iter().partition(is_done);
        let (changed, already) = if state == Progress::Done { (open, done) } else { (done, open) };
        if !changed.is_empty() {
            let id = tx.ensure_coder(&coder)?;
            for document in &changed {
                tx.set_assignment(document.id, id, state, (tx.at(), tx.at()))?;
            }
        }
        let names = |rows: Vec<DocumentRow>| rows.into_iter().map(|row| row.content.name).collect::<Vec<_>>();
        let (changed, already) = (names(changed), names(already));
        let what = match changed.as_slice() {
            [one] => one.clone(),
            several => format!("{} documents", several.len()),
        };
        tx.set_summary(match state {
            Progress::Done => format!("{what} read by {coder}"),
            Progress::InProgress | Progress::Assigned => format!("{what} not read to the end by {coder}"),
        });
        Ok(Marked { coder, changed, already })
    })?;
    Ok(marked.value)
}
