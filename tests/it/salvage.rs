//! `salvage`: what comes back of a damaged store, what is told, and what is refused; and what a damaged store is refused.

use expect_test::expect;

use super::project::{Project, without_versions};

const PAGE: usize = 4096;

/// A store with two texts, one of them pages long, passages of two coders, and things that were deleted.
fn coded() -> Project {
    let project = Project::small();
    project.write(
        "long.txt",
        (0..300).map(|line| format!("{line:03} said \u{633}\u{644}\u{627}\u{645}.\n")).collect::<String>(),
    );
    project.ok("document add long.txt");
    project.ok("document set long year=2024");
    project.ok("tag note:0-5 norms --note 'a thought'");
    project.ok("tag note:p1 actors/state");
    project.ok("tag long:l3 norms --note 'on the third line'");
    project.ok("tag long:l4 actors/state --coder ben");
    project.ok("memo long 'Read twice.'");
    project.ok("retag 1 actors/state");
    project.ok("untag 2");
    project.ok("backup good.backup");
    project
}

/// Where `needle` stands last in the store.
fn place_of(project: &Project, needle: &str) -> usize {
    let bytes = project.bytes();
    let found = bytes.windows(needle.len()).rposition(|window| window == needle.as_bytes());
    found.unwrap_or_else(|| panic!("`{needle}` is not in the store"))
}

/// Zeroes the page on which `needle` stands last.
fn zero_page_of(project: &Project, needle: &str) {
    let begin = place_of(project, needle) / PAGE * PAGE;
    let mut bytes = project.bytes();
    bytes[begin..begin + PAGE].fill(0);
    project.write("study.postil", bytes);
}

/// Zeroes the page at which the table begins.
fn zero_root_of(project: &Project, table: &str) {
    let db = super::hostile_store::behind_its_back(project.path("study.postil"));
    let root: u32 = db
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .unwrap();
    drop(db);
    let begin = (root as usize - 1) * PAGE;
    let mut bytes = project.bytes();
    bytes[begin..begin + PAGE].fill(0);
    project.write("study.postil", bytes);
}

/// Changes one letter of `needle` where it stands last.
fn alter(project: &Project, needle: &str) {
    let at = place_of(project, needle);
    let mut bytes = project.bytes();
    bytes[at] ^= 1;
    project.write("study.postil", bytes);
}

fn ok_in(project: &Project, store: &str, line: &str) -> String {
    project.ok(&format!("--store {store} {line}"))
}

