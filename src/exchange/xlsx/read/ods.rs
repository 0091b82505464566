//! The tables of an OpenDocument spreadsheet: all of them in one part, one after the other.

use std::io::{Read, Seek};

use super::archive::{Archive, encrypted};
use super::limits::Limits;
use super::spool::{SheetRows, Spool, is_place};
use super::typed::{self, NOT_CALCULATED};
use super::xml::{Node, Tag, Xml};
use crate::error::{Error, Result};

/// The part with the tables.
const CONTENT: &str = "content.xml";
/// How much of the list of files is looked at, in bytes.
const LARGEST_MANIFEST: u64 = 16 << 20;
/// The kinds of document that are spreadsheets.
const KINDS: [&str; 2] = [
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.spreadsheet-template",
];

/// Whether the archive is an OpenDocument spreadsheet.
///
/// # Errors
/// Refuses another kind of OpenDocument, and one that a password protects.
pub(super) fn is_spreadsheet<R: Read + Seek>(archive: &mut Archive<R>) -> Result<bool> {
    let Some(kind) = archive.small("mimetype", 200)? else { return Ok(false) };
    let kind = String::from_utf8_lossy(&kind);
    let kind = kind.trim();
    if !kind.starts_with("application/vnd.oasis.opendocument.") {
        return Ok(false);
    }
    if !KINDS.contains(&kind) {
        return Err(Error::refused(format!("this is an OpenDocument file, but no spreadsheet: `{kind}`"))
            .hint("`postil import xlsx` reads .xlsx and .ods"));
    }
    // What is encrypted is packed like anything else; only the list of files says so.
    let manifest = archive.small("META-INF/manifest.xml", LARGEST_MANIFEST)?.unwrap_or_default();
    let holds = |word: &[u8]| memchr::memmem::find(&manifest, word).is_some();
    if holds(b"encryption-data") || archive.has("encrypted-package") {
        return Err(encrypted());
    }
    Ok(true)
}

/// Reads the tables. `wanted` is asked of each by its name and header once that is known; of those that are not wanted only
/// the header is kept.
///
/// # Errors
/// As [`Xml::next`]; refuses rows and cells in impossible places.
pub(super) fn read_tables<R: Read + Seek>(
    archive: &mut Archive<R>,
    limits: Limits,
    left: &mut u64,
    mut wanted: impl FnMut(&str, &[String]) -> bool,
) -> Result<Vec<SheetRows>> {
    let Some(source) = archive.part(CONTENT)? else {
        return Err(Error::refused(format!("the workbook is damaged: it has no `{CONTENT}`")));
    };
    let mut xml = Xml::new(source, CONTENT, limits);
    let mut tables = Vec::new();
    // Tables stand in the body alone; those within links and tracked changes are something else.
    let mut body = None;
    loop {
        let depth = xml.depth();
        let name = match xml.next()? {
            Node::Start(tag) if tag.full_name() == "office:spreadsheet" => {
                body = Some(depth + 1);
                None
            }
            Node::Start(tag) if tag.full_name() == "table:table" && body == Some(depth) => {
                Some(tag.text("table:name").unwrap_or_default())
            }
            Node::Eof => break,
            _ => None,
        };
        if let Some(name) = name {
            if tables.len() == limits.sheets {
                return Err(Error::refused(format!("the workbook has more than {} sheets", limits.sheets)));
            }
            let spool = read_table(&mut xml, limits, left, |header| wanted(&name, header))
                .map_err(|error| error.at(format!("sheet `{name}`")))?;
            tables.push(spool.finish(name)?);
        }
    }
    xml.drain()?;
    Ok(tables)
}

/// Reads the table that has just begun.
fn read_table<R: Read>(
    xml: &mut Xml<R>,
    limits: Limits,
    left: &mut u64,
    mut wanted: impl FnMut(&[String]) -> bool,
) -> Result<Spool> {
    let outer = xml.depth();
    let mut spool = Spool::new();
    let (mut row, mut times, mut column) = (1_u32, 1_u32, 0_u32);
    let mut is_wanted = None;
    while xml.depth() >= outer {
        let cell = match xml.next()? {
            Node::Start(tag) => match tag.full_name() {
                "table:table-row" => {
                    times = repeated(&tag, "table:number-rows-repeated");
                    column = 0;
                    None
                }
                "table:table-cell" | "table:covered-table-cell" => Some(Cell::of(&tag)),
                // A row may stand within header rows or groups; nothing else in a table has cells of it.
                "table:table-header-rows" | "table:table-row-group" | "table:table-rows" => None,
                _ => {
                    xml.skip()?;
                    None
                }
            },
            Node::End(tag) if tag.full_name() == "table:table-row" => {
                if spool.row_length() > 0 {
                    xml.found();
                }
                end_row(&mut spool, row, times, left)?;
                row = row.saturating_add(times);
                if is_wanted.is_none() {
                    is_wanted = spool.header().map(&mut wanted);
                }
                if is_wanted == Some(false) {
                    while xml.depth() >= outer {
                        if matches!(xml.next()?, Node::Eof) {
                            return Err(xml.malformed("it ends within a table"));
                        }
                    }
                    return Ok(spool);
                }
                None
            }
            Node::Eof => return Err(xml.malformed("it ends within a table")),
            _ => None,
        };
        if let Some(mut cell) = cell {
            let text = cell.read(xml, limits)?;
            if !text.is_empty() {
                if !is_place(row, column.saturating_add(cell.times - 1)) {
                    return Err(xml.malformed("a cell stands outside of any sheet"));
                }
                for repeated in 0..cell.times {
                    spool.cell(column + repeated, &text);
                    if spool.row_length() > 2 * limits.cell {
                        return Err(xml.malformed("the text of a row is longer than any row"));
                    }
                }
            }
            column = column.saturating_add(cell.times);
        }
    }
    Ok(spool)
}

