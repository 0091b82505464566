//! What may happen to a replica, at random: every kind of edit that a store allows.

use postil::domain::merge::{Clash, Fields, Kind, Settled, Standing};
use postil::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo, MemoSubject, Progress,
};
use postil::domain::{CharRange, Entity, id};
use proptest::prelude::*;
use uuid::Uuid;

use super::replica::{NAMES, PROJECT, Replica, alive, document, pick, text, write};

/// One edit. The numbers choose among what there is; an edit that finds nothing does nothing.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    AddDocument(usize, usize),
    RenameDocument(usize, usize),
    ReplaceText(usize, usize),
    RemoveDocument(usize),
    Attribute(usize, usize, Option<usize>),
    AddCode(usize, usize),
    RenameCode(usize, usize),
    MoveCode(usize, usize),
    Describe(usize, usize),
    RemoveCode(usize),
    MergeCode(usize, usize),
    Tag(usize, u32, usize, usize),
    Retag(usize, usize),
    Note(usize, usize),
    Extend(usize, u32),
    Untag(usize),
    Memo(usize, usize),
    Rewrite(usize, usize),
    Assign(usize, usize, usize),
    RenameCoder(usize, usize),
    Resolve(usize, bool),
}

/// What happens: an edit at a replica, or one replica receives what another knows.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Edit(usize, Edit),
    Receive(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let n = 0usize..4;
    prop_oneof![
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::AddDocument(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RenameDocument(a, b)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::ReplaceText(a, b)),
        1 => n.clone().prop_map(Edit::RemoveDocument),
        2 => (n.clone(), n.clone(), prop::option::of(n.clone())).prop_map(|(a, b, c)| Edit::Attribute(a, b, c)),
        4 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::AddCode(a, b)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RenameCode(a, b)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::MoveCode(a, b)),
        2 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Describe(a, b)),
        1 => n.clone().prop_map(Edit::RemoveCode),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::MergeCode(a, b)),
        6 => (n.clone(), 0u32..4, n.clone(), n.clone()).prop_map(|(a, b, c, d)| Edit::Tag(a, b, c, d)),
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Retag(a, b)),
        3 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Note(a, b)),
        1 => (n.clone(), 0u32..4).prop_map(|(a, b)| Edit::Extend(a, b)),
        2 => n.clone().prop_map(Edit::Untag),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Memo(a, b)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::Rewrite(a, b)),
        1 => (n.clone(), n.clone(), n.clone()).prop_map(|(a, b, c)| Edit::Assign(a, b, c)),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Edit::RenameCoder(a, b)),
        2 => (n, any::<bool>()).prop_map(|(a, b)| Edit::Resolve(a, b)),
    ]
}

pub(super) fn histories() -> impl Strategy<Value = (usize, Vec<Event>)> {
    (2usize..=5).prop_flat_map(|replicas| {
        let event = prop_oneof![
            4 => (0..replicas, edit()).prop_map(|(at, edit)| Event::Edit(at, edit)),
            1 => (0..replicas, 0..replicas).prop_map(|(to, from)| Event::Receive(to, from)),
        ];
        (Just(replicas), prop::collection::vec(event, 1..30))
    })
}

