//! One record through all its versions, as far as a store knows them.

use std::collections::BTreeSet;

use litemap::LiteMap;
use uuid::Uuid;

use super::State;
use crate::domain::lineage::Graph;
use crate::domain::version::Content;
use crate::domain::{Entity, Version};

/// When a state was made and last changed, in milliseconds since 1970. Carried along, never compared to decide anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Times {
    /// When the record was made.
    pub created: i64,
    /// When it came to say what it says.
    pub modified: i64,
}

impl Times {
    /// The times of a state that two others make together: the earlier beginning, the later change.
    pub fn of_both(self, other: Times) -> Times {
        Times { created: self.created.min(other.created), modified: self.modified.max(other.modified) }
    }
}

/// A record through its versions: the graph, what it said at each version that is still known, and its heads.
///
/// The heads are the versions that somebody wrote and that nothing written later descends from: one when all agree,
/// several while a conflict is open. A version that nobody wrote ([`Version::DERIVED`]) is a head only where the states
/// that it follows from are not known, so that it cannot be worked out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strand<C> {
    graph: Graph,
    /// Most records have one state or two: in a tree, the room for the others would be ten times what is there.
    states: LiteMap<Version, (State<C>, Times)>,
    heads: BTreeSet<Version>,
    /// The heads behind what this store shows of the record: they stay what it shows while a conflict is open.
    shown: BTreeSet<Version>,
}

impl<C> Default for Strand<C> {
    fn default() -> Self {
        Strand {
            graph: Graph::default(),
            states: LiteMap::new(),
            heads: BTreeSet::new(),
            shown: BTreeSet::new(),
        }
    }
}

impl<C: Clone> Strand<C> {
    /// A strand of what is known: of the versions in `heads`, only those count that no other descends from.
    pub fn new(
        graph: Graph,
        states: LiteMap<Version, (State<C>, Times)>,
        heads: impl IntoIterator<Item = Version>,
        shown: impl IntoIterator<Item = Version>,
    ) -> Self {
        let heads = graph.heads(heads);
        let mut strand = Strand { graph, states, heads, shown: shown.into_iter().collect() };
        strand.undo_derived();
        strand
    }

    /// The same with `version`, which says `state`, as what is shown. A strand of which nothing is known has that version.
    pub fn showing(mut self, version: Version, state: State<C>) -> Self {
        self.states.entry(version).or_insert((state, Times::default()));
        if self.graph.parents(version).is_none() {
            self.graph.insert(version, Vec::new());
        }
        if self.heads.is_empty() {
            self.heads.insert(version);
        }
        self.shown = BTreeSet::from([version]);
        self.undo_derived();
        self
    }

    /// Puts the versions that a derived head follows from in its place, where what they say is known.
    fn undo_derived(&mut self) {
        self.give_way();
        let is_open = |strand: &Self, head: &Version| {
            strand.graph.is_derived(*head)
                && !strand.is_stand_in(*head)
                && strand.graph.sources(*head).all(|source| strand.states.contains_key(&source))
        };
        while let Some(head) = self.heads.iter().chain(&self.shown).find(|head| is_open(self, head)).copied()
        {
            let sources: Vec<Version> = self.graph.sources(head).collect();
            self.replace_head(head, sources);
        }
    }

    /// Whether `version` is derived from nothing: it stands in for a record that was lost in a damaged store.
    fn is_stand_in(&self, version: Version) -> bool {
        self.graph.is_derived(version) && self.graph.sources(version).next().is_none()
    }

    /// What stands in for a lost record is a head only as long as nobody knows what the record said.
    fn give_way(&mut self) {
        let true_ones: BTreeSet<Version> =
            self.heads.iter().copied().filter(|head| !self.is_stand_in(*head)).collect();
        if true_ones.is_empty() || true_ones.len() == self.heads.len() {
            return;
        }
        if self.shown.iter().any(|shown| self.is_stand_in(*shown)) {
            self.shown.clone_from(&true_ones);
        }
        self.heads = true_ones;
    }

