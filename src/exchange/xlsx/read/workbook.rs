//! A workbook that was read: which of its sheets are tables of the contract.

use std::io::{Read, Seek, SeekFrom};

use super::archive::{Archive, SAVE_AGAIN};
use super::limits::Limits;
use super::package::{Package, workbook_part};
use super::sheet::read_sheet;
use super::spool::{SheetRows, Spool};
use super::strings::Strings;
use super::xml::Xml;
use super::{super::read_me::ReadMe, ods};
use crate::error::{Error, Result};
use crate::exchange::csv::{Delimiter, ReadOptions, Sheet};
use crate::exchange::xlsx::table::{READ_ME, Table};

/// A workbook that was read.
pub struct Workbook {
    /// What it says of itself, when it is one of ours.
    pub read_me: Option<ReadMe>,
    /// The sheets that are tables, in the order of [`Table::IN_ORDER`].
    pub tables: Vec<Found>,
    /// The sheets that were passed over, and why. Blank ones are not told.
    pub passed_over: Vec<String>,
}

/// A sheet that is a table.
pub struct Found {
    /// Which.
    pub table: Table,
    /// The sheet.
    pub sheet: SheetRows,
}

impl Workbook {
    /// Reads the workbook that `source` is. Its tables are put down in temporary files where they are large.
    ///
    /// # Errors
    /// Refuses what is no .xlsx or .ods, a damaged or encrypted one, one beyond the limits, and one without any table; the
    /// system's.
    pub fn read<R: Read + Seek>(mut source: R, limits: Limits) -> Result<Workbook> {
        check_kind(&mut source)?;
        let mut archive = Archive::open(source, limits)?;
        let mut left = limits.text;
        let sheets = if ods::is_spreadsheet(&mut archive)? {
            ods::read_tables(&mut archive, limits, &mut left, is_wanted)?
        } else if let Some(part) = workbook_part(&mut archive, limits)? {
            if part.ends_with(".bin") {
                return Err(Error::refused("this is a binary workbook (.xlsb)").hint("save it as .xlsx"));
            }
            read_package(&mut archive, &part, limits, &mut left)?
        } else {
            return Err(Error::refused("this is an archive, but neither an .xlsx nor an .ods workbook")
                .hint("save the sheets as .xlsx, .ods or CSV"));
        };
        Workbook::of(sheets)
    }

    /// Tells the sheets apart.
    fn of(sheets: Vec<SheetRows>) -> Result<Workbook> {
        let mut workbook = Workbook { read_me: None, tables: Vec::new(), passed_over: Vec::new() };
        let mut by_header = Vec::new();
        let mut seen = Vec::new();
        for mut sheet in sheets {
            if !sheet.header.is_empty() {
                seen.push(format!("`{}`", sheet.name));
            }
            if is_read_me(&sheet.name) {
                workbook.read_me = read_explanation(&mut sheet)?;
            } else if let Some(table) = named(&sheet.name, &sheet.header) {
                workbook.tables.push(Found { table, sheet });
            } else if let Some(table) = Table::of_header(&sheet.header) {
                by_header.push(Found { table, sheet });
            } else if let Some(table) = Table::of_name(&sheet.name).filter(|_| !sheet.header.is_empty()) {
                return Err(unnamed_columns(&sheet, table));
            } else if !sheet.header.is_empty() {
                workbook.passed_over.push(format!(
                    "sheet `{}`: its columns are not those of a table: {}",
                    sheet.name,
                    columns_of(&sheet)
                ));
            }
        }
        for found in by_header {
            // A copy of a sheet, kept beside it: its rows would come back as new ones.
            if workbook
                .tables
                .iter()
                .any(|other| other.table == found.table && Table::of_name(&other.sheet.name).is_some())
            {
                workbook.passed_over.push(format!(
                    "sheet `{}`: it looks like `{}`, which is there under its own name",
                    found.sheet.name,
                    found.table.name()
                ));
            } else {
                workbook.tables.push(found);
            }
        }
        if workbook.tables.is_empty() {
            let names = seen.join(", ");
            return Err(Error::refused(match seen.len() {
                0 => "the workbook is empty: it has no cell".to_owned(),
                _ => format!("no sheet of this workbook is known: {names}"),
            })
            .hint("the first row names the columns, as `postil export xlsx` writes them: document, quote, code, …"));
        }
        workbook.tables.sort_by_key(|found| Table::IN_ORDER.iter().position(|table| *table == found.table));
        Ok(workbook)
    }
}

