//! `codes.csv`: new codes are added, edits are merged, renames and moves included.

use std::io::Read;

use super::outcome::Clash;
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::merge::{Decision, Ours, Theirs, decide};
use crate::domain::name::split_code_path;
use crate::domain::record::{Code, Conflict};
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::exchange::codes::CodebookEntry;
use crate::exchange::record::{Action, Numbered, RecordReader};
use crate::store::code::{CodeDraft, CodeRow};
use crate::store::content::AnyContent;

/// Which columns the file has; what it lacks is unchanged.
#[derive(Clone, Copy)]
struct Present {
    color: bool,
    description: bool,
}

impl Import<'_, '_> {
    /// Reads `codes.csv`.
    pub(super) fn codes(&mut self, source: impl Read) -> Result<()> {
        let mut reader = RecordReader::<_, CodebookEntry>::open(source, self.options.reading())?;
        let present = Present { color: reader.has("color"), description: reader.has("description") };
        let mut entries = Vec::new();
        while let Some(entry) = reader.next_record()? {
            self.outcome.codes.rows += 1;
            match entry {
                Ok(entry) => entries.push(entry),
                Err(refusal) => self.refuse(refusal),
            }
        }
        // A sheet may have been sorted: parents first, whatever the order of the rows.
        entries.sort_by_key(|entry| (entry.value.path.len(), entry.row));
        for entry in entries {
            if let Err(refusal) = self.code_row(&entry, present)? {
                self.refuse(refusal);
            }
        }
        self.directory.refresh(self.tx.reader())
    }

    fn code_row(&mut self, entry: &Numbered<CodebookEntry>, present: Present) -> Result<Result<(), Refusal>> {
        let value = &entry.value;
        let path = value.path.join("/");
        if let Err(refused) = split_code_path(&path) {
            return Ok(Err(Refusal::cell(entry.row, "path", &path, refused.message())));
        }
        let known = match value.id {
            Some(id) => self.tx.reader().code_by_uuid(id)?,
            None => None,
        };
        let here = match self.directory.find_code(self.tx.reader(), &path)? {
            Some(id) => self.tx.reader().codes()?.into_iter().find(|code| code.id == id),
            None => None,
        };
        let deleted = match value.id {
            Some(id) if known.is_none() => self.tx.reader().deletion(Entity::Code, id)?,
            _ => None,
        };
        match (known, here) {
            (Some(known), _) => self.known_code(entry, &path, &known, present),
            (None, Some(here)) => {
                // The path is there under another id, or the row has none: the same code.
                self.known_code(
                    &Numbered { value: CodebookEntry { lineage: None, ..value.clone() }, ..entry.clone() },
                    &path,
                    &here,
                    present,
                )
            }
            (None, None) if value.action == Action::Delete || deleted.is_some() => {
                self.outcome.codes.unchanged += u64::from(value.action == Action::Delete);
                self.outcome.codes.stale += u64::from(value.action != Action::Delete);
                Ok(Ok(()))
            }
            (None, None) => self.new_code(entry, &path),
        }
    }

    /// The number of the code that a path stands under. Missing levels are made.
    fn parent_of(&mut self, path: &str) -> Result<Option<i64>> {
        let Some((above, _)) = path.rsplit_once('/') else { return Ok(None) };
        match self.directory.find_code(self.tx.reader(), above)? {
            Some(id) => Ok(Some(id)),
            None => self.directory.create_code(self.tx, above).map(Some),
        }
    }

    fn new_code(&mut self, entry: &Numbered<CodebookEntry>, path: &str) -> Result<Result<(), Refusal>> {
        if let Some(suspect) = entry.suspects.first() {
            return Ok(Err(suspect.refusal(entry.row)));
        }
        let value = &entry.value;
        let draft = CodeDraft {
            parent: self.parent_of(path)?,
            name: value.path.last().cloned().unwrap_or_default(),
            color: value.color.clone().unwrap_or_default(),
            description: value.description.clone(),
        };
        let created = value.created.unwrap_or(self.tx.at());
        let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
        let known = match (value.id, lineage) {
            (Some(id), Some(lineage)) => {
                let content = self.tx.code_content(&draft)?;
                let version = Version::of(Entity::Code, id, lineage.head_parents(), Some(&content));
                (version == lineage.head()).then(|| (id, version, lineage.graph()))
            }
            _ => None,
        };
        let id = match known {
            Some((uuid, version, graph)) => {
                self.tx.insert_known_code(uuid, &draft, (created, created), version, &graph)?
            }
            None => self.tx.insert_code(value.id, &draft)?,
        };
        self.directory.note_code(self.tx, path.to_owned(), id)?;
        self.outcome.codes.new += 1;
        Ok(Ok(()))
    }

