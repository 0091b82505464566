//! `log`, `undo` and `redo`, as people meet them.

use expect_test::expect;

use crate::project::Project;

/// Six changes on a small project: document, codes, two tags, a retag, a note.
fn worked() -> Project {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    project.ok("tag note:p1 actors/state --note 'a first thought'");
    project.ok("retag 1 actors/state");
    project.ok("note 2 'a second thought'");
    project
}

#[test]
fn the_log_says_who_did_what_and_what_no_longer_holds() {
    let project = worked();
    project.ok("undo");
    expect![[r#"
        Change  When                  Coder  Command       What
             7  2026-01-31 12:00 UTC  ana    undo          undid change 6: note of #2 replaced
             6  2026-01-31 12:00 UTC  ana    note          note of #2 replaced                  undone
             5  2026-01-31 12:00 UTC  ana    retag         1 annotation retagged actors/state
             4  2026-01-31 12:00 UTC  ana    tag           1 passage tagged actors/state
             3  2026-01-31 12:00 UTC  ana    tag           1 passage tagged norms
             2  2026-01-31 12:00 UTC  ana    code add      3 codes added
             1  2026-01-31 12:00 UTC  ana    document add  document note added
    "#]]
    .assert_eq(&project.ok("log"));
    expect![[r#"
        {"change":7,"at":"2026-01-31T12:00:00.000Z","coder":"ana","command":"undo","summary":"undid change 6: note of #2 replaced","kind":"undo","target":6,"undone":false}
        {"change":6,"at":"2026-01-31T12:00:00.000Z","coder":"ana","command":"note","summary":"note of #2 replaced","kind":"do","target":null,"undone":true}
    "#]].assert_eq(&project.ok("log --limit 2 --format jsonl"));
}

#[test]
fn one_change_is_shown_record_by_record_with_names() {
    let project = worked();
    expect![[r#"
        change 5, 2026-01-31 12:00 UTC, ana: 1 annotation retagged actors/state
        #1 code: norms -> actors/state
    "#]]
    .assert_eq(&project.ok("log 5"));
    expect![[r#"
        change,at,coder,entity,uuid,record,edit,field,before,after
        2,2026-01-31T12:00:00.000Z,ana,code,019c13ec-9e00-7404-92a7-64fb9e14577d,code norms,added,,,
        2,2026-01-31T12:00:00.000Z,ana,code,019c13ec-9e00-7404-92a7-64fc40f3ceb5,code actors,added,,,
        2,2026-01-31T12:00:00.000Z,ana,code,019c13ec-9e00-7404-92a7-64fc638cb9f8,code actors/state,added,,,
    "#]]
    .assert_eq(&project.ok("log 2 --format csv"));
}

#[test]
fn a_record_is_followed_through_its_life_and_beyond() {
    let project = worked();
    project.ok("untag 1");
    expect![[r#"
        3       2026-01-31 12:00 UTC  ana  #1 added: note:0-5 norms ana
        5       2026-01-31 12:00 UTC  ana  #1 code: norms -> actors/state
        7       2026-01-31 12:00 UTC  ana  #1 removed: note:0-5 actors/state ana
    "#]]
    .assert_eq(&project.ok("log --of '#1'"));
    project.ok("code rename norms rules");
    project.ok("code remove rules");
    expect![[r#"
        2       2026-01-31 12:00 UTC  ana  code rules added
        8       2026-01-31 12:00 UTC  ana  code rules name: norms -> rules
        9       2026-01-31 12:00 UTC  ana  code rules removed
    "#]]
    .assert_eq(&project.ok("log --of code:rules"));
    project.ok("document remove note");
    expect![[r#"
        1       2026-01-31 12:00 UTC  ana  document note added: note.txt utf-8
        10      2026-01-31 12:00 UTC  ana  document note removed: note.txt utf-8
    "#]]
    .assert_eq(&project.ok("log --of note"));
}

#[test]
fn undo_and_redo_walk_back_and_forth_and_every_state_comes_back_exactly() {
    let project = worked();
    let mut states = vec![project.dump()];
    for _ in 0..6 {
        project.ok("undo");
        states.push(project.dump());
    }
    assert_eq!(states.len(), 7);
    for pair in states.windows(2) {
        assert_ne!(content(&pair[0]), content(&pair[1]), "an undo did nothing");
    }
    expect![[r#"
        error: there is nothing to undo
        hint: `postil log` shows what was done
    "#]]
    .assert_eq(&project.refused("undo"));
    for state in states.iter().rev().skip(1) {
        project.ok("redo");
        assert_eq!(content(&project.dump()), content(state));
    }
    expect![[r#"
        error: there is nothing to redo
        hint: `postil log` shows what was done; what is marked undone can be redone
    "#]]
    .assert_eq(&project.refused("redo"));
    project.ok("check");
}

/// A dump without its lineage columns: an undo is a new version with the old content.
fn content(dump: &str) -> String {
    dump.split_whitespace()
        .map(|word| if word.contains(",v") { word.split(",v").next().unwrap_or(word) } else { word })
        .filter(|word| !(word.len() == 17 && word.starts_with('v')))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn undo_says_what_it_took_back_and_how_to_have_it_again() {
    let project = worked();
    expect![[r#"
        --- stderr
        undid change 6: note of #2 replaced
        hint: `postil redo` brings it back
    "#]]
    .assert_eq(&project.run("undo").text());
    expect![[r#"
        --- stderr
        redid change 6: note of #2 replaced
    "#]]
    .assert_eq(&project.run("redo").text());
    // An undo is a change: taking it back is a redo.
    project.ok("undo 6");
    expect![[r#"
        --- stderr
        redid change 6: note of #2 replaced
    "#]]
    .assert_eq(&project.run("undo 9").text());
}

#[test]
fn a_change_in_the_way_is_named_and_nothing_is_written() {
    let project = worked();
    expect![[r#"
        error: can't undo change 3: a later change touched the same annotation: change 5 (1 annotation retagged actors/state)
        hint: `postil undo 5` first, or see `postil log 5`
    "#]].assert_eq(&project.refused("undo 3"));
    expect![[r#"
        error: can't undo change 1: a later change uses the same document: change 5 (1 annotation retagged actors/state)
        hint: `postil undo 5` first, or see `postil log 5`
    "#]].assert_eq(&project.refused("undo 1"));
    expect![[r#"
        error: can't undo change 2: a later change uses the same code: change 5 (1 annotation retagged actors/state)
        hint: `postil undo 5` first, or see `postil log 5`
    "#]].assert_eq(&project.refused("undo 2"));
    project.ok("undo 5");
    project.ok("undo 3");
    expect![[r#"
        error: can't redo change 5: a later change touched the same annotation: change 8 (undid change 3: 1 passage tagged norms)
        hint: `postil redo 3` first, or see `postil log 8`
    "#]].assert_eq(&project.refused("redo 5"));
}

#[test]
fn a_redo_does_not_slip_past_newer_work_unless_it_is_named() {
    let project = worked();
    project.ok("undo");
    project.ok("code add threats");
    expect![[r#"
        error: something else was done since change 6 was undone: change 8: code threats added
        hint: `postil redo 6` redoes it all the same, if nothing stands in the way
    "#]]
    .assert_eq(&project.refused("redo"));
    project.ok("redo 6");
    project.ok("check");
}

#[test]
fn what_an_undo_would_leave_dangling_or_double_is_refused_in_words() {
    let project = Project::small();
    // A code that is used again, and a name that is taken again.
    project.ok("code add threats");
    project.ok("tag note:0-5 threats");
    expect![[r#"
        error: can't undo change 3: a later change uses the same code: change 4 (1 passage tagged threats)
        hint: `postil undo 4` first, or see `postil log 4`
    "#]]
    .assert_eq(&project.refused("undo 3"));
    project.ok("code remove threats --force");
    project.ok("code add threats");
    expect![[r#"
        error: can't undo change 5: it would bring back a code `threats` where another one stands now: change 6 (code threats added)
        hint: `postil undo 6` first, or see `postil log 6`
    "#]].assert_eq(&project.refused("undo 5"));
    // Two moves that together would make a circle.
    project.ok("code add a/b");
    project.ok("code move a/b /");
    project.ok("code move a b");
    expect![[r#"
        error: can't undo change 8: the code `b` would stand below itself: change 9 (code a moved to b/a)
        hint: `postil undo 9` first, or see `postil log 9`
    "#]]
    .assert_eq(&project.refused("undo 8"));
    project.ok("check");
}

#[test]
fn numbers_that_name_no_change_and_records_that_never_were_are_refused() {
    let project = worked();
    expect![[r#"
        error: there is no change 99
        hint: `postil log` shows those there are
    "#]]
    .assert_eq(&project.refused("undo 99"));
    expect![[r#"
        error: `soon` is not the number of a change
        hint: changes have numbers such as 12; `postil log` shows them in its first column
    "#]]
    .assert_eq(&project.refused("redo soon"));
    expect![[r#"
        error: `0` is not the number of a change
        hint: changes have numbers such as 12; `postil log` shows them in its first column
    "#]]
    .assert_eq(&project.refused("undo 0"));
    expect![[r#"
        error: there is no change 99
        hint: `postil log` shows those there are
    "#]]
    .assert_eq(&project.refused("log 99"));
    expect![[r#"
        error: there never was an annotation `#99`
        hint: `postil log --of '#12'` follows an annotation, `--of DOCUMENT` a text, `--of code:PATH` a code
    "#]]
    .assert_eq(&project.refused("log --of '#99'"));
    expect![[r#"
        error: there is no document `nota`
        hint: did you mean `note`?
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&project.refused("log --of nota"));
    expect![[r#"
        error: there is no code `norm`
        hint: did you mean `norms`?
        hint: `postil code add norm` adds it, `postil code list` shows the codebook
    "#]]
    .assert_eq(&project.refused("log --of code:norm"));
    expect![[r#"
        error: change 3 is in effect: there is nothing to redo
        hint: `postil undo 3` takes it back
    "#]]
    .assert_eq(&project.refused("redo 3"));
}
