//! Cloud folders and network file systems: warned of where a store may come to harm, and `merge` is offered.

use expect_test::expect;

use crate::project::Project;

/// A store and a copy of it that went on elsewhere, under the name that a cloud gave to it.
fn with_copy(name: &str) -> Project {
    let project = Project::small();
    std::fs::copy(project.path("study.postil"), project.path("elsewhere")).unwrap();
    // Another process: with the frozen seed it would give its annotation the id that the next one here gets.
    let mut command = project.command();
    command.env("POSTIL_SEED", "4711");
    command.args(["--store", "elsewhere", "--coder", "ben", "tag", "note:6-10", "actors/state"]);
    assert!(command.output().unwrap().status.success());
    std::fs::rename(project.path("elsewhere"), project.path(name)).unwrap();
    project
}

#[test]
fn a_copy_that_a_cloud_folder_made_is_named_and_its_work_is_brought_in() {
    let project = with_copy("study (Ana's conflicted copy 2026-01-31).postil");
    let said = project.run("tag note:0-5 norms --quiet");
    assert_eq!(said.status, Some(0), "{}", said.text());
    expect![[r#"
        --- stderr
        warning: `study (Ana's conflicted copy 2026-01-31).postil` is a copy of `study.postil` that a cloud folder made when both were written: what is in it is not in the store
    "#]].assert_eq(&said.text());
    let said = project.run("note 1 second").err;
    let typed = said.split('`').find(|words| words.starts_with("postil --store")).unwrap_or_default();
    assert!(typed.contains("merge"), "{said}");
    project.args(&["merge", "study (Ana's conflicted copy 2026-01-31).postil"]).ok();
    assert_eq!(project.ok("list --by ben --format plain").lines().count(), 1);
    // Reading needs no warning.
    assert_eq!(project.run("list --format plain").err, "");
}

#[test]
fn every_cloud_s_copy_is_told_of_and_a_store_of_another_project_is_not() {
    for name in [
        "study.sync-conflict-20260131-120000-ABCDEFG.postil",
        "study_conflict-20260131-120000.postil",
        "study (1).postil",
        "study 2.postil",
        "study-DESKTOP-4711.postil",
    ] {
        let project = with_copy(name);
        let said = project.run("--store study.postil code add later").err;
        assert!(said.contains(&format!("warning: `{name}` is a copy of `study.postil`")), "{name}: {said}");
        std::fs::remove_file(project.path(name)).unwrap();
        project.begin_another("other");
        std::fs::rename(project.path("other.postil"), project.path(name)).unwrap();
        assert_eq!(project.run("--store study.postil code add last").err.matches("warning").count(), 0);
    }
}

#[test]
fn a_name_that_a_person_may_have_given_is_asked_about() {
    let project = with_copy("study 2.postil");
    expect![[r#"
        error: there is more than one store here: `$FOLDER/study 2.postil`, `$FOLDER/study.postil`
        hint: say which with `--store '$FOLDER/study 2.postil'` or POSTIL_STORE
        hint: if a cloud folder made `$FOLDER/study 2.postil` of the other when both were written: `postil --store $FOLDER/study.postil merge '$FOLDER/study 2.postil'`
    "#]].assert_eq(&project.refused("code add later"));
}

#[test]
fn a_look_at_a_copy_does_not_change_it() {
    let project = Project::empty();
    std::fs::copy("fixtures/stores/schema-1.postil", project.path("old (conflicted copy).postil")).unwrap();
    std::fs::copy("fixtures/stores/schema-1.postil", project.path("old.postil")).unwrap();
    let before = std::fs::read(project.path("old (conflicted copy).postil")).unwrap();
    let said = project.run("--store old.postil code add later").err;
    assert!(said.contains("is a copy of `old.postil`"), "{said}");
    assert!(std::fs::read(project.path("old (conflicted copy).postil")).unwrap() == before);
}

#[test]
fn a_store_begun_in_a_cloud_folder_is_told_about_it() {
    let project = Project::empty();
    std::fs::create_dir_all(project.path("Dropbox (Personal)/mine")).unwrap();
    let said = project.run("init 'Dropbox (Personal)/mine/study'").err;
    assert!(said.contains("warning: this folder seems to be Dropbox's"), "{said}");
}

/// The real program, told by `strace` that its store is on NFS: the number is put where the system's answer is.
#[cfg(target_os = "linux")]
#[test]
fn a_store_on_a_network_file_system_is_warned_of_at_every_write() {
    use crate::project::{POSTIL, skipped};
    let project = Project::small();
    let traced = |line: &[&str]| {
        let base = project.command();
        let mut command = std::process::Command::new("strace");
        command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.args(["-o", "/dev/null", "-e", "trace=statfs"]);
        command.args(["-e", "inject=statfs:poke_exit=@arg2=6969000000000000", POSTIL]).args(line);
        command.current_dir(project.folder()).output().map(|output| project.shape(output))
    };
    let Ok(run) = traced(&["tag", "note:0-5", "norms", "--quiet"]) else {
        skipped("there is no `strace` to tell the program another file system");
        return;
    };
    if run.err.starts_with("strace: ") {
        skipped("this `strace` may not, or cannot, change an answer of the system");
        return;
    }
    expect![[r#"
        --- stderr
        warning: `study.postil` is on a network file system (NFS), where locks may fail: two who write at once can destroy it
    "#]].assert_eq(&run.text());
    let run = traced(&["export", "csv", "-o", "-", "--quiet"]).unwrap();
    assert!(run.err.is_empty() && run.out.contains("norms"), "reading needs no warning: {}", run.text());
}
