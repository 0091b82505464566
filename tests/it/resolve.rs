//! `conflicts` and `resolve`: a person decides what two sides changed differently, and the decision travels.

use expect_test::expect;

use super::colleagues::Colleagues;

/// Ana and Ben changed the same things differently, and Ana merged him: three conflicts.
pub(crate) fn in_conflict() -> Colleagues {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "note 1 'from ana'");
    all.ok("ben", "note 1 'from ben' --coder ana");
    for (who, description, name) in [("ana", "who decides", "force"), ("ben", "who is obeyed", "might")] {
        all.ok(who, &format!("code edit power --description '{description}'"));
        all.ok(who, &format!("code rename power {name}"));
    }
    all.ok("ana", "document set letter year=2019");
    all.ok("ben", "document set letter year=2020");
    all.in_conflict("ana", "merge ben.postil");
    all
}

/// The number of the open conflict about what is called `record`.
#[track_caller]
fn number(all: &Colleagues, who: &str, record: &str) -> String {
    let listed = all.run(who, "conflicts --format plain").out;
    let line = listed.lines().find(|line| line.contains(record)).unwrap();
    line.split('\t').next().unwrap().to_owned()
}

fn codes(all: &Colleagues, who: &str) -> String {
    all.ok(who, "code list --format csv")
}

