//! Rows of annotations that the store knows: the three-way merge, and what its decisions write.

use uuid::Uuid;

use super::annotations::unreadable_lineage;
use super::outcome::Clash;
use super::{Import, Refusal};
use crate::domain::lineage::{Graph, Lineage};
use crate::domain::merge::{Decision, Ours, Step, Theirs, decide};
use crate::domain::record::{Annotation, Conflict};
use crate::domain::{Entity, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::annotations::ParsedAnnotation;
use crate::exchange::record::Action;
use crate::store::annotation::{AnnotationDraft, AnnotationRow};
use crate::store::content::AnyContent;

impl Import<'_, '_> {
    /// A row whose annotation is there. Inner error: its refusal.
    pub(super) fn known_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        current: &AnnotationRow,
    ) -> Result<Result<(), Refusal>> {
        let lineage = match parse_lineage(row) {
            Ok(lineage) => lineage,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let draft = if row.action == Action::Delete {
            None
        } else {
            match self.place(row, Some(current))? {
                Ok(placed) => {
                    self.outcome.reanchored += u64::from(placed.by_quote);
                    Some(placed.draft)
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        };
        // The common case of a sheet that comes back: nothing to decide, nothing to look up.
        if draft.as_ref() == Some(&current.draft) {
            self.outcome.annotations.unchanged += 1;
            return Ok(Ok(()));
        }
        let ours_content = self.tx.annotation_content(&current.draft)?;
        let decision =
            self.decide(current.uuid, current.version, Some(ours_content), lineage.as_ref(), draft.as_ref())?;
        self.carry_out(row, current, draft, lineage, decision)
    }

    /// A row whose annotation was deleted. Inner error: its refusal.
    pub(super) fn deleted_annotation(
        &mut self,
        row: &ParsedAnnotation<'_>,
        uuid: Uuid,
        tombstone: Version,
    ) -> Result<Result<(), Refusal>> {
        if row.action == Action::Delete {
            self.outcome.annotations.unchanged += 1;
            return Ok(Ok(()));
        }
        let lineage = match parse_lineage(row) {
            Ok(lineage) => lineage,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let placed = match self.place(row, None)? {
            Ok(placed) => placed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let draft = placed.draft;
        let decision = self.decide(uuid, tombstone, None, lineage.as_ref(), Some(&draft))?;
        match decision {
            Decision::Nothing => self.outcome.annotations.stale += 1,
            Decision::Take(step) | Decision::Merge { merged: step, .. } => {
                self.revive(row, uuid, &draft, &step, lineage.as_ref())?;
                self.outcome.annotations.changed += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                // A change must not vanish behind a deletion: it is current until somebody decides.
                self.revive(row, uuid, &draft, &theirs, lineage.as_ref())?;
                self.open_conflict(row, uuid, tombstone, theirs.version, &fields)?;
            }
        }
        Ok(Ok(()))
    }

    fn decide(
        &self,
        id: Uuid,
        version: Version,
        state: Option<Annotation>,
        lineage: Option<&Lineage>,
        theirs: Option<&AnnotationDraft>,
    ) -> Result<Decision<Annotation>> {
        let reader = self.tx.reader();
        let graph = reader.graph(id)?;
        let theirs = theirs.map(|draft| self.tx.annotation_content(draft)).transpose()?;
        // A state that cannot be read any more is as good as unknown: the answer is then a conflict.
        let state_at = |version| match reader.content_at(Entity::Annotation, id, version) {
            Ok(Some(Some(AnyContent::Annotation(content)))) => Some(Some(content)),
            Ok(Some(None)) => Some(None),
            _ => None,
        };
        let ours =
            Ours { entity: Entity::Annotation, id, version, state, graph: &graph, state_at: &state_at };
        Ok(decide(&ours, Theirs { lineage: lineage.cloned(), state: theirs }))
    }

    fn carry_out(
        &mut self,
        row: &ParsedAnnotation<'_>,
        current: &AnnotationRow,
        draft: Option<AnnotationDraft>,
        lineage: Option<Lineage>,
        decision: Decision<Annotation>,
    ) -> Result<Result<(), Refusal>> {
        if let (Some(lineage), false) = (&lineage, decision == Decision::Nothing) {
            self.tx.learn_lineage(current.uuid, &lineage.graph())?;
        }
        match decision {
            Decision::Nothing => self.outcome.annotations.stale += 1,
            Decision::Take(Step { state: None, .. }) => {
                self.tx.delete_annotation(current.id)?;
                self.outcome.annotations.deleted += 1;
            }
            Decision::Take(step) => {
                let Some(draft) = draft else { return Ok(Ok(())) };
                if let Some(refusal) = self.becomes_another(row, current, &draft)? {
                    return Ok(Err(refusal));
                }
                self.tx.step_annotation(current.id, &draft, &step)?;
                self.outcome.annotations.changed += 1;
            }
            Decision::Merge { theirs, merged } => {
                let Some(content) = &merged.state else { return Ok(Ok(())) };
                let merged_draft = self.draft_of(content)?;
                if let Some(refusal) = self.becomes_another(row, current, &merged_draft)? {
                    return Ok(Err(refusal));
                }
                self.keep_theirs(current, draft.as_ref(), &theirs)?;
                self.tx.step_annotation(current.id, &merged_draft, &merged)?;
                self.outcome.annotations.merged += 1;
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.keep_theirs(current, draft.as_ref(), &theirs)?;
                self.open_conflict(row, current.uuid, current.version, theirs.version, &fields)?;
            }
        }
        Ok(Ok(()))
    }

    /// The refusal of an edit that would make two annotations say the same.
    fn becomes_another(
        &self,
        row: &ParsedAnnotation<'_>,
        current: &AnnotationRow,
        draft: &AnnotationDraft,
    ) -> Result<Option<Refusal>> {
        let twin = self.tx.reader().same_annotation(draft)?.filter(|twin| twin.id != current.id);
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

    fn open_conflict(
        &mut self,
        row: &ParsedAnnotation<'_>,
        record: Uuid,
        ours: Version,
        theirs: Version,
        fields: &[&'static str],
    ) -> Result<()> {
        let fields = fields.join(", ");
        let conflict = Conflict {
            entity: Entity::Annotation,
            record,
            ours,
            theirs,
            fields: fields.clone(),
            source: self.file.clone(),
            row: row.row,
        };
        self.tx.open_conflict(&conflict)?;
        self.outcome.annotations.conflicts += 1;
        let name = self
            .tx
            .reader()
            .annotation_by_uuid(record)?
            .map_or(String::new(), |known| format!("#{}", known.id));
        self.outcome.clash(Clash { row: row.row, entity: Entity::Annotation, name, fields });
        Ok(())
    }

    /// Content by ids as a draft by numbers.
    fn draft_of(&self, content: &Annotation) -> Result<AnnotationDraft> {
        let gone = || Error::new(ErrorKind::Corrupt, "a merged annotation refers to what is not there");
        let document = self.directory.document_by_uuid(content.document).ok_or_else(gone)?;
        let document = self.directory.document(document);
        let text = if document.sha256 == content.text {
            document.text
        } else {
            self.tx.reader().text_with_digest(content.text)?.ok_or_else(gone)?
        };
        Ok(AnnotationDraft {
            document: document.id,
            text,
            range: content.range,
            code: content.code.map(|code| self.directory.code_by_uuid(code).ok_or_else(gone)).transpose()?,
            coder: self.directory.coder_by_uuid(content.coder).ok_or_else(gone)?,
            note: content.note.clone(),
        })
    }
}

fn one_step(step: &Step<Annotation>) -> Graph {
    let mut graph = Graph::default();
    graph.insert(step.version, step.parents.clone());
    graph
}

fn parse_lineage(row: &ParsedAnnotation<'_>) -> Result<Option<Lineage>, Refusal> {
    match row.lineage {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|()| unreadable_lineage(row.row, text)),
    }
}
