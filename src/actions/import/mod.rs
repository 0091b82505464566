//! Imports: edited sheets and bundles brought back in.
//!
//! An import is one change. Every row is read, placed and compared with the version it was exported from before anything
//! is kept; refused rows and the brake on large losses decide at the end whether the change is committed. A rehearsal
//! (`--dry-run`) runs the very same code and gives everything back.

mod anchor;
mod annotations;
mod assignments;
mod attributes;
mod bundle;
mod cells;
mod clash;
mod coders;
mod codes;
mod directory;
mod documents;
mod edits;
mod foreign;
mod later;
mod memos;
mod missing;
mod older;
mod outcome;
mod passage;
mod place;
mod rejects;
mod versions;
mod workbook;
mod write;

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};

use uuid::Uuid;

use super::Session;
use super::history::edits_so_far;
use crate::error::{Error, Result};
pub use crate::exchange::csv::{Delimiter, ReadOptions, Refusal};
pub use crate::exchange::foreign::{Origin, Program};
use crate::store::Tx;
use annotations::Gathered;
use directory::Directory;
use later::Waiting;
use older::Older;
use rejects::Rejects;

pub use bundle::{complete_rows_beside, import_bundle};
pub use foreign::Foreign;
pub use outcome::{Clash, Counts, KEPT, Outcome};
pub use workbook::import_workbook;

/// How an import is to be done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Show what would happen and write nothing.
    pub dry_run: bool,
    /// Take the good rows although others are refused.
    pub partial: bool,
    /// Make codes that are not in the codebook.
    pub create_codes: bool,
    /// Take annotations that a complete export held and the file does not as deleted.
    pub missing_means_deleted: bool,
    /// Go on although more than a fifth of the annotations would change or go.
    pub yes: bool,
    /// The label of the file's encoding.
    pub encoding: Option<String>,
    /// What separates the file's cells.
    pub delimiter: Option<Delimiter>,
    /// The file was written without the guard.
    pub no_guard: bool,
    /// Who wrote the file; `None`: its header tells.
    pub from: Option<Origin>,
    /// What parts the levels in the names of another program's codes.
    pub code_levels: Option<char>,
}

impl Options {
    fn reading(&self) -> ReadOptions<'_> {
        ReadOptions { encoding: self.encoding.as_deref(), delimiter: self.delimiter, guard: !self.no_guard }
    }
}

/// One import at work within one change.
struct Import<'a, 'r> {
    tx: &'a Tx<'a>,
    options: &'a Options,
    directory: Directory,
    outcome: Outcome,
    /// The file being read, as people know it.
    file: String,
    /// Whether that file is, to the byte, the one that its manifest speaks of.
    is_intact: bool,
    rejects: Rejects<'r>,
    /// Ids that stand for retired ones, by kind of record.
    annotation_aliases: HashMap<Uuid, Uuid>,
    annotations_before: u64,
    /// Whether a row may wait for the end of its table.
    waiting: Waiting,
    /// What is known of texts that documents had before.
    older: Older,
    /// The ids of annotations that stand in the file.
    seen_annotations: HashSet<Uuid>,
    /// Annotations that the file speaks of under another id, or under none.
    meant_annotations: HashSet<Uuid>,
}

/// Imports one table of annotations. `name` is what the file is called in messages and conflicts; refused rows are
/// written to `rejects`; `complete_rows` is how many rows a complete export had, where that is known.
///
/// # Errors
/// Refused when the file cannot be read, or for the brake; I/O and store failures. Refused rows are no error: they are in the
/// outcome, and unless `partial` is set nothing was written.
pub fn import_annotations(
    session: &mut Session,
    source: impl Read,
    name: &str,
    complete_rows: Option<u64>,
    options: &Options,
    rejects: Option<&mut dyn Write>,
) -> Result<Outcome> {
    run(session, "import csv", name, options, rejects, |import| {
        let mut gathered = Gathered::default();
        import.table(source, &mut gathered)?;
        import.write_new(gathered)?;
        import.delete_missing(complete_rows)
    })
}

