//! `postil code …`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::example_section;
use super::values::{CodebookFormat, TreeFormat, hex_color};

/// Build the codebook: a tree of codes
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum CodeCommand {
    /// Add codes
    ///
    /// PATH names a code and those above it: `actors/state` stands below `actors`, which is added too where it is
    /// missing.
    #[command(after_help = example_section!(
        "postil code add schools/feminism actors/media --colors"
        "postil code add cyber/crime --hex '#0072b2' --description 'Offences for gain'"
    ))]
    Add(CodeAddArgs),
    /// List the codes as a tree
    #[command(after_help = example_section!("postil code list --counts" "postil code list --format csv"))]
    List(CodeListArgs),
    /// Show what is known of a code
    #[command(after_help = example_section!("postil code show cyber/norms"))]
    Show(CodeShowArgs),
    /// Change the description or colour of a code
    #[command(after_help = example_section!(
        "postil code edit cyber/norms --description 'Rules, written or not'"
        "postil code edit cyber/norms --hex '#d55e00'"
    ))]
    Edit(CodeEditArgs),
    /// Rename a code, where it stands
    #[command(after_help = example_section!("postil code rename cyber/filtering blocking"))]
    Rename(CodeRenameArgs),
    /// Move a code, and those below it, below another
    #[command(after_help = example_section!("postil code move cyber/norms schools/liberalism" "postil code move levels/lateral-pressure /"))]
    Move(CodeMoveArgs),
    /// Merge one code into another
    ///
    /// What was coded with FROM is coded with INTO; FROM stays known as another name of INTO.
    #[command(after_help = example_section!("postil code merge schools/realism/anarchy schools/realism"))]
    Merge(CodeMergeArgs),
    /// Remove codes; a code in use only with --force
    #[command(after_help = example_section!("postil code remove actors/states/egypt" "postil code remove cyber/espionage --force"))]
    Remove(CodeRemoveArgs),
    /// Read a codebook from a file
    ///
    /// Adds the codes that are missing, and takes over every colour and description that the file states. Codes that
    /// the file does not name stay as they are.
    #[command(after_help = example_section!(
        "postil code import codebook.txt"
        "postil code import export/codes.csv --format csv"
    ))]
    Import(CodeImportArgs),
    /// Write the codebook to a file
    #[command(after_help = example_section!("postil code export" "postil code export -o codes.csv --format csv"))]
    Export(CodeExportArgs),
}

#[derive(Debug, Args)]
pub struct CodeAddArgs {
    /// The codes to add
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,
    /// Give each new code the next colour of a palette that colour-blind people can tell apart
    #[arg(long, conflicts_with = "hex")]
    pub colors: bool,
    /// Give the new codes this colour
    #[arg(long = "hex", id = "hex", value_name = "#RRGGBB", value_parser = hex_color)]
    pub color: Option<String>,
    /// Say what the new codes mean
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub description: Option<String>,
}

#[derive(Debug, Args)]
pub struct CodeListArgs {
    /// How to write the list
    #[arg(short, long, value_enum, default_value = "tree")]
    pub format: TreeFormat,
    /// Count the annotations with each code
    #[arg(long)]
    pub counts: bool,
}

#[derive(Debug, Args)]
pub struct CodeShowArgs {
    /// The code
    #[arg(value_name = "PATH")]
    pub path: String,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("edit").required(true).multiple(true).args(["description", "hex"]))]
pub struct CodeEditArgs {
    /// The code
    #[arg(value_name = "PATH")]
    pub path: String,
    /// Say what the code means
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub description: Option<String>,
    /// Give the code this colour
    #[arg(long = "hex", id = "hex", value_name = "#RRGGBB", value_parser = hex_color)]
    pub color: Option<String>,
}

#[derive(Debug, Args)]
pub struct CodeRenameArgs {
    /// The code
    #[arg(value_name = "PATH")]
    pub path: String,
    /// Its new name, without the codes above it
    #[arg(value_name = "NAME")]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct CodeMoveArgs {
    /// The code
    #[arg(value_name = "PATH")]
    pub path: String,
    /// The code to stand below; / for the top
    #[arg(value_name = "PARENT")]
    pub parent: String,
}

#[derive(Debug, Args)]
pub struct CodeMergeArgs {
    /// The code to give up
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The code to keep
    #[arg(value_name = "INTO")]
    pub into: String,
}

#[derive(Debug, Args)]
pub struct CodeRemoveArgs {
    /// The codes
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,
    /// Also remove codes in use, with their annotations; `undo` brings them back
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct CodeImportArgs {
    /// The codebook; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Its form [default: csv for a name that ends in .csv, else text]
    #[arg(short, long, value_enum)]
    pub format: Option<CodebookFormat>,
}

#[derive(Debug, Args)]
pub struct CodeExportArgs {
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Its form [default: csv for a name that ends in .csv, else text]
    #[arg(short, long, value_enum)]
    pub format: Option<CodebookFormat>,
    /// Overwrite the file if it is there
    #[arg(long, requires = "output")]
    pub force: bool,
}
