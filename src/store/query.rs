//! People's own SQL over views whose names and columns stay, whatever the tables become.
//!
//! The connection cannot write, and an authorizer refuses everything that is not reading: the two guards are
//! independent, and each alone would do.

use std::time::{Duration, Instant};

use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Statement};
use uuid::Uuid;

use super::open::Store;
use crate::error::{Error, Result};

/// A view, as people may query it.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Its name.
    pub name: &'static str,
    /// Its columns: name and meaning.
    pub columns: &'static [(&'static str, &'static str)],
    /// The query behind it.
    select: &'static str,
}

/// Every view. Passages are given by range and not by quote: `substr` over long texts is slow, `postil list` is not.
pub const VIEWS: [View; 7] = [
    View {
        name: "documents",
        columns: &[
            ("id", "the number within this store"),
            ("uuid", "the id everywhere"),
            ("name", "the document's name"),
            ("chars", "the length of its text in code points"),
            ("source", "the file it was added from"),
            ("created", "when it was added, UTC"),
            ("modified", "when it was changed last, UTC"),
            ("text", "the text itself"),
        ],
        select:
            "SELECT d.id, uuid_text(d.uuid), d.name, t.chars, d.source, datetime(d.created_at / 1000, 'unixepoch'),
            datetime(d.modified_at / 1000, 'unixepoch'), t.body
            FROM main.document d JOIN main.text t ON t.id = d.text_id",
    },
    View {
        name: "attributes",
        columns: &[
            ("document", "the document's name"),
            ("name", "the attribute's name"),
            ("value", "its value, as text"),
        ],
        select: "SELECT d.name, a.name, a.value FROM main.attribute a JOIN main.document d ON d.id = a.document_id",
    },
    View {
        name: "codes",
        columns: &[
            ("id", "the number within this store"),
            ("uuid", "the id everywhere"),
            ("path", "the parts joined by /, as in actors/state"),
            ("name", "the last part of the path"),
            ("depth", "0 at the top"),
            ("parent", "the path of the code above; NULL at the top"),
            ("color", "#rrggbb, or empty"),
            ("description", "what it means"),
        ],
        // Bounded, since a damaged store may hold a circle.
        select: "WITH RECURSIVE tree(id, path, depth, above) AS (
              SELECT id, name, 0, NULL FROM main.code WHERE parent_id IS NULL UNION ALL
              SELECT c.id, tree.path || '/' || c.name, depth + 1, tree.path
              FROM main.code c JOIN tree ON c.parent_id = tree.id WHERE depth < 64)
            SELECT c.id, uuid_text(c.uuid), tree.path, c.name, tree.depth, tree.above, c.color, c.description
            FROM tree JOIN main.code c ON c.id = tree.id",
    },
    View {
        name: "coders",
        columns: &[
            ("id", "the number within this store"),
            ("uuid", "the id everywhere"),
            ("handle", "the short name"),
            ("created", "when the coder came, UTC"),
        ],
        select: "SELECT id, uuid_text(uuid), handle, datetime(created_at / 1000, 'unixepoch') FROM main.coder",
    },
    View {
        name: "annotations",
        columns: &[
            ("id", "the number, #12 to people"),
            ("uuid", "the id everywhere"),
            ("document", "the document's name"),
            ("start", "the first code point, from 0"),
            ("stop", "the code point after the last"),
            ("code", "the path of the code; NULL for a highlight or a note"),
            ("coder", "the handle of who said it"),
            ("note", "the note, or empty"),
            ("created", "when it was made, UTC"),
            ("modified", "when it was changed last, UTC"),
        ],
        select: "SELECT a.id, uuid_text(a.uuid), d.name, a.start, a.stop, c.path, w.handle, a.note,
            datetime(a.created_at / 1000, 'unixepoch'), datetime(a.modified_at / 1000, 'unixepoch')
            FROM main.annotation a JOIN main.document d ON d.id = a.document_id
            JOIN main.coder w ON w.id = a.coder_id LEFT JOIN temp.codes c ON c.id = a.code_id",
    },
    View {
        name: "memos",
        columns: &[
            ("id", "the number within this store"),
            ("document", "the document it is about"),
            ("code", "the code it is about; neither: the project"),
            ("coder", "who wrote it"),
            ("text", "what it says"),
            ("created", "when it was written, UTC"),
            ("modified", "when it was changed last, UTC"),
        ],
        select: "SELECT m.id, d.name, c.path, w.handle, m.text, datetime(m.created_at / 1000, 'unixepoch'),
            datetime(m.modified_at / 1000, 'unixepoch')
            FROM main.memo m JOIN main.coder w ON w.id = m.coder_id
            LEFT JOIN main.document d ON d.id = m.document_id LEFT JOIN temp.codes c ON c.id = m.code_id",
    },
    View {
        name: "changes",
        columns: &[
            ("id", "the number, as `postil log` shows it"),
            ("at", "when, UTC"),
            ("coder", "who"),
            ("command", "the command"),
            ("summary", "what it did"),
            ("kind", "do, undo or redo"),
            ("target", "the change that an undo or redo is about"),
        ],
        select: "SELECT id, datetime(at / 1000, 'unixepoch'), coder, command, summary, kind, target FROM main.change",
    },
];

