//! A store in memory: what it knows, what it shows, and how it takes in what another knows.

use std::collections::BTreeSet;

use postil::domain::lineage::Graph;
use postil::domain::merge::{
    Fields, Follow, Kind, Settled, Settlement, Standing, Step, Times, World, settle,
};
use postil::domain::record::{Annotation, Code, Coder, Document, MemoSubject};
use postil::domain::{CharRange, Digest, Entity, id};
use uuid::Uuid;

/// Six texts of ten characters. In each the passages stand one further than in the one before.
pub(super) fn text(number: usize) -> Digest {
    Digest::of(&[number as u8 % 6])
}

/// Passages move by the distance of the texts, and are lost where they would begin before the text.
pub(super) struct Shift;

impl Follow for Shift {
    fn follow(&self, from: Digest, to: Digest, range: CharRange) -> Option<CharRange> {
        let number = |digest| (0..6).find(|number| text(*number) == digest);
        let (from, to) = (i64::try_from(number(from)?).ok()?, i64::try_from(number(to)?).ok()?);
        let moved = |position: u32| u32::try_from(i64::from(position) + to - from).ok();
        CharRange::new(moved(range.start())?, moved(range.end())?)
    }
}

pub(super) const NAMES: [&str; 3] = ["a", "b", "c"];
pub(super) const PROJECT: Uuid = Uuid::from_u128(7);

/// A store in memory: what it knows, and what it shows.
#[derive(Clone, Default)]
pub(super) struct Replica {
    pub(super) world: World,
    pub(super) shown: Settlement,
    /// For new ids: which replica this is, and how many it has made.
    pub(super) seed: u128,
    pub(super) made: u128,
}

pub(super) fn pick<T: Clone>(items: &[T], choice: usize) -> Option<T> {
    items.get(choice % items.len().max(1)).cloned()
}

pub(super) fn alive<C: Clone>(settled: &Settled<C>) -> Vec<(Uuid, C)> {
    let living = settled.standings.iter().filter_map(|(id, standing)| match standing {
        Standing::Stands(step, _) => Some((*id, step.state.clone()?)),
        _ => None,
    });
    living.collect()
}

/// Writes a state that follows what is shown.
pub(super) fn write<C: Fields>(
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
    pub(super) fn new_id(&mut self) -> Uuid {
        self.made += 1;
        // In an order that has nothing to do with who made it.
        Uuid::from_u128(
            ((self.made * 0x9E37_79B9) ^ self.seed.wrapping_mul(0x85EB_CA6B)) << 64
                | self.seed << 32
                | self.made,
        )
    }

    pub(super) fn refresh(&mut self) {
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

    pub(super) fn receive(&mut self, other: &Replica) {
        self.world.unite(&other.world);
        self.refresh();
    }

    pub(super) fn coder(&mut self, choice: usize) -> Uuid {
        let handle = NAMES[choice % NAMES.len()];
        let known = alive(&self.shown.coders).into_iter().find(|(_, coder)| coder.handle == handle);
        if let Some((id, _)) = known {
            return id;
        }
        let natural = id::coder_id(PROJECT, handle);
        let taken = self.shown.coders.standings.contains_key(&natural);
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

    pub(super) fn set_document(&mut self, id: Uuid, document: Option<Document>) {
        write(&mut self.world.documents, &self.shown.documents, Entity::Document, id, None, document);
    }

    pub(super) fn set_code(&mut self, id: Uuid, code: Option<Code>) {
        write(&mut self.world.codes, &self.shown.codes, Entity::Code, id, None, code);
    }

    pub(super) fn set_annotation(&mut self, id: Uuid, annotation: Option<Annotation>) {
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

    pub(super) fn subtree(&self, top: Uuid) -> BTreeSet<Uuid> {
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

    pub(super) fn remove_about(&mut self, document: Option<Uuid>, code: Option<Uuid>) {
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
}

pub(super) fn document(name: &str, text: Digest) -> Document {
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
