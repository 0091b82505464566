//! Annotations that exist: whose they are, how they are described, and how they are rewritten.

use super::names;
use crate::domain::{CharRange, Entity, IndexedText};
use crate::error::{Error, Result};
use crate::store::annotation::{AnnotationDraft, AnnotationRow};
use crate::store::{Reader, Tx};

/// Up to so many annotations are told one by one; of more, the number.
pub const FEW: usize = 5;

/// An annotation in the words of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its number.
    pub id: i64,
    /// The name of the document.
    pub document: String,
    /// Where it is, in code points.
    pub range: CharRange,
    /// The path of its code; `None` for a highlight or a note.
    pub code: Option<String>,
    /// The handle of its coder.
    pub coder: String,
    /// The passage.
    pub quote: String,
    /// Its note; empty for none.
    pub note: String,
}

/// What became of an annotation that was to say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rewritten {
    /// It said so before; nothing was written.
    Same,
    /// It says so now.
    Changed,
    /// The coder had an annotation that says so: that one stays, and this one's number now leads to it.
    Joined(i64),
}

/// Describes an annotation.
///
/// # Errors
/// The store's.
pub fn describe(reader: Reader<'_>, row: &AnnotationRow) -> Result<Described> {
    let draft = &row.draft;
    let text = IndexedText::new(reader.text_body(draft.text)?);
    let document = reader.document_by_id(draft.document)?;
    Ok(Described {
        id: row.id,
        document: document.map(|document| document.content.name).unwrap_or_default(),
        range: draft.range,
        code: draft.code.map(|code| reader.code_path(code)).transpose()?,
        coder: reader.coder_handle(draft.coder)?,
        quote: text.index().slice(draft.range).unwrap_or_default().to_owned(),
        note: draft.note.clone(),
    })
}

/// The annotation with this number, as it stands after a change.
///
/// # Errors
/// As [`describe`]; internal when there is none.
pub fn describe_id(reader: Reader<'_>, id: i64) -> Result<Described> {
    let row = reader.annotation(id)?;
    let row = row.ok_or_else(|| Error::internal(format!("annotation #{id} is gone after it was written")))?;
    describe(reader, &row)
}

/// The annotation that `typed` (`1532` or `#1532`) names, when it is the work of `coder`.
///
/// # Errors
/// Refused when there is none, or when it is another coder's.
pub(super) fn own(reader: Reader<'_>, coder: &str, typed: &str) -> Result<AnnotationRow> {
    let row = names::annotation(reader, typed)?;
    let owner = reader.coder_handle(row.draft.coder)?;
    if owner == coder { Ok(row) } else { Err(not_yours(row.id, &owner, coder)) }
}

/// The refusal to touch another coder's annotation.
pub(super) fn not_yours(id: i64, owner: &str, coder: &str) -> Error {
    Error::refused(format!("#{id} was said by `{owner}`, and you are `{coder}`"))
        .hint(format!("`--coder {owner}` acts as {owner}"))
}

/// Makes an annotation say what `draft` says.
///
/// One coder says one thing of one passage once, so where the coder has another annotation that says it, the two become one:
/// the other stays with both notes, and this one's id becomes its alias. Refusing was the alternative; it would leave the
/// person to delete by hand what is redundant anyway.
///
/// # Errors
/// The store's.
pub(super) fn rewrite(tx: &Tx<'_>, row: &AnnotationRow, draft: &AnnotationDraft) -> Result<Rewritten> {
    if *draft == row.draft {
        return Ok(Rewritten::Same);
    }
    let Some(other) = tx.reader().same_annotation(draft)?.filter(|other| other.id != row.id) else {
        tx.update_annotation(row.id, draft)?;
        return Ok(Rewritten::Changed);
    };
    let note = joined_notes(&other.draft.note, &draft.note);
    if note != other.draft.note {
        tx.update_annotation(other.id, &AnnotationDraft { note, ..other.draft.clone() })?;
    }
    tx.delete_annotation(row.id)?;
    tx.insert_alias(Entity::Annotation, row.uuid, other.uuid)?;
    Ok(Rewritten::Joined(other.id))
}

/// Both notes, each once.
fn joined_notes(kept: &str, added: &str) -> String {
    match (kept, added) {
        (kept, "") => kept.to_owned(),
        ("", added) => added.to_owned(),
        (kept, added) if kept == added => kept.to_owned(),
        (kept, added) => format!("{kept}\n\n{added}"),
    }
}

/// The beginning of a text on one line, for sentences.
pub(super) fn opening(text: &str) -> String {
    const LONGEST: usize = 60;
    // A whole text may be here: no more of it is looked at than is shown.
    let start: String = text.chars().take(4 * LONGEST).collect();
    let line = start.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST && start.len() == text.len() {
        return line;
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_notes_lose_nothing_and_repeat_nothing() {
        assert_eq!(joined_notes("a", ""), "a");
        assert_eq!(joined_notes("", "b"), "b");
        assert_eq!(joined_notes("a", "a"), "a");
        assert_eq!(joined_notes("a", "b"), "a\n\nb");
    }

    #[test]
    fn an_opening_is_one_line_and_says_when_it_is_cut() {
        assert_eq!(opening("one\n two"), "one two");
        let long = opening(&"word ".repeat(100));
        assert!(long.ends_with("word…") && long.chars().count() <= 61, "{long}");
    }
}
