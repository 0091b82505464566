//! Memos: notes on a document, a code or the project.

use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::record::{self, MemoSubject};
use crate::domain::{Entity, Version};
use crate::error::Result;

/// A memo as stored.
#[derive(Debug, Clone)]
pub struct MemoRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// What it is about, by number.
    pub subject: MemoSubject<i64>,
    /// Who wrote it, by number.
    pub coder: i64,
    /// What it says.
    pub text: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

const COLUMNS: &str = "id, uuid, document_id, code_id, coder_id, text, created_at, modified_at, version";

fn from_row(row: &Row<'_>) -> rusqlite::Result<MemoRow> {
    let (document, code): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
    Ok(MemoRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        subject: match (document, code) {
            (Some(document), _) => MemoSubject::Document(document),
            (None, Some(code)) => MemoSubject::Code(code),
            (None, None) => MemoSubject::Project,
        },
        coder: row.get(4)?,
        text: row.get(5)?,
        created_at: row.get(6)?,
        modified_at: row.get(7)?,
        version: row.get(8)?,
    })
}

fn columns_of(subject: MemoSubject<i64>) -> (Option<i64>, Option<i64>) {
    match subject {
        MemoSubject::Project => (None, None),
        MemoSubject::Document(id) => (Some(id), None),
        MemoSubject::Code(id) => (None, Some(id)),
    }
}

impl Reader<'_> {
    /// All memos, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn memos(&self) -> Result<Vec<MemoRow>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM memo ORDER BY id"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The memos on one subject, oldest first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn memos_on(&self, subject: MemoSubject<i64>) -> Result<Vec<MemoRow>> {
        let (document, code) = columns_of(subject);
        let sql = format!(
            "SELECT {COLUMNS} FROM memo WHERE document_id IS :document AND code_id IS :code ORDER BY id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! { ":document": document, ":code": code }, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The memo with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn memo(&self, id: i64) -> Result<Option<MemoRow>> {
        let sql = format!("SELECT {COLUMNS} FROM memo WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
    }
}

impl Tx<'_> {
    /// What a memo on `subject` says, with references by id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn memo_content(&self, subject: MemoSubject<i64>, coder: i64, text: &str) -> Result<record::Memo> {
        Ok(record::Memo {
            subject: match subject {
                MemoSubject::Project => MemoSubject::Project,
                MemoSubject::Document(id) => MemoSubject::Document(self.references.uuid("document", id)?),
                MemoSubject::Code(id) => MemoSubject::Code(self.references.uuid("code", id)?),
            },
            coder: self.references.uuid("coder", coder)?,
            text: text.to_owned(),
        })
    }

    /// Inserts a memo under a new id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_memo(&self, subject: MemoSubject<i64>, coder: i64, text: &str) -> Result<i64> {
        let uuid = self.new_id();
        let version = self.first_version(Entity::Memo, uuid, &self.memo_content(subject, coder, text)?);
        self.write_memo(uuid, subject, coder, text, (self.at(), self.at()), version)
    }

    /// Inserts a memo under the id that a file states. `known`: its version and ancestry, where the file's agree with
    /// what it says. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_known_memo(
        &self,
        uuid: Uuid,
        subject: MemoSubject<i64>,
        coder: i64,
        text: &str,
        times: (i64, i64),
        known: Option<(Version, &Graph)>,
    ) -> Result<i64> {
        let version = match known {
            Some((version, graph)) => {
                self.insert_known_version(Entity::Memo, uuid, version, graph)?;
                version
            }
            None => self.insert_version(Entity::Memo, uuid, &self.memo_content(subject, coder, text)?)?,
        };
        self.write_memo(uuid, subject, coder, text, times, version)
    }

    fn write_memo(
        &self,
        uuid: Uuid,
        subject: MemoSubject<i64>,
        coder: i64,
        text: &str,
        (created_at, modified_at): (i64, i64),
        version: Version,
    ) -> Result<i64> {
        let (document, code) = columns_of(subject);
        self.db
            .prepare_cached(
                "INSERT INTO memo (uuid, document_id, code_id, coder_id, text, created_at, modified_at, change_id, version)
                 VALUES (:uuid, :document, :code, :coder, :text, :created, :modified, :change, :version)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":document": document, ":code": code, ":coder": coder, ":text": text,
                ":created": created_at, ":modified": modified_at, ":change": self.change, ":version": version,
            })?;
        Ok(self.db.last_insert_rowid())
    }

    /// Changes what a memo is about, whose it is, or what it says.
    ///
    /// # Errors
    /// SQLite's.
    pub fn update_memo(&self, id: i64, subject: MemoSubject<i64>, coder: i64, text: &str) -> Result<()> {
        let version = self.succeed(Entity::Memo, id, &self.memo_content(subject, coder, text)?)?;
        self.rewrite_memo(id, subject, coder, text, version)
    }

    /// Changes a memo to a state whose version is already decided.
    ///
    /// # Errors
    /// SQLite's.
    pub fn step_memo(
        &self,
        id: i64,
        subject: MemoSubject<i64>,
        coder: i64,
        text: &str,
        step: &Step<record::Memo>,
    ) -> Result<()> {
        self.succeed_as(Entity::Memo, id, step.version, &step.parents)?;
        self.rewrite_memo(id, subject, coder, text, step.version)
    }

    /// A state that was delivered but does not become current, kept for a later decision; `None`: a deletion.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_delivered_memo(
        &self,
        id: i64,
        said: Option<(MemoSubject<i64>, i64, &str)>,
        step: &Step<record::Memo>,
    ) -> Result<()> {
        let values = said.map(|(subject, coder, text)| {
            let (document, code) = columns_of(subject);
            [
                ("document_id", document.into()),
                ("code_id", code.into()),
                ("coder_id", coder.into()),
                ("text", text.into()),
                ("modified_at", self.at().into()),
            ]
        });
        self.keep_delivered_row(Entity::Memo, id, values.as_ref().map(<[_; 5]>::as_slice), step)
    }

    fn rewrite_memo(
        &self,
        id: i64,
        subject: MemoSubject<i64>,
        coder: i64,
        text: &str,
        version: Version,
    ) -> Result<()> {
        let (document, code) = columns_of(subject);
        self.db
            .prepare_cached(
                "UPDATE memo SET document_id = :document, code_id = :code, coder_id = :coder, text = :text,
                   modified_at = :at, change_id = :change, version = :version WHERE id = :id",
            )?
            .execute(named_params! {
                ":document": document, ":code": code, ":coder": coder, ":text": text, ":at": self.at(),
                ":change": self.change, ":version": version, ":id": id,
            })?;
        Ok(())
    }

    /// Deletes a memo.
    ///
    /// # Errors
    /// SQLite's.
    pub fn delete_memo(&self, id: i64) -> Result<()> {
        self.remove(Entity::Memo, "id = :key", id).map(drop)
    }
}
