//! Counting codes and documents.
//!
//! Only annotations with a code count: highlights and bare notes say nothing about how often a code was used. What
//! is counted of a code is its own use, not that of the codes below it. Covered text is the union of the passages,
//! so that what two annotations overlap on counts once, whoever made them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names;
use super::selection::{Filter, known_attribute};
use crate::analysis::coverage::{Coverage, share};
use crate::analysis::frequency::Frequencies;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;

/// How often one code was used.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeCount {
    /// The path of the code.
    pub code: String,
    /// Annotations with it.
    pub annotations: u64,
    /// Documents in which it occurs.
    pub documents: u64,
    /// Coders who used it.
    pub coders: u64,
    /// Code points of text under it.
    pub characters: u64,
    /// `characters` as a part of all text in the chosen documents, 0 to 1.
    pub share: f64,
}

/// What was said of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentCount {
    /// The document's name.
    pub document: String,
    /// Code points of its text.
    pub characters: u64,
    /// Annotations with a code.
    pub annotations: u64,
    /// Different codes.
    pub codes: u64,
    /// Coders who coded in it.
    pub coders: u64,
    /// Code points under any code.
    pub covered: u64,
    /// `covered` as a part of the text, 0 to 1.
    pub share: f64,
}

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

#[derive(Default)]
struct Tally {
    annotations: u64,
    documents: u64,
    document: Option<i64>,
    codes: BTreeSet<i64>,
    coders: BTreeSet<i64>,
    coverage: Coverage,
}

/// How often each chosen code was used, in the order of the codebook; those never used are told too.
///
/// # Errors
/// Refused for names that are not there.
pub fn codes(reader: Reader<'_>, filter: &Filter) -> Result<Vec<CodeCount>> {
    let documents = filter.documents.documents(reader)?;
    let total: u64 = documents.iter().map(|document| u64::from(document.chars)).sum();
    let texts: HashMap<i64, i64> = documents.iter().map(|document| (document.id, document.text_id)).collect();
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    reader.each_span(&filter.selection(reader)?, |span| {
        let Some(code) = span.code else { return Ok(()) };
        let tally = tallies.entry(code).or_default();
        if tally.document.replace(span.document) != Some(span.document) {
            tally.documents += 1;
            tally.coverage.next_text();
        }
        tally.annotations += 1;
        tally.coders.insert(span.coder);
        // A span of an earlier text of the document covers nothing of the one that is there now.
        if texts.get(&span.document) == Some(&span.text) {
            tally.coverage.add(span.range);
        }
        Ok(())
    })?;
    let count = |(id, code)| {
        let tally = tallies.remove(&id).unwrap_or_default();
        let characters = tally.coverage.covered();
        CodeCount {
            code,
            annotations: tally.annotations,
            documents: tally.documents,
            coders: tally.coders.len() as u64,
            characters,
            share: share(characters, total),
        }
    };
    Ok(chosen_codes(reader, filter)?.into_iter().map(count).collect())
}

/// What was said of each chosen document, by name.
///
/// # Errors
/// Refused for names that are not there.
pub fn documents(reader: Reader<'_>, filter: &Filter) -> Result<Vec<DocumentCount>> {
    let documents = filter.documents.documents(reader)?;
    let texts: HashMap<i64, i64> = documents.iter().map(|document| (document.id, document.text_id)).collect();
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    reader.each_span(&filter.selection(reader)?, |span| {
        let Some(code) = span.code else { return Ok(()) };
        let tally = tallies.entry(span.document).or_default();
        tally.annotations += 1;
        tally.codes.insert(code);
        tally.coders.insert(span.coder);
        if texts.get(&span.document) == Some(&span.text) {
            tally.coverage.add(span.range);
        }
        Ok(())
    })?;
    let count = |document: DocumentRow| {
        let tally = tallies.remove(&document.id).unwrap_or_default();
        let (characters, covered) = (u64::from(document.chars), tally.coverage.covered());
        DocumentCount {
            document: document.content.name,
            characters,
            annotations: tally.annotations,
            codes: tally.codes.len() as u64,
            coders: tally.coders.len() as u64,
            covered,
            share: share(covered, characters),
        }
    };
    Ok(documents.into_iter().map(count).collect())
}

