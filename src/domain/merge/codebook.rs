//! The codebook of several stores: one tree, whatever each of them did to it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Field;
use super::cluster::Clusters;
use super::leads::Aliases;
use super::names::told_apart;
use super::standing::Settled;
use crate::domain::Entity;
use crate::domain::name::MAX_CODE_DEPTH;
use crate::domain::record::Code;

/// The codes that live, and where they stand. Codes are known by the places of their clusters.
pub(super) struct Tree<'t, 'w> {
    codes: Clusters<'w, Code>,
    aliases: &'t Aliases,
    parents: HashMap<usize, Option<usize>>,
    /// Codes that could not stand where they were put.
    broken: BTreeMap<usize, BTreeSet<Field>>,
    names: HashMap<usize, String>,
}

impl<'t, 'w> Tree<'t, 'w> {
    /// Settles the codes.
    pub(super) fn settle(codes: Clusters<'w, Code>, aliases: &'t Aliases, settled: &mut Settled<Code>) {
        let mut tree =
            Tree { codes, aliases, parents: HashMap::new(), broken: BTreeMap::new(), names: HashMap::new() };
        tree.plant();
        tree.break_circles();
        tree.lift_the_deepest();
        tree.join_and_name();
        tree.put(settled);
    }

    fn plant(&mut self) {
        let living = self.codes.iter().filter_map(|(place, cluster)| Some((place, cluster.state()?.parent)));
        let living: Vec<_> = living.collect();
        for (place, parent) in living {
            let parent = parent.and_then(|parent| self.aliases.meant(Entity::Code, &self.codes, parent));
            // A dead one that nothing could keep is as good as none.
            self.parents.insert(place, parent.filter(|parent| self.codes.all[*parent].state().is_some()));
        }
    }