/// The columns of a sheet, for a message.
fn columns_of(sheet: &SheetRows) -> String {
    let named = sheet.header.iter().filter(|name| !name.is_empty());
    let named: Vec<String> = named.take(8).map(|name| format!("`{name}`")).collect();
    named.join(", ")
}

/// A sheet has the name of a table and none of its columns: perhaps a title was put above them. Passed over, the edits in it
/// would be lost.
fn unnamed_columns(sheet: &SheetRows, table: Table) -> Error {
    let wanted: Vec<&str> = table.columns().iter().take(8).map(|column| column.name).collect();
    Error::refused(format!("sheet `{}`: none of its columns is known: {}", sheet.name, columns_of(sheet)))
        .hint(format!(
            "its first row names the columns: {}, …; delete what stands above it",
            wanted.join(", ")
        ))
        .hint("a sheet for something else wants another name")
}

/// Whether the rows of a sheet are worth reading.
fn is_wanted(name: &str, header: &[String]) -> bool {
    is_read_me(name) || named(name, header).is_some() || Table::of_header(header).is_some()
}

fn is_read_me(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(READ_ME)
}

/// The table that a sheet is by its name, if it has any of its columns.
fn named(name: &str, header: &[String]) -> Option<Table> {
    Table::of_name(name).filter(|table| table.known_in(header) > 0)
}

/// The first sheet of our own workbooks. Its first row is no header, so it is read with the others.
fn read_explanation(sheet: &mut SheetRows) -> Result<Option<ReadMe>> {
    let options = ReadOptions { encoding: None, delimiter: Some(Delimiter::Comma), guard: false };
    let Ok(mut rows) = Sheet::open(&mut sheet.csv, &[], options) else { return Ok(None) };
    let mut cells = Vec::new();
    while let Some(row) = rows.next_row()? {
        cells.push((row.at(0).to_owned(), row.at(1).to_owned()));
    }
    ReadMe::parse(cells.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// The sheets of an Office Open XML workbook. Of those that are not wanted only the name and header are kept.
fn read_package<R: Read + Seek>(
    archive: &mut Archive<R>,
    part: &str,
    limits: Limits,
    left: &mut u64,
) -> Result<Vec<SheetRows>> {
    let package = Package::read(archive, part, limits)?;
    let mut strings = match &package.strings {
        Some(part) => match archive.part(part)? {
            Some(source) => Strings::read(Xml::new(source, part, limits), limits)?,
            None => Strings::none(),
        },
        None => Strings::none(),
    };
    let mut sheets = Vec::new();
    for (name, part) in &package.sheets {
        let place = |error: Error| error.at(format!("sheet `{name}`"));
        let Some(source) = archive.part(part).map_err(place)? else {
            return Err(place(
                Error::refused(format!("the workbook is damaged: it has no `{part}`")).hint(SAVE_AGAIN),
            ));
        };
        let xml = Xml::new(source, part, limits);
        let mut header = Vec::new();
        let spool = read_sheet(xml, &package, &mut strings, limits, left, |names| {
            header = names.to_vec();
            is_wanted(name, names)
        })
        .map_err(place)?;
        let mut rows = spool.unwrap_or_else(Spool::new).finish(name.clone())?;
        rows.header = header;
        sheets.push(rows);
    }
    Ok(sheets)
}

/// Refuses what is no archive by what it is.
fn check_kind<R: Read + Seek>(source: &mut R) -> Result<()> {
    let failed = |cause| Error::io("the workbook cannot be read", cause);
    let mut start = Vec::new();
    source.seek(SeekFrom::Start(0)).map_err(failed)?;
    source.take(512).read_to_end(&mut start).map_err(failed)?;
    source.seek(SeekFrom::Start(0)).map_err(failed)?;
    let csv = "`postil import csv` reads CSV";
    let xml = start.trim_ascii_start();
    let refusal = if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(());
    } else if start.is_empty() {
        Error::refused("the file is empty").hint("`postil export xlsx -o FILE.xlsx` writes workbooks")
    } else if start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        Error::refused("the workbook is encrypted, or in the format of Excel before 2007 (.xls)")
            .hint("open it (with its password), and save it as .xlsx without one")
    } else if xml.starts_with(b"<") || xml.starts_with("\u{FEFF}<".as_bytes()) {
        Error::refused("this is XML or HTML, not a workbook").hint("save it as .xlsx or .ods")
    } else {
        Error::refused("this is not an .xlsx or .ods workbook").hint(csv)
    };
    Err(refusal)
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;
