//! One binary for all integration tests: one link, one module per subject.

mod face;
mod house;
mod layering;
mod sources;
