//! Codebooks, as text and as tables.

use std::process::Stdio;

use crate::case::{Case, case, endless, fixture};
use crate::project::Project;

/// Small ones, each in a file of its name: exit status, and why.
const FILES: [(&str, i32, &str); 15] = [
    ("tabs-and-blanks", 1, "an indentation that fits no level above"),
    ("same-twice", 1, "one code, twice below one parent"),
    ("slash", 1, "`/` parts the levels of a path"),
    ("control", 1, "no name holds control characters"),
    ("bidi", 0, "letters of two directions are common; a terminal shows the mark escaped"),
    ("description-first", 1, "it describes nothing"),
    ("quote-unclosed", 1, "where the name ends cannot be told"),
    ("color-no-color", 0, "what is no colour is a description"),
    ("nul", 1, "SQLite and most programs stop there"),
    ("latin-1", 1, "not UTF-8"),
    ("utf-16", 1, "not UTF-8"),
    ("comments-only", 1, "there is no code"),
    ("spaces", 1, "there is no code"),
    ("shell", 0, "names are names: no shell sees them"),
    ("yaml", 0, "lines are names: nothing is interpreted"),
];

/// So many codes beside each other.
fn beside(count: u32) -> String {
    (0..count).map(|code| format!("c{code}\n")).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = FILES
        .iter()
        .map(|(name, exit, why)| {
            let file = format!("{name}.txt");
            let bytes = fixture(&format!("code/{file}"));
            let args = ["code".to_owned(), "import".to_owned(), file.clone()];
            case(format!("codebook/{name}"), *exit, why, args, move |project| project.write(&file, &bytes))
        })
        .collect();
    let made = |name: &str, exit, why, file: &'static str, make: fn() -> String| {
        case(format!("codebook/{name}"), exit, why, ["code", "import", file], move |project| {
            project.write(file, make());
        })
    };
    let stream = |name: &str, why, piece: &'static str| {
        let args = ["code", "import", "-"].map(Into::into).to_vec();
        let make = Box::new(move |_: &Project| -> Stdio { endless("a\n", piece, 1 << 30) });
        Case { name: format!("codebook/{name}"), exit: 1, why, args, make }
    };
    cases.extend([
        made("deep-10-000", 1, "a codebook has at most 64 levels", "deep.txt", || {
            (0..10_000).map(|level| format!("{:level$}c\n", "")).collect()
        }),
        made("wide-1-000-000", 1, "a codebook has at most 100,000 codes", "wide.txt", || beside(1_000_000)),
        made("wide-1-000-000-table", 1, "a codebook has at most 100,000 codes", "wide.csv", || {
            format!("path\n{}", beside(1_000_000))
        }),
        made("wide-20-000", 0, "many, and fewer than 100,000", "wide.txt", || beside(20_000)),
        made("deep-table", 1, "a path has at most 64 levels", "deep.csv", || {
            format!("path\n{}a\n", "a/".repeat(10_000))
        }),
        made(
            "table-of-ids-twice",
            0,
            "the second code is another one, and gets an id of its own",
            "twice.csv",
            || {
                let id = "00000000-0000-4000-8000-000000000001";
                format!("id,path\n{id},a\n{id},b\n")
            },
        ),
        stream("comments-of-1-gib", "at most 64 MiB are read", "# nothing\n"),
        stream("description-of-1-gib", "at most 64 MiB are read", "| and so on\n"),
        stream("line-of-1-gib", "a line has at most 1 MiB", "x"),
    ]);
    cases
}
