//! Versions: those that a file states, and what the merge decides from them.

use uuid::Uuid;

use super::Import;
use crate::domain::lineage::{Graph, Lineage};
use crate::domain::merge::{Decision, Fields, Ours, Theirs, decide};
use crate::domain::version::Content;
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::store::content::AnyContent;

/// The lineage in a cell. Cells that hold none were refused when the row was read.
pub(super) fn lineage_of(cell: Option<&str>) -> Option<Lineage> {
    cell.and_then(|text| text.parse().ok())
}

/// The version of a record that is new here and says `content`, with its ancestry: the one the file names, so that a
/// rebuilt store has the same history, or, where the row was edited since, one that follows it, so that the store it
/// came from recognises the edit.
pub(super) fn stated_version(
    entity: Entity,
    id: Uuid,
    lineage: &Lineage,
    content: &impl Content,
) -> (Version, Graph) {
    let mut graph = lineage.graph();
    let named = Version::of(entity, id, lineage.head_parents(), Some(content));
    if named == lineage.head() {
        return (named, graph);
    }
    let edited = Version::of(entity, id, &[lineage.head()], Some(content));
    graph.insert(edited, vec![lineage.head()]);
    (edited, graph)
}

/// Our side of a record.
pub(super) struct Standing<C> {
    pub(super) entity: Entity,
    pub(super) id: Uuid,
    pub(super) version: Version,
    /// `None`: deleted.
    pub(super) state: Option<C>,
}

impl Import<'_, '_> {
    /// What to do about one record.
    pub(super) fn decide<C: Fields + TryFrom<AnyContent>>(
        &self,
        ours: Standing<C>,
        theirs: Theirs<C>,
    ) -> Result<Decision<C>> {
        let Standing { entity, id, version, state } = ours;
        let reader = self.tx.reader();
        let graph = reader.graph(id)?;
        // A state that cannot be read any more is as good as unknown: the answer is then a conflict.
        let state_at = |version| match reader.content_at(entity, id, version) {
            Ok(Some(Some(content))) => C::try_from(content).ok().map(Some),
            Ok(Some(None)) => Some(None),
            _ => None,
        };
        let ours = Ours { entity, id, version, state, graph: &graph, state_at: &state_at };
        Ok(match decide(&ours, theirs) {
            // It waits in a conflict already. A state without a parent is in no lineage, only in the history.
            Decision::Conflict { theirs, .. } if state_at(theirs.version).is_some() => Decision::Nothing,
            decision => decision,
        })
    }
}
