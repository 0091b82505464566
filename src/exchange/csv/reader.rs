//! A table with a header, read row by row.

use std::io::Read;

use super::column::Column;
use super::dialect::Delimiter;
use super::encoding::{TextSource, encoding_of};
use super::refusal::Refusal;
use super::scanner::{Cells, ScanError, Scanner};
use crate::domain::guard::unguard;
use crate::error::{Error, Result};

/// How a table is to be read where it does not say so itself.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The label of the encoding, as given with `--encoding`; a byte-order mark overrules it.
    pub encoding: Option<&'a str>,
    /// The delimiter; `None` guesses it from the header.
    pub delimiter: Option<Delimiter>,
    /// Whether free text was guarded when it was written, so that the guard is to be removed.
    pub guard: bool,
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        ReadOptions { encoding: None, delimiter: None, guard: true }
    }
}

/// A table being read.
pub struct Sheet<R> {
    scanner: Scanner<R>,
    delimiter: Delimiter,
    guard: bool,
    header: Vec<String>,
    /// For each known column, where it stands in the header.
    positions: Vec<Option<usize>>,
    /// Where the columns stand that are not known.
    unknown: Vec<usize>,
}

/// One row of a [`Sheet`].
#[derive(Clone, Copy)]
pub struct Row<'a> {
    cells: Cells<'a>,
    guard: bool,
    header: &'a [String],
    positions: &'a [Option<usize>],
}

/// A table whose header was read, before it is decided what its columns mean.
pub struct Headed<R> {
    scanner: Scanner<R>,
    delimiter: Delimiter,
    guard: bool,
    header: Vec<String>,
}

impl<R: Read> Headed<R> {
    /// Reads the header of `source`. The delimiter is the one under which most of `names` are in it.
    ///
    /// # Errors
    /// Refuses an empty source, and whatever cannot be decoded.
    pub fn read(source: R, names: &[Column], options: ReadOptions<'_>) -> Result<Self> {
        let encoding = options.encoding.map(encoding_of).transpose()?;
        let mut scanner = Scanner::new(TextSource::new(source, encoding));
        let declared = skip_to_header(&mut scanner)?;
        let delimiter = match options.delimiter.or(declared) {
            Some(delimiter) => delimiter,
            None => guess_delimiter(&mut scanner, names)?,
        };
        if !scanner.read(delimiter.byte())? {
            return Err(Error::refused("the table is empty: it has no header row")
                .hint("the first row names the columns, as `postil export csv` writes them"));
        }
        let header: Vec<String> = scanner.cells().iter().map(|name| name.trim().to_owned()).collect();
        // Our files begin with a byte-order mark. Read as Windows-1252 and saved again, it is these three letters.
        if header.first().is_some_and(|name| name.starts_with("ï»¿")) {
            return Err(Error::refused(
                "this file was UTF-8, was opened in another encoding and saved again: `ï»¿`",
            )
            .hint("open the original anew and choose the encoding UTF-8 (65001) in the import dialogue"));
        }
        Ok(Headed { scanner, delimiter, guard: options.guard, header })
    }

    /// The header as written, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Takes a quote for text like any other character, for programs that write tables without quoting.
    pub fn take_quotes_as_text(&mut self) {
        self.scanner.take_quotes_as_text();
    }

    /// The table, read by the `known` columns; by none, when every column is read by its place.
    ///
    /// # Errors
    /// Refuses a header without any known column, and a known column that is there twice.
    pub fn knowing(self, known: &[Column]) -> Result<Sheet<R>> {
        let Headed { scanner, delimiter, guard, header } = self;
        let positions = known
            .iter()
            .map(|column| position_of(*column, &header))
            .collect::<Result<Vec<Option<usize>>>>()?;
        if !known.is_empty() && positions.iter().all(Option::is_none) {
            let names: Vec<&str> = known.iter().map(|column| column.name).collect();
            return Err(Error::refused(format!(
                "no column of this table is known: `{}`",
                header.join("`, `")
            ))
            .hint(format!("the columns are {}", names.join(", "))));
        }
        let unknown = (0..header.len()).filter(|index| !positions.contains(&Some(*index))).collect();
        Ok(Sheet { scanner, delimiter, guard, header, positions, unknown })
    }
}

