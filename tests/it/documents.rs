//! `document …`: texts in, described, renamed, removed.

use expect_test::expect;

use crate::project::Project;

#[test]
fn a_file_a_folder_and_a_pattern_become_documents_named_after_their_files() {
    let project = Project::new();
    project.write("one.txt", "First.\n");
    project.write("more/b.md", "# Second\n");
    project.write("more/a.TXT", "Third.");
    project.write("more/skip.pdf", "%PDF-1.4");
    project.write("more/.hidden.txt", "no");
    project.write("p/x1.log", "Fourth.");
    project.write("p/x2.log", "Fifth.");
    let run = project.run("document add one.txt more p/x?.log --set kind=essay --set year=2026");
    expect![["
        --- stderr
        added 5 documents (35 characters)
    "]]
    .assert_eq(&run.text());
    expect![[r#"
        name,chars,annotations,kind,year
        a,6,0,essay,2026
        b,9,0,essay,2026
        one,7,0,essay,2026
        x1,7,0,essay,2026
        x2,6,0,essay,2026
    "#]]
    .assert_eq(&project.ok("document list --format csv"));
    expect![[r#"
        Document  Characters  Annotations  Attributes
        one                7            0  kind=essay, year=2026
    "#]]
    .assert_eq(&project.ok("document list --where kind=essay --document one"));
}

#[test]
fn standard_input_needs_a_name_and_becomes_a_document() {
    let project = Project::new();
    let refused = project.run_with("document add -", b"Some text.");
    assert_eq!(refused.status, Some(1));
    expect![[r#"
        error: a text from standard input has no name of its own
        hint: name it: `postil document add - --name interview-7`
    "#]]
    .assert_eq(&refused.err);
    project.run_with("document add - --name report", b"Some text.\r\n").ok();
    expect![[r#"
        document     report
        text         11 characters, 1 line, 1 paragraph
        annotations  none
        encoding     utf-8, CRLF line ends
        text sha256  b7fc5efed2858abda16234d0640a733c8185c6262b32d7704c7ecfe33bb8a0a0
        file sha256  ecdeef31673ad3ce4ab31937f695ec4447912e8fbbe9a8364b7d0b6e1e00bb9b
        added        2026-01-31 12:00 UTC
        id           019c13ec-9e00-7407-bed9-eeb5030d93e9
    "#]]
    .assert_eq(&project.ok("document show report"));
}

#[test]
fn the_same_text_is_there_once_under_whatever_name() {
    let project = Project::small();
    project.write("copy.txt", project.read("note.txt"));
    let before = project.bytes();
    let run = project.run("document add note.txt copy.txt");
    assert_eq!(run.status, Some(0));
    expect![[r#"
        note.txt is already there as `note`
        copy.txt is already there as `note`
        nothing was added
    "#]]
    .assert_eq(&run.err);
    expect![[r#"
        copy.txt is already there as `note`
        nothing was added
        hint: to call it so: `postil document rename note other`
    "#]]
    .assert_eq(&project.run("document add copy.txt --name other").err);
    assert!(project.bytes() == before);
}

#[test]
fn a_name_that_another_text_has_is_refused() {
    let project = Project::small();
    project.write("elsewhere/note.txt", "Another text.");
    expect![[r#"
        error: there is another document `note`, with another text (from `elsewhere/note.txt`)
        hint: give this one its own name: `--name note-2`; or rename the other: `postil document rename`
    "#]]
    .assert_eq(&project.refused("document add elsewhere/note.txt"));
    project.ok("document add elsewhere/note.txt --name note-2");
    project.write("both/x.txt", "One.");
    project.write("both/x.md", "Two.");
    expect![[r#"
        error: `both/x.txt` and a text before it would both be called `x`
        hint: add it by itself with a name of its own: `--name x-2`
        hint: nothing was added
    "#]]
    .assert_eq(&project.refused("document add both"));
}

#[test]
fn what_is_not_text_is_refused_with_the_reason_and_all_bad_files_at_once() {
    let project = Project::small();
    project.write("empty.txt", "");
    project.write("blank.txt", " \n\t\n");
    project.write("latin.txt", b"caf\xe9");
    project.write("nul.txt", b"a\0b");
    project.write("a.pdf", "%PDF-1.7 ...");
    project.write("b.docx", b"PK\x03\x04...");
    project.write("good.txt", "Good.");
    for (file, part) in [
        ("empty.txt", "is empty"),
        ("blank.txt", "only white space"),
        ("latin.txt", "byte 3 is 0xE9"),
        ("nul.txt", "NUL"),
        ("a.pdf", "is a PDF"),
        ("b.docx", "zip"),
    ] {
        let said = project.refused(&format!("document add {file}"));
        assert!(said.contains(part) && said.contains("hint: "), "{said}");
    }
    expect![[r#"
        error: 3 of 4 texts can't be added, so none was
          `empty.txt` is empty: it has no text
          `latin.txt` is not UTF-8: byte 3 is 0xE9
          `a.pdf` is a PDF, a format that is not read yet
        hint: an empty text has nothing to tag: leave the file out
        hint: if it comes from an older Windows program, add `--encoding windows-1252`
        hint: else save it as UTF-8, or name its encoding with `--encoding NAME`
    "#]]
    .assert_eq(&project.refused("document add good.txt empty.txt latin.txt a.pdf"));
    project.ok("document add latin.txt --encoding windows-1252");
    let shown = project.ok("document show latin");
    assert!(shown.contains("windows-1252, one line"), "{shown}");
    expect![[r#"
        error: `good.txt` cannot be read as `utf-9`: no such encoding is known
        hint: did you mean `utf-8`?
        hint: some that are known: utf-8, utf-16le, windows-1252, windows-1251, windows-1256, iso-8859-2, macintosh, gb18030, big5, shift_jis, euc-kr
    "#]].assert_eq(&project.refused("document add good.txt --encoding utf-9"));
}

#[test]
fn utf_16_with_its_mark_is_read_as_what_it_is() {
    let project = Project::new();
    let bytes: Vec<u8> = "\u{feff}Zwei Zeilen\r\n👍\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    project.write("wide.txt", bytes);
    project.ok("document add wide.txt");
    let shown = project.ok("document show wide");
    assert!(shown.contains("14 characters, 2 lines"), "{shown}");
    assert!(shown.contains("utf-16le, CRLF line ends, byte order mark"), "{shown}");
}

#[test]
fn a_file_of_a_gigabyte_is_refused_before_it_is_read() {
    let project = Project::small();
    let file = std::fs::File::create(project.path("huge.txt")).unwrap();
    file.set_len(1 << 30).unwrap();
    expect![[r#"
        error: `huge.txt` is too large (1 GiB): the limit is 64 MiB
        hint: a text has at most 1,000,000,000 bytes: split it into several documents
    "#]]
    .assert_eq(&project.refused("document add huge.txt"));
    project.write("small.txt", "0123456789");
    expect![[r#"
        error: `small.txt` is too large (10 bytes): the limit is 9 bytes
        hint: split it into several documents, or raise the limit: `--max-size 1MiB`
    "#]]
    .assert_eq(&project.refused("document add small.txt --max-size 9"));
    let run = project.run_with("document add - --name piped --max-size 9", b"0123456789");
    assert!(run.err.contains("`standard input` is too large: the limit is 9 bytes"), "{}", run.err);
    project.ok("document add small.txt --max-size 10");
}

#[test]
fn a_path_that_leads_nowhere_is_refused_with_the_nearest_file() {
    let project = Project::small();
    std::fs::create_dir(project.path("nothing")).unwrap();
    expect![[r#"
        error: there is no file `noet.txt`
        hint: did you mean `note.txt`?
        hint: paths start from this folder; `postil document add FOLDER` adds the .txt and .md files of one
    "#]]
    .assert_eq(&project.refused("document add noet.txt"));
    expect![[r#"
        error: no file matches `*.doc`
        hint: the name of a folder alone adds its .txt and .md files: `postil document add FOLDER`
    "#]]
    .assert_eq(&project.refused("document add *.doc"));
    expect![[r#"
        error: there is no .txt or .md file in the folder `nothing`
        hint: other files are added by name or pattern: `postil document add 'nothing/*'`
    "#]]
    .assert_eq(&project.refused("document add nothing"));
    expect![[r#"
        error: 2 of 3 texts can't be added, so none was
          there is no file `missing.txt`
          there is no .txt or .md file in the folder `nothing`
        hint: paths start from this folder; `postil document add FOLDER` adds the .txt and .md files of one
        hint: other files are added by name or pattern: `postil document add 'nothing/*'`
    "#]]
    .assert_eq(&project.refused("document add missing.txt nothing note.txt"));
}

#[test]
fn one_name_cannot_be_given_to_two_texts() {
    let project = Project::small();
    project.write("a.txt", "A.");
    let run = project.run("document add note.txt a.txt --name both");
    assert_eq!(run.status, Some(2));
    assert!(run.err.starts_with("error: `--name both` names one document"), "{}", run.err);
    for name in ["' x'", "''", "'a\u{1b}[31mb'"] {
        project.refused(&format!("document add a.txt --name {name}"));
    }
}

#[test]
fn rows_of_a_table_become_documents_and_its_columns_attributes() {
    let project = Project::new();
    project.write(
        "survey.csv",
        "who;land;answer;rest\nana;NL;\"Yes; of course.\";\nben;;Yes;x\ncleo;FR;;y\ndan;FR;Yes;\n",
    );
    let run =
        project.run("document add --from-table survey.csv --text answer --name-column who --set round=1");
    expect![[r#"
        --- stderr
        1 row with nothing under `answer` left out
        added 3 documents (21 characters)
        attributes: land, rest
    "#]]
    .assert_eq(&run.text());
    expect![[r#"
        name,chars,annotations,land,rest,round
        ana,15,0,NL,,1
        ben,3,0,,x,1
        dan,3,0,FR,,1
    "#]]
    .assert_eq(&project.ok("document list --format csv"));
    let full = project.content();
    project.ok("undo");
    assert_eq!(project.ok("document list --format plain"), "");
    project.ok("redo");
    assert_eq!(project.content(), full);
    let before = project.bytes();
    let again = project.run("document add --from-table survey.csv --text answer --name-column who");
    expect![[r#"
        3 rows already there
        1 row with nothing under `answer` left out
        nothing was added
    "#]]
    .assert_eq(&again.err);
    assert!(project.bytes() == before);
    project.ok("document add --from-table survey.csv --text rest");
    assert!(project.ok("document list --format plain").contains("survey-3\t1\t0"));
    expect![[r#"
        error: the table has no column `anwser`
        hint: did you mean `answer`?
        hint: its columns are `who`, `land`, `answer`, `rest`
    "#]]
    .assert_eq(&project.refused("document add --from-table survey.csv --text anwser"));
    project.write("clash.csv", "who,answer\nana,Something else\nben,Also other\n");
    expect![[r#"
        error: 2 of 2 texts can't be added, so none was
          row 2 of `clash.csv`: there is another document `ana`, with another text
          row 3 of `clash.csv`: there is another document `ben`, with another text
        hint: choose a column of distinct names with `--name-column`, or leave it out
    "#]]
    .assert_eq(&project.refused("document add --from-table clash.csv --text answer --name-column who"));
}

#[test]
fn attributes_are_set_and_taken_away_and_nothing_is_written_twice() {
    let project = Project::small();
    expect![[r#"
        2 attributes of `note` changed
    "#]]
    .assert_eq(&project.run("document set note year=2015 country=NL").err);
    let before = project.bytes();
    expect![[r#"
        `note` has these attributes already
    "#]]
    .assert_eq(&project.run("document set note year=2015").err);
    assert!(project.bytes() == before);
    project.ok("document set note --unset country year=2016");
    expect![[r#"
        Document  Characters  Annotations  Attributes
        note              77            0  year=2016
    "#]]
    .assert_eq(&project.ok("document list"));
    expect![[r#"
        error: `note` has no attribute `yaer`
        hint: did you mean `year`?
        hint: `postil document show note` shows those it has
    "#]]
    .assert_eq(&project.refused("document set note --unset yaer"));
    expect![[r#"
        error: the attribute `year` has no value
        hint: leave it out, or take it away: `postil document set DOC --unset year`
    "#]]
    .assert_eq(&project.refused("document set note year="));
    expect![[r#"
        error: there is no document `nope`
        hint: did you mean `note`?
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&project.refused("document set nope year=2015"));
}

#[test]
fn an_attribute_called_like_a_column_is_told_apart() {
    let project = Project::small();
    project.ok("document set note chars=many");
    expect![[r#"
        [
          {"name":"note","chars":77,"annotations":0,"attr:chars":"many"}
        ]
    "#]]
    .assert_eq(&project.ok("document list --format json"));
}

#[test]
fn a_document_is_renamed_unless_the_name_is_taken() {
    let project = Project::small();
    project.write("b.txt", "B.");
    project.ok("document add b.txt");
    expect![[r#"
        `note` is called `minutes` now
    "#]]
    .assert_eq(&project.run("document rename note minutes").err);
    expect![[r#"
        error: there is a document `minutes` already
        hint: rename that one first: `postil document rename minutes minutes-2`
    "#]]
    .assert_eq(&project.refused("document rename b minutes"));
    expect![[r#"
        error: there is no document `note`
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&project.refused("document rename note x"));
    let before = project.bytes();
    project.ok("document rename minutes minutes");
    assert!(project.bytes() == before);
}

#[test]
fn a_removed_document_comes_back_whole_with_undo() {
    let project = Project::small();
    project.ok("document set note year=2015");
    project.ok("tag note:0-5 norms --note first");
    project.ok("tag note:6-10 actors/state");
    project.ok("memo note 'read twice'");
    let before = project.content();
    expect![[r#"
        removed 1 document with 2 annotations and 1 memo
        hint: `postil undo` brings it all back; `postil document purge` erases for good
    "#]]
    .assert_eq(&project.run("document remove note").err);
    assert_eq!(project.run("document show note").status, Some(1));
    let without = project.content();
    project.ok("undo");
    assert_eq!(project.content(), before);
    project.ok("redo");
    assert_eq!(project.content(), without);
}

#[test]
fn adding_renaming_and_describing_are_undone_and_redone_one_by_one() {
    let project = Project::small();
    project.write("b.txt", "B.");
    let mut states = vec![project.content()];
    for line in
        ["document add b.txt", "document rename b c", "document set c year=1", "document set c --unset year"]
    {
        project.ok(line);
        states.push(project.content());
    }
    for state in states.iter().rev().skip(1) {
        project.ok("undo");
        assert_eq!(project.content(), *state);
    }
    for state in states.iter().skip(1) {
        project.ok("redo");
        assert_eq!(project.content(), *state);
    }
}
