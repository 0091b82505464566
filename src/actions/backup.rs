//! Copies of a store, plain or encrypted, and the way back.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use chrono::DateTime;

use super::Session;
use super::care;
use super::files::NewFile;
use super::secrets::{Lock, Passphrase, identities_in};
use crate::domain::name::as_typed;
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::sealed::{self, Identities, Sealed, Sealer};
use crate::store::SCHEMA_VERSION;
use crate::store::arrival::Arrival;
use crate::store::check::Report;

/// Where the copy of a store is to be: at `target`, or beside the store under its name and the day. Whoever is to type a
/// passphrase is told before if it can't be there.
///
/// # Errors
/// Refused when something is there already, unless `force`, and when there is no such folder.
pub fn place(session: &Session, target: Option<PathBuf>, encrypted: bool, force: bool) -> Result<PathBuf> {
    let target = target.unwrap_or_else(|| beside(session.store.path(), session.now(), encrypted));
    if is_same(&target, session.store.path()) {
        return Err(Error::refused(format!("`{}` is the store itself", target.display()))
            .hint("name another file: `postil backup ../backups/study.postil`"));
    }
    if target.is_dir() {
        return Err(Error::refused(format!("`{}` is a folder", target.display())).hint(format!(
            "name a file in it: `postil backup {}`",
            as_typed(format!("{}/study.postil", target.display()))
        )));
    }
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
            .hint("make it first; `postil backup` without a name writes beside the store"));
    }
    if !force && target.symlink_metadata().is_ok() {
        return Err(Error::refused(format!("`{}` exists already", target.display()))
            .hint("`--force` overwrites it; without a name, `postil backup` puts the day into one"));
    }
    Ok(target)
}

/// Copies the store to `target`, which [`place`] found to be fit.
///
/// # Errors
/// Refused when something is there by now, unless `force`; corrupt when it would be replaced by a damaged store; the
/// store's and the system's.
pub fn write(session: &Session, target: &Path, lock: Option<&Lock>, force: bool) -> Result<()> {
    if force && target.exists() {
        refuse_if_damaged(session, target)?;
    }
    let Some(lock) = lock else { return session.store.back_up(target, force) };
    // The passphrase is worked into a key before the store is read: writers wait for that.
    let mut sealer = Sealer::new(lock, NewFile::create(target, force)?)?;
    session.store.stream_to(&mut sealer)?;
    sealer.finish()?.persist()
}

/// The copy that is there may be the last good one: a damaged store does not replace it. A copy under a new name is made of
/// any store, since it takes nothing away.
fn refuse_if_damaged(session: &Session, target: &Path) -> Result<()> {
    let report = care::check(session)?;
    let Some(finding) = report.findings.first() else { return Ok(()) };
    let target = target.display();
    Err(Error::new(
        ErrorKind::Corrupt,
        format!("the store is damaged, and `{target}` may be its last good copy: it was not replaced"),
    )
    .caused_by(format!("{} {}: {}", finding.entity, finding.id, finding.what))
    .hint("`postil check` says what is wrong; a backup under another name is made all the same"))
}

