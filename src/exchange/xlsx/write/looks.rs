//! How sheets look: what every cell has in common, columns that are not for people, and the colours of codes.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};
use unicode_width::UnicodeWidthStr;

use super::super::table::Table;
use crate::domain::palette::{channels, wants_black_letters};

/// How one column looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// In characters of the default font.
    pub(super) width: u16,
    /// Whether long text goes on in further lines, where the sheet is small enough for that.
    pub(super) wraps: bool,
    /// Who looks at it.
    pub(super) audience: Audience,
}

/// Who looks at a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// People.
    People,
    /// People at times: grey.
    Curious,
    /// The import alone: folded away, one click from being seen.
    Import,
}

/// How the column `name` of `table` looks. Attributes have names of their own.
pub(super) fn look_of(table: Table, name: &str) -> Look {
    let (width, audience) = match name {
        "id" => (9, Audience::Curious),
        "before" | "after" | "document_sha256" | "lineage" | "quote_truncated" | "file" | "text_sha256"
        | "source_sha256" | "encoding" | "newline" | "bom" => (14, Audience::Import),
        "created" | "modified" | "source" | "chars" => (24, Audience::Curious),
        "start" | "end" | "action" | "coder" | "color" => (9, Audience::People),
        "quote" | "note" | "text" | "description" => (60, Audience::People),
        "path" | "code" | "document" | "subject" => (28, Audience::People),
        "name" if table == Table::Documents => (28, Audience::People),
        _ => (14, Audience::People),
    };
    Look { width, wraps: width == 60, audience }
}

/// What every cell of a table has in common: it is text, whatever it looks like.
pub(super) fn text() -> Format {
    Format::new().set_num_format("@").set_align(FormatAlign::Top)
}

/// The cells of a column.
pub(super) fn cells(look: Look, wraps: bool) -> Format {
    let format = if look.wraps && wraps { text().set_text_wrap() } else { text() };
    match look.audience {
        Audience::People => format,
        Audience::Curious | Audience::Import => format.set_font_color(Color::RGB(0x80_80_80)),
    }
}

/// How high a row is, in points, that has these lines of text.
pub(super) fn height_of(lines: usize) -> f64 {
    /// The height of one line.
    const LINE: f64 = 15.0;
    /// Longer texts are read in the cell: rows as high as the screen would hide what is below them.
    const MOST: usize = 8;
    LINE * lines.clamp(1, MOST) as f64
}

/// How many lines a text takes in a column of this width. Spreadsheets measure only rows that somebody edits, so this is
/// an estimate, on the side of one line too many.
pub(super) fn lines_of(text: &str, width: u16) -> usize {
    let fits = usize::from(width) * 9 / 10;
    text.split('\n').map(|line| line.width().div_ceil(fits).max(1)).sum()
}

/// The names of the columns.
pub(super) fn header() -> Format {
    text()
        .set_bold()
        .set_background_color(Color::RGB(0xE7_E6_E6))
        .set_font_color(Color::Black)
        .set_border_bottom(FormatBorder::Thin)
}

/// `format` on the colour of a code, with letters that can be read on it; `None` when `hex` is no colour.
pub(super) fn painted(format: Format, hex: &str) -> Option<Format> {
    let color = channels(hex)?;
    let [red, green, blue] = color.map(u32::from);
    let letters = if wants_black_letters(color) { Color::Black } else { Color::White };
    Some(format.set_background_color(Color::RGB(red << 16 | green << 8 | blue)).set_font_color(letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_high_as_their_text_and_no_higher_than_eight_lines() {
        assert_eq!(lines_of("", 60), 1);
        assert_eq!(lines_of(&"x".repeat(54), 60), 1);
        assert_eq!(lines_of(&"x".repeat(55), 60), 2);
        assert_eq!(lines_of(&"漢".repeat(55), 60), 3);
        assert_eq!(lines_of("a\n\nb", 60), 3);
        assert_eq!((height_of(0), height_of(3), height_of(400)), (15.0, 45.0, 120.0));
    }
}
