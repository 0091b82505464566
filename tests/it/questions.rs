//! Questions that a merge opened: how they are shown, and what answers them besides `resolve`.

use expect_test::expect;

use crate::demo::shell_with;
use crate::project::Project;

/// What ben types in a store of his own.
fn ben(project: &Project, line: &str) {
    let folder = project.path("ben");
    std::fs::create_dir_all(&folder).unwrap();
    // Under another seed, since two people never make the same ids.
    let ben = [("POSTIL_CODER", "ben".to_owned()), ("POSTIL_SEED", "9".to_owned())];
    let (status, said) = shell_with(project, &folder, line, &ben);
    assert_eq!(status, Some(0), "{line}\n{said}");
}

/// A store into which ben's was merged; both have added the code `rules`, described differently.
fn two_descriptions() -> Project {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(&project, "postil code add rules --description theirs");
    ben(&project, "postil tag note 'Norms bind states' rules");
    project.ok("code add rules --description ours");
    assert_eq!(project.run("merge ben/study.postil").status, Some(3));
    project
}

#[test]
fn both_sides_of_a_conflict_are_shown_one_below_the_other_and_what_decides_it() {
    let project = two_descriptions();
    let run = project.run("conflicts");
    assert_eq!(run.status, Some(3));
    expect![[r#"
        conflict 1, code rules~2
          from ben/study.postil, brought in by ana, 2026-01-31 12:00 UTC
          name here       rules~2
          name other side rules
        --- stderr
        hint: `postil resolve 1 --ours` keeps what is here, `--theirs` takes the other side, `--value TEXT` says something else
        --- status Some(3)
    "#]]
    .assert_eq(&run.text());
}

#[test]
fn a_name_that_another_code_has_is_not_taken_from_the_other_side_either() {
    let project = two_descriptions();
    expect![[r#"
        error: another code is called `rules`
        hint: to make one code of the two: `postil code merge rules~2 rules`
        hint: to keep both: `postil resolve 1 --ours`, or `--value NAME`
    "#]]
    .assert_eq(&project.refused("resolve 1 --theirs"));
}

#[test]
fn what_tells_two_names_apart_answers_the_question_and_undo_asks_it_again() {
    let project = two_descriptions();
    for line in [
        "code merge rules~2 rules",
        "code merge rules rules~2",
        "code rename rules~2 laws",
        "code move rules~2 norms",
    ] {
        project.ok(line);
        assert_eq!(project.run("conflicts").status, Some(0), "{line}");
        project.ok("check");
        project.ok("undo");
        assert_eq!(project.run("conflicts").status, Some(3), "{line}");
        assert!(project.run("code list").out.contains("rules~2"), "{line}");
    }
    // Who only makes room leaves it to a person whether the other shall have the name.
    project.ok("code rename rules laws");
    assert_eq!(project.run("conflicts").status, Some(3));
    project.ok("resolve 1 --theirs");
    assert!(!project.run("code list").out.contains("rules~2"));
}

#[test]
fn who_decides_for_a_deletion_is_told_what_goes_with_it() {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(&project, "postil tag note 'Norms bind states' norms");
    project.ok("code remove norms");
    assert_eq!(project.run("merge ben/study.postil").status, Some(3));
    expect![[r#"
        --- stderr
        conflict 1 is decided: code norms, deleted
        warning: 1 annotation went with it; `postil undo` brings everything back
        no conflicts are left
    "#]]
    .assert_eq(&project.run("resolve 1 --theirs").text());
    project.ok("undo");
    assert_eq!(project.run("conflicts").status, Some(3));
}

#[test]
fn a_store_that_is_not_there_is_named_as_it_was_typed() {
    let project = Project::small();
    expect![[r#"
        error: there is no file `from/ben.postil`
        hint: name a store that somebody else began with `postil init`: PATH/TO/NAME.postil
    "#]]
    .assert_eq(&project.refused("merge from/ben.postil"));
    std::fs::create_dir(project.path("from")).unwrap();
    expect![[r#"
        error: `from` is a folder, not a store
        hint: name the file in it that ends in `.postil`
    "#]]
    .assert_eq(&project.refused("merge from"));
    expect![[r#"
        error: there is no file `from/ana.postil`
        hint: name a store that somebody else began with `postil init`: PATH/TO/NAME.postil
    "#]]
    .assert_eq(&project.refused("init two --from from/ana.postil"));
    assert!(!project.path("two.postil").exists());
}

#[test]
fn a_store_begun_from_one_with_questions_says_that_they_came_along() {
    let project = two_descriptions();
    ben(&project, "mkdir new && cd new && postil init third --from ../../study.postil 2>&1 | tee said");
    expect![[r#"
        made the store third.postil
        took 1 document and 5 codes, and nothing that was coded there
        warning: 1 open conflict came along; `postil conflicts` shows both sides
        hint: code in it, then bring the work into the other store: `postil merge third.postil --store ../../study.postil`
    "#]]
    .assert_eq(&project.read("ben/new/said"));
}

#[test]
fn names_that_another_store_does_not_have_are_said_to_be_missing_there() {
    let project = two_descriptions();
    expect![[r#"
        error: `ben/study.postil`: there is no document `letter`
        hint: `postil --store ben/study.postil document list` shows them
    "#]]
    .assert_eq(&project.refused("merge ben/study.postil --only document=letter"));
    expect![[r#"
        error: `ben/study.postil`: there is no coder `nora`
        hint: `postil --store ben/study.postil coder list` shows them
    "#]]
    .assert_eq(&project.refused("merge ben/study.postil --as nora=ana"));
}

#[test]
fn two_corrections_of_a_text_are_told_apart_without_reading_digests() {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(
        &project,
        "printf 'Norms bind states, sometimes.' > theirs.txt && postil document replace note theirs.txt",
    );
    project.write("ours.txt", "Norms bind no state.\n");
    project.ok("document replace note ours.txt");
    assert_eq!(project.run("merge ben/study.postil").status, Some(3));
    expect![[r#"
        conflict 1, document note
          from ben/study.postil, brought in by ana, 2026-01-31 12:00 UTC
          text here       21 characters, from `ours.txt`, sha256 9e00417f…
          text other side 29 characters, from `theirs.txt`, sha256 b9852b8b…
        --- stderr
        hint: `postil resolve 1 --ours` keeps what is here, `--theirs` takes the other side
        --- status Some(3)
    "#]]
    .assert_eq(&project.run("conflicts").text());
    assert_eq!(project.run("resolve 1 --theirs").status, Some(0));
    assert!(project.ok("show note").contains("sometimes"));
    assert!(project.refused("document replace note ben").contains("is not one file"));
}

#[test]
fn a_coder_whose_first_tag_was_undone_is_no_question_when_a_colleague_works_under_that_handle() {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(&project, "postil --coder cleo tag note --quote 'Norms bind states'");
    project.ok("--coder cleo tag note --quote Norms");
    project.ok("undo");
    project.ok("merge ben/study.postil");
    project.ok("check");
    assert!(project.ok("coder list").contains("cleo"));
}

#[test]
fn of_two_stores_at_once_a_question_names_the_one_that_brought_it() {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(&project, "postil init other --from ../study.postil");
    ben(&project, "postil --store other.postil code add mild");
    project.ok("code add rules --description ours");
    ben(&project, "postil --store study.postil merge ../study.postil");
    ben(&project, "postil --store study.postil code edit rules --description theirs");
    project.ok("code edit rules --description mine");
    assert_eq!(project.run("merge ben/other.postil ben/study.postil").status, Some(3));
    let listed = project.run("conflicts").out;
    assert!(listed.contains("from ben/study.postil"), "{listed}");
}

#[test]
fn a_value_of_ones_own_is_the_last_word_against_everybody_even_the_one_they_all_began_with() {
    let project = Project::small();
    project.ok("code edit norms --description base");
    for store in ["study", "other"] {
        ben(&project, &format!("postil init {store} --from ../study.postil"));
        ben(&project, &format!("postil --store {store}.postil code edit norms --description {store}"));
    }
    project.ok("code edit norms --description ours");
    assert_eq!(project.run("merge ben/study.postil ben/other.postil").status, Some(3));
    expect![[r#"
        --- stderr
        conflict 1 is decided: code norms, description
        conflict 2 is decided: code norms, description
        no conflicts are left
    "#]]
    .assert_eq(&project.run("resolve 1 --value base").text());
    assert!(project.ok("code list --format csv").contains("norms,,base"));
    // And so everywhere, once it has travelled.
    ben(&project, "postil --store other.postil merge ../study.postil");
    let other = project.ok("--store ben/other.postil code list --format csv");
    assert!(other.contains("norms,,base"), "{other}");
}

#[test]
fn a_bundle_from_before_a_text_was_corrected_is_old_and_not_refused() {
    let project = Project::small();
    ben(&project, "postil init study --from ../study.postil");
    ben(&project, "postil tag note 'Norms bind states' norms");
    ben(&project, "postil export csv -o bundle --quiet");
    let text = project.read("ben/bundle/texts/note.txt");
    project.write("corrected.txt", text.replace("Norms bind", "Today norms bind"));
    project.ok("document replace note corrected.txt");
    expect![[r#"
        annotations: 1 new
        documents: 1 older than the store
        coders: 1 new
        --- stderr
        warning: row 2: the words of its passage have changed since the sheet was written; it is 0-23 now
        1 passage followed from an older text of their document, 1 of them with other words
        change 4; `postil undo` takes it back
        hint: older rows hold what was replaced or undone since; after an undo, `postil redo` brings an import back
    "#]].assert_eq(&project.run("import csv ben/bundle").text());
    project.ok("check");
}
