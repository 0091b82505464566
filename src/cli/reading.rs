//! `postil find`, `show`, `list`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::Args;

use super::selection::{AnnotationFilter, PassageFilter, Subset};
use super::values::{PassageFormat, SortKey};

#[derive(Debug, Args)]
pub struct FindArgs {
    /// What to search for
    #[arg(value_name = "PATTERN")]
    pub pattern: String,
    /// Take PATTERN as a regular expression
    #[arg(short = 'e', long, conflicts_with_all = ["word", "ignore_accents"])]
    pub regex: bool,
    /// Take capital and small letters as equal
    #[arg(short, long)]
    pub ignore_case: bool,
    /// Find whole words only
    #[arg(short, long)]
    pub word: bool,
    /// Take letters with and without accents as equal
    #[arg(long)]
    pub ignore_accents: bool,
    /// Show this many code points on each side
    #[arg(short = 'C', long, value_name = "N", default_value_t = 40)]
    pub context: u32,
    /// Stop after N hits
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Print the number of hits only
    #[arg(long)]
    pub count: bool,
    /// How to write the hits
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: PassageFormat,
    #[command(flatten)]
    pub subset: Subset,
    /// Tag every hit with this code, in one change (repeat for several)
    #[arg(long = "tag", value_name = "CODE", conflicts_with = "count", help_heading = "Tagging")]
    pub tags: Vec<String>,
    /// Add the codes that are not in the codebook
    #[arg(long, requires = "tags", help_heading = "Tagging")]
    pub create: bool,
    /// Write a note on every hit
    #[arg(
        long,
        value_name = "TEXT",
        requires = "tags",
        allow_hyphen_values = true,
        help_heading = "Tagging"
    )]
    pub note: Option<String>,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The document, or a passage of it: DOC, DOC:p7, DOC:l12-l14, DOC:120-188
    #[arg(value_name = "DOC[:PLACE]")]
    pub passage: String,
    /// Show only highlights with this code or one below it (repeat for several)
    #[arg(short, long = "code", value_name = "CODE")]
    pub codes: Vec<String>,
    /// Show only highlights by this coder (repeat for several)
    #[arg(short = 'b', long = "by", alias = "by-coder", value_name = "CODER")]
    pub coders: Vec<String>,
    /// Wrap lines at N columns [default: the width of the terminal; in a pipe not at all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    pub wrap: Option<u16>,
    /// Leave the names of the codes out of the margin
    #[arg(long)]
    pub no_codes: bool,
    /// Number the paragraphs
    #[arg(long)]
    pub numbers: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: PassageFormat,
    /// The order of the list
    #[arg(long, value_enum, default_value = "place")]
    pub sort: SortKey,
    /// Stop after N annotations
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Print the number of annotations only
    #[arg(long)]
    pub count: bool,
    /// Only passages that were lost when their text was revised
    #[arg(long, help_heading = "Which passages")]
    pub orphans: bool,
    #[command(flatten)]
    pub filter: AnnotationFilter,
    #[command(flatten)]
    pub passages: PassageFilter,
}
