//! What may go wrong around the program: other programs, strangers' files, full disks, sudden ends.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use expect_test::expect;

use crate::project::{POSTIL, Project, skipped};

/// Runs SQL on the store past the program.
#[expect(clippy::disallowed_methods, reason = "strangers do not use our hardened connections either")]
fn behind_its_back(project: &Project, sql: &str) {
    rusqlite::Connection::open(project.path("study.postil")).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let project = Project::small();
    let numbers =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i FROM n";
    for format in ["plain", "table", "csv", "json", "jsonl"] {
        let mut child = project
            .command()
            .args(["sql", numbers, "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 100];
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut first).unwrap();
        drop(out);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
    }
}

#[test]
fn files_that_are_no_store_are_refused_and_left_alone() {
    let project = Project::new();
    let sound = project.bytes();
    for content in [
        &b""[..],
        b"These are my notes, and they are not a database at all.\n",
        b"SQLite format 3\0 and then nothing that makes sense, however long it goes on and on and on.",
    ] {
        project.write("study.postil", content);
        for line in ["code add norms", "log"] {
            let said = project.refused(line);
            assert!(said.starts_with("error: `$FOLDER/study.postil` is not a postil store\n"), "{said}");
        }
    }
    std::fs::remove_file(project.path("study.postil")).unwrap();
    behind_its_back(&project, "CREATE TABLE recipes (name TEXT)");
    expect![[r#"
        error: `$FOLDER/study.postil` is not a postil store
        hint: it is an SQLite database, but another program's
    "#]]
    .assert_eq(&project.refused("log"));
    let run = project.run("log --store elsewhere.postil");
    expect![[r#"
        --- stderr
        error: there is no store `$FOLDER/elsewhere.postil`
        hint: `postil init NAME` makes one in this folder
        --- status Some(1)
    "#]]
    .assert_eq(&run.text());
    let run = project.run("log --store .");
    expect![[r#"
        --- stderr
        error: `$FOLDER/.` is not a postil store
        hint: it is not a regular file
        --- status Some(1)
    "#]]
    .assert_eq(&run.text());
    // Half a store, as an interrupted copy leaves it.
    project.write("study.postil", &sound[..sound.len() / 2]);
    expect![[r#"
        error: the store is damaged
        caused by: database disk image is malformed
        caused by: Error code 11: database disk image is malformed
        hint: `postil check` says where; restore a copy made with `postil backup`, or save what is left with `postil salvage STORE -o NEW`
    "#]]
    .assert_eq(&project.refused("code add norms"));
}

#[test]
fn a_store_of_a_newer_postil_is_refused() {
    let project = Project::small();
    behind_its_back(&project, "PRAGMA user_version=4");
    expect![[r#"
        error: `$FOLDER/study.postil` was written by a newer postil (schema 4; this one knows 3)
        hint: install the newer postil: an older one might lose what it does not know
    "#]]
    .assert_eq(&project.refused("log"));
}

#[test]
fn what_a_stranger_planted_is_named_and_does_not_run() {
    for plant in [
        "CREATE TRIGGER evil AFTER INSERT ON code BEGIN DELETE FROM document; END",
        "CREATE VIEW documents AS SELECT 'nothing' AS name",
        "CREATE INDEX slow ON code(upper(name))",
        "CREATE TABLE more (a)",
    ] {
        let project = Project::small();
        behind_its_back(&project, plant);
        let said = project.refused("code add threats");
        let name = plant.split_whitespace().nth(2).unwrap();
        assert!(said.contains("altered by another program"), "{said}");
        assert!(said.contains(&format!("`{name}`")), "{said}");
    }
}

/// Runs a line of shell with the store's folder as the current one.
fn shell(project: &Project, script: &str) -> (Option<i32>, String) {
    let command = project.command();
    let environment = command.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let output = Command::new("bash")
        .args(["-c", script])
        .env_clear()
        .envs(environment)
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("POSTIL", POSTIL)
        .current_dir(project.folder())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said.replace(&project.folder().display().to_string(), "$FOLDER"))
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let project = Project::small();
    project.write("big.txt", "Many words are said here. ".repeat(100_000));
    let before = project.bytes();
    // Blocks of 1,024 bytes: no file may grow past 400 KiB.
    let (status, said) = shell(&project, "ulimit -f 400; exec \"$POSTIL\" document add big.txt");
    assert_eq!(status, Some(1), "{said}");
    expect![[r#"
        error: the disk refused to read or write; nothing was written
        caused by: disk I/O error
        caused by: Error code 778: disk I/O error
        hint: see whether it is full or failing, then run the command again
    "#]]
    .assert_eq(&said);
    project.ok("log");
    assert!(project.bytes() == before, "the store changed");
    project.ok("check");
    // A disk that is really full, where one may be mounted.
    std::fs::create_dir(project.path("disk")).unwrap();
    let (mounted, _) = shell(&project, "mount -t tmpfs -o size=400k none disk");
    if mounted != Some(0) {
        skipped("no file system can be mounted here");
        return;
    }
    let (status, said) = shell(
        &project,
        "cp study.postil disk/; \"$POSTIL\" --store disk/study.postil document add big.txt; status=$?
         cmp study.postil disk/study.postil && \"$POSTIL\" --store disk/study.postil check >&2 || status=99
         umount disk; exit $status",
    );
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("the disk is full"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_can_be_read_and_says_why_it_is_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::small();
    let allow = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // To root nothing is read-only: the commands run as nobody then, on a copy of the program that nobody can reach.
    let root = shell(&project, "test $(id -u) = 0").0 == Some(0);
    let postil = project.path("postil");
    std::fs::copy(POSTIL, &postil).unwrap();
    allow(&postil, 0o755);
    allow(&project.path("study.postil"), 0o444);
    allow(project.folder(), 0o555);
    let prefix = if root { "setpriv --reuid 65534 --regid 65534 --clear-groups " } else { "" };
    let (able, _) = shell(&project, &format!("{prefix}./postil --version"));
    if able == Some(0) {
        let before = project.bytes();
        let (status, said) = shell(&project, &format!("{prefix}./postil log && {prefix}./postil check"));
        assert_eq!((status, said.as_str()), (Some(0), ""));
        let (status, said) = shell(&project, &format!("{prefix}./postil code add threats"));
        assert_eq!(status, Some(1), "{said}");
        expect![[r#"
            error: the store can't be written: the file or its folder is read-only
            caused by: attempt to write a readonly database
            caused by: Error code 8: attempt to write a readonly database
            hint: copy it to a folder of your own and work there: `postil backup FOLDER/NAME.postil`
        "#]]
        .assert_eq(&said);
        let (status, said) = shell(&project, &format!("{prefix}./postil init other"));
        assert_eq!(status, Some(1), "{said}");
        expect![[r#"
            error: can't make the store `$FOLDER/other.postil`
            caused by: Permission denied (os error 13)
        "#]]
        .assert_eq(&said);
        assert!(project.bytes() == before, "the store changed");
    } else {
        skipped("no user without rights to run as");
    }
    allow(project.folder(), 0o755);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the interrupted program is played by a bare connection")]
fn a_reader_takes_back_what_an_interrupted_writer_left_half_done() {
    let project = Project::small();
    let before = project.bytes();
    let left = Project::empty();
    let db = rusqlite::Connection::open(project.path("study.postil")).unwrap();
    // So little memory that the change reaches the file before it is committed.
    db.execute_batch(
        "PRAGMA cache_size=2; BEGIN IMMEDIATE; DELETE FROM code;
         INSERT INTO text (sha256, chars, body) SELECT randomblob(32), 1, hex(randomblob(400000))",
    )
    .unwrap();
    for name in ["study.postil", "study.postil-journal"] {
        std::fs::copy(project.path(name), left.path(name)).unwrap();
    }
    drop(db);
    assert!(left.bytes() != before, "nothing was half done");
    left.ok("log");
    assert!(left.bytes() == before, "the half change is still there");
    left.ok("check");
}

#[test]
fn a_store_of_the_first_schema_opens_and_is_sound() {
    let project = Project::empty();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores/schema-1.postil");
    project.write("study.postil", std::fs::read(fixture).unwrap());
    expect![[r#"
        Change  When                  Coder  Command       What
            15  2026-01-31 12:02 UTC  ana    code merge    code dangers merged into norms: 1 annotations
            14  2026-01-31 12:02 UTC  ana    document set  1 attributes of who-acts-in-cyberspace changed
            13  2026-01-31 12:02 UTC  ana    undo          undid change 12: annotation #4 removed
            12  2026-01-31 12:02 UTC  ana    untag         annotation #4 removed                           undone
            11  2026-01-31 12:02 UTC  ana    tag           1 passage tagged norms
            10  2026-01-31 12:01 UTC  ana    code rename   code threats renamed dangers
             9  2026-01-31 12:01 UTC  ana    memo          memo 2 written
             8  2026-01-31 12:01 UTC  ana    memo          memo 1 written
             7  2026-01-31 12:01 UTC  ana    note          note of #2 replaced
             6  2026-01-31 12:01 UTC  ana    retag         1 annotation retagged actors/firm
             5  2026-01-31 12:01 UTC  ben    tag           1 passage tagged actors/state
             4  2026-01-31 12:00 UTC  ana    tag           1 passage tagged threats
             3  2026-01-31 12:00 UTC  ana    tag           1 passage tagged actors/state
             2  2026-01-31 12:00 UTC  ana    code add      5 codes added
             1  2026-01-31 12:00 UTC  ana    document add  3 documents added
    "#]].assert_eq(&project.ok("log"));
    expect![[r#"
        no findings: 3 texts, 2 coders, 3 documents, 4 attributes, 4 codes, 4 annotations, 2 memos, 1 alias, 7 earlier states, 15 changes checked
    "#]].assert_eq(&project.ok("check"));
    expect![[r#"
        3       2026-01-31 12:00 UTC  ana  #1 added: who-acts-in-cyberspace:27-54 actors/state ana
        6       2026-01-31 12:01 UTC  ana  #1 code: actors/state -> actors/firm
    "#]]
    .assert_eq(&project.ok("log --of '#1'"));
    project.ok("undo");
    project.ok("check");
}

#[test]
fn a_store_of_the_second_schema_opens_and_is_sound() {
    let project = Project::empty();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores/schema-2.postil");
    project.write("study.postil", std::fs::read(fixture).unwrap());
    expect![[r#"
        no findings: 3 texts, 2 coders, 3 documents, 4 attributes, 6 codes, 5 annotations, 2 memos, 1 alias, 1 conflict, 14 earlier states, 19 changes checked
    "#]].assert_eq(&project.ok("check"));
    expect![[r#"
        Coder  Annotations  Documents  Memos  Done  Saw work of
        ana              3          2      2     0
        ben              2          2      0     0  ana (2)
    "#]]
    .assert_eq(&project.ok("coder list"));
    expect![[r#"
        conflict 2, code fear~2
          from ben/ben.postil, brought in by ana, 2026-11-24 21:32 UTC
          name here       fear~2
          name other side fear
        --- stderr
        hint: `postil resolve 2 --ours` keeps what is here, `--theirs` takes the other side, `--value TEXT` says something else
        --- status Some(3)
    "#]].assert_eq(&project.run("conflicts").text());
    // The resolution and the merge before it can still be taken back.
    project.ok("undo");
    project.ok("undo");
    assert_eq!(project.ok("conflicts").trim(), "");
    project.ok("check");
}

#[test]
fn a_store_of_the_third_schema_opens_and_is_sound() {
    let project = Project::empty();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stores/schema-3.postil");
    project.write("study.postil", std::fs::read(fixture).unwrap());
    expect![[r#"
        no findings: 3 texts, 2 coders, 3 documents, 4 attributes, 6 codes, 6 annotations, 2 memos, 1 assignment, 1 alias, 1 conflict, 14 earlier states, 21 changes checked
    "#]].assert_eq(&project.ok("check"));
    project.ok("undo");
    project.ok("check");
}

#[test]
fn a_migration_that_has_landed_is_never_edited() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut landed: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let digest = postil::domain::Digest::of(&std::fs::read(&path).unwrap());
            format!("{digest}  {}\n", path.file_name().unwrap().display())
        })
        .collect();
    landed.sort_by_key(|line| line.split("  ").nth(1).map(str::to_owned));
    expect![[r#"
        6e1d7d4bc1454fb04bf8b3bcdd9faa86c17914539772aa26a7696c27708bd38a  0001_initial.sql
        97cd89fa65087a93a495419a9227b25d15a2a571fe1e4e3946fcb90529993c58  0002_sight.sql
        e2844d5367a6c03288efd483a6fde6bcca4f79dd71a5813619c7317c736afb30  0003_kept_twice.sql
    "#]]
    .assert_eq(&landed.concat());
}

/// Sends SIGINT to `child`.
#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(unix)]
#[test]
fn an_export_that_is_stopped_leaves_no_half_file_and_ends_by_the_signal() {
    use std::os::unix::process::ExitStatusExt;
    let project = Project::new();
    project.write("long.txt", "word ".repeat(5_000));
    project.ok("document add long.txt");
    project.ok("code add a b");
    project.ok("find word --tag a --tag b");
    let begun = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".postil-");
    let half_files = || {
        let entries = std::fs::read_dir(project.folder()).unwrap();
        entries.filter(|entry| begun(&entry.as_ref().unwrap().file_name())).count()
    };
    for line in [["export", "csv", "-o", "all.csv"].as_slice(), &["backup", "copy"]] {
        let mut child =
            project.command().args(line).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        while half_files() == 0 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(200));
        }
        interrupt(&child);
        let status = child.wait().unwrap();
        assert_eq!(half_files(), 0, "{line:?}");
        // On a fast machine it may have been done before it was told to stop.
        if status.signal().is_some() {
            assert_eq!(status.signal(), Some(2), "{line:?}: {status}");
            assert!(!project.path(line.last().unwrap()).exists());
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            assert!(said.contains("stopped"), "{line:?}: {said}");
        }
    }
    project.ok("check");
}

#[test]
fn a_store_that_was_switched_to_a_write_ahead_log_is_one_file_again_after_a_write() {
    let project = Project::small();
    behind_its_back(&project, "PRAGMA journal_mode=WAL");
    project.ok("code add risk");
    // Bytes 18 and 19 of the header say how it is written: 1 is the rollback journal.
    assert_eq!(project.bytes()[18..20], [1, 1]);
    assert!(!project.path("study.postil-wal").exists());
}
