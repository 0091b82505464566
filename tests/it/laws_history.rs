//! The laws of history, on random projects: undo takes back exactly what was done, redo does exactly that again, and
//! any other undo or redo either leaves a sound store or is refused with the store unchanged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use postil::ErrorKind;
use postil::domain::record::{Document, MemoSubject, Progress};
use postil::domain::{CharRange, Digest, Entity};
use postil::error::Result;
use postil::store::annotation::AnnotationDraft;
use postil::store::code::CodeDraft;
use postil::store::log::ChangeKind;
use postil::store::select::Selection;
use postil::store::{Access, ChangeId, ChangeRequest, Store, StoreInfo, Tx};
use proptest::prelude::*;
use uuid::Uuid;

use super::laws::law;

const TEXTS: [&str; 3] = ["States speak of norms.", "Norms — at times — bind.", "Nobody is bound."];
const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const CODERS: [&str; 3] = ["ana", "ben", "cleo"];

/// One edit. The numbers choose among what there is; an edit that finds nothing does nothing.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    AddDocument(usize, usize),
    RenameDocument(usize, usize),
    RemoveDocument(usize),
    SetAttribute(usize, usize, usize),
    UnsetAttribute(usize, usize),
    AddCode(usize, usize),
    RenameCode(usize, usize),
    MoveCode(usize, usize),
    MergeCode(usize, usize),
    RemoveCode(usize),
    Tag(usize, u32, usize, usize),
    Retag(usize, usize),
    Note(usize, usize),
    Untag(usize),
    Memo(usize, usize),
    Rewrite(usize, usize),
    RemoveMemo(usize),
    Assign(usize, usize, bool),
    RenameCoder(usize, usize),
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let n = 0usize..4;
    prop_oneof![
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::AddDocument(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RenameDocument(a, b)),
        1 => n.clone().prop_map(Edit::RemoveDocument),
        2 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::SetAttribute(a, b, c)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::UnsetAttribute(a, b)),
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::AddCode(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RenameCode(a, b)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::MoveCode(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::MergeCode(a, b)),
        1 => n.clone().prop_map(Edit::RemoveCode),
        5 => (n.clone(), 0u32..6, 0usize..5, n.clone()).prop_map(|(a, b, c, d)| Edit::Tag(a, b, c, d)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Retag(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Note(a, b)),
        1 => n.clone().prop_map(Edit::Untag),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Memo(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Rewrite(a, b)),
        1 => n.clone().prop_map(Edit::RemoveMemo),
        1 => (n.clone(), n.clone(), any::<bool>()).prop_map(|(a, b, c)| Edit::Assign(a, b, c)),
        1 => (n.clone(), n).prop_map(|(a, b)| Edit::RenameCoder(a, b)),
    ]
}

/// Commands: most make one edit, some make several in one change.
fn commands() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    prop::collection::vec(
        prop_oneof![3 => prop::collection::vec(edit(), 1), 1 => prop::collection::vec(edit(), 2..5)],
        1..25,
    )
}

fn pick<T>(items: &[T], choice: usize) -> Option<&T> {
    items.get(choice % items.len().max(1))
}

