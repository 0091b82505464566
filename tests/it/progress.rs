//! `assign`, `done`, `progress`: who is to read what, and who has.

use expect_test::expect;

use crate::colleagues::Colleagues;
use crate::project::Project;

/// Four documents, and two passages that ana tagged in the first.
fn four() -> Project {
    let project = Project::new();
    for (name, theme) in [("alpha", "x"), ("beta", "x"), ("gamma", "y"), ("delta", "y")] {
        project.write(&format!("{name}.txt"), format!("Norms of {name} bind states.\n"));
        project.ok(&format!("document add {name}.txt --set theme={theme}"));
    }
    project.ok("code add norms");
    project.ok("tag alpha:0-5 norms");
    project.ok("tag alpha:3-8 norms");
    project
}

fn table(project: &Project) -> String {
    project.ok("progress")
}

#[test]
fn what_is_assigned_begun_started_and_read_has_a_state_of_its_own() {
    let project = four();
    project.ok("assign alpha beta --to ana");
    project.ok("assign --where theme=y --to ben,cleo");
    project.ok("tag gamma:0-5 norms --coder ben");
    project.ok("tag beta:0-5 norms --coder cleo");
    project.ok("done beta --coder ana");
    project.ok("done gamma delta --coder cleo");
    project.ok("done gamma --coder ben");
    expect![[r#"
        Document  Characters  ana             ben       cleo
        alpha             28  in progress, 2
        beta              27  done, 0                   started, 1
        delta             28                  assigned  done, 0
        gamma             28                  done, 1   done, 0
        (read)           111  1 of 2          1 of 2    2 of 3
        --- stderr
        1 of 4 documents was read by two or more coders: 25.2 % of the text
    "#]]
    .assert_eq(&project.run("progress").text());
    expect![[r#"
        document,coder,state,annotations,covered,characters
        alpha,ana,in progress,2,8,28
        alpha,ben,,0,0,28
        alpha,cleo,,0,0,28
        beta,ana,done,0,0,27
        beta,ben,,0,0,27
        beta,cleo,started,1,5,27
        delta,ana,,0,0,28
        delta,ben,assigned,0,0,28
        delta,cleo,done,0,0,28
        gamma,ana,,0,0,28
        gamma,ben,done,1,5,28
        gamma,cleo,done,0,0,28
    "#]]
    .assert_eq(&project.ok("progress --format csv"));
    expect![[r#"
        coder,documents,done,begun,waiting,annotations,read
        ana,2,1,1,0,2,27
        ben,2,1,0,1,1,28
        cleo,3,2,1,0,1,56
    "#]]
    .assert_eq(&project.ok("progress --by coder --format csv"));
    expect![[r#"
        Coder  Documents  Done  Begun  Not begun  Annotations  Text read
        cleo           2     2      0          0            0         56
    "#]]
    .assert_eq(&project.run("progress --where theme=y --by-coder cleo --by coder").text());
    project.ok("check");
}

#[test]
fn who_has_marked_nothing_in_a_document_has_read_it_all_the_same() {
    let project = four();
    expect![[r#"
        dora has read delta
    "#]]
    .assert_eq(&project.run("done delta --coder dora").err);
    assert!(project.ok("coder list --format csv").contains("dora,0,0,0,1,"));
    assert!(project.ok("progress --format csv").contains("delta,dora,done,0,0,"));
    project.ok("undo");
    assert!(!project.ok("coder list --format csv").contains("dora"));
}

#[test]
fn marking_twice_changes_nothing_and_reopening_takes_it_back() {
    let project = four();
    project.ok("done --where theme=x");
    let before = project.bytes();
    expect![[r#"
        marked as read before: 2 documents
    "#]]
    .assert_eq(&project.run("done alpha beta").err);
    assert!(before == project.bytes(), "the store changed");
    expect![[r#"
        ana has read 2 documents
        marked as read before: 2 documents
    "#]]
    .assert_eq(&project.run("done --all").err);
    let all = project.content();
    expect![[r#"
        ana is not done with alpha
    "#]]
    .assert_eq(&project.run("done alpha --reopen").err);
    assert!(project.ok("progress --format csv").contains("alpha,ana,in progress,2,8,"));
    let before = project.bytes();
    expect![[r#"
        not marked as read: alpha
    "#]]
    .assert_eq(&project.run("done alpha --reopen").err);
    assert!(before == project.bytes(), "the store changed");
    project.ok("undo");
    assert_eq!(project.content(), all);
    // What was never marked is not put in progress by taking back what is not there.
    let before = project.bytes();
    project.ok("done --all --reopen --coder ben");
    assert!(before == project.bytes(), "the store changed");
}

#[test]
fn an_assignment_never_takes_back_what_was_read_or_begun() {
    let project = four();
    project.ok("done alpha");
    project.ok("done beta");
    project.ok("done beta --reopen");
    let before = project.bytes();
    expect![[r#"
        ana gets nothing new (2 documents before)
    "#]]
    .assert_eq(&project.run("assign alpha beta --to ana").err);
    assert!(before == project.bytes(), "the store changed");
    project.ok("assign gamma --to ana");
    expect![[r#"
        taken back from ana: beta, gamma
        ana has read alpha, which stays
        hint: `postil done DOC --reopen --coder ana` takes that back first
    "#]]
    .assert_eq(&project.run("assign --all --to ana --remove").err);
    expect![[r#"
        Document  Characters  ana
        alpha             28  done, 2
        beta              27
        delta             28
        gamma             28
        (read)           111  1 of 1
    "#]]
    .assert_eq(&table(&project));
    project.ok("undo");
    assert!(project.ok("progress --format csv").contains("gamma,ana,assigned,0,"));
}

#[test]
fn a_new_handle_becomes_a_coder_and_a_slip_is_pointed_out() {
    let project = four();
    project.ok("assign alpha --to ben");
    expect![[r#"
        cleo is a new coder
        bem is a new coder
        hint: if you meant `ben`, `postil undo` takes it back
        cleo gets alpha
        bem gets alpha
    "#]]
    .assert_eq(&project.run("assign alpha --to cleo,bem,cleo").err);
    assert_eq!(project.ok("coder list --format csv").lines().count(), 5);
    project.ok("undo");
    assert_eq!(project.ok("coder list --format csv").lines().count(), 3);
}

#[test]
fn what_is_not_there_is_refused_and_nothing_is_written() {
    let project = four();
    for (line, said) in [
        ("done alhpa", "did you mean `alpha`?"),
        ("done --where thme=x", "did you mean `theme`?"),
        ("assign alpha alhpa --to ben", "did you mean `alpha`?"),
        ("assign alpha --to 'a b'", "can't contain ` `"),
        ("assign alpha --to ana --to bne --remove", "there is no coder `bne`"),
        ("assign --all --to ben,cleo --random 3", "can't get 3 readers out of 2"),
        ("assign --all --to ben,ben --random 2", "can't get 2 readers out of 1"),
        ("progress --by-coder amy", "there is no coder `amy`"),
    ] {
        let refusal = project.refused(line);
        assert!(refusal.contains(said), "{line}: {refusal}");
    }
    for line in [
        "done",
        "assign --to ben",
        "assign alpha",
        "assign alpha --to ''",
        "assign --all --to ben --seed 3",
        "assign --all --to ben --random 0",
        "assign --all --to ben --random 1 --remove",
        "done alpha --all",
    ] {
        let before = project.bytes();
        let run = project.run(line);
        assert!(run.status == Some(2) || run.status == Some(1), "{line}: {}", run.text());
        assert!(before == project.bytes(), "the store changed: {line}");
    }
    expect![[r#"
        no documents match; nothing was marked
        no documents match; nothing was assigned
    "#]]
    .assert_eq(
        &(project.run("done --where theme=z").err + &project.run("assign --where theme=z --to ben").err),
    );
}

#[test]
fn a_draw_is_even_and_its_seed_draws_it_again() {
    let project = four();
    for number in 0..16 {
        project.write(&format!("more-{number:02}.txt"), format!("Text {number}.\n"));
    }
    project.ok("document add more-*.txt");
    let first = project.run("assign --all --to ben,cleo,dora --random 2 --seed 11");
    expect![[r#"
        --- stderr
        ben is a new coder
        cleo is a new coder
        dora is a new coder
        ben gets 14 documents
        cleo gets 13 documents
        dora gets 13 documents
        drawn with --seed 11
    "#]]
    .assert_eq(&first.text());
    let drawn = project.ok("progress --format csv --by-coder ben --by-coder cleo --by-coder dora");
    for document in ["alpha", "more-07"] {
        let readers = drawn.lines().filter(|line| line.starts_with(document) && line.contains(",assigned,"));
        assert_eq!(readers.count(), 2, "{drawn}");
    }
    // Whoever draws again, with whatever seed, finds that every document has its readers.
    let before = project.bytes();
    project.ok("assign --all --to ben,cleo,dora --random 2 --seed 12");
    assert!(before == project.bytes(), "the store changed");
    project.ok("undo");
    project.ok("assign --all --to ben,cleo,dora --random 2 --seed 12");
    let other = project.ok("progress --format csv --by-coder ben --by-coder cleo --by-coder dora");
    assert_ne!(other, drawn);
    project.ok("undo");
    project.ok("assign --all --to ben,cleo,dora --random 2 --seed 11");
    assert_eq!(project.ok("progress --format csv --by-coder ben --by-coder cleo --by-coder dora"), drawn);
    assert!(project.ok("log --format csv").contains("by chance (seed 11)"));
}

#[test]
fn a_draw_without_a_seed_prints_the_one_it_took() {
    let project = four();
    let said = project.run("assign --all --to ben,cleo,dora --random 2").err;
    let (_, seed) = said.trim_end().rsplit_once("--seed ").unwrap();
    assert!(seed.parse::<u64>().unwrap() < 1_000_000);
    let drawn = table(&project);
    project.ok("undo");
    project.ok(&format!("assign --all --to ben,cleo,dora --random 2 --seed {seed}"));
    assert_eq!(table(&project), drawn);
}

#[test]
fn a_project_without_work_says_what_to_type() {
    let project = Project::new();
    expect![[r#"
        --- stderr
        no documents
        hint: `postil document add FILE…` adds texts
    "#]]
    .assert_eq(&project.run("progress").text());
    project.write("note.txt", "Norms.");
    project.ok("document add note.txt");
    expect![[r#"
        --- stderr
        nobody has work on 1 document
        hint: `postil assign DOC --to CODER` gives one to a coder, `postil done DOC` says that you read it
    "#]]
    .assert_eq(&project.run("progress").text());
    assert_eq!(project.ok("progress --format json"), "[]\n");
    assert_eq!(project.ok("progress --by coder --format json"), "[]\n");
}

#[test]
fn colleagues_learn_by_a_merge_what_was_assigned_and_read() {
    let all = Colleagues::ana();
    all.ok("ana", "assign --all --to ana,ben");
    all.begin("ben", "--from ana.postil");
    all.ok("ben", "tag note 'States speak' norms");
    all.ok("ben", "done note letter");
    all.ok("ana", "done letter");
    all.ok("ana", "merge ben.postil");
    expect![[r#"
        Document  Characters  ana             ben
        letter            40  done, 1         done, 0
        note              77  in progress, 1  done, 1
        (read)           117  1 of 2          2 of 2
        --- stderr
        1 of 2 documents was read by two or more coders: 34.2 % of the text
    "#]]
    .assert_eq(&all.run("ana", "progress").text());
    all.ok("ben", "merge ana.postil");
    assert_eq!(all.content("ben"), all.content("ana"));
    all.assert_sound("ana");
    all.assert_sound("ben");
}

#[test]
fn an_export_takes_the_marks_along_and_a_revised_text_keeps_them() {
    let project = four();
    project.ok("done alpha");
    project.ok("export csv -o out");
    project.ok("init copy");
    project.ok("--store copy.postil import csv out");
    assert!(project.ok("--store copy.postil progress --format csv").contains("alpha,ana,done,2,8,"));
    project.write("revised.txt", "All norms of alpha bind states.\n");
    project.ok("--store study.postil document replace alpha revised.txt");
    assert!(project.ok("--store study.postil progress --format csv").contains("alpha,ana,done,"));
}
