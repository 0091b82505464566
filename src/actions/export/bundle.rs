//! The bundle: everything a store holds, as a folder of tables and texts with a manifest.

use std::fs;
use std::io::Write;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::rows::Rows;
use super::tables::Tables;
use super::{ANNOTATIONS, WriteOptions, part_name, write_parts};
use crate::actions::Session;
use crate::actions::files::{
    cannot_write, create_private, create_private_dir, half_replaced, is_occupied, replace_files,
};
use crate::domain::Digest;
use crate::domain::name::as_typed;
use crate::error::{Error, Result};
use crate::exchange::annotations;
use crate::exchange::datapackage::{Content, Manifest, Resource};
use crate::exchange::documents::{self, DocumentRow, DocumentWriter};
use crate::exchange::record::{Record, RecordWriter};
use crate::stop::{self, Hold};
use crate::store::place;
use crate::store::select::Selection;

/// What goes into a bundle, and how it is written.
#[derive(Debug, Clone)]
pub struct BundleOptions {
    /// Leave the texts out.
    pub no_texts: bool,
    /// Replace the files of an earlier bundle.
    pub force: bool,
    /// How the tables are written.
    pub writing: WriteOptions,
    /// Which annotations.
    pub selection: Selection,
    /// The most rows of one file, [`MOST_ROWS`](super::MOST_ROWS) but in tests.
    pub most_rows: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub struct BundleOutcome {
    /// Annotations.
    pub annotations: u64,
    /// Documents.
    pub documents: u64,
    /// Codes.
    pub codes: u64,
    /// Files of annotations.
    pub parts: usize,
    /// Files, the manifest included.
    pub files: u64,
}

/// Writes the bundle into the folder `target`, which appears whole or not at all; into an existing folder the files are
/// moved one by one.
///
/// # Errors
/// Refused when `target` holds files and `force` is not set; the store's and the system's.
pub fn write_bundle(session: &Session, target: &Path, options: &BundleOptions) -> Result<BundleOutcome> {
    let occupied = is_occupied(target);
    if occupied && !options.force {
        return Err(Error::refused(format!("the folder `{}` is not empty", target.display()))
            .hint("name a new folder, or add `--force` to replace the files of an earlier export"));
    }
    if target.exists() && !target.is_dir() {
        return Err(Error::refused(format!("`{}` is a file", target.display()))
            .hint("name a folder, or a file that ends in `.csv` for the annotations alone"));
    }
    if let Some(ending) = single_file_ending(target) {
        return Err(Error::refused(format!(
            "`{}` looks like a file, but a bundle is a folder",
            target.display()
        ))
        .hint(format!("for the annotations in one file: `{}`", target.with_extension("csv").display()))
        .hint(match ending {
            "xlsx" | "ods" => {
                format!("for a workbook: `postil export xlsx -o {}`", target.with_extension("xlsx").display())
            }
            _ => {
                format!("postil writes no .{ending} files; for a bundle name a folder without such an ending")
            }
        }));
    }
    let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |cause| cannot_write(target, cause);
    if !parent.exists() {
        return Err(Error::refused(format!("there is no folder `{}`", parent.display()))
            .hint(format!("make it first: `mkdir -p {}`", as_typed(parent.display()))));
    }
    // Declared before the draft, so that it is dropped after it: a signal may end the process only when the draft is gone.
    let _hold = Hold::new();
    // Mode 0700, which the folder keeps in its place.
    let draft = tempfile::Builder::new().prefix(place::DRAFT).tempdir_in(parent).map_err(failed)?;

    let mut bundle = Bundle { folder: draft.path(), writing: options.writing, resources: Vec::new() };
    let outcome = bundle.write(session, options)?;
    let bare = !target.exists() || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    if bare {
        place::put_folder(draft, target)?;
    } else {
        place::sync_below(draft.path()).map_err(failed)?;
        replace_files(draft.path(), target, 0)?;
        remove_later_parts(target, outcome.parts + 1)
            .and_then(|()| place::sync_folders(target))
            .map_err(|cause| half_replaced(target, cause))?;
    }
    Ok(outcome)
}

/// The ending of a path that somebody took for one file: a folder that does not exist yet with a file's ending.
fn single_file_ending(target: &Path) -> Option<&str> {
    let ending = target.extension()?.to_str()?;
    let is_file = ["txt", "tsv", "xlsx", "xls", "ods", "json", "jsonl", "zip"];
    (!target.exists() && is_file.iter().any(|known| ending.eq_ignore_ascii_case(known))).then_some(ending)
}

/// Removes the parts that an earlier, longer export left: an import would read on into them.
fn remove_later_parts(folder: &Path, first: usize) -> std::io::Result<()> {
    for part in first.. {
        match fs::remove_file(folder.join(part_name(ANNOTATIONS, part))) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => break,
            removed => removed?,
        }
    }
    Ok(())
}

