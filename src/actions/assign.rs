//! Saying who is to read what: as told, or drawn by chance.

use std::collections::{BTreeSet, HashMap};

use super::selection::DocumentFilter;
use super::{Session, names};
use crate::analysis::allotment::allot;
use crate::domain::name::check_handle;
use crate::domain::record::Progress;
use crate::error::{Error, Result, nearest};
use crate::store::coder::CoderRow;
use crate::store::document::DocumentRow;
use crate::store::{Reader, Tx};

/// Whom to give which documents.
#[derive(Debug, Clone, Copy)]
pub struct AssignRequest<'a> {
    /// The documents.
    pub documents: &'a DocumentFilter,
    /// The coders, by handle.
    pub coders: &'a [String],
    /// Not every document to every coder, but to some by chance.
    pub draw: Option<Draw>,
}

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// How many of the coders each document gets; those who have it already count.
    pub each: usize,
    /// What the draw follows from; `None`: the seed of this session, cut to a number that people can write down.
    pub seed: Option<u64>,
}

/// What one coder was given, or what was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The handle.
    pub coder: String,
    /// The coder did not exist before this change.
    pub new: bool,
    /// For a new coder: handles of others that read alike, as of a slip of the fingers.
    pub near: Vec<String>,
    /// The documents that were given, or taken back, by name.
    pub changed: Vec<String>,
    /// Documents that the coder had already; of those to be taken back, documents that the coder had not.
    pub unchanged: usize,
    /// Documents that were to be taken back, and which the coder has read to the end.
    pub read: Vec<String>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// How many documents were chosen.
    pub documents: usize,
    /// A share for each coder, in the order in which they were named.
    pub shares: Vec<Share>,
    /// What the draw followed from.
    pub seed: Option<u64>,
}

/// Seeds are drawn below this: six digits are copied into a methods section without a mistake.
const SEEDS: u64 = 1_000_000;

/// Assigns documents to coders, in one change. Coders who do not exist yet are made: whoever leads a project hands out
/// work before anybody has begun. What a coder has begun or read stays as it is.
///
/// # Errors
/// Refused for documents that are not there, for what is no handle, and for a draw of more coders than there are.
pub fn assign(session: &mut Session, request: &AssignRequest<'_>) -> Result<Assigned> {
    let handles = distinct(request.coders);
    for handle in &handles {
        check_handle(handle)?;
    }
    let drawn = session.request("assign")?.seed % SEEDS;
    let seed = request.draw.map(|draw| draw.seed.unwrap_or(drawn));
    if let Some(draw) = request.draw
        && draw.each > handles.len()
    {
        return Err(Error::refused(format!(
            "each document can't get {} readers out of {}",
            draw.each,
            handles.len()
        ))
        .hint("name more coders with `--to`, or draw fewer with `--random`"));
    }
    let assigned = session.change("assign", |tx| {
        let documents = request.documents.documents(tx.reader())?;
        let mut shares = shares(tx.reader(), &handles)?;
        let held = held(tx.reader())?;
        let rows: Vec<Option<CoderRow>> =
            handles.iter().map(|handle| tx.reader().coder(handle)).collect::<Result<_>>()?;
        let has = |coder: usize, document: &DocumentRow| {
            rows[coder].as_ref().is_some_and(|row| held.contains_key(&(document.id, row.id)))
        };
        let everybody: Vec<usize> = (0..handles.len()).collect();
        let wanted: Vec<Vec<usize>> = match (request.draw, seed) {
            (Some(draw), Some(seed)) => {
                let given: Vec<Vec<usize>> = documents
                    .iter()
                    .map(|document| everybody.iter().copied().filter(|coder| has(*coder, document)).collect())
                    .collect();
                allot(&given, handles.len(), draw.each, seed)
            }
            _ => vec![everybody.clone(); documents.len()],
        };
        for (document, coders) in documents.iter().zip(&wanted) {
            for coder in coders {
                let share = &mut shares[*coder];
                if has(*coder, document) {
                    share.unchanged += 1;
                } else {
                    let id = tx.ensure_coder(&share.coder)?;
                    tx.set_assignment(document.id, id, Progress::Assigned, (tx.at(), tx.at()))?;
                    share.changed.push(document.name().to_owned());
                }
            }
        }
        if request.draw.is_some() {
            // Nobody was asked about the others: of a draw, what each had before is told.
            for (coder, share) in shares.iter_mut().enumerate() {
                share.unchanged = documents.iter().filter(|document| has(coder, document)).count();
            }
        }
        // A coder whom the draw gave nothing was not made.
        shares.iter_mut().for_each(|share| share.new &= !share.changed.is_empty());
        summarize(tx, &shares, "assigned to", seed);
        Ok(Assigned { documents: documents.len(), shares, seed })
    })?;
    Ok(assigned.value)
}

