//! Coders by their handles, and by those they had.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::cells::LOSSY;
use crate::domain::Entity;
use crate::domain::name::check_handle;
use crate::error::{Error, Result};
use crate::exchange::csv::damage::lossy_copy_of;
use crate::store::coder::CoderRow;
use crate::store::{Reader, Tx};

/// The coders of a store.
pub(in super::super) struct Coders {
    by_handle: HashMap<String, i64>,
    by_uuid: HashMap<Uuid, i64>,
    aliases: HashMap<Uuid, Uuid>,
    /// Handles of coders that a row made.
    pub(in super::super) made: Vec<String>,
}

impl Coders {
    pub(super) fn read(reader: Reader<'_>) -> Result<Coders> {
        let mut coders = Coders {
            by_handle: HashMap::new(),
            by_uuid: HashMap::new(),
            aliases: reader.aliases(Entity::Coder)?,
            made: Vec::new(),
        };
        coders.refresh(reader)?;
        Ok(coders)
    }

    /// Reads the handles again, after coders were written. There are few.
    pub(in super::super) fn refresh(&mut self, reader: Reader<'_>) -> Result<()> {
        let rows = reader.coders()?;
        self.by_uuid = rows.iter().map(|coder| (coder.uuid, coder.id)).collect();
        self.by_handle = rows.into_iter().map(|coder| (coder.handle, coder.id)).collect();
        Ok(())
    }

    /// The coder with this id, or the one that stands for it.
    pub(in super::super) fn by_uuid(&self, uuid: Uuid) -> Option<i64> {
        self.by_uuid.get(self.aliases.get(&uuid).unwrap_or(&uuid)).copied()
    }

    /// Whether this id was given up for another.
    pub(in super::super) fn is_retired(&self, uuid: Uuid) -> bool {
        self.aliases.contains_key(&uuid)
    }

    /// The coder that a row names, made now if it is new.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the reason to refuse the row.
    pub(in super::super) fn for_row(&mut self, tx: &Tx<'_>, handle: &str) -> Result<Result<i64, String>> {
        if let Some(known) = self.by_handle.get(handle) {
            return Ok(Ok(*known));
        }
        let former = tx.reader().former_names(Entity::Coder)?;
        let renamed =
            former.iter().filter(|(_, name)| name == handle).find_map(|(uuid, _)| self.by_uuid(*uuid));
        if let Some(known) = renamed {
            self.by_handle.insert(handle.to_owned(), known);
            return Ok(Ok(known));
        }
        if let Err(refused) = check_handle(handle) {
            return Ok(Err(refused.message().to_owned()));
        }
        // A new person is easily made, and hard to tell from a damaged one afterwards.
        if let Some(known) = self.by_handle.keys().find(|known| lossy_copy_of(handle, known)) {
            return Ok(Err(format!("{LOSSY}; it was `{known}`")));
        }
        tx.ensure_coder(handle)?;
        let Some(CoderRow { id, uuid, .. }) = tx.reader().coder(handle)? else {
            return Err(Error::internal("a coder that was just made is gone"));
        };
        self.by_handle.insert(handle.to_owned(), id);
        self.by_uuid.insert(uuid, id);
        self.made.push(handle.to_owned());
        Ok(Ok(id))
    }
}
