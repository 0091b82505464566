//! What another store holds that is new here: read record by record, and believed only where it is true.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::fresh::{Fresh, Refs};
use super::ours::Here;
use super::{Options, only::Wanted};
use crate::domain::merge::{Fields, Kind, Strand, Times, World};
use crate::domain::name::MAX_CODE_DEPTH;
use crate::domain::record::{Alias, Annotation, MemoSubject};
use crate::domain::soundness::Sound;
use crate::domain::{Digest, Entity, Version};
use crate::error::Result;
use crate::store::Reader;
use crate::store::foreign::Foreign;
use crate::store::sight::Sight;

/// What came of reading another store.
pub(super) struct Theirs {
    /// Everything of which there is little, and the annotations that have a history.
    pub(super) world: World,
    /// Records about documents that were purged here.
    pub(super) purged: u64,
    /// Whose work their coders could see.
    pub(super) sights: Vec<Sight>,
}

/// Records of every kind but annotations. Aliases that nobody decided are left to the rules.
///
/// # Errors
/// The store's.
pub(super) fn world_of(reader: Reader<'_>) -> Result<World> {
    let mut aliases: Kind<Alias> = reader.strands(Entity::Alias)?;
    let is_decided = |strand: &Strand<Alias>| strand.states().any(|(at, ..)| !strand.graph().is_derived(at));
    aliases.retain(|_, strand| is_decided(strand));
    Ok(World {
        coders: reader.strands(Entity::Coder)?,
        documents: reader.strands(Entity::Document)?,
        attributes: reader.strands(Entity::Attribute)?,
        codes: reader.strands(Entity::Code)?,
        annotations: Kind::new(),
        memos: reader.strands(Entity::Memo)?,
        assignments: reader.strands(Entity::Assignment)?,
        aliases,
    })
}

/// Reads another store. New annotations with one version go to `fresh`, all others to the world.
///
/// # Errors
/// Corrupt when the store is not what it says it is; refused for names that it does not have.
pub(super) fn read(
    foreign: &Foreign,
    here: &Here,
    options: &Options,
    refs: &mut Refs,
    fresh: &mut Vec<Fresh>,
) -> Result<Theirs> {
    let reader = foreign.store().reader();
    let wanted = options.only.wanted(reader).map_err(|error| foreign.lacks(error))?;
    let gathering = Gathering { foreign, reader, here, wanted, texts: HashMap::new() };
    gathering.gather(refs, fresh).map_err(|error| foreign.failed(error))
}

struct Gathering<'a> {
    foreign: &'a Foreign,
    reader: Reader<'a>,
    here: &'a Here,
    wanted: Wanted,
    /// By their numbers there: what the texts are called and how long they are.
    texts: HashMap<i64, (Digest, u32)>,
}

