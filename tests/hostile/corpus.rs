//! The corpus, case by case, and its table.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect_file;

use crate::case::{Case, limited, study};

fn all() -> Vec<Case> {
    let kinds = [
        crate::tables::cases(),
        crate::codebooks::cases(),
        crate::workbooks::cases(),
        crate::bundles::cases(),
        crate::stores::cases(),
        crate::documents::cases(),
        crate::names::cases(),
        crate::arguments::cases(),
    ];
    kinds.into_iter().flatten().collect()
}

/// What is wrong with what came of a case; nothing when it is as documented.
fn wrong(case: &Case) -> Option<String> {
    let project = study();
    let input = (case.make)(&project);
    let regular = |name: &str| {
        std::fs::metadata(project.path(name)).is_ok_and(|found| found.is_file() && found.len() < 1 << 24)
    };
    let bytes = |name: &str| regular(name).then(|| std::fs::read(project.path(name)).ok()).flatten();
    let before = (bytes("study.postil"), bytes("own.postil"));
    let outcome = limited(&project, &case.args, input);
    let run = &outcome.run;
    let mut wrong = Vec::new();
    if run.status != Some(case.exit) {
        wrong.push(format!("ended with {:?} and not {}", run.status, case.exit));
    }
    if run.err.contains("panicked at") || run.err.contains("this is a bug in postil") {
        wrong.push("is a bug".to_owned());
    }
    let is_error = run.err.lines().any(|line| line.starts_with("error: ") || line.starts_with("Usage: "));
    if is_error != matches!(case.exit, 1 | 2) {
        wrong.push("an error without the status of one, or the other way round".to_owned());
    }
    if matches!(case.exit, 1 | 2) && (bytes("study.postil"), bytes("own.postil")) != before {
        wrong.push("was refused, and wrote to the store".to_owned());
    }
    if outcome.resident > 512 * 1024 {
        wrong.push(format!("held {} MiB", outcome.resident >> 10));
    }
    if run.err.len() + run.out.len() > 64 << 20 {
        wrong.push("says more than anybody reads".to_owned());
    }
    for made in ["x", "pwned"] {
        if project.path(made).exists() {
            wrong.push(format!("made the file `{made}`"));
        }
    }
    let entries = std::fs::read_dir(project.folder()).unwrap();
    if entries.flatten().any(|entry| entry.file_name().as_encoded_bytes().starts_with(b".postil-")) {
        wrong.push("left a half-written file".to_owned());
    }
    if case.exit == 0 || case.exit == 3 {
        let own = if project.path("own.postil").exists() { "own.postil" } else { "study.postil" };
        let check = project.run(&format!("check --store {own}"));
        if check.status != Some(0) {
            wrong.push(format!("left a store with findings: {}", check.text()));
        }
    }
    let said: String = run.text().chars().take(400).collect();
    let figures = format!("{} MiB, {} ms", outcome.resident >> 10, outcome.took.as_millis());
    (!wrong.is_empty()).then(|| format!("{} ({figures}): {}\n{said}\n", case.name, wrong.join("; ")))
}

#[test]
fn every_hostile_input_ends_as_documented_in_little_time_and_memory() {
    let cases = all();
    let only = std::env::args().nth(2).unwrap_or_default();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let wrong = |case: &Case| {
                        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wrong(case)))
                            .unwrap_or_else(|_| Some(format!("{}: cannot be made\n", case.name)))
                    };
                    if (only.is_empty() || only.starts_with('-') || case.name.contains(&only))
                        && let Some(wrong) = wrong(case)
                    {
                        found.lock().unwrap().push(wrong);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort();
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), cases.len(), found.join("\n"));
}

#[test]
fn the_table_of_the_corpus_is_whole() {
    let cases = all();
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    // No file of the corpus is forgotten.
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/hostile");
    for folder in ["csv", "code", "xml"] {
        for entry in std::fs::read_dir(home.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let stem = name.rsplit_once('.').unwrap().0;
            let used = [format!("csv/{stem}"), format!("codebook/{stem}"), format!("xlsx/{stem}")];
            assert!(used.iter().any(|used| names.contains(used.as_str())), "{folder}/{name} is in no case");
        }
    }
    let mut table = String::from(
        "# Hostile input\n\nWhat was made to do harm, and how the program ends on it. `tests/hostile` gives each to the real program, with 10 s of \
         processor time and 512 MiB of\naddress space, and sees that it ends so: without a panic or a signal, without a word in the store where it was refused, \
         and with a sound store\nwhere it was not. Small files stand in this folder, large ones are made by the test. This table is written by it: \
         `UPDATE_EXPECT=1 cargo test --test hostile table`.\n\nExit: 0 done, 1 refused, 2 wrong usage, 3 done with findings or refused rows.\n\n\
         | input | exit | why |\n|---|---|---|\n",
    );
    for case in &cases {
        table.push_str(&format!("| `{}` | {} | {} |\n", case.name, case.exit, case.why));
    }
    expect_file!["../../fixtures/hostile/README.md"].assert_eq(&table);
}
