//! `show`, `list`, `stats`: reading what was tagged.

use expect_test::expect;

use crate::project::Project;

/// Two documents with attributes; two coders; annotations that nest, cross, repeat and touch.
fn coded() -> Project {
    let project = Project::new();
    project.write(
        "war.txt",
        "Norms bind states.\n\nStates speak of norms; norms \u{201c}bind\u{201d} — at times — nobody.\n",
    );
    project.write("peace.txt", "Peace is a norm, too.\nIt has no number.\n");
    project.ok("document add war.txt --set kind=essay");
    project.ok("document add peace.txt --set kind=speech --set year=2024");
    project.ok("code add norms actors/state actors/firm");
    for (passage, code, coder) in [
        ("war:0-18", "norms", "ana"),
        ("war:11-17", "actors/state", "ana"),
        ("war:11-17", "actors/state", "ben"),
        ("war:5-26", "norms", "ben"),
        ("war:36-41", "norms", "ana"),
        ("peace:11-15", "norms", "ben"),
    ] {
        project.ok(&format!("tag {passage} {code} --coder {coder}"));
    }
    project.ok("tag peace:0-5 actors --note 'who is\nPeace?'");
    project
}

/// The ids that a list gives, in its order.
fn ids(project: &Project, line: &str) -> String {
    let plain = project.ok(&format!("list {line} --format plain"));
    let ids: Vec<&str> = plain.lines().filter_map(|row| row.split('\t').next()).collect();
    ids.join(" ")
}

