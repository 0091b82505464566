//! How records are called: by the names people gave them, also when they are gone.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use uuid::Uuid;

use super::names;
use crate::domain::Entity;
use crate::domain::name::MAX_CODE_DEPTH;
use crate::domain::record::{Annotation, MemoSubject};
use crate::error::Result;
use crate::store::Reader;
use crate::store::content::AnyContent;

/// The names of records by their ids. Records that are gone are called what they were called last.
pub struct Labels<'a> {
    reader: Reader<'a>,
    living: OnceCell<HashMap<Uuid, String>>,
    gone: RefCell<HashMap<Uuid, String>>,
}

impl<'a> Labels<'a> {
    /// The names of the records that `reader` sees, read at the first question.
    pub fn new(reader: Reader<'a>) -> Self {
        Labels { reader, living: OnceCell::new(), gone: RefCell::default() }
    }

    fn living(&self) -> Result<&HashMap<Uuid, String>> {
        if let Some(known) = self.living.get() {
            return Ok(known);
        }
        let mut known = HashMap::new();
        for document in self.reader.documents()? {
            known.insert(document.uuid, document.content.name);
        }
        for coder in self.reader.coders()? {
            known.insert(coder.uuid, coder.handle);
        }
        let book = names::codebook(self.reader)?;
        for code in self.reader.codes()? {
            known.insert(code.uuid, book.path(code.id).to_owned());
        }
        Ok(self.living.get_or_init(|| known))
    }

    /// The name of a document, the path of a code or the handle of a coder.
    ///
    /// # Errors
    /// The store's.
    pub fn name(&self, entity: Entity, uuid: Uuid) -> Result<String> {
        self.name_within(entity, uuid, MAX_CODE_DEPTH)
    }

    fn name_within(&self, entity: Entity, uuid: Uuid, levels: usize) -> Result<String> {
        if let Some(name) = self.living()?.get(&uuid) {
            return Ok(name.clone());
        }
        if let Some(name) = self.gone.borrow().get(&uuid) {
            return Ok(name.clone());
        }
        let name = match self.reader.last_content(entity, uuid)? {
            Some(AnyContent::Document(document)) => document.name,
            Some(AnyContent::Coder(coder)) => coder.handle,
            Some(AnyContent::Code(code)) => match code.parent {
                Some(parent) if levels > 0 => {
                    format!("{}/{}", self.name_within(Entity::Code, parent, levels - 1)?, code.name)
                }
                _ => code.name,
            },
            _ => uuid.to_string(),
        };
        self.gone.borrow_mut().insert(uuid, name.clone());
        Ok(name)
    }

    /// What a record is called in a list: `#12`, `document note`, `code actors/state`.
    ///
    /// # Errors
    /// The store's.
    pub fn record(
        &self,
        entity: Entity,
        uuid: Uuid,
        id: Option<i64>,
        content: Option<&AnyContent>,
    ) -> Result<String> {
        let word = entity.word();
        Ok(match (entity, content) {
            (Entity::Annotation, _) if let Some(id) = id => format!("#{id}"),
            (Entity::Document | Entity::Code | Entity::Coder, _) => {
                format!("{word} {}", self.name(entity, uuid)?)
            }
            (_, Some(AnyContent::Attribute(attribute))) => {
                format!("{word} {} of {}", attribute.name, self.name(Entity::Document, attribute.document)?)
            }
            (_, Some(AnyContent::Assignment(assignment))) => format!(
                "{word} of {} to {}",
                self.name(Entity::Document, assignment.document)?,
                self.name(Entity::Coder, assignment.coder)?
            ),
            _ => match id {
                Some(id) => format!("{word} {id}"),
                None => format!("{word} {uuid}"),
            },
        })
    }

    /// What a record says, field by field, in words. The fields are called as merges call them.
    ///
    /// # Errors
    /// The store's.
    pub fn fields(&self, content: &AnyContent) -> Result<Vec<(&'static str, String)>> {
        Ok(match content {
            AnyContent::Coder(coder) => vec![("handle", coder.handle.clone())],
            AnyContent::Document(document) => vec![
                ("name", document.name.clone()),
                ("text", document.text.to_string()),
                ("source", document.source.clone()),
                ("encoding", document.encoding.clone()),
            ],
            AnyContent::Attribute(attribute) => vec![("value", attribute.value.clone())],
            AnyContent::Code(code) => vec![
                ("parent", self.optional(Entity::Code, code.parent)?),
                ("name", code.name.clone()),
                ("color", code.color.clone()),
                ("description", code.description.clone()),
            ],
            AnyContent::Annotation(annotation) => vec![
                ("place", self.place(annotation)?),
                ("code", self.optional(Entity::Code, annotation.code)?),
                ("coder", self.name(Entity::Coder, annotation.coder)?),
                ("note", annotation.note.clone()),
            ],
            AnyContent::Memo(memo) => vec![
                (
                    "subject",
                    match memo.subject {
                        MemoSubject::Project => "project".to_owned(),
                        MemoSubject::Document(document) => self.name(Entity::Document, document)?,
                        MemoSubject::Code(code) => format!("code:{}", self.name(Entity::Code, code)?),
                    },
                ),
                ("coder", self.name(Entity::Coder, memo.coder)?),
                ("text", memo.text.clone()),
            ],
            AnyContent::Assignment(assignment) => vec![("state", assignment.state.word().to_owned())],
            AnyContent::Alias(alias) => vec![
                ("retired", self.name(alias.entity, alias.retired)?),
                ("target", self.name(alias.entity, alias.target)?),
            ],
            AnyContent::Conflict(conflict) => vec![
                ("record", conflict.record.to_string()),
                ("fields", conflict.fields.clone()),
                ("source", conflict.source.clone()),
            ],
        })
    }

    fn optional(&self, entity: Entity, uuid: Option<Uuid>) -> Result<String> {
        uuid.map_or(Ok(String::new()), |uuid| self.name(entity, uuid))
    }

    fn place(&self, annotation: &Annotation) -> Result<String> {
        let document = self.name(Entity::Document, annotation.document)?;
        Ok(format!("{document}:{}-{}", annotation.range.start(), annotation.range.end()))
    }
}
