//! Hostile input: files, names and arguments that were made to do harm, each with the exit status it must have, given to the
//! real program under limits on time and memory; and what must never come out of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed, and says where")]

mod arguments;
mod bundles;
mod case;
mod cells;
mod codebooks;
mod corpus;
mod documents;
mod names;
mod network;
mod poison;
mod stores;
mod tables;
mod terminal;
mod workbooks;
mod zip_file;

#[path = "../it/project.rs"]
#[expect(dead_code, reason = "other tests need more of it than these do")]
mod project;
