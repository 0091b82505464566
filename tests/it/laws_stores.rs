//! The laws of merging, on real stores: whoever is merged first, all end alike; merging again writes nothing; every store
//! passes its own check; and an undo of a merge gives back what was there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use postil::actions::merge::{Options, Other, Outcome, merge};
use postil::actions::{Session, Who};
use postil::domain::Entity;
use postil::domain::merge::{Fields, Kind};
use postil::store::content::AnyContent;
use postil::store::log::ChangeKind;
use postil::store::versions::Place;
use postil::store::{Access, ChangeRequest, Store, StoreInfo};
use proptest::prelude::*;
use uuid::Uuid;

use super::laws::law;
use super::laws_history::{Edit, edit, make};

#[derive(Debug, Clone)]
enum Event {
    Edit(usize, Edit),
    Merge(usize, usize),
}

fn histories() -> impl Strategy<Value = (usize, Vec<Event>)> {
    (2usize..=4).prop_flat_map(|stores| {
        let event = prop_oneof![
            5 => (0..stores, edit()).prop_map(|(at, edit)| Event::Edit(at, edit)),
            1 => (0..stores, 0..stores).prop_map(|(into, from)| Event::Merge(into, from)),
        ];
        (Just(stores), prop::collection::vec(event, 1..25))
    })
}

/// A folder of stores, and a clock that ticks with every change.
struct Stores {
    folder: tempfile::TempDir,
    now: i64,
}

impl Stores {
    fn new(stores: usize) -> Stores {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..stores {
            let info = StoreInfo { project: Uuid::from_u128(7), name: "laws".to_owned(), created_at: 0 };
            drop(Store::create(&folder.path().join(format!("{number}.postil")), info).unwrap());
        }
        Stores { folder, now: 1_767_225_600_000 }
    }

    fn path(&self, name: impl std::fmt::Display) -> PathBuf {
        self.folder.path().join(format!("{name}.postil"))
    }

    fn copy(&self, from: usize, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
    }

    fn tick(&mut self) -> i64 {
        self.now += 1_000;
        self.now
    }

    fn edit(&mut self, at: usize, edit: &Edit) {
        let mut store = Store::open(&self.path(at), Access::Write).unwrap();
        let now = self.tick();
        // What two stores make by themselves has different ids.
        let request = ChangeRequest { command: "test", coder: "ana".to_owned(), at: now, seed: at as u64 };
        store.change(request, |tx| make(tx, edit)).unwrap();
    }

    fn merge(&mut self, into: impl std::fmt::Display, from: &[&dyn std::fmt::Display]) -> Outcome {
        self.take(into, from, false)
    }

    fn take(
        &mut self,
        into: impl std::fmt::Display,
        from: &[&dyn std::fmt::Display],
        dry_run: bool,
    ) -> Outcome {
        let who = Who { coder: Some("ana".to_owned()), now: self.tick(), seed: 3 };
        let mut session = Session::open(&self.path(&into), Access::Write, who).unwrap();
        let from: Vec<Other> =
            from.iter().map(|name| Other { path: self.path(name), name: name.to_string() }).collect();
        let options = Options { yes: true, dry_run, ..Options::default() };
        let outcome = merge(&mut session, &from, &options).unwrap();
        drop(session);
        self.assert_sound(&into);
        outcome
    }

    fn assert_sound(&self, name: impl std::fmt::Display) {
        let store = Store::open(&self.path(&name), Access::Read).unwrap();
        let report = postil::store::check::check(&store).unwrap();
        assert!(report.findings.is_empty(), "{name}: {:#?}", report.findings);
    }
}

