//! What coders are compared on: from the names that people type to texts, readers and marks.
//!
//! Shared by `agree`, `disagreements` and `adjudicate`, so that all three speak of the same passages.

mod readers;
mod units;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::names;
use super::selection::{DocumentFilter, code_ids, coder_ids};
use crate::analysis::agreement::material::{Mark, Material, OutOfBounds, Reading};
use crate::domain::codebook::Codebook;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Reader;
use crate::store::coder::CoderRow;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;
use readers::{Readers, readers};
use units::Ruler;

pub use units::{Snap, Unit};

/// The coder under whose name decided passages stand. Compared with others only when named: what was decided together is
/// not a judgement of its own.
pub const CONSENSUS: &str = "consensus";

/// What is to be compared, by what people call it.
#[derive(Debug, Clone, Default)]
pub struct Compare {
    /// These coders; empty: all who read something, but [`CONSENSUS`].
    pub coders: Vec<String>,
    /// These codes and those below them; empty: all.
    pub codes: Vec<String>,
    /// In these documents.
    pub documents: DocumentFilter,
    /// Codes deeper than this count as the code above them at this depth; 1 is the top.
    pub level: Option<u32>,
    /// What positions count.
    pub unit: Unit,
    /// Widen passages to whole words or sentences first.
    pub snap: Option<Snap>,
    /// Only who said `done` has read a document; else who coded in it and said nothing has read it too.
    pub done_only: bool,
    /// Cut texts into paragraphs for resampling; `None`: when there is only one document.
    pub paragraphs: Option<bool>,
}

/// A coder who is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCoder {
    /// The number.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// The short name.
    pub handle: String,
}

/// A code that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCode {
    /// The number.
    pub id: i64,
    /// Its path.
    pub path: String,
}

/// What is compared, and what is left out.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The coders, by handle; marks name them by their place here.
    pub coders: Vec<ComparedCoder>,
    /// The codes, in the order of the codebook; marks name them by their place here.
    pub codes: Vec<ComparedCode>,
    /// The documents that at least two of the coders read, by name, as [`Material::readings`].
    pub documents: Vec<DocumentRow>,
    /// The texts and the marks in them.
    pub material: Material,
    /// What positions count.
    pub unit: Unit,
    /// Whether texts were cut into paragraphs for resampling.
    pub paragraphs: bool,
    /// What is not compared.
    pub left_out: LeftOut,
}

/// What is not compared, since nobody or one coder read it, or it cannot be placed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Documents that one of the coders read.
    pub one_reader: Vec<String>,
    /// Documents that none of them read.
    pub unread: Vec<String>,
    /// Documents in which a coder has annotations but said not to be done: document and handle.
    pub unfinished: Vec<(String, String)>,
    /// How many readers of compared documents never said `done`: they are taken to have read where they annotated.
    pub inferred: usize,
    /// Annotations whose passage was lost when a text was revised.
    pub orphans: u64,
}

impl Compared {
    /// The handles of the coders, by their place.
    pub fn handles(&self) -> Vec<&str> {
        self.coders.iter().map(|coder| coder.handle.as_str()).collect()
    }

    /// Whether there was no document to compare on, whoever read it: none is in the store, or none has the attributes asked for.
    pub fn nothing_chosen(&self) -> bool {
        self.documents.is_empty() && self.left_out.one_reader.is_empty() && self.left_out.unread.is_empty()
    }
}

