//! Documents: texts in, described, renamed, removed, erased.

mod add;
mod edit;
mod facts;
mod gather;
mod purge;
mod replace;
mod survey;

pub use add::{AddRequest, Added, AlreadyThere, add};
pub use edit::{Removed, remove, rename, set_attributes};
pub use facts::{DocumentFacts, ListedDocument, facts, list};
pub use gather::{Source, gather};
pub use purge::{Backups, Erased, Forgotten, purge, purge_former, to_purge};
pub use replace::{Fate, Followed, ReplaceRequest, Replaced, replace};
pub use survey::{SurveyAdded, SurveyRequest, add_survey};
