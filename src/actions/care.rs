//! Looking after a store: check, backup, and people's own queries.

use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::Session;
use crate::error::{Error, ErrorKind, Result};

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
/// Refused when something is there already, unless `force`; corrupt when it would be replaced by a damaged store; the
/// system's.
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
        return Err(Error::refused(format!("`{}` is a folder", target.display()))
            .hint(format!("name a file in it: `postil backup {}/study.postil`", target.display())));
    }
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
            .hint("make it first; `postil backup` without a name writes beside the store"));
    }
    if force && target.exists() {
        refuse_if_damaged(session, &target)?;
    }
    session.store.back_up(&target, force)?;
    Ok(target)
}

/// The copy that is there may be the last good one: a damaged store does not replace it. A copy under a new name is made of
/// any store, since it takes nothing away.
fn refuse_if_damaged(session: &Session, target: &Path) -> Result<()> {
    let report = check(session)?;
    let Some(finding) = report.findings.first() else { return Ok(()) };
    let target = target.display();
    Err(Error::new(
        ErrorKind::Corrupt,
        format!("the store is damaged, and `{target}` may be its last good copy: it was not replaced"),
    )
    .caused_by(format!("{} {}: {}", finding.entity, finding.id, finding.what))
    .hint("`postil check` says what is wrong; a backup under another name is made all the same"))
}

/// `study.postil.2026-01-31.backup`: a name that ends in `.postil` would be a second store in the folder, and no
/// command would know any more which one is meant.
fn beside(store: &Path, now: i64) -> PathBuf {
    let day = DateTime::from_timestamp_millis(now).unwrap_or_default().format("%Y-%m-%d");
    let mut name = store.as_os_str().to_owned();
    name.push(format!(".{day}.backup"));
    PathBuf::from(name)
}

/// Answers one SQL query over the [`VIEWS`].
///
/// # Errors
/// Refused when it is wrong or would do anything but read; those of `answer`.
pub fn query(session: &mut Session, sql: &str, answer: &mut impl QueryAnswer) -> Result<()> {
    session.store.query(sql, answer)
}
