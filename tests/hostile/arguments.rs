//! Arguments: what looks like something else, is too long, or asks for too much.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use crate::case::{Case, case};

fn typed(name: &str, exit: i32, why: &'static str, args: &[&str]) -> Case {
    case(format!("argument/{name}"), exit, why, args, |project| project.write("new.txt", "A new text.\n"))
}

/// An argument that is as long as Linux lets one be: 128 KiB, its end included. A longer one starts no program at all.
fn longest() -> String {
    "x".repeat((128 << 10) - 1)
}

pub(crate) fn cases() -> Vec<Case> {
    let long = longest();
    let bytes = |name: &str, exit, why, args: Vec<&[u8]>| {
        let args: Vec<OsString> = args.into_iter().map(|arg| OsString::from_vec(arg.to_vec())).collect();
        case(format!("argument/{name}"), exit, why, args, |_| {})
    };
    const ENDLESS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)";
    const TOO_LONG: &str = "a query ends after `--timeout`: ten minutes, unless told otherwise";
    vec![
        typed("nothing", 2, "a command is missing", &[]),
        typed("empty", 2, "no command", &[""]),
        typed("unknown-command", 2, "no command; the nearest is offered", &["tga"]),
        typed("unknown-option", 2, "no option", &["tag", "--nonsense"]),
        typed(
            "dash-dash",
            0,
            "after `--` a name may begin with a dash",
            &["code", "add", "--", "-rf", "--help"],
        ),
        typed("dash-dash-alone", 2, "a name is missing", &["code", "add", "--"]),
        typed(
            "named-like-commands",
            0,
            "a code may be called like a command",
            &["code", "add", "tag", "help", "code", "sql"],
        ),
        typed("tag-like-command", 1, "no document of that name", &["tag", "help", "norms"]),
        typed(
            "option-twice",
            2,
            "which of the two counts cannot be told",
            &["--store", "a", "--store", "b", "log"],
        ),
        typed("option-without-value", 2, "a value is missing", &["log", "--store"]),
        typed("empty-values", 1, "no document has no name", &["tag", "", ""]),
        typed("number-huge", 1, "no such annotation", &["untag", "#99999999999999999999"]),
        typed("number-negative", 2, "taken for an option", &["untag", "-1"]),
        typed(
            "address-huge",
            1,
            "past what can be counted",
            &["tag", "note:0-99999999999999999999", "norms"],
        ),
        typed("address-reversed", 1, "its end comes before its start", &["tag", "note:5-1", "norms"]),
        typed("limit-negative", 2, "no count", &["list", "--limit=-1"]),
        typed("long-command", 2, "no command", &[&long]),
        typed("long-name", 1, "a name has at most 255 characters", &["code", "add", &long]),
        typed("long-document", 1, "no such document; nothing near it", &["show", &long]),
        typed("long-quote", 1, "it does not occur", &["tag", "note", &long, "norms"]),
        typed("long-pattern", 0, "it does not occur", &["find", &long]),
        typed("long-store", 1, "no such file", &["--store", &long, "log"]),
        typed("long-note", 0, "a note may be long", &["note", "#1", &long]),
        bytes("no-utf-8-code", 2, "a name is text", vec![b"code", b"add", b"\xff\xfe"]),
        bytes("no-utf-8-command", 2, "no command", vec![b"\xff"]),
        bytes("no-utf-8-store", 1, "no such file", vec![b"--store", b"\xff.postil", b"log"]),
        bytes("no-utf-8-file", 1, "no such file", vec![b"document", b"add", b"\xff.txt"]),
        bytes("no-utf-8-coder", 2, "a handle is text", vec![b"--coder", b"\xff", b"log"]),
        bytes("escape-in-command", 2, "no command; it is shown escaped", vec![b"\x1b[31mtag"]),
        typed("regex-no-regex", 1, "its place is named", &["find", "--regex", "(["]),
        typed(
            "regex-nested",
            0,
            "the search takes time by the length of the text alone",
            &["find", "--regex", "(a*)*(a+)+$"],
        ),
        typed("regex-repeated", 1, "too large to search with", &["find", "--regex", "((a{100}){100}){100}"]),
        typed("regex-classes", 1, "too large to search with", &["find", "--regex", r"(\pL{1000}){100}"]),
        case(
            "argument/regex-deep",
            1,
            "nested too deeply",
            vec![
                "find".to_owned(),
                "--regex".to_owned(),
                format!("{}a{}", "(".repeat(20_000), ")".repeat(20_000)),
            ],
            |_| {},
        ),
        typed(
            "sql-endless-count",
            1,
            TOO_LONG,
            &["sql", "--timeout", "1", &format!("{ENDLESS} SELECT count(*) FROM n")],
        ),
        typed(
            "sql-endless-order",
            1,
            TOO_LONG,
            &["sql", "--timeout", "1", &format!("{ENDLESS} SELECT i FROM n ORDER BY -i")],
        ),
        typed(
            "sql-cross-join",
            1,
            TOO_LONG,
            &["sql", "--timeout", "1", &format!("{ENDLESS} SELECT max(a.i * b.i) FROM n a, n b")],
        ),
        typed("sql-huge-value", 1, "more than memory holds", &["sql", "SELECT hex(zeroblob(400000000))"]),
        typed("sql-writes", 1, "`sql` only reads", &["sql", "DELETE FROM main.document"]),
        typed("sql-attach", 1, "`sql` only reads", &["sql", "ATTACH 'x' AS x"]),
        typed("sql-extension", 1, "`sql` only reads", &["sql", "SELECT load_extension('x')"]),
        typed("sql-files", 1, "there is no such function", &["sql", "SELECT writefile('x', 'y')"]),
        typed("sql-two", 1, "one query at a time", &["sql", "SELECT 1; DROP TABLE document"]),
        typed(
            "output-leads-out",
            1,
            "there is no such folder",
            &["export", "csv", "-o", "nowhere/../../../nowhere/x"],
        ),
        typed(
            "output-is-the-store",
            1,
            "what exists is not overwritten",
            &["export", "csv", "-o", "study.postil"],
        ),
        typed("backup-is-the-store", 1, "the store itself", &["backup", "study.postil", "--force"]),
    ]
}
