//! Records: every version recomputed, every range inside its text, every name one that postil would take.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Checker, RESTORE};
use crate::domain::name::{MAX_CODE_DEPTH, check_code_name, check_handle, check_name};
use crate::domain::{Entity, Version, id, record};
use crate::error::Result;
use crate::store::annotation;
use crate::store::content::{AnyContent, Columns};
use crate::store::reader::References;
use crate::store::table::Table;

impl<'s> Checker<'s> {
    pub(super) fn records(&mut self) {
        for entity in Entity::ALL {
            let count = match entity {
                Entity::Annotation => self.annotations(),
                _ => self.table(Table::of(entity)),
            };
            self.report.counts.push((entity.word(), count));
            self.buried(Table::of(entity));
        }
    }

    fn table(&mut self, table: &'static Table) -> u64 {
        let sql = format!(
            "SELECT id, uuid, version, json_array({}) FROM {} ORDER BY id",
            table.column_list(),
            table.name
        );
        let references = References::new(&self.store.db);
        self.scan(table.name, &sql, |checker, row| {
            let (id, uuid, version): (i64, Uuid, Version) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let columns: String = row.get(3)?;
            let content = Columns::parse(&columns, &references)?.content(table.entity)?;
            checker.version(table.entity, id, uuid, version, &content)?;
            checker.content(table.entity, id, uuid, &content)
        })
    }

    /// The one table with a million rows: read without the detour through JSON.
    fn annotations(&mut self) -> u64 {
        let sql = format!("SELECT {} FROM annotation ORDER BY id", annotation::COLUMNS);
        let references = References::new(&self.store.db);
        self.scan("annotation", &sql, |checker, row| {
            let found = annotation::from_row(row)?;
            let draft = found.draft;
            match checker.lengths.get(&draft.text) {
                Some(length) if draft.range.end() <= *length => {}
                Some(length) => {
                    let (start, end) = (draft.range.start(), draft.range.end());
                    let what = format!("its passage is {start}-{end}, and the text has {length} characters");
                    let hint = format!("`postil untag {}` removes it", found.id);
                    checker.add("annotation", found.id, what, hint);
                }
                None => checker.add("annotation", found.id, "its text is not there", RESTORE),
            }
            let content = AnyContent::Annotation(record::Annotation {
                document: references.uuid("document", draft.document)?,
                text: references.digest(draft.text)?,
                range: draft.range,
                code: draft.code.map(|id| references.uuid("code", id)).transpose()?,
                coder: references.uuid("coder", draft.coder)?,
                note: draft.note,
            });
            checker.version(Entity::Annotation, found.id, found.uuid, found.version, &content)
        })
    }

    fn version(
        &mut self,
        entity: Entity,
        id: i64,
        uuid: Uuid,
        version: Version,
        content: &AnyContent,
    ) -> Result<()> {
        if !self.is_version_of(entity, uuid, version, Some(content))? {
            let what = format!("its version {version} is not that of what it says: it was altered");
            self.add(entity.word(), id, what, RESTORE);
        }
        Ok(())
    }

    /// What only one kind of record promises.
    fn content(&mut self, entity: Entity, row: i64, uuid: Uuid, content: &AnyContent) -> Result<()> {
        let (named, derived) = match content {
            AnyContent::Coder(coder) => (check_handle(&coder.handle), None),
            AnyContent::Document(document) => (check_name("document", &document.name), None),
            AnyContent::Code(code) => (check_code_name(&code.name), None),
            AnyContent::Attribute(attribute) => (check_name("attribute", &attribute.name), None),
            AnyContent::Alias(alias) => {
                if !self.existed(alias.entity, alias.target)? {
                    let what = format!("it stands for {}, which is not there and never was", alias.target);
                    self.add("alias", row, what, RESTORE);
                }
                (Ok(()), Some(id::alias_id(alias.retired)))
            }
            AnyContent::Conflict(conflict) => {
                self.conflict(row, conflict)?;
                (Ok(()), Some(id::conflict_id(conflict.record, conflict.ours, conflict.theirs)))
            }
            // The ids of attributes and assignments follow from what they are about where they were made; a document or
            // coder that two stores made may have become one since.
            AnyContent::Annotation(_) | AnyContent::Memo(_) | AnyContent::Assignment(_) => (Ok(()), None),
        };
        if let Err(refusal) = named {
            let hint = refusal.hints().first().map_or("rename it", String::as_str).to_owned();
            self.add(entity.word(), row, refusal.message(), hint);
        }
        if derived.is_some_and(|derived| derived != uuid) {
            self.add(entity.word(), row, format!("its id {uuid} does not follow from what it is"), RESTORE);
        }
        Ok(())
    }

    fn conflict(&mut self, row: i64, conflict: &record::Conflict) -> Result<()> {
        if !self.existed(conflict.entity, conflict.record)? {
            let what = format!("it is about {}, which is not there and never was", conflict.record);
            self.add("conflict", row, what, RESTORE);
            return Ok(());
        }
        for version in [conflict.ours, conflict.theirs] {
            let reader = self.store.reader();
            let deleted = reader.deletion(conflict.entity, conflict.record)? == Some(version);
            if !deleted && reader.columns_at(conflict.entity, conflict.record, version)?.is_none() {
                self.add("conflict", row, format!("what it said at {version} is not kept"), RESTORE);
            }
        }
        Ok(())
    }

    /// Whether a record is there, was deleted, or gave way to another.
    fn existed(&self, entity: Entity, uuid: Uuid) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1) OR EXISTS (SELECT 1 FROM tombstone WHERE uuid = ?1)
               OR EXISTS (SELECT 1 FROM alias WHERE retired = ?2) OR EXISTS (SELECT 1 FROM purged WHERE uuid = ?1)",
            Table::of(entity).name
        );
        Ok(self.store.db.prepare_cached(&sql)?.query_row((uuid, uuid.to_string()), |row| row.get(0))?)
    }

    /// Records that are there and have a tombstone all the same.
    fn buried(&mut self, table: &'static Table) {
        let sql = format!("SELECT r.id FROM tombstone t JOIN {} r ON r.uuid = t.uuid", table.name);
        self.scan(table.name, &sql, |checker, row| {
            let id: i64 = row.get(0)?;
            checker.add(table.name, id, "it is there, and marked as deleted too", RESTORE);
            Ok(())
        });
    }

    /// The codebook is a tree of bounded depth.
    pub(super) fn codebook(&mut self) {
        let mut parents: HashMap<i64, Option<i64>> = HashMap::new();
        self.scan("code", "SELECT id, parent_id FROM code ORDER BY id", |_, row| {
            parents.insert(row.get(0)?, row.get(1)?);
            Ok(())
        });
        let mut ids: Vec<i64> = parents.keys().copied().collect();
        ids.sort_unstable();
        for id in ids {
            let above = |id: &i64| parents.get(id).copied().flatten();
            // Whoever stands in a circle has ancestors without end.
            let levels = std::iter::successors(Some(id), above).take(parents.len() + 1).count();
            if levels > parents.len() {
                self.add(
                    "code",
                    id,
                    "it stands below itself",
                    "move it with `postil code move`, or restore a copy",
                );
            } else if levels > MAX_CODE_DEPTH {
                let what = format!("it stands {levels} levels deep; {MAX_CODE_DEPTH} are allowed");
                self.add("code", id, what, "move it up with `postil code move`");
            }
        }
    }
}
