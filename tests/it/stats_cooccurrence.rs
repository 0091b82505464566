//! `stats cooccurrence`: which codes come together, in what, and where.

use expect_test::expect;

use crate::project::Project;
use crate::stats_codes::coded;

#[test]
fn codes_come_together_where_their_passages_overlap() {
    let project = coded();
    // The two passages with `norms` are one pair; the diagonal holds it once.
    expect![[r#"
           Code               1  2  3  4
        1  actors             0  1  1  2
        2  actors/state       1  0  1  2
        3  actors/state/weak  1  1  0  2
        4  norms              2  2  2  1
    "#]]
    .assert_eq(&project.ok("stats cooccurrence"));
    expect![[r#"
        code,actors,actors/state,actors/state/weak,norms
        actors,0,0,1,1
        actors/state,0,0,0,0
        actors/state/weak,1,0,0,1
        norms,1,0,1,0
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --by-coder ben --format csv"));
}

#[test]
fn the_long_form_has_counts_and_the_part_of_jaccard() {
    let project = coded();
    expect![[r#"
        code_a,code_b,count,a,b,both,jaccard
        actors,actors/state,1,2,1,2,0.6666666666666666
        actors,actors/state/weak,1,2,1,2,0.6666666666666666
        actors,norms,2,2,3,3,0.6
        actors/state,actors/state/weak,1,1,1,2,1
        actors/state,norms,2,1,3,3,0.75
        actors/state/weak,norms,2,1,3,3,0.75
        norms,norms,1,3,3,2,0.6666666666666666
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --long --format csv"));
    let documents = project.ok("stats cooccurrence --by document --format jsonl --by-coder ben");
    let expected = r#"{"code_a":"actors","code_b":"norms","count":1,"a":1,"b":2,"both":1,"jaccard":0.5}"#;
    assert!(documents.lines().any(|line| line == expected), "{documents}");
}

#[test]
fn what_lies_inside_stands_in_the_row() {
    let project = coded();
    expect![[r#"
        Code A        Code B        Count  A  B  Both  Jaccard
        actors        actors/state      1  2  1     2   0.6667
        actors        norms             2  2  3     3   0.6000
        actors/state  actors            1  1  2     2   0.6667
        actors/state  norms             2  1  3     3   0.7500
        norms         norms             1  3  3     2   0.6667
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --by containment --long"));
}

#[test]
fn nearness_counts_the_characters_between() {
    let project = coded();
    let far = |distance: u32| {
        let line = format!(
            "stats cooccurrence --by near --within {distance} --code actors/state/weak --code actors --format csv"
        );
        project.ok(&line).lines().nth(1).unwrap().to_owned()
    };
    // From 25, where `weak` ends, to 40, where the second `actors` starts.
    assert_eq!(far(14), "actors,0,1,1");
    assert_eq!(far(15), "actors,0,1,2");
    assert_eq!(far(23), "actors,1,2,2");
    let refused = project.run("stats cooccurrence --within 3");
    assert_eq!(refused.status, Some(2));
    expect![[r#"
        error: `--within` says how near, and nearness was not asked for
        hint: `postil stats cooccurrence --by near --within 200`
    "#]]
    .assert_eq(&refused.err);
    assert_eq!(project.run("stats cooccurrence --by near").status, Some(2));
}

#[test]
fn sentences_paragraphs_and_documents_hold_codes_once() {
    let project = coded();
    let long = |by: &str| project.ok(&format!("stats cooccurrence --by {by} --long --format plain"));
    // `weak` runs from the first sentence into the second.
    let sentences = long("sentence");
    assert!(sentences.contains("actors/state/weak\tactors/state/weak\t2\t2\t2\t2\t1\n"), "{sentences}");
    assert!(sentences.contains("actors\tactors/state/weak\t1\t2\t2\t1\t0.3333333333333333\n"), "{sentences}");
    assert!(sentences.contains("norms\tnorms\t2\t2\t2\t2\t1\n"), "{sentences}");
    let paragraphs = long("paragraph");
    assert!(paragraphs.contains("actors\tnorms\t1\t2\t2\t1\t0.3333333333333333\n"), "{paragraphs}");
    let documents = long("document");
    assert!(documents.contains("actors\tnorms\t1\t1\t2\t1\t0.5\n"), "{documents}");
}

#[test]
fn with_one_coder_the_pair_of_two_people_does_not_count() {
    let project = coded();
    let norms = |more: &str| {
        let table = project.ok(&format!("stats cooccurrence --format csv {more}"));
        table.lines().last().unwrap().to_owned()
    };
    assert_eq!(norms(""), "norms,2,2,2,1");
    assert_eq!(norms("--same-coder"), "norms,1,1,1,0");
    // A sentence counts once for each coder: two have the first, one that of `peace`.
    assert_eq!(norms("--same-coder --by sentence"), "norms,1,1,1,3");
}

#[test]
fn a_cell_lists_the_pairs_behind_it() {
    let project = coded();
    expect![[r#"
        Document  A      Passage A  B     Passage B
        war       11-17  states     0-18  Norms bind states.
        war       11-17  states     0-18  Norms bind states.
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --cell actors/state norms"));
    expect![[r#"
        document,id_a,start_a,end_a,coder_a,quote_a,id_b,start_b,end_b,coder_b,quote_b
        war,1,0,18,ana,Norms bind states.,2,0,18,ben,Norms bind states.
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --cell norms norms --format csv"));
    expect![[r#"
        {"document":"war","id_a":3,"start_a":11,"end_a":17,"coder_a":"ana","quote_a":"states","id_b":5,"start_b":11,"end_b":17,"coder_b":"ben","quote_b":"states"}
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --by containment --cell actors/state actors --format jsonl"));
    expect![[r#"
        Document  Place  A  B     Text
        war       0-18   3  1; 2  Norms bind states.
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --by sentence --cell actors/state norms"));
    expect![[r#"
        {"document":"war","start":null,"end":null,"ids_a":["5","6"],"ids_b":["1","2"],"quote":""}
    "#]]
    .assert_eq(&project.ok("stats cooccurrence --by document --cell actors norms --format jsonl"));
}

#[test]
fn a_cell_has_as_many_rows_as_the_table_says() {
    let project = coded();
    for by in ["overlap", "containment", "near --within 20", "sentence", "paragraph", "document"] {
        for coder in ["", "--same-coder", "--by-coder ana"] {
            let table = project.ok(&format!("stats cooccurrence --by {by} {coder} --format csv"));
            let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let codes = lines.next().unwrap()[1..].to_vec();
            for line in lines {
                for (other, count) in codes.iter().zip(&line[1..]) {
                    let cell =
                        format!("stats cooccurrence --by {by} {coder} --cell {} {other} -f plain", line[0]);
                    assert_eq!(project.ok(&cell).lines().count().to_string(), *count, "{cell}");
                }
            }
        }
    }
}

#[test]
fn a_cell_stops_where_it_is_told_and_says_when_it_is_empty() {
    let project = coded();
    assert_eq!(project.ok("stats cooccurrence --cell norms actors -f plain --limit 1").lines().count(), 1);
    assert_eq!(
        project.ok("stats cooccurrence --by document --cell norms norms -f plain --limit 1"),
        "peace\t\t\t7\t7\t\n"
    );
    expect![[r#"
        --- stderr
        these two codes do not come together so
        hint: `--by near --within 200` or `--by paragraph` looks farther
    "#]]
    .assert_eq(&project.run("stats cooccurrence --cell actors actors").text());
    expect![[r#"
        error: there is no code `norm`
        hint: did you mean `norms`?
        hint: `postil code add norm` adds it, `postil code list` shows the codebook
    "#]]
    .assert_eq(&project.refused("stats cooccurrence --cell norm actors"));
}

#[test]
fn passages_of_an_earlier_text_meet_each_other_and_none_of_the_new_one() {
    let project = coded();
    let before = project.ok("stats cooccurrence --code norms --code actors/state --format csv");
    project.write("war.txt", "Something else altogether, without any of those words.\n");
    assert_eq!(project.run("document replace war war.txt").status, Some(3), "passages were lost");
    project.ok("tag war:0-30 actors/state");
    assert_eq!(project.ok("stats cooccurrence --code norms --code actors/state --format csv"), before);
    // By document they are all in one.
    let whole = project.ok("stats cooccurrence --by document --cell actors/state norms -f plain");
    assert_eq!(whole, "war\t\t\t8; 3\t1; 2\t\n");
}

#[test]
fn a_codebook_that_is_too_large_for_a_square_is_told_of_its_branches() {
    let project = Project::new();
    let codes: String = (0..4_097).map(|number| format!("c{number}\n")).collect();
    project.write("codes.txt", codes);
    project.ok("code import codes.txt");
    expect![[r#"
        error: 4097 codes are too many for a table of each with each
        hint: `--code PATH` takes one branch of the codebook
    "#]]
    .assert_eq(&project.refused("stats cooccurrence"));
    assert_eq!(project.ok("stats cooccurrence --code c1 --format csv"), "code,c1\nc1,0\n");
}
