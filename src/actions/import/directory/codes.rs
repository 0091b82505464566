//! Codes by their paths, and by those they had.

use std::collections::HashMap;

use uuid::Uuid;

use super::near::Unknown;
use crate::domain::Entity;
use crate::domain::name::{MAX_CODE_DEPTH, split_code_path};
use crate::domain::palette::least_used;
use crate::error::{Error, ErrorKind, Result};
use crate::store::code::{CodeDraft, CodeRow};
use crate::store::{Reader, Tx};

/// The most former paths that are looked at; a hostile history could multiply them without end.
const MOST_FORMER_PATHS: usize = 100_000;

/// What former paths mean; nothing where two codes had the path.
type FormerPaths = HashMap<String, Option<i64>>;

/// The codes of a store, kept in step with what the import writes: one code that moves costs one entry, not a new
/// reading of the codebook.
pub(in super::super) struct Codes {
    rows: HashMap<i64, CodeRow>,
    by_uuid: HashMap<Uuid, i64>,
    /// By the code above and the name. More than one only where two stores made the same path.
    by_place: HashMap<(Option<i64>, String), Vec<i64>>,
    /// How many codes stand below a code.
    children: HashMap<i64, usize>,
    /// Answers to paths, until a code moves: a million rows name the same few.
    by_path: HashMap<String, i64>,
    former: Option<FormerPaths>,
    aliases: HashMap<Uuid, Uuid>,
    unknown: Unknown,
    /// Paths of codes that were made because a row named them.
    pub(in super::super) made: Vec<String>,
}

impl Codes {
    pub(super) fn read(reader: Reader<'_>) -> Result<Codes> {
        let mut codes = Codes {
            rows: HashMap::new(),
            by_uuid: HashMap::new(),
            by_place: HashMap::new(),
            children: HashMap::new(),
            by_path: HashMap::new(),
            former: None,
            aliases: reader.aliases(Entity::Code)?,
            unknown: Unknown::default(),
            made: Vec::new(),
        };
        for row in reader.codes()? {
            codes.insert(row);
        }
        Ok(codes)
    }

    fn insert(&mut self, row: CodeRow) {
        self.by_uuid.insert(row.uuid, row.id);
        self.by_place.entry((row.parent, row.name.clone())).or_default().push(row.id);
        if let Some(parent) = row.parent {
            *self.children.entry(parent).or_default() += 1;
        }
        self.rows.insert(row.id, row);
    }

    /// Takes into account that the code `id` was written or removed.
    pub(in super::super) fn update(&mut self, reader: Reader<'_>, id: i64) -> Result<()> {
        if let Some(before) = self.rows.remove(&id) {
            self.by_uuid.remove(&before.uuid);
            if let Some(twins) = self.by_place.get_mut(&(before.parent, before.name)) {
                twins.retain(|twin| *twin != id);
            }
            if let Some(count) = before.parent.and_then(|parent| self.children.get_mut(&parent)) {
                *count = count.saturating_sub(1);
            }
            // It may have moved, and everything below it with it.
            self.by_path.clear();
            self.former = None;
        }
        if let Some(row) = reader.code_by_id(id)? {
            self.insert(row);
        }
        Ok(())
    }

    /// The code with this number.
    pub(in super::super) fn row(&self, id: i64) -> Option<&CodeRow> {
        self.rows.get(&id)
    }

    /// The code with this id, or the one that stands for it.
    pub(in super::super) fn by_uuid(&self, uuid: Uuid) -> Option<i64> {
        self.by_uuid.get(self.aliases.get(&uuid).unwrap_or(&uuid)).copied()
    }

    /// Whether this id was given up for another.
    pub(in super::super) fn is_retired(&self, uuid: Uuid) -> bool {
        self.aliases.contains_key(&uuid)
    }

    /// How many codes stand directly below this one.
    pub(in super::super) fn children(&self, id: i64) -> usize {
        self.children.get(&id).copied().unwrap_or(0)
    }

    /// The code called `name` below `parent`, but not `but`.
    pub(in super::super) fn other_at(&self, parent: Option<i64>, name: &str, but: i64) -> Option<i64> {
        let twins = self.by_place.get(&(parent, name.to_owned()))?;
        twins.iter().copied().find(|twin| *twin != but)
    }

    /// The code and those above it, the nearest first. Bounded: a damaged store may hold a circle.
    pub(in super::super) fn upwards(&self, id: i64) -> impl Iterator<Item = i64> {
        let above = |id: &i64| self.rows.get(id).and_then(|row| row.parent);
        std::iter::successors(Some(id), above).take(MAX_CODE_DEPTH + 1)
    }

    /// The levels from a code down to the deepest one below it: 1 for a code with nothing below.
    pub(in super::super) fn height(&self, id: i64) -> usize {
        if self.children(id) == 0 {
            return 1;
        }
        let depths = self.rows.keys().filter_map(|other| self.upwards(*other).position(|above| above == id));
        1 + depths.max().unwrap_or(0)
    }