    /// The places from `place` up; round and round in a circle.
    fn upwards(&self, place: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(place), |place| self.parents.get(place).copied().flatten())
    }

    /// Of the moves that close a circle together, one waits: that of the code with the greatest id, among those that stood
    /// elsewhere before. It stays where it was.
    fn break_circles(&mut self) {
        let mut fine: HashSet<usize> = HashSet::new();
        let mut order: Vec<usize> = self.parents.keys().copied().collect();
        order.sort_by_key(|place| self.codes.all[*place].id());
        for place in order {
            while let Some(circle) = self.circle_above(place, &mut fine) {
                self.break_circle(&circle);
            }
        }
    }

    /// The circle that the way up from `place` runs into. Places from which the way up ends are noted in `fine`, and not gone
    /// up again: a stranger's codebook may be deep.
    fn circle_above(&self, place: usize, fine: &mut HashSet<usize>) -> Option<Vec<usize>> {
        let mut path = Vec::new();
        let mut steps: HashMap<usize, usize> = HashMap::new();
        for above in self.upwards(place) {
            if fine.contains(&above) {
                break;
            }
            if let Some(from) = steps.insert(above, path.len()) {
                return Some(path.split_off(from));
            }
            path.push(above);
        }
        fine.extend(path);
        None
    }

    fn break_circle(&mut self, circle: &[usize]) {
        let within: HashSet<usize> = circle.iter().copied().collect();
        let before = |place: usize| self.parent_before(place, &within);
        let by_id = |place: &usize| self.codes.all[*place].id();
        let moved = circle.iter().copied().filter(|place| before(*place).is_some()).max_by_key(by_id);
        let Some(loser) = moved.or_else(|| circle.iter().copied().max_by_key(by_id)) else { return };
        let parent = before(loser).flatten();
        self.parents.insert(loser, parent);
        self.broken.entry(loser).or_default().insert("parent");
    }

    /// Where a code last stood outside of `circle`: `Some(None)` is at the top.
    fn parent_before(&self, place: usize, circle: &HashSet<usize>) -> Option<Option<usize>> {
        let cluster = &self.codes.all[place];
        let mut next: BTreeSet<_> = cluster.view.shown.versions.clone();
        let mut seen = BTreeSet::new();
        while !next.is_empty() {
            for version in &next {
                let states = cluster.members.iter().filter_map(|id| self.codes.strand(*id).state(*version));
                for code in states.flatten() {
                    let parent =
                        code.parent.map(|parent| self.aliases.meant(Entity::Code, &self.codes, parent));
                    match parent {
                        None => return Some(None),
                        Some(Some(parent))
                            if self.parents.contains_key(&parent) && !self.is_below(parent, circle) =>
                        {
                            return Some(Some(parent));
                        }
                        Some(_) => {}
                    }
                }
            }
            seen.extend(next.iter().copied());
            let before = next.iter().flat_map(|version| {
                cluster.members.iter().flat_map(|id| self.codes.strand(*id).graph().sources(*version))
            });
            next = before.filter(|version| !seen.contains(version)).collect();
        }
        None
    }

    /// Whether the way up from `place` leads through one of `places`.
    fn is_below(&self, place: usize, places: &HashSet<usize>) -> bool {
        // After as many steps as there are codes it goes round.
        self.upwards(place).take(self.parents.len()).any(|above| places.contains(&above))
    }

    /// Codes that would nest deeper than they may go to the top.
    fn lift_the_deepest(&mut self) {
        let mut depths: HashMap<usize, usize> = HashMap::with_capacity(self.parents.len());
        for place in self.parents.keys() {
            let unknown: Vec<usize> =
                self.upwards(*place).take_while(|above| !depths.contains_key(above)).collect();
            for below in unknown.into_iter().rev() {
                let above = self.parents.get(&below).copied().flatten();
                depths.insert(below, 1 + above.and_then(|above| depths.get(&above)).copied().unwrap_or(0));
            }
        }
        let mut places: Vec<(usize, usize)> = depths.iter().map(|(place, depth)| (*depth, *place)).collect();
        places.sort_by_key(|(depth, place)| (*depth, self.codes.all[*place].id()));
        // Those above come first, so that what they were lifted by counts below them.
        for (_, place) in places {
            let above = self.parents.get(&place).copied().flatten();
            let mut depth = 1 + above.and_then(|above| depths.get(&above)).copied().unwrap_or(0);
            if depth > MAX_CODE_DEPTH {
                self.parents.insert(place, None);
                self.broken.entry(place).or_default().insert("parent");
                depth = 1;
            }
            depths.insert(place, depth);
        }
    }

    /// From the top down: codes of one path become one, unless they are described differently; then they get two names.
    fn join_and_name(&mut self) {
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (place, parent) in &self.parents {
            children.entry(*parent).or_default().push(*place);
        }
        let mut next: Vec<Option<usize>> = vec![None];
        while let Some(parent) = next.pop() {
            let Some(siblings) = children.remove(&parent) else { continue };
            let siblings = self.join(siblings, &mut children);
            let names: Vec<String> = siblings
                .iter()
                .map(|place| self.codes.all[*place].state().map(|code| code.name.clone()).unwrap_or_default())
                .collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for (index, name) in told_apart(&names) {
                self.names.insert(siblings[index], name);
                self.broken.entry(siblings[index]).or_default().insert("name");
            }
            next.extend(siblings.into_iter().map(Some));
        }
    }

    /// Joins those of one name; their children become siblings. Returns who is left, in the order of their ids.
    fn join(
        &mut self,
        siblings: Vec<usize>,
        children: &mut BTreeMap<Option<usize>, Vec<usize>>,
    ) -> Vec<usize> {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for place in &siblings {
            let cluster = &self.codes.all[*place];
            let agreed = cluster.is_settled() && !self.broken.contains_key(place);
            if let Some(code) = cluster.state().filter(|_| agreed) {
                by_name.entry(code.name.clone()).or_default().push(*place);
            }
        }
        let mut left: BTreeSet<usize> = siblings.into_iter().collect();
        for places in by_name.into_values().filter(|places| places.len() > 1) {
            let described: BTreeSet<&str> = places
                .iter()
                .filter_map(|place| self.codes.all[*place].state())
                .map(|code| code.description.as_str())
                .filter(|description| !description.is_empty())
                .collect();
            let parent =
                self.parents.get(&places[0]).copied().flatten().map(|place| self.codes.all[place].id());
            // They stand in one place, whatever each calls it.
            let here = |code: &Code| Code { parent, ..code.clone() };
            if described.len() > 1 || !self.codes.unite(&places, true, &here) {
                continue;
            }
            let into = places.iter().copied().find(|place| !self.codes.all[*place].members.is_empty());
            let Some(into) = into else { continue };
            for place in places.into_iter().filter(|place| *place != into) {
                left.remove(&place);
                self.parents.remove(&place);
                for child in children.remove(&Some(place)).unwrap_or_default() {
                    self.parents.insert(child, Some(into));
                    children.entry(Some(into)).or_default().push(child);
                }
            }
        }
        let mut left: Vec<usize> = left.into_iter().collect();
        left.sort_by_key(|place| self.codes.all[*place].id());
        left
    }

    fn put(mut self, settled: &mut Settled<Code>) {
        // What a state says of its parent, now that it is known who stands for whom.
        let meant: HashMap<_, _> = self
            .codes
            .iter()
            .flat_map(|(_, cluster)| cluster.members.iter().copied())
            .map(|id| {
                let place = self.aliases.meant(Entity::Code, &self.codes, id);
                (id, place.map_or(id, |place| self.codes.all[place].id()))
            })
            .collect();
        let through = |code: &Code| Code {
            parent: code.parent.map(|parent| meant.get(&parent).copied().unwrap_or(parent)),
            ..code.clone()
        };
        self.codes.review(&through);
        for (place, cluster) in self.codes.iter() {
            let says = cluster.state().map(|code| {
                let parent = self.parents.get(&place).copied().flatten();
                let name = self.names.get(&place).unwrap_or(&code.name).clone();
                Code { parent: parent.map(|parent| self.codes.all[parent].id()), name, ..code.clone() }
            });
            let broken: Vec<Field> = self.broken.get(&place).into_iter().flatten().copied().collect();
            settled.put(Entity::Code, &self.codes, cluster, says, &broken);
        }
    }
}
