//! The merge of whole stores: what colleagues did in theirs comes into ours, as one change.
//!
//! Everything that both sides know of a record is put together and settled by the rules of `domain::merge`; what has one
//! version and meets nothing of ours, which is nearly everything, goes in as it is. A rehearsal runs the very same code in
//! the same transaction and gives everything back.

mod fresh;
mod neighbours;
mod only;
mod ours;
mod outcome;
mod recode;
mod texts;
mod theirs;
mod write;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::Session;
use super::history::{Edit, EditKind, edits_so_far};
use crate::domain::merge::{Settlement, World, settle};
use crate::domain::name::as_typed;
use crate::domain::name::{check_handle, check_name};
use crate::domain::{Entity, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::store::Tx;
use crate::store::foreign::Foreign;
use fresh::{Fresh, Refs, Shown};
use ours::Here;
use texts::Texts;
use theirs::Theirs;

pub use only::Only;
pub use outcome::{Counts, KEPT, Outcome, Question};

/// How a merge is to be done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Show what would happen and write nothing.
    pub dry_run: bool,
    /// Go on although more than a fifth of the annotations would change or go.
    pub yes: bool,
    /// What is wanted of the stores.
    pub only: Only,
    /// Coders of theirs that are other coders here: (their handle, or `None` where they have only one, ours).
    pub coders: Vec<(Option<String>, String)>,
}

/// One merge at work within one change.
struct Merge<'a> {
    tx: &'a Tx<'a>,
    options: &'a Options,
    here: Here,
    /// Everything that is known, of both sides.
    world: World,
    sources: Vec<(String, Theirs)>,
    refs: Refs,
    fresh: Vec<Fresh>,
    /// What fresh annotations say here, by their places; empty where that is what was written, for all of them.
    moved: Vec<Shown>,
    outcome: Outcome,
}

/// Another store: where it is, and what people call it.
#[derive(Debug, Clone)]
pub struct Other {
    /// The file.
    pub path: PathBuf,
    /// As it was typed.
    pub name: String,
}

/// Merges other stores into the one that is open.
///
/// # Errors
/// Refused when one of them is the open one, for names that they do not have, or for the brake on large losses; corrupt when
/// one is not what it says it is; I/O failures. The store is then as it was.
pub fn merge(session: &mut Session, others: &[Other], options: &Options) -> Result<Outcome> {
    let room = session.store.path().parent().filter(|folder| !folder.as_os_str().is_empty());
    let room = room.unwrap_or(Path::new(".")).to_path_buf();
    let mut stores = Vec::new();
    for Other { path, name } in others {
        if is_same_file(path, session.store.path()) {
            return Err(Error::refused(format!("`{name}` is the store that is open"))
                .hint("name the store of somebody else; `--store FILE` says which one it comes into"));
        }
        stores.push(open(path, name, &room)?);
    }
    take(session, "merge", &stores, options)
}

/// Opens another store. Whoever misspells its name is not to be told how to begin one.
fn open(path: &Path, name: &str, room: &Path) -> Result<Foreign> {
    if path.is_dir() {
        return Err(Error::refused(format!("`{name}` is a folder, not a store"))
            .hint("name the file in it that ends in `.postil`"));
    }
    if !path.exists() {
        return Err(Error::refused(format!("there is no file `{name}`"))
            .hint("name a store that somebody else began with `postil init`: PATH/TO/NAME.postil"));
    }
    Foreign::open(path, name, room).map_err(|error| in_store(name, path, error))
}

/// Says in which store it was, where the error does not say so itself.
fn in_store(name: &str, path: &Path, error: Error) -> Error {
    if error.message().contains(name) || error.message().contains(&path.display().to_string()) {
        return error;
    }
    error.at(format_args!("`{name}`"))
}

/// Takes what is wanted of `stores` into the open one, as a change by `command`.
fn take(
    session: &mut Session,
    command: &'static str,
    stores: &[Foreign],
    options: &Options,
) -> Result<Outcome> {
    // Bulk work: pages that are written again and again should not go to the file in between.
    session.store.enlarge_cache(64)?;
    let changed = session.change(command, |tx| run(tx, stores, options))?;
    let mut outcome = changed.value;
    outcome.change = changed.change;
    Ok(outcome)
}

