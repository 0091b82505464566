//! The codebook: codes added, described, moved, merged, removed, read and written.

mod add;
mod edit;
mod facts;
mod file;
mod merge;
mod remove;

pub use add::{AddedCodes, NewCodes, add};
pub use edit::{CodeEdit, edit, relocate, rename};
pub use facts::{CodeFacts, ListedCode, facts, list};
pub use file::{CodebookForm, ImportedCodes, entries, import, namesakes, read, write};
pub use merge::{MergedCodes, merge};
pub use remove::{RemovedCodes, remove};
