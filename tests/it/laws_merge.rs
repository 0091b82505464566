//! The laws of merging, on random histories of two to five replicas: whoever is merged first, and in whatever groups, the
//! end is the same; merging again changes nothing; and every replica is a sound project at every moment.
//!
//! Here the engine alone, on records in memory, by the ten thousand; `laws_stores` shows that real stores do as it says.

mod edits;
mod judge;
mod replica;

use proptest::prelude::*;

use edits::{Event, histories};
use judge::{agreed, lost_by, unsound};
use replica::Replica;

fn run(replicas: usize, events: &[Event]) -> Vec<Replica> {
    let mut all: Vec<Replica> =
        (0..replicas).map(|seed| Replica { seed: seed as u128 + 1, ..Replica::default() }).collect();
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_comes_to_the_same_in_any_order_and_grouping_loses_nothing_and_twice_is_once(
        (replicas, events) in histories(),
        order in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let all = run(replicas, &events);
        // One after the other into the first.
        let mut straight = all[0].clone();
        all.iter().skip(1).for_each(|other| straight.receive(other));
        // From another one, in the other direction, in two groups that are merged last.
        let from = order.index(replicas);
        let mut turned: Vec<Replica> = all.iter().cycle().skip(from).take(replicas).cloned().collect();
        turned.reverse();
        let (left, right) = turned.split_at(1 + cut.index(replicas - 1));
        let group = |members: &[Replica]| {
            let mut first = members[0].clone();
            members[1..].iter().for_each(|other| first.receive(other));
            first
        };
        let mut grouped = group(left);
        grouped.receive(&group(right));
        prop_assert_eq!(unsound(&straight.shown), None);
        prop_assert_eq!(lost_by(&straight), None);
        prop_assert_eq!(agreed(&straight), agreed(&grouped));
        // Merging again, in whatever direction, is no news.
        let before = straight.shown.clone();
        all.iter().for_each(|other| straight.receive(other));
        straight.receive(&grouped);
        prop_assert_eq!(&straight.shown, &before);
    }
}
