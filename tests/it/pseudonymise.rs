//! `pseudonymise`: other names in the texts, every passage at its words, and the way back.

use expect_test::expect;

use crate::project::Project;

const TEXT: &str = "Anna said that Ben's sister, Anna Maria, was there.\r\n\r\n\
                    سارا گفت که سارا‌ها آمدند. 👩\u{200d}👧 Jose\u{301} met ANNA; Anna-Lena and Annabel did not.\r\n";
const NAMES: &str = "name,pseudonym\nAnna,P01\nAnna Maria,Person Two\nBen,P03\nسارا,ش۴\nJose\u{301},P05\n";

/// An interview with names, and passages that have them, have parts of them, and are beside them.
fn interviewed() -> Project {
    let project = Project::new();
    project.write("anna.txt", TEXT);
    project.write("names.csv", NAMES);
    #[cfg(unix)]
    std::fs::set_permissions(project.path("names.csv"), std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .unwrap();
    project.ok("document add anna.txt --name interview-07");
    project.ok("code add speech kin place");
    for line in [
        "tag interview-07 'Anna said' speech",
        "tag interview-07:0-4 kin --note 'Anna is the mother'",
        "tag interview-07:1-3 kin",
        "tag interview-07:2-9 place",
        "tag interview-07 'was there' place",
        "tag interview-07 'sister, Anna Maria, was' kin --coder ben",
        "tag interview-07 'آمدند' speech",
        "tag interview-07 'met ANNA' speech --coder ben",
        "tag interview-07 'Annabel did not' place",
        "memo interview-07 'Ask Ben again.'",
    ] {
        project.ok(line);
    }
    project
}

/// Every passage: its place, code, coder, words and note, of the store `options` name.
fn passages_of(project: &Project, options: &str) -> Vec<String> {
    let listed = project.ok(&format!("{options} list --format jsonl"));
    let mut rows: Vec<String> = listed
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let of = |name: &str| row[name].to_string();
            ["start", "end", "code", "coder", "quote", "note"].map(of).join(" ")
        })
        .collect();
    rows.sort();
    rows
}

fn passages(project: &Project) -> Vec<String> {
    passages_of(project, "")
}

