//! What a folder says: the stores in it row by row, its other files byte by byte.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A folder.
    Folder,
    /// A store, every row of every table in it. Free pages and the order of rows on the disk do not count.
    Store(String),
    /// Any other file.
    File(Vec<u8>),
    /// A store that cannot be read, and why.
    Broken(String),
}

/// A folder with all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// By path from the folder.
    pub(crate) things: BTreeMap<String, Thing>,
    /// Half-written files that nobody's name leads to, and journals that have nothing to say.
    pub(crate) leftovers: Vec<String>,
}

/// Where a folder stands between two others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// As it was. Said also where both are the same.
    Before,
    /// As an undisturbed run leaves it.
    After,
    /// Each file by itself is one or the other.
    Underway,
    /// Neither: what is wrong, a line a path.
    Between(Vec<String>),
}

impl State {
    /// Reads `folder`. Stores are opened like any program of SQLite would open them, which takes back what an
    /// interrupted program left half done.
    pub(crate) fn read(folder: &Path) -> State {
        State::read_knowing(folder, &mut Known::default())
    }

    /// As [`State::read`], where what stores of the same bytes say needs to be asked only once.
    pub(crate) fn read_knowing(folder: &Path, known: &mut Known) -> State {
        let mut state = State::default();
        state.add(folder, "", known);
        state
    }

    fn add(&mut self, folder: &Path, below: &str, known: &mut Known) {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let shown = format!("{below}{name}");
            if name.starts_with(".postil-") {
                self.leftovers.push(shown);
            } else if path.is_dir() {
                self.things.insert(shown.clone(), Thing::Folder);
                self.add(&path, &format!("{shown}/"), known);
            } else if let Some(store) =
                name.strip_suffix("-journal").filter(|store| folder.join(store).exists())
            {
                // The store was read just before. A journal that was not needed for that stays until the next write:
                // nothing had been written to the store yet.
                if path.exists() {
                    self.leftovers.push(format!("{below}{store}-journal"));
                }
            } else if path.is_file() {
                self.things.insert(shown, known.read(&path));
            }
        }
    }

    /// Where this state stands between `before` and `after`.
    pub(crate) fn between(&self, before: &State, after: &State) -> Place {
        if self.things == before.things {
            return Place::Before;
        }
        if self.things == after.things {
            return Place::After;
        }
        let paths: BTreeSet<&String> =
            self.things.keys().chain(before.things.keys()).chain(after.things.keys()).collect();
        let mut wrong = Vec::new();
        for path in paths {
            let [now, old, new] = [self, before, after].map(|state| state.things.get(path));
            if now != old && now != new {
                wrong.push(format!("{path}: {}", difference(now, old, new)));
            }
        }
        if wrong.is_empty() { Place::Underway } else { Place::Between(wrong) }
    }

    /// In what this state differs from `other`, a line a path.
    pub(crate) fn differences(&self, other: &State) -> Vec<String> {
        let paths: BTreeSet<&String> = self.things.keys().chain(other.things.keys()).collect();
        let differ = paths.into_iter().filter(|path| self.things.get(*path) != other.things.get(*path));
        differ
            .map(|path| {
                let other = other.things.get(path);
                format!("{path}: {}", difference(self.things.get(path), other, other))
            })
            .collect()
    }
}

fn difference(now: Option<&Thing>, old: Option<&Thing>, new: Option<&Thing>) -> String {
    let named = |thing: Option<&Thing>| match thing {
        None => "nothing".to_owned(),
        Some(Thing::Folder) => "a folder".to_owned(),
        Some(Thing::Store(text)) => format!("a store of {} lines", text.lines().count()),
        Some(Thing::File(bytes)) => format!("{} bytes", bytes.len()),
        Some(Thing::Broken(why)) => format!("broken ({why})"),
    };
    let mut said = format!("is {}, was {}, should be {}", named(now), named(old), named(new));
    for (word, other) in [("before", old), ("after", new)] {
        if let (Some(Thing::Store(now)), Some(Thing::Store(other))) = (now, other) {
            let [now, other]: [BTreeSet<&str>; 2] = [now, other].map(|text| text.lines().collect());
            for line in now.difference(&other).take(3) {
                let _ = write!(said, "\n    not there {word}: {line:.160}");
            }
            for line in other.difference(&now).take(3) {
                let _ = write!(said, "\n    only there {word}: {line:.160}");
            }
        }
    }
    said
}

