//! `--as`: a coder of theirs is another one here. Two people may have worked under one handle, or one under two.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Merge;
use super::theirs::Theirs;
use crate::actions::names;
use crate::domain::merge::{Kind, Step, Strand, World};
use crate::domain::record::{Annotation, Assignment, Memo};
use crate::domain::version::Content;
use crate::domain::{Entity, Version, id};
use crate::error::{Error, Result};
use crate::store::foreign::Foreign;

impl Merge<'_> {
    /// Gives the new work of their coders to those that they are here: a version of its own on top of theirs, since
    /// somebody decided it. What is known here already was given to somebody before. `begin` is the first fresh annotation
    /// of this store.
    pub(super) fn recode(&mut self, foreign: &Foreign, theirs: &mut Theirs, begin: usize) -> Result<()> {
        let Theirs { world, sights, .. } = theirs;
        for (known_there, ours) in &self.options.coders {
            let from = match known_there {
                Some(handle) => {
                    let found = names::coder(foreign.store().reader(), handle);
                    found.map_err(|error| foreign.lacks(error))?.uuid
                }
                None => match self.only_coder(foreign, world, begin)? {
                    Some(only) => only,
                    None => {
                        self.leave_out_idle(world);
                        continue;
                    }
                },
            };
            let to = names::coder(self.tx.reader(), ours)?.uuid;
            if from != to {
                self.give(world, begin, from, to);
                for id in sights.iter_mut().flat_map(|sight| [&mut sight.coder, &mut sight.other]) {
                    *id = if *id == from { to } else { *id };
                }
            }
        }
        Ok(())
    }

    /// The one coder whose work is new.
    fn only_coder(&self, foreign: &Foreign, world: &World, begin: usize) -> Result<Option<Uuid>> {
        let fresh = self.fresh[begin..].iter().map(|one| self.refs.coders.all[one.coder as usize]);
        let mut coders: BTreeSet<Uuid> = fresh.collect();
        coders.extend(
            new_says(&world.annotations, |id| self.is_new(Entity::Annotation, id)).map(|one| one.coder),
        );
        coders.extend(new_says(&world.memos, |id| self.is_new(Entity::Memo, id)).map(|memo| memo.coder));
        if coders.is_empty() {
            // Who only said that something was read has done that as somebody, too.
            coders.extend(
                new_says(&world.assignments, |id| self.is_new(Entity::Assignment, id)).map(|one| one.coder),
            );
            coders.retain(|coder| self.is_new(Entity::Coder, *coder));
        }
        let mut coders = coders.into_iter();
        match (coders.next(), coders.next()) {
            (only, None) => Ok(only),
            (Some(first), Some(second)) => {
                let handles = foreign.store().reader().coders()?;
                let handle =
                    |id| handles.iter().find(|coder| coder.uuid == id).map(|coder| coder.handle.clone());
                let names: Vec<String> =
                    [first, second].into_iter().chain(coders).filter_map(handle).collect();
                let ours = self.options.coders.first().map_or("HANDLE", |(_, ours)| ours.as_str());
                let first = names.first().map_or("THEIRS", String::as_str);
                Err(Error::refused(format!(
                    "`{}` has the work of several coders: {}",
                    foreign.name(),
                    names.join(", ")
                ))
                .hint(format!("say whom you mean: `--as {first}={ours}`")))
            }
            (None, Some(_)) => Ok(None),
        }
    }

    /// Takes out the coders of theirs who are new here and have nothing new: what they did was given to somebody before.
    fn leave_out_idle(&self, world: &mut World) {
        let mut busy: BTreeSet<Uuid> = BTreeSet::new();
        busy.extend(world.annotations.values().flat_map(strand_says).map(|one| one.coder));
        busy.extend(world.memos.values().flat_map(strand_says).map(|memo| memo.coder));
        busy.extend(world.assignments.values().flat_map(strand_says).map(|one| one.coder));
        world.coders.retain(|id, _| busy.contains(id) || !self.is_new(Entity::Coder, *id));
    }

    fn is_new(&self, entity: Entity, id: Uuid) -> bool {
        self.here.place(entity, id).is_none()
    }

    fn give(&mut self, world: &mut World, begin: usize, from: Uuid, to: Uuid) {
        let place = self.refs.coders.place(to);
        for index in begin..self.fresh.len() {
            let mut fresh = self.fresh[index];
            if self.refs.coders.all[fresh.coder as usize] != from {
                continue;
            }
            fresh.origin = Some(fresh.version);
            fresh.origin_coder = fresh.coder;
            fresh.coder = place;
            let content = self.refs.content(&fresh);
            let parents: Vec<Version> = fresh.origin.into_iter().collect();
            fresh.version = Version::of(Entity::Annotation, fresh.uuid, &parents, Some(&content));
            self.fresh[index] = fresh;
        }
        rewrite(
            Entity::Annotation,
            &mut world.annotations,
            |id| self.is_new(Entity::Annotation, id),
            |one: &Annotation| (one.coder == from).then(|| Annotation { coder: to, ..one.clone() }),
        );
        rewrite(
            Entity::Memo,
            &mut world.memos,
            |id| self.is_new(Entity::Memo, id),
            |memo: &Memo| (memo.coder == from).then(|| Memo { coder: to, ..memo.clone() }),
        );
        self.give_assignments(world, from, to);
        if self.is_new(Entity::Coder, from) {
            world.coders.remove(&from);
        }
    }

    /// The id of an assignment follows from its coder, so it is made anew.
    fn give_assignments(&self, world: &mut World, from: Uuid, to: Uuid) {
        let given: Vec<Uuid> = world
            .assignments
            .iter()
            .filter(|(id, strand)| {
                self.is_new(Entity::Assignment, **id) && strand_says(strand).any(|one| one.coder == from)
            })
            .map(|(id, _)| *id)
            .collect();
        for old in given {
            let Some(strand) = world.assignments.remove(&old) else { continue };
            for head in strand.heads() {
                let Some(Some(says)) = strand.state(*head) else { continue };
                let says = Assignment { coder: to, ..says.clone() };
                let new = id::assignment_id(self.tx.project(), says.document, to);
                let step = Step::after(Entity::Assignment, new, Vec::new(), Some(says.clone()));
                let first = Strand::first(step.version, says, strand.times(*head));
                world.assignments.entry(new).or_default().unite(&first);
            }
        }
    }
}

