//! `memos.csv`.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use uuid::Uuid;

use super::cells::same_text;
use super::clash::Clashing;
use super::versions::{Standing, lineage_of, stated_version};
use super::{Import, Refusal};
use crate::domain::lineage::Lineage;
use crate::domain::merge::{Decision, Theirs};
use crate::domain::record::{self, MemoSubject};
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::exchange::memos::{MemoRow, SubjectKind};
use crate::exchange::record::{Action, Numbered};
use crate::store::content::AnyContent;
use crate::store::memo::MemoRow as Stored;

/// What a memo says, by numbers.
#[derive(Debug, Clone, PartialEq)]
struct Draft {
    subject: MemoSubject<i64>,
    coder: i64,
    text: String,
}

/// The memos of the store, read once: a look-up for each row would read them all each time.
struct Memos {
    by_uuid: HashMap<Uuid, Stored>,
    /// Coders and texts. What they are about is compared last: it has no order.
    said: HashSet<(i64, String)>,
}

impl Import<'_, '_> {
    /// Reads `memos.csv`.
    pub(super) fn memos(&mut self, source: impl Read) -> Result<()> {
        let stored = self.tx.reader().memos()?;
        let memos = Memos {
            said: stored.iter().map(|memo| (memo.coder, memo.text.clone())).collect(),
            by_uuid: stored.into_iter().map(|memo| (memo.uuid, memo)).collect(),
        };
        let rows = self.records(source, |import, row| import.memo_row(row, &memos))?;
        self.outcome.memos.rows += rows;
        Ok(())
    }

    fn memo_row(&mut self, row: &Numbered<MemoRow>, memos: &Memos) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let known = value.id.and_then(|id| memos.by_uuid.get(&id));
        let deletion = match value.id.filter(|_| known.is_none()) {
            Some(id) => self.tx.reader().deletion(Entity::Memo, id)?,
            None => None,
        };
        if known.is_none() && value.action == Action::Delete {
            self.outcome.memos.unchanged += 1;
            return Ok(Ok(()));
        }
        if let (Some(id), Some(tombstone)) = (value.id, deletion)
            && self.is_memo_as_it_was(value, id, tombstone)?
        {
            self.outcome.memos.stale += 1;
            return Ok(Ok(()));
        }
        let draft = match self.memo_draft(row)? {
            Ok(draft) => draft,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Some(known) = known {
            return self.known_memo(row, known, draft);
        }
        if draft.text.is_empty() {
            return Ok(Err(Refusal::cell(row.row, "text", "", "a memo says something")));
        }
        let said = (draft.coder, draft.text.clone());
        if memos.said.contains(&said)
            && memos.by_uuid.values().any(|memo| {
                memo.subject == draft.subject && memo.coder == draft.coder && memo.text == draft.text
            })
        {
            self.outcome.memos.already += 1;
            return Ok(Ok(()));
        }
        self.new_memo(row, &draft, deletion)
    }

    /// What a row says. Inner error: its refusal.
    fn memo_draft(&mut self, row: &Numbered<MemoRow>) -> Result<Result<Draft, Refusal>> {
        let value = &row.value;
        let subject = match value.subject_kind {
            SubjectKind::Project => Ok(MemoSubject::Project),
            SubjectKind::Document => self
                .directory
                .documents
                .find(self.tx.reader(), &value.subject, None)
                .map(|index| MemoSubject::Document(self.directory.documents.known(index).id)),
            SubjectKind::Code => match self.directory.codes.find(self.tx.reader(), &value.subject)? {
                Some(id) => Ok(MemoSubject::Code(id)),
                None => Err(self.directory.codes.unknown(&value.subject)),
            },
        };
        let subject = match subject {
            Ok(subject) => subject,
            Err(reason) => return Ok(Err(Refusal::cell(row.row, "subject", &value.subject, reason))),
        };
        let handle =
            if value.coder.is_empty() { self.tx.coder_handle().to_owned() } else { value.coder.clone() };
        Ok(match self.directory.coders.for_row(self.tx, &handle)? {
            Ok(coder) => Ok(Draft { subject, coder, text: value.text.clone() }),
            Err(reason) => Err(Refusal::cell(row.row, "coder", &handle, reason)),
        })
    }

