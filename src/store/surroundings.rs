//! What lies around a store: the file system that it is on, and copies of it that somebody else made.

use std::path::{Path, PathBuf};

use super::open::{Access, Store, StoreInfo, check_header, connect};
use super::schema::APPLICATION_ID;
use crate::domain::copies::conflicted;
use crate::error::{Error, ErrorKind, Result};

/// What lies around a store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The network file system that it is on.
    pub network: Option<&'static str>,
    /// Files beside it, by name, that a cloud folder made of it when two people wrote at once.
    pub copies: Vec<String>,
}

/// The network file system that has this magic number (`statfs.f_type`), if it is one. Under Linux only.
pub fn network_file_system(magic: u64) -> Option<&'static str> {
    match magic {
        0x6969 => Some("NFS"),
        0x517B => Some("SMB"),
        0xFF53_4D42 => Some("CIFS"),
        0xFE53_4D42 => Some("SMB2"),
        // Whatever a program offers as a file system: sshfs, rclone, and some local disks as well.
        0x6573_5546 => Some("FUSE"),
        0x0102_1997 => Some("9p"),
        0x00C3_6400 => Some("Ceph"),
        0x0BD0_0BD0 => Some("Lustre"),
        0x5346_414F => Some("AFS"),
        0x786F_4256 => Some("VirtualBox's shared folders"),
        0xBACB_ACBC => Some("VMware's shared folders"),
        _ => None,
    }
}

#[cfg(target_os = "linux")]
fn network_of(path: &Path) -> Option<&'static str> {
    // The number is 32 bits wide, in a field that some machines read as signed.
    let magic = rustix::fs::statfs(path).ok()?.f_type;
    network_file_system(u64::try_from(magic & 0xFFFF_FFFF).ok()?)
}

#[cfg(not(target_os = "linux"))]
fn network_of(_: &Path) -> Option<&'static str> {
    None
}

impl Store {
    /// What lies around it: one question to the file system, and one look into the folder.
    pub fn surroundings(&self) -> Surroundings {
        let copies = copies_beside(self.path()).into_iter().filter(|path| {
            // A name alone says little: it is a copy if it is the same project's.
            self.is_of_project(path)
        });
        let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        Surroundings { network: network_of(self.path()), copies: copies.filter_map(name).collect() }
    }

    fn is_of_project(&self, path: &Path) -> bool {
        peek(path).is_ok_and(|other| other.project == self.info.project)
    }
}

/// The files beside `path` whose names say that they are copies of it.
fn copies_beside(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let copies = entries
        .filter(|entry| entry.file_name().to_str().is_some_and(|other| conflicted(other, name).is_some()));
    let mut copies: Vec<PathBuf> = copies.map(|entry| entry.path()).collect();
    copies.sort();
    copies
}

/// What the store at `path` says of itself, without changing it: opening it would bring an older one up to date.
///
/// # Errors
/// Corrupt when it is no store; SQLite's.
pub fn peek(path: &Path) -> Result<StoreInfo> {
    check_header(path)?;
    let db = connect(path, Access::Read)?;
    let application: i32 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(Error::new(ErrorKind::Corrupt, format!("`{}` is not a postil store", path.display())));
    }
    let sql = "SELECT project, name, created_at FROM store_info WHERE id = 1";
    Ok(db.query_row(sql, [], |row| {
        Ok(StoreInfo { project: row.get(0)?, name: row.get(1)?, created_at: row.get(2)? })
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_file_systems_are_known_by_their_numbers_and_local_ones_are_left_alone() {
        for (magic, name) in [
            (0x6969, "NFS"),
            (0xFF53_4D42, "CIFS"),
            (0xFE53_4D42, "SMB2"),
            (0x6573_5546, "FUSE"),
            (0x0102_1997, "9p"),
        ] {
            assert_eq!(network_file_system(magic), Some(name));
        }
        // ext4, btrfs, xfs, tmpfs, overlayfs, zfs, f2fs.
        for magic in [0xEF53, 0x9123_683E, 0x5846_5342, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1, 0xF2F5_2010] {
            assert_eq!(network_file_system(magic), None, "{magic:x}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_s_own_numbers_are_read() {
        // The file system of processes is on every Linux, and its number is in the manual.
        let magic = rustix::fs::statfs("/proc").unwrap().f_type;
        assert_eq!(u64::try_from(magic & 0xFFFF_FFFF).unwrap(), 0x9FA0);
    }
}
