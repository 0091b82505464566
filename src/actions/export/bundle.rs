//! The bundle: everything a store holds, as a folder of tables and texts with a manifest.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Write;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::rows::Rows;
use super::{ANNOTATIONS, WriteOptions, part_name, write_parts};
use crate::actions::Session;
use crate::actions::files::cannot_write;
use crate::actions::names::codebook;
use crate::domain::record::MemoSubject;
use crate::domain::{Digest, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::annotations;
use crate::exchange::assignments::{AssignmentRow, State};
use crate::exchange::coders::CoderRow;
use crate::exchange::codes::CodebookEntry;
use crate::exchange::datapackage::{Content, Manifest, Resource};
use crate::exchange::documents::{self, DocumentRow, DocumentWriter};
use crate::exchange::memos::{MemoRow, SubjectKind};
use crate::exchange::record::{Action, Record, RecordWriter};
use crate::store::Reader;
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
    let occupied = fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_some());
    if occupied && !options.force {
        return Err(Error::refused(format!("the folder `{}` is not empty", target.display()))
            .hint("name a new folder, or add `--force` to replace the files of an earlier export"));
    }
    if target.exists() && !target.is_dir() {
        return Err(Error::refused(format!("`{}` is a file", target.display()))
            .hint("name a folder, or a file that ends in `.csv` for the annotations alone"));
    }
    let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |cause| cannot_write(target, cause);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".postil-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
    let draft = builder.tempdir_in(parent).map_err(failed)?;

    let mut bundle = Bundle { folder: draft.path(), writing: options.writing, resources: Vec::new() };
    let outcome = bundle.write(session, options)?;
    if occupied {
        move_files(draft.path(), target).map_err(failed)?;
        remove_later_parts(target, outcome.parts + 1).map_err(failed)?;
    } else {
        let draft = draft.keep();
        // An empty folder in the place is no obstacle: renaming onto it replaces it.
        let renamed = fs::rename(&draft, target);
        if renamed.is_err() {
            let _ = fs::remove_dir_all(&draft);
        }
        renamed.map_err(failed)?;
    }
    Ok(outcome)
}

