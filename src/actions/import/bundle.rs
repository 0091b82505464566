//! A whole bundle, in the order in which its files refer to each other; and rows that are missing from a complete export.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::annotations::Gathered;
use super::{Import, Options, Outcome, run};
use crate::actions::Session;
use crate::actions::export::{ANNOTATIONS, part_name};
use crate::domain::Digest;
use crate::error::{Error, Result};
use crate::exchange::datapackage::{Content, Manifest};

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
    let known = ["coders.csv", "codes.csv", "documents.csv", "memos.csv", "assignments.csv", ANNOTATIONS];
    if !known.iter().any(|name| folder.join(name).symlink_metadata().is_ok_and(|found| !found.is_dir())) {
        return Err(Error::refused(format!(
            "the folder `{}` holds no table that postil writes",
            folder.display()
        ))
        .hint("a bundle is a folder written by `postil export csv -o FOLDER`"));
    }
    let complete = manifest.as_ref().and_then(complete_rows);
    let name =
        folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.display().to_string());
    run(session, "import csv", &name, &options, rejects, |import| {
        if let Some(manifest) = &manifest {
            import.tx.adopt_project(manifest.project, &manifest.name)?;
        }
        let mut each =
            |name: &str, work: &mut dyn FnMut(&mut Import<'_, '_>, BufReader<File>) -> Result<()>| {
                let Some(file) = open(&folder.join(name))? else { return Ok(false) };
                let outer = std::mem::replace(&mut import.file, name.to_owned());
                import.is_intact = is_intact(folder, name, manifest.as_ref())?;
                work(import, file)?;
                import.file = outer;
                Ok::<bool, Error>(true)
            };
        each("coders.csv", &mut |import, file| import.coders(file))?;
        each("codes.csv", &mut |import, file| import.codes(file))?;
        each("documents.csv", &mut |import, file| import.documents(file, |path| read_text(folder, path)))?;
        each("memos.csv", &mut |import, file| import.memos(file))?;
        each("assignments.csv", &mut |import, file| import.assignments(file))?;
        let mut gathered = Gathered::default();
        let mut part = 1;
        while each(&part_name(ANNOTATIONS, part), &mut |import, file| {
            import.annotations(file, &mut gathered)
        })? {
            part += 1;
        }
        ANNOTATIONS.clone_into(&mut import.file);
        import.write_new(gathered)?;
        import.delete_missing(complete)?;
        import.file = name.clone();
        Ok(())
    })
}

/// Whether the table `name` is, to the byte, the one that the manifest speaks of: nobody edited it. Not asked of the
/// annotations, where each row's version tells.
fn is_intact(folder: &Path, name: &str, manifest: Option<&Manifest>) -> Result<bool> {
    let resource = manifest.and_then(|manifest| manifest.resource(name));
    let Some(resource) = resource.filter(|_| !name.starts_with("annotations")) else { return Ok(false) };
    let path = folder.join(name);
    // What is of another length need not be read to the end, which may be far.
    if path.metadata().is_ok_and(|metadata| metadata.len() != resource.bytes) {
        return Ok(false);
    }
    let Some(mut file) = open(&path)? else { return Ok(false) };
    let mut sha256 = Sha256::new();
    loop {
        let block = file.fill_buf()?;
        if block.is_empty() {
            break;
        }
        sha256.update(block);
        let read = block.len();
        file.consume(read);
    }
    Ok(Digest::from_bytes(sha256.finalize().into()) == resource.sha256)
}

/// How many annotations a complete export held, as the manifest beside `table` says; `None` without one.
///
/// # Errors
/// Refused when the manifest is not readable.
pub fn complete_rows_beside(table: &Path) -> Result<Option<u64>> {
    let folder = table.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(read_manifest(folder)?.as_ref().and_then(complete_rows))
}

/// The rows of all parts of the table.
fn complete_rows(manifest: &Manifest) -> Option<u64> {
    let rows = |part| match manifest.resource(&part_name(ANNOTATIONS, part))?.content {
        Content::Table { rows, .. } => Some(rows),
        Content::Text => None,
    };
    rows(1).map(|first| first + (2..).map_while(rows).sum::<u64>())
}

fn read_manifest(folder: &Path) -> Result<Option<Manifest>> {
    let Some(file) = open(&folder.join("datapackage.json"))? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(LARGEST_MANIFEST).read_to_end(&mut bytes)?;
    Manifest::from_bytes(&bytes).map(Some)
}

/// Opens a file of a bundle. Looked at before it is opened: a pipe would keep us waiting, and a link may lead anywhere.
fn open(path: &Path) -> Result<Option<BufReader<File>>> {
    let cannot = |cause| Error::io(format!("can't read `{}`", path.display()), cause);
    match path.symlink_metadata() {
        Ok(metadata) if !metadata.is_file() => {
            let what = if metadata.is_symlink() { "a link" } else { "not a regular file" };
            Err(Error::refused(format!("`{}` is {what}; a bundle holds plain files", path.display()))
                .hint("put a copy of the file itself there"))
        }
        Ok(_) => Ok(Some(BufReader::with_capacity(1 << 18, File::open(path).map_err(cannot)?))),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cannot(cause)),
    }
}

/// The bytes of a text of the bundle. The path was checked to stay within it; a link could still lead out, and stands for
/// nothing.
fn read_text(folder: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    let mut place: PathBuf = folder.to_path_buf();
    for part in Path::new(path) {
        place.push(part);
        let Ok(metadata) = place.symlink_metadata() else { return Ok(None) };
        if !metadata.is_file() && !metadata.is_dir() {
            return Ok(None);
        }
    }
    if !place.is_file() {
        return Ok(None);
    }
    let Some(file) = open(&place)? else { return Ok(None) };
    let mut bytes = Vec::new();
    file.take(LARGEST_TEXT).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
