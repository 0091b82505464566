//! Comma-separated values as spreadsheets write them, and as they should be written for spreadsheets.
//!
//! The record scanner is our own. The `csv` crate is the oracle in its tests, but it accepts an unclosed quote
//! in silence, buffers a record of any length, counts lines where people count spreadsheet rows, and cannot
//! say in which row a bad byte stood: each would have needed a second scanner in front of it.

pub mod column;
pub mod damage;
pub mod dialect;
pub mod encoding;
pub mod reader;
pub mod refusal;
pub mod retyped;
pub mod scanner;
pub mod sink;
pub mod time;
pub mod writer;

pub use crate::domain::guard::{guard, unguard};
pub use column::{Column, Kind};
pub use damage::Damage;
pub use dialect::Delimiter;
pub use reader::{Headed, ReadOptions, Row, Sheet};
pub use refusal::Refusal;
pub use scanner::Cells;
pub use sink::CellSink;
pub use writer::{CellWriter, WriteOptions};
