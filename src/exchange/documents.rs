//! `documents.csv`: one row per document, one column per attribute.

use std::io::{Read, Write};

use uuid::Uuid;

use super::csv::{CellSink, CellWriter, Column, Kind, ReadOptions, Refusal, Sheet, WriteOptions, unguard};
use super::record::{Action, Fields, Numbered, optional, write_action};
use crate::domain::Digest;
use crate::error::{Error, Result};

/// The fixed columns, in order; the attributes follow.
pub const COLUMNS: [Column; 14] = [
    Column::new("id", Kind::Id),
    Column::new("name", Kind::Text),
    Column::new("file", Kind::Text),
    Column::new("chars", Kind::Number),
    Column::new("text_sha256", Kind::Digest),
    Column::new("source", Kind::Text),
    Column::new("source_sha256", Kind::Digest),
    Column::new("encoding", Kind::Word),
    Column::new("newline", Kind::Word),
    Column::new("bom", Kind::Flag),
    Column::new("created", Kind::Time),
    Column::new("modified", Kind::Time),
    Column::new("action", Kind::Word),
    Column::new("lineage", Kind::Lineage),
];

/// What an attribute's name is written after when it would be taken for a fixed column.
const PREFIX: &str = "attr:";

/// One document; its text stands in a file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentRow {
    /// The document's id.
    pub id: Option<Uuid>,
    /// Its name; never blank.
    pub name: String,
    /// Its text's place in the bundle, `texts/NAME.txt`; blank when the texts were left out.
    pub file: String,
    /// The length of its text in code points.
    pub chars: Option<u32>,
    /// The SHA-256 of its text.
    pub text_sha256: Option<Digest>,
    /// The name of the file it was added from.
    pub source: String,
    /// The SHA-256 of that file's bytes.
    pub source_sha256: Option<Digest>,
    /// The encoding of that file, by its usual label.
    pub encoding: String,
    /// The line ends of that file, in the store's own word.
    pub newline: String,
    /// Whether that file began with a byte-order mark.
    pub bom: bool,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// What the row asks for.
    pub action: Action,
    /// The versions, own first.
    pub lineage: Option<String>,
    /// The attributes: name and value, no value empty. A blank cell is an attribute that is not there.
    pub attributes: Vec<(String, String)>,
}

impl DocumentRow {
    /// Writes one cell for each of [`COLUMNS`], in order, then one for each of `attributes`.
    pub fn write<'a, S: CellSink>(&self, cells: &mut S, attributes: impl IntoIterator<Item = &'a str>) {
        optional(cells, self.id, S::uuid);
        cells.text(&self.name);
        cells.text(&self.file);
        optional(cells, self.chars, |cells, chars| cells.number(chars.into()));
        optional(cells, self.text_sha256.as_ref(), S::digest);
        cells.text(&self.source);
        optional(cells, self.source_sha256.as_ref(), S::digest);
        cells.token(&self.encoding);
        cells.token(&self.newline);
        cells.token(if self.bom { "1" } else { "" });
        optional(cells, self.created, S::time);
        optional(cells, self.modified, S::time);
        write_action(cells, self.action);
        cells.token(self.lineage.as_deref().unwrap_or(""));
        for name in attributes {
            let value = self.attributes.iter().find(|(attribute, _)| attribute == name);
            cells.text(value.map_or("", |(_, value)| value));
        }
    }
}

/// Writes `documents.csv`.
pub struct DocumentWriter<W> {
    cells: CellWriter<W>,
    attributes: Vec<String>,
}

impl<W: Write> DocumentWriter<W> {
    /// A writer into `sink` that has written the header: the fixed columns, then the `attributes` in their order.
    ///
    /// # Errors
    /// The sink failed.
    pub fn new(sink: W, options: WriteOptions, attributes: &[&str]) -> Result<Self> {
        let names: Vec<String> = attributes.iter().map(|name| attribute_column(name)).collect();
        let header = COLUMNS.iter().map(|column| column.name).chain(names.iter().map(String::as_str));
        let cells = CellWriter::new(sink, options, header)?;
        Ok(DocumentWriter { cells, attributes: attributes.iter().map(|name| (*name).to_owned()).collect() })
    }

