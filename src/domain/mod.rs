//! The types and rules of the product. Pure: no database, no files, no clock, no printing.

pub mod digest;
pub mod range;

pub use digest::Digest;
pub use range::{CharPos, CharRange};
