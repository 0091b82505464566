//! A whole bundle, in the order in which its files refer to each other; and rows that are missing from a complete export.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use super::{Import, Options, Outcome, run};
use crate::actions::Session;
use crate::error::{Error, Result};
use crate::exchange::datapackage::{Content, Manifest};
use crate::store::select::Selection;

/// The largest manifest that is read.
const LARGEST_MANIFEST: u64 = 64 << 20;
/// The largest text of a bundle that is read, in bytes.
const LARGEST_TEXT: u64 = 1 << 30;

/// Imports the bundle in `folder`. An empty store takes over the bundle's project id, so that ids derived from it agree.
///
/// # Errors
/// As [`super::import_annotations`]; refused when the folder holds no table of a bundle.
pub fn import_bundle(
    session: &mut Session,
    folder: &Path,
    options: &Options,
    rejects: Option<&mut dyn Write>,
) -> Result<Outcome> {
    let manifest = read_manifest(folder)?;
    let options = Options {
        no_guard: options.no_guard || manifest.as_ref().is_some_and(|manifest| !manifest.guard),
        ..options.clone()
    };
    let known =
        ["coders.csv", "codes.csv", "documents.csv", "memos.csv", "assignments.csv", "annotations.csv"];
    if !known.iter().any(|name| folder.join(name).is_file()) {
        return Err(Error::refused(format!(
            "the folder `{}` holds no table that postil writes",
            folder.display()
        ))
        .hint("a bundle is a folder written by `postil export csv -o FOLDER`"));
    }
    if let Some(manifest) = &manifest
        && !options.dry_run
    {
        session.store.adopt_project(manifest.project, &manifest.name)?;
    }
    let complete = manifest.as_ref().and_then(complete_rows);
    let name =
        folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.display().to_string());
    run(session, &name, &options, rejects, |import| {
        let each =
            |name: &str,
             import: &mut Import<'_, '_>,
             work: &mut dyn FnMut(&mut Import<'_, '_>, BufReader<File>) -> Result<()>| {
                let Some(file) = open(&folder.join(name))? else { return Ok(()) };
                let outer = std::mem::replace(&mut import.file, name.to_owned());
                let outcome = work(import, file);
                import.file = outer;
                outcome
            };
        each("coders.csv", import, &mut |import, file| import.coders(file))?;
        each("codes.csv", import, &mut |import, file| import.codes(file))?;
        each("documents.csv", import, &mut |import, file| {
            import.documents(file, |path| read_text(folder, path))
        })?;
        each("memos.csv", import, &mut |import, file| import.memos(file))?;
        each("assignments.csv", import, &mut |import, file| import.assignments(file))?;
        each("annotations.csv", import, &mut |import, file| import.annotations(file))?;
        import.finish_annotations(complete)
    })
}

/// How many annotations a complete export held, as the manifest beside `table` says; `None` without one.
///
/// # Errors
/// Refused when the manifest is not readable.
pub fn complete_rows_beside(table: &Path) -> Result<Option<u64>> {
    let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(read_manifest(folder)?.as_ref().and_then(complete_rows))
}

fn complete_rows(manifest: &Manifest) -> Option<u64> {
    match manifest.resource("annotations.csv")?.content {
        Content::Table { rows, .. } => Some(rows),
        Content::Text => None,
    }
}

fn read_manifest(folder: &Path) -> Result<Option<Manifest>> {
    let Some(file) = open(&folder.join("datapackage.json"))? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(LARGEST_MANIFEST).read_to_end(&mut bytes)?;
    Manifest::from_bytes(&bytes).map(Some)
}

fn open(path: &Path) -> Result<Option<BufReader<File>>> {
    match File::open(path) {
        Ok(file) => Ok(Some(BufReader::with_capacity(1 << 18, file))),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::io(format!("can't read `{}`", path.display()), cause)),
    }
}

/// The bytes of a text of the bundle. The path was checked to stay within it; a link could still lead out.
fn read_text(folder: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    let place: PathBuf = folder.join(path);
    if place.symlink_metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Ok(None);
    }
    let Some(file) = open(&place)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(LARGEST_TEXT).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

impl Import<'_, '_> {
    /// Deletes what a complete export held and the file does not, where that was asked for.
    pub(super) fn finish_annotations(&mut self, complete: Option<u64>) -> Result<()> {
        if !self.options.missing_means_deleted {
            return Ok(());
        }
        let Some(complete) = complete else {
            return Err(Error::refused(
                "nothing proves that the file was a complete export: there is no manifest beside it",
            )
            .hint("import the folder that `postil export csv -o FOLDER` wrote, with its datapackage.json"));
        };
        let mut missing = Vec::new();
        let mut there = 0;
        let seen = std::mem::take(&mut self.seen_annotations);
        self.tx.reader().each_annotation(&Selection::default(), |annotation| {
            if seen.contains(&annotation.uuid) {
                there += 1;
            } else {
                missing.push(annotation.id);
            }
            Ok(())
        })?;
        // What came into the store since the export is missing from the file too. Only where the numbers add up
        // is what is missing what was deleted.
        let new = self.outcome.annotations.new;
        if there + missing.len() as u64 - new != complete {
            return Err(Error::refused(format!(
                "the export held {complete} annotations, but the store held {} before this import: rows that are missing can't be told from annotations made since",
                there + missing.len() as u64 - new
            ))
            .hint("write `delete` in the column `action` of the rows that are to go"));
        }
        for id in missing {
            self.tx.delete_annotation(id)?;
            self.outcome.annotations.deleted += 1;
        }
        Ok(())
    }
}