    fn known_code(
        &mut self,
        entry: &Numbered<CodebookEntry>,
        path: &str,
        current: &CodeRow,
        present: Present,
    ) -> Result<Result<(), Refusal>> {
        let value = &entry.value;
        let lineage = value.lineage.as_deref().and_then(|text| text.parse::<Lineage>().ok());
        let draft = match value.action {
            Action::Delete => None,
            Action::Keep => Some(CodeDraft {
                parent: self.parent_of(path)?,
                name: value.path.last().cloned().unwrap_or_default(),
                color: if present.color {
                    value.color.clone().unwrap_or_default()
                } else {
                    current.color.clone()
                },
                description: if present.description {
                    value.description.clone()
                } else {
                    current.description.clone()
                },
            }),
        };
        if draft.as_ref() == Some(&current.draft()) {
            self.outcome.codes.unchanged += 1;
            return Ok(Ok(()));
        }
        if let Some(suspect) = entry.suspects.iter().find(|suspect| suspect.value != current.description) {
            return Ok(Err(suspect.refusal(entry.row)));
        }
        let reader = self.tx.reader();
        let graph = reader.graph(current.uuid)?;
        let state_at = |version| match reader.content_at(Entity::Code, current.uuid, version) {
            Ok(Some(Some(AnyContent::Code(content)))) => Some(Some(content)),
            Ok(Some(None)) => Some(None),
            _ => None,
        };
        let ours = Ours {
            entity: Entity::Code,
            id: current.uuid,
            version: current.version,
            state: Some(self.tx.code_content(&current.draft())?),
            graph: &graph,
            state_at: &state_at,
        };
        let theirs = draft.as_ref().map(|draft| self.tx.code_content(draft)).transpose()?;
        match decide(&ours, Theirs { lineage: lineage.clone(), state: theirs }) {
            Decision::Nothing => self.outcome.codes.stale += 1,
            Decision::Take(step) => match (&step.state, draft) {
                (None, _) | (_, None) => return self.delete_code_row(entry.row, path, current),
                (Some(_), Some(draft)) => {
                    if let Some(reason) = self.code_in_the_way(current, &draft)? {
                        return Ok(Err(Refusal::cell(entry.row, "path", path, reason)));
                    }
                    if let Some(lineage) = &lineage {
                        self.tx.learn_lineage(current.uuid, &lineage.graph())?;
                    }
                    self.tx.step_code(current.id, &draft, &step)?;
                    self.outcome.codes.changed += 1;
                    self.directory.refresh(self.tx.reader())?;
                }
            },
            Decision::Merge { theirs, merged } => {
                let Some(content) = &merged.state else { return Ok(Ok(())) };
                let merged_draft = self.code_draft_of(content);
                if let Some(reason) = self.code_in_the_way(current, &merged_draft)? {
                    return Ok(Err(Refusal::cell(entry.row, "path", path, reason)));
                }
                self.tx.keep_delivered_code(current, draft.as_ref(), &theirs)?;
                self.tx.step_code(current.id, &merged_draft, &merged)?;
                self.outcome.codes.merged += 1;
                self.directory.refresh(self.tx.reader())?;
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.tx.keep_delivered_code(current, draft.as_ref(), &theirs)?;
                let fields = fields.join(", ");
                self.tx.open_conflict(&Conflict {
                    entity: Entity::Code,
                    record: current.uuid,
                    ours: current.version,
                    theirs: theirs.version,
                    fields: fields.clone(),
                    source: self.file.clone(),
                    row: entry.row,
                })?;
                self.outcome.codes.conflicts += 1;
                let name = self.directory.codebook().path(current.id).to_owned();
                self.outcome.clash(Clash { row: entry.row, entity: Entity::Code, name, fields });
            }
        }
        Ok(Ok(()))
    }

    fn delete_code_row(&mut self, row: u64, path: &str, current: &CodeRow) -> Result<Result<(), Refusal>> {
        let uses = self.tx.reader().uses_of_code(current.id)?;
        let children = self.directory.codebook().children(Some(current.id)).len();
        if uses > 0 || children > 0 {
            let reason = format!(
                "the code is in use ({uses} annotations, {children} codes below it); `postil code remove {path} --force` removes it with them"
            );
            return Ok(Err(Refusal::cell(row, "action", "delete", reason)));
        }
        self.tx.delete_code(current.id)?;
        self.outcome.codes.deleted += 1;
        self.directory.refresh(self.tx.reader())?;
        Ok(Ok(()))
    }

    /// Why a code cannot be where `draft` puts it.
    fn code_in_the_way(&self, current: &CodeRow, draft: &CodeDraft) -> Result<Option<String>> {
        let book = self.directory.codebook();
        if let Some(parent) = draft.parent
            && (parent == current.id || book.ancestors(parent).any(|above| above == current.id))
        {
            return Ok(Some("the code would stand below itself".to_owned()));
        }
        let twins = self.tx.reader().codes_named(draft.parent, &draft.name)?;
        Ok(twins
            .iter()
            .any(|twin| twin.id != current.id)
            .then(|| "another code has this path; `postil code merge` joins two codes".to_owned()))
    }

    fn code_draft_of(&self, content: &Code) -> CodeDraft {
        CodeDraft {
            parent: content.parent.and_then(|parent| self.directory.code_by_uuid(parent)),
            name: content.name.clone(),
            color: content.color.clone(),
            description: content.description.clone(),
        }
    }
}
