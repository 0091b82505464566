//! `init`: a new store.

use expect_test::expect;

use crate::project::Project;

#[test]
fn a_store_is_made_for_its_owner_alone_and_says_what_to_type_next() {
    let project = Project::empty();
    let run = project.run("init study --title 'A study of norms'");
    expect![[r#"
        --- stderr
        made the store study.postil
        hint: `postil document add FILE…` adds texts, `postil code add PATH…` begins the codebook
    "#]]
    .assert_eq(&run.text());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(project.path("study.postil")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_exists_is_never_overwritten() {
    let project = Project::small();
    expect![[r#"
        error: `$FOLDER/study.postil` exists already
        hint: choose another name; nothing was overwritten
    "#]]
    .assert_eq(&project.refused("init study"));
    expect![[r#"
        error: `$FOLDER/study.postil` exists already
        hint: choose another name; nothing was overwritten
    "#]]
    .assert_eq(&project.refused("init study.postil"));
}

#[test]
fn the_ending_is_not_doubled_and_dots_are_kept() {
    let project = Project::empty();
    project.ok("init round-2.1");
    assert!(project.path("round-2.1.postil").exists());
    project.write("sub/x", "");
    project.ok("init sub/deep.postil");
    assert!(project.path("sub/deep.postil").exists());
    assert!(!project.path("sub/deep.postil.postil").exists());
}

#[test]
fn a_second_store_in_a_folder_is_made_with_a_warning() {
    let project = Project::new();
    expect![[r#"
        made the store other.postil
        warning: there is another store beside it, `study.postil`: say which you mean with `--store other.postil`
        hint: `postil document add FILE…` adds texts, `postil code add PATH…` begins the codebook
    "#]].assert_eq(&project.run("init other").err);
}

#[test]
fn names_that_are_none_are_refused_and_leave_nothing_behind() {
    let project = Project::empty();
    for name in ["''", "..", "sub/", "'a\u{7}b'", "missing/folder/x"] {
        let run = project.run(&format!("init {name}"));
        assert_eq!(run.status, Some(1), "{name}: {}", run.text());
    }
    assert_eq!(std::fs::read_dir(project.folder()).unwrap().count(), 0);
    let run = project.run("--store x.postil init y");
    assert_eq!(run.status, Some(2), "{}", run.text());
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_said_so() {
    let project = Project::empty();
    // For a user whom permissions bind; root writes everywhere, so a device folder stands in.
    let run = project.run("init /proc/study");
    assert_eq!(run.status, Some(1));
    assert!(
        run.err.starts_with("error: can't make the store `/proc/study.postil`\ncaused by: "),
        "{}",
        run.err
    );
}
