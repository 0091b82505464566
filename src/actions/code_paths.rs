//! The codes that a command is to apply, by path; those that are not there yet are made when that was asked for.

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
    for code in codes.iter_mut().filter(|code| code.id.is_none()) {
        let parts = split_code_path(&code.path)?;
        let mut parent = None;
        for (depth, part) in parts.iter().enumerate() {
            let known = tx.reader().codes_named(parent, part)?.first().map(|code| code.id);
            let id = match known {
                Some(id) => id,
                None => {
                    let codes = tx.reader().codes()?;
                    let color = palette::least_used(codes.iter().map(|code| code.color.as_str())).to_owned();
                    made.push(parts[..=depth].join("/"));
                    let name = (*part).to_owned();
                    tx.insert_code(None, &CodeDraft { parent, name, color, description: String::new() })?
                }
            };
            parent = Some(id);
        }
        code.id = parent;
    }
    Ok(made)
}
