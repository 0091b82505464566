//! Damage: bits that flip, pages that are zeroed, files that are cut short.

mod content;
mod rich;
mod salvaged;
mod whereabouts;

use std::collections::BTreeSet;
use std::path::Path;

use postil::actions::Access;
use postil::analysis::random::SplitMix64;
use postil::store::Store;
use postil::store::check::check;

use crate::figures::record;
use crate::scale::rounds;
use content::content;
use rich::{Rich, put};
use salvaged::Judge;
use whereabouts::{end_of_number, root, whereabouts};

/// Whether `check`, or the attempt to open the store, says that something is wrong.
fn is_found(path: &Path) -> bool {
    match Store::open(path, Access::Read).and_then(|store| check(&store)) {
        Ok(report) => !report.findings.is_empty(),
        Err(_) => true,
    }
}

/// What came of damaging a store in many ways.
#[derive(Default)]
struct Tally {
    tried: usize,
    changed: usize,
    undetected: Vec<String>,
}

impl Tally {
    /// Judges `bytes`, the file of a store that said `sound` before it was damaged as `what` says.
    fn judge(&mut self, path: &Path, bytes: &[u8], sound: &str, what: impl FnOnce() -> String) {
        put(path, bytes);
        self.tried += 1;
        let said = content(path);
        if said.as_deref() == Some(sound) {
            return;
        }
        self.changed += 1;
        if is_found(path) {
            return;
        }
        let mut what = what();
        if let Some(said) = said {
            for (was, is) in sound.lines().zip(said.lines()).filter(|(was, is)| was != is).take(2) {
                what.push_str(&format!("\n  was {was:.300}\n  is  {is:.300}"));
            }
        }
        self.undetected.push(what);
    }

    fn assert_none_undetected(&self) {
        let shown: Vec<&String> = self.undetected.iter().take(10).collect();
        assert!(shown.is_empty(), "{} undetected of {}: {shown:#?}", self.undetected.len(), self.tried);
    }
}

#[test]
fn every_flipped_bit_that_changes_what_the_store_says_is_found() {
    let rich = Rich::new();
    let (sound, bytes) = (content(&rich.store()).unwrap(), rich.bytes());
    assert!(!is_found(&rich.store()), "the store is not sound to begin with");
    let path = rich.path("damaged.postil");
    let mut random = SplitMix64::new(2026);
    let mut tally = Tally::default();
    let mut damaged = bytes.clone();
    for _ in 0..rounds(1_500, 100_000) {
        let (byte, bit) = (random.below(bytes.len() as u64) as usize, random.below(8));
        damaged[byte] ^= 1 << bit;
        tally.judge(&path, &damaged, &sound, || {
            format!("bit {bit} of byte {byte} (page {})", byte / 4096 + 1)
        });
        damaged[byte] = bytes[byte];
    }
    tally.assert_none_undetected();
    record(
        "flips",
        &format!("{} flipped bits, {} changed what the store says, 0 undetected", tally.tried, tally.changed),
    );
}

#[test]
fn every_page_that_is_zeroed_is_found() {
    let rich = Rich::new();
    let (sound, bytes) = (content(&rich.store()).unwrap(), rich.bytes());
    let path = rich.path("damaged.postil");
    let mut tally = Tally::default();
    let mut damaged = bytes.clone();
    for page in 1..=bytes.len() / PAGE {
        let place = (page - 1) * PAGE..page * PAGE;
        damaged[place.clone()].fill(0);
        tally.judge(&path, &damaged, &sound, || format!("page {page} zeroed"));
        damaged[place.clone()].copy_from_slice(&bytes[place]);
    }
    tally.assert_none_undetected();
    record(
        "zeroed",
        &format!(
            "{} pages zeroed one by one, {} changed what the store says, 0 undetected",
            tally.tried, tally.changed
        ),
    );
}

#[test]
fn every_length_to_which_a_store_is_cut_is_found() {
    let rich = Rich::new();
    let (sound, bytes) = (content(&rich.store()).unwrap(), rich.bytes());
    let path = rich.path("damaged.postil");
    let mut tally = Tally::default();
    for length in (0..bytes.len()).step_by(512) {
        tally.judge(&path, &bytes[..length], &sound, || format!("cut to {length} bytes"));
        assert!(is_found(&path), "cut to {length} bytes, and nobody says so");
    }
    tally.assert_none_undetected();
    record(
        "truncation",
        &format!(
            "cut to {} lengths, {} changed what the store says, 0 undetected",
            tally.tried, tally.changed
        ),
    );
}

