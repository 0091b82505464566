//! SQLite's failures, said in our words.

use rusqlite::ErrorCode;

use crate::error::{Error, ErrorKind};

/// What to do about a damaged store: look, take a copy, or save what is left.
const REPAIR: &str = "`postil check` says where; restore a copy made with `postil backup`, or save what is left with \
                      `postil salvage STORE -o NEW`";

/// The refusal to build on what was damaged: `what` says what it is.
pub(super) fn damaged(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, what)
        .hint("nothing was written: what is damaged is not built upon")
        .hint(REPAIR)
}

impl From<rusqlite::Error> for Error {
    fn from(failure: rusqlite::Error) -> Self {
        let code = failure.sqlite_error_code();
        let error = match code {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Error::new(ErrorKind::Busy, "another program kept the store busy for a minute").hint(
                    "close the program that has it open, then run the command again: nothing was written",
                )
            }
            Some(ErrorCode::DiskFull) => Error::new(ErrorKind::Io, "the disk is full; nothing was written")
                .hint("free some space and run the command again"),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Error::refused(
                "the store can't be written: the file or its folder is read-only",
            )
            .hint("copy it to a folder of your own and work there: `postil backup FOLDER/NAME.postil`"),
            Some(ErrorCode::CannotOpen) => Error::new(ErrorKind::Io, "the store can't be opened")
                .hint("SQLite must be able to write the folder too: it keeps its journal beside the store"),
            Some(ErrorCode::DatabaseCorrupt) => {
                Error::new(ErrorKind::Corrupt, "the store is damaged").hint(REPAIR)
            }
            Some(ErrorCode::NotADatabase) => Error::new(ErrorKind::Corrupt, "the file is not a postil store"),
            Some(ErrorCode::SystemIoFailure) => {
                Error::new(ErrorKind::Io, "the disk refused to read or write; nothing was written")
                    .hint("see whether it is full or failing, then run the command again")
            }
            Some(ErrorCode::FileLockingProtocolFailed) => {
                Error::new(ErrorKind::Io, "the store can't be locked here")
                    .hint("network folders often can't lock files: copy the store to a local disk")
            }
            Some(ErrorCode::OutOfMemory) => Error::new(ErrorKind::Io, "out of memory"),
            Some(ErrorCode::TooBig) => Error::refused("a text or value is too large for the store"),
            Some(ErrorCode::OperationInterrupted) => {
                Error::refused("the query took too long and was stopped")
            }
            // Every rule of the tables is kept by whoever writes, as long as what is there keeps them too.
            Some(ErrorCode::ConstraintViolation) => Error::new(
                ErrorKind::Corrupt,
                "what is in the store and what was to be written don't fit together",
            )
            .hint("`postil check` says what is wrong; restore a copy made with `postil backup`")
            .hint(
                "if it finds nothing, this is a bug in postil; please report it with the command you typed",
            ),
            _ => match failure {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::Utf8Error(..) => {
                    Error::new(ErrorKind::Corrupt, "the store holds a value that postil can't have written")
                        .hint("`postil check` says where")
                }
                // Every look-up that may find nothing says so; the others follow a reference.
                rusqlite::Error::QueryReturnedNoRows => {
                    Error::new(ErrorKind::Corrupt, "the store lacks a row that it refers to")
                        .hint("`postil check` says which; restore a copy made with `postil backup`")
                }
                // What history holds as JSON is read by SQLite's functions too.
                rusqlite::Error::SqliteFailure(_, Some(ref said)) if said == "malformed JSON" => {
                    Error::new(ErrorKind::Corrupt, "an entry of the history is not readable")
                        .hint("`postil check` says which; restore a copy made with `postil backup`")
                }
                // A number in the header of the file that no SQLite wrote, or a later one.
                rusqlite::Error::SqliteFailure(_, Some(ref said)) if said == "unsupported file format" => {
                    Error::new(ErrorKind::Corrupt, "the store is in a form that this SQLite does not know")
                        .hint("restore a copy made with `postil backup`")
                }
                _ => Error::internal("the store refused a statement"),
            },
        };
        error.caused_by(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_damage_left_open_is_no_bug_of_ours() {
        let db = crate::store::schema::in_memory().unwrap();
        db.execute_batch("PRAGMA foreign_keys=ON; CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)")
            .unwrap();
        let error: Error = db.execute("INSERT INTO b VALUES (7)", []).unwrap_err().into();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:?}");
    }
}
