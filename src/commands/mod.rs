//! One verb a file: resolve the arguments, call an action, show the outcome.

mod config_file;
mod context;

pub use config_file::{Config, ConfigKey};
pub use context::Context;
