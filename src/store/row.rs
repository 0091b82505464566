//! Writing the rows of any table alike: from history, and from what a merge came to.

use std::collections::HashMap;

use rusqlite::{ErrorCode, OptionalExtension};
use serde_json::{Value, json};
use uuid::Uuid;

use super::change::{ChangeId, Tx};
use super::content::AnyContent;
use super::reader::Reader;
use super::table::Table;
use crate::domain::merge::Times;
use crate::domain::record::MemoSubject;
use crate::domain::{Digest, Entity, Version};
use crate::error::Result;

/// A row that is to be written; its bookkeeping is done.
pub(super) struct Pending {
    pub(super) entity: Entity,
    pub(super) uuid: Uuid,
    /// The change whose content it holds.
    pub(super) author: ChangeId,
    /// The number of the row, where there is one to be replaced.
    pub(super) row: Option<i64>,
    /// The number it is to have, then the table's columns, as history keeps them. Without a number it gets a new one.
    pub(super) values: Vec<Value>,
    pub(super) version: Version,
}

impl Tx<'_> {
    pub(super) fn write_row(&self, pending: &Pending) -> rusqlite::Result<()> {
        let table = Table::of(pending.entity);
        let next = table.columns.len() + 2;
        let sql = if pending.row.is_some() { table.rewrite() } else { table.reinsert() };
        let mut statement = self.db.prepare_cached(sql)?;
        for (index, value) in pending.values.iter().enumerate() {
            match value {
                Value::Null => statement.raw_bind_parameter(index + 1, rusqlite::types::Null)?,
                Value::Number(number) => {
                    // Anything but a whole number was not written by us.
                    let whole = number.as_i64().ok_or_else(|| damaged(index))?;
                    statement.raw_bind_parameter(index + 1, whole)?;
                }
                Value::String(text) => statement.raw_bind_parameter(index + 1, text.as_str())?,
                _ => return Err(damaged(index)),
            }
        }
        if let Some(row) = pending.row {
            // A record that was deleted and made again has another number than history knew.
            statement.raw_bind_parameter(1, row)?;
        }
        statement.raw_bind_parameter(next, pending.author)?;
        statement.raw_bind_parameter(next + 1, pending.version)?;
        statement.raw_bind_parameter(next + 2, pending.uuid)?;
        statement.raw_execute()?;
        Ok(())
    }
}

/// Whether a unique index refused the row. A CHECK that refuses one is damage, not a name that is taken.
pub(super) fn is_taken(failure: &rusqlite::Error) -> bool {
    failure.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
        && failure
            .sqlite_error()
            .is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}

/// A value of history that no row of ours has held.
fn damaged(index: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(index, "before".to_owned(), rusqlite::types::Type::Text)
}

/// The numbers behind ids, looked up once each.
#[derive(Default)]
pub struct Numbers {
    rows: HashMap<Uuid, i64>,
    /// What rows that are gone were numbered; `None` for those that never were.
    former: HashMap<Uuid, Option<i64>>,
    texts: HashMap<Digest, i64>,
}

impl Numbers {
    /// The number of the row `uuid` of `entity`; `None` when there is none.
    pub(super) fn row(&mut self, reader: Reader<'_>, entity: Entity, uuid: Uuid) -> Result<Option<i64>> {
        if let Some(id) = self.rows.get(&uuid) {
            return Ok(Some(*id));
        }
        let found = reader.row_of(entity, uuid)?.map(|(id, _)| id);
        self.rows.extend(found.map(|id| (uuid, id)));
        Ok(found)
    }

    /// Notes the number of a row that will never be there.
    pub(super) fn give(&mut self, uuid: Uuid, number: i64) {
        self.rows.insert(uuid, number);
    }

    /// As [`Numbers::row`], or the number that the record had before it was deleted.
    pub(super) fn row_or_former(
        &mut self,
        reader: Reader<'_>,
        entity: Entity,
        uuid: Uuid,
    ) -> Result<Option<i64>> {
        if !self.rows.contains_key(&uuid)
            && let Some(former) = self.former.get(&uuid)
        {
            return Ok(*former);
        }
        if let Some(id) = self.row(reader, entity, uuid)? {
            return Ok(Some(id));
        }
        let former = reader.former_number(entity, uuid)?;
        self.former.insert(uuid, former);
        Ok(former)
    }

