//! What must hold of replicas: nothing lost, nothing unsound, and the same for everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use postil::domain::lineage::Graph;
use postil::domain::merge::{Clash, Fields, Kind, Settled, Settlement, Standing};
use postil::domain::record::{Annotation, Attribute, Code, Coder, Document, Memo};
use uuid::Uuid;

use super::replica::{Replica, alive};

/// What everybody must agree on: the heads of every record by what they say, and which records are in question. Where
/// nothing is in question, everything that is shown.
pub(super) fn agreed(replica: &Replica) -> String {
    let mut world = replica.world.clone();
    world.undo_derived();
    let mut lines = Vec::new();
    let shown = &replica.shown;
    let mut quiet = true;
    fn kind<C: Fields + Debug>(lines: &mut Vec<String>, kind: &Kind<C>, settled: &Settled<C>) -> bool {
        for (id, strand) in kind {
            let says: BTreeSet<String> =
                strand.heads().iter().map(|head| format!("{:?}", strand.state(*head).unwrap())).collect();
            lines.push(format!("{id} {says:?}"));
        }
        let direct = |clash: &&Clash<C>| !matches!(clash.fields[..], ["name"] | ["handle"] | ["parent"]);
        let contested: BTreeSet<Uuid> =
            settled.clashes.iter().filter(direct).map(|clash| clash.record).collect();
        lines.push(format!("in question: {contested:?}"));
        settled.clashes.is_empty()
    }
    quiet &= kind(&mut lines, &world.coders, &shown.coders);
    quiet &= kind(&mut lines, &world.documents, &shown.documents);
    quiet &= kind(&mut lines, &world.attributes, &shown.attributes);
    quiet &= kind(&mut lines, &world.codes, &shown.codes);
    quiet &= kind(&mut lines, &world.annotations, &shown.annotations);
    quiet &= kind(&mut lines, &world.memos, &shown.memos);
    quiet &= kind(&mut lines, &world.assignments, &shown.assignments);
    quiet &= kind(&mut lines, &world.aliases, &shown.aliases);
    if quiet {
        lines.push(format!("{shown:#?}"));
    }
    lines.join("\n")
}

/// What a state says, field by field.
trait Said {
    fn said(&self) -> Vec<String>;
}

macro_rules! said {
    ($($kind:ident { $($field:ident),* })*) => {$(
        impl Said for $kind {
            fn said(&self) -> Vec<String> {
                vec![$(format!("{:?}", self.$field)),*]
            }
        }
    )*};
}
said! {
    Coder { handle }
    Document { name, text }
    Attribute { document, name, value }
    Code { parent, name, description }
    Memo { subject, coder, text }
}

impl Said for Annotation {
    fn said(&self) -> Vec<String> {
        let place = format!("{} {} {:?}", self.document, self.text, self.range);
        vec![place, format!("{:?}", self.code), format!("{}", self.coder), format!("{:?}", self.note)]
    }
}

/// The edits of this kind that are neither shown nor in question: a value that somebody gave to a field, that nobody
/// changed afterwards, and that is gone. `may_differ` are the fields that rules change: references and places.
fn lost<C: Fields + Said + Debug>(
    kind: &Kind<C>,
    settled: &Settled<C>,
    may_differ: &[usize],
) -> Option<String> {
    let contested: BTreeSet<Uuid> = settled.clashes.iter().map(|clash| clash.record).collect();
    let mut all = Graph::default();
    kind.values().for_each(|strand| all.extend(strand.graph()));
    let heads = all.heads(kind.values().flat_map(|strand| strand.heads().iter().copied()));
    let stands_for_others = |id: &Uuid| {
        settled.standings.values().any(|one| matches!(one, Standing::Joined { into, .. } if into == id))
    };
    for (id, strand) in kind.iter().filter(|(id, _)| !contested.contains(id)) {
        let (shown, joined) = match settled.standings.get(id) {
            Some(Standing::Stands(step, _)) => (step.state.as_ref(), false),
            Some(Standing::Joined { into, .. }) if !contested.contains(into) => {
                match settled.standings.get(into) {
                    Some(Standing::Stands(step, _)) => (step.state.as_ref(), true),
                    _ => continue,
                }
            }
            _ => continue,
        };
        let Some(shown) = shown.map(Said::said) else { continue };
        for head in heads.intersection(strand.heads()) {
            let Some(Some(state)) = strand.state(*head) else { continue };
            for (field, value) in
                state.said().into_iter().enumerate().filter(|(field, _)| !may_differ.contains(field))
            {
                if shown[field] == value {
                    continue;
                }
                // Unchanged since a state that another head descends from too: then that one's change counts.
                let elsewhere = heads.iter().filter(|other| *other != head).any(|other| {
                    all.common_ancestors(*head, *other).iter().any(|base| {
                        let base = kind.values().find_map(|strand| strand.state(*base)?.as_ref());
                        base.is_some_and(|base| base.said()[field] == value)
                    })
                });
                // It waits behind another record, with its question.
                let asked = settled.clashes.iter().any(|clash| {
                    clash.theirs.state.as_ref().is_some_and(|theirs| theirs.said()[field] == value)
                });
                let says_nothing = value == "\"\"" && (joined || stands_for_others(id));
                if !elsewhere && !asked && !says_nothing {
                    return Some(format!("{id}: {value} of {state:?} is lost; shown is {shown:?}"));
                }
            }
        }
    }
    None
}

