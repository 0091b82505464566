//! Tagging what standard input names.

use expect_test::expect;

use crate::project::Project;
use crate::stored::{refused_with, said, summary, told, undoes_and_redoes};

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
