//! One page of a tree: its cells, as far as they make sense.

use super::pages::HEADER;
use super::record::{Records, TreeKind, Value, page_number, varint};

/// A page of a tree.
pub(super) struct Page<'b> {
    bytes: &'b [u8],
    pub(super) kind: TreeKind,
    pub(super) is_leaf: bool,
    /// Where its cells are.
    cells: Vec<usize>,
    /// How many cells it says that it has.
    claimed: usize,
    /// The last child of a page that is no leaf.
    right: u32,
}

/// A row: its number, where rows have one, and its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) number: i64,
    pub(super) values: Vec<Value>,
}

impl<'b> Page<'b> {
    /// The page with these bytes; `None` where it is none of a tree. Cells that lie outside it are passed over.
    pub(super) fn parse(number: u32, bytes: &'b [u8]) -> Option<Page<'b>> {
        let at = if number == 1 { HEADER } else { 0 };
        let (kind, is_leaf) = match bytes.get(at)? {
            2 => (TreeKind::Keys, false),
            5 => (TreeKind::Table, false),
            10 => (TreeKind::Keys, true),
            13 => (TreeKind::Table, true),
            _ => return None,
        };
        let head = if is_leaf { 8 } else { 12 };
        let short = |at: usize| -> Option<usize> {
            Some(usize::from(u16::from_be_bytes(*bytes.get(at..)?.first_chunk::<2>()?)))
        };
        let count = short(at + 3)?;
        let first = at + head;
        let end = first + 2 * count;
        if end > bytes.len() {
            return None;
        }
        let cells = (0..count).filter_map(|index| short(first + 2 * index));
        let cells = cells.filter(|cell| (end..bytes.len()).contains(cell)).collect();
        let claimed = count;
        let right = if is_leaf { 0 } else { page_number(bytes, at + 8)? };
        Some(Page { bytes, kind, is_leaf, cells, claimed, right })
    }

    /// The children, each with the greatest row number that it may hold; none for the last one, and in a tree of keys.
    pub(super) fn children(&self) -> Vec<(u32, Option<i64>)> {
        let children = self.cells.iter().filter_map(|cell| {
            let child = page_number(self.bytes, *cell)?;
            let key = match self.kind {
                TreeKind::Table => Some(varint(self.bytes, cell + 4)?.0 as i64),
                TreeKind::Keys => None,
            };
            Some((child, key))
        });
        if self.is_leaf { Vec::new() } else { children.chain([(self.right, None)]).collect() }
    }

    /// How many rows should be on the page.
    pub(super) fn claimed_rows(&self) -> usize {
        if self.is_leaf || self.kind == TreeKind::Keys { self.claimed } else { 0 }
    }

    /// The rows that are on the page. In a tree of keys they stand on every level.
    pub(super) fn rows<'r>(&'r self, records: &'r Records<'_>) -> impl Iterator<Item = Row> + 'r {
        let holds = self.is_leaf || self.kind == TreeKind::Keys;
        self.cells.iter().filter(move |_| holds).filter_map(|cell| self.row(records, *cell))
    }

    fn row(&self, records: &Records<'_>, cell: usize) -> Option<Row> {
        let at = if self.is_leaf { cell } else { cell + 4 };
        let (length, mut at) = varint(self.bytes, at)?;
        let mut number = 0;
        if self.kind == TreeKind::Table {
            let (key, next) = varint(self.bytes, at)?;
            (number, at) = (key as i64, next);
        }
        Some(Row { number, values: records.read(self.bytes, at, length, self.kind)? })
    }
}
