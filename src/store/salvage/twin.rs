//! What no version covers, compared with the index that has it a second time.

use std::collections::{HashMap, HashSet};

use serde_json::Value as Json;
use uuid::Uuid;

use super::known::index_of_ids;
use super::rebuild::{BACKUP, Rebuild};
use super::record::Value;
use crate::domain::Entity;
use crate::error::Result;
use crate::store::table::Table;

/// What the indices have of the rows of one kind.
#[derive(Default)]
pub(super) struct Twins {
    /// By number: the change that a row belongs to and its times.
    rows: HashMap<i64, [i64; 3]>,
    /// By id: the number.
    numbers: HashMap<Uuid, i64>,
    /// The numbers that more than one id has: one of them was altered in the index itself.
    doubtful: HashSet<i64>,
}

impl Twins {
    /// The number of the record `uuid` whose row says that it is `number`. No version covers it, and a flipped bit in it
    /// gives the row another one, maybe another row's; but it stands in two indices as well.
    pub(super) fn number_of(&self, uuid: Uuid, number: i64) -> i64 {
        let is_there = |said: i64| self.rows.is_empty() || self.rows.contains_key(&said);
        let said = self.numbers.get(&uuid).copied();
        said.filter(|said| !self.doubtful.contains(said) && is_there(*said)).unwrap_or(number)
    }
}

impl Rebuild<'_, '_> {
    /// Reads the indices that have, of every row of this kind, what no version covers.
    pub(super) fn read_twins(&mut self, entity: Entity) -> Result<()> {
        self.twins = Twins::default();
        self.read_numbers(entity)?;
        let (index, skipped) = twin_of(entity);
        let twins = &mut self.twins.rows;
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

    fn read_numbers(&mut self, entity: Entity) -> Result<()> {
        let mut seen = HashSet::new();
        let Twins { numbers, doubtful, .. } = &mut self.twins;
        self.survey.each_row(index_of_ids(entity), |row, is_reached| {
            let (uuid, number) = (row.values[0].blob().map(Uuid::from_bytes), row.values[1].int());
            if let (true, Some(uuid), Some(number)) = (is_reached, uuid, number) {
                numbers.insert(uuid, number);
                if !seen.insert(number) {
                    doubtful.insert(number);
                }
            }
            Ok(())
        })
    }

    /// Tells when a record's times or its change are not what the index says.
    pub(super) fn compare_twin(&mut self, entity: Entity, number: i64, change: i64, columns: &[Json]) {
        let names = Table::of(entity).columns;
        let time = |name: &str| {
            let place = names.iter().position(|column| *column == name)?;
            columns.get(place + 1)?.as_i64()
        };
        let said = [change, time("created_at").unwrap_or(0), time("modified_at").unwrap_or(0)];
        if self.twins.rows.get(&number).is_some_and(|twin| *twin != said) {
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
