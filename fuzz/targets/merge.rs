//! The laws of merging on arbitrary histories of two to five replicas: any order and grouping ends alike, twice is once, nothing is
//! lost, nothing matched in silence, and every replica is a sound project at every moment.
//!
//! The histories and the laws are those of `tests/it/laws_merge`; here the input chooses, and coverage leads.
#![no_main]

#[path = "../../tests/it/laws_merge/edits.rs"]
mod edits;
#[path = "../../tests/it/laws_merge/judge.rs"]
mod judge;
#[path = "../../tests/it/laws_merge/replica.rs"]
mod replica;

use edits::{Edit, Event};
use judge::{agreed, lost_by, matched_in_silence, unsound};
use libfuzzer_sys::fuzz_target;
use replica::Replica;

/// The choices that the input makes: zeros where it has no more.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, most: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % most
    }

    /// One of the four numbers that edits choose by.
    fn n(&mut self) -> usize {
        self.below(4)
    }

    fn start(&mut self) -> u32 {
        u32::from(self.0.next().copied().unwrap_or(0) % 4)
    }

    fn event(&mut self, replicas: usize) -> Event {
        let at = self.below(replicas);
        match self.below(26) {
            0..=4 => Event::Receive(at, self.below(replicas)),
            kind => Event::Edit(at, self.edit(kind - 5)),
        }
    }

    fn edit(&mut self, kind: usize) -> Edit {
        match kind {
            0 => Edit::AddDocument(self.n(), self.n()),
            1 => Edit::RenameDocument(self.n(), self.n()),
            2 => Edit::ReplaceText(self.n(), self.n()),
            3 => Edit::RemoveDocument(self.n()),
            4 => Edit::Attribute(self.n(), self.n(), Some(self.below(5)).filter(|value| *value < 4)),
            5 => Edit::AddCode(self.n(), self.n()),
            6 => Edit::RenameCode(self.n(), self.n()),
            7 => Edit::MoveCode(self.n(), self.n()),
            8 => Edit::Describe(self.n(), self.n()),
            9 => Edit::RemoveCode(self.n()),
            10 => Edit::MergeCode(self.n(), self.n()),
            11 => Edit::Tag(self.n(), self.start(), self.n(), self.n()),
            12 => Edit::Retag(self.n(), self.n()),
            13 => Edit::Note(self.n(), self.n()),
            14 => Edit::Extend(self.n(), self.start()),
            15 => Edit::Untag(self.n()),
            16 => Edit::Memo(self.n(), self.n()),
            17 => Edit::Rewrite(self.n(), self.n()),
            18 => Edit::Assign(self.n(), self.n(), self.n()),
            19 => Edit::RenameCoder(self.n(), self.n()),
            _ => Edit::Resolve(self.n(), self.below(2) == 1),
        }
    }
}

// The first bytes choose who is merged first, in what groups, and how many replicas there are; the rest is their history.
fuzz_target!(|data: &[u8]| {
    let [from, cut, count, rest @ ..] = data else { return };
    let replicas = 2 + usize::from(count % 4);
    let mut choices = Choices(rest.iter());
    let mut events = Vec::new();
    while choices.0.len() > 0 && events.len() < 40 {
        events.push(choices.event(replicas));
    }
    let all = run(replicas, &events);
    let mut straight = all[0].clone();
    all.iter().skip(1).for_each(|other| straight.receive(other));
    let mut turned: Vec<Replica> =
        all.iter().cycle().skip(usize::from(*from) % replicas).take(replicas).cloned().collect();
    turned.reverse();
    let (left, right) = turned.split_at(1 + usize::from(*cut) % (replicas - 1));
    let group = |members: &[Replica]| {
        let mut first = members[0].clone();
        members[1..].iter().for_each(|other| first.receive(other));
        first
    };
    let mut grouped = group(left);
    grouped.receive(&group(right));
    assert_eq!(unsound(&straight.shown), None, "{events:?}");
    assert_eq!(lost_by(&straight), None, "{events:?}");
    assert_eq!(matched_in_silence(&straight), None, "{events:?}");
    assert_eq!(agreed(&straight), agreed(&grouped), "{events:?}");
    let before = straight.shown.clone();
    all.iter().for_each(|other| straight.receive(other));
    straight.receive(&grouped);
    assert_eq!(&straight.shown, &before, "{events:?}");
});

fn run(replicas: usize, events: &[Event]) -> Vec<Replica> {
    let mut all: Vec<Replica> =
        (1..=replicas as u128).map(|seed| Replica { seed, ..Replica::default() }).collect();
    for event in events {
        match event {
            Event::Edit(at, edit) => all[*at].edit(edit),
            Event::Receive(to, from) => {
                let other = all[*from].clone();
                all[*to].receive(&other);
            }
        }
        for replica in &all {
            assert_eq!(unsound(&replica.shown), None, "after {event:?}");
        }
    }
    all
}