#[test]
fn names_are_replaced_in_context_and_passages_stay_with_their_words() {
    let project = interviewed();
    let before = project.bytes();
    let rehearsal = project.run("pseudonymise interview-07 --names names.csv --dry-run");
    expect![[r#"
        Document      Start  End  Before                                    Name        Pseudonym   After
        interview-07      0    4                                            Anna        P01          said that Ben's sister, Anna Maria, was
        interview-07     15   18  Anna said that                            Ben         P03         's sister, Anna Maria, was there.  سارا
        interview-07     29   39  Anna said that Ben's sister,              Anna Maria  Person Two  , was there.  سارا گفت که سارا‌ها آمدند.
        interview-07     53   57  t Ben's sister, Anna Maria, was there.    سارا        ش۴           گفت که سارا‌ها آمدند. 👩‍👧 José met ANN
        interview-07     65   69  er, Anna Maria, was there.  سارا گفت که   سارا        ش۴          ‌ها آمدند. 👩‍👧 José met ANNA; Anna-Lena
        interview-07     84   89   there.  سارا گفت که سارا‌ها آمدند. 👩‍👧     José        P05          met ANNA; Anna-Lena and Annabel did not
        interview-07    100  104  ت که سارا‌ها آمدند. 👩‍👧 José met ANNA;      Anna        P01         -Lena and Annabel did not.
        --- stderr
        would replace 5 names at 7 places in 1 document; 8 annotations with a new place or new words
        1 annotation had part of the same word as another of the same code, and became one with it
        warning: in another spelling, these still stand in the texts: `Anna`
        hint: give each spelling a row of its own: `postil find NAME --ignore-case` finds them
        warning: names still stand in 1 memo, as in #1 on interview-07
        warning: names still stand in 1 note, as in #2 in interview-07
        warning: names still stand in 1 former text, as in an undo could bring it back
        warning: names still stand in 1 former state, as in an undo could bring it back
        hint: once nobody needs the way back: `postil document purge DOC --former` erases former texts and what quotes them
        hint: this was a rehearsal: nothing was written; leave `--dry-run` out to do it
        --- status Some(3)
    "#]].assert_eq(&rehearsal.text());
    assert!(project.bytes() == before, "a rehearsal wrote something");
    let run = project.run("pseudonymise interview-07 --names names.csv");
    assert_eq!(run.status, Some(3), "{}", run.text());
    expect![[r#"
        [1|[2|P01|2] said|1] that P03's [3|sister, Person Two, [4|was|3] there|4].
            [1] place (ana #4)
            [1] speech (ana #1)
            [2] kin (ana #2): Anna is the mother
            [3] kin (ben #6)
            [4] place (ana #5)

        ش۴ گفت که ش۴‌ها [5|آمدند|5]. 👩‍👧 P05 [6|met ANNA|6]; P01-Lena and [7|Annabel did not|7].
            [5] speech (ana #7)
            [6] speech (ben #8)
            [7] place (ana #9)
    "#]]
    .assert_eq(&project.ok("show interview-07 --color never"));
    expect![[r#"
        0 3 "kin" "ana" "P01" "Anna is the mother"
        0 8 "place" "ana" "P01 said" ""
        0 8 "speech" "ana" "P01 said" ""
        106 121 "place" "ana" "Annabel did not" ""
        20 43 "kin" "ben" "sister, Person Two, was" ""
        40 49 "place" "ana" "was there" ""
        68 73 "speech" "ana" "آمدند" ""
        83 91 "speech" "ben" "met ANNA" """#]]
    .assert_eq(&passages(&project).join("\n"));
    project.ok("check");
    assert_eq!(project.ok("list --orphans --format plain"), "");
    expect![[r#"
        13	2026-01-31T12:00:00.000Z	ana	pseudonymise	1 document pseudonymised, at 7 places	do		false
    "#]]
    .assert_eq(&project.ok("log --limit 1 --format plain"));
}

#[test]
fn one_undo_takes_it_back() {
    let project = interviewed();
    let before = project.content();
    let _ = project.run("pseudonymise --all --names names.csv");
    assert_ne!(project.content(), before);
    project.ok("undo");
    assert_eq!(project.content(), before);
    project.ok("redo");
    project.ok("check");
}

#[test]
fn the_same_table_leads_back_to_the_same_text_and_the_same_passages() {
    let project = interviewed();
    // Passages that cut a name get the whole of it: these are taken out of the comparison.
    project.ok("untag 3 4 --all-coders");
    let (before, content) = (passages(&project), project.content());
    let _ = project.run("pseudonymise interview-07 --names names.csv");
    assert_ne!(passages(&project), before);
    let run = project.run("pseudonymise interview-07 --names names.csv --reverse");
    assert!(run.err.contains("replaced 5 pseudonyms"), "{}", run.text());
    assert_eq!(passages(&project), before);
    let text = |content: &str| content.lines().filter(|line| line.contains("interview-07")).count();
    assert_eq!(text(&project.content()), text(&content));
    project.ok("export csv -o out");
    assert_eq!(project.read("out/texts/interview-07.txt"), TEXT.replace("\r\n", "\n"));
    project.ok("check");
}

#[test]
fn what_could_not_be_taken_back_is_refused_unless_it_is_meant() {
    let project = interviewed();
    project.write("same.csv", "name,pseudonym\nAnna,P01\nBen,P01\n");
    project.write("there.csv", "name,pseudonym\nAnna,sister\n");
    project.write("bad.csv", "name,pseudonym\nAnna,\n");
    let mut said = String::new();
    for line in [
        "pseudonymise interview-07 --names same.csv --quiet",
        "pseudonymise interview-07 --names there.csv --quiet",
        "pseudonymise interview-07 --names bad.csv --quiet",
        "pseudonymise interview-07 --names none.csv --quiet",
        "pseudonymise interview-7 --names names.csv --quiet",
        "pseudonymise interview-07 --names same.csv --reverse --one-way --quiet",
    ] {
        said.push_str(&project.refused_whatever_is_warned(line));
    }
    expect![[r#"
        error: `P01` stands for `Anna` and for `Ben`: nothing tells which it was
        hint: give each spelling a pseudonym of its own, as in `P01` and `P01b`
        hint: or say that there is to be no way back with the table: `--one-way`
        error: `sister` stands in `interview-07` already: nobody could tell it from a pseudonym put there
        hint: choose another pseudonym, one that no text has
        hint: or say that there is to be no way back with the table: `--one-way`
        error: `bad.csv`: row 2: the pseudonym is empty
        hint: write what is to stand for the name, as in `P01`
        error: there is no file `none.csv`
        hint: it is a table with the columns `name` and `pseudonym`, one name a row
        error: there is no document `interview-7`
        hint: did you mean `interview-07`?
        hint: `postil document list` shows them
        error: `P01` stands for `Anna` and for `Ben`: nothing tells which it was
        hint: `postil undo` takes back a change as a whole, as long as nothing came after it
    "#]]
    .assert_eq(&said);
    let run = project.run("pseudonymise interview-07 --names same.csv --one-way --quiet");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(!project.ok("show interview-07").contains("Ben's"));
}

#[test]
fn a_table_that_others_may_read_is_warned_of() {
    #[cfg(unix)]
    {
        let project = interviewed();
        std::fs::set_permissions(
            project.path("names.csv"),
            std::os::unix::fs::PermissionsExt::from_mode(0o644),
        )
        .unwrap();
        let said = project.run("pseudonymise --all --names names.csv --dry-run").err;
        assert!(
            said.starts_with("warning: `names.csv` may be read by others, and says who is who\n"),
            "{said}"
        );
    }
}

#[test]
fn passages_that_become_one_keep_both_notes() {
    let project = Project::new();
    project.write("a.txt", "So Margarethe said.\n");
    project.write("names.csv", "name,pseudonym\nMargarethe,P1\n");
    project.ok("document add a.txt");
    project.ok("tag a:3-6 x --create --note first");
    project.ok("tag a:5-9 x --note second");
    let run = project.run("pseudonymise a --names names.csv");
    assert!(run.err.contains("1 annotation had part of the same word as another"), "{}", run.text());
    let rows = passages(&project).join("\n");
    assert!(rows.starts_with("3 5 ") && rows.contains("\"P1\"") && rows.lines().count() == 1, "{rows}");
    assert!(rows.contains("first") && rows.contains("second"), "{rows}");
    project.ok("check");
    project.ok("undo");
    assert_eq!(project.ok("list --format plain").lines().count(), 2);
    project.ok("check");
}

/// A colleague who has not got the table gets the places with the annotations, and what they coded meanwhile follows.
#[test]
fn a_colleague_s_store_comes_to_the_same_places() {
    let project = interviewed();
    project.ok("--coder cleo init cleo --from study.postil --with-annotations");
    project.ok("--store cleo.postil --coder cleo tag interview-07 'sister, Anna Maria' kin");
    let _ = project.run("--store study.postil pseudonymise --all --names names.csv");
    let mut merged = project.run("--store cleo.postil merge study.postil");
    assert!(matches!(merged.status, Some(0 | 3)), "{}", merged.text());
    merged = project.run("--store study.postil merge cleo.postil");
    assert!(matches!(merged.status, Some(0 | 3)), "{}", merged.text());
    let rows = |store: &str| passages_of(&project, &format!("--store {store}")).join("\n");
    assert_eq!(rows("study.postil"), rows("cleo.postil"));
    assert!(rows("study.postil").contains("\"sister, Person Two\""), "{}", rows("study.postil"));
    for store in ["study.postil", "cleo.postil"] {
        project.ok(&format!("--store {store} check"));
    }
}
