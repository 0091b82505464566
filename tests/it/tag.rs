//! Tagging: `tag`, `untag`, `retag`, `note`, `extend`.

use expect_test::expect;
use postil::actions::annotations::describe;
use postil::store::log::ChangeKind;
use postil::store::select::Selection;
use postil::store::{Access, ChangeRequest, Store};

use crate::project::{Project, Run};

/// What the store says of its texts, a line an annotation.
fn said(project: &Project) -> String {
    let store = Store::open(&project.path("study.postil"), Access::Read).unwrap();
    let mut rows = store.reader().annotations(&Selection::default()).unwrap();
    rows.sort_by_key(|row| row.id);
    let mut lines = String::new();
    for row in &rows {
        let said = describe(store.reader(), row).unwrap();
        let code = said.code.as_deref().unwrap_or("-");
        lines += &format!("#{} {} {}:{} {code}", said.id, said.coder, said.document, said.range);
        if !said.note.is_empty() {
            lines += &format!(" {:?}", said.note);
        }
        lines.push('\n');
    }
    lines
}

/// Undoes the newest change, redoes it, and undoes it again; `before` and `after` are what the store says on either side.
#[track_caller]
fn undoes_and_redoes(project: &Project, before: &str, after: &str) {
    assert_eq!(said(project), after);
    let request = || ChangeRequest { command: "undo", coder: "ana".to_owned(), at: 0, seed: 9 };
    let mut store = Store::open(&project.path("study.postil"), Access::Write).unwrap();
    let change = store.reader().newest_in_effect().unwrap().unwrap();
    for (kind, expected) in [
        (ChangeKind::Undo, before),
        (ChangeKind::Redo, after),
        (ChangeKind::Undo, before),
        (ChangeKind::Redo, after),
    ] {
        store.invert(request(), kind, change).unwrap();
        assert_eq!(said(project), expected, "{kind:?}");
    }
}

/// The newest entry of the log.
fn summary(project: &Project) -> String {
    let store = Store::open(&project.path("study.postil"), Access::Read).unwrap();
    let change = store.reader().changes(1).unwrap().remove(0);
    format!("{}: {}", change.command, change.summary)
}

/// A run that must have been refused on bad input from standard input, the store unchanged.
#[track_caller]
fn refused_with(project: &Project, line: &str, input: &str) -> String {
    let before = project.bytes();
    let run = project.run_with(line, input.as_bytes());
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(project.bytes() == before, "the store changed");
    run.err
}

fn told(run: Run) -> String {
    assert_eq!(run.status, Some(0), "{}", run.text());
    run.text()
}

#[test]
fn every_form_of_address_tags_the_passage_it_names() {
    let project = Project::small();
    let mut log = String::new();
    for line in [
        "tag note:0-5 norms",
        "tag note:l3 norms",
        "tag note:p1 norms actors/state",
        "tag note:s2 actors/state",
        "tag note 'bind states' norms",
        "tag note 'norms \"bind\" - at times' norms",
        "tag note 'States ... nobody' norms --note 'a definition?'",
        "tag note --quote norms actors/state --nth 2",
        "tag note --whole norms",
        "tag note actors/state",
        "tag note:6-10",
        "tag note:6-10 --note 'why bind?'",
    ] {
        log += &told(project.run(line));
    }
    expect![[""]].assert_eq(&log);
    expect![[""]].assert_eq(&said(&project));
}

#[test]
fn what_a_coder_said_once_is_not_said_twice() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let before = project.bytes();
    expect![[""]].assert_eq(&told(project.run("tag note Norms norms")));
    assert!(project.bytes() == before, "something was written");
    // Another coder is another voice, and another code another thing to say.
    project.ok("tag note:0-5 norms --coder ben");
    project.ok("tag note:0-5 actors/state norms");
    expect![[""]].assert_eq(&said(&project));
}

#[test]
fn a_note_is_put_where_none_stands_and_never_over_another() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let bare = said(&project);
    expect![[""]].assert_eq(&told(project.run("tag note:0-5 norms --note first")));
    let noted = said(&project);
    undoes_and_redoes(&project, &bare, &noted);
    expect![[""]].assert_eq(&told(project.run("tag note:0-5 norms --note first")));
    expect![[""]].assert_eq(&project.refused("tag note:0-5 norms --note second"));
    expect![[""]].assert_eq(&project.refused("tag note:0-5 actors/state --note ' '"));
}

