//! `assignments.csv`: who is to read what, and how far they are.

use uuid::Uuid;

use super::csv::{CellSink, Column, Kind, Refusal};
use super::record::{Fields, Record, optional};

/// How far a coder is with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// To be read.
    Assigned,
    /// Begun.
    InProgress,
    /// Read to the end: what was not tagged was not found.
    Done,
}

impl State {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            State::Assigned => "assigned",
            State::InProgress => "in progress",
            State::Done => "done",
        }
    }

    /// The state of a word, in any case.
    ///
    /// # Errors
    /// The reason to refuse the word.
    pub fn parse(word: &str) -> Result<Self, &'static str> {
        [State::Assigned, State::InProgress, State::Done]
            .into_iter()
            .find(|state| state.word().eq_ignore_ascii_case(word))
            .ok_or("is no state: write `assigned`, `in progress` or `done`")
    }
}

/// A coder's state on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRow {
    /// The assignment's id.
    pub id: Option<Uuid>,
    /// The document's name.
    pub document: String,
    /// The coder's handle.
    pub coder: String,
    /// How far the coder is.
    pub state: State,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// The versions, own first.
    pub lineage: Option<String>,
}

impl Record for AssignmentRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("id", Kind::Id),
        Column::new("document", Kind::Text),
        Column::new("coder", Kind::Text),
        Column::new("state", Kind::Word),
        Column::new("created", Kind::Time),
        Column::new("modified", Kind::Time),
        Column::new("lineage", Kind::Lineage),
    ];

    fn write<S: CellSink>(&self, cells: &mut S) {
        optional(cells, self.id, S::uuid);
        cells.text(&self.document);
        cells.text(&self.coder);
        cells.token(self.state.word());
        optional(cells, self.created, S::time);
        optional(cells, self.modified, S::time);
        cells.token(self.lineage.as_deref().unwrap_or(""));
    }

    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        Ok(AssignmentRow {
            id: fields.uuid(0)?,
            document: fields.owned(1),
            coder: fields.owned(2),
            state: fields
                .word(3, State::parse)?
                .ok_or_else(|| fields.refuse(3, "an assignment has a state"))?,
            created: fields.time(4)?,
            modified: fields.time(5)?,
            lineage: fields.lineage(6)?.map(str::to_owned),
        })
    }
}
