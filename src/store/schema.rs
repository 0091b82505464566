//! The schema, its migrations, and the proof that a file has this schema and nothing else.

use rusqlite::{Connection, ErrorCode};

use crate::domain::Digest;
use crate::error::{Error, ErrorKind, Result};

/// `post`: says that a SQLite file is a postil store (`PRAGMA application_id`).
pub(super) const APPLICATION_ID: i32 = 0x706f_7374;

/// The schema this program writes. A file with a greater number was made by a newer postil.
pub const SCHEMA_VERSION: i32 = 3;

/// The migrations in order: the n-th makes schema n out of schema n − 1. Landed ones are frozen (a test holds their hashes).
pub(super) const MIGRATIONS: [&str; SCHEMA_VERSION as usize] = [
    include_str!("../../migrations/0001_initial.sql"),
    include_str!("../../migrations/0002_sight.sql"),
    include_str!("../../migrations/0003_kept_twice.sql"),
];

/// SHA-256 over the sorted `sqlite_schema` of a store of each version. A file that differs was altered by
/// another program: a planted trigger, view, index on an expression…
const FINGERPRINTS: [&str; SCHEMA_VERSION as usize] = [
    "b9f64fe463098613c767e09721a33a24670114080c16af334ed6ca314999b124",
    "4662afff797a53c65aadc885ce5c713a6fae802515a9a11b850a6a6457eae0b5",
    "52e447e8329d7e427c4c6251b2cee223a0eb417c9dea45fd138976ad29946a1e",
];

/// Brings `db` from `from` to [`SCHEMA_VERSION`], inside the caller's transaction.
pub(super) fn migrate(db: &Connection, from: i32) -> Result<()> {
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(usize::try_from(from).unwrap_or(0)) {
        db.execute_batch(migration).map_err(|cause| match cause.sqlite_error_code() {
            // What SQLite can't understand is our mistake; a disk that fills up is not.
            None | Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation) => {
                Error::internal(format!("migration {} failed", index + 1)).caused_by(cause)
            }
            Some(_) => cause.into(),
        })?;
    }
    db.execute_batch(&format!(
        "PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={SCHEMA_VERSION}"
    ))?;
    Ok(())
}

/// Refuses `db` unless its schema is exactly that of `version`.
///
/// # Errors
/// Corrupt, naming what is too much.
pub(super) fn verify(db: &Connection, version: i32) -> Result<()> {
    let expected = usize::try_from(version - 1).ok().and_then(|index| FINGERPRINTS.get(index));
    if expected.is_some_and(|expected| fingerprint(db).is_ok_and(|found| found == *expected)) {
        return Ok(());
    }
    // Naming the stranger costs a second schema in memory; that is only spent on a file that is refused anyway.
    let known = objects(&in_memory()?)?;
    let mut error = Error::new(
        ErrorKind::Corrupt,
        "the store's schema was altered by another program, so it is not opened",
    );
    for object in objects(db)?.iter().filter(|object| !known.contains(object)) {
        error = error.hint(format!("not ours: the {} `{}`", object.0, object.1));
    }
    Err(error.hint("if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack"))
}

/// (type, name, sql) of everything in the schema, in a fixed order.
fn objects(db: &Connection) -> Result<Vec<(String, String, String)>> {
    let mut statement =
        db.prepare("SELECT type, name, ifnull(sql, '') FROM sqlite_schema ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn fingerprint(db: &Connection) -> Result<String> {
    let mut all = String::with_capacity(16 << 10);
    for (kind, name, sql) in objects(db)? {
        for part in [kind, name, sql] {
            all.push_str(&part);
            all.push('\u{1f}');
        }
    }
    Ok(Digest::of(all.as_bytes()).to_string())
}

/// What an index or table is noted to belong to, where that is not what it is called in the schema of this program.
/// [`fingerprint`] is older than this, and frozen; SQLite goes by the text of the schema and never looks.
pub(super) fn misplaced(db: &Connection) -> Result<Vec<String>> {
    let owners = |db: &Connection| -> Result<Vec<(String, String)>> {
        let mut statement = db.prepare("SELECT name, tbl_name FROM sqlite_schema ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let known = owners(&in_memory()?)?;
    let found = owners(db)?.into_iter();
    Ok(found.filter(|object| !known.contains(object)).map(|(name, _)| name).collect())
}

/// An empty database with the current schema.
pub(super) fn in_memory() -> Result<Connection> {
    let db = Connection::open_in_memory()?;
    migrate(&db, 0)?;
    Ok(db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_that_of_the_schema() {
        assert_eq!(fingerprint(&in_memory().unwrap()).unwrap(), FINGERPRINTS[SCHEMA_VERSION as usize - 1]);
    }

    #[test]
    fn a_disk_that_fills_up_while_a_store_is_made_is_no_bug_of_ours() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("PRAGMA max_page_count=4").unwrap();
        let error = migrate(&db, 0).unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Io, "the disk is full; nothing was written"));
    }

    #[test]
    fn a_planted_trigger_is_named() {
        let db = in_memory().unwrap();
        verify(&db, SCHEMA_VERSION).unwrap();
        db.execute_batch("CREATE TRIGGER evil AFTER INSERT ON code BEGIN DELETE FROM document; END").unwrap();
        let error = verify(&db, SCHEMA_VERSION).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.hints().iter().any(|hint| hint.contains("trigger `evil`")), "{error:?}");
    }

    #[test]
    fn indices_that_were_dropped_and_rebuilt_are_still_ours() {
        let db = in_memory().unwrap();
        for (name, sql) in super::super::annotation::indices(&db).unwrap() {
            db.execute_batch(&format!("DROP INDEX {name}; {sql}")).unwrap();
        }
        verify(&db, SCHEMA_VERSION).unwrap();
    }
}
