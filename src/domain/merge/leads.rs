//! Where references lead: to records that were given up for others, and to those that others stand for.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::Fields;
use super::cluster::{Clusters, Kind};
use super::standing::{Settled, Standing};
use crate::domain::Entity;
use crate::domain::record::{Alias, Annotation, Assignment, Attribute, Memo, MemoSubject};

/// Ids that were given up for others by somebody's decision.
pub(super) struct Aliases {
    targets: HashMap<(Entity, Uuid), Uuid>,
}

impl Aliases {
    pub(super) fn settle(kind: &Kind<Alias>, settled: &mut Settled<Alias>) -> Aliases {
        let clusters = Clusters::linked(kind);
        let mut targets = HashMap::new();
        for (_, cluster) in clusters.iter() {
            let says = cluster.state().cloned();
            if let Some(alias) = &says {
                targets.insert((alias.entity, alias.retired), alias.target);
            }
            settled.put(Entity::Alias, &clusters, cluster, says, &[]);
        }
        Aliases { targets }
    }

    /// The ids that stand for `id`, nearest first.
    pub(super) fn after(&self, entity: Entity, id: Uuid) -> impl Iterator<Item = Uuid> {
        // Two stores may have made a circle together: it is gone through once.
        let mut seen = HashSet::from([id]);
        let next =
            move |id: &Uuid| self.targets.get(&(entity, *id)).copied().filter(|next| seen.insert(*next));
        std::iter::successors(Some(id), next).skip(1)
    }

    /// The cluster that a reference to `id` means: its own, or, where that is dead, the one that it was given up for.
    pub(super) fn meant<C: Fields>(
        &self,
        entity: Entity,
        clusters: &Clusters<'_, C>,
        id: Uuid,
    ) -> Option<usize> {
        let lives = |place: &usize| clusters.all[*place].state().is_some();
        let own = clusters.find(id);
        if own.is_some_and(|place| lives(&place)) {
            return own;
        }
        let mut last = own;
        for next in self.after(entity, id) {
            let Some(place) = clusters.find(next) else { continue };
            last = Some(place);
            if lives(&place) {
                return last;
            }
        }
        last
    }
}

/// Where references of one kind lead: ids that are not here lead to themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Leads(BTreeMap<Uuid, Uuid>);

impl Leads {
    pub(super) fn of<C: Fields>(entity: Entity, settled: &Settled<C>, aliases: &Aliases) -> Leads {
        let standing = |id: &Uuid| match settled.standings.get(id) {
            Some(Standing::Joined { into, .. }) => (*into, settled.standings.get(into)),
            other => (*id, other),
        };
        let lead = |id: &Uuid| {
            let (first, own) = standing(id);
            if matches!(own, Some(Standing::Stands(..))) {
                return first;
            }
            let alive = aliases.after(entity, *id).chain(aliases.after(entity, first)).find_map(|next| {
                let (next, standing) = standing(&next);
                matches!(standing, Some(Standing::Stands(..))).then_some(next)
            });
            alive.unwrap_or(first)
        };
        let moved = settled.standings.keys().map(|id| (*id, lead(id))).filter(|(id, to)| id != to);
        Leads(moved.collect())
    }

    pub(super) fn of_id(&self, id: Uuid) -> Uuid {
        self.0.get(&id).copied().unwrap_or(id)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct AllLeads {
    pub(super) coders: Leads,
    pub(super) documents: Leads,
    pub(super) codes: Leads,
}

impl AllLeads {
    pub(super) fn attribute(&self, one: &Attribute) -> Attribute {
        Attribute { document: self.documents.of_id(one.document), ..one.clone() }
    }

    pub(super) fn assignment(&self, one: &Assignment) -> Assignment {
        Assignment {
            document: self.documents.of_id(one.document),
            coder: self.coders.of_id(one.coder),
            state: one.state,
        }
    }

    pub(super) fn memo(&self, one: &Memo) -> Memo {
        let subject = match one.subject {
            MemoSubject::Project => MemoSubject::Project,
            MemoSubject::Document(document) => MemoSubject::Document(self.documents.of_id(document)),
            MemoSubject::Code(code) => MemoSubject::Code(self.codes.of_id(code)),
        };
        Memo { subject, coder: self.coders.of_id(one.coder), text: one.text.clone() }
    }

    pub(super) fn annotation(&self, one: &Annotation) -> Annotation {
        Annotation {
            document: self.documents.of_id(one.document),
            code: one.code.map(|code| self.codes.of_id(code)),
            coder: self.coders.of_id(one.coder),
            ..one.clone()
        }
    }
}
