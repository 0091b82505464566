//! `postil document …`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::example_section;
use super::selection::DocumentFilter;
use super::team::DocumentChoice;
use super::values::{KeyValue, ListingFormat, key_value, size};

/// Add, list and describe texts
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum DocumentCommand {
    /// Add texts
    ///
    /// PATH is a file, a folder (its .txt and .md files), a quoted pattern, or - for standard input. A text is plain
    /// text or Markdown in UTF-8, or UTF-16 with a byte order mark. The same text twice is there once. The name is
    /// the file's name without its ending.
    #[command(after_help = example_section!(
        "postil document add texts/*.md --set kind=essay"
        "postil document add old.txt --encoding windows-1252 --name letter-1911"
        "pdftotext report.pdf - | postil document add - --name report"
        "postil document add --from-table survey.csv --text answer --name-column id"
    ))]
    Add(DocumentAddArgs),
    /// List the documents with their attributes
    #[command(after_help = example_section!(
        "postil document list"
        "postil document list --where kind=essay --format csv"
    ))]
    List(DocumentListArgs),
    /// Show what is known of a document
    #[command(after_help = example_section!("postil document show three-schools-one-attack"))]
    Show(DocumentShowArgs),
    /// Give a document a revised text; its passages follow
    ///
    /// The two texts are compared, and each passage goes to where its words are now: exact (same place, same words), moved
    /// (same words elsewhere), edited (its words have changed), or orphaned. An orphan keeps the earlier text and is listed
    /// by `postil list --orphans`. One change, one undo.
    #[command(after_help = example_section!(
        "postil document replace interview-07 interview-07-corrected.txt --dry-run"
        "pdftotext report.pdf - | postil document replace interview-07 -"
    ))]
    Replace(DocumentReplaceArgs),
    /// Rename a document
    #[command(after_help = example_section!("postil document rename three-schools-one-attack one-attack"))]
    Rename(DocumentRenameArgs),
    /// Set attributes of a document
    #[command(after_help = example_section!(
        "postil document set three-schools-one-attack year=2026 theme=theory"
        "postil document set three-schools-one-attack --unset theme"
    ))]
    Set(DocumentSetArgs),
    /// Remove documents and what was said of them; `undo` brings them back
    #[command(after_help = example_section!("postil document remove three-schools-one-attack"))]
    Remove(DocumentRemoveArgs),
    /// Erase documents for good, with their history: nothing brings them back
    ///
    /// For a participant who withdraws consent. Asks for each name to be typed; in a script, say it with --yes-erase.
    /// With --backups, also in the backups of this store below DIR; those that can't be reached, as encrypted ones, are named,
    /// and the command exits with 3. With --former, only what a document was is erased: its former texts, as before
    /// `pseudonymise`, and the history of what was said of it.
    #[command(after_help = example_section!(
        "postil document purge interview-07"
        "postil document purge interview-07 --yes-erase interview-07"
        "postil document purge interview-07 --backups ../backups"
        "postil document purge interview-07 --former"
    ))]
    Purge(DocumentPurgeArgs),
}

#[derive(Debug, Args)]
pub struct PseudonymiseArgs {
    #[command(flatten)]
    pub choice: DocumentChoice,
    /// The table of names: a CSV file with the columns name and pseudonym
    #[arg(long, value_name = "FILE")]
    pub names: PathBuf,
    /// Show what would be replaced, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Put the names back in place of the pseudonyms
    #[arg(long)]
    pub reverse: bool,
    /// Go on where the table could not lead back: one pseudonym for several names, or one that the text has already
    #[arg(long)]
    pub one_way: bool,
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct DocumentAddArgs {
    /// Files, folders, patterns, or -
    #[arg(value_name = "PATH", required_unless_present = "from_table")]
    pub paths: Vec<PathBuf>,
    /// Call the document NAME (one text only)
    #[arg(long, value_name = "NAME", conflicts_with = "from_table")]
    pub name: Option<String>,
    /// Give each document this attribute (repeat for several)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    pub attributes: Vec<KeyValue>,
    /// Read the texts in this encoding instead of UTF-8, as in windows-1252
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// Refuse files larger than this; the default is also the most that `merge` takes of a text
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size)]
    pub max_size: u64,
    /// Make one document of each row of this CSV file; the other columns become attributes
    #[arg(long, value_name = "FILE", requires = "text_column", conflicts_with = "paths")]
    pub from_table: Option<PathBuf>,
    /// The column that holds the texts
    #[arg(long = "text", value_name = "COLUMN", requires = "from_table")]
    pub text_column: Option<String>,
    /// The column that holds the names [default: the table's name and the row's number]
    #[arg(long, value_name = "COLUMN", requires = "from_table")]
    pub name_column: Option<String>,
}

#[derive(Debug, Args)]
pub struct DocumentListArgs {
    #[command(flatten)]
    pub filter: DocumentFilter,
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct DocumentShowArgs {
    /// The document
    #[arg(value_name = "DOC")]
    pub document: String,
}

#[derive(Debug, Args)]
pub struct DocumentReplaceArgs {
    /// The document
    #[arg(value_name = "DOC")]
    pub document: String,
    /// The file with the new text, or -
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// Show what would become of the passages, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Show the exact and moved passages too
    #[arg(short, long)]
    pub all: bool,
    /// Read the text in this encoding instead of UTF-8, as in windows-1252
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// Refuse a file larger than this; the default is also the most that `merge` takes of a text
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size)]
    pub max_size: u64,
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}

#[derive(Debug, Args)]
pub struct DocumentRenameArgs {
    /// The document
    #[arg(value_name = "DOC")]
    pub document: String,
    /// Its new name
    #[arg(value_name = "NEW")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct DocumentSetArgs {
    /// The document
    #[arg(value_name = "DOC")]
    pub document: String,
    /// Attributes to set
    #[arg(value_name = "KEY=VALUE", required_unless_present = "unset", value_parser = key_value)]
    pub attributes: Vec<KeyValue>,
    /// An attribute to take away (repeat for several)
    #[arg(long, value_name = "KEY")]
    pub unset: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DocumentRemoveArgs {
    /// The documents
    #[arg(value_name = "DOC", required = true)]
    pub documents: Vec<String>,
}

#[derive(Debug, Args)]
pub struct DocumentPurgeArgs {
    /// The documents
    #[arg(value_name = "DOC", required = true)]
    pub documents: Vec<String>,
    /// Confirm: the name of a document to erase (repeat for each)
    #[arg(long, value_name = "DOC")]
    pub yes_erase: Vec<String>,
    /// Erase it in the backups below this folder too (repeat for several)
    #[arg(long, value_name = "DIR")]
    pub backups: Vec<PathBuf>,
    /// Erase former texts and the history, and keep the document as it is
    #[arg(long, conflicts_with = "backups")]
    pub former: bool,
}
