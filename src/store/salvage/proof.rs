//! Proof: whether a row says what somebody wrote, and which ids and parents make it so.

use serde_json::Value as Json;
use uuid::Uuid;

use super::known::{Known, REFERRED, places_of_references};
use crate::domain::{Entity, Version};
use crate::store::content::{AnyContent, Columns};
use crate::store::table::Table;

/// How many ways to make sense of one row are tried.
const TRIES: usize = 256;
/// How many hashes are tried in all to make sense of rows that do not fit: some seconds.
pub(super) const BUDGET: u64 = 10_000_000;

impl Known<'_> {
    fn steps_of<'a>(
        steps: &'a [(Uuid, Version, Version)],
        uuid: Uuid,
        version: Version,
    ) -> impl Iterator<Item = Version> + 'a {
        let from = steps.partition_point(|step| (step.0, step.1) < (uuid, version));
        steps[from..].iter().take_while(move |step| (step.0, step.1) == (uuid, version)).map(|step| step.2)
    }

    /// The parents under which `version` is the hash of this state; `None` when there are none such.
    pub(super) fn parents(
        &self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        content: Option<&AnyContent>,
    ) -> Option<Vec<Version>> {
        let is_hash = |parents: &[Version]| Version::of(entity, uuid, parents, content) == version;
        if is_hash(&[]) {
            return Some(Vec::new());
        }
        let sure: Vec<Version> = Known::steps_of(&self.lineage, uuid, version).collect();
        let hints: Vec<Version> = Known::steps_of(&self.hints, uuid, version).collect();
        let mut both: Vec<Version> = sure.iter().chain(&hints).copied().collect();
        both.sort_unstable();
        both.dedup();
        for parents in [&sure, &hints, &both] {
            if is_hash(parents) {
                return Some(parents.clone());
            }
        }
        self.parents_by_trial(uuid, version, &both, is_hash)
    }

    /// A lineage that is lost follows from the hash: a parent is one of the record's earlier versions.
    fn parents_by_trial(
        &self,
        uuid: Uuid,
        version: Version,
        hints: &[Version],
        is_hash: impl Fn(&[Version]) -> bool,
    ) -> Option<Vec<Version>> {
        let is_hash = |parents: &[Version]| {
            let left = self.budget.get();
            self.budget.set(left.saturating_sub(1));
            left > 0 && is_hash(parents)
        };
        let from = self.versions.partition_point(|known| known.0 < uuid);
        let earlier = self.versions[from..].iter().take_while(|known| known.0 == uuid).map(|known| known.1);
        let earlier: Vec<Version> =
            earlier.chain(hints.iter().copied()).filter(|earlier| *earlier != version).take(64).collect();
        for mark in [&[][..], &[Version::DERIVED]] {
            let singles = earlier.iter().map(|one| [mark, &[*one]].concat());
            // Of the merges of two only those of a short history: there are many pairs in a long one.
            let few = if earlier.len() <= 12 { earlier.as_slice() } else { &[] };
            let pairs = few.iter().enumerate().flat_map(|(index, one)| {
                few[index + 1..].iter().map(move |other| [mark, &[*one, *other]].concat())
            });
            if let Some(found) = singles.chain(pairs).find(|parents| is_hash(parents)) {
                return Some(found);
            }
        }
        is_hash(&[Version::DERIVED]).then(|| vec![Version::DERIVED])
    }

    /// What a row says and the parents of its version, when the version proves it. Where ids are in doubt, those are
    /// taken that the version proves, also that of the row itself.
    pub(super) fn prove(
        &mut self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        columns: &[Json],
    ) -> Option<(Uuid, AnyContent, Vec<Version>)> {
        if let Some((content, parents)) = self.holds(entity, uuid, version, columns) {
            return Some((uuid, content, parents));
        }
        let mut doubtful: Vec<(Entity, i64, Vec<Uuid>)> = Vec::new();
        for (referred, place) in places_of_references(entity) {
            if let Some(number) = columns.get(*place).and_then(Json::as_i64)
                && !self.proven.contains_key(&(*referred, number))
            {
                let ids = self.candidates.get(&(*referred, number)).cloned().unwrap_or_default();
                doubtful.push((*referred, number, ids));
            }
        }
        let mut own = vec![uuid];
        if REFERRED.contains(&entity)
            && let Some(number) = columns.first().and_then(Json::as_i64)
        {
            own.extend(
                self.candidates.get(&(entity, number)).into_iter().flatten().filter(|id| **id != uuid),
            );
        }
        let combinations: usize =
            doubtful.iter().map(|(.., ids)| ids.len().max(1)).product::<usize>() * own.len();
        // The first combination has been tried.
        for combination in 1..combinations.min(TRIES) {
            let mut rest = combination / own.len();
            for (referred, number, ids) in &doubtful {
                if !ids.is_empty() {
                    self.references.know(Table::of(*referred).name, *number, ids[rest % ids.len()]);
                    rest /= ids.len();
                }
            }
            let id = own[combination % own.len()];
            if let Some((content, parents)) = self.holds(entity, id, version, columns) {
                return Some((id, content, parents));
            }
        }
        for (referred, number, ids) in &doubtful {
            if let Some(first) = ids.first() {
                self.references.know(Table::of(*referred).name, *number, *first);
            }
        }
        None
    }

    fn holds(
        &mut self,
        entity: Entity,
        uuid: Uuid,
        version: Version,
        columns: &[Json],
    ) -> Option<(AnyContent, Vec<Version>)> {
        let content = Columns::of(columns.to_vec(), &self.references).content(entity).ok()?;
        let parents = self.parents(entity, uuid, version, Some(&content))?;
        for (referred, place) in places_of_references(entity) {
            if let Some(number) = columns.get(*place).and_then(Json::as_i64)
                && let Ok(id) = self.references.uuid(Table::of(*referred).name, number)
            {
                self.proven.insert((*referred, number), id);
            }
        }
        Some((content, parents))
    }
}
