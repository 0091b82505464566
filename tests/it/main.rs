//! One binary for all integration tests: one link, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed, and says where")]

mod calc;
mod care;
mod codebook;
mod coders;
mod corpus;
mod damage;
mod demo;
mod documents;
mod export;
mod face;
mod find;
mod help_examples;
mod history;
mod house;
mod import;
mod import_bundle;
mod import_foreign;
mod import_foreign_refused;
mod import_merge;
mod init;
mod laws_csv;
mod laws_history;
mod laws_merge;
mod laws_stores;
mod layering;
mod libreoffice;
mod mistakes;
mod project;
mod purge;
mod reading;
mod readme;
mod rebuild;
mod retag;
mod robust;
mod sheet;
mod sources;
mod spreadsheets;
mod stale;
mod stored;
mod tag;
mod tag_input;
mod workbook;
mod workbook_file;
mod workbook_import;