/// Gathers what is to be compared. Coders that share no document are compared on nothing, which is an answer and no error.
///
/// # Errors
/// Refused for names that are not there; corrupt when a passage does not fit its text.
pub fn gather(reader: Reader<'_>, compare: &Compare) -> Result<Compared> {
    if compare.unit == Unit::Document && compare.paragraphs == Some(true) {
        return Err(Error::usage("a document that is one unit has no paragraphs to draw from")
            .hint("`--resample document`, or a smaller `--unit`"));
    }
    let documents = DocumentFilter {
        names: parted(&compare.documents.names, |name| Ok(reader.document(name)?.is_some()))?,
        attributes: compare.documents.attributes.clone(),
    };
    let whole_store = documents.is_empty();
    let documents = documents.documents(reader)?;
    let readers = readers(reader, &documents, compare.done_only)?;
    let coders = chosen_coders(reader, compare, &readers)?;
    let places: HashMap<i64, u32> = coders.iter().map(|coder| coder.id).zip(0..).collect();
    let mut left_out = LeftOut::default();
    let documents = compared_documents(documents, &readers, &coders, &mut left_out);

    let book = names::codebook(reader)?;
    let codes = parted(&compare.codes, |path| Ok(names::find_code(reader, path)?.is_some()))?;
    let chosen = code_ids(reader, &codes, false)?;
    let stands_for = levelled(&book, compare.level);
    let in_order: Vec<i64> = book.in_order().collect();
    let wanted = |id: &i64| chosen.as_ref().is_none_or(|chosen| chosen.binary_search(id).is_ok());
    let shown: BTreeSet<i64> = in_order.iter().filter(|id| wanted(id)).map(|id| stands_for(*id)).collect();
    let codes: Vec<ComparedCode> = in_order
        .iter()
        .filter(|id| shown.contains(id))
        .map(|id| ComparedCode { id: *id, path: book.path(*id).to_owned() })
        .collect();
    let code_places: HashMap<i64, u32> = codes.iter().map(|code| code.id).zip(0..).collect();

    let texts: HashMap<i64, (usize, i64)> =
        documents.iter().zip(0..).map(|(document, place)| (document.id, (place, document.text_id))).collect();
    let mut marks: Vec<Vec<Mark>> = vec![Vec::new(); documents.len()];
    let selection = Selection {
        documents: (!whole_store).then(|| documents.iter().map(|document| document.id).collect()),
        codes: chosen,
        ..Selection::default()
    };
    reader.each_span(&selection, |span| {
        let Some((place, text)) = texts.get(&span.document) else { return Ok(()) };
        let (Some(code), Some(coder)) = (span.code, places.get(&span.coder)) else { return Ok(()) };
        let Some(code) = code_places.get(&stands_for(code)) else { return Ok(()) };
        if !readers.read(span.document, span.coder) {
            return Ok(());
        }
        if span.text != *text {
            left_out.orphans += 1;
            return Ok(());
        }
        marks[*place].push(Mark { coder: *coder, code: *code, range: span.range, annotation: span.id });
        Ok(())
    })?;

    let paragraphs = compare.unit != Unit::Document && compare.paragraphs.unwrap_or(documents.len() == 1);
    let mut readings = Vec::with_capacity(documents.len());
    for (document, mut marks) in documents.iter().zip(marks) {
        let of: Vec<u32> = coders
            .iter()
            .filter(|coder| readers.read(document.id, coder.id))
            .map(|coder| places[&coder.id])
            .collect();
        left_out.inferred += coders.iter().filter(|coder| readers.inferred(document.id, coder.id)).count();
        // Before positions become other ones: a passage that does not fit must be seen, not moved.
        check_fit(document, &marks)?;
        let ruler = Ruler::new(reader, document, compare, paragraphs)?;
        for mark in &mut marks {
            mark.range = ruler.place(mark.range);
        }
        // Of units, what coders marked twice counts once anyhow, and passages are still counted as they were marked.
        if (compare.snap.is_some() || compare.level.is_some()) && compare.unit == Unit::Character {
            one_mark_for_the_same(&mut marks);
        }
        let reading = Reading::new(document.id, ruler.length(), of, marks);
        let mut reading = reading.map_err(|astray| unfit(document, &astray))?;
        reading.parts = ruler.parts();
        readings.push(reading);
    }
    let count =
        |length: usize| u32::try_from(length).expect("a store holds fewer than 2^32 coders and codes");
    let material = Material { coders: count(coders.len()), codes: count(codes.len()), readings };
    let coders = coders
        .into_iter()
        .map(|coder| ComparedCoder { id: coder.id, uuid: coder.uuid, handle: coder.handle })
        .collect();
    Ok(Compared { coders, codes, documents, material, unit: compare.unit, paragraphs, left_out })
}