    /// Writes one document.
    ///
    /// # Errors
    /// The sink failed.
    pub fn write(&mut self, document: &DocumentRow) -> Result<()> {
        document.write(&mut self.cells, self.attributes.iter().map(String::as_str));
        self.cells.end_row()
    }

    /// The headers of the attributes' columns, as a reader of the file finds them.
    pub fn attribute_columns(&self) -> Vec<String> {
        self.attributes.iter().map(|name| attribute_column(name)).collect()
    }

    /// How many documents were written.
    pub fn rows(&self) -> u64 {
        self.cells.rows()
    }

    /// Hands everything to the sink and gives it back.
    ///
    /// # Errors
    /// The sink failed.
    pub fn finish(self) -> Result<W> {
        self.cells.finish()
    }
}

/// Reads `documents.csv`.
pub struct DocumentReader<R> {
    sheet: Sheet<R>,
    /// Where each attribute stands in the header, and its name.
    attributes: Vec<(usize, String)>,
}

impl<R: Read> DocumentReader<R> {
    /// A reader of `source`, whose header is read. Every unknown column is an attribute.
    ///
    /// # Errors
    /// As [`Sheet::open`]; and refuses an attribute that has two columns.
    pub fn open(source: R, options: ReadOptions<'_>) -> Result<Self> {
        let sheet = Sheet::open(source, &COLUMNS, options)?;
        let mut attributes: Vec<(usize, String)> = Vec::new();
        for (position, header) in sheet.unknown_columns() {
            let name = if sheet.guard() { unguard(header) } else { header };
            let name = name.strip_prefix(PREFIX).unwrap_or(name);
            if attributes.iter().any(|(_, other)| other == name) {
                return Err(Error::refused(format!("the attribute `{name}` has two columns"))
                    .hint("delete or rename one of them: which one counts cannot be told"));
            }
            attributes.push((position, name.to_owned()));
        }
        Ok(DocumentReader { sheet, attributes })
    }

    /// The next document, or the refusal of its row; `None` at the end.
    ///
    /// # Errors
    /// The source cannot be read on.
    pub fn next_document(&mut self) -> Result<Option<Result<Numbered<DocumentRow>, Refusal>>> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        let fields = Fields::new(row, &COLUMNS);
        let attributes = self.attributes.iter().filter_map(|(position, name)| {
            let value = row.text_of(row.at(*position));
            (!value.is_empty()).then(|| (name.clone(), value.to_owned()))
        });
        Ok(Some(
            fields
                .check()
                .and_then(|()| parse(&fields, attributes.collect()))
                .map(|row| fields.numbered(row)),
        ))
    }

    /// The names of the attributes, in the order of their columns.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(_, name)| name.as_str())
    }

    /// Whether the file has the column `name` of the contract. A missing one means "unchanged".
    pub fn has(&self, name: &str) -> bool {
        COLUMNS.iter().position(|column| column.name == name).is_some_and(|index| self.sheet.has(index))
    }

    /// The sheet: its header and the cells of the last row.
    pub fn sheet(&self) -> &Sheet<R> {
        &self.sheet
    }
}

fn parse(fields: &Fields<'_>, attributes: Vec<(String, String)>) -> Result<DocumentRow, Refusal> {
    let name = fields.owned(1);
    if name.is_empty() {
        return Err(fields.refuse(1, "a document has a name"));
    }
    let file = fields.owned(2);
    if !is_inside_bundle(&file) {
        return Err(fields.refuse(2, "is not a file of the bundle like `texts/NAME.txt`"));
    }
    Ok(DocumentRow {
        id: fields.uuid(0)?,
        name,
        file,
        chars: fields.position(3)?,
        text_sha256: fields.digest(4)?,
        source: fields.owned(5),
        source_sha256: fields.digest(6)?,
        encoding: fields.owned(7),
        newline: fields.owned(8),
        bom: fields.flag(9)?,
        created: fields.time(10)?,
        modified: fields.time(11)?,
        action: fields.action(12)?,
        lineage: fields.lineage(13)?.map(str::to_owned),
        attributes,
    })
}

