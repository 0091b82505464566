//! How domain types are kept in columns.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::domain::record::Progress;
use crate::domain::{CharRange, Digest, Entity, Version};

impl ToSql for Version {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_stored().into())
    }
}

impl FromSql for Version {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Version::from_stored)
    }
}

impl ToSql for Digest {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_bytes().as_slice().into())
    }
}

impl FromSql for Digest {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        bytes
            .try_into()
            .map(Digest::from_bytes)
            .map_err(|_| FromSqlError::InvalidBlobSize { expected_size: 32, blob_size: bytes.len() })
    }
}

impl ToSql for Entity {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::from(self.number()).into())
    }
}

impl FromSql for Entity {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        Entity::from_number(number).ok_or(FromSqlError::OutOfRange(number))
    }
}

impl ToSql for Progress {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Progress {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        Progress::from_word(word).ok_or_else(|| {
            FromSqlError::other(std::io::Error::other(format!("`{word}` is no state of progress")))
        })
    }
}

/// The range of code points in two columns, `start` and the one after it.
///
/// # Errors
/// When the two are no range: the store is damaged.
pub(super) fn range_at(row: &rusqlite::Row<'_>, start: usize) -> rusqlite::Result<CharRange> {
    let (from, to): (u32, u32) = (row.get(start)?, row.get(start + 1)?);
    CharRange::new(from, to).ok_or_else(|| rusqlite::Error::IntegralValueOutOfRange(start + 1, i64::from(to)))
}
