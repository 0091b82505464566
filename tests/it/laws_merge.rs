//! The laws of merging, on random histories of two to five replicas: whoever is merged first, and in whatever groups, the
//! end is the same; merging again changes nothing; and every replica is a sound project at every moment.
//!
//! Here the engine alone, on records in memory, by the ten thousand; `laws_stores` shows that real stores do as it says.

mod edits;
mod judge;
mod replica;

use proptest::prelude::*;

use edits::{Event, histories};
use judge::{agreed, lost_by, matched_in_silence, unsound};
use replica::Replica;

use super::laws::law;

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
    #![proptest_config(law(10_000))]

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
        prop_assert_eq!(matched_in_silence(&straight), None);
        prop_assert_eq!(agreed(&straight), agreed(&grouped));
        // Merging again, in whatever direction, is no news.
        let before = straight.shown.clone();
        all.iter().for_each(|other| straight.receive(other));
        straight.receive(&grouped);
        prop_assert_eq!(&straight.shown, &before);
    }
}

/// Every order of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let shorter = orders(last);
    let with_last = |order: &Vec<usize>, at: usize| {
        let mut order = order.clone();
        order.insert(at, last);
        order
    };
    shorter.iter().flat_map(|order| (0..count).map(|at| with_last(order, at)).collect::<Vec<_>>()).collect()
}

proptest! {
    #![proptest_config(law(150))]

    #[test]
    fn every_order_of_merging_comes_to_the_same((replicas, events) in histories()) {
        let all = run(replicas, &events);
        let mut first: Option<String> = None;
        for order in orders(replicas) {
            let mut end = all[order[0]].clone();
            order[1..].iter().for_each(|other| end.receive(&all[*other]));
            prop_assert_eq!(unsound(&end.shown), None, "{:?}", order);
            prop_assert_eq!(lost_by(&end), None, "{:?}", order);
            let said = agreed(&end);
            match &first {
                None => first = Some(said),
                Some(first) => prop_assert_eq!(&said, first, "{:?}", order),
            }
        }
    }
}

#[test]
fn two_edits_that_together_say_what_a_third_says_are_no_question_in_any_order() {
    use edits::Edit::{AddCode, MoveCode, RenameCode};
    let events = [
        Event::Edit(1, AddCode(0, 1)),
        Event::Edit(0, AddCode(0, 2)),
        Event::Receive(0, 1),
        // One moves the code below another, one renames it, and what comes of both is there already.
        Event::Edit(0, MoveCode(1, 0)),
        Event::Edit(1, RenameCode(0, 3)),
        Event::Edit(0, AddCode(0, 0)),
    ];
    let all = run(2, &events);
    let merged = |first: usize, second: usize| {
        let mut one = all[first].clone();
        one.receive(&all[second]);
        one
    };
    assert!(merged(0, 1).shown.codes.clashes.is_empty(), "{:#?}", merged(0, 1).shown.codes);
    assert_eq!(agreed(&merged(0, 1)), agreed(&merged(1, 0)));
}

#[test]
fn a_deletion_that_one_contradicts_and_another_does_not_is_the_same_question_whoever_comes_first() {
    use edits::Edit::{AddDocument, RemoveDocument, ReplaceText};
    let events = [
        Event::Edit(1, AddDocument(2, 3)),
        Event::Receive(0, 1),
        // One revises the text, one removes the document.
        Event::Edit(0, ReplaceText(0, 1)),
        Event::Edit(1, RemoveDocument(0)),
        Event::Receive(1, 0),
        // Then the other way round, and what is revised is as it was at first: the first removal does not contradict it.
        Event::Edit(0, RemoveDocument(0)),
        Event::Edit(1, ReplaceText(0, 0)),
    ];
    let all = run(2, &events);
    let mut merged = all[0].clone();
    merged.receive(&all[1]);
    let before = merged.shown.clone();
    let asked =
        before.documents.clashes.first().map(|clash| (clash.theirs.state.is_some(), &clash.fields[..]));
    assert_eq!(asked, Some((false, &["deleted"][..])), "{:#?}", before.documents);
    let mut other = all[1].clone();
    other.receive(&all[0]);
    merged.receive(&other);
    assert_eq!(merged.shown, before);
}

#[test]
fn a_codebook_that_somebody_forged_into_a_chain_or_a_ring_is_settled_in_one_pass() {
    use postil::domain::Entity;
    use postil::domain::merge::{Standing, Step, Strand, Times, World, settle};
    use postil::domain::name::MAX_CODE_DEPTH;
    use postil::domain::record::Code;
    use uuid::Uuid;
    const CODES: u128 = 20_000;
    for ring in [false, true] {
        let mut world = World::default();
        for number in 1..=CODES {
            let above = if number > 1 { Some(number - 1) } else { ring.then_some(CODES) };
            let (id, parent) = (Uuid::from_u128(number), above.map(Uuid::from_u128));
            let code = Code { parent, name: "a".into(), color: String::new(), description: String::new() };
            let step = Step::after(Entity::Code, id, Vec::new(), Some(code.clone()));
            world.codes.insert(id, Strand::first(step.version, code, Times::default()));
        }
        let settled = settle(&world, &replica::Shift).codes;
        let parents = settled.standings.iter().filter_map(|(id, standing)| match standing {
            Standing::Stands(step, _) => Some((*id, step.state.as_ref()?.parent)),
            _ => None,
        });
        let parents: std::collections::HashMap<Uuid, Option<Uuid>> = parents.collect();
        for id in parents.keys() {
            let depth = std::iter::successors(Some(*id), |id| parents[id]).take(MAX_CODE_DEPTH + 1).count();
            assert!(depth <= MAX_CODE_DEPTH, "{id} stands too deep, or in a circle");
        }
    }
}

#[test]
fn a_question_that_waits_behind_another_record_is_not_lost() {
    use edits::Edit::{Memo, Rewrite};
    let events = [
        Event::Edit(1, Memo(0, 0)),
        Event::Receive(0, 1),
        Event::Receive(1, 0),
        // A second memo says the same, and is one with the first; both are changed; a third says what one change says.
        Event::Edit(0, Memo(3, 3)),
        Event::Edit(1, Rewrite(2, 2)),
        Event::Edit(0, Rewrite(0, 1)),
        Event::Edit(1, Memo(3, 1)),
    ];
    let all = run(2, &events);
    let mut merged = all[0].clone();
    merged.receive(&all[1]);
    assert_eq!(lost_by(&merged), None);
    let asked = merged.shown.memos.clashes.iter().filter_map(|clash| clash.theirs.state.as_ref());
    assert_eq!(asked.map(|memo| memo.text.as_str()).collect::<Vec<_>>(), ["c"]);
}
