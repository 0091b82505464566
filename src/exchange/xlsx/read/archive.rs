//! The archive that a workbook is, opened with suspicion.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom};

use memchr::memmem;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::limits::Limits;
use crate::error::{Error, Result};

/// The archive of a workbook.
pub(super) struct Archive<R> {
    zip: ZipArchive<R>,
    limits: Limits,
    /// How much may still come out of it, in bytes.
    left: u64,
}

/// A file of the archive being read. The archive's crate fails when more comes out of it than the archive says.
pub(super) struct Part<'a, R: Read + Seek> {
    file: ZipFile<'a, R>,
    left: &'a mut u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens the archive that `source` is.
    ///
    /// # Errors
    /// Refuses what is no archive, is cut short, has too many files, two of one name, or one whose name leads out of it.
    pub(super) fn open(mut source: R, limits: Limits) -> Result<Self> {
        check_entries(&mut source, limits)?;
        let mut zip = ZipArchive::new(source).map_err(damaged)?;
        // Nothing is ever unpacked to where a name says. But what has such names was made to do harm elsewhere, and is no
        // spreadsheet program's work.
        if let Some(name) = zip.file_names_raw().find(|name| leads_out(name)) {
            let name = String::from_utf8_lossy(name);
            return Err(Error::refused(format!(
                "the workbook's archive holds a file `{name}`, which leads out of it"
            ))
            .hint(SAVE_AGAIN));
        }
        for index in 0..zip.len() {
            let file = zip.by_index_raw(index).map_err(damaged)?;
            if file.is_symlink() {
                return Err(Error::refused(format!(
                    "the workbook's archive holds a link, `{}`",
                    String::from_utf8_lossy(file.name_raw())
                ))
                .hint(SAVE_AGAIN));
            }
        }
        let mut names = HashSet::new();
        let is_double = zip.file_names_raw().any(|name| !names.insert(name.to_ascii_lowercase()));
        if is_double || zip.has_duplicate_names() {
            return Err(Error::refused("the workbook is damaged: its archive holds two files of one name")
                .hint(SAVE_AGAIN));
        }
        Ok(Archive { zip, limits, left: limits.inflated })
    }

    /// Whether the archive has the file `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The file `name`, if it is there.
    ///
    /// # Errors
    /// Refuses a file that is encrypted, or would be larger than it may.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Part<'_, R>>> {
        if !self.has(name) {
            return Ok(None);
        }
        let file = self.zip.by_name(name).map_err(damaged)?;
        if file.encrypted() {
            return Err(encrypted());
        }
        let (stated, packed) = (file.size(), file.compressed_size());
        let allowed = Limits::FEW.max(packed.saturating_mul(self.limits.ratio));
        if stated > allowed || stated > self.left {
            return Err(Error::refused(format!(
                "the workbook's file `{name}` would unpack from {packed} to {stated} bytes, more than is read"
            ))
            .hint("no spreadsheet program packs a table like that; if it is one, save it as CSV and `postil import csv` it"));
        }
        Ok(Some(Part { file, left: &mut self.left }))
    }

    /// The whole of a small file.
    ///
    /// # Errors
    /// As [`Archive::part`]; refuses a file of more than `most` bytes.
    pub(super) fn small(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>> {
        let Some(part) = self.part(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        part.take(most + 1).read_to_end(&mut bytes).map_err(|cause| unreadable(name, cause))?;
        if bytes.len() as u64 > most {
            return Err(Error::refused(format!("the workbook's file `{name}` is larger than {most} bytes")));
        }
        Ok(Some(bytes))
    }
}

impl<R: Read + Seek> Read for Part<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        *self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// What to do with most damaged workbooks.
pub(super) const SAVE_AGAIN: &str = "open it in a spreadsheet program and save it again as .xlsx or .ods; or save the sheet as CSV and `postil import csv` it";

/// Whether a file of this name would be put elsewhere than below the folder that an archive is unpacked in.
fn leads_out(name: &[u8]) -> bool {
    let has_drive = name.get(1) == Some(&b':');
    name.starts_with(b"/")
        || name.contains(&b'\\')
        || has_drive
        || name.split(|byte| *byte == b'/').any(|part| part == b"..")
}

/// A password was set.
pub(super) fn encrypted() -> Error {
    Error::refused("the workbook is encrypted").hint("open it with its password, and save it without one")
}

/// The archive cannot be read.
fn damaged(cause: zip::result::ZipError) -> Error {
    match cause {
        zip::result::ZipError::Io(cause) if cause.kind() != io::ErrorKind::UnexpectedEof => {
            Error::io("the workbook cannot be read", cause)
        }
        cause => Error::refused("the workbook is damaged or was cut short: its archive cannot be read")
            .caused_by(cause)
            .hint(SAVE_AGAIN),
    }
}

/// A file of the archive cannot be read on.
pub(super) fn unreadable(name: &str, cause: io::Error) -> Error {
    Error::refused(format!("the workbook is damaged: its file `{name}` cannot be read on"))
        .caused_by(cause)
        .hint(SAVE_AGAIN)
}

/// Counts the headers of files before the archive's own reader makes room for them: a few megabytes can claim millions.
/// What looks like one by chance does not matter.
fn check_entries<R: Read + Seek>(source: &mut R, limits: Limits) -> Result<()> {
    const BLOCK: usize = 1 << 16;
    const SIGNATURE: &[u8; 4] = b"PK\x01\x02";
    let finder = memmem::Finder::new(SIGNATURE);
    let failed = |cause| Error::io("the workbook cannot be read", cause);
    let size = source.seek(SeekFrom::End(0)).map_err(failed)?;
    if size > limits.file {
        return Err(Error::refused(format!(
            "the workbook has {size} bytes; at most {} are read",
            limits.file
        ))
        .hint("save its sheets as CSV and `postil import csv` them"));
    }
    source.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut block = vec![0; BLOCK];
    let (mut kept, mut entries) = (0, 0);
    loop {
        let read = source.read(&mut block[kept..]).map_err(failed)?;
        if read == 0 {
            break;
        }
        let filled = kept + read;
        entries += finder.find_iter(&block[..filled]).count() as u64;
        // A signature may lie across the border of two blocks.
        kept = filled.min(SIGNATURE.len() - 1);
        block.copy_within(filled - kept..filled, 0);
    }
    if entries > limits.parts {
        return Err(Error::refused(format!(
            "the workbook's archive holds {entries} files; at most {} are read",
            limits.parts
        )));
    }
    source.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(())
}
