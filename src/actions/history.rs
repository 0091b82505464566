//! What was done, and taking it back: log, undo, redo.

use std::ops::ControlFlow;

use uuid::Uuid;

use super::Session;
use super::labels::Labels;
use super::names;
use crate::domain::Entity;
use crate::domain::name::split_code_path;
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::content::AnyContent;
use crate::store::log::Touch;

pub use crate::store::ChangeId;
pub use crate::store::log::{ChangeKind, ChangeRow};

/// An undo or redo that was made.
#[derive(Debug, Clone)]
pub struct Inverted {
    /// The change that was undone or redone.
    pub target: ChangeRow,
    /// Whether it was redone.
    pub redone: bool,
    /// Records that are gone again.
    pub removed: u64,
    /// Records that are as they were.
    pub restored: u64,
}

/// What a change did to one field of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The change.
    pub change: ChangeId,
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub uuid: Uuid,
    /// What people call it.
    pub record: String,
    /// What became of the record.
    pub what: EditKind,
    /// The field; empty where the record as a whole came or went.
    pub field: &'static str,
    /// What it said before, in words.
    pub before: Option<String>,
    /// What it said afterwards, in words.
    pub after: Option<String>,
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditKind {
    /// It is new, or back.
    Added,
    /// One of its fields says something else.
    Changed,
    /// It is gone.
    Removed,
    /// A state of it came in and was kept beside the current one.
    Kept,
}

impl EditKind {
    /// The word for it in listings.
    pub fn word(self) -> &'static str {
        match self {
            EditKind::Added => "added",
            EditKind::Changed => "changed",
            EditKind::Removed => "removed",
            EditKind::Kept => "kept aside",
        }
    }
}

/// Takes a change back: the one named, else the newest in effect. Undoing an undo redoes.
///
/// # Errors
/// Refused when there is no such change, it is undone already, or a later change stands in the way.
pub fn undo(session: &mut Session, change: Option<&str>) -> Result<Inverted> {
    let reader = session.reader();
    let (kind, target) = match change {
        Some(number) => {
            let named = find(reader, number)?;
            match (named.kind, named.target) {
                (ChangeKind::Undo, Some(target)) => (ChangeKind::Redo, target),
                (ChangeKind::Redo, Some(target)) => (ChangeKind::Undo, target),
                _ => (ChangeKind::Undo, named.id),
            }
        }
        None => {
            let newest = reader.newest_in_effect()?.ok_or_else(|| {
                Error::refused("there is nothing to undo").hint("`postil log` shows what was done")
            })?;
            (ChangeKind::Undo, newest)
        }
    };
    invert(session, kind, target)
}

/// Does again what was undone: the change or undo named, else the one undone last.
///
/// # Errors
/// Refused when there is no such change, it is in effect, or a later change stands in the way; without a number also
/// when something else was done since the undo.
pub fn redo(session: &mut Session, change: Option<&str>) -> Result<Inverted> {
    let reader = session.reader();
    let target = match change {
        Some(number) => {
            let named = find(reader, number)?;
            named.target.unwrap_or(named.id)
        }
        None => match reader.newest_undone()? {
            None => {
                return Err(Error::refused("there is nothing to redo")
                    .hint("`postil log` shows what was done; what is marked undone can be redone"));
            }
            Some((target, Some(newer))) => {
                let newer = describe(&change_row(reader, newer)?);
                return Err(Error::refused(format!(
                    "something else was done since change {target} was undone: {newer}"
                ))
                .hint(format!(
                    "`postil redo {target}` redoes it all the same, if nothing stands in the way"
                )));
            }
            Some((target, None)) => target,
        },
    };
    invert(session, ChangeKind::Redo, target)
}

fn invert(session: &mut Session, kind: ChangeKind, target: ChangeId) -> Result<Inverted> {
    let request = session.request(if kind == ChangeKind::Redo { "redo" } else { "undo" })?;
    // An import of a million rows comes and goes as one change; a small one leaves the memory untouched.
    session.store.enlarge_cache(64)?;
    let inversion = session.store.invert(request, kind, target)?.value;
    let target = change_row(session.reader(), target)?;
    Ok(Inverted {
        target,
        redone: kind == ChangeKind::Redo,
        removed: inversion.removed,
        restored: inversion.restored,
    })
}

/// `change 12: 3 passages tagged norms`.
pub fn describe(change: &ChangeRow) -> String {
    let what = if change.summary.is_empty() { &change.command } else { &change.summary };
    format!("change {}: {what}", change.id)
}

/// The change with this number.
///
/// # Errors
/// Refused when it is no number or there is no such change.
pub fn find(reader: Reader<'_>, number: &str) -> Result<ChangeRow> {
    let Some(id) = number.parse().ok().filter(|id: &i64| *id > 0) else {
        return Err(Error::refused(format!("`{number}` is not the number of a change"))
            .hint("changes have numbers such as 12; `postil log` shows them in its first column"));
    };
    change_row(reader, id)
}

fn change_row(reader: Reader<'_>, id: ChangeId) -> Result<ChangeRow> {
    reader.change(id)?.ok_or_else(|| {
        Error::refused(format!("there is no change {id}")).hint("`postil log` shows those there are")
    })
}

/// The newest changes, newest first; at most `limit`.
///
/// # Errors
/// The store's.
pub fn log(session: &Session, limit: Option<u64>) -> Result<Vec<ChangeRow>> {
    session.reader().changes(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX))
}

