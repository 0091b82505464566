//! The real thing: tables go through LibreOffice Calc and come back. Where it is not installed, the tests say so.

use super::calc::{Calc, is_installed, reading};
use super::project::Project;
use super::sheet::Sheet;

/// Every column of the contract as text.
const TEXT_COLUMNS: &str = "1/2/2/2/3/2/4/2/5/2/6/2/7/2/8/2/9/2/10/2/11/2/12/2/13/2/14/2/15/2/16/2";

/// A project whose cells a spreadsheet would like to change.
pub(crate) fn tempting() -> Project {
    let project = Project::small();
    project.write(
        "states.txt",
        "=1+1 is \u{5e9}\u{5dc}\u{5d5}\u{5dd} 🦀, 12:30 — 50% — \"quoted\"\nline two\ttab e\u{301}.",
    );
    project.ok("document add states.txt");
    project.ok("code add '=cmd' TRUE 'actors/non-state, armed'");
    let notes = [
        "=1+1",
        "+5",
        "-text",
        "@SUM(1)",
        "'=1",
        "''",
        "'tis",
        "two\nlines",
        " spaces ",
        "\"q\"",
        "a;b",
        "🦀",
    ];
    for (index, note) in notes.iter().enumerate() {
        let place = format!("states:{index}-{}", index + 9);
        project.args(&["tag", &place, "=cmd", "--note", note]).ok();
    }
    project.ok("tag states:20-40 TRUE");
    project.ok("tag states:0-4 'actors/non-state, armed'");
    project.ok("tag note --quote 'Norms bind states.' --note 'a highlight with a note'");
    project.ok("note 1 '=2+2'");
    project.ok("export csv -o a.csv");
    project
}

#[test]
fn what_calc_saves_comes_back_unchanged() {
    if !is_installed() {
        return;
    }
    let project = tempting();
    let ways = [
        ("xlsx", reading("", 1033, false), "general"),
        ("xlsx", reading("", 1033, true), "detected"),
        ("ods", reading(TEXT_COLUMNS, 1033, false), "text"),
        ("ods", reading("", 1033, false), "ods"),
    ];
    for (format, reading, folder) in ways {
        let back = Calc::new(&project).csv_through("a.csv", format, &reading, folder);
        let run = project.run(&format!("import csv {back}"));
        assert_eq!(run.status, Some(0), "{folder}: {}\n{}", run.text(), project.read(&back));
        assert!(run.out.contains("15 unchanged"), "{folder}: {}\n{}", run.text(), project.read(&back));
    }
}

#[test]
fn what_only_text_columns_protect_survives_them() {
    if !is_installed() {
        return;
    }
    let project = tempting();
    for (index, note) in ["007", "1e5", "1/2", "3e10", "12:30", "50%", "TRUE", "1.10"].iter().enumerate() {
        let place = format!("note:{index}-{}", index + 9);
        project.args(&["tag", &place, "norms", "--note", note]).ok();
    }
    project.ok("export csv -o a.csv --force");
    let back = Calc::new(&project).csv_through("a.csv", "xlsx", &reading(TEXT_COLUMNS, 1033, true), "text");
    let run = project.run(&format!("import csv {back}"));
    assert!(run.status == Some(0) && run.out.contains("23 unchanged"), "{}", run.text());
}

#[test]
fn an_edit_in_between_is_the_only_change() {
    if !is_installed() {
        return;
    }
    let project = tempting();
    let sheet = Sheet::read(&project, "a.csv");
    sheet
        .edit("note", "a highlight with a note", "note", "edited")
        .edit("code", "TRUE", "code", "norms")
        .add(&[("document", "note"), ("quote", "at times"), ("code", "norms"), ("coder", "ben")])
        .save(&project, "a.csv");
    let back = Calc::new(&project).csv_through("a.csv", "xlsx", &reading("", 1033, false), "out");
    let run = project.run(&format!("import csv {back}"));
    assert!(run.out.contains("1 new, 2 changed, 13 unchanged"), "{}", run.text());
    project.ok("undo");
    // Semicolons and a windows code page: what a European Excel makes of it by default.
    Calc::new(&project).convert(
        "out/a.xlsx",
        "csv:Text - txt - csv (StarCalc):59,34,1,1,,0,false,true",
        None,
        "legacy",
    );
    let run = project.run("import csv legacy/a.csv");
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(run.err.contains("not UTF-8") || run.err.contains("letters have become `?`"), "{}", run.text());
}
