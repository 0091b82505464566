//! Tables of annotations.

use std::fmt::Write;
use std::process::Stdio;

use crate::case::{Case, case, endless, fixture, sparse};
use crate::project::Project;

/// Small ones, each in a file of its name: exit status, and why.
const FILES: [(&str, i32, &str); 63] = [
    ("ragged-short", 0, "cells that are missing at the end are blank, as Excel leaves them out"),
    ("ragged-long", 1, "cells beyond the header could belong to any column"),
    ("column-missing", 1, "without `end` a row names no passage"),
    ("column-twice", 1, "which of the two counts cannot be told"),
    ("column-unknown", 0, "it is named and left aside"),
    ("columns-reordered", 0, "columns are known by their names"),
    ("column-nameless", 0, "a stray delimiter is no column"),
    ("empty", 1, "there is no header row"),
    ("bom-only", 1, "there is no header row"),
    ("blank-lines", 1, "there is no header row"),
    ("header-only", 0, "a table without rows changes nothing"),
    ("header-without-line-end", 0, "a table without rows changes nothing"),
    ("quote-unclosed", 1, "what follows the quote is lost, so nothing is taken"),
    ("quote-unclosed-in-header", 1, "what follows the quote is lost, so nothing is taken"),
    ("text-after-quote", 1, "quotes within a cell are doubled; guessing would change words"),
    ("quoted-line-ends", 0, "line ends within a cell are text; all three become LF"),
    ("line-ends-cr", 0, "the classic Mac's line ends"),
    ("offset-negative", 1, "positions begin at 0"),
    ("offset-plus", 1, "plain digits only: a sign is some other program's"),
    ("offset-fraction", 0, "a spreadsheet writes `1.0` for 1, which loses nothing"),
    ("offset-exponent", 1, "a spreadsheet wrote it, and may have rounded it"),
    ("offset-huge", 1, "past the end of any text, and past 63 bits"),
    ("offset-33-bits", 1, "past the end of any text, and past 32 bits"),
    ("offset-other-digits", 0, "digits of every script count"),
    ("offset-hex", 1, "plain digits only"),
    ("offset-reversed", 1, "the passage would end before it starts"),
    ("offset-nothing-between", 1, "a passage is never empty"),
    ("offset-past-end", 1, "the text is shorter"),
    ("offset-inside-grapheme", 0, "code points count; analysts may mark half a letter"),
    ("words-elsewhere", 0, "the words are there once, so the positions follow them, and that is told"),
    ("words-nowhere", 1, "neither the positions nor the words are right"),
    ("document-unknown", 1, "named, with the nearest name"),
    ("hash-unknown", 1, "the positions count in another text"),
    ("hash-no-hash", 1, "64 hex digits or nothing"),
    ("code-unknown", 1, "unless `--create-codes` says so"),
    ("coder-impossible", 1, "a handle is one word"),
    ("coder-control", 1, "no name holds control characters"),
    ("coder-long", 1, "a name has at most 255 characters"),
    ("id-no-id", 1, "a spreadsheet made a number of it"),
    ("lineage-no-lineage", 1, "not as it was exported"),
    ("action-unknown", 1, "`delete` is the only one"),
    ("time-impossible", 1, "no such day"),
    ("utf-16le", 0, "its mark says what it is"),
    ("utf-16be", 0, "its mark says what it is"),
    ("utf-16-odd", 1, "half a character at the end"),
    ("utf-16-without-mark", 1, "NUL is in no text"),
    ("utf-16-lone-surrogate", 1, "half a character"),
    ("utf-32", 1, "NUL is in no text"),
    ("latin-1-undeclared", 1, "the byte is named; `--encoding` says what it is"),
    ("utf-8-overlong", 1, "not UTF-8"),
    ("utf-8-surrogate", 1, "not UTF-8"),
    ("utf-7", 0, "plain text: nobody decodes it"),
    ("nul", 1, "SQLite and most programs stop there"),
    ("mark-twice", 1, "the second mark belongs to the column's name"),
    ("bidi-in-note", 0, "a note may quote anything; a terminal shows it escaped"),
    ("bidi-in-code", 1, "the code is not in the codebook"),
    ("formulas", 0, "text: nothing is run, and exports guard it"),
    ("separator-line", 0, "Excel's first line, which names the delimiter"),
    ("separator-absurd", 1, "no delimiter of any spreadsheet"),
    ("html", 1, "no column is known"),
    ("picture", 1, "not UTF-8"),
    ("only-quotes", 1, "what follows the quote is lost, so nothing is taken"),
    ("only-delimiters", 1, "no column is known"),
];

