//! Strangers' stores, given to `merge` and to `init --from`: refused or harmlessly taken, never believed.

use std::path::PathBuf;

use expect_test::expect;

use super::colleagues::Colleagues;

/// Opens a store past the program.
#[expect(clippy::disallowed_methods, reason = "strangers do not use our hardened connections either")]
pub(crate) fn behind_its_back(path: PathBuf) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch("PRAGMA foreign_keys=OFF; PRAGMA journal_mode=DELETE").unwrap();
    db
}

/// Runs SQL on a store past the program.
pub(crate) fn plant(all: &Colleagues, who: &str, sql: &str) {
    behind_its_back(all.project.path(&format!("{who}.postil"))).execute_batch(sql).unwrap();
}

/// Ana's store, and one of Ben's that he wrote alone.
pub(crate) fn ana_and_stranger() -> Colleagues {
    let all = Colleagues::ana();
    all.begin("ben", "--from ana.postil");
    all.ok("ben", "tag note 'States speak' actors/state --note 'a note of ben'");
    all.ok("ben", "tag letter 'So it was' power");
    all.ok("ben", "code add trust/local");
    all.project.write("third.txt", "A third text, which only one of them has.\n");
    all.ok("ben", "document add third.txt");
    all.ok("ben", "tag third 'third text' norms");
    all
}

/// What `merge` says to a store that must be refused. Neither store is written.
#[track_caller]
pub(crate) fn refusal(all: &Colleagues, who: &str) -> String {
    let path = all.project.path(&format!("{who}.postil"));
    let theirs = std::fs::read(&path).ok();
    let said = all.refused("ana", &format!("merge {who}.postil"));
    assert!(said.contains(&format!("{who}.postil")), "the file is not named: {said}");
    assert!(std::fs::read(&path).ok() == theirs, "the other store was written");
    let made = all.project.shape(
        all.command("new")
            .env_remove("POSTIL_STORE")
            .args(["init", "new", "--from", &format!("{who}.postil")])
            .output()
            .unwrap(),
    );
    assert!(made.status == Some(0) || made.status == Some(1), "{}", made.text());
    assert_eq!(all.project.path("new.postil").exists(), made.status == Some(0), "{}", made.text());
    let _ = std::fs::remove_file(all.project.path("new.postil"));
    said
}

