//! A table with a header, read row by row.

use std::io::Read;

use super::column::Column;
use super::dialect::Delimiter;
use super::encoding::{TextSource, encoding_of};
use super::refusal::Refusal;
use super::scanner::{Cells, ScanError, Scanner};
use crate::error::{Error, Result};

/// How a table is to be read where it does not say so itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// The label of the encoding, as given with `--encoding`; a byte-order mark overrules it.
    pub encoding: Option<&'a str>,
    /// The delimiter; `None` guesses it from the header.
    pub delimiter: Option<Delimiter>,
}

/// A table being read.
pub struct Sheet<R> {
    scanner: Scanner<R>,
    delimiter: Delimiter,
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
    header: &'a [String],
    positions: &'a [Option<usize>],
}

impl<R: Read> Sheet<R> {
    /// Reads the header of `source`. `known` are the columns looked for; with none, every column is an unknown one
    /// and the delimiter is the one that splits the header most.
    ///
    /// # Errors
    /// Refuses an empty source, a header without any known column, a known column that is there twice, and
    /// whatever cannot be decoded.
    pub fn open(source: R, known: &[Column], options: ReadOptions<'_>) -> Result<Self> {
        let encoding = options.encoding.map(encoding_of).transpose()?;
        let mut scanner = Scanner::new(TextSource::new(source, encoding));
        let declared = skip_to_header(&mut scanner)?;
        let delimiter = match options.delimiter.or(declared) {
            Some(delimiter) => delimiter,
            None => guess_delimiter(&mut scanner, known)?,
        };
        if !scanner.read(delimiter.byte())? {
            return Err(Error::refused("the table is empty: it has no header row")
                .hint("the first row names the columns, as `postil export csv` writes them"));
        }
        let header: Vec<String> = scanner.cells().iter().map(|name| name.trim().to_owned()).collect();
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
        Ok(Sheet { scanner, delimiter, header, positions, unknown })
    }

    /// The next row that is not blank; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read on: it failed, is not text, or its cells cannot be told apart.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>> {
        while self.scanner.read(self.delimiter.byte())? {
            if !self.scanner.cells().is_blank() {
                return Ok(self.last_row());
            }
        }
        Ok(None)
    }

    /// The row that was read last, once more.
    pub fn last_row(&self) -> Option<Row<'_>> {
        let cells = self.scanner.cells();
        (!cells.is_empty()).then_some(Row { cells, header: &self.header, positions: &self.positions })
    }

    /// The header as written, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
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

