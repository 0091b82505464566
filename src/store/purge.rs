//! Purge: the one deliberate exception to "nothing is lost". A participant withdrew consent.

use rusqlite::limits::Limit;
use rusqlite::{Connection, named_params, params};
use uuid::Uuid;

use super::change::{ChangeRequest, commit};
use super::open::{Access, Store};
use super::reader::Reader;
use crate::domain::Entity;
use crate::error::{Error, Result};

/// The command of a purge in the log. Such a change cannot be undone: nothing is left to put back.
pub const PURGE: &str = "document purge";

/// What a change says in the log once what it touched was purged: its own words might quote the document.
const PURGED_SUMMARY: &str = "(purged)";

/// A document to be erased: one that is there, or one that was removed and still stands in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// Its number within this store.
    pub id: i64,
    /// Its id everywhere.
    pub uuid: Uuid,
    /// The row of its text.
    pub text_id: i64,
    /// Its name, or the one it had.
    pub name: String,
}

/// What a purge erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Annotations that were there.
    pub annotations: u64,
    /// Memos that were there.
    pub memos: u64,
    /// Changes whose entries in the log lost their words.
    pub changes: u64,
}

impl Store {
    /// Erases documents for good: with all that was said of them, the history of that, and the texts that nothing else
    /// uses. Only their ids stay, so that a merge cannot bring them back.
    ///
    /// What cannot be reached from here is the disk below the file: blocks that a journal of SQLite's once held are
    /// free, not overwritten.
    ///
    /// This is no [`Store::change`]: that would keep what it deletes. The log gets an entry that names nothing.
    ///
    /// # Errors
    /// SQLite's; when only the last step fails, the error says that the documents are erased.
    pub fn purge(&mut self, request: &ChangeRequest, documents: &[Doomed]) -> Result<Purged> {
        self.erasing(|db| erase(db, request, documents))
    }

    /// Runs `erase` in a transaction that leaves no trace of what it deletes, and makes the file anew afterwards. It commits
    /// by itself.
    pub(super) fn erasing<T>(&mut self, erase: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        // Freed bytes are overwritten, also in pages that stay; the ids of the temporary table never reach a disk.
        self.db.execute_batch("PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; BEGIN IMMEDIATE")?;
        let purged = erase(&self.db);
        if purged.is_err() && !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        let purged = purged?;
        // The copy that VACUUM makes holds only what stays: it may go to a file, and a large store should.
        self.db.execute_batch("PRAGMA temp_store=DEFAULT")?;
        // VACUUM attaches a database of its own to copy into, which the hardening forbids otherwise.
        self.db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
        let compacted = self.db.execute_batch("VACUUM");
        self.db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        compacted.map_err(|cause| {
            Error::refused("it is erased, but the file could not be made smaller afterwards")
                .caused_by(cause)
                .hint("the freed bytes are overwritten with zeros; nothing of what was erased is left in the file")
        })?;
        Ok(purged)
    }
}

/// Makes the tables that note what is to be erased: ids of records, changes that touched them, texts.
pub(super) fn make_lists(db: &Connection) -> Result<()> {
    db.execute_batch(
        "PRAGMA defer_foreign_keys=ON;
         DROP TABLE IF EXISTS temp.erased; CREATE TEMP TABLE erased (uuid BLOB PRIMARY KEY) WITHOUT ROWID;
         DROP TABLE IF EXISTS temp.touched; CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY);
         DROP TABLE IF EXISTS temp.freed; CREATE TEMP TABLE freed (id INTEGER PRIMARY KEY)",
    )?;
    Ok(())
}

/// Takes the words from the changes that were noted, and the tables away. Returns how many changes it were.
pub(super) fn close_lists(db: &Connection) -> Result<u64> {
    let changes = db.execute(
        "UPDATE change SET summary = ?1 WHERE id IN (SELECT id FROM temp.touched)",
        [PURGED_SUMMARY],
    )?;
    commit(db)?;
    db.execute_batch("DROP TABLE temp.erased; DROP TABLE temp.touched; DROP TABLE temp.freed")?;
    Ok(changes as u64)
}

