//! `postil log`, `undo`, `redo`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use clap::Args;

use super::values::ListingFormat;

#[derive(Debug, Args)]
pub struct LogArgs {
    /// Show this change row by row
    #[arg(value_name = "CHANGE")]
    pub change: Option<String>,
    /// Show the life of one record: `#ID`, a document, or `code:PATH`
    #[arg(long, value_name = "RECORD", conflicts_with = "change")]
    pub of: Option<String>,
    /// Stop after N rows
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    /// The change, by its number in `log` [default: the last one not yet undone]
    #[arg(value_name = "CHANGE")]
    pub change: Option<String>,
}

#[derive(Debug, Args)]
pub struct RedoArgs {
    /// The change or its undo, by its number in `log` [default: the change undone last]
    #[arg(value_name = "CHANGE")]
    pub change: Option<String>,
}
