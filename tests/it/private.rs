//! What postil writes is its owner's alone, whatever the umask is.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::project::{POSTIL, Project};

/// Every command that writes a file, with what it writes.
const WRITING: [&str; 23] = [
    "init study",
    "document add note.txt",
    "code add norms actors/state",
    "tag note:0-5 norms --note first",
    "export csv -o bundle",
    "export csv -o bundle --force",
    "export csv -o one.csv",
    "export xlsx -o one.xlsx",
    "export table --long -o table.csv",
    "code export -o codebook.txt",
    "import csv bundle",
    "import csv bad.csv --partial --rejects rejects.csv",
    "backup",
    "backup other.backup",
    "backup sealed.age --encrypt --passphrase-file word",
    "restore sealed.age -o restored/study.postil --passphrase-file word",
    "salvage other.backup -o salvaged.postil",
    "--store salvaged.postil pseudonymise note --names word",
    "init --from study.postil apart/ben",
    "--store apart/ben.postil tag note:6-10 norms --create",
    "merge apart/ben.postil",
    "demo demo",
    "memo project --edit",
];

/// Files and folders below `folder` that others may read, by their names, with their modes.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mode = path.metadata().unwrap().permissions().mode() & 0o7777;
        let private = if path.is_dir() { 0o700 } else { 0o600 };
        if mode != private {
            found.push(format!("{mode:o} {}", path.display()));
        }
        if path.is_dir() {
            open_to_others(&path, found);
        }
    }
}

/// Runs a command line under a umask.
fn under(project: &Project, umask: &str, line: &str) -> (Option<i32>, String) {
    let script = format!("umask {umask}; exec '{POSTIL}' {line}");
    let (base, folder) = (project.command(), project.folder());
    let mut shell = std::process::Command::new("sh");
    shell.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("EDITOR", format!("{}/edit", folder.display()));
    let output = shell.args(["-c", &script]).current_dir(folder).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_command_writes_files_that_only_their_owner_may_read_under_any_umask() {
    for umask in ["000", "022", "077"] {
        let project = Project::empty();
        let mine = ["note.txt", "bad.csv", "edit", "word"];
        project.write("note.txt", "Norms bind states.\n");
        project.write("bad.csv", "document,start,end,code\nnote,0,5,norms\nnote,90,95,norms\n");
        project.write("word", "name,pseudonym\nNorms,Rules\n");
        // What an editor leaves beside the file is private too.
        project.write("edit", "#!/bin/sh\necho thought >> \"$1\"\ncat \"$1\" > left-by-the-editor\n");
        for name in mine {
            let mode = if name == "word" { 0o600 } else { 0o700 };
            std::fs::set_permissions(project.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        for name in ["apart", "restored"] {
            std::fs::create_dir(project.path(name)).unwrap();
            std::fs::set_permissions(project.path(name), std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        for line in WRITING {
            let (status, said) = under(&project, umask, line);
            assert!(matches!(status, Some(0 | 3)), "umask {umask}, {line}: {status:?} {said}");
        }
        for name in mine {
            std::fs::set_permissions(project.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let mut open = Vec::new();
        open_to_others(project.folder(), &mut open);
        assert!(open.is_empty(), "under umask {umask}:\n{}", open.join("\n"));
        for written in
            ["bundle/texts/note.txt", "one.csv", "rejects.csv", "demo/export.xlsx", "left-by-the-editor"]
        {
            assert!(project.path(written).exists(), "{written} was not written");
        }
    }
}

#[test]
fn a_file_that_is_replaced_becomes_private_too() {
    let project = Project::small();
    project.write("old.csv", "");
    std::fs::set_permissions(project.path("old.csv"), std::fs::Permissions::from_mode(0o644)).unwrap();
    project.ok("export csv -o old.csv --force");
    assert_eq!(project.path("old.csv").metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_copy_before_a_migration_is_private() {
    let project = Project::empty();
    std::fs::copy("fixtures/stores/schema-1.postil", project.path("study.postil")).unwrap();
    std::fs::set_permissions(project.path("study.postil"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let (status, said) = under(&project, "000", "document list");
    assert_eq!(status, Some(0), "{said}");
    let mode = project.path("study.postil.schema1.backup").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn manual_pages_are_for_everybody() {
    let project = Project::empty();
    let (status, said) = under(&project, "022", "man --out pages");
    assert_eq!(status, Some(0), "{said}");
    let mode = project.path("pages/postil.1").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
}

/// A store holds interviews, and memory holds what was read from it.
#[cfg(target_os = "linux")]
#[test]
fn memory_goes_into_no_core_file() {
    let project = Project::small();
    let script = format!("ulimit -c unlimited 2>/dev/null; exec '{POSTIL}' tag - norms");
    let mut command = std::process::Command::new("sh");
    let base = project.command();
    command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let child = command
        .args(["-c", &script])
        .current_dir(project.folder())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let core = || {
        let text = std::fs::read_to_string(&limits).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("Max core file size")).unwrap_or_default();
        line.split_whitespace().skip(4).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    // Until the shell has become postil, and postil has begun.
    for _ in 0..250 {
        if core() == ["0", "0"] {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(core(), ["0", "0"], "soft and hard limit");
    // Twice: the first is taken for an overflow of the stack, looked at, and let go.
    let twice = format!("kill -SEGV {0}; sleep 0.1; kill -SEGV {0}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &twice]).status().unwrap().success());
    use std::os::unix::process::ExitStatusExt;
    let output = child.wait_with_output().unwrap();
    let (status, said) = (output.status, String::from_utf8_lossy(&output.stderr));
    assert_eq!((status.signal(), status.core_dumped()), (Some(11), false), "{said}");
    let cores: Vec<_> = std::fs::read_dir(project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name.to_string_lossy().starts_with("core"))
        .collect();
    assert!(cores.is_empty(), "{cores:?}");
}
