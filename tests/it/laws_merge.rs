//! The laws of merging, on random histories of two to five replicas: whoever is merged first, and in whatever groups, the
//! end is the same; merging again changes nothing; and every replica is a sound project at every moment.
//!
//! Here the engine alone, on records in memory, by the ten thousand; `laws_stores` shows that real stores do as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use postil::domain::lineage::Graph;
use postil::domain::merge::{
    Clash, Fields, Follow, Kind, Settled, Settlement, Standing, Step, Times, World, settle,
};
use postil::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo, MemoSubject, Progress,
};
use postil::domain::{CharRange, Digest, Entity, id};
use proptest::prelude::*;
use uuid::Uuid;

/// Six texts of ten characters. In each the passages stand one further than in the one before.
fn text(number: usize) -> Digest {
    Digest::of(&[number as u8 % 6])
}

/// Passages move by the distance of the texts, and are lost where they would begin before the text.
struct Shift;

impl Follow for Shift {
    fn follow(&self, from: Digest, to: Digest, range: CharRange) -> Option<CharRange> {
        let number = |digest| (0..6).find(|number| text(*number) == digest);
        let (from, to) = (i64::try_from(number(from)?).ok()?, i64::try_from(number(to)?).ok()?);
        let moved = |position: u32| u32::try_from(i64::from(position) + to - from).ok();
        CharRange::new(moved(range.start())?, moved(range.end())?)
    }
}

const NAMES: [&str; 3] = ["a", "b", "c"];
const PROJECT: Uuid = Uuid::from_u128(7);

/// One edit. The numbers choose among what there is; an edit that finds nothing does nothing.
#[derive(Debug, Clone)]
enum Edit {
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
enum Event {
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

fn histories() -> impl Strategy<Value = (usize, Vec<Event>)> {
    (2usize..=5).prop_flat_map(|replicas| {
        let event = prop_oneof![
            4 => (0..replicas, edit()).prop_map(|(at, edit)| Event::Edit(at, edit)),
            1 => (0..replicas, 0..replicas).prop_map(|(to, from)| Event::Receive(to, from)),
        ];
        (Just(replicas), prop::collection::vec(event, 1..30))
    })
}

/// A store in memory: what it knows, and what it shows.
#[derive(Clone, Default)]
struct Replica {
    world: World,
    shown: Settlement,
    /// For new ids: which replica this is, and how many it has made.
    seed: u128,
    made: u128,
}

fn pick<T: Clone>(items: &[T], choice: usize) -> Option<T> {
    items.get(choice % items.len().max(1)).cloned()
}

fn alive<C: Clone>(settled: &Settled<C>) -> Vec<(Uuid, C)> {
    let living = settled.standings.iter().filter_map(|(id, standing)| match standing {
        Standing::Stands(step, _) => Some((*id, step.state.clone()?)),
        _ => None,
    });
    living.collect()
}

/// Writes a state that follows what is shown.
fn write<C: Fields>(
    kind: &mut Kind<C>,
    settled: &Settled<C>,
    entity: Entity,
    id: Uuid,
    also: Option<&Step<C>>,
    state: Option<C>,
) {
    let strand = kind.entry(id).or_default();
    let mut parents = Vec::new();
    for step in settled.standings.get(&id).map(Standing::step).into_iter().chain(also) {
        strand.write(step.version, step.parents.clone(), step.state.clone(), Times::default());
        parents.push(step.version);
    }
    let step = Step::after(entity, id, parents, state);
    strand.write(step.version, step.parents, step.state, Times::default());
}

impl Replica {
    fn new_id(&mut self) -> Uuid {
        self.made += 1;
        // In an order that has nothing to do with who made it.
        Uuid::from_u128(
            (self.made * 0x9E37_79B9 ^ self.seed.wrapping_mul(0x85EB_CA6B)) << 64
                | self.seed << 32
                | self.made,
        )
    }

    fn refresh(&mut self) {
        self.shown = settle(&self.world, &Shift);
        fn remember<C: Fields>(kind: &mut Kind<C>, settled: &Settled<C>) {
            for (id, strand) in kind.iter_mut() {
                if let Some(Standing::Stands(step, _) | Standing::Gone(step)) = settled.standings.get(id) {
                    let (version, state) = (step.version, step.state.clone());
                    let mut graph = Graph::default();
                    graph.insert(version, step.parents.clone());
                    *strand = std::mem::take(strand).knowing(&graph).showing(version, state);
                }
            }
        }
        remember(&mut self.world.coders, &self.shown.coders);
        remember(&mut self.world.documents, &self.shown.documents);
        remember(&mut self.world.attributes, &self.shown.attributes);
        remember(&mut self.world.codes, &self.shown.codes);
        remember(&mut self.world.annotations, &self.shown.annotations);
        remember(&mut self.world.memos, &self.shown.memos);
        remember(&mut self.world.assignments, &self.shown.assignments);
        remember(&mut self.world.aliases, &self.shown.aliases);
    }

