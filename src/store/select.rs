//! Choosing annotations: the only place where SQL is put together, from fixed fragments and bound values.

use rusqlite::ToSql;

use super::annotation::{AnnotationRow, COLUMNS, from_row};
use super::reader::Reader;
use super::sql::range_at;
use crate::domain::CharRange;
use crate::error::Result;

/// Which annotations are meant. `None` means any; an empty list means none.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// In one of these documents, by number.
    pub documents: Option<Vec<i64>>,
    /// With one of these codes, by number.
    pub codes: Option<Vec<i64>>,
    /// By one of these coders, by number.
    pub coders: Option<Vec<i64>>,
    /// Without a code.
    pub untagged: bool,
    /// Last changed at or after, in milliseconds since 1970 UTC.
    pub since: Option<i64>,
    /// Last changed before, in milliseconds since 1970 UTC.
    pub until: Option<i64>,
}

impl Selection {
    /// The condition, and the values it binds, in order.
    fn condition(&self) -> (String, Vec<Box<dyn ToSql>>) {
        let mut fragments: Vec<&str> = Vec::new();
        let mut values: Vec<Box<dyn ToSql>> = Vec::new();
        let lists = [
            (&self.documents, "document_id IN (SELECT value FROM json_each(?))"),
            (&self.codes, "code_id IN (SELECT value FROM json_each(?))"),
            (&self.coders, "coder_id IN (SELECT value FROM json_each(?))"),
        ];
        for (list, fragment) in lists {
            if let Some(list) = list {
                fragments.push(fragment);
                values.push(Box::new(serde_json::json!(list).to_string()));
            }
        }
        if self.untagged {
            fragments.push("code_id IS NULL");
        }
        if let Some(since) = self.since {
            fragments.push("modified_at >= ?");
            values.push(Box::new(since));
        }
        if let Some(until) = self.until {
            fragments.push("modified_at < ?");
            values.push(Box::new(until));
        }
        let condition = if fragments.is_empty() { "TRUE".to_owned() } else { fragments.join(" AND ") };
        (condition, values)
    }
}

/// Where an annotation is and what it says, without its note, its times and its ids elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanRow {
    /// The number of the annotation.
    pub id: i64,
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
}

/// When an annotation was made, and what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreationRow {
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// The document.
    pub document: i64,
    /// The code, if any.
    pub code: Option<i64>,
    /// Who made it.
    pub coder: i64,
}

impl Reader<'_> {
    /// Calls `each` with the time of every chosen annotation, in no particular order.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_creation(
        &self,
        selection: &Selection,
        mut each: impl FnMut(CreationRow) -> Result<()>,
    ) -> Result<()> {
        let (condition, values) = selection.condition();
        let sql =
            format!("SELECT created_at, document_id, code_id, coder_id FROM annotation WHERE {condition}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values.iter()))?;
        while let Some(row) = rows.next()? {
            each(CreationRow {
                created_at: row.get(0)?,
                document: row.get(1)?,
                code: row.get(2)?,
                coder: row.get(3)?,
            })?;
        }
        Ok(())
    }

    /// Calls `each` with the span of every chosen annotation, document by document, ordered by start within one.
    /// Where nothing but documents, codes and coders is asked for, one index answers, without touching the
    /// annotations.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_span(
        &self,
        selection: &Selection,
        mut each: impl FnMut(SpanRow) -> Result<()>,
    ) -> Result<()> {
        let (condition, values) = selection.condition();
        let sql = format!(
            "SELECT id, document_id, text_id, start, stop, code_id, coder_id FROM annotation
             WHERE {condition} ORDER BY document_id, start"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values.iter()))?;
        while let Some(row) = rows.next()? {
            each(SpanRow {
                id: row.get(0)?,
                document: row.get(1)?,
                text: row.get(2)?,
                range: range_at(row, 3)?,
                code: row.get(5)?,
                coder: row.get(6)?,
            })?;
        }
        Ok(())
    }

    /// Calls `each` with every chosen annotation, in no particular order: a scan in the order of the file is several
    /// times cheaper than one in reading order, and callers sort.
    ///
    /// # Errors
    /// SQLite's, and those of `each`.
    pub fn each_annotation(
        &self,
        selection: &Selection,
        mut each: impl FnMut(AnnotationRow) -> Result<()>,
    ) -> Result<()> {
        let (condition, values) = selection.condition();
        let sql = format!("SELECT {COLUMNS} FROM annotation WHERE {condition}");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values.iter()))?;
        while let Some(row) = rows.next()? {
            each(from_row(row)?)?;
        }
        Ok(())
    }

    /// The chosen annotations, in no particular order.
    ///
    /// # Errors
    /// SQLite's.
    pub fn annotations(&self, selection: &Selection) -> Result<Vec<AnnotationRow>> {
        let mut found = Vec::new();
        self.each_annotation(selection, |annotation| {
            found.push(annotation);
            Ok(())
        })?;
        Ok(found)
    }
}
