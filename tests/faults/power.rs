//! Power cuts: the calls of an acknowledged run are played onto a disk that loses what was not synced, and the power goes at
//! every one of them.

mod disk;

use crate::deed::{Prepared, Workshop, for_each};
use crate::deeds;
use crate::figures::{record, say, skipped};
use crate::scale::{Random, Scale, rounds, scale};
use crate::state::{Known, Place, State};
use crate::tracer::{Call, traced, tracer};
use disk::{Disk, Fate};

/// The deeds that the gate looks at; the soak looks at all.
const GATE: [&str; 8] = [
    "init",
    "demo",
    "tag",
    "document purge",
    "open an older store",
    "backup --force",
    "export csv of a bundle",
    "export csv --force",
];

/// What the cuts of one deed came to.
#[derive(Debug, Default)]
struct Tally {
    states: usize,
    /// It was acknowledged, and is not there.
    lost: usize,
    /// Neither before nor after.
    broken: usize,
    /// The first few of both.
    examples: Vec<String>,
}

#[test]
fn whatever_was_not_synced_it_is_before_or_after() {
    if let Err(why) = tracer() {
        skipped(why);
        return;
    }
    let mut deeds = deeds::all();
    deeds.retain(|deed| scale() == Scale::Soak || GATE.contains(&deed.name));
    let tallies = for_each(&deeds, |_, deed, workshop| {
        let prepared = workshop.prepare(deed);
        let recording = Recording::of(&prepared, workshop);
        let tally = recording.cut_everywhere(&prepared, workshop, deed.share(rounds(100, 2_000)), |_| true);
        for example in &tally.examples {
            say(&format!("{}: {example}", deed.name));
        }
        tally
    });
    let sum = |of: fn(&Tally) -> usize| -> usize { tallies.iter().map(of).sum() };
    let (states, lost, broken) =
        (sum(|tally| tally.states), sum(|tally| tally.lost), sum(|tally| tally.broken));
    let usual = deeds.iter().zip(&tallies).filter(|(deed, _)| !deed.heavy);
    let fewest = usual.map(|(_, tally)| tally.states).min().unwrap_or_default();
    record(
        "power",
        &format!(
            "{states} states after a power cut in {} commands, {fewest} or more for each that is not long: {lost} lost, {broken} corrupt",
            deeds.len()
        ),
    );
    assert_eq!((lost, broken), (0, 0));
}

#[test]
fn the_same_cuts_show_what_is_lost_where_less_is_synced() {
    // What SQLite's own default would have done: the removal of the journal is not synced.
    let full = control(|calls, at| {
        let is_journal = |call: &Call| call.path.to_string_lossy().ends_with("-journal");
        // The folder is opened in between.
        !(calls[at].what == "sync" && at >= 2 && calls[at - 2].what == "unlink" && is_journal(&calls[at - 2]))
    });
    let off = control(|calls, at| calls[at].what != "sync");
    let (Some(full), Some(off)) = (full, off) else { return };
    record(
        "power-control",
        &format!(
            "as with SQLite's `synchronous=FULL`: {} of {} states lost; as with `OFF`: {} lost and {} corrupt of {}",
            full.lost, full.states, off.lost, off.broken, off.states
        ),
    );
    assert!(full.lost > 0, "the harness does not see what FULL loses: {full:?}");
    assert!(off.lost > 0 && off.broken > 0, "the harness does not see what OFF breaks: {off:?}");
}

/// Tags while only those calls reach the disk that `reaches` says.
fn control(reaches: impl Fn(&[Call], usize) -> bool) -> Option<Tally> {
    if let Err(why) = tracer() {
        skipped(why);
        return None;
    }
    let workshop = Workshop::new();
    let deeds = deeds::all();
    let prepared = workshop.prepare(deeds.iter().find(|deed| deed.name == "tag").unwrap());
    let recording = Recording::of(&prepared, &workshop);
    Some(
        recording
            .cut_everywhere(&prepared, &workshop, rounds(150, 2_000), |at| reaches(&recording.calls, at)),
    )
}