    fn receive(&mut self, other: &Replica) {
        self.world.unite(&other.world);
        self.refresh();
    }

    fn coder(&mut self, choice: usize) -> Uuid {
        let handle = NAMES[choice % NAMES.len()];
        let known = alive(&self.shown.coders).into_iter().find(|(_, coder)| coder.handle == handle);
        if let Some((id, _)) = known {
            return id;
        }
        let natural = id::coder_id(PROJECT, handle);
        let taken = self.shown.coders.standings.get(&natural).is_some();
        let id = if taken { self.new_id() } else { natural };
        write(
            &mut self.world.coders,
            &self.shown.coders,
            Entity::Coder,
            id,
            None,
            Some(Coder { handle: handle.into() }),
        );
        self.refresh();
        id
    }

    fn set_document(&mut self, id: Uuid, document: Option<Document>) {
        write(&mut self.world.documents, &self.shown.documents, Entity::Document, id, None, document);
    }

    fn set_code(&mut self, id: Uuid, code: Option<Code>) {
        write(&mut self.world.codes, &self.shown.codes, Entity::Code, id, None, code);
    }

    fn set_annotation(&mut self, id: Uuid, annotation: Option<Annotation>) {
        // One coder says one thing of one span once.
        let twin = annotation.as_ref().and_then(|one| {
            alive(&self.shown.annotations).into_iter().find(|(other, two)| {
                *other != id
                    && (two.document, two.text, two.range, two.code, two.coder)
                        == (one.document, one.text, one.range, one.code, one.coder)
            })
        });
        if twin.is_none() {
            write(
                &mut self.world.annotations,
                &self.shown.annotations,
                Entity::Annotation,
                id,
                None,
                annotation,
            );
        }
    }

    fn subtree(&self, top: Uuid) -> BTreeSet<Uuid> {
        let codes = alive(&self.shown.codes);
        let mut inside = BTreeSet::from([top]);
        loop {
            let before = inside.len();
            for (id, code) in &codes {
                if code.parent.is_some_and(|parent| inside.contains(&parent)) {
                    inside.insert(*id);
                }
            }
            if inside.len() == before {
                return inside;
            }
        }
    }

    fn remove_about(&mut self, document: Option<Uuid>, code: Option<Uuid>) {
        for (id, one) in alive(&self.shown.annotations) {
            if Some(one.document) == document || code.is_some() && one.code == code {
                self.set_annotation(id, None);
            }
        }
        for (id, memo) in alive(&self.shown.memos) {
            let about = match memo.subject {
                MemoSubject::Project => false,
                MemoSubject::Document(subject) => Some(subject) == document,
                MemoSubject::Code(subject) => Some(subject) == code,
            };
            if about {
                write(&mut self.world.memos, &self.shown.memos, Entity::Memo, id, None, None);
            }
        }
        for (id, one) in alive(&self.shown.attributes) {
            if Some(one.document) == document {
                write(&mut self.world.attributes, &self.shown.attributes, Entity::Attribute, id, None, None);
            }
        }
        for (id, one) in alive(&self.shown.assignments) {
            if Some(one.document) == document {
                write(
                    &mut self.world.assignments,
                    &self.shown.assignments,
                    Entity::Assignment,
                    id,
                    None,
                    None,
                );
            }
        }
    }

