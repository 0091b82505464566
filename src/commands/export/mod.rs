//! `postil export …`

mod sheets;
mod table;
mod workbook;

use std::path::Path;

use super::{Context, Status};
use crate::actions::export::{Delimiter, WriteOptions};
use crate::cli::{CsvWriting, ExportCommand};
use crate::error::{Error, Result};

/// Runs `export`.
pub(super) fn run(command: ExportCommand, context: &mut Context) -> Result<Status> {
    match command {
        ExportCommand::Csv(args) => sheets::run(args, context),
        ExportCommand::Xlsx(args) => workbook::run(args, context),
        ExportCommand::Table(args) => table::run(args, context),
    }
}

/// How a table is to be written.
fn writing(args: &CsvWriting) -> Result<WriteOptions> {
    Ok(WriteOptions { bom: !args.no_bom, delimiter: delimiter(args.delimiter.0)?, guard: !args.no_guard })
}

/// The delimiter as the exchange knows it.
pub(super) fn delimiter(byte: u8) -> Result<Delimiter> {
    Delimiter::ALL.into_iter().find(|known| known.byte() == byte).ok_or_else(|| {
        Error::usage(format!("`{}` can't separate cells", char::from(byte)))
            .hint("choose one of `,` `;` `|` or the word tab")
    })
}

/// Whether a path means standard output.
fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}
