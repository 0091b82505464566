//! Looking after a store: check, and people's own queries.

use super::Session;
use crate::error::Result;

pub use crate::store::check::{Finding, Report};
pub use crate::store::query::{QueryAnswer, SqlValue, VIEWS, View};

/// Checks everything there is in the store.
///
/// # Errors
/// When the store cannot be read at all; damage is a finding and no error.
pub fn check(session: &Session) -> Result<Report> {
    crate::store::check::check(&session.store)
}

/// Answers one SQL query over the [`VIEWS`].
///
/// # Errors
/// Refused when it is wrong or would do anything but read; those of `answer`.
pub fn query(session: &mut Session, sql: &str, answer: &mut impl QueryAnswer) -> Result<()> {
    session.store.query(sql, answer)
}