#[test]
fn what_is_no_store_of_ours_is_refused() {
    let all = ana_and_stranger();
    let sound = all.bytes("ben");
    let file = |name: &str, bytes: &[u8]| all.project.write(&format!("{name}.postil"), bytes);
    file("empty", b"");
    file("short", &sound[..10]);
    file("half", &sound[..sound.len() / 2]);
    file("ragged", &sound[..sound.len() - 100]);
    file("notes", b"These are my notes, and they are not a database at all.\n");
    file("magic", &[b"SQLite format 3\0".as_slice(), &[0xff; 5_000]].concat());
    std::fs::create_dir(all.project.path("folder.postil")).unwrap();
    for (name, sql) in [
        ("newer", "PRAGMA user_version=99"),
        ("older", "PRAGMA user_version=0"),
        ("negative", "PRAGMA user_version=-1"),
        ("other", "PRAGMA application_id=1"),
    ] {
        all.copy("ben", name);
        plant(&all, name, sql);
    }
    let names = [
        "empty", "short", "half", "ragged", "notes", "magic", "folder", "newer", "older", "negative", "other",
    ];
    let said: String = names.iter().map(|name| format!("# {name}\n{}", refusal(&all, name))).collect();
    expect![[r#"
        # empty
        error: `empty.postil` is not a postil store
        # short
        error: `short.postil` is not a postil store
        # half
        error: `half.postil` is cut short: 118784 of 237568 bytes are there
        hint: copy or download it again
        # ragged
        error: `ragged.postil` is cut short: 237468 of 237568 bytes are there
        hint: copy or download it again
        # notes
        error: `notes.postil` is not a postil store
        # magic
        error: `magic.postil` is not a postil store
        caused by: file is not a database
        # folder
        error: `folder.postil` is a folder, not a store
        hint: name the file in it that ends in `.postil`
        # newer
        error: `newer.postil` was written by a newer postil (schema 99; this one knows 3)
        hint: install the newer postil: an older one might lose what it does not know
        # older
        error: `older.postil` is not a postil store
        hint: it is an SQLite database, but another program's
        # negative
        error: `negative.postil` is not a postil store
        hint: it is an SQLite database, but another program's
        # other
        error: `other.postil` is not a postil store
        hint: it is an SQLite database, but another program's
    "#]]
    .assert_eq(&said);
}

#[test]
fn what_was_planted_in_the_schema_is_named() {
    let all = ana_and_stranger();
    let mut said = String::new();
    for (name, sql) in [
        ("trigger", "CREATE TRIGGER evil AFTER INSERT ON code BEGIN DELETE FROM document; END"),
        ("view", "CREATE VIEW documents AS SELECT 'nothing' AS name"),
        ("table", "CREATE TABLE more (a)"),
        ("index", "CREATE INDEX slow ON code(upper(name))"),
        (
            "replaced",
            "ALTER TABLE code RENAME TO hidden;
             CREATE VIEW code AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
        ),
        ("virtual", "CREATE VIRTUAL TABLE words USING fts5(word)"),
        (
            "lax",
            "PRAGMA writable_schema=ON;
             UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE name = 'memo'",
        ),
        ("less", "DROP INDEX annotation_place"),
    ] {
        all.copy("ben", name);
        plant(&all, name, sql);
        said.push_str(&format!("# {name}\n{}", refusal(&all, name)));
    }
    expect![[r#"
        # trigger
        error: `trigger.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the trigger `evil`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # view
        error: `view.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the view `documents`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # table
        error: `table.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the table `more`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # index
        error: `index.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the index `slow`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # replaced
        error: `replaced.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the index `code_parent`
        hint: not ours: the index `code_uuid`
        hint: not ours: the table `annotation`
        hint: not ours: the table `hidden`
        hint: not ours: the table `memo`
        hint: not ours: the view `code`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # virtual
        error: `virtual.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the table `words`
        hint: not ours: the table `words_config`
        hint: not ours: the table `words_content`
        hint: not ours: the table `words_data`
        hint: not ours: the table `words_docsize`
        hint: not ours: the table `words_idx`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # lax
        error: `lax.postil`: the store's schema was altered by another program, so it is not opened
        hint: not ours: the table `memo`
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
        # less
        error: `less.postil`: the store's schema was altered by another program, so it is not opened
        hint: if you made that change, undo it with the sqlite3 program; a file from somebody else may be an attack
    "#]].assert_eq(&said);
}

/// (what, what was done to the store)
type Plant = (&'static str, &'static str);

#[track_caller]
fn refusals(all: &Colleagues, plants: &[Plant]) -> String {
    let mut said = String::new();
    for (name, sql) in plants {
        all.copy("ben", name);
        plant(all, name, &format!("PRAGMA ignore_check_constraints=ON; {sql}"));
        said.push_str(&format!("# {name}\n{}", refusal(all, name)));
    }
    said
}

#[test]
fn records_that_are_not_what_their_versions_say_are_refused() {
    let all = ana_and_stranger();
    let said = refusals(
        &all,
        &[
            ("code", "UPDATE code SET name = 'lies' WHERE name = 'trust'"),
            ("document", "UPDATE document SET name = 'lies' WHERE name = 'third'"),
            ("annotation", "UPDATE annotation SET note = 'lies' WHERE note <> ''"),
            ("coder", "UPDATE coder SET handle = 'ana' WHERE handle = 'ben'"),
            ("version", "UPDATE code SET version = version + 1 WHERE name = 'trust'"),
            ("offset", "UPDATE annotation SET stop = 4000000000"),
            ("negative", "UPDATE annotation SET start = -3"),
            ("beyond", "UPDATE annotation SET stop = 9000000000000000000"),
            ("empty", "UPDATE annotation SET stop = start"),
            ("lineage", "INSERT INTO lineage SELECT uuid, version, version FROM code"),
            (
                "circle",
                "INSERT INTO lineage SELECT uuid, version, 7 FROM annotation;
                 INSERT INTO lineage SELECT uuid, 7, version FROM annotation",
            ),
            ("forgotten", "INSERT INTO lineage SELECT uuid, version, 7 FROM code WHERE name = 'trust'"),
        ],
    );
    expect![[r#"
        # code
        error: `code.postil` can't be merged: the code 019c13ec-9e00-775b-8430-9fa52a07ab62 does not say what its version says
        hint: `postil --store code.postil check` says what is wrong with it
        # document
        error: `document.postil` can't be merged: the document 019c13ec-9e00-7658-8f2a-ae1426e8cae5 does not say what its version says
        hint: `postil --store document.postil check` says what is wrong with it
        # annotation
        error: `annotation.postil` can't be merged: the annotation 019c13ec-9e00-749e-a951-fdfe6a405844 does not say what its version says
        hint: `postil --store annotation.postil check` says what is wrong with it
        # coder
        error: `coder.postil` can't be merged: the coder 335721cd-367e-5d19-bac2-59d251144f2c does not say what its version says
        hint: `postil --store coder.postil check` says what is wrong with it
        # version
        error: `version.postil` can't be merged: the code 019c13ec-9e00-775b-8430-9fa52a07ab62 does not say what its version says
        hint: `postil --store version.postil check` says what is wrong with it
        # offset
        error: `offset.postil` can't be merged: the passage 20-4000000000 of the annotation 019c13ec-9e00-749e-a951-fdfe6a405844 is past the end of its text
        hint: `postil --store offset.postil check` says what is wrong with it
        # negative
        error: `negative.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Integer -3 out of range at index 3
        hint: `postil --store negative.postil check` says what is wrong with it
        # beyond
        error: `beyond.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Integer 9000000000000000000 out of range at index 4
        hint: `postil --store beyond.postil check` says what is wrong with it
        # empty
        error: `empty.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Integer 20 out of range at index 4
        hint: `postil --store empty.postil check` says what is wrong with it
        # lineage
        error: `lineage.postil` can't be merged: the code 019c13ec-9e00-74e5-b98f-af2dd9edc315 does not say what its version says
        hint: `postil --store lineage.postil check` says what is wrong with it
        # circle
        error: `circle.postil` can't be merged: the annotation 019c13ec-9e00-732f-a096-a17ef838b5b3 does not say what its version says
        hint: `postil --store circle.postil check` says what is wrong with it
        # forgotten
        error: `forgotten.postil` can't be merged: the code 019c13ec-9e00-775b-8430-9fa52a07ab62 does not say what its version says
        hint: `postil --store forgotten.postil check` says what is wrong with it
    "#]].assert_eq(&said);
}

#[test]
fn references_that_lead_nowhere_are_refused() {
    let all = ana_and_stranger();
    let said = refusals(
        &all,
        &[
            ("code", "UPDATE annotation SET code_id = 999"),
            ("document", "UPDATE annotation SET document_id = 999"),
            ("coder", "UPDATE annotation SET coder_id = 999"),
            ("text", "UPDATE annotation SET text_id = 999"),
            ("body", "UPDATE document SET text_id = 999"),
            ("parent", "UPDATE code SET parent_id = 999 WHERE name = 'trust'"),
            ("none", "DELETE FROM document WHERE name = 'third'"),
            ("info", "DELETE FROM store_info"),
        ],
    );
    expect![[r#"
        # code
        error: `code.postil` can't be merged: an annotation refers to a code that is not there
        hint: `postil --store code.postil check` says what is wrong with it
        # document
        error: `document.postil` can't be merged: an annotation refers to a document that is not there
        hint: `postil --store document.postil check` says what is wrong with it
        # coder
        error: `coder.postil` can't be merged: an annotation refers to a coder that is not there
        hint: `postil --store coder.postil check` says what is wrong with it
        # text
        error: `text.postil` can't be merged: an annotation refers to a text that is not there
        hint: `postil --store text.postil check` says what is wrong with it
        # body
        error: `body.postil` can't be merged: the store lacks a row that it refers to
        caused by: Query returned no rows
        hint: `postil --store body.postil check` says what is wrong with it
        # parent
        error: `parent.postil` can't be merged: it refers to code 999, which is not there and never was
        hint: `postil --store parent.postil check` says what is wrong with it
        # none
        error: `none.postil` can't be merged: an annotation refers to a document that is not there
        hint: `postil --store none.postil check` says what is wrong with it
        # info
        error: `info.postil`: the store lacks a row that it refers to
        caused by: Query returned no rows
    "#]]
    .assert_eq(&said);
}

#[test]
fn a_text_that_is_not_the_one_it_is_called_is_refused() {
    let all = ana_and_stranger();
    let said = refusals(
        &all,
        &[
            ("body", "UPDATE text SET body = replace(body, 'third', 'worst')"),
            ("digest", "UPDATE text SET sha256 = zeroblob(32) WHERE body LIKE 'A third%'"),
            ("longer", "UPDATE text SET chars = 4000000000"),
            ("shorter", "UPDATE text SET chars = 1"),
            ("bytes", "UPDATE text SET body = CAST(x'41ff42' AS TEXT) WHERE body LIKE 'A third%'"),
            ("nul", "UPDATE text SET body = body || char(0) || 'more' WHERE body LIKE 'A third%'"),
        ],
    );
    expect![[r#"
        # body
        error: `body.postil` can't be merged: the text 19ec60497dd6f1458e9e0313d9cd39a427e2b3008b5a81941b8d825f08a705d0 is not what it is said to be
        hint: `postil --store body.postil check` says what is wrong with it
        # digest
        error: `digest.postil` can't be merged: the document 019c13ec-9e00-7658-8f2a-ae1426e8cae5 does not say what its version says
        hint: `postil --store digest.postil check` says what is wrong with it
        # longer
        error: `longer.postil` can't be merged: the text 38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50 is not what it is said to be
        hint: `postil --store longer.postil check` says what is wrong with it
        # shorter
        error: `shorter.postil` can't be merged: the text 38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50 is not what it is said to be
        hint: `postil --store shorter.postil check` says what is wrong with it
        # bytes
        error: `bytes.postil` can't be merged: the store holds a value that postil can't have written
        caused by: Conversion error from type Text at index: 0, invalid utf-8 sequence of 1 bytes from index 1
        hint: `postil --store bytes.postil check` says what is wrong with it
        # nul
        error: `nul.postil` can't be merged: the text 19ec60497dd6f1458e9e0313d9cd39a427e2b3008b5a81941b8d825f08a705d0 is not what it is said to be
        hint: `postil --store nul.postil check` says what is wrong with it
    "#]].assert_eq(&said);
}
