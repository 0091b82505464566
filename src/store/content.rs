//! What a row says, with references by id: the content that its version is the hash of.

use rusqlite::OptionalExtension;
use serde_json::Value;
use uuid::Uuid;

use super::reader::{Reader, References};
use super::table::Table;
use crate::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Conflict, Document, Memo, MemoSubject, Progress,
};
use crate::domain::version::{Canonical, Content};
use crate::domain::{CharRange, Entity, Version};
use crate::error::{Error, ErrorKind, Result};

/// The content of any record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the record of its name")]
pub enum AnyContent {
    Coder(Coder),
    Document(Document),
    Attribute(Attribute),
    Code(Code),
    Annotation(Annotation),
    Memo(Memo),
    Assignment(Assignment),
    Alias(Alias),
    Conflict(Conflict),
}

impl Content for AnyContent {
    fn feed(&self, canonical: &mut Canonical) {
        match self {
            AnyContent::Coder(content) => content.feed(canonical),
            AnyContent::Document(content) => content.feed(canonical),
            AnyContent::Attribute(content) => content.feed(canonical),
            AnyContent::Code(content) => content.feed(canonical),
            AnyContent::Annotation(content) => content.feed(canonical),
            AnyContent::Memo(content) => content.feed(canonical),
            AnyContent::Assignment(content) => content.feed(canonical),
            AnyContent::Alias(content) => content.feed(canonical),
            AnyContent::Conflict(content) => content.feed(canonical),
        }
    }
}

/// The content of one kind, out of that of any; what is of another kind is given back.
macro_rules! content_of_one_kind {
    ($($kind:ident)*) => {$(
        impl From<$kind> for AnyContent {
            fn from(content: $kind) -> AnyContent {
                AnyContent::$kind(content)
            }
        }

        impl TryFrom<AnyContent> for $kind {
            type Error = AnyContent;

            fn try_from(content: AnyContent) -> std::result::Result<$kind, AnyContent> {
                match content {
                    AnyContent::$kind(content) => Ok(content),
                    other => Err(other),
                }
            }
        }
    )*};
}
content_of_one_kind!(Coder Document Attribute Code Annotation Memo Assignment Alias);

/// A row's columns as history keeps them: a JSON array of `id` and the table's own columns.
pub(super) struct Columns<'r, 'a> {
    values: Vec<Value>,
    references: &'r References<'a>,
}

impl<'r, 'a> Columns<'r, 'a> {
    pub(super) fn parse(json: &str, references: &'r References<'a>) -> Result<Self> {
        let values = serde_json::from_str(json).map_err(|cause| {
            Error::new(ErrorKind::Corrupt, "an entry of the history is not readable")
                .caused_by(cause)
                .hint("`postil check` says which")
        })?;
        Ok(Columns { values, references })
    }

    /// As [`Columns::parse`], of values that were never text.
    pub(super) fn of(values: Vec<Value>, references: &'r References<'a>) -> Self {
        Columns { values, references }
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    fn damaged(&self, index: usize) -> Error {
        Error::new(ErrorKind::Corrupt, format!("value {index} of a row has the wrong type"))
            .hint("`postil check` says which row")
    }

    pub(super) fn number(&self, index: usize) -> Result<i64> {
        self.values.get(index).and_then(Value::as_i64).ok_or_else(|| self.damaged(index))
    }

    fn optional_number(&self, index: usize) -> Result<Option<i64>> {
        match self.values.get(index) {
            Some(Value::Null) => Ok(None),
            _ => self.number(index).map(Some),
        }
    }

    fn text(&self, index: usize) -> Result<String> {
        self.values.get(index).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| self.damaged(index))
    }

    /// A value that is written in one way only: a digest or an id in capitals is none of ours.
    fn parsed<T: std::str::FromStr + ToString>(&self, index: usize) -> Result<T> {
        let text = self.text(index)?;
        let parsed = text.parse().ok().filter(|parsed: &T| parsed.to_string() == text);
        parsed.ok_or_else(|| self.damaged(index))
    }

