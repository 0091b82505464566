//! The attributes in `documents.csv`. The table carries no versions of them: a value that an attribute had before is an
//! old sheet's, any other is an edit. A blank cell says nothing: a deletion is said, never inferred.

use std::collections::BTreeMap;

use super::cells::{damage_of, same_text};
use super::documents::Cell;
use super::{Import, Refusal};
use crate::domain::id;
use crate::domain::name::check_name;
use crate::error::Result;
use crate::exchange::documents::DocumentRow;
use crate::exchange::record::Numbered;
use crate::store::document::DocumentRow as Stored;

/// The attributes of a row: name, value, and what becomes of it.
pub(super) type Cells<'a> = Vec<(&'a str, &'a str, Cell)>;

impl Import<'_, '_> {
    /// Compares the attributes of a row with those of the document. Inner error: the refusal of the row.
    pub(super) fn attribute_cells<'a>(
        &self,
        row: &'a Numbered<DocumentRow>,
        known: &Stored,
    ) -> Result<Result<Cells<'a>, Refusal>> {
        let mut cells = Vec::with_capacity(row.value.attributes.len());
        if row.value.attributes.is_empty() {
            return Ok(Ok(cells));
        }
        let current: BTreeMap<String, String> = self.tx.reader().attributes_of(known.id)?;
        for (name, value) in &row.value.attributes {
            let stored = current.get(name).map(String::as_str);
            if stored.is_some_and(|stored| same_text(value, stored)) {
                continue;
            }
            if let Some(reason) = self.refused_attribute(name, value, stored) {
                return Ok(Err(Refusal::cell(row.row, name, value, reason)));
            }
            let attribute = id::attribute_id(self.tx.project(), known.uuid, name);
            let had = self.tx.reader().attribute_had_value(attribute, value)?;
            cells.push((name.as_str(), value.as_str(), if had { Cell::Old } else { Cell::Set }));
        }
        Ok(Ok(cells))
    }

    /// Why a value cannot be that of the attribute `name`, which is `stored` now.
    pub(super) fn refused_attribute(&self, name: &str, value: &str, stored: Option<&str>) -> Option<String> {
        match check_name("attribute", name) {
            Err(refused) => Some(refused.message().to_owned()),
            Ok(()) => self.damage(value, stored),
        }
    }

    /// Why a cell that is to replace `stored` cannot be what somebody wrote. A file whose hash is the one in its manifest
    /// was not edited, so nothing in it is damage.
    pub(super) fn damage(&self, cell: &str, stored: Option<&str>) -> Option<String> {
        if self.is_intact { None } else { damage_of(cell, stored) }
    }
}
