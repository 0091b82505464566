//! One layer between rows of cells and records, shared by every file of the bundle.

use std::io::{Read, Write};
use std::marker::PhantomData;

use uuid::Uuid;

use super::csv::damage::{self, Damage};
use super::csv::{CellSink, CellWriter, Column, Kind, ReadOptions, Refusal, Row, Sheet, WriteOptions, time};
use crate::domain::lineage::Lineage;
use crate::domain::{Digest, Version};
use crate::error::Result;

/// What a row asks for, its `action` cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// Blank: the record is as the row says.
    #[default]
    Keep,
    /// `delete`: the record is to be deleted.
    Delete,
}

/// A record that is one row of a file with fixed columns.
pub trait Record: Sized {
    /// The columns in the order they are written.
    const COLUMNS: &'static [Column];

    /// Writes one cell for each of [`Self::COLUMNS`], in order.
    fn write<S: CellSink>(&self, cells: &mut S);

    /// Reads the record back.
    ///
    /// # Errors
    /// The refusal of the row.
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal>;
}

/// A record with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered<T> {
    /// The spreadsheet row; the header is row 1.
    pub row: u64,
    /// The record.
    pub value: T,
    /// Free-text cells that look damaged. Refuse the row unless the store already holds the very same text.
    pub suspects: Vec<Suspect>,
}

/// A cell of free text that looks like damage but may be what an analyst wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The column's name.
    pub column: &'static str,
    /// The value, guard removed.
    pub value: String,
    /// What it looks like.
    pub damage: Damage,
}

impl Suspect {
    /// The refusal of row `row` for this cell.
    pub fn refusal(&self, row: u64) -> Refusal {
        Refusal::cell(row, self.column, &self.value, self.damage.to_string())
    }
}

/// Writes records.
pub struct RecordWriter<W, T> {
    cells: CellWriter<W>,
    records: PhantomData<fn(&T)>,
}

impl<W: Write, T: Record> RecordWriter<W, T> {
    /// A writer into `sink` that has written the header.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions) -> Result<Self> {
        let header = T::COLUMNS.iter().map(|column| column.name);
        Ok(RecordWriter { cells: CellWriter::new(sink, options, header)?, records: PhantomData })
    }

    /// Writes one record.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write(&mut self, record: &T) -> Result<()> {
        record.write(&mut self.cells);
        self.cells.end_row()
    }

    /// How many records were written.
    pub fn rows(&self) -> u64 {
        self.cells.rows()
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(self) -> Result<W> {
        self.cells.finish()
    }
}

/// Reads records.
pub struct RecordReader<R, T> {
    sheet: Sheet<R>,
    records: PhantomData<fn() -> T>,
}

impl<R: Read, T: Record> RecordReader<R, T> {
    /// A reader of `source`, whose header is read.
    ///
    /// # Errors
    /// As [`Sheet::open`].
    pub fn open(source: R, options: ReadOptions<'_>) -> Result<Self> {
        Ok(RecordReader { sheet: Sheet::open(source, T::COLUMNS, options)?, records: PhantomData })
    }

    /// The next record, or the refusal of its row; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read on.
    pub fn next_record(&mut self) -> Result<Option<Result<Numbered<T>, Refusal>>> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        let fields = Fields::new(row, T::COLUMNS);
        Ok(Some(fields.check().and_then(|()| T::read(&fields)).map(|value| fields.numbered(value))))
    }

    /// Whether the file has the column `name` of the contract. A missing one means "unchanged".
    pub fn has(&self, name: &str) -> bool {
        T::COLUMNS.iter().position(|column| column.name == name).is_some_and(|index| self.sheet.has(index))
    }

    /// The sheet: its header, its unknown columns, the cells of the last row.
    pub fn sheet(&self) -> &Sheet<R> {
        &self.sheet
    }
}

/// The cells of a row, read by what their columns hold. `index` counts the columns of the contract.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    row: Row<'a>,
    columns: &'static [Column],
}

