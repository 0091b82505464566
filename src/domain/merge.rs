//! The three-way merge of one record: a pure function from what we have and what came in to what to do.
//!
//! Nothing here knows where a record came from. A spreadsheet row and a colleague's store look the same:
//! a state, and the lineage it claims. No clock decides anything.

use super::lineage::{Graph, Lineage};
use super::version::Content;
use super::{Entity, Version};
use uuid::Uuid;

/// The name of a field that two sides changed differently.
pub type Field = &'static str;

/// Content whose fields can be merged one by one.
pub trait Fields: Content + Clone + PartialEq {
    /// The merged content; fields that both sides changed differently are named in `clashes` and keep ours.
    fn merge(base: &Self, ours: &Self, theirs: &Self, clashes: &mut Vec<Field>) -> Self;
}

/// The merged value of one field. A clash is noted under `name`.
pub(super) fn pick<T: PartialEq + Clone>(
    name: Field,
    base: &T,
    ours: &T,
    theirs: &T,
    clashes: &mut Vec<Field>,
) -> T {
    if ours == theirs || theirs == base {
        ours.clone()
    } else if ours == base {
        theirs.clone()
    } else {
        clashes.push(name);
        ours.clone()
    }
}

/// What a record says at one version; `None` means deleted.
pub type State<C> = Option<C>;

/// Our side of one record.
pub struct Ours<'a, C> {
    /// The kind of record.
    pub entity: Entity,
    /// The record.
    pub id: Uuid,
    /// The current version.
    pub version: Version,
    /// What it says.
    pub state: State<C>,
    /// Every version we know, also those that only waited in conflicts.
    pub graph: &'a Graph,
    /// What the record said at an earlier version, when we still know it.
    pub state_at: &'a dyn Fn(Version) -> Option<State<C>>,
}

/// Their side of one record.
pub struct Theirs<C> {
    /// The lineage the file carries; `None` when the cell is empty or the column is gone.
    pub lineage: Option<Lineage>,
    /// What it says, possibly edited since the lineage was written.
    pub state: State<C>,
}

/// A version to be written, and what it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step<C> {
    /// The version.
    pub version: Version,
    /// Its parents, in order.
    pub parents: Vec<Version>,
    /// What the record says there.
    pub state: State<C>,
}

impl<C: Content> Step<C> {
    /// The state that follows `parents`.
    pub fn after(entity: Entity, id: Uuid, mut parents: Vec<Version>, state: State<C>) -> Self {
        parents.sort_unstable();
        let version = Version::of(entity, id, &parents, state.as_ref());
        Step { version, parents, state }
    }
}

/// What to do about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<C> {
    /// We have it already, or something that came after it.
    Nothing,
    /// Theirs follows from ours: it becomes current.
    Take(Step<C>),
    /// Both changed, but not the same field: the merged state becomes current, both heads stay in the lineage.
    Merge {
        /// Their head.
        theirs: Step<C>,
        /// What both together say.
        merged: Step<C>,
    },
    /// Both changed the same field. Both heads stay whole; a person decides.
    Conflict {
        /// Their head.
        theirs: Step<C>,
        /// The fields that clash.
        fields: Vec<Field>,
        /// Whether theirs becomes current until it is resolved: only when ours is a deletion,
        /// because a change must not vanish.
        theirs_current: bool,
    },
}

/// Decides what to do with `theirs`.
///
/// The cases are the rows of the table in ARCHITECTURE.md, "Merge". Deciding twice gives
/// [`Decision::Nothing`] the second time, once the first decision has been carried out.
pub fn decide<C: Fields>(ours: &Ours<'_, C>, theirs: Theirs<C>) -> Decision<C> {
    let mut graph = ours.graph.clone();
    let theirs = match theirs.lineage {
        Some(lineage) => {
            graph.extend(&lineage.graph());
            their_head(ours, &lineage, theirs.state)
        }
        // Without a lineage the row can only have been copied from a state we do not know. When there was
        // only ever one state, it was that one.
        None if graph.parents(ours.version).is_none_or(<[Version]>::is_empty) => {
            edited_copy(ours, ours.version, theirs.state)
        }
        None => {
            if theirs.state == ours.state {
                return Decision::Nothing;
            }
            let head = Step::after(ours.entity, ours.id, Vec::new(), theirs.state);
            return conflict(ours, head, vec!["lineage"]);
        }
    };
    if theirs.version == ours.version || ours.graph.knows(theirs.version) || theirs.state == ours.state {
        return Decision::Nothing;
    }
    graph.insert(theirs.version, theirs.parents.clone());
    if graph.ancestors(theirs.version).contains(&ours.version) {
        return Decision::Take(theirs);
    }
    diverged(ours, &graph, theirs)
}

