//! The rows of one sheet of an Office Open XML workbook.

use std::io::Read;

use super::limits::Limits;
use super::package::Package;
use super::spool::{Spool, is_place};
use super::strings::{Strings, read_rich_text};
use super::typed::{NOT_CALCULATED, boolean, formatted};
use super::xml::{Node, Xml};
use crate::error::{Error, Result};

/// What the value of a cell is.
#[derive(Clone, Copy)]
enum Type {
    Number,
    /// The number of a text that cells share.
    Shared,
    /// Text in the cell itself, or what a formula gave.
    Text,
    Boolean,
    Error,
    /// A date as text.
    Date,
}

/// A cell as its tag says it.
struct Cell {
    column: u32,
    kind: Type,
    style: usize,
}

/// Reads the rows of the sheet that `xml` is. `wanted` is asked once the header is known; without it the rest is passed over.
///
/// # Errors
/// As [`Xml::next`]; refuses rows and cells in impossible places, and numbers of texts that are not there.
pub(super) fn read_sheet<R: Read>(
    mut xml: Xml<R>,
    package: &Package,
    strings: &mut Strings,
    limits: Limits,
    left: &mut u64,
    mut wanted: impl FnMut(&[String]) -> bool,
) -> Result<Option<Spool>> {
    let mut spool = Spool::new();
    let (mut row, mut column) = (0, 0);
    let mut is_wanted = None;
    loop {
        match xml.next()? {
            Node::Start(tag) if tag.name() == "row" => {
                let mut stated = None;
                tag.raw(|key, value| {
                    if key == "r" {
                        stated = Some(value.parse().unwrap_or(0));
                    }
                });
                row = stated.unwrap_or(row + 1);
                column = 0;
                if !is_place(row, 0) {
                    return Err(xml.malformed("a row has no number"));
                }
            }
            Node::Start(tag) if tag.name() == "c" => {
                let mut cell = Cell { column, kind: Type::Number, style: 0 };
                let (mut is_known, mut place) = (true, Some((row, column)));
                tag.raw(|key, value| match key {
                    "r" => place = parse_place(value),
                    "s" => cell.style = value.parse().unwrap_or(0),
                    "t" => match value {
                        "n" => cell.kind = Type::Number,
                        "s" => cell.kind = Type::Shared,
                        "str" | "inlineStr" => cell.kind = Type::Text,
                        "b" => cell.kind = Type::Boolean,
                        "e" => cell.kind = Type::Error,
                        "d" => cell.kind = Type::Date,
                        _ => is_known = false,
                    },
                    _ => {}
                });
                let Some((own_row, own_column)) = place.filter(|(row, column)| is_place(*row, *column))
                else {
                    return Err(xml.malformed("a cell has no place"));
                };
                if own_row != row || !is_known {
                    return Err(xml.malformed("a cell is not what its row says"));
                }
                cell.column = own_column;
                column = own_column + 1;
                read_cell(&mut xml, &cell, package, strings, limits, &mut spool)?;
            }
            Node::End(tag) if tag.name() == "row" => {
                if spool.row_length() > 0 {
                    xml.found();
                }
                spool.end_row(row, 1, left)?;
                if is_wanted.is_none() {
                    is_wanted = spool.header().map(&mut wanted);
                }
                if is_wanted == Some(false) {
                    return Ok(None);
                }
            }
            Node::End(tag) if tag.name() == "sheetData" => break,
            Node::Eof => return Err(xml.malformed("it ends before its rows do")),
            _ => {}
        }
    }
    xml.drain()?;
    Ok(Some(spool))
}

/// Reads a cell that has just begun.
fn read_cell<R: Read>(
    xml: &mut Xml<R>,
    cell: &Cell,
    package: &Package,
    strings: &mut Strings,
    limits: Limits,
    spool: &mut Spool,
) -> Result<()> {
    let outer = xml.depth();
    let mut value = String::new();
    let (mut inside, mut has_value, mut has_formula) = (false, false, false);
    let mut inline = None;
    while xml.depth() >= outer {
        match xml.next()? {
            Node::Start(tag) => {
                inside = tag.name() == "v";
                has_value |= inside;
                has_formula |= tag.name() == "f";
                if tag.name() == "is" {
                    let mut text = String::new();
                    read_rich_text(xml, &mut text, limits)?;
                    inline = Some(text);
                }
            }
            Node::End(_) => inside = false,
            Node::Text(piece) if inside => value.push_str(&piece),
            Node::Text(_) | Node::Other => {}
            Node::Eof => return Err(xml.malformed("it ends within a cell")),
        }
        if value.len() > limits.cell || spool.row_length() > 2 * limits.cell {
            return Err(xml.malformed("the text of a row is longer than any row"));
        }
    }
    if let Some(text) = inline {
        // A `v` beside it would say the same.
        spool.cell(cell.column, &text);
        return Ok(());
    }
    // Some programs write an empty value beside a formula that they do not calculate. One that gave a blank text says so.
    if has_formula && value.is_empty() && !(has_value && matches!(cell.kind, Type::Text)) {
        spool.cell(cell.column, NOT_CALCULATED);
        return Ok(());
    }
    let number = value.trim();
    match cell.kind {
        _ if value.is_empty() => {}
        Type::Shared => {
            let text = match number.parse() {
                Ok(number) => strings.get(number)?,
                Err(_) => None,
            };
            match text {
                Some(text) => spool.cell(cell.column, text),
                None => return Err(xml.malformed(&format!("there is no text of number `{number}`"))),
            }
        }
        Type::Text => spool.cell(cell.column, &super::escapes::unescape(&value)),
        Type::Error => spool.cell(cell.column, number),
        Type::Boolean => spool.cell(cell.column, &boolean(!matches!(number, "0" | "false"))),
        Type::Date => spool.cell(cell.column, &super::typed::iso_date(number)),
        Type::Number => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                spool.cell(cell.column, &formatted(number, package.kind_of(cell.style), package.is_1904));
            }
            _ => return Err(Error::refused(format!("the number of a cell is `{number}`"))),
        },
    }
    Ok(())
}

/// `AB12` as row 12 and column 27.
fn parse_place(place: &str) -> Option<(u32, u32)> {
    let digits = place.find(|letter: char| letter.is_ascii_digit())?;
    let mut column: u32 = 0;
    for letter in place[..digits].bytes() {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((place[digits..].parse().ok()?, column.checked_sub(1)?))
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
