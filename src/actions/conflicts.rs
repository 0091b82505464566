//! Conflicts: what two sides changed differently.

use std::collections::HashMap;

use uuid::Uuid;

use super::Session;
use super::labels::Labels;
use crate::domain::{Entity, Version};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::conflict::ConflictRow;
use crate::store::content::AnyContent;

/// One field that two sides changed differently.
#[derive(Debug, Clone)]
pub struct Clash {
    /// The conflict's number.
    pub conflict: i64,
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub uuid: Uuid,
    /// What people call the record.
    pub record: String,
    /// The field.
    pub field: String,
    /// What is current here; `None`: the record is deleted here, or its state is not kept.
    pub ours: Option<String>,
    /// What came in; `None` as for `ours`.
    pub theirs: Option<String>,
    /// When it came in, in milliseconds since 1970 UTC.
    pub at: i64,
    /// Who brought it.
    pub coder: String,
    /// The file it came from.
    pub source: String,
    /// The row of that file; `None` when there is none.
    pub row: Option<u64>,
}

/// The open conflicts, field by field, oldest first.
///
/// # Errors
/// The store's.
pub fn conflicts(session: &Session) -> Result<Vec<Clash>> {
    session.store.read(|store| {
        let reader = store.reader();
        let labels = Labels::new(reader);
        let mut clashes = Vec::new();
        for conflict in reader.conflicts()? {
            push_clashes(reader, &labels, &conflict, &mut clashes)?;
        }
        Ok(clashes)
    })
}

/// The fields of one open conflict.
///
/// # Errors
/// Refused when there is no such conflict; the store's.
pub fn conflict(session: &Session, id: &str) -> Result<Vec<Clash>> {
    session.store.read(|store| {
        let reader = store.reader();
        let conflict = find(reader, id)?;
        let mut clashes = Vec::new();
        push_clashes(reader, &Labels::new(reader), &conflict, &mut clashes)?;
        Ok(clashes)
    })
}

/// The open conflict with this number.
///
/// # Errors
/// Refused when it is no number or there is no such conflict.
pub(super) fn find(reader: Reader<'_>, id: &str) -> Result<ConflictRow> {
    let number: Option<i64> = id.strip_prefix('#').unwrap_or(id).parse().ok();
    let open = reader.conflicts()?;
    let is_empty = open.is_empty();
    open.into_iter().find(|conflict| Some(conflict.id) == number).ok_or_else(|| {
        let error = Error::refused(format!("there is no open conflict `{id}`"));
        if is_empty {
            error.hint("there are no conflicts at all")
        } else {
            error.hint("`postil conflicts` shows them")
        }
    })
}

/// The two sides of a conflict: the state that is current here, and the one that came in.
pub(super) struct Sides {
    /// The current version; `None` where the record has never been here.
    pub(super) ours: Option<Version>,
    /// What it says; `None` where it is deleted.
    pub(super) our_state: Option<AnyContent>,
    /// The record that the other side was written for: this one, or one that it stands for.
    pub(super) member: Uuid,
    /// The version that came in.
    pub(super) theirs: Version,
    /// What it says; `None` where it is a deletion, or not kept.
    pub(super) their_state: Option<AnyContent>,
}

/// Looks up both sides. What is current may have moved on since the conflict was opened.
pub(super) fn sides(reader: Reader<'_>, conflict: &ConflictRow) -> Result<Sides> {
    let content = &conflict.content;
    let (entity, record) = (content.entity, content.record);
    let ours = match reader.row_of(entity, record)? {
        Some((_, version)) => Some(version),
        None => reader.deletion(entity, record)?,
    };
    let our_state = match ours {
        Some(version) => reader.content_at(entity, record, version)?.flatten(),
        None => None,
    };
    let graph = reader.graph(record)?;
    let behind = |version: Version| {
        ours.is_some_and(|ours| ours == version || graph.ancestors(ours).contains(&version))
    };
    // What is shown may follow from what it contradicts: a deletion that waits, a name that another record has. Else the
    // other side is the one that is not behind what is current.
    let follows = graph.ancestors(content.ours).contains(&content.theirs);
    let theirs = if !follows && behind(content.theirs) { content.ours } else { content.theirs };
    for member in std::iter::once(record).chain(reader.stood_for(record)?) {
        if let Some(state) = reader.content_at(entity, member, theirs)? {
            return Ok(Sides { ours, our_state, member, theirs, their_state: state });
        }
    }
    Ok(Sides { ours, our_state, member: record, theirs, their_state: None })
}

fn push_clashes(
    reader: Reader<'_>,
    labels: &Labels<'_>,
    conflict: &ConflictRow,
    clashes: &mut Vec<Clash>,
) -> Result<()> {
    let content = &conflict.content;
    let sides = sides(reader, conflict)?;
    let fields = |state: &Option<AnyContent>| state.as_ref().map(|state| labels.fields(state)).transpose();
    let (our_fields, their_fields) = (fields(&sides.our_state)?, fields(&sides.their_state)?);
    let texts = match content.entity {
        Entity::Document => reader.text_facts()?.into_values().collect(),
        _ => HashMap::new(),
    };
    // What a text is told by: its length, and the file that it came from.
    let text = |state: &Option<AnyContent>| match state {
        Some(AnyContent::Document(document)) => {
            let digest = document.text.to_string();
            let length = texts.get(&document.text).map(|chars| format!("{chars} characters, "));
            let source = Some(&document.source).filter(|source| !source.is_empty());
            let source = source.map(|source| format!("from `{source}`, ")).unwrap_or_default();
            Some(format!(
                "{}{source}sha256 {}…",
                length.unwrap_or_default(),
                digest.get(..8).unwrap_or(&digest)
            ))
        }
        _ => None,
    };
    let value = |fields: &Option<Vec<(&str, String)>>, field: &str| match (fields, field) {
        (None, _) => None,
        // As a whole: a deletion clashes with everything that is said.
        (Some(fields), "deleted") => {
            let said: Vec<&str> =
                fields.iter().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty()).collect();
            Some(said.join(" · "))
        }
        (Some(fields), _) => fields.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone()),
    };
    let number = match content.entity {
        Entity::Annotation => reader.annotation_by_uuid(content.record)?.map(|row| row.id),
        _ => None,
    };
    let known = sides.our_state.as_ref().or(sides.their_state.as_ref());
    let record = labels.record(content.entity, content.record, number, known)?;
    let change = reader.change(conflict.change)?;
    for field in content.fields.split(',').map(str::trim) {
        let is_text = content.entity == Entity::Document && field == "text";
        clashes.push(Clash {
            conflict: conflict.id,
            entity: content.entity,
            uuid: content.record,
            record: record.clone(),
            field: field.to_owned(),
            ours: if is_text { text(&sides.our_state) } else { value(&our_fields, field) },
            theirs: if is_text { text(&sides.their_state) } else { value(&their_fields, field) },
            at: conflict.created_at,
            coder: change.as_ref().map(|change| change.coder.clone()).unwrap_or_default(),
            source: content.source.clone(),
            row: (content.row > 0).then_some(content.row),
        });
    }
    Ok(())
}
