//! `postil demo`: what it makes, what it leaves alone, and that what it prints can be typed.

use std::path::Path;
use std::process::Command;

use expect_test::expect;

use crate::project::{POSTIL, Project};

/// Runs a line in `folder` through a shell that finds the program by its name, as a person would.
pub(crate) fn shell(project: &Project, folder: &Path, line: &str) -> (Option<i32>, String) {
    shell_with(project, folder, line, &[])
}

/// The same with variables of the environment that are other than usual.
pub(crate) fn shell_with(
    project: &Project,
    folder: &Path,
    line: &str,
    extra: &[(&str, String)],
) -> (Option<i32>, String) {
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
        .envs(extra.iter().map(|(name, value)| (name, value)))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
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
    expect![[r#"
        made a demo in `postil-demo`: 3 documents, 73 codes and 64 annotations (ana 35, ben 29)
          demo.postil   the store: one file with everything
          texts/        the essays, and codebook.txt beside them
          export/       the tables that colleagues edit; `postil import csv` takes them back
          export.xlsx   the same as a workbook; `postil import xlsx` takes it back
          colleagues/   what ben did since in a store of his own; `postil merge` brings it in
          codings.csv   one row per annotation, for R, Python or a pivot table

    "#]]
    .assert_eq(&run.err);
    expect![[r#"
        codebook.txt
        codings.csv
        colleagues/ben.postil
        demo.postil
        export.xlsx
        export/annotations.csv
        export/assignments.csv
        export/coders.csv
        export/codes.csv
        export/datapackage.json
        export/documents.csv
        export/memos.csv
        export/texts/cyber-diplomacy-in-practice.txt
        export/texts/three-schools-one-attack.txt
        export/texts/who-acts-in-cyberspace.txt
        texts/cyber-diplomacy-in-practice.md
        texts/three-schools-one-attack.md
        texts/who-acts-in-cyberspace.md"#]]
    .assert_eq(&files(&project.path("postil-demo")).join("\n"));
    let folder = project.path("postil-demo");
    let say = |line: &str| shell(&project, &folder, line).1;
    expect![[r#"
        no findings: 3 texts, 2 coders, 3 documents, 6 attributes, 73 codes, 64 annotations, 1 memo, 6 assignments, 1 earlier state, 14 changes checked
    "#]].assert_eq(&say("postil check"));
    expect![[r#"
        Coder  Annotations  Documents  Memos  Done  Saw work of
        ana             35          3      1     3
        ben             29          3      0     3  ana (3)
    "#]]
    .assert_eq(&say("postil coder list"));
    expect![[r#"
        Document                     Characters  Annotations  Attributes
        cyber-diplomacy-in-practice        3338           26  kind=essay, theme=practice
        three-schools-one-attack           3447           22  kind=essay, theme=schools
        who-acts-in-cyberspace             3422           16  kind=essay, theme=actors
    "#]]
    .assert_eq(&say("postil document list"));
    expect![[r#"
        #1  code:schools/realism/security-dilemma  ana, 2026-01-31 12:00 UTC
        ana codes the build-up on both sides, ben also what comes of it. The definition asks for the feedback: agree on one reading before the second round.
    "#]].assert_eq(&say("postil memo --list"));
    expect![[r#"
        change,at,coder,command,summary,kind,target,undone
        14,2026-01-31T12:00:00.000Z,ben,done,3 documents read by ben,do,,false
        13,2026-01-31T12:00:00.000Z,ana,done,3 documents read by ana,do,,false
        12,2026-01-31T12:00:00.000Z,ana,code edit,code schools/realism/security-dilemma described,do,,false
        11,2026-01-31T12:00:00.000Z,ana,memo,memo 1 written,do,,false
        10,2026-01-31T12:00:00.000Z,ben,tag,7 passages tagged,do,,false
        9,2026-01-31T12:00:00.000Z,ben,tag,10 passages tagged,do,,false
        8,2026-01-31T12:00:00.000Z,ben,tag,12 passages tagged,do,,false
        7,2026-01-31T12:00:00.000Z,ana,tag,9 passages tagged,do,,false
        6,2026-01-31T12:00:00.000Z,ana,tag,12 passages tagged,do,,false
        5,2026-01-31T12:00:00.000Z,ana,tag,14 passages tagged,do,,false
        4,2026-01-31T12:00:00.000Z,ana,code import,codebook read: 73 codes added,do,,false
        3,2026-01-31T12:00:00.000Z,ana,document add,document who-acts-in-cyberspace added,do,,false
        2,2026-01-31T12:00:00.000Z,ana,document add,document three-schools-one-attack added,do,,false
        1,2026-01-31T12:00:00.000Z,ana,document add,document cyber-diplomacy-in-practice added,do,,false
    "#]]
    .assert_eq(&say("postil log --format csv"));
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
    assert!((5..=8).contains(&commands.len()), "{said}");
    for line in commands {
        let (status, said) = shell(&project, &project.path("a demo"), line);
        // The merge finds something to decide, and says so to scripts.
        let expected = if line.contains("merge") { 3 } else { 0 };
        assert_eq!(status, Some(expected), "{line}\n{said}");
        assert!(!said.is_empty(), "{line}");
    }
    // And together, as one paste, without the program where a shell finds it.
    let paste = format!("set -e; PATH=$(dirname $(command -v cat)); {}", lines.join("; "));
    let (status, said) = shell(&project, project.folder(), &paste);
    assert_eq!(status, Some(3), "{said}");
}

#[test]
fn a_program_that_the_shell_finds_needs_no_path() {
    let project = Project::empty();
    let (status, said) = shell(&project, project.folder(), "postil -q demo");
    assert_eq!(status, Some(0), "{said}");
    expect![[r#"
        Try next:

          cd postil-demo
          postil show three-schools-one-attack:p5-p6
          postil list --code cyber/norms
          postil find --regex '\bnorms?\b'
          postil stats codes --by coder --code schools/realism
          postil tag who-acts-in-cyberspace 'companies do not stay neutral' actors/private-sector
          postil undo
          postil import csv export/annotations.csv --dry-run
          postil merge colleagues/ben.postil --dry-run
    "#]]
    .assert_eq(&said);
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
    expect![[r#"
        nothing changed
        annotations: 64 unchanged
    "#]]
    .assert_eq(&shell(&project, &folder, "postil import csv export").1);
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
    expect![[r#"
        --- stderr
        error: the folder `$FOLDER/mine` is not empty
        hint: name a new folder: `postil demo my-demo`
        --- status Some(1)
    "#]]
    .assert_eq(&project.run("demo mine").text());
    expect![[r#"
        --- stderr
        error: `$FOLDER/mine` is not empty, and what it holds is no demo
        hint: name a new folder: `postil demo my-demo`
        --- status Some(1)
    "#]]
    .assert_eq(&project.run("demo mine --force").text());
    project.write("file", "mine");
    expect![[r#"
        --- stderr
        error: `$FOLDER/file` is a file
        hint: name a new folder: `postil demo my-demo`
        --- status Some(1)
    "#]]
    .assert_eq(&project.run("demo file --force").text());
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
    expect![[r#"
        --- stderr
        error: there is a demo in `$FOLDER/postil-demo` already
        hint: add `--force` to make it anew; what was changed in it is then lost
        --- status Some(1)
    "#]]
    .assert_eq(&project.run("demo").text());
    assert_eq!(project.read("postil-demo/export/annotations.csv"), "spoilt");
    project.ok("demo --force");
    assert_eq!(project.read("postil-demo/export/annotations.csv"), fresh);
    assert_eq!(project.read("postil-demo/texts/mine.txt"), "mine");
    let documents = project.ok("--store postil-demo/demo.postil document list --format csv");
    assert_eq!(documents.lines().count(), 4);
}

#[test]
fn a_demo_can_be_made_in_an_empty_folder_but_not_below_a_file() {
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
    expect![[r#"
        --- stderr
        error: `--store study.postil` has no part in this: a demo makes a store
        hint: leave it out: `postil demo postil-demo`
        --- status Some(2)
    "#]]
    .assert_eq(&project.run("demo --store study.postil").text());
    let run = project.command().arg("demo").env("POSTIL_STORE", "study.postil").output().unwrap();
    let err = String::from_utf8(run.stderr).unwrap();
    assert!(err.contains("warning: POSTIL_STORE names"), "{err}");
}

#[test]
fn what_a_killed_demo_or_export_left_does_not_block_the_next() {
    let project = Project::small();
    for folder in ["empty", "bundle"] {
        project.write(&format!("{folder}/.postil-draft/half.csv"), "half");
    }
    project.ok("demo empty");
    project.ok("check --store empty/demo.postil");
    project.ok("export csv -o bundle");
    assert!(project.path("bundle/datapackage.json").exists());
}
