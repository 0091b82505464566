//! Files that are added as documents.

use std::process::Stdio;

use crate::case::{Case, case, endless, fifo, link, sparse};
use crate::project::Project;

fn added(name: &str, exit: i32, why: &'static str, content: &'static [u8]) -> Case {
    case(format!("document/{name}"), exit, why, ["document", "add", "file.txt"], move |project| {
        project.write("file.txt", content);
    })
}

fn made(name: &str, exit: i32, why: &'static str, make: fn(&Project)) -> Case {
    case(format!("document/{name}"), exit, why, ["document", "add", "file.txt"], make)
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        added("empty", 1, "there is no text in it", b""),
        added("blank", 1, "there is no text in it", b" \n\t\n\xe3\x80\x80"),
        added("mark-only", 1, "there is no text in it", b"\xef\xbb\xbf"),
        added("nul", 1, "SQLite and most programs stop there", b"one\0two\n"),
        added("utf-8-invalid", 1, "the byte is named; `--encoding` says what it is", b"one \xff two\n"),
        added("utf-8-overlong", 1, "not UTF-8", b"one \xc0\xaf two\n"),
        added("utf-8-surrogate", 1, "not UTF-8", b"one \xed\xa0\x80 two\n"),
        added("utf-8-cut-short", 1, "half a character at the end", b"one \xe2\x82"),
        added("latin-1", 1, "the byte is named; `--encoding` says what it is", b"caf\xe9\n"),
        added("utf-16", 0, "its mark says what it is", b"\xff\xfea\0\n\0"),
        added("utf-16-odd", 1, "half a character at the end", b"\xff\xfea\0b"),
        added("utf-16-lone-surrogate", 1, "half a character", b"\xff\xfe\x00\xd8a\0"),
        added("line-ends-cr", 0, "stored as LF, and that it was CR is kept", b"one\rtwo\r"),
        added("line-ends-mixed", 0, "stored as LF, and that they were mixed is kept", b"one\r\ntwo\rthree\n"),
        added(
            "controls",
            0,
            "a text may hold what it holds; a terminal shows it escaped",
            b"\x1b]0;title\x07\x1b[2J\x7f\n",
        ),
        added(
            "bidi",
            0,
            "a text may hold what it holds; a terminal shows it escaped",
            "\u{202e}abc\u{2066}".as_bytes(),
        ),
        added(
            "separators",
            0,
            "line and paragraph separators are characters",
            "a\u{2028}b\u{2029}c\u{85}d".as_bytes(),
        ),
        added(
            "marks-on-nothing",
            0,
            "combining marks without a letter",
            "\u{301}\u{301}\u{200d}\u{fe0f}".as_bytes(),
        ),
        added("pdf", 1, "a PDF is no text", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        added("archive", 1, "a DOCX is an archive and no text", b"PK\x03\x04\x14\0\x06\0"),
        added("picture", 1, "a picture is no text", b"\x89PNG\r\n\x1a\n"),
        added("store", 1, "a store is no text", b"SQLite format 3\0"),
        made("binary", 1, "not UTF-8", |project| {
            project.write(
                "file.txt",
                (0..100_000_u32).map(|at| (at * 7 % 251) as u8 | 0x80).collect::<Vec<_>>(),
            );
        }),
        made(
            "zeros-of-1-gib",
            1,
            "larger than the limit, which is told before anything is read",
            |project| {
                sparse(project, "file.txt", 1 << 30);
            },
        ),
        made("zeros-of-60-mib", 1, "NUL is in no text", |project| sparse(project, "file.txt", 60 << 20)),
        made("zeros-of-8-tib", 1, "larger than the limit", |project| sparse(project, "file.txt", 8 << 40)),
        made("one-line-of-60-mib", 0, "a line may be as long as a text", |project| {
            project.write("file.txt", "one line ".repeat((60 << 20) / 9));
        }),
        made("marks-of-4-mib", 0, "two million marks on one letter", |project| {
            project.write("file.txt", format!("e{}", "\u{301}".repeat(2 << 20)));
        }),
        made("lines-of-8-mib", 0, "eight million lines, all but one of them blank", |project| {
            project.write("file.txt", format!("a{}", "\n".repeat(8 << 20)));
        }),
        made("a-folder-without-texts", 1, "there is no text in it", |project| {
            std::fs::create_dir(project.path("file.txt")).unwrap();
        }),
        made("a-device", 1, "it goes on for ever: more than the limit is not read", |project| {
            link(project, "/dev/zero", "file.txt");
        }),
        made("a-link-to-itself", 1, "it leads nowhere", |project| link(project, "file.txt", "file.txt")),
        made(
            "a-pipe-of-a-writer",
            0,
            "whoever names a pipe waits for what comes, as with `cat`",
            |project| {
                fifo(project, "file.txt");
                let path = project.path("file.txt");
                std::thread::spawn(move || std::fs::write(path, "Words from a pipe.\n"));
            },
        ),
        case(
            "document/pattern-of-stars",
            1,
            "no file matches, and that is soon known",
            ["document", "add"].into_iter().map(str::to_owned).chain([format!("{}z", "*a".repeat(40))]),
            |project| {
                project.write(&"a".repeat(100), "x");
            },
        ),
    ];
    let pipe = |name: &str, exit, why, piece: &'static str, args: &[&str]| {
        let args = args.iter().map(Into::into).collect();
        let make = Box::new(move |_: &Project| -> Stdio { endless("", piece, 4 << 30) });
        Case { name: format!("document/{name}"), exit, why, args, make }
    };
    cases.push(pipe(
        "pipe-without-end",
        1,
        "more than the limit is not read",
        "words ",
        &["document", "add", "-", "--name", "d", "--max-size", "32MiB"],
    ));
    cases.push(pipe("note-without-end", 1, "a note has at most 16 MiB", "words ", &["note", "#1", "-"]));
    cases.push(pipe("memo-without-end", 1, "a memo has at most 16 MiB", "words ", &["memo", "project", "-"]));
    cases.push(pipe(
        "passages-without-end",
        1,
        "a list of passages has at most 128 MiB",
        "note:0-5\n",
        &["tag", "-", "norms"],
    ));
    cases
}