/// Whether a path stays in the folder of texts on every system: a stranger's bundle must not make us read
/// `texts/../../secret`.
fn is_inside_bundle(file: &str) -> bool {
    let Some(name) = file.strip_prefix("texts/") else { return file.is_empty() };
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0'])
}

/// The header of an attribute: its name, or `attr:NAME` where that would be read as something else.
pub(super) fn attribute_column(name: &str) -> String {
    let is_taken = COLUMNS.iter().any(|column| column.is(name)) || name.starts_with(PREFIX);
    if is_taken { format!("{PREFIX}{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(file: &[u8]) -> Vec<Result<DocumentRow, String>> {
        let mut reader = DocumentReader::open(file, ReadOptions::default()).unwrap();
        let mut outcomes = Vec::new();
        while let Some(outcome) = reader.next_document().unwrap() {
            outcomes.push(outcome.map(|row| row.value).map_err(|refusal| refusal.to_string()));
        }
        outcomes
    }

    #[test]
    fn documents_come_back_with_attributes_of_any_name() {
        let attributes = ["year", "Name", "attr:year", "=cmd", "a,b"];
        let document = DocumentRow {
            id: Some(Uuid::from_u128(9)),
            name: "-essay".to_owned(),
            file: "texts/-essay.txt".to_owned(),
            chars: Some(1_200),
            text_sha256: Some(Digest::of(b"a")),
            source: "essay \"1\".txt".to_owned(),
            source_sha256: Some(Digest::of(b"b")),
            encoding: "utf-8".to_owned(),
            newline: "crlf".to_owned(),
            bom: true,
            created: Some(1),
            modified: Some(2),
            action: Action::Keep,
            lineage: Some("v0123456789abcdef".to_owned()),
            attributes: attributes.map(|name| (name.to_owned(), format!("+{name}"))).to_vec(),
        };
        let bare = DocumentRow { name: "b".to_owned(), ..DocumentRow::default() };
        let mut writer = DocumentWriter::new(Vec::new(), WriteOptions::default(), &attributes).unwrap();
        writer.write(&document).unwrap();
        writer.write(&bare).unwrap();
        let file = writer.finish().unwrap();
        let header = String::from_utf8_lossy(&file).lines().next().unwrap().to_owned();
        assert!(header.ends_with("lineage,year,attr:Name,attr:attr:year,'=cmd,\"a,b\""), "{header}");
        assert_eq!(outcomes(&file), [Ok(document), Ok(bare)]);
    }

    #[test]
    fn a_text_outside_of_the_bundle_is_refused() {
        for file in [
            "/etc/passwd",
            "texts/../x",
            "texts/a/b.txt",
            "texts\\a",
            "texts/..",
            "texts/C:x",
            "x.txt",
            "texts/",
        ] {
            let outcome = outcomes(format!("name,file\nd,{file}\n").as_bytes());
            assert!(outcome[0].as_ref().is_err_and(|reason| reason.contains("column `file`")), "{file}");
        }
        assert!(outcomes(b"name,file\nd,texts/a b..txt\n")[0].is_ok());
    }

    #[test]
    fn a_nameless_document_and_an_attribute_with_two_columns_are_refused() {
        assert!(
            outcomes(b"name,year\n,1999\n")[0].as_ref().is_err_and(|reason| reason.contains("has a name"))
        );
        let error = DocumentReader::open(&b"name,year,attr:year\n"[..], ReadOptions::default())
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.message(), "the attribute `year` has two columns");
    }
}
