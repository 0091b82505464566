//! A bundle rebuilds the store: the same content, and exported again the same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use super::project::Project;
use super::sheet::coded;

/// Every file below `folder`, by its path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Exports, rebuilds in another folder, exports there, and compares.
#[track_caller]
fn rebuilds(project: &Project) -> Project {
    project.ok("export csv -o bundle");
    let other = Project::new();
    let bundle = project.path("bundle").display().to_string();
    let run = other.args(&["import", "csv", &bundle]);
    assert_eq!(run.status, Some(0), "{}", run.text());
    other.ok("export csv -o bundle");
    let (one, two) = (files(&project.path("bundle")), files(&other.path("bundle")));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        let (one, two) = (String::from_utf8_lossy(bytes), String::from_utf8_lossy(&two[name]));
        assert_eq!(one, two, "{name}");
    }
    other.ok("check");
    let again = other.args(&["import", "csv", &bundle]);
    assert!(again.err.contains("nothing changed"), "{}", again.text());
    assert_eq!(other.ok("log").lines().count(), 2, "one change, and the header");
    other
}

#[test]
fn a_small_project_is_rebuilt_to_the_byte() {
    let (project, _) = coded();
    rebuilds(&project);
}

#[test]
fn what_was_written_with_other_line_ends_is_rebuilt_to_the_byte() {
    let project = Project::small();
    project.run_with("memo project -", b"one\r\ntwo\rthree\r\n").ok();
    project.ok("code edit norms --description 'a rule\r\nor a habit'");
    project.run_with("code import -", b"custom: old\rand tacit\n").ok();
    project.ok("code add law --description 'a rule\rof a state'");
    project.ok("document set note 'place=Oslo\r\nBergen'");
    project.ok("tag note:0-5 norms --note 'first\r\nsecond'");
    rebuilds(&project);
}

#[test]
fn an_empty_project_is_rebuilt_to_nothing() {
    let project = Project::small();
    rebuilds(&project);
}

#[test]
fn a_project_with_a_past_is_rebuilt_with_its_lineages() {
    let (project, _) = coded();
    for line in [
        "note 1 'another note'",
        "retag 2 norms",
        "undo",
        "code rename norms rules",
        "code add norms/soft",
        "code move actors/state norms/soft",
        "code edit rules --description '=cmd|x'",
        "document rename note Essay",
        "document set Essay year=1999 '+plus=-1'",
        "document set Essay year=2000",
        "coder rename ben benedict",
        "tag Essay:3-9 norms/soft --coder carla",
        "code merge norms/soft rules",
        "untag 3 --all-coders",
        "memo code:rules 'rules bind'",
        "memo Essay '- a list'",
        "memo project 'of the whole'",
    ] {
        project.ok(line);
    }
    let other = rebuilds(&project);
    assert!(other.ok("export csv -o -").contains(" v"), "no lineage has an ancestor");
}

#[test]
fn hostile_names_and_texts_come_back() {
    let project = Project::new();
    let names = [
        "../x",
        "CON",
        "a:b",
        "A:B",
        "📎 note",
        "\u{202e}abc",
        "=1+1",
        "'=1",
        "''",
        "a,\"b\"",
        "nfd e\u{301}",
    ];
    for (index, name) in names.iter().enumerate() {
        project.write(
            &format!("{index}.txt"),
            format!(
                "\u{feff}\u{feff}Text {index}: \u{5e9}\u{5dc}\u{5d5}\u{5dd} 🦀🦀 e\u{301}\u{fffd}\n'=x\r\n"
            ),
        );
        project.args(&["document", "add", &format!("{index}.txt"), "--name", name]).ok();
        project.args(&["code", "add", &name.replace('/', "÷")]).ok();
        let place = format!("{name}:0-9");
        let note = format!("'{name}\n#NAME?");
        project.args(&["tag", &place, &name.replace('/', "÷"), "--note", &note]).ok();
    }
    project.args(&["note", "1", "#NAME?"]).ok();
    project.args(&["document", "set", "CON", "year=#N/A", "Name=attr", "attr:x=y"]).ok();
    project.args(&["code", "edit", "CON", "--description", "Err:508"]).ok();
    project.args(&["memo", "project", "####"]).ok();
    rebuilds(&project);
}

#[test]
fn a_refused_bundle_leaves_an_empty_store_as_it_was() {
    let (project, _) = coded();
    project.ok("export csv -o bundle");
    let annotations = project.read("bundle/annotations.csv");
    project.write("bundle/annotations.csv", annotations.replace(",norms,", ",nurms,"));
    let other = Project::new();
    let before = other.bytes();
    let run = other.args(&["import", "csv", &project.path("bundle").display().to_string()]);
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(other.bytes() == before, "the store changed");
}
