//! The outcome for the records of one kind.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::cluster::{Cluster, Clusters, own_version};
use super::heads::Head;
use super::{Field, Fields, Step, Times};
use crate::domain::Entity;

/// How a record stands once everything is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<C> {
    /// It says this.
    Stands(Step<C>, Times),
    /// It is deleted.
    Gone(Step<C>),
    /// Another record stands for it.
    Joined {
        /// That record.
        into: Uuid,
        /// The deletion of its own, which is nobody's.
        step: Step<C>,
    },
}

impl<C> Standing<C> {
    /// The version that a store has of it.
    pub fn step(&self) -> &Step<C> {
        match self {
            Standing::Stands(step, _) | Standing::Gone(step) | Standing::Joined { step, .. } => step,
        }
    }
}

/// A question that only a person can answer: two states of one record that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash<C> {
    /// The record.
    pub record: Uuid,
    /// What it does not say here, although somebody wants it to.
    pub theirs: Step<C>,
    /// When that was written.
    pub times: Times,
    /// In which fields.
    pub fields: Vec<Field>,
}

/// How the records of one kind stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<C> {
    /// Every record.
    pub standings: BTreeMap<Uuid, Standing<C>>,
    /// The open questions.
    pub clashes: Vec<Clash<C>>,
}

impl<C> Default for Settled<C> {
    fn default() -> Self {
        Settled { standings: BTreeMap::new(), clashes: Vec::new() }
    }
}

impl<C: Fields> Settled<C> {
    /// Puts down how a cluster stands. `says` is what it says under the rules that concern several records; `broken` are
    /// the fields in which these rules kept it from saying what it wants to.
    pub(super) fn put(
        &mut self,
        entity: Entity,
        clusters: &Clusters<'_, C>,
        cluster: &Cluster<C>,
        says: Option<C>,
        broken: &[Field],
    ) {
        let id = cluster.id();
        let shown = &cluster.view.shown;
        let wish = step_of(entity, clusters, id, shown, shown.state.as_ref());
        let standing = match says {
            None => Standing::Gone(wish.clone()),
            Some(says) if wish.state.as_ref() == Some(&says) => Standing::Stands(wish.clone(), shown.times),
            Some(says) => {
                let sources = shown.versions.iter().copied();
                let times = cluster.kept.as_ref().map_or(shown.times, |kept| kept.times);
                Standing::Stands(Step::derived(entity, id, sources, Some(says)), times)
            }
        };
        self.standings.insert(id, standing);
        for member in &cluster.members[1..] {
            self.join(entity, clusters, *member, id);
        }
        for (other, fields) in &cluster.view.others {
            let theirs = step_of(entity, clusters, id, other, other.state.as_ref());
            self.clashes.push(Clash { record: id, theirs, times: other.times, fields: fields.clone() });
        }
        // Nobody deletes a coder: one goes with the undo of the first thing they did. That is no decision about their work.
        if cluster.kept.is_some() && entity != Entity::Coder {
            self.clashes.push(Clash {
                record: id,
                theirs: wish.clone(),
                times: shown.times,
                fields: vec!["deleted"],
            });
        }
        if !broken.is_empty() {
            self.clashes.push(Clash {
                record: id,
                theirs: wish,
                times: shown.times,
                fields: broken.to_vec(),
            });
        }
    }

    /// Puts down that the record `into` stands for `member`.
    pub(super) fn join(&mut self, entity: Entity, clusters: &Clusters<'_, C>, member: Uuid, into: Uuid) {
        let heads = clusters.strand(member).heads().iter().copied();
        let step = Step::derived(entity, member, heads, None);
        self.standings.insert(member, Standing::Joined { into, step });
    }

    /// Puts down that the record `into` has the only place that a cluster could have: it waits behind it, with its questions.
    pub(super) fn hide(
        &mut self,
        entity: Entity,
        clusters: &Clusters<'_, C>,
        cluster: &Cluster<C>,
        into: Uuid,
    ) {
        for member in &cluster.members {
            self.join(entity, clusters, *member, into);
        }
        for (other, fields) in &cluster.view.others {
            let theirs = step_of(entity, clusters, cluster.id(), other, other.state.as_ref());
            self.clashes.push(Clash {
                record: cluster.id(),
                theirs,
                times: other.times,
                fields: fields.clone(),
            });
        }
    }
}

/// The version at which `id` says what its heads say together: the one that somebody wrote, where there is one.
fn step_of<C: Fields>(
    entity: Entity,
    clusters: &Clusters<'_, C>,
    id: Uuid,
    head: &Head<C>,
    says: Option<&C>,
) -> Step<C> {
    let strand = clusters.strand(id);
    if let Some(version) = own_version(head, id)
        && strand.state(version).is_some_and(|state| state.as_ref() == says)
    {
        let parents = strand.graph().parents(version).unwrap_or_default().to_vec();
        return Step { version, parents, state: says.cloned() };
    }
    Step::derived(entity, id, head.versions.iter().copied(), says.cloned())
}
