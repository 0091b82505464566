//! `postil agree`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::selection::DocumentFilter;
use super::values::ListingFormat;

/// What agreement is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AgreeUnit {
    /// Each character of the text
    Character,
    /// Each sentence: coded when a passage touches it
    Sentence,
    /// Each paragraph
    Paragraph,
    /// Each document
    Document,
}

/// To what passages are widened first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SnapTo {
    /// The words they touch, without white space and punctuation at the ends
    Word,
    /// The sentences they touch
    Sentence,
}

/// What is drawn again for an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Resampled {
    /// Documents
    Document,
    /// Paragraphs
    Paragraph,
    /// Units of a table (with --unitized)
    Unit,
    /// Pairs of values of a table, by Krippendorff's algorithm (with --unitized)
    Pairs,
}

#[derive(Debug, Args)]
pub struct AgreeArgs {
    #[command(flatten)]
    pub choice: ComparisonArgs,
    /// Count agreement by this unit
    #[arg(
        long,
        value_enum,
        default_value = "character",
        conflicts_with = "unitized",
        help_heading = "How to count"
    )]
    pub unit: AgreeUnit,
    /// Widen passages first to the words or sentences they touch, and show alpha before and after
    #[arg(long, value_name = "TO", conflicts_with = "unitized", help_heading = "How to count")]
    pub snap: Option<SnapTo>,
    /// Add these coefficients: percent, kappa, pi, fleiss, bp, ac1, alpha, alpha-set, u-alpha, alpha-U, gamma, f1, boundary
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "How to count")]
    pub coefficients: Vec<String>,
    /// Draw N times for the intervals; 0 leaves them out
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    #[arg(help_heading = "How to count")]
    pub bootstrap: u32,
    /// The seed of all that is drawn: the same seed gives the same numbers
    #[arg(long, value_name = "S", default_value_t = 1, help_heading = "How to count")]
    pub seed: u64,
    /// What is drawn: documents, paragraphs; of a table units or pairs
    /// [default: documents, or paragraphs when there is one document; units of a table]
    #[arg(long, value_name = "WHAT", help_heading = "How to count")]
    pub resample: Option<Resampled>,
    /// Take judgements from a table instead: a row a unit and a column a coder, or the columns unit, coder, value
    #[arg(long, value_name = "FILE", conflicts_with_all = ["codes", "documents", "attributes", "level", "done_only"])]
    #[arg(help_heading = "A table that did not come from spans")]
    pub unitized: Option<PathBuf>,
    /// How many categories there were to choose from, for bp and ac1 [default: those that were used]
    #[arg(
        long,
        value_name = "N",
        requires = "unitized",
        help_heading = "A table that did not come from spans"
    )]
    pub categories: Option<usize>,
    /// Write a paragraph for the methods section instead
    #[arg(long, conflicts_with = "unitized")]
    pub methods_paragraph: bool,
    /// How to write the report
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

// Who is compared on what; shared by the commands that compare coders.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What to compare")]
pub struct ComparisonArgs {
    /// Compare these coders [default: all who read something, but `consensus`]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub coders: Vec<String>,
    /// Only these codes and those below them (repeat, or part by commas)
    #[arg(short, long = "code", alias = "codes", value_name = "CODE")]
    pub codes: Vec<String>,
    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "a doc comment on a flattened field would become the help of the command"
    )]
    pub documents: DocumentFilter,
    /// Count codes deeper than N as the code above them; 1 is the top of the codebook
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub level: Option<u32>,
    /// Only who said `done` has read a document; else annotations tell too
    #[arg(long)]
    pub done_only: bool,
}