/// How often each chosen code was used, by document, coder or attribute.
///
/// # Errors
/// Refused for names that are not there.
pub fn codes_by(reader: Reader<'_>, filter: &Filter, group: &Group) -> Result<Matrix> {
    let rows = chosen_codes(reader, filter)?;
    let mut frequencies = Frequencies::default();
    let columns = match group {
        Group::Coder => {
            let (columns, places) = chosen_coders(reader, filter)?;
            reader.each_span(&filter.selection(reader)?, |span| {
                if let (Some(code), Some(column)) = (span.code, places.get(&span.coder)) {
                    frequencies.add(code, *column, 1);
                }
                Ok(())
            })?;
            columns
        }
        Group::Document | Group::Attribute(_) => {
            let documents = filter.documents.documents(reader)?;
            let (columns, places) = match group {
                Group::Attribute(name) => by_attribute(reader, &documents, name)?,
                _ => labelled(documents.into_iter().map(|document| (document.id, document.content.name))),
            };
            if filter.coders.is_empty() {
                // One scan of one index, a row for each pair of code and document.
                reader.count_by_code_and_document(|code, document, count| {
                    if let (Some(code), Some(column)) = (code, places.get(&document)) {
                        frequencies.add(code, *column, count);
                    }
                    Ok(())
                })?;
            } else {
                reader.each_span(&filter.selection(reader)?, |span| {
                    if let (Some(code), Some(column)) = (span.code, places.get(&span.document)) {
                        frequencies.add(code, *column, 1);
                    }
                    Ok(())
                })?;
            }
            columns
        }
    };
    Ok(Matrix { columns, rows, frequencies })
}

/// How many annotations with a code each coder made in each chosen document.
///
/// # Errors
/// Refused for names that are not there.
pub fn documents_by_coder(reader: Reader<'_>, filter: &Filter) -> Result<Matrix> {
    let documents = filter.documents.documents(reader)?;
    let rows = documents.into_iter().map(|document| (document.id, document.content.name)).collect();
    let (columns, places) = chosen_coders(reader, filter)?;
    let mut frequencies = Frequencies::default();
    reader.each_span(&filter.selection(reader)?, |span| {
        if let (Some(_), Some(column)) = (span.code, places.get(&span.coder)) {
            frequencies.add(span.document, *column, 1);
        }
        Ok(())
    })?;
    Ok(Matrix { columns, rows, frequencies })
}

/// Names in order, and the place of each number among them; several numbers may share one.
type Places = (Vec<String>, HashMap<i64, usize>);

fn labelled(labels: impl IntoIterator<Item = (i64, String)>) -> Places {
    let (ids, names): (Vec<i64>, Vec<String>) = labels.into_iter().unzip();
    (names, ids.into_iter().zip(0..).collect())
}

/// The codes that the filter leaves, with their paths, in the order of the codebook.
fn chosen_codes(reader: Reader<'_>, filter: &Filter) -> Result<Vec<(i64, String)>> {
    let chosen = super::selection::code_ids(reader, &filter.codes, filter.only)?;
    let book = names::codebook(reader)?;
    let wanted = |id: &i64| chosen.as_ref().is_none_or(|chosen| chosen.binary_search(id).is_ok());
    Ok(book.in_order().filter(wanted).map(|id| (id, book.path(id).to_owned())).collect())
}

fn chosen_coders(reader: Reader<'_>, filter: &Filter) -> Result<Places> {
    let chosen = super::selection::coder_ids(reader, &filter.coders)?;
    let wanted = |id: i64| chosen.as_ref().is_none_or(|chosen| chosen.contains(&id));
    let coders = reader.coders()?.into_iter().filter(|coder| wanted(coder.id));
    Ok(labelled(coders.map(|coder| (coder.id, coder.handle))))
}

/// The values of an attribute in order, and last the documents that do not have it.
fn by_attribute(reader: Reader<'_>, documents: &[DocumentRow], name: &str) -> Result<Places> {
    let attributes = reader.attributes()?;
    known_attribute(name, attributes.values().flat_map(|of_one| of_one.keys()))?;
    let value = |document: &DocumentRow| attributes.get(&document.id).and_then(|of_one| of_one.get(name));
    let values: BTreeSet<&String> = documents.iter().filter_map(value).collect();
    let places: BTreeMap<&String, usize> = values.iter().copied().zip(0..).collect();
    let mut columns: Vec<String> = values.iter().map(|value| (*value).clone()).collect();
    let without = columns.len();
    if documents.iter().any(|document| value(document).is_none()) {
        columns.push(format!("(no {name})"));
    }
    let place = |document: &DocumentRow| value(document).map_or(without, |value| places[value]);
    let by_document = documents.iter().map(|document| (document.id, place(document))).collect();
    Ok((columns, by_document))
}
