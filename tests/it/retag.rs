//! Changing what was said: `untag`, `retag`, `note`, `extend`.

use expect_test::expect;

use crate::project::Project;
use crate::stored::{said, told, undoes_and_redoes};

#[test]
fn untag_takes_ids_or_a_passage_with_its_codes() {
    let project = Project::small();
    for line in [
        "tag note:0-5 norms actors/state",
        "tag note:6-10 norms",
        "tag note:s2 norms",
        "tag note:l3 actors/state",
    ] {
        project.ok(line);
    }
    let full = said(&project);
    expect![[r#"
        --- stderr
        removed #1 note:0-5 norms “Norms”
        removed #2 note:0-5 actors/state “Norms”
        hint: `postil undo` brings them back
    "#]]
    .assert_eq(&told(project.run("untag 1 #2 1")));
    let after = said(&project);
    undoes_and_redoes(&project, &full, &after);
    expect![[r#"
        --- stderr
        removed #3 note:6-10 norms “bind”
        hint: `postil undo` brings it back
    "#]]
    .assert_eq(&told(project.run("untag note bind norms")));
    expect![[r#"
        --- stderr
        removed #4 note:20-76 norms “States speak of norms; norms “bind” — at times — nobody.”
        hint: `postil undo` brings it back
    "#]]
    .assert_eq(&told(project.run_with("untag -", b"#4\tnote\t20\n")));
    expect![[r#"
        --- stderr
        removed #5 note:20-76 actors/state “States speak of norms; norms “bind” — at times — nobody.”
        hint: `postil undo` brings it back
    "#]]
    .assert_eq(&told(project.run_with("untag - actors/state", b"note:l3\n")));
    assert_eq!(said(&project), "");
}

#[test]
fn untag_refuses_what_is_not_there_or_not_yours() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    project.ok("tag note:6-10 norms --coder ben");
    let mut log = String::new();
    for line in [
        "untag 99",
        "untag 0",
        "untag 1 2",
        "untag note:6-10 norms",
        "untag note:0-6 norms",
        "untag note:0-6 actors/state",
        "untag note:0-5 nroms",
        "untag note:0-5",
        "untag note:1-5",
        "untag nobody",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[r#"
        $ postil untag 99
        error: there is no annotation #99
        hint: `postil list` shows those there are; `postil log --of '#99'` shows what became of it
        $ postil untag 0
        error: there is no document `0`
        hint: `postil document list` shows them
        $ postil untag 1 2
        error: #2 was said by `ben`, and you are `ana`
        hint: `--coder ben` acts as ben
        hint: `--all-coders` removes what others said too
        $ postil untag note:6-10 norms
        error: #2 was said by `ben`, and you are `ana`
        hint: `--coder ben` acts as ben
        hint: `--all-coders` removes what others said too
        $ postil untag note:0-6 norms
        error: `note:0-6` is not tagged norms
        hint: the nearest that is: #1 `note:0-5` by ana: "Norms"
        $ postil untag note:0-6 actors/state
        error: `note:0-6` is not tagged actors/state
        hint: nothing in `note` is
        $ postil untag note:0-5 nroms
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `--create` adds it to the codebook, `postil code list` shows the codebook
        $ postil untag note:0-5
        error: which code is to be taken off `note:0-5`?
        hint: `postil untag 1` takes off norms
        $ postil untag note:1-5
        error: which code is to be taken off `note:1-5`?
        hint: nobody has said anything of this very passage
        $ postil untag nobody
        error: there is no document `nobody`
        hint: `postil document list` shows them
    "#]]
    .assert_eq(&log);
    expect![[r#"
        --- stderr
        removed #1 note:0-5 norms “Norms”
        removed #2 note:6-10 norms “bind”
        hint: `postil undo` brings them back
    "#]]
    .assert_eq(&told(project.run("untag 1 2 --all-coders")));
}

#[test]
fn retag_gives_another_code_and_joins_what_becomes_the_same() {
    let project = Project::small();
    project.ok("tag note:0-5 norms actors/state --note 'both'");
    project.ok("tag note:6-10 norms");
    let before = said(&project);
    expect![[r#"
        --- stderr
        #3 note:6-10 actors/state “bind” (was norms)
    "#]]
    .assert_eq(&told(project.run("retag 3 actors/state")));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[r#"
        --- stderr
        already: #3 note:6-10 actors/state “bind”
    "#]]
    .assert_eq(&told(project.run("retag 3 actors/state")));
    project.ok("note 1 'of the norm'");
    let before = said(&project);
    expect![[r#"
        --- stderr
        #2 note:0-5 actors/state “Norms” was there before: #1 (norms) is part of it now
        already: #3 note:6-10 actors/state “bind”
    "#]]
    .assert_eq(&told(project.run("retag #1 3 actors/state")));
    expect![[r##"
        #2 ana note:0-5 actors/state "both\n\nof the norm"
        #3 ana note:6-10 actors/state
    "##]]
    .assert_eq(&said(&project));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[r#"
        --- stderr
        threats is in the codebook now
        threats/war is in the codebook now
        #2 note:0-5 threats/war “Norms” (was actors/state)
        #3 note:6-10 threats/war “bind” (was actors/state)
    "#]]
    .assert_eq(&told(project.run("retag 2 3 threats/war --create")));
}

#[test]
fn annotations_that_retag_makes_equal_become_one() {
    let project = Project::small();
    project.ok("tag note:0-5 norms actors actors/state --create");
    let before = said(&project);
    expect![[r#"
        --- stderr
        threats is in the codebook now
        #1 note:0-5 threats “Norms” (was norms)
        #1 note:0-5 threats “Norms” was there before: #2 (actors) is part of it now
        #1 note:0-5 threats “Norms” was there before: #3 (actors/state) is part of it now
    "#]]
    .assert_eq(&told(project.run("retag 1 2 3 threats --create")));
    let after = said(&project);
    expect![[r#"
        #1 ana note:0-5 threats
    "#]]
    .assert_eq(&after);
    undoes_and_redoes(&project, &before, &after);
}

#[test]
fn note_writes_replaces_and_takes_away() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let bare = said(&project);
    let mut log = String::new();
    log += &told(project.run("note 1 'see p. 4'"));
    let noted = said(&project);
    undoes_and_redoes(&project, &bare, &noted);
    log += &told(project.run("note #1 'see p. 4'"));
    log += &told(project.run_with("note 1 -", b"from\r\nthe pipe\n"));
    assert_eq!(said(&project), "#1 ana note:0-5 norms \"from\\nthe pipe\"\n");
    log += &told(project.run("note 1 --clear"));
    log += &told(project.run("note 1 --clear"));
    expect![[r#"
        --- stderr
        note added: #1 note:0-5 norms “Norms”
        --- stderr
        that is its note already: #1 note:0-5 norms “Norms”
        --- stderr
        note replaced: #1 note:0-5 norms “Norms”
        hint: `postil undo` brings the former note back
        --- stderr
        note taken away: #1 note:0-5 norms “Norms”
        --- stderr
        it has no note: #1 note:0-5 norms “Norms”
    "#]]
    .assert_eq(&log);
    assert_eq!(said(&project), bare);
}

#[test]
fn extend_moves_the_bounds_within_the_document() {
    let project = Project::small();
    project.ok("tag note:6-10 norms");
    let before = said(&project);
    let mut log = told(project.run("extend 1 note:0-10"));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    log += &told(project.run("extend 1 'bind states.'"));
    log += &told(project.run("extend 1 'note:\"Norms bind\"'"));
    log += &told(project.run("extend 1 note:p1"));
    log += &told(project.run("extend 1 note:p1"));
    log += &told(project.run("extend 1 note"));
    expect![[r#"
        --- stderr
        #1 note:0-10 norms “Norms bind” (was 6-10)
        --- stderr
        #1 note:6-18 norms “bind states.” (was 0-10)
        --- stderr
        #1 note:0-10 norms “Norms bind” (was 6-18)
        --- stderr
        #1 note:0-18 norms “Norms bind states.” (was 0-10)
        --- stderr
        that is its passage already: #1 note:0-18 norms “Norms bind states.”
        --- stderr
        #1 note:0-77 norms “Norms bind states. States speak of norms; norms “bind” — at times — nobody.” (was 0-18)
    "#]].assert_eq(&log);
    // A word that occurs twice means the occurrence the annotation is on.
    project.ok("extend 1 note:s2");
    project.ok("tag note:0-18 norms");
    expect![[r#"
        --- stderr
        #2 note:6-10 norms “bind” (was 0-18)
    "#]]
    .assert_eq(&told(project.run("extend 2 bind")));
    let before = said(&project);
    expect![[r#"
        --- stderr
        #1 note:20-76 norms “States speak of norms; norms “bind” — at times — nobody.” was there before: #2 is part of it now
    "#]].assert_eq(&told(project.run("extend 2 note:s2")));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
}

#[test]
fn what_others_said_is_theirs_and_what_is_not_there_is_refused() {
    let project = Project::small();
    project.write("other.txt", "Another text.\n");
    project.ok("document add other.txt");
    project.ok("tag note:0-5 norms");
    project.ok("tag note:20-26 norms --coder ben");
    let mut log = String::new();
    for line in [
        "retag 2 actors/state",
        "note 2 mine",
        "extend 2 note:0-5",
        "retag 1 nroms",
        "retag 9 norms",
        "retag one norms",
        "note 9 x",
        "note 1 ''",
        "extend 9 note:0-5",
        "extend 1 other:0-5",
        "extend 1 note:0-500",
        "extend 1 note:5-0",
        "extend 1 'nobody knows'",
        "extend 1 norms",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[r#"
        $ postil retag 2 actors/state
        error: #2 was said by `ben`, and you are `ana`
        hint: `--coder ben` acts as ben
        $ postil note 2 mine
        error: #2 was said by `ben`, and you are `ana`
        hint: `--coder ben` acts as ben
        $ postil extend 2 note:0-5
        error: #2 was said by `ben`, and you are `ana`
        hint: `--coder ben` acts as ben
        $ postil retag 1 nroms
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `--create` adds it to the codebook, `postil code list` shows the codebook
        $ postil retag 9 norms
        error: there is no annotation #9
        hint: `postil list` shows those there are; `postil log --of '#9'` shows what became of it
        $ postil retag one norms
        error: `one` is not the id of an annotation
        hint: ids are numbers such as 1532; `postil list` shows them in its first column
        $ postil note 9 x
        error: there is no annotation #9
        hint: `postil list` shows those there are; `postil log --of '#9'` shows what became of it
        $ postil note 1 ''
        error: the note is empty
        hint: `postil note ID --clear` takes a note away
        $ postil extend 9 note:0-5
        error: there is no annotation #9
        hint: `postil list` shows those there are; `postil log --of '#9'` shows what became of it
        $ postil extend 1 other:0-5
        error: #1 is in `note`, and `other:0-5` is elsewhere
        hint: an annotation stays in its document: `postil extend 1 note:0-5`
        hint: to tag the other passage, type `postil tag`
        $ postil extend 1 note:0-500
        error: `0-500` is past the end of `note`, which has 77 characters
        hint: the whole text is `note:0-77`
        $ postil extend 1 note:5-0
        error: `5-0` is not a place in a text: its end comes before its start
        hint: did you mean `note:0-5`?
        $ postil extend 1 'nobody knows'
        error: `nobody knows` does not occur in `note`
        hint: look for one of its words: `postil find WORD`
        $ postil extend 1 norms
        error: `norms` occurs 2 times in `note`, and it is not clear which is meant for #1
        hint: `postil extend 1 note:36-41`
        hint: `postil extend 1 note:43-48`
    "#]]
    .assert_eq(&log);
    project.ok("retag 2 actors/state --coder ben");
}
