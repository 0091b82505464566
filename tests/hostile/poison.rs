//! A store in which every word is poisoned: names, texts, notes, memos, attributes, sources, what changes are said to have done.

use std::path::PathBuf;

use crate::project::Project;

/// What a terminal obeys: colours that are none of ours, a title, a bell, C1, a device control, backspace, delete, a carriage
/// return; and what the eye obeys: text that turns round, marks without width, a line separator.
pub(crate) const POISON: &str = "\u{1b}[35m\u{1b}]0;t\u{7}\u{9b}7m\u{90}q\u{9c}\u{8}\u{7f}\u{202e}\u{2066}\u{200b}\u{200f}\u{61c}\
    \u{2028}\u{2060}\u{feff}\rx";

/// A name with it. A line feed in a name would forge the line after it.
pub(crate) fn poisoned(name: &str) -> String {
    format!("{name}{POISON}\nerror: forged")
}

/// A connection past the program.
#[expect(clippy::disallowed_methods, reason = "strangers do not use our hardened connections either")]
pub(crate) fn behind_its_back(path: PathBuf) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON").unwrap();
    db
}

/// Puts `with(old)` in every row of a column, whatever its table allows.
pub(crate) fn rewrite(db: &rusqlite::Connection, table: &str, column: &str, with: impl Fn(&str) -> String) {
    let rows: Vec<(i64, String)> = {
        let sql = format!("SELECT rowid, {column} FROM {table} WHERE typeof({column}) = 'text'");
        let mut statement = db.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for (row, old) in rows {
        db.execute(
            &format!("UPDATE {table} SET {column} = ?1 WHERE rowid = ?2"),
            rusqlite::params![with(&old), row],
        )
        .unwrap();
    }
}

/// The columns of the store that hold somebody's words.
pub(crate) const WORDS: [(&str, &str); 14] = [
    ("store_info", "name"),
    ("document", "name"),
    ("document", "source"),
    ("attribute", "name"),
    ("attribute", "value"),
    ("code", "name"),
    ("code", "description"),
    ("coder", "handle"),
    ("annotation", "note"),
    ("memo", "text"),
    ("change", "coder"),
    ("change", "command"),
    ("change", "summary"),
    ("conflict", "source"),
];

/// The store `study.postil` of two coders who differ, with an open conflict, every word of it poisoned, and `ben.postil`, which is
/// sound.
pub(crate) fn study() -> Project {
    let project = Project::new();
    let text = format!("Norms bind{POISON} states.\n\nStates {POISON}speak of norms;\tnobody.\n");
    project.write("note.txt", &text);
    project.write("other.txt", format!("Another text {POISON}.\n"));
    for line in [
        "document add note.txt other.txt",
        "code add norms actors/state trust",
        "tag note:0-10 norms",
        "tag note:3-30 actors/state",
        "tag note:3-40 norms --coder ben",
        "document set note year=1999 kind=x",
        "memo project 'A memo.'",
        "memo code:norms 'On norms.'",
        "memo note 'On the note.'",
        "assign note --to ben",
        "done note",
        "done note --coder ben",
    ] {
        project.ok(line);
    }
    project.args(&["note", "#1", &format!("a note {POISON}")]).ok();
    // One conflict: both change one note.
    std::fs::rename(project.path("study.postil"), project.path("study")).unwrap();
    std::fs::copy(project.path("study"), project.path("ben")).unwrap();
    project.args(&["--store", "study", "note", "#1", &format!("ours {POISON}")]).ok();
    project.args(&["--store", "ben", "note", "#1", &format!("theirs {POISON}")]).ok();
    let merged = project.args(&["--store", "study", "merge", "ben"]);
    assert_eq!(merged.status, Some(3), "{}", merged.text());
    std::fs::rename(project.path("study"), project.path("study.postil")).unwrap();
    let db = behind_its_back(project.path("study.postil"));
    for (table, column) in WORDS {
        rewrite(&db, table, column, poisoned);
    }
    project
}
