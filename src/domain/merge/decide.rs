//! The three-way merge of one spreadsheet row: a pure function from what we know of the record and what came in to what
//! to do.

use uuid::Uuid;

use super::heads::Joint;
use super::{Field, Fields, State, Step, Strand, Times};
use crate::domain::lineage::Lineage;
use crate::domain::{Entity, Version};

/// Their side of one record.
pub struct Theirs<C> {
    /// The lineage the file carries; `None` when the cell is empty or the column is gone.
    pub lineage: Option<Lineage>,
    /// What it says, possibly edited since the lineage was written.
    pub state: State<C>,
}

/// What to do about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<C> {
    /// We have it already, or something that came after it.
    Nothing,
    /// Theirs follows from all that we have: it becomes current.
    Take(Step<C>),
    /// Both changed, but not the same field: what both say together becomes current. It is derived, and both heads stay.
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

/// Decides what to do with `theirs` about the record `id`, whose current version is `current`.
///
/// The cases are the rows of the table in ARCHITECTURE.md, "Merge". Deciding twice gives [`Decision::Nothing`] the second
/// time, once the first decision has been carried out.
pub fn decide<C: Fields>(
    entity: Entity,
    id: Uuid,
    ours: &Strand<C>,
    current: Version,
    theirs: Theirs<C>,
) -> Decision<C> {
    let our_state = ours.state(current).cloned().flatten();
    let mut all = ours.clone();
    let theirs = match theirs.lineage {
        Some(lineage) => {
            all.learn(&lineage.graph());
            their_head(entity, id, ours, &lineage, theirs.state)
        }
        // Without a lineage the row can only have been copied from a state we do not know. When there was
        // only ever one state, it was that one.
        None if ours.graph().parents(current).is_none_or(<[Version]>::is_empty) => {
            edited_copy(entity, id, ours, current, theirs.state)
        }
        None => Step::after(entity, id, Vec::new(), theirs.state),
    };
    let derived = theirs.parents.contains(&Version::DERIVED);
    let known = |version: &Version| *version == Version::DERIVED || ours.state(*version).is_some();
    if ours.includes(theirs.version)
        || theirs.version == current
        || theirs.state == our_state
        // Worked out from nothing but what we know: it is no news.
        || derived && theirs.parents.iter().all(known)
    {
        return Decision::Nothing;
    }
    all.write(theirs.version, theirs.parents.clone(), theirs.state.clone(), Times::default());
    let view = Joint::new(vec![(id, &all)]).view(&|state| state.clone());
    let shows_theirs = view.shown.versions.contains(&theirs.version);
    let mut fields = view.others.into_iter().flat_map(|(_, fields)| fields).collect::<Vec<Field>>();
    fields.sort_unstable();
    fields.dedup();
    if !shows_theirs {
        // A row that says nothing of what it came from cannot be weighed against ours.
        let fields = if theirs.parents.is_empty() { vec!["lineage"] } else { fields };
        return Decision::Conflict { theirs, fields, theirs_current: false };
    }
    if view.shown.versions.len() > 1 {
        let merged = Step::derived(entity, id, view.shown.versions, view.shown.state);
        return Decision::Merge { theirs, merged };
    }
    if our_state.is_none() && !fields.is_empty() {
        return Decision::Conflict { theirs, fields, theirs_current: true };
    }
    Decision::Take(theirs)
}

/// The head that the row stands for: the one it names, or an edited copy of it.
fn their_head<C: Fields>(
    entity: Entity,
    id: Uuid,
    ours: &Strand<C>,
    lineage: &Lineage,
    state: State<C>,
) -> Step<C> {
    let named = Step::after(entity, id, lineage.head_parents().to_vec(), state);
    if named.version == lineage.head() {
        return named;
    }
    edited_copy(entity, id, ours, lineage.head(), named.state)
}

/// `state` as somebody's edit of `version`; that version itself when nothing was edited.
fn edited_copy<C: Fields>(
    entity: Entity,
    id: Uuid,
    ours: &Strand<C>,
    version: Version,
    state: State<C>,
) -> Step<C> {
    if ours.state(version).is_some_and(|known| *known == state) {
        let parents = ours.graph().parents(version).unwrap_or_default().to_vec();
        return Step { version, parents, state };
    }
    Step::after(entity, id, vec![version], state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Code;

    const ID: Uuid = Uuid::from_u128(9);

    fn code(name: &str, description: &str) -> Code {
        Code { parent: None, name: name.into(), color: String::new(), description: description.into() }
    }

    /// A record with its whole history: a small store.
    struct Record {
        strand: Strand<Code>,
        version: Version,
    }

    impl Record {
        fn new(content: Code) -> Self {
            let first = Step::after(Entity::Code, ID, vec![], Some(content.clone()));
            Record { strand: Strand::first(first.version, content, Times::default()), version: first.version }
        }

        fn write(&mut self, step: Step<Code>) {
            self.strand.write(step.version, step.parents, step.state, Times::default());
        }

        fn edit(&mut self, state: State<Code>) -> Version {
            let step = Step::after(Entity::Code, ID, vec![self.version], state);
            self.version = step.version;
            self.write(step);
            self.version
        }

        fn lineage(&self, version: Version) -> Option<Lineage> {
            Some(self.strand.graph().lineage(version))
        }

        fn decide(&self, lineage: Option<Lineage>, state: State<Code>) -> Decision<Code> {
            decide(Entity::Code, ID, &self.strand, self.version, Theirs { lineage, state })
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
        assert_eq!(merged.parents.len(), 3);
        assert!(merged.parents.contains(&Version::DERIVED), "nobody wrote it");
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