struct Bundle<'a> {
    folder: &'a Path,
    writing: WriteOptions,
    resources: Vec<Resource>,
}

impl Bundle<'_> {
    fn write(&mut self, session: &Session, options: &BundleOptions) -> Result<BundleOutcome> {
        let (rows, tables) = session.store.read(|store| {
            Ok((Rows::read(store.reader(), &options.selection)?, Tables::read(store.reader())?))
        })?;
        let mut outcome = BundleOutcome::default();

        let begin = |part| self.create(&part_name(ANNOTATIONS, part));
        for (count, sink) in write_parts(session, &rows, begin, self.writing, options.most_rows)? {
            outcome.annotations += count;
            outcome.parts += 1;
            self.add(sink, Content::table(count, self.writing.delimiter, &annotations::COLUMNS, &[]))?;
        }

        outcome.codes = self.table("codes.csv", &tables.codes)?;
        self.table("coders.csv", &tables.coders)?;
        self.table("memos.csv", &tables.memos)?;
        self.table("assignments.csv", &tables.assignments)?;

        let names: Vec<&str> = tables.attributes.iter().map(String::as_str).collect();
        let mut writer = DocumentWriter::new(self.create("documents.csv")?, self.writing, &names)?;
        for (document, _) in &tables.documents {
            let file = if options.no_texts { String::new() } else { document.file.clone() };
            writer.write(&DocumentRow { file, ..document.clone() })?;
        }
        outcome.documents = writer.rows();
        let content = Content::table(
            outcome.documents,
            self.writing.delimiter,
            &documents::COLUMNS,
            &writer.attribute_columns(),
        );
        self.add(writer.finish()?, content)?;

        if !options.no_texts {
            create_private_dir(&self.folder.join("texts"))
                .map_err(|cause| cannot_write(self.folder, cause))?;
            for (document, text) in &tables.documents {
                let mut sink = self.create(&document.file)?;
                session.reader().with_text_body(*text, |body| Ok(sink.write_all(body.as_bytes())?))?;
                self.add(sink, Content::Text)?;
            }
        }
        let info = session.store.info();
        self.resources.sort_by(|one, other| one.path.cmp(&other.path));
        let manifest = Manifest {
            name: info.name.clone(),
            project: info.project,
            guard: self.writing.guard,
            resources: std::mem::take(&mut self.resources),
        };
        outcome.files = manifest.resources.len() as u64 + 1;
        let place = self.folder.join("datapackage.json");
        create_private(&place)
            .and_then(|mut file| file.write_all(&manifest.to_bytes()))
            .map_err(|cause| cannot_write(&place, cause))?;
        Ok(outcome)
    }

    fn create(&self, path: &str) -> Result<Measured> {
        let place = self.folder.join(path);
        let file = create_private(&place).map_err(|cause| cannot_write(&place, cause))?;
        Ok(Measured {
            path: path.to_owned(),
            file: std::io::BufWriter::with_capacity(1 << 15, file),
            sha256: Sha256::new(),
            bytes: 0,
        })
    }

    fn table<T: Record>(&mut self, path: &str, records: &[T]) -> Result<u64> {
        let mut writer = RecordWriter::new(self.create(path)?, self.writing)?;
        for record in records {
            writer.write(record)?;
        }
        let rows = writer.rows();
        self.add(writer.finish()?, Content::table(rows, self.writing.delimiter, T::COLUMNS, &[]))?;
        Ok(rows)
    }

    fn add(&mut self, sink: Measured, content: Content) -> Result<()> {
        let place = self.folder.join(&sink.path);
        sink.file.into_inner().map_err(|error| cannot_write(&place, error.into_error()))?;
        let sha256 = Digest::from_bytes(sink.sha256.finalize().into());
        self.resources.push(Resource { path: sink.path, bytes: sink.bytes, sha256, content });
        Ok(())
    }
}

/// A file that is hashed and counted as it is written.
struct Measured {
    path: String,
    file: std::io::BufWriter<fs::File>,
    sha256: Sha256,
    bytes: u64,
}

impl Write for Measured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        stop::check()?;
        let written = self.file.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}
