//! What a store says to whoever reads its tables, past the program.

use std::fmt::Write;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The tables, each in the order of its key.
const TABLES: [&str; 17] = [
    "store_info",
    "change",
    "coder",
    "text",
    "document",
    "attribute",
    "code",
    "annotation",
    "memo",
    "assignment",
    "alias",
    "conflict",
    "history",
    "lineage",
    "tombstone",
    "purged",
    "sight",
];

/// Every row of every table, and every entry of every index; `None` where any of it cannot be read.
pub(crate) fn content(path: &Path) -> Option<String> {
    let db = bare(path);
    let mut text = String::new();
    for table in TABLES {
        read(&db, &format!("SELECT * FROM {table} NOT INDEXED"), table, &mut text)?;
    }
    // Counters that are too high skip numbers; too low, they give one twice.
    read(&db, "SELECT name FROM sqlite_sequence ORDER BY name", "sequence", &mut text)?;
    for pragma in ["application_id", "user_version"] {
        read(&db, &format!("PRAGMA {pragma}"), pragma, &mut text)?;
    }
    read(
        &db,
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
        "schema",
        &mut text,
    )?;
    for sql in entries(&db)? {
        read(&db, &sql, "entry", &mut text)?;
    }
    Some(text)
}

/// Queries that read the entries of every index.
fn entries(db: &Connection) -> Option<Vec<String>> {
    let mut statement = db
        .prepare(
            "SELECT s.name, s.tbl_name, s.sql LIKE '% WHERE %', group_concat(ifnull(x.name, 'rowid'), ', ')
             FROM sqlite_schema s, pragma_index_xinfo(s.name) x
             WHERE s.type = 'index' AND s.sql IS NOT NULL AND x.cid <> -2 GROUP BY s.name ORDER BY s.name",
        )
        .ok()?;
    let rows = statement.query_map([], |row| {
        let (index, table, partial): (String, String, bool) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let only = if partial { "WHERE target IS NOT NULL" } else { "" };
        Ok(format!("SELECT {} FROM {table} INDEXED BY {index} {only}", row.get::<_, String>(3)?))
    });
    rows.ok()?.collect::<rusqlite::Result<_>>().ok()
}

fn read(db: &Connection, sql: &str, name: &str, into: &mut String) -> Option<()> {
    let mut statement = db.prepare(sql).ok()?;
    let columns = statement.column_count();
    let mut rows = statement.query([]).ok()?;
    while let Some(row) = rows.next().ok()? {
        into.push_str(name);
        for column in 0..columns {
            into.push('\t');
            match row.get_ref(column).ok()? {
                ValueRef::Null => into.push('-'),
                ValueRef::Integer(number) => write!(into, "{number}").ok()?,
                ValueRef::Real(number) => write!(into, "{number:?}").ok()?,
                ValueRef::Text(bytes) => write!(into, "{:?}", bytes.escape_ascii()).ok()?,
                ValueRef::Blob(bytes) => write!(into, "x{:?}", bytes.escape_ascii()).ok()?,
            }
        }
        into.push('\n');
    }
    Some(())
}

/// A connection such as any other program makes.
#[expect(
    clippy::disallowed_methods,
    reason = "what the file says is asked of SQLite, not of the program under test"
)]
pub(crate) fn bare(path: &Path) -> Connection {
    Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
