//! From everything that is known of all records to what each of them says.
//!
//! The kinds are settled in the order in which they refer to each other, and each by the same few rules:
//!
//! - what several stores made independently and is the same thing becomes one record: coders of one handle, documents of
//!   one text, codes of one path, one coder's annotations that say the same of one passage. The smallest id stands for all;
//! - references follow: to the record that stands for another, to the code that another was merged into, to the place of a
//!   passage in a text that was revised;
//! - what is deleted lives on while something that lives refers to it, and the deletion is a question;
//! - names that only one can have are told apart, moves that would close a circle wait, and both are questions.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::cluster::{Cluster, Clusters};
use super::codebook::Tree;
use super::leads::{Aliases, AllLeads, Leads};
use super::names::told_apart;
use super::standing::Settled;
use super::world::{World, written};
use super::{Field, Fields};
use crate::domain::record::{
    Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo, MemoSubject,
};
use crate::domain::{CharRange, Digest, Entity};

/// Finds passages again in another text of the same document.
pub trait Follow {
    /// Where the passage at `range` of the text `from` is in the text `to`, in code points; `None` when it is not there
    /// any more, or the texts are not at hand.
    fn follow(&self, from: Digest, to: Digest, range: CharRange) -> Option<CharRange>;
}

/// How all records stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the kind of its name")]
pub struct Settlement {
    pub coders: Settled<Coder>,
    pub documents: Settled<Document>,
    pub attributes: Settled<Attribute>,
    pub codes: Settled<Code>,
    pub annotations: Settled<Annotation>,
    pub memos: Settled<Memo>,
    pub assignments: Settled<Assignment>,
    pub aliases: Settled<Alias>,
    leads: AllLeads,
    texts: BTreeMap<Uuid, Digest>,
}

impl Settlement {
    /// What an annotation says here: whose references lead to what stands for them, at its place in the text that its
    /// document has now.
    pub fn shown(&self, one: &Annotation, texts: &dyn Follow) -> Annotation {
        let mut one = self.leads.annotation(one);
        if let Some(current) = self.texts.get(&one.document).filter(|current| **current != one.text)
            && let Some(range) = texts.follow(one.text, *current, one.range)
        {
            one.range = range;
            one.text = *current;
        }
        one
    }
}

/// Settles everything that is known. The outcome depends on nothing else: not on the order in which it came to be known,
/// but for which side of an open question is shown.
pub fn settle(world: &World, texts: &dyn Follow) -> Settlement {
    let mut settlement = Settlement::default();
    let aliases = written(&world.aliases);
    let coders = written(&world.coders);
    let documents = written(&world.documents);
    let codes = written(&world.codes);
    let attributes = written(&world.attributes);
    let assignments = written(&world.assignments);
    let memos = written(&world.memos);
    let annotations = written(&world.annotations);
    let aliases = Aliases::settle(&aliases, &mut settlement.aliases);
    let mut coders = Clusters::linked(&coders);
    let mut documents = Clusters::linked(&documents);
    let mut codes = Clusters::linked(&codes);
    let attributes = Clusters::linked(&attributes);
    let assignments = Clusters::linked(&assignments);
    let memos = Clusters::linked(&memos);
    let annotations = Clusters::linked(&annotations);

    let mut needed = Needed::default();
    living(&attributes).for_each(|attribute| needed.document(attribute.document));
    living(&assignments).for_each(|assignment| {
        needed.document(assignment.document);
        needed.coder(assignment.coder);
    });
    living(&memos).for_each(|memo| {
        needed.coder(memo.coder);
        match memo.subject {
            MemoSubject::Project => {}
            MemoSubject::Document(document) => needed.document(document),
            MemoSubject::Code(code) => needed.code(code),
        }
    });
    living(&annotations).for_each(|annotation| {
        needed.document(annotation.document);
        needed.coder(annotation.coder);
        annotation.code.into_iter().for_each(|code| needed.code(code));
    });
    keep(&mut coders, Entity::Coder, &aliases, needed.coders);
    keep(&mut documents, Entity::Document, &aliases, needed.documents);
    keep_codes(&mut codes, &aliases, needed.codes);

    settle_coders(coders, &mut settlement);
    let coders = Leads::of(Entity::Coder, &settlement.coders, &aliases);
    settle_documents(documents, &mut settlement);
    let documents = Leads::of(Entity::Document, &settlement.documents, &aliases);
    Tree::settle(codes, &aliases, &mut settlement.codes);
    let codes = Leads::of(Entity::Code, &settlement.codes, &aliases);

    settlement.leads = AllLeads { coders, documents, codes };
    settlement.texts = current_texts(&settlement.documents);
    let leads = &settlement.leads;
    leaves(
        Entity::Attribute,
        attributes,
        &mut settlement.attributes,
        &|one: &Attribute| leads.attribute(one),
        |one| (one.document, one.name.clone()),
    );
    leaves(
        Entity::Assignment,
        assignments,
        &mut settlement.assignments,
        &|one: &Assignment| leads.assignment(one),
        |one| (one.document, one.coder),
    );
    leaves(Entity::Memo, memos, &mut settlement.memos, &|one: &Memo| leads.memo(one), |one| {
        let (kind, subject) = match one.subject {
            MemoSubject::Project => (0, None),
            MemoSubject::Document(document) => (1, Some(document)),
            MemoSubject::Code(code) => (2, Some(code)),
        };
        (kind, subject, one.coder, one.text.clone())
    });
    let mut settled = Settled::default();
    let shown = |one: &Annotation| settlement.shown(one, texts);
    leaves(Entity::Annotation, annotations, &mut settled, &shown, annotation_key);
    settlement.annotations = settled;
    settlement
}

