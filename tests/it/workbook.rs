//! `export xlsx`: what is written, and where.

use expect_test::expect;
use postil::actions::export::write_workbook;
use postil::actions::{Access, Session, Who};
use postil::store::select::Selection;

use super::sheet::{Sheet, refused};
use super::workbook_file::{Book, exported, import};

#[test]
fn a_workbook_holds_the_cells_of_the_csv_files() {
    let (project, book) = exported();
    let names: Vec<&str> = book.sheets.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["read me", "annotations", "codes", "documents", "coders", "memos", "assignments"]);
    project.ok("export csv -o round --no-texts");
    for name in &names[1..] {
        let (sheet, file) = (book.sheet(name), Sheet::read(&project, &format!("round/{name}.csv")));
        assert_eq!((&sheet.header, &sheet.rows), (&file.header, &file.rows), "{name}");
    }
    expect![[r#"
        --- stderr
        4 annotations, 3 codes and 1 document in `b.xlsx`
        hint: edit it in any spreadsheet, then `postil import xlsx b.xlsx --dry-run`
    "#]]
    .assert_eq(&project.run("export xlsx -o b.xlsx").text());
}

#[test]
fn standard_output_gets_the_same_bytes_as_a_file() {
    let (project, _) = exported();
    let output = project.command().args(["export", "xlsx", "-o", "-"]).output().unwrap();
    assert!(output.status.success() && output.stdout == std::fs::read(project.path("a.xlsx")).unwrap());
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nothing_is_replaced_without_force_and_the_ending_must_fit() {
    let (project, _) = exported();
    let before = std::fs::read(project.path("a.xlsx")).unwrap();
    project.ok("untag 1");
    let said = project.refused("export xlsx -o a.xlsx");
    assert!(said.contains("exists already") && said.contains("--force"), "{said}");
    assert!(std::fs::read(project.path("a.xlsx")).unwrap() == before);
    project.ok("export xlsx -o a.xlsx --force");
    assert!(std::fs::read(project.path("a.xlsx")).unwrap() != before);
    expect![[r#"
        --- stderr
        error: `a.ods` does not end in .xlsx
        hint: write `a.xlsx`
        hint: LibreOffice saves it as .ods, and `postil import xlsx` reads both
        --- status Some(2)
    "#]]
    .assert_eq(&project.run("export xlsx -o a.ods").text());
    assert!(
        project.refused("export xlsx -o nowhere/a.xlsx").contains("there is no folder `$FOLDER/nowhere`")
    );
    let left: Vec<_> =
        std::fs::read_dir(project.folder()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".postil-")), "{left:?}");
}

#[cfg(unix)]
#[test]
fn a_workbook_is_as_private_as_other_exports() {
    use std::os::unix::fs::PermissionsExt;
    let (project, _) = exported();
    let mode = |name: &str| project.path(name).metadata().unwrap().permissions().mode();
    assert_eq!(mode("a.xlsx"), mode("a.csv"));
}

#[test]
fn filters_choose_the_annotations() {
    let (project, _) = exported();
    let rows = |options: &str| {
        project.ok(&format!("export xlsx -o part.xlsx --force {options}"));
        Book::read(&project, "part.xlsx").sheet("annotations").rows.len()
    };
    assert_eq!(rows("--code norms"), 2);
    assert_eq!(rows("--by ben"), 1);
    assert!(project.refused("export xlsx -o x.xlsx --code norm").contains("`norms`"));
    assert!(!project.path("x.xlsx").exists());
}

#[test]
fn annotations_beyond_a_sheet_go_on_in_the_next_and_are_read_as_one_table() {
    let (project, _) = exported();
    let who = Who { coder: Some("ana".to_owned()), now: 0, seed: 1 };
    let session = Session::open(&project.path("study.postil"), Access::Read, who).unwrap();
    let file = std::fs::File::create(project.path("parts.xlsx")).unwrap();
    let outcome = write_workbook(&session, &Selection::default(), file, 3).unwrap();
    assert_eq!((outcome.annotations, outcome.parts), (4, 2));
    drop(session);
    let book = Book::read(&project, "parts.xlsx");
    assert_eq!((book.sheet("annotations").rows.len(), book.sheet("annotations 2").rows.len()), (3, 1));
    assert!(project.ok("import xlsx parts.xlsx").contains("annotations: 4 unchanged"));
    let edited = book.edit("annotations 2", |sheet| sheet.set(0, "note", "#REF!"));
    let said = import(&project, &edited);
    assert!(said.contains("refused: sheet annotations 2, row 2, column `note`: `#REF!`"), "{said}");
}

#[test]
fn a_record_that_no_cell_can_hold_is_left_out_and_told() {
    let (project, _) = exported();
    project.write("long.txt", "x".repeat(40_000));
    project.ok("document add long.txt");
    project.ok("tag long:0-3 norms --note 'stays'");
    let note = "y".repeat(33_000);
    project.args(&["note", "5", &note]).ok();
    expect![[r#"
        --- stderr
        warning: left out: annotations, `long:0-3`, column `note`: 33000 characters, and a cell holds 32767
        hint: `postil export csv -o FOLDER` writes them whole; that a row is missing means nothing to an import
        4 annotations, 3 codes and 2 documents in `b.xlsx`
        hint: edit it in any spreadsheet, then `postil import xlsx b.xlsx --dry-run`
        --- status Some(3)
    "#]]
    .assert_eq(&project.run("export xlsx -o b.xlsx").text());
    let before = project.bytes();
    assert!(project.ok("import xlsx b.xlsx").contains("4 unchanged"));
    assert!(project.bytes() == before);
    assert!(refused(&project, "import xlsx b.xlsx --missing-means-deleted").contains("can't be told"));
    // A quote is not left out but shortened, as in CSV.
    project.ok("note 5 'short'");
    project.ok("extend 5 long:0-40000");
    assert!(project.ok("export xlsx -o b.xlsx --force").is_empty());
    assert!(project.ok("import xlsx b.xlsx").contains("5 unchanged"));
}