/// The calls of an undisturbed run, and the disk before them.
struct Recording {
    disk: Disk,
    calls: Vec<Call>,
}

impl Recording {
    fn of(prepared: &Prepared<'_>, workshop: &Workshop) -> Recording {
        let scene = prepared.scene(workshop);
        let disk = Disk::of(scene.whole());
        let (run, calls) = traced(&scene, prepared.deed, true);
        assert_eq!(run.status.code(), Some(prepared.status), "{}", prepared.deed.name);
        scene.clear();
        Recording { disk, calls }
    }

    /// Cuts the power before each call and after the last, so often that about `wanted` states are seen, a quarter of them
    /// after the program has said that it is done. Only the calls for which `reaches` says so are played.
    fn cut_everywhere(
        &self,
        prepared: &Prepared<'_>,
        workshop: &Workshop,
        wanted: usize,
        reaches: impl Fn(usize) -> bool,
    ) -> Tally {
        let mut cuts = Cuts {
            prepared,
            workshop,
            random: Random::new(20_261_129),
            known: Known::default(),
            tally: Tally::default(),
        };
        let mut disk = self.disk.clone();
        let points = self.calls.len();
        let each = (wanted * 3 / 4).div_ceil(points.max(1)).max(1);
        let all = scale() == Scale::Soak && !prepared.deed.heavy;
        let step = if all { 1 } else { points.div_ceil(wanted * 3 / 4).max(1) };
        for (at, call) in self.calls.iter().enumerate() {
            if at % step == 0 {
                for turn in 0..each {
                    cuts.cut(&disk, fate_of(at + turn), Some(call));
                }
            }
            if reaches(at) {
                disk.play(call);
            }
        }
        for turn in 0..wanted.div_ceil(4) {
            cuts.cut(&disk, fate_of(turn), None);
        }
        cuts.tally
    }
}

/// Power cuts during one deed.
struct Cuts<'c> {
    prepared: &'c Prepared<'c>,
    workshop: &'c Workshop,
    random: Random,
    known: Known,
    tally: Tally,
}

impl Cuts<'_> {
    /// Cuts the power before the call `next`; without one, the program has said that it is done.
    fn cut(&mut self, disk: &Disk, fate: Fate, next: Option<&Call>) {
        let Cuts { prepared, workshop, random, known, tally } = self;
        let scene = workshop.bare_scene();
        disk.cut(fate, random, scene.whole());
        let state = State::read_knowing(&scene.work(), known);
        let place = state.between(&prepared.before, &prepared.after);
        tally.states += 1;
        let broken = match place {
            Place::Before | Place::After => false,
            Place::Underway => !prepared.deed.stepwise,
            Place::Between(_) => true,
        };
        let lost = next.is_none() && !broken && state.things != prepared.after.things;
        tally.broken += usize::from(broken);
        tally.lost += usize::from(lost);
        let mut wrong = (broken || lost).then(|| format!("{place:?}"));
        if wrong.is_none() && tally.states.is_multiple_of(16) {
            wrong = crate::kill::goes_on(prepared, &scene).err();
            tally.broken += usize::from(wrong.is_some());
        }
        if let Some(wrong) = wrong.filter(|_| tally.examples.len() < 3) {
            let next = next.map(|call| format!("{} {} {}", call.number, call.what, call.path.display()));
            tally.examples.push(format!("cut before {next:?}, {fate:?}: {wrong}"));
        }
        scene.clear();
    }
}

/// Chance most of the time, and the plain cases in between.
fn fate_of(turn: usize) -> Fate {
    match turn % 6 {
        0 => Fate::Lost,
        1 => Fate::Contents,
        2 => Fate::Names,
        _ => Fate::Mixed,
    }
}
