//! What people may call things: documents, codes, coders, attributes.

use crate::error::{Error, Result};

/// How deep a codebook may nest. Real ones stay below ten; the limit keeps hostile ones from growing paths without end.
pub const MAX_CODE_DEPTH: usize = 64;

/// How many codes a codebook may have. Nobody makes more by hand, and a codebook is kept in memory as a whole.
pub const MAX_CODES: usize = 100_000;

/// The longest name, in code points.
const MAX_NAME: usize = 255;

/// Checks the name of a `what`: not empty, no white space around it, no control characters, not too long.
///
/// # Errors
/// Refused, with the reason.
pub fn check_name(what: &str, name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::refused(format!("the name of a {what} can't be empty")));
    }
    if name.trim() != name {
        return Err(Error::refused(format!("the {what} name `{name}` begins or ends with white space"))
            .hint(format!("write it as `{}`", name.trim())));
    }
    if let Some(control) = name.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        return Err(Error::refused(format!(
            "the {what} name `{}` holds the control character U+{:04X}",
            name.escape_debug(),
            control as u32
        )));
    }
    let length = name.chars().count();
    if length > MAX_NAME {
        return Err(Error::refused(format!(
            "a {what} name has at most {MAX_NAME} characters; this one has {length}"
        )));
    }
    Ok(())
}

/// Checks one part of a code path. A `/` would make it two.
///
/// # Errors
/// Refused, with the reason.
pub fn check_code_name(name: &str) -> Result<()> {
    check_name("code", name)?;
    if name.contains('/') {
        return Err(Error::refused(format!("a code name can't contain `/`: `{name}`"))
            .hint("a `/` separates the levels of a path, as in `actors/state`"));
    }
    Ok(())
}

/// Splits the path of a code into its parts, from the root down.
///
/// # Errors
/// Refused when a part is empty or not a name, or when the path is deeper than [`MAX_CODE_DEPTH`].
pub fn split_code_path(path: &str) -> Result<Vec<&str>> {
    let parts: Vec<&str> = path.split('/').collect();
    if parts.len() > MAX_CODE_DEPTH {
        return Err(Error::refused(format!(
            "a code path has at most {MAX_CODE_DEPTH} levels; this one has {}",
            parts.len()
        )));
    }
    for part in &parts {
        if part.is_empty() {
            return Err(Error::refused(format!("the code path `{path}` has an empty level"))
                .hint("levels are separated by one `/`, as in `actors/state`"));
        }
        check_code_name(part)?;
    }
    Ok(parts)
}

/// Checks a coder's handle: a name without white space, commas or `/`, so that it is one word everywhere.
///
/// # Errors
/// Refused, with the reason.
pub fn check_handle(handle: &str) -> Result<()> {
    check_name("coder", handle)?;
    if let Some(bad) = handle.chars().find(|c| c.is_whitespace() || matches!(c, ',' | '/' | '#')) {
        return Err(Error::refused(format!("the coder handle `{handle}` can't contain `{bad}`"))
            .hint("use one short word, as in `ana`"));
    }
    Ok(())
}

/// Words as a shell reads them back as one.
pub fn as_typed(words: impl std::fmt::Display) -> String {
    let words = words.to_string();
    // A shell reads nothing into letters and signs beyond ASCII, but parts words at white space.
    let beyond = |c: char| !c.is_ascii() && !c.is_whitespace() && !c.is_control();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/:,+".contains(c) || beyond(c);
    if !words.is_empty() && words.chars().all(plain) {
        words
    } else {
        format!("'{}'", words.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_not_survive_a_round_trip_are_refused() {
        assert!(check_name("document", "Interview 3: Ana").is_ok());
        assert!(check_name("document", "").is_err());
        assert!(check_name("document", " a").is_err());
        assert!(check_name("document", "a\u{1b}[31m").is_err());
        assert!(check_code_name("a/b").is_err());
        assert!(check_handle("ana maria").is_err());
    }

    #[test]
    fn a_path_splits_into_its_levels() {
        assert_eq!(split_code_path("actors/state").unwrap(), ["actors", "state"]);
        assert!(split_code_path("actors//state").is_err());
        assert!(split_code_path("/actors").is_err());
        assert!(split_code_path(&"a/".repeat(100)).is_err());
    }
}
