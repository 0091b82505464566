//! The types and rules of the product. Pure: no database, no files, no clock, no printing.

pub mod range;

pub use range::{CharPos, CharRange};