    fn flag(&self, index: usize) -> Result<bool> {
        match self.number(index)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.damaged(index)),
        }
    }

    /// Whether `json` is the text that these values are kept as.
    pub(super) fn is_written_as(&self, json: &str) -> bool {
        serde_json::to_string(&self.values).is_ok_and(|written| written == json)
    }

    fn reference(&self, index: usize, table: &'static str) -> Result<Uuid> {
        self.references.uuid(table, self.number(index)?)
    }

    fn optional_reference(&self, index: usize, table: &'static str) -> Result<Option<Uuid>> {
        self.optional_number(index)?.map(|id| self.references.uuid(table, id)).transpose()
    }

    fn entity(&self, index: usize) -> Result<Entity> {
        Entity::from_number(self.number(index)?).ok_or_else(|| self.damaged(index))
    }

    /// The content; the numbers are the places in [`Table::columns`], after `id`.
    pub(super) fn content(&self, entity: Entity) -> Result<AnyContent> {
        Ok(match entity {
            Entity::Coder => AnyContent::Coder(Coder { handle: self.text(1)? }),
            Entity::Document => AnyContent::Document(Document {
                name: self.text(1)?,
                text: self.references.digest(self.number(2)?)?,
                source: self.text(3)?,
                source_sha256: self.parsed(4)?,
                encoding: self.text(5)?,
                newline: self.text(6)?,
                bom: self.flag(7)?,
            }),
            Entity::Attribute => AnyContent::Attribute(Attribute {
                document: self.reference(1, "document")?,
                name: self.text(2)?,
                value: self.text(3)?,
            }),
            Entity::Code => AnyContent::Code(Code {
                parent: self.optional_reference(1, "code")?,
                name: self.text(2)?,
                color: self.text(3)?,
                description: self.text(4)?,
            }),
            Entity::Annotation => AnyContent::Annotation(Annotation {
                document: self.reference(1, "document")?,
                text: self.references.digest(self.number(2)?)?,
                range: self.range(3)?,
                code: self.optional_reference(5, "code")?,
                coder: self.reference(6, "coder")?,
                note: self.text(7)?,
            }),
            Entity::Memo => AnyContent::Memo(Memo {
                subject: match (self.optional_reference(1, "document")?, self.optional_reference(2, "code")?)
                {
                    (Some(document), _) => MemoSubject::Document(document),
                    (None, Some(code)) => MemoSubject::Code(code),
                    (None, None) => MemoSubject::Project,
                },
                coder: self.reference(3, "coder")?,
                text: self.text(4)?,
            }),
            Entity::Assignment => AnyContent::Assignment(Assignment {
                document: self.reference(1, "document")?,
                coder: self.reference(2, "coder")?,
                state: Progress::from_word(&self.text(3)?).ok_or_else(|| self.damaged(3))?,
            }),
            Entity::Alias => AnyContent::Alias(Alias {
                entity: self.entity(1)?,
                retired: self.parsed(2)?,
                target: self.parsed(3)?,
            }),
            Entity::Conflict => AnyContent::Conflict(Conflict {
                entity: self.entity(1)?,
                record: self.parsed(2)?,
                ours: Version::from_stored(self.number(3)?),
                theirs: Version::from_stored(self.number(4)?),
                fields: self.text(5)?,
                source: self.text(6)?,
                row: u64::try_from(self.number(7)?).map_err(|_| self.damaged(7))?,
            }),
        })
    }

    fn range(&self, index: usize) -> Result<CharRange> {
        let position =
            |index| -> Result<u32> { u32::try_from(self.number(index)?).map_err(|_| self.damaged(index)) };
        CharRange::new(position(index)?, position(index + 1)?).ok_or_else(|| self.damaged(index))
    }
}

impl Reader<'_> {
    /// The row of the record `uuid` as history would keep it, with its version; `None` when there is none.
    pub(super) fn current_columns(&self, entity: Entity, uuid: Uuid) -> Result<Option<(Version, String)>> {
        let table = Table::of(entity);
        let sql = format!(
            "SELECT version, json_array({}) FROM {} WHERE uuid = ?1",
            table.column_list(),
            table.name
        );
        let found = self
            .db
            .prepare_cached(&sql)?
            .query_row([uuid], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(found)
    }

    /// What the record said at `version`, when the store still knows: `Some(None)` where it was deleted.
    pub(super) fn columns_at(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
    ) -> Result<Option<Option<String>>> {
        if let Some((current, columns)) = self.current_columns(entity, uuid)?
            && current == version
        {
            return Ok(Some(Some(columns)));
        }
        let found = self
            .db
            .prepare_cached("SELECT before FROM history WHERE uuid = ?1 AND version = ?2 LIMIT 1")?
            .query_row((uuid, version), |row| row.get(0))
            .optional()?;
        Ok(found)
    }
}
