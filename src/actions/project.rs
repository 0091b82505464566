//! Beginning a project.

use std::path::{Path, PathBuf};

use super::Who;
use crate::domain::copies::cloud_folder;
use crate::domain::id::IdSource;
use crate::domain::name::as_typed;
use crate::domain::name::check_name;
use crate::error::{Error, Result};
use crate::store::{Store, StoreInfo};

/// The ending of a store's file name.
const EXTENSION: &str = "postil";

/// A store that was just made.
#[derive(Debug, Clone)]
pub struct Begun {
    /// Where it is.
    pub path: PathBuf,
    /// Other stores in the same folder: with them, commands must say which store they mean.
    pub neighbours: Vec<PathBuf>,
    /// The cloud whose folder it is in, by the folder's name.
    pub cloud: Option<&'static str>,
}

/// Makes the store `NAME.postil` in `folder`; `name` may have folders of its own and the ending.
///
/// # Errors
/// Refused when the name is none, or when something is there already; I/O failures.
pub fn begin(folder: &Path, name: &str, title: Option<&str>, who: &Who) -> Result<Begun> {
    begin_filled(folder, name, title, who, |_| Ok(())).map(|(begun, ())| begun)
}

/// As [`begin`]; before the store is put in its place, `fill` is given the path that it has until then.
///
/// # Errors
/// As [`begin`], and those of `fill`: there is no new store then.
pub fn begin_filled<T>(
    folder: &Path,
    name: &str,
    title: Option<&str>,
    who: &Who,
    fill: impl FnOnce(&Path) -> Result<T>,
) -> Result<(Begun, T)> {
    let mut path = folder.join(name);
    // Of the name itself: joined to the folder, `.` and nothing at all would name the folder.
    let Some(file_name) = Path::new(name).file_name().and_then(|name| name.to_str()).map(str::to_owned)
    else {
        return Err(Error::refused(format!("`{name}` is no name for a store"))
            .hint("name the project, as in `postil init security`"));
    };
    let stem = file_name.strip_suffix(".postil").unwrap_or(&file_name).to_owned();
    check_name("project", &stem)?;
    if name.ends_with('/') {
        return Err(Error::refused(format!("`{name}` is a folder; a store is a file")).hint(format!(
            "name the project too, as in `postil init {}`",
            as_typed(format!("{name}{stem}"))
        )));
    }
    // Not `set_extension`: that would take the `.1` off `round-2.1`.
    path.set_file_name(format!("{stem}.{EXTENSION}"));
    let title = title.map(str::trim).unwrap_or(&stem);
    check_name("project", title)?;
    let neighbours = stores_in(path.parent().unwrap_or(folder));
    let project = IdSource::new(who.now.unsigned_abs(), who.seed).next_id();
    let info = StoreInfo { project, name: title.to_owned(), created_at: who.now };
    let filled = Store::create_filled(&path, info, fill)?;
    let cloud = path.components().find_map(|part| cloud_folder(part.as_os_str().to_str()?));
    Ok((Begun { path, neighbours, cloud }, filled))
}

fn stores_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == EXTENSION) && path.is_file())
        .collect();
    found.sort();
    found
}
