//! What was measured, said and kept.

use std::io::Write;
use std::path::PathBuf;

use crate::scale::{Scale, scale};

/// Says a figure, and in a soak keeps it in `target/faults/KEY.txt`. `key` is short and names the promise: `kill`,
/// `syscalls`, `power`.
pub(crate) fn record(key: &str, text: &str) {
    say(&format!("figure: {key}: {text}"));
    if scale() == Scale::Soak {
        let folder = folder();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{key}.txt")), format!("{text}\n")).unwrap();
    }
}

/// The figure that the last soak kept under `key`.
pub(crate) fn measured(key: &str) -> Option<String> {
    std::fs::read_to_string(folder().join(format!("{key}.txt"))).ok()
}

/// Says that something could not be tried here, and why.
pub(crate) fn skipped(why: &str) {
    say(&format!("skipped: {why}"));
}

/// Says a line. Not by a macro: the test runner swallows what a passing test prints.
pub(crate) fn say(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// `target/faults`, beside the program under test.
fn folder() -> PathBuf {
    let mut target = PathBuf::from(env!("CARGO_BIN_EXE_postil"));
    // target/PROFILE/postil
    target.pop();
    target.pop();
    target.join("faults")
}
