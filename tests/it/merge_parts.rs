//! `merge --only` and `--as`: part of a colleague's store, and whose work it is.

use expect_test::expect;

use super::colleagues::Colleagues;

/// Ana's store, and Ben's, in which Cleo worked as well.
fn two_coders_in_one_store() -> Colleagues {
    let all = Colleagues::ana();
    all.begin("ben", "--from ana.postil");
    all.ok("ben", "code add trust norms/local");
    all.ok("ben", "tag note 'States speak' trust");
    all.ok("ben", "tag letter 'So it was' power --note past");
    all.ok("ben", "tag letter 'so it is' norms/local --coder cleo");
    all.ok("ben", "document set letter year=2020");
    all.project.write("third.txt", "A third text, which only one of them has.\n");
    all.ok("ben", "document add third.txt");
    all.ok("ben", "tag third 'only one' power --coder cleo");
    all.ok("ben", "memo letter 'a memo of ben'");
    all
}

/// What a merge of part of Ben's store brings into a fresh copy of Ana's.
fn brought(all: &Colleagues, options: &str) -> String {
    all.copy("ana", "copy");
    let before = all.bytes("copy");
    let rehearsal = all.run("copy", &format!("merge ben.postil {options} --dry-run"));
    assert!(all.bytes("copy") == before, "a rehearsal writes nothing");
    let run = all.run("copy", &format!("merge ben.postil {options}"));
    assert_eq!((run.status, &run.out), (rehearsal.status, &rehearsal.out), "{options}");
    all.assert_sound("copy");
    let after = all.bytes("copy");
    let again = all.run("copy", &format!("merge ben.postil {options}"));
    assert!(again.err.ends_with("nothing new\n"), "{options}: {}", again.text());
    assert!(all.bytes("copy") == after, "{options}: merging again wrote something");
    let codes = all.ok("copy", "code list --format plain");
    let codes: Vec<&str> = codes.lines().filter_map(|line| line.split('\t').next()).collect();
    format!("{options}\n{}{}\n{}\n\n", run.text(), codes.join(" "), all.said("copy"))
}

