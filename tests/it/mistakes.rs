//! What a person types on the first day, and what the answer says to type instead.

use std::time::{Duration, Instant};

use expect_test::{Expect, expect};

use crate::project::Project;

/// Runs a line that is refused, and compares what it said; nothing may have been written.
#[track_caller]
fn refused(project: &Project, line: &str, said: Expect) {
    let before = project.bytes();
    let run = project.run(line);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{line}: {}", run.err);
    let folder = project.folder().display().to_string();
    said.assert_eq(&run.err.replace(&folder, "$FOLDER"));
    assert!(project.bytes() == before, "{line}: the store changed");
}

#[test]
fn a_place_that_is_none_is_told_from_a_document_that_is_not_there() {
    let project = Project::small();
    for place in ["x1", "5", "5-", "-5-3", "1e3-2", ""] {
        let run = project.run(&format!("tag note:{place} norms"));
        assert_eq!(run.status, Some(1));
        assert!(
            run.err.starts_with(&format!("error: `{place}` is no place in `note`\nhint: ")),
            "{}",
            run.err
        );
    }
    refused(
        &project,
        "show note:q7",
        expect![[r#"
            error: `q7` is no place in `note`
            hint: places are `note:120-188` (characters), `note:l12-l14` (lines), `note:p7` (a paragraph), `note:s45` (a sentence)
        "#]],
    );
}

#[test]
fn a_file_named_in_place_of_its_document_is_answered_with_the_documents_name() {
    let project = Project::small();
    project.ok("document rename note first");
    for line in ["tag note.txt:0-5 norms", "show note.txt"] {
        refused(
            &project,
            line,
            expect![[r#"
                error: there is no document `note.txt`
                hint: the document that was added from `note.txt` is called `first`
                hint: `postil document list` shows them
            "#]],
        );
    }
}

#[test]
fn lines_of_grep_without_columns_are_answered_with_the_way_to_get_them() {
    let project = Project::small();
    let before = project.bytes();
    let run = project.run_with("tag - norms", b"note.txt:1:Norms bind states.\n");
    assert_eq!(run.status, Some(1));
    expect![[r#"
        error: the line on standard input names no passage
        hint: line 1: `note.txt:1` says the line and not what matched in it (`rg --vimgrep -o PATTERN note.txt` says both; the whole line is `note:l1`)
    "#]]
    .assert_eq(&run.err);
    let prose = "A whole paragraph that nobody meant as an address. ".repeat(40);
    let run = project.run_with("tag - norms", prose.as_bytes());
    assert!(run.err.len() < 300, "{}", run.err);
    assert!(project.bytes() == before, "the store changed");
}

#[test]
fn an_annotation_that_is_not_there_is_asked_after_by_its_own_number() {
    let project = Project::small();
    let run = project.run("note 41 why");
    assert!(run.err.contains("`postil log --of '#41'`"), "{}", run.err);
}

#[test]
fn help_may_be_asked_for_as_in_other_programs() {
    let project = Project::empty();
    assert_eq!(project.ok("help"), project.ok("--help"));
    assert_eq!(project.ok("help tag"), project.ok("tag --help"));
    assert_eq!(project.ok("help document add"), project.ok("document add --help"));
}

#[test]
fn a_handle_that_no_change_could_carry_is_not_kept_as_a_setting() {
    let project = Project::small();
    refused(
        &project,
        "config coder 'ana maria'",
        expect![[r#"
            error: the coder handle `ana maria` can't contain ` `
            hint: use one short word, as in `ana`
        "#]],
    );
    assert!(!project.path("config.toml").exists());
}

#[test]
fn a_store_is_not_copied_to_standard_output_nor_to_a_file_called_dash() {
    let project = Project::small();
    refused(
        &project,
        "backup -",
        expect![[r#"
            error: a store is copied to a file, not to standard output
            hint: name the file: `postil backup ~/backups/study.postil`
        "#]],
    );
    assert!(!project.path("-").exists());
}

#[test]
fn a_folder_that_is_not_there_is_named_with_the_command_that_makes_it() {
    let project = Project::small();
    let output = expect![[r#"
        error: there is no folder `$FOLDER/later`
        hint: make it first: `mkdir -p $FOLDER/later`
    "#]];
    refused(&project, "code export -o later/codes.txt", output);
    let store = expect![[r#"
        error: there is no folder `$FOLDER/later` to make a store in
        hint: make it first: `mkdir -p $FOLDER/later`
    "#]];
    refused(&project, "init later/study", store);
}

#[test]
fn a_hint_with_an_apostrophe_in_a_name_is_what_a_shell_reads_back() {
    let project = Project::small();
    let hint = |run: crate::project::Run| -> String {
        assert_eq!(run.status, Some(1), "{}", run.err);
        run.err.lines().find(|line| line.starts_with("hint:")).unwrap_or_default().to_owned()
    };
    let folder = project.folder().display().to_string();
    let made = hint(project.args(&["code", "export", "-o", "ana's/codes.txt"])).replace(&folder, "$FOLDER");
    assert_eq!(made, r"hint: make it first: `mkdir -p '$FOLDER/ana'\''s'`");
    project.write("ana's.postil", "SQLite format 3\0 and nothing more");
    let salvaged = hint(project.args(&["salvage", "ana's.postil", "-o", "it's gone/new.postil"]));
    assert!(salvaged.contains(r"it'\''s gone'`"), "{salvaged}");
}

#[test]
fn texts_of_a_folder_are_counted_one_by_one() {
    let project = Project::small();
    for name in ["a", "b", "c"] {
        project.write(&format!("texts/{name}.txt"), "a text of some length");
    }
    let run = project.run("document add texts --max-size 5");
    assert!(run.err.starts_with("error: 3 of 3 texts can't be added, so none was\n"), "{}", run.err);
}

#[test]
fn one_is_written_in_the_singular() {
    let project = Project::new();
    project.write("b.txt", "b");
    assert_eq!(project.run("document add b.txt").err, "added `b` (1 character)\n");
    let run = project.run_with("code import -", b"norms\n");
    assert_eq!(run.err, "1 code added\n");
    assert!(project.ok("log").contains("codebook read: 1 code added\n"));
}

#[test]
fn the_codebook_on_standard_input_is_called_so() {
    let project = Project::small();
    let run = project.run_with("code import -", b"a\n    b\n  c\n");
    assert!(run.err.starts_with("error: `standard input`: line 3: "), "{}", run.err);
    let run = project.run("code import nowhere.txt");
    assert!(run.err.contains("hint: "), "{}", run.err);
}

#[test]
fn a_store_with_a_space_in_its_name_is_named_as_a_shell_reads_it() {
    let project = Project::new();
    let run = project.run("init 'round 2'");
    assert!(run.err.contains("`--store 'round 2.postil'`"), "{}", run.err);
}

#[test]
fn a_table_without_end_is_written_as_it_comes() {
    use std::io::BufRead;
    let project = Project::small();
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let mut child = project
        .command()
        .args(["sql", endless])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert_eq!(first, "i\n");
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it goes on though nobody reads");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn rows_after_those_that_were_measured_are_written_whole() {
    let project = Project::small();
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) \
                SELECT CASE i WHEN 60000 THEN 'the last and by far the widest' ELSE i END AS i, 'x' AS x FROM n";
    let out = project.args(&["sql", rows]).ok();
    assert_eq!(out.lines().count(), 60_001);
    assert_eq!(out.lines().next(), Some("i      x"));
    assert_eq!(out.lines().last(), Some("the last and by far the widest  x"));
}
