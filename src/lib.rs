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

pub mod domain;
pub mod error;
pub mod exchange;

pub use error::{Error, ErrorKind, Result};
