//! Agreement between coders over highlighted spans. Every coefficient cites its source; docs/agreement.md explains them.

pub mod undefined;

pub use undefined::{Undefined, Value};
