//! `document replace`: a document gets another text, and its passages follow by their words.

use expect_test::expect;

use super::project::Project;

/// A document `note` with this text; each of `passages` is tagged.
fn coded(text: &str, passages: &[&str]) -> Project {
    let project = Project::new();
    project.write("note.txt", text);
    project.ok("document add note.txt");
    project.ok("code add norms");
    for passage in passages {
        project.args(&["tag", "note", passage, "norms"]).ok();
    }
    project
}

/// Replaces the text; a rehearsal before it says the same and writes nothing. Returns what was said.
#[track_caller]
fn replaced(project: &Project, text: impl AsRef<[u8]>) -> String {
    project.write("new.txt", text);
    let before = project.bytes();
    let rehearsal = project.run("document replace note new.txt --all --format csv --dry-run");
    assert!(project.bytes() == before, "a rehearsal wrote");
    let run = project.run("document replace note new.txt --all --format csv");
    assert_eq!((run.status, &run.out), (rehearsal.status, &rehearsal.out), "{}", rehearsal.err);
    project.ok("check");
    run.text()
}

#[test]
fn every_passage_is_exact_moved_edited_or_orphaned() {
    let text = "One stays. Two moves on. Three decides everything here. Four vanishes for good.\n";
    let project =
        coded(text, &["One stays", "Two moves on", "Three decides everything here", "Four vanishes"]);
    let before = project.content();
    let said = replaced(
        &project,
        "One stays. And then, after a while: Two moves on. Three settles everything here. Nothing else.\n",
    );
    expect![[r#"
        id,fate,code,coder,start,end,new_start,new_end,words,now
        1,exact,norms,ana,0,9,0,9,One stays,One stays
        2,moved,norms,ana,11,23,36,48,Two moves on,Two moves on
        3,edited,norms,ana,25,54,50,79,Three decides everything here,Three settles everything here
        4,orphaned,norms,ana,56,69,,,Four vanishes,
        --- stderr
        `note` has 95 characters: 1 exact, 1 moved, 1 edited, 1 orphaned
        change 7; `postil undo` takes it back
        hint: what is orphaned keeps the earlier text: `postil list --orphans` lists it, `postil extend ID PLACE` gives it a new place
        --- status Some(3)
    "#]].assert_eq(&said);
    expect![[r#"
        id,document,start,end,code,coder,quote,note,created,modified,uuid
        4,note,56,69,norms,ana,Four vanishes,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-702d-b40f-aa52d0f8b52a
    "#]].assert_eq(&project.ok("list --orphans --format csv"));
    expect![[r#"
        id,document,start,end,code,coder,quote,note,created,modified,uuid
        1,note,0,9,norms,ana,One stays,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-730a-90df-7bd97d89786b
        2,note,36,48,norms,ana,Two moves on,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-76bb-931d-adbe9587e82c
        3,note,50,79,norms,ana,Three settles everything here,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-7113-bc4d-e41f9ea3a735
        4,note,56,69,norms,ana,Four vanishes,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-702d-b40f-aa52d0f8b52a
    "#]].assert_eq(&project.ok("list --format csv"));
    project.ok("undo");
    assert_eq!(project.content(), before);
    project.ok("check");
    project.ok("redo");
    assert_eq!(project.ok("list --orphans --count").trim(), "1");
    project.ok("check");
    // Back to the first text, by hand: the orphan finds its place again.
    project.write("first.txt", text);
    expect![[r#"
        Id  Fate    Code   Coder  Start  End  Start now  End now  Words                          Words now
         3  edited  norms  ana       50   79         25       54  Three settles everything here  Three decides everything here
        --- stderr
        `note` has 80 characters: 2 exact, 1 moved, 1 edited
        change 10; `postil undo` takes it back
    "#]].assert_eq(&project.run("document replace note first.txt").text());
    assert_eq!(project.ok("list --orphans --count").trim(), "0");
    project.ok("check");
}

#[test]
fn passages_are_counted_in_code_points_whatever_they_are_made_of() {
    for (text, passage, new) in [
        (
            "🙂 She laughed 👩‍👩‍👧 aloud. The end.\n",
            "laughed 👩‍👩‍👧 aloud",
            "🙂🙂🙂 Yes. She laughed 👩‍👩‍👧 aloud. The end.\n",
        ),
        (
            "Cafe\u{301} Ole\u{301} is open. The end.\n",
            "Ole\u{301} is open",
            "In town, Cafe\u{301} Ole\u{301} is open. The end.\n",
        ),
        (
            "او می\u{200c}خواهد برود. همین است.\n",
            "می\u{200c}خواهد برود",
            "امروز او می\u{200c}خواهد برود. همین است.\n",
        ),
    ] {
        let project = coded(text, &[passage]);
        let said = replaced(&project, new);
        let start = new.find(passage).map(|byte| new[..byte].chars().count()).unwrap();
        let end = start + passage.chars().count();
        assert!(said.contains("moved") && said.contains(&format!("{start}")), "{said}");
        let listed = project.ok("export csv -o -");
        assert!(listed.contains(&format!(",{start},{end},")) && listed.contains(passage), "{listed}");
    }
}

#[test]
fn line_ends_and_marks_at_the_beginning_are_not_text() {
    let project = coded("One line.\nAnother line.\n", &["Another line"]);
    let before = project.bytes();
    // The same text in another coat is the same text.
    for bytes in [&b"One line.\r\nAnother line.\r\n"[..], b"\xef\xbb\xbfOne line.\nAnother line.\n"] {
        project.write("same.txt", bytes);
        let run = project.run("document replace note same.txt");
        assert!(run.err.starts_with("error: `note` has this very text already\n"), "{}", run.text());
        assert_eq!(run.status, Some(1));
        assert!(project.bytes() == before);
    }
    expect![[r#"
        id,fate,code,coder,start,end,new_start,new_end,words,now
        1,moved,norms,ana,10,22,15,27,Another line,Another line
        --- stderr
        `note` has 29 characters: 1 moved
        change 4; `postil undo` takes it back
    "#]]
    .assert_eq(&replaced(&project, b"\xef\xbb\xbfOne more line.\r\nAnother line.\r\n"));
    assert!(project.ok("export csv -o -").contains(",15,27,Another line,"));
}

#[test]
fn a_text_may_come_from_a_pipe() {
    let project = coded("One line.\nAnother line.\n", &["Another line"]);
    let run = project.run_with("document replace note -", "First. One line.\nAnother line.\n".as_bytes());
    expect![[r#"
        --- stderr
        `note` has 31 characters: 1 moved
        change 4; `postil undo` takes it back
    "#]]
    .assert_eq(&run.text());
    let run = project
        .run_with("document replace note - --encoding windows-1252", b"caf\xe9. One line.\nAnother line.\n");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(project.ok("show note").contains("café"));
    let said: String = [&b""[..], b"caf\xe9", b"a\0b"]
        .iter()
        .map(|bytes| {
            let before = project.bytes();
            let run = project.run_with("document replace note -", bytes);
            assert_eq!(run.status, Some(1), "{}", run.text());
            assert!(project.bytes() == before);
            run.err
        })
        .collect();
    expect![[r#"
        error: `standard input` is empty: it has no text
        hint: an empty text has nothing to tag: leave the file out
        error: `standard input` is not UTF-8: byte 3 is 0xE9
        hint: if it comes from an older Windows program, add `--encoding windows-1252`
        hint: else save it as UTF-8, or name its encoding with `--encoding NAME`
        error: `standard input` holds a NUL at byte 1
        hint: it is not plain text, or it is UTF-16 without its mark: then add `--encoding utf-16le`
    "#]]
    .assert_eq(&said);
}

#[test]
fn the_text_of_another_document_and_names_that_are_none_are_refused() {
    let project = coded("One line.\n", &["One line"]);
    project.write("other.txt", "Another line.\n");
    project.ok("document add other.txt");
    let lines = [
        "document replace note other.txt",
        "document replace nota other.txt",
        "document replace note absent.txt",
        "document replace note .",
        "document replace note other.txt --max-size 3",
    ];
    let said: String =
        lines.iter().map(|line| format!("$ postil {line}\n{}", project.refused(line))).collect();
    expect![[r#"
        $ postil document replace note other.txt
        error: `other` has this very text
        hint: one text under two names would split its codings
        $ postil document replace nota other.txt
        error: there is no document `nota`
        hint: did you mean `note`?
        hint: `postil document list` shows them
        $ postil document replace note absent.txt
        error: there is no file `absent.txt`
        hint: paths start from this folder; `postil document add FOLDER` adds the .txt and .md files of one
        $ postil document replace note .
        error: `.` is not one file
        hint: name the file that has the new text, or - for standard input
        $ postil document replace note other.txt --max-size 3
        error: `other.txt` is too large (14 bytes): the limit is 3 bytes
        hint: split it into several documents, or raise the limit: `--max-size 1MiB`
    "#]]
    .assert_eq(&said);
}

#[test]
fn two_passages_that_become_one_are_both_kept() {
    let project = coded("norms bind. norms bind.\n", &[]);
    project.ok("tag note:0-10 norms --note first");
    project.ok("tag note:12-22 norms --note second");
    expect![[r#"
        id,fate,code,coder,start,end,new_start,new_end,words,now
        1,exact,norms,ana,0,10,0,10,norms bind,norms bind
        2,joined,norms,ana,12,22,,,norms bind,
        --- stderr
        warning: #1 is in conflict: note
        `note` has 12 characters: 1 exact, 1 joined
        change 5; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&replaced(&project, "norms bind.\n"));
    expect![[r#"
        id,document,start,end,code,coder,quote,note,created,modified,uuid
        1,note,0,10,norms,ana,norms bind,second,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-730a-90df-7bd97d89786b
    "#]].assert_eq(&project.ok("list --format csv"));
    project.ok("undo");
    assert_eq!(project.ok("list --orphans --count").trim(), "0");
    project.ok("check");
}

#[test]
fn a_revision_travels_with_a_merge_and_carries_what_was_said_of_the_older_text() {
    let project = coded("One stays. Two moves on. The end.\n", &["Two moves on"]);
    std::fs::copy(project.path("study.postil"), project.path("other.store")).unwrap();
    assert!(replaced(&project, "One stays. Wait a bit. Two moves on. The end.\n").contains("moved"));
    let mut tag = project.command();
    tag.env("POSTIL_SEED", "8").args([
        "--store",
        "other.store",
        "tag",
        "note",
        "One stays",
        "norms",
        "--coder",
        "ben",
    ]);
    project.shape(tag.output().unwrap()).ok();
    let run = project.run("merge other.store");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(project.run("--store other.store merge study.postil").status == Some(0));
    let here = project.ok("export csv -o -");
    assert_eq!(here, project.ok("--store other.store export csv -o -"));
    assert!(here.contains(",0,9,One stays,") && here.contains(",23,35,Two moves on,"), "{here}");
    project.ok("check");
    project.ok("--store other.store check");
}
