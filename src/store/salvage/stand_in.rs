//! What stands in for records that others refer to and that are lost, so that the others can stay.

use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::rebuild::{BACKUP, Rebuild};
use crate::domain::name::{MAX_CODE_DEPTH, check_code_name, check_handle, check_name};
use crate::domain::{Entity, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::store::content::{AnyContent, Columns};
use crate::store::table::Table;

/// How much is known of a record that something stands in for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// All of it, from indices.
    Exact,
    /// What its row says, and no version proves.
    Row,
    /// At most its name.
    Name,
}

impl Rebuild<'_, '_> {
    /// Puts something in the place of every record that others refer to and that is lost. What its row says is taken where
    /// it can be read, and said to be unproven: a definition with a wrong letter is better than none.
    pub(super) fn stand_ins(&mut self) -> Result<()> {
        let mut change = None;
        while let Some((entity, number)) = self.wanted.pop_first() {
            let key = (entity, number);
            if self.kept.contains(&key) || self.gone.contains(&key) || self.is_refused(entity, number) {
                continue;
            }
            let unproven = self.unproven.get(&(entity, number)).cloned();
            let uuid = self.known.proven(entity, number).or(unproven.as_ref().map(|(uuid, _)| *uuid));
            let Some(uuid) = uuid else { continue };
            if self.known.is_gone(uuid) {
                self.forget_states_with(entity, number)?;
                continue;
            }
            let change = *change.get_or_insert_with(|| self.own_change());
            let row = unproven.and_then(|(_, columns)| self.as_it_reads(entity, number, columns));
            if let Some(columns) = row
                && self.stand_in(entity, number, uuid, change, &columns, Origin::Row)?
            {
                continue;
            }
            let Some((columns, origin)) = self.anew(entity, number) else { continue };
            if !self.stand_in(entity, number, uuid, change, &columns, origin)? {
                return Err(Error::new(
                    ErrorKind::Corrupt,
                    format!("the {} {number} is lost, and nothing can stand in for it", entity.word()),
                )
                .hint("restore a copy made with `postil backup`"));
            }
        }
        Ok(())
    }

    /// What the row of a record says, where it says what a row may; without what it refers to and is not there.
    fn as_it_reads(&self, entity: Entity, number: i64, mut columns: Vec<Json>) -> Option<Vec<Json>> {
        if entity == Entity::Code
            && let Some(parent) = columns[1].as_i64()
            && !self.may_stand_below(number, parent)
        {
            columns[1] = Json::Null;
        }
        if entity == Entity::Document && !columns[2].as_i64().is_some_and(|text| self.has_text(text)) {
            columns[2] = json!(self.text_of.get(&number)?);
        }
        let content = Columns::of(columns.clone(), &self.known.references).content(entity).ok()?;
        match content {
            AnyContent::Coder(coder) => check_handle(&coder.handle).ok()?,
            AnyContent::Document(document) => check_name("document", &document.name).ok()?,
            AnyContent::Code(code) => check_code_name(&code.name).ok()?,
            _ => return None,
        }
        Some(columns)
    }

    /// Whether a code that is in the new store can be the parent of the code `number`.
    fn may_stand_below(&self, number: i64, parent: i64) -> bool {
        let mut next = Some(parent);
        for _ in 0..MAX_CODE_DEPTH / 2 {
            match next {
                None => return true,
                Some(above) if above == number || !self.kept.contains(&(Entity::Code, above)) => {
                    return false;
                }
                Some(above) => {
                    let found =
                        self.db
                            .query_row("SELECT parent_id FROM code WHERE id = ?1", [above], |row| row.get(0));
                    next = match found {
                        Ok(found) => found,
                        Err(_) => return false,
                    };
                }
            }
        }
        false
    }

    /// What can be said of a record whose row is gone.
    fn anew(&self, entity: Entity, number: i64) -> Option<(Vec<Json>, Origin)> {
        let at = self.order.now;
        Some(match entity {
            Entity::Coder => {
                let known = self.names.coders.get(&number).filter(|handle| check_handle(handle).is_ok());
                let origin = if known.is_some() { Origin::Exact } else { Origin::Name };
                let handle = known.cloned().unwrap_or_else(|| format!("lost-coder-{number}"));
                (vec![json!(number), json!(handle), json!(at)], origin)
            }
            Entity::Document => {
                let text = *self.text_of.get(&number)?;
                let sha256 = self.known.references.digest(text).ok()?.to_string();
                let name =
                    self.names.documents.get(&number).filter(|name| check_name("document", name).is_ok());
                let name = name.filter(|_| !self.unproven.contains_key(&(entity, number)));
                let name = name.cloned().unwrap_or_else(|| format!("lost-document-{number}"));
                let origin =
                    [json!(""), json!(sha256), json!("utf-8"), json!("none"), json!(0), json!(at), json!(at)];
                ([json!(number), json!(name), json!(text)].into_iter().chain(origin).collect(), Origin::Name)
            }
            _ => {
                let name = format!("lost-code-{number}");
                let rest = [json!(""), json!(""), json!(at), json!(at)];
                ([json!(number), Json::Null, json!(name)].into_iter().chain(rest).collect(), Origin::Name)
            }
        })
    }

    /// Writes what stands in; `false` when another record has its name.
    fn stand_in(
        &mut self,
        entity: Entity,
        number: i64,
        uuid: Uuid,
        change: i64,
        columns: &[Json],
        origin: Origin,
    ) -> Result<bool> {
        let Ok(content) = Columns::of(columns.to_vec(), &self.known.references).content(entity) else {
            return Ok(false);
        };
        let heads = self.known.heads_of(uuid);
        // What is known to be all that it said has its version back.
        let exact = heads.first().copied().filter(|_| origin == Origin::Exact);
        let exact =
            exact.and_then(|head| Some((head, self.known.parents(entity, uuid, head, Some(&content))?)));
        let (version, parents) = exact.unwrap_or_else(|| {
            // Else nobody wrote it, and it gives way to the true record where that is still known.
            let parents = [&[Version::DERIVED], heads.as_slice()].concat();
            (Version::of(entity, uuid, &parents, Some(&content)), parents)
        });
        if !self.insert(Table::of(entity), change, version, uuid, columns)? {
            return Ok(false);
        }
        self.add_parents(uuid, version, &parents)?;
        self.known.settle(entity, number, uuid);
        self.kept.insert((entity, number));
        let highest = self.highest.entry(Table::of(entity).name).or_default();
        *highest = number.max(*highest);
        let name = columns
            .get(if entity == Entity::Code { 2 } else { 1 })
            .and_then(Json::as_str)
            .unwrap_or_default();
        let what = match origin {
            Origin::Exact => "its row is lost; its handle is known, and the date is today's".to_owned(),
            Origin::Row => format!("what it says stands there as it reads (`{name}`), and nothing proves it"),
            Origin::Name => format!("it is lost; what is about it is there, under the name `{name}`"),
        };
        self.salvaged.add(entity.word(), number, what, BACKUP);
        if self.told.insert((entity.word(), number))
            && let Some(count) = self.salvaged.counts.iter_mut().find(|count| count.kind == entity.word())
        {
            count.lost += 1;
        }
        Ok(true)
    }
}
