//! `document purge`: nothing of the document is left, and the rest is.

use expect_test::expect;

use crate::project::Project;

const TEXT: &str = "Marmalade testimony of the interviewee.\n\nShe asked to be forgotten.\n";

/// A project in which `interview-07` was added, renamed, described, tagged, noted, retagged and untagged.
fn with_interview() -> Project {
    let project = Project::small();
    project.write("first-name-07.txt", TEXT);
    project.ok("document add first-name-07.txt --set town=Zwolletown");
    project.ok("document rename first-name-07 interview-07");
    project.ok("document set interview-07 town=Delfttown");
    project.ok("tag interview-07:0-9 norms --note 'kumquat note'");
    project.ok("tag interview-07:10-19 actors/state --note 'removed lychee note'");
    project.ok("tag interview-07:0-9 norms --coder ben");
    project.ok("tag note:0-5 norms --note 'stays here'");
    project.ok("memo interview-07 'rambutan memo'");
    let ids = project.ok("list --document interview-07 --code actors/state --format plain");
    project.ok(&format!("untag {}", ids.split('\t').next().unwrap()));
    project.ok("code merge norms actors/state");
    project
}

/// Where any of the words of the interview stands in the store's file.
fn traces(project: &Project) -> Vec<&'static str> {
    let bytes = project.bytes();
    [
        "Marmalade",
        "forgotten",
        "interview-07",
        "first-name-07",
        "Zwolletown",
        "Delfttown",
        "kumquat",
        "lychee",
        "rambutan",
    ]
    .into_iter()
    .filter(|word| bytes.windows(word.len()).any(|window| window == word.as_bytes()))
    .collect()
}

