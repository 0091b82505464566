//! The journal beside a store: the pages as they were before a change that was never finished.
//!
//! SQLite plays a journal back into the store when it next opens it. A store that is salvaged is not written, so its
//! pages are looked up in the journal first instead. The format is that of SQLite's rollback journal.

use std::collections::HashMap;
use std::path::Path;

use super::pages::{Journal, Pages, beside};
use crate::error::{Error, Result};

const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
/// The largest journal that is read, in bytes: it is held in memory.
const LONGEST: u64 = 256 << 20;

/// The pages before an unfinished change.
pub(super) struct Earlier {
    /// How many pages the store had.
    pub(super) count: u32,
    pub(super) pages: HashMap<u32, Vec<u8>>,
}

/// The pages that the journal beside `store` holds, when it is one of this store's, whole as far as it goes.
///
/// # Errors
/// The system's.
pub(super) fn beside_store(store: &Path, pages: &Pages) -> Result<(Option<Earlier>, Journal)> {
    let has = |path: &Path| path.metadata().is_ok_and(|metadata| metadata.len() > 0);
    if has(&beside(store, "-wal")) {
        return Ok((None, Journal::WriteAheadLog));
    }
    let path = beside(store, "-journal");
    if !has(&path) {
        return Ok((None, Journal::None));
    }
    let failed = |cause| Error::io(format!("can't read `{}`", path.display()), cause);
    if path.metadata().map_err(failed)?.len() > LONGEST {
        return Ok((None, Journal::LeftAlone));
    }
    let bytes = std::fs::read(&path).map_err(failed)?;
    let earlier = parse(&bytes, pages);
    let journal = if earlier.is_some() { Journal::PlayedBack } else { Journal::LeftAlone };
    Ok((earlier, journal))
}

fn parse(bytes: &[u8], pages: &Pages) -> Option<Earlier> {
    let number =
        |at: usize| -> Option<u32> { Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk::<4>()?)) };
    let mut earlier: Option<Earlier> = None;
    let mut at = 0;
    // A journal is several headers, each with its records, when the store was written to before the end of the change.
    while bytes.get(at..at + 8) == Some(&MAGIC) {
        let (records, nonce, count, sector) =
            (number(at + 8)?, number(at + 12)?, number(at + 16)?, number(at + 20)?);
        let sector = usize::try_from(sector).ok().filter(|sector| (32..=65536).contains(sector))?;
        if number(at + 24)? as usize != pages.size() {
            return None;
        }
        let found = earlier.get_or_insert_with(|| Earlier { count, pages: HashMap::new() });
        at += sector;
        let record = pages.size() + 8;
        // All ones: as many as there is room for.
        for _ in 0..records.min(u32::try_from(bytes.len() / record).unwrap_or(u32::MAX)) {
            let page = number(at)?;
            let content = bytes.get(at + 4..at + 4 + pages.size())?;
            if page == 0 || number(at + 4 + pages.size()) != Some(checksum(nonce, content)) {
                return Some(earlier?).filter(|earlier| !earlier.pages.is_empty());
            }
            found.pages.entry(page).or_insert_with(|| content.to_vec());
            at += record;
        }
        at = at.div_ceil(sector) * sector;
    }
    earlier.filter(|earlier| !earlier.pages.is_empty() && earlier.count > 0)
}

/// SQLite's: a byte here and there, since what it guards against is a record that was never written.
fn checksum(nonce: u32, content: &[u8]) -> u32 {
    let mut sum = nonce;
    let mut at = content.len().saturating_sub(200);
    while at > 0 {
        sum = sum.wrapping_add(u32::from(content[at]));
        at = at.saturating_sub(200);
    }
    sum
}
