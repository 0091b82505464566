//! The proof that a store is sound: SQLite's own checks, then everything that SQLite cannot know.
//!
//! Nothing here stops at the first damage: a row that cannot be read is a finding, and the next one is looked at.
//! About half of all random bit flips leave a database that SQLite finds in order; the digests of texts and the
//! versions of records, both recomputed here, see those too. What neither covers stands in an index as well as in its
//! table (migration 3), which SQLite compares.

mod file;
mod history;
mod records;
mod texts;

use std::collections::HashMap;

use rusqlite::Row;

use super::content::AnyContent;
use super::open::Store;
use super::reader::References;
use crate::domain::{Entity, Version};
use crate::error::Result;
use uuid::Uuid;

/// What to do about damage that nobody can mend by typing.
const RESTORE: &str = "restore a copy made with `postil backup`, or save what is left with `postil salvage`";

/// How many findings are told one by one: one damaged text can bring a million.
const MOST_FINDINGS: usize = 1_000;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about: a kind of record, `text`, `history`, `file`…
    pub entity: &'static str,
    /// Which one: its number in its table, or a change; empty where there is none.
    pub id: String,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// What a check came to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found, in the order in which it was looked at.
    pub findings: Vec<Finding>,
    /// How many more there were than are told.
    pub more: u64,
    /// How many there were of each: texts, every kind of record, earlier states, changes.
    pub counts: Vec<(&'static str, u64)>,
}

/// A check in progress.
struct Checker<'s> {
    store: &'s Store,
    references: References<'s>,
    /// The length of every text in code points, by its number.
    lengths: HashMap<i64, u32>,
    report: Report,
}

/// Checks everything there is in the store.
///
/// # Errors
/// When the store cannot be read at all; damage is a finding and no error.
pub fn check(store: &Store) -> Result<Report> {
    store.enlarge_cache(64)?;
    let start = file::start_of(store.path())?;
    store.read(|store| {
        let mut checker = Checker {
            store,
            references: References::new(&store.db),
            lengths: HashMap::new(),
            report: Report::default(),
        };
        checker.file(start);
        checker.texts();
        checker.records();
        checker.codebook();
        checker.history();
        Ok(checker.report)
    })
}

impl Checker<'_> {
    fn add(
        &mut self,
        entity: &'static str,
        id: impl ToString,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.report.findings.len() < MOST_FINDINGS {
            let (id, what, hint) = (id.to_string(), what.into(), hint.into());
            self.report.findings.push(Finding { entity, id, what, hint });
        } else {
            self.report.more += 1;
        }
    }

    /// Runs `each` on every row of a query whose first column names the row. A row that fails becomes a finding.
    /// Returns the number of rows.
    fn scan(
        &mut self,
        entity: &'static str,
        sql: &str,
        mut each: impl FnMut(&mut Self, &Row<'_>) -> Result<()>,
    ) -> u64 {
        let store = self.store;
        let mut count = 0;
        let mut scanning = || -> rusqlite::Result<()> {
            let mut statement = store.db.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                count += 1;
                if let Err(error) = each(self, row) {
                    let causes = error.causes().join(": ");
                    let what = match causes.as_str() {
                        "" => error.message().to_owned(),
                        causes => format!("{}: {causes}", error.message()),
                    };
                    let id = row.get::<_, i64>(0).map_or_else(|_| String::new(), |id| id.to_string());
                    self.add(entity, id, what, RESTORE);
                }
            }
            Ok(())
        };
        if let Err(failure) = scanning() {
            self.add(entity, "", format!("can't be read to the end: {failure}"), RESTORE);
        }
        count
    }

    /// Whether `version` is the hash of this state.
    fn is_version_of(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        content: Option<&AnyContent>,
    ) -> Result<bool> {
        // A hash that comes out right without parents needs no look-up: this is every record that was never changed.
        if Version::of(entity, uuid, &[], content) == version {
            return Ok(true);
        }
        let mut statement =
            self.store.db.prepare_cached("SELECT parent FROM lineage WHERE uuid = ?1 AND version = ?2")?;
        let parents = statement.query_map((uuid, version), |row| row.get(0))?;
        let parents: Vec<Version> = parents.collect::<rusqlite::Result<_>>()?;
        Ok(!parents.is_empty() && Version::of(entity, uuid, &parents, content) == version)
    }
}