    /// A record that has one version.
    pub fn first(version: Version, state: C, times: Times) -> Self {
        let mut graph = Graph::default();
        graph.insert(version, Vec::new());
        let heads = BTreeSet::from([version]);
        Strand {
            graph,
            states: LiteMap::from_iter([(version, (Some(state), times))]),
            shown: heads.clone(),
            heads,
        }
    }

    /// The versions and what they came from.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The heads.
    pub fn heads(&self) -> &BTreeSet<Version> {
        &self.heads
    }

    /// The heads behind what this store shows.
    pub fn shown(&self) -> &BTreeSet<Version> {
        &self.shown
    }

    /// What the record said at `version`; `None` when that is not known.
    pub fn state(&self, version: Version) -> Option<&State<C>> {
        self.states.get(&version).map(|(state, _)| state)
    }

    /// When it came to say that.
    pub fn times(&self, version: Version) -> Times {
        self.states.get(&version).map(|(_, times)| *times).unwrap_or_default()
    }

    /// Every known state, by version.
    pub fn states(&self) -> impl Iterator<Item = (Version, &State<C>, Times)> {
        self.states.iter().map(|(version, (state, times))| (*version, state, *times))
    }

    /// Whether every version is the hash of what is said to be its state. A strand from elsewhere need not be true.
    pub fn is_genuine(&self, entity: Entity, id: Uuid) -> bool
    where
        C: Content,
    {
        self.states.iter().all(|(version, (state, _))| {
            let parents = self.graph.parents(*version).unwrap_or_default();
            Version::of(entity, id, parents, state.as_ref()) == *version
        })
    }

    /// Whether `version` is a head or comes before one: it holds nothing new.
    pub fn includes(&self, version: Version) -> bool {
        self.heads.contains(&version)
            || self.heads.iter().any(|head| self.graph.ancestors(*head).contains(&version))
    }

    /// Adds a version that somebody wrote.
    pub fn write(&mut self, version: Version, parents: Vec<Version>, state: State<C>, times: Times) {
        self.graph.insert(version, parents);
        self.states.insert(version, (state, times));
        self.heads.insert(version);
        self.heads = self.graph.heads(std::mem::take(&mut self.heads));
    }

    /// The same with what a lineage says of the record's versions.
    pub fn knowing(mut self, graph: &Graph) -> Self {
        self.learn(graph);
        self
    }

    /// Takes over what a lineage says of the record's versions.
    pub(super) fn learn(&mut self, graph: &Graph) {
        self.graph.extend(graph);
        self.heads = self.graph.heads(std::mem::take(&mut self.heads));
    }

    /// Takes over everything that `other` knows of the same record. What is shown stays what it was.
    pub fn unite(&mut self, other: &Strand<C>) {
        self.graph.extend(&other.graph);
        for (version, known) in &other.states {
            self.states.entry(*version).or_insert_with(|| known.clone());
        }
        let heads = std::mem::take(&mut self.heads);
        self.heads = self.graph.heads(heads.into_iter().chain(other.heads.iter().copied()));
        self.give_way();
    }

    /// Puts the versions that it follows from in the place of a derived head.
    pub(super) fn replace_head(&mut self, derived: Version, by: impl IntoIterator<Item = Version>) {
        let was_head = self.heads.remove(&derived);
        let was_shown = self.shown.remove(&derived);
        for version in by {
            if was_head {
                self.heads.insert(version);
            }
            if was_shown {
                self.shown.insert(version);
            }
        }
        self.heads = self.graph.heads(std::mem::take(&mut self.heads));
    }

    /// Makes `version` a head, unless a head descends from it.
    pub(super) fn add_head(&mut self, version: Version) {
        self.heads.insert(version);
        self.heads = self.graph.heads(std::mem::take(&mut self.heads));
    }
}