#[test]
fn conflicts_are_listed_in_every_format() {
    let all = in_conflict();
    let said: String = ["table", "plain", "csv", "json", "jsonl"]
        .iter()
        .map(|format| {
            format!("# {format}\n{}", all.in_conflict("ana", &format!("conflicts --format {format}")))
        })
        .collect();
    expect![[r##"
        # table
        conflict 1, attribute year of letter
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          value here       2019
          value other side 2020

        conflict 2, code force
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          name here       force
          name other side might
          description here       who decides
          description other side who is obeyed

        conflict 3, #1
          from ben.postil, brought in by ana, 2026-01-31 12:00 UTC
          note here       from ana
          note other side from ben
        --- stderr
        hint: `postil resolve 1 --ours` keeps what is here, `--theirs` takes the other side, `--value TEXT` says something else
        --- status Some(3)
        # plain
        1	attribute year of letter	2a3311f8-8e6d-538d-b69d-16a34c3a3689	value	2019	2020	2026-01-31T12:00:00.000Z	ana	ben.postil	
        2	code force	019c13ec-9e00-74e5-b98f-af2ed42f8fd7	name	force	might	2026-01-31T12:00:00.000Z	ana	ben.postil	
        2	code force	019c13ec-9e00-74e5-b98f-af2ed42f8fd7	description	who decides	who is obeyed	2026-01-31T12:00:00.000Z	ana	ben.postil	
        3	#1	019c13ec-9e00-7420-b39b-2a15de6e6e62	note	from ana	from ben	2026-01-31T12:00:00.000Z	ana	ben.postil	
        --- status Some(3)
        # csv
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,attribute year of letter,2a3311f8-8e6d-538d-b69d-16a34c3a3689,value,2019,2020,2026-01-31T12:00:00.000Z,ana,ben.postil,
        2,code force,019c13ec-9e00-74e5-b98f-af2ed42f8fd7,name,force,might,2026-01-31T12:00:00.000Z,ana,ben.postil,
        2,code force,019c13ec-9e00-74e5-b98f-af2ed42f8fd7,description,who decides,who is obeyed,2026-01-31T12:00:00.000Z,ana,ben.postil,
        3,#1,019c13ec-9e00-7420-b39b-2a15de6e6e62,note,from ana,from ben,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
        # json
        [
          {"conflict":1,"record":"attribute year of letter","uuid":"2a3311f8-8e6d-538d-b69d-16a34c3a3689","field":"value","ours":"2019","theirs":"2020","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null},
          {"conflict":2,"record":"code force","uuid":"019c13ec-9e00-74e5-b98f-af2ed42f8fd7","field":"name","ours":"force","theirs":"might","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null},
          {"conflict":2,"record":"code force","uuid":"019c13ec-9e00-74e5-b98f-af2ed42f8fd7","field":"description","ours":"who decides","theirs":"who is obeyed","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null},
          {"conflict":3,"record":"#1","uuid":"019c13ec-9e00-7420-b39b-2a15de6e6e62","field":"note","ours":"from ana","theirs":"from ben","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null}
        ]
        --- status Some(3)
        # jsonl
        {"conflict":1,"record":"attribute year of letter","uuid":"2a3311f8-8e6d-538d-b69d-16a34c3a3689","field":"value","ours":"2019","theirs":"2020","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null}
        {"conflict":2,"record":"code force","uuid":"019c13ec-9e00-74e5-b98f-af2ed42f8fd7","field":"name","ours":"force","theirs":"might","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null}
        {"conflict":2,"record":"code force","uuid":"019c13ec-9e00-74e5-b98f-af2ed42f8fd7","field":"description","ours":"who decides","theirs":"who is obeyed","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null}
        {"conflict":3,"record":"#1","uuid":"019c13ec-9e00-7420-b39b-2a15de6e6e62","field":"note","ours":"from ana","theirs":"from ben","at":"2026-01-31T12:00:00.000Z","coder":"ana","source":"ben.postil","row":null}
        --- status Some(3)
    "##]].assert_eq(&said);
}

#[test]
fn ours_and_theirs_hold_in_every_field_in_question() {
    let all = in_conflict();
    let code = number(&all, "ana", "code force");
    all.copy("ana", "copy");
    expect![[r#"
        --- stderr
        conflict 2 is decided: code force, name, description
        2 conflicts are left
        --- status Some(3)
    "#]]
    .assert_eq(&all.run("copy", &format!("resolve {code} --theirs")).text());
    assert!(codes(&all, "copy").contains("might,") && codes(&all, "copy").contains("who is obeyed"));
    all.assert_sound("copy");
    expect![[r#"
        --- stderr
        conflict 2 is decided: code force, name, description
        2 conflicts are left
        --- status Some(3)
    "#]]
    .assert_eq(&all.run("ana", &format!("resolve {code} --ours")).text());
    assert!(codes(&all, "ana").contains("force,") && codes(&all, "ana").contains("who decides"));
    all.assert_sound("ana");
    let before = all.bytes("ana");
    // It is no question any more, neither here nor when he comes again.
    expect![[r#"
        --- stderr
        nothing new
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
    assert!(all.bytes("ana") == before);
}

#[test]
fn a_value_of_ones_own_is_written_field_by_field() {
    let all = in_conflict();
    let (code, note, year) =
        (number(&all, "ana", "code force"), number(&all, "ana", "#1"), number(&all, "ana", "letter"));
    expect![[r#"
        error: which field is `both`?
        hint: write it as FIELD=TEXT; in question are name, description
    "#]]
    .assert_eq(&all.refused("ana", &format!("resolve {code} --value both")));
    let lines = [
        format!("resolve {code} --value 'name=power' --value 'description=who decides = who is obeyed'"),
        format!("resolve {note} --value 'code=both say so'"),
        format!("resolve {year} --value -2021"),
    ];
    let said: String =
        lines.iter().map(|line| format!("$ postil {line}\n{}", all.run("ana", line).text())).collect();
    expect![[r#"
        $ postil resolve 2 --value 'name=power' --value 'description=who decides = who is obeyed'
        --- stderr
        conflict 2 is decided: code force, name, description
        2 conflicts are left
        --- status Some(3)
        $ postil resolve 3 --value 'code=both say so'
        --- stderr
        conflict 3 is decided: #1, note
        1 conflict is left
        --- status Some(3)
        $ postil resolve 1 --value -2021
        --- stderr
        conflict 1 is decided: attribute year of letter, value
        no conflicts are left
    "#]]
    .assert_eq(&said);
    expect![[r#"
        path,color,description
        actors,,
        actors/state,,
        norms,,
        power,,who decides = who is obeyed
    "#]]
    .assert_eq(&codes(&all, "ana"));
    expect![[r#"
        letter|Power decides|power|ana|
        note|Norms bind states|norms|ana|code=both say so"#]]
    .assert_eq(&all.said("ana"));
    assert!(all.ok("ana", "document list --format csv").contains("-2021"));
    all.assert_sound("ana");
}

#[test]
fn values_that_cannot_be_are_refused() {
    let all = in_conflict();
    let (code, year) = (number(&all, "ana", "code force"), number(&all, "ana", "letter"));
    let lines = [
        format!("resolve {code} --value name=norms"),
        format!("resolve {code} --value 'name=a/b'"),
        format!("resolve {code} --value color=#000000"),
        format!("resolve {year} --value ' '"),
        "resolve 99 --ours".to_owned(),
        "resolve first --ours".to_owned(),
        "resolve '#99' --theirs".to_owned(),
        format!("resolve {year} 99 --theirs"),
    ];
    let said: String =
        lines.iter().map(|line| format!("$ postil {line}\n{}", all.refused("ana", line))).collect();
    expect![[r#"
        $ postil resolve 2 --value name=norms
        error: another code is called `norms`
        hint: to make one code of the two: `postil code merge force norms`
        hint: to keep both: `postil resolve 2 --ours`, or `--value name=NAME`
        $ postil resolve 2 --value 'name=a/b'
        error: a code name can't contain `/`: `a/b`
        hint: a `/` separates the levels of a path, as in `actors/state`
        $ postil resolve 2 --value color=#000000
        error: which field is `color=#000000`?
        hint: write it as FIELD=TEXT; in question are name, description
        $ postil resolve 1 --value ' '
        error: an attribute has a value
        hint: `postil document set DOC --unset NAME` takes it away
        $ postil resolve 99 --ours
        error: there is no open conflict `99`
        hint: `postil conflicts` shows them
        $ postil resolve first --ours
        error: there is no open conflict `first`
        hint: `postil conflicts` shows them
        $ postil resolve '#99' --theirs
        error: there is no open conflict `#99`
        hint: `postil conflicts` shows them
        $ postil resolve 1 99 --theirs
        error: there is no open conflict `99`
        hint: `postil conflicts` shows them
    "#]]
    .assert_eq(&said);
    for line in
        ["resolve", "resolve 1", "resolve 1 --ours --theirs", "resolve 1 --ours --value x", "resolve --ours"]
    {
        assert_eq!(all.run("ana", line).status, Some(2), "{line}");
    }
}

#[test]
fn several_are_decided_in_one_change_and_it_can_be_undone() {
    let all = in_conflict();
    let before = (all.content("ana"), all.in_conflict("ana", "conflicts --format csv"));
    expect![[r#"
        --- stderr
        conflict 1 is decided: attribute year of letter, value
        conflict 2 is decided: code force, name, description
        conflict 3 is decided: #1, note
        no conflicts are left
    "#]]
    .assert_eq(&all.run("ana", "resolve 1 2 3 --theirs").text());
    let after = all.content("ana");
    assert_eq!(
        after,
        before
            .0
            .replace("from ana", "from ben")
            .replace("2019", "2020")
            .replace("force", "might")
            .replace("who decides", "who is obeyed")
    );
    expect![[r#"
        error: there is no open conflict `1`
        hint: there are no conflicts at all
    "#]]
    .assert_eq(&all.refused("ana", "resolve 1 --ours"));
    all.ok("ana", "undo");
    assert_eq!((all.content("ana"), all.in_conflict("ana", "conflicts --format csv")), before);
    all.assert_sound("ana");
    all.ok("ana", "redo");
    assert_eq!(all.content("ana"), after);
    assert_eq!(all.run("ana", "conflicts").status, Some(0));
    all.assert_sound("ana");
}

#[test]
fn a_decision_travels_and_is_a_question_nowhere_else() {
    let all = in_conflict();
    all.ok("ana", "resolve 1 2 3 --theirs");
    expect![[r#"
        --- stderr
        nothing that is said here changes; what was decided there is known from now on
        change 6; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ben", "merge ana.postil").text());
    assert_eq!(all.run("ben", "conflicts").status, Some(0));
    assert_eq!(all.content("ben"), all.content("ana"));
    all.assert_sound("ben");
    // Also where the question was open already.
    let all = in_conflict();
    all.in_conflict("ben", "merge ana.postil");
    all.ok("ana", "resolve 1 2 3 --ours");
    expect![[r#"
        annotations: 1 changed, 1 no longer in conflict
        codes: 1 changed, 1 no longer in conflict
        attributes: 1 changed, 1 no longer in conflict
        --- stderr
        change 7; `postil undo` takes it back
    "#]]
    .assert_eq(&all.run("ben", "merge ana.postil").text());
    assert_eq!(all.run("ben", "conflicts").status, Some(0));
    assert_eq!(all.content("ben"), all.content("ana"));
    expect![[r#"
        --- stderr
        nothing new
    "#]]
    .assert_eq(&all.run("ana", "merge ben.postil").text());
}

#[test]
fn two_who_decide_alike_agree_and_two_who_do_not_are_asked_again() {
    let all = in_conflict();
    all.in_conflict("ben", "merge ana.postil");
    all.copy("ana", "ana-too");
    all.copy("ben", "ben-too");
    // What is ours to Ana came in to Ben.
    all.ok("ana", "resolve 1 2 3 --ours");
    all.ok("ben", "resolve 1 2 3 --theirs");
    let merged = all.run("ana", "merge ben.postil");
    assert_eq!(merged.status, Some(0), "{}", merged.text());
    assert_eq!(all.run("ben", "merge ana.postil").status, Some(0));
    assert_eq!(all.content("ana"), all.content("ben"));
    // Each insists.
    all.ok("ana-too", "resolve 1 2 3 --ours --coder ana");
    all.ok("ben-too", "resolve 1 2 3 --ours --coder ben");
    expect![[r#"
        annotations: 1 in conflict
        codes: 1 in conflict
        attributes: 1 in conflict
        --- stderr
        warning: attribute year of letter is in conflict: value
        warning: code force is in conflict: name, description
        warning: #1 is in conflict: note
        change 11; `postil undo` takes it back
        hint: `postil conflicts` shows both sides, `postil resolve` decides
        --- status Some(3)
    "#]]
    .assert_eq(&all.run("ana-too", "merge ben-too.postil").text());
    all.ok("ana-too", "resolve 4 5 6 --theirs");
    let merged = all.run("ben-too", "merge ana-too.postil");
    assert_eq!(merged.status, Some(0), "{}", merged.text());
    assert_eq!(all.content("ana-too"), all.content("ben-too"));
    all.assert_sound("ana-too");
    all.assert_sound("ben-too");
}

#[test]
fn what_stays_or_goes_is_decided_by_its_sides() {
    let all = Colleagues::ana_and_ben();
    all.ok("ana", "untag 1");
    all.ok("ana", "code remove power --force");
    all.ok("ben", "note 1 'still wanted' --coder ana");
    all.ok("ben", "tag letter 'so it is' power");
    all.in_conflict("ana", "merge ben.postil");
    expect![[r#"
        conflict,record,uuid,field,ours,theirs,at,coder,source,row
        1,code power,019c13ec-9e00-74e5-b98f-af2ed42f8fd7,deleted,power,,2026-01-31T12:00:00.000Z,ana,ben.postil,
        2,#1,019c13ec-9e00-7420-b39b-2a15de6e6e62,deleted,note:0-17 · norms · ana · still wanted,,2026-01-31T12:00:00.000Z,ana,ben.postil,
        --- status Some(3)
    "#]].assert_eq(&all.in_conflict("ana", "conflicts --format csv"));
    expect![[r#"
        error: code power is to stay or to go: there is no third
        hint: `--ours` or `--theirs`; edit it afterwards if it stays
    "#]]
    .assert_eq(&all.refused("ana", "resolve 1 --value maybe"));
    all.copy("ana", "stays");
    expect![[r#"
        --- stderr
        conflict 1 is decided: code power, deleted
        conflict 2 is decided: #1, deleted
        no conflicts are left
    "#]]
    .assert_eq(&all.run("stays", "resolve 1 2 --ours").text());
    expect![[r#"
        letter|so it is|power|ben|
        note|Norms bind states|norms|ana|still wanted"#]]
    .assert_eq(&all.said("stays"));
    all.assert_sound("stays");
    expect![[r#"
        --- stderr
        conflict 1 is decided: code power, deleted
        warning: 1 annotation went with it; `postil undo` brings everything back
        conflict 2 is decided: #1, deleted
        no conflicts are left
    "#]]
    .assert_eq(&all.run("ana", "resolve 1 2 --theirs").text());
    expect![[""]].assert_eq(&all.said("ana"));
    all.assert_sound("ana");
    for who in ["stays", "ana"] {
        all.copy("ben", "other");
        let merged = all.run("other", &format!("merge {who}.postil"));
        assert_eq!(merged.status, Some(0), "{}", merged.text());
        assert_eq!(all.content("other"), all.content(who));
        assert!(all.run(who, "merge ben.postil").err.ends_with("nothing new\n"));
    }
}
