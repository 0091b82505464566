//! The tables of the contract as sheets: their names, and how a sheet is known for one of them.

use super::super::csv::{Column, guard};
use super::super::foreign::is_foreign;
use super::super::record::Record;
use super::super::{annotations, assignments, coders, codes, documents, memos};

/// A table of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// Who coded.
    Coders,
    /// The codebook.
    Codes,
    /// The documents and their attributes.
    Documents,
    /// Notes on documents, codes and the project.
    Memos,
    /// Who reads what.
    Assignments,
    /// The annotations, the table that people edit.
    Annotations,
}

/// The name of the sheet that explains the others.
pub const READ_ME: &str = "read me";

impl Table {
    /// All tables, each after those that its rows refer to.
    pub const IN_ORDER: [Table; 6] =
        [Table::Coders, Table::Codes, Table::Documents, Table::Memos, Table::Assignments, Table::Annotations];

    /// The name of its sheet.
    pub fn name(self) -> &'static str {
        match self {
            Table::Coders => "coders",
            Table::Codes => "codes",
            Table::Documents => "documents",
            Table::Memos => "memos",
            Table::Assignments => "assignments",
            Table::Annotations => "annotations",
        }
    }

    /// The name of the sheet with its part of this number, from 1: `annotations`, `annotations 2`…
    pub fn part_name(self, part: usize) -> String {
        if part == 1 { self.name().to_owned() } else { format!("{} {part}", self.name()) }
    }

    /// Its columns, in the order in which they are written.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Table::Coders => coders::CoderRow::COLUMNS,
            Table::Codes => codes::CodebookEntry::COLUMNS,
            Table::Documents => &documents::COLUMNS,
            Table::Memos => memos::MemoRow::COLUMNS,
            Table::Assignments => assignments::AssignmentRow::COLUMNS,
            Table::Annotations => &annotations::COLUMNS,
        }
    }

    /// The table that a sheet of this name is meant to hold.
    pub fn of_name(name: &str) -> Option<Table> {
        let name = name.trim().to_ascii_lowercase();
        Table::IN_ORDER.into_iter().find(|table| {
            let part = name.strip_prefix(table.name());
            // Only the annotations go on in further sheets, and only their import joins them.
            let number =
                part.filter(|_| *table == Table::Annotations).and_then(|part| part.strip_prefix(' '));
            part == Some("") || number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
    }

    /// The table whose columns a header has, for a sheet of any name. Two of them at least, and among these what no
    /// list that somebody made for another purpose has: a pivot table of documents and codes is not to be imported.
    ///
    /// Codings that another program exported are annotations; their import tells them apart.
    pub fn of_header(header: &[String]) -> Option<Table> {
        if is_foreign(header) {
            return Some(Table::Annotations);
        }
        let candidates = Table::IN_ORDER.into_iter().filter(|table| table.is_marked_by(header));
        // The last of equals: the annotations, which people make sheets of by hand.
        candidates.max_by_key(|table| table.known_in(header)).filter(|table| table.known_in(header) > 1)
    }

    /// How many of its columns a header has.
    pub fn known_in(self, header: &[String]) -> usize {
        self.columns().iter().filter(|column| header.iter().any(|name| column.is(name))).count()
    }

    fn is_marked_by(self, header: &[String]) -> bool {
        let has = |wanted: &str| {
            let column = self.columns().iter().find(|column| column.name == wanted);
            column.is_some_and(|column| header.iter().any(|name| column.is(name)))
        };
        match self {
            Table::Coders => has("handle"),
            Table::Codes => has("path"),
            Table::Documents => has("chars") || has("text_sha256") || has("file"),
            Table::Memos => has("subject_kind"),
            Table::Assignments => has("state") && has("document"),
            Table::Annotations => has("quote") || has("id") || has("start") && has("end"),
        }
    }
}

/// The header of its sheet: the columns of the contract, then those of `attributes`, which only documents have.
pub fn header_of(table: Table, attributes: &[String]) -> Vec<String> {
    let own = table.columns().iter().map(|column| column.name.to_owned());
    // Attributes are named by people: such a name is free text like any other.
    own.chain(attributes.iter().map(|name| guard(&documents::attribute_column(name)).into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(',').map(|name| name.trim().to_owned()).collect()
    }

    #[test]
    fn every_table_is_known_by_its_name_and_by_its_own_header() {
        for table in Table::IN_ORDER {
            assert_eq!(Table::of_name(&table.name().to_uppercase()), Some(table));
            assert_eq!(Table::of_header(&header_of(table, &[])), Some(table), "{table:?}");
        }
        assert_eq!(Table::of_name("annotations 12"), Some(Table::Annotations));
        for name in ["annotations (2)", "annotations-2", "codes 2", "annotation", "Sheet1"] {
            assert_eq!(Table::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_header_that_lost_columns_is_still_known() {
        for header in
            ["Document, Quote, Code", "id, code, lineage", "document, start, stop, note", "id, note"]
        {
            assert_eq!(Table::of_header(&words(header)), Some(Table::Annotations), "{header}");
        }
        assert_eq!(Table::of_header(&words("path, description")), Some(Table::Codes));
        for header in ["id, document, tag, content", "doc_name, code_name, segment_text"] {
            assert_eq!(Table::of_header(&words(header)), Some(Table::Annotations), "{header}");
        }
        assert_eq!(Table::of_header(&words("code, colour, meaning")), Some(Table::Codes));
    }

    #[test]
    fn lists_that_people_made_for_themselves_are_left_alone() {
        for header in ["document, code, Count", "name, year, id", "code, n", "", "state, number", "quote"] {
            assert_eq!(Table::of_header(&words(header)), None, "{header}");
        }
    }
}
