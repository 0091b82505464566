//! A workbook as another program keeps it: read with one crate, edited, and written with another.

use calamine::{Data, Reader, open_workbook_auto};
use rust_xlsxwriter::Workbook;

use super::project::Project;
use super::sheet::{Sheet, coded};

/// A workbook in memory: its sheets by name, every cell as text.
pub(crate) struct Book {
    pub(crate) sheets: Vec<(String, Sheet)>,
}

impl Book {
    /// Exports the project into `FILE` and reads that.
    #[track_caller]
    pub(crate) fn exported(project: &Project, name: &str) -> Book {
        project.ok(&format!("export xlsx -o {name} --force"));
        Book::read(project, name)
    }

    /// Reads a workbook of the project. The sheet that explains the others has no header, and none is made of it here.
    #[track_caller]
    pub(crate) fn read(project: &Project, name: &str) -> Book {
        let mut workbook = open_workbook_auto(project.path(name)).unwrap();
        let names = workbook.sheet_names();
        let sheets = names.into_iter().map(|name| {
            let range = workbook.worksheet_range(&name).unwrap();
            let mut rows = range.rows().map(|row| {
                row.iter()
                    .map(|cell| match cell {
                        Data::String(text) => text.clone(),
                        Data::Empty => String::new(),
                        other => panic!("`{name}` has a cell that is no text: {other:?}"),
                    })
                    .collect::<Vec<String>>()
            });
            let header = rows.next().unwrap_or_default();
            let rows = rows.collect();
            (name, Sheet { header, rows })
        });
        Book { sheets: sheets.collect() }
    }

    /// The sheet of this name.
    #[track_caller]
    pub(crate) fn sheet(&self, name: &str) -> &Sheet {
        &self.sheets.iter().find(|(known, _)| known == name).unwrap().1
    }

    /// Changes a sheet.
    #[track_caller]
    pub(crate) fn edit(mut self, name: &str, change: impl FnOnce(Sheet) -> Sheet) -> Book {
        let sheet = self.sheets.iter_mut().find(|(known, _)| known == name).unwrap();
        sheet.1 = change(sheet.1.clone());
        self
    }

    /// Leaves only these sheets.
    pub(crate) fn only(mut self, names: &[&str]) -> Book {
        self.sheets.retain(|(name, _)| names.contains(&name.as_str()));
        self
    }

    /// Gives a sheet another name.
    #[track_caller]
    pub(crate) fn rename(mut self, name: &str, new: &str) -> Book {
        self.sheets.iter_mut().find(|(known, _)| known == name).unwrap().0 = new.to_owned();
        self
    }

    /// Adds a sheet.
    pub(crate) fn add(mut self, name: &str, sheet: Sheet) -> Book {
        self.sheets.push((name.to_owned(), sheet));
        self
    }

    /// Writes the workbook as a program does that knows nothing of ours: texts that cells share, no formats.
    #[track_caller]
    pub(crate) fn save(&self, project: &Project, name: &str) {
        let mut workbook = Workbook::new();
        for (name, sheet) in &self.sheets {
            let page = workbook.add_worksheet();
            page.set_name(name).unwrap();
            for (row, cells) in (0..).zip(std::iter::once(&sheet.header).chain(&sheet.rows)) {
                for (column, cell) in (0..).zip(cells) {
                    if !cell.is_empty() {
                        page.write_string(row, column, cell).unwrap();
                    }
                }
            }
        }
        workbook.save(project.path(name)).unwrap();
    }
}

/// Four annotations by two coders, a memo, an attribute; exported to `a.xlsx`.
pub(crate) fn exported() -> (Project, Book) {
    let (project, _) = coded();
    for line in
        ["document set note year=1999", "memo code:norms 'on norms'", "code edit norms --hex '#0072b2'"]
    {
        project.ok(line);
    }
    let book = Book::exported(&project, "a.xlsx");
    (project, book)
}

/// Imports an edited workbook and returns what the program said.
#[track_caller]
pub(crate) fn import(project: &Project, book: &Book) -> String {
    book.save(project, "edited.xlsx");
    project.run("import xlsx edited.xlsx").text()
}