/// The head that the row stands for: the one it names, or an edited copy of it.
fn their_head<C: Fields>(ours: &Ours<'_, C>, lineage: &Lineage, state: State<C>) -> Step<C> {
    let named = Step::after(ours.entity, ours.id, lineage.head_parents().to_vec(), state);
    if named.version == lineage.head() {
        return named;
    }
    edited_copy(ours, lineage.head(), named.state)
}

/// `state` as somebody's edit of `version`; that version itself when nothing was edited.
fn edited_copy<C: Fields>(ours: &Ours<'_, C>, version: Version, state: State<C>) -> Step<C> {
    let unedited = if version == ours.version {
        ours.state == state
    } else {
        (ours.state_at)(version).is_some_and(|known| known == state)
    };
    if unedited {
        let parents = ours.graph.parents(version).unwrap_or_default().to_vec();
        return Step { version, parents, state };
    }
    Step::after(ours.entity, ours.id, vec![version], state)
}

/// Neither side descends from the other.
fn diverged<C: Fields>(ours: &Ours<'_, C>, graph: &Graph, theirs: Step<C>) -> Decision<C> {
    let base = match graph.common_ancestors(ours.version, theirs.version).as_slice() {
        [only] => (ours.state_at)(*only).flatten(),
        _ => None,
    };
    let (Some(our_content), Some(their_content)) = (&ours.state, &theirs.state) else {
        // One side deleted what the other changed.
        return conflict(ours, theirs, vec!["deleted"]);
    };
    let Some(base) = base else {
        return conflict(ours, theirs, vec!["no common ancestor"]);
    };
    let mut clashes = Vec::new();
    let merged = C::merge(&base, our_content, their_content, &mut clashes);
    if !clashes.is_empty() {
        return conflict(ours, theirs, clashes);
    }
    let parents = vec![ours.version, theirs.version];
    let merged = Step::after(ours.entity, ours.id, parents, Some(merged));
    Decision::Merge { theirs, merged }
}

