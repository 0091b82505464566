//! The heads of a record put together: one state where they agree, several where a person must choose.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Field, Fields, State, Strand, Times};
use crate::domain::Version;
use crate::domain::lineage::Graph;

/// A head, or several that were put together.
#[derive(Debug, Clone)]
pub(super) struct Head<C> {
    /// The versions that it stands for, in order.
    pub(super) versions: BTreeSet<Version>,
    /// The smallest of the ids under which they were written.
    pub(super) id: Uuid,
    /// What they say together.
    pub(super) state: State<C>,
    /// Its times.
    pub(super) times: Times,
    /// Everything they descend from, themselves included.
    past: BTreeSet<Version>,
}

/// The records that are one, most often a single one: their versions in one graph.
pub(super) struct Joint<'w, C> {
    members: Vec<(Uuid, &'w Strand<C>)>,
    graph: Option<Graph>,
}

/// What the heads come to.
#[derive(Debug, Clone)]
pub(super) struct View<C> {
    /// What is shown: everything, or, while a conflict is open, our side with whatever does not contradict it.
    pub(super) shown: Head<C>,
    /// What contradicts it, and the fields in which it does. Empty when all is settled.
    pub(super) others: Vec<(Head<C>, Vec<Field>)>,
}

impl<'w, C: Fields> Joint<'w, C> {
    /// The members, which come in the order of their ids.
    pub(super) fn new(members: Vec<(Uuid, &'w Strand<C>)>) -> Self {
        let graph = (members.len() > 1).then(|| {
            let mut graph = Graph::default();
            members.iter().for_each(|(_, strand)| graph.extend(strand.graph()));
            graph
        });
        Joint { members, graph }
    }

    fn graph(&self) -> &Graph {
        self.graph.as_ref().unwrap_or_else(|| self.members[0].1.graph())
    }

    fn state(&self, version: Version) -> Option<&State<C>> {
        self.members.iter().find_map(|(_, strand)| strand.state(version))
    }

    /// The heads of all members that none of the others descends from. `through` says what a state means here: whose
    /// references lead to records that others stand for now.
    fn heads(&self, through: &dyn Fn(&C) -> C) -> Vec<Head<C>> {
        let all =
            self.members.iter().flat_map(|(id, strand)| strand.heads().iter().map(move |head| (*head, *id)));
        let all: Vec<(Version, Uuid)> = all.collect();
        let graph = self.graph();
        let alone = all.len() == 1;
        let heads = graph.heads(all.iter().map(|(version, _)| *version));
        heads
            .into_iter()
            .map(|version| {
                let id = all.iter().filter(|(head, _)| *head == version).map(|(_, id)| *id).min();
                let mut past = if alone { BTreeSet::new() } else { graph.ancestors(version) };
                past.insert(version);
                let known = self.members.iter().find(|(_, strand)| strand.state(version).is_some());
                Head {
                    versions: BTreeSet::from([version]),
                    id: id.unwrap_or_default(),
                    state: self.state(version).cloned().flatten().map(|state| through(&state)),
                    times: known.map(|(_, strand)| strand.times(version)).unwrap_or_default(),
                    past,
                }
            })
            .collect()
    }

    /// The head of a record that has one, as nearly all have.
    fn only_head(&self, through: &dyn Fn(&C) -> C) -> Option<Head<C>> {
        let [(id, strand)] = self.members.as_slice() else { return None };
        let mut heads = strand.heads().iter();
        let (Some(version), None) = (heads.next(), heads.next()) else { return None };
        Some(Head {
            versions: BTreeSet::from([*version]),
            id: *id,
            state: strand.state(*version).cloned().flatten().map(|state| through(&state)),
            times: strand.times(*version),
            past: BTreeSet::new(),
        })
    }

    /// Puts two heads together; the fields in which they contradict each other where they do.
    fn merge(
        &self,
        one: &Head<C>,
        other: &Head<C>,
        through: &dyn Fn(&C) -> C,
    ) -> Result<Head<C>, Vec<Field>> {
        let state = match (&one.state, &other.state) {
            (None, None) => None,
            (first, second) if first == second => first.clone(),
            (None, Some(kept)) | (Some(kept), None) => {
                // A deletion of what the other side has left as it was, or put back as it was.
                let bases = self.bases(one, other, through).unwrap_or_default();
                let untouched = !bases.is_empty() && bases.iter().all(|base| base.as_ref() == Some(kept));
                if !untouched {
                    return Err(vec!["deleted"]);
                }
                None
            }
            (Some(first), Some(second)) => {
                let mut clashes = Vec::new();
                let bases = self.bases(one, other, through);
                let alive: Option<Vec<&C>> =
                    bases.as_ref().and_then(|bases| bases.iter().map(Option::as_ref).collect());
                let merged = match alive {
                    // Made independently: there is nothing that both came from. Under one id that cannot be; there the
                    // lineage was lost on the way, and whatever differs is a question.
                    Some(bases) if bases.is_empty() && one.id != other.id => {
                        let (elder, younger) =
                            if one.id <= other.id { (first, second) } else { (second, first) };
                        C::join(elder, younger, &mut clashes)
                    }
                    Some(bases) => C::merge(&bases, first, second, &mut clashes),
                    // What they came from is not known any more, or was deleted: whatever differs is a question.
                    None => C::merge(&[], first, second, &mut clashes),
                };
                if !clashes.is_empty() {
                    return Err(clashes);
                }
                Some(merged)
            }
        };
        Ok(Head {
            versions: one.versions.union(&other.versions).copied().collect(),
            id: one.id.min(other.id),
            state,
            times: one.times.of_both(other.times),
            past: one.past.union(&other.past).copied().collect(),
        })
    }

    /// What the record said at the nearest versions that both descend from; `None` when one of those is not known.
    fn bases(&self, one: &Head<C>, other: &Head<C>, through: &dyn Fn(&C) -> C) -> Option<Vec<State<C>>> {
        let common = one.past.intersection(&other.past).copied();
        let nearest = self.graph().heads(common);
        let states = nearest.into_iter().map(|version| {
            let state = self.state(version)?;
            Some(state.as_ref().map(through))
        });
        states.collect()
    }

    /// What the heads come to. Which of several contradicting ones is shown is this store's own affair; whether they
    /// contradict each other, and what they come to where they do not, is the same everywhere, whatever came first.
    pub(super) fn view(&self, through: &dyn Fn(&C) -> C) -> View<C> {
        if let Some(shown) = self.only_head(through) {
            return View { shown, others: Vec::new() };
        }
        let heads = self.heads(through);
        let mut groups: Vec<Head<C>> = Vec::new();
        // In the order of the versions, which is the same in every store.
        'heads: for head in &heads {
            for group in &mut groups {
                if let Ok(merged) = self.merge(group, head, through) {
                    *group = merged;
                    continue 'heads;
                }
            }
            groups.push(head.clone());
        }
        self.put_groups_together(&mut groups, through);
        if let [_] = groups.as_slice() {
            let shown = groups.remove(0);
            return View { shown, others: Vec::new() };
        }
        self.contested(heads, groups, through)
    }