/// Passes blank lines and a `sep=` line, which is returned.
fn skip_to_header<R: Read>(scanner: &mut Scanner<R>) -> Result<Option<Delimiter>> {
    let mut declared = None;
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
mod tests {
    use super::super::column::Kind;
    use super::*;

    const KNOWN: [Column; 3] = [
        Column::new("id", Kind::Id),
        Column::new("end", Kind::Number).or(&["stop"]),
        Column::new("note", Kind::Text),
    ];

    fn open(text: &str) -> Result<Sheet<&[u8]>> {
        Sheet::open(text.as_bytes(), &KNOWN, ReadOptions::default())
    }

    fn rows(text: &str) -> Vec<(u64, Option<String>, Option<String>)> {
        let mut sheet = open(text).unwrap();
        let mut rows = Vec::new();
        while let Some(row) = sheet.next_row().unwrap() {
            rows.push((row.number(), row.known(0).map(str::to_owned), row.known(2).map(str::to_owned)));
        }
        rows
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn every_delimiter_is_found_by_the_known_names() {
        for delimiter in [",", ";", "\t", "|"] {
            let text = format!("id{delimiter}note{delimiter}x\n1{delimiter}\"a,b;c|d\"{delimiter}2\n");
            assert_eq!(rows(&text), [(2, some("1"), some("a,b;c|d"))], "{delimiter:?}");
        }
        assert_eq!(rows("id;\"note\"\n1;\"a\"\n"), [(2, some("1"), some("a"))]);
    }

    #[test]
    fn a_sep_line_is_obeyed_and_is_no_row() {
        for line in ["sep=;", "\"sep=;\"", "SEP=;"] {
            assert_eq!(
                rows(&format!("{line}\r\nid;note\r\n1;a,b\r\n")),
                [(2, some("1"), some("a,b"))],
                "{line}"
            );
        }
        assert_eq!(rows("sep=,\nid,note\n1,a\n"), [(2, some("1"), some("a"))]);
    }

    #[test]
    fn names_are_trimmed_in_any_case_and_order_with_aliases_and_strangers() {
        let sheet = open(" Note ,mine,STOP,\n").unwrap();
        assert!(!sheet.has(0) && sheet.has(1) && sheet.has(2));
        assert_eq!(sheet.unknown_columns().collect::<Vec<_>>(), [(1, "mine")]);
        assert_eq!(sheet.header(), ["Note", "mine", "STOP", ""]);
    }

    #[test]
    fn a_known_column_that_is_there_twice_is_refused() {
        let error = open("id,note,stop,End\n").map(|_| ()).unwrap_err();
        assert_eq!(error.message(), "the column `end` is there twice, in columns 3 and 4");
    }

    #[test]
    fn an_empty_table_is_refused_and_a_lone_header_is_not() {
        for text in ["", "\u{FEFF}", "\n\n", "sep=;\n"] {
            assert!(open(text).is_err_and(|error| error.message().contains("empty")), "{text:?}");
        }
        assert!(rows("id,note").is_empty());
        assert!(rows("id,note\r\n\r\n,\r\n").is_empty());
    }

    #[test]
    fn a_header_without_a_known_name_is_refused_with_the_names_wanted() {
        let error = open("a,b\n1,2\n").map(|_| ()).unwrap_err();
        assert_eq!(error.message(), "no column of this table is known: `a`, `b`");
        assert_eq!(error.hints(), ["the columns are id, end, note"]);
    }

    #[test]
    fn blank_rows_are_passed_over_and_counted() {
        assert_eq!(rows("id,note\n1,a\n\n,\n2,b\n"), [(2, some("1"), some("a")), (5, some("2"), some("b"))]);
    }

    #[test]
    fn ragged_rows_are_refused_one_by_one() {
        let mut sheet = open("id,end,note\n1,2,3,,\n1,2,3,x\n1,2\n\"a\"b,2,3\n4,5,6\n").unwrap();
        let mut verdicts = Vec::new();
        while let Some(row) = sheet.next_row().unwrap() {
            verdicts.push(
                row.check_shape()
                    .and_then(|()| row.check_complete())
                    .err()
                    .map(|refusal| refusal.to_string()),
            );
        }
        assert_eq!(verdicts[0], None);
        assert_eq!(verdicts[1].as_deref(), Some("row 3: has 4 cells where the header has 3"));
        assert_eq!(verdicts[2].as_deref(), Some("row 4: has 2 cells where the header has 3"));
        assert!(verdicts[3].as_deref().is_some_and(|text| text.contains("closing quote")));
        assert_eq!(verdicts[4], None);
    }

    #[test]
    fn bytes_that_are_no_text_stop_the_reading_with_row_and_hint() {
        let fault = |bytes: &[u8]| {
            let mut sheet = Sheet::open(bytes, &KNOWN, ReadOptions::default())?;
            while sheet.next_row()?.is_some() {}
            Ok(())
        };
        let error: Error = fault(b"id,note\n1,ok\n2,caf\xE9\n").unwrap_err();
        assert_eq!(error.message(), "row 3: byte 18 (0xE9) is not UTF-8");
        assert!(error.hints()[0].contains("--encoding windows-1252"), "{error:?}");
        assert!(
            fault(b"id,note\n1,a\0b\n")
                .unwrap_err()
                .message()
                .starts_with("row 2: a NUL character near byte 11")
        );
        assert!(fault(b"i\0d\0").unwrap_err().hints()[0].contains("utf-16le"));
        assert!(fault(b"id,\"note\n1,a\n").unwrap_err().message().starts_with("row 1: the quote that opens"));
    }

    #[test]
    fn a_named_encoding_and_a_named_delimiter_are_obeyed() {
        let options = ReadOptions { encoding: Some("latin1"), delimiter: Some(Delimiter::Bar) };
        let mut sheet = Sheet::open(&b"id|note,x\n1|caf\xE9\n"[..], &KNOWN, options).unwrap();
        assert_eq!(sheet.next_row().unwrap().unwrap().at(1), "caf\u{e9}");
    }

    #[test]
    fn a_utf16_table_of_excel_is_read() {
        let bytes: Vec<u8> =
            "\u{FEFF}id\tnote\r\n1\tنص\r\n".encode_utf16().flat_map(|unit| unit.to_le_bytes()).collect();
        let mut sheet = Sheet::open(bytes.as_slice(), &KNOWN, ReadOptions::default()).unwrap();
        assert_eq!(sheet.next_row().unwrap().unwrap().known(2), Some("نص"));
    }
}
