//! Looking after a store: check, backup, and people's own queries.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::DateTime;

use super::Session;
use crate::domain::name::as_typed;
use crate::error::{Error, Result};

pub use crate::store::check::{Finding, Report};
pub use crate::store::query::{QueryAnswer, SqlValue, VIEWS, View};

/// Checks everything there is in the store.
///
/// # Errors
/// When the store cannot be read at all; damage is a finding and no error.
pub fn check(session: &Session) -> Result<Report> {
    crate::store::check::check(&session.store)
}

/// Copies the store to `target`, or beside itself under its name and the day. Returns where the copy is.
///
/// # Errors
/// Refused when something is there already, unless `force`; the system's.
pub fn back_up(session: &Session, target: Option<PathBuf>, force: bool) -> Result<PathBuf> {
    let target = target.unwrap_or_else(|| beside(session.store.path(), session.now()));
    let same = |one: &Path, other: &Path| match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    if same(&target, session.store.path()) {
        return Err(Error::refused(format!("`{}` is the store itself", target.display()))
            .hint("name another file: `postil backup ../backups/study.postil`"));
    }
    if target.is_dir() {
        return Err(Error::refused(format!("`{}` is a folder", target.display())).hint(format!(
            "name a file in it: `postil backup {}`",
            as_typed(&format!("{}/study.postil", target.display()))
        )));
    }
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
            .hint("make it first; `postil backup` without a name writes beside the store"));
    }
    session.store.back_up(&target, force)?;
    Ok(target)
}

/// `study.postil.2026-01-31.backup`: a name that ends in `.postil` would be a second store in the folder, and no
/// command would know any more which one is meant.
fn beside(store: &Path, now: i64) -> PathBuf {
    let day = DateTime::from_timestamp_millis(now).unwrap_or_default().format("%Y-%m-%d");
    let mut name = store.as_os_str().to_owned();
    name.push(format!(".{day}.backup"));
    PathBuf::from(name)
}

/// Answers one SQL query over the [`VIEWS`], within `patience`.
///
/// # Errors
/// Refused when it is wrong, would do anything but read, or takes longer; those of `answer`.
pub fn query(
    session: &mut Session,
    sql: &str,
    patience: Duration,
    answer: &mut impl QueryAnswer,
) -> Result<()> {
    session.store.query(sql, patience, answer)
}
