//! A table of judgements: units that somebody else cut, and what each coder said of each.
//!
//! Wide: a row a unit, a column a coder; a first column called `unit`, `id`, `item`, `segment`, `case`, `nr`, `#` or nothing names
//! the units. Long: the columns `unit`, `coder` and `value`. An empty cell, `NA`, `.` and `*` are missing values.

use std::collections::HashMap;
use std::io::Read;

use super::csv::ReadOptions;
use super::survey::Survey;
use crate::error::{Error, Result};

/// What each coder said of each unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgements {
    /// The coders, in the order of the table.
    pub coders: Vec<String>,
    /// By unit, in the order of the table: what each coder said; `None` is missing.
    pub units: Vec<Vec<Option<String>>>,
}

/// Heads of a first column that names units and is no coder.
const UNIT_NAMES: [&str; 8] = ["unit", "id", "item", "segment", "case", "nr", "#", ""];
const MISSING: [&str; 4] = ["", "NA", ".", "*"];

/// Reads a table in either form.
///
/// # Errors
/// Refused where a row has cells beyond the header, a coder judges a unit twice, or two columns have one name.
pub fn read(source: impl Read, options: ReadOptions<'_>) -> Result<Judgements> {
    let survey = Survey::open(source, options)?;
    let names: Vec<String> = survey.header().iter().map(|name| name.to_lowercase()).collect();
    let place = |name: &str| names.iter().position(|known| known == name);
    match (place("unit"), place("coder"), place("value")) {
        (Some(unit), Some(coder), Some(value)) => long(survey, [unit, coder, value]),
        _ => wide(survey),
    }
}

fn wide<R: Read>(mut survey: Survey<R>) -> Result<Judgements> {
    let header = survey.header().to_vec();
    let first =
        usize::from(header.first().is_some_and(|name| UNIT_NAMES.contains(&name.to_lowercase().as_str())));
    let mut judgements = Judgements { coders: header[first..].to_vec(), units: Vec::new() };
    for (at, coder) in judgements.coders.iter().enumerate() {
        if coder.is_empty() || judgements.coders[..at].contains(coder) {
            return Err(Error::refused(format!(
                "two columns of the table are called `{coder}`, or one has no name"
            ))
            .hint("each column is one coder, and its head the coder's name"));
        }
    }
    while let Some(row) = survey.next_row()? {
        row.check_shape().map_err(|refusal| Error::refused(refusal.to_string()))?;
        let value = |at: usize| value(row.at(first + at));
        judgements.units.push((0..judgements.coders.len()).map(value).collect());
    }
    Ok(judgements)
}

fn long<R: Read>(mut survey: Survey<R>, [unit, coder, given]: [usize; 3]) -> Result<Judgements> {
    let mut judgements = Judgements::default();
    let (mut units, mut coders): (HashMap<String, usize>, HashMap<String, usize>) = Default::default();
    let mut rows: Vec<HashMap<usize, String>> = Vec::new();
    while let Some(row) = survey.next_row()? {
        row.check_shape().map_err(|refusal| Error::refused(refusal.to_string()))?;
        let (unit, coder) = (row.at(unit).trim(), row.at(coder).trim());
        if unit.is_empty() || coder.is_empty() {
            return Err(Error::refused(format!("row {} names no unit or no coder", row.number()))
                .hint("a long table has the columns `unit`, `coder` and `value`, a row a judgement"));
        }
        let next = units.len();
        let unit_number = *units.entry(unit.to_owned()).or_insert(next);
        if unit_number == rows.len() {
            rows.push(HashMap::new());
        }
        let next = coders.len();
        let coder_number = *coders.entry(coder.to_owned()).or_insert(next);
        if coder_number == judgements.coders.len() {
            judgements.coders.push(coder.to_owned());
        }
        let Some(value) = value(row.at(given)) else { continue };
        if rows[unit_number].insert(coder_number, value).is_some() {
            return Err(Error::refused(format!(
                "row {}: `{coder}` has judged unit `{unit}` before",
                row.number()
            ))
            .hint(
                "a coder says one thing of a unit: keep one of the rows, or make them units of their own",
            ));
        }
    }
    judgements.units = rows
        .into_iter()
        .map(|mut row| (0..judgements.coders.len()).map(|coder| row.remove(&coder)).collect())
        .collect();
    Ok(judgements)
}

fn value(cell: &str) -> Option<String> {
    let cell = cell.trim();
    (!MISSING.contains(&cell)).then(|| cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgements(text: &str) -> Judgements {
        read(text.as_bytes(), ReadOptions::default()).unwrap()
    }

    #[test]
    fn a_wide_and_a_long_table_say_the_same() {
        let wide = judgements("unit,ana,ben\n1,yes,no\n2,,yes\n3,NA,.\n");
        let long = judgements("value;Coder;Unit\nyes;ana;1\nno;ben;1\nyes;ben;2\n*;ana;3\n");
        assert_eq!(wide.coders, ["ana", "ben"]);
        assert_eq!(wide.units[0], [Some("yes".to_owned()), Some("no".to_owned())]);
        assert_eq!(wide.units[2], [None, None]);
        assert_eq!(wide, long);
    }

    #[test]
    fn a_first_column_that_names_no_unit_is_a_coder() {
        assert_eq!(judgements("ana,ben\n1,2\n").coders, ["ana", "ben"]);
        assert_eq!(judgements(",ana,ben\n7,1,2\n").coders, ["ana", "ben"]);
    }

    #[test]
    fn a_coder_judges_a_unit_once_and_has_one_column() {
        let twice = read(&b"unit,coder,value\n1,ana,x\n1,ana,y\n"[..], ReadOptions::default()).unwrap_err();
        assert!(twice.message().contains("row 3"), "{}", twice.message());
        assert!(read(&b"ana,ana\n1,2\n"[..], ReadOptions::default()).is_err());
    }
}