fn run(tx: &Tx<'_>, stores: &[Foreign], options: &Options) -> Result<Outcome> {
    for (_, ours) in &options.coders {
        check_handle(ours)?;
        tx.ensure_coder(ours)?;
    }
    let mut merge = Merge {
        tx,
        options,
        here: Here::read(tx.reader())?,
        world: World::default(),
        sources: Vec::new(),
        refs: Refs::default(),
        fresh: Vec::new(),
        moved: Vec::new(),
        outcome: Outcome::default(),
    };
    merge.gather(stores)?;
    let texts = Texts::new(tx.reader(), stores);
    let settlement = merge.settle(&texts)?;
    merge.write(&settlement, &texts).map_err(|error| does_not_fit(error, stores))?;
    merge.finish(stores.is_empty())
}

/// What comes in was looked at record by record; what is only wrong with all of it together shows when it is written.
fn does_not_fit(error: Error, stores: &[Foreign]) -> Error {
    if error.kind() != ErrorKind::Internal || stores.is_empty() {
        return error;
    }
    let names: Vec<String> = stores.iter().map(|foreign| format!("`{}`", foreign.name())).collect();
    let names = names.join(", ");
    let refusal = Error::new(ErrorKind::Corrupt, format!("{names} can't be merged: {}", error.message()));
    let refusal = error.causes().into_iter().next().into_iter().fold(refusal, Error::caused_by);
    let refusal = stores.iter().fold(refusal, |refusal, foreign| {
        refusal
            .hint(format!("`postil --store {} check` says what is wrong with it", as_typed(foreign.name())))
    });
    refusal
        .hint("if that finds nothing, this is a bug in postil; please report it with the command you typed")
}

/// Settles the records of the store among themselves, within a change: after something was decided, what follows from it.
///
/// # Errors
/// The store's.
pub(super) fn resettle(tx: &Tx<'_>) -> Result<Outcome> {
    run(tx, &[], &Options { yes: true, ..Options::default() })
}

/// Takes the texts and the codebook of the store at `from` into the one at `begun`, which is being made; with everything that
/// was coded there too, unless `blind`.
///
/// # Errors
/// As [`merge`].
pub fn begin_from(begun: &Path, from: &Other, who: &super::Who, blind: bool) -> Result<Outcome> {
    let room = begun.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let foreign = open(&from.path, &from.name, room)?;
    let mut session = Session::open(begun, crate::store::Access::Write, who.clone())?;
    let options = Options { only: Only { blind, ..Only::default() }, ..Options::default() };
    let info = foreign.store().info().clone();
    check_name("project", &info.name).map_err(|error| foreign.failed(error))?;
    let stores = [foreign];
    let changed = session.change("init", |tx| {
        tx.adopt_project(info.project, &info.name)?;
        run(tx, &stores, &options)
    })?;
    let mut outcome = changed.value;
    outcome.change = changed.change;
    Ok(outcome)
}

