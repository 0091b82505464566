//! `postil init`, `demo`, `check`, `backup`, `restore`, `salvage`, `config`, `completions`, `man`, `sql`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::values::ListingFormat;

#[derive(Debug, Args)]
pub struct InitArgs {
    /// The name of the project; the store is NAME.postil
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Its title, in words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub title: Option<String>,
    /// Take the texts and the codebook from this store, for coding them independently
    #[arg(long, value_name = "STORE", conflicts_with = "title")]
    pub from: Option<PathBuf>,
    /// Take what was coded there too, so that this coder can see it
    #[arg(long, requires = "from")]
    pub with_annotations: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = "postil-demo")]
    pub folder: PathBuf,
    /// Overwrite a demo that is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Write the findings as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The copy to write [default: beside the store, with the date in its name]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Overwrite the file if it is there
    #[arg(long)]
    pub force: bool,
    /// Encrypt the copy; asks for a passphrase, unless one of the options below says how
    #[arg(short, long)]
    pub encrypt: bool,
    /// Encrypt it to this public key of age (repeat for several)
    #[arg(long, value_name = "KEY", requires = "encrypt", conflicts_with = "passphrase_file")]
    pub recipient: Vec<String>,
    /// Encrypt it to the public keys in FILE, one a line
    #[arg(long, value_name = "FILE", requires = "encrypt", conflicts_with = "passphrase_file")]
    pub recipients_file: Option<PathBuf>,
    /// Take the passphrase from the first line of FILE, which only you may read
    #[arg(long, value_name = "FILE", requires = "encrypt")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup, encrypted or not
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The store to make [default: in this folder, under the name it had]
    #[arg(short, long, value_name = "STORE")]
    pub output: Option<PathBuf>,
    /// Replace the store that is there
    #[arg(long)]
    pub force: bool,
    /// The file with the secret key of age that opens it (repeat for several)
    #[arg(short, long, value_name = "KEYFILE", conflicts_with = "passphrase_file")]
    pub identity: Vec<PathBuf>,
    /// Take the passphrase from the first line of FILE, which only you may read
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SalvageArgs {
    /// The damaged store; it is only read
    #[arg(value_name = "BROKEN")]
    pub broken: PathBuf,
    /// The store to make
    #[arg(short, long, value_name = "NEW")]
    pub output: PathBuf,
    /// Overwrite the file if it is there
    #[arg(long)]
    pub force: bool,
    /// Write the findings as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The setting; without it all are shown
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// Its new value; without it the value is shown
    #[arg(value_name = "VALUE")]
    pub value: Option<String>,
    /// Take the setting away
    #[arg(long, requires = "key", conflicts_with = "value")]
    pub unset: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for every command into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The query; - for standard input
    #[arg(value_name = "QUERY", required_unless_present = "list_views")]
    pub query: Option<String>,
    /// Name the views and their columns
    #[arg(long, conflicts_with = "query")]
    pub list_views: bool,
    /// How to write the rows
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ListingFormat,
}
