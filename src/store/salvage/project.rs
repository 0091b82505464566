//! What the new store has before its first record and after its last: its id and name, its texts, its row counters.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::params;
use uuid::Uuid;

use super::Count;
use super::rebuild::{BACKUP, Rebuild};
use super::record::Value;
use crate::domain::{Digest, Entity, id};
use crate::error::Result;

impl Rebuild<'_, '_> {
    pub(super) fn info(&mut self) -> Result<()> {
        let mut found: Vec<(Uuid, String, i64)> = Vec::new();
        let mut take = |project: Option<[u8; 16]>, name: Option<&str>, at: Option<i64>| {
            if let (Some(project), Some(name), Some(at)) = (project, name.filter(|name| !name.is_empty()), at)
            {
                found.push((Uuid::from_bytes(project), name.to_owned(), at));
            }
        };
        self.survey.each_row("store_info", |row, _| {
            take(row.values[1].blob(), row.values[2].text(), row.values[3].int());
            Ok(())
        })?;
        self.survey.each_row("store_info_twin", |row, _| {
            take(row.values[0].blob(), row.values[1].text(), row.values[2].int());
            Ok(())
        })?;
        let differ = found.iter().any(|other| Some(other) != found.first());
        // The ids of coders follow from the project's.
        let handles: Vec<&String> = self.names.coders.values().collect();
        let proven = |project: Uuid| {
            handles
                .iter()
                .any(|handle| self.known.has_candidate(Entity::Coder, id::coder_id(project, handle)))
        };
        let best = found.iter().find(|(project, ..)| proven(*project)).or(found.first()).cloned();
        let hint = "`postil merge` still matches texts, paths of codes and handles of coders";
        let (project, name, at) = match best {
            Some(best) => best,
            None => {
                let name =
                    self.order.broken.file_stem().map_or("salvaged".into(), |stem| stem.to_string_lossy());
                self.salvaged.add("project", "", "its id and name are lost, and it has new ones", hint);
                (self.order.project, name.into_owned(), self.order.now)
            }
        };
        if differ {
            let what = "its id, name or date was altered; what is most likely was taken";
            self.salvaged.add("project", "", what, "`postil log` and the title of reports show the name");
        }
        self.project = project;
        self.db.execute(
            "INSERT INTO store_info (id, project, name, created_at) VALUES (1, ?1, ?2, ?3)",
            params![project, name, at],
        )?;
        Ok(())
    }

    pub(super) fn texts(&mut self) -> Result<()> {
        let mut count = Count { kind: "text", ..Count::default() };
        let (db, mut kept, mut highest) = (self.db, HashSet::new(), 0);
        let mut damaged = BTreeSet::new();
        self.survey.each_row("text", |row, _| {
            highest = highest.max(row.number);
            let Some(Value::Text(bytes)) = row.values.get(3) else { return Ok(()) };
            let sha256 = Digest::of(bytes);
            count.found += 1;
            let is_whole = row.values[1].blob() == Some(*sha256.as_bytes())
                || self.known.references.digest(row.number).is_ok_and(|known| known == sha256);
            let Some(body) = std::str::from_utf8(bytes).ok().filter(|_| is_whole) else {
                damaged.insert(row.number);
                return Ok(());
            };
            let chars = body.chars().count();
            let written = db
                .prepare_cached(
                    "INSERT OR IGNORE INTO text (id, sha256, chars, body) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![row.number, sha256, i64::try_from(chars).unwrap_or(0), body])?;
            if written > 0 {
                kept.insert(row.number);
                count.kept += 1;
            }
            Ok(())
        })?;
        for number in damaged.difference(&kept.iter().copied().collect()) {
            count.lost += 1;
            self.told.insert(("text", *number));
            let what = "the text was altered: its SHA-256 is another";
            self.salvaged.add("text", number, what, BACKUP);
        }
        self.texts = kept;
        self.highest.insert("text", highest);
        self.salvaged.counts.push(count);
        Ok(())
    }

    /// No number is given twice.
    pub(super) fn sequences(&self) -> Result<()> {
        let mut said: HashMap<String, i64> = HashMap::new();
        self.survey.each_row("sqlite_sequence", |row, _| {
            if let (Some(table), Some(last)) = (row.values[0].text(), row.values[1].int()) {
                let known = said.entry(table.to_owned()).or_default();
                *known = last.max(*known);
            }
            Ok(())
        })?;
        for (table, highest) in &self.highest {
            let said = said.get(*table).copied().filter(|said| (0..1 << 40).contains(said)).unwrap_or(0);
            let last = said.max(*highest);
            let known = self
                .db
                .execute("UPDATE sqlite_sequence SET seq = ?1 WHERE name = ?2", params![last, table])?;
            if known == 0 {
                self.db.execute(
                    "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                    params![table, last],
                )?;
            }
        }
        Ok(())
    }
}
