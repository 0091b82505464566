//! The codebook as indented text, the form to write one in and to read one aloud.
//!
//! ```text
//! # A comment. Blank lines are free.
//! schools
//!   realism: #0072b2 Power and interest among states.
//!     security dilemma: What makes one state safer makes its neighbours less safe.
//!     | A second line of the description.
//!   "name: with colon": Quotes hold a name that would be read as something else.
//! ```
//!
//! `name: description` was chosen over dashes (names have hyphens) and over YAML (a value such as `no` is not text
//! there, and its errors name no code).

use std::collections::HashSet;
use std::io::{BufRead, Write};

use super::codes::{CodebookEntry, DEEPEST, parse_color};
use crate::domain::name::MAX_CODES;
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 1 << 20;
/// The longest codebook that is read, in bytes: it is kept in memory as a whole.
const LONGEST: u64 = 64 << 20;

/// Reads a codebook, parents before children as they stand. Any deeper indentation makes a child; what is indented
/// less returns to a level that is open.
///
/// # Errors
/// Refuses, with the line's number: an indentation that fits no open level, a blank name or one with `/`, the same
/// code twice, a code more than 64 deep, a description line without a code, a line over 1 MiB, more than 100,000 codes or 64
/// MiB, text that is not UTF-8.
pub fn read_codebook(source: impl BufRead) -> Result<Vec<CodebookEntry>> {
    let mut outline = Outline::default();
    let mut lines = Lines { source, buffer: Vec::new(), number: 0, read: 0 };
    while let Some((number, line)) = lines.next_line()? {
        outline
            .line(number, line)
            .map_err(|reason| Error::refused(format!("line {number}: {reason}: `{}`", excerpt(line))))?;
    }
    Ok(outline.entries)
}

/// The beginning of a line, for a message.
fn excerpt(line: &str) -> String {
    let mut letters = line.trim().chars();
    let beginning: String = letters.by_ref().take(60).collect();
    if letters.next().is_some() { beginning + "…" } else { beginning }
}

struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    number: u64,
    /// How many bytes were read so far.
    read: u64,
}

impl<R: BufRead> Lines<R> {
    fn next_line(&mut self) -> Result<Option<(u64, &str)>> {
        self.buffer.clear();
        let mut limited = std::io::Read::take(&mut self.source, LONGEST_LINE as u64 + 1);
        limited
            .read_until(b'\n', &mut self.buffer)
            .map_err(|source| Error::io("the codebook cannot be read", source))?;
        self.number += 1;
        let number = self.number;
        if self.buffer.is_empty() {
            return Ok(None);
        }
        self.read += self.buffer.len() as u64;
        if self.read > LONGEST {
            return Err(Error::refused(format!(
                "line {number}: there is more before it than the 64 MiB that are read: is this a codebook?"
            )));
        }
        if self.buffer.len() > LONGEST_LINE {
            return Err(Error::refused(format!("line {number}: is longer than 1 MiB: is this a codebook?")));
        }
        let line = std::str::from_utf8(&self.buffer).map_err(|error| {
            Error::refused(format!("line {number}: byte {} of the line is not UTF-8", error.valid_up_to()))
                .hint("save the codebook as UTF-8")
        })?;
        if line.contains('\0') {
            return Err(Error::refused(format!("line {number}: a NUL character: this is not a text")));
        }
        let line = if number == 1 { line.strip_prefix('\u{FEFF}').unwrap_or(line) } else { line };
        let line = line.strip_suffix('\n').unwrap_or(line);
        Ok(Some((number, line.strip_suffix('\r').unwrap_or(line))))
    }
}

#[derive(Default)]
struct Outline {
    entries: Vec<CodebookEntry>,
    /// The open levels: the indentation and the name of each.
    levels: Vec<(String, String)>,
    /// The paths that were read, their names joined with `/`.
    seen: HashSet<String>,
    /// Whether the last entry's description has begun, so that `|` opens a new line of it.
    described: bool,
}

