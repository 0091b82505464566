//! Every call that writes fails once, and the program is killed before each of them, which is after the one before it.

use std::process::Output;

use crate::deed::{Deed, Prepared, Scene, Workshop, for_each, said};
use crate::deeds;
use crate::figures::{record, say, skipped};
use crate::scale::{Scale, scale};
use crate::state::Place;
use crate::tracer::{Call, spoiled, traced, tracer};

/// The points that the gate tries of one deed and one kind of fault; the soak tries all.
const POINTS: usize = 2;
/// Deeds that are killed between every two calls in the gate too.
const ALWAYS: [&str; 2] = ["tag", "export csv of annotations"];

const EIO: &str = "fail:5";
const EACCES: &str = "fail:13";
const EMFILE: &str = "fail:24";
const ENOSPC: &str = "fail:28";

/// What may happen to a call: the action of the tracer, and the calls it can happen to (none: to all).
const FAULTS: [(&str, &[&str]); 9] = [
    ("kill-before", &[]),
    (EIO, &[]),
    ("dead", &[]),
    (ENOSPC, &["write", "copy", "create", "mkdir", "link", "rename", "allocate"]),
    ("full", &["write", "copy", "create", "mkdir", "link"]),
    ("short", &["write"]),
    ("short-full", &["write"]),
    (EMFILE, &["open", "open-write", "create"]),
    (
        EACCES,
        &["open", "open-write", "create", "mkdir", "link", "rename", "unlink", "chmod", "chown", "truncate"],
    ),
];

/// What a program says whose failure came when what it was asked for was done already.
const DONE: [&str; 4] = ["the disk did not confirm", "in the store", "is erased", "are new"];

/// What a purge says of a backup that it could not write.
const NOT_REACHED: &str = "warning: not reached: ";

#[test]
fn whichever_call_fails_it_is_before_or_after_and_is_told() {
    if let Err(why) = tracer() {
        skipped(why);
        return;
    }
    let deeds = deeds::all();
    let tallies = for_each(&deeds, spoil);
    let sum = |of: fn(&Tally) -> usize| -> usize { tallies.iter().map(of).sum() };
    let (calls, commands) = (sum(|tally| tally.calls), deeds.len());
    let (kills, between) = (sum(|tally| tally.kills), sum(|tally| tally.between));
    record(
        "syscall-kills",
        &format!(
            "killed {kills} times at the {calls} writing calls of {commands} commands: {between} between"
        ),
    );
    let (failures, bad, honest) =
        (sum(|tally| tally.failures), sum(|tally| tally.bad), sum(|tally| tally.honest));
    record(
        "syscalls",
        &format!(
            "{failures} failures of the {calls} writing calls of {commands} commands: {bad} bad; {honest} came when the work \
             was done already, and were told so"
        ),
    );
    assert_eq!((between, bad), (0, 0));
}

/// Counts over the faults of one deed.
#[derive(Debug, Default)]
struct Tally {
    calls: usize,
    kills: usize,
    between: usize,
    failures: usize,
    bad: usize,
    honest: usize,
}

/// Tries the faults of one deed. What is bad is said, the first few times.
fn spoil(number: usize, deed: &Deed, workshop: &Workshop) -> Tally {
    let prepared = workshop.prepare(deed);
    let calls = calls_of(&prepared, workshop);
    let mut tally = Tally { calls: calls.len(), ..Tally::default() };
    // Not every deed begins at its first call, in the gate.
    let mut turn = number;
    for (fault, hits) in FAULTS {
        let of_kind: Vec<&Call> =
            calls.iter().filter(|call| hits.is_empty() || hits.contains(&&*call.what)).collect();
        let kills = fault == "kill-before";
        let points = match scale() {
            Scale::Soak if deed.heavy => 20,
            Scale::Soak => usize::MAX,
            Scale::Gate if kills && ALWAYS.contains(&deed.name) => usize::MAX,
            Scale::Gate => POINTS,
        };
        let candidates = if points == POINTS { edges(&of_kind) } else { of_kind };
        for call in chosen(&candidates, points, turn) {
            turn += 1;
            let outcome = try_point(&prepared, workshop, fault, call, turn.is_multiple_of(4));
            *(if kills { &mut tally.kills } else { &mut tally.failures }) += 1;
            match outcome {
                Ok(told_late) => tally.honest += usize::from(told_late),
                Err(why) => {
                    *(if kills { &mut tally.between } else { &mut tally.bad }) += 1;
                    if tally.between + tally.bad <= 5 {
                        let Call { number, what, path, .. } = call;
                        say(&format!("{}: {fault} at {number} {what} {}: {why}", deed.name, path.display()));
                    }
                }
            }
        }
    }
    tally
}

