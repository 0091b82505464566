//! Tagging: `tag`, `untag`, `retag`, `note`, `extend`.

use expect_test::expect;
use postil::actions::annotations::describe;
use postil::store::log::ChangeKind;
use postil::store::select::Selection;
use postil::store::{Access, ChangeRequest, Store};

use crate::project::{Project, Run};

/// What the store says of its texts, a line an annotation.
pub(crate) fn said(project: &Project) -> String {
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
pub(crate) fn undoes_and_redoes(project: &Project, before: &str, after: &str) {
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
    expect![[r#"
        --- stderr
        #1 note:0-5 norms “Norms”
        --- stderr
        #2 note:20-76 norms “States speak of norms; norms “bind” — at times — nobody.”
        --- stderr
        #3 note:0-18 norms “Norms bind states.”
        #4 note:0-18 actors/state “Norms bind states.”
        --- stderr
        #5 note:20-76 actors/state “States speak of norms; norms “bind” — at times — nobody.”
        --- stderr
        #6 note:6-17 norms “bind states”
        --- stderr
        #7 note:43-66 norms “norms “bind” — at times”
        --- stderr
        #8 note:20-75 norms “States speak of norms; norms “bind” — at times — nobody”
        --- stderr
        #9 note:43-48 actors/state “norms”
        --- stderr
        #10 note:0-77 norms (the whole text of note)
        --- stderr
        #11 note:0-77 actors/state (the whole text of note)
        --- stderr
        #12 note:6-10 (highlight) “bind”
        --- stderr
        #13 note:6-10 (note) “bind”
    "#]]
    .assert_eq(&log);
    expect![[r##"
        #1 ana note:0-5 norms
        #2 ana note:20-76 norms
        #3 ana note:0-18 norms
        #4 ana note:0-18 actors/state
        #5 ana note:20-76 actors/state
        #6 ana note:6-17 norms
        #7 ana note:43-66 norms
        #8 ana note:20-75 norms "a definition?"
        #9 ana note:43-48 actors/state
        #10 ana note:0-77 norms
        #11 ana note:0-77 actors/state
        #12 ana note:6-10 -
        #13 ana note:6-10 - "why bind?"
    "##]]
    .assert_eq(&said(&project));
}

#[test]
fn what_a_coder_said_once_is_not_said_twice() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let before = project.bytes();
    expect![[r#"
        --- stderr
        already tagged: #1 note:0-5 norms “Norms”
    "#]]
    .assert_eq(&told(project.run("tag note Norms norms")));
    assert!(project.bytes() == before, "something was written");
    // Another coder is another voice, and another code another thing to say.
    project.ok("tag note:0-5 norms --coder ben");
    project.ok("tag note:0-5 actors/state norms");
    expect![[r#"
        #1 ana note:0-5 norms
        #2 ben note:0-5 norms
        #3 ana note:0-5 actors/state
    "#]]
    .assert_eq(&said(&project));
}

#[test]
fn a_note_is_put_where_none_stands_and_never_over_another() {
    let project = Project::small();
    project.ok("tag note:0-5 norms");
    let bare = said(&project);
    expect![[r#"
        --- stderr
        note added: #1 note:0-5 norms “Norms”
    "#]]
    .assert_eq(&told(project.run("tag note:0-5 norms --note first")));
    let noted = said(&project);
    undoes_and_redoes(&project, &bare, &noted);
    expect![[r#"
        --- stderr
        already tagged: #1 note:0-5 norms “Norms”
    "#]]
    .assert_eq(&told(project.run("tag note:0-5 norms --note first")));
    expect![[r#"
        error: #1 has another note already: `first`
        hint: `postil note 1 TEXT` replaces it; nothing was written
    "#]]
    .assert_eq(&project.refused("tag note:0-5 norms --note second"));
    expect![[r#"
        error: the note is empty
        hint: `postil note ID --clear` takes a note away
    "#]]
    .assert_eq(&project.refused("tag note:0-5 actors/state --note ' '"));
}

#[test]
fn a_word_that_is_a_code_and_in_the_text_is_asked_about() {
    let project = Project::small();
    expect![[r#"
        error: `norms` is a code, and it also occurs in the text of `note`
        hint: the words: `postil tag note --quote 'norms'`
        hint: the code, for the whole text: `postil tag note --whole norms`
    "#]]
    .assert_eq(&project.refused("tag note norms"));
    expect![[r#"
        error: `norms` is a code, and it also occurs in the text of `note`
        hint: the words: `postil tag note --quote 'norms' actors/state`
        hint: the code, for the whole text: `postil tag note --whole norms actors/state`
    "#]]
    .assert_eq(&project.refused("tag note norms actors/state"));
    // A quote of several words is never taken for a code.
    expect![[r#"
        --- stderr
        #1 note:33-41 norms “of norms”
    "#]]
    .assert_eq(&told(project.run("tag note 'of norms' norms")));
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
    expect![[r#"
        $ postil tag note
        error: which passage of `note` is meant?
        hint: a quote: `postil tag note 'some of its words' CODE`
        hint: a place: `postil tag note:p3 CODE`; the whole text: `postil tag note --whole CODE`
        $ postil tag note bind
        error: `bind` occurs in `note`, but no code was given for it
        hint: name the codes after it: `postil tag note 'bind' CODE`
        hint: to highlight it without a code: `postil tag note --quote 'bind'`
        $ postil tag note blind
        error: there is no code `blind`
        hint: `postil code add blind` adds it, `postil code list` shows the codebook
        hint: to tag the whole text with a new code: `postil tag note --whole blind --create`
        $ postil tag note 'norms bend'
        error: `norms bend` does not occur in `note`
        hint: the nearest passage is `note:0-10`: "Norms bind"
        $ postil tag note actors/state norms
        error: `actors/state` does not occur in `note`
        hint: look for one of its words: `postil find WORD`
        hint: to tag the whole text: `postil tag note --whole actors/state norms`
        $ postil tag nite:0-5 norms
        error: there is no document `nite`
        hint: did you mean `note`?
        hint: `postil document list` shows them
        $ postil tag nite 'bind states' norms
        error: there is no document `nite`
        hint: did you mean `note`?
        hint: `postil document list` shows them
        $ postil tag note:0-5 nroms
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `--create` adds it to the codebook, `postil code list` shows the codebook
        $ postil tag note:0-5 norms/
        error: the code path `norms/` has an empty level
        hint: levels are separated by one `/`, as in `actors/state`
        $ postil tag note:0-5 '' --create
        error: the code path `` has an empty level
        hint: levels are separated by one `/`, as in `actors/state`
        $ postil tag :0-5 norms
        error: the address `:0-5` names no document
        hint: an address is `DOC:120-188`, `DOC:l12-l14`, `DOC:p7`, `DOC:s45`, `DOC:"a quote"` or `DOC`
    "#]]
    .assert_eq(&log);
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
    expect![[r#"
        $ postil tag note --quote norms actors/state
        error: `norms` occurs 2 times in `note`
        hint: 1: `note:36-41`, line 3: …tates. States speak of norms; norms “bind” — at time…
        hint: 2: `note:43-48`, line 3: …States speak of norms; norms “bind” — at times — nob…
        hint: choose one with `--nth N`, or take them all with `--all`
        $ postil tag note --quote norms actors/state --nth 3
        error: there is no occurrence 3 of `norms` in `note`: it occurs 2 times
        hint: occurrences are numbered from 1, in the order of the text
        $ postil tag note 'norms blind' actors/state
        error: `norms blind` does not occur in `note`
        hint: the nearest passage is `note:0-10`: "Norms bind"
        $ postil tag note 'xyzzy plugh' actors/state
        error: `xyzzy plugh` does not occur in `note`
        hint: look for one of its words: `postil find WORD`
        $ postil tag 'note:"nobody knows"' norms
        error: `nobody knows` does not occur in `note`
        hint: look for one of its words: `postil find WORD`
    "#]]
    .assert_eq(&log);
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
    expect![[r#"
        $ postil tag note:0-500 norms
        error: `0-500` is past the end of `note`, which has 77 characters
        hint: the whole text is `note:0-77`
        $ postil tag note:5-2 norms
        error: `5-2` is not a place in a text: its end comes before its start
        hint: did you mean `note:2-5`?
        $ postil tag note:5-5 norms
        error: `5-5` is not a place in a text: it is empty, since the end is not included
        hint: one character is `note:5-6`
        $ postil tag note:0-99999999999999999999 norms
        error: `0-99999999999999999999` is not a place in a text: the number is too large
        hint: `postil show note` shows how long the text is
        $ postil tag note:l9 norms
        error: `l9` is past the end of `note`, which has 3 lines
        hint: the last one is `note:l3`
        $ postil tag note:l2 norms
        error: `l2` of `note` is blank: there is nothing to tag
        hint: `postil show note` shows the lines with text
        $ postil tag note:p3 norms
        error: `p3` is past the end of `note`, which has 2 paragraphs
        hint: the last one is `note:p2`
        $ postil tag note:s0 norms
        error: `s0` is not a place in a text: numbers start at 1
        hint: the first one is `note:s1`
    "#]]
    .assert_eq(&log);
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
    expect![[r#"
        $ postil tag note:0-5 norms --nth 2
        error: `--nth` and `--all` choose among the occurrences of a quote
        hint: name the passage by its words, or leave them out
        $ postil tag note:0-5 norms --whole
        error: `note:0-5` names a place already, so `--quote` and `--whole` can't name another
        hint: type `note` alone
        $ postil tag note:0-5 norms --quote x
        error: `note:0-5` names a place already, so `--quote` and `--whole` can't name another
        hint: type `note` alone
        $ postil tag - norms --whole
        error: `-` reads passages from standard input, so none can be said apart
        hint: leave out `--quote` and `--whole`, or name the document in place of `-`
    "#]]
    .assert_eq(&log);
}

#[test]
fn codes_are_made_on_request_with_the_levels_above_them() {
    let project = Project::small();
    let before = said(&project);
    expect![[r#"
        --- stderr
        threats is in the codebook now
        threats/war is in the codebook now
        threats/war/cold is in the codebook now
        #1 note:0-5 threats/war/cold “Norms”
        #2 note:0-5 norms “Norms”
    "#]]
    .assert_eq(&told(project.run("tag note:0-5 threats/war/cold norms --create")));
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
    expect![[r#"
        new	note:6-10 norms “bind”
        new	note:6-10 threats “bind”
        new	note:50-54 norms “bind”
        new	note:50-54 threats “bind”
        --- stderr
        nothing was written; would be: 2 passages tagged norms, threats; code threats added
    "#]]
    .assert_eq(&told(project.run("tag note --quote bind norms threats --all --create --dry-run")));
    expect![[r#"
        already	#1 note:0-5 norms “Norms”
        --- stderr
        nothing was written, and nothing would be: 1 was tagged already
    "#]]
    .assert_eq(&told(project.run("tag note:0-5 norms -n")));
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
    expect![[r#"
        --- stderr
        7 passages tagged norms, actors/state
        hint: `postil undo` takes them back together
    "#]]
    .assert_eq(&told(project.run_with("tag - norms actors/state", input.as_bytes())));
    expect![[r#"
        #1 ana note:0-5 norms
        #2 ana note:0-5 actors/state
        #3 ana note:6-17 norms
        #4 ana note:6-17 actors/state
        #5 ana note:20-76 norms
        #6 ana note:20-76 actors/state
        #7 ana a:4-7 norms
        #8 ana a:4-7 actors/state
        #9 ana a:20-39 norms
        #10 ana a:20-39 actors/state
        #11 ana a:11-16 norms
        #12 ana a:11-16 actors/state
        #13 ana a:0-46 norms
        #14 ana a:0-46 actors/state
    "#]]
    .assert_eq(&said(&project));
    expect!["tag: 7 passages tagged norms, actors/state"].assert_eq(&summary(&project));
    let after = said(&project);
    undoes_and_redoes(&project, &before, &after);
    expect![[r#"
        --- stderr
        all 7 passages were tagged already
    "#]]
    .assert_eq(&told(project.run_with("tag - norms actors/state", input.as_bytes())));
}

#[test]
fn every_bad_line_of_standard_input_is_named_and_nothing_is_written() {
    let project = Project::small();
    project.write("a/x.txt", "One text.\n");
    project.write("b/x.txt", "Another text.\n");
    project.ok("document add a/x.txt");
    project.ok("document add b/x.txt --name y");
    let input = "nite:0-3\nnote:0-900\n\nnote:0-3\nx/z.txt:1:1:foo\nnote:\"blind at tims\"\nnote.txt:1:1:gone\nx.txt:1:1:text\n:0-3\n";
    expect![[r#"
        error: 7 of 8 lines on standard input name no passage; nothing was written
        hint: line 1: there is no document `nite` (did you mean `note`?)
        hint: line 2: `0-900` is past the end of `note`, which has 77 characters (the whole text is `note:0-77`)
        hint: line 5: no document was added from `x/z.txt` (`postil document add x/z.txt`)
        hint: line 6: `blind at tims` does not occur in `note` (the nearest passage is `note:6-17`: "bind states")
        hint: line 7: line 1 of `note.txt` does not hold `gone` (the file may have changed since it was added; search the stored text with `postil find`)
        hint: line 8: `x.txt` may be any of the documents `x`, `y` (they were added from files of that name: search in the folder they were added from)
        hint: line 9: the address `:0-3` names no document (an address is `DOC:120-188`, `DOC:l12-l14`, `DOC:p7`, `DOC:s45`, `DOC:"a quote"` or `DOC`)
    "#]].assert_eq(&refused_with(&project, "tag - norms", input));
    expect![[r#"
        error: the line on standard input names no passage
        hint: line 1: `9-3` is not a place in a text: its end comes before its start (did you mean `note:3-9`?)
    "#]].assert_eq(&refused_with(&project, "tag - norms", "note:9-3\n"));
    let many = refused_with(&project, "tag - norms", &"nowhere:1-2\n".repeat(1000));
    assert!(many.starts_with("error: standard input was given up after 50 lines"), "{many}");
    assert_eq!(many.lines().count(), 51);
}

#[test]
fn an_empty_standard_input_tags_nothing_and_is_no_failure() {
    let project = Project::small();
    let before = project.bytes();
    expect![[r#"
        --- stderr
        standard input named no passage; nothing was tagged
    "#]]
    .assert_eq(&told(project.run_with("tag - norms", b"")));
    expect![[r#"
        --- stderr
        standard input named nothing; nothing was removed
    "#]]
    .assert_eq(&told(project.run_with("untag -", b"\n")));
    assert!(project.bytes() == before, "something was written");
    expect![[r#"
        error: there is no code `nroms`
        hint: did you mean `norms`?
        hint: `--create` adds it to the codebook, `postil code list` shows the codebook
    "#]]
    .assert_eq(&refused_with(&project, "tag - nroms", ""));
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
        hint: `postil list` shows those there are; `postil log --of '#1'` shows what became of one
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
        hint: `postil list` shows those there are; `postil log --of '#1'` shows what became of one
        $ postil retag one norms
        error: `one` is not the id of an annotation
        hint: ids are numbers such as 1532; `postil list` shows them in its first column
        $ postil note 9 x
        error: there is no annotation #9
        hint: `postil list` shows those there are; `postil log --of '#1'` shows what became of one
        $ postil note 1 ''
        error: the note is empty
        hint: `postil note ID --clear` takes a note away
        $ postil extend 9 note:0-5
        error: there is no annotation #9
        hint: `postil list` shows those there are; `postil log --of '#1'` shows what became of one
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

#[test]
fn a_document_may_be_called_like_an_address_or_a_number() {
    let project = Project::small();
    project.write("minutes.txt", "Present: all.\n");
    project.ok("document add minutes.txt --name minutes:20-26");
    project.write("n.txt", "Absent: none.\n");
    project.ok("document add n.txt --name 12");
    expect![[r#"
        --- stderr
        #1 minutes:20-26:0-7 norms “Present”
    "#]]
    .assert_eq(&told(project.run("tag minutes:20-26 'Present' norms")));
    expect![[r#"
        --- stderr
        #2 minutes:20-26:0-7 actors/state “Present”
    "#]]
    .assert_eq(&told(project.run("tag minutes:20-26:0-7 actors/state")));
    expect![[r#"
        --- stderr
        #3 12:0-6 norms “Absent”
    "#]]
    .assert_eq(&told(project.run("tag 12:0-6 norms")));
    expect![[r#"
        --- stderr
        removed #3 12:0-6 norms “Absent”
        hint: `postil undo` brings it back
    "#]]
    .assert_eq(&told(project.run("untag 12:0-6 norms")));
}