/// One value of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each variant is SQLite's type of its name")]
pub enum SqlValue<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// The answer to a query, row by row.
pub trait QueryAnswer {
    /// The names of the columns; called once, before any row.
    ///
    /// # Errors
    /// Whatever stops the query.
    fn columns(&mut self, names: &[String]) -> Result<()>;

    /// One row.
    ///
    /// # Errors
    /// Whatever stops the query.
    fn row(&mut self, values: &[SqlValue<'_>]) -> Result<()>;
}

impl Store {
    /// Answers one statement over [`VIEWS`]. The store should be open for reading only. The connection serves nothing else
    /// afterwards: the guard stays on it.
    ///
    /// # Errors
    /// Refused when the statement is wrong, is more than one, would do anything but read, or takes longer than `patience`; those
    /// of `answer`.
    pub fn query(&mut self, sql: &str, patience: Duration, answer: &mut impl QueryAnswer) -> Result<()> {
        self.db.execute_batch("PRAGMA temp_store=MEMORY")?;
        self.db.create_scalar_function(
            "uuid_text",
            1,
            FunctionFlags::SQLITE_UTF8
                | FunctionFlags::SQLITE_DETERMINISTIC
                | FunctionFlags::SQLITE_INNOCUOUS,
            |context| Ok(context.get::<Uuid>(0)?.to_string()),
        )?;
        for view in &VIEWS {
            let columns: Vec<&str> = view.columns.iter().map(|(name, _)| *name).collect();
            let columns = columns.join(", ");
            self.db
                .execute_batch(&format!("CREATE TEMP VIEW {} ({columns}) AS {}", view.name, view.select))?;
        }
        self.db.execute_batch("PRAGMA query_only=ON")?;
        self.db.authorizer(Some(reading_only))?;
        let begun = Instant::now();
        // Asked every few milliseconds. Who recurses without an end would keep everybody from writing, for ever.
        self.db.progress_handler(10_000, Some(move || begun.elapsed() >= patience))?;
        let wrong = |failure: rusqlite::Error| match failure.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => too_long(patience),
            _ => wrong(failure),
        };
        let mut statement = prepare(&self.db, sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        answer.columns(&names)?;
        let mut rows = statement.query([]).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            let mut values = Vec::with_capacity(names.len());
            for index in 0..names.len() {
                values.push(match row.get_ref(index)? {
                    ValueRef::Null => SqlValue::Null,
                    ValueRef::Integer(number) => SqlValue::Integer(number),
                    ValueRef::Real(number) => SqlValue::Real(number),
                    // Text that is no text is shown as the bytes it is.
                    ValueRef::Text(bytes) => {
                        std::str::from_utf8(bytes).map_or(SqlValue::Blob(bytes), SqlValue::Text)
                    }
                    ValueRef::Blob(bytes) => SqlValue::Blob(bytes),
                });
            }
            answer.row(&values)?;
        }
        Ok(())
    }
}

fn prepare<'db>(db: &'db Connection, sql: &str) -> Result<Statement<'db>> {
    let mut batch = rusqlite::Batch::new(db, sql);
    let statement = batch.next().map_err(wrong)?;
    let Some(statement) = statement else {
        return Err(Error::refused("the query is empty").hint(
            "`postil sql 'SELECT name FROM documents'`; `postil sql --list-views` names what can be asked",
        ));
    };
    if !matches!(batch.next(), Ok(None)) {
        return Err(Error::refused("that is more than one statement").hint("ask one query at a time"));
    }
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(not_reading());
    }
    Ok(statement)
}

fn wrong(failure: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::{AuthorizationForStatementDenied, ReadOnly};
    match failure.sqlite_error_code() {
        Some(AuthorizationForStatementDenied | ReadOnly) => not_reading(),
        // The parser's own words are the best there are: they name the word at which it stopped.
        Some(rusqlite::ErrorCode::Unknown) | None => {
            let said = match &failure {
                rusqlite::Error::SqliteFailure(_, Some(said)) => said.clone(),
                rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
                other => other.to_string(),
            };
            Error::refused(format!("the query is wrong: {said}"))
                .hint("`postil sql --list-views` names the views and their columns")
        }
        Some(_) => failure.into(),
    }
}

fn too_long(patience: Duration) -> Error {
    let seconds = patience.as_secs();
    Error::refused(format!("the query was ended: it took longer than {seconds} seconds"))
        .hint("does it recurse, or join everything with everything? `LIMIT 100` shows the beginning")
        .hint(format!("for more time: `--timeout {}`", seconds.saturating_mul(10).max(60)))
}

fn not_reading() -> Error {
    Error::refused("`sql` only reads: the statement would do something else")
        .hint("write through the commands, so that every change has its undo: `postil --help` lists them")
}

/// What a query may do: read, call functions, recurse. Asking for a table's shape is reading too.
fn reading_only(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if !function_name.eq_ignore_ascii_case("load_extension") => {
            Authorization::Allow
        }
        AuthAction::Pragma { pragma_name, .. }
            if ["table_info", "table_xinfo", "table_list", "index_list", "index_info"]
                .iter()
                .any(|known| pragma_name.eq_ignore_ascii_case(known)) =>
        {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}
