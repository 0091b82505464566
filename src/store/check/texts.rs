//! Texts: their digests and lengths, recomputed.

use super::{Checker, RESTORE};
use crate::domain::Digest;

impl Checker<'_> {
    pub(super) fn texts(&mut self) {
        let count =
            self.scan("text", "SELECT id, sha256, chars, body FROM text ORDER BY id", |checker, row| {
                let (id, sha256, chars): (i64, Digest, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let bytes = row.get_ref(3)?.as_bytes().unwrap_or_default();
                let found = Digest::of(bytes);
                if found != sha256 {
                    let what =
                        format!("its SHA-256 is {found}, and should be {sha256}: the text was altered");
                    checker.add("text", id, what, RESTORE);
                }
                match std::str::from_utf8(bytes) {
                    Ok(body) => {
                        let length = u32::try_from(body.chars().count()).unwrap_or(u32::MAX);
                        if length != chars {
                            let what = format!("it has {length} characters, and {chars} are noted");
                            checker.add("text", id, what, RESTORE);
                        }
                        checker.lengths.insert(id, length);
                    }
                    Err(cause) => {
                        let what = format!("it is not UTF-8 at byte {}", cause.valid_up_to());
                        checker.add("text", id, what, RESTORE);
                        checker.lengths.insert(id, chars);
                    }
                }
                Ok(())
            });
        self.report.counts.push(("text", count));
    }
}
