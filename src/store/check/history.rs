//! History: earlier states, deletions, lineage and the log itself.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Checker, RESTORE};
use crate::domain::{Entity, Version};
use crate::store::content::Columns;

impl Checker<'_> {
    pub(super) fn history(&mut self) {
        self.earlier_states();
        self.deletions();
        self.lineage();
        self.changes();
    }

    fn earlier_states(&mut self) {
        let sql = "SELECT change_id, entity, uuid, version, before FROM history";
        let count = self.scan("history", sql, |checker, row| {
            let change: i64 = row.get(0)?;
            let (entity, uuid, version): (Entity, Uuid, Version) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let before: Option<String> = row.get(4)?;
            let content = match before {
                Some(json) => {
                    let columns = Columns::parse(&json, &checker.references)?;
                    let is_ours = columns.is_written_as(&json);
                    let content = columns.content(entity)?;
                    if !is_ours {
                        let what = format!(
                            "what the {} said before change {change} is not as postil writes it",
                            entity.word()
                        );
                        checker.add("history", change, what, RESTORE);
                    }
                    Some(content)
                }
                None => None,
            };
            if !checker.is_version_of(entity, uuid, version, content.as_ref())? {
                let what =
                    format!("what the {} said before change {change} was altered ({version})", entity.word());
                checker.add("history", change, what, RESTORE);
            }
            Ok(())
        });
        self.report.counts.push(("earlier state", count));
    }

    fn deletions(&mut self) {
        let sql = "SELECT change_id, entity, uuid, version FROM tombstone";
        self.scan("tombstone", sql, |checker, row| {
            let (change, entity): (i64, Entity) = (row.get(0)?, row.get(1)?);
            let (uuid, version): (Uuid, Version) = (row.get(2)?, row.get(3)?);
            if !checker.is_version_of(entity, uuid, version, None)? {
                let what = format!(
                    "the deletion of the {} by change {change} was altered ({version})",
                    entity.word()
                );
                checker.add("tombstone", change, what, RESTORE);
            }
            Ok(())
        });
    }

    /// No version may descend from itself. The rows come record by record, so one record's graph is held at a time.
    fn lineage(&mut self) {
        let mut graph: (Option<Uuid>, Vec<(Version, Version)>) = (None, Vec::new());
        self.scan("lineage", "SELECT 0, uuid, version, parent FROM lineage ORDER BY uuid", |checker, row| {
            let uuid: Uuid = row.get(1)?;
            if graph.0 != Some(uuid) {
                checker.circle(&graph);
                graph = (Some(uuid), Vec::new());
            }
            graph.1.push((row.get(2)?, row.get(3)?));
            Ok(())
        });
        self.circle(&graph);
    }

    fn circle(&mut self, (uuid, steps): &(Option<Uuid>, Vec<(Version, Version)>)) {
        let Some(uuid) = uuid else { return };
        // Kahn: versions without a remaining parent are taken away until none is left, unless there is a circle.
        let mut waiting: HashMap<Version, usize> = HashMap::new();
        let mut children: HashMap<Version, Vec<Version>> = HashMap::new();
        for (version, parent) in steps {
            *waiting.entry(*version).or_default() += 1;
            waiting.entry(*parent).or_default();
            children.entry(*parent).or_default().push(*version);
        }
        let mut ready: Vec<Version> =
            waiting.iter().filter(|(_, count)| **count == 0).map(|(version, _)| *version).collect();
        let mut taken = 0;
        while let Some(version) = ready.pop() {
            taken += 1;
            for child in children.get(&version).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(child) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(*child);
                    }
                }
            }
        }
        if taken < waiting.len() {
            self.add("lineage", uuid, "a version of it descends from itself", RESTORE);
        }
    }

    /// The log: what history names must be there.
    fn changes(&mut self) {
        let sql = "SELECT DISTINCT change_id, author FROM history WHERE author NOT IN (SELECT id FROM change)
                   UNION SELECT DISTINCT change_id, left_by FROM history
                   WHERE left_by IS NOT NULL AND left_by NOT IN (SELECT id FROM change)";
        self.scan("history", sql, |checker, row| {
            let (change, missing): (i64, i64) = (row.get(0)?, row.get(1)?);
            checker.add("history", change, format!("it names change {missing}, which is not there"), RESTORE);
            Ok(())
        });
        let count =
            self.scan("change", "SELECT id, at, coder, command, summary, kind FROM change", |_, row| {
                let _: (i64, String) = (row.get(1)?, row.get(2)?);
                let _: (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
                Ok(())
            });
        self.report.counts.push(("change", count));
    }
}