/// Makes the edit as the verbs do: whoever tags becomes a coder, names stay unique, codes stay a tree.
pub(crate) fn make(tx: &Tx<'_>, edit: &Edit) -> Result<()> {
    let reader = tx.reader();
    let documents = reader.documents()?;
    let codes = reader.codes()?;
    let free = |parent: Option<i64>, name: &str, but: i64| {
        !codes.iter().any(|code| code.parent == parent && code.name == name && code.id != but)
    };
    let leaf = |id: i64| !codes.iter().any(|code| code.parent == Some(id));
    let inside = |mut id: i64, top: i64| {
        while id != top {
            match codes.iter().find(|code| code.id == id).and_then(|code| code.parent) {
                Some(parent) => id = parent,
                None => return false,
            }
        }
        true
    };
    match *edit {
        Edit::AddDocument(name, text) => {
            let (name, body) = (NAMES[name], TEXTS[text % TEXTS.len()]);
            if reader.document(name)?.is_none() {
                let sha256 = Digest::of(body.as_bytes());
                let text = tx.ensure_text(body, body.chars().count() as u32, sha256)?;
                let content = Document {
                    name: name.to_owned(),
                    text: sha256,
                    source: format!("{name}.txt"),
                    source_sha256: sha256,
                    encoding: "utf-8".to_owned(),
                    newline: "none".to_owned(),
                    bom: false,
                };
                tx.insert_document(None, &content, text)?;
            }
        }
        Edit::RenameDocument(document, name) => {
            if let Some(document) = pick(&documents, document)
                && reader.document(NAMES[name])?.is_none()
            {
                tx.rename_document(document, NAMES[name])?;
            }
        }
        Edit::RemoveDocument(document) => {
            if let Some(document) = pick(&documents, document) {
                tx.delete_document(document.id)?;
            }
        }
        Edit::SetAttribute(document, name, value) => {
            if let Some(document) = pick(&documents, document) {
                tx.set_attribute(document.id, NAMES[name], NAMES[value])?;
            }
        }
        Edit::UnsetAttribute(document, name) => {
            if let Some(document) = pick(&documents, document) {
                tx.unset_attribute(document.id, NAMES[name])?;
            }
        }
        Edit::AddCode(parent, name) => {
            let parent = pick(&codes, parent).map(|code| code.id).filter(|_| parent != 3);
            if free(parent, NAMES[name], 0) {
                let draft = CodeDraft {
                    parent,
                    name: NAMES[name].to_owned(),
                    color: "#0072b2".to_owned(),
                    description: String::new(),
                };
                tx.insert_code(None, &draft)?;
            }
        }
        Edit::RenameCode(code, name) => {
            if let Some(code) = pick(&codes, code)
                && free(code.parent, NAMES[name], code.id)
                && code.name != NAMES[name]
            {
                tx.update_code(code.id, &CodeDraft { name: NAMES[name].to_owned(), ..code.draft() })?;
            }
        }
        Edit::MoveCode(code, parent) => {
            if let Some(code) = pick(&codes, code) {
                let parent = pick(&codes, parent).map(|code| code.id).filter(|_| parent != 3);
                let legal = parent.is_none_or(|parent| !inside(parent, code.id));
                if legal && parent != code.parent && free(parent, &code.name, code.id) {
                    tx.update_code(code.id, &CodeDraft { parent, ..code.draft() })?;
                }
            }
        }
        Edit::MergeCode(from, into) => {
            if let (Some(from), Some(into)) = (pick(&codes, from), pick(&codes, into))
                && from.id != into.id
                && leaf(from.id)
            {
                let chosen = Selection { codes: Some(vec![from.id]), ..Selection::default() };
                for row in reader.annotations(&chosen)? {
                    let draft = AnnotationDraft { code: Some(into.id), ..row.draft };
                    if reader.same_annotation(&draft)?.is_none() {
                        tx.update_annotation(row.id, &draft)?;
                    }
                }
                tx.delete_code(from.id)?;
                tx.insert_alias(Entity::Code, from.uuid, into.uuid)?;
            }
        }
        Edit::RemoveCode(code) => {
            if let Some(code) = pick(&codes, code).filter(|code| leaf(code.id)) {
                tx.delete_code(code.id)?;
            }
        }
        Edit::Tag(document, start, code, coder) => {
            if let Some(document) = pick(&documents, document) {
                let draft = AnnotationDraft {
                    document: document.id,
                    text: document.text_id,
                    range: CharRange::new(start, start + 4).unwrap(),
                    code: pick(&codes, code).map(|code| code.id).filter(|_| code != 4),
                    coder: tx.ensure_coder(CODERS[coder % CODERS.len()])?,
                    note: String::new(),
                };
                if reader.same_annotation(&draft)?.is_none() {
                    tx.insert_annotation(&draft, (tx.at(), tx.at()))?;
                }
            }
        }
        Edit::Retag(annotation, code) => {
            if let Some(row) = pick(&reader.annotations(&Selection::default())?, annotation) {
                let draft =
                    AnnotationDraft { code: pick(&codes, code).map(|code| code.id), ..row.draft.clone() };
                if reader.same_annotation(&draft)?.is_none() {
                    tx.update_annotation(row.id, &draft)?;
                }
            }
        }
        Edit::Note(annotation, note) => {
            if let Some(row) = pick(&reader.annotations(&Selection::default())?, annotation)
                && row.draft.note != NAMES[note]
            {
                let draft = AnnotationDraft { note: NAMES[note].to_owned(), ..row.draft.clone() };
                tx.update_annotation(row.id, &draft)?;
            }
        }
        Edit::Untag(annotation) => {
            if let Some(row) = pick(&reader.annotations(&Selection::default())?, annotation) {
                tx.delete_annotation(row.id)?;
            }
        }
        Edit::Memo(subject, text) => {
            let subject = match (subject % 3, pick(&documents, subject), pick(&codes, subject)) {
                (0, Some(document), _) => MemoSubject::Document(document.id),
                (1, _, Some(code)) => MemoSubject::Code(code.id),
                _ => MemoSubject::Project,
            };
            let coder = tx.ensure_coder(tx.coder_handle())?;
            tx.insert_memo(subject, coder, NAMES[text])?;
        }
        Edit::Rewrite(memo, text) => {
            if let Some(memo) = pick(&reader.memos()?, memo)
                && memo.text != NAMES[text]
            {
                tx.update_memo(memo.id, memo.subject, memo.coder, NAMES[text])?;
            }
        }
        Edit::RemoveMemo(memo) => {
            if let Some(memo) = pick(&reader.memos()?, memo) {
                tx.delete_memo(memo.id)?;
            }
        }
        Edit::Assign(document, coder, done) => {
            if let Some(document) = pick(&documents, document) {
                let coder = tx.ensure_coder(CODERS[coder % CODERS.len()])?;
                let state = if done { Progress::Done } else { Progress::Assigned };
                tx.set_assignment(document.id, coder, state, (tx.at(), tx.at()))?;
            }
        }
        Edit::RenameCoder(coder, name) => {
            if let Some(coder) = pick(&reader.coders()?, coder)
                && reader.coder(NAMES[name])?.is_none()
            {
                tx.rename_coder(coder.id, NAMES[name])?;
            }
        }
    }
    Ok(())
}

