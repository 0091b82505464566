//! Writing workbooks: every cell is text, so that nothing in it is run, rounded or taken for a date.
//!
//! Rows go to a temporary file as they come (the constant memory mode of the writing crate), so a million of them take no
//! more memory than ten.

mod book;
mod guard;
mod lists;
mod looks;
mod page;

pub use book::Book;
pub use guard::guarded;
pub use lists::Lists;
pub use page::{LeftOut, Page};

use rust_xlsxwriter::XlsxError;
use zip::result::ZipError;

use crate::error::Error;

/// The most rows of one sheet below its header: a spreadsheet has 1,048,576.
pub const MOST_ROWS: u64 = 1_048_575;

/// What the writing crate says, in our words. Only the sink and the temporary files may fail: all else is checked before.
fn failed(cause: XlsxError) -> Error {
    match cause {
        XlsxError::IoError(cause) | XlsxError::ZipError(ZipError::Io(cause)) => {
            Error::io("the workbook cannot be written", cause)
        }
        XlsxError::TempFileError(folder, cause) => {
            Error::io(format!("can't write temporary files in `{}`", folder.display()), cause)
                .hint("name a folder with room by TMPDIR, as in `TMPDIR=~/tmp postil export xlsx …`")
        }
        XlsxError::ZipError(cause) => Error::refused("a sheet is larger than a workbook can hold: 4 GiB")
            .caused_by(cause)
            .hint("`postil export csv -o FOLDER` writes tables of any size"),
        other => Error::internal("the workbook cannot be put together").caused_by(other),
    }
}

#[cfg(test)]
mod tests;
