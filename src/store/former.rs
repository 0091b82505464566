//! Erasing what a document was, and keeping what it is: its former texts, and the history of everything said of it.
//!
//! What stays is written anew by the purge: with a version of its own on top of the last, and as the work of a change that
//! can't be undone. So no undo finds a state that is gone, and a colleague's store sees that ours is the later one.

use rusqlite::{Connection, named_params, params};
use uuid::Uuid;

use super::change::ChangeRequest;
use super::open::Store;
use super::purge::{Doomed, close_lists, collect, collect_changes, free_texts, log, make_lists, names_of};
use super::reader::Reader;
use super::table::Table;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};

/// The kinds of record that are about a document, with itself.
const KINDS: [Entity; 5] =
    [Entity::Document, Entity::Attribute, Entity::Annotation, Entity::Memo, Entity::Assignment];

/// What was erased, and what stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Texts.
    pub texts: u64,
    /// Former states of records.
    pub states: u64,
    /// Records that stayed as they are.
    pub kept: u64,
}

impl Store {
    /// Erases the former texts of documents that are there, and the history of all that was said of them.
    ///
    /// # Errors
    /// Refused while an annotation keeps a former text, and while a question is open that the history answers; SQLite's.
    pub fn purge_former(&mut self, request: &ChangeRequest, documents: &[Doomed]) -> Result<Forgotten> {
        self.erasing(|db| forget(db, request, documents))
    }
}

fn forget(db: &Connection, request: &ChangeRequest, documents: &[Doomed]) -> Result<Forgotten> {
    make_lists(db)?;
    let mut names = Vec::new();
    for document in documents {
        refuse_orphans(db, document)?;
        names.extend(names_of(db, document)?);
        collect(db, document)?;
    }
    refuse_questions(db)?;
    collect_changes(db, &names)?;
    log(
        db,
        request,
        &match documents.len() {
            1 => "the past of 1 document erased".to_owned(),
            documents => format!("the past of {documents} documents erased"),
        },
    )?;
    let purge = db.last_insert_rowid();
    let mut forgotten = Forgotten::default();
    for entity in KINDS {
        forgotten.kept += write_anew(db, entity, purge)?;
    }
    // Who was deleted stays so, without words.
    db.execute("UPDATE tombstone SET change_id = ?1 WHERE uuid IN (SELECT uuid FROM temp.erased)", [purge])?;
    forgotten.states =
        db.execute("DELETE FROM history WHERE uuid IN (SELECT uuid FROM temp.erased)", [])? as u64;
    forgotten.texts = free_texts(db)?;
    close_lists(db)?;
    Ok(forgotten)
}

/// An annotation that was lost in a revision keeps the text that it was made on.
fn refuse_orphans(db: &Connection, document: &Doomed) -> Result<()> {
    let orphans: i64 = db.query_row(
        "SELECT count(*) FROM annotation WHERE document_id = ?1
           AND text_id <> (SELECT text_id FROM document WHERE id = ?1)",
        [document.id],
        |row| row.get(0),
    )?;
    if orphans == 0 {
        return Ok(());
    }
    Err(Error::refused(format!("{orphans} annotations of `{}` still need a former text", document.name))
        .hint(format!("`postil list --orphans --document {}` lists them", document.name))
        .hint("`postil extend ID PLACE` gives one a new place, `postil untag ID` removes it"))
}

/// What either side of an open question says stands in the history.
fn refuse_questions(db: &Connection) -> Result<()> {
    let open: i64 = db.query_row(
        "SELECT count(*) FROM conflict
         WHERE replace(record, '-', '') IN (SELECT lower(hex(uuid)) FROM temp.erased)",
        [],
        |row| row.get(0),
    )?;
    match open {
        0 => Ok(()),
        _ => Err(Error::refused(
            "there are open conflicts about it, and the past has what the other side says",
        )
        .hint("`postil conflicts` shows them, `postil resolve` decides")),
    }
}

/// Makes the records that are there the work of the change `purge`, under a version of their own. Returns how many.
fn write_anew(db: &Connection, entity: Entity, purge: i64) -> Result<u64> {
    let table = Table::of(entity).name;
    let mut statement = db.prepare(&format!(
        "SELECT id, uuid, version FROM {table} WHERE uuid IN (SELECT uuid FROM temp.erased)"
    ))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let rows = rows.collect::<rusqlite::Result<Vec<(i64, Uuid, Version)>>>()?;
    let reader = Reader { db };
    for (id, uuid, version) in &rows {
        let content = reader.content_at(entity, *uuid, *version)?.flatten();
        let content = content.ok_or_else(|| Error::internal("a record that is there has no content"))?;
        let next = Version::of(entity, *uuid, &[*version], Some(&content));
        db.prepare_cached(&format!("UPDATE {table} SET change_id = :purge, version = :next WHERE id = :id"))?
            .execute(named_params! { ":purge": purge, ":next": next, ":id": id })?;
        db.prepare_cached("INSERT OR IGNORE INTO lineage (uuid, version, parent) VALUES (?1, ?2, ?3)")?
            .execute(params![uuid, next, version])?;
    }
    Ok(rows.len() as u64)
}
