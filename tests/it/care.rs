//! `check`, `backup`, `sql` and `conflicts`: looking after a store.

use expect_test::expect;

use crate::project::{Project, Run};

/// Changes the store as no postil would.
#[expect(clippy::disallowed_methods, reason = "damage has to be done behind the program's back")]
fn damage(project: &Project, sql: &str) {
    let db = rusqlite::Connection::open(project.path("study.postil")).unwrap();
    db.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA ignore_check_constraints=ON").unwrap();
    db.execute_batch(sql).unwrap();
}

/// Puts `to` wherever `from` stands in the file.
fn spoil(project: &Project, from: &[u8], to: &[u8]) {
    let mut bytes = project.bytes();
    let places: Vec<usize> =
        (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty(), "it stands nowhere");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    project.write("study.postil", bytes);
}

fn coded() -> Project {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    project.ok("tag note:p1 actors/state --note 'a thought'");
    project.ok("retag 1 actors/state");
    project.ok("tag note:6-10 norms");
    project.ok("untag 3");
    project
}

/// The findings of a store that was altered by `sql`.
fn findings(sql: &str) -> String {
    let project = coded();
    damage(&project, sql);
    let run = project.run("check");
    assert_eq!(run.status, Some(3), "{sql}\n{}", run.text());
    run.out
}