fn end_row(spool: &mut Spool, row: u32, times: u32, left: &mut u64) -> Result<()> {
    // Blank rows may go on to the end of the sheet, and with some programs beyond.
    let last = row.saturating_add(times - 1);
    if spool.row_length() > 0 && !is_place(last, 0) {
        return Err(Error::refused(format!("row {last} is beyond the end of any sheet")));
    }
    spool.end_row(row, times, left)
}

/// How often an element stands for itself; at least once.
fn repeated(tag: &Tag<'_>, attribute: &str) -> u32 {
    let mut times = 1;
    tag.raw(|key, value| {
        if key == attribute {
            times = value.parse().unwrap_or(1);
        }
    });
    times.max(1)
}

/// A cell as its tag says it.
struct Cell {
    times: u32,
    /// What stands in the tag, made text; `None` when it is the content that counts.
    value: Option<String>,
    is_calculated: bool,
    is_text: bool,
}

impl Cell {
    fn of(tag: &Tag<'_>) -> Cell {
        let mut cell = Cell { times: 1, value: None, is_calculated: false, is_text: false };
        let (mut kind, mut number, mut is_error) = (String::new(), None, false);
        tag.raw(|key, value| match key {
            "table:number-columns-repeated" => cell.times = value.parse().unwrap_or(1),
            "table:formula" => cell.is_calculated = true,
            "office:value-type" => value.clone_into(&mut kind),
            "calcext:value-type" => is_error = value == "error",
            "office:value" => number = value.parse::<f64>().ok().filter(|number| number.is_finite()),
            "office:date-value" => cell.value = Some(typed::iso_date(value)),
            "office:time-value" => cell.value = Some(typed::iso_time(value)),
            "office:boolean-value" => cell.value = Some(typed::boolean(value == "true")),
            _ => {}
        });
        cell.times = cell.times.max(1);
        cell.is_text = kind == "string";
        match kind.as_str() {
            // The text of an error stands in the content, beside a value that is none.
            _ if is_error => cell.value = None,
            "percentage" => cell.value = number.map(typed::percent),
            "float" | "currency" => cell.value = number.map(typed::number),
            "date" | "time" | "boolean" => {}
            _ => cell.value = tag.text("office:string-value"),
        }
        cell
    }

    /// Reads to the end of the cell that has just begun.
    fn read<R: Read>(&mut self, xml: &mut Xml<R>, limits: Limits) -> Result<String> {
        let outer = xml.depth();
        let mut text = String::new();
        let mut paragraphs = 0;
        let mut in_paragraph = None;
        while xml.depth() >= outer {
            let depth = xml.depth();
            match xml.next()? {
                Node::Start(tag) => match tag.full_name() {
                    "text:p" | "text:h" => {
                        paragraphs += 1;
                        if paragraphs > 1 {
                            text.push('\n');
                        }
                        in_paragraph = Some(depth);
                    }
                    "text:s" => {
                        let spaces = repeated(&tag, "text:c").min(1 << 16);
                        (0..spaces).for_each(|_| text.push(' '));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    "text:span" | "text:a" | "text:ruby" | "text:ruby-base" | "text:meta" => {}
                    // What is pinned to a cell is not in it: comments, drawings, the reading aid of East Asian texts.
                    _ => xml.skip()?,
                },
                Node::End(_) if in_paragraph == Some(depth.saturating_sub(1)) => in_paragraph = None,
                Node::Text(piece) if in_paragraph.is_some() => text.push_str(&piece),
                Node::Eof => return Err(xml.malformed("it ends within a cell")),
                _ => {}
            }
            if text.len() > limits.cell {
                return Err(xml.malformed("a text in it is longer than any cell"));
            }
        }
        let text = self.value.take().unwrap_or(text);
        // A formula that gave a blank text says that it is one.
        if self.is_calculated && text.is_empty() && !self.is_text {
            return Ok(NOT_CALCULATED.to_owned());
        }
        Ok(text)
    }
}

#[cfg(test)]
#[path = "ods_tests.rs"]
mod tests;
