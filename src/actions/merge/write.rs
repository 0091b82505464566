//! Writing what the merge came to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::Merge;
use super::fresh::{Fresh, Shown};
use super::ours::{HasKind, Here, Rows};
use super::outcome::{Counts, Question};
use super::texts::Texts;
use crate::actions::labels::Labels;
use crate::domain::lineage::Graph;
use crate::domain::merge::{Clash, Fields, Kind, Settled, Settlement, Standing, Step, Times};
use crate::domain::record::{Annotation, Document};
use crate::domain::{Digest, Entity, Version};
use crate::error::{Error, Result};
use crate::store::annotation::AnnotationDraft;
use crate::store::conflict::ConflictRow;
use crate::store::content::AnyContent;
use crate::store::row::Numbers;
use crate::store::settle::{Kept, Outcome};

/// What is to be written, of all kinds.
#[derive(Default)]
struct Writing {
    outcomes: Vec<Outcome>,
    kept: Vec<Kept>,
    graphs: Vec<(Uuid, Graph)>,
    /// (kind, retired, target): ids that others stand for by rule.
    joined: Vec<(Entity, Uuid, Uuid)>,
    /// Records that no other stands for by rule.
    apart: HashSet<Uuid>,
    questions: Vec<Asked>,
    /// Records whose questions were looked at.
    seen: BTreeSet<(Entity, Uuid)>,
}

struct Asked {
    entity: Entity,
    record: Uuid,
    ours: Version,
    theirs: Version,
    fields: Vec<&'static str>,
}

