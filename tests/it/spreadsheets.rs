//! The real thing, for workbooks and in several languages: what Calc opens and saves comes back, and what it damages is refused.

use std::collections::BTreeSet;
use std::io::Read;

use postil::exchange::xlsx::{Limits, Workbook};

use super::calc::{Calc, LANGUAGES, WRITING_ALL, is_installed, reading};
use super::libreoffice::tempting;
use super::project::Project;
use super::sheet::Sheet;
use super::workbook_file::Book;

/// Notes that are numbers, dates or times to a spreadsheet.
const RETYPED: [&str; 16] = [
    "007",
    "1e5",
    "1/2",
    "3e10",
    "12:30",
    "50%",
    "true",
    "1.10",
    "+5",
    "03/04/2026",
    "1,234",
    "1.234,50",
    "$5",
    "12345678901234567890",
    "12.12.2026",
    "۱۲۳",
];

/// A project whose notes a spreadsheet takes for other things, with `count` annotations exported to `a.csv`.
fn retyped() -> (Project, usize) {
    let project = tempting();
    for (index, note) in RETYPED.iter().enumerate() {
        let place = format!("note:{index}-{}", index + 9);
        project.args(&["tag", &place, "norms", "--note", note]).ok();
    }
    // Several lines with a tab, which Calc drops in .ods.
    project.ok("tag states:10-55 norms");
    project.ok("document set note number=007 day=2026-11-22 share=50%");
    project.ok("export csv -o a.csv --force");
    let count = Sheet::read(&project, "a.csv").rows.len();
    (project, count)
}

/// Whether our reader finds the texts in a workbook that another one finds.
#[track_caller]
fn same_as_another_reader(project: &Project, name: &str) {
    let file = std::fs::File::open(project.path(name)).unwrap();
    let theirs = Book::read(project, name);
    let ours = Workbook::read(file, Limits::default()).unwrap();
    assert_eq!(ours.tables.len(), 6);
    for mut found in ours.tables {
        let mut csv = String::new();
        found.sheet.csv.read_to_string(&mut csv).unwrap();
        let (ours, theirs) = (Sheet::parse(&csv), theirs.sheet(&found.sheet.name));
        assert_eq!(
            (&ours.header, &ours.rows),
            (&theirs.header, &theirs.rows),
            "{name}: {}",
            found.sheet.name
        );
    }
}

#[test]
fn a_workbook_that_calc_saves_comes_back_unchanged_in_every_language() {
    if !is_installed() {
        return;
    }
    let (project, count) = retyped();
    project.ok("memo project 'line one\nline two'");
    project.ok("memo code:TRUE '=1+1'");
    project.ok("export xlsx -o a.xlsx");
    let before = project.bytes();
    for language in LANGUAGES {
        let calc = Calc::in_language(&project, language);
        for kind in ["xlsx", "ods"] {
            let saved = calc.save_as("a.xlsx", kind, &format!("{}-{kind}", language.0));
            same_as_another_reader(&project, &saved);
            let run = project.run(&format!("import xlsx {saved}"));
            assert!(
                run.out.contains(&format!("annotations: {count} unchanged")),
                "{language:?} {kind}: {}",
                run.text()
            );
            assert!(run.err.contains("nothing changed"), "{language:?} {kind}: {}", run.text());
        }
        // From one kind into the other and on.
        let again =
            calc.save_as(&format!("{}-ods/a.ods", language.0), "xlsx", &format!("{}-again", language.0));
        assert!(project.run(&format!("import xlsx {again}")).err.contains("nothing changed"), "{language:?}");
    }
    assert!(project.bytes() == before);
}

#[test]
fn what_is_edited_in_a_workbook_is_the_only_change_after_calc_saved_it() {
    if !is_installed() {
        return;
    }
    for (language, kind) in LANGUAGES.into_iter().zip(["ods", "xlsx", "ods"]) {
        let (project, count) = retyped();
        let content = project.content();
        Book::exported(&project, "a.xlsx")
            .edit("annotations", |mut sheet| {
                sheet.rows.reverse();
                sheet
                    .edit(
                        "note",
                        "a highlight with a note",
                        "note",
                        "\u{e9}dit\u{e9}, \u{648}\u{6cc}\u{631}\u{627}\u{6cc}\u{634}",
                    )
                    .edit("note", "🦀", "code", "norms")
                    .edit("note", "two\nlines", "action", "delete")
                    .add(&[("document", "note"), ("quote", "at times"), ("code", "norms"), ("coder", "ben")])
                    .without("before")
            })
            .edit("codes", |sheet| sheet.edit("path", "norms", "description", "=what binds"))
            .save(&project, "edited.xlsx");
        let saved = Calc::in_language(&project, language).save_as("edited.xlsx", kind, language.0);
        let run = project.run(&format!("import xlsx {saved}"));
        let expected = format!("annotations: 1 new, 2 changed, 1 deleted, {} unchanged", count - 3);
        assert!(
            run.out.contains(&expected) && run.out.contains("codes: 1 changed"),
            "{language:?}: {}",
            run.text()
        );
        assert!(project.run(&format!("import xlsx {saved}")).err.contains("nothing changed"), "{language:?}");
        project.ok("check");
        project.ok("undo");
        assert_eq!(project.content(), content);
    }
}

