//! The rules of the house that no lint knows.

use crate::sources::{Source, code_of, root, sources};

/// A file longer than this holds more than one thing.
const LONGEST: usize = 600;
/// Names that say nothing of what is inside.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "manager", "misc", "shared"];
/// What is not to be left in the sources; lints see most of it, but not in every build of every file.
const LEFT_OVERS: [&str; 7] =
    ["todo!", "dbg!", "unimplemented!", "#[allow", "#![allow", "std::process::exit", "process::exit"];

#[test]
fn no_file_breaks_a_rule_of_the_house() {
    let files = sources(&["src", "tests", "benches", "fuzz"]);
    assert!(files.len() > 10, "the sources were not found");
    let broken: Vec<String> = files.iter().flat_map(violations).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn each_rule_of_the_house_can_be_broken() {
    let file = |path: &str, text: String| Source { path: path.to_owned(), text };
    let planted = [
        file("src/a.rs", "//\n".repeat(LONGEST + 1)),
        file("src/store/utils.rs", String::new()),
        file("src/common/mod.rs", String::new()),
        file("src/a.rs", "fn f() { todo!() }".to_owned()),
        file("src/a.rs", "#[allow(dead_code)]\nfn f() {}".to_owned()),
        file("src/a.rs", "hint(format!(\"make it: `mkdir '{folder}'`\"))".to_owned()),
    ];
    for file in planted {
        assert_eq!(violations(&file).len(), 1, "{}: {:?}", file.path, violations(&file));
    }
    assert_eq!(
        violations(&file("src/a.rs", "// no todo!() here\n\"dbg!\"".to_owned())),
        Vec::<String>::new()
    );
}

#[test]
fn no_integration_test_is_forgotten() {
    let main = std::fs::read_to_string(root().join("tests/it/main.rs")).unwrap();
    for file in sources(&["tests/it"]) {
        let within = file.path.trim_start_matches("tests/it/");
        let module = within.split(['/', '.']).next().unwrap();
        let declared = format!("mod {module};");
        assert!(module == "main" || main.contains(&declared), "{}: `{declared}` is missing", file.path);
    }
}

fn violations(file: &Source) -> Vec<String> {
    let Source { path, text } = file;
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST {
        found.push(format!("{path}: {lines} lines; split it by meaning"));
    }
    for name in path.trim_end_matches(".rs").split('/').filter(|name| EMPTY_NAMES.contains(name)) {
        found.push(format!("{path}: `{name}` wants a name that says what is inside"));
    }
    let code = code_of(text);
    for left in LEFT_OVERS.iter().filter(|left| code.contains(**left)) {
        found.push(format!("{path}: `{left}`"));
    }
    // A name with an apostrophe in it would end the quotes: `domain::name::as_typed` knows how a shell reads names back.
    let is_quoted_by_hand = |line: &&str| {
        line.split('`').skip(1).step_by(2).any(|command| {
            let after = command.split_once("'{").map(|(_, after)| after);
            after.is_some_and(|after| after.split_once("}'").is_some())
        })
    };
    if path.starts_with("src/") {
        for line in text.lines().filter(is_quoted_by_hand) {
            found.push(format!("{path}: `{}` quotes by hand what `as_typed` quotes", line.trim()));
        }
    }
    found
}
