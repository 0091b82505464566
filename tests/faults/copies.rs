//! Copies made by `backup` while others write: every one is a sound store of one moment.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use postil::store::{Access, Store, check};

use crate::figures::record;
use crate::project::Project;
use crate::scale::rounds;

/// Every change tags with two codes at once: where a copy is of one moment, the two have been given equally often.
const TAGGING: &str = "tag long:{at} one two --note 'long enough to fill a page before long'";

/// Writes to the store from four shells until told to stop, while `copy` runs.
fn under_load<T>(project: &Project, copy: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for shell in 0..4 {
            let stop = &stop;
            scope.spawn(move || {
                for turn in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let at = shell * 20_000 + turn * 3;
                    project.ok(&TAGGING.replace("{at}", &format!("{at}-{}", at + 2)));
                }
            });
        }
        // A test that fails must not leave its writers at work for ever.
        let copied = std::panic::catch_unwind(std::panic::AssertUnwindSafe(copy));
        stop.store(true, Ordering::Relaxed);
        copied.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn loaded() -> Project {
    let project = Project::new();
    project.write("long.txt", "So it goes. ".repeat(10_000));
    project.ok("document add long.txt");
    project.ok("code add one two");
    project
}

/// What is wrong with a copy; `None` if nothing is.
fn fault(copy: &Path) -> Option<String> {
    let store = match Store::open(copy, Access::Read) {
        Ok(store) => store,
        Err(error) => return Some(format!("{error:?}")),
    };
    match check::check(&store) {
        Ok(report) if report.findings.is_empty() => {}
        Ok(report) => return Some(format!("{:?}", report.findings)),
        Err(error) => return Some(format!("{error:?}")),
    }
    let annotations = store.reader().annotations(&Default::default()).unwrap();
    let mut codes: Vec<_> = annotations.iter().map(|row| row.draft.code).collect();
    codes.sort();
    let first = codes.iter().filter(|code| **code == codes[0]).count();
    (first * 2 != codes.len()).then(|| format!("half a change: {first} of {}", codes.len()))
}

#[test]
fn copies_made_while_others_write_are_sound() {
    let project = loaded();
    let copies = rounds(30, 200);
    let sizes = under_load(&project, || {
        let mut sizes = std::collections::BTreeSet::new();
        for _ in 0..copies {
            project.ok("backup copy.backup --force");
            let copy = project.path("copy.backup");
            assert_eq!(fault(&copy), None);
            sizes.insert(std::fs::read(&copy).unwrap().len());
        }
        sizes
    });
    assert!(sizes.len() > 1, "nobody wrote while the copies were made");
    record("copies", &format!("{copies} copies while four shells wrote, 0 torn"));
}

/// The control: a file manager's copy, which knows nothing of the journal.
#[test]
fn a_plain_copy_of_a_store_that_is_being_written_can_be_torn() {
    let project = loaded();
    let copy = project.path("copy.raw");
    let (copies, torn) = under_load(&project, || {
        let mut torn = 0;
        for copies in 1..=3_000 {
            std::fs::copy(project.path("study.postil"), &copy).unwrap();
            torn += usize::from(fault(&copy).is_some());
            if torn > 0 && copies >= rounds(1, 100) {
                return (copies, torn);
            }
        }
        (3_000, torn)
    });
    assert!(torn > 0, "3,000 plain copies were all sound: the control shows nothing");
    record("copies-control", &format!("{torn} of {copies} plain copies of the file torn"));
}
