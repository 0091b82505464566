//! One binary for all integration tests: one link, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed, and says where")]

mod care;
mod face;
mod history;
mod house;
mod laws_history;
mod layering;
mod project;
mod robust;
mod sources;
