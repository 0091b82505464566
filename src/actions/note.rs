//! Notes on annotations.

use super::Session;
use super::annotations::{Rewritten, own, rewrite};
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::store::annotation::{AnnotationDraft, AnnotationRow};

/// What became of a note.
#[derive(Debug)]
pub struct Noted {
    /// The annotation as it stood before.
    pub before: AnnotationRow,
    /// What became of it.
    pub outcome: Rewritten,
}

/// A note as it is kept: line ends are LF, since spreadsheets change the others on the way, and none stands at the end.
///
/// # Errors
/// Refused when it is blank, or holds a NUL, at which SQLite's functions stop reading.
pub fn fit_note(typed: &str) -> Result<String> {
    let note = unified_line_ends(typed).trim_end_matches('\n').to_owned();
    if note.trim().is_empty() {
        return Err(Error::refused("the note is empty").hint("`postil note ID --clear` takes a note away"));
    }
    if note.contains('\0') {
        return Err(
            Error::refused("the note holds a NUL character").hint("a note is text; leave that character out")
        );
    }
    Ok(note)
}

/// Writes a note on an annotation, in place of the one it has; `None` takes that away.
///
/// # Errors
/// Refused when there is no such annotation, when it is another coder's, and for a note that is none.
pub fn note(session: &mut Session, id: &str, text: Option<&str>) -> Result<Noted> {
    let note = text.map(fit_note).transpose()?.unwrap_or_default();
    let changed = session.change("note", |tx| {
        let before = own(tx.reader(), tx.coder_handle(), id)?;
        let draft = AnnotationDraft { note, ..before.draft.clone() };
        let outcome = rewrite(tx, &before, &draft)?;
        let number = before.id;
        tx.note_sight()?;
        tx.set_summary(match (draft.note.is_empty(), before.draft.note.is_empty()) {
            (true, _) => format!("note of #{number} taken away"),
            (false, true) => format!("note added to #{number}"),
            (false, false) => format!("note of #{number} replaced"),
        });
        Ok(Noted { before, outcome })
    })?;
    Ok(changed.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_line_feeds_only_and_is_not_blank() {
        assert_eq!(fit_note("one\r\ntwo\rthree\n\n").unwrap(), "one\ntwo\nthree");
        assert_eq!(fit_note(" \n").unwrap_err().message(), "the note is empty");
        assert!(fit_note("a\0b").is_err());
    }
}
