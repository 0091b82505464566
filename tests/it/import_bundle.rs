//! `import csv FOLDER`: edits of the codebook, the documents, the coders and the memos.

use expect_test::expect;

use super::project::Project;
use super::sheet::{Sheet, coded, refused};

/// A project with a memo, exported to `round`.
fn exported() -> Project {
    let (project, _) = coded();
    for line in [
        "document set note year=1999",
        "memo code:norms 'on norms'",
        "memo note 'on the note'",
        "export csv -o round",
    ] {
        project.ok(line);
    }
    project
}

#[track_caller]
fn edit(project: &Project, table: &str, change: impl FnOnce(Sheet) -> Sheet) {
    let path = format!("round/{table}.csv");
    change(Sheet::read(project, &path)).save(project, &path);
}

#[test]
fn an_unedited_bundle_changes_nothing() {
    let project = exported();
    let before = project.bytes();
    expect![[r#"
        annotations: 4 unchanged
        --- stderr
        nothing changed
    "#]]
    .assert_eq(&project.run("import csv round").text());
    assert!(project.bytes() == before);
}

#[test]
fn the_codebook_is_renamed_moved_described_and_extended() {
    let project = exported();
    edit(&project, "codes", |sheet| {
        sheet
            .edit("path", "norms", "path", "rules")
            .edit("path", "actors/state", "path", "state")
            .edit("path", "actors", "description", "who acts")
            .add(&[("path", "rules/soft"), ("color", "#0072B2"), ("description", "no law")])
    });
    expect![[r#"
        annotations: 4 unchanged
        codes: 1 new, 3 changed
        --- stderr
        change 10; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import csv round").text());
    expect![[r#"
        actors		who acts
        rules		
        rules/soft	#0072b2	no law
        state		
    "#]]
    .assert_eq(&project.ok("code list --format plain"));
    assert!(project.run("import csv round").err.contains("nothing changed"));
    project.ok("check");
    project.ok("undo");
    assert!(project.ok("code list --format plain").contains("actors/state"));
    project.ok("redo");
    assert!(project.ok("code list --format plain").contains("rules/soft"));
}

#[test]
fn a_parent_alone_is_renamed_and_its_children_follow() {
    let project = exported();
    edit(&project, "codes", |sheet| sheet.edit("path", "actors", "path", "players"));
    assert!(project.ok("import csv round").contains("codes: 1 changed"));
    assert!(project.ok("code list --format plain").contains("players/state"));
}

#[test]
fn codes_are_deleted_only_when_nothing_uses_them() {
    let project = exported();
    edit(&project, "codes", |sheet| sheet.edit("path", "norms", "action", "delete"));
    let said = refused(&project, "import csv round");
    assert!(said.contains("2 annotations") && said.contains("--force"), "{said}");
    project.ok("code add idle");
    project.ok("export csv -o round --force");
    edit(&project, "codes", |sheet| sheet.edit("path", "idle", "action", "delete"));
    assert!(project.ok("import csv round").contains("codes: 1 deleted"));
}

#[test]
fn an_old_codebook_does_not_undo_what_was_done_since() {
    let project = exported();
    for line in ["code rename norms rules", "code merge actors/state rules", "code remove actors"] {
        project.ok(line);
    }
    let before = project.dump();
    let run = project.run("import csv round");
    assert!(run.err.contains("nothing changed"), "{}", run.text());
    assert!(project.dump() == before);
}

#[test]
fn both_sides_of_the_codebook_merge_or_clash() {
    let project = exported();
    project.ok("code rename norms rules");
    edit(&project, "codes", |sheet| sheet.edit("path", "norms", "description", "what binds"));
    assert!(project.ok("import csv round").contains("codes: 1 merged"));
    assert!(project.ok("code show rules").contains("what binds"));
    edit(&project, "codes", |sheet| sheet.edit("path", "norms", "path", "laws"));
    let run = project.run("import csv round");
    assert_eq!(run.status, Some(3), "{}", run.text());
    expect![[r#"
        annotations: 4 unchanged
        codes: 1 in conflict, 2 unchanged
        --- stderr
        warning: row 4: code rules is in conflict: name
        change 12; `postil undo` takes it back
        hint: `postil conflicts` shows what both sides changed differently
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert!(project.run("conflicts").out.contains("rules"));
    project.ok("check");
    assert!(project.run("import csv round").err.contains("nothing changed"));
}

#[test]
fn a_code_removed_here_and_described_there_is_back_in_conflict() {
    let project = exported();
    project.ok("code remove norms --force");
    edit(&project, "codes", |sheet| sheet.edit("path", "norms", "description", "what binds"));
    let run = project.run("import csv round");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(project.ok("code list --format plain").contains("norms"));
    project.ok("check");
    assert!(project.run("import csv round").err.contains("nothing changed"));
}

#[test]
fn documents_are_renamed_and_described() {
    let project = exported();
    edit(&project, "documents", |mut sheet| {
        sheet.header.push("country".to_owned());
        sheet.rows[0].push("NL".to_owned());
        sheet.edit("name", "note", "year", "2001").set(0, "name", "essay")
    });
    expect![[r#"
        annotations: 4 unchanged
        documents: 1 changed
        --- stderr
        change 10; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import csv round").text());
    assert!(project.run("import csv round").err.contains("nothing changed"));
    let document = project.ok("document show essay");
    assert!(document.contains("2001") && document.contains("NL"), "{document}");
    project.ok("undo");
    assert!(project.ok("document show note").contains("1999"));
    // A blank cell says nothing: an attribute is removed by its own command.
    project.ok("export csv -o round --force");
    edit(&project, "documents", |sheet| sheet.edit("name", "note", "year", ""));
    assert!(project.run("import csv round").err.contains("nothing changed"));
}

#[test]
fn two_names_given_to_one_document_clash() {
    let project = exported();
    project.ok("document rename note letter");
    edit(&project, "documents", |sheet| sheet.edit("name", "note", "name", "essay"));
    let run = project.run("import csv round");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(
        project.run("conflicts --format csv").out.contains("letter,essay"),
        "{}",
        project.run("conflicts").out
    );
    project.ok("check");
    assert!(project.run("import csv round").err.contains("nothing changed"));
}

#[test]
fn documents_are_not_deleted_by_a_table() {
    let project = exported();
    edit(&project, "documents", |sheet| sheet.edit("name", "note", "action", "delete"));
    assert!(refused(&project, "import csv round").contains("postil document remove note"));
}

#[test]
fn memos_are_edited_added_and_deleted() {
    let project = exported();
    edit(&project, "memos", |sheet| {
        sheet
            .edit("text", "on norms", "text", "on norms, again")
            .edit("text", "on the note", "action", "delete")
            .add(&[("subject_kind", "project"), ("text", "of it all")])
            .add(&[("subject_kind", "code"), ("subject", "actors"), ("text", "who?"), ("coder", "ben")])
    });
    expect![[r#"
        annotations: 4 unchanged
        memos: 2 new, 1 changed, 1 deleted
        --- stderr
        change 10; `postil undo` takes it back
    "#]]
    .assert_eq(&project.run("import csv round").text());
    let again = project.run("import csv round");
    assert!(again.err.contains("nothing changed"), "{}", again.text());
    let memos = project.ok("memo --list");
    assert!(
        memos.contains("again") && memos.contains("of it all") && !memos.contains("on the note"),
        "{memos}"
    );
    project.ok("check");
}

#[test]
fn a_memo_removed_here_and_changed_there_is_back_in_conflict() {
    let project = exported();
    edit(&project, "memos", |sheet| sheet.edit("text", "on norms", "text", "theirs"));
    project.ok("memo --remove 1");
    let run = project.run("import csv round");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(project.ok("memo --list").contains("theirs"));
    assert!(project.run("import csv round").err.contains("nothing changed"));
    project.ok("check");
}

#[test]
fn coders_are_renamed_in_their_table() {
    let project = exported();
    edit(&project, "coders", |sheet| sheet.edit("handle", "ben", "handle", "benedict"));
    assert!(project.ok("import csv round").contains("coders: 1 changed"));
    assert!(project.ok("coder list").contains("benedict"));
    assert!(project.run("import csv round").err.contains("nothing changed"));
    project.ok("export csv -o round --force");
    edit(&project, "coders", |sheet| sheet.edit("handle", "benedict", "handle", "ana"));
    assert!(refused(&project, "import csv round").contains("another coder has this handle"));
}

#[test]
fn a_bundle_of_another_project_joins_what_is_the_same() {
    let one = exported();
    let other = Project::empty();
    other.write("letter.txt", one.read("note.txt"));
    // Other ids than those of the frozen source: two people who began on their own.
    let run = |line: &[&str]| {
        let output = other.command().env("POSTIL_SEED", "8").args(line).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    for line in [
        vec!["init", "study"],
        vec!["document", "add", "letter.txt"],
        vec!["code", "add", "norms", "--description", "ours"],
        vec!["tag", "letter", "Norms bind states", "norms"],
        vec!["tag", "letter", "at times", "norms", "--note", "mine"],
    ] {
        assert_eq!(run(&line).0, Some(0), "{line:?}");
    }
    let round = one.path("round").display().to_string();
    let (status, said) = run(&["import", "csv", &round, "--partial"]);
    assert_eq!(status, Some(3), "{said}");
    expect![[r#"
        annotations: 2 new, 1 changed
        codes: 2 new, 1 unchanged
        documents: 1 changed
        coders: 1 new, 1 already there
        memos: 1 new
        warning: refused: memos.csv, row 3, column `subject`: `note`: there is no document `note`
        warning: refused: annotations.csv, row 5, column `note`: `=1+1`: #2 says the same of this passage, with another note; edit the note of that row
        change 5; `postil undo` takes it back
    "#]].assert_eq(&said);
    assert!(other.ok("code show norms").contains("ours"));
    let (_, said) = run(&["import", "csv", &round, "--partial"]);
    assert!(said.contains("nothing changed"), "{said}");
    other.ok("check");
}
