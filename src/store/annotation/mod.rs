//! Annotations: what one coder said of one span.

mod bulk;
mod read;
mod write;

use rusqlite::Row;
use uuid::Uuid;

use super::sql::range_at;
use crate::domain::{CharRange, Version};

pub(super) use bulk::BULK;
#[cfg(test)]
pub(super) use bulk::indices;

/// An annotation as stored.
#[derive(Debug, Clone)]
pub struct AnnotationRow {
    /// The number within this store, `#12` to people.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// What it says, by numbers.
    pub draft: AnnotationDraft,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

/// What is to be written of an annotation. References are numbers within this store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationDraft {
    /// The document.
    pub document: i64,
    /// The text that the range counts in.
    pub text: i64,
    /// The span, in code points.
    pub range: CharRange,
    /// The code, if any.
    pub code: Option<i64>,
    /// Who said it.
    pub coder: i64,
    /// The note; empty means none.
    pub note: String,
}

/// What makes two annotations the same: span, coder and code. Ordered as the index `annotation_place` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AnnotationKey {
    /// The document.
    pub document: i64,
    /// The span, in code points.
    pub range: CharRange,
    /// Who said it.
    pub coder: i64,
    /// The code; none comes first.
    pub code: Option<i64>,
    /// The text that the range counts in.
    pub text: i64,
}

pub(super) const COLUMNS: &str =
    "id, uuid, document_id, text_id, start, stop, code_id, coder_id, note, created_at, modified_at, version";

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<AnnotationRow> {
    Ok(AnnotationRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        draft: AnnotationDraft {
            document: row.get(2)?,
            text: row.get(3)?,
            range: range_at(row, 4)?,
            code: row.get(6)?,
            coder: row.get(7)?,
            note: row.get(8)?,
        },
        created_at: row.get(9)?,
        modified_at: row.get(10)?,
        version: row.get(11)?,
    })
}
