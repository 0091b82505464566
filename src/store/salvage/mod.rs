//! Salvage: a new, sound store out of what a damaged one still holds.
//!
//! SQLite is never asked about the damaged file, which is read page by page and never written. A table's pages are found
//! by the way from its root; where that way ends, by what their rows look like. Whatever is taken is proven first: a text
//! by its SHA-256, a record by its version. So nothing is invented, and what was altered is told apart from what was said.
//!
//! That nothing deleted rises from the dead: a table of which every page is reached has no other rows, whatever old pages
//! look like; a page in the list of free ones is nobody's; and a row on a page to which no way leads is only taken when
//! its number lies in a gap and history, tombstones and purges do not contradict it. Only where the list of free pages
//! and a record's own history are lost as well can an earlier state of it come back.
//!
//! `pages` reads the file, `record` and `tree` its cells, `shape` and `survey` find whose rows are where, `known` and
//! `proof` prove them, `rebuild` writes the new store, with `project`, `twin` and `refusal` for what is not a record's own.

mod earlier;
mod journal;
mod known;
mod log;
mod lost;
mod names;
mod pages;
mod project;
mod proof;
mod rebuild;
mod record;
mod refusal;
mod shape;
mod stand_in;
mod survey;
mod tree;
mod twin;

use std::path::Path;

use uuid::Uuid;

use super::check::{Finding, check};
use super::open::{Access, Store, connect};
use super::place::{self, DRAFT, cannot_write, clear_journal, folder_of};
use crate::error::{Error, ErrorKind, Result};
use crate::stop::Hold;
pub(super) use log::SALVAGE;
pub use pages::Journal;
use pages::Pages;
use survey::Survey;

/// How many findings are told one by one.
const MOST_FINDINGS: usize = 1_000;

/// What became of the rows of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// The kind: `text`, a kind of record, `earlier state`, `change`…
    pub kind: &'static str,
    /// Rows that could be read.
    pub found: u64,
    /// Rows that are in the new store.
    pub kept: u64,
    /// Rows that are gone or could not be taken, as far as that is known.
    pub lost: u64,
}

/// A record that could be read and could not be taken, with what it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptOut {
    /// The kind of record.
    pub kind: &'static str,
    /// Its number in the damaged store.
    pub id: i64,
    /// The name of the document it is about, or its own.
    pub document: String,
    /// Where the passage begins, in code points.
    pub start: Option<i64>,
    /// Where it ends.
    pub end: Option<i64>,
    /// The path of the code it is about, or its own.
    pub code: String,
    /// The handle of the coder.
    pub coder: String,
    /// What else it says: a note, a memo, a value, a description.
    pub text: String,
    /// Why it is not in the new store.
    pub reason: String,
}

/// What was salvaged.
#[derive(Debug, Clone, Default)]
pub struct Salvaged {
    /// By kind, in the order in which they are written.
    pub counts: Vec<Count>,
    /// What is gone, or is there again and not as it was.
    pub findings: Vec<Finding>,
    /// How many more findings there were than are told.
    pub more: u64,
    /// Pages that are blank or cannot be read.
    pub blank_pages: u32,
    /// What became of a journal beside the damaged store.
    pub journal: Journal,
    /// Records that were read and not taken.
    pub kept_out: u64,
}

impl Salvaged {
    /// Whether everything came back.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }

    pub(self) fn add(
        &mut self,
        entity: &'static str,
        id: impl ToString,
        what: impl Into<String>,
        hint: impl Into<String>,
    ) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { entity, id: id.to_string(), what: what.into(), hint: hint.into() });
        } else {
            self.more += 1;
        }
    }
}

/// How to salvage.
pub struct Order<'a> {
    /// The damaged store.
    pub broken: &'a Path,
    /// The store to make.
    pub new: &'a Path,
    /// Whether something at `new` may be replaced.
    pub overwrite: bool,
    /// The id that the project gets where its own is lost.
    pub project: Uuid,
    /// Now, in milliseconds since 1970 UTC.
    pub now: i64,
}

/// Makes a new store of what the damaged one still holds. Records that can be read and not be taken go to `kept_out`.
///
/// # Errors
/// Corrupt when nothing of a store is in the file; refused when something is at the target, unless it may be
/// overwritten; those of `kept_out`; the system's. There is no new store then.
pub fn salvage(order: &Order<'_>, kept_out: &mut dyn FnMut(KeptOut) -> Result<()>) -> Result<Salvaged> {
    let pages = Pages::open(order.broken)?;
    let survey = Survey::of(&pages);
    if !survey.has_rows() {
        return Err(Error::new(
            ErrorKind::Corrupt,
            format!("nothing of a postil store is in `{}`", order.broken.display()),
        )
        .hint("not one row of any of its tables could be read; restore a copy made with `postil backup`"));
    }
    let failed = |cause| cannot_write(order.new, cause);
    let _hold = Hold::new();
    // A named temporary file is made with mode 0600, which the store keeps.
    let file = tempfile::Builder::new().prefix(DRAFT).tempfile_in(folder_of(order.new)).map_err(failed)?;
    let mut salvaged = {
        let db = connect(file.path(), Access::Write)?;
        // Until it has its name, nobody loses anything with it.
        db.execute_batch("PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA cache_size=-65536")?;
        rebuild::rebuild(&db, &survey, order, kept_out)?
    };
    salvaged.blank_pages = survey.blank;
    salvaged.journal = pages.journal();
    let report = check(&Store::open(file.path(), Access::Read)?)?;
    if let Some(finding) = report.findings.first() {
        return Err(Error::new(
            ErrorKind::Corrupt,
            format!(
                "what is left in `{}` does not fit together: {} {}: {}",
                order.broken.display(),
                finding.entity,
                finding.id,
                finding.what
            ),
        )
        .hint("restore a copy made with `postil backup`"));
    }
    clear_journal(order.new)?;
    place::put(file, order.new, order.overwrite)?;
    Ok(salvaged)
}
