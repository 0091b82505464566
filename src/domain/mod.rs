//! The types and rules of the product. Pure: no database, no files, no clock, no printing.

pub mod address;
pub mod codebook;
mod diff;
pub mod digest;
pub mod entity;
pub mod fold;
pub mod foreign;
pub mod fuzzy;
pub mod id;
pub mod lineage;
pub mod locate;
pub mod merge;
pub mod name;
pub mod palette;
pub mod quoted;
pub mod range;
pub mod reanchor;
pub mod record;
pub mod resolve;
pub mod search;
pub mod segment;
pub mod soundness;
pub mod text;
pub mod text_error;
pub mod text_index;
pub mod units;
pub mod version;
pub mod vimgrep;

pub use codebook::Codebook;
pub use digest::Digest;
pub use entity::Entity;
pub use range::{CharPos, CharRange};
pub use reanchor::{Alignment, Followed, Reanchor};
pub use text::Text;
pub use text_index::{IndexedText, TextIndex};
pub use version::Version;
