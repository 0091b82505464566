//! The codebook as a file: indented text for people, a table for spreadsheets.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{BufReader, Read, Write};

use uuid::Uuid;

use crate::actions::Session;
use crate::domain::Codebook;
use crate::domain::codebook::Entry;
use crate::domain::name::as_typed;
use crate::domain::name::{MAX_CODES, check_code_name, split_code_path};
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::exchange::codebook::{read_codebook, write_codebook};
use crate::exchange::codes::CodebookEntry;
use crate::exchange::csv::{ReadOptions, WriteOptions};
use crate::exchange::record::{Action, RecordReader, RecordWriter};
use crate::store::code::{CodeDraft, CodeRow};
use crate::store::{Changed, Reader, Tx};

/// The form of a codebook file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodebookForm {
    /// Indented text: `name: #rrggbb description`.
    Text,
    /// A table with a row per code.
    Csv,
}

/// What came of reading a codebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportedCodes {
    /// Paths of new codes.
    pub new: Vec<String>,
    /// Paths of codes whose description or colour changed.
    pub updated: Vec<String>,
    /// How many codes were as the file says already.
    pub same: usize,
}

/// Reads a codebook file whole: it is checked before anything is written.
///
/// # Errors
/// Refused when it is no codebook, naming the line or row.
pub fn read(source: impl Read, form: CodebookForm) -> Result<Vec<CodebookEntry>> {
    let entries = match form {
        CodebookForm::Text => read_codebook(BufReader::new(source))?,
        CodebookForm::Csv => read_table(source)?,
    };
    for entry in &entries {
        for name in &entry.path {
            check_code_name(name).map_err(|wrong| wrong.at(format!("{} {}", place(form), entry.row)))?;
        }
    }
    if entries.is_empty() {
        return Err(Error::refused("there is no code in this codebook").hint(
            "a line is a code, two spaces before it put it below the one above; see docs/tutorial.md",
        ));
    }
    Ok(entries)
}

fn place(form: CodebookForm) -> &'static str {
    match form {
        CodebookForm::Text => "line",
        CodebookForm::Csv => "row",
    }
}

fn read_table(source: impl Read) -> Result<Vec<CodebookEntry>> {
    let mut reader = RecordReader::<_, CodebookEntry>::open(source, ReadOptions::default())?;
    if !reader.has("path") {
        return Err(Error::refused("the table has no column `path`")
            .hint("one row is one code; `postil code export --format csv` writes such a table"));
    }
    let mut entries = Vec::new();
    while let Some(record) = reader.next_record()? {
        let record = record.map_err(|refusal| Error::refused(refusal.to_string()))?;
        if let Some(suspect) = record.suspects.first() {
            return Err(Error::refused(suspect.refusal(record.row).to_string())
                .hint("a spreadsheet has damaged this cell: write it again"));
        }
        if record.value.action == Action::Delete {
            let path = record.value.path.join("/");
            return Err(Error::refused(format!(
                "row {}: `{path}` is to be deleted; this only adds and describes",
                record.row
            ))
            .hint(format!(
                "`postil code remove {path}`, and take the word out of the table",
                path = as_typed(&path)
            )));
        }
        if entries.len() == MAX_CODES {
            return Err(Error::refused(format!(
                "row {}: is one code more than the {MAX_CODES} that a codebook may have",
                record.row
            )));
        }
        entries.push(record.value);
    }
    Ok(entries)
}

/// Brings a codebook in: adds what is missing, and takes over each colour and description that the file states.
/// What the file does not mention stays.
///
/// # Errors
/// The store's.
pub fn import(session: &mut Session, entries: &[CodebookEntry]) -> Result<Changed<ImportedCodes>> {
    session.change("code import", |tx| {
        let mut imported = ImportedCodes::default();
        let mut known = Known::read(tx.reader())?;
        for entry in entries {
            take(tx, entry, &mut known, &mut imported)?;
        }
        tx.set_summary(match (imported.new.len(), imported.updated.len()) {
            (1, 0) => "codebook read: 1 code added".to_owned(),
            (1, updated) => format!("codebook read: 1 code added, {updated} changed"),
            (new, 0) => format!("codebook read: {new} codes added"),
            (new, updated) => format!("codebook read: {new} codes added, {updated} changed"),
        });
        Ok(imported)
    })
}

/// The codes that are there, by path. Asked of the store one by one, a hundred thousand codes beside each other would be looked
/// through once for each of them.
struct Known(HashMap<String, CodeRow>);

