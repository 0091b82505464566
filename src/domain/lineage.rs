//! Lineage: the graph of a record's versions, and the cell that carries it through a spreadsheet.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::str::FromStr;

use litemap::LiteMap;

use super::Version;

/// How many versions a written lineage names at most. Beyond it the answer of a merge is a conflict, never a guess.
pub const LINEAGE_LIMIT: usize = 32;

/// A record's versions and their parents: a small directed graph without cycles.
///
/// A version may be known by name only (it was named as a parent, and its own parents were not told).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    parents: LiteMap<Version, Vec<Version>>,
}

impl Graph {
    /// Says that `version` came from `parents` (none: it is a first version).
    pub fn insert(&mut self, version: Version, mut parents: Vec<Version>) {
        parents.sort_unstable();
        self.parents.insert(version, parents);
    }

    /// Takes over everything `other` knows. Whoever names parents knows more than who names none: a lineage that was
    /// written down ends somewhere.
    pub fn extend(&mut self, other: &Graph) {
        for (version, parents) in &other.parents {
            let known = self.parents.entry(*version).or_default();
            if known.is_empty() {
                known.clone_from(parents);
            }
        }
    }

    /// Whether no version came from another.
    pub fn is_plain(&self) -> bool {
        self.parents.values().all(Vec::is_empty)
    }

    /// A version that somebody wrote among the parents of `version`; `None` when it has none.
    pub fn written_parent(&self, version: Version) -> Option<Version> {
        self.parents(version)?.iter().copied().find(|parent| *parent != Version::DERIVED)
    }

    /// The parents of `version`; `None` when they were never told.
    pub fn parents(&self, version: Version) -> Option<&[Version]> {
        self.parents.get(&version).map(Vec::as_slice)
    }

    /// The versions whose parents are known, in order.
    pub fn versions(&self) -> impl Iterator<Item = (Version, &[Version])> {
        self.parents.iter().map(|(version, parents)| (*version, parents.as_slice()))
    }

    /// The versions that `version` was made from. Not the mark of a derived one.
    pub fn sources(&self, version: Version) -> impl Iterator<Item = Version> {
        let parents = self.parents(version).unwrap_or_default();
        parents.iter().copied().filter(|parent| *parent != Version::DERIVED)
    }

    /// Whether nobody wrote `version`: it follows from its parents by rule.
    pub fn is_derived(&self, version: Version) -> bool {
        self.parents(version).is_some_and(|parents| parents.contains(&Version::DERIVED))
    }

    /// Whether `version` is known, by its parents or as a parent.
    pub fn knows(&self, version: Version) -> bool {
        self.parents.contains_key(&version) || self.parents.values().any(|parents| parents.contains(&version))
    }

    /// Every version that `version` descends from, itself excluded.
    pub fn ancestors(&self, version: Version) -> BTreeSet<Version> {
        let mut found = BTreeSet::new();
        let mut next = vec![version];
        while let Some(version) = next.pop() {
            for parent in self.sources(version) {
                if found.insert(parent) {
                    next.push(parent);
                }
            }
        }
        found
    }

    /// Those of `versions` from which none of the others descends.
    pub fn heads(&self, versions: impl IntoIterator<Item = Version>) -> BTreeSet<Version> {
        let all: BTreeSet<Version> = versions.into_iter().collect();
        if all.len() < 2 {
            return all;
        }
        let covered: BTreeSet<Version> = all.iter().flat_map(|version| self.ancestors(*version)).collect();
        all.difference(&covered).copied().collect()
    }

    /// The nearest versions that both descend from (or are): one, or several when histories cross.
    pub fn common_ancestors(&self, one: Version, other: Version) -> Vec<Version> {
        let with_self = |version| {
            let mut set = self.ancestors(version);
            set.insert(version);
            set
        };
        let common: BTreeSet<Version> = with_self(one).intersection(&with_self(other)).copied().collect();
        let covered: BTreeSet<Version> = common.iter().flat_map(|version| self.ancestors(*version)).collect();
        common.difference(&covered).copied().collect()
    }

    /// What a file carries of `version`: itself first, then its ancestors, nearest first.
    pub fn lineage(&self, version: Version) -> Lineage {
        let mut steps = Vec::new();
        let mut seen = BTreeSet::from([version]);
        let mut next = VecDeque::from([version]);
        while let Some(version) = next.pop_front() {
            if steps.len() == LINEAGE_LIMIT {
                return Lineage { steps, cut: true };
            }
            next.extend(self.sources(version).filter(|parent| seen.insert(*parent)));
            steps.push((version, self.parents(version).unwrap_or_default().to_vec()));
        }
        Lineage { steps, cut: false }
    }
}

/// A record's own version, then its ancestors, each with its parents: what one cell carries.
///
/// Written as words: `v…` alone descends from the next word (the last one from nothing); `v…=v…+v…` names
/// its parents itself, which merges need; `more` at the end says that the rest was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    steps: Vec<(Version, Vec<Version>)>,
    cut: bool,
}

impl Lineage {
    /// The lineage of a first version.
    pub fn first(version: Version) -> Self {
        Lineage { steps: vec![(version, Vec::new())], cut: false }
    }