#[test]
fn of_a_sound_store_everything_comes_back() {
    let project = coded();
    let (before, content) = (project.bytes(), project.dump());
    let run = project.run("salvage study.postil -o new.store");
    expect![[r#"
        Kind           Found  Kept  Lost
        text               2     2     0
        coder              2     2     0
        document           2     2     0
        code               3     3     0
        annotation         3     3     0
        attribute          1     1     0
        memo               1     1     0
        earlier state      2     2     0
        deletion           1     1     0
        change            11    11     0
        --- stderr
        everything is in `new.store`; `study.postil` is as it was
    "#]]
    .assert_eq(&run.text());
    assert!(project.bytes() == before, "the store was written");
    assert_eq!(ok_in(&project, "new.store", "log"), project.ok("log"));
    assert_eq!(project.dump_by(|line| ok_in(&project, "new.store", line)), content);
    // What was done can still be taken back.
    ok_in(&project, "new.store", "undo");
    ok_in(&project, "new.store", "check");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = project.path("new.store").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_text_that_is_cut_is_lost_with_its_document_and_a_backup_brings_both_back() {
    let project = coded();
    let content = project.dump();
    zero_page_of(&project, "200 said");
    let run = project.run("salvage study.postil -o new.store");
    expect![[r#"
        Kind           Found  Kept  Lost
        text               2     1     1
        coder              2     2     0
        document           2     1     1
        code               3     3     0
        annotation         3     1     2
        attribute          1     0     1
        memo               1     0     1
        earlier state      2     2     0
        deletion           1     1     0
        change            11    11     0

        Kind        Id  Finding                                       What to do
        text        2   the text was altered: its SHA-256 is another  `postil merge` with a backup or a colleague's store brings it back
        document    2   its text (number 2) is lost                   what it says is in the table of what was kept out; `postil merge` with a backup brings it back
        annotation  3   its text (number 2) is lost                   what it says is in the table of what was kept out; `postil merge` with a backup brings it back
        annotation  4   its text (number 2) is lost                   what it says is in the table of what was kept out; `postil merge` with a backup brings it back
        attribute   1   the text of its document is lost              what it says is in the table of what was kept out; `postil merge` with a backup brings it back
        memo        1   the text of its document is lost              what it says is in the table of what was kept out; `postil merge` with a backup brings it back
        --- stderr
        1 page of the file: blank, or not to be read
        warning: 6 findings; what is left is in `new.store`
        5 records that could be read and not be taken: `new.lost.csv`
        now: `postil --store new.store check`, then `postil --store new.store merge BACKUP` with the newest backup or a colleague's store
        --- status Some(3)
    "#]].assert_eq(&run.text());
    expect![[r#"
        kind,id,document,start,end,code,coder,text,reason
        document,2,long,,,,,long.txt,its text (number 2) is lost
        annotation,3,long,30,44,norms,ana,on the third line,its text (number 2) is lost
        annotation,4,long,45,59,actors/state,ben,,its text (number 2) is lost
        attribute,1,long,,,,,year=2024,the text of its document is lost
        memo,1,long,,,,ana,Read twice.,the text of its document is lost
    "#]]
    .assert_eq(&project.read("new.lost.csv").replace(['\u{feff}', '\r'], ""));
    ok_in(&project, "new.store", "check");
    ok_in(&project, "new.store", "merge good.backup");
    assert_eq!(
        without_versions(&project.dump_by(|line| ok_in(&project, "new.store", line))),
        without_versions(&content)
    );
}

#[test]
fn a_codebook_that_is_gone_has_stand_ins_until_a_backup_comes() {
    let project = coded();
    let content = project.content();
    zero_root_of(&project, "code");
    let run = project.run("salvage study.postil -o new.store");
    expect![[r#"
        Kind           Found  Kept  Lost
        text               2     2     0
        coder              2     2     0
        document           2     2     0
        code               0     0     3
        annotation         3     3     0
        attribute          1     1     0
        memo               1     1     0
        earlier state      2     2     0
        deletion           1     1     0
        change            11    11     0

        Kind  Id  Finding                                                              What to do
        code  1   it is lost; what is about it is there, under the name `lost-code-1`  `postil merge` with a backup or a colleague's store brings it back
        code  3   it is lost; what is about it is there, under the name `lost-code-3`  `postil merge` with a backup or a colleague's store brings it back
        code  2   its page is gone, or it was never given                              `postil merge` with a backup or a colleague's store brings it back
        --- stderr
        1 page of the file: blank, or not to be read
        warning: 3 findings; what is left is in `new.store`
        now: `postil --store new.store check`, then `postil --store new.store merge BACKUP` with the newest backup or a colleague's store
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    expect![[r#"
        Id  Document  Start  End  Code         Coder  Quote          Note
         3  long         30   44  lost-code-1  ana    002 said سلام.  on the third line
         4  long         45   59  lost-code-3  ben    003 said سلام.
         1  note          0    5  lost-code-3  ana    Norms          a thought
    "#]]
    .assert_eq(&ok_in(&project, "new.store", "list"));
    ok_in(&project, "new.store", "check");
    let run = project.run("--store new.store undo");
    expect![[r#"
        --- stderr
        undid change 11: annotation #2 removed
        hint: `postil redo` brings it back
    "#]]
    .assert_eq(&run.text());
    ok_in(&project, "new.store", "redo");
    let run = project.run("--store new.store undo 12");
    expect![[r#"
        --- stderr
        error: change 12 stands for what was lost in a damaged store: it can't be taken back
        hint: `postil merge` with a backup or a colleague's store brings the lost records back
        --- status Some(1)
    "#]]
    .assert_eq(&run.text());
    let run = project.run("--store new.store merge good.backup");
    expect![[r#"
        codes: 1 new, 2 changed
        --- stderr
        change 15; `postil undo` takes it back
    "#]]
    .assert_eq(&run.text());
    // What stood in has given way, here and where the salvaged store comes to, and comes back nowhere.
    assert_eq!(without_versions(&project.dump_by(|line| ok_in(&project, "new.store", line))), content);
    assert!(project.run("--store new.store merge good.backup").err.contains("nothing new"));
    assert_eq!(project.run("salvage study.postil -o again.store").status, Some(3));
    std::fs::copy(project.path("good.backup"), project.path("other.store")).unwrap();
    ok_in(&project, "other.store", "merge again.store");
    assert_eq!(without_versions(&project.dump_by(|line| ok_in(&project, "other.store", line))), content);
    for store in ["new.store", "other.store"] {
        ok_in(&project, store, "check");
    }
}

#[test]
fn an_altered_note_is_kept_out_and_written_down() {
    let project = coded();
    alter(&project, "on the third line");
    let run = project.run("salvage study.postil -o new.store --json");
    expect![[r#"
        [
          {"entity":"annotation","id":"3","what":"what it says was altered, or what it refers to is gone","hint":"what it says is in the table of what was kept out; `postil merge` with a backup brings it back"}
        ]
        --- stderr
        warning: 1 finding; what is left is in `new.store`
        1 record that could be read and not be taken: `new.lost.csv`
        now: `postil --store new.store check`, then `postil --store new.store merge BACKUP` with the newest backup or a colleague's store
        --- status Some(3)
    "#]].assert_eq(&run.text());
    expect![[r#"
        kind,id,document,start,end,code,coder,text,reason
        annotation,3,long,30,44,norms,ana,nn the third line,"what it says was altered, or what it refers to is gone"
    "#]].assert_eq(&project.read("new.lost.csv").replace(['\u{feff}', '\r'], ""));
}

#[test]
fn without_the_first_page_all_is_found_by_its_looks_and_nothing_deleted_rises() {
    let project = coded();
    let content = project.content();
    let mut bytes = project.bytes();
    bytes[..PAGE].fill(0);
    project.write("study.postil", &bytes);
    assert!(project.run("check").status == Some(1));
    let run = project.run("salvage study.postil -o new.store");
    // The schema is longer than a page, and the rest of it still names the roots.
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert_eq!(without_versions(&project.dump_by(|line| ok_in(&project, "new.store", line))), content);
}

#[test]
fn pages_that_were_given_up_are_not_read_when_the_list_of_them_is_gone() {
    let project = Project::small();
    let mut table = String::from("document,start,end,code,coder,note\n");
    for start in 0..60 {
        table.push_str(&format!("note,{start},{},norms,ana,{}\n", start + 7, "a remark ".repeat(20)));
    }
    project.write("rows.csv", table);
    project.ok("import csv rows.csv");
    project.ok("tag note:0-3 norms");
    project.ok("undo 3");
    // Their pages are free now, and still full of them.
    assert!(project.bytes().windows(9).filter(|window| window == b"a remark ").count() > 100);
    let mut bytes = project.bytes();
    bytes[32..40].fill(0xff);
    project.write("study.postil", &bytes);
    let run = project.run("salvage study.postil -o new.store");
    assert_eq!(ok_in(&project, "new.store", "list --format address").lines().count(), 1, "{}", run.text());
    bytes[..PAGE].fill(0);
    project.write("study.postil", &bytes);
    project.run("salvage study.postil -o new.store --force").text();
    assert_eq!(ok_in(&project, "new.store", "list --format address").lines().count(), 1);
}

#[test]
fn a_change_that_was_never_finished_is_taken_back_and_the_store_left_alone() {
    let project = coded();
    let content = project.dump();
    let left = Project::empty();
    {
        let db = super::hostile_store::behind_its_back(project.path("study.postil"));
        // So little memory that the change reaches the file before it is committed.
        db.execute_batch(
            "PRAGMA cache_size=2; BEGIN IMMEDIATE; DELETE FROM lineage; DELETE FROM history;
             INSERT INTO text (sha256, chars, body) SELECT randomblob(32), 1, hex(randomblob(400000))",
        )
        .unwrap();
        for name in ["study.postil", "study.postil-journal"] {
            std::fs::copy(project.path(name), left.path(name)).unwrap();
        }
    }
    let (store, journal) = (left.bytes(), std::fs::read(left.path("study.postil-journal")).unwrap());
    let run = left.run("salvage study.postil -o new.store");
    assert!(run.status == Some(0) && run.err.contains("a change that was never finished"), "{}", run.text());
    assert!(left.bytes() == store && std::fs::read(left.path("study.postil-journal")).unwrap() == journal);
    assert_eq!(left.dump_by(|line| ok_in(&left, "new.store", line)), content);
    // A journal that is none is left alone, and said.
    left.write("study.postil-journal", "no journal at all");
    let run = left.run("salvage study.postil -o other.store");
    assert!(run.err.contains("`study.postil-journal` was left alone"), "{}", run.text());
}

#[test]
fn stores_of_every_schema_are_salvaged() {
    for schema in 1..=postil::store::SCHEMA_VERSION {
        let project = Project::empty();
        let name = format!("fixtures/stores/schema-{schema}.postil");
        let fixture = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        project.write("study.postil", std::fs::read(fixture).unwrap());
        let run = project.run("salvage study.postil -o new.store");
        assert_eq!(run.status, Some(0), "schema {schema}: {}", run.text());
        ok_in(&project, "new.store", "check");
        assert_eq!(
            project.dump_by(|line| ok_in(&project, "new.store", line)),
            project.dump(),
            "schema {schema}"
        );
    }
}

#[test]
fn what_is_no_store_and_what_is_there_already_is_refused() {
    let project = coded();
    project.write("empty.postil", "");
    project.write("byte.postil", "S");
    project.write("notes.postil", "These are my notes, and they are not a database at all.\n".repeat(500));
    project.write("zeros.postil", vec![0; 20 * PAGE]);
    project.write("there.store", "mine");
    let mut said = String::new();
    for line in [
        "salvage empty.postil -o new.store",
        "salvage byte.postil -o new.store",
        "salvage notes.postil -o new.store",
        "salvage zeros.postil -o new.store",
        "salvage absent.postil -o new.store",
        "salvage . -o new.store",
        "salvage study.postil -o there.store",
        "salvage study.postil -o study.postil --force",
        "salvage study.postil -o . --force",
        "salvage study.postil -o nowhere/new.store",
    ] {
        said.push_str(&format!("$ postil {line}\n{}", project.refused(line)));
    }
    assert!(!project.path("new.store").exists() && project.read("there.store") == "mine");
    expect![[r#"
        $ postil salvage empty.postil -o new.store
        error: `$FOLDER/empty.postil` is not a postil store
        hint: not one page of a store is in it
        $ postil salvage byte.postil -o new.store
        error: `$FOLDER/byte.postil` is not a postil store
        hint: not one page of a store is in it
        $ postil salvage notes.postil -o new.store
        error: `$FOLDER/notes.postil` is not a postil store
        hint: not one page of a store is in it
        $ postil salvage zeros.postil -o new.store
        error: `$FOLDER/zeros.postil` is not a postil store
        hint: not one page of a store is in it
        $ postil salvage absent.postil -o new.store
        error: there is no file `$FOLDER/absent.postil`
        hint: name the damaged store: `postil salvage BROKEN.postil -o NEW.postil`
        $ postil salvage . -o new.store
        error: there is no file `$FOLDER/.`
        hint: name the damaged store: `postil salvage BROKEN.postil -o NEW.postil`
        $ postil salvage study.postil -o there.store
        error: `$FOLDER/there.store` exists already
        hint: add `--force` to replace it, or write somewhere else
        $ postil salvage study.postil -o study.postil --force
        error: `$FOLDER/study.postil` is the damaged store itself
        hint: it is the only evidence there is: name another file
        $ postil salvage study.postil -o . --force
        error: `$FOLDER/.` is a folder
        hint: name a file in it: `-o $FOLDER/./salvaged.postil`
        $ postil salvage study.postil -o nowhere/new.store
        error: there is no folder `$FOLDER/nowhere`
        hint: make it first: `mkdir -p $FOLDER/nowhere`
    "#]]
    .assert_eq(&said);
    assert_eq!(project.run("salvage study.postil -o there.store --force").status, Some(0));
}

#[test]
fn pages_that_lead_in_circles_end_somewhere() {
    let project = coded();
    let sound = project.bytes();
    let pages = u8::try_from(sound.len() / PAGE).unwrap();
    for leads_to in [1, 2, 7, pages, 255] {
        let mut bytes = sound.clone();
        for begin in (0..bytes.len()).step_by(PAGE).skip(1) {
            // Every page that was text goes on at one page, every leaf is a crossing of ways that all lead there.
            bytes[begin..begin + 4].copy_from_slice(&[0, 0, 0, leads_to]);
            if (begin / PAGE).is_multiple_of(3) {
                bytes[begin..begin + 12].copy_from_slice(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, leads_to]);
            }
        }
        project.write("circles.postil", bytes);
        let begun = std::time::Instant::now();
        let run = project.run("salvage circles.postil -o new.store --force");
        assert!(matches!(run.status, Some(1 | 3)), "{}", run.text());
        assert!(begun.elapsed().as_secs() < 20);
    }
}

#[test]
fn what_is_damaged_is_not_built_upon() {
    let project = coded();
    alter(&project, "on the third line");
    alter(&project, "Norms bind");
    super::hostile_store::behind_its_back(project.path("study.postil"))
        .execute_batch("UPDATE history SET before = replace(before, 'a thought', 'a taught')")
        .unwrap();
    let said: String = ["note 3 'another thought'", "retag 3 actors/state", "tag note:p1 norms", "undo 10"]
        .iter()
        .map(|line| format!("$ postil {line}\n{}", project.refused(line)))
        .collect();
    expect![[r#"
        $ postil note 3 'another thought'
        error: the annotation 3 was altered: its version is not that of what it says
        hint: nothing was written: what is damaged is not built upon
        hint: `postil check` says where; restore a copy made with `postil backup`, or save what is left with `postil salvage STORE -o NEW`
        $ postil retag 3 actors/state
        error: the annotation 3 was altered: its version is not that of what it says
        hint: nothing was written: what is damaged is not built upon
        hint: `postil check` says where; restore a copy made with `postil backup`, or save what is left with `postil salvage STORE -o NEW`
        $ postil tag note:p1 norms
        error: the text 1 was altered: its SHA-256 is another
        hint: nothing was written: what is damaged is not built upon
        hint: `postil check` says where; restore a copy made with `postil backup`, or save what is left with `postil salvage STORE -o NEW`
        $ postil undo 10
        error: what the annotation 019c13ec-9e00-7113-bc4d-e41f9ea3a735 said before change 10 was altered
        hint: nothing was written: what is damaged is not built upon
        hint: `postil check` says where; restore a copy made with `postil backup`, or save what is left with `postil salvage STORE -o NEW`
    "#]].assert_eq(&said);
    // What is whole can still be worked on, and a record that is removed says no more.
    project.ok("tag long:l5 norms");
    project.ok("untag 3");
}

#[test]
fn a_damaged_store_does_not_replace_a_good_backup() {
    let project = coded();
    alter(&project, "on the third line");
    let good = std::fs::read(project.path("good.backup")).unwrap();
    expect![[r#"
        error: the store is damaged, and `$FOLDER/good.backup` may be its last good copy: it was not replaced
        caused by: annotation 3: its version vd7ff40ba30913b2e is not that of what it says: it was altered
        hint: `postil check` says what is wrong; a backup under another name is made all the same
    "#]]
    .assert_eq(&project.refused("backup good.backup --force"));
    assert!(std::fs::read(project.path("good.backup")).unwrap() == good);
    project.ok("backup evidence.backup");
}