/// `study.postil.2026-01-31.backup`: a name that ends in `.postil` would be a second store in the folder, and no
/// command would know any more which one is meant.
fn beside(store: &Path, now: i64, encrypted: bool) -> PathBuf {
    let day = DateTime::from_timestamp_millis(now).unwrap_or_default().format("%Y-%m-%d");
    let mut name = store.as_os_str().to_owned();
    name.push(format!(".{day}.backup{}", if encrypted { ".age" } else { "" }));
    PathBuf::from(name)
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// A backup that is to be a store again.
pub struct Backup {
    name: String,
    target: PathBuf,
    force: bool,
    from: From,
}

enum From {
    Plain(BufReader<File>),
    Sealed(Sealed<BufReader<File>>),
}

/// What opens an encrypted backup.
pub enum Key {
    /// The passphrase that it was made with.
    Passphrase(Passphrase),
    /// Files with secret keys, one of which fits.
    Identities(Vec<PathBuf>),
}

/// What became of a backup.
#[derive(Debug)]
pub struct Restored {
    /// Where the store is.
    pub target: PathBuf,
    /// What a check of it came to. With findings, it is damaged.
    pub report: Report,
    /// Its schema, where that is an older one: the next command that opens it will change it.
    pub older: Option<i32>,
}

impl Backup {
    /// Opens the backup at `path`, which people call `name`, to make a store at `target` of it, or in `folder` under the
    /// name that it had.
    ///
    /// # Errors
    /// Refused when it is no backup, and when something is at the target, unless `force`; corrupt; the system's.
    pub fn open(
        path: &Path,
        name: &str,
        target: Option<PathBuf>,
        folder: &Path,
        force: bool,
    ) -> Result<Backup> {
        let about = |error: Error| error.at(format!("`{name}`"));
        if path.is_dir() {
            return Err(Error::refused(format!("`{name}` is a folder"))
                .hint("name the file that `postil backup` wrote"));
        }
        let failed = |cause: std::io::Error| match cause.kind() {
            std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{name}`")),
            _ => Error::io(format!("can't read `{name}`"), cause),
        };
        let file = File::open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(Error::refused(format!("`{name}` is not a regular file")));
        }
        let mut file = BufReader::with_capacity(sealed::HEADER, file);
        let start = file.fill_buf().map_err(failed)?;
        let is_sealed = start.starts_with(sealed::MAGIC);
        if is_sealed {
            sealed::check_header(start).map_err(about)?;
        } else if start.starts_with(sealed::ARMOR) {
            return Err(Error::refused(format!("`{name}` was encrypted as text, for mail")).hint(format!(
                "`age -d {} > study.backup`, then `postil restore study.backup`",
                as_typed(name)
            )));
        } else if !start.starts_with(b"SQLite format 3\0") {
            return Err(Error::new(ErrorKind::Corrupt, format!("`{name}` is no backup of postil's"))
                .hint("`postil backup` writes such a file; `postil import` reads tables"));
        }
        let target = match target {
            Some(target) => target,
            None => folder.join(former_name(name)?),
        };
        check_target(&target, path, name, force)?;
        let from =
            if is_sealed { From::Sealed(Sealed::new(file).map_err(about)?) } else { From::Plain(file) };
        Ok(Backup { name: name.to_owned(), target, force, from })
    }

    /// Whether it takes a passphrase to open it, or a secret key (`Some(false)`); `None` where it is not encrypted.
    pub fn wants_passphrase(&self) -> Option<bool> {
        match &self.from {
            From::Plain(_) => None,
            From::Sealed(sealed) => Some(sealed.wants_passphrase()),
        }
    }

    /// Makes a store of it. Nothing is at the target before all of it was read and looked at.
    ///
    /// # Errors
    /// Refused when the key does not open it, or when it is damaged and would replace a store; corrupt when it is not
    /// whole, or no store; the system's.
    pub fn restore(self, key: Option<&Key>) -> Result<Restored> {
        let Backup { name, target, force, from } = self;
        let about = |error: Error| error.at(format!("`{name}`"));
        let mut arrival = Arrival::begin(&target)?;
        match (from, key) {
            (From::Plain(mut file), _) => {
                arrival.fill(&mut file, |cause| Error::io(format!("can't read `{name}`"), cause))?;
            }
            (From::Sealed(sealed), Some(Key::Passphrase(passphrase))) => {
                let mut opened = sealed.open(passphrase).map_err(about)?;
                arrival.fill(&mut opened, |cause| about(sealed::cannot_read(cause)))?;
            }
            (From::Sealed(sealed), Some(Key::Identities(files))) => {
                let keys = files.iter().map(|file| identities_in(file)).collect::<Result<Vec<_>>>()?;
                let mut opened = sealed.open_with(&Identities::of(keys)).map_err(about)?;
                arrival.fill(&mut opened, |cause| about(sealed::cannot_read(cause)))?;
            }
            (From::Sealed(_), None) => return Err(Error::internal("an encrypted backup without a key")),
        }
        let report = arrival.check(&name)?;
        if !report.findings.is_empty() && target.symlink_metadata().is_ok() {
            return Err(Error::new(
                ErrorKind::Corrupt,
                format!("`{name}` is damaged, and takes no other store's place"),
            )
            .hint(format!("restore it beside the other: `postil restore {} -o OTHER.postil`", as_typed(name)))
            .hint("`postil salvage OTHER.postil -o NEW.postil` then takes what is sound"));
        }
        let schema = arrival.schema()?;
        arrival.put(force)?;
        Ok(Restored { target, report, older: (schema < SCHEMA_VERSION).then_some(schema) })
    }
}

/// The name that the store of a backup had: `study.postil` of `…/study.postil.2026-01-31.backup.age`.
fn former_name(backup: &str) -> Result<String> {
    const ENDING: &str = ".postil";
    let file = Path::new(backup).file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match file.find(ENDING).filter(|at| *at > 0) {
        Some(at) => Ok(file[..at + ENDING.len()].to_owned()),
        None => Err(Error::refused(format!("the name `{file}` does not say what the store is to be called"))
            .hint(format!("say it: `postil restore {} -o study.postil`", as_typed(backup)))),
    }
}

fn check_target(target: &Path, path: &Path, name: &str, force: bool) -> Result<()> {
    if is_same(target, path) {
        return Err(Error::refused(format!("`{name}` would replace itself")).hint(format!(
            "say where the store is to be: `postil restore {} -o study.postil`",
            as_typed(name)
        )));
    }
    if target.is_dir() {
        return Err(Error::refused(format!("`{}` is a folder", target.display())).hint(format!(
            "name a file in it: `-o {}`",
            as_typed(format!("{}/study.postil", target.display()))
        )));
    }
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir())
    {
        return Err(Error::refused(format!("there is no folder `{}`", folder.display()))
            .hint(format!("make it first: `mkdir -p {}`", as_typed(folder.display()))));
    }
    if !force && target.symlink_metadata().is_ok() {
        return Err(Error::refused(format!("`{}` exists already", target.display())).hint(
            "name another place and compare: `-o OTHER.postil`; `--force` replaces the store that is there",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_knows_what_its_store_was_called() {
        assert_eq!(former_name("a/study.postil.2026-01-31.backup.age").unwrap(), "study.postil");
        assert_eq!(former_name("round-2.1.postil.schema1.backup").unwrap(), "round-2.1.postil");
        assert!(former_name("monday.bak").is_err() && former_name(".postil").is_err());
    }
}
