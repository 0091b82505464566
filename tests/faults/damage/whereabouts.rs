//! Which pages a row is on: a reading of SQLite's format of its own, so that salvage is not its own judge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::content::bare;

const PAGE: usize = 4096;

/// The tables of numbered rows.
pub(crate) const NUMBERED: [&str; 11] = [
    "change",
    "coder",
    "text",
    "document",
    "attribute",
    "code",
    "annotation",
    "memo",
    "assignment",
    "alias",
    "conflict",
];

/// The pages of every row, by table and number.
pub(crate) fn whereabouts(path: &Path) -> BTreeMap<(&'static str, i64), BTreeSet<usize>> {
    let bytes = std::fs::read(path).unwrap();
    let mut all = BTreeMap::new();
    for table in NUMBERED {
        walk(&bytes, root(path, table), &mut |row, pages, _| {
            all.insert((table, row), pages);
        });
    }
    all
}

/// The page where a table or an index begins.
pub(crate) fn root(path: &Path, name: &str) -> usize {
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
    bare(path).query_row(sql, [name], |row| row.get::<_, u32>(0)).unwrap() as usize
}

/// The byte, and the page that it is on, that ends the number of the row `number` of a table.
pub(crate) fn end_of_number(path: &Path, table: &str, number: i64) -> (usize, usize) {
    let bytes = std::fs::read(path).unwrap();
    let mut found = None;
    walk(&bytes, root(path, table), &mut |row, _, end| {
        if row == number {
            found = Some((end - 1, (end - 1) / PAGE + 1));
        }
    });
    found.unwrap()
}

/// Runs `each` with the number of every row below `page`, the pages that it is on, and the byte after its number.
fn walk(bytes: &[u8], page: usize, each: &mut dyn FnMut(i64, BTreeSet<usize>, usize)) {
    let at = (page - 1) * PAGE;
    let short = |place: usize| usize::from(u16::from_be_bytes([bytes[place], bytes[place + 1]]));
    let long = |place: usize| u32::from_be_bytes(bytes[place..place + 4].try_into().unwrap()) as usize;
    let is_leaf = bytes[at] == 13;
    assert!(is_leaf || bytes[at] == 5, "page {page} is none of a table");
    let cells = (0..short(at + 3)).map(|index| at + short(at + if is_leaf { 8 } else { 12 } + 2 * index));
    for cell in cells {
        if !is_leaf {
            walk(bytes, long(cell), each);
            continue;
        }
        let (length, next) = varint(bytes, cell);
        let (row, body) = varint(bytes, next);
        let mut pages = BTreeSet::from([page]);
        let length = length as usize;
        if length > PAGE - 35 {
            let least = (PAGE - 12) * 32 / 255 - 23;
            let spread = least + (length - least) % (PAGE - 4);
            let local = if spread <= PAGE - 35 { spread } else { least };
            let mut next = long(body + local);
            while next != 0 {
                pages.insert(next);
                next = long((next - 1) * PAGE);
            }
        }
        each(row as i64, pages, body);
    }
    if !is_leaf {
        walk(bytes, long(at + 8), each);
    }
}

fn varint(bytes: &[u8], mut at: usize) -> (u64, usize) {
    let mut value = 0;
    loop {
        value = value << 7 | u64::from(bytes[at] & 0x7f);
        at += 1;
        if bytes[at - 1] & 0x80 == 0 {
            return (value, at);
        }
    }
}