impl Gathering<'_> {
    fn gather(mut self, refs: &mut Refs, fresh: &mut Vec<Fresh>) -> Result<Theirs> {
        // The shape first: it costs least.
        self.check_codebook()?;
        let mut world = world_of(self.reader)?;
        self.check(&world)?;
        self.texts = self.sound_texts()?;
        let begin = fresh.len();
        let mut purged = 0;
        if !self.wanted.is_blind() {
            purged += self.annotations(&mut world, refs, fresh)?;
        }
        let new: Vec<Annotation> = match self.wanted.is_everything() {
            true => Vec::new(),
            false => fresh[begin..].iter().map(|one| refs.content(one)).collect(),
        };
        self.wanted.narrow(&mut world, new, &|entity, id| self.here.place(entity, id));
        purged += self.leave_out_purged(&mut world);
        let mut sights = self.reader.sights()?;
        sights.retain(|sight| self.wanted.sight(sight) && !self.here.is_purged(sight.document));
        Ok(Theirs { world, purged, sights })
    }

    fn check(&self, world: &World) -> Result<()> {
        self.check_kind(Entity::Coder, &world.coders)?;
        self.check_kind(Entity::Document, &world.documents)?;
        self.check_kind(Entity::Attribute, &world.attributes)?;
        self.check_kind(Entity::Code, &world.codes)?;
        self.check_kind(Entity::Memo, &world.memos)?;
        self.check_kind(Entity::Assignment, &world.assignments)?;
        self.check_kind(Entity::Alias, &world.aliases)
    }

    fn check_kind<C: Fields + Sound>(&self, entity: Entity, kind: &Kind<C>) -> Result<()> {
        for (id, strand) in kind {
            if !strand.is_genuine(entity, *id) {
                let what = format!("the {} {id} does not say what its version says", entity.word());
                return Err(self.foreign.refusal(what));
            }
            if let Some(fault) = strand.states().find_map(|(_, state, _)| state.as_ref()?.fault()) {
                return Err(self.foreign.refusal(format!("the {} {id}: {fault}", entity.word())));
            }
        }
        Ok(())
    }

    /// The texts, with their true lengths: those that are new here are read, for what they are called and how long they are
    /// said to be decides which passages are believed.
    fn sound_texts(&self) -> Result<HashMap<i64, (Digest, u32)>> {
        let mut texts = HashMap::new();
        // In the order of their numbers: the same store is refused with the same words.
        let facts: BTreeMap<i64, (Digest, u32)> = self.reader.text_facts()?.into_iter().collect();
        for (id, (digest, chars)) in facts {
            let is_so = match self.here.text_length(digest) {
                Some(known) => known == chars,
                None => self.reader.with_text_body(id, |body| {
                    Ok(Digest::of(body.as_bytes()) == digest
                        && body.chars().count() == chars as usize
                        && !body.contains(['\0', '\r']))
                })?,
            };
            if !is_so {
                return Err(self.foreign.refusal(format!("the text {digest} is not what it is said to be")));
            }
            texts.insert(id, (digest, chars));
        }
        Ok(texts)
    }

    /// One store alone never has a circle in its codebook, nor one that is too deep.
    fn check_codebook(&self) -> Result<()> {
        let too_deep = || {
            self.foreign
                .refusal(format!("its codes stand in a circle, or deeper than {MAX_CODE_DEPTH} levels"))
        };
        let parents: HashMap<i64, Option<i64>> =
            self.reader.codes()?.into_iter().map(|code| (code.id, code.parent)).collect();
        let mut depths: HashMap<i64, usize> = HashMap::new();
        for code in parents.keys() {
            let mut path = Vec::new();
            let mut next = Some(*code);
            while let Some(id) = next.filter(|id| !depths.contains_key(id)) {
                path.push(id);
                if path.len() > MAX_CODE_DEPTH {
                    return Err(too_deep());
                }
                next = parents.get(&id).copied().flatten();
            }
            let mut depth = next.and_then(|id| depths.get(&id).copied()).unwrap_or(0);
            for id in path.into_iter().rev() {
                depth += 1;
                depths.insert(id, depth);
            }
            if depth > MAX_CODE_DEPTH {
                return Err(too_deep());
            }
        }
        Ok(())
    }
    /// Reads their annotations. Returns how many are about documents that were purged here.
    fn annotations(&self, world: &mut World, refs: &mut Refs, fresh: &mut Vec<Fresh>) -> Result<u64> {
        let texts = &self.texts;
        let documents: HashMap<i64, Uuid> =
            self.reader.documents()?.into_iter().map(|one| (one.id, one.uuid)).collect();
        let codes: HashMap<i64, Uuid> =
            self.reader.codes()?.into_iter().map(|code| (code.id, code.uuid)).collect();
        let coders: HashMap<i64, Uuid> =
            self.reader.coders()?.into_iter().map(|coder| (coder.id, coder.uuid)).collect();
        let parents = self.reader.parents_of_annotations()?;
        let contested: HashSet<Uuid> = self
            .reader
            .conflicts()?
            .into_iter()
            .filter(|conflict| conflict.content.entity == Entity::Annotation)
            .map(|conflict| conflict.content.record)
            .collect();
        let mut slow: HashSet<Uuid> = HashSet::new();
        let mut purged = 0;
        let dangling =
            |what: &str| self.foreign.refusal(format!("an annotation refers to a {what} that is not there"));
        self.reader.scan_annotations(|row| {
            if contested.contains(&row.uuid) {
                return Ok(());
            }
            let came_from = parents.of(row.uuid);
            if self.here.place(Entity::Annotation, row.uuid).is_some() || came_from.len() > 0 {
                if !self.here.is_old(row.uuid, row.version, came_from) {
                    slow.insert(row.uuid);
                }
                return Ok(());
            }
            let (text, chars) = *texts.get(&row.text).ok_or_else(|| dangling("text"))?;
            let content = Annotation {
                document: *documents.get(&row.document).ok_or_else(|| dangling("document"))?,
                text,
                range: row.range,
                code: match row.code {
                    Some(code) => Some(*codes.get(&code).ok_or_else(|| dangling("code"))?),
                    None => None,
                },
                coder: *coders.get(&row.coder).ok_or_else(|| dangling("coder"))?,
                note: row.note.to_owned(),
            };
            self.check_annotation(row.uuid, &content, Some(chars))?;
            if Version::of(Entity::Annotation, row.uuid, &[], Some(&content)) != row.version {
                let what = format!("the annotation {} does not say what its version says", row.uuid);
                return Err(self.foreign.refusal(what));
            }
            if !self.wanted.annotation(&content) {
                return Ok(());
            }
            if self.here.is_purged(content.document) {
                purged += 1;
                return Ok(());
            }
            let coder = refs.coders.place(content.coder);
            let note = if content.note.is_empty() {
                0
            } else {
                refs.notes.push(content.note);
                u32::try_from(refs.notes.len()).unwrap_or(u32::MAX)
            };
            fresh.push(Fresh {
                uuid: row.uuid,
                version: row.version,
                origin: None,
                range: row.range,
                document: refs.documents.place(content.document),
                text: refs.texts.place(text),
                code: content.code.map_or(0, |code| refs.codes.place(code) + 1),
                coder,
                origin_coder: coder,
                note,
                times: Times { created: row.created_at, modified: row.modified_at },
            });
            Ok(())
        })?;
        self.reader.each_deletion(Entity::Annotation, |uuid, version| {
            if !self.here.is_old(uuid, version, parents.of(uuid)) {
                slow.insert(uuid);
            }
            Ok(())
        })?;
        slow.extend(contested);
        let lengths: HashMap<Digest, u32> = texts.values().copied().collect();
        world.annotations = self.reader.strands_of(Entity::Annotation, &slow)?;
        for (id, strand) in &world.annotations {
            if !strand.is_genuine(Entity::Annotation, *id) {
                let what = format!("the annotation {id} does not say what its version says");
                return Err(self.foreign.refusal(what));
            }
            for content in strand.states().filter_map(|(_, state, _)| state.as_ref()) {
                self.check_annotation(*id, content, lengths.get(&content.text).copied())?;
            }
        }
        Ok(purged)
    }

    fn check_annotation(&self, id: Uuid, content: &Annotation, chars: Option<u32>) -> Result<()> {
        if chars.is_none_or(|chars| content.range.end() <= chars) {
            return Ok(());
        }
        let range = content.range;
        Err(self
            .foreign
            .refusal(format!("the passage {range} of the annotation {id} is past the end of its text")))
    }

    /// Takes out whatever is about a document that was purged here: it does not come back.
    fn leave_out_purged(&self, world: &mut World) -> u64 {
        let before = counted(world);
        let gone = |document: Uuid| self.here.is_purged(document);
        fn none_about<C: Fields>(kind: &mut Kind<C>, about: impl Fn(&C) -> bool) {
            kind.retain(|_, strand| !strand.states().any(|(_, state, _)| state.as_ref().is_some_and(&about)));
        }
        world.documents.retain(|id, _| !gone(*id));
        none_about(&mut world.attributes, |one| gone(one.document));
        none_about(&mut world.assignments, |one| gone(one.document));
        none_about(&mut world.annotations, |one| gone(one.document));
        none_about(
            &mut world.memos,
            |memo| matches!(memo.subject, MemoSubject::Document(document) if gone(document)),
        );
        before - counted(world)
    }
}

fn counted(world: &World) -> u64 {
    let World { documents, attributes, annotations, memos, assignments, .. } = world;
    (documents.len() + attributes.len() + annotations.len() + memos.len() + assignments.len()) as u64
}
