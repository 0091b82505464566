//! `import xlsx`, without a spreadsheet program: what people do to sheets is done by another library.

use expect_test::expect;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::project::Project;
use super::sheet::{Sheet, refused};
use super::workbook_file::{Book, exported, import};

#[test]
fn an_unedited_workbook_changes_nothing_from_a_file_or_a_pipe() {
    let (project, book) = exported();
    let before = project.bytes();
    let said = expect![[r#"
        annotations: 4 unchanged
        --- stderr
        nothing changed
    "#]];
    said.assert_eq(&project.run("import xlsx a.xlsx").text());
    said.assert_eq(&import(&project, &book));
    let bytes = std::fs::read(project.path("a.xlsx")).unwrap();
    said.assert_eq(&project.run_with("import xlsx -", &bytes).text());
    assert!(project.bytes() == before);
}

#[test]
fn edits_of_every_sheet_are_one_change_and_one_undo() {
    let (project, book) = exported();
    let before = project.content();
    let book = book
        .edit("annotations", |sheet| {
            sheet
                .edit("note", "a definition", "note", "'= a claim")
                .edit("note", "'=1+1", "action", "delete")
                .edit("coder", "ben", "code", "new/code")
                .add(&[("document", "note"), ("quote", "nobody"), ("code", "norms")])
        })
        .edit("codes", |sheet| sheet.edit("path", "norms", "path", "rules").add(&[("path", "new/code")]))
        .edit("documents", |sheet| sheet.edit("name", "note", "year", "2001"))
        .edit("memos", |sheet| sheet.edit("text", "on norms", "text", "on rules"));
    expect![[r#"
        annotations: 1 new, 2 changed, 1 deleted, 1 unchanged
        codes: 1 new, 1 changed, 2 unchanged
        documents: 1 changed
        memos: 1 changed
        --- stderr
        1 passage found by its words, not by positions
        1 code made: new
        change 10; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &book));
    assert!(project.ok("list --format csv").contains("new/code"));
    assert!(project.ok("list --format csv").contains("= a claim"), "{}", project.ok("list --format csv"));
    assert!(project.ok("log --format csv").contains("import xlsx"), "{}", project.ok("log --format csv"));
    project.ok("check");
    assert!(import(&project, &book).contains("nothing changed"));
    project.ok("undo");
    assert_eq!(project.content(), before);
}

#[test]
fn rows_may_be_sorted_left_out_copied_and_stripped_of_columns() {
    let (project, book) = exported();
    let before = project.bytes();
    let unchanged = |book: Book, rows: u32| {
        let said = import(&project, &book);
        assert!(
            said.contains(&format!("annotations: {rows} unchanged")) && said.contains("nothing changed"),
            "{said}"
        );
        assert!(project.bytes() == before);
    };
    let again = || Book::read(&project, "a.xlsx");
    unchanged(
        again().edit("annotations", |mut sheet| {
            sheet.rows.reverse();
            sheet
        }),
        4,
    );
    unchanged(
        again().edit("annotations", |mut sheet| {
            sheet.rows.truncate(2);
            sheet
        }),
        2,
    );
    unchanged(
        again().edit("annotations", |mut sheet| {
            sheet.rows.insert(2, Vec::new());
            sheet
        }),
        4,
    );
    let columns = ["before", "after", "created", "modified", "quote_truncated", "document_sha256"];
    unchanged(
        again()
            .edit("annotations", |sheet| columns.iter().fold(sheet, |sheet, column| sheet.without(column))),
        4,
    );
    unchanged(again().only(&["annotations"]).rename("annotations", "Tabelle1"), 4);
    let copied = book.edit("annotations", |mut sheet| {
        sheet.rows.push(sheet.rows[0].clone());
        sheet
    });
    let said = import(&project, &copied);
    assert!(
        said.contains("1 already there, 4 unchanged")
            && said.contains("row 6: its id stands in an earlier row"),
        "{said}"
    );
    assert!(project.bytes() == before);
}

#[test]
fn a_column_that_was_filled_down_is_refused_by_row() {
    let (project, book) = exported();
    // What a spreadsheet makes of a number that is dragged down.
    let dragged = book.edit("annotations", |mut sheet| {
        for row in 0..4 {
            sheet = sheet.set(row, "start", &row.to_string());
        }
        sheet
    });
    dragged.save(&project, "edited.xlsx");
    let said = refused(&project, "import xlsx edited.xlsx");
    for row in [3, 4, 5] {
        assert!(said.contains(&format!("refused: sheet annotations, row {row}, column `start`")), "{said}");
    }
    assert!(said.contains("3 rows refused"), "{said}");
    let (project, book) = exported();
    let dragged = book.edit("annotations", |mut sheet| {
        let first = sheet.cell(0, "id").to_owned();
        for row in 1..4 {
            let number = u32::from_str_radix(&first[28..], 16).unwrap() + row as u32;
            sheet = sheet.set(row, "id", &format!("{}{number:08x}", &first[..28]));
        }
        sheet
    });
    let before = project.content();
    let said = import(&project, &dragged);
    assert!(said.contains("3 already there, 1 unchanged"), "{said}");
    project.ok("check");
    assert_eq!(project.content(), before);
}

#[test]
fn an_old_workbook_undoes_nothing_of_ten_changes_since() {
    let (project, book) = exported();
    for line in [
        "note 1 'a better note'",
        "untag 2",
        "retag 4 actors/state",
        "tag note 'nobody' norms",
        "code rename norms rules",
        "code add actors/other",
        "code edit rules --description 'what binds'",
        "document set note year=2020",
        "document rename note essay",
        "memo code:rules 'and more'",
    ] {
        project.ok(line);
    }
    let before = project.dump();
    let said = import(&project, &book);
    assert!(said.contains("nothing changed"), "{said}");
    assert_eq!(project.dump(), before);
    // One edit among old rows is taken over alone.
    let before = project.content();
    let edited = book.edit("annotations", |sheet| sheet.edit("coder", "ben", "note", "at the beginning"));
    let said = import(&project, &edited);
    assert!(said.contains("annotations: 1 changed"), "{said}");
    assert_eq!(project.content().replace(",ben,at the beginning,", ",ben,,"), before);
}

#[test]
fn a_workbook_of_another_project_is_refused_by_row_and_said_to_be_one() {
    let (project, _) = exported();
    let other = Project::empty();
    other.write("letter.txt", "Dear reader, nothing of this is known elsewhere.\n");
    for line in ["init other", "document add letter.txt", "code add greeting", "tag letter:0-11 greeting"] {
        // With ids of its own: all other projects of these tests have the same.
        let run = other.command().env("POSTIL_SEED", "8").args(line.split(' ')).output().unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    }
    Book::exported(&other, "o.xlsx").save(&project, "other.xlsx");
    let said = refused(&project, "import xlsx other.xlsx");
    assert!(said.contains("exported from another project, `other`"), "{said}");
    assert!(
        said.contains("refused: sheet documents, row 2, column `file`: ``: its text is not in the bundle"),
        "{said}"
    );
    assert!(said.contains("refused: sheet annotations, row 2, column `document`: `letter`"), "{said}");
}

#[test]
fn refused_rows_name_their_sheet_and_come_back_mended() {
    let (project, book) = exported();
    let book = book
        .edit("annotations", |sheet| {
            sheet.edit("note", "a definition", "note", "#NAME?").edit("coder", "ben", "note", "good")
        })
        .edit("codes", |sheet| sheet.edit("path", "norms", "color", "red"));
    book.save(&project, "edited.xlsx");
    expect![[r##"
        warning: refused: sheet codes, row 4, column `color`: `red`: is not a colour like #0072b2
        warning: refused: sheet annotations, row 3, column `note`: `#NAME?`: a spreadsheet took this for a formula and left its error
        error: 2 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "##]]
    .assert_eq(&refused(&project, "import xlsx edited.xlsx"));
    let run = project.run("import xlsx edited.xlsx --partial --rejects refused.csv");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(run.out.contains("annotations: 1 changed, 2 unchanged"), "{}", run.text());
    let mended = Sheet::read(&project, "refused.csv").set(0, "note", "mended");
    assert_eq!(mended.rows.len(), 1);
    mended.save(&project, "mended.csv");
    assert!(project.ok("import csv mended.csv").contains("annotations: 1 changed"));
}

#[test]
fn a_lone_sheet_of_ones_own_is_enough_and_strangers_are_passed_over() {
    let (project, _) = exported();
    let sheet = |text: &str| Sheet::parse(text);
    Book { sheets: Vec::new() }
        .add("Notes of mine", sheet("who,when\nben,monday\n"))
        .add("Tabelle1", sheet("Document,Quote,Code,Comment\nnote,nobody,norms,new\n"))
        .save(&project, "own.xlsx");
    expect![[r#"
        annotations: 1 new
        --- stderr
        warning: passed over: sheet `Notes of mine`: its columns are not those of a table: `who`, `when`
        1 passage found by its words, not by positions
        change 10; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import xlsx own.xlsx").text());
    let (project, book) = exported();
    let copy = book.sheet("annotations").clone().edit("coder", "ben", "note", "of the copy");
    let said = import(&project, &book.add("annotations (2)", copy));
    assert!(said.contains("4 unchanged") && said.contains("it looks like `annotations`"), "{said}");
}

#[test]
fn a_workbook_of_another_program_is_read_like_its_table() {
    let (project, _) = exported();
    let sheet = Sheet::parse("id,document,tag,content\n1,note,norms,at times\n2,note,norms,nobody knows\n");
    Book { sheets: Vec::new() }.add("highlights", sheet).save(&project, "highlights.xlsx");
    let run = project.run("import xlsx highlights.xlsx --partial");
    assert!(
        run.err.contains("Taguette") && run.err.contains("highlights.xlsx, sheet highlights, row 3"),
        "{}",
        run.text()
    );
    assert!(run.out.contains("annotations: 1 already there"), "{}", run.text());
}

#[test]
fn what_is_missing_is_deleted_only_where_the_workbook_says_how_much_there_was() {
    let (project, book) = exported();
    let shorter = book.edit("annotations", |mut sheet| {
        sheet.rows.remove(1);
        sheet
    });
    shorter.save(&project, "edited.xlsx");
    assert!(project.ok("import xlsx edited.xlsx --missing-means-deleted").contains("1 deleted, 3 unchanged"));
    project.ok("undo");
    let without = shorter.only(&["annotations", "codes"]);
    without.save(&project, "edited.xlsx");
    let said = refused(&project, "import xlsx edited.xlsx --missing-means-deleted");
    assert!(said.contains("its sheet `read me` is not there"), "{said}");
    project.ok("export xlsx -o part.xlsx --by ana");
    let said = refused(&project, "import xlsx part.xlsx --missing-means-deleted");
    assert!(said.contains("the export held 3 annotations, but the store held 4"), "{said}");
}

#[test]
fn typed_cells_are_read_as_they_are_meant() {
    let (project, _) = exported();
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let header = ["document", "start", "end", "code", "note", "created"];
    for (column, name) in (0..).zip(header) {
        page.write_string(0, column, name).unwrap();
    }
    let date = Format::new().set_num_format("dd.mm.yyyy hh:mm");
    page.write_string(1, 0, "note").unwrap();
    page.write_number(1, 1, 58.0).unwrap();
    page.write_number(1, 2, 66.0).unwrap();
    page.write_formula(1, 3, rust_xlsxwriter::Formula::new("LOWER(\"NORMS\")").set_result("norms")).unwrap();
    page.write_number_with_format(1, 4, 0.07, &Format::new().set_num_format("0%")).unwrap();
    let time = ExcelDateTime::parse_from_str("2026-01-02T03:04:05").unwrap();
    page.write_datetime_with_format(1, 5, &time, &date).unwrap();
    page.write_string(2, 0, "note").unwrap();
    page.write_number(2, 1, 1e19).unwrap();
    page.write_boolean(2, 3, true).unwrap();
    workbook.save(project.path("typed.xlsx")).unwrap();
    let run = project.run("import xlsx typed.xlsx --partial --coder cleo");
    expect![[r#"
        annotations: 1 new
        --- stderr
        warning: refused: typed.xlsx, sheet Sheet1, row 3, column `start`: `1E+19`: a spreadsheet took this for a number and rounded it
        new coders: cleo
        change 10; `postil undo` takes it back
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    let listed = project.ok("export csv -o - --by cleo");
    assert!(listed.contains(",note,58,66,at times,norms,cleo,7%,,2026-01-02T03:04:05.000Z,"), "{listed}");
}

#[test]
fn what_is_no_workbook_is_refused_with_what_to_type() {
    let (project, _) = exported();
    let said = |line: &str| project.refused(line);
    assert!(
        said("import xlsx a.csv")
            .contains("this is not an .xlsx or .ods workbook\nhint: `postil import csv` reads CSV")
    );
    assert!(
        said("import csv a.xlsx")
            .contains("`a.xlsx` is a workbook, not CSV\nhint: `postil import xlsx a.xlsx` reads it")
    );
    assert!(said("import xlsx none.xlsx").contains("there is no file `none.xlsx`"));
    assert!(said("import xlsx .").contains("`.` is a folder\nhint: `postil import csv FOLDER`"));
    let bytes = std::fs::read(project.path("a.xlsx")).unwrap();
    project.write("cut.xlsx", &bytes[..bytes.len() / 2]);
    assert!(said("import xlsx cut.xlsx").contains("the workbook is damaged or was cut short"));
    assert!(
        project.run("export csv -o a.xlsx").err.contains("`a.xlsx` is a file")
            || project.path("a.xlsx").is_file()
    );
    assert!(
        said("export csv -o b.xlsx").contains("hint: for a workbook: `postil export xlsx -o $FOLDER/b.xlsx`")
    );
}

/// Imports a workbook in as much memory as a small laptop has free, and returns what it said.
#[cfg(target_os = "linux")]
fn in_little_memory(project: &Project, name: &str) -> (Option<i32>, String, std::time::Duration) {
    let began = std::time::Instant::now();
    let script = format!("ulimit -v 524288; exec {} import xlsx {name}", super::project::POSTIL);
    let surroundings = project.command();
    let surroundings = surroundings.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .envs(surroundings)
        .current_dir(project.folder())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned(), began.elapsed())
}

#[cfg(target_os = "linux")]
#[test]
fn bombs_are_refused_in_little_time_and_memory() {
    use std::io::Write;
    let (project, _) = exported();
    let before = project.bytes();
    let write = |name: &str, parts: &[(&str, &str, usize)]| {
        let file = std::fs::File::create(project.path(name)).unwrap();
        let mut zip = zip::ZipWriter::new(file);
        for (name, piece, times) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            let many = piece.repeat(4096);
            (0..*times / 4096).for_each(|_| zip.write_all(many.as_bytes()).unwrap());
            (0..*times % 4096).for_each(|_| zip.write_all(piece.as_bytes()).unwrap());
        }
        zip.finish().unwrap();
    };
    let kind = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet", 1);
    write("bomb.ods", &[kind, ("content.xml", "<a/>", 8 << 20)]);
    let cell = "office:value-type=\"string\"><text:p>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</text:p></table:table-cell>";
    let repeated = format!(
        "<office:spreadsheet><table:table table:name=\"annotations\"><table:table-row><table:table-cell office:value-type=\"string\">\
         <text:p>quote</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><text:p>note</text:p></table:table-cell>\
         </table:table-row><table:table-row table:number-rows-repeated=\"50000\"><table:table-cell \
         table:number-columns-repeated=\"16384\" {cell}</table:table-row></table:table></office:spreadsheet>"
    );
    write("repeated.ods", &[kind, ("content.xml", &repeated, 1)]);
    write("nested.ods", &[kind, ("content.xml", "<a>", 1 << 20)]);
    for (name, why) in [
        ("bomb.ods", "would unpack from"),
        ("repeated.ods", "annotations, row 2"),
        ("nested.ods", "nested too deeply"),
    ] {
        let (status, said, took) = in_little_memory(&project, name);
        assert_eq!(status, Some(1), "{name}: {said}");
        assert!(said.contains(why), "{name}: {said}");
        assert!(took.as_secs() < 60, "{name} took {took:?}");
    }
    assert!(project.bytes() == before);
}
