//! What two stores made alone: joined where it is one thing, told apart where it is not.

use expect_test::expect;

use super::colleagues::Colleagues;

/// Two stores that began with nothing in common.
fn strangers() -> Colleagues {
    let all = Colleagues { project: super::project::Project::empty() };
    all.begin("ana", "");
    all.begin("ben", "");
    all
}

/// Each merges the other; both must end alike, and rest.
#[track_caller]
fn both_merge(all: &Colleagues) -> (String, String) {
    let said = (all.run("ana", "merge ben.postil").text(), all.run("ben", "merge ana.postil").text());
    assert_eq!(all.content("ana"), all.content("ben"));
    for (into, from) in [("ana", "ben"), ("ben", "ana")] {
        all.assert_sound(into);
        let again = all.run(into, &format!("merge {from}.postil"));
        assert!(again.err.ends_with("nothing new\n"), "{}", again.text());
    }
    said
}

fn documents(all: &Colleagues, who: &str) -> String {
    let names = all.ok(who, "document list --format plain");
    names.lines().filter_map(|line| line.split('\t').next()).collect::<Vec<_>>().join(" ")
}

#[test]
fn stores_of_different_projects_are_matched_by_what_they_say() {
    let all = strangers();
    all.project.write("one.txt", "Norms bind states.\n");
    for who in ["ana", "ben"] {
        all.ok(who, "document add one.txt");
        all.ok(who, "code add norms");
        all.ok(who, "tag one 'Norms bind' norms");
        all.ok(who, "tag one 'states' norms --coder cleo");
    }
    let (ana, _) = both_merge(&all);
    expect![[r#"
        annotations: 1 new, 1 changed, 1 merged
        codes: 1 new, 1 joined with the same here
        coders: 1 new
        --- stderr
        warning: `ben.postil` is of another project: texts are matched by what they say, codes by their paths, coders by their handles
        change 5; `postil undo` takes it back
    "#]].assert_eq(&ana);
    expect![[r#"
        one|Norms bind|norms|ana|
        one|Norms bind|norms|ben|
        one|states|norms|cleo|"#]]
    .assert_eq(&all.said("ana"));
}

#[test]
fn the_same_name_with_another_text_is_kept_apart_and_asked_about() {
    let all = Colleagues::ana_and_ben();
    for (who, text) in [("ana", "Ana's third text.\n"), ("ben", "The third text of Ben.\n")] {
        all.project.write("third.txt", text);
        all.ok(who, "document add third.txt");
        all.ok(who, "tag third 'third text' norms");
    }
    let (ana, _) = both_merge(&all);
    expect![[r#"
        annotations: 1 new
        documents: 1 new, 1 changed, 1 in conflict
        coders: 1 new
        --- stderr
        warning: document third~2 is in conflict: name
        change 7; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&ana);
    expect!["letter note third third~2"].assert_eq(&documents(&all, "ana"));
    expect![[r#"
        letter|Power decides|power|ana|
        note|Norms bind states|norms|ana|a definition
        third|third text|norms|ben|
        third~2|third text|norms|ana|"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,document third~2,019c13ec-9e00-7682-a651-12d1eaf36c31,name,third~2,third,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.in_conflict("ana", "conflicts --format csv"));
    expect![[r#"
        error: another document is called `third`
        hint: give this one another name: `postil resolve 1 --value NAME`
        hint: or rename the other: `postil document rename third NAME`
    "#]]
    .assert_eq(&all.refused("ana", "resolve 1 --theirs"));
    expect![[r#"
        --- stderr
        conflict 1 is decided: document third~2, name
        no conflicts are left
    "#]]
    .assert_eq(&all.run("ana", "resolve 1 --value fourth").text());
    all.assert_sound("ana");
    let (_, ben) = both_merge(&all);
    expect![[r#"
        documents: 1 changed, 1 no longer in conflict
        --- stderr
        change 5; `postil undo` takes it back
    "#]]
    .assert_eq(&ben);
    expect!["fourth letter note third"].assert_eq(&documents(&all, "ben"));
    assert_eq!(all.run("ben", "conflicts").status, Some(0));
}

#[test]
fn the_same_text_under_two_names_is_one_document() {
    let all = Colleagues::ana_and_ben();
    for (who, name) in [("ana", "third"), ("ben", "brief")] {
        all.project.write(&format!("{name}.txt"), "One text, which two people found.\n");
        all.ok(who, &format!("document add {name}.txt"));
        all.ok(who, &format!("tag {name} 'two people' norms"));
        all.ok(who, &format!("document set {name} found_by={who}"));
    }
    // Which of two values is shown while nobody has decided is each store's own affair.
    let ana = all.run("ana", "merge ben.postil").text();
    all.in_conflict("ben", "merge ana.postil");
    all.assert_sound("ben");
    expect![[r#"
        annotations: 1 new, 1 changed
        documents: 1 new, 1 joined with the same here
        attributes: 1 new, 1 joined with the same here, 1 in conflict
        coders: 1 new
        --- stderr
        warning: attribute found_by of brief is in conflict: value
        change 8; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&ana);
    expect!["brief letter note"].assert_eq(&documents(&all, "ana"));
    expect![[r#"
        brief|two people|norms|ana|
        brief|two people|norms|ben|
        letter|Power decides|power|ana|
        note|Norms bind states|norms|ana|a definition"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,attribute found_by of brief,75984b6c-b529-518d-97d6-a8a7344e24c5,value,ana,ben,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.run("ana", "conflicts --format csv").text());
}

#[test]
fn codes_of_one_path_are_one_unless_they_are_described_differently() {
    let all = Colleagues::ana_and_ben();
    for who in ["ana", "ben"] {
        all.ok(who, "code add trust trust/local risk");
        all.ok(who, "tag letter 'so it is' trust/local risk");
    }
    all.ok("ana", "code edit trust --description 'what grows slowly'");
    all.ok("ana", "code edit risk --description 'what may happen'");
    all.ok("ben", "code edit risk --description 'what is feared'");
    let (ana, _) = both_merge(&all);
    expect![[r#"
        annotations: 2 new, 1 changed
        codes: 3 new, 1 changed, 2 joined with the same here, 1 in conflict
        coders: 1 new
        --- stderr
        warning: code risk~2 is in conflict: name
        change 9; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&ana);
    expect![[r#"
        path,color,description
        actors,,
        actors/state,,
        norms,,
        power,,
        risk,,what is feared
        risk~2,,what may happen
        trust,,what grows slowly
        trust/local,,
    "#]]
    .assert_eq(&all.ok("ana", "code list --format csv"));
    expect![[r#"
        letter|Power decides|power|ana|
        letter|so it is|risk|ben|
        letter|so it is|risk~2|ana|
        letter|so it is|trust/local|ana|
        letter|so it is|trust/local|ben|
        note|Norms bind states|norms|ana|a definition"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,code risk~2,019c13ec-9e00-7682-a651-12d31175010b,name,risk~2,risk,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.in_conflict("ana", "conflicts --format csv"));
    // A person makes one of them, and the other comes to know of it.
    all.ok("ana", "code merge risk~2 risk");
    assert_eq!(all.run("ana", "conflicts").status, Some(0), "{}", all.run("ana", "conflicts").text());
    both_merge(&all);
    assert_eq!(all.run("ben", "conflicts").status, Some(0), "{}", all.run("ben", "conflicts").text());
}

#[test]
fn moves_that_close_a_circle_wait_for_a_person() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "code move norms power");
    all.ok("ben", "code move power norms");
    let (ana, _) = both_merge(&all);
    expect![[r#"
        codes: 1 in conflict
        --- stderr
        warning: code power is in conflict: parent
        change 6; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&ana);
    expect![[r#"
        path,color,description
        actors,,
        actors/state,,
        power,,
        power/norms,,
    "#]]
    .assert_eq(&all.ok("ana", "code list --format csv"));
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,code power,019c13ec-9e00-74e5-b98f-af2ed42f8fd7,parent,,power/norms,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.in_conflict("ana", "conflicts --format csv"));
    let refused = all.refused("ana", "resolve 1 --theirs");
    expect![[r#"
        error: code power would stand below itself
        hint: move the other code first: `postil code move PATH /`
        hint: or leave it where it is: `postil resolve 1 --ours`
    "#]]
    .assert_eq(&refused);
    expect![[r#"
        --- stderr
        conflict 1 is decided: code power, parent
        no conflicts are left
    "#]]
    .assert_eq(&all.run("ana", "resolve 1 --ours").text());
    all.assert_sound("ana");
    both_merge(&all);
    assert_eq!(all.run("ben", "conflicts").status, Some(0));
}

#[test]
fn one_code_that_was_moved_to_two_places_is_a_conflict() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "code move power actors");
    all.ok("ben", "code move power norms");
    all.in_conflict("ana", "merge ben.postil");
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,code actors/power,019c13ec-9e00-74e5-b98f-af2ed42f8fd7,parent,actors,norms,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.in_conflict("ana", "conflicts --format csv"));
    all.ok("ana", "resolve 1 --value /");
    both_merge(&all);
    assert!(all.ok("ben", "code list --format csv").contains("\npower,"));
}

#[test]
fn a_code_that_was_merged_here_and_used_there_leads_to_what_stands_for_it() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "code merge power norms");
    all.ok("ben", "tag letter 'So it was' power");
    all.ok("ben", "code edit power --description 'who decides'");
    let (ana, _) = both_merge(&all);
    expect![[r#"
        annotations: 1 new
        codes: 1 changed, 1 in conflict
        coders: 1 new
        --- stderr
        warning: code power is in conflict: deleted
        change 6; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&ana);
    expect![[r#"
        letter|Power decides|norms|ana|
        letter|So it was|power|ben|
        note|Norms bind states|norms|ana|a definition"#]]
    .assert_eq(&all.said("ana"));
    expect![[r#"
        path,color,description
        actors,,
        actors/state,,
        norms,,
        power,,who decides
    "#]]
    .assert_eq(&all.ok("ana", "code list --format csv"));
}

/// Both added a document and a code of one name that are not one: two questions about names, of which Ana has one each.
fn of_one_name() -> Colleagues {
    let all = Colleagues::ana_and_ben();
    for (who, text) in [("ana", "Ana's third text.\n"), ("ben", "The third text of Ben.\n")] {
        all.project.write("third.txt", text);
        all.ok(who, "document add third.txt");
        all.ok(who, "code add risk");
        all.ok(who, &format!("code edit risk --description 'as {who} sees it'"));
    }
    all.in_conflict("ana", "merge ben.postil");
    all
}

#[test]
fn who_edits_what_is_in_question_may_have_answered_it() {
    let all = of_one_name();
    all.ok("ana", "code rename risk~2 fear");
    all.ok("ana", "document rename third~2 fourth");
    assert_eq!(all.run("ana", "conflicts").status, Some(0));
    all.assert_sound("ana");
    all.ok("ana", "undo");
    assert!(all.in_conflict("ana", "conflicts --format csv").contains("document third~2"));
    all.assert_sound("ana");
    all.ok("ana", "redo");
    both_merge(&all);
    assert_eq!(all.run("ben", "conflicts").status, Some(0));
    let codes = all.ok("ben", "code list --format csv");
    assert!(codes.contains("fear,,as ana sees it") && codes.contains("risk,,as ben sees it"), "{codes}");
    assert_eq!(documents(&all, "ben"), "fourth letter note third");
}

#[test]
fn a_name_that_is_free_again_can_be_given_to_who_wanted_it() {
    let all = of_one_name();
    all.ok("ana", "code rename risk danger");
    let open = all.in_conflict("ana", "conflicts --format plain");
    let number = open.lines().find(|line| line.contains("code risk~2")).unwrap().split('\t').next().unwrap();
    all.in_conflict("ana", &format!("resolve {number} --theirs"));
    let codes = all.ok("ana", "code list --format csv");
    assert!(codes.contains("risk,,as ana sees it") && codes.contains("danger,,as ben sees it"), "{codes}");
    all.assert_sound("ana");
    all.in_conflict("ben", "merge ana.postil");
    assert_eq!(all.ok("ben", "code list --format csv"), codes);
}

#[test]
fn rows_of_a_table_that_say_the_same_are_two_documents_however_often_they_are_merged() {
    let all = Colleagues::ana();
    all.project.write("survey.csv", "who,answer\nr1,yes\nr2,yes\nr3,no\n");
    let add = "document add --from-table survey.csv --text answer --name-column who";
    all.ok("ana", add);
    all.begin("ben", "--from ana.postil");
    assert_eq!(documents(&all, "ben"), "letter note r1 r2 r3");
    // A store of its own with the same table: the rows are the same ones, by their names.
    all.begin("cleo", "");
    all.ok("cleo", add);
    for who in ["ben", "cleo"] {
        for row in ["r1", "r2"] {
            all.ok(who, &format!("tag {row} --whole agreement --create"));
        }
        all.ok("ana", &format!("merge {who}.postil"));
    }
    assert_eq!(documents(&all, "ana"), "letter note r1 r2 r3");
    let listed = all.ok("ana", "list --code agreement --format csv");
    assert_eq!(listed.lines().skip(1).count(), 4, "{listed}");
    all.assert_sound("ana");
}

#[test]
fn of_twins_with_two_notes_what_is_here_stays_shown() {
    // Whichever of the two is the elder.
    for (ours, theirs) in [("ana", "ben"), ("ben", "ana")] {
        let all = Colleagues::ana();
        all.begin("ben", "--from ana.postil");
        for who in ["ana", "ben"] {
            all.ok(who, &format!("--coder cleo tag note 'States speak of norms' norms --note 'from {who}'"));
        }
        all.in_conflict(ours, &format!("merge {theirs}.postil"));
        let open = all.in_conflict(ours, "conflicts --format jsonl");
        assert!(open.contains(&format!(r#""ours":"from {ours}","theirs":"from {theirs}""#)), "{open}");
        all.assert_sound(ours);
    }
}