    /// The version whose lineage this is.
    pub fn head(&self) -> Version {
        self.steps[0].0
    }

    /// The head's parents.
    pub fn head_parents(&self) -> &[Version] {
        &self.steps[0].1
    }

    /// The versions and what they came from. A version at which the lineage was cut is left out: its parents are unknown.
    pub fn graph(&self) -> Graph {
        let mut graph = Graph::default();
        for (version, parents) in &self.steps {
            graph.insert(*version, parents.clone());
        }
        graph
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (version, parents)) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{version}")?;
            let follows: &[Version] =
                self.steps.get(index + 1).map(|next| std::slice::from_ref(&next.0)).unwrap_or_default();
            if parents != follows {
                f.write_str("=")?;
                for (index, parent) in parents.iter().enumerate() {
                    write!(f, "{}{parent}", if index > 0 { "+" } else { "" })?;
                }
            }
        }
        if self.cut { f.write_str(" more") } else { Ok(()) }
    }
}

impl FromStr for Lineage {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let cut = words.last() == Some(&"more");
        if cut {
            words.pop();
        }
        if words.is_empty() || words.len() > LINEAGE_LIMIT {
            return Err(());
        }
        let mut steps: Vec<(Version, Vec<Version>)> = Vec::with_capacity(words.len());
        for (index, word) in words.iter().enumerate() {
            let (version, parents) = match word.split_once('=') {
                Some((version, "")) => (version, Vec::new()),
                Some((version, list)) => {
                    let parents = list.split('+').map(str::parse).collect::<Result<Vec<Version>, ()>>()?;
                    (version, parents)
                }
                None => match words.get(index + 1) {
                    Some(next) => (*word, vec![next.split('=').next().unwrap_or(next).parse()?]),
                    None => (*word, Vec::new()),
                },
            };
            let version: Version = version.parse()?;
            if version == Version::DERIVED {
                return Err(());
            }
            steps.push((version, parents));
        }
        let lineage = Lineage { steps, cut };
        // A hostile cell may name a cycle; every walk over the graph would still end, but no history is one.
        let graph = lineage.graph();
        if lineage.steps.iter().any(|(version, _)| graph.ancestors(*version).contains(version)) {
            return Err(());
        }
        Ok(lineage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn graph(edges: &[(u64, &[u64])]) -> Graph {
        let mut graph = Graph::default();
        for (version, parents) in edges {
            graph.insert(Version(*version), parents.iter().map(|parent| Version(*parent)).collect());
        }
        graph
    }

    #[test]
    fn a_straight_line_is_written_without_parents() {
        let lineage = graph(&[(1, &[]), (2, &[1]), (3, &[2])]).lineage(Version(3));
        assert_eq!(lineage.to_string(), "v0000000000000003 v0000000000000002 v0000000000000001");
        assert_eq!(lineage.to_string().parse(), Ok(lineage));
    }

    #[test]
    fn a_merge_names_its_parents() {
        let lineage = graph(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[2, 3])]).lineage(Version(4));
        assert_eq!(lineage.to_string().parse(), Ok(lineage.clone()));
        assert_eq!(lineage.graph().common_ancestors(Version(2), Version(3)), [Version(1)]);
    }

    #[test]
    fn crossed_histories_have_two_nearest_ancestors() {
        let graph = graph(&[(1, &[]), (2, &[1]), (3, &[1]), (4, &[2, 3]), (5, &[2, 3])]);
        assert_eq!(graph.common_ancestors(Version(4), Version(5)), [Version(2), Version(3)]);
        assert_eq!(graph.common_ancestors(Version(4), Version(2)), [Version(2)]);
    }

    #[test]
    fn a_long_lineage_is_cut_and_says_so() {
        let mut graph = Graph::default();
        for version in 1..100 {
            graph.insert(Version(version), if version > 1 { vec![Version(version - 1)] } else { vec![] });
        }
        let text = graph.lineage(Version(99)).to_string();
        assert!(text.ends_with(" more"));
        assert_eq!(text.split(' ').count(), LINEAGE_LIMIT + 1);
        assert_eq!(text.parse::<Lineage>().map(|lineage| lineage.to_string()), Ok(text));
    }

    #[test]
    fn a_cycle_is_refused() {
        assert!(
            "v0000000000000001=v0000000000000002 v0000000000000002=v0000000000000001"
                .parse::<Lineage>()
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn any_lineage_reads_back_what_it_writes(choices in prop::collection::vec((0usize..6, 0usize..6), 1..40)) {
            let mut graph = Graph::default();
            for (index, (one, other)) in choices.iter().enumerate() {
                let version = index as u64 + 1;
                let pick = |back: usize| version.checked_sub(1 + back as u64).filter(|parent| *parent > 0).map(Version);
                let mut parents: Vec<Version> = [pick(*one), pick(*other)].into_iter().flatten().collect();
                parents.sort_unstable();
                parents.dedup();
                graph.insert(Version(version), parents);
            }
            let lineage = graph.lineage(Version(choices.len() as u64));
            prop_assert_eq!(lineage.to_string().parse::<Lineage>(), Ok(lineage));
        }
    }
}