impl<R: Read> Sheet<R> {
    /// Reads the header of `source`. `known` are the columns looked for; with none, every column is an unknown one
    /// and the delimiter is the one that splits the header most.
    ///
    /// # Errors
    /// Refuses an empty source, a header without any known column, a known column that is there twice, and
    /// whatever cannot be decoded.
    pub fn open(source: R, known: &[Column], options: ReadOptions<'_>) -> Result<Self> {
        Headed::read(source, known, options)?.knowing(known)
    }

    /// The next row that is not blank; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read on: it failed, is not text, its cells cannot be told apart, or more rows are blank than a
    /// sheet has.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        let mut blank = 0;
        while self.scanner.read(self.delimiter.byte())? {
            if !self.scanner.cells().is_blank() {
                return Ok(self.last_row());
            }
            blank += 1;
            check_blank(blank, self.scanner.cells().row())?;
        }
        Ok(None)
    }

    /// The row that was read last, once more.
    pub fn last_row(&self) -> Option<Row<'_>> {
        let cells = self.scanner.cells();
        (!cells.is_empty()).then_some(Row {
            cells,
            guard: self.guard,
            header: &self.header,
            positions: &self.positions,
        })
    }

    /// The header as written, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Whether the guard is removed from free text.
    pub fn guard(&self) -> bool {
        self.guard
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> Delimiter {
        self.delimiter
    }

    /// Whether the known column at `index` of the list given to [`Sheet::open`] is there.
    pub fn has(&self, index: usize) -> bool {
        self.positions.get(index).copied().flatten().is_some()
    }

    /// Where the unknown columns stand in the header, in order; blank names (a stray delimiter) are left out.
    pub fn unknown_columns(&self) -> impl Iterator<Item = (usize, &str)> {
        self.unknown
            .iter()
            .map(|index| (*index, self.header[*index].as_str()))
            .filter(|(_, name)| !name.is_empty())
    }
}

impl<'a> Row<'a> {
    /// The spreadsheet row; the header is row 1, and a line break within a cell does not count.
    pub fn number(&self) -> u64 {
        self.cells.row()
    }

    /// The cell of the known column at `index`; `None` when the table has no such column, blank when the row is
    /// too short.
    pub fn known(&self, index: usize) -> Option<&'a str> {
        let position = self.positions.get(index).copied().flatten()?;
        Some(self.cells.get(position).unwrap_or(""))
    }

    /// The free text that `cell` stands for: without its guard, if the table has one.
    pub fn text_of(&self, cell: &'a str) -> &'a str {
        if self.guard { unguard(cell) } else { cell }
    }

    /// The cell at `position` of the header; blank when the row is too short.
    pub fn at(&self, position: usize) -> &'a str {
        self.cells.get(position).unwrap_or("")
    }

    /// Whether the table has the known column at `index` but this row ends before it.
    pub fn ends_before(&self, index: usize) -> bool {
        self.positions.get(index).copied().flatten().is_some_and(|position| position >= self.cells.len())
    }

    /// All cells as read.
    pub fn cells(&self) -> Cells<'a> {
        self.cells
    }

    /// How many cells the row lacks at its end. Excel leaves out the last delimiters of rows whose last cells are
    /// blank over many rows; a file cut short looks the same.
    pub fn lacking(&self) -> usize {
        self.header.len().saturating_sub(self.cells.len())
    }

    /// Refuses a row whose cells cannot be told apart: too many of them, or text after a closing quote.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_shape(&self) -> Result<(), Refusal> {
        if self.cells.has_text_after_quote() {
            let reason = "text stands after the closing quote of a cell; quotes within a cell are doubled";
            return Err(Refusal::row(self.number(), reason));
        }
        if (self.header.len()..self.cells.len()).any(|index| !self.at(index).is_empty()) {
            let reason = format!("has {} cells where the header has {}", self.cells.len(), self.header.len());
            return Err(Refusal::row(self.number(), reason));
        }
        Ok(())
    }

    /// Refuses a row that lacks cells at its end.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_complete(&self) -> Result<(), Refusal> {
        match self.lacking() {
            0 => Ok(()),
            _ => {
                let (cells, columns) = (self.cells.len(), self.header.len());
                Err(Refusal::row(self.number(), format!("has {cells} cells where the header has {columns}")))
            }
        }
    }
}

