//! What no version covers, compared with the index that has it a second time.

use serde_json::Value as Json;

use super::rebuild::{BACKUP, Rebuild};
use super::record::Value;
use crate::domain::Entity;
use crate::error::Result;
use crate::store::table::Table;

impl Rebuild<'_, '_> {
    /// Reads the index that has, of every row of this kind, what no version covers.
    pub(super) fn read_twins(&mut self, entity: Entity) -> Result<()> {
        self.twins.clear();
        let (index, skipped) = twin_of(entity);
        let twins = &mut self.twins;
        self.survey.each_row(index, |row, is_reached| {
            let numbers: Vec<i64> = row.values[skipped..].iter().filter_map(Value::int).collect();
            // Other indices look the same: only the way to it tells which is which.
            if let (true, Some((number, said))) = (is_reached, numbers.split_last()) {
                let [change, created, modified] =
                    [0, 1, 2].map(|place| said.get(place).copied().unwrap_or(0));
                twins.insert(*number, [change, created, modified]);
            }
            Ok(())
        })
    }

    pub(super) fn compare_twin(&mut self, entity: Entity, number: i64, change: i64, columns: &[Json]) {
        let names = Table::of(entity).columns;
        let time = |name: &str| {
            let place = names.iter().position(|column| *column == name)?;
            columns.get(place + 1)?.as_i64()
        };
        let said = [change, time("created_at").unwrap_or(0), time("modified_at").unwrap_or(0)];
        if self.twins.get(&number).is_some_and(|twin| *twin != said) {
            let what = "its times or the change that it belongs to were altered; what it says is proven";
            self.salvaged.add(entity.word(), number, what, BACKUP);
        }
    }
}

/// The index that has what no version covers of a kind of record, and how many of its values stand before that.
fn twin_of(entity: Entity) -> (&'static str, usize) {
    match entity {
        Entity::Coder => ("coder_twin", 0),
        Entity::Document => ("document_text", 1),
        Entity::Attribute => ("attribute_twin", 0),
        Entity::Code => ("code_parent", 1),
        Entity::Annotation => ("annotation_change", 0),
        Entity::Memo => ("memo_document", 1),
        Entity::Assignment => ("assignment_twin", 0),
        Entity::Alias => ("alias_twin", 0),
        Entity::Conflict => ("conflict_twin", 0),
    }
}