impl<'a> Fields<'a> {
    /// The fields of `row`, from a sheet that was opened with `columns`.
    pub fn new(row: Row<'a>, columns: &'static [Column]) -> Self {
        Fields { row, columns }
    }

    /// The spreadsheet row.
    pub fn row(&self) -> u64 {
        self.row.number()
    }

    /// Whether the file has the column.
    pub fn has(&self, index: usize) -> bool {
        self.row.known(index).is_some()
    }

    /// Refuses a row whose shape is wrong. Missing last cells are blank, since Excel leaves them out below many
    /// blank ones, but not on a row with an id: its lineage is never blank, so the row was cut.
    ///
    /// # Errors
    /// The refusal.
    pub fn check(&self) -> Result<(), Refusal> {
        self.row.check_shape()?;
        let find = |kind| self.columns.iter().position(|column| column.kind == kind);
        let is_known_record =
            find(Kind::Id).and_then(|id| self.row.known(id)).is_some_and(|id| !id.is_empty());
        let is_cut = find(Kind::Lineage).is_some_and(|lineage| self.row.ends_before(lineage));
        if is_known_record && is_cut { self.row.check_complete() } else { Ok(()) }
    }

    /// Free text with its guard removed; `None` when the file has no such column.
    pub fn text(&self, index: usize) -> Option<&'a str> {
        self.row.known(index).map(|cell| self.row.text_of(cell))
    }

    /// Free text, blank when the column is missing.
    pub fn owned(&self, index: usize) -> String {
        self.text(index).unwrap_or_default().to_owned()
    }

    /// A UUID; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses anything else than a UUID with hyphens.
    pub fn uuid(&self, index: usize) -> Result<Option<Uuid>, Refusal> {
        self.typed(index, |cell| {
            // The other forms that `Uuid` parses are numbers to a spreadsheet or not from us.
            let parsed = if cell.len() == 36 { Uuid::try_parse(cell).ok() } else { None };
            parsed.ok_or("is not an id like 0191d4a2-7c1e-7b3a-9f00-5e2d8c6b4a10; a new row has a blank one")
        })
    }

    /// A position in code points; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses what [`damage::parse_position`] refuses.
    pub fn position(&self, index: usize) -> Result<Option<u32>, Refusal> {
        self.typed(index, damage::parse_position)
    }

    /// A time in milliseconds since 1970; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses what [`time::parse`] refuses.
    pub fn time(&self, index: usize) -> Result<Option<i64>, Refusal> {
        self.typed(index, time::parse)
    }

    /// A SHA-256; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses anything but 64 hex digits.
    pub fn digest(&self, index: usize) -> Result<Option<Digest>, Refusal> {
        self.typed(index, |cell| parse_digest(cell).ok_or("is not a SHA-256 in 64 hex digits"))
    }

    /// A yes-or-no cell; no when blank or missing.
    ///
    /// # Errors
    /// Refuses what [`damage::parse_flag`] refuses.
    pub fn flag(&self, index: usize) -> Result<bool, Refusal> {
        Ok(self.typed(index, damage::parse_flag)?.unwrap_or(false))
    }

    /// The action; [`Action::Keep`] when blank or missing.
    ///
    /// # Errors
    /// Refuses a word that is no action.
    pub fn action(&self, index: usize) -> Result<Action, Refusal> {
        let action = self.typed(index, |cell| match cell {
            _ if cell.eq_ignore_ascii_case("delete") => Ok(Action::Delete),
            _ => Err("is no action: leave it blank, or write `delete`"),
        })?;
        Ok(action.unwrap_or_default())
    }

    /// The lineage; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses one that a spreadsheet damaged or that is not made of `v` and 16 hex digits.
    pub fn lineage(&self, index: usize) -> Result<Option<&'a str>, Refusal> {
        self.typed(index, |cell| {
            // Nearly every record has one version, whose form is checked without building anything.
            let is_one = cell.len() == 17 && cell.parse::<Version>().is_ok();
            match is_one || cell.parse::<Lineage>().is_ok() {
                true => Ok(cell),
                false => Err("is not a lineage as it was exported; copy it back, or clear it with the id"),
            }
        })
    }

    /// A word of a closed list; `None` when blank or missing.
    ///
    /// # Errors
    /// Refuses a word that `parse` does not know.
    pub fn word<T>(
        &self,
        index: usize,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Result<Option<T>, Refusal> {
        self.typed(index, parse)
    }

    /// Refuses the row because of the cell at `index`.
    pub fn refuse(&self, index: usize, reason: impl Into<String>) -> Refusal {
        Refusal::cell(self.row(), self.columns[index].name, self.row.known(index).unwrap_or(""), reason)
    }

    /// The free-text cells that look damaged.
    pub fn suspects(&self) -> impl Iterator<Item = Suspect> + use<'a> {
        let fields = *self;
        fields.columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Text).filter_map(
            move |(index, column)| {
                let value = fields.text(index)?;
                let damage = damage::inspect_text(value)?;
                Some(Suspect { column: column.name, value: value.to_owned(), damage })
            },
        )
    }

    /// `value` with the place and the suspects of this row.
    pub fn numbered<T>(&self, value: T) -> Numbered<T> {
        Numbered { row: self.row(), value, suspects: self.suspects().collect() }
    }

    /// Reads a cell that is not free text. Damage explains a cell better than what its parser says of it.
    fn typed<T>(
        &self,
        index: usize,
        parse: impl Fn(&'a str) -> Result<T, &'static str>,
    ) -> Result<Option<T>, Refusal> {
        let cell = self.row.known(index).unwrap_or("").trim_ascii();
        if cell.is_empty() {
            return Ok(None);
        }
        parse(cell).map(Some).map_err(|reason| match damage::inspect_token(cell) {
            Some(damage) => self.refuse(index, damage.to_string()),
            None => self.refuse(index, reason),
        })
    }
}