/// The columns of the large ones.
const HEADER: &str = "document,start,end,code,coder,note\n";

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = FILES
        .iter()
        .map(|(name, exit, why)| {
            let file = format!("{name}.csv");
            let bytes = fixture(&format!("csv/{file}"));
            let args = ["import".to_owned(), "csv".to_owned(), file.clone()];
            case(format!("csv/{name}"), *exit, why, args, move |project| project.write(&file, &bytes))
        })
        .collect();
    cases.extend(of_known_rows());
    cases.extend(large());
    cases
}

/// Tables that were exported, and edited so that two rows are of one annotation.
fn of_known_rows() -> Vec<Case> {
    let twice = |name: &str, exit, why, edit: fn(&str) -> String| {
        case(format!("csv/{name}"), exit, why, ["import", "csv", "a.csv"], move |project| {
            project.ok("export csv -o a.csv");
            let table = project.read("a.csv");
            let row = table.split("\r\n").find(|line| line.contains("a note")).unwrap();
            project.write("a.csv", format!("{table}{}\r\n", edit(row)));
        })
    };
    vec![
        twice("id-twice-same", 0, "a row that was copied says nothing new", str::to_owned),
        twice("id-twice-other", 0, "a copied row that was edited is an annotation of its own", |row| {
            row.replace(",0,10,", ",0,5,").replace("Norms bind,", "Norms,")
        }),
        twice("id-blank", 0, "the same passage, code and coder: it is there already", |row| {
            let mut cells = row.splitn(2, ',');
            cells.next().unwrap();
            format!(",{}", cells.next().unwrap())
        }),
        twice("id-of-nobody", 0, "an id that was made up, on what is there already", |row| {
            let mut cells = row.splitn(2, ',');
            cells.next().unwrap();
            format!("00000000-0000-4000-8000-000000000001,{}", cells.next().unwrap())
        }),
        twice("row-cut-short", 1, "a row with an id that ends before its lineage was cut", |row| {
            row[..60].to_owned()
        }),
    ]
}

/// Standard input that goes on and on, for `import csv -`.
fn stream(name: &str, exit: i32, why: &'static str, head: &'static str, piece: &'static str) -> Case {
    let args = ["import", "csv", "-"].map(Into::into).to_vec();
    let make = Box::new(move |_: &Project| -> Stdio { endless(head, piece, 1 << 30) });
    Case { name: format!("csv/{name}"), exit, why, args, make }
}

fn large() -> Vec<Case> {
    let made = |name: &str, exit, why, make: fn(&Project)| {
        case(format!("csv/{name}"), exit, why, ["import", "csv", "large.csv"], make)
    };
    vec![
        stream("cell-of-1-gib", 1, "a cell has at most 16 MiB, and no more than that is read", HEADER, "x"),
        stream("quoted-cell-of-1-gib", 1, "a cell has at most 16 MiB", "document,note\nnote,\"", "x\n"),
        stream("blank-rows-of-1-gib", 1, "no sheet has more than a million blank rows", HEADER, "\n"),
        stream(
            "delimiter-rows-of-1-gib",
            1,
            "no sheet has more than a million blank rows",
            HEADER,
            ",,,,,\n",
        ),
        stream("delimiters-of-1-gib", 1, "a row has at most 16,384 cells", HEADER, ","),
        made("zeros-of-1-gib", 1, "NUL is in no text", |project| sparse(project, "large.csv", 1 << 30)),
        made("columns-one-million", 1, "a row has at most 16,384 cells", |project| {
            let names: String = (0..1_000_000).map(|column| format!("c{column},")).collect();
            project.write("large.csv", format!("document,start,end,{names}\nnote,0,5\n"));
        }),
        made("rows-refused-300-000", 1, "counted, and the first hundred told", |project| {
            project.write("large.csv", format!("{HEADER}{}", "nothing,5,1,norms,ana,\n".repeat(300_000)));
        }),
        // Ten million of them take a minute in a build for users, and a quarter of an hour in one for tests: fewer here.
        made(
            "rows-50-000-of-one-place",
            0,
            "all say the same: one is new, the others are there already",
            |project| {
                project.write("large.csv", format!("{HEADER}{}", "note,6,10,norms,ana,\n".repeat(50_000)));
            },
        ),
        made("name-of-1-mib", 1, "a name has at most 255 characters", |project| {
            project.write("large.csv", format!("{HEADER}note,0,5,norms,{},\n", "x".repeat(1 << 20)));
        }),
        made("code-deeper-than-64", 1, "a path has at most 64 levels", |project| {
            project.write("large.csv", format!("{HEADER}note,0,5,{}a,ana,\n", "a/".repeat(10_000)));
        }),
        made("note-of-15-mib", 0, "a cell has at most 16 MiB", |project| {
            let mut table = String::from(HEADER);
            writeln!(table, "note,0,5,norms,ana,\"{}\"", "n\n".repeat(15 << 19)).unwrap();
            project.write("large.csv", table);
        }),
    ]
}
