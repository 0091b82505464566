//! Many annotations at once: the indices go first and are built again at the end.

use super::super::change::Tx;
use crate::error::Result;

/// How many new rows make it worth while to drop the indices and build them again at the end.
pub(in crate::store) const BULK: usize = 20_000;

/// The indices of the table, as (name, SQL). Rebuilt from their own text, so that the schema stays the same to the letter.
pub(in crate::store) fn indices(db: &rusqlite::Connection) -> Result<Vec<(String, String)>> {
    let mut statement =
        db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'annotation' AND sql IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Tx<'_> {
    /// Runs `insert`, which is about to insert `rows` annotations. Where that is many, the indices are dropped before and
    /// built again after: measured at 0.75 of the cost at a million rows.
    ///
    /// `insert` must not look annotations up, and must not insert what breaks a unique index.
    ///
    /// # Errors
    /// SQLite's, and those of `insert`.
    pub fn insert_many_annotations<T>(&self, rows: usize, insert: impl FnOnce() -> Result<T>) -> Result<T> {
        let stored = usize::try_from(self.reader().annotation_count()?).unwrap_or(usize::MAX);
        if rows < BULK || rows < stored / 4 {
            return insert();
        }
        let indices = indices(self.db)?;
        for (name, _) in &indices {
            self.db.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let outcome = insert()?;
        for (_, sql) in &indices {
            self.db.execute_batch(sql)?;
        }
        Ok(outcome)
    }

    /// Runs `work`, which inserts or deletes `rows` annotations. Where that is many, the indices that only reading needs
    /// are dropped before and built again after; the one of the ids stays, so that records can be looked up.
    ///
    /// # Errors
    /// SQLite's, and those of `work`.
    pub(in crate::store) fn without_reading_indices<T>(
        &self,
        rows: u64,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        if rows < BULK as u64 || rows < self.reader().annotation_count()? / 4 {
            return work();
        }
        // The filter of a deletion may need the one by change.
        self.without_indices(&["annotation_uuid", "annotation_change"], work)
    }

    /// Runs `work` without the indices of the table, but for those to `keep`, and builds them again.
    ///
    /// # Errors
    /// SQLite's, also when the rows then break a unique index; those of `work`.
    pub(in crate::store) fn without_indices<T>(
        &self,
        keep: &[&str],
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let mut indices = indices(self.db)?;
        indices.retain(|(name, _)| !keep.contains(&name.as_str()));
        for (name, _) in &indices {
            self.db.execute_batch(&format!("DROP INDEX {name}"))?;
        }
        let outcome = work()?;
        for (_, sql) in &indices {
            self.db.execute_batch(sql)?;
        }
        Ok(outcome)
    }
}
