//! Sight: whose work a coder could see while coding a document. It only grows; nothing takes it back.

use std::collections::{BTreeSet, HashMap};

use rusqlite::named_params;
use uuid::Uuid;

use super::change::Tx;
use super::reader::Reader;
use crate::domain::Entity;
use crate::error::Result;

/// That a coder annotated a document in a store where another's annotations of it were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sight {
    /// Who could see.
    pub coder: Uuid,
    /// In which document.
    pub document: Uuid,
    /// Whose work.
    pub other: Uuid,
}

impl Reader<'_> {
    /// All that is known, by the ids that were in use when it was written down.
    ///
    /// # Errors
    /// SQLite's.
    pub fn sights(&self) -> Result<Vec<Sight>> {
        let mut statement = self.db.prepare_cached("SELECT coder, document, other FROM sight")?;
        let rows = statement.query_map([], |row| {
            Ok(Sight { coder: row.get(0)?, document: row.get(1)?, other: row.get(2)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The same by the ids that stand for them now: coders and documents that became one are one.
    ///
    /// # Errors
    /// SQLite's; corrupt when an alias is none.
    pub fn current_sights(&self) -> Result<BTreeSet<Sight>> {
        let (coders, documents) = (self.aliases(Entity::Coder)?, self.aliases(Entity::Document)?);
        let now = |aliases: &HashMap<Uuid, Uuid>, id: Uuid| aliases.get(&id).copied().unwrap_or(id);
        let sights = self.sights()?.into_iter().map(|sight| Sight {
            coder: now(&coders, sight.coder),
            document: now(&documents, sight.document),
            other: now(&coders, sight.other),
        });
        Ok(sights.filter(|sight| sight.coder != sight.other).collect())
    }
}

impl Tx<'_> {
    /// Notes whose work those could see whose annotations this change made or changed. Only for commands by which people
    /// code in this very store: work that is brought in was done elsewhere.
    ///
    /// # Errors
    /// SQLite's.
    pub fn note_sight(&self) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO sight (coder, document, other)
                 SELECT c.uuid, d.uuid, o.uuid
                 FROM (SELECT DISTINCT document_id, coder_id FROM annotation WHERE change_id = :change) AS own
                 JOIN coder c ON c.id = own.coder_id
                 JOIN document d ON d.id = own.document_id
                 JOIN coder o ON o.id <> own.coder_id
                 WHERE NOT EXISTS
                   (SELECT 1 FROM sight s WHERE s.coder = c.uuid AND s.document = d.uuid AND s.other = o.uuid)
                   AND EXISTS
                   (SELECT 1 FROM annotation a WHERE a.document_id = own.document_id AND a.coder_id = o.id)",
            )?
            .execute(named_params! { ":change": self.change })?;
        Ok(())
    }

    /// Notes what another store knows.
    ///
    /// # Errors
    /// SQLite's.
    pub fn insert_sight(&self, sight: Sight) -> Result<()> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO sight (coder, document, other) VALUES (?1, ?2, ?3)")?
            .execute((sight.coder, sight.document, sight.other))?;
        Ok(())
    }
}
