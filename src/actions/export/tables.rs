//! The small tables of a bundle: everything but the annotations.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::text_names::TextNames;
use crate::actions::names::codebook;
use crate::domain::Version;
use crate::domain::record::MemoSubject;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::assignments::{AssignmentRow, State};
use crate::exchange::coders::CoderRow;
use crate::exchange::codes::CodebookEntry;
use crate::exchange::documents::DocumentRow;
use crate::exchange::memos::{MemoRow, SubjectKind};
use crate::exchange::record::Action;
use crate::store::Reader;

/// The small tables of a bundle, each in its own order.
pub(super) struct Tables {
    pub(super) coders: Vec<CoderRow>,
    pub(super) codes: Vec<CodebookEntry>,
    pub(super) memos: Vec<MemoRow>,
    pub(super) assignments: Vec<AssignmentRow>,
    /// With the number of the text.
    pub(super) documents: Vec<(DocumentRow, i64)>,
    pub(super) attributes: Vec<String>,
}

impl Tables {
    pub(super) fn read(reader: Reader<'_>) -> Result<Tables> {
        let dangling = || {
            Error::new(ErrorKind::Corrupt, "a record refers to what is not there").hint("run `postil check`")
        };
        let lineage = |uuid: Uuid, version: Version| -> Result<Option<String>> {
            Ok(Some(reader.lineage(uuid, version)?.to_string()))
        };
        let handles: HashMap<i64, String> =
            reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
        let handle = |id: i64| handles.get(&id).cloned().ok_or_else(dangling);
        let coders = reader
            .coders()?
            .into_iter()
            .map(|coder| {
                let lineage = lineage(coder.uuid, coder.version)?;
                let (id, created) = (Some(coder.uuid), Some(coder.created_at));
                Ok(CoderRow { id, handle: coder.handle, name: String::new(), created, lineage })
            })
            .collect::<Result<_>>()?;

        let book = codebook(reader)?;
        let mut by_id: HashMap<i64, _> = reader.codes()?.into_iter().map(|code| (code.id, code)).collect();
        let codes = book
            .in_order()
            .filter_map(|id| by_id.remove(&id))
            .map(|code| {
                Ok(CodebookEntry {
                    id: Some(code.uuid),
                    path: book.path(code.id).split('/').map(str::to_owned).collect(),
                    color: Some(code.color).filter(|color| !color.is_empty()),
                    description: code.description,
                    action: Action::Keep,
                    created: Some(code.created_at),
                    lineage: lineage(code.uuid, code.version)?,
                    row: 0,
                })
            })
            .collect::<Result<_>>()?;

        let stored = reader.documents()?;
        let names: HashMap<i64, String> =
            stored.iter().map(|document| (document.id, document.content.name.clone())).collect();
        let name = |id: i64| names.get(&id).cloned().ok_or_else(dangling);
        let mut memos = Vec::new();
        for memo in reader.memos()? {
            let (subject_kind, subject) = match memo.subject {
                MemoSubject::Project => (SubjectKind::Project, String::new()),
                MemoSubject::Document(id) => (SubjectKind::Document, name(id)?),
                MemoSubject::Code(id) => (SubjectKind::Code, book.path(id).to_owned()),
            };
            memos.push(MemoRow {
                id: Some(memo.uuid),
                subject_kind,
                subject,
                coder: handle(memo.coder)?,
                text: memo.text,
                created: Some(memo.created_at),
                modified: Some(memo.modified_at),
                action: Action::Keep,
                lineage: lineage(memo.uuid, memo.version)?,
            });
        }
        // Not by number: another store that holds the same records must write the same bytes.
        memos.sort_by(|one, other| {
            let key =
                |memo: &MemoRow| (memo.subject_kind.word(), memo.subject.clone(), memo.created, memo.id);
            key(one).cmp(&key(other))
        });

        let mut assignments = Vec::new();
        for assignment in reader.assignments()? {
            assignments.push(AssignmentRow {
                id: Some(assignment.uuid),
                document: name(assignment.document)?,
                coder: handle(assignment.coder)?,
                state: State::parse(assignment.state.word()).map_err(Error::internal)?,
                created: Some(assignment.created_at),
                modified: Some(assignment.modified_at),
                lineage: lineage(assignment.uuid, assignment.version)?,
            });
        }
        assignments.sort_by(|one, other| (&one.document, &one.coder).cmp(&(&other.document, &other.coder)));

        let mut values = reader.attributes()?;
        let attributes: BTreeSet<String> = values.values().flat_map(|named| named.keys().cloned()).collect();
        let mut files = TextNames::default();
        let documents = stored
            .into_iter()
            .map(|document| {
                let row = DocumentRow {
                    id: Some(document.uuid),
                    file: files.name_for(&document.content.name),
                    chars: Some(document.chars),
                    text_sha256: Some(document.content.text),
                    source: document.content.source,
                    source_sha256: Some(document.content.source_sha256),
                    encoding: document.content.encoding,
                    newline: document.content.newline,
                    bom: document.content.bom,
                    created: Some(document.created_at),
                    modified: Some(document.modified_at),
                    action: Action::Keep,
                    lineage: lineage(document.uuid, document.version)?,
                    attributes: values.remove(&document.id).unwrap_or_default().into_iter().collect(),
                    name: document.content.name,
                };
                Ok((row, document.text_id))
            })
            .collect::<Result<_>>()?;
        Ok(Tables {
            coders,
            codes,
            memos,
            assignments,
            documents,
            attributes: attributes.into_iter().collect(),
        })
    }
}
