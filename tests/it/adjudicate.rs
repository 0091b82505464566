//! `adjudicate`: what is to hold where coders differ is asked, and written as the work of a coder of its own.

use expect_test::expect;
use postil::actions::adjudicate::{Choice, agenda, decide};
use postil::actions::disagreements::Request;
use postil::actions::{Access, Session, Who};

use crate::disagreements::three_coders;
use crate::project::{Project, Run};

fn answer(project: &Project, line: &str, input: &str) -> Run {
    project.run_with(line, input.as_bytes())
}

/// What a coder said, without numbers.
fn said(project: &Project, coder: &str) -> String {
    let listed = project.ok(&format!("list --by {coder} --format plain"));
    let cells = listed.lines().map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        format!("{}:{}-{} {} {}", cells[1], cells[2], cells[3], cells[4], cells[7]).trim_end().to_owned()
    });
    cells.collect::<Vec<_>>().join("\n")
}

/// Writes what all agree on, where more is left to decide.
fn agreed_only(project: &Project) {
    let run = project.run("adjudicate --agreed-only");
    assert_eq!(run.status, Some(3), "{}", run.text());
}

/// How many entries the log has.
fn changes(project: &Project) -> usize {
    project.ok("log --limit 1000 --format plain").lines().count()
}

#[test]
fn each_place_is_shown_and_asked_about() {
    let project = three_coders();
    let before: Vec<String> = ["ana", "ben", "cleo"].map(|coder| said(&project, coder)).into();
    let run = answer(&project, "adjudicate", "1\nb\n\nnormz\nnorms\nn\ns\n");
    expect![[r#"
        1 of 5: boundary, essay:6-27, 13 characters in dispute
          👩‍👩‍👧 [نمی‌دانم که می‌خواهم.]  Norms bind states. States «bind» norms 🇩🇰 too. Nobody asks why.
          1 ana   doubt 6-26
          2 ben   doubt 6-14
          3 cleo  doubt 6-27
        2 of 5: confusion, essay:29-46, 17 characters in dispute
          👩‍👩‍👧 نمی‌دانم که می‌خواهم.  [Norms bind states]. States «bind» norms 🇩🇰 too. Nobody asks why.
          1 ana   norms 29-46
          2 ben   actors/state 35-46
          3 cleo  actors/state 29-46; norms 29-46
        3 of 5: omission, essay:62-70, 8 characters in dispute
          👩‍👩‍👧 نمی‌دانم که می‌خواهم.  Norms bind states. States «bind» [norms 🇩🇰] too. Nobody asks why.
          1 ana        actors/state
          2 ben, cleo  (nothing)
        4 of 5: omission, letter:0-8, 8 characters in dispute
          [Dear all], norms are norms.
          1 ana  actors
          2 ben  (nothing)
        5 of 5: omission, letter:16-25, 9 characters in dispute
          Dear all, norms [are norms].
          1 ana  (nothing)
          2 ben  norms
        --- stderr
        2 passages on which all agree: written as consensus
        [1-3], [u]nion, [i]ntersection, [n]othing, a code, [s]kip, [q]uit or [?] decided: doubt 6-26
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] decided: actors/state 29-46; norms 29-46
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] [1-2], [n]othing, a code, [s]kip, [q]uit or [?] error: there is no code `normz`
        hint: did you mean `norms`?
        hint: `postil code add normz` adds it, `postil code list` shows the codebook
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] decided: norms 62-70
        consensus is done with `essay`
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] decided: no code
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] 4 places decided; `postil undo` takes back the last one
        1 place is left to decide
        --- status Some(3)
    "#]].assert_eq(&run.text());
    expect![[r#"
        essay:6-26 doubt
        essay:29-46 actors/state
        essay:29-46 norms
        essay:62-70 norms adjudicated: not actors/state
        essay:76-91 doubt
        letter:0-8  adjudicated: not actors"#]]
    .assert_eq(&said(&project, "consensus"));
    assert_eq!(before, ["ana", "ben", "cleo"].map(|coder| said(&project, coder)), "the originals stay");
    project.ok("check");
}

#[test]
fn decisions_are_changes_of_their_own_and_are_not_asked_again() {
    let project = three_coders();
    let start = changes(&project);
    let run = answer(&project, "adjudicate", "3\n2\nq\n");
    assert!(
        run.err.ends_with(
            "2 places decided; `postil undo` takes back the last one\n3 places are left to decide\n"
        )
    );
    assert_eq!(run.status, Some(3));
    // What all agree on, and one for each decision.
    assert_eq!(changes(&project), start + 3);
    let decided = said(&project, "consensus");
    // Nothing is asked twice, and an end of input writes nothing.
    let bytes = project.bytes();
    let run = answer(&project, "adjudicate", "");
    assert!(run.out.starts_with("1 of 3: omission, essay:62-70"), "{}", run.text());
    assert!(project.bytes() == bytes, "nothing was decided");
    // The last decision is taken back, and asked again.
    project.ok("undo");
    let run = answer(&project, "adjudicate", "");
    assert!(run.out.starts_with("1 of 4: confusion, essay:29-46"), "{}", run.text());
    project.ok("redo");
    assert_eq!(said(&project, "consensus"), decided);
    // A decision to code nothing is one as well.
    let run = answer(&project, "adjudicate", "n\nn\nn\n");
    assert!(run.err.contains("consensus is done with `letter`\n") && run.status == Some(0), "{}", run.text());
    let run = answer(&project, "adjudicate", "");
    expect![[r#"
        --- stderr
        what all agree on stands there as the work of consensus
        nothing is left to decide
    "#]]
    .assert_eq(&run.text());
    for _ in 0..6 {
        project.ok("undo");
    }
    assert_eq!(project.run("list --by consensus").status, Some(1), "nothing of it is left");
    project.ok("check");
}

#[test]
fn bounds_are_those_of_a_coder_their_union_or_their_intersection() {
    let of = |input: &str| {
        let project = three_coders();
        assert_eq!(answer(&project, "adjudicate --kind boundary", input).status, Some(0), "{input}");
        said(&project, "consensus").lines().next().unwrap().to_owned()
    };
    assert_eq!(of("1\n"), "essay:6-26 doubt");
    assert_eq!(of("ben\n"), "essay:6-14 doubt");
    assert_eq!(of("coder:cleo\n"), "essay:6-27 doubt");
    assert_eq!(of("u\n"), "essay:6-27 doubt");
    assert_eq!(of("intersection\n"), "essay:6-14 doubt");
    assert_eq!(of("n\n"), "essay:6-27  adjudicated: not doubt");
    assert_eq!(of("actors\n"), "essay:6-27 actors adjudicated: not doubt");
    assert_eq!(of("code:doubt\n"), "essay:6-27 doubt");
}

#[test]
fn what_cannot_hold_is_said_and_asked_again() {
    let project = three_coders();
    let before = changes(&project);
    let run = answer(&project, "adjudicate --kind confusion", "u\n9\nnorm\ncoder:dora\ncode:x//y\n🇩🇰\n");
    expect![[r#"
        2 passages on which all agree: written as consensus
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: at essay:29-46 several codes are in question: actors/state, norms
        hint: take a coder's version, a code, `all` or `nothing`
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: there is no version 9 here
        hint: there are 1 to 3; a code of that name is `code:9`
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: there is no code `norm`
        hint: did you mean `norms`?
        hint: `postil code add norm` adds it, `postil code list` shows the codebook
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: `dora` is none of the coders whose work is compared
        hint: they are ana, ben, cleo
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: the code path `x//y` has an empty level
        hint: levels are separated by one `/`, as in `actors/state`
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] error: there is no code `🇩🇰`
        hint: `postil code add 🇩🇰` adds it, `postil code list` shows the codebook
        [1-3], [b]oth, [n]othing, a code, [s]kip, [q]uit or [?] 1 place is left to decide
    "#]].assert_eq(&run.err);
    assert_eq!(changes(&project), before + 1, "only what all agree on");
    let run = answer(&project, "adjudicate --document letter --kind omission", "b\ncleo\nboundary\n");
    expect![[r#"
        there is no passage on which all agree
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] decided: actors 0-8
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] error: there is no code `cleo`
        hint: `postil code add cleo` adds it, `postil code list` shows the codebook
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] error: there is no code `boundary`
        hint: `postil code add boundary` adds it, `postil code list` shows the codebook
        [1-2], [n]othing, a code, [s]kip, [q]uit or [?] 1 place decided; `postil undo` takes back the last one
        1 place is left to decide
    "#]]
    .assert_eq(&run.err);
}

#[test]
fn a_word_that_is_a_coder_and_a_code_asks_which() {
    let project = Project::small();
    project.ok("code add ben");
    project.ok("tag note 'Norms bind states' norms");
    project.ok("--coder ben tag note 'Norms bind' norms");
    let run = answer(&project, "adjudicate", "ben\ncoder:ben\n");
    assert!(run.err.contains("error: `ben` is a coder and a code\nhint: write `coder:ben` or `code:ben`"));
    assert_eq!(said(&project, "consensus"), "note:0-10 norms");
}

#[test]
fn two_places_of_one_extent_are_decided_one_by_one() {
    let project = Project::small();
    project.ok("tag note 'Norms bind states' norms actors/state");
    project.ok("--coder ben tag note nobody norms");
    for (input, left) in [("n\nq\n", 2), ("actors\nq\n", 1)] {
        let run = answer(&project, "adjudicate", input);
        assert!(run.err.contains(&format!("{left} place")), "{}", run.text());
    }
    let other = "note:0-17 actors adjudicated: not norms";
    assert_eq!(said(&project, "consensus"), format!("note:0-17  adjudicated: not actors/state\n{other}"));
    // A code that has another name since is not asked about again.
    project.ok("code rename norms rules");
    let run = answer(&project, "adjudicate", "");
    assert!(run.out.starts_with("1 of 1: omission, note:"), "{}", run.text());
    assert!(!run.out.contains("note:0-17"), "{}", run.text());
}

#[test]
fn the_assignment_says_how_far_the_consensus_is() {
    let project = three_coders();
    let state = || {
        project.ok("export csv -o out --no-texts --force");
        let rows = project.read("out/assignments.csv");
        let of = |row: &str| row.split(',').skip(1).take(3).collect::<Vec<_>>().join(" ");
        rows.lines().skip(1).map(of).collect::<Vec<_>>()
    };
    agreed_only(&project);
    assert_eq!(state(), ["essay consensus in progress"]);
    // Filters choose what is asked, not what is left.
    let run = answer(&project, "adjudicate --document essay --kind confusion", "b\n");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert_eq!(state(), ["essay consensus in progress"]);
    let run = answer(&project, "adjudicate --document essay", "u\nn\n");
    assert!(run.err.contains("consensus is done with `essay`"), "{}", run.text());
    assert_eq!(state(), ["essay consensus done"]);
    // Comparing with those it was made of is possible, and only where it was asked for.
    let run = project.run("disagreements --coders ana,consensus --document essay --format plain");
    assert_eq!(run.out.lines().count(), 3, "{}", run.text());
    assert!(!project.run("disagreements --format csv").out.contains("consensus"));
    // It saw everybody's work.
    let coders = project.ok("coder list --format csv");
    let row = coders.lines().find(|line| line.starts_with("consensus,")).unwrap();
    assert!(row.ends_with("\"ana (1), ben (1), cleo (1)\""), "{coders}");
}

#[test]
fn what_has_nothing_in_common_has_no_intersection() {
    let project = Project::small();
    for mark in ["ana tag note:0-8", "ben tag note:4-14", "cleo tag note:10-17"] {
        project.ok(&format!("--coder {mark} norms"));
    }
    let run = answer(&project, "adjudicate", "i\nu\n");
    assert!(
        run.err.contains("error: at note:0-17 no character is common to all who coded it"),
        "{}",
        run.text()
    );
    assert_eq!(said(&project, "consensus"), "note:0-17 norms");
}

#[test]
fn of_a_very_long_passage_both_ends_are_shown() {
    let project = Project::small();
    project.write("long.txt", format!("beginning {}end.", "and so on ".repeat(500)));
    project.ok("document add long.txt");
    project.ok("tag long --whole norms");
    project.ok("--coder ben tag long:0-9 norms");
    let shown = answer(&project, "adjudicate", "").out;
    let passage = shown.lines().nth(1).unwrap();
    assert!(passage.contains("[beginning and") && passage.contains(" […] ") && passage.ends_with(" end.]"));
    assert!(passage.chars().count() < 1_300, "{}", passage.chars().count());
}

#[test]
fn what_all_agree_on_is_written_without_asking() {
    let project = three_coders();
    let bytes = project.bytes();
    let run = project.run("adjudicate --agreed-only --dry-run");
    expect![[r#"
        --- stderr
        2 passages on which all agree would be written as consensus
        5 places are left to decide
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert!(project.bytes() == bytes);
    let run = project.run("adjudicate --agreed-only --code norms");
    expect![[r#"
        --- stderr
        1 passage on which all agree: written as consensus
        2 places are left to decide
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert_eq!(said(&project, "consensus"), "essay:62-70 norms");
    agreed_only(&project);
    assert_eq!(said(&project, "consensus"), "essay:62-70 norms\nessay:76-91 doubt");
    let bytes = project.bytes();
    agreed_only(&project);
    assert!(project.bytes() == bytes, "a second time changes nothing");
    // Who thought better of it is not overruled.
    project.ok("--coder consensus untag essay:76-91 doubt");
    project.ok("--coder consensus tag essay:76-91 --note 'a joke'");
    agreed_only(&project);
    assert_eq!(said(&project, "consensus"), "essay:62-70 norms\nessay:76-91  a joke");
}

#[test]
fn nobody_decides_as_one_of_those_who_are_compared() {
    let project = three_coders();
    let said = project.refused("adjudicate --as ben");
    expect![[r#"
        error: `ben` is one of the coders whose work is compared
        hint: name those whose work is compared: `--coders ana,cleo`
        hint: decisions are written as `consensus` unless `--as HANDLE` says otherwise
    "#]]
    .assert_eq(&said);
    let said = project.refused("adjudicate --as cleo --coders ana,cleo");
    expect![[r#"
        error: `cleo` is one of the coders whose work is compared
        hint: `--as consensus`, or another name that is not among them, keeps decisions apart
    "#]]
    .assert_eq(&said);
    project.refused("adjudicate --as 'no handle'");
    // One who is not compared may.
    let run = answer(&project, "adjudicate --as dora --coders ana,ben --kind boundary", "2\n");
    assert!(run.err.contains("written as dora"), "{}", run.text());
    let run = answer(&project, "adjudicate --as dora --coders ana,ben --kind boundary", "");
    assert_eq!((run.status, run.out.as_str()), (Some(0), ""), "{}", run.text());
}

#[test]
fn nothing_to_compare_is_nothing_to_decide() {
    let project = Project::small();
    let bytes = project.bytes();
    let run = project.run("adjudicate");
    assert_eq!(run.status, Some(0), "{}", run.text());
    assert!(run.err.starts_with("nobody has read a document yet"), "{}", run.text());
    assert!(project.bytes() == bytes);
    assert_eq!(project.run("adjudicate --dry-run").status, Some(2));
}

/// The table of the meeting, with these decisions in order and a remark on the first.
fn sheet(project: &Project, decisions: &[&str]) -> String {
    let table = project.run("disagreements --format csv").out;
    let mut lines = table.lines().map(str::to_owned);
    let mut filled = lines.next().unwrap();
    for (number, (line, decision)) in lines.zip(decisions).enumerate() {
        let remark = if number == 0 { "as we said" } else { "" };
        filled.push_str(&format!("\n{},\"{decision}\",{remark}", line.trim_end_matches(",,")));
    }
    filled + "\n"
}

#[test]
fn a_table_is_read_back_in_one_change() {
    let project = three_coders();
    let before = changes(&project);
    let decisions = ["all", "union", "", "(nothing)", "ana"];
    project.write("meeting.csv", sheet(&project, &decisions));
    let bytes = project.bytes();
    let run = project.run("adjudicate --from meeting.csv --dry-run");
    expect![[r#"
        --- stderr
        4 places would be decided, as consensus
        2 passages on which all agree: would be written with it
        1 row without a decision
        consensus would be done with `essay`
        5 places are left to decide
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert!(project.bytes() == bytes);
    let run = project.run("adjudicate --from meeting.csv");
    expect![[r#"
        --- stderr
        4 places decided, as consensus
        2 passages on which all agree: written with it
        1 row without a decision
        consensus is done with `essay`
        1 place is left to decide
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
    assert_eq!(changes(&project), before + 1);
    expect![[r#"
        essay:6-27 doubt
        essay:29-46 actors/state as we said
        essay:29-46 norms as we said
        essay:62-70  adjudicated: not actors/state
        essay:62-70 norms
        essay:76-91 doubt
        letter:0-8 actors"#]]
    .assert_eq(&said(&project, "consensus"));
    // As a spreadsheet of another country writes it: another delimiter, a mark at the beginning. It is decided by then.
    let row = "essay;29;46;\"actors/state; norms\";nothing";
    project.write("excel.csv", format!("\u{feff}document;start;end;codes;decision\r\n{row}\r\n"));
    let run = project.run("adjudicate --from excel.csv");
    assert!(run.err.contains("1 row about places that were decided before"), "{}", run.text());
    project.ok("undo");
    assert_eq!(project.run("list --by consensus").status, Some(1), "one undo takes all back");
}

#[test]
fn a_table_with_a_bad_row_writes_nothing() {
    let project = three_coders();
    project.write("meeting.csv", sheet(&project, &["union", "nobody", "cleo", "", "ben"]));
    let said = project.refused("adjudicate --from meeting.csv");
    expect![[r#"
        error: meeting.csv: rows of the table cannot be followed; nothing was written
        hint: row 3: there is no code `nobody` (`postil code add nobody` adds it, `postil code list` shows the codebook)
        hint: row 4: cleo did not read `letter` (name a coder who did, or what is to hold)
    "#]].assert_eq(&said);
    project.write(
        "meeting.csv",
        "document,start,end,codes,decision\nessay,6,28,doubt,ana\nessay,x,27,doubt,ana\n",
    );
    let said = project.refused("adjudicate --from meeting.csv");
    expect![[r#"
        error: meeting.csv: rows of the table cannot be followed; nothing was written
        hint: row 2: coders do not differ about doubt at essay:6-28 (write the table anew when codings have changed)
        hint: row 3, column `start`: `x`: is no position
    "#]].assert_eq(&said);
    let twice = "document,start,end,codes,decision\nessay,6,27,doubt,ana\nessay,6,27,doubt,ben\n";
    project.write("meeting.csv", twice);
    let said = project.refused("adjudicate --from meeting.csv");
    assert!(said.contains("row 3: row 2 decides otherwise"), "{said}");
    project.write("meeting.csv", "document,start,end,codes\nessay,6,27,doubt\n");
    let said = project.refused("adjudicate --from meeting.csv");
    assert!(said.contains("the table has no column `decision`"), "{said}");
    let said = project.refused("adjudicate --from absent.csv");
    assert!(said.contains("there is no file `absent.csv`"), "{said}");
}

#[test]
fn what_changes_while_somebody_ponders_is_not_decided_as_it_was() {
    let project = three_coders();
    let who = Who { coder: Some("ana".to_owned()), now: 1_769_860_800_000, seed: 1 };
    let mut session = Session::open(&project.path("study.postil"), Access::Write, who).unwrap();
    let agenda = agenda(session.reader(), &Request::default(), "consensus").unwrap();
    // The boundary in the essay, which begins with what ana said; the omission at the end of the letter, which is ben's.
    let (boundary, letter) = (agenda.open[0], agenda.open[4]);
    project.ok("untag 4");
    project.write("new.txt", "Dear all, nobody knows.\n");
    assert_eq!(project.run("document replace letter new.txt").status, Some(3));
    let bytes = project.bytes();
    for (place, choice, what) in [
        (boundary, Choice::Coder(0), "#4 of ana has changed in the meantime"),
        (letter, Choice::Union, "the text of `letter` was revised in the meantime"),
    ] {
        let refused = decide(&mut session, &agenda, place, &choice).unwrap_err();
        assert_eq!(refused.message(), what);
    }
    assert!(project.bytes() == bytes);
    // What another coder said there stands as it was.
    let decided = decide(&mut session, &agenda, boundary, &Choice::Coder(1)).unwrap();
    assert_eq!(decided.outcome, "doubt 6-14");
    assert!(agenda.is_decided(session.reader(), boundary).unwrap());
}

#[test]
fn a_sheet_runs_nothing_in_a_spreadsheet_and_comes_back() {
    let project = Project::new();
    project.write("-note.txt", "=HYPERLINK(1) is what somebody wrote, and -2 too.\n");
    project.ok("document add ./-note.txt");
    project.ok("code add norms");
    let name = project.ok("document list --format plain").split('\t').next().unwrap().to_owned();
    let tag = |place: &str, coder: &str| {
        let address = format!("{name}:{place}");
        assert!(project.args(&["--coder", coder, "tag", "--", &address, "norms"]).status == Some(0));
    };
    tag("0-13", "ana");
    tag("41-48", "ana");
    tag("41-46", "ben");
    let sheet = project.run("disagreements --format csv").out;
    for cell in csv::Reader::from_reader(sheet.as_bytes())
        .records()
        .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
    }
    assert!(sheet.contains("'=HYPERLINK(1)"), "{sheet}");
    let decided: String = sheet
        .lines()
        .map(|line| match line.strip_suffix(",,") {
            Some(row) => format!("{row},ana,\n"),
            None => format!("{line}\n"),
        })
        .collect();
    project.write("decided.csv", decided);
    let run = project.run("adjudicate --from decided.csv");
    assert_eq!(run.status, Some(0), "{}", run.err);
}
