//! From what was typed to the files that are meant.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The longest text the store can hold, in bytes: SQLite's limit of one value.
const LONGEST: u64 = 1_000_000_000;

/// The endings of the files taken from a folder.
const TEXT_ENDINGS: [&str; 2] = ["txt", "md"];

/// One text to add.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file as it was typed; empty for standard input.
    pub typed: String,
    /// The file's name without its ending; `None` for standard input, or when it is not UTF-8.
    pub stem: Option<String>,
    /// Its bytes, or where they are.
    pub content: Content,
}

/// The bytes of a [`Source`].
#[derive(Debug, Clone)]
pub enum Content {
    /// A regular file, read when its turn comes.
    File(PathBuf),
    /// Bytes from a pipe, which can be read only once.
    Bytes(Vec<u8>),
}

/// The sources that `paths` mean: files, folders (their `.txt` and `.md` files), patterns, and `-` for `input`.
///
/// Sizes are checked before anything is read; `most` is in bytes.
///
/// # Errors
/// Refused when a path leads nowhere or to something too large; every such path is named.
pub fn gather(folder: &Path, paths: &[PathBuf], input: &mut dyn Read, most: u64) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    let mut refusals = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            match read_within(input, most.min(LONGEST), "standard input") {
                Ok(bytes) => {
                    sources.push(Source { typed: String::new(), stem: None, content: Content::Bytes(bytes) })
                }
                Err(refusal) => refusals.push(refusal),
            }
            continue;
        }
        match files_of(folder, path) {
            Ok(files) => {
                for (typed, metadata) in files {
                    match source_of(folder, &typed, &metadata, most.min(LONGEST)) {
                        Ok(source) => sources.push(source),
                        Err(refusal) => refusals.push(refusal),
                    }
                }
            }
            Err(refusal) => refusals.push(refusal),
        }
    }
    // A folder is one path and many texts.
    let tried = sources.len() + refusals.len();
    match all_refusals(refusals, tried) {
        Some(error) => Err(error),
        None => Ok(sources),
    }
}

/// One error out of many: alone it stands as it is, together they become a list.
pub(super) fn all_refusals(mut refusals: Vec<Error>, tried: usize) -> Option<Error> {
    /// More lines than this hide the beginning of the list.
    const SHOWN: usize = 20;
    if refusals.len() < 2 {
        let alone = refusals.pop()?;
        return Some(if tried > 1 { alone.hint("nothing was added") } else { alone });
    }
    let mut message = format!("{} of {tried} texts can't be added, so none was", refusals.len());
    for refusal in refusals.iter().take(SHOWN) {
        message.push_str("\n  ");
        message.push_str(refusal.message());
        if let Some(cause) = refusal.causes().first() {
            message.push_str(": ");
            message.push_str(cause);
        }
    }
    if refusals.len() > SHOWN {
        message.push_str(&format!("\n  … and {} more", refusals.len() - SHOWN));
    }
    let mut error = Error::refused(message);
    let mut hints: Vec<&String> = refusals.iter().flat_map(Error::hints).collect();
    hints.dedup();
    hints.truncate(3);
    for hint in hints {
        error = error.hint(hint.clone());
    }
    Some(error)
}

/// The files that one path means, as typed, in a fixed order.
fn files_of(folder: &Path, path: &Path) -> Result<Vec<(PathBuf, Metadata)>> {
    match std::fs::metadata(folder.join(path)) {
        Ok(metadata) if metadata.is_dir() => files_in(folder, path),
        Ok(metadata) => Ok(vec![(path.to_path_buf(), metadata)]),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => match path.to_str() {
            Some(pattern) if pattern.contains(['*', '?', '[']) => files_like(folder, pattern),
            _ => Err(not_there(folder, path)),
        },
        Err(cause) => Err(Error::io(format!("can't read `{}`", path.display()), cause)),
    }
}

fn files_in(folder: &Path, path: &Path) -> Result<Vec<(PathBuf, Metadata)>> {
    let failed = |cause| Error::io(format!("can't read the folder `{}`", path.display()), cause);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.join(path)).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        let file = path.join(&name);
        let ending = file.extension().and_then(OsStr::to_str).unwrap_or("").to_ascii_lowercase();
        let hidden = name.as_encoded_bytes().starts_with(b".");
        if hidden || !TEXT_ENDINGS.contains(&ending.as_str()) {
            continue;
        }
        let metadata = std::fs::metadata(folder.join(&file)).map_err(failed)?;
        if metadata.is_file() {
            found.push((file, metadata));
        }
    }
    if found.is_empty() {
        return Err(Error::refused(format!(
            "there is no .txt or .md file in the folder `{}`",
            path.display()
        ))
        .hint(format!(
            "other files are added by name or pattern: `postil document add '{}/*'`",
            path.display()
        )));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(found)
}

