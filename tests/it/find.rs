//! Searching: `find`, and what it tags.

use std::process::Stdio;

use expect_test::expect;

use crate::project::Project;
use crate::stored::{said, told, undoes_and_redoes};

/// The small project with a second document, whose name and text are somewhat longer.
fn two_documents() -> Project {
    let project = Project::small();
    project.write(
        "cyber.txt",
        "Cyber diplomacy speaks of norms.\nThe\tnorm\u{a0}of \u{201c}self\u{2010}help\u{201d}: r\u{e9}sum\u{e9}. Cyberwar, cyber war.\n",
    );
    project.ok("document add cyber.txt --name cyber-diplomacy --set kind=essay");
    project
}

#[test]
fn hits_stand_in_their_context_in_every_form() {
    let project = two_documents();
    let mut log = String::new();
    for format in ["table", "plain", "csv", "json", "jsonl", "address"] {
        log += &format!(
            "== {format}\n{}",
            told(project.run(&format!("find norms --context 12 --format {format}")))
        );
    }
    expect![[r#"
        == table
        cyber-diplomacy:26-31  y speaks of norms. The norm o
        note:36-41             es speak of norms; norms “bin
        note:43-48             k of norms; norms “bind” — at
        == plain
        cyber-diplomacy:26-31	y speaks of 	norms	. The norm o
        note:36-41	es speak of 	norms	; norms “bin
        note:43-48	k of norms; 	norms	 “bind” — at
        == csv
        document,start,end,left,hit,right
        cyber-diplomacy,26,31,y speaks of ,norms,".
        The	norm o"
        note,36,41,es speak of ,norms,; norms “bin
        note,43,48,k of norms; ,norms, “bind” — at
        == json
        [
          {"document":"cyber-diplomacy","start":26,"end":31,"left":"y speaks of ","hit":"norms","right":".\nThe\tnorm o"},
          {"document":"note","start":36,"end":41,"left":"es speak of ","hit":"norms","right":"; norms “bin"},
          {"document":"note","start":43,"end":48,"left":"k of norms; ","hit":"norms","right":" “bind” — at"}
        ]
        == jsonl
        {"document":"cyber-diplomacy","start":26,"end":31,"left":"y speaks of ","hit":"norms","right":".\nThe\tnorm o"}
        {"document":"note","start":36,"end":41,"left":"es speak of ","hit":"norms","right":"; norms “bin"}
        {"document":"note","start":43,"end":48,"left":"k of norms; ","hit":"norms","right":" “bind” — at"}
        == address
        cyber-diplomacy:26-31
        note:36-41
        note:43-48
    "#]].assert_eq(&log);
}

#[test]
fn a_phrase_is_found_however_it_is_set() {
    let project = two_documents();
    let mut log = String::new();
    for line in [
        "find 'norm of \"self-help\"'",
        "find CYBER --ignore-case --count",
        "find cyber --count",
        "find cyber --ignore-case --word",
        "find resume --ignore-accents",
        "find --regex 'cyber\\s?war' --ignore-case",
        "find --regex '^\\w+' --document note",
        "find norm --limit 2 --format address",
        "find norm --limit 0 --count",
        "find norm --context 0 --format plain --limit 1",
    ] {
        log += &format!("$ postil {line}\n{}", told(project.run(line)));
    }
    expect![[r#"
        $ postil find 'norm of "self-help"'
        cyber-diplomacy:37-56  lomacy speaks of norms. The norm of “self‐help”: résumé. Cyberwar, cyber wa
        $ postil find CYBER --ignore-case --count
        3
        $ postil find cyber --count
        1
        $ postil find cyber --ignore-case --word
        cyber-diplomacy:0-5                                Cyber diplomacy speaks of norms.
        cyber-diplomacy:76-81  lf‐help”: résumé. Cyberwar, cyber war.
        $ postil find resume --ignore-accents
        cyber-diplomacy:58-64  s. The norm of “self‐help”: résumé. Cyberwar, cyber war.
        $ postil find --regex 'cyber\s?war' --ignore-case
        cyber-diplomacy:66-74  orm of “self‐help”: résumé. Cyberwar, cyber war.
        cyber-diplomacy:76-85  lf‐help”: résumé. Cyberwar, cyber war.
        $ postil find --regex '^\w+' --document note
        note:0-5                                     Norms bind states.  States speak of no
        note:20-26               Norms bind states.  States speak of norms; norms “bind” — a
        $ postil find norm --limit 2 --format address
        cyber-diplomacy:26-30
        cyber-diplomacy:37-41
        $ postil find norm --limit 0 --count
        0
        $ postil find norm --context 0 --format plain --limit 1
        cyber-diplomacy:26-30		norm	
    "#]]
    .assert_eq(&log);
}

#[test]
fn hits_can_be_limited_to_documents_codes_and_coders() {
    let project = two_documents();
    project.ok("tag note:0-18 actors/state");
    project.ok("tag note:s2 norms --coder ben");
    // Two passages that only together hold "norms; norms": a hit must lie in one.
    project.ok("tag note:30-41 threats --create");
    project.ok("tag note:41-60 threats");
    let mut log = String::new();
    for line in [
        "find norm -i --where kind=essay --format address",
        "find norm -i --code actors --format address",
        "find norm -i --by ben --format address",
        "find norm -i --by ana --code actors/state --code norms --format address",
        "find 'norms; norms' --format address",
        "find 'norms; norms' --code threats --format address",
        "find norms --code threats --format address",
        "find norms --document cyber-diplomacy --code threats --format address",
    ] {
        log += &format!("$ postil {line}\n{}", told(project.run(line)));
    }
    expect![[r#"
        $ postil find norm -i --where kind=essay --format address
        cyber-diplomacy:26-30
        cyber-diplomacy:37-41
        $ postil find norm -i --code actors --format address
        note:0-4
        $ postil find norm -i --by ben --format address
        note:36-40
        note:43-47
        $ postil find norm -i --by ana --code actors/state --code norms --format address
        note:0-4
        $ postil find 'norms; norms' --format address
        note:36-48
        $ postil find 'norms; norms' --code threats --format address
        --- stderr
        no hits
        $ postil find norms --code threats --format address
        note:36-41
        note:43-48
        $ postil find norms --document cyber-diplomacy --code threats --format address
        --- stderr
        no hits
    "#]]
    .assert_eq(&log);
}

#[test]
fn nothing_found_is_no_failure() {
    let project = two_documents();
    expect![[r#"
        --- stderr
        no hits
    "#]]
    .assert_eq(&told(project.run("find zebra")));
    expect![[r#"
        []
        --- stderr
        no hits
    "#]]
    .assert_eq(&told(project.run("find zebra --format json")));
    expect![[r#"
        0
    "#]]
    .assert_eq(&told(project.run("find zebra --count")));
    expect![[r#"
        --- stderr
        no hits; nothing was tagged
    "#]]
    .assert_eq(&told(project.run("find zebra --tag stripes --create")));
}

#[test]
fn every_hit_can_be_tagged_in_one_change() {
    let project = two_documents();
    project.ok("tag note:36-41 norms");
    let before = said(&project);
    expect![[r#"
        --- stderr
        words is in the codebook now
        words/plural is in the codebook now
        7 annotations added (norms, words/plural); 1 note added; 2 codes added
        hint: `postil undo` takes them back together
    "#]]
    .assert_eq(&told(project.run("find norms -i --tag norms --tag words/plural --create --note counted")));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[r#"
        --- stderr
        already tagged: #2 cyber-diplomacy:26-31 norms “norms”
        already tagged: #4 note:0-5 norms “Norms”
        already tagged: #1 note:36-41 norms “norms”
        already tagged: #7 note:43-48 norms “norms”
    "#]]
    .assert_eq(&told(project.run("find norms -i --tag norms")));
    expect![[r#"
        --- stderr
        already tagged: #2 cyber-diplomacy:26-31 norms “norms”
    "#]]
    .assert_eq(&told(project.run("find norms -i --tag norms --limit 1")));
    // Two steps do the same as one.
    let addresses = project.ok("find norms -i --format address");
    expect![[r#"
        --- stderr
        already tagged: #2 cyber-diplomacy:26-31 norms “norms”
        already tagged: #4 note:0-5 norms “Norms”
        already tagged: #1 note:36-41 norms “norms”
        already tagged: #7 note:43-48 norms “norms”
    "#]]
    .assert_eq(&told(project.run_with("tag - norms", addresses.as_bytes())));
    let lines = project.ok("find norms -i --format plain");
    expect![[r#"
        --- stderr
        all 4 passages were tagged already
    "#]]
    .assert_eq(&told(project.run_with("tag - norms words/plural", lines.as_bytes())));
}

#[test]
fn a_pattern_or_name_that_is_none_is_refused() {
    let project = two_documents();
    let mut log = String::new();
    for line in [
        "find --regex 'cyber ('",
        "find --regex 'a(?=b)'",
        "find ' '",
        "find norms --document nite",
        "find norms --code nroms",
        "find norms --by bob",
        "find norms --where kin=essay",
        "find norms --tag nroms",
        "find norms --tag norms --note ' '",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[r#"
        $ postil find --regex 'cyber ('
        error: `cyber (` is not a regular expression: unclosed group
        hint: put a backslash before a sign that is meant as itself: `\(`, `\[`, `\*`, `\?`
        hint: or search for a phrase: leave out `--regex`
        $ postil find --regex 'a(?=b)'
        error: `a(?=b)` is not a regular expression: look-around, including look-ahead and look-behind, is not supported
        hint: look-around and backreferences are not supported; search wider and filter the listing
        $ postil find ' '
        error: the phrase to search for is empty
        hint: give at least one word: `postil find norms`
        $ postil find norms --document nite
        error: there is no document `nite`
        hint: did you mean `note`?
        hint: `postil document list` shows them
        $ postil find norms --code nroms
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `postil code add nroms` adds it, `postil code list` shows the codebook
        $ postil find norms --by bob
        error: there is no coder `bob`
        hint: `postil coder list` shows them
        $ postil find norms --where kin=essay
        error: no document has an attribute `kin`
        hint: did you mean `kind`?
        hint: `postil document list` shows the attributes, `postil document set DOC KEY=VALUE` sets one
        $ postil find norms --tag nroms
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `--create` adds it to the codebook, `postil code list` shows the codebook
        $ postil find norms --tag norms --note ' '
        error: the note is empty
        hint: `postil note ID --clear` takes a note away
    "#]].assert_eq(&log);
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_search_quietly() {
    let project = Project::small();
    project.write("long.txt", "norms ".repeat(200_000));
    project.ok("document add long.txt");
    for format in ["table", "plain", "csv", "jsonl"] {
        let mut child = project
            .command()
            .args(["find", "norms", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{format}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}