/// What one change did, field by field; at most `limit` edits, and whether there are more.
///
/// # Errors
/// Refused when there is no such change.
pub fn edits(session: &Session, number: &str, limit: Option<u64>) -> Result<(ChangeRow, Vec<Edit>, bool)> {
    session.store.read(|store| {
        let reader = store.reader();
        let change = find(reader, number)?;
        let labels = Labels::new(reader);
        let most = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        reader.each_touch(change.id, |touch| {
            push_edits(&labels, &touch, &mut found)?;
            Ok(if found.len() > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        let more = found.len() > most;
        found.truncate(most);
        Ok((change, found, more))
    })
}

/// What the change that is being made has done to records that were there before it; at most `limit` edits.
///
/// # Errors
/// The store's.
pub(super) fn edits_so_far(reader: Reader<'_>, change: ChangeId, limit: usize) -> Result<Vec<Edit>> {
    let labels = Labels::new(reader);
    let mut found = Vec::new();
    reader.each_touch(change, |touch| {
        if touch.before.is_some() || touch.delivered_only {
            push_edits(&labels, &touch, &mut found)?;
        }
        Ok(if found.len() > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    found.truncate(limit);
    Ok(found)
}

/// The life of one record, oldest first, with the changes that made it. `record` is `#12`, a document's name, or
/// `code:PATH`; it may be gone.
///
/// # Errors
/// Refused when there never was such a record.
pub fn life(session: &Session, record: &str) -> Result<Vec<(ChangeRow, Edit)>> {
    session.store.read(|store| {
        let reader = store.reader();
        let (entity, uuid) = find_record(reader, record)?;
        let labels = Labels::new(reader);
        let mut found = Vec::new();
        for touch in reader.life(entity, uuid)? {
            let change = change_row(reader, touch.change)?;
            let mut edits = Vec::new();
            push_edits(&labels, &touch, &mut edits)?;
            found.extend(edits.into_iter().map(|edit| (change.clone(), edit)));
        }
        Ok(found)
    })
}

fn push_edits(labels: &Labels<'_>, touch: &Touch, edits: &mut Vec<Edit>) -> Result<()> {
    let content = touch.after.as_ref().or(touch.before.as_ref());
    let edit = Edit {
        change: touch.change,
        entity: touch.entity,
        uuid: touch.uuid,
        record: labels.record(touch.entity, touch.uuid, touch.id, content)?,
        what: EditKind::Changed,
        field: "",
        before: None,
        after: None,
    };
    let whole = |content| -> Result<Option<String>> {
        // The record is called by its name already, and nobody reads a digest.
        let said = labels.fields(content)?.into_iter().filter(|(field, value)| {
            !matches!(*field, "name" | "parent" | "handle" | "text" if content_is_named(content))
                && !value.is_empty()
        });
        Ok(Some(said.map(|(_, value)| value).collect::<Vec<_>>().join(" ")))
    };
    match (&touch.before, &touch.after) {
        (None, Some(after)) if touch.delivered_only => {
            edits.push(Edit { what: EditKind::Kept, after: whole(after)?, ..edit });
        }
        (None, Some(after)) => edits.push(Edit { what: EditKind::Added, after: whole(after)?, ..edit }),
        (Some(before), None) => edits.push(Edit { what: EditKind::Removed, before: whole(before)?, ..edit }),
        (Some(before), Some(after)) => {
            for ((field, before), (_, after)) in labels.fields(before)?.into_iter().zip(labels.fields(after)?)
            {
                if before != after {
                    edits.push(Edit { field, before: Some(before), after: Some(after), ..edit.clone() });
                }
            }
        }
        // A deletion that was delivered, or a record that came and went within one change.
        (None, None) => edits.push(Edit { what: EditKind::Kept, ..edit }),
    }
    Ok(())
}

/// Whether the record's own name is what it is called in a list.
fn content_is_named(content: &AnyContent) -> bool {
    matches!(content, AnyContent::Document(_) | AnyContent::Code(_) | AnyContent::Coder(_))
}

/// The record that people mean, among those there are and those there were.
fn find_record(reader: Reader<'_>, record: &str) -> Result<(Entity, Uuid)> {
    if let Some(path) = record.strip_prefix("code:") {
        if let Some(code) = names::find_code(reader, path)? {
            return Ok((Entity::Code, code.uuid));
        }
        let labels = Labels::new(reader);
        let leaf = split_code_path(path)?.pop().unwrap_or_default();
        for uuid in reader.formerly(Entity::Code, 2, leaf)? {
            if labels.name(Entity::Code, uuid)? == path {
                return Ok((Entity::Code, uuid));
            }
        }
        return names::code(reader, path).map(|code| (Entity::Code, code.uuid));
    }
    let number = names::parse_annotation_id(record);
    if !record.starts_with('#') {
        if let Some(document) = reader.document(record)? {
            return Ok((Entity::Document, document.uuid));
        }
        if let Some(uuid) = reader.formerly(Entity::Document, 1, record)?.first() {
            return Ok((Entity::Document, *uuid));
        }
        if number.is_none() {
            return names::document(reader, record).map(|document| (Entity::Document, document.uuid));
        }
    }
    if let Some(number) = number {
        if let Some(annotation) = reader.annotation(number)? {
            return Ok((Entity::Annotation, annotation.uuid));
        }
        if let Some(uuid) = reader.formerly(Entity::Annotation, 0, &number.to_string())?.first() {
            return Ok((Entity::Annotation, *uuid));
        }
    }
    Err(Error::refused(format!("there never was an annotation `{record}`")).hint(
        "`postil log --of '#12'` follows an annotation, `--of DOCUMENT` a text, `--of code:PATH` a code",
    ))
}
