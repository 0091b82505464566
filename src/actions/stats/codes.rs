//! How often codes were used.

use std::collections::{HashMap, HashSet};

use super::{
    CurrentTexts, Group, Matrix, Tally, by_attribute, chosen_coders, chosen_codes, labelled, length_of,
};
use crate::actions::names;
use crate::actions::selection::Filter;
use crate::analysis::coverage::share;
use crate::analysis::frequency::Frequencies;
use crate::domain::Codebook;
use crate::error::Result;
use crate::store::Reader;

/// How often one code was used; with roll-up, the code and those below it.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeCount {
    /// The path of the code.
    pub code: String,
    /// Annotations with it; with roll-up also those with a code below it.
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

/// How often each chosen code was used, in the order of the codebook; those never used are told too. With `roll_up` the
/// figures of a code include those of the codes below it: annotations add up, and what can be counted twice
/// (documents, coders, text) is counted once.
///
/// # Errors
/// Refused for names that are not there.
pub fn codes(reader: Reader<'_>, filter: &Filter, roll_up: bool) -> Result<Vec<CodeCount>> {
    let documents = filter.documents.documents(reader)?;
    let (total, texts) = (length_of(&documents), CurrentTexts::of(&documents));
    let rows = chosen_codes(reader, filter)?;
    let counted_in = CountedIn::new(reader, &rows, roll_up)?;
    let mut tallies: HashMap<i64, Tally> = HashMap::new();
    reader.each_span(&filter.selection(reader)?, |span| {
        let Some(code) = span.code else { return Ok(()) };
        for row in counted_in.rows(code) {
            tallies.entry(*row).or_default().add(&span, code, &texts);
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
    Ok(rows.into_iter().map(count).collect())
}

/// How often each chosen code was used, by document, coder or attribute; `roll_up` as in [`codes`].
///
/// # Errors
/// Refused for names that are not there.
pub fn codes_by(reader: Reader<'_>, filter: &Filter, group: &Group, roll_up: bool) -> Result<Matrix> {
    let rows = chosen_codes(reader, filter)?;
    let counted_in = CountedIn::new(reader, &rows, roll_up)?;
    let mut frequencies = Frequencies::default();
    let mut add = |code: Option<i64>, column: Option<&usize>, count: u64| {
        if let (Some(code), Some(column)) = (code, column) {
            for row in counted_in.rows(code) {
                frequencies.add(*row, *column, count);
            }
        }
        Ok(())
    };
    let columns = match group {
        Group::Coder => {
            let (columns, places) = chosen_coders(reader, filter)?;
            reader
                .each_span(&filter.selection(reader)?, |span| add(span.code, places.get(&span.coder), 1))?;
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
                    add(code, places.get(&document), count)
                })?;
            } else {
                reader.each_span(&filter.selection(reader)?, |span| {
                    add(span.code, places.get(&span.document), 1)
                })?;
            }
            columns
        }
    };
    Ok(Matrix { columns, rows, frequencies })
}

/// In which rows of a table an annotation with a code is counted: in its own, with roll-up also in those above.
struct CountedIn(HashMap<i64, Vec<i64>>);

impl CountedIn {
    /// `rows` are the codes of the table; what stands above them is no row, even with roll-up.
    fn new(reader: Reader<'_>, rows: &[(i64, String)], roll_up: bool) -> Result<Self> {
        let shown: HashSet<i64> = rows.iter().map(|(id, _)| *id).collect();
        let book = if roll_up { names::codebook(reader)? } else { Codebook::default() };
        let with_those_above = |id: i64| {
            let mut counted = vec![id];
            for above in book.ancestors(id) {
                // A damaged codebook may lead in a circle.
                if shown.contains(&above) && !counted.contains(&above) {
                    counted.push(above);
                }
            }
            (id, counted)
        };
        Ok(CountedIn(shown.iter().copied().map(with_those_above).collect()))
    }

    /// The rows in which an annotation with `code` counts; none for a code that is not chosen.
    fn rows(&self, code: i64) -> &[i64] {
        self.0.get(&code).map_or(&[], Vec::as_slice)
    }
}
