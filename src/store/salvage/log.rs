//! The log: its entries, and what stands in for those that are lost.

use rusqlite::params;

use super::Count;
use super::rebuild::{LOG, Rebuild};
use super::record::Value;
use crate::error::Result;

/// The command of a salvage in the log. Such a change cannot be undone: it stands for what is gone.
pub(in crate::store) const SALVAGE: &str = "salvage";

impl Rebuild<'_, '_> {
    pub(super) fn read_changes(&mut self) -> Result<()> {
        let changes = &mut self.changes;
        self.survey.each_row("change", |row, _| {
            changes.entry(row.number).or_insert(row.values);
            Ok(())
        })?;
        let mut altered = Vec::new();
        self.survey.each_row("change_twin", |row, is_reached| {
            let Some(number) = row.values[7].int() else { return Ok(()) };
            let values: Vec<Value> =
                std::iter::once(Value::Null).chain(row.values[..7].iter().cloned()).collect();
            match changes.get(&number) {
                Some(known) if is_reached && *known != values => altered.push(number),
                Some(_) => {}
                None => {
                    changes.insert(number, values);
                }
            }
            Ok(())
        })?;
        for number in altered {
            self.salvaged.add(
                "change",
                number,
                "this entry of the log was altered, and it cannot be told how",
                LOG,
            );
        }
        Ok(())
    }

    pub(super) fn write_changes(&mut self) -> Result<()> {
        let mut count = Count { kind: "change", found: self.changes.len() as u64, ..Count::default() };
        let sql = "INSERT OR IGNORE INTO change (id, at, coder, command, summary, kind, target, reverses)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        for values in self.changes.values() {
            self.named_changes.extend(values[6].int());
            self.named_changes.extend(values[7].int());
        }
        for (number, values) in &self.changes {
            let text = |place: usize| values[place].text();
            let written = self.db.prepare_cached(sql)?.execute(params![
                number,
                values[1].int(),
                text(2),
                text(3),
                text(4),
                text(5),
                values[6].int(),
                values[7].int()
            ])?;
            count.kept += written as u64;
            if written == 0 {
                self.named_changes.insert(*number);
            }
        }
        let mut at = 0;
        for number in &self.named_changes {
            if let Some(known) = self.changes.range(..=number).next_back() {
                at = known.1[1].int().unwrap_or(at);
            }
            let written = self.db.prepare_cached(sql)?.execute(params![
                number,
                at,
                "?",
                "?",
                "(lost)",
                "do",
                None::<i64>,
                None::<i64>
            ])?;
            if written > 0 {
                count.lost += 1;
                self.salvaged.add(
                    "change",
                    number,
                    "this entry of the log is lost; what it did is there",
                    LOG,
                );
            }
        }
        let last: i64 = self.db.query_row("SELECT ifnull(max(id), 0) FROM change", [], |row| row.get(0))?;
        self.highest.insert("change", last);
        self.salvaged.counts.push(count);
        Ok(())
    }

    /// The number of the change that stands for this salvage in the log.
    pub(super) fn own_change(&mut self) -> i64 {
        let last = self.changes.keys().chain(&self.named_changes).max().copied().unwrap_or(0);
        let number = last + 1;
        let words = [SALVAGE, "what stands in for lost records"].map(|text| Value::Text(text.into()));
        let [command, summary] = words;
        let [coder, kind] = ["?", "do"].map(|text| Value::Text(text.into()));
        let values = vec![
            Value::Null,
            Value::Int(self.order.now),
            coder,
            command,
            summary,
            kind,
            Value::Null,
            Value::Null,
        ];
        self.changes.insert(number, values);
        number
    }
}
