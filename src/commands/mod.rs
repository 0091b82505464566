//! One verb a file: resolve the arguments, call an action, show the outcome.

mod adjudicate;
mod agree;
mod annotation_line;
mod assign;
mod backup;
mod check;
mod code;
mod coder;
mod completions;
mod config;
mod config_file;
mod conflicts;
mod context;
mod demo;
mod disagreements;
mod document;
mod done;
mod export;
mod extend;
mod facts;
pub mod filter;
mod find;
mod findings;
mod import;
mod init;
mod list;
mod log;
mod man;
mod memo;
mod merge;
mod note;
mod progress;
mod pseudonymise;
mod resolve;
mod restore;
mod retag;
mod salvage;
mod show;
mod sql;
mod standard_input;
mod stats;
mod tag;
mod tagging;
mod undo;
mod untag;

use crate::cli::{ColorWhen, Command, ListingFormat, PassageFormat, TreeFormat};
use crate::error::Result;
use crate::ui::{ColorMode, Format};

pub use config_file::{Config, ConfigKey};
pub use context::Context;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All is well (exit 0).
    Done,
    /// Done, and there are conflicts or findings to look at (exit 3).
    Findings,
}

/// Does what `command` says.
///
/// # Errors
/// When it is refused or fails; nothing has been printed about it yet.
pub fn run(command: Command, context: &mut Context) -> Result<Status> {
    match command {
        Command::Agree(args) => agree::run(&args, context),
        Command::Adjudicate(args) => adjudicate::run(&args, context),
        Command::Code(command) => code::run(command, context),
        Command::Coder(command) => coder::run(command, context),
        Command::Document(command) => document::run(command, context),
        Command::Pseudonymise(args) => pseudonymise::run(&args, context),
        Command::Init(args) => init::run(args, context),
        Command::Memo(args) => memo::run(args, context),
        Command::Config(args) => config::run(args, context),
        Command::Completions(args) => completions::run(args, context),
        Command::List(args) => list::run(args, context),
        Command::Man(args) => man::run(args, context),
        Command::Export(command) => export::run(command, context),
        Command::Import(command) => import::run(command, context),
        Command::Show(args) => show::run(args, context),
        Command::Stats(command) => stats::run(command, context),
        Command::Tag(args) => tag::run(args, context),
        Command::Untag(args) => untag::run(args, context),
        Command::Retag(args) => retag::run(args, context),
        Command::Note(args) => note::run(args, context),
        Command::Extend(args) => extend::run(args, context),
        Command::Find(args) => find::run(args, context),
        Command::Backup(args) => backup::run(args, context),
        Command::Restore(args) => restore::run(args, context),
        Command::Salvage(args) => salvage::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Merge(args) => merge::run(&args, context),
        Command::Conflicts(args) => conflicts::run(&args, context),
        Command::Resolve(args) => resolve::run(&args, context),
        Command::Disagreements(args) => disagreements::run(&args, context),
        Command::Log(args) => log::run(args, context),
        Command::Redo(args) => undo::redo(&args, context),
        Command::Sql(args) => sql::run(args, context),
        Command::Assign(args) => assign::run(&args, context),
        Command::Done(args) => done::run(&args, context),
        Command::Progress(args) => progress::run(&args, context),
        Command::Undo(args) => undo::undo(&args, context),
        Command::Demo(args) => demo::run(&args, context),
    }
}

/// The colour mode that `--color` asks for.
pub fn color_mode(when: ColorWhen) -> ColorMode {
    match when {
        ColorWhen::Auto => ColorMode::Auto,
        ColorWhen::Always => ColorMode::Always,
        ColorWhen::Never => ColorMode::Never,
    }
}

/// The form of a listing.
pub fn listing_format(format: ListingFormat) -> Format {
    match format {
        ListingFormat::Table => Format::Table,
        ListingFormat::Plain => Format::Plain,
        ListingFormat::Csv => Format::Csv,
        ListingFormat::Json => Format::Json,
        ListingFormat::Jsonl => Format::Jsonl,
        ListingFormat::Markdown => Format::Markdown,
        ListingFormat::Latex => Format::Latex,
    }
}

/// The form of a listing of passages; `None` asks for addresses, which are no listing.
pub fn passage_format(format: PassageFormat) -> Option<Format> {
    match format {
        PassageFormat::Table => Some(Format::Table),
        PassageFormat::Plain => Some(Format::Plain),
        PassageFormat::Csv => Some(Format::Csv),
        PassageFormat::Json => Some(Format::Json),
        PassageFormat::Jsonl => Some(Format::Jsonl),
        PassageFormat::Address => None,
    }
}

/// The form of a listing of codes; `None` asks for the tree.
pub fn tree_format(format: TreeFormat) -> Option<Format> {
    match format {
        TreeFormat::Tree => None,
        TreeFormat::Table => Some(Format::Table),
        TreeFormat::Plain => Some(Format::Plain),
        TreeFormat::Csv => Some(Format::Csv),
        TreeFormat::Json => Some(Format::Json),
        TreeFormat::Jsonl => Some(Format::Jsonl),
    }
}
