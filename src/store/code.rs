//! Codes: the codebook.

use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::lineage::Graph;
use crate::domain::merge::Step;
use crate::domain::name::MAX_CODE_DEPTH;
use crate::domain::{Entity, Version, record};
use crate::error::Result;

/// A code as stored.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// The number within this store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// The number of the code it stands under.
    pub parent: Option<i64>,
    /// The last part of its path.
    pub name: String,
    /// `#rrggbb`, or empty.
    pub color: String,
    /// What it means.
    pub description: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// The state's version.
    pub version: Version,
}

/// What is to be written of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeDraft {
    /// The number of the code it stands under.
    pub parent: Option<i64>,
    /// The last part of its path.
    pub name: String,
    /// `#rrggbb`, or empty.
    pub color: String,
    /// What it means.
    pub description: String,
}

impl CodeRow {
    /// The code as it stands, to be changed.
    pub fn draft(&self) -> CodeDraft {
        CodeDraft {
            parent: self.parent,
            name: self.name.clone(),
            color: self.color.clone(),
            description: self.description.clone(),
        }
    }
}

const COLUMNS: &str = "id, uuid, parent_id, name, color, description, created_at, modified_at, version";

fn from_row(row: &Row<'_>) -> rusqlite::Result<CodeRow> {
    Ok(CodeRow {
        id: row.get(0)?,
        uuid: row.get(1)?,
        parent: row.get(2)?,
        name: row.get(3)?,
        color: row.get(4)?,
        description: row.get(5)?,
        created_at: row.get(6)?,
        modified_at: row.get(7)?,
        version: row.get(8)?,
    })
}

