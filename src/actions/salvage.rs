//! Salvage: a sound store out of a damaged one, and a table of what could be read and not be taken.

use std::path::{Path, PathBuf};

use super::Who;
use super::files::{NewFile, check_free};
use crate::domain::id::IdSource;
use crate::domain::name::as_typed;
use crate::error::{Error, Result};
use crate::exchange::csv::{CellSink, CellWriter, WriteOptions};
use crate::store::salvage::{Order, salvage as rebuild};

pub use crate::store::salvage::{Count, Journal, KeptOut, Salvaged};

/// The columns of the table of what was kept out.
const COLUMNS: [&str; 9] = ["kind", "id", "document", "start", "end", "code", "coder", "text", "reason"];

/// What came of a salvage.
#[derive(Debug)]
pub struct Outcome {
    /// What was kept, and what is gone.
    pub salvaged: Salvaged,
    /// The table of records that could be read and not be taken; `None` when there are none.
    pub kept_out: Option<PathBuf>,
}

/// Makes the store `new` of what `broken` still holds. `broken` is only read.
///
/// Records that can be read and not be taken, since their text is lost or they were altered, go to a table beside `new`.
///
/// # Errors
/// Refused when `broken` is no file or nothing of a store is in it, or when something is at `new`, unless `force`; the
/// system's. Nothing is written then.
pub fn salvage(broken: &Path, new: &Path, force: bool, who: &Who) -> Result<Outcome> {
    if !broken.is_file() {
        let error = Error::refused(format!("there is no file `{}`", broken.display()));
        return Err(error.hint("name the damaged store: `postil salvage BROKEN.postil -o NEW.postil`"));
    }
    if let (Ok(one), Ok(other)) = (broken.canonicalize(), new.canonicalize())
        && one == other
    {
        return Err(Error::refused(format!("`{}` is the damaged store itself", new.display()))
            .hint("it is the only evidence there is: name another file"));
    }
    if new.is_dir() {
        return Err(Error::refused(format!("`{}` is a folder", new.display()))
            .hint(format!("name a file in it: `-o {}`", as_typed(new.join("salvaged.postil").display()))));
    }
    check_free(new, force)?;
    if let Some(folder) = new.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
            .hint(format!("make it first: `mkdir -p {}`", as_typed(folder.display()))));
    }
    let table = new.with_extension("lost.csv");
    check_free(&table, force)?;
    let mut writer: Option<CellWriter<NewFile>> = None;
    let order = Order {
        broken,
        new,
        overwrite: force,
        project: IdSource::new(who.now.unsigned_abs(), who.seed).next_id(),
        now: who.now,
    };
    let salvaged = rebuild(&order, &mut |kept_out| {
        if writer.is_none() {
            writer = Some(CellWriter::new(NewFile::create(&table, true)?, WriteOptions::default(), COLUMNS)?);
        }
        match &mut writer {
            Some(writer) => write(writer, &kept_out),
            None => Ok(()),
        }
    })?;
    let kept_out = match writer {
        Some(writer) => {
            writer.finish()?.persist()?;
            Some(table)
        }
        None => None,
    };
    Ok(Outcome { salvaged, kept_out })
}

fn write(writer: &mut CellWriter<NewFile>, row: &KeptOut) -> Result<()> {
    writer.token(row.kind);
    writer.number(row.id.unsigned_abs());
    writer.text(&row.document);
    for position in [row.start, row.end] {
        match position.and_then(|position| u64::try_from(position).ok()) {
            Some(position) => writer.number(position),
            None => writer.blank(),
        }
    }
    for text in [&row.code, &row.coder, &row.text] {
        writer.text(text);
    }
    writer.token(&row.reason);
    writer.end_row()
}
