//! How much of the texts is coded, and how deep.

use std::collections::HashMap;

use super::{CurrentTexts, chosen_coders};
use crate::actions::selection::Filter;
use crate::analysis::coverage::share;
use crate::analysis::depth::{Depths, depths};
use crate::domain::CharRange;
use crate::error::Result;
use crate::store::Reader;

/// How much of one document is coded.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentCoverage {
    /// The document's name.
    pub document: String,
    /// By whom, where coders are told apart.
    pub coder: Option<String>,
    /// Code points of its text.
    pub characters: u64,
    /// Code points under one code, under two, under three or more: different codes, whoever gave them.
    pub depths: Depths,
}

impl DocumentCoverage {
    /// Code points under any code.
    pub fn coded(&self) -> u64 {
        self.depths.covered()
    }

    /// Code points under none.
    pub fn uncoded(&self) -> u64 {
        self.characters.saturating_sub(self.coded())
    }

    /// The coded part of the text, 0 to 1.
    pub fn share(&self) -> f64 {
        share(self.coded(), self.characters)
    }
}

/// The passages of one document that count in its present text, ordered by start.
#[derive(Default)]
struct Passages {
    document: Option<i64>,
    coded: Vec<(CharRange, i64, usize)>,
}

impl Passages {
    /// How deep they lie, of all coders (`None`) or of each coder who coded there.
    fn depths(&self, by_coder: bool) -> Vec<(Option<usize>, Depths)> {
        if !by_coder {
            return vec![(None, depths(self.coded.iter().map(|(range, code, _)| (*range, *code))))];
        }
        let mut coders: Vec<usize> = self.coded.iter().map(|(_, _, coder)| *coder).collect();
        coders.sort_unstable();
        coders.dedup();
        let of_coder = |coder: usize| {
            let theirs = self.coded.iter().filter(move |(_, _, by)| *by == coder);
            (Some(coder), depths(theirs.map(|(range, code, _)| (*range, *code))))
        };
        coders.into_iter().map(of_coder).collect()
    }
}

/// How much of each chosen document is under the chosen codes, by name. With `by_coder` a document has a row for each
/// coder who coded in it.
///
/// # Errors
/// Refused for names that are not there.
pub fn coverage(reader: Reader<'_>, filter: &Filter, by_coder: bool) -> Result<Vec<DocumentCoverage>> {
    let documents = filter.documents.documents(reader)?;
    let texts = CurrentTexts::of(&documents);
    let (handles, places) = chosen_coders(reader, filter)?;
    let mut found: HashMap<i64, Vec<(Option<usize>, Depths)>> = HashMap::new();
    let mut passages = Passages::default();
    let mut close = |passages: &mut Passages| {
        if let Some(document) = passages.document.take() {
            found.insert(document, passages.depths(by_coder));
            passages.coded.clear();
        }
    };
    reader.each_span(&filter.selection(reader)?, |span| {
        let (Some(code), Some(coder)) = (span.code, places.get(&span.coder)) else { return Ok(()) };
        if texts.holds(&span) {
            if passages.document != Some(span.document) {
                close(&mut passages);
                passages.document = Some(span.document);
            }
            passages.coded.push((span.range, code, *coder));
        }
        Ok(())
    })?;
    close(&mut passages);
    let mut rows = Vec::new();
    for document in documents {
        let depths = match found.remove(&document.id) {
            Some(depths) => depths,
            None if by_coder => Vec::new(),
            None => vec![(None, Depths::default())],
        };
        rows.extend(depths.into_iter().map(|(coder, depths)| DocumentCoverage {
            document: document.name().to_owned(),
            coder: coder.map(|coder| handles[coder].clone()),
            characters: u64::from(document.chars),
            depths,
        }));
    }
    Ok(rows)
}
