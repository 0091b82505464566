//! What was said of documents.

use std::collections::HashMap;

use super::{CurrentTexts, Matrix, Tally, chosen_coders};
use crate::actions::selection::Filter;
use crate::analysis::coverage::share;
use crate::analysis::frequency::Frequencies;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;

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

/// What was said of each chosen document, by name.
///
/// # Errors
/// Refused for names that are not there.
pub fn documents(reader: Reader<'_>, filter: &Filter) -> Result<Vec<DocumentCount>> {
    let documents = filter.documents.documents(reader)?;
    let texts = CurrentTexts::of(&documents);
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    reader.each_span(&filter.selection(reader)?, |span| {
        let Some(code) = span.code else { return Ok(()) };
        tallies.entry(span.document).or_default().add(&span, code, &texts);
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
