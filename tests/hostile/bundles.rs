//! Bundles: folders that are not what their manifest says, and files in them that are no files.

use std::os::unix::fs::symlink;

use crate::case::{Case, case, fifo, link, sparse};
use crate::project::Project;

/// A bundle `b` of the project, to which `change` does something, and which is then imported.
fn bundle(name: &str, exit: i32, why: &'static str, change: fn(&Project)) -> Case {
    case(format!("bundle/{name}"), exit, why, ["import", "csv", "b"], move |project| {
        project.ok("export csv -o b");
        change(project);
    })
}

fn remove(project: &Project, name: &str) {
    std::fs::remove_file(project.path(name)).unwrap();
}

fn edit(project: &Project, name: &str, from: &str, to: &str) {
    let before = project.read(name);
    assert!(before.contains(from), "{name} has no `{from}`: {before}");
    project.write(name, before.replacen(from, to, 1));
}

/// A bundle with a document that is not in the store, so that its text has to be read from `path`.
fn new_text(project: &Project, path: &str) {
    let header = "name,file\r\n";
    project.write("b/documents.csv", format!("\u{feff}{header}new,{path}\r\n"));
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = manifests();
    cases.extend(files());
    cases.extend(texts());
    cases.extend(codebooks());
    cases
}

fn manifests() -> Vec<Case> {
    const MANIFEST: &str = "b/datapackage.json";
    vec![
        bundle("untouched", 0, "nothing is new", |_| {}),
        bundle("no-manifest", 0, "the tables stand for themselves", |project| remove(project, MANIFEST)),
        bundle("no-tables", 1, "there is nothing to import", |project| {
            for name in ["annotations", "codes", "documents", "coders", "memos", "assignments"] {
                let _ = std::fs::remove_file(project.path(&format!("b/{name}.csv")));
            }
        }),
        bundle(
            "annotations-missing",
            0,
            "a missing row is no deletion, and a missing table is none of them",
            |project| {
                remove(project, "b/annotations.csv");
            },
        ),
        bundle("manifest-no-json", 1, "it cannot be read", |project| project.write(MANIFEST, "{")),
        bundle("manifest-empty", 1, "it cannot be read", |project| project.write(MANIFEST, "")),
        bundle("manifest-newer", 1, "an older program might lose what it does not know", |project| {
            edit(project, MANIFEST, "\"contract\": 1", "\"contract\": 9");
        }),
        bundle("manifest-deep", 1, "JSON of more than 128 levels is not read", |project| {
            project.write(MANIFEST, "[".repeat(1_000_000));
        }),
        bundle("manifest-of-1-gib", 1, "at most 64 MiB are read, and they are no JSON", |project| {
            sparse(project, MANIFEST, 1 << 30);
        }),
        bundle("manifest-leads-out", 1, "a path that leaves the bundle", |project| {
            edit(project, MANIFEST, "\"path\": \"annotations.csv\"", "\"path\": \"../annotations.csv\"");
        }),
        bundle("manifest-absolute", 1, "a path that leaves the bundle", |project| {
            edit(project, MANIFEST, "\"path\": \"annotations.csv\"", "\"path\": \"/etc/passwd\"");
        }),
        bundle(
            "manifest-counts-wrong",
            0,
            "how many rows there were matters to `--missing-means-deleted` alone",
            |project| {
                edit(project, MANIFEST, "\"rows\": ", "\"rows\": 9");
            },
        ),
    ]
}