fn erase(db: &Connection, request: &ChangeRequest, documents: &[Doomed]) -> Result<Purged> {
    make_lists(db)?;
    let mut purged = Purged::default();
    let mut names: Vec<String> = Vec::new();
    for document in documents {
        purged.annotations += count(db, "annotation", document.id)?;
        purged.memos += count(db, "memo", document.id)?;
        names.extend(names_of(db, document)?);
        collect(db, document)?;
    }
    collect_about_erased(db)?;
    collect_changes(db, &names)?;
    for table in ["annotation", "attribute", "memo", "assignment", "alias", "conflict", "document"] {
        db.execute(&format!("DELETE FROM {table} WHERE uuid IN (SELECT uuid FROM temp.erased)"), [])?;
    }
    for table in ["history", "lineage", "tombstone"] {
        db.execute(&format!("DELETE FROM {table} WHERE uuid IN (SELECT uuid FROM temp.erased)"), [])?;
    }
    // A backup may be of the schema before there was one.
    let has_sight: bool =
        db.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'sight'", [], |row| row.get(0))?;
    if has_sight {
        db.execute("DELETE FROM sight WHERE document IN (SELECT uuid FROM temp.erased)", [])?;
    }
    free_texts(db)?;
    for document in documents {
        db.execute(
            "INSERT OR IGNORE INTO purged (uuid, at) VALUES (?1, ?2)",
            params![document.uuid, request.at],
        )?;
    }
    let summary = match documents.len() {
        1 => "1 document erased".to_owned(),
        documents => format!("{documents} documents erased"),
    };
    log(db, request, &summary)?;
    purged.changes = close_lists(db)?;
    Ok(purged)
}

/// Opens a copy of a store to erase something in it. One of an older schema stays one: bringing it up to date would leave
/// another copy beside it.
///
/// # Errors
/// As [`Store::open`].
pub fn open_copy(path: &std::path::Path) -> Result<Store> {
    Store::open_as_it_is(path, Access::Write)
}

