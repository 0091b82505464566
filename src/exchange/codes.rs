//! `codes.csv`: the codebook as a table, parents before children.

use uuid::Uuid;

use super::csv::{CellSink, Column, Kind, Refusal};
use super::record::{Action, Fields, Record, optional, write_action};

/// The deepest code, in names of its path. The bound is the store's; a deeper path is a program's mistake.
pub const DEEPEST: usize = 64;

/// One code of a codebook, as a file says it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodebookEntry {
    /// The code's id; `None` when the file has none.
    pub id: Option<Uuid>,
    /// The names from the root of the codebook down to this code's own; never empty.
    pub path: Vec<String>,
    /// The colour as `#rrggbb` in lower case.
    pub color: Option<String>,
    /// What the code means; may have several lines.
    pub description: String,
    /// What the row asks for.
    pub action: Action,
    /// When the code was made, in milliseconds since 1970.
    pub created: Option<i64>,
    /// The versions, own first.
    pub lineage: Option<String>,
    /// Where it was read: the spreadsheet row, or the line of an indented text. 0 for one that was not read.
    pub row: u64,
}

impl Record for CodebookEntry {
    const COLUMNS: &'static [Column] = &[
        Column::new("id", Kind::Id),
        Column::new("path", Kind::Text).or(&["code", "tag"]),
        Column::new("color", Kind::Word).or(&["colour"]),
        Column::new("description", Kind::Text),
        Column::new("action", Kind::Word),
        Column::new("created", Kind::Time),
        Column::new("lineage", Kind::Lineage),
    ];

    fn write<S: CellSink>(&self, cells: &mut S) {
        optional(cells, self.id, S::uuid);
        cells.text(&self.path.join("/"));
        cells.token(self.color.as_deref().unwrap_or(""));
        cells.text(&self.description);
        write_action(cells, self.action);
        optional(cells, self.created, S::time);
        cells.token(self.lineage.as_deref().unwrap_or(""));
    }

    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let path: Vec<String> =
            fields.text(1).unwrap_or("").split('/').map(|name| name.trim().to_owned()).collect();
        if path.iter().any(String::is_empty) {
            return Err(fields.refuse(1, "is not a path like `actors/state`: a name in it is blank"));
        }
        if path.len() > DEEPEST {
            return Err(fields.refuse(1, format!("is {} codes deep; at most {DEEPEST} are read", path.len())));
        }
        Ok(CodebookEntry {
            id: fields.uuid(0)?,
            path,
            color: fields.word(2, |cell| parse_color(cell).ok_or("is not a colour like #0072b2"))?,
            description: fields.owned(3),
            action: fields.action(4)?,
            created: fields.time(5)?,
            lineage: fields.lineage(6)?.map(str::to_owned),
            row: fields.row(),
        })
    }
}

/// `#rrggbb` in lower case; `None` when `text` is no colour.
pub fn parse_color(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::csv::{ReadOptions, WriteOptions};
    use super::super::record::{RecordReader, RecordWriter};
    use super::*;

    fn outcomes(text: &str) -> Vec<Result<CodebookEntry, String>> {
        let mut reader =
            RecordReader::<_, CodebookEntry>::open(text.as_bytes(), ReadOptions::default()).unwrap();
        let mut outcomes = Vec::new();
        while let Some(outcome) = reader.next_record().unwrap() {
            outcomes.push(outcome.map(|entry| entry.value).map_err(|refusal| refusal.to_string()));
        }
        outcomes
    }

    #[test]
    fn codes_come_back_from_their_table() {
        let entry = CodebookEntry {
            id: Some(Uuid::from_u128(3)),
            path: vec!["-isms".to_owned(), "realism, \"neo\"".to_owned()],
            color: Some("#0072b2".to_owned()),
            description: "=power\n'and' interest".to_owned(),
            action: Action::Delete,
            created: Some(1_000),
            lineage: Some("v0123456789abcdef".to_owned()),
            row: 2,
        };
        let mut writer = RecordWriter::new(Vec::new(), WriteOptions::default()).unwrap();
        writer.write(&entry).unwrap();
        let file = String::from_utf8(writer.finish().unwrap()).unwrap();
        assert_eq!(outcomes(&file), [Ok(entry)]);
    }

    #[test]
    fn bad_paths_and_colours_are_refused_by_row() {
        let deep = vec!["a"; 10_000].join("/");
        let outcomes = outcomes(&format!("Path,Colour\na//b,\n{deep},\na,red\na/b,#AABBCC\n"));
        let reason = |index: usize| outcomes[index].as_ref().unwrap_err();
        assert!(reason(0).starts_with("row 2, column `path`: `a//b`"));
        assert!(reason(1).contains("is 10000 codes deep"));
        assert_eq!(reason(2), "row 4, column `color`: `red`: is not a colour like #0072b2");
        assert_eq!(outcomes[3].as_ref().unwrap().color.as_deref(), Some("#aabbcc"));
    }
}
