//! `postil assign`, `done`, `progress`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::{ArgGroup, Args};

use super::selection::DocumentFilter;
use super::values::{KeyValue, ListingFormat, ProgressRows, key_value};

// Which documents are written to. Unlike a filter of what is read, it has no silent default: whoever names nothing
// has forgotten something.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("which").required(true).multiple(true).args(["documents", "attributes", "all"]))]
pub struct DocumentChoice {
    /// The documents
    #[arg(value_name = "DOC")]
    pub documents: Vec<String>,
    /// Documents with this attribute (repeat to demand all)
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<KeyValue>,
    /// Every document
    #[arg(long, conflicts_with_all = ["documents", "attributes"])]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct DoneArgs {
    #[command(flatten)]
    pub choice: DocumentChoice,
    /// Take the mark back: the documents are in progress again
    #[arg(long)]
    pub reopen: bool,
}

#[derive(Debug, Args)]
pub struct AssignArgs {
    #[command(flatten)]
    pub choice: DocumentChoice,
    // An option and no second list of words: documents and coders are both names, so nothing would tell where one list
    // ends, and a coder called like a document would be one or the other. A handle has no comma in it.
    /// The coders, parted by commas (or repeat)
    #[arg(long, value_name = "CODER", required = true, value_delimiter = ',')]
    pub to: Vec<String>,
    /// Give each document to K of the coders, drawn by chance and evenly
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..))]
    pub random: Option<u16>,
    /// Draw what follows from this number [default: another each time; it is printed]
    #[arg(long, value_name = "N", requires = "random")]
    pub seed: Option<u64>,
    /// Take assignments back instead; what was read to the end stays
    #[arg(long, conflicts_with = "random")]
    pub remove: bool,
}

#[derive(Debug, Args)]
pub struct ProgressArgs {
    /// What a row stands for
    #[arg(long, value_enum, default_value = "document")]
    pub by: ProgressRows,
    #[command(flatten)]
    pub documents: DocumentFilter,
    /// Only this coder (repeat for several)
    // Not `--by`, as elsewhere: that says here what a row stands for.
    #[arg(long = "by-coder", value_name = "CODER", help_heading = "Which passages")]
    pub coders: Vec<String>,
    /// How to write the table
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}
