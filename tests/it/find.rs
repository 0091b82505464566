//! Searching: `find`, and what it tags.

use std::process::Stdio;

use expect_test::expect;

use crate::project::{Project, Run};

fn told(run: Run) -> String {
    assert_eq!(run.status, Some(0), "{}", run.text());
    run.text()
}

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
    expect![[""]].assert_eq(&log);
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
    expect![[""]].assert_eq(&log);
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
    expect![[""]].assert_eq(&log);
}

#[test]
fn nothing_found_is_no_failure() {
    let project = two_documents();
    expect![[""]].assert_eq(&told(project.run("find zebra")));
    expect![[""]].assert_eq(&told(project.run("find zebra --format json")));
    expect![[""]].assert_eq(&told(project.run("find zebra --count")));
    expect![[""]].assert_eq(&told(project.run("find zebra --tag stripes --create")));
}

#[test]
fn every_hit_can_be_tagged_in_one_change() {
    let project = two_documents();
    project.ok("tag note:36-41 norms");
    expect![[""]].assert_eq(&told(
        project.run("find norms -i --tag norms --tag words/plural --create --note counted"),
    ));
    expect![[""]].assert_eq(&told(project.run("find norms -i --tag norms")));
    expect![[""]].assert_eq(&told(project.run("find norms -i --tag norms --limit 1")));
    // Two steps do the same as one.
    let addresses = project.ok("find norms -i --format address");
    expect![[""]].assert_eq(&told(project.run_with("tag - norms", addresses.as_bytes())));
    let lines = project.ok("find norms -i --format plain");
    expect![[""]].assert_eq(&told(project.run_with("tag - norms words/plural", lines.as_bytes())));
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
    expect![[""]].assert_eq(&log);
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
