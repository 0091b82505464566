//! Adding codes.

use std::collections::HashMap;

use crate::actions::{Session, names};
use crate::domain::name::split_code_path;
use crate::domain::palette;
use crate::error::Result;
use crate::store::code::CodeDraft;
use crate::store::{Changed, Reader, Tx};

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

/// Gives out colours: counted once, then kept up.
struct Colors(HashMap<String, usize>);

impl Colors {
    fn of(reader: Reader<'_>) -> Result<Colors> {
        let mut colors = Colors(HashMap::new());
        for code in reader.codes()? {
            *colors.0.entry(code.color).or_default() += 1;
        }
        Ok(colors)
    }

    fn next(&mut self) -> String {
        let used = self.0.iter().flat_map(|(color, count)| std::iter::repeat_n(color.as_str(), *count));
        let color = palette::least_used(used).to_owned();
        *self.0.entry(color.clone()).or_default() += 1;
        color
    }
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
                Some(colors) => colors.next(),
                None => request.color.clone().filter(|_| leaf).unwrap_or_default(),
            };
            let (id, made) = make_path(tx, path, color)?;
            if made.is_empty() {
                added.already.push(path.clone());
                continue;
            }
            if let (Some(description), Some(row)) = (&request.description, tx.reader().code_by_id(id)?) {
                tx.update_code(id, &CodeDraft { description: description.clone(), ..row.draft() })?;
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

/// The code with this path, made now with the codes above it where they are missing. Returns its number and the paths
/// that were made.
///
/// # Errors
/// Refused when the path is not one.
pub fn ensure_path(tx: &Tx<'_>, path: &str) -> Result<(i64, Vec<String>)> {
    make_path(tx, path, |_| String::new())
}

fn make_path(tx: &Tx<'_>, path: &str, mut color: impl FnMut(bool) -> String) -> Result<(i64, Vec<String>)> {
    if let Some(known) = names::find_code(tx.reader(), path)? {
        return Ok((known.id, Vec::new()));
    }
    let parts = split_code_path(path)?;
    let mut parent = None;
    let mut made = Vec::new();
    for (level, part) in parts.iter().enumerate() {
        let known = tx.reader().codes_named(parent, part)?.into_iter().next();
        parent = Some(match known {
            Some(known) => known.id,
            None => {
                let draft = CodeDraft {
                    parent,
                    name: (*part).to_owned(),
                    color: color(level + 1 == parts.len()),
                    description: String::new(),
                };
                made.push(parts[..=level].join("/"));
                tx.insert_code(None, &draft)?
            }
        });
    }
    let id = parent.expect("a path that was split has at least one part");
    Ok((id, made))
}