#[test]
fn a_sound_store_has_no_findings_and_says_what_was_looked_at() {
    let project = coded();
    expect![[r#"
        no findings: 1 text, 1 coder, 1 document, 3 codes, 2 annotations, 2 earlier states, 7 changes checked
    "#]]
    .assert_eq(&project.ok("check"));
    assert_eq!(project.ok("check --json"), "[]\n");
}

#[test]
fn every_kind_of_damage_is_found_and_named() {
    let found = [
        // Texts: a letter, a length.
        findings("UPDATE text SET body = replace(body, 'bind', 'bend')"),
        findings("UPDATE text SET chars = chars + 1"),
        findings("UPDATE text SET body = CAST(x'4e6fff' AS TEXT)"),
        // Records: a range, a value, a reference, a name.
        findings("UPDATE annotation SET stop = 5000 WHERE id = 2"),
        findings("UPDATE annotation SET note = 'another thought' WHERE id = 2"),
        findings("UPDATE annotation SET note = CAST(x'ff' AS TEXT) WHERE id = 2"),
        findings("UPDATE annotation SET code_id = 77 WHERE id = 2"),
        findings("UPDATE code SET name = 'a' || char(7) WHERE name = 'norms'"),
        findings("UPDATE code SET parent_id = 3 WHERE name = 'actors'"),
        findings("UPDATE document SET change_id = 99"),
        findings("UPDATE coder SET uuid = x'00000000000040008000000000000001'"),
        // History: an earlier state, a deletion, a circle, a change that is not there.
        findings("UPDATE history SET before = json_set(before, '$[3]', 1) WHERE change_id = 5"),
        findings("UPDATE history SET before = '\"no array\"' WHERE change_id = 5"),
        findings("UPDATE tombstone SET version = version + 1"),
        findings("INSERT INTO lineage SELECT uuid, parent, version FROM lineage"),
        findings("UPDATE history SET author = 99 WHERE change_id = 5"),
        findings("INSERT INTO tombstone SELECT uuid, 5, version, 1 FROM annotation WHERE id = 2"),
        // Records about records.
        findings(
            "INSERT INTO alias (uuid, entity, retired, target, change_id, version) VALUES
               (x'00000000000000000000000000000001', 4, '00000000-0000-0000-0000-00000000000a',
                '00000000-0000-0000-0000-00000000000b', 1, 0)",
        ),
        findings(
            "INSERT INTO conflict (uuid, entity, record, ours, theirs, fields, source, source_row, created_at,
               change_id, version) VALUES
               (zeroblob(16), 5, '00000000-0000-0000-0000-00000000000a', 1, 2, 'note', '', 0, 0, 1, 0)",
        ),
    ];
    let heads: Vec<String> = found.iter().map(|found| shortened(found)).collect();
    expect![[r#"
        text  1   its SHA-256 is 831280fef3f9a87f9618d4777cd8cb9f2c958c0c8f7c2dab55589a8c98dd4417, and should be 38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50: the text was altered
        --
        text  1   it has 77 characters, and 78 are noted
        --
        text  1   its SHA-256 is e976e9daf399a65fd6b4df17c1df2dc18af3f40d43be63406ccafbbdf03cd42e, and should be 38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50: the text was altered
        text  1   it is not UTF-8 at byte 2
        --
        annotation  2   its passage is 0-5000, and the text has 77 characters                      `postil untag 2` removes it
        annotation  2   its version ve0d470f05fcc828a is not that of what it says: it was altered
        --
        annotation  2   its version ve0d470f05fcc828a is not that of what it says: it was altered
        --
        annotation  2   the store holds a value that postil can't have written: invalid utf-8 sequence of 1 bytes from index 0 at index 8: invalid utf-8 sequence of 1 bytes from index 0
        --
        file        2   row 2 of `annotation` refers to a code that is not there
        annotation  2   it refers to code 77, which is not there and never was
        --
        code  1   its version v06f02381e6d5399e is not that of what it says: it was altered
        code  1   the code name `a\u{7}` holds the control character U+0007                  rename it
        --
        code  2   its version v1dd146148c386d3d is not that of what it says: it was altered
        code  2   it stands below itself                                                     move it with `postil code move`, or restore a copy
        code  3   it stands below itself                                                     move it with `postil code move`, or restore a copy
        --
        file  1   row 1 of `document` refers to a change that is not there
        --
        coder       1   its version vd5fc3ca5c2fd07c3 is not that of what it says: it was altered
        annotation  1   its version vb611ab5be6a0466f is not that of what it says: it was altered
        annotation  2   its version ve0d470f05fcc828a is not that of what it says: it was altered
        history     5   what the annotation said before change 5 was altered (v42a906a24c0707b4)
        history     7   what the annotation said before change 7 was altered (v887b9603012747ca)
        --
        history  5   what the annotation said before change 5 was altered (v42a906a24c0707b4)
        --
        history  5   an entry of the history is not readable: invalid type: string "no array", expected a sequence at line 1 column 10
        --
        tombstone  7   the deletion of the annotation by change 7 was altered (v8d587da96ec39ac9)
        --
        lineage  019c13ec-9e00-702d-b40f-aa52d0f8b52a  a version of it descends from itself
        lineage  019c13ec-9e00-730a-90df-7bd97d89786b  a version of it descends from itself
        --
        history  5   it names change 99, which is not there
        --
        annotation  2   it is there, and marked as deleted too
        tombstone   1   the deletion of the annotation by change 1 was altered (ve0d470f05fcc828a)
        --
        alias  1   its version v0000000000000000 is not that of what it says: it was altered
        alias  1   it stands for 00000000-0000-0000-0000-00000000000b, which is not there and never was
        alias  1   its id 00000000-0000-0000-0000-000000000001 does not follow from what it is
        --
        conflict  1   its version v0000000000000000 is not that of what it says: it was altered
        conflict  1   it is about 00000000-0000-0000-0000-00000000000a, which is not there and never was
        conflict  1   its id 00000000-0000-0000-0000-000000000000 does not follow from what it is
    "#]].assert_eq(&heads.join("--\n"));
}

#[test]
fn what_is_spelled_otherwise_or_counted_too_low_is_found() {
    let found = [
        findings("UPDATE document SET source_sha256 = upper(source_sha256)"),
        findings("UPDATE history SET before = replace(before, ',', ', ') WHERE change_id = 5"),
        findings("UPDATE sqlite_sequence SET seq = 2 WHERE name = 'annotation'"),
        findings("UPDATE sqlite_sequence SET name = 'annotatiom' WHERE name = 'annotation'"),
    ];
    let heads: Vec<String> = found.iter().map(|found| shortened(found)).collect();
    expect![[r#"
        document  1   value 4 of a row has the wrong type
        --
        history  5   what the annotation said before change 5 is not as postil writes it
        --
        file      the counter of `annotation` is at 2, and 3 is in use
        --
        file      a counter is that of no table: `annotatiom`
        file      the counter of `annotation` is at 0, and 2 is in use
        file      the counter of `annotation` is at 0, and 3 is in use
    "#]]
    .assert_eq(&heads.join("--\n"));
    // A byte of the header that SQLite takes for a format of the future: it would no longer write.
    let project = coded();
    let mut bytes = project.bytes();
    bytes[18] ^= 4;
    project.write("study.postil", bytes);
    let run = project.run("check");
    assert!(run.status == Some(3) && run.out.contains("its header"), "{}", run.text());
}

/// The findings without the header, and without what only repeats in every one.
fn shortened(found: &str) -> String {
    let advice = "restore a copy made with";
    let mut lines = String::new();
    for line in found.lines().skip(1) {
        let line = line.split(advice).next().unwrap_or(line);
        if !line.trim().is_empty() && !line.trim().starts_with("export ") {
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn a_flipped_bit_anywhere_in_a_text_or_note_is_found() {
    let project = coded();
    let sound = project.bytes();
    for needle in [&b"Norms bind"[..], b"a thought", b"actors"] {
        let at = sound.windows(needle.len()).rposition(|window| window == needle).unwrap();
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        std::fs::write(project.path("study.postil"), &bytes).unwrap();
        let run = project.run("check --json");
        assert_eq!(run.status, Some(3), "{}: {}", String::from_utf8_lossy(needle), run.text());
    }
}

#[test]
fn a_row_that_is_gone_is_damage_and_no_bug() {
    for (sql, line) in [
        ("DELETE FROM store_info", "list"),
        ("DELETE FROM text", "list"),
        ("DELETE FROM coder", "untag 2 --all-coders"),
    ] {
        let project = coded();
        damage(&project, sql);
        let said = project.refused(line);
        assert!(
            said.contains("error: the store lacks a row") && said.contains("`postil check`"),
            "{line}: {said}"
        );
    }
}

#[test]
fn a_history_that_cannot_be_read_is_damage_and_no_bug() {
    for before in ["no JSON", "[1]"] {
        let project = coded();
        if before == "no JSON" {
            // SQLite would refuse to write it, since an index is made of it.
            spoil(&project, b"[1,1,1,", b"{1,1,1,");
            spoil(&project, b"[3,1,1,", b"{3,1,1,");
        } else {
            damage(&project, &format!("UPDATE history SET before = '{before}'"));
        }
        let mut lines = vec!["log 6", "log --of '#1'", "undo 7"];
        if before == "no JSON" {
            lines.push("document purge note --yes-erase note");
        }
        for line in lines {
            let said = project.refused(line);
            assert!(said.contains("`postil check` says which"), "{line}: {said}");
        }
    }
}

#[test]
fn findings_are_json_for_programs() {
    let project = coded();
    damage(&project, "UPDATE annotation SET stop = 5000 WHERE id = 2");
    let run = project.run("check --json");
    expect![[r#"
        [
          {"entity":"annotation","id":"2","what":"its passage is 0-5000, and the text has 77 characters","hint":"`postil untag 2` removes it"},
          {"entity":"annotation","id":"2","what":"its version ve0d470f05fcc828a is not that of what it says: it was altered","hint":"restore a copy made with `postil backup`, or save what is left with `postil salvage`"}
        ]
        --- stderr
        warning: 2 findings; 1 text, 1 coder, 1 document, 3 codes, 2 annotations, 2 earlier states, 7 changes checked
        --- status Some(3)
    "#]].assert_eq(&run.text());
}

#[test]
fn a_backup_is_a_whole_store_that_does_not_stand_in_the_way() {
    let project = coded();
    expect![[r#"
        --- stderr
        copied the store to `study.postil.2026-01-31.backup`
    "#]]
    .assert_eq(&project.run("backup").text());
    // The store is still the only one in the folder.
    project.ok("log");
    let before = project.dump();
    project.ok("code add threats");
    assert_ne!(project.dump(), before);
    std::fs::rename(project.path("study.postil.2026-01-31.backup"), project.path("study.postil")).unwrap();
    assert_eq!(project.dump(), before);
    project.ok("check");
}

#[cfg(unix)]
#[test]
fn a_backup_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let project = coded();
    project.ok("backup copies.backup");
    let mode = std::fs::metadata(project.path("copies.backup")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_backup_overwrites_nothing_unless_it_is_told_to() {
    let project = coded();
    project.write("mine.txt", "mine");
    expect![[r#"
        error: `$FOLDER/mine.txt` exists already
        hint: `--force` overwrites it; without a name, `postil backup` puts the day into one
    "#]]
    .assert_eq(&project.refused("backup mine.txt"));
    assert_eq!(project.read("mine.txt"), "mine");
    project.ok("backup mine.txt --force");
    assert!(std::fs::read(project.path("mine.txt")).unwrap().starts_with(b"SQLite format 3"));
    expect![[r#"
        error: `$FOLDER/study.postil` is the store itself
        hint: name another file: `postil backup ../backups/study.postil`
    "#]]
    .assert_eq(&project.refused("backup study.postil --force"));
    expect![[r#"
        error: `$FOLDER/.` is a folder
        hint: name a file in it: `postil backup $FOLDER/./study.postil`
    "#]]
    .assert_eq(&project.refused("backup ."));
    let run = project.run("backup no/such/folder.backup");
    expect![[r#"
        --- stderr
        error: there is no folder `$FOLDER/no/such`
        hint: make it first; `postil backup` without a name writes beside the store
        --- status Some(1)
    "#]]
    .assert_eq(&run.text());
}

#[test]
fn sql_answers_in_every_format() {
    let project = coded();
    let query = "SELECT document, start, stop, code, coder, note FROM annotations ORDER BY id";
    expect![[r#"
        document  start  stop  code          coder  note
        note      0      5     actors/state  ana
        note      0      18    actors/state  ana    a thought
    "#]]
    .assert_eq(&project.args(&["sql", query]).ok());
    expect![[r#"
        document,start,stop,code,coder,note
        note,0,5,actors/state,ana,
        note,0,18,actors/state,ana,a thought
    "#]]
    .assert_eq(&project.args(&["sql", query, "--format", "csv"]).ok());
    let run = project.run_with("sql - --format json", b"SELECT path, depth, parent FROM codes ORDER BY path");
    expect![[r#"
        [
          {"path":"actors","depth":0,"parent":null},
          {"path":"actors/state","depth":1,"parent":"actors"},
          {"path":"norms","depth":0,"parent":null}
        ]
    "#]]
    .assert_eq(&run.ok());
    let values = "SELECT x'00ff' AS blob, 1.5 AS real, NULL AS none, 7 AS whole, 'text' AS text";
    expect![[r#"
        {"blob":"00ff","real":1.5,"none":null,"whole":7,"text":"text"}
    "#]]
    .assert_eq(&project.args(&["sql", values, "--format", "jsonl"]).ok());
}

#[test]
fn every_view_has_the_columns_it_says() {
    let project = coded();
    let listed = project.ok("sql --list-views --format plain");
    let mut views: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in listed.lines() {
        let mut cells = line.split('\t');
        let (view, column) = (cells.next().unwrap(), cells.next().unwrap());
        match views.last_mut() {
            Some((last, columns)) if *last == view => columns.push(column),
            _ => views.push((view, vec![column])),
        }
    }
    assert_eq!(views.len(), 7);
    for (view, columns) in views {
        let head = project.args(&["sql", &format!("SELECT * FROM {view}"), "--format", "csv"]).ok();
        assert_eq!(head.lines().next().unwrap(), columns.join(","));
    }
}

#[test]
fn sql_only_reads() {
    let project = coded();
    let refused = |query: &str| -> String {
        let before = project.bytes();
        let run: Run = project.args(&["sql", query]);
        assert_eq!(run.status, Some(1), "{query}: {}", run.text());
        assert!(project.bytes() == before, "{query}");
        format!("{query}\n{}", run.err)
    };
    let said: Vec<String> = [
        "DELETE FROM annotation",
        "INSERT INTO code (name) VALUES ('x')",
        "CREATE TEMP TABLE x (a)",
        "DROP VIEW temp.codes",
        "ATTACH 'other.db' AS other",
        "PRAGMA journal_mode=WAL",
        "PRAGMA writable_schema=1",
        "SELECT load_extension('evil')",
        "BEGIN",
        "VACUUM INTO 'copy.db'",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM annotation",
        "SELEC 1",
        "SELECT * FROM annotationz",
        "  -- nothing",
        "",
    ]
    .into_iter()
    .map(refused)
    .collect();
    expect![[r#"
        DELETE FROM annotation
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        INSERT INTO code (name) VALUES ('x')
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        CREATE TEMP TABLE x (a)
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        DROP VIEW temp.codes
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        ATTACH 'other.db' AS other
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        PRAGMA journal_mode=WAL
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        PRAGMA writable_schema=1
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        SELECT load_extension('evil')
        error: the query is wrong: not authorized to use function: load_extension
        hint: `postil sql --list-views` names the views and their columns
        BEGIN
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        VACUUM INTO 'copy.db'
        error: `sql` only reads: the statement would do something else
        hint: write through the commands, so that every change has its undo: `postil --help` lists them
        SELECT 1; SELECT 2
        error: that is more than one statement
        hint: ask one query at a time
        SELECT 1; DELETE FROM annotation
        error: that is more than one statement
        hint: ask one query at a time
        SELEC 1
        error: the query is wrong: near "SELEC": syntax error
        hint: `postil sql --list-views` names the views and their columns
        SELECT * FROM annotationz
        error: the query is wrong: no such table: annotationz
        hint: `postil sql --list-views` names the views and their columns
          -- nothing
        error: the query is empty
        hint: `postil sql 'SELECT name FROM documents'`; `postil sql --list-views` names what can be asked

        error: the query is empty
        hint: `postil sql 'SELECT name FROM documents'`; `postil sql --list-views` names what can be asked
    "#]]
    .assert_eq(&said.join(""));
    assert!(!project.path("copy.db").exists() && !project.path("other.db").exists());
}

#[test]
fn without_conflicts_there_is_nothing_to_list() {
    let project = coded();
    expect![[r#"
        --- stderr
        no conflicts
    "#]]
    .assert_eq(&project.run("conflicts").text());
    assert_eq!(project.ok("conflicts --format json"), "[]\n");
}