fn files_like(folder: &Path, pattern: &str) -> Result<Vec<(PathBuf, Metadata)>> {
    // The folder is no pattern, whatever characters are in its name.
    let whole = match Path::new(pattern).is_absolute() {
        true => pattern.to_owned(),
        false => format!("{}/{pattern}", glob::Pattern::escape(&folder.to_string_lossy())),
    };
    let matches = glob::glob(&whole).map_err(|cause| {
        Error::refused(format!("`{pattern}` is no pattern"))
            .caused_by(cause)
            .hint("`*` stands for any part of a name")
    })?;
    let mut found = Vec::new();
    for path in matches {
        let path = path.map_err(|cause| Error::refused("a folder can't be read").caused_by(cause))?;
        let metadata = std::fs::metadata(&path)
            .map_err(|cause| Error::io(format!("can't read `{}`", path.display()), cause))?;
        if metadata.is_file() {
            let typed = path.strip_prefix(folder).map(Path::to_path_buf).unwrap_or(path);
            found.push((typed, metadata));
        }
    }
    if found.is_empty() {
        return Err(Error::refused(format!("no file matches `{pattern}`"))
            .hint("the name of a folder alone adds its .txt and .md files: `postil document add FOLDER`"));
    }
    Ok(found)
}

fn not_there(folder: &Path, path: &Path) -> Error {
    let parent = folder.join(path).parent().map(Path::to_path_buf).unwrap_or_default();
    let names: Vec<String> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let wanted = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    Error::refused(format!("there is no file `{}`", path.display()))
        .did_you_mean(&wanted, names.iter().map(String::as_str))
        .hint("paths start from this folder; `postil document add FOLDER` adds the .txt and .md files of one")
}

fn source_of(folder: &Path, typed: &Path, metadata: &Metadata, most: u64) -> Result<Source> {
    let path = folder.join(typed);
    let name = typed.display().to_string();
    let content = if metadata.is_file() {
        if metadata.len() > most {
            return Err(too_large(&name, Some(metadata.len()), most));
        }
        Content::File(path)
    } else {
        // A pipe or a device tells no size and is read at once: it may keep us waiting, and nobody else must wait then.
        let mut file = open(&path, &name)?;
        Content::Bytes(read_within(&mut file, most, &name)?)
    };
    let stem = typed.file_stem().and_then(OsStr::to_str).map(|stem| stem.trim().to_owned());
    Ok(Source { typed: name, stem, content })
}

impl Source {
    /// The bytes; `most` guards against a file that grew since it was looked at.
    ///
    /// # Errors
    /// When the file cannot be read or is too large by now.
    pub(super) fn into_bytes(self, most: u64) -> Result<(Self, Vec<u8>)> {
        let Source { typed, stem, content } = self;
        let bytes = match content {
            Content::Bytes(bytes) => bytes,
            Content::File(path) => read_within(&mut open(&path, &typed)?, most.min(LONGEST), &typed)?,
        };
        Ok((Source { typed, stem, content: Content::Bytes(Vec::new()) }, bytes))
    }
}

fn open(path: &Path, name: &str) -> Result<std::fs::File> {
    std::fs::File::open(path).map_err(|cause| Error::io(format!("can't read `{name}`"), cause))
}

/// Reads to the end, but never more than one byte past `most`.
fn read_within(source: &mut dyn Read, most: u64, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| Error::io(format!("can't read `{name}`"), cause))?;
    if bytes.len() as u64 > most {
        return Err(too_large(name, None, most));
    }
    Ok(bytes)
}

fn too_large(name: &str, size: Option<u64>, most: u64) -> Error {
    let shown = size.map(|size| format!(" ({})", in_words(size))).unwrap_or_default();
    let error = Error::refused(format!("`{name}` is too large{shown}: the limit is {}", in_words(most)));
    if most >= LONGEST || size.is_some_and(|size| size > LONGEST) {
        return error.hint("a text has at most 1,000,000,000 bytes: split it into several documents");
    }
    let enough = match size {
        Some(size) => format!("{}MiB", size.div_ceil(1 << 20)),
        None => "SIZE".to_owned(),
    };
    error.hint(format!("split it into several documents, or raise the limit: `--max-size {enough}`"))
}

/// A number of bytes for people: `64 MiB`.
fn in_words(bytes: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.into_iter().find(|(_, size)| bytes >= *size) {
        Some((unit, size)) if bytes.is_multiple_of(size) => format!("{} {unit}", bytes / size),
        Some((unit, size)) => format!("{:.1} {unit}", bytes as f64 / size as f64),
        None => format!("{bytes} bytes"),
    }
}