/// A SHA-256 in hex of either case. `Digest::from_str` goes digit by digit through the number parser, which a million
/// rows feel.
fn parse_digest(cell: &str) -> Option<Digest> {
    let (pairs, rest) = cell.as_bytes().as_chunks::<2>();
    let pairs: &[[u8; 2]; 32] = pairs.try_into().ok()?;
    let mut bytes = [0; 32];
    // One test at the end instead of 64 branches: a byte that is no digit leaves its high bits.
    let mut seen = 0;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let (high, low) = (HEX_VALUES[usize::from(*high)], HEX_VALUES[usize::from(*low)]);
        seen |= high | low;
        *byte = high << 4 | low & 15;
    }
    (seen < 16 && rest.is_empty()).then_some(Digest::from_bytes(bytes))
}

/// The value of each byte as a hex digit; 255 for one that is none.
const HEX_VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value] as usize] = value as u8;
        values[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Writes a cell that may be absent.
pub(super) fn optional<S: CellSink, T>(cells: &mut S, value: Option<T>, write: impl FnOnce(&mut S, T)) {
    match value {
        Some(value) => write(cells, value),
        None => cells.blank(),
    }
}

/// Writes the action cell: blank for a record that is to be kept.
pub(super) fn write_action(cells: &mut impl CellSink, action: Action) {
    cells.token(match action {
        Action::Keep => "",
        Action::Delete => "delete",
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digests_are_read_as_their_own_parser_reads_them(text in "[0-9a-fA-Fg]{63,65}") {
            prop_assert_eq!(parse_digest(&text), text.parse().ok());
        }

        #[test]
        fn any_digest_is_read_back(content in any::<u64>()) {
            let digest = Digest::of(&content.to_le_bytes());
            prop_assert_eq!(parse_digest(&digest.to_string()), Some(digest));
        }
    }
}
