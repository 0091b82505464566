//! The merge: what several stores, spreadsheets and people say of the same records, put together.
//!
//! Nothing here knows where a record came from. A spreadsheet row, a colleague's store and our own tables are the same:
//! records with their versions. The union of what all know is a set that only grows, and what the records say is a
//! function of that set, so it does not matter who is merged first, or how often. No clock decides anything.
//!
//! - [`Strand`]: one record through its versions;
//! - [`settle`]: from the strands of all kinds of records to what each says, and to the questions that stay open;
//! - [`decide`]: the same for the one row of a spreadsheet.

mod cluster;
mod codebook;
mod decide;
mod fields;
mod heads;
mod leads;
mod names;
mod settle;
mod standing;
mod strand;
mod world;

use uuid::Uuid;

use super::version::Content;
use super::{Entity, Version};

pub use cluster::Kind;
pub use decide::{Decision, Theirs, decide};
pub use fields::{Field, Fields};
pub use heads::combine;
pub use settle::{Follow, Settlement, settle};
pub use standing::{Clash, Settled, Standing};
pub use strand::{Strand, Times};
pub use world::World;

/// What a record says at one version; `None` means deleted.
pub type State<C> = Option<C>;

/// A version of a record, what it came from, and what the record says there.
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

    /// The state that follows from `sources` by rule: nobody wrote it.
    pub fn derived(
        entity: Entity,
        id: Uuid,
        sources: impl IntoIterator<Item = Version>,
        state: State<C>,
    ) -> Self {
        Step::after(entity, id, sources.into_iter().chain([Version::DERIVED]).collect(), state)
    }
}
