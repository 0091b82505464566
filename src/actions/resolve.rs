//! Deciding conflicts: a version that follows both sides.

mod typed;

use super::conflicts::{Sides, find, sides};
use super::merge::resettle;
use super::names;
use super::{Session, labels::Labels};
use crate::domain::Entity;
use crate::domain::merge::{Fields, Step, Times, combine};
use crate::domain::name::as_typed;
use crate::domain::record::{Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo};
use crate::error::{Error, Result};
use crate::store::conflict::ConflictRow;
use crate::store::content::AnyContent;
use crate::store::settle::Outcome;
use crate::store::{Changed, Reader, Tx};
use typed::Editable;

/// (field, value); without a field, the only one in question.
pub type FieldValue = (Option<String>, String);

/// What is to hold.
#[derive(Debug, Clone)]
pub enum Choice {
    /// What is here.
    Ours,
    /// What came in.
    Theirs,
    /// Something else.
    Values(Vec<FieldValue>),
}

/// A conflict that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Its number.
    pub conflict: i64,
    /// What people call the record.
    pub record: String,
    /// The fields that were in question.
    pub fields: String,
    /// Annotations that went with what was deleted, itself not counted.
    pub removed: u64,
}

/// Decides conflicts, in one change.
///
/// # Errors
/// Refused when there is no such conflict, when the choice is none (a name that another record has, a move that closes a
/// circle), or when a value cannot be read.
pub fn resolve(session: &mut Session, ids: &[String], choice: &Choice) -> Result<Changed<Vec<Resolved>>> {
    session.change("resolve", |tx| {
        let mut resolved: Vec<Resolved> = Vec::new();
        for id in ids {
            if resolved.iter().any(|one| one.conflict.to_string() == *id) {
                continue;
            }
            let conflict = find(tx.reader(), id)?;
            let before = tx.reader().annotation_count()?;
            let mut decided = vec![conflict];
            if matches!(choice, Choice::Values(_)) {
                decided.extend(of_the_same_fields(tx.reader(), &decided[0])?);
            }
            let mut names = Vec::new();
            for conflict in &decided {
                let record = called(tx.reader(), conflict)?;
                let sides = sides(tx.reader(), conflict)?;
                Resolving { tx, conflict, sides, record: &record }.decide(choice)?;
                names.push(record);
            }
            // The rules may close others with it, or find new ones.
            resettle(tx)?;
            let open: Vec<i64> = tx.reader().conflicts()?.into_iter().map(|conflict| conflict.id).collect();
            let after = tx.reader().annotation_count()?;
            for (conflict, record) in decided.into_iter().zip(names) {
                if open.contains(&conflict.id) {
                    tx.close_conflict(conflict.id)?;
                }
                let removed = match conflict.content.entity {
                    Entity::Annotation => 0,
                    _ if resolved.iter().any(|one| one.record == record) => 0,
                    _ => before.saturating_sub(after),
                };
                resolved.push(Resolved {
                    conflict: conflict.id,
                    record,
                    fields: conflict.content.fields,
                    removed,
                });
            }
        }
        let what = match resolved.as_slice() {
            [one] => format!("{}: {} decided", one.record, one.fields),
            many => format!("{} conflicts decided", many.len()),
        };
        tx.set_summary(what);
        Ok(resolved)
    })
}

/// The other open conflicts about the same fields of the same record. A value that somebody types is the last word on a field,
/// against all who want another: were it that from which the others set out, their edits would win over it unseen.
fn of_the_same_fields(reader: Reader<'_>, conflict: &ConflictRow) -> Result<Vec<ConflictRow>> {
    let about = |other: &ConflictRow| {
        let (one, other_content) = (&conflict.content, &other.content);
        other.id != conflict.id
            && (one.entity, one.record) == (other_content.entity, other_content.record)
            && other_content.fields.split(", ").all(|field| one.fields.split(", ").any(|own| own == field))
    };
    Ok(reader.conflicts()?.into_iter().filter(about).collect())
}

fn called(reader: Reader<'_>, conflict: &ConflictRow) -> Result<String> {
    let labels = Labels::new(reader);
    let content = &conflict.content;
    let sides = sides(reader, conflict)?;
    let number = match content.entity {
        Entity::Annotation => reader.annotation_by_uuid(content.record)?.map(|row| row.id),
        _ => None,
    };
    labels.record(
        content.entity,
        content.record,
        number,
        sides.our_state.as_ref().or(sides.their_state.as_ref()),
    )
}

/// One conflict at the point of being decided.
struct Resolving<'a> {
    tx: &'a Tx<'a>,
    conflict: &'a ConflictRow,
    sides: Sides,
    record: &'a str,
}