/// Refuses a table in which `blank` rows up to `row` are blank, when that is more than any sheet has: what goes on so is no
/// table, and may go on for gigabytes.
fn check_blank(blank: u64, row: u64) -> Result<()> {
    const MOST: u64 = 1 << 20;
    if blank <= MOST {
        return Ok(());
    }
    Err(Error::refused(format!(
        "row {row}: more than {MOST} blank rows stand before it, one after the other"
    ))
    .hint("is this the right file? a spreadsheet saves only the rows that are filled"))
}

/// Passes blank lines and a `sep=` line, which is returned.
fn skip_to_header<R: Read>(scanner: &mut Scanner<R>) -> Result<Option<Delimiter>> {
    let mut declared = None;
    let mut blank = 0;
    loop {
        // `sep=,` is cut at its comma here; joining the cells mends it.
        let line = match scanner.peek(Delimiter::Comma.byte()) {
            Ok(true) => scanner.cells().iter().collect::<Vec<_>>().join(","),
            Ok(false) => return Ok(declared),
            // Leave a header with strange quotes to the guess, which knows the other delimiters.
            Err(ScanError::Shape(_)) => return Ok(declared),
            Err(ScanError::Source(error)) => return Err(error),
        };
        if declared.is_none() && Delimiter::declared_by(&line).is_some() {
            declared = Delimiter::declared_by(&line);
            scanner.read(Delimiter::Comma.byte())?;
            scanner.forget_row();
        } else if scanner.cells().is_blank() && scanner.cells().len() == 1 {
            scanner.read(Delimiter::Comma.byte())?;
            blank += 1;
            check_blank(blank, scanner.cells().row())?;
        } else {
            return Ok(declared);
        }
    }
}

/// The delimiter under which the header has most known names, and among equals most cells.
fn guess_delimiter<R: Read>(scanner: &mut Scanner<R>, known: &[Column]) -> Result<Delimiter> {
    let mut best: Option<((usize, usize), Delimiter)> = None;
    let mut failure = None;
    for delimiter in Delimiter::ALL {
        match scanner.peek(delimiter.byte()) {
            Ok(_) => {
                let cells = scanner.cells();
                let matches =
                    cells.iter().filter(|cell| known.iter().any(|column| column.is(cell.trim()))).count();
                let score = (matches, cells.len());
                if best.is_none_or(|(highest, _)| score > highest) {
                    best = Some((score, delimiter));
                }
            }
            Err(ScanError::Shape(error)) => failure = failure.or(Some(error)),
            Err(ScanError::Source(error)) => return Err(error),
        }
    }
    match (best, failure) {
        // The header failed under the delimiter that it was written with: say that, not that no name is known.
        (Some(((0, cells), _)), Some(error)) if !known.is_empty() || cells < 2 => Err(error),
        (Some((_, delimiter)), _) => Ok(delimiter),
        (None, Some(error)) => Err(error),
        (None, None) => Ok(Delimiter::Comma),
    }
}

/// Where `column` stands in `header`.
fn position_of(column: Column, header: &[String]) -> Result<Option<usize>> {
    let mut places = (0..header.len()).filter(|index| column.is(&header[*index]));
    let first = places.next();
    match places.next() {
        None => Ok(first),
        Some(second) => Err(Error::refused(format!(
            "the column `{}` is there twice, in columns {} and {}",
            column.name,
            first.map_or(0, |index| index + 1),
            second + 1
        ))
        .hint("delete or rename one of them: which one counts cannot be told")),
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
