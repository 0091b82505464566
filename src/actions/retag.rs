//! Another code for annotations that exist.

use std::collections::HashSet;

use super::Session;
use super::annotations::{Rewritten, own, rewrite};
use super::code_paths::{choose, create_missing};
use crate::error::Result;
use crate::store::annotation::AnnotationDraft;

/// What became of annotations that were to have another code.
#[derive(Debug)]
pub struct Retagging {
    /// Each annotation's number, the path of the code it had, and what became of it.
    pub retagged: Vec<Retagged>,
    /// The codes that were added to the codebook.
    pub created: Vec<String>,
}

/// What became of one annotation.
#[derive(Debug)]
pub struct Retagged {
    /// Its number.
    pub id: i64,
    /// The path of the code it had; `None` for a highlight or a note.
    pub before: Option<String>,
    /// What became of it.
    pub outcome: Rewritten,
}

impl Retagging {
    /// How many annotations were changed or joined to others.
    pub fn changed(&self) -> usize {
        self.retagged.iter().filter(|retagged| retagged.outcome != Rewritten::Same).count()
    }
}

/// Gives annotations another code, in one change.
///
/// # Errors
/// Refused when one is not there or is another coder's, and for a code that is not there unless `create`.
pub fn retag(session: &mut Session, ids: &[String], code: &str, create: bool) -> Result<Retagging> {
    let changed = session.change("retag", |tx| {
        let rows =
            ids.iter().map(|id| own(tx.reader(), tx.coder_handle(), id)).collect::<Result<Vec<_>>>()?;
        let mut codes = choose(tx.reader(), &[code.to_owned()], create)?;
        let created = create_missing(tx, &mut codes)?;
        let chosen = codes.first().and_then(|code| code.id);
        let mut retagged: Vec<Retagged> = Vec::with_capacity(rows.len());
        let mut seen = HashSet::with_capacity(rows.len());
        for row in rows {
            // The same number twice: the row may be gone by now.
            if !seen.insert(row.id) {
                continue;
            }
            // Read again: an annotation joined to this one may have left its note here.
            let row = tx.reader().annotation(row.id)?.unwrap_or(row);
            let before = row.draft.code.map(|code| tx.reader().code_path(code)).transpose()?;
            let draft = AnnotationDraft { code: chosen, ..row.draft.clone() };
            retagged.push(Retagged { id: row.id, before, outcome: rewrite(tx, &row, &draft)? });
        }
        let retagging = Retagging { retagged, created };
        tx.note_sight()?;
        tx.set_summary(match retagging.changed() {
            1 => format!("1 annotation retagged {code}"),
            count => format!("{count} annotations retagged {code}"),
        });
        Ok(retagging)
    })?;
    Ok(changed.value)
}