/// What makes two annotations say the same. Without a code, the note is what is said.
fn annotation_key(one: &Annotation) -> impl Ord + use<> {
    let note = if one.code.is_some() { String::new() } else { one.note.clone() };
    (one.document, one.range, one.coder, one.code, *one.text.as_bytes(), note)
}

fn living<'c, C: Fields>(clusters: &'c Clusters<'_, C>) -> impl Iterator<Item = &'c C> {
    clusters.iter().filter_map(|(_, cluster)| cluster.state())
}

/// The records that something living refers to.
#[derive(Default)]
struct Needed {
    coders: BTreeSet<Uuid>,
    documents: BTreeSet<Uuid>,
    codes: BTreeSet<Uuid>,
}

impl Needed {
    fn coder(&mut self, id: Uuid) {
        self.coders.insert(id);
    }

    fn document(&mut self, id: Uuid) {
        self.documents.insert(id);
    }

    fn code(&mut self, id: Uuid) {
        self.codes.insert(id);
    }
}

/// Lets deleted records live on that something living refers to.
fn keep<C: Fields>(
    clusters: &mut Clusters<'_, C>,
    entity: Entity,
    aliases: &Aliases,
    needed: impl IntoIterator<Item = Uuid>,
) -> Vec<usize> {
    let mut kept = Vec::new();
    for id in needed {
        let Some(place) = aliases.meant(entity, clusters, id) else { continue };
        if clusters.all[place].state().is_some() {
            continue;
        }
        let last = clusters.last_words(place, &|state| state.clone());
        if last.is_some() {
            clusters.all[place].kept = last;
            kept.push(place);
        }
    }
    kept
}

/// As [`keep`], with the codes above those that live.
fn keep_codes(codes: &mut Clusters<'_, Code>, aliases: &Aliases, needed: BTreeSet<Uuid>) {
    keep(codes, Entity::Code, aliases, needed);
    let mut above: BTreeSet<Uuid> = living(codes).filter_map(|code| code.parent).collect();
    while !above.is_empty() {
        let kept = keep(codes, Entity::Code, aliases, std::mem::take(&mut above));
        above = kept.iter().filter_map(|place| codes.all[*place].state()?.parent).collect();
    }
}

/// Coders of one handle are one person; who are two needs two handles.
fn settle_coders(mut coders: Clusters<'_, Coder>, settlement: &mut Settlement) {
    join_equals(&mut coders, |coder| Some(coder.handle.clone()), true, &|coder| coder.clone());
    put_named(
        Entity::Coder,
        &coders,
        &mut settlement.coders,
        "handle",
        |coder| &coder.handle,
        |_, handle| Coder { handle },
    );
}