impl Replica {
    pub(super) fn edit(&mut self, edit: &Edit) {
        let documents = alive(&self.shown.documents);
        let codes = alive(&self.shown.codes);
        let annotations = alive(&self.shown.annotations);
        let free = |parent: Option<Uuid>, name: &str| {
            !codes.iter().any(|(_, code)| code.parent == parent && code.name == name)
        };
        match *edit {
            Edit::AddDocument(name, number) => {
                // Every fourth is a row of a table, of which several may have one text.
                let row = number % 4 == 3;
                let (name, text) = (NAMES[name % NAMES.len()], text(if row { 0 } else { number }));
                let source = if row { Document::row_source("t.csv", name.len()) } else { String::new() };
                if documents.iter().all(|(_, one)| one.name != name && (row || one.text != text)) {
                    let id = self.new_id();
                    self.set_document(id, Some(Document { source, ..document(name, text) }));
                }
            }
            Edit::RenameDocument(which, name) => {
                let name = NAMES[name % NAMES.len()];
                if let Some((id, one)) = pick(&documents, which)
                    && documents.iter().all(|(_, other)| other.name != name)
                {
                    self.set_document(id, Some(Document { name: name.into(), ..one }));
                }
            }
            Edit::ReplaceText(which, number) => {
                let text = text(number);
                if let Some((id, one)) = pick(&documents, which)
                    && documents.iter().all(|(_, other)| other.text != text)
                {
                    self.set_document(id, Some(Document { text, ..one }));
                }
            }
            Edit::RemoveDocument(which) => {
                if let Some((id, _)) = pick(&documents, which) {
                    self.remove_about(Some(id), None);
                    self.set_document(id, None);
                }
            }
            Edit::Attribute(which, name, value) => {
                if let Some((document, _)) = pick(&documents, which) {
                    let name = NAMES[name % NAMES.len()];
                    let here = alive(&self.shown.attributes);
                    let known = here.iter().find(|(_, one)| one.document == document && one.name == name);
                    let id = known.map_or_else(|| id::attribute_id(PROJECT, document, name), |(id, _)| *id);
                    if value.is_some() || known.is_some() {
                        let value = value.map(|value| NAMES[value % NAMES.len()].to_owned());
                        let state = value.map(|value| Attribute { document, name: name.into(), value });
                        write(
                            &mut self.world.attributes,
                            &self.shown.attributes,
                            Entity::Attribute,
                            id,
                            None,
                            state,
                        );
                    }
                }
            }
            Edit::AddCode(parent, name) => {
                let parent = pick(&codes, parent).map(|(id, _)| id).filter(|_| parent != 3);
                let name = NAMES[name % NAMES.len()];
                if free(parent, name) {
                    let id = self.new_id();
                    self.set_code(
                        id,
                        Some(Code {
                            parent,
                            name: name.into(),
                            color: String::new(),
                            description: String::new(),
                        }),
                    );
                }
            }
            Edit::RenameCode(which, name) => {
                let name = NAMES[name % NAMES.len()];
                if let Some((id, code)) = pick(&codes, which)
                    && free(code.parent, name)
                {
                    self.set_code(id, Some(Code { name: name.into(), ..code }));
                }
            }
            Edit::MoveCode(which, parent) => {
                if let Some((id, code)) = pick(&codes, which) {
                    let parent = pick(&codes, parent).map(|(id, _)| id).filter(|_| parent != 3);
                    let legal = parent.is_none_or(|parent| !self.subtree(id).contains(&parent));
                    if legal && free(parent, &code.name) {
                        self.set_code(id, Some(Code { parent, ..code }));
                    }
                }
            }
            Edit::Describe(which, description) => {
                if let Some((id, code)) = pick(&codes, which) {
                    let description = NAMES[description % NAMES.len()].to_owned();
                    self.set_code(id, Some(Code { description, ..code }));
                }
            }
            Edit::RemoveCode(which) => {
                if let Some((id, _)) = pick(&codes, which) {
                    for code in self.subtree(id) {
                        self.remove_about(None, Some(code));
                        self.set_code(code, None);
                    }
                }
            }
            Edit::MergeCode(from, into) => {
                if let (Some((from, _)), Some((into, _))) = (pick(&codes, from), pick(&codes, into))
                    && self.subtree(from).len() == 1
                    && from != into
                {
                    for (id, one) in annotations.iter().filter(|(_, one)| one.code == Some(from)) {
                        self.set_annotation(*id, Some(Annotation { code: Some(into), ..one.clone() }));
                        self.refresh();
                    }
                    self.remove_about(None, Some(from));
                    self.set_code(from, None);
                    let alias = Alias { entity: Entity::Code, retired: from, target: into };
                    write(
                        &mut self.world.aliases,
                        &self.shown.aliases,
                        Entity::Alias,
                        id::alias_id(from),
                        None,
                        Some(alias),
                    );
                }
            }
            Edit::Tag(which, start, code, coder) => {
                if let Some((document, content)) = pick(&documents, which) {
                    let code = pick(&codes, code).map(|(id, _)| id).filter(|_| code != 3);
                    let range = CharRange::new(start, start + 4).unwrap();
                    let coder = self.coder(coder);
                    let id = self.new_id();
                    let text = content.text;
                    let note = String::new();
                    self.set_annotation(id, Some(Annotation { document, text, range, code, coder, note }));
                }
            }
            Edit::Retag(which, code) => {
                if let Some((id, one)) = pick(&annotations, which) {
                    let code = pick(&codes, code).map(|(id, _)| id);
                    self.set_annotation(id, Some(Annotation { code, ..one }));
                }
            }
            Edit::Note(which, note) => {
                if let Some((id, one)) = pick(&annotations, which) {
                    self.set_annotation(
                        id,
                        Some(Annotation { note: NAMES[note % NAMES.len()].into(), ..one }),
                    );
                }
            }
            Edit::Extend(which, start) => {
                if let Some((id, one)) = pick(&annotations, which) {
                    let range = CharRange::new(start, start + 2).unwrap();
                    self.set_annotation(id, Some(Annotation { range, ..one }));
                }
            }
            Edit::Untag(which) => {
                if let Some((id, _)) = pick(&annotations, which) {
                    self.set_annotation(id, None);
                }
            }
            Edit::Memo(which, text) => {
                let subject = match (which % 3, pick(&documents, which), pick(&codes, which)) {
                    (0, Some((document, _)), _) => MemoSubject::Document(document),
                    (1, _, Some((code, _))) => MemoSubject::Code(code),
                    _ => MemoSubject::Project,
                };
                let coder = self.coder(which);
                let id = self.new_id();
                let memo = Memo { subject, coder, text: NAMES[text % NAMES.len()].into() };
                write(&mut self.world.memos, &self.shown.memos, Entity::Memo, id, None, Some(memo));
            }
            Edit::Rewrite(which, text) => {
                if let Some((id, memo)) = pick(&alive(&self.shown.memos), which) {
                    let memo = Memo { text: NAMES[text % NAMES.len()].into(), ..memo };
                    write(&mut self.world.memos, &self.shown.memos, Entity::Memo, id, None, Some(memo));
                }
            }
            Edit::Assign(which, coder, state) => {
                if let Some((document, _)) = pick(&documents, which) {
                    let coder = self.coder(coder);
                    let here = alive(&self.shown.assignments);
                    let known = here.iter().find(|(_, one)| (one.document, one.coder) == (document, coder));
                    let id = known.map_or_else(|| id::assignment_id(PROJECT, document, coder), |(id, _)| *id);
                    let state = [Progress::Assigned, Progress::InProgress, Progress::Done][state % 3];
                    let state = Some(Assignment { document, coder, state });
                    write(
                        &mut self.world.assignments,
                        &self.shown.assignments,
                        Entity::Assignment,
                        id,
                        None,
                        state,
                    );
                }
            }
            Edit::RenameCoder(which, name) => {
                let handle = NAMES[name % NAMES.len()].to_owned();
                let coders = alive(&self.shown.coders);
                if let Some((id, _)) = pick(&coders, which)
                    && coders.iter().all(|(_, coder)| coder.handle != handle)
                {
                    write(
                        &mut self.world.coders,
                        &self.shown.coders,
                        Entity::Coder,
                        id,
                        None,
                        Some(Coder { handle }),
                    );
                }
            }
            Edit::Resolve(which, ours) => {
                fn resolve<C: Fields>(
                    kind: &mut Kind<C>,
                    settled: &Settled<C>,
                    entity: Entity,
                    which: usize,
                    ours: bool,
                ) {
                    // Names and circles are resolved by renaming and moving.
                    let by_choice = |clash: &&Clash<C>| {
                        !clash.fields.contains(&"name") && !clash.fields.contains(&"parent")
                    };
                    let clashes: Vec<Clash<C>> = settled.clashes.iter().filter(by_choice).cloned().collect();
                    if let Some(clash) = pick(&clashes, which)
                        && let Some(Standing::Stands(step, _)) = settled.standings.get(&clash.record)
                    {
                        // To delete what others need takes those with it: left to the edits above.
                        let keep = ours || clash.theirs.state.is_none();
                        let state = if keep { step.state.clone() } else { clash.theirs.state.clone() };
                        write(kind, settled, entity, clash.record, Some(&clash.theirs), state);
                    }
                }
                let (world, shown) = (&mut self.world, &self.shown);
                resolve(&mut world.annotations, &shown.annotations, Entity::Annotation, which, ours);
                resolve(&mut world.codes, &shown.codes, Entity::Code, which, ours);
                resolve(&mut world.attributes, &shown.attributes, Entity::Attribute, which, ours);
                resolve(&mut world.documents, &shown.documents, Entity::Document, which, ours);
            }
        }
        self.refresh();
    }
}
