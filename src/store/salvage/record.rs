//! Records as SQLite keeps them: a header of types, then the values; what does not fit a page goes on in others.

use std::cell::Cell;

use super::pages::Pages;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    /// No table of ours has one.
    Real,
    /// Not necessarily UTF-8.
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Value {
    pub(super) fn int(&self) -> Option<i64> {
        if let Value::Int(number) = self { Some(*number) } else { None }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Value::Text(bytes) = self { std::str::from_utf8(bytes).ok() } else { None }
    }

    pub(super) fn blob<const N: usize>(&self) -> Option<[u8; N]> {
        if let Value::Blob(bytes) = self { bytes.as_slice().try_into().ok() } else { None }
    }
}

/// Whether a tree is a table's, with numbered rows, or one of keys: an index, or a table WITHOUT ROWID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TreeKind {
    Table,
    Keys,
}

/// A variable-length number at `at`, and where it ends.
pub(super) fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for index in 0..9 {
        let byte = *bytes.get(at + index)?;
        if index == 8 {
            return Some((value << 8 | u64::from(byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + index + 1));
        }
    }
    None
}

/// Reads records of one file. What lies in other pages is read within a budget: in a file that lies, every cell may
/// claim all of it.
pub(super) struct Records<'p> {
    pages: &'p Pages,
    budget: Cell<u64>,
}

impl<'p> Records<'p> {
    pub(super) fn new(pages: &'p Pages) -> Records<'p> {
        let all = u64::from(pages.count()) * pages.size() as u64;
        Records { pages, budget: Cell::new(all.saturating_mul(12)) }
    }

    /// The values of the record whose payload, of `length` bytes, begins at `at` on `page`.
    pub(super) fn read(&self, page: &[u8], at: usize, length: u64, kind: TreeKind) -> Option<Vec<Value>> {
        let payload = self.payload(page, at, length, kind)?;
        decode(&payload)
    }

    fn payload(&self, page: &[u8], at: usize, length: u64, kind: TreeKind) -> Option<Vec<u8>> {
        let size = self.pages.size();
        let total = u64::from(self.pages.count()) * size as u64;
        if length > total {
            return None;
        }
        let length = usize::try_from(length).ok()?;
        let local = local(length, size, kind);
        let mut payload = page.get(at..at + local)?.to_vec();
        if local == length {
            return Some(payload);
        }
        self.budget.set(self.budget.get().checked_sub((length - local) as u64)?);
        let mut next = page_number(page, at + local)?;
        while payload.len() < length {
            let overflow = self.pages.page(next)?;
            let rest = (length - payload.len()).min(size - 4);
            payload.extend_from_slice(overflow.get(4..4 + rest)?);
            next = page_number(&overflow, 0)?;
        }
        // The last page of a chain leads nowhere.
        (next == 0).then_some(payload)
    }
}

/// How much of a payload stands on the page of its cell.
fn local(length: usize, size: usize, kind: TreeKind) -> usize {
    let most = match kind {
        TreeKind::Table => size - 35,
        TreeKind::Keys => (size - 12) * 64 / 255 - 23,
    };
    if length <= most {
        return length;
    }
    let least = (size - 12) * 32 / 255 - 23;
    let spread = least + (length - least) % (size - 4);
    if spread <= most { spread } else { least }
}

/// The page number at `at`.
pub(super) fn page_number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?))
}

fn decode(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(payload, 0)?;
    let header = usize::try_from(header).ok().filter(|header| *header <= payload.len())?;
    let mut values = Vec::new();
    let mut body = header;
    while at < header {
        let (kind, next) = varint(payload, at)?;
        at = next;
        let (length, whole) = match kind {
            0 | 8 | 9 => (0, true),
            1..=4 => (kind as usize, true),
            5 => (6, true),
            6 | 7 => (8, true),
            10 | 11 => return None,
            _ => (usize::try_from((kind - 12) / 2).ok()?, false),
        };
        let bytes = payload.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match kind {
            0 => Value::Null,
            8 => Value::Int(0),
            9 => Value::Int(1),
            7 => Value::Real,
            _ if whole => Value::Int(signed(bytes)),
            _ if kind % 2 == 0 => Value::Blob(bytes.to_vec()),
            _ => Value::Text(bytes.to_vec()),
        });
    }
    (at == header && body == payload.len()).then_some(values)
}

fn signed(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_read() {
        assert_eq!(varint(&[0x05], 0), Some((5, 1)));
        assert_eq!(varint(&[0x81, 0x00], 0), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9], 0), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0xff; 8], 0), None);
        assert_eq!(signed(&[0xff, 0xfe]), -2);
        assert_eq!(signed(&[0x01, 0x00, 0x00]), 65536);
        assert_eq!(signed(&[]), 0);
    }

    #[test]
    fn a_record_that_lies_about_its_length_is_none() {
        // Header of three bytes: a null, then a text of two.
        assert_eq!(decode(&[3, 0, 17, b'a', b'b']), Some(vec![Value::Null, Value::Text(b"ab".to_vec())]));
        for lie in
            [&[3_u8, 0, 19, b'a', b'b'][..], &[9, 0, 17, b'a'], &[3, 0, 17, b'a', b'b', b'c'], &[], &[2, 10]]
        {
            assert_eq!(decode(lie), None, "{lie:?}");
        }
    }
}
