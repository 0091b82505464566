//! `postil agree --unitized`: judgements of units that did not come from spans.

use serde_json::Value;

use crate::project::Project;

/// The 4 × 12 example of Krippendorff (2011), a row a unit.
const KRIPPENDORFF: &str = "unit,A,B,C,D\n1,1,1,,1\n2,2,2,3,2\n3,3,3,3,3\n4,3,3,3,3\n5,2,2,2,2\n6,1,2,3,4\n7,4,4,4,4\n\
     8,1,1,2,1\n9,2,2,2,2\n10,,5,5,5\n11,,,1,1\n12,,3,,\n";

fn json(project: &Project, line: &str) -> Value {
    serde_json::from_str(&project.ok(line)).unwrap()
}

fn near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 0.0006, "{value}, expected {expected}");
}

#[test]
fn published_numbers_come_from_a_table_without_a_store() {
    let project = Project::empty();
    project.write("units.csv", KRIPPENDORFF);
    let line = "agree --unitized units.csv --coefficients percent,kappa,fleiss,bp,ac1 --format json";
    let report = json(&project, line);
    let overall = &report["overall"];
    near(&overall["alpha"]["value"], 0.743);
    near(&overall["ac1"]["value"], 0.775);
    near(&overall["fleiss"]["value"], 0.761);
    near(&overall["bp"]["value"], 0.773);
    near(&overall["percent"]["value"], 0.818);
    assert_eq!((&report["units"], &report["units_compared"]), (&12.into(), &11.into()));
    near(&report["categories"][4]["alpha"]["value"], 1.0);
    near(&report["pairs"][0]["kappa"]["value"], 0.8448);
}

#[test]
fn both_ways_to_an_interval_are_there_and_differ() {
    let project = Project::empty();
    project.write("units.csv", KRIPPENDORFF);
    let units = json(&project, "agree --unitized units.csv --format json --bootstrap 5000");
    let pairs = json(&project, "agree --unitized units.csv --format json --bootstrap 5000 --resample pairs");
    let low = |report: &Value| report["overall"]["alpha"]["low"].as_f64().unwrap();
    assert!((low(&units) - 0.41).abs() < 0.03, "{}", low(&units));
    assert!((low(&pairs) - 0.57).abs() < 0.03, "{}", low(&pairs));
}

#[test]
fn a_long_table_a_choice_of_coders_and_standard_input_do_too() {
    let project = Project::empty();
    project.write("long.csv", "unit,coder,value\n1,ana,x\n1,ben,x\n2,ana,y\n2,ben,x\n1,cleo,y\n2,cleo,y\n");
    let report = json(&project, "agree --unitized long.csv --coders ana,ben --format json --bootstrap 0");
    assert_eq!(report["coders"], serde_json::json!(["ana", "ben"]));
    let run = project.run_with("agree --unitized - --format json --bootstrap 0", KRIPPENDORFF.as_bytes());
    near(&serde_json::from_str::<Value>(&run.out).unwrap()["overall"]["alpha"]["value"], 0.743);
}

#[test]
fn what_a_table_cannot_have_is_refused_and_what_it_has_not_is_null() {
    let project = Project::empty();
    project.write("same.csv", "ana,ben\nx,x\nx,x\n");
    let report = json(&project, "agree --unitized same.csv --format json --coefficients bp");
    assert_eq!(report["overall"]["alpha"]["reason"], "no_variation");
    assert_eq!(report["overall"]["bp"]["reason"], "no_variation");
    let report = json(&project, "agree --unitized same.csv --format json --coefficients bp --categories 3");
    assert_eq!(report["overall"]["bp"]["value"], 1.0);
    project.write("one.csv", "unit,ana\n1,x\n2,y\n");
    let report = json(&project, "agree --unitized one.csv --format json");
    assert_eq!(report["overall"]["alpha"]["reason"], "fewer_than_two_coders");
    let told = project.run("agree --unitized one.csv").text();
    assert!(told.contains("not defined: the table has fewer than two coders"), "{told}");
    for (line, said) in [
        ("agree --unitized same.csv --coefficients gamma", "needs passages"),
        ("agree --unitized same.csv --coders ana,bem", "`ben`"),
        ("agree --unitized same.csv --resample document", "`--resample unit`"),
        ("agree --unitized same.csv --unit sentence", "cannot be used with"),
        ("agree --unitized none.csv", "can't read `none.csv`"),
        ("agree --unitized one.csv --categories 1", "and used 2"),
    ] {
        let run = project.run(line);
        assert_ne!(run.status, Some(0), "{line}");
        assert!(run.err.contains(said), "{line}: {}", run.err);
    }
}

#[test]
fn what_is_wrong_with_a_table_is_told_with_its_name() {
    let project = Project::empty();
    project.write("open.csv", "unit,coder,value\n1,ana,\"x\n");
    project.write("empty.csv", "");
    for (file, said) in
        [("open.csv", "never closed"), ("empty.csv", "empty"), ("none.csv", "`unit`, `coder`")]
    {
        let run = project.run(&format!("agree --unitized {file}"));
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{}", run.err);
        assert!(run.err.contains(file) && run.err.contains(said), "{}", run.err);
    }
}
