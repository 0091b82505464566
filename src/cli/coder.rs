//! `postil coder …`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::{Args, Subcommand};

use super::example_section;
use super::values::ListingFormat;

/// List, rename and merge coders
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum CoderCommand {
    /// List the coders with what they did
    ///
    /// The last column says whose annotations of the same document were in the store while a coder annotated it, and in how
    /// many documents: where it is empty, the coder worked without seeing others' work. Merging brings what other stores
    /// know of that; of work that came in a spreadsheet nothing is known.
    #[command(after_help = example_section!("postil coder list" "postil coder list --format json"))]
    List(CoderListArgs),
    /// Give a coder another handle
    #[command(after_help = example_section!("postil coder rename ben benjamin"))]
    Rename(CoderRenameArgs),
    /// Make one coder of two
    #[command(after_help = example_section!("postil coder merge ben ana"))]
    Merge(CoderMergeArgs),
}

#[derive(Debug, Args)]
pub struct CoderListArgs {
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct CoderRenameArgs {
    /// The handle now
    #[arg(value_name = "OLD")]
    pub from: String,
    /// The handle to be
    #[arg(value_name = "NEW")]
    pub to: String,
}

#[derive(Debug, Args)]
pub struct CoderMergeArgs {
    /// The coder to give up
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The coder to keep
    #[arg(value_name = "INTO")]
    pub into: String,
}
