//! `backup --encrypt` and `restore`: only the key opens it, and nothing is put in place that is not whole.

use std::path::Path;

use expect_test::expect;

use crate::hostile_store::behind_its_back;
use crate::project::{POSTIL, Project, skipped};

/// A secret key and its public key.
fn pair() -> (String, String) {
    use age::secrecy::ExposeSecret;
    let key = age::x25519::Identity::generate();
    (format!("# mine\n{}\n", key.to_string().expose_secret()), key.to_public().to_string())
}

fn secret(project: &Project, name: &str, content: &str) {
    project.write(name, content);
    #[cfg(unix)]
    std::fs::set_permissions(project.path(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
}

/// A project with a text, a code and a passage, the files of a passphrase and of a key, and a backup encrypted to each.
fn backed_up() -> Project {
    let project = Project::small();
    project.ok("tag note:0-5 norms --note 'a secret remark'");
    secret(&project, "word", "correct horse\nsecond line\n");
    secret(&project, "wrong", "correct Horse\n");
    let (key, recipient) = pair();
    secret(&project, "ana.key", &key);
    project.ok("backup --encrypt --passphrase-file word");
    project.write("team.keys", format!("# the team\n{}\n\n{recipient}\n", pair().1));
    project.ok("backup key.postil.age --encrypt --recipients-file team.keys");
    project
}

/// What is in the folder, by name.
fn names(project: &Project) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_was_encrypted_comes_back_byte_for_byte() {
    let project = backed_up();
    let before = project.bytes();
    for (line, name) in [
        ("restore study.postil.2026-01-31.backup.age -o a.postil --passphrase-file word", "a.postil"),
        ("restore key.postil.age --identity ana.key", "key.postil"),
    ] {
        let said = project.run(line);
        assert_eq!(said.status, Some(0), "{}", said.text());
        assert!(std::fs::read(project.path(name)).unwrap() == before, "{line}");
        assert!(project.ok(&format!("--store {name} check")).starts_with("no findings"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(project.path(name).metadata().unwrap().permissions().mode() & 0o7777, 0o600);
        }
    }
    expect![[r#"
        --- stderr
        restored `study.postil.2026-01-31.backup.age` as `b.postil`: 1 document, 3 codes, 1 annotation, 3 changes
    "#]]
    .assert_eq(
        &project.run("restore study.postil.2026-01-31.backup.age -o b.postil --passphrase-file word").text(),
    );
}

#[test]
fn an_encrypted_backup_holds_no_word_of_the_store_and_nothing_lies_beside_it() {
    let project = backed_up();
    for name in ["study.postil.2026-01-31.backup.age", "key.postil.age"] {
        let bytes = std::fs::read(project.path(name)).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
        for word in ["Norms bind", "secret remark", "SQLite format", "note", "study"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "`{word}` in {name}");
        }
    }
    assert_eq!(
        names(&project),
        [
            "ana.key",
            "key.postil.age",
            "note.txt",
            "study.postil",
            "study.postil.2026-01-31.backup.age",
            "team.keys",
            "word",
            "wrong"
        ]
    );
}

/// At no moment: a process that looks all the time finds no file but the encrypted one.
#[test]
fn no_unencrypted_copy_lies_on_the_disk_meanwhile() {
    let project = backed_up();
    let mut command = project.command();
    command.args(["backup", "watched.age", "--encrypt", "--passphrase-file", "word"]);
    let mut child = command.spawn().unwrap();
    let mut seen = 0;
    while child.try_wait().unwrap().is_none() {
        for entry in std::fs::read_dir(project.folder()).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if !name.starts_with(".postil-") {
                continue;
            }
            assert!(!entry.path().is_dir(), "{name} is a folder");
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            assert!(!bytes.starts_with(b"SQLite"), "{name} is a store");
            seen += 1;
        }
    }
    assert!(child.wait().unwrap().success() && seen > 0, "nothing was seen");
}

#[test]
fn a_wrong_key_a_cut_a_flip_and_a_stranger_are_told_apart_and_write_nothing() {
    let project = backed_up();
    let whole = std::fs::read(project.path("key.postil.age")).unwrap();
    std::fs::write(project.path("cut.age"), &whole[..whole.len() - 1000]).unwrap();
    std::fs::write(project.path("head.age"), &whole[..40]).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 4;
    std::fs::write(project.path("flipped.age"), &flipped).unwrap();
    project.write("armor.age", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n");
    project.write("text.backup", "Dear diary.\n");
    project.write("empty.backup", "");
    secret(&project, "other.key", &pair().0);
    let store = std::fs::read(project.path("study.postil")).unwrap();
    std::fs::write(project.path("half.backup"), &store[..store.len() / 2]).unwrap();
    let before = names(&project);
    let refuse = |line: &str| project.refused(&format!("restore {line} -o new.postil"));
    let mut all = String::new();
    for line in [
        "study.postil.2026-01-31.backup.age --passphrase-file wrong",
        "study.postil.2026-01-31.backup.age",
        "study.postil.2026-01-31.backup.age --identity ana.key",
        "key.postil.age",
        "key.postil.age --passphrase-file word",
        "key.postil.age --identity other.key",
        "key.postil.age --identity word",
        "key.postil.age --identity missing.key",
        "cut.age --identity ana.key",
        "head.age --identity ana.key",
        "flipped.age --identity ana.key",
        "armor.age",
        "text.backup",
        "empty.backup",
        "missing.backup",
    ] {
        all.push_str(&refuse(line));
    }
    expect![[r#"
        error: `study.postil.2026-01-31.backup.age`: the passphrase is not the one it was encrypted with
        hint: capital letters, spaces and the keyboard's language count; nothing but the passphrase opens it
        error: `study.postil.2026-01-31.backup.age` is encrypted, and nobody is at the terminal to type a passphrase
        hint: in a script: `--passphrase-file FILE`
        error: `study.postil.2026-01-31.backup.age` was encrypted with a passphrase, and no key opens it
        hint: `postil restore study.postil.2026-01-31.backup.age` asks for the passphrase
        error: `key.postil.age` was encrypted to the owners of keys
        hint: name the file with your secret key: `postil restore key.postil.age --identity KEYFILE`
        error: `key.postil.age` was encrypted to the owners of keys
        hint: name the file with your secret key: `postil restore key.postil.age --identity KEYFILE`
        error: `key.postil.age`: none of the secret keys opens it
        hint: name the file with the key to one of the recipients: `--identity KEYFILE`
        error: `$FOLDER/word`: there is no secret key of age in it
        hint: `age-keygen -o KEYFILE` makes such a file; one that is encrypted itself is opened by `age -d` first
        error: there is no file `$FOLDER/missing.key`
        error: `cut.age`: it was cut short or altered
        hint: get the file again from where it was kept, or restore another backup
        error: `head.age`: it was cut short or altered
        hint: get the file again from where it was kept, or restore another backup
        error: `flipped.age`: it was cut short or altered
        hint: get the file again from where it was kept, or restore another backup
        error: `armor.age` was encrypted as text, for mail
        hint: `age -d armor.age > study.backup`, then `postil restore study.backup`
        error: `text.backup` is no backup of postil's
        hint: `postil backup` writes such a file; `postil import` reads tables
        error: `empty.backup` is no backup of postil's
        hint: `postil backup` writes such a file; `postil import` reads tables
        error: there is no file `missing.backup`
    "#]].assert_eq(&all);
    assert!(!refuse("half.backup").is_empty());
    assert_eq!(names(&project), before, "something was written");
}

#[test]
fn a_store_that_is_there_is_replaced_with_force_alone_and_its_journal_goes_with_it() {
    let project = backed_up();
    let old = project.bytes();
    project.ok("code add later");
    expect![[r#"
        error: `$FOLDER/study.postil` exists already
        hint: name another place and compare: `-o OTHER.postil`; `--force` replaces the store that is there
    "#]]
    .assert_eq(&project.refused("restore study.postil.2026-01-31.backup.age --passphrase-file word"));
    // What an interrupted program left behind of a store that can't be opened any more.
    project.write("study.postil", "not a store any more");
    project.write("study.postil-journal", "a journal that must not be played into the new store");
    project.ok("restore study.postil.2026-01-31.backup.age --passphrase-file word --force");
    assert!(project.bytes() == old);
    assert!(!project.path("study.postil-journal").exists());
    project.ok("check");
    expect![[r#"
        error: `study.postil` would replace itself
        hint: say where the store is to be: `postil restore study.postil -o study.postil`
    "#]]
    .assert_eq(&project.refused("restore study.postil --force"));
}

#[test]
fn a_damaged_backup_becomes_a_store_of_its_own_and_takes_nobody_s_place() {
    let project = backed_up();
    project.ok("backup plain.backup");
    behind_its_back(project.path("plain.backup")).execute_batch("UPDATE annotation SET stop = 4").unwrap();
    let said = project.refused("restore plain.backup -o study.postil --force");
    assert!(said.contains("takes no other store's place"), "{said}");
    let run = project.run("restore plain.backup -o damaged.postil");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(run.err.contains("`damaged.postil` is damaged: 1 finding"), "{}", run.err);
}

#[test]
fn a_backup_of_an_older_schema_is_restored_as_it_was() {
    let project = Project::empty();
    std::fs::copy("fixtures/stores/schema-1.postil", project.path("old.postil.backup")).unwrap();
    let old = std::fs::read(project.path("old.postil.backup")).unwrap();
    let run = project.run("restore old.postil.backup");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(run.err.contains("it is of schema 1"), "{}", run.err);
    assert!(std::fs::read(project.path("old.postil")).unwrap() == old);
    assert_eq!(names(&project), ["old.postil", "old.postil.backup"]);
    project.ok("check");
    assert!(project.path("old.postil.schema1.backup").exists());
}

#[test]
fn secrets_are_taken_from_files_that_nobody_else_may_read_and_are_never_repeated() {
    let project = backed_up();
    #[cfg(unix)]
    {
        let open = |name: &str| {
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o640);
            std::fs::set_permissions(project.path(name), mode).unwrap();
        };
        open("word");
        open("ana.key");
        for line in [
            "backup x.age --encrypt --passphrase-file word",
            "restore study.postil.2026-01-31.backup.age --passphrase-file word -o x.postil",
            "restore key.postil.age --identity ana.key -o x.postil",
        ] {
            let said = project.refused(line);
            assert!(said.contains("may be read by others") && said.contains("chmod 600"), "{line}: {said}");
        }
    }
    secret(&project, "word", "\n");
    assert!(project.refused("backup x.age --encrypt --passphrase-file word").contains("is empty"));
    secret(&project, "bad.key", "hunter2 is my password\n");
    let said = project.refused("restore key.postil.age --identity bad.key -o x.postil");
    assert!(!said.contains("hunter2"), "{said}");
    // The log knows nothing of backups, and no option takes a passphrase itself.
    for line in ["backup --encrypt --passphrase hunter2", "restore key.postil.age --passphrase hunter2"] {
        assert_eq!(project.run(line).status, Some(2), "{line}");
    }
    assert!(!project.ok("log --format plain").contains("backup"));
    let said = project.refused("backup x.age --encrypt");
    assert!(said.contains("nobody is at the terminal"), "{said}");
    assert_eq!(project.run("backup x.age --passphrase-file word").status, Some(2));
}

/// At a terminal the passphrase is asked for twice and never shown.
#[test]
fn a_passphrase_is_typed_twice_and_never_shown() {
    let project = Project::small();
    let typed = |line: &str, input: &str| {
        let base = project.command();
        let mut command = std::process::Command::new("script");
        command.envs(base.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.args(["-qec", &format!("'{POSTIL}' {line}"), "/dev/null"]).current_dir(project.folder());
        // Typed slowly: what comes before the question is thrown away when it is asked.
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().ok()?;
        let mut stdin = child.stdin.take().unwrap();
        let lines: Vec<String> = input.lines().map(|line| format!("{line}\n")).collect();
        let writer = std::thread::spawn(move || {
            for line in lines {
                std::thread::sleep(std::time::Duration::from_millis(700));
                let _ = std::io::Write::write_all(&mut stdin, line.as_bytes());
            }
            std::thread::sleep(std::time::Duration::from_millis(1500));
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Some((output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned()))
    };
    let Some((status, said)) = typed("backup a.age --encrypt", "xyzzy word\nxyzzy word\n") else {
        skipped("there is no `script` to type at");
        return;
    };
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("passphrase: ") && said.contains("the same again: "), "{said}");
    assert!(!said.contains("xyzzy"), "{said}");
    let (status, said) = typed("backup b.age --encrypt", "xyzzy word\nxyzzy work\n").unwrap();
    assert!(status == Some(1) && said.contains("differ") && !project.path("b.age").exists(), "{said}");
    let (status, said) = typed("restore a.age -o c.postil", "xyzzy word\n").unwrap();
    assert!(status == Some(0) && !said.contains("xyzzy"), "{said}");
    assert!(Path::new(&project.path("c.postil")).exists());
}