impl Merge<'_> {
    /// Reads the stores, and what of ours they meet.
    fn gather(&mut self, stores: &[Foreign]) -> Result<()> {
        for foreign in stores {
            let name = foreign.name().to_owned();
            if let Some(journal) = foreign.unfinished() {
                self.outcome.remark(format!(
                    "`{journal}` lies beside it: somebody is writing to it, or stopped half-way; what is in that file was not read"
                ));
            }
            if foreign.store().info().project != self.tx.project() && self.here.alive(Entity::Document) > 0 {
                self.outcome.remark(format!(
                    "`{name}` is of another project: texts are matched by what they say, codes by their paths, coders by their handles"
                ));
            }
            let begin = self.fresh.len();
            let there = |error| in_store(&name, foreign.path(), error);
            let mut theirs = theirs::read(foreign, &self.here, self.options, &mut self.refs, &mut self.fresh)
                .map_err(there)?;
            self.recode(foreign, &mut theirs, begin).map_err(there)?;
            self.outcome.purged += theirs.purged;
            self.sources.push((name, theirs));
        }
        // The same annotation in two stores: it has to be looked at, not taken twice.
        self.without_repeats();
        let reader = self.tx.reader();
        let mut met: HashSet<Uuid> =
            self.sources.iter().flat_map(|(_, theirs)| theirs.world.annotations.keys().copied()).collect();
        met.extend(
            reader
                .conflicts()?
                .into_iter()
                .filter(|conflict| conflict.content.entity == Entity::Annotation)
                .map(|conflict| conflict.content.record),
        );
        self.here.world.annotations = reader.strands_of(Entity::Annotation, &met)?;
        self.world = self.here.world.clone();
        for (_, theirs) in &self.sources {
            self.world.unite(&theirs.world);
        }
        Ok(())
    }

    fn without_repeats(&mut self) {
        if self.sources.len() < 2 {
            return;
        }
        let mut seen: HashMap<Uuid, Version> = HashMap::new();
        let mut differing = HashSet::new();
        for fresh in &self.fresh {
            if *seen.entry(fresh.uuid).or_insert(fresh.version) != fresh.version {
                differing.insert(fresh.uuid);
            }
        }
        let known: HashSet<Uuid> =
            self.sources.iter().flat_map(|(_, theirs)| theirs.world.annotations.keys().copied()).collect();
        let mut kept = HashSet::new();
        let (refs, sources) = (&self.refs, &mut self.sources);
        self.fresh.retain(|fresh| {
            if differing.contains(&fresh.uuid) || known.contains(&fresh.uuid) {
                let strand = refs.strand(fresh);
                if let Some((_, theirs)) = sources.first_mut() {
                    theirs.world.annotations.entry(fresh.uuid).or_default().unite(&strand);
                }
                return false;
            }
            kept.insert(fresh.uuid)
        });
    }

    fn settle(&mut self, texts: &Texts<'_>) -> Result<Settlement> {
        loop {
            let settlement = settle(&self.world, texts);
            if !self.widen(&settlement, texts)? {
                return Ok(settlement);
            }
        }
    }

    /// The last word: is the change kept?
    fn finish(mut self, is_part: bool) -> Result<Outcome> {
        self.outcome.wrote = self.tx.has_edits();
        if is_part {
            return Ok(self.outcome);
        }
        if !self.options.dry_run {
            self.brake()?;
        }
        if self.options.dry_run {
            /// With more new records than this, finding the edited ones among them takes longer than it is worth.
            const MANY: u64 = 20_000;
            let new: u64 = self.outcome.all().iter().map(|(_, counts)| counts.new).sum();
            if self.outcome.all().iter().any(|(_, counts)| counts.touched() > 0) && new < MANY {
                self.outcome.edits = self.edits()?;
            }
            self.tx.abandon();
        }
        let names: Vec<&str> = self.sources.iter().map(|(name, _)| name.as_str()).collect();
        let summary =
            format!("{} from {}{}", self.outcome.in_words(), names.join(", "), self.options.only.describe());
        self.tx.set_summary(summary);
        Ok(self.outcome)
    }

    /// What a rehearsal shows: what would be different. What is kept beside it is counted already, as a question or as
    /// joined, and "removed" would be the wrong word for a record that another stands for.
    fn edits(&self) -> Result<Vec<Edit>> {
        let reader = self.tx.reader();
        let joined: HashSet<Uuid> = reader.derived_aliases()?.into_iter().collect();
        let mut edits = edits_so_far(reader, self.tx.change(), KEPT)?;
        edits.retain(|edit| match edit.what {
            EditKind::Kept => false,
            EditKind::Removed => !joined.contains(&edit.uuid),
            EditKind::Added | EditKind::Changed => true,
        });
        Ok(edits)
    }

    /// Stops before a large loss that was perhaps not meant.
    fn brake(&self) -> Result<()> {
        /// Below this many records a mistake is seen and undone at a glance.
        const FEW: u64 = 20;
        let touched = self.outcome.annotations.touched();
        let before = self.here.alive(Entity::Annotation);
        if self.options.yes || touched < FEW || touched * 5 <= before {
            return Ok(());
        }
        Err(Error::refused(format!(
            "the merge would change or delete {touched} of {before} annotations, more than a fifth; nothing was written"
        ))
        .hint("look at it with `--dry-run`; if it is meant, add `--yes`"))
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
