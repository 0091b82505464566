//! A text with its marks, to be read: in colour with codes in the margin, or plain with numbers in brackets.

mod colored;
mod lanes;
mod plain;

use super::Ui;
use super::wrap::{WrappedLine, wrap};
use crate::domain::CharRange;
use crate::error::Result;

/// A passage that something is said of.
#[derive(Debug, Clone)]
pub struct Mark<'a> {
    /// Where it is, in code points of the text that is shown.
    pub range: CharRange,
    /// What it is called, as in `actors/state`; somebody's text.
    pub name: &'a str,
    /// Whose it is and under which number, as in `ana #12`; somebody's text.
    pub by: String,
    /// `#rrggbb`; anything else is shown grey.
    pub color: &'a str,
    /// What is noted; empty means nothing.
    pub note: &'a str,
}

/// How a page is laid out.
#[derive(Debug, Clone, Default)]
pub struct PageOptions {
    /// The columns a line may take with all that stands beside the text; `None`: lines are as long as they are.
    pub width: Option<usize>,
    /// Whether marks are named.
    pub names: bool,
    /// Numbers to stand before the line that holds a position: (code point, number), in order.
    pub numbers: Vec<(u32, u32)>,
}

/// Shows `text` with `marks`, which are ordered by start, the longer first.
///
/// In colour a mark is a coloured ground, a bar in the gutter along its lines, and its name in the margin, or below
/// where the page is narrow; where marks overlap, their colours blend and the text is underlined. Without colour its
/// beginning and end are `[1|` and `|1]`, nested as the marks are, and the numbers are explained below the paragraph.
///
/// # Errors
/// When standard output cannot be written.
pub fn page(ui: &mut Ui, text: &str, marks: &[Mark<'_>], options: &PageOptions) -> Result<()> {
    if ui.colors() { colored::page(ui, text, marks, options) } else { plain::page(ui, text, marks, options) }
}

/// The lines of `text`, wrapped to `width` or as they are.
fn lines(text: &str, width: Option<usize>) -> Vec<WrappedLine<'_>> {
    if let Some(width) = width {
        return wrap(text, width);
    }
    let mut start = 0;
    let hard = |line: &'_ str| line.chars().count() as u32;
    text.split_inclusive('\n')
        .map(|whole| {
            let line = whole.strip_suffix('\n').unwrap_or(whole);
            let end = start + hard(line);
            let wrapped = WrappedLine { text: line, start, end, hard: true };
            start = end + u32::from(whole.len() > line.len());
            wrapped
        })
        .collect()
}

/// The part of `line` from code point `from` up to `to`, both counted from its beginning.
fn part(line: &str, from: u32, to: u32) -> &str {
    let byte = |at: u32| {
        if line.is_ascii() { (at as usize).min(line.len()) } else { byte_of(line, at) }
    };
    &line[byte(from)..byte(to)]
}

fn byte_of(line: &str, at: u32) -> usize {
    line.char_indices().nth(at as usize).map_or(line.len(), |(byte, _)| byte)
}

/// The number that stands before each line, as far as the caller comes: lines are asked for in order.
struct Numbers<'a> {
    left: &'a [(u32, u32)],
    width: usize,
}

impl<'a> Numbers<'a> {
    fn new(numbers: &'a [(u32, u32)]) -> Numbers<'a> {
        // `p`, the digits, and a gap of two.
        let width = numbers.last().map_or(0, |(_, number)| number.to_string().len() + 3);
        Numbers { left: numbers, width }
    }

    /// What stands before the line that ends at code point `end`: a number with its gap, or as many spaces.
    fn before(&mut self, end: u32) -> String {
        match self.left.split_first() {
            Some(((start, number), rest)) if *start < end => {
                self.left = rest;
                format!("{:<1$}", format!("p{number}"), self.width)
            }
            _ => " ".repeat(self.width),
        }
    }
}

#[cfg(test)]
mod tests;