#[test]
fn a_word_that_is_a_code_and_in_the_text_is_asked_about() {
    let project = Project::small();
    expect![[""]].assert_eq(&project.refused("tag note norms"));
    expect![[""]].assert_eq(&project.refused("tag note norms actors/state"));
    // A quote of several words is never taken for a code.
    expect![[""]].assert_eq(&told(project.run("tag note 'of norms' norms")));
}

#[test]
fn words_without_a_passage_or_a_code_are_refused_with_what_to_type() {
    let project = Project::small();
    let mut log = String::new();
    for line in [
        "tag note",
        "tag note bind",
        "tag note blind",
        "tag note 'norms bend'",
        "tag note actors/state norms",
        "tag nite:0-5 norms",
        "tag nite 'bind states' norms",
        "tag note:0-5 nroms",
        "tag note:0-5 norms/",
        "tag note:0-5 '' --create",
        "tag :0-5 norms",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[""]].assert_eq(&log);
}

#[test]
fn a_quote_that_is_not_there_once_is_refused_with_its_places_or_the_nearest() {
    let project = Project::small();
    let mut log = String::new();
    for line in [
        "tag note --quote norms actors/state",
        "tag note --quote norms actors/state --nth 3",
        "tag note 'norms blind' actors/state",
        "tag note 'xyzzy plugh' actors/state",
        "tag 'note:\"nobody knows\"' norms",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[""]].assert_eq(&log);
}

#[test]
fn places_that_cannot_be_are_refused() {
    let project = Project::small();
    let mut log = String::new();
    for line in [
        "tag note:0-500 norms",
        "tag note:5-2 norms",
        "tag note:5-5 norms",
        "tag note:0-99999999999999999999 norms",
        "tag note:l9 norms",
        "tag note:l2 norms",
        "tag note:p3 norms",
        "tag note:s0 norms",
    ] {
        log += &format!("$ postil {line}\n{}", project.refused(line));
    }
    expect![[""]].assert_eq(&log);
}

#[test]
fn options_that_contradict_the_words_are_wrong_usage() {
    let project = Project::small();
    let mut log = String::new();
    for line in [
        "tag note:0-5 norms --nth 2",
        "tag note:0-5 norms --whole",
        "tag note:0-5 norms --quote x",
        "tag - norms --whole",
    ] {
        let run = project.run(line);
        assert_eq!(run.status, Some(2), "{line}");
        log += &format!("$ postil {line}\n{}", run.err);
    }
    expect![[""]].assert_eq(&log);
}

#[test]
fn codes_are_made_on_request_with_the_levels_above_them() {
    let project = Project::small();
    let before = said(&project);
    expect![[""]].assert_eq(&told(project.run("tag note:0-5 threats/war/cold norms --create")));
    assert_eq!(summary(&project), "tag: 1 passage tagged threats/war/cold, norms; 3 codes added");
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    let store = Store::open(&project.path("study.postil"), Access::Read).unwrap();
    let colors: Vec<String> =
        store.reader().codes().unwrap().into_iter().skip(3).map(|code| code.color).collect();
    assert!(colors.iter().all(|color| color.starts_with('#')), "{colors:?}");
    assert!(colors[0] != colors[1] && colors[1] != colors[2], "{colors:?}");
}

#[test]
fn a_dry_run_answers_with_what_would_be_written_and_writes_nothing() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let before = project.bytes();
    expect![[""]]
        .assert_eq(&told(project.run("tag note --quote bind norms threats --all --create --dry-run")));
    expect![[""]].assert_eq(&told(project.run("tag note:0-5 norms -n")));
    project.refused("tag note:0-5 nroms -n");
    assert!(project.bytes() == before, "something was written");
}

#[test]
fn standard_input_names_passages_in_every_form_and_is_one_change() {
    let project = Project::small();
    project.write("texts/a.txt", "The war.\nA state at war: at 10:30:15 no more.\n");
    project.ok("document add texts/a.txt");
    let before = said(&project);
    let input = "note:0-5\n\nnote:\"bind states\"\r\nnote:s2\tleft\thit\tright\ntexts/a.txt:1:5:war\n./texts/a.txt:2:12:war: at 10:30:15 no\n/elsewhere/a.txt:2:3:state\nnote:0-5\na\n";
    expect![[""]].assert_eq(&told(project.run_with("tag - norms actors/state", input.as_bytes())));
    expect![[""]].assert_eq(&said(&project));
    expect![[""]].assert_eq(&summary(&project));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[""]].assert_eq(&told(project.run_with("tag - norms actors/state", input.as_bytes())));
}

