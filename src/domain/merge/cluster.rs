//! Records that are one: made independently in two stores, or grown together since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::heads::{Head, Joint, View};
use super::{Fields, Strand, Times};
use crate::domain::Version;

/// All records of one kind.
pub type Kind<C> = BTreeMap<Uuid, Strand<C>>;

/// Records that are one, most often a single one. The smallest id stands for all.
#[derive(Debug, Clone)]
pub(super) struct Cluster<C> {
    /// The ids, in order.
    pub(super) members: Vec<Uuid>,
    pub(super) view: View<C>,
    /// Deleted by everybody, and yet something that lives needs it: it lives on, and the deletion is a question.
    pub(super) kept: Option<Kept<C>>,
}

/// A record that lives on although it was deleted.
#[derive(Debug, Clone)]
pub(super) struct Kept<C> {
    pub(super) state: C,
    pub(super) times: Times,
}

impl<C: Fields> Cluster<C> {
    /// The id that stands for all.
    pub(super) fn id(&self) -> Uuid {
        self.members[0]
    }

    /// What it says; `None` when it is deleted and nothing needs it.
    pub(super) fn state(&self) -> Option<&C> {
        self.kept.as_ref().map(|kept| &kept.state).or(self.view.shown.state.as_ref())
    }

    /// Whether all agree on it.
    pub(super) fn is_settled(&self) -> bool {
        self.view.others.is_empty() && self.kept.is_none()
    }
}

/// The records of one kind, put together where they are one.
pub(super) struct Clusters<'w, C> {
    kind: &'w Kind<C>,
    pub(super) all: Vec<Cluster<C>>,
    of: HashMap<Uuid, usize>,
}

impl<'w, C: Fields> Clusters<'w, C> {
    /// The records as they are linked by their own histories: what somebody wrote after two had become one
    /// descends from both.
    pub(super) fn linked(kind: &'w Kind<C>) -> Self {
        let mut sets: Vec<Vec<Uuid>> = Vec::with_capacity(kind.len());
        let groups = links(kind);
        let mut taken = BTreeSet::new();
        for (id, group) in &groups {
            if taken.insert(*id) {
                taken.extend(group.iter().copied());
                sets.push(group.iter().copied().collect());
            }
        }
        sets.extend(kind.keys().filter(|id| !taken.contains(id)).map(|id| vec![*id]));
        sets.sort_unstable();
        let mut clusters = Clusters { kind, all: Vec::with_capacity(sets.len()), of: HashMap::new() };
        for members in sets {
            let view = clusters.joint(&members).view(&|state| state.clone());
            for member in &members {
                clusters.of.insert(*member, clusters.all.len());
            }
            clusters.all.push(Cluster { members, view, kept: None });
        }
        clusters
    }

    fn joint(&self, members: &[Uuid]) -> Joint<'w, C> {
        Joint::new(members.iter().map(|id| (*id, &self.kind[id])).collect())
    }

    /// The place of the cluster that `id` belongs to.
    pub(super) fn find(&self, id: Uuid) -> Option<usize> {
        self.of.get(&id).copied()
    }

    /// The strand of a member.
    pub(super) fn strand(&self, id: Uuid) -> &'w Strand<C> {
        &self.kind[&id]
    }

    /// Looks at all states again, now that it is known what their references lead to.
    pub(super) fn review(&mut self, through: &dyn Fn(&C) -> C) {
        for index in 0..self.all.len() {
            if !self.all[index].members.is_empty() {
                self.review_one(index, through);
            }
        }
    }

    fn review_one(&mut self, index: usize, through: &dyn Fn(&C) -> C) {
        let members = &self.all[index].members;
        let strand = &self.kind[&members[0]];
        if members.len() == 1 && strand.heads().len() == 1 {
            // One head: no more than its references can change.
            let shown = &mut self.all[index].view.shown;
            shown.state = shown.state.as_ref().map(through);
            return;
        }
        self.all[index].view = self.joint(members).view(through);
    }

    /// Makes one cluster of several, unless `agree` is set and they contradict each other. Says whether it did.
    pub(super) fn unite(&mut self, places: &[usize], agree: bool, through: &dyn Fn(&C) -> C) -> bool {
        let mut members: Vec<Uuid> =
            places.iter().flat_map(|place| self.all[*place].members.iter().copied()).collect();
        members.sort_unstable();
        let view = self.joint(&members).view(through);
        if agree && !view.others.is_empty() {
            return false;
        }
        let into = places.iter().copied().min_by_key(|place| self.all[*place].members[0]);
        let Some(into) = into else { return false };
        for member in &members {
            self.of.insert(*member, into);
        }
        for place in places.iter().filter(|place| **place != into) {
            self.all[*place].members.clear();
        }
        self.all[into] = Cluster { members, view, kept: None };
        true
    }

    /// The clusters that are left, with their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Cluster<C>)> {
        self.all.iter().enumerate().filter(|(_, cluster)| !cluster.members.is_empty())
    }

    /// What the record last said before it was deleted.
    pub(super) fn last_words(&self, index: usize, through: &dyn Fn(&C) -> C) -> Option<Kept<C>> {
        let cluster = &self.all[index];
        let mut next: BTreeSet<Version> = cluster.view.shown.versions.clone();
        let mut seen = BTreeSet::new();
        // The nearest living states before the deletion; of several, the one with the smallest version.
        while !next.is_empty() {
            let living = next.iter().find_map(|version| {
                let strand = self.holder(cluster, *version)?;
                let state = strand.state(*version)?.as_ref()?;
                Some(Kept { state: through(state), times: strand.times(*version) })
            });
            if living.is_some() {
                return living;
            }
            seen.extend(next.iter().copied());
            let before = next.iter().flat_map(|version| {
                cluster.members.iter().flat_map(|id| self.kind[id].graph().sources(*version))
            });
            next = before.filter(|version| !seen.contains(version)).collect();
        }
        None
    }

    fn holder(&self, cluster: &Cluster<C>, version: Version) -> Option<&'w Strand<C>> {
        let mut strands = cluster.members.iter().map(|id| &self.kind[id]);
        strands.find(|strand| strand.state(version).is_some())
    }
}