/// Runs `work` within one change by `command` and decides at its end whether the change is kept.
fn run(
    session: &mut Session,
    command: &'static str,
    name: &str,
    options: &Options,
    rejects: Option<&mut dyn Write>,
    work: impl FnOnce(&mut Import<'_, '_>) -> Result<()>,
) -> Result<Outcome> {
    // Bulk work: pages that are written again and again should not go to the file in between.
    session.store.enlarge_cache(64)?;
    let changed = session.change(command, |tx| {
        let mut import = Import {
            tx,
            options,
            directory: Directory::read(tx.reader())?,
            outcome: Outcome::default(),
            file: name.to_owned(),
            is_intact: false,
            rejects: Rejects::into(rejects),
            annotation_aliases: tx.reader().aliases(crate::domain::Entity::Annotation)?,
            annotations_before: tx.reader().annotation_count()?,
            waiting: Waiting::Allowed,
            older: Older::default(),
            seen_annotations: HashSet::new(),
            meant_annotations: HashSet::new(),
        };
        work(&mut import)?;
        import.catch_up()?;
        import.finish()
    })?;
    let mut outcome = changed.value;
    outcome.change = changed.change;
    Ok(outcome)
}

impl Import<'_, '_> {
    /// The last word: is the change kept?
    fn finish(mut self) -> Result<Outcome> {
        self.outcome.new_codes = std::mem::take(&mut self.directory.codes.made);
        self.outcome.new_coders = std::mem::take(&mut self.directory.coders.made);
        self.outcome.rejected = std::mem::take(&mut self.rejects).finish()?;
        self.outcome.wrote = self.outcome.all().iter().any(|counts| counts.writes());
        let refused = self.outcome.refused > 0 && !self.options.partial;
        if !refused && !self.options.dry_run {
            self.brake()?;
        }
        if !self.outcome.wrote {
            // Coders and codes that only rows without news named.
            self.outcome.new_codes.clear();
            self.outcome.new_coders.clear();
        }
        if self.options.dry_run && !refused {
            self.rehearsed()?;
        }
        if self.options.dry_run || refused || !self.outcome.wrote {
            self.tx.abandon();
        }
        self.tx.set_summary(self.summary());
        Ok(self.outcome)
    }

    /// Notes what would become of records that are there, as the log would show it.
    fn rehearsed(&mut self) -> Result<()> {
        /// With more new records than this, finding the few edited ones among them takes longer than it is worth.
        const MANY: u64 = 20_000;
        let known = self.outcome.all().iter().any(|counts| counts.touched() + counts.conflicts > 0);
        if known && self.outcome.all().iter().map(|counts| counts.new).sum::<u64>() < MANY {
            self.outcome.edits = edits_so_far(self.tx.reader(), self.tx.change(), KEPT)?;
        }
        Ok(())
    }

    /// Stops before a large loss that was perhaps not meant: a sheet of another round, a column shifted by one.
    fn brake(&self) -> Result<()> {
        /// Below this many records a mistake is seen and undone at a glance.
        const FEW: u64 = 20;
        let touched = self.outcome.annotations.touched();
        if self.options.yes || touched < FEW || touched * 5 <= self.annotations_before {
            return Ok(());
        }
        Err(Error::refused(format!(
            "the import would change or delete {touched} of {} annotations, more than a fifth; nothing was written",
            self.annotations_before
        ))
        .hint("look at it with `--dry-run`; if it is meant, add `--yes`"))
    }

    fn summary(&self) -> String {
        let outcome = &self.outcome;
        let mut parts = Vec::new();
        for (counts, word) in
            outcome.all().iter().zip(["annotation", "code", "document", "coder", "memo", "assignment"])
        {
            for (count, what) in
                [(counts.new, "new"), (counts.touched(), "changed"), (counts.conflicts, "in conflict")]
            {
                if count > 0 {
                    let plural = if count == 1 { "" } else { "s" };
                    parts.push(format!("{count} {word}{plural} {what}"));
                }
            }
        }
        format!(
            "{} from {}",
            if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") },
            self.file
        )
    }

    /// Notes a refused row.
    fn refuse(&mut self, refusal: Refusal) {
        let file = self.file.clone();
        self.outcome.refuse(&file, refusal);
    }
}
