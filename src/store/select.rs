//! Choosing annotations: the only place where SQL is put together, from fixed fragments and bound values.

use rusqlite::ToSql;

use super::annotation::{AnnotationRow, COLUMNS, from_row};
use super::reader::Reader;
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

impl Reader<'_> {
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
