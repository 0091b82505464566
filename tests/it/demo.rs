//! `postil demo`: what it makes, what it leaves alone, and that what it prints can be typed.

use std::path::Path;
use std::process::Command;

use expect_test::expect;

use crate::project::{POSTIL, Project};

/// Runs a line in `folder` through a shell that finds the program by its name, as a person would.
pub(crate) fn shell(project: &Project, folder: &Path, line: &str) -> (Option<i32>, String) {
    let programs = Path::new(POSTIL).parent().unwrap();
    let path = format!("{}:{}", programs.display(), env!("PATH"));
    let mut command = Command::new("bash");
    for (name, value) in project.command().get_envs() {
        command.env(name, value.unwrap());
    }
    let output = command
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_demo_is_a_whole_project_with_its_exports() {
    let project = Project::empty();
    let run = project.run("demo");
    assert_eq!(run.status, Some(0), "{}", run.text());
    expect![[""]].assert_eq(&run.err);
    expect![[""]].assert_eq(&files(&project.path("postil-demo")).join("\n"));
    let folder = project.path("postil-demo");
    let say = |line: &str| shell(&project, &folder, line).1;
    expect![[""]].assert_eq(&say("postil check"));
    expect![[""]].assert_eq(&say("postil coder list"));
    expect![[""]].assert_eq(&say("postil document list"));
    expect![[""]].assert_eq(&say("postil memo --list"));
    expect![[""]].assert_eq(&say("postil log --format csv"));
    let notes = project.read("postil-demo/codings.csv");
    assert!(notes.contains("the clearest case in the three texts"));
    assert_eq!(notes.lines().count(), 65);
}

#[test]
fn every_command_that_a_demo_prints_works_when_it_is_pasted() {
    let project = Project::empty();
    let said = project.ok("demo 'a demo'");
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let [path, folder, commands @ ..] = lines.as_slice() else { panic!("{said}") };
    assert!(path.starts_with(r#"export PATH="$PATH":/"#), "{path}");
    assert_eq!(*folder, "cd 'a demo'");
    assert!((5..=7).contains(&commands.len()), "{said}");
    for line in commands {
        let (status, said) = shell(&project, &project.path("a demo"), line);
        assert_eq!(status, Some(0), "{line}\n{said}");
        assert!(!said.is_empty(), "{line}");
    }
    // And together, as one paste, without the program where a shell finds it.
    let paste = format!("set -e; PATH=$(dirname $(command -v cat)); {}", lines.join("; "));
    let (status, said) = shell(&project, project.folder(), &paste);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn a_program_that_the_shell_finds_needs_no_path() {
    let project = Project::empty();
    let (status, said) = shell(&project, project.folder(), "postil -q demo");
    assert_eq!(status, Some(0), "{said}");
    expect![[""]].assert_eq(&said);
}

#[test]
fn two_demos_of_the_same_moment_and_seed_are_the_same() {
    let project = Project::empty();
    project.ok("demo one");
    project.ok("demo two");
    for file in files(&project.path("one")).iter().filter(|file| !file.ends_with(".postil")) {
        let same = std::fs::read(project.path("one").join(file)).unwrap()
            == std::fs::read(project.path("two").join(file)).unwrap();
        assert!(same, "{file}");
    }
}

#[test]
fn a_demo_takes_its_own_export_back_without_a_change_and_rebuilds_from_it() {
    let project = Project::empty();
    project.ok("demo");
    let folder = project.path("postil-demo");
    let before = std::fs::read(folder.join("demo.postil")).unwrap();
    expect![[""]].assert_eq(&shell(&project, &folder, "postil import csv export").1);
    assert!(before == std::fs::read(folder.join("demo.postil")).unwrap(), "the store changed");
    project.ok("init copy");
    project.ok("--store copy.postil import csv postil-demo/export");
    project.ok("--store copy.postil export csv -o again");
    for file in files(&folder.join("export")).iter().filter(|file| file.ends_with(".csv")) {
        let again = project.read(&format!("again/{file}"));
        assert_eq!(project.read(&format!("postil-demo/export/{file}")), again, "{file}");
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let project = Project::empty();
    project.write("mine/notes.txt", "mine");
    expect![[""]].assert_eq(&project.run("demo mine").text());
    expect![[""]].assert_eq(&project.run("demo mine --force").text());
    project.write("file", "mine");
    expect![[""]].assert_eq(&project.run("demo file --force").text());
    assert_eq!(files(project.folder()), ["file", "mine/notes.txt"]);
}

#[test]
fn a_store_that_is_called_demo_and_is_none_is_never_overwritten() {
    let project = Project::empty();
    project.write("mine/x.txt", "Norms.");
    std::fs::create_dir_all(project.path("mine")).unwrap();
    project.ok("init mine/demo");
    let before = std::fs::read(project.path("mine/demo.postil")).unwrap();
    let run = project.run("demo mine --force");
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(before == std::fs::read(project.path("mine/demo.postil")).unwrap());
}

#[test]
fn a_demo_is_made_anew_only_when_told_to_and_beside_other_files() {
    let project = Project::empty();
    project.ok("demo");
    let fresh = project.read("postil-demo/export/annotations.csv");
    project.write("postil-demo/texts/mine.txt", "mine");
    project.write("postil-demo/export/annotations.csv", "spoilt");
    project.ok("--store postil-demo/demo.postil document remove three-schools-one-attack");
    expect![[""]].assert_eq(&project.run("demo").text());
    assert_eq!(project.read("postil-demo/export/annotations.csv"), "spoilt");
    project.ok("demo --force");
    assert_eq!(project.read("postil-demo/export/annotations.csv"), fresh);
    assert_eq!(project.read("postil-demo/texts/mine.txt"), "mine");
    let documents = project.ok("--store postil-demo/demo.postil document list --format csv");
    assert_eq!(documents.lines().count(), 4);
}

#[test]
fn a_demo_can_be_made_in_an_empty_folder_and_nothing_is_left_of_one_that_failed() {
    let project = Project::empty();
    std::fs::create_dir(project.path("empty")).unwrap();
    project.ok("demo empty");
    assert!(project.path("empty/demo.postil").exists());
    project.write("file", "mine");
    let run = project.run("demo file/below");
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(run.err.starts_with("error: can't write"), "{}", run.err);
}

#[test]
fn a_store_that_was_named_has_no_part_in_it() {
    let project = Project::new();
    expect![[""]].assert_eq(&project.run("demo --store study.postil").text());
    let run = project.command().arg("demo").env("POSTIL_STORE", "study.postil").output().unwrap();
    let err = String::from_utf8(run.stderr).unwrap();
    assert!(err.contains("warning: POSTIL_STORE names"), "{err}");
}