/// Takes assignments back, in one change. What a coder has read to the end stays: that is what the coder said.
///
/// # Errors
/// Refused for documents and coders that are not there.
pub fn unassign(session: &mut Session, documents: &DocumentFilter, coders: &[String]) -> Result<Assigned> {
    let handles = distinct(coders);
    let taken = session.change("assign", |tx| {
        let documents = documents.documents(tx.reader())?;
        let held = held(tx.reader())?;
        let mut shares = shares(tx.reader(), &handles)?;
        for share in &mut shares {
            let coder = names::coder(tx.reader(), &share.coder)?;
            for document in &documents {
                match held.get(&(document.id, coder.id)) {
                    None => share.unchanged += 1,
                    Some((_, Progress::Done)) => share.read.push(document.name().to_owned()),
                    Some((id, Progress::Assigned | Progress::InProgress)) => {
                        tx.delete_assignment(*id)?;
                        share.changed.push(document.name().to_owned());
                    }
                }
            }
        }
        summarize(tx, &shares, "taken back from", None);
        Ok(Assigned { documents: documents.len(), shares, seed: None })
    })?;
    Ok(taken.value)
}

/// The handles without those that were said before, in order.
fn distinct(handles: &[String]) -> Vec<String> {
    let mut distinct: Vec<String> = Vec::new();
    for handle in handles {
        if !distinct.contains(handle) {
            distinct.push(handle.clone());
        }
    }
    distinct
}

/// An empty share for each coder.
fn shares(reader: Reader<'_>, handles: &[String]) -> Result<Vec<Share>> {
    let known = reader.coders()?;
    let share = |handle: &String| {
        let new = known.iter().all(|coder| coder.handle != *handle);
        let others = known.iter().map(|coder| coder.handle.as_str());
        let near = if new { nearest(handle, others) } else { Vec::new() };
        Share {
            coder: handle.clone(),
            new,
            near: near.into_iter().map(str::to_owned).collect(),
            changed: Vec::new(),
            unchanged: 0,
            read: Vec::new(),
        }
    };
    Ok(handles.iter().map(share).collect())
}

/// The number and the state of every assignment, by document and coder.
fn held(reader: Reader<'_>) -> Result<HashMap<(i64, i64), (i64, Progress)>> {
    let all = reader.assignments()?.into_iter();
    Ok(all.map(|row| ((row.document, row.coder), (row.id, row.state))).collect())
}

/// `3 documents assigned to ana, ben (seed 7)`, as the log keeps it.
fn summarize(tx: &Tx<'_>, shares: &[Share], what: &str, seed: Option<u64>) {
    let busy: Vec<&Share> = shares.iter().filter(|share| !share.changed.is_empty()).collect();
    let names: BTreeSet<&String> = busy.iter().flat_map(|share| share.changed.iter()).collect();
    let documents = match names.len() {
        1 => names.iter().map(|name| name.as_str()).collect(),
        count => format!("{count} documents"),
    };
    let coders: Vec<&str> = busy.iter().map(|share| share.coder.as_str()).collect();
    let seed = seed.map_or_else(String::new, |seed| format!(" by chance (seed {seed})"));
    tx.set_summary(format!("{documents} {what} {}{seed}", coders.join(", ")));
}