/// SQLite's default, which postil leaves alone.
const PAGE: usize = 4096;

#[test]
fn salvage_returns_every_row_on_an_intact_page() {
    let rich = Rich::new();
    let bytes = rich.bytes();
    let pages = bytes.len() / PAGE;
    let mut judge = Judge::new(&rich);
    judge.judge(&bytes, &BTreeSet::new(), "nothing");
    assert_eq!(judge.returned, judge.intact, "of a sound store everything comes back");
    // Every page by itself, then some together.
    for page in 1..=pages {
        judge_zeroed(&mut judge, &bytes, &BTreeSet::from([page]));
    }
    let mut random = SplitMix64::new(7);
    for round in 0..rounds(60, 3_000) {
        let zeroed = (0..=round % 8).map(|_| 1 + random.below(pages as u64) as usize).collect();
        judge_zeroed(&mut judge, &bytes, &zeroed);
    }
    for _ in 0..rounds(60, 3_000) {
        let (byte, bit) = (random.below(bytes.len() as u64) as usize, random.below(8));
        let mut damaged = bytes.clone();
        damaged[byte] ^= 1 << bit;
        let page = BTreeSet::from([byte / PAGE + 1]);
        judge.judge(&damaged, &page, &format!("bit {bit} of byte {byte} (page {}) flipped", byte / PAGE + 1));
    }
    for length in (0..bytes.len()).step_by(512 * rounds(41, 3)) {
        let gone = (length / PAGE + 1..=pages).collect();
        judge.judge(&bytes[..length], &gone, &format!("cut to {length} bytes"));
    }
    judge.assert_no_faults();
    record("salvage", &judge.figure());
}

fn judge_zeroed(judge: &mut Judge, bytes: &[u8], zeroed: &BTreeSet<usize>) {
    let mut damaged = bytes.to_vec();
    for page in zeroed {
        damaged[(page - 1) * PAGE..page * PAGE].fill(0);
    }
    judge.judge(&damaged, zeroed, &format!("pages {zeroed:?} zeroed"));
}

/// The long form once found that a record whose number was altered came back under it, and in another one's place.
#[test]
fn salvage_gives_a_record_the_number_back_that_a_flipped_bit_took() {
    let rich = Rich::new();
    let bytes = rich.bytes();
    let mut judge = Judge::new(&rich);
    for number in [5, 448, 449] {
        let (byte, page) = end_of_number(&rich.store(), "annotation", number);
        for bit in 0..7 {
            let mut damaged = bytes.clone();
            damaged[byte] ^= 1 << bit;
            let what = format!("bit {bit} of the number of annotation {number} flipped");
            judge.judge(&damaged, &BTreeSet::from([page]), &what);
        }
    }
    judge.assert_no_faults();
}

/// The long form once found that nothing was said of last rows where the last number was lost too.
#[test]
fn salvage_tells_of_lost_rows_also_where_it_is_lost_how_many_there_were() {
    let rich = Rich::new();
    let mut judge = Judge::new(&rich);
    for table in ["alias", "conflict", "memo"] {
        let lost = ["sqlite_sequence", table].map(|name| root(&rich.store(), name));
        judge_zeroed(&mut judge, &rich.bytes(), &BTreeSet::from(lost));
    }
    judge.assert_no_faults();
}

/// The long form once found that an earlier state wanted a deleted code back of which nothing else was left.
#[test]
fn salvage_wakes_nothing_that_was_deleted_for_the_sake_of_an_earlier_state() {
    let rich = Rich::new();
    let mut judge = Judge::new(&rich);
    let mut lost = BTreeSet::from([root(&rich.store(), "code"), root(&rich.store(), "code_uuid")]);
    judge_zeroed(&mut judge, &rich.bytes(), &lost);
    lost.extend(
        whereabouts(&rich.store())
            .into_iter()
            .filter(|((table, _), _)| *table == "code")
            .flat_map(|(_, pages)| pages),
    );
    judge_zeroed(&mut judge, &rich.bytes(), &lost);
    judge.assert_no_faults();
}
