//! Real papers, where a folder of them stands beside the project: tagged, exported, rebuilt.

use std::path::PathBuf;

use crate::project::{Project, skipped};

/// The texts, or nothing but a visible line.
fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.is_dir() {
        return folder.canonicalize().ok();
    }
    skipped("there is no corpus beside the project");
    None
}

#[test]
fn real_papers_are_coded_exported_and_rebuilt_byte_for_byte() {
    let Some(folder) = corpus() else { return };
    let codebook = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/codebooks/cyber-diplomacy.txt");
    let project = Project::new();
    project.args(&["document", "add", folder.to_str().unwrap(), "--set", "kind=paper"]).ok();
    project.args(&["code", "import", codebook.to_str().unwrap()]).ok();
    let documents = project.ok("document list --format plain");
    assert_eq!(documents.lines().count(), 4, "{documents}");

    for (pattern, code) in [
        ("\\bcyber[ -]?(war|attack)\\w*", "cyber/warfare"),
        ("\\bnorms?\\b", "cyber/norms"),
        ("\\bIran\\w*", "actors/states/iran"),
        ("\\bsecuriti[sz]ation\\b", "schools/copenhagen/securitization"),
    ] {
        project.args(&["find", "--regex", pattern, "--ignore-case", "--tag", code]).ok();
    }
    for document in documents.lines().filter_map(|line| line.split('\t').next()) {
        for place in ["p1", "l1", "s1-s2", "0-40", "10-60"] {
            project.args(&["tag", &format!("{document}:{place}"), "levels", "--coder", "ben"]).ok();
        }
        project.args(&["show", document]).ok();
    }
    let count: u64 = project.ok("list --count").trim().parse().unwrap();
    assert!(count > 40, "only {count} annotations");
    project.ok("check");

    project.ok("export csv -o one");
    assert!(project.ok("import csv one").contains("unchanged"));
    let content = project.content();
    let changes = project.ok("log --format plain").lines().count();
    for _ in 0..changes {
        project.ok("undo");
    }
    assert_eq!(project.ok("list --count").trim(), "0");
    for _ in 0..changes {
        project.ok("redo");
    }
    project.ok("check");
    assert!(project.content() == content, "undoing and redoing everything changed something");

    // Redone records have a longer lineage: the bundle to rebuild from is the one of now.
    project.ok("export csv -o two");
    project.ok("init other");
    project.ok("--store other.postil import csv two");
    project.ok("--store other.postil export csv -o three");
    for name in ["annotations.csv", "codes.csv", "documents.csv", "coders.csv", "datapackage.json"] {
        assert!(
            project.read(&format!("two/{name}")) == project.read(&format!("three/{name}")),
            "{name} differs"
        );
    }
}
