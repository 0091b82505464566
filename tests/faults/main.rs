//! Faults on purpose: what the store and the files beside it are after the program was killed, the disk was full or the
//! power went.
//!
//! ```console
//! $ cargo test --test faults                        # the gate: under three minutes
//! $ FAULTS=soak cargo test --profile soak --test faults  # the soak: every point that can be counted
//! ```
//!
//! A [`deed::Deed`] is a command that writes, and the folder it is done in; `deeds.rs` lists them. A harness disturbs each
//! of them in its own way and asks [`state`] what there is now: what was there before or what is there afterwards, never
//! anything between, and exactly the second once the program has said so by its exit status. The clock and the ids are
//! frozen, so that an undisturbed run tells what both are.
//!
//! Figures of a soak are kept in `target/faults/`, one file for each promise; `docs/reliability.md` quotes them.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own files has failed, and says where")]

mod copies;
mod crowd;
mod damage;
mod deed;
mod deeds;
mod figures;
mod kill;
mod page;
mod power;
#[path = "../it/project.rs"]
#[expect(dead_code, reason = "its other half serves the integration tests")]
mod project;
mod scale;
mod state;
mod surroundings;
mod syscalls;
mod tracer;