#[test]
fn a_list_is_in_the_order_of_the_texts_and_shows_notes_when_there_are_any() {
    let project = coded();
    expect![[r#"
        Id  Document  Start  End  Code          Coder  Quote                  Note
         7  peace         0    5  actors        ana    Peace                  who is Peace?
         6  peace        11   15  norms         ben    norm
         1  war           0   18  norms         ana    Norms bind states.
         4  war           5   26  norms         ben     bind states.  States
         2  war          11   17  actors/state  ana    states
         3  war          11   17  actors/state  ben    states
         5  war          36   41  norms         ana    norms
    "#]]
    .assert_eq(&project.ok("list"));
    expect![[r#"
        Id  Document  Start  End  Code          Coder  Quote
         4  war           5   26  norms         ben     bind states.  States
         3  war          11   17  actors/state  ben    states
    "#]]
    .assert_eq(&project.ok("list --document war --by ben"));
    expect![[r#"
        id,document,start,end,code,coder,quote,note,created,modified,uuid
        7,peace,0,5,actors,ana,Peace,"who is
        Peace?",2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-7332-b63e-2d8fab485819
        6,peace,11,15,norms,ben,norm,,2026-01-31T12:00:00.000Z,2026-01-31T12:00:00.000Z,019c13ec-9e00-75ed-b1da-8c6244151434
    "#]].assert_eq(&project.ok("list --document peace --format csv"));
    expect![[r#"
        [
          {"id":7,"document":"peace","start":0,"end":5,"code":"actors","coder":"ana","quote":"Peace","note":"who is\nPeace?","created":"2026-01-31T12:00:00.000Z","modified":"2026-01-31T12:00:00.000Z","uuid":"019c13ec-9e00-7332-b63e-2d8fab485819"}
        ]
    "#]].assert_eq(&project.ok("list --document peace --limit 1 --format json"));
}

#[test]
fn a_code_stands_for_those_below_it_unless_it_alone_is_meant() {
    let project = coded();
    assert_eq!(ids(&project, "--code actors"), "7 2 3");
    assert_eq!(ids(&project, "--code actors --only"), "7");
    assert_eq!(ids(&project, "--code actors/state --code norms --document war"), "1 4 2 3 5");
}

#[test]
fn lists_are_filtered_by_attribute_phrase_note_and_date() {
    let project = coded();
    assert_eq!(ids(&project, "--where kind=speech"), "7 6");
    assert_eq!(ids(&project, "--where kind=speech --where year=2023"), "");
    assert_eq!(ids(&project, "--text NORMS"), "1 5");
    assert_eq!(ids(&project, "--note 'is peace'"), "7");
    assert_eq!(ids(&project, "--since 2026-02-01"), "");
    assert_eq!(ids(&project, "--until 2026-01-31 --code actors"), "7 2 3");
}

#[test]
fn passages_are_held_against_other_passages() {
    let project = coded();
    // On the very same words; the two of one code and two coders are each other's company.
    assert_eq!(ids(&project, "--with actors/state"), "2 3");
    assert_eq!(ids(&project, "--code norms --overlaps actors"), "1 4");
    assert_eq!(ids(&project, "--code norms --without actors"), "6 5");
    assert_eq!(ids(&project, "--code actors --inside norms"), "2 3");
    // 6 is 6 code points from 7, and in another document than all the others.
    assert_eq!(ids(&project, "--code norms --within 5 actors"), "1 4");
    assert_eq!(ids(&project, "--code norms --within 6 actors"), "6 1 4");
    assert_eq!(ids(&project, "--code norms --overlaps actors --without norms"), "");
    assert_eq!(ids(&project, "--overlaps norms --without actors"), "");
}

#[test]
fn an_order_and_a_limit_choose_rows_and_the_count_counts_them() {
    let project = coded();
    assert_eq!(ids(&project, "--sort id"), "1 2 3 4 5 6 7");
    assert_eq!(ids(&project, "--sort date --limit 2"), "1 2");
    assert_eq!(project.ok("list --count"), "7\n");
    assert_eq!(project.ok("list --count --code norms --limit 3"), "3\n");
    let by_id = project.ok("list --sort id --format jsonl");
    assert!(by_id.lines().next().unwrap().contains("\"quote\":\"Norms bind states.\""), "{by_id}");
}

#[test]
fn addresses_name_each_passage_once_and_can_be_tagged() {
    let project = coded();
    let addresses = project.ok("list --code actors/state --format address");
    assert_eq!(addresses, "war:11-17\n");
    project.run_with("tag - actors/firm", addresses.as_bytes()).ok();
    assert_eq!(project.ok("list --code actors/firm --format address"), addresses);
}

#[test]
fn highlights_without_a_code_are_listed_as_untagged() {
    let project = coded();
    project.ok("tag war:0-5 --note 'come back'");
    assert_eq!(ids(&project, "--untagged"), "8");
}

#[test]
fn a_list_without_rows_says_so_to_a_person_and_is_empty_to_a_program() {
    let project = coded();
    expect![[r#"
        --- stderr
        no annotations match
    "#]]
    .assert_eq(&project.run("list --code actors/firm").text());
    assert_eq!(project.ok("list --code actors/firm --format json"), "[]\n");
    assert_eq!(project.ok("list --code actors/firm --format address"), "");
}

#[test]
fn counts_of_codes_are_their_own_and_covered_text_counts_once() {
    let project = coded();
    expect![[r#"
        Code          Annotations  Documents  Coders  Characters   Share
        actors                  1          1       1           5  0.0427
        actors/state            2          1       2           6  0.0513
        norms                   4          2       2          35  0.2991
    "#]]
    .assert_eq(&project.ok("stats codes"));
    expect![[r#"
        code,annotations,documents,coders,characters,share
        norms,3,1,2,31,0.4025974025974026
    "#]]
    .assert_eq(&project.ok("stats codes --format csv --code norms --where kind=essay"));
}

#[test]
fn codes_are_counted_by_document_coder_and_attribute() {
    let project = coded();
    expect![[r#"
        code,peace,war
        actors,1,0
        actors/firm,0,0
        actors/state,0,2
        norms,1,3
    "#]]
    .assert_eq(&project.ok("stats codes --by document --format csv"));
    expect![[r#"
        Code   peace  war
        norms      1    1
    "#]]
    .assert_eq(&project.ok("stats codes --by document --by-coder ben --code norms"));
    expect![[r#"
        Code          ana  ben
        actors          1    0
        actors/state    1    1
        norms           2    2
    "#]]
    .assert_eq(&project.ok("stats codes --by coder"));
    expect![[r#"
        {"code":"actors","2024":1,"(no year)":0}
        {"code":"actors/firm","2024":0,"(no year)":0}
        {"code":"actors/state","2024":0,"(no year)":2}
        {"code":"norms","2024":1,"(no year)":3}
    "#]]
    .assert_eq(&project.ok("stats codes --by attribute:year --format jsonl"));
}

#[test]
fn documents_are_counted_with_their_coverage() {
    let project = coded();
    expect![[r#"
        Document  Characters  Annotations  Codes  Coders  Covered   Share
        peace             40            2      2       2        9  0.2250
        war               77            5      2       2       31  0.4026
    "#]]
    .assert_eq(&project.ok("stats documents"));
    expect![[r#"
        Document  ana  ben
        peace       0    1
        war         2    1
    "#]]
    .assert_eq(&project.ok("stats documents --by coder --code norms"));
    let refused = project.run("stats documents --by document");
    assert_eq!(refused.status, Some(2));
    expect![[r#"
        error: the counts of documents can be split by coder only
        hint: `postil stats documents --by coder`
        hint: for a table of codes: `postil stats codes --by document` or `--by attribute:NAME`
    "#]]
    .assert_eq(&refused.err);
}

#[test]
fn an_annotation_without_a_code_is_counted_nowhere() {
    let project = coded();
    let before =
        [project.ok("stats codes"), project.ok("stats documents"), project.ok("stats codes --by coder")];
    project.ok("tag peace:16-20 --note 'what?'");
    let after =
        [project.ok("stats codes"), project.ok("stats documents"), project.ok("stats codes --by coder")];
    assert_eq!(before, after);
}

#[test]
fn an_empty_project_is_told_what_to_type() {
    let project = Project::new();
    expect![[r#"
        --- stderr
        the codebook has no codes yet
        hint: `postil code add PATH` adds one, `postil code import FILE` a whole codebook
    "#]]
    .assert_eq(&project.run("stats codes").text());
    expect![[r#"
        --- stderr
        no documents match
    "#]]
    .assert_eq(&project.run("stats documents").text());
    expect![[r#"
        --- stderr
        no annotations match
    "#]]
    .assert_eq(&project.run("list").text());
}

#[test]
fn a_text_is_shown_with_numbered_brackets_in_a_pipe() {
    let project = coded();
    expect![[r#"
        [1|Norms[2| bind [3|states|3].|1]
            [1] norms (ana #1)
            [2] norms (ben #4)
            [3] actors/state (ana #2)
            [3] actors/state (ben #3)

        States|2] speak of [4|norms|4]; norms “bind” — at times — nobody.
            [4] norms (ana #5)
    "#]]
    .assert_eq(&project.ok("show war"));
    expect![[r#"
        p1  [1|Peace|1] is a
            [2|norm|2], too.
            It has no number.
                [1] actors (ana
                    #7): who is Peace?
                [2] norms (ben #6)
    "#]]
    .assert_eq(&project.ok("show peace --wrap 30 --numbers"));
    expect![[r#"
        Norms bind [1|states|1].
            [1] actors/state (ben #3)

        States speak of norms; norms “bind” — at times — nobody.
    "#]]
    .assert_eq(&project.ok("show war --code actors --by ben"));
    expect![[r#"
        [1|States|1] speak of [2|norms|2]; norms “bind” — at times — nobody.
    "#]]
    .assert_eq(&project.ok("show war:p2 --no-codes"));
}

#[test]
fn a_place_cuts_the_highlights_that_reach_into_it() {
    let project = coded();
    assert_eq!(project.ok("show war:6-13 --no-codes"), "[1|bind [2|st|2]|1]\n");
    assert_eq!(
        project.ok("show war:l2-l3 --code actors"),
        project.read("war.txt").lines().nth(2).unwrap().to_owned() + "\n"
    );
}

#[test]
fn in_colour_the_margin_names_the_codes() {
    let project = coded();
    let shown = project.ok("show war --wrap 80 --color always");
    assert!(shown.contains("\u{1b}[4m"), "what overlaps is not underlined: {shown:?}");
    let pieces = shown.split('\u{1b}').enumerate();
    let uncolored: String =
        pieces.map(|(at, piece)| if at == 0 { piece } else { piece.split_once('m').unwrap().1 }).collect();
    expect![[r#"
        ╶╭╶╶ Norms bind states.                                      norms ana #1
         │                                                           norms ben #4
         │                                                           actors/state ana #2
         │                                                           actors/state ben #3
         │
        ╶╰   States speak of norms; norms “bind” — at times —        norms ana #5
             nobody.
    "#]]
    .assert_eq(&uncolored);
}

#[test]
fn names_that_are_not_there_are_refused_with_the_nearest() {
    let project = coded();
    let lines = [
        "show wat",
        "show war:p3",
        "show war:10-500",
        "show war --code norm",
        "list --document pece",
        "list --code actor/state",
        "list --by bem",
        "list --where knd=essay",
        "list --overlaps threats",
        "list --text ' '",
        "stats codes --by attribute:knd",
        "stats documents --by-coder zoe",
    ];
    let told: String = lines.iter().map(|line| format!("$ {line}\n{}", project.refused(line))).collect();
    expect![[r#"
        $ show wat
        error: there is no document `wat`
        hint: did you mean `war`?
        hint: `postil document list` shows them
        $ show war:p3
        error: `p3` is past the end of `war`, which has 2 paragraphs
        hint: the last one is `war:p2`
        $ show war:10-500
        error: `10-500` is past the end of `war`, which has 77 characters
        hint: the whole text is `war:0-77`
        $ show war --code norm
        error: there is no code `norm`
        hint: did you mean one of `norms`, `actors/firm`?
        hint: `postil code add norm` adds it, `postil code list` shows the codebook
        $ list --document pece
        error: there is no document `pece`
        hint: did you mean `peace`?
        hint: `postil document list` shows them
        $ list --code actor/state
        error: there is no code `actor/state`
        hint: did you mean `actors/state`?
        hint: `postil code add actor/state` adds it, `postil code list` shows the codebook
        $ list --by bem
        error: there is no coder `bem`
        hint: did you mean `ben`?
        hint: `postil coder list` shows them
        $ list --where knd=essay
        error: no document has an attribute `knd`
        hint: did you mean `kind`?
        hint: `postil document list` shows the attributes, `postil document set DOC KEY=VALUE` sets one
        $ list --overlaps threats
        error: there is no code `threats`
        hint: `postil code add threats` adds it, `postil code list` shows the codebook
        $ list --text ' '
        error: the phrase to search for is empty
        hint: give at least one word: `postil find norms`
        $ stats codes --by attribute:knd
        error: no document has an attribute `knd`
        hint: did you mean `kind`?
        hint: `postil document list` shows the attributes, `postil document set DOC KEY=VALUE` sets one
        $ stats documents --by-coder zoe
        error: there is no coder `zoe`
        hint: `postil coder list` shows them
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_distance_that_is_no_number_is_wrong_usage() {
    let project = coded();
    let run = project.run("list --within near norms");
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("`near` is no distance"), "{}", run.err);
}