    fn edit(&mut self, edit: &Edit) {
        let documents = alive(&self.shown.documents);
        let codes = alive(&self.shown.codes);
        let annotations = alive(&self.shown.annotations);
        let free = |parent: Option<Uuid>, name: &str| {
            !codes.iter().any(|(_, code)| code.parent == parent && code.name == name)
        };
        match *edit {
            Edit::AddDocument(name, number) => {
                let (name, text) = (NAMES[name % NAMES.len()], text(number));
                if documents.iter().all(|(_, one)| one.name != name && one.text != text) {
                    let id = self.new_id();
                    self.set_document(id, Some(document(name, text)));
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

fn document(name: &str, text: Digest) -> Document {
    Document {
        name: name.into(),
        text,
        source: String::new(),
        source_sha256: text,
        encoding: "utf-8".into(),
        newline: "lf".into(),
        bom: false,
    }
}

/// What everybody must agree on: the heads of every record by what they say, and which records are in question. Where
/// nothing is in question, everything that is shown.
fn agreed(replica: &Replica) -> String {
    let mut world = replica.world.clone();
    world.undo_derived();
    let mut lines = Vec::new();
    let shown = &replica.shown;
    let mut quiet = true;
    fn kind<C: Fields + Debug>(lines: &mut Vec<String>, kind: &Kind<C>, settled: &Settled<C>) -> bool {
        for (id, strand) in kind {
            let says: BTreeSet<String> =
                strand.heads().iter().map(|head| format!("{:?}", strand.state(*head).unwrap())).collect();
            lines.push(format!("{id} {says:?}"));
        }
        let direct = |clash: &&Clash<C>| !matches!(clash.fields[..], ["name"] | ["parent"]);
        let contested: BTreeSet<Uuid> =
            settled.clashes.iter().filter(direct).map(|clash| clash.record).collect();
        lines.push(format!("in question: {contested:?}"));
        settled.clashes.is_empty()
    }
    quiet &= kind(&mut lines, &world.coders, &shown.coders);
    quiet &= kind(&mut lines, &world.documents, &shown.documents);
    quiet &= kind(&mut lines, &world.attributes, &shown.attributes);
    quiet &= kind(&mut lines, &world.codes, &shown.codes);
    quiet &= kind(&mut lines, &world.annotations, &shown.annotations);
    quiet &= kind(&mut lines, &world.memos, &shown.memos);
    quiet &= kind(&mut lines, &world.assignments, &shown.assignments);
    quiet &= kind(&mut lines, &world.aliases, &shown.aliases);
    if quiet {
        lines.push(format!("{shown:#?}"));
    }
    lines.join("\n")
}

/// What a state says, field by field.
trait Said {
    fn said(&self) -> Vec<String>;
}

macro_rules! said {
    ($($kind:ident { $($field:ident),* })*) => {$(
        impl Said for $kind {
            fn said(&self) -> Vec<String> {
                vec![$(format!("{:?}", self.$field)),*]
            }
        }
    )*};
}
said! {
    Coder { handle }
    Document { name, text }
    Attribute { document, name, value }
    Code { parent, name, description }
    Memo { subject, coder, text }
}

impl Said for Annotation {
    fn said(&self) -> Vec<String> {
        let place = format!("{} {} {:?}", self.document, self.text, self.range);
        vec![place, format!("{:?}", self.code), format!("{}", self.coder), format!("{:?}", self.note)]
    }
}

/// The edits of this kind that are neither shown nor in question: a value that somebody gave to a field, that nobody
/// changed afterwards, and that is gone. `may_differ` are the fields that rules change: references and places.
fn lost<C: Fields + Said + Debug>(
    kind: &Kind<C>,
    settled: &Settled<C>,
    may_differ: &[usize],
) -> Option<String> {
    let contested: BTreeSet<Uuid> = settled.clashes.iter().map(|clash| clash.record).collect();
    let mut all = Graph::default();
    kind.values().for_each(|strand| all.extend(strand.graph()));
    let heads = all.heads(kind.values().flat_map(|strand| strand.heads().iter().copied()));
    let stands_for_others = |id: &Uuid| {
        settled.standings.values().any(|one| matches!(one, Standing::Joined { into, .. } if into == id))
    };
    for (id, strand) in kind.iter().filter(|(id, _)| !contested.contains(id)) {
        let (shown, joined) = match settled.standings.get(id) {
            Some(Standing::Stands(step, _)) => (step.state.as_ref(), false),
            Some(Standing::Joined { into, .. }) if !contested.contains(into) => {
                match settled.standings.get(into) {
                    Some(Standing::Stands(step, _)) => (step.state.as_ref(), true),
                    _ => continue,
                }
            }
            _ => continue,
        };
        let Some(shown) = shown.map(Said::said) else { continue };
        for head in heads.intersection(strand.heads()) {
            let Some(Some(state)) = strand.state(*head) else { continue };
            for (field, value) in
                state.said().into_iter().enumerate().filter(|(field, _)| !may_differ.contains(field))
            {
                if shown[field] == value {
                    continue;
                }
                // Unchanged since a state that another head descends from too: then that one's change counts.
                let elsewhere = heads.iter().filter(|other| *other != head).any(|other| {
                    all.common_ancestors(*head, *other).iter().any(|base| {
                        let base = kind.values().find_map(|strand| strand.state(*base)?.as_ref());
                        base.is_some_and(|base| base.said()[field] == value)
                    })
                });
                let says_nothing = value == "\"\"" && (joined || stands_for_others(id));
                if !elsewhere && !says_nothing {
                    return Some(format!("{id}: {value} of {state:?} is lost; shown is {shown:?}"));
                }
            }
        }
    }
    None
}

fn lost_by(replica: &Replica) -> Option<String> {
    let mut world = replica.world.clone();
    world.undo_derived();
    let shown = &replica.shown;
    lost(&world.coders, &shown.coders, &[])
        // A document keeps one name of two.
        .or_else(|| lost(&world.documents, &shown.documents, &[0]))
        .or_else(|| lost(&world.attributes, &shown.attributes, &[0]))
        .or_else(|| lost(&world.codes, &shown.codes, &[0]))
        .or_else(|| lost(&world.annotations, &shown.annotations, &[0, 1, 2]))
        .or_else(|| lost(&world.memos, &shown.memos, &[0, 1]))
}

/// Whether what is shown is a project that one store could hold.
fn unsound(shown: &Settlement) -> Option<String> {
    let mut seen = BTreeSet::new();
    let documents: BTreeMap<Uuid, Document> = alive(&shown.documents).into_iter().collect();
    let codes: BTreeMap<Uuid, Code> = alive(&shown.codes).into_iter().collect();
    let coders: BTreeMap<Uuid, Coder> = alive(&shown.coders).into_iter().collect();
    let mut once = |what: String| (!seen.insert(what.clone())).then(|| format!("twice: {what}"));
    let names = documents.values().find_map(|one| once(format!("document {}", one.name)));
    names
        .or_else(|| coders.values().find_map(|one| once(format!("coder {}", one.handle))))
        .or_else(|| codes.values().find_map(|one| once(format!("code {:?} {}", one.parent, one.name))))
        .or_else(|| {
            alive(&shown.annotations).iter().find_map(|(_, one)| {
                let dangling = !documents.contains_key(&one.document)
                    || !coders.contains_key(&one.coder)
                    || one.code.is_some_and(|code| !codes.contains_key(&code));
                if dangling {
                    return Some(format!("dangling: {one:?}"));
                }
                one.code?;
                once(format!("{} {} {:?} {} {:?}", one.document, one.text, one.range, one.coder, one.code))
            })
        })
        .or_else(|| {
            alive(&shown.attributes).iter().find_map(|(_, one)| {
                let dangling = !documents.contains_key(&one.document);
                if dangling {
                    Some(format!("dangling: {one:?}"))
                } else {
                    once(format!("{} {}", one.document, one.name))
                }
            })
        })
        .or_else(|| {
            codes.iter().find_map(|(id, code)| {
                let mut above = code.parent;
                for _ in 0..codes.len() {
                    let Some(parent) = above else { return None };
                    let Some(code) = codes.get(&parent) else {
                        return Some(format!("{id} stands below nothing"));
                    };
                    above = code.parent;
                }
                above.map(|_| format!("{id} stands in a circle"))
            })
        })
}

fn run(replicas: usize, events: &[Event]) -> Vec<Replica> {
    let mut all: Vec<Replica> =
        (0..replicas).map(|seed| Replica { seed: seed as u128 + 1, ..Replica::default() }).collect();
    for event in events {
        match event {
            Event::Edit(at, edit) => all[*at].edit(edit),
            Event::Receive(to, from) => {
                let other = all[*from].clone();
                all[*to].receive(&other);
            }
        }
        for replica in &all {
            assert_eq!(unsound(&replica.shown), None, "after {event:?}");
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_comes_to_the_same_in_any_order_and_grouping_loses_nothing_and_twice_is_once(
        (replicas, events) in histories(),
        order in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let all = run(replicas, &events);
        // One after the other into the first.
        let mut straight = all[0].clone();
        all.iter().skip(1).for_each(|other| straight.receive(other));
        // From another one, in the other direction, in two groups that are merged last.
        let from = order.index(replicas);
        let mut turned: Vec<Replica> = all.iter().cycle().skip(from).take(replicas).cloned().collect();
        turned.reverse();
        let (left, right) = turned.split_at(1 + cut.index(replicas - 1));
        let group = |members: &[Replica]| {
            let mut first = members[0].clone();
            members[1..].iter().for_each(|other| first.receive(other));
            first
        };
        let mut grouped = group(left);
        grouped.receive(&group(right));
        prop_assert_eq!(unsound(&straight.shown), None);
        prop_assert_eq!(lost_by(&straight), None);
        prop_assert_eq!(agreed(&straight), agreed(&grouped));
        // Merging again, in whatever direction, is no news.
        let before = straight.shown.clone();
        all.iter().for_each(|other| straight.receive(other));
        straight.receive(&grouped);
        prop_assert_eq!(&straight.shown, &before);
    }
}
