//! What this store holds, as far as a merge has to know it.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::theirs::world_of;
use crate::domain::merge::{Kind, World};
use crate::domain::record::{Alias, Annotation, Assignment, Attribute, Code, Coder, Document, Memo};
use crate::domain::{Digest, Entity, Version};
use crate::error::Result;
use crate::store::Reader;
use crate::store::versions::{Parents, Place};

/// Where everything stands here before the merge.
pub(super) struct Here {
    places: HashMap<Entity, HashMap<Uuid, Place>>,
    purged: HashSet<Uuid>,
    /// How long our texts are, in code points.
    texts: HashMap<Digest, u32>,
    /// What the present versions of our annotations came from.
    parents: Parents,
    /// Everything of which there is little, with its versions.
    pub(super) world: World,
}

impl Here {
    pub(super) fn read(reader: Reader<'_>) -> Result<Here> {
        let mut places = HashMap::new();
        for entity in Entity::ALL {
            places.insert(entity, reader.places(entity)?);
        }
        Ok(Here {
            places,
            purged: reader.purged()?.into_iter().collect(),
            texts: reader.text_facts()?.into_values().collect(),
            parents: reader.parents_of_annotations()?,
            world: world_of(reader)?,
        })
    }

    /// Where the record stands; `None` when it was never heard of.
    pub(super) fn place(&self, entity: Entity, uuid: Uuid) -> Option<Place> {
        self.places.get(&entity)?.get(&uuid).copied()
    }

    /// Whether an annotation of theirs at `version`, or its deletion there, is no news: it is what we have, or what ours came
    /// from, or follows from that by rule. `parents` is what theirs came from.
    pub(super) fn is_old(
        &self,
        uuid: Uuid,
        version: Version,
        mut parents: impl Iterator<Item = Version> + Clone,
    ) -> bool {
        let Some(place) = self.place(Entity::Annotation, uuid) else { return false };
        if place.version == version {
            return true;
        }
        let ours = self.parents.of(uuid);
        let known = |version: Version| version == place.version || ours.clone().any(|one| one == version);
        let derived = parents.clone().any(|parent| parent == Version::DERIVED);
        known(version) || derived && parents.all(|parent| parent == Version::DERIVED || known(parent))
    }

    /// How long a text of ours is, in code points; `None` where it is not here.
    pub(super) fn text_length(&self, digest: Digest) -> Option<u32> {
        self.texts.get(&digest).copied()
    }

    /// Whether the document was erased for good.
    pub(super) fn is_purged(&self, document: Uuid) -> bool {
        self.purged.contains(&document)
    }

    /// How many records of this kind there are.
    pub(super) fn alive(&self, entity: Entity) -> u64 {
        let all = self.places.get(&entity).into_iter().flat_map(HashMap::values);
        all.filter(|place| place.alive).count() as u64
    }
}

/// The numbers of the rows that annotations refer to, both ways.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) documents: HashMap<Uuid, i64>,
    pub(super) codes: HashMap<Uuid, i64>,
    pub(super) coders: HashMap<Uuid, i64>,
}

impl Rows {
    pub(super) fn read(reader: Reader<'_>) -> Result<Rows> {
        Ok(Rows {
            documents: reader.documents()?.into_iter().map(|one| (one.uuid, one.id)).collect(),
            codes: reader.codes()?.into_iter().map(|one| (one.uuid, one.id)).collect(),
            coders: reader.coders()?.into_iter().map(|one| (one.uuid, one.id)).collect(),
        })
    }
}

/// The records of one kind, by their type.
pub(super) trait HasKind<C> {
    /// What is known of them here.
    fn kind(&self) -> &Kind<C>;
}

macro_rules! has_kind {
    ($($kind:ident $field:ident),*) => {$(
        impl HasKind<$kind> for Here {
            fn kind(&self) -> &Kind<$kind> {
                &self.world.$field
            }
        }
    )*};
}
has_kind!(
    Coder coders, Document documents, Attribute attributes, Code codes, Annotation annotations, Memo memos,
    Assignment assignments, Alias aliases
);
