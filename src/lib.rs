//! Postil: a qualitative-coding project in one SQLite file.
//!
//! The layers, and what may name what:
//!
//! ```text
//! main → cli → commands → actions → store    → domain
//!                 │           ├───→ exchange → domain
//!                 │           └───→ analysis → domain
//!                 └→ ui
//! ```
//!
//! `tests/it/layering.rs` reads the sources and fails when a `use` breaks this picture.

pub mod actions;
pub mod analysis;
pub mod cli;
pub mod commands;
pub mod domain;
pub mod env;
pub mod error;
pub mod exchange;
pub mod stop;
pub mod store;
pub mod ui;

mod run;

pub use env::Env;
pub use error::{Error, ErrorKind, Result};
pub use run::{exit_status, run};
pub use ui::{ColorMode, Ui};
