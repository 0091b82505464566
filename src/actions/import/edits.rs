//! Rows of annotations that the store knows: the three-way merge, and what its decisions write.

use uuid::Uuid;

use super::cells::same_text;
use super::clash::Clashing;
use super::later::Waiting;
use super::versions::{Standing, lineage_of};
use super::{Import, Refusal};
use crate::domain::lineage::{Graph, Lineage};
use crate::domain::merge::{Decision, Field, Step, Theirs};
use crate::domain::record::Annotation;
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::exchange::annotations::ParsedAnnotation;
use crate::exchange::record::Action;
use crate::store::Tx;
use crate::store::annotation::{AnnotationDraft, AnnotationRow};
use crate::store::content::AnyContent;

impl Import<'_, '_> {
    /// A row whose annotation is there. `stated` is the id that the row gives, which may have been given up for the
    /// one of `current`. Inner error: its refusal.
    pub(super) fn known_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        stated: Uuid,
        current: &AnnotationRow,
    ) -> Result<Result<(), Refusal>> {
        let lineage = lineage_of(row.lineage);
        // What the row edits is the state that it was exported from, also where the store has moved on since.
        let head = lineage.as_ref().map(Lineage::head).filter(|head| *head != current.version);
        let earlier = match head {
            Some(head) => self.draft_at(stated, head)?,
            None => None,
        };
        if earlier.is_none() && row.action != Action::Delete && self.is_as_it_was(row, stated, head)? {
            // Its code was taken off it and then removed: the row cannot name it any more.
            self.outcome.annotations.stale += 1;
            return Ok(Ok(()));
        }
        let base = earlier.as_ref().unwrap_or(&current.draft);
        let placed = if row.action == Action::Delete {
            None
        } else {
            match self.place(row, Some(base))? {
                Ok(placed) => Some(placed),
                Err(refusal) => return Ok(Err(refusal)),
            }
        };
        let by_quote = placed.as_ref().is_some_and(|placed| placed.by_quote);
        let draft = placed.map(|placed| placed.draft);
        // The common cases of a sheet that comes back: nothing to decide, nothing to look up.
        if draft.as_ref() == Some(&current.draft) {
            self.outcome.annotations.unchanged += 1;
            return Ok(Ok(()));
        }
        if draft.is_some() && draft == earlier {
            self.outcome.annotations.stale += 1;
            return Ok(Ok(()));
        }
        let ours = Standing {
            entity: Entity::Annotation,
            id: current.uuid,
            version: current.version,
            state: Some(self.tx.annotation_content(&current.draft)?),
        };
        let state = draft.as_ref().map(|draft| self.tx.annotation_content(draft)).transpose()?;
        let decision = self.decide(ours, Theirs { lineage: lineage.clone(), state })?;
        let outcome = self.carry_out(row, current, draft, lineage, decision)?;
        self.outcome.reanchored += u64::from(by_quote && outcome.is_ok());
        Ok(outcome)
    }

    /// A row whose annotation was deleted. Inner error: its refusal.
    pub(super) fn deleted_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        id: Uuid,
        tombstone: Version,
    ) -> Result<Result<(), Refusal>> {
        if row.action == Action::Delete {
            self.outcome.annotations.unchanged += 1;
            return Ok(Ok(()));
        }
        let lineage = lineage_of(row.lineage);
        let last = self.tx.reader().graph(id)?.written_parent(tombstone);
        let base = match lineage.as_ref().map(Lineage::head).or(last) {
            Some(version) => self.draft_at(id, version)?,
            None => None,
        };
        if base.is_none() && self.is_as_it_was(row, id, lineage.as_ref().map(Lineage::head).or(last))? {
            // It went with its document or its code, which the row therefore cannot name any more.
            self.outcome.annotations.stale += 1;
            return Ok(Ok(()));
        }
        let draft = match self.place(row, base.as_ref())? {
            Ok(placed) => placed.draft,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if base.as_ref() == Some(&draft) {
            self.outcome.annotations.stale += 1;
            return Ok(Ok(()));
        }
        let ours = Standing { entity: Entity::Annotation, id, version: tombstone, state: None };
        let state = Some(self.tx.annotation_content(&draft)?);
        match self.decide(ours, Theirs { lineage: lineage.clone(), state })? {
            Decision::Nothing => self.outcome.annotations.stale += 1,
            Decision::Take(step) | Decision::Merge { merged: step, .. } => {
                if let Some(refusal) = self.becomes_another(row, None, &draft)? {
                    return Ok(Err(refusal));
                }
                self.revive(row, id, &draft, &step, lineage.as_ref())?;
                self.outcome.annotations.changed += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                if let Some(refusal) = self.becomes_another(row, None, &draft)? {
                    return Ok(Err(refusal));
                }
                // A change must not vanish behind a deletion: it is current until somebody decides.
                self.revive(row, id, &draft, &theirs, lineage.as_ref())?;
                self.annotation_conflict(row, id, tombstone, theirs.version, &fields)?;
            }
        }
        Ok(Ok(()))
    }

    /// What the annotation said at `version`; `None` when that is not known or refers to what is gone.
    fn draft_at(&self, id: Uuid, version: Version) -> Result<Option<AnnotationDraft>> {
        match self.tx.reader().content_at(Entity::Annotation, id, version)? {
            Some(Some(AnyContent::Annotation(content))) => self.draft_of(&content),
            _ => Ok(None),
        }
    }

    /// Whether a row says what the annotation said at `version`, as far as a row can tell whose document or code is gone.
    fn is_as_it_was(&self, row: &ParsedAnnotation<'_>, id: Uuid, version: Option<Version>) -> Result<bool> {
        let Some(version) = version else { return Ok(false) };
        let Some(Some(AnyContent::Annotation(was))) =
            self.tx.reader().content_at(Entity::Annotation, id, version)?
        else {
            return Ok(false);
        };
        let range = (was.range.start(), was.range.end());
        Ok(row.note.is_none_or(|note| same_text(note, &was.note))
            && row.start.zip(row.end).is_none_or(|place| place == range))
    }

    fn carry_out(
        &mut self,
        row: &ParsedAnnotation<'_>,
        current: &AnnotationRow,
        draft: Option<AnnotationDraft>,
        lineage: Option<Lineage>,
        decision: Decision<Annotation>,
    ) -> Result<Result<(), Refusal>> {
        let learn = |tx: &Tx<'_>| match &lineage {
            Some(lineage) => tx.learn_lineage(current.uuid, &lineage.graph()),
            None => Ok(()),
        };
        match decision {
            Decision::Nothing => self.outcome.annotations.stale += 1,
            Decision::Take(Step { state: None, .. }) => {
                learn(self.tx)?;
                self.tx.delete_annotation(current.id)?;
                self.outcome.annotations.deleted += 1;
            }
            Decision::Take(step) => {
                let Some(draft) = draft else { return Ok(Ok(())) };
                if let Some(refusal) = self.becomes_another(row, Some(current.id), &draft)? {
                    return Ok(Err(refusal));
                }
                learn(self.tx)?;
                self.tx.step_annotation(current.id, &draft, &step)?;
                self.outcome.annotations.changed += 1;
            }
            Decision::Merge { theirs, merged } => {
                let Some(content) = &merged.state else { return Ok(Ok(())) };
                let Some(merged_draft) = self.draft_of(content)? else {
                    let reason =
                        "what both sides say together refers to a document, code or coder that is gone";
                    return Ok(Err(Refusal::row(row.row, reason)));
                };
                if let Some(refusal) = self.becomes_another(row, Some(current.id), &merged_draft)? {
                    return Ok(Err(refusal));
                }
                learn(self.tx)?;
                self.keep_theirs(current, draft.as_ref(), &theirs)?;
                self.tx.step_annotation(current.id, &merged_draft, &merged)?;
                self.outcome.annotations.merged += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                learn(self.tx)?;
                self.keep_theirs(current, draft.as_ref(), &theirs)?;
                self.annotation_conflict(row, current.uuid, current.version, theirs.version, &fields)?;
            }
        }
        Ok(Ok(()))
    }

    /// The refusal of an edit that would make two annotations say the same.
    fn becomes_another(
        &mut self,
        row: &ParsedAnnotation<'_>,
        current: Option<i64>,
        draft: &AnnotationDraft,
    ) -> Result<Option<Refusal>> {
        let twin = self.tx.reader().same_annotation(draft)?.filter(|twin| Some(twin.id) != current);
        if twin.is_some() && self.waiting == Waiting::Allowed {
            // The other one may be deleted or edited further down.
            self.waiting = Waiting::Wanted;
        }
        Ok(twin.map(|twin| {
            let reason = format!(
                "edited like this it would say what #{} says already; write `delete` as its action instead",
                twin.id
            );
            Refusal::row(row.row, reason)
        }))
    }

    fn keep_theirs(
        &self,
        current: &AnnotationRow,
        draft: Option<&AnnotationDraft>,
        theirs: &Step<Annotation>,
    ) -> Result<()> {
        let times = (current.created_at, self.tx.at());
        self.tx.keep_delivered_annotation(current.uuid, current.id, draft, times, theirs)
    }

    fn revive(
        &self,
        row: &ParsedAnnotation<'_>,
        uuid: Uuid,
        draft: &AnnotationDraft,
        step: &Step<Annotation>,
        lineage: Option<&Lineage>,
    ) -> Result<()> {
        let mut graph = lineage.map(Lineage::graph).unwrap_or_default();
        graph.extend(&one_step(step));
        let now = self.tx.at();
        let times = (row.created.unwrap_or(now), now);
        self.tx.insert_known_annotation(uuid, draft, times, Some((step.version, &graph))).map(drop)
    }

    fn annotation_conflict(
        &mut self,
        row: &ParsedAnnotation<'_>,
        id: Uuid,
        ours: Version,
        theirs: Version,
        fields: &[Field],
    ) -> Result<()> {
        let known = self.tx.reader().annotation_by_uuid(id)?;
        let name = known.map_or(String::new(), |known| format!("#{}", known.id));
        self.open_conflict(Clashing {
            entity: Entity::Annotation,
            id,
            name,
            ours,
            theirs,
            fields,
            row: row.row,
        })
    }

    /// Content by ids as a draft by numbers; `None` when something that it refers to is gone.
    fn draft_of(&self, content: &Annotation) -> Result<Option<AnnotationDraft>> {
        let Some(document) = self.directory.documents.by_uuid(content.document) else { return Ok(None) };
        let document = self.directory.documents.known(document);
        let text = if document.sha256 == content.text {
            Some(document.text)
        } else {
            self.tx.reader().text_with_digest(content.text)?
        };
        let code = content.code.map(|code| self.directory.codes.by_uuid(code));
        let (Some(text), false, Some(coder)) =
            (text, code == Some(None), self.directory.coders.by_uuid(content.coder))
        else {
            return Ok(None);
        };
        Ok(Some(AnnotationDraft {
            document: document.id,
            text,
            range: content.range,
            code: code.flatten(),
            coder,
            note: content.note.clone(),
        }))
    }
}

fn one_step(step: &Step<Annotation>) -> Graph {
    let mut graph = Graph::default();
    graph.insert(step.version, step.parents.clone());
    graph
}
