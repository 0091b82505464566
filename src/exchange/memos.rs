//! `memos.csv`: notes on a document, a code or the project.

use uuid::Uuid;

use super::csv::{CellSink, Column, Kind, Refusal};
use super::record::{Action, Fields, Record, optional, write_action};

/// What a memo is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// The project as a whole; the subject is blank.
    Project,
    /// A document, by its name.
    Document,
    /// A code, by its path.
    Code,
}

impl SubjectKind {
    /// The word in the file.
    pub fn word(self) -> &'static str {
        match self {
            SubjectKind::Project => "project",
            SubjectKind::Document => "document",
            SubjectKind::Code => "code",
        }
    }

    /// The kind of a word, in any case.
    ///
    /// # Errors
    /// The reason to refuse the word.
    pub fn parse(word: &str) -> Result<Self, &'static str> {
        [SubjectKind::Project, SubjectKind::Document, SubjectKind::Code]
            .into_iter()
            .find(|kind| kind.word().eq_ignore_ascii_case(word))
            .ok_or("a memo is about a `project`, a `document` or a `code`")
    }
}

/// One memo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoRow {
    /// The memo's id.
    pub id: Option<Uuid>,
    /// What sort of thing it is about.
    pub subject_kind: SubjectKind,
    /// The document's name or the code's path; blank for the project.
    pub subject: String,
    /// The coder's handle.
    pub coder: String,
    /// What it says.
    pub text: String,
    /// When it was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it was last changed, in milliseconds since 1970.
    pub modified: Option<i64>,
    /// What the row asks for.
    pub action: Action,
    /// The versions, own first.
    pub lineage: Option<String>,
}

impl Record for MemoRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("id", Kind::Id),
        Column::new("subject_kind", Kind::Word),
        Column::new("subject", Kind::Text),
        Column::new("coder", Kind::Text),
        Column::new("text", Kind::Text),
        Column::new("created", Kind::Time),
        Column::new("modified", Kind::Time),
        Column::new("action", Kind::Word),
        Column::new("lineage", Kind::Lineage),
    ];

    fn write<S: CellSink>(&self, cells: &mut S) {
        optional(cells, self.id, S::uuid);
        cells.token(self.subject_kind.word());
        cells.text(&self.subject);
        cells.text(&self.coder);
        cells.text(&self.text);
        optional(cells, self.created, S::time);
        optional(cells, self.modified, S::time);
        write_action(cells, self.action);
        cells.token(self.lineage.as_deref().unwrap_or(""));
    }

    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let missing = || fields.refuse(1, "a memo is about a `project`, a `document` or a `code`");
        let subject_kind = fields.word(1, SubjectKind::parse)?.ok_or_else(missing)?;
        let subject = fields.owned(2);
        if subject.is_empty() != (subject_kind == SubjectKind::Project) {
            return Err(fields.refuse(2, "names the document or the code, and is blank for the project"));
        }
        Ok(MemoRow {
            id: fields.uuid(0)?,
            subject_kind,
            subject,
            coder: fields.owned(3),
            text: fields.owned(4),
            created: fields.time(5)?,
            modified: fields.time(6)?,
            action: fields.action(7)?,
            lineage: fields.lineage(8)?.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::assignments::{AssignmentRow, State};
    use super::super::coders::CoderRow;
    use super::super::csv::{ReadOptions, WriteOptions};
    use super::super::record::{Numbered, RecordReader, RecordWriter};
    use super::*;

    /// Writes `records`, reads them back, and gives what a reader of `more` rows below them says.
    fn round_trip<T: Record + Clone + PartialEq + std::fmt::Debug>(records: &[T], more: &str) -> Vec<String> {
        let mut writer = RecordWriter::new(Vec::new(), WriteOptions::default()).unwrap();
        records.iter().for_each(|record| writer.write(record).unwrap());
        assert_eq!(writer.rows(), records.len() as u64);
        let mut file = writer.finish().unwrap();
        file.extend_from_slice(more.as_bytes());
        let mut reader = RecordReader::<_, T>::open(file.as_slice(), ReadOptions::default()).unwrap();
        for (index, record) in records.iter().enumerate() {
            let expected = Numbered { row: index as u64 + 2, value: record.clone(), suspects: Vec::new() };
            assert_eq!(reader.next_record().unwrap(), Some(Ok(expected)));
        }
        let mut refusals = Vec::new();
        while let Some(outcome) = reader.next_record().unwrap() {
            refusals.push(outcome.unwrap_err().to_string());
        }
        refusals
    }

    #[test]
    fn memos_come_back_and_one_about_nothing_is_refused() {
        let memo = MemoRow {
            id: Some(Uuid::from_u128(1)),
            subject_kind: SubjectKind::Code,
            subject: "actors/state".to_owned(),
            coder: "ana".to_owned(),
            text: "- first\n- \"second\"".to_owned(),
            created: Some(5),
            modified: None,
            action: Action::Keep,
            lineage: Some("v0123456789abcdef".to_owned()),
        };
        let project = MemoRow { subject_kind: SubjectKind::Project, subject: String::new(), ..memo.clone() };
        let refusals = round_trip(&[memo, project], ",book,x,ana,t,,,,\n,code,,ana,t,,,,\n");
        assert!(refusals[0].starts_with("row 4, column `subject_kind`: `book`"), "{refusals:?}");
        assert!(refusals[1].starts_with("row 5, column `subject`"), "{refusals:?}");
    }

    #[test]
    fn coders_and_assignments_come_back_and_incomplete_ones_are_refused() {
        let coder = CoderRow {
            id: Some(Uuid::from_u128(1)),
            handle: "ana".to_owned(),
            name: "Ana, Dr".to_owned(),
            created: Some(5),
            lineage: None,
        };
        assert_eq!(round_trip(&[coder], ",,Ben,,\n"), ["row 3, column `handle`: ``: a coder has a handle"]);
        let assignment = |state| AssignmentRow {
            id: None,
            document: "essay".to_owned(),
            coder: "ana".to_owned(),
            state,
            created: Some(5),
            modified: Some(6),
            lineage: None,
        };
        let states = [State::Assigned, State::InProgress, State::Done].map(assignment);
        let refusals = round_trip(&states, ",essay,ana,read,,,\n,essay,ana,,,,\n");
        assert!(
            refusals[0].contains("`read`: is no state") && refusals[1].contains("has a state"),
            "{refusals:?}"
        );
    }
}
