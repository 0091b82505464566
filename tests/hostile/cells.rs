//! Whatever a store's words begin with, no table that is written has a cell that a spreadsheet would run, and what is read back
//! is what was there.

use std::io::Read;

use crate::poison::{WORDS, behind_its_back, rewrite};
use crate::project::Project;

/// What a spreadsheet may take for the beginning of a formula, in half and full width, and the mark that guards against it.
const BEGINNINGS: [&str; 12] = ["=", "+", "-", "@", "\t", "\r", "\n", "'=", "''", "＝", "＋", "＠"];

/// Whether a spreadsheet would run a cell that reads so. A number may be negative.
fn runs(cell: &str) -> bool {
    let first = cell.chars().next().unwrap_or('a');
    "=+-@\t\r\n＝＋－＠".contains(first) && cell.parse::<f64>().is_err()
}

fn check_table(what: &str, table: &str) {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    let mut cells = 0;
    for record in reader.records() {
        for cell in record.unwrap().iter() {
            assert!(!runs(cell), "{what}: a cell reads {cell:?}");
            cells += 1;
        }
    }
    assert!(cells > 0, "{what}: no cell was written");
}

/// A study in which the words begin so. Names cannot begin with white space: there it is planted.
fn study(beginning: &str) -> Project {
    let project = Project::small();
    for line in [
        "tag note:0-5 norms",
        "tag note:0-10 actors/state --coder ben",
        "document set note year=1999",
        "memo project m",
        "done note",
        "done note --coder ben",
    ] {
        project.ok(line);
    }
    let clean = |text: &str| format!("{beginning}{text}");
    let db = behind_its_back(project.path("study.postil"));
    for (table, column) in WORDS.into_iter().filter(|word| word.1 != "command") {
        rewrite(&db, table, column, clean);
    }
    // A note where there was none.
    rewrite(&db, "annotation", "note", |old| if old.is_empty() { clean("1+1") } else { old.to_owned() });
    project
}

#[test]
fn no_table_has_a_cell_that_a_spreadsheet_runs() {
    for beginning in BEGINNINGS {
        let project = study(beginning);
        for line in [
            "list -f csv",
            "document list -f csv",
            "code list -f csv",
            "coder list -f csv",
            "stats codes -f csv",
            "stats documents -f csv",
            "stats coders -f csv",
            "stats cooccurrence -f csv",
            "stats coverage -f csv",
            "stats timeline -f csv",
            "progress -f csv",
            "log -f csv",
            "find states -f csv",
            "agree -f csv",
            "disagreements -f csv",
            "code export --format csv",
            "export csv -o -",
            "sql 'SELECT * FROM codes, memos' -f csv",
            "sql 'SELECT -1.5 AS \"=x\", note FROM annotations' -f csv",
        ] {
            let run = project.run(line);
            assert!(matches!(run.status, Some(0 | 3)), "{beginning:?}: {line}: {}", run.text());
            check_table(&format!("{beginning:?}: {line}"), &run.out);
        }
        project.ok("export csv -o bundle");
        for entry in std::fs::read_dir(project.path("bundle")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "csv") {
                check_table(
                    &format!("{beginning:?}: {}", path.display()),
                    &std::fs::read_to_string(path).unwrap(),
                );
            }
        }
        for shape in ["long", "wide"] {
            project.ok(&format!("export table --{shape} -o {shape}.csv"));
            check_table(&format!("{beginning:?}: {shape}.csv"), &project.read(&format!("{shape}.csv")));
        }
        project.ok("export xlsx -o book.xlsx");
        no_formulas(&project, "book.xlsx");
        // Refused rows come back guarded, whatever they were.
        project.write("rows.csv", format!("document,start,end,code,\"{beginning}x\"\n\"{beginning}nothing\",0,5,\"{beginning}y\",\"{beginning}z\"\n"));
        let run = project.run("import csv rows.csv --partial --rejects rejects.csv");
        assert_eq!(run.status, Some(3), "{}", run.text());
        check_table(&format!("{beginning:?}: rejects.csv"), &project.read("rejects.csv"));
    }
}

/// No cell of the workbook is a formula, and nothing in it leads out.
fn no_formulas(project: &Project, name: &str) {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(project.path(name)).unwrap()).unwrap();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        if part.read_to_string(&mut text).is_err() {
            continue;
        }
        if String::from_utf8_lossy(part.name_raw()).starts_with("xl/worksheets/") {
            assert!(!text.contains("<f>") && !text.contains("<f "), "a formula in {:?}", part.name());
        }
        assert!(
            !text.contains("TargetMode=\"External\"") && !text.contains("externalLink"),
            "a link out in {:?}",
            part.name()
        );
    }
}

#[test]
fn a_bundle_and_a_workbook_of_formulas_change_nothing_where_they_came_from() {
    for beginning in BEGINNINGS {
        let project = Project::small();
        // What a person may type: names without white space before them, notes and memos as they please.
        let name = format!("{}x", beginning.trim());
        project.args(&["code", "add", "--", &name]).ok();
        project.args(&["document", "set", "note", "--", &format!("k={beginning}v")]).ok();
        project.args(&["tag", "note:0-5", "norms", &format!("--note={beginning}1+1")]).ok();
        project.args(&["memo", "project", "--", &format!("{beginning}m")]).ok();
        let before = project.dump();
        project.ok("export csv -o bundle");
        project.ok("export xlsx -o book.xlsx");
        for line in ["import csv bundle", "import xlsx book.xlsx"] {
            let run = project.run(line);
            assert!(run.err.contains("nothing changed"), "{beginning:?}: {line}: {}", run.text());
        }
        assert_eq!(project.dump(), before, "{beginning:?}");
        let other = Project::new();
        let bundle = project.path("bundle").display().to_string();
        other.args(&["import", "csv", &bundle]).ok();
        assert_eq!(other.dump(), before, "{beginning:?}");
    }
}
