//! The SQLite store: one project in one file.
//!
//! There is exactly one way to write: [`Store::change`]. Everything else reads.
//! Each kind of record has a file with its SQL and its row mapping side by side.

mod change;
mod failure;
mod history;
mod open;
mod reader;
mod restore;
pub mod row;
mod schema;
mod sql;
mod strand;
mod table;

pub mod alias;
pub mod annotation;
pub mod arrival;
pub mod assignment;
pub mod attribute;
pub mod backup;
pub mod check;
pub mod code;
pub mod coder;
pub mod conflict;
pub mod content;
pub mod document;
pub mod foreign;
pub mod former;
pub mod invert;
pub mod log;
pub mod memo;
pub mod merge;
pub mod place;
pub mod purge;
pub mod query;
pub mod salvage;
pub mod select;
pub mod settle;
pub mod sight;
pub mod surroundings;
pub mod tally;
pub mod text;
pub mod versions;

pub use change::{ChangeId, ChangeRequest, Changed, Tx, with_the_store};
pub use open::{Access, Store, StoreInfo};
pub use reader::Reader;
pub use schema::SCHEMA_VERSION;
