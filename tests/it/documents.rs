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
    expect![[""]].assert_eq(&project.ok("document list --where kind=essay --document one"));
}

#[test]
fn standard_input_needs_a_name_and_becomes_a_document() {
    let project = Project::new();
    let refused = project.run_with("document add -", b"Some text.");
    assert_eq!(refused.status, Some(1));
    expect![[""]].assert_eq(&refused.err);
    project.run_with("document add - --name report", b"Some text.\r\n").ok();
    expect![[""]].assert_eq(&project.ok("document show report"));
}

#[test]
fn the_same_text_is_there_once_under_whatever_name() {
    let project = Project::small();
    project.write("copy.txt", project.read("note.txt"));
    let before = project.bytes();
    let run = project.run("document add note.txt copy.txt");
    assert_eq!(run.status, Some(0));
    expect![[""]].assert_eq(&run.err);
    expect![[""]].assert_eq(&project.run("document add copy.txt --name other").err);
    assert!(project.bytes() == before);
}

#[test]
fn a_name_that_another_text_has_is_refused() {
    let project = Project::small();
    project.write("elsewhere/note.txt", "Another text.");
    expect![[""]].assert_eq(&project.refused("document add elsewhere/note.txt"));
    project.ok("document add elsewhere/note.txt --name note-2");
    project.write("both/x.txt", "One.");
    project.write("both/x.md", "Two.");
    expect![[""]].assert_eq(&project.refused("document add both"));
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
    expect![[""]].assert_eq(&project.refused("document add good.txt empty.txt latin.txt a.pdf"));
    project.ok("document add latin.txt --encoding windows-1252");
    let shown = project.ok("document show latin");
    assert!(shown.contains("windows-1252, one line"), "{shown}");
    expect![[""]].assert_eq(&project.refused("document add good.txt --encoding utf-9"));
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
    expect![[""]].assert_eq(&project.refused("document add huge.txt"));
    project.write("small.txt", "0123456789");
    expect![[""]].assert_eq(&project.refused("document add small.txt --max-size 9"));
    let run = project.run_with("document add - --name piped --max-size 9", b"0123456789");
    assert!(run.err.contains("`standard input` is too large: the limit is 9 bytes"), "{}", run.err);
    project.ok("document add small.txt --max-size 10");
}

#[test]
fn a_path_that_leads_nowhere_is_refused_with_the_nearest_file() {
    let project = Project::small();
    std::fs::create_dir(project.path("nothing")).unwrap();
    expect![[""]].assert_eq(&project.refused("document add noet.txt"));
    expect![[""]].assert_eq(&project.refused("document add *.doc"));
    expect![[""]].assert_eq(&project.refused("document add nothing"));
    expect![[""]].assert_eq(&project.refused("document add missing.txt nothing note.txt"));
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
    expect![[""]].assert_eq(&run.text());
    expect![[""]].assert_eq(&project.ok("document list --format csv"));
    let before = project.bytes();
    let again = project.run("document add --from-table survey.csv --text answer --name-column who");
    expect![[""]].assert_eq(&again.err);
    assert!(project.bytes() == before);
    project.ok("document add --from-table survey.csv --text rest");
    assert!(project.ok("document list --format plain").contains("survey-3\t1\t0"));
    expect![[""]].assert_eq(&project.refused("document add --from-table survey.csv --text anwser"));
    project.write("clash.csv", "who,answer\nana,Something else\nben,Also other\n");
    expect![[""]]
        .assert_eq(&project.refused("document add --from-table clash.csv --text answer --name-column who"));
}

#[test]
fn attributes_are_set_and_taken_away_and_nothing_is_written_twice() {
    let project = Project::small();
    expect![[""]].assert_eq(&project.run("document set note year=2015 country=NL").err);
    let before = project.bytes();
    expect![[""]].assert_eq(&project.run("document set note year=2015").err);
    assert!(project.bytes() == before);
    project.ok("document set note --unset country year=2016");
    expect![[""]].assert_eq(&project.ok("document list"));
    expect![[""]].assert_eq(&project.refused("document set note --unset yaer"));
    expect![[""]].assert_eq(&project.refused("document set note year="));
    expect![[""]].assert_eq(&project.refused("document set nope year=2015"));
}

#[test]
fn an_attribute_called_like_a_column_is_told_apart() {
    let project = Project::small();
    project.ok("document set note chars=many");
    expect![[""]].assert_eq(&project.ok("document list --format json"));
}

#[test]
fn a_document_is_renamed_unless_the_name_is_taken() {
    let project = Project::small();
    project.write("b.txt", "B.");
    project.ok("document add b.txt");
    expect![[""]].assert_eq(&project.run("document rename note minutes").err);
    expect![[""]].assert_eq(&project.refused("document rename b minutes"));
    expect![[""]].assert_eq(&project.refused("document rename note x"));
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
    let before = project.dump();
    expect![[""]].assert_eq(&project.run("document remove note").err);
    assert_eq!(project.run("document show note").status, Some(1));
    let without = project.dump();
    project.ok("undo");
    assert_eq!(content(&project.dump()), content(&before));
    project.ok("redo");
    assert_eq!(content(&project.dump()), content(&without));
}

#[test]
fn adding_renaming_and_describing_are_undone_and_redone_one_by_one() {
    let project = Project::small();
    project.write("b.txt", "B.");
    let mut states = vec![content(&project.dump())];
    for line in
        ["document add b.txt", "document rename b c", "document set c year=1", "document set c --unset year"]
    {
        project.ok(line);
        states.push(content(&project.dump()));
    }
    for state in states.iter().rev().skip(1) {
        project.ok("undo");
        assert_eq!(content(&project.dump()), *state);
    }
    for state in states.iter().skip(1) {
        project.ok("redo");
        assert_eq!(content(&project.dump()), *state);
    }
}

/// A dump without lineage: an undo puts content back and never a version. Lineage is the last column everywhere.
fn content(dump: &str) -> String {
    dump.lines()
        .map(|line| line.rsplit_once(',').map_or(line, |(rest, _)| rest))
        .collect::<Vec<_>>()
        .join("\n")
}