    fn new_memo(
        &mut self,
        row: &Numbered<MemoRow>,
        draft: &Draft,
        deletion: Option<Version>,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let content = self.tx.memo_content(draft.subject, draft.coder, &draft.text)?;
        let lineage = lineage_of(value.lineage.as_deref());
        let stated = value
            .id
            .zip(lineage.as_ref())
            .map(|(id, lineage)| stated_version(Entity::Memo, id, lineage, &content));
        let vouched = stated.as_ref().zip(lineage.as_ref()).is_some_and(|((v, _), l)| *v == l.head());
        if let Some(suspect) = row.suspects.first().filter(|_| !vouched && !self.is_intact) {
            return Ok(Err(suspect.refusal(row.row)));
        }
        let created = value.created.unwrap_or(self.tx.at());
        let times = (created, value.modified.unwrap_or(created));
        let Some(id) = value.id else {
            self.tx.insert_memo(draft.subject, draft.coder, &draft.text)?;
            self.outcome.memos.new += 1;
            return Ok(Ok(()));
        };
        let known = stated.as_ref().map(|(version, graph)| (*version, graph));
        self.tx.insert_known_memo(id, draft.subject, draft.coder, &draft.text, times, known)?;
        match (deletion, known) {
            // It was deleted here and changed there: the change is current until somebody decides.
            (Some(tombstone), Some((version, _))) => {
                let fields = &["deleted"];
                let (entity, name) = (Entity::Memo, String::new());
                let (ours, theirs) = (tombstone, version);
                self.open_conflict(Clashing { entity, id, name, ours, theirs, fields, row: row.row })?;
            }
            _ => self.outcome.memos.new += 1,
        }
        Ok(Ok(()))
    }

    /// Whether a row of a memo that was deleted here says what it said before.
    fn is_memo_as_it_was(&self, value: &MemoRow, id: Uuid, tombstone: Version) -> Result<bool> {
        let reader = self.tx.reader();
        let last = reader.graph(id)?.written_parent(tombstone);
        let Some(head) = lineage_of(value.lineage.as_deref()).map(|lineage| lineage.head()).or(last) else {
            return Ok(true);
        };
        Ok(match reader.content_at(Entity::Memo, id, head)? {
            Some(Some(AnyContent::Memo(was))) => same_text(&value.text, &was.text),
            _ => true,
        })
    }

    fn known_memo(
        &mut self,
        row: &Numbered<MemoRow>,
        known: &Stored,
        mut draft: Draft,
    ) -> Result<Result<(), Refusal>> {
        let value = &row.value;
        let keep = value.action == Action::Keep;
        if same_text(&draft.text, &known.text) {
            draft.text.clone_from(&known.text);
        }
        let current = Draft { subject: known.subject, coder: known.coder, text: known.text.clone() };
        if keep && draft == current {
            self.outcome.memos.unchanged += 1;
            return Ok(Ok(()));
        }
        if keep && draft.text.is_empty() {
            let reason = "a memo says something; write `delete` as its action to remove it";
            return Ok(Err(Refusal::cell(row.row, "text", "", reason)));
        }
        let content = |draft: &Draft| self.tx.memo_content(draft.subject, draft.coder, &draft.text);
        let ours = Standing {
            entity: Entity::Memo,
            id: known.uuid,
            version: known.version,
            state: Some(content(&current)?),
        };
        let state = if keep { Some(content(&draft)?) } else { None };
        let lineage = lineage_of(value.lineage.as_deref());
        let graph = lineage.as_ref().map(Lineage::graph).unwrap_or_default();
        let decision = self.decide(ours, Theirs { lineage, state })?;
        if decision == Decision::Nothing {
            self.outcome.memos.stale += 1;
            return Ok(Ok(()));
        }
        if let Some(damage) = self.damage(&draft.text, Some(&known.text)).filter(|_| keep) {
            return Ok(Err(Refusal::cell(row.row, "text", &draft.text, damage)));
        }
        self.tx.learn_lineage(known.uuid, &graph)?;
        let said = keep.then_some((draft.subject, draft.coder, draft.text.as_str()));
        match decision {
            Decision::Nothing => {}
            Decision::Take(_) if !keep => {
                self.tx.delete_memo(known.id)?;
                self.outcome.memos.deleted += 1;
            }
            Decision::Take(step) => {
                self.tx.step_memo(known.id, draft.subject, draft.coder, &draft.text, &step)?;
                self.outcome.memos.changed += 1;
            }
            Decision::Merge { theirs, merged } => {
                self.tx.keep_delivered_memo(known.id, said, &theirs)?;
                if let Some(draft) = merged.state.as_ref().and_then(|content| self.memo_of(content)) {
                    self.tx.step_memo(known.id, draft.subject, draft.coder, &draft.text, &merged)?;
                    self.outcome.memos.merged += 1;
                }
            }
            Decision::Conflict { theirs, fields, .. } => {
                self.tx.keep_delivered_memo(known.id, said, &theirs)?;
                self.open_conflict(Clashing {
                    entity: Entity::Memo,
                    id: known.uuid,
                    name: format!("#{}", known.id),
                    ours: known.version,
                    theirs: theirs.version,
                    fields: &fields,
                    row: row.row,
                })?;
            }
        }
        Ok(Ok(()))
    }

    fn memo_of(&self, content: &record::Memo) -> Option<Draft> {
        let directory = &self.directory;
        let subject = match content.subject {
            MemoSubject::Project => MemoSubject::Project,
            MemoSubject::Document(id) => {
                MemoSubject::Document(directory.documents.known(directory.documents.by_uuid(id)?).id)
            }
            MemoSubject::Code(id) => MemoSubject::Code(directory.codes.by_uuid(id)?),
        };
        let coder = directory.coders.by_uuid(content.coder)?;
        Some(Draft { subject, coder, text: content.text.clone() })
    }
}
