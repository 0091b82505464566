//! What each kind of record says: the content that versions are made of and that merges compare.
//!
//! References are ids, never names or row numbers, so content means the same in every store.

use std::fmt;

use uuid::Uuid;

use super::version::{Canonical, Content};
use super::{CharRange, Digest};

/// An analyst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coder {
    /// The short name that people type.
    pub handle: String,
}

/// A named text and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Unique in the store.
    pub name: String,
    /// The SHA-256 of the stored text.
    pub text: Digest,
    /// The file it was added from, as it was typed; empty for standard input. Of a table also the row, as
    /// [`Document::row_source`] writes it.
    pub source: String,
    /// The SHA-256 of the bytes it was decoded from.
    pub source_sha256: Digest,
    /// The encoding it was decoded from, such as `utf-8`.
    pub encoding: String,
    /// The line ends it had: `none`, `lf`, `crlf`, `cr` or `mixed`.
    pub newline: String,
    /// Whether it began with a byte order mark.
    pub bom: bool,
}

impl Document {
    /// The source of a document that is a row of a table: `survey.csv, row 7`.
    pub fn row_source(table: &str, row: impl fmt::Display) -> String {
        format!("{table}{ROW}{row}")
    }

    /// Whether the document was a row of a table. Two rows with one text are two documents: two people may answer "yes".
    pub fn is_row(&self) -> bool {
        let row = self.source.rsplit_once(ROW).map(|(_, row)| row);
        row.is_some_and(|row| !row.is_empty() && row.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

/// Stands between a table and the row.
const ROW: &str = ", row ";

/// One named property of a document: year, country, speaker…
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The document it belongs to.
    pub document: Uuid,
    /// Its name, unique within the document.
    pub name: String,
    /// Its value, as text.
    pub value: String,
}

/// An entry of the codebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code it stands under.
    pub parent: Option<Uuid>,
    /// The last part of its path.
    pub name: String,
    /// `#rrggbb`, or empty.
    pub color: String,
    /// What it means, and when to use it.
    pub description: String,
}

/// What one coder said of one span. Neither a code nor a note: a highlight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The document.
    pub document: Uuid,
    /// The SHA-256 of the text that the range counts in.
    pub text: Digest,
    /// The span, in code points.
    pub range: CharRange,
    /// The code, if any.
    pub code: Option<Uuid>,
    /// Who said it.
    pub coder: Uuid,
    /// The note; empty means none.
    pub note: String,
}

/// A note on a document, a code or the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// What it is about.
    pub subject: MemoSubject<Uuid>,
    /// Who wrote it.
    pub coder: Uuid,
    /// What it says.
    pub text: String,
}

/// What a memo is about. `R` is how the subject is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoSubject<R> {
    /// The project as a whole.
    Project,
    /// One document.
    Document(R),
    /// One code.
    Code(R),
}

/// A coder's state on a document. Agreement needs it: "not read" is not "nothing found".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The document.
    pub document: Uuid,
    /// The coder.
    pub coder: Uuid,
    /// How far the coder is.
    pub state: Progress,
}

/// How far a coder is with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// To be read.
    Assigned,
    /// Begun.
    InProgress,
    /// Read to the end.
    Done,
}

impl Progress {
    /// The word that is stored and exchanged.
    pub fn word(self) -> &'static str {
        match self {
            Progress::Assigned => "assigned",
            Progress::InProgress => "in progress",
            Progress::Done => "done",
        }
    }

    /// The state with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Progress::Assigned, Progress::InProgress, Progress::Done]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A retired id and the record that took its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The kind of record.
    pub entity: super::Entity,
    /// The id that is no longer used.
    pub retired: Uuid,
    /// The record that stands for the retired one.
    pub target: Uuid,
}

/// Two heads of one record that a person must choose between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The kind of record.
    pub entity: super::Entity,
    /// The record.
    pub record: Uuid,
    /// The version that is current here.
    pub ours: super::Version,
    /// The version that came in.
    pub theirs: super::Version,
    /// The names of the fields that clash, comma-separated.
    pub fields: String,
    /// The file it came from.
    pub source: String,
    /// The spreadsheet row it came from; 0 when there is none.
    pub row: u64,
}

impl Content for Coder {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.text(&self.handle);
    }
}

impl Content for Document {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.text(&self.name);
        canonical.digest(&self.text);
        canonical.text(&self.source);
        canonical.digest(&self.source_sha256);
        canonical.text(&self.encoding);
        canonical.text(&self.newline);
        canonical.number(u64::from(self.bom));
    }
}

impl Content for Attribute {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.id(self.document);
        canonical.text(&self.name);
        canonical.text(&self.value);
    }
}

impl Content for Code {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.optional_id(self.parent);
        canonical.text(&self.name);
        canonical.text(&self.color);
        canonical.text(&self.description);
    }
}

impl Content for Annotation {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.id(self.document);
        canonical.digest(&self.text);
        canonical.number(u64::from(self.range.start()));
        canonical.number(u64::from(self.range.end()));
        canonical.optional_id(self.code);
        canonical.id(self.coder);
        canonical.text(&self.note);
    }
}

impl Content for Memo {
    fn feed(&self, canonical: &mut Canonical) {
        let (kind, subject) = match self.subject {
            MemoSubject::Project => ("project", None),
            MemoSubject::Document(id) => ("document", Some(id)),
            MemoSubject::Code(id) => ("code", Some(id)),
        };
        canonical.text(kind);
        canonical.optional_id(subject);
        canonical.id(self.coder);
        canonical.text(&self.text);
    }
}

impl Content for Assignment {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.id(self.document);
        canonical.id(self.coder);
        canonical.text(self.state.word());
    }
}

impl Content for Alias {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.number(u64::from(self.entity.number()));
        canonical.id(self.retired);
        canonical.id(self.target);
    }
}

impl Content for Conflict {
    fn feed(&self, canonical: &mut Canonical) {
        canonical.number(u64::from(self.entity.number()));
        canonical.id(self.record);
        canonical.number(self.ours.0);
        canonical.number(self.theirs.0);
        canonical.text(&self.fields);
        canonical.text(&self.source);
        canonical.number(self.row);
    }
}
