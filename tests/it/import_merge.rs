//! `import csv` of a sheet that is older than the store, or that says other names: the three-way merge.

use expect_test::expect;

use super::project::Project;
use super::sheet::{Sheet, coded, import, refused};

fn notes(project: &Project) -> String {
    let sheet = Sheet::parse(&project.ok("export csv -o -"));
    let columns = ["quote", "code", "coder", "note"];
    let rows = (0..sheet.rows.len()).map(|row| columns.map(|column| sheet.cell(row, column)).join("|"));
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_old_sheet_that_nobody_edited_changes_nothing() {
    let (project, sheet) = coded();
    for line in ["note 1 'newer'", "retag 2 norms", "untag 3 --all-coders", "extend 4 note:58-67"] {
        project.ok(line);
    }
    let before = project.dump();
    expect![[r#"
        annotations: 4 older than the store
        --- stderr
        nothing changed
        hint: older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back
    "#]].assert_eq(&import(&project, &sheet));
    for column in ["note", "quote", "code", "coder", "action", "before", "document_sha256"] {
        let said = import(&project, &sheet.clone().without(column));
        assert!(said.contains("nothing changed"), "{column}: {said}");
    }
    assert!(project.dump() == before);
}

#[test]
fn different_fields_of_one_annotation_merge() {
    let (project, sheet) = coded();
    project.ok("note 1 'from the shell'");
    let edited = sheet.edit("quote", "Norms bind states", "code", "actors/state");
    expect![[r#"
        annotations: 1 merged, 3 unchanged
        --- stderr
        change 8; `postil undo` takes it back
    "#]]
    .assert_eq(&import(&project, &edited));
    assert!(notes(&project).contains("Norms bind states|actors/state|ana|from the shell"));
    let again = import(&project, &edited);
    assert!(again.contains("nothing changed"), "{again}");
    project.ok("check");
    project.ok("undo");
    assert!(notes(&project).contains("Norms bind states|norms|ana|from the shell"));
    project.ok("redo");
    assert!(notes(&project).contains("Norms bind states|actors/state|ana|from the shell"));
}

#[test]
fn the_same_field_changed_twice_is_a_conflict_and_ours_stays() {
    let (project, sheet) = coded();
    project.ok("note 1 'from the shell'");
    let edited = sheet.edit("quote", "Norms bind states", "note", "from the sheet");
    edited.save(&project, "edited.csv");
    let rehearsal = project.run("import csv edited.csv -n");
    assert_eq!(rehearsal.status, Some(3));
    let run = project.run("import csv edited.csv");
    assert_eq!((run.status, &run.out), (Some(3), &rehearsal.out));
    expect![[r#"
        annotations: 1 in conflict, 3 unchanged
        --- stderr
        warning: row 3: annotation #1 is in conflict: note
        change 8; `postil undo` takes it back
        hint: `postil conflicts` shows what both sides changed differently
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert!(notes(&project).contains("|from the shell"));
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,#1,019c13ec-9e00-730a-90df-7bd97d89786b,note,from the shell,from the sheet,2026-01-31T12:00:00.000Z,ana,edited.csv,3
    "#]].assert_eq(&project.run("conflicts --format csv").out);
    let before = project.bytes();
    assert!(import(&project, &edited).contains("nothing changed"));
    assert!(project.bytes() == before, "a second import of a conflict writes nothing");
    project.ok("check");
    project.ok("undo");
    assert_eq!(project.run("conflicts").status, Some(0));
}

#[test]
fn a_sheet_without_lineages_conflicts_once_and_no_more() {
    let (project, sheet) = coded();
    project.ok("note 1 'from the shell'");
    let edited = sheet.edit("quote", "Norms bind states", "note", "from the sheet").without("lineage");
    assert!(import(&project, &edited).contains("1 in conflict"));
    let before = project.bytes();
    assert!(import(&project, &edited).contains("nothing changed"));
    assert!(project.bytes() == before);
}

#[test]
fn a_deletion_here_and_a_change_there_bring_the_record_back_in_conflict() {
    let (project, sheet) = coded();
    project.ok("untag 1");
    let edited = sheet.edit("quote", "Norms bind states", "note", "still wanted");
    expect![[r#"
        annotations: 1 in conflict, 3 unchanged
        --- stderr
        warning: row 3: annotation #5 is in conflict: deleted
        change 8; `postil undo` takes it back
        hint: `postil conflicts` shows what both sides changed differently
        --- status Some(3)
    "#]]
    .assert_eq(&import(&project, &edited));
    assert!(notes(&project).contains("still wanted"));
    assert!(import(&project, &edited).contains("nothing changed"));
    project.ok("check");
    project.ok("undo");
    assert!(!notes(&project).contains("still wanted"));
    project.ok("redo");
    assert!(notes(&project).contains("still wanted"));
}

#[test]
fn a_change_here_and_a_deletion_there_keep_the_record_in_conflict() {
    let (project, sheet) = coded();
    project.ok("note 1 'still wanted'");
    let edited = sheet.edit("quote", "Norms bind states", "action", "delete");
    expect![[r#"
        annotations: 1 in conflict, 3 unchanged
        --- stderr
        warning: row 3: annotation #1 is in conflict: deleted
        change 8; `postil undo` takes it back
        hint: `postil conflicts` shows what both sides changed differently
        --- status Some(3)
    "#]]
    .assert_eq(&import(&project, &edited));
    assert!(notes(&project).contains("still wanted"));
    assert!(import(&project, &edited).contains("nothing changed"));
    project.ok("check");
}

#[test]
fn the_same_edit_on_both_sides_is_no_conflict() {
    let (project, sheet) = coded();
    project.ok("note 1 'agreed'");
    let edited = sheet.edit("quote", "Norms bind states", "note", "agreed");
    let said = import(&project, &edited);
    assert!(said.contains("4 unchanged"), "{said}");
}

#[test]
fn old_names_of_documents_codes_and_coders_mean_the_same_records() {
    let (project, sheet) = coded();
    for line in [
        "code rename norms rules",
        "code move actors/state /",
        "document rename note essay",
        "coder rename ben benedict",
    ] {
        project.ok(line);
    }
    let said = import(&project, &sheet);
    assert!(said.contains("4 unchanged"), "{said}");
    let edited = sheet.edit("coder", "ben", "code", "norms");
    assert!(import(&project, &edited).contains("1 changed"));
    assert!(notes(&project).contains("States speak|rules|benedict|"), "{}", notes(&project));
}

#[test]
fn a_name_that_was_passed_on_is_told_from_the_old_one_by_the_text() {
    let (project, sheet) = coded();
    project.ok("document rename note essay");
    project.write("letter.txt", "Norms bind nobody in this letter.");
    project.ok("document add letter.txt --name note");
    let said = import(&project, &sheet);
    assert!(said.contains("4 unchanged"), "{said}");
}

#[test]
fn a_merged_code_stands_for_both() {
    let (project, sheet) = coded();
    project.ok("tag note 'Norms bind states' actors/state --note 'seen twice'");
    project.ok("export csv -o both.csv");
    let both = Sheet::read(&project, "both.csv");
    project.ok("code merge actors/state norms");
    let before = project.dump();
    for sheet in [&sheet, &both] {
        let said = import(&project, sheet);
        assert!(said.contains("nothing changed"), "{said}");
    }
    assert!(project.dump() == before);
}

#[test]
fn what_went_with_its_code_or_document_stays_away() {
    let (project, sheet) = coded();
    project.ok("code remove norms --force");
    let said = import(&project, &sheet);
    assert!(said.contains("2 unchanged, 2 older"), "{said}");
    project.ok("document remove note");
    let said = import(&project, &sheet);
    assert!(said.contains("4 older"), "{said}");
}

#[test]
fn an_edit_that_says_what_another_row_says_is_refused() {
    let (project, sheet) = coded();
    project.ok("tag note 'Norms bind states' actors/state");
    let edited = sheet.edit("quote", "Norms bind states", "code", "actors/state");
    edited.save(&project, "edited.csv");
    let said = refused(&project, "import csv edited.csv");
    assert!(said.contains("#5") && said.contains("delete"), "{said}");
}

#[test]
fn an_edit_may_take_the_place_of_a_row_that_is_deleted_or_edited_further_down() {
    for (column, value, expected) in
        [("action", "delete", "1 changed, 1 deleted"), ("code", "actors", "2 changed")]
    {
        let (project, _) = coded();
        project.ok("tag note 'Norms bind states' actors/state");
        project.ok("export csv -o both.csv");
        // The first of two rows takes the code of the second, which gives it up.
        let both = Sheet::read(&project, "both.csv").set(1, "code", "norms").set(2, column, value);
        let said = import(&project, &both);
        assert!(said.contains(expected), "{said}");
        project.ok("check");
        assert!(import(&project, &both).contains("nothing changed"));
        project.ok("undo");
        project.ok("redo");
        project.ok("check");
    }
}

#[test]
fn an_edited_bundle_travels_through_another_store() {
    let (project, _) = coded();
    project.ok("export csv -o round");
    let sheet = Sheet::read(&project, "round/annotations.csv");
    sheet
        .edit("quote", "Norms bind states", "note", "edited on the way")
        .save(&project, "round/annotations.csv");
    let other = Project::new();
    let run = other.args(&["import", "csv", &project.path("round").display().to_string()]);
    assert_eq!(run.status, Some(0), "{}", run.text());
    other.ok("check");
    project.write("back.csv", other.ok("export csv -o -"));
    let said = project.run("import csv back.csv").text();
    assert!(said.contains("1 changed, 3 unchanged"), "{said}");
    assert_eq!(project.ok("export csv -o -"), other.ok("export csv -o -"));
}

#[test]
fn an_old_sheet_that_names_a_code_removed_since_is_no_news() {
    let project = Project::small();
    project.ok("tag note:0-5 --note x");
    project.ok("retag 1 norms");
    project.ok("export csv -o old.csv");
    project.ok("undo");
    project.ok("code remove norms");
    let run = project.run("import csv old.csv");
    assert_eq!(
        (run.status, run.out.as_str()),
        (Some(0), "annotations: 1 older than the store\n"),
        "{}",
        run.text()
    );
}
