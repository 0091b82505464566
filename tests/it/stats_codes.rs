//! `stats codes --recursive`, `stats coders`, `stats coverage`, `stats timeline`.

use expect_test::expect;

use crate::project::Project;

/// Two documents; two coders; codes below codes; passages that lie over each other.
pub(crate) fn coded() -> Project {
    let project = Project::new();
    project
        .write("war.txt", "Norms bind states. States fear states.\n\nNobody binds the strong. Who would?\n");
    project.write("peace.txt", "Peace is a norm, too.\n");
    project.ok("document add war.txt --set kind=essay");
    project.ok("document add peace.txt --set kind=speech");
    project.ok("code add actors/state actors/state/weak norms");
    for (passage, code, coder) in [
        ("war:0-18", "norms", "ana"),
        ("war:0-18", "norms", "ben"),
        ("war:11-17", "actors/state", "ana"),
        ("war:13-25", "actors/state/weak", "ben"),
        ("war:11-17", "actors", "ben"),
        ("war:40-46", "actors", "ana"),
        ("peace:11-15", "norms", "ben"),
    ] {
        project.ok(&format!("tag {passage} {code} --coder {coder}"));
    }
    project
}

#[test]
fn a_code_rolled_up_has_what_is_below_it_and_text_counts_once() {
    let project = coded();
    expect![[r#"
        Code               Annotations  Documents  Coders  Characters   Share
        actors                       4          1       2          20  0.2041
        actors/state                 2          1       2          14  0.1429
        actors/state/weak            1          1       1          12  0.1224
        norms                        3          2       2          22  0.2245
    "#]]
    .assert_eq(&project.ok("stats codes --recursive"));
    expect![[r#"
        code,annotations,documents,coders,characters,share
        actors/state,1,1,1,6,0.061224489795918366
        actors/state/weak,0,0,0,0,0
    "#]]
    .assert_eq(&project.ok("stats codes --recursive --code actors/state --by-coder ana --format csv"));
}

#[test]
fn tables_by_document_and_coder_roll_up_too() {
    let project = coded();
    expect![[r#"
        Code               ana  ben
        actors               2    2
        actors/state         1    1
        actors/state/weak    0    1
        norms                1    2
    "#]]
    .assert_eq(&project.ok("stats codes --recursive --by coder"));
    expect![[r#"
        {"code":"actors","peace":0,"war":4}
        {"code":"actors/state","peace":0,"war":2}
        {"code":"actors/state/weak","peace":0,"war":1}
        {"code":"norms","peace":1,"war":2}
    "#]]
    .assert_eq(&project.ok("stats codes --recursive --by document --format jsonl"));
}

#[test]
fn without_roll_up_nothing_below_a_code_is_its_own() {
    let project = coded();
    let own = project.ok("stats codes --format csv");
    assert!(own.contains("\nactors,2,1,2,12,"), "{own}");
    assert!(own.contains("\nactors/state,1,1,1,6,"), "{own}");
}

#[test]
fn coders_are_counted_with_what_they_covered() {
    let project = coded();
    project.ok("tag peace:0-5 --note 'who?'");
    expect![[r#"
        Coder  Annotations  Codes  Documents  Characters   Share  Mean length
        ana              3      3          1          24  0.2449         10.0
        ben              4      3          2          29  0.2959         10.0
    "#]]
    .assert_eq(&project.ok("stats coders"));
    expect![[r#"
        coder,annotations,codes,documents,characters,share,mean_length
        ana,0,0,0,0,0,
        ben,1,1,1,4,0.18181818181818182,4
    "#]]
    .assert_eq(&project.ok("stats coders --document peace --format csv"));
}

#[test]
fn coverage_tells_how_deep_and_takes_one_code_twice_as_one() {
    let project = coded();
    // In `war` 0-11 has norms; 11-13 norms, state, actors; 13-17 and weak; 17-18 norms and weak; 18-25 weak; 40-46.
    expect![[r#"
        Document  Characters  Coded  Uncoded   Share  1 code  2 codes  3 or more
        peace             22      4       18  0.1818       4        0          0
        war               76     31       45  0.4079      24        1          6
        --- stderr
        35.7 % of the text of 2 documents is under a code
    "#]]
    .assert_eq(&project.run("stats coverage").text());
    expect![[r#"
        document,coder,characters,coded,uncoded,share,one_code,two_codes,three_or_more_codes
        peace,ben,22,4,18,0.18181818181818182,4,0,0
        war,ana,76,24,52,0.3157894736842105,18,6,0
        war,ben,76,25,51,0.32894736842105265,18,3,4
    "#]]
    .assert_eq(&project.ok("stats coverage --by coder --format csv"));
    expect![[r#"
        [
          {"document":"peace","characters":22,"coded":0,"uncoded":22,"share":0.0,"one_code":0,"two_codes":0,"three_or_more_codes":0}
        ]
    "#]]
    .assert_eq(&project.ok("stats coverage --code actors --where kind=speech --format json"));
}

#[test]
fn passages_of_an_earlier_text_cover_nothing_of_the_new_one() {
    let project = coded();
    project.write("war.txt", "Something else altogether, without any of those words.\n");
    assert_eq!(project.run("document replace war war.txt").status, Some(3), "passages were lost");
    let counts = project.ok("stats coders --by-coder ana --format csv");
    assert!(counts.contains("\nana,3,3,1,0,0,10\n"), "{counts}");
    let coverage = project.ok("stats coverage --document war --format csv");
    assert!(coverage.contains("\nwar,55,0,55,0,0,0,0\n"), "{coverage}");
}

#[test]
fn annotations_are_counted_by_the_time_they_were_made() {
    let project = coded();
    for (now, place) in [("2026-02-01T23:59:59.999Z", "war:0-5"), ("2026-02-02T00:00:00Z", "war:6-10")] {
        let mut later = project.command();
        let tagged = later.env("POSTIL_NOW", now).args(["tag", place, "actors"]).output().unwrap();
        assert!(tagged.status.success());
    }
    expect![[r#"
        Day         Annotations  Documents  Codes  Coders
        2026-01-31            7          2      4       2
        2026-02-01            1          1      1       1
        2026-02-02            1          1      1       1
    "#]]
    .assert_eq(&project.ok("stats timeline"));
    expect![[r#"
        period,ana,ben
        2026-W05,4,4
        2026-W06,1,0
    "#]]
    .assert_eq(&project.ok("stats timeline --per week --by coder --format csv"));
    expect![[r#"
        Month    actors  actors/state  actors/state/weak  norms
        2026-01       2             1                  1      3
        2026-02       2             0                  0      0
    "#]]
    .assert_eq(&project.ok("stats timeline --per month --by code"));
    // A change of the note is no new annotation: it stays where it was made.
    let mut later = project.command();
    later.env("POSTIL_NOW", "2026-03-01T00:00:00Z").args(["note", "1", "later"]).output().unwrap();
    assert!(!project.ok("stats timeline").contains("2026-03"));
}

#[test]
fn an_empty_project_says_what_there_is_not() {
    let project = Project::new();
    let said = ["coders", "coverage", "timeline", "cooccurrence"]
        .map(|what| project.run(&format!("stats {what}")).text())
        .concat();
    expect![[r#"
        --- stderr
        nobody has coded anything yet
        --- stderr
        no documents match
        --- stderr
        no annotations match
        --- stderr
        no annotations match
    "#]]
    .assert_eq(&said);
    for what in
        ["coders", "coverage", "coverage --by coder", "timeline", "timeline --by code", "cooccurrence"]
    {
        assert_eq!(project.ok(&format!("stats {what} --format json")), "[]\n", "{what}");
    }
}
