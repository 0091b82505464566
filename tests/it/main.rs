//! One binary for all integration tests: one link, one module per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed, and says where")]

mod face;
mod find;
mod house;
mod layering;
mod project;
mod reading;
mod retag;
mod sources;
mod stored;
mod tag;
mod tag_input;