    fn text(&mut self, reader: Reader<'_>, sha256: Digest) -> Result<Option<i64>> {
        if let Some(id) = self.texts.get(&sha256) {
            return Ok(Some(*id));
        }
        let found = reader.text_with_digest(sha256)?;
        self.texts.extend(found.map(|id| (sha256, id)));
        Ok(found)
    }

    /// The columns of a row that says `content`, the number of the row left out. `number` finds what it refers to; `None`
    /// when something of that is not there.
    pub(super) fn columns(
        &mut self,
        reader: Reader<'_>,
        content: &AnyContent,
        times: Times,
        number: fn(&mut Self, Reader<'_>, Entity, Uuid) -> Result<Option<i64>>,
    ) -> Result<Option<Vec<Value>>> {
        let Times { created, modified } = times;
        macro_rules! found {
            ($found:expr) => {
                match $found? {
                    Some(id) => id,
                    None => return Ok(None),
                }
            };
        }
        Ok(Some(match content {
            AnyContent::Coder(coder) => vec![json!(coder.handle), json!(created)],
            AnyContent::Document(document) => vec![
                json!(document.name),
                json!(found!(self.text(reader, document.text))),
                json!(document.source),
                json!(document.source_sha256.to_string()),
                json!(document.encoding),
                json!(document.newline),
                json!(i64::from(document.bom)),
                json!(created),
                json!(modified),
            ],
            AnyContent::Attribute(attribute) => vec![
                json!(found!(number(self, reader, Entity::Document, attribute.document))),
                json!(attribute.name),
                json!(attribute.value),
            ],
            AnyContent::Code(code) => {
                let parent = match code.parent {
                    Some(parent) => Some(found!(number(self, reader, Entity::Code, parent))),
                    None => None,
                };
                vec![
                    json!(parent),
                    json!(code.name),
                    json!(code.color),
                    json!(code.description),
                    json!(created),
                    json!(modified),
                ]
            }
            AnyContent::Annotation(annotation) => {
                let code = match annotation.code {
                    Some(code) => Some(found!(number(self, reader, Entity::Code, code))),
                    None => None,
                };
                vec![
                    json!(found!(number(self, reader, Entity::Document, annotation.document))),
                    json!(found!(self.text(reader, annotation.text))),
                    json!(annotation.range.start()),
                    json!(annotation.range.end()),
                    json!(code),
                    json!(found!(number(self, reader, Entity::Coder, annotation.coder))),
                    json!(annotation.note),
                    json!(created),
                    json!(modified),
                ]
            }
            AnyContent::Memo(memo) => {
                let (document, code) = match memo.subject {
                    MemoSubject::Project => (None, None),
                    MemoSubject::Document(id) => {
                        (Some(found!(number(self, reader, Entity::Document, id))), None)
                    }
                    MemoSubject::Code(id) => (None, Some(found!(number(self, reader, Entity::Code, id)))),
                };
                vec![
                    json!(document),
                    json!(code),
                    json!(found!(number(self, reader, Entity::Coder, memo.coder))),
                    json!(memo.text),
                    json!(created),
                    json!(modified),
                ]
            }
            AnyContent::Assignment(assignment) => vec![
                json!(found!(number(self, reader, Entity::Document, assignment.document))),
                json!(found!(number(self, reader, Entity::Coder, assignment.coder))),
                json!(assignment.state.word()),
                json!(created),
                json!(modified),
            ],
            AnyContent::Alias(alias) => vec![
                json!(alias.entity.number()),
                json!(alias.retired.to_string()),
                json!(alias.target.to_string()),
            ],
            AnyContent::Conflict(conflict) => vec![
                json!(conflict.entity.number()),
                json!(conflict.record.to_string()),
                json!(conflict.ours.to_stored()),
                json!(conflict.theirs.to_stored()),
                json!(conflict.fields),
                json!(conflict.source),
                json!(conflict.row),
                json!(created),
            ],
        }))
    }
}

impl Reader<'_> {
    /// The number that a record had before it was deleted.
    pub(super) fn former_number(&self, entity: Entity, uuid: Uuid) -> Result<Option<i64>> {
        let found: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT json_extract(before, '$[0]') FROM history
                 WHERE uuid = ?1 AND entity = ?2 AND before IS NOT NULL AND json_extract(before, '$[0]') > 0
                 ORDER BY change_id DESC LIMIT 1",
            )?
            .query_row((uuid, entity), |row| row.get(0))
            .optional()?;
        Ok(found)
    }
}
