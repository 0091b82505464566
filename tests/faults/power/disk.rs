//! A disk that may lose what was not synced: the calls of a program are played onto it, then the power goes.
//!
//! What is assumed of a disk: a sync that returned is kept. What was not synced is kept, lost or torn sector by sector (512
//! bytes), in any order. Names (made, removed, changed) come to the disk in their order, as file systems with a journal
//! do it: after a power cut, all up to some moment are there. Syncing a folder brings its names to the disk, syncing a file
//! only what is in it.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use crate::deed::write_private;
use crate::scale::Random;
use crate::tracer::Call;

/// What a disk writes as a whole, when it does not tear it, in bytes.
const SECTOR: usize = 512;
const O_TRUNC: i64 = 0o1000;
const O_TMPFILE: i64 = 0o20_000_000;

/// What was done to a file since it was synced.
#[derive(Debug, Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    /// As it was synced.
    safe: Vec<u8>,
    /// As a program sees it.
    seen: Vec<u8>,
    pending: Vec<Pending>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    /// A file, by its number.
    File(usize),
}

/// What was done to the names.
#[derive(Debug, Clone)]
enum Naming {
    Made(PathBuf, Node),
    Removed(PathBuf),
    Renamed(PathBuf, PathBuf),
}

/// Names, below the root.
type Names = BTreeMap<PathBuf, Node>;

/// The disk.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// The names that are safe.
    safe: Names,
    /// The names as a program sees them.
    seen: Names,
    /// What leads from the former to the latter.
    pending: Vec<Naming>,
}

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// All of it is lost.
    Lost,
    /// The contents are kept, the names are lost.
    Contents,
    /// The names are kept, the contents are lost.
    Names,
    /// Chance decides, sector by sector.
    Mixed,
}

impl Disk {
    /// A disk that holds, safely, what is below `root` now.
    pub(crate) fn of(root: &Path) -> Disk {
        let mut disk = Disk {
            root: root.to_path_buf(),
            files: Vec::new(),
            safe: Names::new(),
            seen: Names::new(),
            pending: Vec::new(),
        };
        disk.take(root);
        disk.safe.clone_from(&disk.seen);
        disk
    }

    fn take(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&self.root).unwrap().to_path_buf();
            if path.is_dir() {
                self.seen.insert(name, Node::Folder);
                self.take(&path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                self.files.push(File { safe: bytes.clone(), seen: bytes, pending: Vec::new() });
                self.seen.insert(name, Node::File(self.files.len() - 1));
            }
        }
    }

    /// Plays a call.
    pub(crate) fn play(&mut self, call: &Call) {
        if call.result < 0 {
            return;
        }
        let Ok(path) = call.path.strip_prefix(&self.root).map(Path::to_path_buf) else { return };
        match &*call.what {
            "create" if call.flags & O_TMPFILE == O_TMPFILE => {}
            "create" if call.fresh => {
                self.files.push(File::default());
                self.name(Naming::Made(path, Node::File(self.files.len() - 1)));
            }
            "create" if call.flags & O_TRUNC != 0 => self.shorten(&path, 0),
            "write" | "copy" => {
                if let Some(file) = self.file(&path) {
                    let at = usize::try_from(call.offset).unwrap();
                    write_at(&mut file.seen, at, &call.bytes);
                    file.pending.push(Pending::Write(at, call.bytes.clone()));
                }
            }
            "truncate" => self.shorten(&path, usize::try_from(call.length).unwrap()),
            "sync" => self.sync(&path),
            "mkdir" => self.name(Naming::Made(path, Node::Folder)),
            "unlink" | "rmdir" => self.name(Naming::Removed(path)),
            "rename" => {
                let to = call.to.strip_prefix(&self.root).unwrap().to_path_buf();
                self.name(Naming::Renamed(path, to));
            }
            "link" => {
                let to = call.to.strip_prefix(&self.root).unwrap().to_path_buf();
                let node = self.seen[&path];
                self.name(Naming::Made(to, node));
            }
            "create" | "open" | "open-write" | "chmod" | "chown" => {}
            other => panic!("the disk does not know `{other}`"),
        }
    }

    fn file(&mut self, path: &Path) -> Option<&mut File> {
        match self.seen.get(path) {
            Some(Node::File(number)) => Some(&mut self.files[*number]),
            // It has no name any more: nothing of it will be found.
            _ => None,
        }
    }

    fn shorten(&mut self, path: &Path, length: usize) {
        if let Some(file) = self.file(path) {
            file.seen.resize(length, 0);
            file.pending.push(Pending::Length(length));
        }
    }

    fn name(&mut self, naming: Naming) {
        apply(&mut self.seen, &naming);
        self.pending.push(naming);
    }

    fn sync(&mut self, path: &Path) {
        if let Some(file) = self.file(path) {
            file.safe.clone_from(&file.seen);
            file.pending.clear();
            return;
        }
        let within = |name: &Path| name.parent() == Some(path);
        let concerns = |naming: &Naming| match naming {
            Naming::Made(name, _) | Naming::Removed(name) => within(name),
            Naming::Renamed(from, to) => within(from) || within(to),
        };
        if let Some(last) = self.pending.iter().rposition(concerns) {
            for naming in self.pending.drain(..=last) {
                apply(&mut self.safe, &naming);
            }
        }
    }

    /// Cuts the power, and writes what is left below `to`.
    pub(crate) fn cut(&self, fate: Fate, random: &mut Random, to: &Path) {
        let kept = match fate {
            Fate::Lost | Fate::Contents => 0,
            Fate::Names => self.pending.len(),
            Fate::Mixed => random.below(self.pending.len() as u64 + 1) as usize,
        };
        let mut names = self.safe.clone();
        self.pending[..kept].iter().for_each(|naming| apply(&mut names, naming));
        for (name, node) in &names {
            match node {
                Node::Folder => std::fs::create_dir_all(to.join(name)).unwrap(),
                Node::File(number) => {
                    let bytes = self.files[*number].left(fate, random);
                    write_private(&to.join(name), &bytes);
                }
            }
        }
    }
}

