//! `stats crosstab`, and tables for papers.

use expect_test::expect;

use crate::project::Project;

/// Six documents of two kinds and one without a kind. `war` is in all essays and `peace` in all speeches; the counts
/// of annotations are those of a table whose tests an independent program has made.
fn compared() -> Project {
    let project = Project::new();
    let text: String = (0..30).map(|number| format!("Word{number:02} ")).collect();
    project.ok("code add war peace unused");
    for (name, kind, war, peace) in [
        ("e1", "essay", 4, 1),
        ("e2", "essay", 3, 0),
        ("e3", "essay", 1, 0),
        ("s1", "speech", 0, 3),
        ("s2", "speech", 2, 2),
        ("none", "", 5, 0),
    ] {
        // A text may be in the store once only under one name.
        project.write(&format!("{name}.txt"), format!("{name} {text}"));
        project.ok(&format!("document add {name}.txt"));
        if !kind.is_empty() {
            project.ok(&format!("document set {name} kind={kind}"));
        }
        let places = (0..war).map(|at| (at, "war")).chain((0..peace).map(|at| (10 + at, "peace")));
        for (at, code) in places {
            project.ok(&format!("tag {name}:{}-{} {code}", at * 7 + 5, at * 7 + 8));
        }
    }
    project
}

#[test]
fn a_table_of_two_by_two_has_the_tests_of_the_books() {
    let project = compared();
    // 8 2 | 1 5, by SciPy: chi-square 6.1122 without correction, p 0.0134, V 0.6181, Fisher 0.0350.
    expect![[r#"
        Code   essay  speech  Total  Chi-square  df       p      V  Fisher p
        peace      1       5      6        6.11   1  0.0134  0.618    0.0350
        war        8       2     10        6.11   1  0.0134  0.618    0.0350
        (all)      9       7     16        6.11   1  0.0134  0.618    0.0350
        --- stderr
        1 code is not used; `--format csv` lists them too
        left out: 1 document without the attribute `kind`
        coded passages are not independent of each other, and many codes are many tests: take p as a description, not as proof
    "#]]
    .assert_eq(&project.run("stats crosstab --attribute kind").text());
}

#[test]
fn percentages_are_of_the_row_or_of_the_column_and_leave_the_tests_alone() {
    let project = compared();
    let csv = project.ok("stats crosstab --attribute kind --percent row --format csv");
    // The last digits of what comes after these are the machine's.
    let first_six = |line: &str| line.split(',').take(6).collect::<Vec<_>>().join(",") + "\n";
    let rows: String = csv.lines().map(first_six).collect();
    expect![[r#"
        code,kind=essay,kind=speech,total,chi_square,df
        peace,16.666666666666664,83.33333333333334,6,6.112169312169312,1
        unused,,,0,,
        war,80,20,10,6.112169312169312,1
        (all),56.25,43.75,16,6.112169312169312,1
    "#]]
    .assert_eq(&rows);
    assert!(
        csv.starts_with("code,kind=essay,kind=speech,total,chi_square,df,p,cramers_v,fisher_p\n"),
        "{csv}"
    );
    expect![[r#"
        Code   essay  speech  Total  Chi-square  df       p      V  Fisher p
        peace   11.1    71.4      6        6.11   1  0.0134  0.618    0.0350
        war     88.9    28.6     10        6.11   1  0.0134  0.618    0.0350
        (all)  100.0   100.0     16        6.11   1  0.0134  0.618    0.0350
    "#]]
    .assert_eq(&project.ok("stats crosstab --attribute kind --percent column"));
}

#[test]
fn documents_are_held_against_those_without_the_code() {
    let project = compared();
    // `war` is in 3 of 3 essays and in 1 of 2 speeches.
    expect![[r#"
        Code   essay  speech  Total  Chi-square  df       p      V  Fisher p
        peace      1       2      3        2.22   1  0.1360  0.667    0.4000
        war        3       1      4        1.88   1  0.1709  0.612    0.4000
        (all)      3       2      5
    "#]]
    .assert_eq(&project.ok("stats crosstab --attribute kind --count documents"));
}

#[test]
fn one_value_alone_is_compared_with_nothing() {
    let project = compared();
    expect![[r#"
        Code   essay  Total  Chi-square  df  p  V  Fisher p
        peace      1      1
        war        8      8
        (all)      9      9
        --- stderr
        1 code is not used; `--format csv` lists them too
        `kind` is `essay` in all of them: there is nothing to compare
    "#]]
    .assert_eq(&project.run("stats crosstab --attribute kind --where kind=essay").text());
    let refused = project.refused("stats crosstab --attribute knd");
    assert!(refused.contains("did you mean `kind`?"), "{refused}");
}

#[test]
fn tables_for_papers_say_what_the_names_say_and_nothing_else() {
    let project = Project::small();
    project.ok("code add 'a|b*_$&%#{x}~^\\[1]'");
    project.ok("tag note:0-5 'a|b*_$&%#{x}~^\\[1]'");
    expect![[r#"
        | Code | Annotations | Documents | Coders | Characters | Share |
        | --- | ---: | ---: | ---: | ---: | ---: |
        | a\|b\*\_\$\&%#{x}\~^\\\[1\] | 1 | 1 | 1 | 5 | 0.0649 |
    "#]]
    .assert_eq(&project.ok("stats codes --format markdown"));
    expect![[r#"
        \begin{tabular}{lrrrrr}
        \toprule
        Code & Annotations & Documents & Coders & Characters & Share \\
        \midrule
        a\textbar{}b{*}\_\$\&\%\#\{x\}\textasciitilde{}\textasciicircum{}\textbackslash{}{[}1] & 1 & 1 & 1 & 5 & 0.0649 \\
        \bottomrule
        \end{tabular}
    "#]]
    .assert_eq(&project.ok("stats codes --format latex"));
}

#[test]
fn every_listing_can_be_a_table_for_a_paper() {
    let project = Project::small();
    for command in ["document list", "coder list", "log", "sql 'SELECT 1 AS one'", "stats documents"] {
        let markdown = project.ok(&format!("{command} --format markdown"));
        let [heading, rule] = [0, 1].map(|line| markdown.lines().nth(line).unwrap_or_default());
        assert!(heading.starts_with("| ") && rule.starts_with("| ---"), "{command}: {markdown}");
        let latex = project.ok(&format!("{command} --format latex"));
        assert!(
            latex.starts_with("\\begin{tabular}{") && latex.ends_with("\\end{tabular}\n"),
            "{command}: {latex}"
        );
    }
}
