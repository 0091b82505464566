//! `postil stats …`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::{Args, Subcommand, ValueEnum};

use super::example_section;
use super::selection::DocumentFilter;
use super::values::{Grouping, ListingFormat, grouping};

/// Count codes and passages
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum StatsCommand {
    /// Count how often each code was used, and on how much text
    ///
    /// Counts annotations with the code itself; with --recursive also those with a code below it. `characters` are the
    /// code points under the code, each counted once however many passages overlap there; `share` is their part of the
    /// text of all chosen documents. With --by, a table of annotations by code and document, coder or attribute.
    #[command(after_help = example_section!(
        "postil stats codes"
        "postil stats codes --recursive --code schools"
        "postil stats codes --by document --format csv"
        "postil stats codes --by attribute:theme --by-coder ana"
    ))]
    Codes(StatsCodesArgs),
    /// Count what was said of each document
    ///
    /// Counts annotations with a code; highlights and notes without one are left out. `covered` are the code
    /// points under any code, each counted once; `share` is their part of the text. With --by coder, a table of
    /// annotations by document and coder.
    #[command(after_help = example_section!(
        "postil stats documents"
        "postil stats documents --by coder --where kind=essay"
    ))]
    Documents(StatsDocumentsArgs),
    /// Count what each coder coded
    ///
    /// Counts annotations with a code, the codes and documents that they are of, the code points under any code of the
    /// coder (each once), their share of the text of all chosen documents, and the mean length of a passage.
    #[command(after_help = example_section!(
        "postil stats coders"
        "postil stats coders --code cyber --format markdown"
    ))]
    Coders(StatsCodersArgs),
    /// Count which codes come together
    ///
    /// A table of each code with each, without those below them. A cell counts pairs of annotations, one with the code of
    /// the row and one with that of the column, that lie so to each other as --by says, whoever made them; with
    /// --same-coder, only pairs by one coder. On the diagonal are pairs of two annotations with the same code. By
    /// sentence, paragraph or document a cell counts those that hold both codes (a passage stands in every one that it
    /// shares a character with), on the diagonal those that hold the code; with --same-coder each counts once for each
    /// coder. By containment the code of the row is the one inside.
    ///
    /// Jaccard is what has both codes by what has either, 0 to 1. By sentence, paragraph or document, that is: the number
    /// that hold both by the number that hold at least one. Else passages are counted: of all passages with one of the
    /// two codes, the part that comes together with a passage of the other.
    ///
    /// JSON and --long have a row for each pair of codes that come together: `count`; `a` and `b`, what carries each
    /// code (annotations or units); `both`, what has both; `jaccard`.
    #[command(after_help = example_section!(
        "postil stats cooccurrence"
        "postil stats cooccurrence --by near --within 200 --code cyber"
        "postil stats cooccurrence --by paragraph --measure jaccard --format csv"
        "postil stats cooccurrence --cell cyber/norms schools/realism/anarchy"
    ))]
    Cooccurrence(StatsCooccurrenceArgs),
    /// Count codes by the values of an attribute, and test whether they differ
    ///
    /// A table of annotations by code and value; documents without the attribute are left out. Beside each code stands
    /// the test of that code against all other codes that are counted: chi-square without correction, its p, and
    /// Cramér's V, 0 to 1, which says how strong the difference is. Where fewer than 5 cases are expected in a cell,
    /// `fisher_p` is Fisher's exact p, two-sided (of a table of two rows or two columns, and with up to 200,000 tables to
    /// go through). The last row, `(all)`, has the sums and the test of the whole table.
    ///
    /// With --count documents, cells count the documents in which a code occurs, and the tests hold documents with it
    /// against those without; the whole table has none then, since a document may hold several codes.
    ///
    /// Coded passages are not independent of each other, as these tests take them to be: p describes the material.
    #[command(after_help = example_section!(
        "postil stats crosstab --attribute theme"
        "postil stats crosstab --attribute theme --code schools --percent column"
        "postil stats crosstab --attribute theme --count documents --format latex"
    ))]
    Crosstab(StatsCrosstabArgs),
    /// Measure how much of the texts is coded, and how deep
    ///
    /// By document: the code points under any code (`coded`) and under none, the share that is coded, and how much lies
    /// under one code, under two, and under three or more. Different codes count, not annotations: where two coders gave
    /// the same code to the same words, the text is one deep. With --by coder, a row for each coder who coded in the
    /// document, by that coder's annotations alone.
    #[command(after_help = example_section!(
        "postil stats coverage"
        "postil stats coverage --by coder --code cyber"
    ))]
    Coverage(StatsCoverageArgs),
    /// Count when annotations were made
    ///
    /// Counts annotations with a code by the day, week (ISO 8601, from Monday) or month in which they were made, in UTC.
    /// Periods in which nothing was made are left out.
    #[command(after_help = example_section!(
        "postil stats timeline"
        "postil stats timeline --per month --by coder"
    ))]
    Timeline(StatsTimelineArgs),
}