impl Resolving<'_> {
    fn decide(&self, choice: &Choice) -> Result<()> {
        if self.conflict.content.fields.split(", ").any(|field| field == "deleted") {
            return self.keep_or_delete(choice);
        }
        match self.conflict.content.entity {
            Entity::Coder => self.together::<Coder>(choice),
            Entity::Document => self.together::<Document>(choice),
            Entity::Attribute => self.together::<Attribute>(choice),
            Entity::Code => self.together::<Code>(choice),
            Entity::Annotation => self.together::<Annotation>(choice),
            Entity::Memo => self.together::<Memo>(choice),
            Entity::Assignment => self.together::<Assignment>(choice),
            Entity::Alias => self.together::<Alias>(choice),
            Entity::Conflict => Err(Error::internal("a conflict about a conflict")),
        }
    }

    fn keep_or_delete(&self, choice: &Choice) -> Result<()> {
        let delete = match choice {
            Choice::Values(_) => {
                return Err(Error::refused(format!(
                    "{} is to stay or to go: there is no third",
                    self.record
                ))
                .hint("`--ours` or `--theirs`; edit it afterwards if it stays"));
            }
            Choice::Ours => self.sides.our_state.is_none(),
            Choice::Theirs => self.sides.their_state.is_none(),
        };
        let Some(state) = self.sides.our_state.as_ref().or(self.sides.their_state.as_ref()) else {
            return Err(Error::internal("neither side of a conflict is known"));
        };
        if !delete {
            return self.write(state.clone());
        }
        let (entity, record) = (self.conflict.content.entity, self.conflict.content.record);
        let Some((row, _)) = self.tx.reader().row_of(entity, record)? else { return Ok(()) };
        match entity {
            Entity::Document => self.tx.delete_document(row).map(drop),
            Entity::Code => {
                // The deepest first: a code goes after those below it.
                let book = names::codebook(self.tx.reader())?;
                let mut below = book.subtree(row);
                below.sort_by_key(|id| std::cmp::Reverse(book.depth(*id)));
                below.into_iter().try_for_each(|id| self.tx.delete_code(id).map(drop))
            }
            Entity::Annotation => self.tx.delete_annotation(row),
            Entity::Memo => self.tx.delete_memo(row),
            Entity::Attribute => self.tx.delete_attribute(row),
            Entity::Assignment => self.tx.delete_assignment(row),
            Entity::Coder | Entity::Alias | Entity::Conflict => {
                Err(Error::refused(format!("{} can't be deleted while its work is here", self.record))
                    .hint("`postil coder merge` gives its work to another"))
            }
        }
    }

    /// What both sides say together, with the choice in the fields that are in question.
    fn together<C>(&self, choice: &Choice) -> Result<()>
    where
        C: Fields + TryFrom<AnyContent> + Into<AnyContent> + Editable,
    {
        let content = &self.conflict.content;
        let reader = self.tx.reader();
        let entity = content.entity;
        let unknown = || {
            Error::refused(format!(
                "what the other side of conflict {} said is not known any more",
                self.conflict.id
            ))
            .hint("edit the record as it should be; the next merge then closes the conflict")
        };
        let ours = reader.strand::<C>(entity, content.record)?.ok_or_else(unknown)?;
        let theirs = reader.strand::<C>(entity, self.sides.member)?.ok_or_else(unknown)?;
        let our_version = self.sides.ours.ok_or_else(unknown)?;
        let one = (content.record, &ours, our_version);
        let other = (self.sides.member, &theirs, self.sides.theirs);
        let decided = match choice {
            Choice::Theirs => combine(other, one),
            Choice::Ours | Choice::Values(_) => combine(one, other),
        };
        let (mut decided, _) = decided.ok_or_else(unknown)?;
        let follows = reader.graph(content.record)?.ancestors(our_version).contains(&self.sides.theirs);
        if let (Choice::Theirs, true, Some(theirs)) = (choice, follows, &self.sides.their_state) {
            // A rule keeps the record from saying it (the name is another's), and ours follows from it: putting both
            // together would be ours again, and nothing would have been taken.
            let wanted = content.fields.split(',').map(str::trim);
            let said = Labels::new(reader).fields(theirs)?;
            for field in wanted {
                if let Some((_, value)) = said.iter().find(|(name, _)| *name == field) {
                    decided.set(self.tx, field, value)?;
                }
            }
        }
        if let Choice::Values(values) = choice {
            let fields: Vec<&str> = content.fields.split(',').map(str::trim).collect();
            for (field, value) in values {
                let field = match (field.as_deref(), fields.as_slice()) {
                    (Some(field), _) => field,
                    (None, [only]) => only,
                    (None, several) => {
                        return Err(Error::refused(format!("which field is `{value}`?")).hint(format!(
                            "write it as FIELD=TEXT; in question are {}",
                            several.join(", ")
                        )));
                    }
                };
                if !fields.contains(&field) {
                    return Err(Error::refused(format!("`{field}` is not in question")).hint(format!(
                        "in question are {}; other fields are edited as always",
                        fields.join(", ")
                    )));
                }
                decided.set(self.tx, field, value)?;
            }
        }
        self.check(&decided.clone().into())?;
        self.write(decided.into())
    }

    /// Refuses what cannot be beside what else is here.
    fn check(&self, decided: &AnyContent) -> Result<()> {
        let reader = self.tx.reader();
        let record = self.conflict.content.record;
        let taken = |what: &str, name: &str, how: String| {
            Err(Error::refused(format!("another {what} is called `{name}`"))
                .hint(format!(
                    "give this one another name: `postil resolve {} {}`",
                    self.conflict.id,
                    self.typed(if what == "coder" { "handle" } else { "name" }, "NAME")
                ))
                .hint(how))
        };
        match decided {
            AnyContent::Document(document) => match reader.document(&document.name)? {
                Some(other) if other.uuid != record => taken(
                    "document",
                    &document.name,
                    format!(
                        "or rename the other: `postil document rename {} NAME`",
                        as_typed(&document.name)
                    ),
                ),
                _ => Ok(()),
            },
            AnyContent::Coder(coder) => match reader.coder(&coder.handle)? {
                Some(other) if other.uuid != record => taken(
                    "coder",
                    &coder.handle,
                    format!("or rename the other: `postil coder rename {} HANDLE`", coder.handle),
                ),
                _ => Ok(()),
            },
            AnyContent::Code(code) => self.check_code(code),
            AnyContent::Annotation(annotation) => self.check_annotation(annotation),
            _ => Ok(()),
        }
    }

    /// How a value for `field` is typed: the only field in question needs no name.
    fn typed(&self, field: &str, value: &str) -> String {
        if self.conflict.content.fields == field {
            format!("--value {value}")
        } else {
            format!("--value {field}={value}")
        }
    }

    fn check_code(&self, code: &Code) -> Result<()> {
        let reader = self.tx.reader();
        let record = self.conflict.content.record;
        let book = names::codebook(reader)?;
        let own = reader.code_by_uuid(record)?.map(|row| row.id);
        let parent = match code.parent {
            Some(parent) => Some(reader.code_by_uuid(parent)?.ok_or_else(|| {
                Error::refused("the code it would stand under is gone").hint(format!(
                    "say where it is to stand: `postil resolve {} {}`",
                    self.conflict.id,
                    self.typed("parent", "PATH")
                ))
            })?),
            None => None,
        };
        let parent = parent.map(|row| row.id);
        if let (Some(own), Some(parent)) = (own, parent)
            && (own == parent || book.subtree(own).contains(&parent))
        {
            return Err(Error::refused(format!("{} would stand below itself", self.record))
                .hint("move the other code first: `postil code move PATH /`")
                .hint(format!("or leave it where it is: `postil resolve {} --ours`", self.conflict.id)));
        }
        let siblings = reader.codes_named(parent, &code.name)?;
        match siblings.iter().find(|sibling| sibling.uuid != record) {
            None => Ok(()),
            Some(other) => {
                let (here, there) = (own.map(|own| book.path(own).to_owned()), book.path(other.id));
                Err(Error::refused(format!("another code is called `{there}`"))
                    .hint(format!(
                        "to make one code of the two: `postil code merge {} {there}`",
                        here.unwrap_or_default()
                    ))
                    .hint(format!(
                        "to keep both: `postil resolve {} --ours`, or `{}`",
                        self.conflict.id,
                        self.typed("name", "NAME")
                    )))
            }
        }
    }

    fn check_annotation(&self, annotation: &Annotation) -> Result<()> {
        let Some(draft) = self.tx.annotation_draft(annotation)? else {
            return Err(Error::refused("the code, document or coder of that side is gone")
                .hint(format!("keep what is here: `postil resolve {} --ours`", self.conflict.id)));
        };
        match self.tx.reader().same_annotation(&draft)? {
            Some(twin) if twin.uuid != self.conflict.content.record => {
                Err(Error::refused(format!("#{} says the same of this passage already", twin.id))
                    .hint(format!("remove that one first: `postil untag {}`", twin.id)))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, state: AnyContent) -> Result<()> {
        let content = &self.conflict.content;
        let mut parents = vec![self.sides.theirs];
        parents.extend(self.sides.ours.filter(|ours| *ours != self.sides.theirs));
        let (entity, uuid) = (content.entity, content.record);
        let step = Step::after(entity, uuid, parents, Some(state));
        let created = self.tx.reader().created_at(entity, uuid)?.unwrap_or(self.tx.at());
        let times = Times { created, modified: self.tx.at() };
        self.tx.settle(&[Outcome { entity, uuid, step, times }])
    }
}
