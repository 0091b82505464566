//! Adding codes.

use crate::actions::Session;
use crate::actions::code_paths::{Colors, ensure_path};
use crate::domain::text::unified_line_ends;
use crate::error::Result;
use crate::store::Changed;
use crate::store::code::CodeDraft;

/// What new codes are to look like.
#[derive(Debug, Clone, Default)]
pub struct NewCodes {
    /// The paths.
    pub paths: Vec<String>,
    /// Each new code gets the colour that the fewest codes have.
    pub colors: bool,
    /// The colour of the codes named, `#rrggbb`.
    pub color: Option<String>,
    /// What the codes named mean.
    pub description: Option<String>,
}

/// What came of adding codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddedCodes {
    /// The paths of the new codes, those above included, each after the one above it.
    pub new: Vec<String>,
    /// Paths that were there already.
    pub already: Vec<String>,
}

/// Adds codes, and the codes above them that are not there yet.
///
/// # Errors
/// Refused when a path is not one.
pub fn add(session: &mut Session, request: &NewCodes) -> Result<Changed<AddedCodes>> {
    session.change("code add", |tx| {
        let mut colors = if request.colors { Some(Colors::of(tx.reader())?) } else { None };
        let mut added = AddedCodes::default();
        for path in &request.paths {
            let color = |leaf: bool| match &mut colors {
                Some(colors) => colors.least_used(),
                None => request.color.clone().filter(|_| leaf).unwrap_or_default(),
            };
            let (id, made) = ensure_path(tx, path, color)?;
            if made.is_empty() {
                added.already.push(path.clone());
                continue;
            }
            if let (Some(description), Some(row)) = (&request.description, tx.reader().code_by_id(id)?) {
                tx.update_code(
                    id,
                    &CodeDraft { description: unified_line_ends(description).into_owned(), ..row.draft() },
                )?;
            }
            added.new.extend(made);
        }
        tx.set_summary(match added.new.as_slice() {
            [only] => format!("code {only} added"),
            many => format!("{} codes added", many.len()),
        });
        Ok(added)
    })
}
