//! Who has read what, and how far everybody is.

use std::collections::{BTreeMap, HashMap};

use super::selection::{DocumentFilter, coder_ids};
use crate::analysis::coverage::{Coverage, share};
use crate::domain::record::Progress;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;

/// How far a coder is with a document, by what the coder said and by what the coder did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// To be read, and nothing is marked yet.
    Assigned,
    /// There are annotations, and nobody ever said that the coder reads this.
    Started,
    /// Assigned and begun, or marked as read once and taken up again.
    InProgress,
    /// Read to the end.
    Done,
}

impl Stage {
    /// The word for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Assigned => "assigned",
            Stage::Started => "started",
            Stage::InProgress => "in progress",
            Stage::Done => "done",
        }
    }
}

/// One coder's work on one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How far the coder is.
    pub stage: Stage,
    /// The coder's annotations.
    pub annotations: u64,
    /// Code points of the text under any of them, each counted once.
    pub characters: u64,
}

/// A document and who works on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentProgress {
    /// The document's name.
    pub document: String,
    /// Code points of its text.
    pub characters: u64,
    /// The work of each coder, in the order of [`Report::coders`]; `None`: nothing to do, nothing done.
    pub work: Vec<Option<Work>>,
}

/// How far one coder is with all chosen documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoderProgress {
    /// The handle.
    pub coder: String,
    /// Documents to read: assigned, begun or read.
    pub documents: u64,
    /// Of them: read to the end.
    pub done: u64,
    /// Of them: begun.
    pub begun: u64,
    /// Of them: not begun.
    pub waiting: u64,
    /// Annotations.
    pub annotations: u64,
    /// Code points of the documents that were read to the end.
    pub read: u64,
}

/// Who has read what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The coders who have work, by handle.
    pub coders: Vec<String>,
    /// The chosen documents, by name.
    pub documents: Vec<DocumentProgress>,
}

/// What methods sections want to know: how much of the text was read by several.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    /// Documents that two or more coders have read to the end.
    pub documents: u64,
    /// Their code points.
    pub characters: u64,
    /// `characters` as a part of the text of all chosen documents, 0 to 1.
    pub share: f64,
}

/// Reads who works on the chosen documents; `coders`: only these, by handle (empty: all who have work there).
///
/// # Errors
/// Refused for documents, attributes and coders that are not there.
pub fn report(reader: Reader<'_>, documents: &DocumentFilter, coders: &[String]) -> Result<Report> {
    let chosen = coder_ids(reader, coders)?;
    let rows = documents.documents(reader)?;
    let texts: HashMap<i64, i64> = rows.iter().map(|row| (row.id, row.text_id)).collect();
    let mut work: HashMap<(i64, i64), Work> = HashMap::new();
    let wanted = |coder: i64| chosen.as_ref().is_none_or(|chosen| chosen.contains(&coder));
    for row in reader.assignments()? {
        if texts.contains_key(&row.document) && wanted(row.coder) {
            let stage = match row.state {
                Progress::Assigned => Stage::Assigned,
                Progress::InProgress => Stage::InProgress,
                Progress::Done => Stage::Done,
            };
            work.insert((row.document, row.coder), Work { stage, annotations: 0, characters: 0 });
        }
    }
    // Without a list, one index answers in one go; a list is for the few that were asked for.
    let few = (!documents.is_empty()).then(|| rows.iter().map(|row| row.id).collect());
    let selection = Selection { documents: few, coders: chosen, ..Selection::default() };
    measure(reader, &selection, &texts, &mut work)?;
    let mut busy: Vec<_> = reader.coders()?;
    busy.retain(|coder| coders.contains(&coder.handle) || work.keys().any(|(_, id)| *id == coder.id));
    let documents = rows.into_iter().map(|row: DocumentRow| DocumentProgress {
        work: busy.iter().map(|coder| work.get(&(row.id, coder.id)).copied()).collect(),
        characters: u64::from(row.chars),
        document: row.content.name,
    });
    let documents = documents.collect();
    Ok(Report { coders: busy.into_iter().map(|coder| coder.handle).collect(), documents })
}

/// Adds to `work` what the annotations say; `texts` has the present text of every chosen document.
fn measure(
    reader: Reader<'_>,
    selection: &Selection,
    texts: &HashMap<i64, i64>,
    work: &mut HashMap<(i64, i64), Work>,
) -> Result<()> {
    let mut coverage: BTreeMap<(i64, i64), Coverage> = BTreeMap::new();
    reader.each_span(selection, |span| {
        let Some(text) = texts.get(&span.document) else { return Ok(()) };
        let key = (span.document, span.coder);
        let nothing_said = Work { stage: Stage::Started, annotations: 0, characters: 0 };
        work.entry(key).or_insert(nothing_said).annotations += 1;
        // A span of an earlier text of the document covers nothing of the one that is there now.
        if span.text == *text {
            coverage.entry(key).or_default().add(span.range);
        }
        Ok(())
    })?;
    for (key, coverage) in coverage {
        if let Some(work) = work.get_mut(&key) {
            work.characters = coverage.covered();
        }
    }
    for work in work.values_mut() {
        // Who has marked something has begun, and need not say so.
        if work.stage == Stage::Assigned && work.annotations > 0 {
            work.stage = Stage::InProgress;
        }
    }
    Ok(())
}

impl Report {
    /// Whether nobody has anything to do, and nobody has done anything.
    pub fn is_empty(&self) -> bool {
        self.documents.iter().all(|document| document.work.iter().all(Option::is_none))
    }

    /// How far each coder is, by handle.
    pub fn by_coder(&self) -> Vec<CoderProgress> {
        let of = |(at, coder): (usize, &String)| {
            let mut sum = CoderProgress {
                coder: coder.clone(),
                documents: 0,
                done: 0,
                begun: 0,
                waiting: 0,
                annotations: 0,
                read: 0,
            };
            for document in &self.documents {
                let Some(work) = document.work[at] else { continue };
                sum.documents += 1;
                sum.annotations += work.annotations;
                match work.stage {
                    Stage::Assigned => sum.waiting += 1,
                    Stage::Started | Stage::InProgress => sum.begun += 1,
                    Stage::Done => {
                        sum.done += 1;
                        sum.read += document.characters;
                    }
                }
            }
            sum
        };
        self.coders.iter().enumerate().map(of).collect()
    }

    /// How much was read by two coders or more, of the coders in this report.
    pub fn shared(&self) -> Shared {
        let is_shared = |document: &&DocumentProgress| {
            document.work.iter().flatten().filter(|work| work.stage == Stage::Done).count() >= 2
        };
        let shared: Vec<&DocumentProgress> = self.documents.iter().filter(is_shared).collect();
        let characters = shared.iter().map(|document| document.characters).sum();
        let all = self.documents.iter().map(|document| document.characters).sum();
        Shared { documents: shared.len() as u64, characters, share: share(characters, all) }
    }
}