impl File {
    /// What is left of the file.
    fn left(&self, fate: Fate, random: &mut Random) -> Vec<u8> {
        match fate {
            Fate::Lost | Fate::Names => self.safe.clone(),
            Fate::Contents => self.seen.clone(),
            Fate::Mixed => {
                let mut left = self.safe.clone();
                for pending in &self.pending {
                    match pending {
                        Pending::Length(length) if random.below(2) == 0 => left.resize(*length, 0),
                        Pending::Length(_) => {}
                        Pending::Write(at, bytes) => keep_some(&mut left, *at, bytes, random),
                    }
                }
                // The new length may be there before what is in it.
                if left.len() < self.seen.len() && random.below(2) == 0 {
                    left.resize(self.seen.len(), 0);
                }
                left
            }
        }
    }
}

/// Writes some sectors of `bytes`, and parts of some.
fn keep_some(file: &mut Vec<u8>, at: usize, bytes: &[u8], random: &mut Random) {
    let mut done = 0;
    while done < bytes.len() {
        let sector = SECTOR - (at + done) % SECTOR;
        let end = bytes.len().min(done + sector);
        let kept = match random.below(8) {
            0..3 => 0,
            3 => random.below((end - done) as u64) as usize,
            _ => end - done,
        };
        if kept > 0 {
            write_at(file, at + done, &bytes[done..done + kept]);
        }
        done = end;
    }
}

fn write_at(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if file.len() < at + bytes.len() {
        file.resize(at + bytes.len(), 0);
    }
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

fn apply(names: &mut Names, naming: &Naming) {
    match naming {
        Naming::Made(name, node) => drop(names.insert(name.clone(), *node)),
        Naming::Removed(name) => drop(names.remove(name)),
        Naming::Renamed(from, to) => {
            let below: Vec<PathBuf> = names
                .range::<Path, _>((Bound::Included(from.as_path()), Bound::Unbounded))
                .map(|(name, _)| name.clone())
                .take_while(|name| name.starts_with(from))
                .collect();
            for name in below {
                let node = names.remove(&name).unwrap();
                let rest = name.strip_prefix(from).unwrap();
                let new = if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) };
                names.insert(new, node);
            }
        }
    }
}