/// A store, and a clock that ticks with every change.
struct Work {
    store: Store,
    now: i64,
    _folder: tempfile::TempDir,
}

impl Work {
    fn new() -> Work {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("laws.postil");
        let info = StoreInfo { project: Uuid::from_u128(7), name: "laws".to_owned(), created_at: 0 };
        drop(Store::create(&path, info).unwrap());
        let store = Store::open(&path, Access::Write).unwrap();
        Work { store, now: 1_767_225_600_000, _folder: folder }
    }

    fn request(&mut self) -> ChangeRequest {
        self.now += 1_000;
        ChangeRequest { command: "test", coder: "ana".to_owned(), at: self.now, seed: 7 }
    }

    fn make(&mut self, edits: &[Edit]) -> Option<ChangeId> {
        let request = self.request();
        self.store
            .change(request, |tx| {
                tx.set_summary(format!("{edits:?}"));
                edits.iter().try_for_each(|edit| make(tx, edit))
            })
            .unwrap()
            .change
    }

    fn invert(&mut self, kind: ChangeKind, change: ChangeId) -> Result<()> {
        let request = self.request();
        self.store.invert(request, kind, change).map(drop)
    }

    fn assert_sound(&self, after: &str) {
        let report = postil::store::check::check(&self.store).unwrap();
        assert!(report.findings.is_empty(), "after {after}: {:#?}", report.findings);
    }

