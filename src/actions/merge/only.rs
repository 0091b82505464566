//! Part of another store: one coder's work, one document, one branch of the codebook.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::actions::names;
use crate::domain::Entity;
use crate::domain::merge::{Fields, Kind, Strand, World};
use crate::domain::record::{Annotation, Memo, MemoSubject};
use crate::error::Result;
use crate::store::Reader;
use crate::store::sight::Sight;
use crate::store::versions::Place;

/// What is wanted of another store. Empty lists mean everything.
#[derive(Debug, Clone, Default)]
pub struct Only {
    /// The work of these coders, by their handles there.
    pub coders: Vec<String>,
    /// What is about these documents, by their names there.
    pub documents: Vec<String>,
    /// What is about these codes and those below them, by their paths there.
    pub codes: Vec<String>,
    /// Texts, their attributes, the codebook and who is to read what, but nothing that anybody said of a passage.
    pub blind: bool,
}

/// [`Only`], in the ids of one store.
pub(super) struct Wanted {
    coders: Option<BTreeSet<Uuid>>,
    documents: Option<BTreeSet<Uuid>>,
    codes: Option<BTreeSet<Uuid>>,
    blind: bool,
}

impl Only {
    fn is_everything(&self) -> bool {
        self.coders.is_empty() && self.documents.is_empty() && self.codes.is_empty()
    }

    /// Finds the names in the store that they are about.
    ///
    /// # Errors
    /// Refused for a name that is not there; the nearest are offered.
    pub(super) fn wanted(&self, theirs: Reader<'_>) -> Result<Wanted> {
        let some = |ids: BTreeSet<Uuid>| (!ids.is_empty()).then_some(ids);
        let coders = self.coders.iter().map(|handle| Ok(names::coder(theirs, handle)?.uuid));
        let documents = self.documents.iter().map(|name| Ok(names::document(theirs, name)?.uuid));
        let mut codes = BTreeSet::new();
        if !self.codes.is_empty() {
            let book = names::codebook(theirs)?;
            let rows: HashMap<i64, Uuid> =
                theirs.codes()?.into_iter().map(|code| (code.id, code.uuid)).collect();
            for path in &self.codes {
                let top = names::code(theirs, path)?.id;
                codes.extend(book.subtree(top).into_iter().filter_map(|id| rows.get(&id).copied()));
            }
        }
        Ok(Wanted {
            coders: some(coders.collect::<Result<_>>()?),
            documents: some(documents.collect::<Result<_>>()?),
            codes: some(codes),
            blind: self.blind,
        })
    }

    pub(super) fn describe(&self) -> String {
        let parts = [("coder", &self.coders), ("document", &self.documents), ("code", &self.codes)];
        let parts: Vec<String> = parts
            .into_iter()
            .flat_map(|(word, names)| names.iter().map(move |name| format!("{word} {name}")))
            .collect();
        if self.is_everything() { String::new() } else { format!(" (only {})", parts.join(", ")) }
    }
}

impl Wanted {
    pub(super) fn is_everything(&self) -> bool {
        self.coders.is_none() && self.documents.is_none() && self.codes.is_none() && !self.blind
    }

    pub(super) fn is_blind(&self) -> bool {
        self.blind
    }

    pub(super) fn annotation(&self, one: &Annotation) -> bool {
        !self.blind
            && has(self.coders.as_ref(), Some(one.coder))
            && has(self.documents.as_ref(), Some(one.document))
            && has(self.codes.as_ref(), one.code)
    }

    pub(super) fn sight(&self, sight: &Sight) -> bool {
        !self.blind
            && has(self.coders.as_ref(), Some(sight.coder))
            && has(self.documents.as_ref(), Some(sight.document))
    }

    fn memo(&self, memo: &Memo) -> bool {
        let (document, code) = match memo.subject {
            MemoSubject::Project => (None, None),
            MemoSubject::Document(document) => (Some(document), None),
            MemoSubject::Code(code) => (None, Some(code)),
        };
        !self.blind
            && has(self.coders.as_ref(), Some(memo.coder))
            && has(self.documents.as_ref(), document)
            && has(self.codes.as_ref(), code)
    }

