//! `import csv`: a table comes back, edited or not.

use expect_test::expect;

use super::project::Project;
use super::sheet::{Sheet, coded, import, refused};

#[test]
fn an_unedited_table_changes_nothing() {
    let (project, sheet) = coded();
    let (dump, log, bytes) = (project.dump(), project.ok("log"), project.bytes());
    let run = project.run("import csv a.csv");
    assert_eq!(run.status, Some(0));
    expect![[r#"
        annotations: 4 unchanged
        --- stderr
        nothing changed
    "#]]
    .assert_eq(&run.text());
    assert!(import(&project, &sheet).contains("4 unchanged"));
    assert!(project.run_with("import csv -", project.read("a.csv").as_bytes()).ok().contains("4 unchanged"));
    assert_eq!((project.dump(), project.ok("log")), (dump, log));
    assert!(project.bytes() == bytes, "the store changed");
}

#[test]
fn a_table_comes_back_in_whatever_form_a_spreadsheet_gives_it() {
    let (project, sheet) = coded();
    let utf16 = |text: &str| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let mut sorted = sheet.clone();
    sorted.rows.reverse();
    let mut shouting = sheet.clone();
    shouting.header.iter_mut().for_each(|name| *name = format!(" {} ", name.to_uppercase()));
    let decimal = sheet.clone().edit("start", "20", "start", "20.0").edit("end", "32", "end", "32,00");
    let mut short = sheet.clone();
    short.rows.truncate(2);
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("semicolons", sheet.text_with(";", "\r\n").into()),
        ("tabs", sheet.text_with("\t", "\n").into()),
        ("bars and old Mac line ends", sheet.text_with("|", "\r").into()),
        ("UTF-16", utf16(&sheet.text_with("\t", "\r\n"))),
        ("a sep line", format!("sep=;\r\n{}", sheet.text_with(";", "\r\n")).into()),
        ("sorted", sorted.text().into()),
        ("an upper-case header", shouting.text().into()),
        ("decimal positions", decimal.text().into()),
        ("rows left out", short.text().into()),
        ("a blank row at the end", format!("{},,,,,,,,,,,,,,,\r\n", sheet.text()).into()),
    ];
    for (form, bytes) in forms {
        project.write("form.csv", bytes);
        let run = project.run("import csv form.csv");
        assert_eq!(run.status, Some(0), "{form}: {}", run.text());
        assert!(run.err.contains("nothing changed"), "{form}: {}", run.text());
    }
    for column in sheet.header.clone() {
        if column == "id" {
            continue;
        }
        let said = import(&project, &sheet.clone().without(&column));
        assert!(said.contains("4 unchanged"), "{column}: {said}");
    }
    assert!(import(&project, &sheet.without("id")).contains("4 already there"));
}

#[test]
fn every_column_that_people_edit_is_taken_over() {
    let (project, sheet) = coded();
    let edited = sheet
        .clone()
        .edit("quote", "Norms bind states", "note", "two\nlines")
        .edit("quote", "States speak", "code", "norms")
        .edit("quote", "at times", "coder", "carla")
        .set(0, "start", "6")
        .set(0, "end", "10")
        .set(0, "quote", "");
    expect![[r#"
        annotations: 4 changed
        --- stderr
        new coders: carla
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    let columns = ["start", "end", "quote", "code", "coder", "note"];
    let now = Sheet::parse(&project.ok("export csv -o -"));
    let cells: Vec<String> =
        (0..now.rows.len()).map(|row| columns.map(|column| now.cell(row, column)).join("|")).collect();
    expect![[r#"
        0|17|Norms bind states|norms|ana|two
        lines
        6|10|bind|actors/state|ana|
        20|32|States speak|norms|ben|
        58|66|at times|norms|carla|'=1+1"#]]
    .assert_eq(&cells.join("\n"));
    assert!(import(&project, &edited).contains("nothing changed"), "a second import changes nothing");
    project.ok("undo");
    assert!(project.content() == coded().0.content(), "undo takes it back");
    assert!(import(&project, &edited).contains("redo"), "after an undo, redo is offered");
    project.ok("redo");
    assert_eq!(Sheet::parse(&project.ok("export csv -o -")).rows.len(), 4);
    assert!(project.ok("list --code norms --format csv").contains("two\nlines"));
}

#[test]
fn new_rows_need_no_id_and_no_coder() {
    let (project, sheet) = coded();
    let by_offsets = [("document", "note"), ("start", "6"), ("end", "10"), ("code", "norms")];
    let by_quote =
        [("document", "note.txt"), ("quote", "norms \"bind\""), ("code", "norms"), ("coder", "dora")];
    let highlight = [("document", "note"), ("quote", "nobody")];
    let note = [("document", "note"), ("quote", "nobody"), ("note", "who?")];
    let edited = sheet.clone().add(&by_offsets).add(&by_quote).add(&highlight).add(&note);
    expect![[r#"
        annotations: 4 new, 4 unchanged
        --- stderr
        3 passages found by their words, not by positions
        new coders: dora
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    expect![[r#"
        2	note	0	5	actors/state	ana	Norms		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-76bb-931d-adbe9587e82c
        1	note	0	17	norms	ana	Norms bind states	a definition	2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-730a-90df-7bd97d89786b
        5	note	6	10	norms	ana	bind		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-75d5-8917-18df00c19a37
        3	note	20	32	actors/state	ben	States speak		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-7113-bc4d-e41f9ea3a735
        6	note	43	55	norms	dora	norms “bind”		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-75d5-8917-18df683776af
        4	note	58	66	norms	ana	at times	=1+1	2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-702d-b40f-aa52d0f8b52a
        7	note	69	75		ana	nobody		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-75d5-8917-18e003344afd
        8	note	69	75		ana	nobody	who?	2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-75d5-8917-18e077ab1a88
    "#]].assert_eq(&project.ok("list --format plain"));
    assert!(
        import(&project, &edited).contains("4 unchanged") && import(&project, &edited).contains("4 already")
    );
    let run = project.run("undo");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert_eq!(project.content(), coded().0.content());
}

#[test]
fn delete_is_said_and_a_missing_row_is_none() {
    let (project, sheet) = coded();
    let mut edited = sheet.edit("coder", "ben", "action", "Delete");
    edited.rows.remove(0);
    expect![[r#"
        annotations: 1 deleted, 2 unchanged
        --- stderr
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    assert_eq!(Sheet::parse(&project.ok("export csv -o -")).rows.len(), 3);
    assert!(import(&project, &edited).contains("nothing changed"));
    project.ok("undo");
    assert_eq!(Sheet::parse(&project.ok("export csv -o -")).rows.len(), 4);
}

#[test]
fn a_copied_row_is_a_new_annotation_where_it_differs() {
    let (project, sheet) = coded();
    let mut edited = sheet.clone();
    edited.rows.push(sheet.rows[0].clone());
    assert!(import(&project, &edited).contains("1 already there"));
    edited = edited.set(4, "code", "norms");
    expect![[r#"
        annotations: 1 new, 4 unchanged
        --- stderr
        warning: row 6: its id stands in an earlier row too, so it is read as a new annotation
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    assert_eq!(Sheet::parse(&project.ok("export csv -o -")).rows.len(), 5);
}

#[test]
fn codes_that_are_missing_are_refused_or_made() {
    let (project, sheet) = coded();
    let edited = sheet.edit("quote", "at times", "code", "norms/soft/law");
    edited.save(&project, "edited.csv");
    expect![[r#"
        warning: refused: edited.csv, row 5, column `code`: `norms/soft/law`: there is no code `norms/soft/law` (`--create-codes` adds the missing ones)
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]].assert_eq(&refused(&project, "import csv edited.csv"));
    expect![[r#"
        annotations: 1 changed, 3 unchanged
        --- stderr
        2 codes made: norms/soft, norms/soft/law
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import csv edited.csv --create-codes").text());
    assert!(project.ok("code list --format plain").contains("norms/soft/law"));
    project.ok("undo");
    assert!(!project.ok("code list --format plain").contains("soft"));
}

#[test]
fn a_rehearsal_says_what_the_run_does_and_leaves_the_bytes_alone() {
    let (project, sheet) = coded();
    let edited = sheet
        .edit("quote", "Norms bind states", "note", "other")
        .edit("coder", "ben", "action", "delete")
        .edit("quote", "at times", "code", "new/code")
        .add(&[("document", "note"), ("start", "6"), ("end", "10"), ("code", "norms"), ("coder", "zoe")]);
    edited.save(&project, "edited.csv");
    let before = project.bytes();
    let rehearsal = project.run("import csv edited.csv --create-codes --dry-run");
    assert_eq!(rehearsal.status, Some(0));
    assert!(project.bytes() == before, "a rehearsal wrote");
    expect![[r#"
        annotations: 1 new, 2 changed, 1 deleted, 1 unchanged
        --- stderr
        2 codes made: new, new/code
        new coders: zoe
        would do: #4 code: norms -> new/code
        would do: #3 removed: note:20-32 actors/state ben
        would do: #1 note: a definition -> other
        hint: this was a rehearsal: nothing was written; leave `--dry-run` out to do it
    "#]]
    .assert_eq(&rehearsal.text());
    assert_eq!(project.run("import csv edited.csv --create-codes").out, rehearsal.out);
    assert!(project.run("import csv edited.csv --create-codes -n").err.contains("nothing would change"));
}

#[test]
fn refused_rows_stop_everything_or_are_set_aside_and_come_back_mended() {
    let (project, sheet) = coded();
    let edited = sheet
        .edit("quote", "Norms bind states", "note", "good")
        .edit("coder", "ben", "document", "letter")
        .edit("quote", "at times", "end", "9999999");
    edited.save(&project, "edited.csv");
    expect![[r#"
        warning: refused: edited.csv, row 4, column `document`: `letter`: there is no document `letter`
        warning: refused: edited.csv, row 5, column `end`: `9999999`: the passage 58-9999999 is past the end: the text has 77 characters
        2 refused rows in `bad.csv`, with the reasons
        error: 2 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
    "#]].assert_eq(&refused(&project, "import csv edited.csv --rejects bad.csv"));
    let bad = Sheet::read(&project, "bad.csv");
    assert_eq!((bad.rows.len(), bad.cell(0, "row")), (2, "4"));
    expect![[r#"
        annotations: 1 changed, 1 unchanged
        --- stderr
        warning: refused: edited.csv, row 4, column `document`: `letter`: there is no document `letter`
        warning: refused: edited.csv, row 5, column `end`: `9999999`: the passage 58-9999999 is past the end: the text has 77 characters
        2 refused rows in `bad.csv`, with the reasons
        change 7; `postil undo` takes it back
        --- status Some(3)
    "#]].assert_eq(&project.run("import csv edited.csv --partial --rejects bad.csv").text());
    assert!(project.ok("list --format csv").contains("good"));
    let mended = bad
        .edit("document", "letter", "document", "note")
        .edit("end", "9999999", "end", "66")
        .edit("coder", "ben", "note", "mended");
    expect![[r#"
        annotations: 1 changed, 1 unchanged
        --- stderr
        change 8; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &mended));
}

#[test]
fn a_file_of_refused_rows_is_only_written_when_there_are_some() {
    let (project, _) = coded();
    project.ok("import csv a.csv --rejects bad.csv");
    assert!(!project.path("bad.csv").exists());
}

#[test]
fn what_is_missing_is_deleted_only_where_the_export_is_proven_complete() {
    let (project, sheet) = coded();
    let mut fewer = sheet;
    fewer.rows.remove(1);
    fewer.save(&project, "edited.csv");
    expect![[r#"
        error: nothing proves that the file was a complete export: there is no manifest beside it
        hint: import the folder that `postil export csv -o FOLDER` wrote, with its datapackage.json
    "#]]
    .assert_eq(&refused(&project, "import csv edited.csv --missing-means-deleted"));
    project.ok("export csv -o round");
    fewer.save(&project, "round/annotations.csv");
    expect![[r#"
        annotations: 1 deleted, 3 unchanged
        --- stderr
        would do: #1 removed: note:0-17 norms ana a definition
        hint: this was a rehearsal: nothing was written; leave `--dry-run` out to do it
    "#]]
    .assert_eq(&project.run("import csv round/annotations.csv --missing-means-deleted -n").text());
    expect![[r#"
        annotations: 1 deleted, 3 unchanged
        --- stderr
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import csv round --missing-means-deleted").text());
    project.ok("undo");
    project.ok("tag note 'nobody' norms");
    expect![[r#"
        error: the export held 4 annotations, but the store held 5 before this import: rows that are missing can't be told from annotations made since
        hint: write `delete` in the column `action` of the rows that are to go
    "#]].assert_eq(&refused(&project, "import csv round --missing-means-deleted"));
    project.ok("undo");
    // A row without its id is no proof that the annotation is missing.
    let blank = Sheet::read(&project, "a.csv").set(0, "id", "");
    blank.save(&project, "round/annotations.csv");
    let said = project.run("import csv round --missing-means-deleted").text();
    assert!(said.contains("1 already there") && said.contains("nothing changed"), "{said}");
    // Nor is a refused one.
    let broken = Sheet::read(&project, "a.csv").set(0, "start", "x");
    broken.save(&project, "round/annotations.csv");
    let said = refused(&project, "import csv round --missing-means-deleted --partial");
    assert!(said.contains("rows were refused"), "{said}");
}

#[test]
fn a_large_loss_wants_a_yes() {
    let project = Project::small();
    for start in 0..40 {
        project.ok(&format!("tag note:{start}-{} norms", start + 2));
    }
    project.ok("export csv -o a.csv");
    let sheet = Sheet::read(&project, "a.csv").edit("coder", "ana", "action", "delete");
    sheet.save(&project, "edited.csv");
    assert!(project.run("import csv edited.csv -n").ok().contains("40 deleted"));
    expect![[r#"
        error: the import would change or delete 40 of 40 annotations, more than a fifth; nothing was written
        hint: look at it with `--dry-run`; if it is meant, add `--yes`
    "#]]
    .assert_eq(&refused(&project, "import csv edited.csv"));
    assert!(project.run("import csv edited.csv --yes").ok().contains("40 deleted"));
    project.ok("undo");
    assert_eq!(Sheet::parse(&project.ok("export csv -o -")).rows.len(), 40);
}

#[test]
fn unknown_columns_are_named_and_passed_over() {
    let (project, mut sheet) = coded();
    sheet.header.push("my remarks".to_owned());
    sheet.rows.iter_mut().for_each(|row| row.push("x".to_owned()));
    let said = import(&project, &sheet);
    assert!(said.contains("`my remarks`") && said.contains("nothing changed"), "{said}");
}

#[test]
fn a_table_in_parts_is_read_as_one() {
    let (project, _) = coded();
    project.ok("export csv -o round");
    let whole = Sheet::read(&project, "round/annotations.csv");
    let (mut one, mut two) = (whole.clone(), whole.clone());
    one.rows.truncate(2);
    two.rows.drain(..2);
    // The same row in both parts is one annotation, and the second copy is told.
    two.rows.push(whole.rows[0].clone());
    one.save(&project, "round/annotations.csv");
    two.save(&project, "round/annotations-2.csv");
    let other = Project::new();
    let run = other.args(&["import", "csv", &project.path("round").display().to_string()]);
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(run.out.contains("annotations: 4 new, 1 already there"), "{}", run.text());
    assert_eq!(other.ok("export csv -o -"), project.read("a.csv"));
}