    /// Everything people can see, by names and ids; without row numbers, versions and change numbers.
    fn dump(&self) -> String {
        let reader = self.store.reader();
        let mut lines = Vec::new();
        let documents = reader.documents().unwrap();
        let document_name = |id: i64| documents.iter().find(|document| document.id == id).unwrap().name();
        let attributes = reader.attributes().unwrap();
        for document in &documents {
            let attributes = attributes.get(&document.id);
            lines.push(format!(
                "document {} {:?} {attributes:?} {} {}",
                document.uuid, document.content, document.created_at, document.modified_at
            ));
        }
        let codes: BTreeMap<i64, _> =
            reader.codes().unwrap().into_iter().map(|code| (code.id, code)).collect();
        let book = postil::actions::names::codebook(reader).unwrap();
        for code in codes.values() {
            lines.push(format!(
                "code {} {} {} {:?} {} {}",
                book.path(code.id),
                code.uuid,
                code.color,
                code.description,
                code.created_at,
                code.modified_at
            ));
        }
        let coders = reader.coders().unwrap();
        let handle = |id: i64| coders.iter().find(|coder| coder.id == id).unwrap().handle.as_str();
        for coder in &coders {
            lines.push(format!("coder {} {} {}", coder.handle, coder.uuid, coder.created_at));
        }
        for row in reader.annotations(&Selection::default()).unwrap() {
            let mut line = format!("annotation {} {}", row.uuid, document_name(row.draft.document));
            let code = row.draft.code.map(|code| book.path(code));
            write!(line, " {:?} {code:?} {}", row.draft.range, handle(row.draft.coder)).unwrap();
            write!(line, " {:?} {} {}", row.draft.note, row.created_at, row.modified_at).unwrap();
            lines.push(line);
        }
        for memo in reader.memos().unwrap() {
            let subject = match memo.subject {
                MemoSubject::Project => "project".to_owned(),
                MemoSubject::Document(id) => document_name(id).to_owned(),
                MemoSubject::Code(id) => book.path(id).to_owned(),
            };
            let (coder, text) = (handle(memo.coder), memo.text);
            lines.push(format!("memo {} {subject} {coder} {text} {}", memo.uuid, memo.modified_at));
        }
        for row in reader.assignments().unwrap() {
            let (document, coder) = (document_name(row.document), handle(row.coder));
            lines.push(format!("assignment {document} {coder} {:?} {}", row.state, row.modified_at));
        }
        for (retired, target) in reader.aliases(Entity::Code).unwrap() {
            lines.push(format!("alias {retired} {target}"));
        }
        lines.sort();
        lines.join("\n")
    }
}

proptest! {
    #![proptest_config(law(50))]

    #[test]
    fn undo_takes_back_exactly_what_was_done_and_redo_does_exactly_that_again(commands in commands()) {
        let mut work = Work::new();
        let mut states = vec![work.dump()];
        let mut changes = Vec::new();
        for edits in &commands {
            if let Some(change) = work.make(edits) {
                changes.push(change);
                states.push(work.dump());
            }
        }
        work.assert_sound("doing");
        // Twice, since what comes back by a redo is removed in another way than what was made.
        for _ in 0..2 {
            for (index, change) in changes.iter().enumerate().rev() {
                work.invert(ChangeKind::Undo, *change).unwrap();
                prop_assert_eq!(work.dump(), states[index].as_str(), "undo of {}", change);
            }
            work.assert_sound("undoing");
            for (index, change) in changes.iter().enumerate() {
                work.invert(ChangeKind::Redo, *change).unwrap();
                prop_assert_eq!(work.dump(), states[index + 1].as_str(), "redo of {}", change);
            }
            work.assert_sound("redoing");
        }
    }

    #[test]
    fn an_undo_or_redo_out_of_turn_leaves_a_sound_store_or_is_refused_and_changes_nothing(
        commands in commands(),
        wishes in prop::collection::vec((any::<bool>(), 0usize..30), 0..25),
        more in commands(),
    ) {
        let mut work = Work::new();
        let mut changes: Vec<ChangeId> = commands.iter().filter_map(|edits| work.make(edits)).collect();
        let mut more = more.iter();
        for (undo, choice) in &wishes {
            let Some(change) = pick(&changes, *choice).copied() else { break };
            let kind = if *undo { ChangeKind::Undo } else { ChangeKind::Redo };
            let before = work.dump();
            match work.invert(kind, change) {
                Ok(()) => work.assert_sound(&format!("{kind:?} of {change}")),
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::Refused, "{:?} of {}: {:?}", kind, change, error);
                    prop_assert!(!error.hints().is_empty(), "no way out: {:?}", error);
                    prop_assert_eq!(work.dump(), before);
                }
            }
            // Work goes on between one undo and the next.
            if let Some(change) = more.next().and_then(|edits| work.make(edits)) {
                changes.push(change);
            }
        }
        work.assert_sound("all of it");
    }
}