#[derive(Debug, Args)]
pub struct StatsFilter {
    #[command(flatten)]
    pub documents: DocumentFilter,
    /// Only with this code or one below it (repeat for several)
    #[arg(short, long = "code", value_name = "CODE", help_heading = "Which passages")]
    pub codes: Vec<String>,
    /// Only by this coder (repeat for several)
    // Not `--by`, as elsewhere: that says here by what to split.
    #[arg(long = "by-coder", value_name = "CODER", help_heading = "Which passages")]
    pub coders: Vec<String>,
}

#[derive(Debug, Args)]
pub struct StatsCodesArgs {
    /// Split the counts: document, coder, or attribute:NAME
    #[arg(long, value_name = "WHAT", value_parser = grouping)]
    pub by: Option<Grouping>,
    /// Count with each code also the codes below it
    #[arg(short, long)]
    pub recursive: bool,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsDocumentsArgs {
    /// Split the counts: coder
    #[arg(long, value_name = "WHAT", value_parser = grouping)]
    pub by: Option<Grouping>,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsCodersArgs {
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsCooccurrenceArgs {
    /// What codes come together in
    #[arg(long, value_enum, default_value = "overlap")]
    pub by: TogetherBy,
    /// With --by near: at most N characters may stand between the two passages
    #[arg(long, value_name = "N", required_if_eq("by", "near"))]
    pub within: Option<u32>,
    /// Only where one coder gave both codes
    #[arg(long)]
    pub same_coder: bool,
    /// What the cells of the table hold
    #[arg(long, value_enum, default_value = "count")]
    pub measure: Measure,
    /// Write a row for each pair of codes, with all measures
    #[arg(long)]
    pub long: bool,
    /// List the passages behind the cell of these two codes
    #[arg(long, num_args = 2, value_names = ["CODE", "CODE"], conflicts_with_all = ["codes", "measure", "long"])]
    pub cell: Vec<String>,
    /// With --cell: stop after N rows
    #[arg(long, value_name = "N", requires = "cell")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsCrosstabArgs {
    /// The attribute of documents whose values are the columns
    #[arg(short, long, value_name = "NAME")]
    pub attribute: String,
    /// What to count
    #[arg(long, value_enum, default_value = "annotations")]
    pub count: CrosstabCount,
    /// Write percentages of each row, or of each column; the tests stay those of the counts
    #[arg(long, value_enum)]
    pub percent: Option<PercentOf>,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsCoverageArgs {
    /// Measure each coder's work for itself
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<CoverageBy>,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the measures
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct StatsTimelineArgs {
    /// How long the steps are
    #[arg(long, value_enum, default_value = "day")]
    pub per: Per,
    /// Split the counts
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<TimelineBy>,
    #[command(flatten)]
    pub filter: StatsFilter,
    /// How to write the counts
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

/// What codes come together in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TogetherBy {
    /// Passages that share a character
    Overlap,
    /// Passages that lie inside each other
    Containment,
    /// Passages with at most --within characters between them
    Near,
    /// Sentences
    Sentence,
    /// Paragraphs
    Paragraph,
    /// Documents
    Document,
}

/// What the cells of a table of co-occurrences hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Measure {
    /// How many pairs, or how many units
    Count,
    /// What has both codes by what has either
    Jaccard,
}

/// What a crosstab counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CrosstabCount {
    /// Annotations with the code
    Annotations,
    /// Documents in which the code occurs
    Documents,
}

/// Of what a cell is told as a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PercentOf {
    /// Of all with the code
    Row,
    /// Of all with the value
    Column,
}

/// By what coverage is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageBy {
    /// A row for each coder
    Coder,
}

/// How long the steps of a timeline are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Per {
    /// Days
    Day,
    /// Weeks
    Week,
    /// Months
    Month,
}

/// By what a timeline is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TimelineBy {
    /// A column for each coder
    Coder,
    /// A column for each code
    Code,
}
