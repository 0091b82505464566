//! Counting codes, documents, coders, and how codes come together.
//!
//! Only annotations with a code count: highlights and bare notes say nothing about how often a code was used. What
//! is counted of a code is its own use, unless the codes below it are asked for too. Covered text is the union of the
//! passages, so that what two annotations overlap on counts once, whoever made them.

mod cell;
mod coders;
mod codes;
mod cooccurrence;
mod coverage;
mod crosstab;
mod documents;
mod timeline;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names;
use super::selection::{Filter, code_ids, coder_ids, known_attribute};
use crate::analysis::coverage::Coverage;
use crate::analysis::frequency::Frequencies;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;
use crate::store::select::SpanRow;

pub use cell::{Cell, PairRow, Side, UnitRow, cell};
pub use coders::{CoderCount, coders};
pub use codes::{CodeCount, codes, codes_by};
pub use cooccurrence::{By, CodePairs, Gathered, Together, gather};
pub use coverage::{DocumentCoverage, coverage};
pub use crosstab::{Cases, ChiSquare, Crosstab, CrosstabRow, crosstab};
pub use documents::{DocumentCount, documents, documents_by_coder};
pub use timeline::{Period, PeriodCount, TimelineGroup, timeline, timeline_by};

/// By what counts are split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// A column per document.
    Document,
    /// A column per coder.
    Coder,
    /// A column per value of this attribute of documents.
    Attribute(String),
}

/// Annotations by row and column.
#[derive(Debug)]
pub struct Matrix {
    columns: Vec<String>,
    rows: Vec<(i64, String)>,
    frequencies: Frequencies,
}

impl Matrix {
    /// The names of the columns: documents, coders or values, each in order.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The name of each row and its counts by column. Made row by row: most cells of a large matrix are 0.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Vec<u64>)> {
        self.rows.iter().map(|(id, name)| (name.as_str(), self.frequencies.row(*id, self.columns.len())))
    }
}

/// What is gathered of a code, a document or a coder while annotations stream by, document by document.
#[derive(Default)]
struct Tally {
    annotations: u64,
    documents: u64,
    document: Option<i64>,
    codes: BTreeSet<i64>,
    coders: BTreeSet<i64>,
    coverage: Coverage,
    /// The lengths of all passages together, in code points.
    length: u64,
}

impl Tally {
    /// Adds an annotation with `code`. Of one document they come ordered by their start.
    fn add(&mut self, span: &SpanRow, code: i64, texts: &CurrentTexts) {
        if self.document.replace(span.document) != Some(span.document) {
            self.documents += 1;
            self.coverage.next_text();
        }
        self.annotations += 1;
        self.codes.insert(code);
        self.coders.insert(span.coder);
        self.length += u64::from(span.range.len());
        if texts.holds(span) {
            self.coverage.add(span.range);
        }
    }
}

/// The text that each chosen document has now.
struct CurrentTexts(HashMap<i64, i64>);

impl CurrentTexts {
    fn of(documents: &[DocumentRow]) -> Self {
        CurrentTexts(documents.iter().map(|document| (document.id, document.text_id)).collect())
    }

    /// Whether a span counts in the text that is there now. One of an earlier text covers nothing of it.
    fn holds(&self, span: &SpanRow) -> bool {
        self.0.get(&span.document) == Some(&span.text)
    }
}

/// The code points of all texts of `documents` together.
fn length_of(documents: &[DocumentRow]) -> u64 {
    documents.iter().map(|document| u64::from(document.chars)).sum()
}

/// Names in order, and the place of each number among them; several numbers may share one.
type Places = (Vec<String>, HashMap<i64, usize>);

fn labelled(labels: impl IntoIterator<Item = (i64, String)>) -> Places {
    let (ids, names): (Vec<i64>, Vec<String>) = labels.into_iter().unzip();
    (names, ids.into_iter().zip(0..).collect())
}

/// The codes that the filter leaves, with their paths, in the order of the codebook.
fn chosen_codes(reader: Reader<'_>, filter: &Filter) -> Result<Vec<(i64, String)>> {
    let chosen = code_ids(reader, &filter.codes, filter.only)?;
    let book = names::codebook(reader)?;
    let wanted = |id: &i64| chosen.as_ref().is_none_or(|chosen| chosen.binary_search(id).is_ok());
    Ok(book.in_order().filter(wanted).map(|id| (id, book.path(id).to_owned())).collect())
}

fn chosen_coders(reader: Reader<'_>, filter: &Filter) -> Result<Places> {
    let chosen = coder_ids(reader, &filter.coders)?;
    let wanted = |id: i64| chosen.as_ref().is_none_or(|chosen| chosen.contains(&id));
    let coders = reader.coders()?.into_iter().filter(|coder| wanted(coder.id));
    Ok(labelled(coders.map(|coder| (coder.id, coder.handle))))
}

/// The values of an attribute in order, and last the documents that do not have it.
fn by_attribute(reader: Reader<'_>, documents: &[DocumentRow], name: &str) -> Result<Places> {
    let (mut columns, mut places) = values_of(reader, documents, name)?;
    let without = columns.len();
    if places.len() < documents.len() {
        columns.push(format!("(no {name})"));
    }
    for document in documents {
        places.entry(document.id).or_insert(without);
    }
    Ok((columns, places))
}

/// The values of an attribute in order, and which of them each document has; those that do not have it are in no place.
fn values_of(reader: Reader<'_>, documents: &[DocumentRow], name: &str) -> Result<Places> {
    let attributes = reader.attributes()?;
    known_attribute(name, attributes.values().flat_map(|of_one| of_one.keys()))?;
    let value = |document: &DocumentRow| attributes.get(&document.id).and_then(|of_one| of_one.get(name));
    let values: BTreeSet<&String> = documents.iter().filter_map(value).collect();
    let places: BTreeMap<&String, usize> = values.iter().copied().zip(0..).collect();
    let place = |document: &DocumentRow| value(document).map(|value| (document.id, places[value]));
    Ok((values.iter().map(|value| (*value).clone()).collect(), documents.iter().filter_map(place).collect()))
}
