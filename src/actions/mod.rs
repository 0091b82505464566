//! The verbs of the product, with no printing and no command line: the command line and tests share them.
//!
//! An action takes a [`Session`] and what was asked, checks it, makes at most one change, and returns what happened as data.

pub mod adjudicate;
pub mod agree;
pub mod annotations;
pub mod assign;
pub mod backup;
pub mod care;
pub mod code;
pub mod code_paths;
pub mod coder;
pub mod compare;
pub mod conflicts;
pub mod demo;
pub mod disagreements;
pub mod document;
pub mod done;
pub mod export;
pub mod extend;
pub mod files;
pub mod find;
pub mod history;
pub mod import;
pub mod labels;
pub mod list;
pub mod memo;
pub mod merge;
pub mod names;
pub mod note;
pub mod passages;
pub mod progress;
pub mod project;
pub mod pseudonymise;
pub mod resolve;
pub mod retag;
pub mod salvage;
pub mod secrets;
pub mod selection;
mod session;
pub mod show;
pub mod stats;
pub mod tag;
pub mod untag;

pub use crate::store::Access;
pub use crate::store::surroundings::Surroundings;
pub use session::{Session, Who, find_store, no_store};
