//! `init NAME --from STORE`: a store for a second coder.

use expect_test::expect;

use super::colleagues::Colleagues;

fn init(all: &Colleagues, who: &str, options: &str) -> super::project::Run {
    let mut command = all.command(who);
    command.env_remove("POSTIL_STORE").args(super::project::words(&format!("init {who} {options}")));
    all.project.shape(command.output().unwrap())
}

/// Ana's store with attributes, assignments and memos as well.
fn ana() -> Colleagues {
    let all = Colleagues::ana();
    all.ok("ana", "document set note year=2019");
    all.ok("ana", "memo letter 'a memo of ana'");
    all.ok("ana", "memo code:norms 'what norms are'");
    all.ok("ana", "memo project 'where this is going'");
    all
}

#[test]
fn a_second_coder_gets_texts_and_codebook_and_nothing_that_was_said() {
    let all = ana();
    let before = all.bytes("ana");
    expect![[r#"
        --- stderr
        made the store ben.postil
        warning: there is another store beside it, `ana.postil`: say which you mean with `--store ben.postil`
        took 2 documents and 4 codes, and nothing that was coded there
        hint: code in it, then bring the work into the other store: `postil merge ben.postil --store ana.postil`
    "#]]
    .assert_eq(&init(&all, "ben", "--from ana.postil").text());
    assert!(all.bytes("ana") == before, "the other store is never written");
    expect![[r#"
        == annotations.csv
        ﻿id,document,start,end,quote,code,coder,note,action,created,modified,before,after,document_sha256,lineage,quote_truncated
        == assignments.csv
        ﻿id,document,coder,state,created,modified,lineage
        == coders.csv
        ﻿id,handle,name,created,lineage
        == codes.csv
        ﻿id,path,color,description,action,created,lineage
        019c13ec-9e00-74e5-b98f-af2e114bac21,actors,,,,2026-01-31T12:00:00.000Z,
        019c13ec-9e00-74e5-b98f-af2e5a778bf7,actors/state,,,,2026-01-31T12:00:00.000Z,
        019c13ec-9e00-74e5-b98f-af2dd9edc315,norms,,,,2026-01-31T12:00:00.000Z,
        019c13ec-9e00-74e5-b98f-af2ed42f8fd7,power,,,,2026-01-31T12:00:00.000Z,
        == documents.csv
        ﻿id,name,file,chars,text_sha256,source,source_sha256,encoding,newline,bom,created,modified,action,lineage,year
        019c13ec-9e00-7193-b6b6-4d208b88a108,letter,,40,d646c0ffee8345d0388a254c977ef2a7120ae60c145140a04d991d02b39d5bf4,letter.txt,d646c0ffee8345d0388a254c977ef2a7120ae60c145140a04d991d02b39d5bf4,utf-8,lf,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,,,
        019c13ec-9e00-7193-b6b6-4d206b49bd9f,note,,77,38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50,note.txt,38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50,utf-8,lf,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,,,2019
        == memos.csv
        ﻿id,subject_kind,subject,coder,text,created,modified,action,lineage
    "#]].assert_eq(&all.content("ben").replace('\r', ""));
    expect![[r#"
        Change  When                  Coder  Command  What
             1  2026-01-31 12:00 UTC  ben    init     4 codes new, 2 documents new, 1 attribute new from ana.postil
    "#]].assert_eq(&all.ok("ben", "log"));
    all.assert_sound("ben");
    // Not even within the file: it is what makes blind coding blind.
    let bytes = all.bytes("ben");
    for words in ["a definition", "a memo of ana", "what norms are", "where this is going"] {
        assert!(!bytes.windows(words.len()).any(|window| window == words.as_bytes()), "{words}");
    }
}

#[test]
fn with_annotations_everything_comes_along() {
    let all = ana();
    expect![[r#"
        --- stderr
        made the store ben.postil
        warning: there is another store beside it, `ana.postil`: say which you mean with `--store ben.postil`
        took 2 documents, 4 codes and 2 annotations
        hint: code in it, then bring the work into the other store: `postil merge ben.postil --store ana.postil`
    "#]]
    .assert_eq(&init(&all, "ben", "--from ana.postil --with-annotations").text());
    assert_eq!(all.dump("ben"), all.dump("ana"));
    all.assert_sound("ben");
    for (into, from) in [("ben", "ana"), ("ana", "ben")] {
        assert!(all.run(into, &format!("merge {from}.postil")).err.ends_with("nothing new\n"), "{into}");
    }
}

#[test]
fn what_two_blind_coders_did_comes_together_without_a_question() {
    let all = ana();
    init(&all, "ben", "--from ana.postil").ok();
    init(&all, "cleo", "--from ana.postil").ok();
    // The same passages, the same codes, and codes of the same name that each thought of alone.
    for who in ["ben", "cleo"] {
        all.ok(who, "tag note 'Norms bind states' norms");
        all.ok(who, "code add trust norms/local");
        all.ok(who, "tag letter 'so it is' trust norms/local");
        all.ok(who, "document set letter year=2020");
    }
    expect![[r#"
        annotations: 6 new
        codes: 2 new
        attributes: 1 new
        coders: 2 new
        --- stderr
        change 9; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil cleo.postil").text());
    expect![[r#"
        letter|Power decides|power|ana|
        letter|so it is|norms/local|ben|
        letter|so it is|norms/local|cleo|
        letter|so it is|trust|ben|
        letter|so it is|trust|cleo|
        note|Norms bind states|norms|ana|a definition
        note|Norms bind states|norms|ben|
        note|Norms bind states|norms|cleo|"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        path,color,description
        actors,,
        actors/state,,
        norms,,
        norms/local,,
        power,,
        trust,,
    "#]]
    .assert_eq(&all.ok("ana", "code list --format csv"));
    for who in ["ben", "cleo"] {
        all.ok(who, "merge ana.postil");
        assert_eq!(all.content(who), all.content("ana"), "{who}");
        all.assert_sound(who);
    }
    all.assert_sound("ana");
}

#[test]
fn later_changes_of_the_codebook_come_with_a_merge() {
    let all = ana();
    init(&all, "ben", "--from ana.postil").ok();
    all.ok("ben", "tag letter 'So it was' power");
    for line in [
        "code rename power might",
        "code move might actors",
        "code edit norms --description 'what ought to be'",
        "code merge actors/state norms",
        "code add trust",
        "document rename letter brief",
    ] {
        all.ok("ana", line);
    }
    // He goes on coding blindly: the codebook alone.
    expect![[r#"
        annotations: 2 new
        codes: 2 changed
        coders: 1 new
        memos: 1 new
        --- stderr
        change 3; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ben", "merge ana.postil --only code=norms --only code=actors").text());
    let all = ana();
    init(&all, "ben", "--from ana.postil").ok();
    all.ok("ben", "tag letter 'So it was' power");
    for line in ["code rename power might", "code move might actors", "document rename letter brief"] {
        all.ok("ana", line);
    }
    expect![[r#"
        annotations: 2 new
        codes: 1 changed
        documents: 1 changed
        coders: 1 new
        memos: 3 new
        --- stderr
        change 3; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ben", "merge ana.postil").text());
    assert!(all.said("ben").contains("brief|So it was|actors/might|ben|"));
    all.assert_sound("ben");
}

#[test]
fn what_is_no_store_leaves_none_behind() {
    let all = ana();
    all.project.write("notes.txt", "These are my notes, and they are not a database at all.\n");
    all.project.write("half.postil", &all.bytes("ana")[..50_000]);
    let said: String = ["absent.postil", "notes.txt", "half.postil", "."]
        .iter()
        .map(|from| {
            let run = init(&all, "ben", &format!("--from {from}"));
            assert_eq!(run.status, Some(1), "{from}: {}", run.text());
            format!("# {from}\n{}", run.err)
        })
        .collect();
    expect![[r#"
        # absent.postil
        error: there is no file `absent.postil`
        hint: name a store that somebody else began with `postil init`: PATH/TO/NAME.postil
        # notes.txt
        error: `notes.txt` is not a postil store
        # half.postil
        error: `half.postil` is cut short: 50000 of 237568 bytes are there
        hint: copy or download it again
        # .
        error: `.` is a folder, not a store
        hint: name the file in it that ends in `.postil`
    "#]]
    .assert_eq(&said);
    let mut left: Vec<String> = std::fs::read_dir(all.project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().display().to_string())
        .collect();
    left.sort();
    assert_eq!(left.join(" "), "ana.postil half.postil letter.txt note.txt notes.txt");
    // What is there already stays as it is, and nothing is taken from a store into itself.
    let before = all.bytes("ana");
    let run = init(&all, "ana", "--from ana.postil");
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(all.bytes("ana") == before);
    assert_eq!(init(&all, "ben", "--with-annotations").status, Some(2));
}