fn count(db: &Connection, table: &'static str, document: i64) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM {table} WHERE document_id = ?1");
    let count: i64 = db.query_row(&sql, [document], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Every name the document ever had here.
pub(super) fn names_of(db: &Connection, document: &Doomed) -> Result<Vec<String>> {
    let mut statement = db.prepare(
        "SELECT DISTINCT json_extract(before, '$[1]') FROM history
         WHERE entity = ?1 AND uuid = ?2 AND before IS NOT NULL",
    )?;
    let earlier = statement.query_map(params![Entity::Document, document.uuid], |row| row.get(0))?;
    let mut names = earlier.collect::<rusqlite::Result<Vec<String>>>()?;
    names.push(document.name.clone());
    Ok(names)
}

/// Notes the ids of the document and of everything that is or was said of it, and the texts that may go with it.
pub(super) fn collect(db: &Connection, document: &Doomed) -> Result<()> {
    db.execute("INSERT OR IGNORE INTO temp.erased VALUES (?1)", [document.uuid])?;
    for (table, entity) in [
        ("annotation", Entity::Annotation),
        ("attribute", Entity::Attribute),
        ("memo", Entity::Memo),
        ("assignment", Entity::Assignment),
    ] {
        db.execute(
            &format!("INSERT OR IGNORE INTO temp.erased SELECT uuid FROM {table} WHERE document_id = ?1"),
            [document.id],
        )?;
        // In the arrays of the history the document is the first column after the row's own number.
        db.execute(
            "INSERT OR IGNORE INTO temp.erased SELECT uuid FROM history
             WHERE entity = :entity AND before IS NOT NULL AND json_extract(before, '$[1]') = :document",
            named_params! { ":entity": entity, ":document": document.id },
        )?;
    }
    db.execute("INSERT OR IGNORE INTO temp.freed VALUES (?1)", [document.text_id])?;
    db.execute(
        "INSERT OR IGNORE INTO temp.freed SELECT text_id FROM annotation WHERE document_id = ?1",
        [document.id],
    )?;
    db.execute(
        "INSERT OR IGNORE INTO temp.freed SELECT json_extract(before, '$[2]') FROM history
         WHERE before IS NOT NULL AND uuid IN (SELECT uuid FROM temp.erased) AND entity IN (?1, ?2)",
        params![Entity::Document, Entity::Annotation],
    )?;
    Ok(())
}

/// Notes the aliases and conflicts, present and past, that are about something noted before.
fn collect_about_erased(db: &Connection) -> Result<()> {
    // Ids inside these rows are written out; the ids of rows are bytes.
    let erased = "IN (SELECT lower(hex(uuid)) FROM temp.erased)";
    db.execute_batch(&format!(
        "INSERT OR IGNORE INTO temp.erased SELECT uuid FROM alias
           WHERE replace(retired, '-', '') {erased} OR replace(target, '-', '') {erased};
         INSERT OR IGNORE INTO temp.erased SELECT uuid FROM conflict WHERE replace(record, '-', '') {erased};
         INSERT OR IGNORE INTO temp.erased SELECT uuid FROM history WHERE entity = {alias} AND before IS NOT NULL
           AND (replace(json_extract(before, '$[2]'), '-', '') {erased}
             OR replace(json_extract(before, '$[3]'), '-', '') {erased});
         INSERT OR IGNORE INTO temp.erased SELECT uuid FROM history WHERE entity = {conflict}
           AND before IS NOT NULL AND replace(json_extract(before, '$[2]'), '-', '') {erased}",
        alias = Entity::Alias.number(),
        conflict = Entity::Conflict.number(),
    ))?;
    Ok(())
}

/// Notes the changes that touched anything noted, that are about such a change, or whose words hold a name.
pub(super) fn collect_changes(db: &Connection, names: &[String]) -> Result<()> {
    for table in
        ["annotation", "attribute", "memo", "assignment", "alias", "conflict", "document", "tombstone"]
    {
        db.execute(
            &format!(
                "INSERT OR IGNORE INTO temp.touched SELECT change_id FROM {table}
                 WHERE uuid IN (SELECT uuid FROM temp.erased)"
            ),
            [],
        )?;
    }
    for column in ["change_id", "author", "left_by"] {
        db.execute(
            &format!(
                "INSERT OR IGNORE INTO temp.touched SELECT {column} FROM history
                 WHERE uuid IN (SELECT uuid FROM temp.erased) AND {column} IS NOT NULL"
            ),
            [],
        )?;
    }
    let mut statement =
        db.prepare("SELECT id, summary FROM change WHERE id NOT IN (SELECT id FROM temp.touched)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, summary): (i64, String) = (row.get(0)?, row.get(1)?);
        if names.iter().any(|name| says(&summary, name)) {
            db.execute("INSERT INTO temp.touched VALUES (?1)", [id])?;
        }
    }
    db.execute(
        "INSERT OR IGNORE INTO temp.touched SELECT id FROM change WHERE target IN (SELECT id FROM temp.touched)",
        [],
    )?;
    Ok(())
}

/// Whether `summary` holds `name` as words of its own: a document called `3` is not meant by `13 passages`.
fn says(summary: &str, name: &str) -> bool {
    let parts = |neighbour: Option<char>| neighbour.is_none_or(|character| !character.is_alphanumeric());
    summary.match_indices(name).any(|(at, _)| {
        parts(summary[..at].chars().next_back()) && parts(summary[at + name.len()..].chars().next())
    })
}

/// Deletes the noted texts that nothing uses any more, neither now nor in what an undo could bring back.
pub(super) fn free_texts(db: &Connection) -> Result<u64> {
    let freed = db.execute(
        "DELETE FROM text WHERE id IN (SELECT id FROM temp.freed)
           AND NOT EXISTS (SELECT 1 FROM document WHERE text_id = text.id)
           AND NOT EXISTS (SELECT 1 FROM annotation WHERE text_id = text.id)
           AND NOT EXISTS (SELECT 1 FROM history WHERE before IS NOT NULL AND entity IN (?1, ?2)
             AND json_extract(before, '$[2]') = text.id)",
        params![Entity::Document, Entity::Annotation],
    )?;
    Ok(freed as u64)
}

pub(super) fn log(db: &Connection, request: &ChangeRequest, summary: &str) -> Result<()> {
    db.execute(
        "INSERT INTO change (at, coder, command, summary, kind) VALUES (:at, :coder, :command, :summary, 'do')",
        named_params! { ":at": request.at, ":coder": request.coder, ":command": PURGE, ":summary": summary },
    )?;
    Ok(())
}

impl Reader<'_> {
    /// The documents that a purge of `name` is about: the one of that name, those that once had it and were removed, and
    /// those that became one with any of these in a merge.
    /// A text that was removed and added again would otherwise live on in the history of the first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents_to_purge(&self, name: &str) -> Result<Vec<Doomed>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, uuid, text_id, name FROM document WHERE name = :name
             UNION SELECT json_extract(before, '$[0]'), uuid, json_extract(before, '$[2]'), :name FROM history
             WHERE entity = :entity AND before IS NOT NULL AND json_extract(before, '$[1]') = :name
               AND NOT EXISTS (SELECT 1 FROM document WHERE document.uuid = history.uuid)",
        )?;
        let rows = statement
            .query_map(named_params! { ":name": name, ":entity": Entity::Document }, |row| {
                Ok(Doomed { id: row.get(0)?, uuid: row.get(1)?, text_id: row.get(2)?, name: row.get(3)? })
            })?;
        let doomed: Vec<Doomed> = rows.collect::<rusqlite::Result<_>>()?;
        self.with_their_like(doomed)
    }

    /// As [`Reader::documents_to_purge`], by their ids: what they are called in a copy of the store nobody knows.
    ///
    /// # Errors
    /// SQLite's.
    pub fn documents_to_purge_by_id(&self, ids: &[Uuid]) -> Result<Vec<Doomed>> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, uuid, text_id, name FROM document WHERE uuid = :uuid
             UNION SELECT json_extract(before, '$[0]'), uuid, json_extract(before, '$[2]'), json_extract(before, '$[1]')
             FROM history WHERE entity = :entity AND before IS NOT NULL AND uuid = :uuid
               AND NOT EXISTS (SELECT 1 FROM document WHERE document.uuid = history.uuid)",
        )?;
        let mut doomed: Vec<Doomed> = Vec::new();
        for id in ids {
            let words = named_params! { ":uuid": id, ":entity": Entity::Document };
            let rows = statement.query_map(words, |row| {
                Ok(Doomed { id: row.get(0)?, uuid: row.get(1)?, text_id: row.get(2)?, name: row.get(3)? })
            })?;
            doomed.extend(rows.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        self.with_their_like(doomed)
    }

    /// With those that became one with any of them in a merge.
    fn with_their_like(&self, mut doomed: Vec<Doomed>) -> Result<Vec<Doomed>> {
        let mut next = 0;
        while next < doomed.len() {
            for one in self.one_with(doomed[next].uuid)? {
                if !doomed.iter().any(|known| known.uuid == one.uuid && known.id == one.id) {
                    doomed.push(one);
                }
            }
            next += 1;
        }
        Ok(doomed)
    }

    /// The documents that are or were one with this one: a colleague's, of the same text, under whatever name.
    fn one_with(&self, document: Uuid) -> Result<Vec<Doomed>> {
        let mut statement = self.db.prepare_cached(
            "WITH pair (retired, target) AS (
               SELECT retired, target FROM alias WHERE entity = :entity
               UNION SELECT json_extract(before, '$[2]'), json_extract(before, '$[3]') FROM history
                     WHERE entity = :alias AND before IS NOT NULL AND json_extract(before, '$[1]') = :entity),
             other (hex) AS (
               SELECT replace(target, '-', '') FROM pair WHERE retired = :document
               UNION SELECT replace(retired, '-', '') FROM pair WHERE target = :document)
             SELECT id, uuid, text_id, name FROM document WHERE lower(hex(uuid)) IN (SELECT hex FROM other)
             UNION SELECT json_extract(before, '$[0]'), uuid, json_extract(before, '$[2]'), json_extract(before, '$[1]')
             FROM history WHERE entity = :entity AND before IS NOT NULL AND lower(hex(uuid)) IN (SELECT hex FROM other)",
        )?;
        let words = named_params! {
            ":entity": Entity::Document, ":alias": Entity::Alias, ":document": document.to_string(),
        };
        let rows = statement.query_map(words, |row| {
            Ok(Doomed { id: row.get(0)?, uuid: row.get(1)?, text_id: row.get(2)?, name: row.get(3)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The ids of all documents that were purged.
    ///
    /// # Errors
    /// SQLite's.
    pub fn purged(&self) -> Result<Vec<Uuid>> {
        let mut statement = self.db.prepare_cached("SELECT uuid FROM purged ORDER BY uuid")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
