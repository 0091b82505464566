//! A table whose rows are texts: answers to an open question, a list of articles.

use std::collections::BTreeSet;
use std::io::Read;

use super::add::{Added, AlreadyThere, Incoming, check_attributes, insert};
use super::gather::all_refusals;
use crate::actions::Session;
use crate::domain::Text;
use crate::domain::name::check_name;
use crate::domain::record::Document;
use crate::error::{Error, Result};
use crate::exchange::csv::ReadOptions;
use crate::exchange::survey::Survey;
use crate::store::Changed;

/// What of a table becomes what of a document.
#[derive(Debug, Clone, Default)]
pub struct SurveyRequest {
    /// The table as it was typed.
    pub typed: String,
    /// The table's name without its ending: documents without a name of their own are called after it.
    pub stem: String,
    /// The column that holds the texts.
    pub text_column: String,
    /// The column that holds the names; without it they are `STEM-ROW`.
    pub name_column: Option<String>,
    /// Attributes of every document besides the table's columns.
    pub attributes: Vec<(String, String)>,
    /// The table's encoding, instead of UTF-8.
    pub encoding: Option<String>,
}

/// What came of a table.
#[derive(Debug, Clone, Default)]
pub struct SurveyAdded {
    /// The documents.
    pub added: Added,
    /// Rows without a text.
    pub blank: u64,
    /// The columns that became attributes.
    pub attributes: Vec<String>,
}

/// Adds one document for each row of `table` that has a text, in one change. `step` is called once a row.
///
/// Unlike files, two rows with the same text are two documents: two people may answer "yes".
///
/// # Errors
/// Refused when a column is missing, or a row cannot be read or has the name of another text; nothing is written then.
pub fn add_survey(
    session: &mut Session,
    table: impl Read,
    request: &SurveyRequest,
    mut step: impl FnMut(),
) -> Result<Changed<SurveyAdded>> {
    check_attributes(&request.attributes)?;
    let options = ReadOptions { encoding: request.encoding.as_deref(), ..ReadOptions::default() };
    let mut survey = Survey::open(table, options)?;
    let text_column = survey.column(&request.text_column)?;
    let name_column = request.name_column.as_deref().map(|name| survey.column(name)).transpose()?;
    let columns: Vec<(usize, String)> = survey
        .header()
        .iter()
        .enumerate()
        .filter(|(index, name)| *index != text_column && Some(*index) != name_column && !name.is_empty())
        .map(|(index, name)| (index, name.clone()))
        .collect();
    for (_, name) in &columns {
        check_name("attribute", name)?;
    }
    session.change("document add", |tx| {
        let mut outcome = SurveyAdded::default();
        let (mut used, mut refusals, mut tried) = (BTreeSet::new(), Vec::new(), 0_usize);
        while let Some(row) = survey.next_row()? {
            step();
            tried += 1;
            let number = row.number();
            if let Err(refusal) = row.check_shape() {
                refusals.push(Error::refused(format!("`{}`: {refusal}", request.typed)));
                continue;
            }
            let text = row.at(text_column);
            if text.trim().is_empty() {
                outcome.blank += 1;
                continue;
            }
            let name = match name_column {
                Some(column) => row.at(column).trim().to_owned(),
                None => format!("{}-{number}", request.stem),
            };
            let mut read = || -> Result<()> {
                check_name("document", &name)?;
                let text = Text::import(text.as_bytes(), None).map_err(|wrong| wrong.about(&name))?;
                if let Some(known) = tx.reader().document(&name)? {
                    if known.content.text == text.sha256() {
                        let typed = format!("row {number}");
                        outcome.added.already.push(AlreadyThere { typed, document: name.clone() });
                        return Ok(());
                    }
                    return Err(Error::refused(format!(
                        "there is another document `{name}`, with another text"
                    ))
                    .hint("choose a column of distinct names with `--name-column`, or leave it out"));
                }
                let mut attributes = request.attributes.clone();
                for (column, attribute) in &columns {
                    let value = row.at(*column).trim();
                    let said = attributes.iter().any(|(known, _)| known == attribute);
                    if !value.is_empty() && !said {
                        used.insert(*column);
                        attributes.push((attribute.clone(), value.to_owned()));
                    }
                }
                outcome.added.chars += u64::from(text.chars());
                insert(
                    tx,
                    &Incoming {
                        name: name.clone(),
                        typed: Document::row_source(&request.typed, number),
                        text,
                    },
                    &attributes,
                )?;
                outcome.added.documents.push(name.clone());
                Ok(())
            };
            if let Err(refusal) = read() {
                refusals.push(refusal.at(format!("row {number} of `{}`", request.typed)));
            }
        }
        if let Some(error) = all_refusals(refusals, tried) {
            return Err(error);
        }
        outcome.attributes = columns
            .iter()
            .filter(|(column, _)| used.contains(column))
            .map(|(_, name)| name.clone())
            .collect();
        tx.set_summary(format!("{} documents added from a table", outcome.added.documents.len()));
        Ok(outcome)
    })
}
