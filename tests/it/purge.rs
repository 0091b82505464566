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
