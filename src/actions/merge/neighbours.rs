//! Annotations that a merge touches although nobody merged them: those whose document, code or coder moves, and those that
//! say what a new one says. They are found, looked at with all the others, and everything is settled again.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::Merge;
use super::fresh::{Fresh, Refs, Shown};
use super::ours::Rows;
use crate::domain::merge::{Fields, Follow, Kind, Settled, Settlement, Standing};
use crate::domain::record::{Annotation, Document};
use crate::domain::{CharRange, Digest, Entity};
use crate::error::Result;
use crate::store::annotation::{AnnotationDraft, AnnotationKey};
use crate::store::select::Selection;

/// What makes two annotations the same, by ids.
type Key = (Uuid, CharRange, Uuid, Option<Uuid>, Digest);

fn key_of(one: &Annotation) -> Key {
    (one.document, one.range, one.coder, one.code, one.text)
}

impl Merge<'_> {
    /// Takes into the world what else is touched. Says whether there was anything: then the world is to be settled again.
    pub(super) fn widen(&mut self, settlement: &Settlement, texts: &dyn Follow) -> Result<bool> {
        let rows = Rows::read(self.tx.reader())?;
        let mut wanted: HashSet<Uuid> = HashSet::new();
        self.whose_references_move(settlement, &rows, &mut wanted)?;
        let mut met = self.fresh_that_move(settlement, texts);
        self.twins_of_fresh(&rows, &mut met, &mut wanted)?;
        self.twins_of_settled(settlement, &rows, &mut met, &mut wanted)?;
        wanted.retain(|uuid| !self.world.annotations.contains_key(uuid));
        if wanted.is_empty() && met.is_empty() {
            return Ok(false);
        }
        let strands: Kind<Annotation> = self.tx.reader().strands_of(Entity::Annotation, &wanted)?;
        for (id, strand) in strands {
            self.here.world.annotations.insert(id, strand.clone());
            self.world.annotations.insert(id, strand);
        }
        let mut place = 0;
        let (world, refs) = (&mut self.world, &self.refs);
        self.fresh.retain(|fresh| {
            let stays = !met.contains(&place);
            place += 1;
            if !stays {
                // United, not inserted: nothing of it is shown here yet, so that of two twins ours is.
                world.annotations.entry(fresh.uuid).or_default().unite(&refs.strand(fresh));
            }
            stays
        });
        Ok(true)
    }

    /// What a fresh annotation says here.
    pub(super) fn shown(&self, place: usize) -> Shown {
        self.moved.get(place).copied().unwrap_or_else(|| self.fresh[place].written())
    }

    /// Our annotations of documents, codes and coders that are not what they were.
    fn whose_references_move(
        &self,
        settlement: &Settlement,
        rows: &Rows,
        wanted: &mut HashSet<Uuid>,
    ) -> Result<()> {
        self.left_behind(rows, wanted)?;
        let documents = rows.documents.iter().filter(|(id, _)| {
            let before = self.here.world.documents.get(*id).and_then(|strand| {
                let shown = strand.shown().first()?;
                strand.state(*shown)?.as_ref().map(|document| document.text)
            });
            match settlement.documents.standings.get(*id) {
                Some(Standing::Stands(step, _)) => step.state.as_ref().map(|one| one.text) != before,
                Some(_) => true,
                None => false,
            }
        });
        let codes = rows.codes.iter().filter(|(id, _)| is_moved(&settlement.codes, **id));
        let coders = rows.coders.iter().filter(|(id, _)| is_moved(&settlement.coders, **id));
        let numbers = |rows: Vec<i64>| (!rows.is_empty()).then_some(rows);
        let selections = [
            numbers(documents.map(|(_, row)| *row).collect())
                .map(|rows| Selection { documents: Some(rows), ..Selection::default() }),
            numbers(codes.map(|(_, row)| *row).collect())
                .map(|rows| Selection { codes: Some(rows), ..Selection::default() }),
            numbers(coders.map(|(_, row)| *row).collect())
                .map(|rows| Selection { coders: Some(rows), ..Selection::default() }),
        ];
        for selection in selections.into_iter().flatten() {
            self.tx.reader().each_annotation(&selection, |row| {
                wanted.insert(row.uuid);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Our annotations of a revised text that still count in an earlier one: they may follow now.
    fn left_behind(&self, rows: &Rows, wanted: &mut HashSet<Uuid>) -> Result<()> {
        let mut revised = Vec::new();
        for (id, strand) in &self.world.documents {
            let texts: HashSet<Digest> =
                strand.states().filter_map(|(_, state, _)| Some(state.as_ref()?.text)).collect();
            if texts.len() > 1 {
                revised.extend(rows.documents.get(id));
            }
        }
        if revised.is_empty() {
            return Ok(());
        }
        let reader = self.tx.reader();
        let mut current = HashMap::new();
        for row in &revised {
            current.extend(reader.document_by_id(*row)?.map(|document| (*row, document.text_id)));
        }
        let selection = Selection { documents: Some(revised), ..Selection::default() };
        reader.each_annotation(&selection, |row| {
            if current.get(&row.draft.document) != Some(&row.draft.text) {
                wanted.insert(row.uuid);
            }
            Ok(())
        })
    }

    /// Notes what new annotations say here whose document, code or coder is another one, or whose text was revised. Returns
    /// those that need what is dead here.
    fn fresh_that_move(&mut self, settlement: &Settlement, texts: &dyn Follow) -> HashSet<usize> {
        let current: Vec<Option<Digest>> =
            self.refs.documents.all.iter().map(|id| text_of(&settlement.documents, *id)).collect();
        let codes: Vec<bool> =
            self.refs.codes.all.iter().map(|id| is_moved(&settlement.codes, *id)).collect();
        let coders: Vec<bool> =
            self.refs.coders.all.iter().map(|id| is_moved(&settlement.coders, *id)).collect();
        let moves = |refs: &Refs, fresh: &Fresh| {
            current[fresh.document as usize] != Some(refs.texts.all[fresh.text as usize])
                || fresh.code > 0 && codes[fresh.code as usize - 1]
                || coders[fresh.coder as usize]
        };
        let mut dead = HashSet::new();
        self.moved.clear();
        for place in 0..self.fresh.len() {
            let fresh = self.fresh[place];
            let mut says = fresh.written();
            if moves(&self.refs, &fresh) {
                let shown = settlement.shown(&self.refs.content(&fresh), texts);
                let lives = stands(&settlement.documents, shown.document)
                    && shown.code.is_none_or(|code| stands(&settlement.codes, code))
                    && stands(&settlement.coders, shown.coder);
                if lives {
                    says = self.refs.place(&shown);
                } else {
                    dead.insert(place);
                }
            }
            if self.moved.is_empty() && says != fresh.written() {
                self.moved.extend(self.fresh[..place].iter().map(Fresh::written));
                self.moved.reserve_exact(self.fresh.len() - place);
            }
            if !self.moved.is_empty() || says != fresh.written() {
                self.moved.push(says);
            }
        }
        dead
    }

    /// What is here already under another id; what two stores bring at once.
    fn twins_of_fresh(
        &self,
        rows: &Rows,
        met: &mut HashSet<usize>,
        wanted: &mut HashSet<Uuid>,
    ) -> Result<()> {
        let mut keyed: Vec<(AnnotationKey, usize)> = Vec::new();
        let refs = &self.refs;
        let documents: Vec<Option<i64>> =
            refs.documents.all.iter().map(|id| rows.documents.get(id).copied()).collect();
        let codes: Vec<Option<i64>> = refs.codes.all.iter().map(|id| rows.codes.get(id).copied()).collect();
        let coders: Vec<Option<i64>> =
            refs.coders.all.iter().map(|id| rows.coders.get(id).copied()).collect();
        let mut texts: Vec<Option<i64>> = Vec::with_capacity(refs.texts.all.len());
        for digest in &refs.texts.all {
            texts.push(self.tx.reader().text_with_digest(*digest)?);
        }
        for place in 0..self.fresh.len() {
            let shown = self.shown(place);
            let code = match shown.code {
                0 => Some(None),
                code => codes[code as usize - 1].map(Some),
            };
            if let (Some(document), Some(code), Some(coder), Some(text)) = (
                documents[shown.document as usize],
                code,
                coders[shown.coder as usize],
                texts[shown.text as usize],
            ) {
                keyed.push((AnnotationKey { document, range: shown.range, coder, code, text }, place));
            }
        }
        keyed.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(one.1.cmp(&other.1)));
        self.twins_here(&keyed, met, wanted)?;
        // Within one store none says what another says, unless what they refer to has become one.
        if self.sources.len() > 1 || !self.moved.is_empty() {
            self.twins_among(met);
        }
        Ok(())
    }

    fn twins_here(
        &self,
        keyed: &[(AnnotationKey, usize)],
        met: &mut HashSet<usize>,
        wanted: &mut HashSet<Uuid>,
    ) -> Result<()> {
        /// From here on one walk along the index is cheaper than a look-up for each.
        const MANY: usize = 2_000;
        let reader = self.tx.reader();
        let mut candidates: Vec<usize> = Vec::new();
        if keyed.len() < MANY {
            candidates.extend(keyed.iter().map(|(_, place)| *place));
        } else {
            let mut next = 0;
            reader.each_annotation_key(|key, _| {
                while next < keyed.len() && keyed[next].0 < key {
                    next += 1;
                }
                let mut same = next;
                while same < keyed.len() && keyed[same].0 == key {
                    candidates.push(keyed[same].1);
                    same += 1;
                }
                Ok(())
            })?;
        }
        let keys: HashMap<usize, AnnotationKey> = match keyed.len() < MANY {
            true => keyed.iter().map(|(key, place)| (*place, *key)).collect(),
            false => {
                let chosen: HashSet<usize> = candidates.iter().copied().collect();
                let mut keys = HashMap::with_capacity(chosen.len());
                keys.extend(
                    keyed
                        .iter()
                        .filter(|(_, place)| chosen.contains(place))
                        .map(|(key, place)| (*place, *key)),
                );
                keys
            }
        };
        for place in candidates {
            let (key, note) = (keys[&place], self.refs.note(&self.fresh[place]));
            let AnnotationKey { document, range, coder, code, text } = key;
            let draft = AnnotationDraft { document, text, range, code, coder, note: note.to_owned() };
            if let Some(twin) = reader.same_annotation(&draft)?
                && !self.world.annotations.contains_key(&twin.uuid)
            {
                wanted.insert(twin.uuid);
                met.insert(place);
            }
        }
        Ok(())
    }

    /// New annotations of two stores that say the same.
    fn twins_among(&self, met: &mut HashSet<usize>) {
        let key = |place: usize| {
            let one = self.shown(place);
            let note = if one.code > 0 { "" } else { self.refs.note(&self.fresh[place]) };
            (one.document, one.range, one.coder, one.code, one.text, note)
        };
        let mut order: Vec<usize> = (0..self.fresh.len()).collect();
        order.sort_unstable_by(|one, other| key(*one).cmp(&key(*other)));
        for pair in order.windows(2).filter(|pair| key(pair[0]) == key(pair[1])) {
            met.extend(pair);
        }
    }

    /// Our annotations and new ones that stand where a settled one is to stand.
    fn twins_of_settled(
        &self,
        settlement: &Settlement,
        rows: &Rows,
        met: &mut HashSet<usize>,
        wanted: &mut HashSet<Uuid>,
    ) -> Result<()> {
        let mut places: HashMap<Key, Uuid> = HashMap::new();
        for (id, standing) in &settlement.annotations.standings {
            let Standing::Stands(step, _) = standing else { continue };
            let Some(says) = &step.state else { continue };
            places.insert(key_of(says), *id);
            let code = match says.code {
                None => Some(None),
                Some(code) => rows.codes.get(&code).copied().map(Some),
            };
            let text = self.tx.reader().text_with_digest(says.text)?;
            let (Some(document), Some(code), Some(coder), Some(text)) =
                (rows.documents.get(&says.document), code, rows.coders.get(&says.coder), text)
            else {
                continue;
            };
            let draft = AnnotationDraft {
                document: *document,
                text,
                range: says.range,
                code,
                coder: *coder,
                note: says.note.clone(),
            };
            wanted.extend(self.tx.reader().same_annotation(&draft)?.map(|twin| twin.uuid));
        }
        if !places.is_empty() {
            for place in 0..self.fresh.len() {
                let shown = self.shown(place);
                let says = (
                    self.refs.documents.all[shown.document as usize],
                    shown.range,
                    self.refs.coders.all[shown.coder as usize],
                    self.refs.code(shown.code),
                    self.refs.texts.all[shown.text as usize],
                );
                if places.contains_key(&says) {
                    met.insert(place);
                }
            }
        }
        Ok(())
    }
}

/// Whether references to `id` lead elsewhere, or to what is dead.
fn is_moved<C: Fields>(settled: &Settled<C>, id: Uuid) -> bool {
    !matches!(settled.standings.get(&id), Some(Standing::Stands(..)) | None)
}

fn text_of(settled: &Settled<Document>, id: Uuid) -> Option<Digest> {
    match settled.standings.get(&id)? {
        Standing::Stands(step, _) => step.state.as_ref().map(|document| document.text),
        _ => None,
    }
}

fn stands<C: Fields>(settled: &Settled<C>, id: Uuid) -> bool {
    matches!(settled.standings.get(&id), Some(Standing::Stands(..)))
}