/// Names that may have been given as a list with commas. A comma can stand in a name too, so what is a name as it stands is one.
fn parted(names: &[String], known: impl Fn(&str) -> Result<bool>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for name in names {
        if name.contains(',') && !known(name)? {
            all.extend(name.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()));
        } else {
            all.push(name.clone());
        }
    }
    Ok(all)
}

/// Those who were named; else all who read something.
fn chosen_coders(reader: Reader<'_>, compare: &Compare, readers: &Readers) -> Result<Vec<CoderRow>> {
    let named = coder_ids(reader, &compare.coders)?;
    let wanted = |coder: &CoderRow| match &named {
        Some(ids) => ids.contains(&coder.id),
        None => coder.handle != CONSENSUS && readers.reads_anything(coder.id),
    };
    Ok(reader.coders()?.into_iter().filter(wanted).collect())
}

/// The documents that two of the coders read; tells of the others.
fn compared_documents(
    documents: Vec<DocumentRow>,
    readers: &Readers,
    coders: &[CoderRow],
    left_out: &mut LeftOut,
) -> Vec<DocumentRow> {
    let mut compared = Vec::new();
    for document in documents {
        let unfinished = coders.iter().filter(|coder| readers.unfinished(document.id, coder.id));
        left_out
            .unfinished
            .extend(unfinished.map(|coder| (document.name().to_owned(), coder.handle.clone())));
        match coders.iter().filter(|coder| readers.read(document.id, coder.id)).count() {
            0 => left_out.unread.push(document.name().to_owned()),
            1 => left_out.one_reader.push(document.name().to_owned()),
            _ => compared.push(document),
        }
    }
    compared
}

/// For each code, the code that stands for it: itself, or the one above it at `level` (1: the top).
fn levelled(book: &Codebook, level: Option<u32>) -> impl Fn(i64) -> i64 {
    let mut stands_for: BTreeMap<i64, i64> = BTreeMap::new();
    if let Some(level) = level.and_then(|level| usize::try_from(level).ok()) {
        for id in book.in_order() {
            let mut path: Vec<i64> = std::iter::once(id).chain(book.ancestors(id)).collect();
            path.reverse();
            if let Some(above) = path.get(level.saturating_sub(1)) {
                stands_for.insert(id, *above);
            }
        }
    }
    move |id| stands_for.get(&id).copied().unwrap_or(id)
}

/// Two annotations that became one mark (same coder, place and code after widening or rolling up) count once.
fn one_mark_for_the_same(marks: &mut Vec<Mark>) {
    marks.sort_unstable_by_key(|mark| (mark.range, mark.coder, mark.code, mark.annotation));
    marks.dedup_by_key(|mark| (mark.range, mark.coder, mark.code));
}

fn check_fit(document: &DocumentRow, marks: &[Mark]) -> Result<()> {
    match marks.iter().find(|mark| mark.range.end() > document.chars) {
        Some(mark) => Err(unfit(document, &OutOfBounds { document: document.id, mark: *mark })),
        None => Ok(()),
    }
}

fn unfit(document: &DocumentRow, astray: &OutOfBounds) -> Error {
    Error::new(
        ErrorKind::Corrupt,
        format!(
            "annotation #{} is at {} of `{}`, which ends at {}",
            astray.mark.annotation,
            astray.mark.range,
            document.name(),
            document.chars
        ),
    )
    .hint("`postil check` tells what else is wrong; nothing is computed from passages that are not there")
}
