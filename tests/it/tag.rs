//! Tagging: every form of address, and what is refused.

use expect_test::expect;
use postil::store::{Access, Store};

use crate::project::Project;
use crate::stored::{said, summary, told, undoes_and_redoes};

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
        hint: the words: `postil tag note --quote norms`
        hint: the code, for the whole text: `postil tag note --whole norms`
    "#]]
    .assert_eq(&project.refused("tag note norms"));
    expect![[r#"
        error: `norms` is a code, and it also occurs in the text of `note`
        hint: the words: `postil tag note --quote norms actors/state`
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
        hint: name the codes after it: `postil tag note bind CODE`
        hint: to highlight it without a code: `postil tag note --quote bind`
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
