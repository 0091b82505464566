//! The codes that a command is to apply, by path; those that are not there yet are made when that was asked for.

use std::collections::HashMap;

use super::names;
use crate::domain::name::split_code_path;
use crate::domain::palette;
use crate::error::{Error, Result};
use crate::store::code::CodeDraft;
use crate::store::{Reader, Tx};

/// A code to apply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenCode {
    /// Its path.
    pub path: String,
    /// Its number; `None` while it is not in the codebook.
    pub id: Option<i64>,
}

/// Looks the codes up.
///
/// # Errors
/// Refused for a path that is none, and, unless `create`, for a code that is not there; the nearest are offered.
pub fn choose(reader: Reader<'_>, paths: &[String], create: bool) -> Result<Vec<ChosenCode>> {
    let choose = |path: &String| {
        let id = names::find_code(reader, path)?.map(|code| code.id);
        match id {
            None if !create => Err(unknown(reader, path)?),
            id => Ok(ChosenCode { path: path.clone(), id }),
        }
    };
    paths.iter().map(choose).collect()
}

fn unknown(reader: Reader<'_>, path: &str) -> Result<Error> {
    let book = names::codebook(reader)?;
    Ok(Error::refused(format!("there is no code `{path}`"))
        .did_you_mean(path, book.paths())
        .hint("`--create` adds it to the codebook, `postil code list` shows the codebook"))
}

/// Makes the codes that are not there, with the levels above them, each in the least used colour of the palette.
/// Returns the paths of what was made.
///
/// # Errors
/// The store's.
pub fn create_missing(tx: &Tx<'_>, codes: &mut [ChosenCode]) -> Result<Vec<String>> {
    let mut made = Vec::new();
    let missing: Vec<&mut ChosenCode> = codes.iter_mut().filter(|code| code.id.is_none()).collect();
    if missing.is_empty() {
        return Ok(made);
    }
    let mut colors = Colors::of(tx.reader())?;
    for code in missing {
        let (id, paths) = ensure_path(tx, &code.path, |_| colors.least_used())?;
        code.id = Some(id);
        made.extend(paths);
    }
    Ok(made)
}

/// The code with this path, made now with the codes above it where they are missing. `color` gives the colour of a new
/// code, told whether it is the one named. Returns its number and the paths that were made.
///
/// # Errors
/// Refused when the path is not one.
pub fn ensure_path(
    tx: &Tx<'_>,
    path: &str,
    mut color: impl FnMut(bool) -> String,
) -> Result<(i64, Vec<String>)> {
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
                let color = color(level + 1 == parts.len());
                made.push(parts[..=level].join("/"));
                tx.insert_code(
                    None,
                    &CodeDraft { parent, name: (*part).to_owned(), color, description: String::new() },
                )?
            }
        });
    }
    let id = parent.expect("a path that was split has at least one part");
    Ok((id, made))
}

/// Gives out the colours of the palette in turn: counted once, then kept up.
pub struct Colors(HashMap<String, usize>);

impl Colors {
    /// Counts the colours in use.
    ///
    /// # Errors
    /// The store's.
    pub fn of(reader: Reader<'_>) -> Result<Colors> {
        let mut colors = Colors(HashMap::new());
        for code in reader.codes()? {
            *colors.0.entry(code.color).or_default() += 1;
        }
        Ok(colors)
    }

    /// The colour that the fewest codes have.
    pub fn least_used(&mut self) -> String {
        let used = self.0.iter().flat_map(|(color, count)| std::iter::repeat_n(color.as_str(), *count));
        let color = palette::least_used(used).to_owned();
        *self.0.entry(color.clone()).or_default() += 1;
        color
    }
}
