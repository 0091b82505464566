//! Versions: those that a file states, and what the merge decides from them.

use uuid::Uuid;

use super::Import;
use crate::domain::lineage::{Graph, Lineage};
use crate::domain::merge::{Decision, Fields, Strand, Theirs, decide};
use crate::domain::version::Content;
use crate::domain::{Entity, Version};
use crate::error::{ErrorKind, Result};
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
        let strand = match self.tx.reader().strand(entity, id) {
            Ok(known) => known.unwrap_or_default(),
            // A history that cannot be read any more is as good as unknown: whatever differs is then a question.
            Err(unreadable) if unreadable.kind() == ErrorKind::Corrupt => Strand::default(),
            Err(failed) => return Err(failed),
        };
        let strand = strand.showing(version, state);
        Ok(decide(entity, id, &strand, version, theirs))
    }
}
