//! Formats in and out, over `Read` and `Write`: the CSV bundle, the workbook, tables for analysis, the codebook as text, and
//! tables of codings that other programs export; and streams that only a key opens.
//!
//! Nothing here knows of the store or of paths. A reader streams rows and tells a source that cannot be
//! read (the outer `Result`) from a row that must be refused (the inner one); a writer takes borrowed rows.
//! The public text of the contract is `docs/csv.md`.

pub mod annotations;
pub mod assignments;
pub mod codebook;
pub mod coders;
pub mod codes;
pub mod csv;
pub mod datapackage;
pub mod documents;
pub mod foreign;
pub mod memos;
pub mod names;
pub mod record;
pub mod rejects;
pub mod sealed;
pub mod survey;
pub mod table;
pub mod unitized;
pub mod xlsx;