/// What everybody must agree on: the heads of every record by what they say, and, where nothing is in question, what is
/// shown.
fn agreed(path: &Path) -> String {
    let store = Store::open(path, Access::Read).unwrap();
    let reader = store.reader();
    let mut lines: Vec<String> = Vec::new();
    let mut questions: Vec<String> = reader
        .conflicts()
        .unwrap()
        .into_iter()
        .filter(|conflict| !matches!(conflict.content.fields.as_str(), "name" | "handle" | "parent"))
        .map(|conflict| format!("{:?} {} in question", conflict.content.entity, conflict.content.record))
        .collect();
    questions.sort();
    questions.dedup();
    let quiet = reader.conflicts().unwrap().is_empty();
    fn kind<C: Fields + TryFrom<AnyContent> + std::fmt::Debug>(
        lines: &mut Vec<String>,
        reader: postil::store::Reader<'_>,
        entity: Entity,
        quiet: bool,
    ) {
        let all: Kind<C> = reader.strands(entity).unwrap();
        for (id, strand) in &all {
            let heads: std::collections::BTreeSet<String> =
                strand.heads().iter().map(|head| format!("{:?}", strand.state(*head))).collect();
            lines.push(format!("{entity:?} {id} {heads:?}"));
        }
        if quiet {
            for (id, place) in reader.places(entity).unwrap() {
                lines.push(format!("{entity:?} {id} {place:?}"));
            }
        }
    }
    use postil::domain::record::{Annotation, Assignment, Attribute, Code, Coder, Document, Memo};
    kind::<Coder>(&mut lines, reader, Entity::Coder, quiet);
    kind::<Document>(&mut lines, reader, Entity::Document, quiet);
    kind::<Attribute>(&mut lines, reader, Entity::Attribute, quiet);
    kind::<Code>(&mut lines, reader, Entity::Code, quiet);
    kind::<Annotation>(&mut lines, reader, Entity::Annotation, quiet);
    kind::<Memo>(&mut lines, reader, Entity::Memo, quiet);
    kind::<Assignment>(&mut lines, reader, Entity::Assignment, quiet);
    lines.extend(questions);
    lines.sort();
    lines.join("\n")
}

/// Everything people can see, by names and ids.
fn seen(path: &Path) -> String {
    let store = Store::open(path, Access::Read).unwrap();
    let reader = store.reader();
    let mut lines: Vec<String> = Vec::new();
    for entity in Entity::ALL {
        let places = reader.places(entity).unwrap();
        for (id, place) in places.iter().filter(|(_, place)| place.alive) {
            let content = reader.content_at(entity, *id, place.version).unwrap();
            lines.push(format!("{id} {content:?}"));
        }
    }
    lines.sort();
    lines.join("\n")
}

/// What every record of a kind says; `None`: it is deleted.
fn states(path: &Path, entity: Entity) -> BTreeMap<Uuid, Option<AnyContent>> {
    let store = Store::open(path, Access::Read).unwrap();
    let reader = store.reader();
    let state = |id: Uuid, place: Place| match place.alive {
        true => reader.content_at(entity, id, place.version).unwrap().unwrap(),
        false => None,
    };
    reader.places(entity).unwrap().into_iter().map(|(id, place)| (id, state(id, place))).collect()
}

fn run(stores: usize, events: &[Event]) -> Stores {
    let mut all = Stores::new(stores);
    for event in events {
        match event {
            Event::Edit(at, edit) => all.edit(*at, edit),
            Event::Merge(into, from) if into != from => drop(all.merge(into, &[from])),
            Event::Merge(..) => {}
        }
    }
    all
}

