//! A page without colour: marks are numbered brackets, explained below each paragraph.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::{Mark, Numbers, PageOptions, byte_of};
use crate::error::Result;
use crate::ui::width::on_one_line;
use crate::ui::{Ui, visible, visible_line, wrap};

/// Explanations wait for the end of the paragraph, but not when this many are waiting: a transcript may have no
/// blank line from beginning to end.
const MOST_WAITING: usize = 8;
const INDENT: &str = "    ";

/// A bracket to be written. Ordered as brackets nest: at one position the inner ends first, and the outer begins first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Bracket {
    End(Reverse<usize>),
    Begin(usize),
}

/// Writes `text` with numbered brackets around its marks.
pub(super) fn page(ui: &mut Ui, text: &str, marks: &[Mark<'_>], options: &PageOptions) -> Result<()> {
    // Marks of one range share a number: two coders who agree, one passage with two codes.
    let groups: Vec<&[Mark<'_>]> = marks.chunk_by(|one, other| one.range == other.range).collect();
    let mut brackets: Vec<(u32, Bracket)> = Vec::with_capacity(2 * groups.len());
    for (group, number) in groups.iter().zip(1..) {
        brackets.push((group[0].range.start(), Bracket::Begin(number)));
        brackets.push((group[0].range.end(), Bracket::End(Reverse(number))));
    }
    brackets.sort_unstable();
    let mut brackets = brackets.as_slice();
    let mut numbers = Numbers::new(&options.numbers);
    let mut waiting: Vec<usize> = Vec::new();
    let mut start = 0;
    let mut line = String::new();
    for whole in text.split_inclusive('\n') {
        let body = whole.strip_suffix('\n').unwrap_or(whole);
        // After the last bracket and number nothing needs to be counted.
        let counts = !brackets.is_empty() || !numbers.left.is_empty();
        let end = if counts { start + body.chars().count() as u32 } else { start };
        if body.trim().is_empty() {
            explain(ui, &groups, &mut waiting, options, numbers.width)?;
        }
        let (here, rest) = brackets.split_at(brackets.partition_point(|(at, _)| *at <= end && counts));
        brackets = rest;
        line.clear();
        let mut written = 0;
        for (at, bracket) in here {
            let byte = byte_of(body, at.saturating_sub(start));
            line.push_str(&body[written..byte]);
            written = byte;
            match bracket {
                Bracket::Begin(number) => {
                    line.push_str(&format!("[{number}|"));
                    waiting.push(*number);
                }
                Bracket::End(Reverse(number)) => line.push_str(&format!("|{number}]")),
            }
        }
        line.push_str(&body[written..]);
        write(ui, &line, &mut numbers, end, options.width)?;
        if waiting.len() >= MOST_WAITING {
            explain(ui, &groups, &mut waiting, options, numbers.width)?;
        }
        start = end + 1;
    }
    explain(ui, &groups, &mut waiting, options, numbers.width)
}

/// Writes one line of the text, wrapped where a width is asked for.
fn write(ui: &mut Ui, line: &str, numbers: &mut Numbers<'_>, end: u32, width: Option<usize>) -> Result<()> {
    let before = numbers.before(end);
    let Some(width) = width else {
        let shown = ui.shown(line);
        let line = if before.is_empty() { shown.into_owned() } else { before + &shown };
        return ui.answer(if numbers.width > 0 { line.trim_end() } else { &line });
    };
    let indent = " ".repeat(numbers.width);
    let mut before = before.as_str();
    let room = width.saturating_sub(numbers.width);
    let pieces = wrap(line, room);
    if pieces.is_empty() {
        return ui.answer(before.trim_end());
    }
    for piece in pieces {
        let line = format!("{before}{}", ui.shown(piece.text));
        ui.answer(line.trim_end())?;
        before = &indent;
    }
    Ok(())
}

/// Explains the numbers that are waiting, and forgets them. `beside` columns stand before the text.
fn explain(
    ui: &mut Ui,
    groups: &[&[Mark<'_>]],
    waiting: &mut Vec<usize>,
    options: &PageOptions,
    beside: usize,
) -> Result<()> {
    let numbers = std::mem::take(waiting);
    let indent = " ".repeat(beside) + INDENT;
    if !options.names {
        return Ok(());
    }
    for number in numbers {
        for mark in groups[number - 1] {
            let note =
                if mark.note.is_empty() { String::new() } else { format!(": {}", on_one_line(mark.note)) };
            let line = format!("[{number}] {} ({}){note}", mark.name, mark.by);
            let line =
                if ui.stdout_is_terminal() { visible_line(&line) } else { Cow::Borrowed(line.as_str()) };
            match options.width {
                None => ui.answer(format!("{indent}{line}"))?,
                Some(width) => {
                    for (at, piece) in
                        wrap(&line, width.saturating_sub(indent.len() + INDENT.len())).iter().enumerate()
                    {
                        let hanging = if at == 0 { "" } else { INDENT };
                        ui.answer(format!("{indent}{hanging}{}", visible(piece.text)))?;
                    }
                }
            }
        }
    }
    Ok(())
}