/// Without a journal, and with a disk that says it has written what it has not, nothing may seem to be well.
#[test]
fn the_same_faults_show_what_a_journal_is_for() {
    if let Err(why) = tracer() {
        skipped(why);
        return;
    }
    let workshop = Workshop::new();
    let deeds = deeds::all();
    let prepared = workshop.prepare(deeds.iter().find(|deed| deed.name == "tag").unwrap());
    let calls = calls_of(&prepared, &workshop);
    let bad = |fault: &str, calls: &[&Call]| {
        calls.iter().filter(|call| try_point(&prepared, &workshop, fault, call, false).is_err()).count()
    };
    let all: Vec<&Call> = calls.iter().collect();
    let writes: Vec<&Call> = calls.iter().filter(|call| call.what == "write" && is_store(call)).collect();
    let (unjournalled, unwritten) = (bad("mute+kill-before", &all), bad("lie", &writes));
    record(
        "syscalls-control",
        &format!(
            "without a journal {unjournalled} of {} kills are between; of {} writes that a lying disk has dropped, \
             {unwritten} are noticed",
            all.len(),
            writes.len()
        ),
    );
    assert!(unjournalled > 0, "the harness does not see half a change");
    // One of them is nothing but a counter of SQLite's.
    assert!(unwritten + 1 >= writes.len(), "the harness does not see that something is missing");
}

fn is_store(call: &Call) -> bool {
    call.path.extension().is_some_and(|extension| extension == "postil")
}

/// The calls of an undisturbed run.
fn calls_of(prepared: &Prepared<'_>, workshop: &Workshop) -> Vec<Call> {
    let scene = prepared.scene(workshop);
    let (run, calls) = traced(&scene, prepared.deed, false);
    assert_eq!(run.status.code(), Some(prepared.status), "{}: {}", prepared.deed.name, said(&run));
    scene.clear();
    calls
}

/// The first and the last of the same calls to the same file in a row: what comes in between is like them.
fn edges<'c>(calls: &[&'c Call]) -> Vec<&'c Call> {
    let rows = calls.chunk_by(|one, next| one.what == next.what && one.path == next.path);
    rows.flat_map(|row| [Some(row[0]), row.last().copied().filter(|_| row.len() > 1)]).flatten().collect()
}

/// Those to try: all, or at most so many, which begin at another place each time.
fn chosen<'c>(calls: &[&'c Call], at_most: usize, turn: usize) -> Vec<&'c Call> {
    if calls.len() <= at_most {
        return calls.to_vec();
    }
    let step = calls.len().div_ceil(at_most);
    calls.iter().skip(turn % step).step_by(step).copied().collect()
}

/// Does the deed with one fault. `Ok(true)`: it failed, but what was asked for was done, and it said so.
fn try_point(
    prepared: &Prepared<'_>,
    workshop: &Workshop,
    fault: &str,
    call: &Call,
    look_further: bool,
) -> Result<bool, String> {
    let scene = prepared.scene(workshop);
    let run = spoiled(&scene, prepared.deed, fault, call.number);
    let mut verdict = judge(prepared, &scene, fault, call, &run);
    // What a purge has not reached is told by name, and is for a person to see to.
    let is_left = String::from_utf8_lossy(&run.stderr).contains(NOT_REACHED);
    if verdict.is_ok() && look_further && !is_left {
        verdict = crate::kill::goes_on(prepared, &scene).and(verdict);
    }
    scene.clear();
    verdict
}

fn judge(
    prepared: &Prepared<'_>,
    scene: &Scene,
    fault: &str,
    call: &Call,
    run: &Output,
) -> Result<bool, String> {
    let state = scene.state();
    let place = state.between(&prepared.before, &prepared.after);
    let killed = fault.contains("kill");
    let err = String::from_utf8_lossy(&run.stderr);
    let fails = |why: &str| Err(format!("{why}\n  {place:?}\n  {}", said(run).replace('\n', "\n  ")));
    match &place {
        Place::Between(_) => return fails("neither before nor after"),
        Place::Underway if !prepared.deed.stepwise => return fails("some of it"),
        _ => {}
    }
    let done = state.things == prepared.after.things;
    // Who cannot remove anything leaves something behind.
    let in_draft = call.path.to_string_lossy().contains("/.postil-");
    let cannot_clear = killed
        || fault == "dead"
        || matches!(&*call.what, "unlink" | "rmdir")
        || (in_draft && call.what == "open");
    if !cannot_clear && !state.leftovers.is_empty() {
        return fails(&format!("left behind: {:?}", state.leftovers));
    }
    match run.status.code() {
        Some(137) if killed => Ok(false),
        Some(status) if status == prepared.status => {
            if !done {
                return fails("acknowledged, and not there");
            }
            if run.stdout != prepared.answer {
                return fails("another answer");
            }
            Ok(false)
        }
        // It is done, but for what is told.
        Some(3) if err.contains(NOT_REACHED) => Ok(true),
        Some(1) => {
            if !err.contains("error: ")
                || err.contains("bug in postil")
                || err.contains("kept the store busy")
            {
                return fails("not a plain message");
            }
            let says_done = DONE.iter().any(|words| err.contains(words));
            // Where nothing can be removed any more, a copy that was made first stays.
            let lasting = matches!(fault, "dead" | "full" | "short-full");
            if place != Place::Before && !says_done && !(place == Place::Underway && lasting) {
                return fails("it is done, and the failure does not say so");
            }
            if says_done && !done && place != Place::Underway {
                return fails("it is said to be done, and is not");
            }
            Ok(says_done)
        }
        _ => fails("an exit status that a failure does not have"),
    }
}
