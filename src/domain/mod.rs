//! The types and rules of the product. Pure: no database, no files, no clock, no printing.

pub mod digest;
pub mod entity;
pub mod id;
pub mod lineage;
pub mod merge;
pub mod name;
pub mod palette;
pub mod range;
pub mod record;
pub mod version;

pub use digest::Digest;
pub use entity::Entity;
pub use range::{CharPos, CharRange};
pub use version::Version;
