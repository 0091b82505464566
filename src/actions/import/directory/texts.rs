//! The texts that rows are compared with.

use std::collections::HashMap;

use crate::domain::IndexedText;
use crate::error::{Error, Result};
use crate::store::Reader;

/// How many bytes of texts are kept indexed at once.
const KEPT: usize = 160 << 20;

/// Texts, indexed. Many are kept, since the rows of a sheet may come in any order.
#[derive(Default)]
pub(in super::super) struct Texts {
    texts: HashMap<i64, IndexedText>,
    size: usize,
}

impl Texts {
    /// The text with this number.
    pub(in super::super) fn get(&mut self, reader: Reader<'_>, id: i64) -> Result<&IndexedText> {
        if !self.texts.contains_key(&id) {
            let body = reader.proven_text_body(id)?;
            if self.size + body.len() > KEPT {
                self.forget();
            }
            self.size += body.len();
            self.texts.insert(id, IndexedText::new(body));
        }
        self.texts.get(&id).ok_or_else(|| Error::internal("a text that was just read is gone"))
    }

    /// Gives the texts back: writing needs the memory.
    pub(in super::super) fn forget(&mut self) {
        *self = Texts::default();
    }
}