fn conflict<C: Fields>(ours: &Ours<'_, C>, theirs: Step<C>, fields: Vec<Field>) -> Decision<C> {
    let theirs_current = ours.state.is_none() && theirs.state.is_some();
    Decision::Conflict { theirs, fields, theirs_current }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Code;
    use std::collections::BTreeMap;

    const ID: Uuid = Uuid::from_u128(9);

    fn code(name: &str, description: &str) -> Code {
        Code { parent: None, name: name.into(), color: String::new(), description: description.into() }
    }

    /// A record with its whole history: a small store.
    struct Record {
        graph: Graph,
        states: BTreeMap<Version, State<Code>>,
        version: Version,
    }

    impl Record {
        fn new(content: Code) -> Self {
            let first = Step::after(Entity::Code, ID, vec![], Some(content));
            let mut record =
                Record { graph: Graph::default(), states: BTreeMap::new(), version: first.version };
            record.write(first);
            record
        }

        fn write(&mut self, step: Step<Code>) {
            self.graph.insert(step.version, step.parents);
            self.states.insert(step.version, step.state);
        }

        fn edit(&mut self, state: State<Code>) -> Version {
            let step = Step::after(Entity::Code, ID, vec![self.version], state);
            self.version = step.version;
            self.write(step);
            self.version
        }

        fn lineage(&self, version: Version) -> Option<Lineage> {
            Some(self.graph.lineage(version))
        }

        fn decide(&self, lineage: Option<Lineage>, state: State<Code>) -> Decision<Code> {
            let ours = Ours {
                entity: Entity::Code,
                id: ID,
                version: self.version,
                state: self.states[&self.version].clone(),
                graph: &self.graph,
                state_at: &|version| self.states.get(&version).cloned(),
            };
            decide(&ours, Theirs { lineage, state })
        }
    }

    #[test]
    fn an_unedited_row_changes_nothing_however_stale() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        assert_eq!(ours.decide(stale.clone(), Some(code("norms", ""))), Decision::Nothing);
        ours.edit(Some(code("norms", "rules of conduct")));
        ours.edit(Some(code("rules", "rules of conduct")));
        assert_eq!(ours.decide(stale, Some(code("norms", ""))), Decision::Nothing);
    }

    #[test]
    fn an_edited_row_follows_the_version_it_was_copied_from() {
        let ours = Record::new(code("norms", ""));
        let decision = ours.decide(ours.lineage(ours.version), Some(code("norms", "rules")));
        let Decision::Take(step) = decision else { panic!("expected an edit, got {decision:?}") };
        assert_eq!(step.parents, [ours.version]);
    }

    #[test]
    fn edits_of_different_fields_are_both_kept() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(Some(code("rules", "")));
        let decision = ours.decide(stale, Some(code("norms", "of conduct")));
        let Decision::Merge { merged, .. } = decision else { panic!("expected a merge, got {decision:?}") };
        assert_eq!(merged.state, Some(code("rules", "of conduct")));
        assert_eq!(merged.parents.len(), 2);
    }

    #[test]
    fn edits_of_one_field_are_a_conflict_and_ours_stays() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(Some(code("rules", "")));
        let decision = ours.decide(stale, Some(code("customs", "")));
        let Decision::Conflict { fields, theirs_current, .. } = decision else { panic!("got {decision:?}") };
        assert_eq!(fields, ["name"]);
        assert!(!theirs_current);
    }

    #[test]
    fn the_same_edit_on_both_sides_is_one_edit() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(Some(code("rules", "")));
        assert_eq!(ours.decide(stale, Some(code("rules", ""))), Decision::Nothing);
    }

    #[test]
    fn a_delivered_decision_delivered_again_is_nothing() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(Some(code("rules", "")));
        let theirs = Some(code("customs", ""));
        let Decision::Conflict { theirs: head, .. } = ours.decide(stale.clone(), theirs.clone()) else {
            panic!("expected a conflict")
        };
        ours.write(head);
        assert_eq!(ours.decide(stale, theirs), Decision::Nothing);
    }

    #[test]
    fn a_change_survives_a_deletion() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(None);
        let decision = ours.decide(stale.clone(), Some(code("rules", "")));
        assert!(matches!(decision, Decision::Conflict { theirs_current: true, .. }), "got {decision:?}");
        assert_eq!(ours.decide(stale, Some(code("norms", ""))), Decision::Nothing);
    }

    #[test]
    fn a_deletion_of_what_changed_since_is_a_conflict() {
        let mut ours = Record::new(code("norms", ""));
        let stale = ours.lineage(ours.version);
        ours.edit(Some(code("rules", "")));
        let decision = ours.decide(stale, None);
        assert!(matches!(decision, Decision::Conflict { theirs_current: false, .. }), "got {decision:?}");
    }

    #[test]
    fn a_row_without_lineage_is_an_edit_only_where_there_was_one_state() {
        let mut ours = Record::new(code("norms", ""));
        assert!(matches!(ours.decide(None, Some(code("rules", ""))), Decision::Take(_)));
        ours.edit(Some(code("customs", "")));
        assert!(matches!(ours.decide(None, Some(code("rules", ""))), Decision::Conflict { .. }));
        assert_eq!(ours.decide(None, Some(code("customs", ""))), Decision::Nothing);
    }

    #[test]
    fn a_version_that_went_on_elsewhere_is_taken_whole() {
        let ours = Record::new(code("norms", ""));
        let mut elsewhere = Record::new(code("norms", ""));
        elsewhere.edit(Some(code("norms", "a")));
        let head = elsewhere.edit(Some(code("norms", "b")));
        let decision = ours.decide(elsewhere.lineage(head), Some(code("norms", "b")));
        let Decision::Take(step) = decision else { panic!("got {decision:?}") };
        assert_eq!(step.version, head);
    }
}