#[test]
fn part_of_a_store_comes_with_what_it_refers_to_and_nothing_else() {
    let all = two_coders_in_one_store();
    let parts = [
        "--only coder=cleo",
        "--only document=letter",
        "--only code=norms",
        "--only coder=ben --only document=letter",
        "--only coder=ben --only coder=cleo",
    ];
    let said: String = parts.iter().map(|part| brought(&all, part)).collect();
    expect![[r#"
        --only coder=cleo
        annotations: 2 new
        codes: 1 new
        documents: 1 new
        coders: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power
        letter|Power decides|power|ana|
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition
        third|only one|power|cleo|

        --only document=letter
        annotations: 2 new
        codes: 1 new
        attributes: 1 new
        coders: 2 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power
        letter|Power decides|power|ana|
        letter|So it was|power|ben|past
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition

        --only code=norms
        annotations: 1 new
        codes: 1 new
        coders: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power
        letter|Power decides|power|ana|
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition

        --only coder=ben --only document=letter
        annotations: 1 new
        coders: 1 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms power
        letter|Power decides|power|ana|
        letter|So it was|power|ben|past
        note|Norms bind states|norms|ana|a definition

        --only coder=ben --only coder=cleo
        annotations: 4 new
        codes: 2 new
        documents: 1 new
        coders: 2 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power trust
        letter|Power decides|power|ana|
        letter|So it was|power|ben|past
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition
        note|States speak|trust|ben|
        third|only one|power|cleo|

    "#]]
    .assert_eq(&said);
}

#[test]
fn parts_make_up_the_whole_in_any_order() {
    let all = two_coders_in_one_store();
    all.copy("ana", "parts");
    for part in ["--only coder=cleo", "--only document=letter", "--only code=trust", ""] {
        all.ok("parts", &format!("merge ben.postil {part}"));
        all.assert_sound("parts");
    }
    all.ok("ana", "merge ben.postil");
    assert_eq!(all.content("parts"), all.content("ana"));
}

#[test]
fn a_log_says_what_was_wanted() {
    let all = two_coders_in_one_store();
    all.ok("ana", "merge ben.postil --only coder=cleo --only document=third");
    let log = all.ok("ana", "log --format csv");
    expect![[r#"5,2026-01-31T12:00:00.000Z,ana,merge,"1 annotation new, 1 document new, 1 coder new from ben.postil (only coder cleo, document third)",do,,false"#]].assert_eq(log.lines().nth(1).unwrap());
}

#[test]
fn a_coder_of_theirs_is_another_one_here() {
    let all = two_coders_in_one_store();
    let said: String = ["--as ben=ana", "--as ben=dora", "--as ben=dora --as cleo=ana", "--as ben=ben"]
        .iter()
        .map(|options| brought(&all, options))
        .collect();
    expect![[r#"
        --as ben=ana
        annotations: 4 new
        codes: 2 new
        documents: 1 new
        attributes: 1 new
        coders: 1 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power trust
        letter|Power decides|power|ana|
        letter|So it was|power|ana|past
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition
        note|States speak|trust|ana|
        third|only one|power|cleo|

        --as ben=dora
        annotations: 4 new
        codes: 2 new
        documents: 1 new
        attributes: 1 new
        coders: 1 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power trust
        letter|Power decides|power|ana|
        letter|So it was|power|dora|past
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition
        note|States speak|trust|dora|
        third|only one|power|cleo|

        --as ben=dora --as cleo=ana
        annotations: 4 new
        codes: 2 new
        documents: 1 new
        attributes: 1 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power trust
        letter|Power decides|power|ana|
        letter|So it was|power|dora|past
        letter|so it is|norms/local|ana|
        note|Norms bind states|norms|ana|a definition
        note|States speak|trust|dora|
        third|only one|power|ana|

        --as ben=ben
        annotations: 4 new
        codes: 2 new
        documents: 1 new
        attributes: 1 new
        coders: 1 new
        memos: 1 new
        --- stderr
        change 5; `postil undo` takes it back
        actors actors/state norms norms/local power trust
        letter|Power decides|power|ana|
        letter|So it was|power|ben|past
        letter|so it is|norms/local|cleo|
        note|Norms bind states|norms|ana|a definition
        note|States speak|trust|ben|
        third|only one|power|cleo|

    "#]]
    .assert_eq(&said);
    // Two coders did something new: it has to be said which of them is meant.
    expect![[r#"
        error: `ben.postil` has the work of several coders: cleo, ben
        hint: say whom you mean: `--as cleo=ana`
    "#]]
    .assert_eq(&all.refused("ana", "merge ben.postil --as ana"));
    all.ok("ana", "merge ben.postil --only coder=ben --as ana");
    let said = all.said("ana");
    assert!(said.contains("letter|So it was|power|ana|past") && !said.contains("ben"), "{said}");
}

#[test]
fn one_hand_under_two_handles_says_a_thing_once() {
    let all = Colleagues::ana();
    all.begin("laptop", "--from ana.postil");
    all.ok("laptop", "tag note 'Norms bind states' norms --note 'a definition'");
    all.ok("laptop", "tag note 'States speak' actors/state");
    expect![[r#"
        annotations: 2 new, 1 joined with the same here
        --- stderr
        change 5; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ana", "merge laptop.postil --as ana").text());
    expect![[r#"
        letter|Power decides|power|ana|
        note|Norms bind states|norms|ana|a definition
        note|States speak|actors/state|ana|"#]]
    .assert_eq(&all.said("ana"));
    all.assert_sound("ana");
    // Merged back, the laptop says the same as the desk.
    all.ok("laptop", "merge ana.postil");
    assert_eq!(all.said("laptop"), all.said("ana"));
    all.assert_sound("laptop");
    expect![[r#"
        --- stderr
        nothing new
    "#]]
    .assert_eq(&all.run("ana", "merge laptop.postil --as ana").text());
}

#[test]
fn a_blind_merge_brings_texts_and_the_codebook_and_nothing_that_was_coded() {
    let all = Colleagues::ana();
    all.begin("ben", "--from ana.postil");
    all.ok("ana", "code rename power might");
    all.ok("ana", "tag note 'States speak of norms' norms");
    all.ok("ana", "memo code:norms 'see the note'");
    all.ok("ben", "merge ana.postil --blind");
    assert!(all.ok("ben", "code list --format csv").contains("might"));
    assert_eq!(all.ok("ben", "list --format plain"), "");
    assert_eq!(all.ok("ben", "coder list --format plain"), "");
    // Later, with open eyes, everything comes.
    all.ok("ben", "merge ana.postil");
    assert_eq!(all.ok("ben", "list --format plain").lines().count(), 3);
    all.assert_sound("ben");
}