#[test]
fn a_sheet_that_calc_saves_as_csv_is_imported_like_any_csv() {
    if !is_installed() {
        return;
    }
    let (project, count) = retyped();
    project.ok("export xlsx -o a.xlsx");
    for language in LANGUAGES {
        let calc = Calc::in_language(&project, language);
        calc.convert("a.xlsx", WRITING_ALL, None, language.0);
        let run = project.run(&format!("import csv {}/a-annotations.csv", language.0));
        assert!(run.out.contains(&format!("{count} unchanged")), "{language:?}: {}", run.text());
        assert!(run.err.contains("nothing changed"), "{language:?}: {}", run.text());
    }
}

/// The ids of the rows that say something else in `other`. Where a passage stands says its place and its quote; the context
/// around it, which Calc strips of tabs, is only looked at when these fail.
fn differing(one: &Sheet, other: &Sheet) -> BTreeSet<String> {
    let said = |sheet: &Sheet, row: usize| {
        ["id", "document", "start", "end", "code", "coder", "note", "action"]
            .map(|column| sheet.cell(row, column).to_owned())
    };
    let known: BTreeSet<[String; 8]> = (0..one.rows.len()).map(|row| said(one, row)).collect();
    let rows = (0..other.rows.len()).map(|row| said(other, row));
    rows.filter(|row| !known.contains(row)).map(|[id, ..]| id).collect()
}

#[test]
fn every_row_that_calc_damaged_is_refused_and_nothing_else_is_changed_in_every_language() {
    if !is_installed() {
        return;
    }
    let (project, count) = retyped();
    let before = project.bytes();
    let original = Sheet::read(&project, "a.csv");
    let tempted: BTreeSet<String> = (0..count)
        .filter(|row| RETYPED.contains(&original.cell(*row, "note").trim_start_matches('\'')))
        .map(|row| original.cell(row, "id").to_owned())
        .collect();
    for language in LANGUAGES {
        let calc = Calc::in_language(&project, language);
        for kind in ["xlsx", "ods"] {
            let folder = format!("{}-{kind}", language.0);
            let back = calc.csv_through("a.csv", kind, &reading("", 0, true), &folder);
            let damaged = differing(&original, &Sheet::read(&project, &back));
            // The CSV that Calc made of its own file, and that file itself, typed cells and all.
            for line in [format!("import csv {back}"), format!("import xlsx {folder}/a.{kind}")] {
                let run = project.run(&format!("{line} --partial --rejects refused.csv"));
                let refused = Sheet::read(&project, "refused.csv");
                let refused: BTreeSet<String> =
                    (0..refused.rows.len()).map(|row| refused.cell(row, "id").to_owned()).collect();
                assert!(refused.len() > 4 && refused.is_subset(&tempted), "{line}: {}", run.text());
                if line.starts_with("import csv") {
                    assert_eq!(refused, damaged, "{line}: {}", run.text());
                }
                let unchanged = format!("annotations: {} unchanged\n", count - refused.len());
                assert_eq!(run.out, unchanged, "{line}: {}", run.text());
                assert!(project.bytes() == before, "{line}: {}", run.text());
            }
        }
    }
}

#[test]
fn control_characters_and_what_looks_like_their_escapes_survive_calc_or_are_refused() {
    if !is_installed() {
        return;
    }
    let project = tempting();
    let notes = [
        "a\u{b}b",
        "tab\tand \u{1} more",
        "_x000D_",
        "_x0041_ is no A",
        "  two  blanks  ",
        "\u{200b}\u{feff}x",
    ];
    for (index, note) in notes.iter().enumerate() {
        let place = format!("note:{index}-{}", index + 9);
        project.args(&["tag", &place, "norms", "--note", note]).ok();
    }
    project.ok("export xlsx -o a.xlsx");
    let before = project.bytes();
    assert!(project.ok("import xlsx a.xlsx").contains("21 unchanged"));
    for kind in ["xlsx", "ods"] {
        let saved = Calc::new(&project).save_as("a.xlsx", kind, kind);
        let run = project.run(&format!("import xlsx {saved} --partial"));
        assert!(project.bytes() == before, "{kind}: {}", run.text());
        let lost = run.err.matches("control characters were lost on the way").count();
        assert_eq!(lost, if kind == "ods" { 2 } else { 0 }, "{kind}: {}", run.text());
    }
}
