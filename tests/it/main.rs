//! One binary for all integration tests: one link, one module per subject.