    /// The path of a code.
    pub(in super::super) fn path(&self, id: i64) -> String {
        let mut names: Vec<&str> =
            self.upwards(id).filter_map(|id| self.rows.get(&id)).map(|row| row.name.as_str()).collect();
        names.reverse();
        names.join("/")
    }

    /// The code with this path now.
    pub(in super::super) fn current(&mut self, path: &str) -> Option<i64> {
        if let Some(id) = self.by_path.get(path) {
            return Some(*id);
        }
        let mut found = None;
        for name in path.split('/') {
            let key = (found, name.to_owned());
            found = Some(*self.by_place.get(&key)?.iter().min()?);
        }
        self.by_path.extend(found.map(|id| (path.to_owned(), id)));
        found
    }

    /// The code with this path, now or formerly.
    pub(in super::super) fn find(&mut self, reader: Reader<'_>, path: &str) -> Result<Option<i64>> {
        if let Some(id) = self.current(path) {
            return Ok(Some(id));
        }
        if self.former.is_none() {
            self.former = Some(self.former_paths(reader)?);
        }
        Ok(self.former.as_ref().and_then(|former| former.get(path)).copied().flatten())
    }

    /// The code that a row names, made now if `create` says so.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the reason to refuse the row.
    pub(in super::super) fn for_row(
        &mut self,
        tx: &Tx<'_>,
        path: &str,
        create: bool,
    ) -> Result<Result<i64, String>> {
        if let Some(id) = self.find(tx.reader(), path)? {
            return Ok(Ok(id));
        }
        if !create {
            let reason = self.unknown(path);
            return Ok(Err(format!("{reason} (`--create-codes` adds the missing ones)")));
        }
        match self.create(tx, path) {
            Ok(id) => Ok(Ok(id)),
            Err(refused) if refused.kind() == ErrorKind::Refused => Ok(Err(refused.message().to_owned())),
            Err(failed) => Err(failed),
        }
    }

    /// The reason to refuse a path that no code has.
    pub(in super::super) fn unknown(&mut self, path: &str) -> String {
        let mut unknown = std::mem::take(&mut self.unknown);
        let mut ids: Vec<i64> = self.rows.keys().copied().collect();
        ids.sort_unstable();
        let reason = unknown.reason("code", path, || ids.iter().map(|id| self.path(*id)).collect());
        self.unknown = unknown;
        reason
    }

    /// Makes the code with this path, and those above it that are missing.
    pub(in super::super) fn create(&mut self, tx: &Tx<'_>, path: &str) -> Result<i64> {
        let mut parent = None;
        let mut known = String::new();
        for part in split_code_path(path)? {
            if !known.is_empty() {
                known.push('/');
            }
            known.push_str(part);
            parent = match self.current(&known) {
                Some(id) => Some(id),
                None => {
                    let color = least_used(self.rows.values().map(|code| code.color.as_str())).to_owned();
                    let draft =
                        CodeDraft { parent, name: part.to_owned(), color, description: String::new() };
                    let id = tx.insert_code(None, &draft)?;
                    self.update(tx.reader(), id)?;
                    self.made.push(known.clone());
                    Some(id)
                }
            };
        }
        parent.ok_or_else(|| Error::refused("the code path is empty"))
    }

    /// Every path that a code once had. Paths are remembered by their parts: a child's path changes with its parent's
    /// name.
    fn former_paths(&self, reader: Reader<'_>) -> Result<FormerPaths> {
        let mut names: HashMap<i64, Vec<(Option<i64>, String)>> = HashMap::new();
        let mut uuids: HashMap<i64, Uuid> = HashMap::new();
        for row in self.rows.values() {
            names.entry(row.id).or_default().push((row.parent, row.name.clone()));
        }
        for state in reader.former_codes()? {
            uuids.insert(state.id, state.uuid);
            names.entry(state.id).or_default().push((state.parent, state.name));
        }
        let mut former = FormerPaths::new();
        if uuids.is_empty() {
            return Ok(former);
        }
        for id in names.keys() {
            // A merged code means the one it was merged into; a removed one means nothing any more.
            let living = self.rows.contains_key(id).then_some(*id);
            let Some(meaning) = living.or_else(|| self.by_uuid(*uuids.get(id)?)) else { continue };
            for path in paths_of(&names, *id, 0) {
                if former.len() < MOST_FORMER_PATHS {
                    let known = former.entry(path).or_insert(Some(meaning));
                    *known = known.filter(|known| *known == meaning);
                }
            }
        }
        Ok(former)
    }
}

/// The paths that a code had, through all names of itself and of those above it.
fn paths_of(names: &HashMap<i64, Vec<(Option<i64>, String)>>, id: i64, depth: usize) -> Vec<String> {
    let mut paths = Vec::new();
    if depth >= MAX_CODE_DEPTH {
        return paths;
    }
    for (parent, name) in names.get(&id).into_iter().flatten() {
        match parent {
            None => paths.push(name.clone()),
            Some(parent) => {
                let above = paths_of(names, *parent, depth + 1);
                paths.extend(above.into_iter().map(|above| format!("{above}/{name}")));
            }
        }
        paths.truncate(MOST_FORMER_PATHS / 100);
    }
    paths
}
