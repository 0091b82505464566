//! `postil merge`, `conflicts`, `resolve`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::values::{CoderMapping, KeyValue, ListingFormat, coder_mapping, part_of_store};

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The stores to merge into this one
    #[arg(value_name = "STORE", required = true)]
    pub stores: Vec<PathBuf>,
    /// Show what would change, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Take only the work of a coder, or what is about a document or a code: coder=ben, document=NAME, code=PATH
    #[arg(long, value_name = "WHAT=NAME", value_parser = part_of_store)]
    pub only: Vec<KeyValue>,
    /// Take texts and the codebook, and nothing that anybody coded
    #[arg(long)]
    pub blind: bool,
    /// Take their coder's new work as that of the coder OURS here
    #[arg(long = "as", value_name = "[THEIRS=]OURS", value_parser = coder_mapping)]
    pub coders: Vec<CoderMapping>,
    /// Go on even when more than a fifth of the annotations would change or go
    #[arg(short, long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct ConflictsArgs {
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("choice").required(true).args(["ours", "theirs", "value", "interactive"]))]
pub struct ResolveArgs {
    /// The numbers of the conflicts, as `postil conflicts` shows them
    #[arg(value_name = "ID", required_unless_present = "interactive")]
    pub ids: Vec<String>,
    /// Keep what is here
    #[arg(long)]
    pub ours: bool,
    /// Take the other side, which came in
    #[arg(long)]
    pub theirs: bool,
    /// Write something else: TEXT, or FIELD=TEXT where several fields are in question
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with_all = ["ours", "theirs"])]
    pub value: Vec<String>,
    /// Go through the conflicts one by one, and ask
    #[arg(short, long)]
    pub interactive: bool,
}
