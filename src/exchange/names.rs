//! The table of names and pseudonyms: two columns, `name` and `pseudonym`. It is the key to who said what, and is kept
//! apart from the store.

use std::collections::HashSet;
use std::io::Read;

use super::csv::ReadOptions;
use super::survey::Survey;
use crate::domain::pseudonym::Pair;
use crate::error::{Error, Result};

/// Reads the table. Other columns may be there, and are left alone.
///
/// # Errors
/// Refused when a column is missing, a cell is empty or holds a control character, a name stands twice, or is its own
/// pseudonym; never quotes a name where the number of the row will do.
pub fn read(table: impl Read) -> Result<Vec<Pair>> {
    let mut survey = Survey::open(table, ReadOptions::default())?;
    let (name, pseudonym) = (survey.column("name")?, survey.column("pseudonym")?);
    let mut pairs: Vec<Pair> = Vec::new();
    let mut seen = HashSet::new();
    while let Some(row) = survey.next_row()? {
        let number = row.number();
        let wrong = |what: &str| Error::refused(format!("row {number}: {what}"));
        row.check_shape().map_err(|refusal| Error::refused(refusal.to_string()))?;
        let pair =
            Pair { name: row.at(name).trim().to_owned(), pseudonym: row.at(pseudonym).trim().to_owned() };
        if pair.name.is_empty() {
            return Err(wrong("the name is empty"));
        }
        if pair.pseudonym.is_empty() {
            return Err(
                wrong("the pseudonym is empty").hint("write what is to stand for the name, as in `P01`")
            );
        }
        if pair.name.chars().chain(pair.pseudonym.chars()).any(char::is_control) {
            return Err(wrong("it holds a line break or another control character"));
        }
        if pair.name == pair.pseudonym {
            return Err(wrong("the name is its own pseudonym"));
        }
        if !seen.insert(pair.name.clone()) {
            return Err(wrong("the name stands in an earlier row too"));
        }
        pairs.push(pair);
    }
    if pairs.is_empty() {
        return Err(
            Error::refused("there is no name in it").hint("a header, then one name a row: `name,pseudonym`")
        );
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_is_wrong_by_the_row_and_repeats_no_name() {
        let pairs = read("note;Name;pseudonym\nx;Anna; P01 \n\n;سارا;ش۱\n".as_bytes()).unwrap();
        assert_eq!(pairs[0], Pair { name: "Anna".to_owned(), pseudonym: "P01".to_owned() });
        assert_eq!(pairs.len(), 2);
        for (table, said) in [
            ("name\nAnna\n", "the table has no column `pseudonym`"),
            ("name,pseudonym\nAnna,\n", "row 2: the pseudonym is empty"),
            ("name,pseudonym\nAnna,P1\nAnna,P2\n", "row 3: the name stands in an earlier row too"),
            ("name,pseudonym\nAnna,Anna\n", "row 2: the name is its own pseudonym"),
            ("name,pseudonym\n", "there is no name in it"),
        ] {
            assert_eq!(read(table.as_bytes()).unwrap_err().message(), said);
        }
    }
}