    /// Two heads that contradict a third may together come to what it says.
    fn put_groups_together(&self, groups: &mut Vec<Head<C>>, through: &dyn Fn(&C) -> C) {
        let mut first = 0;
        while first + 1 < groups.len() {
            let found = (first + 1..groups.len()).find_map(|second| {
                Some((second, self.merge(&groups[first], &groups[second], through).ok()?))
            });
            match found {
                Some((second, merged)) => {
                    groups[first] = merged;
                    groups.remove(second);
                    first = 0;
                }
                None => first += 1,
            }
        }
    }

    fn contested(
        &self,
        mut heads: Vec<Head<C>>,
        mut groups: Vec<Head<C>>,
        through: &dyn Fn(&C) -> C,
    ) -> View<C> {
        let is_ours = |head: &Head<C>| {
            self.members
                .iter()
                .any(|(_, strand)| head.versions.iter().any(|one| strand.shown().contains(one)))
        };
        // A change must not vanish behind a deletion; then ours comes first.
        heads.sort_by_key(|head| (head.state.is_none(), !is_ours(head)));
        let mut rest = heads.into_iter();
        let mut shown = rest.next().expect("a contested record has heads");
        let mut others: Vec<Head<C>> = Vec::new();
        for head in rest {
            match self.merge(&shown, &head, through) {
                Ok(merged) if merged.state.is_some() || shown.state.is_none() => shown = merged,
                // Two that say the same are one question. A deletion of what this head has left as it was is one too, while
                // others contradict it: which of them came first would decide what is shown.
                _ => match others.iter_mut().find(|other| other.state == head.state) {
                    Some(same) => same.versions.extend(&head.versions),
                    None => others.push(head),
                },
            }
        }
        if others.is_empty() {
            groups.sort_by_key(|group| group.state.is_none());
            shown = groups.remove(0);
            others = groups;
        }
        let others = others.into_iter().map(|other| {
            let is_deletion = shown.state.is_none() != other.state.is_none();
            let otherwise = if is_deletion { "deleted" } else { "history" };
            let fields = self.merge(&shown, &other, through).err();
            (other, fields.unwrap_or_else(|| vec![otherwise]))
        });
        let others = others.collect();
        View { shown, others }
    }
}

/// What two states of one record say together, whichever of them contradict each other: there the first one holds. With
/// the fields in which they do. Each state is given by the record that it was written for and its version; `None` when
/// one of them is not known, or is a deletion.
pub fn combine<C: Fields>(
    (one_id, one, at): (Uuid, &Strand<C>, Version),
    (other_id, other, other_at): (Uuid, &Strand<C>, Version),
) -> Option<(C, Vec<Field>)> {
    let members =
        if one_id == other_id { vec![(one_id, one)] } else { vec![(one_id, one), (other_id, other)] };
    let joint = Joint::new(members);
    let head = |id: Uuid, strand: &Strand<C>, version: Version| {
        let mut past = joint.graph().ancestors(version);
        past.insert(version);
        let state = strand.state(version).cloned().flatten();
        Head { versions: BTreeSet::from([version]), id, state, times: strand.times(version), past }
    };
    let (first, second) = (head(one_id, one, at), head(other_id, other, other_at));
    let (Some(ours), Some(theirs)) = (&first.state, &second.state) else { return None };
    let mut clashes = Vec::new();
    let bases = joint.bases(&first, &second, &|state| state.clone());
    let alive: Option<Vec<&C>> = bases.as_ref().and_then(|bases| bases.iter().map(Option::as_ref).collect());
    let both = match alive {
        Some(bases) if bases.is_empty() && one_id != other_id => C::join(ours, theirs, &mut clashes),
        Some(bases) => C::merge(&bases, ours, theirs, &mut clashes),
        None => C::merge(&[], ours, theirs, &mut clashes),
    };
    Some((both, clashes))
}
