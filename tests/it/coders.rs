//! `coder …` and `memo`.

use expect_test::expect;

use crate::project::Project;

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

fn content(dump: &str) -> String {
    dump.lines()
        .map(|line| line.rsplit_once(',').map_or(line, |(rest, _)| rest))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn coders_are_listed_with_what_they_did() {
    let project = Project::small();
    expect![[""]].assert_eq(&Project::new().run("coder list").text());
    drop(project);
    expect![[""]].assert_eq(&two_coders().ok("coder list --format csv"));
}

#[test]
fn a_coder_is_renamed_and_the_person_at_work_is_warned() {
    let project = two_coders();
    let before = content(&project.dump());
    expect![[""]].assert_eq(&project.run("coder rename ana anna").err);
    assert!(project.ok("list --format plain").contains("anna"));
    project.ok("undo");
    assert_eq!(content(&project.dump()), before);
    project.ok("redo");
    expect![[""]].assert_eq(&project.refused("coder rename anna ben"));
    expect![[""]].assert_eq(&project.refused("coder rename anna 'two words'"));
    expect![[""]].assert_eq(&project.refused("coder rename bne x"));
}

#[test]
fn two_coders_become_one_and_undo_parts_them() {
    let project = two_coders();
    let before = content(&project.dump());
    expect![[""]].assert_eq(&project.run("coder merge ben ana").err);
    expect![[""]].assert_eq(&project.ok("coder list --format csv"));
    expect![[""]].assert_eq(&project.ok("list --format plain"));
    let after = content(&project.dump());
    project.ok("undo");
    assert_eq!(content(&project.dump()), before);
    project.ok("redo");
    assert_eq!(content(&project.dump()), after);
    expect![[""]].assert_eq(&project.refused("coder merge ana ana"));
    expect![[""]].assert_eq(&project.refused("coder merge ben ana"));
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
    assert!(project.ok("check").is_empty());
}

#[test]
fn memos_are_written_shown_and_removed() {
    let project = Project::small();
    project.ok("memo project 'second round begins in March'");
    project.ok("memo code:actors/state 'whose state?'");
    project.run_with("memo note -", "from a pipe\nin two lines\n".as_bytes()).ok();
    expect![[""]].assert_eq(&project.ok("memo --list"));
    expect![[""]].assert_eq(&project.ok("memo note"));
    let before = project.bytes();
    expect![[""]].assert_eq(&project.run("memo project 'second round begins in March'").err);
    assert!(project.bytes() == before);
    let full = content(&project.dump());
    expect![[""]].assert_eq(&project.run("memo --remove '#1'").err);
    expect![[""]].assert_eq(&project.run("memo project").text());
    project.ok("undo");
    assert_eq!(content(&project.dump()), full);
}

#[test]
fn memos_on_nothing_and_of_nothing_are_refused() {
    let project = Project::small();
    expect![[""]].assert_eq(&project.refused("memo nope text"));
    expect![[""]].assert_eq(&project.refused("memo norms text"));
    expect![[""]].assert_eq(&project.refused("memo code:nroms text"));
    expect![[""]].assert_eq(&project.refused("memo note ' '"));
    expect![[""]].assert_eq(&project.refused("memo --remove 12"));
    expect![[""]].assert_eq(&project.refused("memo --remove x"));
    expect![[""]].assert_eq(&project.refused("memo note --edit"));
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
