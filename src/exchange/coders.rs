//! `coders.csv`: the analysts.

use uuid::Uuid;

use super::csv::{CellSink, Column, Kind, Refusal};
use super::record::{Fields, Record, optional};

/// One analyst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoderRow {
    /// The coder's id.
    pub id: Option<Uuid>,
    /// The short handle; never blank.
    pub handle: String,
    /// The full name; empty for none.
    pub name: String,
    /// When the coder was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// The versions, own first.
    pub lineage: Option<String>,
}

impl Record for CoderRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("id", Kind::Id),
        Column::new("handle", Kind::Text),
        Column::new("name", Kind::Text),
        Column::new("created", Kind::Time),
        Column::new("lineage", Kind::Lineage),
    ];

    fn write<S: CellSink>(&self, cells: &mut S) {
        optional(cells, self.id, S::uuid);
        cells.text(&self.handle);
        cells.text(&self.name);
        optional(cells, self.created, S::time);
        cells.token(self.lineage.as_deref().unwrap_or(""));
    }

    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let handle = fields.owned(1);
        if handle.is_empty() {
            return Err(fields.refuse(1, "a coder has a handle"));
        }
        Ok(CoderRow {
            id: fields.uuid(0)?,
            handle,
            name: fields.owned(2),
            created: fields.time(3)?,
            lineage: fields.lineage(4)?.map(str::to_owned),
        })
    }
}
