//! Aliases: retired ids and the records that took their place.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, named_params};
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::{Entity, Version, id, record};
use crate::error::{Error, ErrorKind, Result};

impl Reader<'_> {
    /// Every retired id of this kind of record, with the one that stands for it, followed to the end.
    ///
    /// # Errors
    /// SQLite's; corrupt when an id is not one.
    pub fn aliases(&self, entity: Entity) -> Result<HashMap<Uuid, Uuid>> {
        let mut statement = self.db.prepare_cached("SELECT retired, target FROM alias WHERE entity = ?1")?;
        let mut rows = statement.query([entity])?;
        let mut direct = HashMap::new();
        while let Some(row) = rows.next()? {
            let (retired, target): (String, String) = (row.get(0)?, row.get(1)?);
            let (Ok(retired), Ok(target)) = (retired.parse::<Uuid>(), target.parse::<Uuid>()) else {
                return Err(Error::new(ErrorKind::Corrupt, format!("the alias `{retired}` is not an id")));
            };
            direct.insert(retired, target);
        }
        let follow = |mut id: Uuid| {
            // No chain is longer than the number of aliases; a cycle in a damaged store ends there.
            for _ in 0..direct.len() {
                match direct.get(&id) {
                    Some(next) => id = *next,
                    None => break,
                }
            }
            id
        };
        Ok(direct.keys().map(|retired| (*retired, follow(*retired))).collect())
    }
}

impl Reader<'_> {
    /// The ids that `target` stands for, directly.
    ///
    /// # Errors
    /// SQLite's; corrupt when an id is not one.
    pub fn stood_for(&self, target: Uuid) -> Result<Vec<Uuid>> {
        let mut statement =
            self.db.prepare_cached("SELECT retired FROM alias WHERE target = ?1 ORDER BY retired")?;
        let mut rows = statement.query([target.to_string()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(parsed(&row.get::<_, String>(0)?)?);
        }
        Ok(found)
    }

    /// The retired ids that others stand for by the rules of merging alone, not by anybody's decision.
    ///
    /// # Errors
    /// SQLite's; corrupt when an id is not one.
    pub fn derived_aliases(&self) -> Result<Vec<Uuid>> {
        let mut statement = self.db.prepare_cached(
            "SELECT retired FROM alias WHERE EXISTS
               (SELECT 1 FROM lineage l WHERE l.uuid = alias.uuid AND l.version = alias.version AND l.parent = ?1)",
        )?;
        let mut rows = statement.query([Version::DERIVED])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(parsed(&row.get::<_, String>(0)?)?);
        }
        Ok(found)
    }
}

fn parsed(id: &str) -> Result<Uuid> {
    id.parse().map_err(|_| Error::new(ErrorKind::Corrupt, format!("the alias `{id}` is not an id")))
}

impl Tx<'_> {
    /// Notes that `target` stands for `retired` from now on.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_alias(&self, entity: Entity, retired: Uuid, target: Uuid) -> Result<()> {
        let uuid = id::alias_id(retired);
        let content = record::Alias { entity, retired, target };
        // An id that was retired, taken up again and now retired once more has its row already.
        let known: Option<i64> = self
            .db
            .prepare_cached("SELECT id FROM alias WHERE uuid = ?1")?
            .query_row([uuid], |row| row.get(0))
            .optional()?;
        if let Some(known) = known {
            let version = self.succeed(Entity::Alias, known, &content)?;
            self.db
                .prepare_cached(
                    "UPDATE alias SET target = :target, change_id = :change, version = :version WHERE id = :id",
                )?
                .execute(named_params! {
                    ":target": target.to_string(), ":change": self.change, ":version": version, ":id": known,
                })?;
            return Ok(());
        }
        let version = self.insert_version(Entity::Alias, uuid, &content)?;
        self.db
            .prepare_cached(
                "INSERT INTO alias (uuid, entity, retired, target, change_id, version)
                 VALUES (:uuid, :entity, :retired, :target, :change, :version)",
            )?
            .execute(named_params! {
                ":uuid": uuid, ":entity": entity, ":retired": retired.to_string(), ":target": target.to_string(),
                ":change": self.change, ":version": version,
            })?;
        Ok(())
    }
}
