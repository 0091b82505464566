//! What keeps a proven record out of the new store: something that it needs is gone for good.

use rusqlite::params;
use serde_json::Value as Json;
use uuid::Uuid;

use super::known::{place_of_text, places_of_references};
use super::rebuild::Rebuild;
use crate::domain::{Entity, Version};
use crate::error::Result;
use crate::store::content::AnyContent;
use crate::store::table::Table;

impl Rebuild<'_, '_> {
    /// Why a record that is proven can't be taken all the same: something that it needs is gone for good.
    pub(super) fn refusal(
        &self,
        entity: Entity,
        columns: &[Json],
        content: &AnyContent,
    ) -> Result<Option<String>> {
        if let Some(text) = place_of_text(entity).and_then(|place| columns.get(place)?.as_i64())
            && !self.texts.contains(&text)
        {
            return Ok(Some(format!("its text (number {text}) is lost")));
        }
        for (referred, place) in places_of_references(entity) {
            let Some(number) = columns.get(*place).and_then(Json::as_i64) else { continue };
            if *referred == Entity::Document && self.refused.contains(&number) {
                return Ok(Some("the text of its document is lost".to_owned()));
            }
            if self.kept.contains(&(*referred, number)) {
                continue;
            }
            let has_text = entity == Entity::Annotation || self.text_of.contains_key(&number);
            if self.known.proven(*referred, number).is_none() || (*referred == Entity::Document && !has_text)
            {
                return Ok(Some(format!("its {} (number {number}) is lost", referred.word())));
            }
        }
        match content {
            AnyContent::Alias(alias) if !self.existed(alias.entity, alias.target)? => {
                Ok(Some("what it stands for is lost".to_owned()))
            }
            AnyContent::Conflict(conflict) => {
                let both = [conflict.ours, conflict.theirs];
                let is_known = |version: &Version| self.has_state(conflict.entity, conflict.record, *version);
                let known: Vec<bool> = both.iter().map(is_known).collect::<Result<_>>()?;
                let is_whole =
                    self.existed(conflict.entity, conflict.record)? && known.iter().all(|known| *known);
                Ok((!is_whole).then(|| "one of its sides is lost".to_owned()))
            }
            _ => Ok(None),
        }
    }

    fn existed(&self, entity: Entity, uuid: Uuid) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1) OR EXISTS (SELECT 1 FROM tombstone WHERE uuid = ?1)",
            Table::of(entity).name
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([uuid], |row| row.get(0))?)
    }

    fn has_state(&self, entity: Entity, uuid: Uuid, version: Version) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM {} WHERE uuid = ?1 AND version = ?2)
               OR EXISTS (SELECT 1 FROM tombstone WHERE uuid = ?1 AND version = ?2)
               OR EXISTS (SELECT 1 FROM history WHERE uuid = ?1 AND version = ?2)",
            Table::of(entity).name
        );
        Ok(self.db.prepare_cached(&sql)?.query_row(params![uuid, version], |row| row.get(0))?)
    }

    /// Whether a document was read and its text is lost.
    pub(super) fn is_refused(&self, entity: Entity, number: i64) -> bool {
        entity == Entity::Document && self.refused.contains(&number)
    }

    pub(super) fn has_text(&self, text: i64) -> bool {
        self.texts.contains(&text)
    }
}