/// The same text is the same document, of rows of a table only under the same name; the same name with another text is a
/// question.
fn settle_documents(mut documents: Clusters<'_, Document>, settlement: &mut Settlement) {
    let key = |document: &Document| {
        let name = if document.is_row() { document.name.clone() } else { String::new() };
        Some((*document.text.as_bytes(), document.is_row(), name))
    };
    join_equals(&mut documents, key, true, &Document::clone);
    let settled = &mut settlement.documents;
    put_named(
        Entity::Document,
        &documents,
        settled,
        "name",
        |document| &document.name,
        |document, name| Document { name, ..document },
    );
}

/// Makes one record of those on which everybody agrees and that have the same key.
fn join_equals<C: Fields, K: Ord>(
    clusters: &mut Clusters<'_, C>,
    key: impl Fn(&C) -> Option<K>,
    agree: bool,
    through: &dyn Fn(&C) -> C,
) {
    let mut same: BTreeMap<K, Vec<usize>> = BTreeMap::new();
    for (place, cluster) in clusters.iter().filter(|(_, cluster)| cluster.is_settled()) {
        if let Some(key) = cluster.state().and_then(&key) {
            same.entry(key).or_default().push(place);
        }
    }
    for places in same.into_values().filter(|places| places.len() > 1) {
        clusters.unite(&places, agree, through);
    }
}

/// Puts down records whose names only one can have.
fn put_named<C: Fields>(
    entity: Entity,
    clusters: &Clusters<'_, C>,
    settled: &mut Settled<C>,
    field: Field,
    name: impl Fn(&C) -> &String,
    named: impl Fn(C, String) -> C,
) {
    let mut all: Vec<&Cluster<C>> = clusters.iter().map(|(_, cluster)| cluster).collect();
    all.sort_by_key(|cluster| cluster.id());
    let alive: Vec<(&Cluster<C>, &C)> =
        all.iter().filter_map(|cluster| Some((*cluster, cluster.state()?))).collect();
    let names: Vec<&str> = alive.iter().map(|(_, state)| name(state).as_str()).collect();
    let given = told_apart(&names);
    for (place, (cluster, state)) in alive.into_iter().enumerate() {
        let state = state.clone();
        let (says, broken) = match given.get(&place) {
            Some(other) => (named(state, other.clone()), vec![field]),
            None => (state, Vec::new()),
        };
        settled.put(entity, clusters, cluster, Some(says), &broken);
    }
    for cluster in all.into_iter().filter(|cluster| cluster.state().is_none()) {
        settled.put(entity, clusters, cluster, None, &[]);
    }
}

/// Settles records that nothing refers to. `through` says what a state means here, `key` what makes two records the same.
fn leaves<C: Fields, K: Ord>(
    entity: Entity,
    mut clusters: Clusters<'_, C>,
    settled: &mut Settled<C>,
    through: &dyn Fn(&C) -> C,
    key: impl Fn(&C) -> K,
) {
    clusters.review(through);
    // They are one whether they agree or not: only one of them can be there.
    join_equals(&mut clusters, |state| Some(key(state)), false, through);
    let mut holders: BTreeMap<K, Uuid> = BTreeMap::new();
    for (_, cluster) in clusters.iter().filter(|(_, cluster)| cluster.is_settled()) {
        if let Some(state) = cluster.state() {
            holders.insert(key(state), cluster.id());
        }
    }
    let mut all: Vec<&Cluster<C>> = clusters.iter().map(|(_, cluster)| cluster).collect();
    // Those on which everybody agrees have their place; what is shown of the others finds its own or waits.
    all.sort_by_key(|cluster| (!cluster.is_settled(), cluster.id()));
    for cluster in all {
        let says = cluster.state().cloned();
        let holder = says.as_ref().map(|state| *holders.entry(key(state)).or_insert(cluster.id()));
        match holder.filter(|holder| *holder != cluster.id()) {
            Some(holder) => settled.hide(entity, &clusters, cluster, holder),
            None => settled.put(entity, &clusters, cluster, says, &[]),
        }
    }
}

/// The texts that the documents have now.
fn current_texts(documents: &Settled<Document>) -> BTreeMap<Uuid, Digest> {
    let current = documents.standings.iter().filter_map(|(id, standing)| {
        let document = standing.step().state.as_ref()?;
        Some((*id, document.text))
    });
    current.collect()
}
