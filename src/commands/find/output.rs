//! The hits in each form.

use crate::actions::Session;
use crate::actions::find::{Haystack, HitInContext};
use crate::cli::PassageFormat;
use crate::commands::{Context, passage_format};
use crate::domain::search::Matcher;
use crate::error::{Error, Result};
use crate::ui::width::columns;
use crate::ui::{Column, Format, KwicLayout, Listing, palette, visible_line};

/// The most columns that a document's name is given in a table; a longer one pushes its own line to the right.
const WIDEST_NAME: usize = 32;
/// Bytes that are gathered before they are written.
const FULL: usize = 64 * 1024;

/// How the hits are to be written.
pub(super) struct Asked {
    pub(super) format: PassageFormat,
    /// Code points on each side.
    pub(super) context: usize,
    pub(super) limit: Option<u64>,
}

/// Writes the hits and returns how many there were.
pub(super) fn write(
    context: &mut Context,
    session: &Session,
    haystack: &Haystack,
    matcher: &Matcher,
    asked: &Asked,
) -> Result<u64> {
    match passage_format(asked.format) {
        Some(Format::Table) => table(context, session, haystack, matcher, asked),
        Some(Format::Plain) => lines(context, session, haystack, matcher, asked, true),
        None => lines(context, session, haystack, matcher, asked, false),
        Some(format) => listing(context, session, haystack, matcher, asked, format),
    }
}

/// Keywords in context: the hits stand below each other.
fn table(
    context: &mut Context,
    session: &Session,
    haystack: &Haystack,
    matcher: &Matcher,
    asked: &Asked,
) -> Result<u64> {
    // The width of the addresses is settled before the first hit, so that hits are shown as they are found.
    let widest = haystack.documents().iter().map(|document| {
        let digits = document.chars.max(1).ilog10() as usize + 1;
        columns(document.name()).min(WIDEST_NAME) + 2 * digits + 2
    });
    let taken = widest.max().unwrap_or(0);
    let layout = KwicLayout::for_width(context.ui.width(), taken + 2, asked.context);
    haystack.in_context(session.reader(), matcher, asked.limit, asked.context, |hit| {
        let address = format!("{}:{}", visible_line(hit.document), hit.range);
        let gap = " ".repeat(taken.saturating_sub(columns(&address)) + 2);
        let [before, found, after] = layout.line(hit.before, hit.hit, hit.after);
        let address = context.ui.paint(palette::DIM, &address);
        let found = context.ui.paint(palette::HIT, &found);
        context.ui.answer(format!("{address}{gap}{before}{found}{after}").trim_end())
    })
}

/// A line a hit: its address, and with `contexts` what stands before it, the hit, and what stands after it, parted by tabs.
///
/// Not a [`Listing`]: a word may have 100,000 hits, and a line here costs no allocation.
fn lines(
    context: &mut Context,
    session: &Session,
    haystack: &Haystack,
    matcher: &Matcher,
    asked: &Asked,
    contexts: bool,
) -> Result<u64> {
    let on_screen = context.ui.stdout_is_terminal();
    let shown = |context: &Context, buffer: &mut Vec<u8>, text: &str| {
        let from = buffer.len();
        if on_screen {
            buffer.extend_from_slice(context.ui.shown(text).as_bytes());
        } else {
            buffer.extend_from_slice(text.as_bytes());
        }
        for byte in &mut buffer[from..] {
            if matches!(byte, b'\t' | b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    };
    let around = if contexts { asked.context } else { 0 };
    let mut buffer: Vec<u8> = Vec::with_capacity(FULL + 1024);
    let hits = haystack.in_context(session.reader(), matcher, asked.limit, around, |hit| {
        shown(context, &mut buffer, hit.document);
        push_range(&mut buffer, hit);
        if contexts {
            for part in [hit.before, hit.hit, hit.after] {
                buffer.push(b'\t');
                shown(context, &mut buffer, part);
            }
        }
        buffer.push(b'\n');
        if buffer.len() >= FULL {
            context.ui.out().write_all(&buffer).map_err(unwritten)?;
            buffer.clear();
        }
        Ok(())
    })?;
    context.ui.out().write_all(&buffer).map_err(unwritten)?;
    Ok(hits)
}

/// `:120-188`
fn push_range(buffer: &mut Vec<u8>, hit: &HitInContext<'_>) {
    buffer.push(b':');
    push_number(buffer, hit.range.start());
    buffer.push(b'-');
    push_number(buffer, hit.range.end());
}

/// The digits of `number`. Twice a line: `write!` would be a fifth of the cost of the listing.
fn push_number(buffer: &mut Vec<u8>, mut number: u32) {
    let from = buffer.len();
    loop {
        buffer.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    buffer[from..].reverse();
}

fn listing(
    context: &mut Context,
    session: &Session,
    haystack: &Haystack,
    matcher: &Matcher,
    asked: &Asked,
    format: Format,
) -> Result<u64> {
    let columns = [
        Column::text("document", "Document"),
        Column::number("start", "Start"),
        Column::number("end", "End"),
        Column::text("left", "Left"),
        Column::text("hit", "Hit"),
        Column::text("right", "Right"),
    ];
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    haystack.in_context(session.reader(), matcher, asked.limit, asked.context, |hit| {
        listing.row(&[
            hit.document.into(),
            hit.range.start().into(),
            hit.range.end().into(),
            hit.before.into(),
            hit.hit.into(),
            hit.after.into(),
        ])
    })?;
    listing.finish()
}

fn unwritten(source: std::io::Error) -> Error {
    Error::io("standard output cannot be written", source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_everywhere() {
        for number in [0, 7, 10, 1_000, 4_294_967_295] {
            let mut buffer = b"x".to_vec();
            push_number(&mut buffer, number);
            assert_eq!(String::from_utf8(buffer).unwrap(), format!("x{number}"));
        }
    }
}
