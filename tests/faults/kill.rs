//! Killed at any moment (SIGKILL): what was acknowledged is there, everything else is as before or as afterwards.

use std::process::{Child, Output};
use std::time::{Duration, Instant};

use crate::deed::{POSTIL, Prepared, Scene, Workshop, for_each, said};
use crate::deeds;
use crate::figures::{record, say, skipped};
use crate::scale::{Random, rounds};
use crate::state::Place;
use crate::tracer::tracer;

/// Moments are drawn from this many run times, so that a fifth of the rounds is acknowledged.
const REACH: f64 = 1.6;

/// Counts over all rounds.
#[derive(Debug, Default)]
struct Tally {
    rounds: usize,
    acknowledged: usize,
    lost: usize,
    partial: usize,
    stuck: usize,
}

#[test]
fn whatever_the_moment_it_is_before_or_after() {
    let deeds = deeds::all();
    let seed = 20_261_129;
    say(&format!("kill: seed {seed}"));
    let each = rounds(600, 10_300).div_ceil(deeds.len());
    let tallies = for_each(&deeds, |number, deed, workshop| {
        let mut random = Random::new(seed + number as u64);
        let mut tally = Tally::default();
        let prepared = workshop.prepare(deed);
        let mut time = run_time(&prepared, workshop);
        for round in 0..deed.share(each) {
            let moment = time.mul_f64(random.fraction() * REACH);
            let took = kill_at(moment, &prepared, workshop, &mut tally, round % 8 == 0);
            // The machine has other things to do, now more and now less.
            if let Some(took) = took {
                time = (time * 7 + took) / 8;
            }
        }
        tally
    });
    let sum = |of: fn(&Tally) -> usize| tallies.iter().map(of).sum();
    let tally = Tally {
        rounds: sum(|tally| tally.rounds),
        acknowledged: sum(|tally| tally.acknowledged),
        lost: sum(|tally| tally.lost),
        partial: sum(|tally| tally.partial),
        stuck: sum(|tally| tally.stuck),
    };
    record(
        "kill",
        &format!(
            "{} rounds of SIGKILL over {} commands, {} acknowledged: {} lost, {} partial, {} stuck",
            tally.rounds,
            deeds.len(),
            tally.acknowledged,
            tally.lost,
            tally.partial,
            tally.stuck,
        ),
    );
    assert_eq!((tally.lost, tally.partial, tally.stuck), (0, 0, 0));
    // In the gate other tests run at the same time, and what was the run time a moment ago is none now.
    let fewest = tally.rounds / rounds(10, 5);
    assert!(tally.acknowledged >= fewest, "too few were acknowledged to say that none is lost: {tally:?}");
}

/// The same without a journal: half changes are seen.
#[test]
fn the_same_kills_show_what_a_journal_is_for() {
    let tracer = match tracer() {
        Ok(tracer) => tracer,
        Err(why) => {
            skipped(why);
            return;
        }
    };
    let workshop = Workshop::new();
    let deeds = deeds::all();
    let prepared = workshop.prepare(deeds.iter().find(|deed| deed.name == "tag a stream").unwrap());
    let mut random = Random::new(1);
    let (mut tally, wanted) = (Tally::default(), rounds(40, 500));
    let mut time = Duration::from_millis(50);
    for _ in 0..wanted {
        let scene = prepared.scene(&workshop);
        let mut command = scene.command(tracer);
        command.arg(scene.whole()).args(["-", "mute+none", "0", POSTIL]);
        let moment = time.mul_f64(random.fraction() * REACH);
        let (run, took) = run_until(moment, scene.start(command, prepared.deed));
        if let Some(took) = took {
            time = (time * 7 + took) / 8;
        }
        judge(&prepared, &scene, &run, &mut tally);
        scene.clear();
    }
    let broken = tally.partial + tally.lost;
    record("kill-control", &format!("without a journal {broken} of {} rounds end between", tally.rounds));
    assert!(broken > 0, "the harness does not see half a change: {tally:?}");
}

/// How long the deed takes, undisturbed.
fn run_time(prepared: &Prepared<'_>, workshop: &Workshop) -> Duration {
    let mut times: Vec<Duration> = (0..3)
        .map(|_| {
            let scene = prepared.scene(workshop);
            let begun = Instant::now();
            let run = scene.run(prepared.deed);
            let took = begun.elapsed();
            assert_eq!(run.status.code(), Some(prepared.status), "{}: {}", prepared.deed.name, said(&run));
            scene.clear();
            took
        })
        .collect();
    times.sort();
    times[1]
}

/// Does the deed and kills it after `moment`. Returns how long it took, when it was through before.
fn kill_at(
    moment: Duration,
    prepared: &Prepared<'_>,
    workshop: &Workshop,
    tally: &mut Tally,
    look_further: bool,
) -> Option<Duration> {
    let deed = prepared.deed;
    let scene = prepared.scene(workshop);
    let (run, took) = run_until(moment, scene.start(scene.command(POSTIL), deed));
    let wrong = judge(prepared, &scene, &run, tally);
    if let Some(place) = &wrong {
        say(&format!("{}: killed after {moment:?}: {}\n{place:?}", deed.name, said(&run)));
    }
    if wrong.is_none()
        && look_further
        && let Err(why) = goes_on(prepared, &scene)
    {
        say(&format!("{}: killed after {moment:?}: {why}", deed.name));
        tally.stuck += 1;
    }
    scene.clear();
    took
}

/// Lets `child` run until `moment`, then kills it. Returns how long it took, when it was through before.
fn run_until(moment: Duration, mut child: Child) -> (Output, Option<Duration>) {
    let begun = Instant::now();
    let took = loop {
        if child.try_wait().unwrap().is_some() {
            break Some(begun.elapsed());
        }
        let Some(left) = moment.checked_sub(begun.elapsed()) else { break None };
        std::thread::sleep(left.min(Duration::from_micros(200)));
    };
    child.kill().unwrap();
    (child.wait_with_output().unwrap(), took)
}

/// Counts a round. Returns where things stand when they must not.
fn judge(prepared: &Prepared<'_>, scene: &Scene, run: &Output, tally: &mut Tally) -> Option<Place> {
    let acknowledged = run.status.code().is_some();
    tally.rounds += 1;
    tally.acknowledged += usize::from(acknowledged);
    let state = scene.state();
    let place = state.between(&prepared.before, &prepared.after);
    let whole = match &place {
        _ if acknowledged => {
            run.status.code() == Some(prepared.status)
                && run.stdout == prepared.answer
                && state.things == prepared.after.things
        }
        Place::Before | Place::After => true,
        Place::Underway => prepared.deed.stepwise,
        Place::Between(_) => false,
    };
    tally.lost += usize::from(!whole && acknowledged);
    tally.partial += usize::from(!whole && !acknowledged);
    (!whole).then_some(place)
}

/// The deed, cut short, can be done now as if nothing had been. Else: what came of it.
///
/// # Errors
/// What is wrong.
pub(crate) fn goes_on(prepared: &Prepared<'_>, scene: &Scene) -> Result<(), String> {
    if scene.state().things == prepared.after.things {
        return Ok(());
    }
    let again = scene.run(prepared.deed);
    let there = scene.state();
    if again.status.code() == Some(prepared.status) && there.things == prepared.after.things {
        return Ok(());
    }
    let differ = there.differences(&prepared.after);
    Err(format!("a second time: {}\n{}", said(&again), differ.join("\n")))
}
