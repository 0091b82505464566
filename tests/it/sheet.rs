//! A table as a person edits it: read from a file, cells changed by the names of their columns, written in any manner.

use super::project::Project;

/// A table in memory, every cell as the file has it.
#[derive(Clone)]
pub(crate) struct Sheet {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Reads a file of the project: UTF-8, commas.
    #[track_caller]
    pub(crate) fn read(project: &Project, name: &str) -> Sheet {
        Sheet::parse(&project.read(name))
    }

    #[track_caller]
    pub(crate) fn parse(text: &str) -> Sheet {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
        let header = records.next().unwrap();
        Sheet { header, rows: records.collect() }
    }

    #[track_caller]
    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|known| known == name).unwrap()
    }

    /// The rows whose cell in `column` is `value`.
    #[track_caller]
    fn matching(&self, column: &str, value: &str) -> Vec<usize> {
        let place = self.column(column);
        let found: Vec<usize> = (0..self.rows.len()).filter(|row| self.rows[*row][place] == value).collect();
        assert!(!found.is_empty(), "no row has `{value}` in `{column}`");
        found
    }

    /// The cell in `column` of row `row`, counted from 0 below the header.
    #[track_caller]
    pub(crate) fn cell(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.column(column)]
    }

    /// Changes a cell of row `row`, counted from 0 below the header.
    #[track_caller]
    pub(crate) fn set(mut self, row: usize, column: &str, value: &str) -> Sheet {
        let place = self.column(column);
        self.rows[row][place] = value.to_owned();
        self
    }

    /// Changes `column` in every row whose cell in `key` is `value`.
    #[track_caller]
    pub(crate) fn edit(mut self, key: &str, value: &str, column: &str, new: &str) -> Sheet {
        let place = self.column(column);
        for row in self.matching(key, value) {
            self.rows[row][place] = new.to_owned();
        }
        self
    }

    /// Adds a row with these cells; the others are blank.
    #[track_caller]
    pub(crate) fn add(mut self, cells: &[(&str, &str)]) -> Sheet {
        let mut row = vec![String::new(); self.header.len()];
        for (column, value) in cells {
            row[self.column(column)] = (*value).to_owned();
        }
        self.rows.push(row);
        self
    }

    /// Leaves a column out.
    #[track_caller]
    pub(crate) fn without(mut self, column: &str) -> Sheet {
        let place = self.column(column);
        self.header.remove(place);
        self.rows.iter_mut().for_each(|row| drop(row.remove(place)));
        self
    }

    /// Writes the table as our own program does.
    pub(crate) fn text(&self) -> String {
        format!("\u{feff}{}", self.text_with(",", "\r\n"))
    }

    /// Writes the table with another delimiter and other line ends, without a byte-order mark.
    pub(crate) fn text_with(&self, delimiter: &str, newline: &str) -> String {
        let cell = |cell: &String| match cell.contains([',', ';', '|', '\t', '"', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.clone(),
        };
        let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(delimiter) + newline;
        std::iter::once(&self.header).chain(&self.rows).map(line).collect()
    }

    /// Writes the table to a file of the project.
    pub(crate) fn save(&self, project: &Project, name: &str) {
        project.write(name, self.text());
    }
}

/// A small project with four annotations by two coders, and its annotations exported to `a.csv`.
pub(crate) fn coded() -> (Project, Sheet) {
    let project = Project::small();
    project.ok("tag note 'Norms bind states' norms --note 'a definition'");
    project.ok("tag note:0-5 actors/state");
    project.ok("tag note 'States speak' actors/state --coder ben");
    project.ok("tag note 'at times' norms --note '=1+1'");
    project.ok("export csv -o a.csv");
    let sheet = Sheet::read(&project, "a.csv");
    (project, sheet)
}

/// Imports an edited table and returns what the program said.
#[track_caller]
pub(crate) fn import(project: &Project, sheet: &Sheet) -> String {
    sheet.save(project, "edited.csv");
    project.run("import csv edited.csv").text()
}

/// Runs an import that must be refused and must leave the store's bytes as they were; returns what it said.
#[track_caller]
pub(crate) fn refused(project: &Project, line: &str) -> String {
    let before = project.bytes();
    let run = project.run(line);
    assert_eq!(run.status, Some(1), "not refused: {line}\n{}", run.text());
    assert!(project.bytes() == before, "the store changed: {line}");
    run.err
}
