//! How much each coder coded.

use std::collections::HashMap;

use super::{CurrentTexts, Tally, chosen_coders, length_of};
use crate::actions::selection::Filter;
use crate::analysis::coverage::share;
use crate::error::Result;
use crate::store::Reader;

/// What one coder coded.
#[derive(Debug, Clone, PartialEq)]
pub struct CoderCount {
    /// The coder's handle.
    pub coder: String,
    /// Annotations with a code.
    pub annotations: u64,
    /// Different codes.
    pub codes: u64,
    /// Documents in which the coder coded.
    pub documents: u64,
    /// Code points under any code of this coder, each counted once.
    pub characters: u64,
    /// `characters` as a part of all text in the chosen documents, 0 to 1.
    pub share: f64,
    /// The length of the passages on average, in code points; `None` where there is none.
    pub mean_length: Option<f64>,
}

/// What each chosen coder coded, by handle; those who did not are told too.
///
/// # Errors
/// Refused for names that are not there.
pub fn coders(reader: Reader<'_>, filter: &Filter) -> Result<Vec<CoderCount>> {
    let documents = filter.documents.documents(reader)?;
    let (total, texts) = (length_of(&documents), CurrentTexts::of(&documents));
    let (handles, places) = chosen_coders(reader, filter)?;
    let mut tallies: HashMap<usize, Tally> = HashMap::new();
    reader.each_span(&filter.selection(reader)?, |span| {
        if let (Some(code), Some(place)) = (span.code, places.get(&span.coder)) {
            tallies.entry(*place).or_default().add(&span, code, &texts);
        }
        Ok(())
    })?;
    let count = |(place, coder)| {
        let tally = tallies.remove(&place).unwrap_or_default();
        let characters = tally.coverage.covered();
        CoderCount {
            coder,
            annotations: tally.annotations,
            codes: tally.codes.len() as u64,
            documents: tally.documents,
            characters,
            share: share(characters, total),
            mean_length: (tally.annotations > 0).then(|| tally.length as f64 / tally.annotations as f64),
        }
    };
    Ok(handles.into_iter().enumerate().map(count).collect())
}