    /// Leaves in `world` what is wanted, and what that refers to and is not here yet. `extra` are further annotations that
    /// are wanted; `here` says what this store has.
    pub(super) fn narrow(
        &self,
        world: &mut World,
        extra: impl IntoIterator<Item = Annotation>,
        here: &dyn Fn(Entity, Uuid) -> Option<Place>,
    ) {
        if self.is_everything() {
            return;
        }
        let whole = self.coders.is_none() && self.documents.is_none() && self.codes.is_none();
        retain(&mut world.annotations, |one| self.annotation(one));
        retain(&mut world.memos, |memo| self.memo(memo));
        retain(&mut world.attributes, |one| {
            whole
                || self.coders.is_none()
                    && self.codes.is_none()
                    && has(self.documents.as_ref(), Some(one.document))
        });
        retain(&mut world.assignments, |one| {
            self.codes.is_none()
                && has(self.coders.as_ref(), Some(one.coder))
                && has(self.documents.as_ref(), Some(one.document))
        });
        if !whole {
            world.aliases.clear();
        }
        let mut referred = Referred::default();
        extra.into_iter().for_each(|one| referred.annotation(&one));
        says(&world.annotations).for_each(|one| referred.annotation(one));
        says(&world.memos).for_each(|memo| referred.memo(memo));
        says(&world.attributes).for_each(|one| referred.document(one.document));
        says(&world.assignments).for_each(|one| {
            referred.documents.insert(one.document);
            referred.coders.insert(one.coder);
        });
        referred.above(&world.codes);
        let missing = |entity, id: &Uuid, referred: &BTreeSet<Uuid>| {
            referred.contains(id) && here(entity, *id).is_none_or(|place| !place.alive)
        };
        let named =
            |list: &Option<BTreeSet<Uuid>>, id: &Uuid| list.as_ref().is_some_and(|ids| ids.contains(id));
        world.documents.retain(|id, _| {
            whole || named(&self.documents, id) || missing(Entity::Document, id, &referred.documents)
        });
        world
            .codes
            .retain(|id, _| whole || named(&self.codes, id) || missing(Entity::Code, id, &referred.codes));
        world.coders.retain(|id, _| named(&self.coders, id) || missing(Entity::Coder, id, &referred.coders));
    }
}

fn has(wanted: Option<&BTreeSet<Uuid>>, id: Option<Uuid>) -> bool {
    wanted.is_none_or(|wanted| id.is_some_and(|id| wanted.contains(&id)))
}

/// Keeps the records of which some head, or the last words before a deletion, are wanted.
fn retain<C: Fields>(kind: &mut Kind<C>, wanted: impl Fn(&C) -> bool) {
    kind.retain(|_, strand| words(strand).any(&wanted));
}

fn says<C: Fields>(kind: &Kind<C>) -> impl Iterator<Item = &C> {
    kind.values().flat_map(words)
}

/// What a record says at its heads; of a deleted one, what it ever said.
fn words<C: Fields>(strand: &Strand<C>) -> impl Iterator<Item = &C> {
    let dead = strand.heads().iter().all(|head| strand.state(*head).is_none_or(Option::is_none));
    strand
        .states()
        .filter(move |(version, ..)| dead || strand.heads().contains(version))
        .filter_map(|(_, state, _)| state.as_ref())
}

/// What records refer to.
#[derive(Default)]
struct Referred {
    coders: BTreeSet<Uuid>,
    documents: BTreeSet<Uuid>,
    codes: BTreeSet<Uuid>,
}

impl Referred {
    fn document(&mut self, id: Uuid) {
        self.documents.insert(id);
    }

    fn annotation(&mut self, one: &Annotation) {
        self.coders.insert(one.coder);
        self.documents.insert(one.document);
        self.codes.extend(one.code);
    }

    fn memo(&mut self, memo: &Memo) {
        self.coders.insert(memo.coder);
        match memo.subject {
            MemoSubject::Project => {}
            MemoSubject::Document(document) => self.document(document),
            MemoSubject::Code(code) => self.codes.extend([code]),
        }
    }

    /// The codes above those that are referred to.
    fn above(&mut self, codes: &Kind<crate::domain::record::Code>) {
        let mut next: Vec<Uuid> = self.codes.iter().copied().collect();
        while let Some(id) = next.pop() {
            for code in codes.get(&id).into_iter().flat_map(words) {
                next.extend(code.parent.filter(|parent| self.codes.insert(*parent)));
            }
        }
    }
}