fn files() -> Vec<Case> {
    const PLAIN: &str = "a bundle holds plain files";
    vec![
        bundle("table-is-a-pipe", 1, PLAIN, |project| {
            remove(project, "b/codes.csv");
            fifo(project, "b/codes.csv");
        }),
        bundle("manifest-is-a-pipe", 1, PLAIN, |project| {
            remove(project, "b/datapackage.json");
            fifo(project, "b/datapackage.json");
        }),
        bundle("table-is-a-folder", 1, PLAIN, |project| {
            remove(project, "b/memos.csv");
            std::fs::create_dir(project.path("b/memos.csv")).unwrap();
        }),
        bundle("table-is-a-device", 1, PLAIN, |project| {
            remove(project, "b/coders.csv");
            link(project, "/dev/zero", "b/coders.csv");
        }),
        bundle("table-is-a-link", 1, "a link may lead to what is nobody's business", |project| {
            remove(project, "b/annotations.csv");
            link(project, "/etc/passwd", "b/annotations.csv");
        }),
        bundle("table-is-a-link-to-itself", 1, PLAIN, |project| {
            remove(project, "b/codes.csv");
            link(project, "codes.csv", "b/codes.csv");
        }),
        bundle("table-of-zeros", 1, "NUL is in no text", |project| sparse(project, "b/codes.csv", 1 << 30)),
        case(
            "bundle/folder-is-a-link",
            0,
            "whoever types the name of a link means what it leads to",
            ["import", "csv", "l"],
            |project| {
                project.ok("export csv -o b");
                symlink("b", project.path("l")).unwrap();
            },
        ),
    ]
}

fn texts() -> Vec<Case> {
    const OUT: &str = "a path that leaves the bundle";
    const NOT_THERE: &str = "its text is not in the bundle";
    vec![
        bundle("text-leads-out", 1, OUT, |project| new_text(project, "../../../../etc/passwd")),
        bundle("text-absolute", 1, OUT, |project| new_text(project, "/etc/passwd")),
        bundle("text-backslash", 1, OUT, |project| new_text(project, "..\\..\\x")),
        bundle("text-missing", 1, NOT_THERE, |project| new_text(project, "texts/new.txt")),
        bundle("text-is-a-link", 1, NOT_THERE, |project| {
            new_text(project, "texts/new.txt");
            link(project, "/etc/passwd", "b/texts/new.txt");
        }),
        bundle("text-below-a-link", 1, NOT_THERE, |project| {
            new_text(project, "texts/passwd");
            std::fs::remove_dir_all(project.path("b/texts")).unwrap();
            link(project, "/etc", "b/texts");
        }),
        bundle("text-is-a-pipe", 1, NOT_THERE, |project| {
            new_text(project, "texts/new.txt");
            fifo(project, "b/texts/new.txt");
        }),
        bundle("text-is-a-folder", 1, NOT_THERE, |project| {
            new_text(project, "texts/new.txt");
            std::fs::create_dir(project.path("b/texts/new.txt")).unwrap();
        }),
        bundle("text-of-zeros", 1, "NUL is in no text", |project| {
            new_text(project, "texts/new.txt");
            sparse(project, "b/texts/new.txt", 64 << 20);
        }),
        bundle("text-of-2-gib", 1, "a text has at most 1,000,000,000 bytes", |project| {
            new_text(project, "texts/new.txt");
            sparse(project, "b/texts/new.txt", 2 << 30);
        }),
        bundle("text-edited", 0, "the store has that document: its text is not read", |project| {
            project.write("b/texts/note.txt", "Other words.\n");
        }),
    ]
}

fn codebooks() -> Vec<Case> {
    fn codes(project: &Project, rows: &str) {
        project.write("b/codes.csv", format!("path,color,description\r\n{rows}"));
    }
    vec![
        bundle("code-deep", 1, "a path has at most 64 levels", |project| {
            codes(project, &format!("{}a,,\r\n", "a/".repeat(10_000)));
        }),
        bundle("code-below-itself", 1, "the code would stand below itself", |project| {
            let before = project.read("b/codes.csv");
            project.write("b/codes.csv", before.replacen(",actors,", ",actors/state/actors,", 1));
        }),
        bundle("code-empty-level", 1, "a path has no empty level", |project| codes(project, "a//b,,\r\n")),
        bundle("codes-1-000-000", 1, "a codebook has at most 100,000 codes", |project| {
            codes(project, &(0..1_000_000).map(|code| format!("c{code},,\r\n")).collect::<String>());
        }),
        bundle("codes-in-a-circle", 1, "two codes, each moved below the other", |project| {
            let before = project.read("b/codes.csv");
            let moved =
                before.replacen(",norms,", ",trust/norms,", 1).replacen(",trust,", ",norms/trust,", 1);
            assert_ne!(before, moved);
            project.write("b/codes.csv", moved);
        }),
    ]
}
