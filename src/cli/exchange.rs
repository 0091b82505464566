//! `postil export …`, `import …`
#![expect(
    missing_docs,
    reason = "the help of a command stands on its variant; a second text here would replace it"
)]

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::example_section;
use super::selection::Subset;
use super::values::{Delimiter, ExportUnit, ExportValues, TableOrigin, delimiter, level_mark};

/// Write the coded data for colleagues and for analysis
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum ExportCommand {
    /// Write CSV that colleagues edit and `import csv` brings back
    ///
    /// Into a folder goes everything a store holds: annotations.csv, codes.csv, documents.csv and the texts. Into a
    /// file, or - for standard output, go the annotations.
    #[command(after_help = example_section!(
        "postil export csv -o round1/"
        "postil export csv -o norms.csv --code cyber/norms --by ana"
        "postil export csv -o - --no-bom --no-guard | xsv frequency -s code"
    ))]
    Csv(ExportCsvArgs),
    /// Write a workbook that colleagues edit in a spreadsheet and `import xlsx` brings back
    ///
    /// One .xlsx file with everything a store holds but the texts: a sheet for the annotations, one each for codes,
    /// documents, coders, memos and assignments, and one that explains them. Every cell is text, codes have their
    /// colours and can be chosen from a list, and what is edited in Excel or LibreOffice survives better than in CSV.
    #[command(after_help = example_section!(
        "postil export xlsx -o round1.xlsx"
        "postil export xlsx -o norms.xlsx --code cyber/norms --by ana"
    ))]
    Xlsx(ExportXlsxArgs),
    /// Write a table for R, pandas, SPSS or a pivot table; it does not come back
    #[command(after_help = example_section!(
        "postil export table --long -o long.csv"
        "postil export table --wide --unit document --values count -o counts.csv"
    ))]
    Table(ExportTableArgs),
}

/// Bring edited data back in
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum ImportCommand {
    /// Bring in CSV that `export csv` wrote, edited or not, or codings from another program
    ///
    /// PATH is a file, a folder written by `export csv`, or - for standard input. What both sides changed differently
    /// becomes a conflict, and nothing is lost. Rows that cannot be read are refused with their number and the
    /// reason, and then nothing is written, unless --partial.
    ///
    /// A table that Taguette, QualCoder, RQDA, requal or the STAM tools exported is known by its header. Its documents
    /// must be in the store; each row is placed by its positions where the words there are its words, else by its words.
    #[command(after_help = example_section!(
        "postil import csv export/annotations.csv --dry-run"
        "postil import csv export/"
        "postil import csv ben.csv --coder ben --partial --rejects refused.csv"
        "postil import csv highlights.csv --create-codes --dry-run"
    ))]
    Csv(ImportCsvArgs),
    /// Bring in a workbook that `export xlsx` wrote, edited or not (.xlsx or .ods)
    ///
    /// FILE is a workbook of Excel, LibreOffice or another program, or - for standard input. Its sheets are known by
    /// their names or their columns; others are passed over. What holds for `import csv` holds here.
    #[command(after_help = example_section!(
        "postil import xlsx export.xlsx --dry-run"
        "postil import xlsx export.xlsx --partial --rejects refused.csv"
    ))]
    Xlsx(ImportXlsxArgs),
}

#[derive(Debug, Args)]
pub struct CsvWriting {
    /// Overwrite what is there
    #[arg(long)]
    pub force: bool,
    /// Leave out the byte order mark that tells Excel the file is UTF-8
    #[arg(long)]
    pub no_bom: bool,
    /// Part cells by C
    #[arg(long, value_name = "C", default_value = ",", value_parser = delimiter)]
    pub delimiter: Delimiter,
    /// Do not guard cells that a spreadsheet would take for formulas
    #[arg(long)]
    pub no_guard: bool,
}

#[derive(Debug, Args)]
pub struct ExportCsvArgs {
    /// The folder, the file (it ends in .csv), or -
    #[arg(short, long, value_name = "PATH")]
    pub output: PathBuf,
    /// Leave the texts out of the folder
    #[arg(long)]
    pub no_texts: bool,
    #[command(flatten)]
    pub writing: CsvWriting,
    #[command(flatten)]
    pub subset: Subset,
}

#[derive(Debug, Args)]
pub struct ExportXlsxArgs {
    /// The file (it ends in .xlsx), or -
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Overwrite what is there
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub subset: Subset,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("shape").required(true).args(["long", "wide"]))]
pub struct ExportTableArgs {
    /// A row per annotation: the code in columns by level, the attributes of the document, the quote
    #[arg(long)]
    pub long: bool,
    /// A row per passage, document or paragraph: a column per code
    #[arg(long)]
    pub wide: bool,
    /// What a row of a wide table stands for
    #[arg(long, value_enum, default_value = "passage", conflicts_with = "long")]
    pub unit: ExportUnit,
    /// What the cells of a wide table hold
    #[arg(long, value_enum, default_value = "binary", conflicts_with = "long")]
    pub values: ExportValues,
    /// The file, or -
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub writing: CsvWriting,
    #[command(flatten)]
    pub subset: Subset,
}

#[derive(Debug, Args)]
pub struct ImportCsvArgs {
    /// The file, the folder, or -
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    #[command(flatten)]
    pub choices: ImportChoices,
    /// Read the file in this encoding instead of UTF-8, as in windows-1252
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// The file was written with --no-guard: take every `'` as it stands
    #[arg(long)]
    pub no_guard: bool,
    /// Take cells to be parted by C [default: found by the header]
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<Delimiter>,
    /// Take the table for one of this program [default: found by the header]
    #[arg(long, value_name = "PROGRAM", value_enum)]
    pub from: Option<TableOrigin>,
    /// Take C in another program's code names for the border of two levels, as in '.' for Taguette
    #[arg(long, value_name = "C", value_parser = level_mark)]
    pub code_levels: Option<char>,
}

#[derive(Debug, Args)]
pub struct ImportXlsxArgs {
    /// The workbook, or -
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    #[command(flatten)]
    pub choices: ImportChoices,
}

// What every import leaves to the person: what to do with rows that are refused, missing or many.
#[derive(Debug, Args)]
pub struct ImportChoices {
    /// Show what would change, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Take the good rows even when some are refused
    #[arg(long)]
    pub partial: bool,
    /// Write the refused rows to this file, with their reasons
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Add the codes that are not in the codebook
    #[arg(long)]
    pub create_codes: bool,
    /// Take a row that is missing from a complete export for a deletion
    #[arg(long)]
    pub missing_means_deleted: bool,
    /// Go on even when more than a fifth of the annotations would change or go
    #[arg(short, long)]
    pub yes: bool,
}