impl Outline {
    fn line(&mut self, number: u64, line: &str) -> Result<(), &'static str> {
        let content = line.trim_start_matches([' ', '\t']);
        let indentation = &line[..line.len() - content.len()];
        if content.trim().is_empty() || content == "#" || content.starts_with("# ") {
            return Ok(());
        }
        if let Some(continued) = content.strip_prefix('|') {
            return self.continue_description(continued.strip_prefix(' ').unwrap_or(continued));
        }
        let (name, rest) = split_name(content.trim_end())?;
        if name.is_empty() {
            return Err("the name is blank");
        }
        if name.contains('/') {
            return Err("a name cannot hold `/`; indent the child below its parent");
        }
        self.open_level(indentation, &name)?;
        let path: Vec<String> = self.levels.iter().map(|(_, name)| name.clone()).collect();
        if !self.seen.insert(path.join("/")) {
            return Err("this code is there twice below the same parent");
        }
        if self.entries.len() == MAX_CODES {
            return Err("is one code more than the 100,000 that a codebook may have");
        }
        let (color, description) = split_color(rest);
        self.described = !description.is_empty();
        let description = description.to_owned();
        self.entries.push(CodebookEntry {
            path,
            color,
            description,
            row: number,
            ..CodebookEntry::default()
        });
        Ok(())
    }

    fn open_level(&mut self, indentation: &str, name: &str) -> Result<(), &'static str> {
        let is_child = match self.levels.last() {
            None if indentation.is_empty() => true,
            None => return Err("the first code cannot be indented"),
            Some((parent, _)) => indentation.len() > parent.len() && indentation.starts_with(parent.as_str()),
        };
        if !is_child {
            let level = self.levels.iter().position(|(open, _)| open == indentation);
            let level = level.ok_or("its indentation fits no code above it")?;
            self.levels.truncate(level);
        }
        if self.levels.len() == DEEPEST {
            return Err("is more than 64 codes deep");
        }
        self.levels.push((indentation.to_owned(), name.to_owned()));
        Ok(())
    }

    fn continue_description(&mut self, text: &str) -> Result<(), &'static str> {
        let entry = self.entries.last_mut().ok_or("a line of description without a code above it")?;
        if self.described {
            entry.description.push('\n');
        }
        entry.description.push_str(text);
        self.described = true;
        Ok(())
    }
}

/// The name, and what follows its `: `.
fn split_name(content: &str) -> Result<(String, &str), &'static str> {
    let Some(quoted) = content.strip_prefix('"') else {
        let (name, rest) = content.split_once(": ").unwrap_or((content, ""));
        let name = if rest.is_empty() { name.strip_suffix(':').unwrap_or(name) } else { name };
        return Ok((name.trim().to_owned(), rest.trim_start()));
    };
    let mut name = String::new();
    let mut letters = quoted.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '"' {
            name.push(letter);
        } else if letters.next_if(|(_, next)| *next == '"').is_some() {
            name.push('"');
        } else {
            let rest = &quoted[at + 1..];
            return match rest.strip_prefix(':') {
                Some(rest) => Ok((name, rest.trim_start())),
                None if rest.is_empty() => Ok((name, "")),
                None => Err("after a quoted name comes `:`"),
            };
        }
    }
    Err("the quote that opens the name is never closed")
}

/// The colour that `rest` begins with, and the description.
fn split_color(rest: &str) -> (Option<String>, &str) {
    let (first, after) = rest.split_once(' ').unwrap_or((rest, ""));
    match parse_color(first) {
        Some(color) => (Some(color), after.trim_start()),
        None => (None, rest),
    }
}

/// Writes a codebook. The entries come parents before children, each below its parent, as [`read_codebook`] gives
/// them; a parent that is no entry itself is written as a bare name.
///
/// # Errors
/// Refuses a name with a line break or `/`, which the text could not give back; or the sink failed.
pub fn write_codebook<'a>(
    mut sink: impl Write,
    entries: impl IntoIterator<Item = &'a CodebookEntry>,
) -> Result<()> {
    let failed = |source| Error::io("the codebook cannot be written", source);
    let mut open: Vec<&str> = Vec::new();
    for entry in entries {
        let shared = open.iter().zip(&entry.path).take_while(|(left, right)| *left == right).count();
        open.truncate(shared);
        for (level, name) in entry.path.iter().enumerate().skip(shared) {
            if name.contains(['\n', '\r', '/']) || name.is_empty() {
                return Err(Error::refused(format!("`{name}` cannot be the name of a code in a text")));
            }
            write!(sink, "{:1$}{2}", "", level * 2, written_name(name)).map_err(failed)?;
            open.push(name);
            if level + 1 == entry.path.len() {
                write_description(&mut sink, entry).map_err(failed)?;
            } else {
                writeln!(sink).map_err(failed)?;
            }
        }
    }
    sink.flush().map_err(failed)
}

/// The rest of the line after the name, and the lines of description below it.
fn write_description(sink: &mut impl Write, entry: &CodebookEntry) -> std::io::Result<()> {
    let description = unified_line_ends(&entry.description);
    let mut lines = description.split('\n').peekable();
    // What a reader would trim, or take for a colour, goes below in full.
    let is_plain = |line: &&str| !line.is_empty() && line.trim() == *line && !line.starts_with('#');
    let first = lines.next_if(is_plain).unwrap_or("");
    let color = entry.color.as_deref().unwrap_or("");
    let colon = if color.is_empty() && first.is_empty() { "" } else { ": " };
    let space = if color.is_empty() || first.is_empty() { "" } else { " " };
    writeln!(sink, "{colon}{color}{space}{first}")?;
    if description.is_empty() {
        return Ok(());
    }
    for line in lines {
        writeln!(sink, "{:1$}| {line}", "", entry.path.len() * 2)?;
    }
    Ok(())
}

/// The name as it stands in the text: in quotes where it would be read as something else.
fn written_name(name: &str) -> String {
    let is_plain = name.trim() == name
        && !name.starts_with(['"', '#', '|', '\u{FEFF}'])
        && !name.ends_with(':')
        && !name.contains(": ");
    if is_plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
#[path = "codebook_tests.rs"]
mod tests;