impl Merge<'_> {
    /// Writes everything.
    pub(super) fn write(&mut self, settlement: &Settlement, texts: &Texts<'_>) -> Result<()> {
        let mut writing = Writing::default();
        let world = std::mem::take(&mut self.world);
        self.kind(Entity::Coder, &world.coders, &settlement.coders, &mut writing);
        self.kind(Entity::Document, &world.documents, &settlement.documents, &mut writing);
        self.kind(Entity::Attribute, &world.attributes, &settlement.attributes, &mut writing);
        self.kind(Entity::Code, &world.codes, &settlement.codes, &mut writing);
        self.kind(Entity::Annotation, &world.annotations, &settlement.annotations, &mut writing);
        self.kind(Entity::Memo, &world.memos, &settlement.memos, &mut writing);
        self.kind(Entity::Assignment, &world.assignments, &settlement.assignments, &mut writing);
        self.kind(Entity::Alias, &world.aliases, &settlement.aliases, &mut writing);
        self.world = world;
        self.texts(&writing, texts)?;
        self.tx.settle(&writing.outcomes)?;
        self.tx.put_derived_aliases(&writing.joined)?;
        for uuid in self.tx.reader().derived_aliases()? {
            if writing.apart.contains(&uuid) {
                self.tx.drop_derived_alias(uuid)?;
            }
        }
        for (uuid, graph) in &writing.graphs {
            self.tx.keep_graph(*uuid, graph)?;
        }
        self.tx.keep_states(&writing.kept, &mut Numbers::default())?;
        self.insert_fresh()?;
        for sight in self.sources.iter().flat_map(|(_, theirs)| &theirs.sights) {
            self.tx.insert_sight(*sight)?;
        }
        self.ask(writing)
    }

    /// Compares how the records of one kind are to stand with how they stand.
    fn kind<C>(&mut self, entity: Entity, united: &Kind<C>, settled: &Settled<C>, writing: &mut Writing)
    where
        C: Fields + Into<AnyContent>,
        Here: HasKind<C>,
    {
        let mut clashes: BTreeMap<Uuid, Vec<&Clash<C>>> = BTreeMap::new();
        for clash in &settled.clashes {
            clashes.entry(clash.record).or_default().push(clash);
        }
        for (uuid, standing) in &settled.standings {
            writing.seen.insert((entity, *uuid));
            let step = standing.step();
            let place = self.here.place(entity, *uuid);
            let known = self.here.kind().get(uuid);
            let same = place
                .is_some_and(|place| place.version == step.version && place.alive == step.state.is_some());
            let dead_all_along = place.is_none() && matches!(standing, Standing::Gone(_));
            if let Standing::Joined { into, .. } = standing {
                writing.joined.push((entity, *uuid, *into));
            } else {
                writing.apart.insert(*uuid);
            }
            if !same {
                let times = match standing {
                    Standing::Stands(_, times) => *times,
                    _ => Times::default(),
                };
                let before = place
                    .map(|place| known.and_then(|strand| strand.state(place.version)).cloned().flatten());
                if let Some(counts) = self.outcome.of(entity) {
                    count(counts, before, standing);
                }
                writing.outcomes.push(Outcome { entity, uuid: *uuid, step: any(step), times });
            }
            let Some(strand) = united.get(uuid) else { continue };
            let news = known.is_none_or(|known| known.heads() != strand.heads());
            if !same || news {
                // What was deleted there before we ever heard of it leaves its versions here, but not its words.
                for (version, state, times) in strand.states().filter(|_| !dead_all_along) {
                    let is_known = known.is_some_and(|known| known.state(version).is_some());
                    if !is_known && version != step.version {
                        let parents = strand.graph().parents(version).unwrap_or_default().to_vec();
                        let state = state.clone().map(Into::into);
                        writing.kept.push(Kept {
                            entity,
                            uuid: *uuid,
                            row: None,
                            version,
                            parents,
                            state,
                            times,
                        });
                    }
                }
                writing.graphs.push((*uuid, strand.graph().clone()));
            }
            for clash in clashes.get(uuid).into_iter().flatten() {
                let theirs = &clash.theirs;
                let is_kept = known.is_some_and(|known| known.state(theirs.version).is_some())
                    || strand.state(theirs.version).is_some();
                if !is_kept {
                    writing.kept.push(Kept {
                        entity,
                        uuid: *uuid,
                        row: None,
                        version: theirs.version,
                        parents: theirs.parents.clone(),
                        state: theirs.state.clone().map(Into::into),
                        times: clash.times,
                    });
                }
                writing.questions.push(Asked {
                    entity,
                    record: *uuid,
                    ours: step.version,
                    theirs: theirs.version,
                    fields: clash.fields.clone(),
                });
            }
        }
    }

    /// The texts that what is written refers to.
    fn texts(&self, writing: &Writing, texts: &Texts<'_>) -> Result<()> {
        let mut wanted: BTreeSet<[u8; 32]> = BTreeSet::new();
        let mut want = |content: &AnyContent| match content {
            AnyContent::Document(Document { text, .. }) | AnyContent::Annotation(Annotation { text, .. }) => {
                wanted.insert(*text.as_bytes());
            }
            _ => {}
        };
        writing.outcomes.iter().filter_map(|outcome| outcome.step.state.as_ref()).for_each(&mut want);
        writing.kept.iter().filter_map(|kept| kept.state.as_ref()).for_each(&mut want);
        let fresh = (0..self.fresh.len()).flat_map(|place| [self.fresh[place].text, self.shown(place).text]);
        wanted.extend(fresh.map(|text| *self.refs.texts.all[text as usize].as_bytes()));
        for digest in wanted.into_iter().map(Digest::from_bytes) {
            if self.tx.reader().text_with_digest(digest)?.is_some() {
                continue;
            }
            // A text that nobody has: what refers to it is kept out by whoever looks for its number.
            let Some(body) = texts.body(digest)? else { continue };
            let chars = u32::try_from(body.chars().count())
                .map_err(|_| Error::refused("a text is longer than a store can hold"))?;
            self.tx.ensure_text(&body, chars, digest)?;
        }
        Ok(())
    }

    /// The annotations that meet nothing of ours, in the order of places: the indices grow at their ends.
    fn insert_fresh(&mut self) -> Result<()> {
        let rows = Rows::read(self.tx.reader())?;
        let refs = &self.refs;
        let missing =
            |what: &str| Error::internal(format!("a new annotation refers to a {what} that is not there"));
        let find = |ids: &[Uuid], rows: &HashMap<Uuid, i64>| -> Vec<Option<i64>> {
            ids.iter().map(|id| rows.get(id).copied()).collect()
        };
        let documents = find(&refs.documents.all, &rows.documents);
        let codes = find(&refs.codes.all, &rows.codes);
        let coders = find(&refs.coders.all, &rows.coders);
        let mut texts = Vec::with_capacity(refs.texts.all.len());
        for digest in &refs.texts.all {
            texts.push(self.tx.reader().text_with_digest(*digest)?);
        }
        let row_of = |fresh: &Fresh, shown: Shown| -> Result<AnnotationDraft> {
            Ok(AnnotationDraft {
                document: documents[shown.document as usize].ok_or_else(|| missing("document"))?,
                text: texts[shown.text as usize].ok_or_else(|| missing("text"))?,
                range: shown.range,
                code: match shown.code {
                    0 => None,
                    code => Some(codes[code as usize - 1].ok_or_else(|| missing("code"))?),
                },
                coder: coders[shown.coder as usize].ok_or_else(|| missing("coder"))?,
                note: refs.note(fresh).to_owned(),
            })
        };
        let mut order: Vec<usize> = (0..self.fresh.len()).collect();
        order.sort_unstable_by_key(|place| {
            let (one, shown) = (&self.fresh[*place], self.shown(*place));
            (
                documents[shown.document as usize],
                shown.range,
                coders[shown.coder as usize],
                shown.code,
                one.uuid,
            )
        });
        self.outcome.annotations.new += order.len() as u64;
        let plain = Graph::default();
        let mut rewritten: Vec<(usize, i64)> = Vec::new();
        self.tx.insert_many_annotations(order.len(), || {
            for place in &order {
                let (one, shown) = (&self.fresh[*place], self.shown(*place));
                let times = (one.times.created, one.times.modified);
                let version = self.step(one, shown).version;
                let known = Some((version, &plain));
                let row = self.tx.insert_known_annotation(one.uuid, &row_of(one, shown)?, times, known)?;
                if one.origin.is_some() || shown != one.written() {
                    rewritten.push((*place, row));
                }
            }
            Ok(())
        })?;
        // History and lineage are kept by id.
        rewritten.sort_unstable_by_key(|(place, _)| self.fresh[*place].uuid);
        self.keep_written(&rewritten)?;
        self.fresh.clear();
        Ok(())
    }

    /// Keeps what was written of new annotations for which something else is shown. `rewritten`: (place, row).
    fn keep_written(&self, rewritten: &[(usize, i64)]) -> Result<()> {
        /// So many at a time, for they are large.
        const SOME: usize = 10_000;
        let mut numbers = Numbers::default();
        for rewritten in rewritten.chunks(SOME) {
            let mut kept = Vec::with_capacity(rewritten.len());
            for (place, row) in rewritten {
                let one = &self.fresh[*place];
                let step = self.step(one, self.shown(*place));
                self.tx.add_parents(one.uuid, step.version, &step.parents)?;
                let mut keep = |version, parents, state: Annotation| {
                    let (entity, uuid, times) = (Entity::Annotation, one.uuid, one.times);
                    let state = Some(state.into());
                    kept.push(Kept { entity, uuid, row: Some(*row), version, parents, state, times });
                };
                if let Some(origin) = one.origin {
                    keep(origin, Vec::new(), self.refs.original(one));
                }
                if step.version != one.version {
                    keep(one.version, one.origin.into_iter().collect(), self.refs.content(one));
                }
            }
            self.tx.keep_states(&kept, &mut numbers)?;
        }
        Ok(())
    }

    /// The version at which a fresh annotation is here.
    fn step(&self, fresh: &Fresh, shown: Shown) -> Step<Annotation> {
        let parents: Vec<Version> = fresh.origin.into_iter().collect();
        if shown == fresh.written() {
            return Step { version: fresh.version, parents, state: None };
        }
        let says = self.refs.content_shown(fresh, shown);
        Step::derived(Entity::Annotation, fresh.uuid, [fresh.version], Some(says))
    }

    /// Opens the questions that are new, and closes those that are none any more.
    fn ask(&mut self, writing: Writing) -> Result<()> {
        let mut open: Vec<ConflictRow> = self
            .tx
            .reader()
            .conflicts()?
            .into_iter()
            .filter(|conflict| writing.seen.contains(&(conflict.content.entity, conflict.content.record)))
            .collect();
        let mut new = Vec::new();
        for asked in writing.questions {
            let is_same = |conflict: &ConflictRow| {
                let content = &conflict.content;
                content.record == asked.record
                    && (content.theirs == asked.theirs || content.ours == asked.theirs)
            };
            match open.iter().position(is_same) {
                Some(place) => drop(open.remove(place)),
                None => new.push(asked),
            }
        }
        for conflict in open {
            self.tx.close_conflict(conflict.id)?;
            if let Some(counts) = self.outcome.of(conflict.content.entity) {
                counts.settled += 1;
            }
        }
        for asked in new {
            let source = self.source_of(&asked);
            let fields = asked.fields.join(", ");
            let versions = (asked.ours, asked.theirs);
            self.tx.open_question(asked.entity, asked.record, versions, fields.clone(), &source)?;
            let reader = self.tx.reader();
            let labels = Labels::new(reader);
            let number = match asked.entity {
                Entity::Annotation => reader.row_of(asked.entity, asked.record)?.map(|(id, _)| id),
                _ => None,
            };
            let content = reader.content_at(asked.entity, asked.record, asked.ours)?.flatten();
            let name = labels.record(asked.entity, asked.record, number, content.as_ref())?;
            self.outcome.ask(Question { entity: asked.entity, name, fields });
        }
        Ok(())
    }

    /// The store that brought the question: the first that knows the other side, or else the record.
    fn source_of(&self, asked: &Asked) -> String {
        fn knows<C: Clone>(kind: &Kind<C>, asked: &Asked, exactly: bool) -> bool {
            kind.get(&asked.record).is_some_and(|strand| !exactly || strand.graph().knows(asked.theirs))
        }
        let brought = |theirs: &super::Theirs, exactly: bool| {
            let world = &theirs.world;
            match asked.entity {
                Entity::Coder => knows(&world.coders, asked, exactly),
                Entity::Document => knows(&world.documents, asked, exactly),
                Entity::Attribute => knows(&world.attributes, asked, exactly),
                Entity::Code => knows(&world.codes, asked, exactly),
                Entity::Annotation => knows(&world.annotations, asked, exactly),
                Entity::Memo => knows(&world.memos, asked, exactly),
                Entity::Assignment => knows(&world.assignments, asked, exactly),
                Entity::Alias => knows(&world.aliases, asked, exactly),
                Entity::Conflict => false,
            }
        };
        let find = |exactly| self.sources.iter().find(|(_, theirs)| brought(theirs, exactly));
        let named = find(true).or_else(|| find(false)).or(self.sources.first());
        named.map(|(name, _)| name.clone()).unwrap_or_default()
    }
}

fn any<C: Clone + Into<AnyContent>>(step: &Step<C>) -> Step<AnyContent> {
    Step { version: step.version, parents: step.parents.clone(), state: step.state.clone().map(Into::into) }
}

/// Counts one record. `before`: outer `None` where it was never heard of, inner `None` where it is deleted.
fn count<C: Fields>(counts: &mut Counts, before: Option<Option<C>>, standing: &Standing<C>) {
    match (before, standing) {
        (Some(Some(before)), Standing::Stands(step, _)) => {
            if step.state.as_ref() == Some(&before) {
                return;
            }
            let sources = step.parents.iter().filter(|parent| **parent != Version::DERIVED).count();
            if step.parents.contains(&Version::DERIVED) && sources > 1 {
                counts.merged += 1;
            } else {
                counts.changed += 1;
            }
        }
        (Some(Some(_)), Standing::Gone(_)) => counts.deleted += 1,
        (Some(Some(_)), Standing::Joined { .. }) => counts.joined += 1,
        (Some(None), Standing::Stands(..)) => counts.changed += 1,
        (None, Standing::Stands(..)) => counts.new += 1,
        _ => {}
    }
}