impl Reader<'_> {
    /// All codes, in the order in which they were made.
    ///
    /// # Errors
    /// SQLite's.
    pub fn codes(&self) -> Result<Vec<CodeRow>> {
        let mut statement = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM code ORDER BY id"))?;
        let rows = statement.query_map([], from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The codes called `name` under `parent` (`None`: at the top), the earliest made first.
    ///
    /// # Errors
    /// SQLite's.
    pub fn codes_named(&self, parent: Option<i64>, name: &str) -> Result<Vec<CodeRow>> {
        let sql =
            format!("SELECT {COLUMNS} FROM code WHERE parent_id IS :parent AND name = :name ORDER BY id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map(named_params! { ":parent": parent, ":name": name }, from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The path of the code with this number; empty when there is none. For one code: the codebook is not read.
    ///
    /// # Errors
    /// SQLite's.
    pub fn code_path(&self, id: i64) -> Result<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut next = Some(id);
        let mut statement = self.db.prepare_cached("SELECT parent_id, name FROM code WHERE id = ?1")?;
        // Bounded: a damaged store may hold a cycle.
        while let Some(id) = next.filter(|_| parts.len() < MAX_CODE_DEPTH) {
            let found = statement.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((parent, name)) = found else { break };
            parts.push(name);
            next = parent;
        }
        parts.reverse();
        Ok(parts.join("/"))
    }

    /// The code with this number.
    ///
    /// # Errors
    /// SQLite's.
    pub fn code_by_id(&self, id: i64) -> Result<Option<CodeRow>> {
        let sql = format!("SELECT {COLUMNS} FROM code WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id], from_row).optional()?)
    }

    /// The code with this id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn code_by_uuid(&self, uuid: Uuid) -> Result<Option<CodeRow>> {
        let sql = format!("SELECT {COLUMNS} FROM code WHERE uuid = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([uuid], from_row).optional()?)
    }
}

impl Tx<'_> {
    /// What a code says, with references by id.
    ///
    /// # Errors
    /// SQLite's.
    pub fn code_content(&self, draft: &CodeDraft) -> Result<record::Code> {
        Ok(record::Code {
            parent: draft.parent.map(|id| self.references.uuid("code", id)).transpose()?,
            name: draft.name.clone(),
            color: draft.color.clone(),
            description: draft.description.clone(),
        })
    }

    /// Inserts a code under a new id, or under `uuid` where a file gives one.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_code(&self, uuid: Option<Uuid>, draft: &CodeDraft) -> Result<i64> {
        let content = self.code_content(draft)?;
        let (uuid, version) = match uuid {
            None => {
                let uuid = self.new_id();
                (uuid, self.first_version(Entity::Code, uuid, &content))
            }
            Some(uuid) => (uuid, self.insert_version(Entity::Code, uuid, &content)?),
        };
        self.write_code(uuid, draft, (self.at(), self.at()), version)
    }

    /// Inserts a code exactly as a file states it. `times`: made and modified.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_known_code(
        &self,
        uuid: Uuid,
        draft: &CodeDraft,
        times: (i64, i64),
        version: Version,
        graph: &Graph,
    ) -> Result<i64> {
        self.insert_known_version(Entity::Code, uuid, version, graph)?;
        self.write_code(uuid, draft, times, version)
    }

    fn write_code(
        &self,
        uuid: Uuid,
        draft: &CodeDraft,
        (created_at, modified_at): (i64, i64),
        version: Version,
    ) -> Result<i64> {
        self.db
            .prepare_cached(
                "INSERT INTO code (uuid, parent_id, name, color, description, created_at, modified_at, change_id, version)
                 VALUES (:uuid, :parent, :name, :color, :description, :created, :modified, :change, :version)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":parent": draft.parent, ":name": draft.name, ":color": draft.color,
                ":description": draft.description, ":created": created_at, ":modified": modified_at,
                ":change": self.change, ":version": version,
            })?;
        Ok(self.db.last_insert_rowid())
    }

    /// Changes a code.
    ///
    /// # Errors
    /// SQLite's.
    pub fn update_code(&self, id: i64, draft: &CodeDraft) -> Result<()> {
        let version = self.succeed(Entity::Code, id, &self.code_content(draft)?)?;
        self.rewrite_code(id, draft, version)
    }

    /// Changes a code to a state whose version is already decided.
    ///
    /// # Errors
    /// SQLite's.
    pub fn step_code(&self, id: i64, draft: &CodeDraft, step: &Step<record::Code>) -> Result<()> {
        self.succeed_as(Entity::Code, id, step.version, &step.parents)?;
        self.rewrite_code(id, draft, step.version)
    }

    fn rewrite_code(&self, id: i64, draft: &CodeDraft, version: Version) -> Result<()> {
        self.db
            .prepare_cached(
                "UPDATE code SET parent_id = :parent, name = :name, color = :color, description = :description,
                   modified_at = :at, change_id = :change, version = :version WHERE id = :id",
            )?
            .execute(named_params! {
                ":parent": draft.parent, ":name": draft.name, ":color": draft.color,
                ":description": draft.description, ":at": self.at(), ":change": self.change, ":version": version,
                ":id": id,
            })?;
        Ok(())
    }

    /// A state that was delivered but does not become current, kept whole for a later decision.
    ///
    /// # Errors
    /// SQLite's.
    pub fn keep_delivered_code(
        &self,
        code: &CodeRow,
        draft: Option<&CodeDraft>,
        step: &Step<record::Code>,
    ) -> Result<()> {
        let columns = draft.map(|draft| {
            serde_json::json!([
                code.id,
                draft.parent,
                draft.name,
                draft.color,
                draft.description,
                code.created_at,
                self.at()
            ])
            .to_string()
        });
        self.keep_delivered(Entity::Code, code.uuid, step.version, &step.parents, columns.as_deref())
    }

    /// Deletes a code with the annotations and memos that use it. Returns how many annotations went with it.
    ///
    /// # Errors
    /// SQLite's, also when it still has children.
    pub fn delete_code(&self, id: i64) -> Result<usize> {
        let annotations = self.remove(Entity::Annotation, "code_id = :key", id)?;
        self.remove(Entity::Memo, "code_id = :key", id)?;
        self.remove(Entity::Code, "id = :key", id)?;
        Ok(annotations)
    }
}
