//! Conflicts: what two sides changed differently.

use super::Session;
use super::labels::Labels;
use crate::domain::Entity;
use crate::domain::Version;
use crate::error::Result;
use crate::store::Reader;
use crate::store::conflict::ConflictRow;
use uuid::Uuid;

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

fn push_clashes(
    reader: Reader<'_>,
    labels: &Labels<'_>,
    conflict: &ConflictRow,
    clashes: &mut Vec<Clash>,
) -> Result<()> {
    let content = &conflict.content;
    let state = |version: Version| -> Result<_> {
        Ok(reader.content_at(content.entity, content.record, version)?.flatten())
    };
    let (ours, theirs) = (state(content.ours)?, state(content.theirs)?);
    let fields = |state: &Option<_>| state.as_ref().map(|state| labels.fields(state)).transpose();
    let (our_fields, their_fields) = (fields(&ours)?, fields(&theirs)?);
    let value = |fields: &Option<Vec<(&str, String)>>, field: &str| {
        fields.iter().flatten().find(|(name, _)| *name == field).map(|(_, value)| value.clone())
    };
    let number = match content.entity {
        Entity::Annotation => reader.annotation_by_uuid(content.record)?.map(|row| row.id),
        _ => None,
    };
    let record = labels.record(content.entity, content.record, number, ours.as_ref().or(theirs.as_ref()))?;
    let change = reader.change(conflict.change)?;
    // A deletion clashes as a whole: no field is named then.
    let named: Vec<&str> = content.fields.split(',').map(str::trim).collect();
    for field in named {
        clashes.push(Clash {
            conflict: conflict.id,
            entity: content.entity,
            uuid: content.record,
            record: record.clone(),
            field: field.to_owned(),
            ours: value(&our_fields, field),
            theirs: value(&their_fields, field),
            at: conflict.created_at,
            coder: change.as_ref().map(|change| change.coder.clone()).unwrap_or_default(),
            source: content.source.clone(),
            row: (content.row > 0).then_some(content.row),
        });
    }
    Ok(())
}