impl Known {
    fn read(reader: Reader<'_>) -> Result<Known> {
        let mut rows: HashMap<i64, CodeRow> = reader.codes()?.into_iter().map(|row| (row.id, row)).collect();
        let entry = |row: &CodeRow| Entry { id: row.id, parent: row.parent, name: row.name.clone() };
        let book = Codebook::new(rows.values().map(entry));
        let mut known = HashMap::with_capacity(rows.len());
        // Of two codes of one path the one made first is meant: it comes first among them.
        for id in book.in_order() {
            if let (path, Some(row)) = (book.path(id).to_owned(), rows.remove(&id)) {
                known.entry(path).or_insert(row);
            }
        }
        Ok(Known(known))
    }

    /// Makes a code. The levels above it are there.
    fn make(&mut self, tx: &Tx<'_>, path: &str, id: Option<Uuid>, draft: &CodeDraft) -> Result<i64> {
        let id = tx.insert_code(id, draft)?;
        if let Some(row) = tx.reader().code_by_id(id)? {
            self.0.insert(path.to_owned(), row);
        }
        Ok(id)
    }

    /// The number of the code at `levels`, made where it is missing, and noted so.
    fn ensure(&mut self, tx: &Tx<'_>, levels: &[String], made: &mut Vec<String>) -> Result<Option<i64>> {
        let mut parent = None;
        for depth in 1..=levels.len() {
            let path = levels[..depth].join("/");
            parent = Some(match self.0.get(&path) {
                Some(row) => row.id,
                None => {
                    let name = levels[depth - 1].clone();
                    let draft = CodeDraft { parent, name, color: String::new(), description: String::new() };
                    made.push(path.clone());
                    self.make(tx, &path, None, &draft)?
                }
            });
        }
        Ok(parent)
    }
}

fn take(tx: &Tx<'_>, entry: &CodebookEntry, known: &mut Known, imported: &mut ImportedCodes) -> Result<()> {
    let path = entry.path.join("/");
    split_code_path(&path)?;
    let description = unified_line_ends(&entry.description);
    let Some(row) = known.0.get_mut(&path) else {
        let (name, above) = entry.path.split_last().expect("an entry of a codebook has a name");
        let draft = CodeDraft {
            parent: known.ensure(tx, above, &mut imported.new)?,
            name: name.clone(),
            color: entry.color.clone().unwrap_or_default(),
            description: description.into_owned(),
        };
        known.make(tx, &path, free_id(tx, entry.id)?, &draft)?;
        imported.new.push(path);
        return Ok(());
    };
    let mut draft = row.draft();
    if let Some(color) = &entry.color {
        draft.color.clone_from(color);
    }
    if !description.is_empty() {
        draft.description = description.into_owned();
    }
    if draft == row.draft() {
        imported.same += 1;
    } else {
        tx.update_code(row.id, &draft)?;
        row.color.clone_from(&draft.color);
        row.description.clone_from(&draft.description);
        imported.updated.push(path);
    }
    Ok(())
}

/// The id that a file gives a code, unless a code of another path has it here: then this is a new code.
fn free_id(tx: &Tx<'_>, id: Option<Uuid>) -> Result<Option<Uuid>> {
    match id {
        Some(id) if tx.reader().code_by_uuid(id)?.is_none() => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// The codebook as it is written to files, in the order of the tree.
///
/// # Errors
/// The store's.
pub fn entries(reader: Reader<'_>) -> Result<Vec<CodebookEntry>> {
    let listed = super::facts::list(reader, false)?;
    listed
        .into_iter()
        .map(|code| {
            Ok(CodebookEntry {
                id: Some(code.row.uuid),
                path: code.path.split('/').map(str::to_owned).collect(),
                color: (!code.row.color.is_empty()).then(|| code.row.color.clone()),
                lineage: Some(reader.lineage(code.row.uuid, code.row.version)?.to_string()),
                description: code.row.description,
                created: Some(code.row.created_at),
                ..CodebookEntry::default()
            })
        })
        .collect()
}

/// Paths that more than one code has. Two stores may make such codes before they are merged; a text, where a code is its
/// path, has the first of them.
pub fn namesakes(entries: &[CodebookEntry]) -> BTreeSet<String> {
    let mut seen = HashSet::new();
    entries.iter().filter(|entry| !seen.insert(&entry.path)).map(|entry| entry.path.join("/")).collect()
}

/// Writes a codebook.
///
/// # Errors
/// When the sink fails.
pub fn write(sink: impl Write, entries: &[CodebookEntry], form: CodebookForm) -> Result<()> {
    match form {
        CodebookForm::Text => write_codebook(sink, entries),
        CodebookForm::Csv => {
            let mut writer = RecordWriter::new(sink, WriteOptions::default())?;
            for entry in entries {
                writer.write(entry)?;
            }
            writer.finish().map(drop)
        }
    }
}
