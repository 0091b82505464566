//! Any table of which one column holds texts: a survey, a list of articles.

use std::io::Read;

use super::csv::{ReadOptions, Row, Sheet};
use crate::error::{Error, Result};

/// A table with columns of its own. Rows that lack their last cells have blank ones.
pub struct Survey<R> {
    sheet: Sheet<R>,
}

impl<R: Read> Survey<R> {
    /// Reads the header. The delimiter is the one that splits it most.
    ///
    /// # Errors
    /// As [`Sheet::open`].
    pub fn open(source: R, options: ReadOptions<'_>) -> Result<Self> {
        Ok(Survey { sheet: Sheet::open(source, &[], options)? })
    }

    /// The names of the columns, trimmed.
    pub fn header(&self) -> &[String] {
        self.sheet.header()
    }

    /// Where the column `name` stands: the exact name, else the only one that is equal in another case.
    ///
    /// # Errors
    /// Refuses a name that is not there, or more than once.
    pub fn column(&self, name: &str) -> Result<usize> {
        let header = self.sheet.header();
        let places = |test: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..header.len()).filter(|index| test(&header[*index])).collect()
        };
        let mut found = places(&|column| column == name.trim());
        if found.is_empty() {
            found = places(&|column| column.to_lowercase() == name.trim().to_lowercase());
        }
        match found.as_slice() {
            [index] => Ok(*index),
            [] => Err(Error::refused(format!("the table has no column `{name}`"))
                .did_you_mean(name, header.iter().map(String::as_str))
                .hint(format!("its columns are `{}`", header.join("`, `")))),
            _ => Err(Error::refused(format!("the table has {} columns `{name}`", found.len()))
                .hint("rename all but one of them")),
        }
    }

    /// The next row that is not blank; `None` at the end. Its shape may be wrong: see [`Row::check_shape`].
    ///
    /// # Errors
    /// The source cannot be read on.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        self.sheet.next_row()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_survey_is_split_where_its_header_splits_most() {
        let text = "Nr;Land, Ort;Antwort\n1;DE, Berlin;\"Ja; sehr\"\n2;FR\n";
        let mut survey = Survey::open(text.as_bytes(), ReadOptions::default()).unwrap();
        assert_eq!(survey.header(), ["Nr", "Land, Ort", "Antwort"]);
        let answer = survey.column("antwort").unwrap();
        assert_eq!(survey.next_row().unwrap().unwrap().at(answer), "Ja; sehr");
        assert_eq!(survey.next_row().unwrap().unwrap().at(answer), "");
        assert!(survey.next_row().unwrap().is_none());
    }

    #[test]
    fn an_unknown_or_double_column_is_refused_with_the_names() {
        let survey = Survey::open(&b"answer,Age,age,AGE\n"[..], ReadOptions::default()).unwrap();
        let error = survey.column("anwser").unwrap_err();
        assert!(error.hints()[0].contains("`answer`"), "{error:?}");
        assert_eq!(survey.column("Age").unwrap(), 1);
        assert!(survey.column("aGe").is_err_and(|error| error.message().contains("3 columns")));
    }
}
