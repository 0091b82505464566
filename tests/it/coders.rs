//! `coder …` and `memo`.

use expect_test::expect;

use crate::project::{POSTIL, Project};

/// Two coders who agree on one passage and differ on others.
fn two_coders() -> Project {
    let project = Project::small();
    project.ok("tag note:0-5 norms --note 'of ana'");
    project.ok("tag note:6-10 norms");
    project.ok("tag note:0-5 norms --note 'of ben' --coder ben");
    project.ok("tag note:11-17 actors/state --coder ben");
    project.ok("memo note 'ben was here' --coder ben");
    project
}

#[test]
fn coders_are_listed_with_what_they_did() {
    let project = Project::small();
    expect![[r#"
        --- stderr
        no coders yet: a handle becomes a coder with its first annotation, memo or assignment
    "#]]
    .assert_eq(&Project::new().run("coder list").text());
    drop(project);
    expect![[r#"
        coder,annotations,documents,memos,done,saw
        ana,2,1,0,0,
        ben,2,1,1,0,ana (1)
    "#]]
    .assert_eq(&two_coders().ok("coder list --format csv"));
}

#[test]
fn a_coder_is_renamed_and_the_person_at_work_is_warned() {
    let project = two_coders();
    let before = project.content();
    expect![[r#"
        coder `ana` is `anna` now
        warning: you still act as `ana`: `postil config coder anna` changes that
    "#]]
    .assert_eq(&project.run("coder rename ana anna").err);
    assert!(project.ok("list --format plain").contains("anna"));
    project.ok("undo");
    assert_eq!(project.content(), before);
    project.ok("redo");
    expect![[r#"
        error: there is a coder `ben` already
        hint: to make one coder of the two: `postil coder merge anna ben`
    "#]]
    .assert_eq(&project.refused("coder rename anna ben"));
    expect![[r#"
        error: the coder handle `two words` can't contain ` `
        hint: use one short word, as in `ana`
    "#]]
    .assert_eq(&project.refused("coder rename anna 'two words'"));
    expect![[r#"
        error: there is no coder `bne`
        hint: did you mean `ben`?
        hint: `postil coder list` shows them
    "#]]
    .assert_eq(&project.refused("coder rename bne x"));
}

#[test]
fn two_coders_become_one_and_undo_parts_them() {
    let project = two_coders();
    let before = project.content();
    expect![[r#"
        merged coder `ben` into `ana`: 1 annotation moved, 1 annotation joined with one that said the same, 1 memo moved
        hint: `postil undo` parts them again
    "#]].assert_eq(&project.run("coder merge ben ana").err);
    expect![[r#"
        coder,annotations,documents,memos,done,saw
        ana,3,1,1,0,
    "#]]
    .assert_eq(&project.ok("coder list --format csv"));
    expect![[r#"
        1	note	0	5	norms	ana	Norms	of ana  of ben	2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-730a-90df-7bd97d89786b
        2	note	6	10	norms	ana	bind		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-76bb-931d-adbe9587e82c
        4	note	11	17	actors/state	ana	states		2026-01-31T12:00:00.000Z	2026-01-31T12:00:00.000Z	019c13ec-9e00-702d-b40f-aa52d0f8b52a
    "#]].assert_eq(&project.ok("list --format plain"));
    let after = project.content();
    project.ok("undo");
    assert_eq!(project.content(), before);
    project.ok("redo");
    assert_eq!(project.content(), after);
    expect![[r#"
        error: `ana` can't be merged into itself
    "#]]
    .assert_eq(&project.refused("coder merge ana ana"));
    expect![[r#"
        error: there is no coder `ben`
        hint: `postil coder list` shows them
    "#]]
    .assert_eq(&project.refused("coder merge ben ana"));
}

#[test]
fn a_handle_that_was_given_up_can_be_used_and_given_up_again() {
    let project = two_coders();
    project.ok("coder merge ben ana");
    project.ok("tag note:18-20 norms --coder ben");
    project.ok("coder merge ben ana");
    assert_eq!(project.ok("coder list --format plain").lines().count(), 1);
    project.ok("undo");
    assert_eq!(project.ok("coder list --format plain").lines().count(), 2);
    project.ok("check");
}

#[test]
fn a_memo_too_long_or_in_another_encoding_is_refused_and_not_cut() {
    let project = Project::small();
    let before = project.bytes();
    let long = project.run_with("memo note -", &vec![b'm'; (16 << 20) + 1]);
    let latin = project.run_with("memo note -", b"caf\xe9");
    assert!(project.bytes() == before, "the store changed");
    expect![[r#"
        --- stderr
        error: a memo has at most 16 MiB; this one is longer
        hint: a text of that length is a document: `postil document add - --name NAME`
        --- status Some(1)
        --- stderr
        error: standard input is not UTF-8
        caused by: incomplete utf-8 byte sequence from index 3
        hint: `iconv -f windows-1252 -t utf-8` makes it so, if that is what it is in
        --- status Some(1)
    "#]]
    .assert_eq(&(long.text() + &latin.text()));
}

#[test]
fn what_was_written_in_an_editor_is_kept_when_the_memo_went_meanwhile() {
    let project = Project::small();
    project.ok("memo note 'first thought'");
    project.write("editor.sh", format!("{POSTIL} memo --remove 1\necho 'an hour of thought' > \"$1\"\n"));
    let output = project
        .command()
        .args(["memo", "note", "--edit"])
        .env("EDITOR", "/bin/sh editor.sh")
        .env("TMPDIR", project.folder())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let (_, rest) = said.split_once("what you wrote is in `").unwrap();
    let (path, _) = rest.split_once('`').unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), "an hour of thought\n");
}

#[test]
fn memos_are_written_shown_and_removed() {
    let project = Project::small();
    project.ok("memo project 'second round begins in March'");
    project.ok("memo code:actors/state 'whose state?'");
    project.run_with("memo note -", "from a pipe\nin two lines\n".as_bytes()).ok();
    expect![[r#"
        #1  project  ana, 2026-01-31 12:00 UTC
        second round begins in March

        #2  code:actors/state  ana, 2026-01-31 12:00 UTC
        whose state?

        #3  note  ana, 2026-01-31 12:00 UTC
        from a pipe
        in two lines
    "#]]
    .assert_eq(&project.ok("memo --list"));
    expect![[r#"
        #3  note  ana, 2026-01-31 12:00 UTC
        from a pipe
        in two lines
    "#]]
    .assert_eq(&project.ok("memo note"));
    let before = project.bytes();
    expect![[r#"
        memo #1 says so already
    "#]]
    .assert_eq(&project.run("memo project 'second round begins in March'").err);
    assert!(project.bytes() == before);
    let full = project.content();
    expect![[r#"
        removed memo #1
    "#]]
    .assert_eq(&project.run("memo --remove '#1'").err);
    expect![[r#"
        --- stderr
        no memos
    "#]]
    .assert_eq(&project.run("memo project").text());
    project.ok("undo");
    assert_eq!(project.content(), full);
    project.ok("memo note 'one more'");
    let more = project.content();
    project.ok("undo");
    assert_eq!(project.content(), full);
    project.ok("redo");
    assert_eq!(project.content(), more);
}

#[test]
fn memos_on_nothing_and_of_nothing_are_refused() {
    let project = Project::small();
    expect![[r#"
        error: there is no document `nope`
        hint: did you mean `note`?
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&project.refused("memo nope text"));
    expect![[r#"
        error: there is no document `norms`
        hint: `postil document list` shows them
        hint: for the code of that name: `postil memo code:norms`
    "#]]
    .assert_eq(&project.refused("memo norms text"));
    expect![[r#"
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `postil code add nroms` adds it, `postil code list` shows the codebook
    "#]]
    .assert_eq(&project.refused("memo code:nroms text"));
    expect![[r#"
        error: a memo can't be empty
        hint: nothing was written
    "#]]
    .assert_eq(&project.refused("memo note ' '"));
    expect![[r#"
        error: there is no memo #12
        hint: `postil memo --list` shows those there are
    "#]]
    .assert_eq(&project.refused("memo --remove 12"));
    expect![[r#"
        error: `x` is not the id of a memo
        hint: ids are numbers such as 12; `postil memo --list` shows them
    "#]]
    .assert_eq(&project.refused("memo --remove x"));
    expect![[r#"
        error: neither VISUAL nor EDITOR says which editor to open
        hint: set one, as in `EDITOR=nano`, or write the text on the command line
    "#]]
    .assert_eq(&project.refused("memo note --edit"));
}

#[cfg(unix)]
#[test]
fn the_editor_opens_the_last_memo_and_what_it_leaves_is_kept() {
    let project = Project::small();
    let edit = |editor: &str| {
        let mut command = project.command();
        let output = command.env("EDITOR", editor).args(["memo", "note", "--edit"]).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(edit("true"), (Some(0), "nothing was written\n".to_owned()));
    project.ok("memo note 'a first thought'");
    assert_eq!(edit("sed -i s/first/second/"), (Some(0), "changed memo #1\n".to_owned()));
    assert!(project.ok("memo note").contains("a second thought"));
    let (status, said) = edit("false");
    assert!(status == Some(1) && said.contains("the editor `false` ended with"), "{said}");
    let (status, said) = edit("no-such-editor -x");
    assert!(status == Some(1) && said.contains("`no-such-editor` cannot be started"), "{said}");
}
