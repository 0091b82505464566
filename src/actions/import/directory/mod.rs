//! What the names in a file mean: documents, codes and coders by their present names, and by earlier ones.
//!
//! A sheet that was exported before a rename still says the old name. The old name means the same record, unless
//! another one has it now.

mod coders;
mod codes;
mod documents;
mod near;
mod texts;

use crate::error::Result;
use crate::store::Reader;

pub(super) use coders::Coders;
pub(super) use codes::Codes;
pub(super) use documents::Documents;
pub(super) use texts::Texts;

/// The names of a store, looked up without asking it again.
pub(super) struct Directory {
    pub(super) documents: Documents,
    pub(super) codes: Codes,
    pub(super) coders: Coders,
    pub(super) texts: Texts,
}

impl Directory {
    /// Reads the names of a store.
    pub(super) fn read(reader: Reader<'_>) -> Result<Directory> {
        Ok(Directory {
            documents: Documents::read(reader)?,
            codes: Codes::read(reader)?,
            coders: Coders::read(reader)?,
            texts: Texts::default(),
        })
    }
}

/// The only one of `found`; `None` when there is none or more than one.
fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