/// Moves every file below `from` to the same place below `to`.
fn move_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            move_files(&entry.path(), &place)?;
        } else {
            fs::rename(entry.path(), place)?;
        }
    }
    Ok(())
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
            fs::create_dir(self.folder.join("texts")).map_err(|cause| cannot_write(self.folder, cause))?;
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
        fs::write(&place, manifest.to_bytes()).map_err(|cause| cannot_write(&place, cause))?;
        Ok(outcome)
    }

    fn create(&self, path: &str) -> Result<Measured> {
        let place = self.folder.join(path);
        let file = fs::File::create_new(&place).map_err(|cause| cannot_write(&place, cause))?;
        Ok(Measured {
            path: path.to_owned(),
            file: std::io::BufWriter::with_capacity(1 << 18, file),
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
        let file = sink.file.into_inner().map_err(|error| cannot_write(&place, error.into_error()))?;
        file.sync_all().map_err(|cause| cannot_write(&place, cause))?;
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
        let written = self.file.write(bytes)?;
        self.sha256.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// The small tables of a bundle, each in its own order.
struct Tables {
    coders: Vec<CoderRow>,
    codes: Vec<CodebookEntry>,
    memos: Vec<MemoRow>,
    assignments: Vec<AssignmentRow>,
    /// With the number of the text.
    documents: Vec<(DocumentRow, i64)>,
    attributes: Vec<String>,
}

impl Tables {
    fn read(reader: Reader<'_>) -> Result<Tables> {
        let dangling = || {
            Error::new(ErrorKind::Corrupt, "a record refers to what is not there").hint("run `postil check`")
        };
        let lineage = |uuid: Uuid, version: Version| -> Result<Option<String>> {
            Ok(Some(reader.lineage(uuid, version)?.to_string()))
        };
        let handles: HashMap<i64, String> =
            reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
        let handle = |id: i64| handles.get(&id).cloned().ok_or_else(dangling);
        let coders = reader
            .coders()?
            .into_iter()
            .map(|coder| {
                let lineage = lineage(coder.uuid, coder.version)?;
                let (id, created) = (Some(coder.uuid), Some(coder.created_at));
                Ok(CoderRow { id, handle: coder.handle, name: String::new(), created, lineage })
            })
            .collect::<Result<_>>()?;

        let book = codebook(reader)?;
        let mut by_id: HashMap<i64, _> = reader.codes()?.into_iter().map(|code| (code.id, code)).collect();
        let codes = book
            .in_order()
            .filter_map(|id| by_id.remove(&id))
            .map(|code| {
                Ok(CodebookEntry {
                    id: Some(code.uuid),
                    path: book.path(code.id).split('/').map(str::to_owned).collect(),
                    color: Some(code.color).filter(|color| !color.is_empty()),
                    description: code.description,
                    action: Action::Keep,
                    created: Some(code.created_at),
                    lineage: lineage(code.uuid, code.version)?,
                    row: 0,
                })
            })
            .collect::<Result<_>>()?;

        let stored = reader.documents()?;
        let names: HashMap<i64, String> =
            stored.iter().map(|document| (document.id, document.content.name.clone())).collect();
        let name = |id: i64| names.get(&id).cloned().ok_or_else(dangling);
        let mut memos = Vec::new();
        for memo in reader.memos()? {
            let (subject_kind, subject) = match memo.subject {
                MemoSubject::Project => (SubjectKind::Project, String::new()),
                MemoSubject::Document(id) => (SubjectKind::Document, name(id)?),
                MemoSubject::Code(id) => (SubjectKind::Code, book.path(id).to_owned()),
            };
            memos.push(MemoRow {
                id: Some(memo.uuid),
                subject_kind,
                subject,
                coder: handle(memo.coder)?,
                text: memo.text,
                created: Some(memo.created_at),
                modified: Some(memo.modified_at),
                action: Action::Keep,
                lineage: lineage(memo.uuid, memo.version)?,
            });
        }
        // Not by number: another store that holds the same records must write the same bytes.
        memos.sort_by(|one, other| {
            let key =
                |memo: &MemoRow| (memo.subject_kind.word(), memo.subject.clone(), memo.created, memo.id);
            key(one).cmp(&key(other))
        });

        let mut assignments = Vec::new();
        for assignment in reader.assignments()? {
            assignments.push(AssignmentRow {
                id: Some(assignment.uuid),
                document: name(assignment.document)?,
                coder: handle(assignment.coder)?,
                state: State::parse(assignment.state.word()).map_err(Error::internal)?,
                created: Some(assignment.created_at),
                modified: Some(assignment.modified_at),
                lineage: lineage(assignment.uuid, assignment.version)?,
            });
        }
        assignments.sort_by(|one, other| (&one.document, &one.coder).cmp(&(&other.document, &other.coder)));

        let mut values = reader.attributes()?;
        let attributes: BTreeSet<String> = values.values().flat_map(|named| named.keys().cloned()).collect();
        let mut files = TextNames::default();
        let documents = stored
            .into_iter()
            .map(|document| {
                let row = DocumentRow {
                    id: Some(document.uuid),
                    file: files.name_for(&document.content.name),
                    chars: Some(document.chars),
                    text_sha256: Some(document.content.text),
                    source: document.content.source,
                    source_sha256: Some(document.content.source_sha256),
                    encoding: document.content.encoding,
                    newline: document.content.newline,
                    bom: document.content.bom,
                    created: Some(document.created_at),
                    modified: Some(document.modified_at),
                    action: Action::Keep,
                    lineage: lineage(document.uuid, document.version)?,
                    attributes: values.remove(&document.id).unwrap_or_default().into_iter().collect(),
                    name: document.content.name,
                };
                Ok((row, document.text_id))
            })
            .collect::<Result<_>>()?;
        Ok(Tables {
            coders,
            codes,
            memos,
            assignments,
            documents,
            attributes: attributes.into_iter().collect(),
        })
    }
}

/// Names for the files of texts: safe on every system, and different from each other even where case does not count.
#[derive(Default)]
struct TextNames {
    taken: BTreeSet<String>,
}

/// The longest stem of a text's file, in bytes; systems stop at 255.
const LONGEST_STEM: usize = 120;

impl TextNames {
    fn name_for(&mut self, document: &str) -> String {
        let mut stem: String = document.chars().map(|c| if is_unsafe(c) { '_' } else { c }).collect();
        while stem.len() > LONGEST_STEM {
            stem.pop();
        }
        // Windows drops dots and blanks at the end, Unix hides a dot at the beginning.
        let stem = stem.trim_matches([' ', '.']);
        let stem = match stem {
            "" => "text".to_owned(),
            _ if is_device(stem) => format!("{stem}_"),
            _ => stem.to_owned(),
        };
        let mut name = stem.clone();
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{stem}~{number}");
            number += 1;
        }
        format!("texts/{name}.txt")
    }
}

/// What some system refuses in a file's name, what a shell reads, and what hides or turns round the name's end.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || r#"/\:*?"<>|'`$"#.contains(c)
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether Windows takes a file of this name, with any extension, for a device.
fn is_device(stem: &str) -> bool {
    let name = stem.split('.').next().unwrap_or(stem).trim_end().to_ascii_uppercase();
    matches!(
        name.as_bytes(),
        b"CON" | b"PRN" | b"AUX" | b"NUL" | [b'C', b'O', b'M', b'1'..=b'9'] | [b'L', b'P', b'T', b'1'..=b'9']
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_texts_are_safe_and_different() {
        let mut names = TextNames::default();
        assert_eq!(names.name_for("Essay"), "texts/Essay.txt");
        assert_eq!(names.name_for("essay"), "texts/essay~2.txt");
        assert_eq!(names.name_for("../../etc/passwd"), "texts/_.._etc_passwd.txt");
        assert_eq!(names.name_for(".."), "texts/text.txt");
        assert_eq!(names.name_for("con"), "texts/con_.txt");
        assert_eq!(names.name_for("COM1.old"), "texts/COM1.old_.txt");
        assert_eq!(names.name_for("Consul"), "texts/Consul.txt");
        assert_eq!(names.name_for("a\u{202e}txt"), "texts/a_txt.txt");
        assert!(names.name_for(&"é".repeat(500)).len() < 140);
    }
}
