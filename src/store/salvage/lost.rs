//! How much is lost, by the numbers that are missing.

use super::rebuild::{BACKUP, Rebuild};
use crate::domain::Entity;
use crate::error::Result;
use crate::store::table::TABLES;

/// Numbers up to this one are looked at one by one.
const MOST_NUMBERS: i64 = 50_000_000;

impl Rebuild<'_, '_> {
    /// Counts the rows that were on pages that are gone, by the numbers that are missing.
    pub(super) fn count_lost(&mut self) -> Result<()> {
        let kinds = TABLES.iter().map(|table| (table.name, table.entity.word(), Some(table.entity)));
        for (table, kind, entity) in kinds.chain([("text", "text", None)]) {
            let gaps: Vec<(i64, i64)> =
                self.survey.found(table).lost.iter().map(|lost| (lost.above.max(0), lost.upto)).collect();
            if gaps.is_empty() {
                continue;
            }
            let last = self.last_number(table)?;
            let mut statement =
                self.db.prepare(&format!("SELECT id FROM {table} WHERE id > ?1 AND id <= ?2 ORDER BY id"))?;
            let mut missing: Vec<(i64, i64)> = Vec::new();
            for (above, upto) in gaps {
                let upto = upto.min(last).min(MOST_NUMBERS);
                let mut rows = statement.query([above, upto])?;
                let mut next = rows.next()?.map(|row| row.get::<_, i64>(0)).transpose()?;
                for number in above + 1..=upto {
                    if next == Some(number) {
                        next = rows.next()?.map(|row| row.get(0)).transpose()?;
                    } else if !entity.is_some_and(|entity| self.is_known_to_be_gone(entity, number)) {
                        match missing.last_mut() {
                            Some((_, to)) if *to + 1 == number => *to = number,
                            _ => missing.push((number, number)),
                        }
                    }
                }
            }
            drop(statement);
            self.tell_missing(kind, &missing);
            // The last rows of a table can only be counted where it is known which number was given last.
            let gone = self.survey.found(table).lost.iter().find(|lost| lost.upto == i64::MAX);
            if let Some(gone) = gone.filter(|_| !self.survey.found("sqlite_sequence").lost.is_empty()) {
                self.salvaged.add(kind, "", lost_page(gone.page), BACKUP);
            }
        }
        Ok(())
    }

    fn is_known_to_be_gone(&self, entity: Entity, number: i64) -> bool {
        self.gone.contains(&(entity, number)) || self.told.contains(&(entity.word(), number))
    }

    fn tell_missing(&mut self, kind: &'static str, missing: &[(i64, i64)]) {
        let number: i64 = missing.iter().map(|(from, to)| to - from + 1).sum();
        if let Some(count) = self.salvaged.counts.iter_mut().find(|count| count.kind == kind) {
            count.lost += number.unsigned_abs();
        }
        for (from, to) in missing {
            let (id, what) = match from == to {
                true => (from.to_string(), "its page is gone, or it was never given".to_owned()),
                false => (
                    format!("{from}-{to}"),
                    "their pages are gone, or some of these numbers were never given".to_owned(),
                ),
            };
            self.salvaged.add(kind, id, what, BACKUP);
        }
    }

    /// The last number that was given in `table`, as far as anything knows.
    fn last_number(&self, table: &'static str) -> Result<i64> {
        let mut last = self.highest.get(table).copied().unwrap_or(0);
        self.survey.each_row("sqlite_sequence", |row, _| {
            if row.values[0].text() == Some(table) {
                last = last.max(row.values[1].int().unwrap_or(0));
            }
            Ok(())
        })?;
        Ok(last)
    }

    /// Tells of rows that could not be read in tables that are not of records, and of pages of theirs that are gone.
    pub(super) fn tell_unreadable(&mut self) {
        for table in ["store_info", "change", "text", "history", "lineage", "tombstone", "purged", "sight"] {
            let found = self.survey.found(table);
            for (page, rows) in &found.unreadable {
                let what = format!("{rows} of the rows on page {page} cannot be read");
                self.salvaged.add(table, "", what, BACKUP);
            }
            let is_numbered = matches!(table, "change" | "text");
            for lost in
                found.lost.iter().filter(|lost| !found.unreadable.iter().any(|(page, _)| *page == lost.page))
            {
                // A store of the first schema has no table of sight.
                let is_of_a_later_schema = table == "sight" && lost.page == 0;
                if !is_numbered && !is_of_a_later_schema {
                    self.salvaged.add(table, "", lost_page(lost.page), BACKUP);
                }
            }
        }
    }
}

fn lost_page(page: u32) -> String {
    match page {
        0 => "the way to its rows is lost: those that could be found by their looks were taken".to_owned(),
        page => format!("page {page} is gone, with all that stood on it"),
    }
}