/// What stores say, by their bytes.
#[derive(Default)]
pub(crate) struct Known(HashMap<Vec<u8>, Thing>);

impl Known {
    fn read(&mut self, path: &Path) -> Thing {
        let mut bytes = std::fs::read(path).unwrap();
        let mut path = path.to_path_buf();
        let mut opened = None;
        // Encrypted anew, the same store has other bytes: what it holds is what counts.
        if bytes.starts_with(b"age-encryption.org/") {
            let folder = tempfile::tempdir().unwrap();
            path = folder.path().join("opened");
            opened = Some(folder);
            bytes = match unsealed(&bytes) {
                Ok(bytes) => bytes,
                Err(why) => return Thing::Broken(why),
            };
            std::fs::write(&path, &bytes).unwrap();
        }
        let path = path.as_path();
        let thing = self.read_plain(path, bytes);
        drop(opened);
        thing
    }

    fn read_plain(&mut self, path: &Path, bytes: Vec<u8>) -> Thing {
        if !bytes.starts_with(b"SQLite format 3\0") {
            return Thing::File(bytes);
        }
        let read = || match dump(path) {
            Ok(text) => Thing::Store(text),
            Err(why) => Thing::Broken(why.to_string()),
        };
        let mut journal = path.as_os_str().to_owned();
        journal.push("-journal");
        if Path::new(&journal).exists() {
            // What it says is not in its bytes alone.
            return read();
        }
        self.0.entry(bytes).or_insert_with(read).clone()
    }
}

/// What was encrypted to the key of the deeds.
fn unsealed(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let key: age::x25519::Identity = crate::deeds::KEY.trim().parse().unwrap();
    let sealed = age::Decryptor::new_buffered(bytes).map_err(|error| error.to_string())?;
    let keys = std::iter::once(&key as &dyn age::Identity);
    let mut opened = sealed.decrypt(keys).map_err(|error| error.to_string())?;
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut opened, &mut plain).map_err(|error| error.to_string())?;
    Ok(plain)
}

/// Every row of every table of a store, with SQLite's own opinion of the file.
///
/// # Errors
/// SQLite's.
pub(crate) fn dump(path: &Path) -> rusqlite::Result<String> {
    let db = open(path)?;
    let mut text = String::new();
    for pragma in ["application_id", "user_version", "integrity_check", "foreign_key_check"] {
        let mut statement = db.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let _ = writeln!(text, "{pragma} {}", shown(row.get_ref(0)?));
        }
    }
    let mut statement = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    let tables = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    // Where a table begins in the file is no content.
    let schema = ("schema".to_owned(), "SELECT type, name, tbl_name, sql FROM sqlite_schema".to_owned());
    let contents = tables.into_iter().map(|table| (table.clone(), format!("SELECT * FROM \"{table}\"")));
    for (table, select) in std::iter::once(schema).chain(contents) {
        let mut statement = db.prepare(&select)?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let mut line = table.clone();
            for column in 0..columns {
                line.push('\t');
                line.push_str(&shown(row.get_ref(column)?));
            }
            lines.push(line);
        }
        lines.sort();
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
    }
    Ok(text)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is on the disk is asked of SQLite, not of the program under test"
)]
fn open(path: &Path) -> rusqlite::Result<Connection> {
    // For writing, so that a journal that was left is played back.
    let db = Connection::open(path)?;
    db.execute_batch("PRAGMA synchronous=OFF")?;
    Ok(db)
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).escape_debug().to_string(),
        ValueRef::Blob(bytes) => bytes.iter().fold("x".to_owned(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    }
}
