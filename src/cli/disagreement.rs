//! `postil disagreements`, `adjudicate`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::selection::DocumentFilter;
use super::values::PassageFormat;

/// In what way coders differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DisagreementKind {
    /// Somebody did not give the code
    Omission,
    /// All gave the code, with other bounds
    Boundary,
    /// Different codes at nearly the same place
    Confusion,
}

// Whose work, and where; a doc comment would become the help of the commands that flatten it.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which passages")]
pub struct DisagreementFilter {
    /// Compare these coders [default: all who read something, but `consensus`]
    #[arg(long, value_name = "CODER,CODER", value_delimiter = ',')]
    pub coders: Vec<String>,
    #[command(flatten)]
    pub documents: DocumentFilter,
    /// Only about this code or one below it (repeat for several)
    #[arg(short, long = "code", alias = "codes", value_name = "CODE")]
    pub codes: Vec<String>,
    /// Only of this kind (repeat for several)
    #[arg(long = "kind", value_name = "KIND", value_enum)]
    pub kinds: Vec<DisagreementKind>,
    /// Only where at least N characters are in dispute
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub min_length: u32,
}

#[derive(Debug, Args)]
pub struct DisagreementsArgs {
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: PassageFormat,
    /// Take codes deeper than level N for the code above them (1: the top)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub level: Option<u32>,
    /// Stop after N places
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub filter: DisagreementFilter,
}

#[derive(Debug, Args)]
pub struct AdjudicateArgs {
    /// Write the decisions as this coder
    #[arg(long = "as", value_name = "HANDLE", default_value = "consensus")]
    pub consensus: String,
    /// Write what all agree on, and ask nothing
    #[arg(long, conflicts_with = "from")]
    pub agreed_only: bool,
    /// Take the decisions from the column `decision` of this table, which `disagreements --format csv` wrote
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Show what would be written, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub filter: DisagreementFilter,
}
