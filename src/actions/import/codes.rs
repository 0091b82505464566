//! `codes.csv`: new codes are added, edits are merged, renames and moves included.

use std::io::Read;

use super::cells::same_text;
use super::clash::Clashing;
use super::versions::{Standing, lineage_of, stated_version};
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::merge::{Decision, Step, Theirs};
use crate::domain::name::{MAX_CODE_DEPTH, MAX_CODES, split_code_path};
use crate::domain::{Entity, Version, record};
use crate::error::{Error, Result};
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
                Ok(entry) if entries.len() == MAX_CODES => {
                    return Err(Error::refused(format!(
                        "row {}: is one code more than the {MAX_CODES} that a codebook may have",
                        entry.row
                    )));
                }
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
        Ok(())
    }

    fn code_row(&mut self, entry: &Numbered<CodebookEntry>, present: Present) -> Result<Result<(), Refusal>> {
        let value = &entry.value;
        let path = value.path.join("/");
        if let Err(refused) = split_code_path(&path) {
            return Ok(Err(Refusal::cell(entry.row, "path", &path, refused.message())));
        }
        if let Some(id) = value.id {
            if self.directory.codes.is_retired(id) {
                // It was merged into another one, which its row here says nothing of.
                self.outcome.codes.stale += 1;
                return Ok(Ok(()));
            }
            if let Some(known) = self.directory.codes.by_uuid(id) {
                return self.known_code(entry, &path, known, present);
            }
            if let Some(version) = self.tx.reader().deletion(Entity::Code, id)? {
                return self.deleted_code(entry, &path, version);
            }
        }
        match self.directory.codes.find(self.tx.reader(), &path)? {
            Some(here) => self.code_by_path(entry, here, present),
            None if value.action == Action::Delete => {
                self.outcome.codes.unchanged += 1;
                Ok(Ok(()))
            }
            None => self.new_code(entry, &path),
        }
    }

    /// The number of the code that a path stands under. Missing levels are made.
    fn parent_of(&mut self, path: &str) -> Result<Option<i64>> {
        let Some((above, _)) = path.rsplit_once('/') else { return Ok(None) };
        match self.directory.codes.find(self.tx.reader(), above)? {
            Some(id) => Ok(Some(id)),
            None => self.directory.codes.create(self.tx, above).map(Some),
        }
    }

    fn new_code(&mut self, entry: &Numbered<CodebookEntry>, path: &str) -> Result<Result<(), Refusal>> {
        let suspect = entry.suspects.first().filter(|_| !self.is_intact);
        if let Some(suspect) = suspect {
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
        let id = match (value.id, lineage_of(value.lineage.as_deref())) {
            (Some(id), Some(lineage)) => {
                let content = self.tx.code_content(&draft)?;
                let (version, graph) = stated_version(Entity::Code, id, &lineage, &content);
                self.tx.insert_known_code(id, &draft, (created, created), version, &graph)?
            }
            _ => self.tx.insert_code(value.id, &draft)?,
        };
        self.directory.codes.update(self.tx.reader(), id)?;
        self.outcome.codes.new += 1;
        Ok(Ok(()))
    }

    /// A row of a code that is known by its path alone. A row of another store's code of that path leaves ours as it is,
    /// but for a description that we lack: the two have no version in common to merge from. A row without an id is
    /// an edit, where its cells are not blank.
    fn code_by_path(
        &mut self,
        entry: &Numbered<CodebookEntry>,
        here: i64,
        present: Present,
    ) -> Result<Result<(), Refusal>> {
        let value = &entry.value;
        let Some(current) = self.directory.codes.row(here).cloned() else { return Ok(Ok(())) };
        let foreign = value.id.is_some();
        if value.action == Action::Delete && foreign {
            self.outcome.codes.already += 1;
            return Ok(Ok(()));
        }
        let described = !value.description.is_empty() && (!foreign || current.description.is_empty());
        let colored = value.color.is_some() && (!foreign || current.color.is_empty());
        let path = self.directory.codes.path(here);
        let entry = Numbered {
            value: CodebookEntry {
                lineage: None,
                path: path.split('/').map(str::to_owned).collect(),
                ..value.clone()
            },
            ..entry.clone()
        };
        let present =
            Present { color: present.color && colored, description: present.description && described };
        self.known_code(&entry, &path, here, present)
    }

    fn known_code(
        &mut self,
        entry: &Numbered<CodebookEntry>,
        path: &str,
        id: i64,
        present: Present,
    ) -> Result<Result<(), Refusal>> {
        let value = &entry.value;
        let Some(current) = self.directory.codes.row(id).cloned() else { return Ok(Ok(())) };
        let lineage = lineage_of(value.lineage.as_deref());
        let earlier = match lineage.as_ref().map(Lineage::head).filter(|head| *head != current.version) {
            Some(head) => self.code_at(&current, head)?,
            None => None,
        };
        let base = earlier.clone().unwrap_or_else(|| current.draft());
        let draft = match value.action {
            Action::Delete => None,
            Action::Keep => match self.code_draft(entry, path, &base, present)? {
                Ok(draft) => Some(draft),
                Err(refusal) => return Ok(Err(refusal)),
            },
        };
        if draft.as_ref() == Some(&current.draft()) {
            self.outcome.codes.unchanged += 1;
            return Ok(Ok(()));
        }
        if draft.is_some() && draft == earlier {
            self.outcome.codes.stale += 1;
            return Ok(Ok(()));
        }
        let ours = Standing {
            entity: Entity::Code,
            id: current.uuid,
            version: current.version,
            state: Some(self.tx.code_content(&current.draft())?),
        };
        let state = draft.as_ref().map(|draft| self.tx.code_content(draft)).transpose()?;
        let graph = lineage.as_ref().map(Lineage::graph).unwrap_or_default();
        match self.decide(ours, Theirs { lineage, state })? {
            Decision::Nothing => self.outcome.codes.stale += 1,
            Decision::Take(step) => match draft {
                None => return self.delete_code_row(entry.row, path, &current),
                Some(draft) => {
                    if let Some(reason) = self.code_in_the_way(current.id, &draft) {
                        return Ok(Err(Refusal::cell(entry.row, "path", path, reason)));
                    }
                    self.tx.learn_lineage(current.uuid, &graph)?;
                    self.write_code(current.id, &draft, &step)?;
                    self.outcome.codes.changed += 1;
                }
            },
            Decision::Merge { theirs, merged } => {
                let Some(content) = &merged.state else { return Ok(Ok(())) };
                let merged_draft = self.code_draft_of(content);
                if let Some(reason) = self.code_in_the_way(current.id, &merged_draft) {
                    return Ok(Err(Refusal::cell(entry.row, "path", path, reason)));
                }
                self.tx.learn_lineage(current.uuid, &graph)?;
                self.tx.keep_delivered_code(&current, draft.as_ref(), &theirs)?;
                self.write_code(current.id, &merged_draft, &merged)?;
                self.outcome.codes.merged += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.tx.learn_lineage(current.uuid, &graph)?;
                self.tx.keep_delivered_code(&current, draft.as_ref(), &theirs)?;
                self.code_conflict(entry.row, current.id, current.version, theirs.version, &fields)?;
            }
        }
        Ok(Ok(()))
    }

    /// A row whose code was deleted here: an old sheet's, unless it was edited.
    fn deleted_code(
        &mut self,
        entry: &Numbered<CodebookEntry>,
        path: &str,
        tombstone: Version,
    ) -> Result<Result<(), Refusal>> {
        let (value, reader) = (&entry.value, self.tx.reader());
        let (Some(id), Action::Keep) = (value.id, value.action) else {
            self.outcome.codes.unchanged += 1;
            return Ok(Ok(()));
        };
        let lineage = lineage_of(value.lineage.as_deref());
        let last = reader.graph(id)?.written_parent(tombstone);
        let head = lineage.as_ref().map(Lineage::head).or(last);
        let was = head.map(|head| reader.content_at(Entity::Code, id, head)).transpose()?.flatten().flatten();
        // Only its own cells: the codes above it may be gone too, and then its path cannot be told from another one.
        let edited = match was {
            Some(AnyContent::Code(was)) => {
                value.path.last() != Some(&was.name)
                    || value.color.clone().unwrap_or_default() != was.color
                    || !same_text(&value.description, &was.description)
            }
            _ => false,
        };
        if !edited {
            self.outcome.codes.stale += 1;
            return Ok(Ok(()));
        }
        if self.directory.codes.current(path).is_some() {
            let reason = "this code was removed here, and another one has its path now";
            return Ok(Err(Refusal::cell(entry.row, "path", path, reason)));
        }
        let theirs = head.unwrap_or(tombstone);
        self.new_code(entry, path)?.map_or_else(
            |refusal| Ok(Err(refusal)),
            |()| {
                // A change must not vanish behind a deletion: the code is back until somebody decides.
                self.outcome.codes.new -= 1;
                let Some(number) = self.directory.codes.by_uuid(id) else { return Ok(Ok(())) };
                let version = self.directory.codes.row(number).map_or(theirs, |row| row.version);
                self.code_conflict(entry.row, number, tombstone, version, &["deleted"])?;
                Ok(Ok(()))
            },
        )
    }

    fn code_conflict(
        &mut self,
        row: u64,
        code: i64,
        ours: Version,
        theirs: Version,
        fields: &[&'static str],
    ) -> Result<()> {
        let Some(id) = self.directory.codes.row(code).map(|row| row.uuid) else { return Ok(()) };
        let name = self.directory.codes.path(code);
        self.open_conflict(Clashing { entity: Entity::Code, id, name, ours, theirs, fields, row })
    }

    fn write_code(&mut self, id: i64, draft: &CodeDraft, step: &Step<record::Code>) -> Result<()> {
        self.tx.step_code(id, draft, step)?;
        self.directory.codes.update(self.tx.reader(), id)
    }

    /// What a row says of its code. Inner error: its refusal.
    fn code_draft(
        &mut self,
        entry: &Numbered<CodebookEntry>,
        path: &str,
        base: &CodeDraft,
        present: Present,
    ) -> Result<Result<CodeDraft, Refusal>> {
        let value = &entry.value;
        let name = value.path.last().cloned().unwrap_or_default();
        if let Some(damage) = self.damage(&name, Some(&base.name)) {
            return Ok(Err(Refusal::cell(entry.row, "path", path, damage)));
        }
        let description = match &value.description {
            _ if !present.description => base.description.clone(),
            cell if same_text(cell, &base.description) => base.description.clone(),
            cell => match self.damage(cell, Some(&base.description)) {
                Some(damage) => return Ok(Err(Refusal::cell(entry.row, "description", cell, damage))),
                None => cell.clone(),
            },
        };
        let color = if present.color { value.color.clone().unwrap_or_default() } else { base.color.clone() };
        Ok(Ok(CodeDraft { parent: self.parent_of(path)?, name, color, description }))
    }

    fn delete_code_row(&mut self, row: u64, path: &str, current: &CodeRow) -> Result<Result<(), Refusal>> {
        let uses = self.tx.reader().uses_of_code(current.id)?;
        let children = self.directory.codes.children(current.id);
        if uses > 0 || children > 0 {
            let reason = format!(
                "the code is in use ({uses} annotations, {children} codes below it); `postil code remove {path} --force` removes it with them"
            );
            return Ok(Err(Refusal::cell(row, "action", "delete", reason)));
        }
        self.tx.delete_code(current.id)?;
        self.directory.codes.update(self.tx.reader(), current.id)?;
        self.outcome.codes.deleted += 1;
        Ok(Ok(()))
    }

    /// Why a code cannot be where `draft` puts it.
    fn code_in_the_way(&self, code: i64, draft: &CodeDraft) -> Option<String> {
        let codes = &self.directory.codes;
        if let Some(parent) = draft.parent {
            if codes.upwards(parent).any(|above| above == code) {
                return Some("the code would stand below itself".to_owned());
            }
            if codes.upwards(parent).count() + codes.height(code) > MAX_CODE_DEPTH {
                return Some(format!("the codes below it would nest deeper than {MAX_CODE_DEPTH} levels"));
            }
        }
        let twin = codes.other_at(draft.parent, &draft.name, code);
        twin.map(|_| "another code has this path; `postil code merge` joins two codes".to_owned())
    }

    fn code_at(&self, current: &CodeRow, version: Version) -> Result<Option<CodeDraft>> {
        Ok(match self.tx.reader().content_at(Entity::Code, current.uuid, version)? {
            Some(Some(AnyContent::Code(content))) => Some(self.code_draft_of(&content)),
            _ => None,
        })
    }

    fn code_draft_of(&self, content: &record::Code) -> CodeDraft {
        CodeDraft {
            parent: content.parent.and_then(|parent| self.directory.codes.by_uuid(parent)),
            name: content.name.clone(),
            color: content.color.clone(),
            description: content.description.clone(),
        }
    }
}
