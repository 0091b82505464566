//! The verbs of the product, with no printing and no command line: the command line and tests share them.
//!
//! An action takes a [`Session`] and what was asked, checks it, makes at most one change, and returns what happened as data.

pub mod care;
pub mod conflicts;
pub mod export;
pub mod files;
pub mod history;
pub mod labels;
pub mod names;
pub mod selection;
mod session;

pub use crate::store::Access;
pub use session::{Session, Who, find_store, no_store};
