//! Codes by the values of an attribute, and whether the two have to do with each other.

use std::collections::HashMap;

use super::{chosen_codes, values_of};
use crate::actions::selection::Filter;
use crate::analysis::contingency::{FEW, chi_square, fisher};
use crate::error::Result;
use crate::store::Reader;

pub use crate::analysis::contingency::ChiSquare;

/// What a crosstab counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// Annotations with the code.
    Annotations,
    /// Documents in which the code occurs.
    Documents,
}

/// A table of codes by the values of an attribute.
#[derive(Debug)]
pub struct Crosstab {
    /// The values in order.
    pub values: Vec<String>,
    /// A row for each chosen code, in the order of the codebook.
    pub rows: Vec<CrosstabRow>,
    /// All annotations with the chosen codes, or all documents, with the test of the whole table. Documents have none:
    /// one may hold several codes, so the rows are not apart from each other.
    pub all: CrosstabRow,
    /// Documents that do not have the attribute: they are in no column.
    pub without: u64,
}

/// One row of a [`Crosstab`].
#[derive(Debug, Clone, PartialEq)]
pub struct CrosstabRow {
    /// The path of the code; empty for all.
    pub code: String,
    /// Cases by value.
    pub counts: Vec<u64>,
    /// The test of this code against all other annotations, or of the documents with it against those without.
    pub test: Option<ChiSquare>,
    /// Fisher's exact p, where chi-square expects few cases in a cell and the test can be made.
    pub fisher: Option<f64>,
}

impl CrosstabRow {
    /// All cases of the row.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    fn tested(self, table: &[Vec<u64>]) -> CrosstabRow {
        let test = chi_square(table);
        let few = test.is_some_and(|test| test.least_expected < FEW);
        CrosstabRow { test, fisher: if few { fisher(table) } else { None }, ..self }
    }
}

/// How the chosen codes spread over the values of an attribute of documents.
///
/// # Errors
/// Refused for names that are not there.
pub fn crosstab(reader: Reader<'_>, filter: &Filter, attribute: &str, cases: Cases) -> Result<Crosstab> {
    let documents = filter.documents.documents(reader)?;
    let (values, columns) = values_of(reader, &documents, attribute)?;
    let mut with_value = vec![0; values.len()];
    for column in columns.values() {
        with_value[*column] += 1;
    }
    let mut counts: HashMap<i64, Vec<u64>> = HashMap::new();
    for ((code, document), annotations) in uses(reader, filter)? {
        if let Some(column) = columns.get(&document) {
            counts.entry(code).or_insert_with(|| vec![0; values.len()])[*column] += match cases {
                Cases::Annotations => annotations,
                Cases::Documents => 1,
            };
        }
    }
    let bare = |code: String, counts: Vec<u64>| CrosstabRow { code, counts, test: None, fisher: None };
    let rows: Vec<CrosstabRow> = chosen_codes(reader, filter)?
        .into_iter()
        .map(|(id, code)| bare(code, counts.remove(&id).unwrap_or_else(|| vec![0; values.len()])))
        .collect();
    let all = match cases {
        Cases::Documents => bare(String::new(), with_value),
        Cases::Annotations => {
            let table: Vec<Vec<u64>> = rows.iter().map(|row| row.counts.clone()).collect();
            let sums = (0..values.len()).map(|column| table.iter().map(|row| row[column]).sum()).collect();
            bare(String::new(), sums).tested(&table)
        }
    };
    let against_the_rest = |row: CrosstabRow| {
        let rest = all.counts.iter().zip(&row.counts).map(|(all, of_row)| all - of_row).collect();
        let table = [row.counts.clone(), rest];
        row.tested(&table)
    };
    let rows = rows.into_iter().map(against_the_rest).collect();
    let without = (documents.len() - columns.len()) as u64;
    Ok(Crosstab { values, rows, all, without })
}

/// How many annotations of the filter each code has in each document.
fn uses(reader: Reader<'_>, filter: &Filter) -> Result<HashMap<(i64, i64), u64>> {
    let mut uses: HashMap<(i64, i64), u64> = HashMap::new();
    let mut add = |code: Option<i64>, document: i64, count: u64| {
        if let Some(code) = code {
            *uses.entry((code, document)).or_default() += count;
        }
        Ok(())
    };
    if filter.coders.is_empty() {
        // One scan of one index; which documents and codes are meant is seen to by who asks.
        reader.count_by_code_and_document(&mut add)?;
    } else {
        reader.each_span(&filter.selection(reader)?, |span| add(span.code, span.document, 1))?;
    }
    Ok(uses)
}
