//! The file: what SQLite says of it, and what SQLite passes over.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{Checker, RESTORE};
use crate::domain::Entity;
use crate::error::{Error, Result};
use crate::store::schema;
use crate::store::table::TABLES;

/// The tables whose rows are numbered for good, and the kinds of record in them.
fn counted() -> impl Iterator<Item = (&'static str, Option<Entity>)> {
    let records = TABLES.iter().map(|table| (table.name, Some(table.entity)));
    [("change", None), ("text", None)].into_iter().chain(records)
}

/// How the file begins, and its length in bytes.
pub(super) struct Start {
    header: [u8; 100],
    length: u64,
}

/// Reads how the store begins; the inner failure is one of the file, and damage. To be called while nothing is being read by
/// SQLite: closing any handle of the store lets go of all locks that this process has on it, and others would write meanwhile.
///
/// # Errors
/// The system's, when the file can't be opened: that says nothing of what is in it.
pub(super) fn start_of(path: &Path) -> Result<std::io::Result<Start>> {
    let mut file =
        File::open(path).map_err(|cause| Error::io(format!("can't read `{}`", path.display()), cause))?;
    let mut header = [0; 100];
    let read = file.read_exact(&mut header).and_then(|()| file.metadata());
    Ok(read.map(|metadata| Start { header, length: metadata.len() }))
}

impl Checker<'_> {
    /// What SQLite can say of the file.
    pub(super) fn file(&mut self, start: std::io::Result<Start>) {
        self.scan("file", "PRAGMA integrity_check(100)", |checker, row| {
            let said: String = row.get(0)?;
            if said != "ok" {
                checker.add("file", "", said, RESTORE);
            }
            Ok(())
        });
        let sql = "SELECT ifnull(rowid, 0), \"table\", parent FROM pragma_foreign_key_check";
        self.scan("file", sql, |checker, row| {
            let (id, table, parent): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            checker.add(
                "file",
                id,
                format!("row {id} of `{table}` refers to a {parent} that is not there"),
                RESTORE,
            );
            Ok(())
        });
        self.header(start);
        match schema::misplaced(&self.store.db) {
            Ok(names) => {
                for name in names {
                    self.add("file", "", format!("`{name}` is noted to belong to another table"), RESTORE);
                }
            }
            Err(error) => self.add("file", "", error.message(), RESTORE),
        }
        self.sequences();
    }

    /// The bytes of the header that never change. SQLite passes over most of them, or takes them for a wish: a file that
    /// claims to come from the future is read and no longer written.
    fn header(&mut self, start: std::io::Result<Start>) {
        let Start { header, length } = match start {
            Ok(start) => start,
            Err(cause) => {
                self.add("file", "", format!("its header can't be read: {cause}"), RESTORE);
                return;
            }
        };
        // A page of 64 KiB is written as 1. SQLite takes what is missing of the last page for zeros.
        let page = u64::from(u16::from_be_bytes([header[16], header[17]]));
        let page = if page == 1 { 1 << 16 } else { page.max(512) };
        if length % page != 0 {
            self.add(
                "file",
                "",
                format!("it is cut short: {length} bytes are no whole number of pages"),
                RESTORE,
            );
        }
        // Page size apart, which SQLite depends on: formats, reserved bytes, fractions; then the schema's format, the
        // largest root page (0: pages do not move), UTF-8, and what is reserved.
        // A program that switched the store to a write-ahead log wrote 2 for the formats.
        let is_sound = [[1, 1], [2, 2]].contains(&[header[18], header[19]])
            && header[20..24] == [0, 64, 32, 32]
            && header[44..48] == [0, 0, 0, 4]
            && header[52..60] == [0, 0, 0, 0, 0, 0, 0, 1]
            && header[64..68] == [0; 4]
            && header[72..92] == [0; 20];
        if !is_sound {
            self.add("file", "", "a byte of its header is none that postil writes", RESTORE);
        }
    }

    /// The counters of row numbers: none may be given twice, also where its row is gone.
    fn sequences(&mut self) {
        let mut known: HashMap<String, i64> = HashMap::new();
        self.scan("file", "SELECT 0, name, seq FROM sqlite_sequence", |checker, row| {
            let (table, last): (String, i64) = (row.get(1)?, row.get(2)?);
            if !counted().any(|(known, _)| known == table) || known.insert(table.clone(), last).is_some() {
                checker.add("file", "", format!("a counter is that of no table: `{table}`"), RESTORE);
            }
            Ok(())
        });
        for (table, entity) in counted() {
            let mut sql = format!("SELECT 0, ifnull(max(id), 0) FROM {table}");
            if let Some(entity) = entity {
                let number = entity.number();
                sql = format!(
                    "{sql} UNION ALL SELECT 0, ifnull(max(CAST(json_extract(before, '$[0]') AS INTEGER)), 0)
                     FROM history WHERE entity = {number} AND json_valid(before)"
                );
            }
            let last = known.get(table).copied().unwrap_or(0);
            self.scan("file", &sql, |checker, row| {
                let used: i64 = row.get(1)?;
                // Not even a store in which every number was skipped comes near the upper bound.
                if used > last || last > 1 << 53 {
                    let what = format!("the counter of `{table}` is at {last}, and {used} is in use");
                    checker.add("file", "", what, RESTORE);
                }
                Ok(())
            });
        }
    }
}