#[test]
fn nothing_of_a_purged_document_is_left_in_the_file() {
    let project = with_interview();
    assert_eq!(traces(&project).len(), 9);
    let said = project.run("document purge interview-07 --yes-erase interview-07");
    expect![[r#"
        erased 1 document with 2 annotations and 1 memo, and their history; nothing brings them back
        hint: exports, backups and colleagues' copies are not reached from here: see to them too
    "#]]
    .assert_eq(&said.err);
    assert_eq!(said.status, Some(0));
    assert_eq!(traces(&project), Vec::<&str>::new());
    let beside: Vec<String> = std::fs::read_dir(project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("study.postil"))
        .collect();
    assert_eq!(beside, ["study.postil"]);
    assert!(project.ok("list --format plain").contains("stays here"));
    project.ok("check");
    expect![[r#"
        13	2026-01-31T12:00:00.000Z	ana	document purge	1 document erased	do		false
        12	2026-01-31T12:00:00.000Z	ana	code merge	(purged)	do		false
        11	2026-01-31T12:00:00.000Z	ana	untag	(purged)	do		false
        10	2026-01-31T12:00:00.000Z	ana	memo	(purged)	do		false
        9	2026-01-31T12:00:00.000Z	ana	tag	1 passage tagged norms	do		false
        8	2026-01-31T12:00:00.000Z	ben	tag	(purged)	do		false
        7	2026-01-31T12:00:00.000Z	ana	tag	(purged)	do		false
        6	2026-01-31T12:00:00.000Z	ana	tag	(purged)	do		false
        5	2026-01-31T12:00:00.000Z	ana	document set	(purged)	do		false
        4	2026-01-31T12:00:00.000Z	ana	document rename	(purged)	do		false
        3	2026-01-31T12:00:00.000Z	ana	document add	(purged)	do		false
        2	2026-01-31T12:00:00.000Z	ana	code add	3 codes added	do		false
        1	2026-01-31T12:00:00.000Z	ana	document add	document note added	do		false
    "#]]
    .assert_eq(&project.ok("log --format plain"));
}

#[test]
fn a_purge_is_confirmed_by_the_name_and_by_nothing_else() {
    let project = with_interview();
    expect![[r#"
        error: purging `interview-07` erases it for good and was not confirmed
        hint: to confirm it in a script: `postil document purge interview-07 --yes-erase interview-07`
        hint: to remove it so that `postil undo` can bring it back: `postil document remove interview-07`
    "#]]
    .assert_eq(&project.refused("document purge interview-07"));
    expect![[r#"
        error: `--yes-erase note` confirms a document that is not to be purged
        hint: purge it too: `postil document purge note --yes-erase note`
    "#]]
    .assert_eq(&project.refused("document purge interview-07 --yes-erase note"));
    expect![[r#"
        error: there is no document `interview-7`
        hint: did you mean `interview-07`?
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&project.refused("document purge interview-7 --yes-erase interview-7"));
}

#[test]
fn undo_passes_a_purge_over_and_earlier_changes_can_still_be_undone() {
    let project = with_interview();
    project.ok("document purge interview-07 --yes-erase interview-07");
    let mut undone = 0;
    while project.run("undo").status == Some(0) {
        undone += 1;
        assert!(undone < 100, "an undo that never ends");
        assert_eq!(traces(&project), Vec::<&str>::new());
    }
    assert_eq!(project.ok("document list --format plain"), "");
    assert_eq!(project.ok("code list"), "");
    project.ok("check");
}

#[test]
fn a_purge_itself_is_not_undone() {
    let project = with_interview();
    project.ok("document purge interview-07 --yes-erase interview-07");
    let log = project.ok("log --format plain");
    let number =
        log.lines().find(|line| line.contains("document purge")).unwrap().split('\t').next().unwrap();
    let said = project.refused(&format!("undo {number}"));
    assert!(said.contains("it can't be taken back"), "{said}");
}

#[test]
fn a_text_that_another_document_has_stays() {
    let project = Project::new();
    project.write("survey.csv", "id,answer\na,Yes indeed\nb,Yes indeed\n");
    project.ok("document add --from-table survey.csv --text answer --name-column id");
    project.ok("document purge a --yes-erase a");
    assert!(project.ok("document show b").contains("10 characters"));
    project.ok("document purge b --yes-erase b");
    assert!(!project.bytes().windows(10).any(|window| window == b"Yes indeed"));
}

#[test]
fn a_document_that_was_removed_and_added_again_is_purged_with_its_past() {
    let project = with_interview();
    project.ok("document remove interview-07");
    project.ok("document add first-name-07.txt --name interview-07");
    let said = project.run("document purge interview-07 --yes-erase interview-07").err;
    assert!(said.starts_with("erased 2 documents with 0 annotations"), "{said}");
    assert_eq!(traces(&project), Vec::<&str>::new());
    project.ok("check");
}

#[test]
fn a_removed_document_is_purged_by_the_name_it_had() {
    let project = with_interview();
    project.ok("document remove interview-07");
    assert_eq!(traces(&project).len(), 9);
    project.ok("document purge interview-07 --yes-erase interview-07");
    assert_eq!(traces(&project), Vec::<&str>::new());
    project.ok("check");
    let mut undone = 0;
    while project.run("undo").status == Some(0) {
        undone += 1;
        assert!(undone < 100, "an undo that never ends");
    }
    assert_eq!(traces(&project), Vec::<&str>::new());
}

#[test]
fn copies_of_the_store_beside_it_are_named() {
    let project = with_interview();
    std::fs::copy(project.path("study.postil"), project.path("monday.bak")).unwrap();
    let said = project.run("document purge interview-07 --yes-erase interview-07").err;
    assert!(said.contains("warning: `$FOLDER/monday.bak` is a copy of this store"), "{said}");
}

#[test]
fn what_became_one_with_a_purged_document_in_a_merge_goes_with_it_and_no_merge_brings_it_back() {
    let project = Project::empty();
    project.write("nora.txt", "Secret words of Nora.\n");
    let seeded = |seed: &str, store: &str, line: &[&str]| {
        let path = project.path(store);
        let run =
            project.command().env("POSTIL_SEED", seed).env("POSTIL_STORE", path).args(line).output().unwrap();
        assert!(run.status.success(), "{line:?}: {}", String::from_utf8_lossy(&run.stderr));
    };
    // Whoever made it first, under whatever name.
    for (here, there) in [("7", "8"), ("8", "7")] {
        for name in ["ana", "ben"] {
            let _ = std::fs::remove_file(project.path(&format!("{name}.postil")));
            project.ok(&format!("init {name}"));
        }
        seeded(here, "ana.postil", &["document", "add", "nora.txt"]);
        seeded(here, "ana.postil", &["tag", "nora", "Secret words", "x", "--create"]);
        seeded(there, "ben.postil", &["document", "add", "nora.txt", "--name", "witness"]);
        seeded(there, "ben.postil", &["tag", "witness", "words of Nora", "y", "--create"]);
        let ben = project.path("ben.postil");
        seeded(here, "ana.postil", &["merge", ben.to_str().unwrap()]);
        let name = project.ok("--store ana.postil document list --format plain");
        let name = name.split('\t').next().unwrap().to_owned();
        project.ok(&format!("--store ana.postil document purge {name} --yes-erase {name}"));
        let left = std::fs::read(project.path("ana.postil")).unwrap();
        for word in ["Nora", "nora", "witness", "Secret"] {
            let found = left.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "`{word}` is left in the file");
        }
        let again = project.run(&format!("--store ana.postil merge {}", ben.display()));
        assert!(
            again.err.contains("left out: 2 records about documents that were purged here"),
            "{}",
            again.text()
        );
        assert_eq!(project.ok("--store ana.postil document list --format plain"), "");
        project.ok("--store ana.postil check");
    }
}

/// Words in several scripts, as they are, as JSON escapes them, and as an index would hold them.
const FOREIGN: &str =
    "شهادت مرمرین «سارا‌ها» را کسی نشنید. 👩\u{200d}👧‍👦 \"quoted\" back\\slash\n\nZweite Zeile: Größe.\n";

/// All 16-byte windows of the texts that stand in a file.
fn windows_left(path: &std::path::Path, texts: &[&str]) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap();
    let mut left = Vec::new();
    for text in texts {
        let escaped = serde_json::to_string(text).unwrap();
        for form in [*text, escaped.as_str()] {
            let known: std::collections::HashSet<&[u8]> = form.as_bytes().windows(16).collect();
            let found = bytes.windows(16).filter(|window| known.contains(window));
            left.extend(found.map(|window| String::from_utf8_lossy(window).into_owned()));
        }
    }
    left
}

/// Everything that was ever said in or of the interview.
const SAID: [&str; 8] = [
    FOREIGN,
    TEXT,
    "a note: کومکوات kumquat \"sour\"",
    "an earlier note, since changed",
    "a memo about the witness",
    "Town of Zwolletown, Overijssel",
    "a-name-for-the-interview",
    "the-name-that-it-had-first",
];

/// A project, and backups of it from several moments: two below `kept/`, one of an older schema, one encrypted, one that is
/// damaged, another project's, and the copy before a migration.
fn with_backups() -> Project {
    let project = Project::small();
    let put = |name: &str| {
        std::fs::copy(project.path("study.postil"), project.path(name)).unwrap();
    };
    std::fs::create_dir_all(project.path("kept/older")).unwrap();
    put("kept/before.backup");
    project.write("text.txt", TEXT);
    project.write("foreign.txt", FOREIGN);
    project.ok("document add text.txt --name the-name-that-it-had-first");
    project.ok("tag the-name-that-it-had-first:0-9 norms --note 'an earlier note, since changed'");
    put("kept/older/first.postil");
    project.ok("document rename the-name-that-it-had-first a-name-for-the-interview");
    assert!(matches!(
        project.run("document replace a-name-for-the-interview foreign.txt").status,
        Some(0 | 3)
    ));
    project.ok("note 1 'a note: کومکوات kumquat \"sour\"'");
    project.ok("memo a-name-for-the-interview 'a memo about the witness'");
    project.ok("document set a-name-for-the-interview 'town=Town of Zwolletown, Overijssel'");
    project.ok("tag note:0-5 norms --note 'this stays where it is'");
    project.ok("backup kept/later.backup");
    project.write("word", "correct horse\n");
    #[cfg(unix)]
    std::fs::set_permissions(project.path("word"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    project.ok("backup kept/sealed.backup.age --encrypt --passphrase-file word");
    let half = project.bytes();
    std::fs::write(project.path("kept/torn.backup"), &half[..200]).unwrap();
    project.begin_another("other");
    std::fs::rename(project.path("other.postil"), project.path("kept/other.postil")).unwrap();
    project.write("kept/readme.txt", "a-name-for-the-interview is not a store's business here");
    project
}

#[test]
fn a_purge_reaches_the_backups_that_it_was_told_of_and_names_those_that_it_cannot_reach() {
    let project = with_backups();
    for name in ["study.postil", "kept/later.backup", "kept/older/first.postil"] {
        assert!(!windows_left(&project.path(name), &SAID).is_empty(), "{name} holds nothing to erase");
    }
    let before = std::fs::read(project.path("kept/before.backup")).unwrap();
    let name = "a-name-for-the-interview";
    let run =
        project.run(&format!("--store study.postil document purge {name} --yes-erase {name} --backups kept"));
    expect![[r#"
        --- stderr
        erased 1 document with 1 annotation and 1 memo, and their history; nothing brings them back
        erased in 2 backups too; 1 other had nothing of it
        warning: not reached: `kept/sealed.backup.age` may still hold what was erased: it is encrypted
        warning: not reached: `kept/torn.backup` may still hold what was erased: the store is damaged
        hint: delete such a file, or restore it, purge the document in it, and make the backup anew
        hint: exports, backups and colleagues' copies are not reached from here: see to them too
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    for name in ["study.postil", "kept/later.backup", "kept/older/first.postil"] {
        assert_eq!(windows_left(&project.path(name), &SAID), Vec::<String>::new(), "{name}");
        project.ok(&format!("--store {name} check"));
        assert!(!project.path(&format!("{name}-journal")).exists());
    }
    assert!(
        std::fs::read(project.path("kept/before.backup")).unwrap() == before,
        "nothing was to be erased there"
    );
    let rows = project.ok("--store kept/later.backup list --format plain");
    assert!(rows.contains("this stays where it is"), "{rows}");
    #[cfg(unix)]
    for name in ["kept/later.backup", "kept/older/first.postil", "study.postil"] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(project.path(name).metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
    }
    // A second time there is nothing left to do, and nobody is told of the folder that is not there before something is done.
    let refused = project.run("--store study.postil document purge note --yes-erase note --backups nowhere");
    assert!(refused.status == Some(1) && refused.err.contains("nothing was erased"), "{}", refused.text());
    project.ok("--store study.postil document show note");
}

/// Looking at a backup of an older schema brought it up to date and left another copy of everything beside it.
#[test]
fn a_backup_of_an_older_schema_is_purged_as_it_is_and_not_copied() {
    let project = Project::empty();
    std::fs::copy("fixtures/stores/schema-1.postil", project.path("study.postil")).unwrap();
    let rows = project.ok("list --format jsonl");
    assert!(project.path("study.postil.schema1.backup").exists());
    let row: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    let of = |column: &str| row[column].as_str().unwrap().to_owned();
    let (name, text) = (of("document"), of("quote"));
    let run = project.args(&["document", "purge", &name, "--yes-erase", &name, "--backups", "."]);
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(run.err.contains("erased in 1 backup too"), "{}", run.err);
    let mut files: Vec<String> = std::fs::read_dir(project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["study.postil", "study.postil.schema1.backup"]);
    for file in files {
        let bytes = std::fs::read(project.path(&file)).unwrap();
        for word in [name.as_str(), text.trim()].into_iter().filter(|word| word.len() > 6) {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "`{word}` in {file}");
        }
    }
}

#[test]
fn a_purge_of_the_past_keeps_the_present_and_no_word_of_what_was() {
    let project = with_backups();
    let name = "a-name-for-the-interview";
    let store = "--store study.postil";
    let before = project.ok(&format!("{store} list -f csv"));
    let refused = project.run(&format!("{store} document purge {name} --yes-erase {name} --former"));
    // The passage of the first text is not in the second.
    assert!(
        refused.status == Some(1) && refused.err.contains("still need a former text"),
        "{}",
        refused.text()
    );
    project.ok(&format!("{store} extend 1 {name}:0-5"));
    let run = project.run(&format!("{store} document purge {name} --yes-erase {name} --former"));
    expect![[r#"
        --- stderr
        erased 1 former text and 4 former states; 4 records stay as they are
        hint: a colleague who goes on coding in a former text brings it back with the next merge: give them this store first
    "#]].assert_eq(&run.text());
    let gone = [TEXT, "an earlier note, since changed", "the-name-that-it-had-first"];
    assert_eq!(windows_left(&project.path("study.postil"), &gone), Vec::<String>::new());
    let after = project.ok(&format!("{store} list -f csv"));
    assert_eq!(after.lines().count(), before.lines().count());
    assert!(after.contains("kumquat") && project.ok(&format!("{store} memo {name}")).contains("the witness"));
    project.ok(&format!("{store} check"));
    // Nothing that was is brought back, and nothing that is goes with it.
    let mut undone = 0;
    while project.run(&format!("{store} undo")).status == Some(0) {
        undone += 1;
        assert!(undone < 100, "an undo that never ends");
        assert_eq!(windows_left(&project.path("study.postil"), &gone), Vec::<String>::new());
        project.ok(&format!("{store} check"));
    }
    assert!(project.ok(&format!("{store} document show {name}")).contains("Overijssel"));
}

/// A colleague who went on in a former text brings it back with what they coded there; purged in both stores it is gone, and
/// neither store sees a question in it.
#[test]
fn what_two_stores_forgot_stays_forgotten_when_they_meet_again() {
    let project = Project::new();
    project.write("a.txt", "Marmalade said that Lychee left.\n\nNobody else saw Marmalade there.\n");
    project.write("names.csv", "name,pseudonym\nMarmalade,P01\nLychee,P02\n");
    project.ok("document add a.txt");
    project.ok("tag a 'Marmalade said' speech --create");
    std::fs::create_dir(project.path("ben")).unwrap();
    project.ok("init ben/ben --from study.postil --with-annotations");
    // With ids of his own: under the frozen seed his code would get the id of ours.
    let mut command = project.command();
    command.env("POSTIL_SEED", "4711").args(["--store", "ben/ben.postil", "--coder", "ben"]);
    command.args(["tag", "a", "Lychee left", "leaving", "--create"]);
    assert!(command.output().unwrap().status.success());
    assert_eq!(project.run("pseudonymise --all --names names.csv --quiet").status, Some(3));
    let forget =
        |store: &str| project.ok(&format!("--store {store} document purge a --yes-erase a --former"));
    let has = |store: &str| {
        let bytes = std::fs::read(project.path(store)).unwrap();
        ["Marmalade", "Lychee"].iter().any(|name| bytes.windows(name.len()).any(|w| w == name.as_bytes()))
    };
    forget("study.postil");
    assert!(!has("study.postil"));
    project.ok("merge ben/ben.postil");
    assert!(has("study.postil"), "what ben coded there came without its text");
    project.ok("--store ben/ben.postil merge study.postil");
    for store in ["study.postil", "ben/ben.postil"] {
        forget(store);
        assert!(!has(store));
    }
    for (store, other) in [("study.postil", "ben/ben.postil"), ("ben/ben.postil", "study.postil")] {
        project.ok(&format!("--store {store} merge {other}"));
        assert!(!has(store));
        project.ok(&format!("--store {store} check"));
        let rows = project.ok(&format!("--store {store} list --format plain"));
        assert!(rows.contains("P01 said") && rows.contains("P02 left"), "{rows}");
    }
}
