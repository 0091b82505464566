//! Options that choose documents, annotations and passages; shared by the commands that read.

#![expect(
    missing_docs,
    reason = "a doc comment here would become the help of every command that flattens it"
)]

use clap::Args;

use super::values::{KeyValue, When, key_value, when};
use crate::error::{Error, Result};

// Which documents.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which passages")]
pub struct DocumentFilter {
    /// Only in this document (repeat for several)
    #[arg(short, long = "document", alias = "documents", value_name = "DOC")]
    pub documents: Vec<String>,
    /// Only in documents with this attribute (repeat to demand all)
    #[arg(long = "where", value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<KeyValue>,
}

// Which annotations, by document, code and coder.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which passages")]
pub struct Subset {
    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "a doc comment on a flattened field would become the help of the command"
    )]
    pub documents: DocumentFilter,
    /// Only with this code or one below it (repeat for several)
    #[arg(short, long = "code", value_name = "CODE")]
    pub codes: Vec<String>,
    /// Only by this coder (repeat for several)
    #[arg(short = 'b', long = "by", alias = "by-coder", value_name = "CODER")]
    pub coders: Vec<String>,
}

// Which annotations, by what they say.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which passages")]
pub struct AnnotationFilter {
    #[command(flatten)]
    #[expect(
        missing_docs,
        reason = "a doc comment on a flattened field would become the help of the command"
    )]
    pub subset: Subset,
    /// Take --code exactly: leave out the codes below it
    #[arg(long, requires = "codes")]
    pub only: bool,
    /// Only where the passage contains this phrase
    #[arg(long, value_name = "PHRASE", allow_hyphen_values = true)]
    pub text: Option<String>,
    /// Only where the note contains this phrase
    #[arg(long, value_name = "PHRASE", allow_hyphen_values = true)]
    pub note: Option<String>,
    /// Only what was changed on this day or later
    #[arg(long, value_name = "DATE", value_parser = when)]
    pub since: Option<When>,
    /// Only what was changed on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = when)]
    pub until: Option<When>,
    /// Only highlights and notes without a code
    #[arg(long, conflicts_with = "codes")]
    pub untagged: bool,
}

// Which annotations, by other annotations at the same place: the algebra of passages.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Where other codes are")]
pub struct PassageFilter {
    /// Only passages that carry this code too, on the very same words (repeat to demand all)
    #[arg(long, value_name = "CODE")]
    pub with: Vec<String>,
    /// Only passages that no passage with this code overlaps
    #[arg(long, value_name = "CODE")]
    pub without: Vec<String>,
    /// Only passages that overlap one with this code
    #[arg(long, value_name = "CODE")]
    pub overlaps: Vec<String>,
    /// Only passages that lie inside one with this code
    #[arg(long, value_name = "CODE")]
    pub inside: Vec<String>,
    /// Only passages at most N code points away from one with this code
    #[arg(long, num_args = 2, value_names = ["N", "CODE"], action = clap::ArgAction::Append)]
    within: Vec<String>,
}

impl PassageFilter {
    /// The pairs of `--within`: a distance in code points, and the code it is measured to.
    ///
    /// # Errors
    /// When a distance is no whole number.
    pub fn within(&self) -> Result<Vec<(u32, &str)>> {
        // clap gives the values of all occurrences in one row, and has seen to it that they come in pairs.
        self.within
            .chunks_exact(2)
            .map(|pair| {
                let distance = pair[0].parse().map_err(|source: std::num::ParseIntError| {
                    Error::usage(format!("`{}` is no distance", pair[0]))
                        .caused_by(source)
                        .hint(format!("first the distance, then the code: `--within 200 {}`", pair[1]))
                })?;
                Ok((distance, pair[1].as_str()))
            })
            .collect()
    }

    /// Whether nothing is asked of other annotations.
    pub fn is_empty(&self) -> bool {
        [&self.with, &self.without, &self.overlaps, &self.inside, &self.within]
            .iter()
            .all(|list| list.is_empty())
    }
}