/// What the records that are new say at their heads.
fn new_says<'w, C: Clone>(
    kind: &'w Kind<C>,
    is_new: impl Fn(Uuid) -> bool + 'w,
) -> impl Iterator<Item = &'w C> {
    kind.iter().filter(move |(id, _)| is_new(**id)).flat_map(|(_, strand)| strand_says(strand))
}

fn strand_says<C: Clone>(strand: &Strand<C>) -> impl Iterator<Item = &C> {
    strand.heads().iter().filter_map(|head| strand.state(*head)?.as_ref())
}

/// Puts a rewritten version on every head that `rewritten` has one for.
fn rewrite<C: Content + Clone>(
    entity: Entity,
    kind: &mut Kind<C>,
    is_new: impl Fn(Uuid) -> bool,
    rewritten: impl Fn(&C) -> Option<C>,
) {
    for (id, strand) in kind.iter_mut().filter(|(id, _)| is_new(**id)) {
        let heads: Vec<Version> = strand.heads().iter().copied().collect();
        for head in heads {
            let Some(state) = strand.state(head).and_then(Option::as_ref).and_then(&rewritten) else {
                continue;
            };
            let times = strand.times(head);
            let step = Step::after(entity, *id, vec![head], Some(state));
            strand.write(step.version, step.parents, step.state, times);
        }
    }
}
