//! The codebook as a tree: paths, children, subtrees.

use std::collections::{BTreeMap, HashMap};

use super::name::MAX_CODE_DEPTH;

/// One code of a [`Codebook`], by numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The code's number.
    pub id: i64,
    /// The number of the code it stands under.
    pub parent: Option<i64>,
    /// The last part of its path.
    pub name: String,
}

/// The codes of a store as a tree. Walks are iterative and bounded: a damaged or hostile store may hold a cycle.
#[derive(Debug, Clone, Default)]
pub struct Codebook {
    entries: HashMap<i64, Entry>,
    paths: HashMap<i64, String>,
    /// Path → codes. More than one only when two stores made the same path and nobody has joined them yet.
    by_path: BTreeMap<Vec<String>, Vec<i64>>,
}

impl Codebook {
    /// The tree of these codes.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let entries: HashMap<i64, Entry> = entries.into_iter().map(|entry| (entry.id, entry)).collect();
        let mut paths = HashMap::with_capacity(entries.len());
        let mut by_path: BTreeMap<Vec<String>, Vec<i64>> = BTreeMap::new();
        let mut ids: Vec<i64> = entries.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let parts = parts_of(&entries, id);
            paths.insert(id, parts.join("/"));
            by_path.entry(parts).or_default().push(id);
        }
        Codebook { entries, paths, by_path }
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The path of a code, its parts joined by `/`; empty for a number that is no code's.
    pub fn path(&self, id: i64) -> &str {
        self.paths.get(&id).map_or("", String::as_str)
    }

    /// The code with this path; the one made first where there are two.
    pub fn find(&self, path: &str) -> Option<i64> {
        let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
        self.by_path.get(&parts).and_then(|ids| ids.first()).copied()
    }

    /// Paths that name more than one code.
    pub fn twins(&self) -> impl Iterator<Item = &[i64]> {
        self.by_path.values().filter(|ids| ids.len() > 1).map(Vec::as_slice)
    }

    /// All codes in the order of the tree: a parent before its children, siblings by name.
    pub fn in_order(&self) -> impl Iterator<Item = i64> {
        self.by_path.values().flatten().copied()
    }

    /// All paths, in the order of the tree.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.in_order().map(|id| self.path(id))
    }

    /// How deep a code stands: 0 at the top.
    pub fn depth(&self, id: i64) -> usize {
        self.ancestors(id).count()
    }

    /// The codes above this one, the nearest first.
    pub fn ancestors(&self, id: i64) -> impl Iterator<Item = i64> {
        let parent = |id: &i64| self.entries.get(id).and_then(|entry| entry.parent);
        std::iter::successors(parent(&id), parent).take(MAX_CODE_DEPTH)
    }

    /// The code and everything below it, in the order of the tree.
    pub fn subtree(&self, id: i64) -> Vec<i64> {
        self.in_order()
            .filter(|other| *other == id || self.ancestors(*other).any(|above| above == id))
            .collect()
    }

    /// The codes directly below this one (`None`: at the top), by name.
    pub fn children(&self, parent: Option<i64>) -> Vec<i64> {
        self.in_order()
            .filter(|id| self.entries.get(id).is_some_and(|entry| entry.parent == parent))
            .collect()
    }

    /// The parent of a code.
    pub fn parent(&self, id: i64) -> Option<i64> {
        self.entries.get(&id).and_then(|entry| entry.parent)
    }

    /// The last part of a code's path; empty for a number that is no code's.
    pub fn name(&self, id: i64) -> &str {
        self.entries.get(&id).map_or("", |entry| entry.name.as_str())
    }
}

fn parts_of(entries: &HashMap<i64, Entry>, id: i64) -> Vec<String> {
    let mut parts = Vec::new();
    let mut next = Some(id);
    while let Some(entry) = next.and_then(|id| entries.get(&id)) {
        parts.push(entry.name.clone());
        next = entry.parent.filter(|_| parts.len() < MAX_CODE_DEPTH);
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book(codes: &[(i64, Option<i64>, &str)]) -> Codebook {
        Codebook::new(codes.iter().map(|(id, parent, name)| Entry {
            id: *id,
            parent: *parent,
            name: (*name).into(),
        }))
    }

    #[test]
    fn a_tree_is_read_parents_first_and_siblings_by_name() {
        let book =
            book(&[(1, None, "norms"), (2, None, "actors"), (3, Some(2), "state"), (4, Some(2), "firm")]);
        let paths: Vec<&str> = book.paths().collect();
        assert_eq!(paths, ["actors", "actors/firm", "actors/state", "norms"]);
        assert_eq!(book.find("actors/state"), Some(3));
        assert_eq!(book.find("state"), None);
        assert_eq!(book.subtree(2), [2, 4, 3]);
        assert_eq!(book.children(None), [2, 1]);
        assert_eq!(book.depth(3), 1);
    }

    #[test]
    fn a_prefix_of_a_name_is_no_parent() {
        let book = book(&[(1, None, "war"), (2, None, "warfare"), (3, Some(1), "cold")]);
        assert_eq!(book.subtree(1), [1, 3]);
    }

    #[test]
    fn a_cycle_ends_the_walk_and_not_the_program() {
        let book = book(&[(1, Some(2), "a"), (2, Some(1), "b")]);
        assert_eq!(book.in_order().count(), 2);
        assert!(book.path(1).len() < 300);
    }

    #[test]
    fn two_codes_of_one_path_are_seen() {
        let book = book(&[(1, None, "a"), (2, None, "a")]);
        assert_eq!(book.find("a"), Some(1));
        assert_eq!(book.twins().collect::<Vec<_>>(), [[1, 2]]);
    }
}