#[test]
fn every_bad_line_of_standard_input_is_named_and_nothing_is_written() {
    let project = Project::small();
    project.write("a/x.txt", "One text.\n");
    project.write("b/x.txt", "Another text.\n");
    project.ok("document add a/x.txt");
    project.ok("document add b/x.txt --name y");
    let input = "nite:0-3\nnote:0-900\n\nnote:0-3\nx/z.txt:1:1:foo\nnote:\"blind at tims\"\nnote.txt:1:1:gone\nx.txt:1:1:text\n:0-3\n";
    expect![[""]].assert_eq(&refused_with(&project, "tag - norms", input));
    expect![[""]].assert_eq(&refused_with(&project, "tag - norms", "note:9-3\n"));
    let many = refused_with(&project, "tag - norms", &"nowhere:1-2\n".repeat(1000));
    assert!(many.starts_with("error: standard input was given up after 50 lines"), "{many}");
    assert_eq!(many.lines().count(), 51);
}

#[test]
fn an_empty_standard_input_tags_nothing_and_is_no_failure() {
    let project = Project::small();
    let before = project.bytes();
    expect![[""]].assert_eq(&told(project.run_with("tag - norms", b"")));
    expect![[""]].assert_eq(&told(project.run_with("untag -", b"\n")));
    assert!(project.bytes() == before, "something was written");
    expect![[""]].assert_eq(&refused_with(&project, "tag - nroms", ""));
    let latin = project.run_with("tag - norms", b"note:\"caf\xe9\"\n");
    assert_eq!(
        (latin.status, latin.err.lines().next()),
        (Some(1), Some("error: standard input is not UTF-8"))
    );
}

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
    expect![[""]].assert_eq(&told(project.run("untag 1 #2 1")));
    let after = said(&project);
    undoes_and_redoes(&project, &full, &after);
    expect![[""]].assert_eq(&told(project.run("untag note bind norms")));
    expect![[""]].assert_eq(&told(project.run_with("untag -", b"#4\tnote\t20\n")));
    expect![[""]].assert_eq(&told(project.run_with("untag - actors/state", b"note:l3\n")));
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
    expect![[""]].assert_eq(&log);
    expect![[""]].assert_eq(&told(project.run("untag 1 2 --all-coders")));
}

#[test]
fn retag_gives_another_code_and_joins_what_becomes_the_same() {
    let project = Project::small();
    project.ok("tag note:0-5 norms actors/state --note 'both'");
    project.ok("tag note:6-10 norms");
    let before = said(&project);
    expect![[""]].assert_eq(&told(project.run("retag 3 actors/state")));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[""]].assert_eq(&told(project.run("retag 3 actors/state")));
    project.ok("note 1 'of the norm'");
    let before = said(&project);
    expect![[""]].assert_eq(&told(project.run("retag #1 3 actors/state")));
    expect![[""]].assert_eq(&said(&project));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[""]].assert_eq(&told(project.run("retag 2 3 threats/war --create")));
}

#[test]
fn annotations_that_retag_makes_equal_become_one() {
    let project = Project::small();
    project.ok("tag note:0-5 norms actors actors/state --create");
    let before = said(&project);
    expect![[""]].assert_eq(&told(project.run("retag 1 2 3 threats --create")));
    let after = said(&project);
    expect![[""]].assert_eq(&after);
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
    expect![[""]].assert_eq(&log);
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
    expect![[""]].assert_eq(&log);
    // A word that occurs twice means the occurrence the annotation is on.
    project.ok("extend 1 note:s2");
    project.ok("tag note:0-18 norms");
    expect![[""]].assert_eq(&told(project.run("extend 2 bind")));
    let before = said(&project);
    expect![[""]].assert_eq(&told(project.run("extend 2 note:s2")));
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
    expect![[""]].assert_eq(&log);
    project.ok("retag 2 actors/state --coder ben");
}

#[test]
fn a_document_may_be_called_like_an_address_or_a_number() {
    let project = Project::small();
    project.write("minutes.txt", "Present: all.\n");
    project.ok("document add minutes.txt --name minutes:20-26");
    project.write("n.txt", "Absent: none.\n");
    project.ok("document add n.txt --name 12");
    expect![[""]].assert_eq(&told(project.run("tag minutes:20-26 'Present' norms")));
    expect![[""]].assert_eq(&told(project.run("tag minutes:20-26:0-7 actors/state")));
    expect![[""]].assert_eq(&told(project.run("tag 12:0-6 norms")));
    expect![[""]].assert_eq(&told(project.run("untag 12:0-6 norms")));
}