proptest! {
    #![proptest_config(law(60))]

    #[test]
    fn stores_end_alike_in_any_order_and_grouping_and_merging_again_writes_nothing(
        (stores, events) in histories(),
        order in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut all = run(stores, &events);
        // One after the other.
        all.copy(0, "straight");
        for other in 1..stores {
            all.merge("straight", &[&other]);
        }
        // All at once.
        all.copy(0, "together");
        let others: Vec<usize> = (1..stores).collect();
        let others: Vec<&dyn std::fmt::Display> = others.iter().map(|one| one as &dyn std::fmt::Display).collect();
        all.merge("together", &others);
        // From another one, in two groups.
        let mut turned: Vec<usize> = (0..stores).cycle().skip(order.index(stores)).take(stores).collect();
        turned.reverse();
        let (left, right) = turned.split_at(1 + cut.index(stores - 1));
        for (name, group) in [("left", left), ("right", right)] {
            all.copy(group[0], name);
            for other in &group[1..] {
                all.merge(name, &[other]);
            }
        }
        all.merge("left", &[&"right"]);
        let straight = agreed(&all.path("straight"));
        prop_assert_eq!(&straight, &agreed(&all.path("together")), "together");
        prop_assert_eq!(&straight, &agreed(&all.path("left")), "grouped");
        for other in 0..stores {
            let again = all.merge("straight", &[&other]);
            prop_assert!(again.change.is_none() && !again.wrote, "again {}: {:#?}", other, again);
        }
        let across = all.merge("straight", &[&"left"]);
        prop_assert!(!across.wrote, "{:#?}", across);
    }

    #[test]
    fn a_rehearsal_foretells_the_merge_and_writes_nothing((stores, events) in histories()) {
        let mut all = run(stores, &events);
        let others: Vec<usize> = (1..stores).collect();
        let others: Vec<&dyn std::fmt::Display> = others.iter().map(|one| one as &dyn std::fmt::Display).collect();
        let file = std::fs::read(all.path(0)).unwrap();
        let plan = all.take(0, &others, true);
        prop_assert!(std::fs::read(all.path(0)).unwrap() == file, "a rehearsal wrote");
        prop_assert_eq!(plan.change, None);
        let before: Vec<_> = Entity::ALL.iter().map(|entity| states(&all.path(0), *entity)).collect();
        let done = all.merge(0, &others);
        prop_assert_eq!(plan.all(), done.all());
        prop_assert_eq!(&plan.questions, &done.questions);
        prop_assert_eq!((plan.wrote, plan.purged, &plan.remarks), (done.wrote, done.purged, &done.remarks));
        prop_assert_eq!(done.wrote, done.change.is_some());
        // And what it tells is what became of the records.
        for (entity, counts) in plan.all() {
            let place = Entity::ALL.iter().position(|other| *other == entity).unwrap();
            let (before, after) = (&before[place], states(&all.path(0), entity));
            let lives = |id: &Uuid| after.get(id).is_some_and(Option::is_some);
            let new = after.iter().filter(|(id, says)| says.is_some() && !before.contains_key(id)).count() as u64;
            let other = before
                .iter()
                // One that was deleted here and lives again counts as changed.
                .filter(|(id, says)| lives(id) && after[*id] != **says)
                .count() as u64;
            let gone = before.iter().filter(|(id, says)| says.is_some() && !lives(id)).count() as u64;
            prop_assert_eq!(counts.new, new, "new {:?}", entity);
            prop_assert_eq!(counts.changed + counts.merged, other, "changed {:?}", entity);
            prop_assert_eq!(counts.deleted + counts.joined, gone, "gone {:?}", entity);
        }
    }

    #[test]
    fn an_undone_merge_leaves_what_was_there_and_can_be_done_again((stores, events) in histories()) {
        let mut all = run(stores, &events);
        let before = seen(&all.path(0));
        let outcome = all.merge(0, &[&1]);
        let after = seen(&all.path(0));
        let Some(change) = outcome.change else { return Ok(()) };
        let invert = |kind, all: &mut Stores| {
            let mut store = Store::open(&all.path(0), Access::Write).unwrap();
            let request = ChangeRequest { command: "undo", coder: "ana".to_owned(), at: all.tick(), seed: 5 };
            store.invert(request, kind, change).unwrap();
            drop(store);
            all.assert_sound(0);
        };
        invert(ChangeKind::Undo, &mut all);
        prop_assert_eq!(&seen(&all.path(0)), &before);
        invert(ChangeKind::Redo, &mut all);
        prop_assert_eq!(&seen(&all.path(0)), &after);
        invert(ChangeKind::Undo, &mut all);
        prop_assert_eq!(&seen(&all.path(0)), &before);
        // What was undone is not forgotten by those who said it: it can be merged again.
        all.merge(0, &[&1]);
        prop_assert_eq!(&seen(&all.path(0)), &after);
    }
}
