//! `code …`: the codebook.

use expect_test::expect;

use crate::project::Project;

/// A codebook with one annotation on each of three codes by `ana`, one by `ben`, and a memo.
fn coded() -> Project {
    let project = Project::small();
    project.ok("tag note:0-5 norms --note 'of ana'");
    project.ok("tag note:0-5 actors/state --note second");
    project.ok("tag note:6-10 actors/state");
    project.ok("tag note:0-5 norms --coder ben");
    project.ok("memo code:norms 'What is a norm?'");
    project
}

#[track_caller]
fn undoes_and_redoes(project: &Project, line: &str) {
    let before = project.content();
    project.ok(line);
    let after = project.content();
    assert_ne!(before, after, "{line}");
    project.ok("undo");
    assert_eq!(project.content(), before, "undo of {line}");
    project.ok("redo");
    assert_eq!(project.content(), after, "redo of {line}");
}

#[test]
fn codes_are_added_with_those_above_and_a_second_time_nothing_is() {
    let project = Project::new();
    let run = project.run("code add security/realism security/liberalism norms --colors");
    expect![[r#"
        added 4 codes: security, security/realism, security/liberalism, norms
    "#]]
    .assert_eq(&run.err);
    let before = project.bytes();
    expect![[r#"
        already there: norms
        hint: to describe it: `postil code edit norms --description …`
    "#]]
    .assert_eq(&project.run("code add norms --description 'What is done'").err);
    assert!(project.bytes() == before);
    expect![[r#"
        path,color,description
        norms,#cc79a7,
        security,#0072b2,
        security/liberalism,#009e73,
        security/realism,#e69f00,
    "#]]
    .assert_eq(&project.ok("code list --format csv"));
}

#[test]
fn paths_that_are_none_are_refused_and_nothing_of_the_command_stays() {
    let project = Project::small();
    expect![[r#"
        error: the code path `a//b` has an empty level
        hint: levels are separated by one `/`, as in `actors/state`
    "#]]
    .assert_eq(&project.refused("code add fine a//b"));
    expect![[r#"
        error: the code path `/norms` has an empty level
        hint: levels are separated by one `/`, as in `actors/state`
    "#]]
    .assert_eq(&project.refused("code add /norms"));
    expect![[r#"
        error: a code path has at most 64 levels; this one has 65
    "#]]
    .assert_eq(&project.refused(&format!("code add {}", ["a"; 65].join("/"))));
    expect![[r#"
        error: a code name can't contain `/`: `rules/norms`
        hint: a `/` separates the levels of a path, as in `actors/state`
        hint: to put it elsewhere: `postil code move norms PARENT`
    "#]]
    .assert_eq(&project.refused("code rename norms rules/norms"));
    project.refused("code add 'a\u{1b}[2Jb'");
    assert!(!project.ok("code list").contains("fine"));
}

#[test]
fn the_tree_shows_counts_of_each_code_and_of_those_below() {
    let project = coded();
    expect![[r#"
        actors  0 (2 with those below)
          state  2
        norms  2
    "#]]
    .assert_eq(&project.ok("code list --counts"));
    expect![[r#"
        {"path":"actors","color":"","annotations":0,"annotations_with_below":2,"description":""}
        {"path":"actors/state","color":"","annotations":2,"annotations_with_below":2,"description":""}
        {"path":"norms","color":"","annotations":2,"annotations_with_below":2,"description":""}
    "#]]
    .assert_eq(&project.ok("code list --counts --format jsonl"));
    expect![[r#"
        code         norms
        annotations  2 in 1 document
        coders       ana 1, ben 1
        memos        ana, 2026-01-31 12:00 UTC:
                     What is a norm?
        added        2026-01-31 12:00 UTC
        id           019c13ec-9e00-7404-92a7-64fb9e14577d
    "#]]
    .assert_eq(&project.ok("code show norms"));
    expect![[r#"
        code         actors
        annotations  none; 2 with codes below
        below it     actors/state
        added        2026-01-31 12:00 UTC
        id           019c13ec-9e00-7404-92a7-64fc40f3ceb5
    "#]]
    .assert_eq(&project.ok("code show actors"));
    expect![[r#"
        error: there is no code `norm`
        hint: did you mean `norms`?
        hint: `postil code add norm` adds it, `postil code list` shows the codebook
    "#]]
    .assert_eq(&project.refused("code show norm"));
}

#[test]
fn swatches_stand_where_there_is_colour() {
    let project = Project::new();
    project.ok("code add a --hex '#0072b2'");
    let shown = project.ok("code list --color always");
    assert!(shown.contains('■') && shown.contains("\u{1b}["), "{shown:?}");
    assert_eq!(project.ok("code list"), "a\n");
}

#[test]
fn a_code_is_described_renamed_and_moved() {
    let project = coded();
    undoes_and_redoes(&project, "code add security/realism norms/written --colors");
    undoes_and_redoes(&project, "code remove security security/realism norms/written --force");
    undoes_and_redoes(&project, "code edit norms --description 'Rules of behaviour' --hex '#D55E00'");
    undoes_and_redoes(&project, "code rename actors/state states");
    undoes_and_redoes(&project, "code move actors/states norms");
    expect![[r#"
        actors		0	0	
        norms	#d55e00	2	4	Rules of behaviour
        norms/states		2	2	
    "#]]
    .assert_eq(&project.ok("code list --counts --format plain"));
    undoes_and_redoes(&project, "code move norms/states /");
    let before = project.bytes();
    for line in ["code edit norms --hex '#d55e00'", "code rename states states", "code move states /"] {
        let run = project.run(line);
        assert!(run.status == Some(0) && run.err.contains("already"), "{line}: {}", run.err);
    }
    assert!(project.bytes() == before);
}

#[test]
fn a_cycle_and_a_second_sibling_of_one_name_are_refused() {
    let project = coded();
    project.ok("code add actors/state/small norms/state");
    expect![[r#"
        error: `actors` can't move below `actors/state/small`, which is below it
        hint: move that one out first: `postil code move actors/state/small /`
    "#]]
    .assert_eq(&project.refused("code move actors actors/state/small"));
    expect![[r#"
        error: `norms` can't move below itself
    "#]]
    .assert_eq(&project.refused("code move norms norms"));
    expect![[r#"
        error: there is a code `norms/state` already
        hint: to make one code of the two: `postil code merge actors/state norms/state`
    "#]]
    .assert_eq(&project.refused("code move actors/state norms"));
    expect![[r#"
        error: there is a code `actors` already
        hint: to make one code of the two: `postil code merge norms actors`
    "#]]
    .assert_eq(&project.refused("code rename norms actors"));
    let deep = ["d"; 63].join("/");
    project.ok(&format!("code add {deep}"));
    let said = project.refused(&format!("code move actors {deep}"));
    assert!(said.contains("66 levels deep"), "{said}");
}

#[test]
fn a_merge_moves_annotations_memos_and_children_and_collapses_what_says_the_same() {
    let project = coded();
    project.ok("code add norms/written");
    undoes_and_redoes(&project, "code merge norms actors/state");
    expect![[r#"
        actors  0 (3 with those below)
          state  3
            written  0
    "#]]
    .assert_eq(&project.ok("code list --counts"));
    expect![[r#"
        2	note	0	5	actors/state	ana	Norms	second  of ana	2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-76bb-931d-adbe9587e82c
        4	note	0	5	actors/state	ben	Norms		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-702d-b40f-aa52d0f8b52a
        3	note	6	10	actors/state	ana	bind		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-7113-bc4d-e41f9ea3a735
    "#]].assert_eq(&project.ok("list --format plain"));
    expect![[r#"
        #1  code:actors/state  ana, 2026-01-31 12:00 UTC
        What is a norm?
    "#]]
    .assert_eq(&project.ok("memo code:actors/state"));
    project.ok("check");
}

#[test]
fn a_merge_says_what_it_did_and_refuses_what_it_cannot_do() {
    let project = coded();
    project.ok("code add norms/x actors/state/x");
    expect![[r#"
        error: both `norms` and `actors/state` have a code `x` below them
        hint: merge those first: `postil code merge norms/x actors/state/x`
    "#]]
    .assert_eq(&project.refused("code merge norms actors/state"));
    expect![[r#"
        error: `actors` can't be merged into `actors/state`, which is below it
        hint: merge the other way round: `postil code merge actors/state actors`
    "#]]
    .assert_eq(&project.refused("code merge actors actors/state"));
    expect![[r#"
        error: `norms` can't be merged into itself
    "#]]
    .assert_eq(&project.refused("code merge norms norms"));
    project.ok("code merge norms/x actors/state/x");
    expect![[r#"
        merged `norms` into `actors/state`: 1 annotation moved, 1 annotation joined with one that said the same, 1 memo moved
        hint: `postil undo` parts them again
    "#]].assert_eq(&project.run("code merge norms actors/state").err);
    // A child into its parent, with a code below the child that has the child's own name.
    project.ok("code add a/b/b");
    project.ok("code merge a/b a");
    assert!(project.ok("code list --format plain").contains("a/b\t"));
}

#[test]
fn a_code_in_use_is_removed_only_by_force_and_comes_back_with_undo() {
    let project = coded();
    expect![[r#"
        error: `norms` has 2 annotations and 1 memo
        hint: to keep the annotations, merge it into another: `postil code merge norms OTHER`
        hint: to remove all of that, and bring it back with `postil undo`: `postil code remove norms --force`
    "#]]
    .assert_eq(&project.refused("code remove norms"));
    expect![[r#"
        error: `actors` has 2 annotations and 1 code below
        hint: to keep the annotations, merge it into another: `postil code merge actors OTHER`
        hint: to remove all of that, and bring it back with `postil undo`: `postil code remove actors --force`
    "#]]
    .assert_eq(&project.refused("code remove actors"));
    expect![[r#"
        removed 3 codes with 4 annotations and 1 memo
        hint: `postil undo` brings it all back
    "#]]
    .assert_eq(&project.run("code remove actors norms --force").err);
    project.ok("undo");
    undoes_and_redoes(&project, "code remove actors/state actors --force");
    project.ok("code add unused");
    expect![[r#"
        removed 1 code
    "#]]
    .assert_eq(&project.run("code remove unused").err);
}

#[test]
fn a_codebook_comes_back_from_its_text_and_from_its_table() {
    let source = Project::new();
    source.write("book.txt", include_str!("../../fixtures/codebooks/cyber-diplomacy.txt"));
    undoes_and_redoes(&source, "code import book.txt");
    source.ok("code edit cyber --description 'Two\nlines: \"quoted\", =1+1'");
    for (file, format) in [("codes.txt", "text"), ("codes.csv", "csv")] {
        source.ok(&format!("code export -o {file}"));
        let copy = Project::new();
        copy.write(file, source.read(file));
        copy.ok(&format!("code import {file}"));
        assert_eq!(copy.ok("code export"), source.ok("code export"), "{format}");
        assert_eq!(copy.ok("code list -f json"), source.ok("code list -f json"), "{format}");
        let before = copy.bytes();
        assert!(copy.run(&format!("code import {file}")).err.starts_with("already there: all "));
        assert!(copy.bytes() == before);
    }
}

#[test]
fn an_import_adds_what_is_missing_and_changes_what_it_states() {
    let project = Project::small();
    project.ok("code edit norms --description old --hex '#0072b2'");
    project.write("b.txt", "norms: new words\n  written\nactors:\n  state: #d55e00\n");
    expect![[r#"
        1 code added, 2 changed, 1 unchanged
        changed `norms`
        changed `actors/state`
    "#]]
    .assert_eq(&project.run("code import b.txt").err);
    expect![[r#"
        actors
          state: #d55e00
        norms: #0072b2 new words
          written
    "#]]
    .assert_eq(&project.ok("code export"));
    let run = project.run_with("code import - --format csv", b"path,description\nnorms,newer\n");
    assert_eq!(run.status, Some(0), "{}", run.err);
}

#[test]
fn a_codebook_that_is_none_is_refused_by_line_or_row() {
    let project = Project::small();
    for (file, text, part) in [
        ("a.txt", "a\n    b\n  c\n", "line 3: "),
        ("b.txt", "a/b\n", "line 1: "),
        ("c.txt", "", "no code in this codebook"),
        ("d.txt", "a\nb\u{1b}[31m\n", "line 2: "),
        ("e.csv", "path,color\na,red\n", "row 2"),
        ("f.csv", "name,colour\na,#ffffff\n", "no column `path`"),
        ("g.csv", "path,action\nnorms,delete\n", "row 2: `norms` is to be deleted"),
        ("h.csv", "path,description\nnorms,#NAME?\n", "row 2"),
        ("i.csv", "path,description\nnorms,\"open\n", "quote"),
    ] {
        project.write(file, text);
        let said = project.refused(&format!("code import {file}"));
        assert!(said.contains(part), "{file}: {said}");
    }
    project.refused("code import missing.txt");
}

#[test]
fn an_export_overwrites_only_by_force() {
    let project = Project::small();
    project.write("codes.csv", "mine");
    expect![[r#"
        error: `$FOLDER/codes.csv` exists already
        hint: add `--force` to replace it, or write somewhere else
    "#]]
    .assert_eq(&project.refused("code export -o codes.csv"));
    assert_eq!(project.read("codes.csv"), "mine");
    project.ok("code export -o codes.csv --force");
    assert!(project.read("codes.csv").starts_with("\u{feff}id,path,color"));
}