pub(super) fn lost_by(replica: &Replica) -> Option<String> {
    let mut world = replica.world.clone();
    world.undo_derived();
    let shown = &replica.shown;
    lost(&world.coders, &shown.coders, &[])
        // A document keeps one name of two.
        .or_else(|| lost(&world.documents, &shown.documents, &[0]))
        .or_else(|| lost(&world.attributes, &shown.attributes, &[0]))
        .or_else(|| lost(&world.codes, &shown.codes, &[0]))
        .or_else(|| lost(&world.annotations, &shown.annotations, &[0, 1, 2]))
        .or_else(|| lost(&world.memos, &shown.memos, &[0, 1]))
}

/// Documents that became one although nothing says that they are: neither their histories nor their texts.
pub(super) fn matched_in_silence(replica: &Replica) -> Option<String> {
    let documents = &replica.world.documents;
    let texts = |id: &Uuid| -> BTreeSet<_> {
        documents[id].states().filter_map(|(_, state, _)| Some(state.as_ref()?.text)).collect()
    };
    let joined = replica.shown.documents.standings.iter().filter_map(|(id, standing)| match standing {
        Standing::Joined { into, .. } => Some((id, into)),
        _ => None,
    });
    let joined: Vec<(&Uuid, &Uuid)> = joined.collect();
    let one = |(id, into): &(&Uuid, &Uuid)| {
        let others =
            joined.iter().filter(|(other, with)| with == into && other != id).map(|(other, _)| *other);
        let own = texts(id);
        !others.chain([*into]).any(|other| !texts(other).is_disjoint(&own))
    };
    let found = joined.iter().find(|pair| one(pair))?;
    Some(format!("{} became one with {}, whose text is another", found.0, found.1))
}

/// Whether what is shown is a project that one store could hold.
pub(super) fn unsound(shown: &Settlement) -> Option<String> {
    let mut seen = BTreeSet::new();
    let documents: BTreeMap<Uuid, Document> = alive(&shown.documents).into_iter().collect();
    let codes: BTreeMap<Uuid, Code> = alive(&shown.codes).into_iter().collect();
    let coders: BTreeMap<Uuid, Coder> = alive(&shown.coders).into_iter().collect();
    let mut once = |what: String| (!seen.insert(what.clone())).then(|| format!("twice: {what}"));
    let names = documents.values().find_map(|one| once(format!("document {}", one.name)));
    names
        .or_else(|| coders.values().find_map(|one| once(format!("coder {}", one.handle))))
        .or_else(|| codes.values().find_map(|one| once(format!("code {:?} {}", one.parent, one.name))))
        .or_else(|| {
            alive(&shown.annotations).iter().find_map(|(_, one)| {
                let dangling = !documents.contains_key(&one.document)
                    || !coders.contains_key(&one.coder)
                    || one.code.is_some_and(|code| !codes.contains_key(&code));
                if dangling {
                    return Some(format!("dangling: {one:?}"));
                }
                one.code?;
                once(format!("{} {} {:?} {} {:?}", one.document, one.text, one.range, one.coder, one.code))
            })
        })
        .or_else(|| {
            alive(&shown.attributes).iter().find_map(|(_, one)| {
                let dangling = !documents.contains_key(&one.document);
                if dangling {
                    Some(format!("dangling: {one:?}"))
                } else {
                    once(format!("{} {}", one.document, one.name))
                }
            })
        })
        .or_else(|| {
            codes.iter().find_map(|(id, code)| {
                let mut above = code.parent;
                for _ in 0..codes.len() {
                    let parent = above?;
                    let Some(code) = codes.get(&parent) else {
                        return Some(format!("{id} stands below nothing"));
                    };
                    above = code.parent;
                }
                above.map(|_| format!("{id} stands in a circle"))
            })
        })
}
