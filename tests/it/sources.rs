//! The sources of the project, read for the tests that guard its shape.

use std::path::{Path, PathBuf};

/// A Rust file: its path from the root of the project, and its text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// The root of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below the folders `below` of the project, in the order of their paths.
pub(crate) fn sources(below: &[&str]) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<PathBuf> = below.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        // A folder that a part of the project has not made yet holds nothing.
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(read).collect()
}

/// `text` with comments and the insides of strings taken out, line by line as it was: what is left is code.
pub(crate) fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = string_length(rest) {
            length
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        code.extend(rest[..skipped].chars().filter(|character| *character == '\n'));
        rest = &rest[skipped..];
    }
    code
}

/// The bytes of the string or character that `text` begins with, `None` when it begins with neither.
fn string_length(text: &str) -> Option<usize> {
    if let Some(hashes) =
        text.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len())
        && text[1 + hashes..].starts_with('"')
    {
        let end = format!("\"{}", "#".repeat(hashes));
        let body = 2 + hashes;
        return Some(text[body..].find(&end).map_or(text.len(), |at| body + at + end.len()));
    }
    let quote = text.chars().next().filter(|character| matches!(character, '"' | '\''))?;
    let mut characters = text.char_indices().skip(1);
    if quote == '\'' {
        // A lifetime has no closing quote after its first character.
        let (_, inside) = characters.next()?;
        if inside != '\\' {
            return characters.next().filter(|(_, close)| *close == '\'').map(|(at, _)| at + 1);
        }
        characters.next()?;
    }
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return Some(at + 1);
        }
    }
    Some(text.len())
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "a(\"b \\\" c\", 'd', '\\'', &'e f) // g\n/* h\n */ r#\"i\"j\"# k";
    assert_eq!(code_of(text), "a(, , , &'e f) \n\n  k");
}
