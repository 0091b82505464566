//! `merge STORE…`: what a colleague did comes in.

use expect_test::expect;

use super::colleagues::Colleagues;

/// Ana and Ben, who both went on in stores that began alike.
fn both_went_on() -> Colleagues {
    let all = Colleagues::ana_and_ben();
    all.ok("ben", "tag note 'States speak' actors/state");
    all.ok("ben", "tag letter 'So it was' power --note past");
    all.ok("ben", "code add trust");
    all.ok("ben", "document set note year=2019");
    all.ok("ana", "tag letter 'so it is' power --note present");
    all
}

#[test]
fn what_is_new_comes_in_as_one_change_and_merging_again_changes_nothing() {
    let all = both_went_on();
    let before = all.bytes("ana");
    let rehearsal = all.run("ana", "merge ben.postil --dry-run");
    expect![[r#"
        annotations: 2 new
        codes: 1 new
        attributes: 1 new
        coders: 1 new
        --- stderr
        hint: this was a rehearsal: nothing was written; leave `--dry-run` out to do it
    "#]]
    .assert_eq(&rehearsal.text());
    assert!(all.bytes("ana") == before, "a rehearsal writes nothing");
    let theirs = all.bytes("ben");
    let run = all.run("ana", "merge ben.postil");
    assert_eq!((run.status, &run.out), (rehearsal.status, &rehearsal.out));
    expect![[r#"
        change 6; `postil undo` takes it back
    "#]]
    .assert_eq(&run.err);
    assert!(all.bytes("ben") == theirs, "the other store is never written");
    expect![[r#"
        letter|Power decides|power|ana|
        letter|So it was|power|ben|past
        letter|so it is|power|ana|present
        note|Norms bind states|norms|ana|a definition
        note|States speak|actors/state|ben|"#]]
    .assert_eq(&all.said("ana"));
    all.assert_sound("ana");
    let (after, log) = (all.bytes("ana"), all.ok("ana", "log"));
    expect!["     6  2026-01-31 12:00 UTC  ana    merge         2 annotations new, 1 code new, 1 attribute new, 1 coder new from ben.postil"].assert_eq(log.lines().nth(1).unwrap());
    expect![[r#"
        --- stderr
        nothing new
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
    assert!(all.bytes("ana") == after, "merging again wrote something");
    // Whoever merges whom, both end alike.
    all.ok("ben", "merge ana.postil");
    assert_eq!(all.dump("ben"), all.dump("ana"));
    expect![[""]].assert_eq(&all.run("ana", "-q merge ben.postil").text());
}

#[test]
fn a_merge_is_undone_and_done_again() {
    let all = both_went_on();
    let before = all.content("ana");
    all.ok("ana", "merge ben.postil");
    let after = all.content("ana");
    all.ok("ana", "undo");
    assert_eq!(all.content("ana"), before);
    all.ok("ana", "redo");
    assert_eq!(all.content("ana"), after);
    all.ok("ana", "undo");
    // What was undone is not forgotten by him who did it, and comes again when it is asked for again.
    all.ok("ana", "merge ben.postil");
    assert_eq!(all.content("ana"), after);
    all.assert_sound("ana");
}

#[test]
fn two_stores_at_once_are_one_after_the_other() {
    let all = both_went_on();
    all.begin("cleo", "--from ana.postil");
    all.ok("cleo", "tag note 'States speak' actors/state");
    all.ok("cleo", "code edit norms --description 'what ought to be'");
    all.copy("ana", "one-by-one");
    all.copy("ana", "turned");
    expect![[r#"
        annotations: 3 new
        codes: 1 new, 1 changed
        attributes: 1 new
        coders: 2 new
        --- stderr
        change 6; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil cleo.postil").text());
    all.ok("one-by-one", "merge ben.postil");
    all.ok("one-by-one", "merge cleo.postil");
    all.ok("turned", "merge cleo.postil ben.postil");
    assert_eq!(all.content("one-by-one"), all.content("ana"));
    assert_eq!(all.content("turned"), all.content("ana"));
    for who in ["ana", "one-by-one", "turned"] {
        expect![[r#"
            --- stderr
            nothing new
        "#]]
        .assert_eq(&all.run(who, "merge ben.postil cleo.postil ben.postil").text());
        all.assert_sound(who);
    }
}

#[test]
fn different_fields_are_put_together_and_the_same_field_is_a_conflict() {
    let all = Colleagues::ana_and_ben();
    all.ok("ben", "retag 1 power --coder ana");
    all.ok("ana", "note 1 'from ana'");
    all.ok("ben", "note 2 'from ben' --coder ana");
    all.ok("ana", "code edit power --description 'who decides'");
    all.ok("ben", "code edit power --description 'who is obeyed'");
    all.ok("ben", "code edit norms --hex '#112233'");
    let before = all.bytes("ana");
    let rehearsal = all.run("ana", "merge ben.postil --dry-run");
    expect![[r#"
        annotations: 1 changed, 1 merged
        codes: 1 changed, 1 in conflict
        --- stderr
        warning: code power is in conflict: description
        would do: code norms color: nothing -> #112233
        would do: #2 note: nothing -> from ben
        would do: #1 code: norms -> power
        hint: this was a rehearsal: nothing was written; leave `--dry-run` out to do it
        --- status Some(3)
    "#]]
    .assert_eq(&rehearsal.text());
    assert!(all.bytes("ana") == before);
    let run = all.run("ana", "merge ben.postil");
    assert_eq!((run.status, &run.out), (rehearsal.status, &rehearsal.out));
    expect![[r#"
        warning: code power is in conflict: description
        change 7; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
    "#]]
    .assert_eq(&run.err);
    expect![[r#"
        letter|Power decides|power|ana|from ben
        note|Norms bind states|power|ana|from ana"#]]
    .assert_eq(&all.said("ana"));
    all.assert_sound("ana");
    let after = all.bytes("ana");
    // A question that is open already is not asked again.
    expect![[r#"
        --- stderr
        nothing new
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
    assert!(all.bytes("ana") == after);
}

#[test]
fn what_was_deleted_here_and_nobody_touched_stays_away() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "untag 1");
    all.ok("ben", "code remove actors --force");
    expect![[r#"
        codes: 2 deleted
        --- stderr
        change 6; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
    assert!(!all.said("ana").contains("Norms bind states"));
    all.ok("ben", "merge ana.postil");
    assert!(!all.said("ben").contains("Norms bind states"));
    all.assert_sound("ben");
}

#[test]
fn what_was_deleted_here_and_is_needed_there_lives_on_and_is_a_question() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "code remove power --force");
    all.ok("ana", "document remove note");
    all.ok("ben", "tag letter 'so it is' power");
    all.ok("ben", "note 1 'still wanted' --coder ana");
    expect![[r#"
        annotations: 1 new, 1 changed, 1 in conflict
        codes: 1 changed, 1 in conflict
        documents: 1 changed, 1 in conflict
        coders: 1 new
        --- stderr
        warning: document note is in conflict: deleted
        warning: code power is in conflict: deleted
        warning: #1 is in conflict: deleted
        change 7; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
    expect![[r#"
        letter|so it is|power|ben|
        note|Norms bind states|norms|ana|still wanted"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        conflict 1, document note
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          here       note · 38bb87fb6cd2468647b2e246d26a2e8825dc5af8b3a80f99506b5127028bfb50 · note.txt · utf-8
          other side (deleted)

        conflict 2, code power
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          here       power
          other side (deleted)

        conflict 3, #1
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          here       note:0-17 · norms · ana · still wanted
          other side (deleted)
        --- stderr
        hint: `postil resolve 1 --ours` keeps what is here, `--theirs` takes the other side
        --- status Some(3)
    "#]].assert_eq(&all.run("ana", "conflicts").text());
    all.assert_sound("ana");
    all.ok("ana", "undo");
    expect![[r#""#]].assert_eq(&all.said("ana"));
    expect![[r#"
        --- stderr
        no conflicts
    "#]]
    .assert_eq(&all.run("ana", "conflicts --format csv").text().replace(HEADER, ""));
}

const HEADER: &str = "conflict,record,uuid,field,ours,theirs,at,coder,source,row\n";

#[test]
fn a_refused_merge_says_why_and_leaves_everything_alone() {
    let all = both_went_on();
    let theirs = all.bytes("ben");
    all.project.write("notes.txt", "These are my notes, and they are not a database at all.\n");
    let lines = [
        "merge ana.postil",
        "merge ./ana.postil",
        "merge ben.postil ana.postil",
        "merge absent.postil",
        "merge notes.txt",
        "merge .",
        "merge ben.postil --only coder=bem",
        "merge ben.postil --only document=nota",
        "merge ben.postil --only code=actors/stat",
        "merge ben.postil --as bem=ana",
    ];
    let said: Vec<String> =
        lines.iter().map(|line| format!("$ postil {line}\n{}", all.refused("ana", line))).collect();
    expect![[r#"
        $ postil merge ana.postil
        error: `ana.postil` is the store that is open
        hint: name the store of somebody else; `--store FILE` says which one it comes into
        $ postil merge ./ana.postil
        error: `./ana.postil` is the store that is open
        hint: name the store of somebody else; `--store FILE` says which one it comes into
        $ postil merge ben.postil ana.postil
        error: `ana.postil` is the store that is open
        hint: name the store of somebody else; `--store FILE` says which one it comes into
        $ postil merge absent.postil
        error: there is no file `absent.postil`
        hint: name a store that somebody else began with `postil init`: PATH/TO/NAME.postil
        $ postil merge notes.txt
        error: `notes.txt` is not a postil store
        $ postil merge .
        error: `.` is a folder, not a store
        hint: name the file in it that ends in `.postil`
        $ postil merge ben.postil --only coder=bem
        error: `ben.postil`: there is no coder `bem`
        hint: did you mean `ben`?
        hint: `postil --store ben.postil coder list` shows them
        $ postil merge ben.postil --only document=nota
        error: `ben.postil`: there is no document `nota`
        hint: did you mean `note`?
        hint: `postil --store ben.postil document list` shows them
        $ postil merge ben.postil --only code=actors/stat
        error: `ben.postil`: there is no code `actors/stat`
        hint: did you mean `actors/state`?
        $ postil merge ben.postil --as bem=ana
        error: `ben.postil`: there is no coder `bem`
        hint: did you mean `ben`?
        hint: `postil --store ben.postil coder list` shows them
    "#]]
    .assert_eq(&said.join(""));
    assert!(all.bytes("ben") == theirs);
    let usage = [
        "merge",
        "merge ben.postil --only year=2019",
        "merge ben.postil --only ben",
        "merge ben.postil --as =",
    ];
    let said: Vec<String> = usage
        .iter()
        .map(|line| {
            let run = all.run("ana", line);
            assert_eq!(run.status, Some(2), "{line}: {}", run.text());
            format!("$ postil {line}\n{}", run.err)
        })
        .collect();
    expect![[r#"
        $ postil merge
        error: the following required arguments were not provided:
          <STORE>...

        Usage: postil merge <STORE>...

        For more information, try '--help'.
        $ postil merge ben.postil --only year=2019
        error: `year` is nothing that a merge can be limited to
        hint: write `--only coder=HANDLE`, `--only document=NAME` or `--only code=PATH`
        $ postil merge ben.postil --only ben
        error: invalid value 'ben' for '--only <WHAT=NAME>': write coder=HANDLE, document=NAME or code=PATH

        For more information, try '--help'.
        $ postil merge ben.postil --as =
        error: invalid value '=' for '--as <[THEIRS=]OURS>': write the handle here, or THEIRS=OURS, as in user=ben

        For more information, try '--help'.
    "#]].assert_eq(&said.join(""));
    // The private copy is gone, whatever came of it.
    let mut left: Vec<String> = std::fs::read_dir(all.project.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().display().to_string())
        .collect();
    left.sort();
    assert_eq!(left.join(" "), "ana.postil ben.postil letter.txt note.txt notes.txt");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_open_store_is_the_open_store() {
    let all = Colleagues::ana();
    std::os::unix::fs::symlink(all.project.path("ana.postil"), all.project.path("link.postil")).unwrap();
    expect![[r#"
        error: `link.postil` is the store that is open
        hint: name the store of somebody else; `--store FILE` says which one it comes into
    "#]]
    .assert_eq(&all.refused("ana", "merge link.postil"));
}

#[test]
fn a_large_loss_is_asked_for_twice() {
    let all = Colleagues::ana();
    let text: String = (0..100).map(|word| format!("word{word} ")).collect();
    all.project.write("long.txt", text);
    all.ok("ana", "document add long.txt");
    let rows: String = (0..40).map(|row| format!("long,{},{},norms\n", row * 2, row * 2 + 3)).collect();
    all.project.write("rows.csv", format!("document,start,end,code\n{rows}"));
    all.ok("ana", "import csv rows.csv");
    all.begin("ben", "--from ana.postil --with-annotations");
    let all_of_them: String = (1..=42).map(|id| format!("{id} ")).collect();
    all.ok("ben", &format!("untag {all_of_them} --coder ana"));
    expect![[r#"
        error: the merge would change or delete 42 of 42 annotations, more than a fifth; nothing was written
        hint: look at it with `--dry-run`; if it is meant, add `--yes`
    "#]]
    .assert_eq(&all.refused("ana", "merge ben.postil"));
    let rehearsal = all.run("ana", "merge ben.postil --dry-run");
    let run = all.run("ana", "merge ben.postil --yes");
    assert_eq!((run.status, &run.out), (rehearsal.status, &rehearsal.out));
    expect![[r#"
        annotations: 42 deleted
        --- stderr
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&run.text());
    all.ok("ana", "undo");
    assert!(all.said("ana").lines().count() > 40);
}

#[test]
fn a_code_that_two_made_and_one_renamed_is_news_once() {
    for first in ["ana", "ben"] {
        let all = Colleagues::ana_and_ben();
        let second = if first == "ana" { "ben" } else { "ana" };
        all.ok(first, "code add trust");
        all.ok(second, "code add trust");
        // In one store the two are one by their path; in the other the code is then called something else.
        all.ok("ben", "merge ana.postil");
        all.ok("ana", "code rename trust confidence");
        all.ok("ana", "merge ben.postil");
        all.ok("ben", "merge ana.postil");
        for (who, other) in [("ana", "ben"), ("ben", "ana")] {
            let before = all.bytes(who);
            assert_eq!(
                all.run(who, &format!("merge {other}.postil")).err,
                "nothing new\n",
                "{who} after {first}"
            );
            assert!(all.bytes(who) == before, "{who}: merging again wrote something");
            all.assert_sound(who);
        }
    }
}