/// The ids that belong together since a head of one descends from a version of the other, each with all of its group.
fn links<C: Fields>(kind: &Kind<C>) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
    // Ancestors that are not the record's own are rare: only then is it worth knowing whose they are.
    let mut foreign: Vec<(Uuid, Version)> = Vec::new();
    for (id, strand) in kind {
        if strand.graph().is_plain() {
            continue;
        }
        let past = strand.heads().iter().flat_map(|head| strand.graph().ancestors(*head));
        foreign.extend(past.filter(|one| strand.state(*one).is_none()).map(|one| (*id, one)));
    }
    let mut groups: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    if foreign.is_empty() {
        return groups;
    }
    let wanted: BTreeSet<Version> = foreign.iter().map(|(_, version)| *version).collect();
    let owners = owners(kind, &wanted);
    for (id, version) in foreign {
        let Some(owner) = owners.get(&version).filter(|owner| **owner != id) else { continue };
        let mut group: BTreeSet<Uuid> = BTreeSet::from([id, *owner]);
        for one in [id, *owner] {
            group.extend(groups.get(&one).into_iter().flatten());
        }
        for one in &group {
            groups.insert(*one, group.clone());
        }
    }
    groups
}

/// Whose the versions are, as far as that is known.
fn owners<C: Fields>(kind: &Kind<C>, wanted: &BTreeSet<Version>) -> HashMap<Version, Uuid> {
    let mut owners = HashMap::new();
    for (id, strand) in kind {
        let own = strand.states().map(|(version, ..)| version);
        owners.extend(own.filter(|version| wanted.contains(version)).map(|version| (version, *id)));
    }
    owners
}

/// Whether any head is one that nobody wrote.
pub(super) fn has_derived<C: Fields>(kind: &Kind<C>) -> bool {
    kind.values().any(|strand| strand.heads().iter().any(|head| strand.graph().is_derived(*head)))
}

/// Puts the versions that a derived head follows from in its place, wherever all of them are known: it is worked out
/// anew from what somebody wrote.
pub(super) fn undo_derived<C: Fields>(kind: &mut Kind<C>) {
    loop {
        let derived: Vec<(Uuid, Version)> = kind
            .iter()
            .flat_map(|(id, strand)| {
                let heads = strand.heads().iter().filter(|head| strand.graph().is_derived(**head));
                heads.map(|head| (*id, *head))
            })
            .collect();
        let foreign: BTreeSet<Version> = derived
            .iter()
            .flat_map(|(id, head)| {
                kind[id].graph().sources(*head).filter(|one| kind[id].state(*one).is_none())
            })
            .collect();
        let owners = if foreign.is_empty() { HashMap::new() } else { owners(kind, &foreign) };
        let mut changed = false;
        for (id, head) in derived {
            let strand = &kind[&id];
            let sources: Vec<Version> = strand.graph().sources(head).collect();
            if sources.is_empty() {
                // It stands in for what was lost, and nothing is known that it could give way to.
                continue;
            }
            let owner = |version: &Version| match strand.state(*version) {
                Some(_) => Some(id),
                None => owners.get(version).copied().filter(|owner| kind[owner].state(*version).is_some()),
            };
            let Some(owned) = sources.iter().map(|one| Some((owner(one)?, *one))).collect::<Option<Vec<_>>>()
            else {
                continue;
            };
            changed = true;
            if let Some(strand) = kind.get_mut(&id) {
                let own = owned.iter().filter(|(owner, _)| *owner == id).map(|(_, version)| *version);
                strand.replace_head(head, own);
            }
            for (owner, version) in owned.into_iter().filter(|(owner, _)| *owner != id) {
                if let Some(strand) = kind.get_mut(&owner) {
                    strand.add_head(version);
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// The version that a head stands for, when it stands for one that `id` has.
pub(super) fn own_version<C: Fields>(head: &Head<C>, id: Uuid) -> Option<Version> {
    let mut versions = head.versions.iter();
    match (versions.next(), versions.next()) {
        (Some(only), None) if head.id == id => Some(*only),
        _ => None,
    }
}
