//! Bad tables, end to end: the message, the exit code, and the store as it was.

use std::io::Write;
use std::process::Stdio;
use std::time::Instant;

use expect_test::expect;

use super::project::Project;
use super::sheet::{coded, refused};

const HEADER: &str = "document,start,end,quote,code,note";

/// What the import of these bytes says; it must be refused and leave the store alone.
#[track_caller]
fn refusal(project: &Project, bytes: impl AsRef<[u8]>) -> String {
    project.write("bad.csv", bytes);
    refused(project, "import csv bad.csv")
}

#[test]
fn what_is_no_table_is_refused_whole() {
    let (project, sheet) = coded();
    let broken: [(&str, Vec<u8>); 8] = [
        ("empty", Vec::new()),
        ("only a mark", "\u{feff}".into()),
        ("no known column", b"a,b\n1,2\n".to_vec()),
        ("a column twice", b"document,note,note\nnote,a,b\n".to_vec()),
        ("a quote that is never closed", format!("{HEADER}\nnote,0,5,\"Norms,norms,\nx\n").into()),
        ("NUL", format!("{HEADER}\nnote,0,5,No\0rms,norms,\n").into()),
        ("no UTF-8", [HEADER.as_bytes(), b"\nnote,0,5,Norms,norms,caf\xe9\n"].concat()),
        ("mojibake", sheet.text().replace('\u{feff}', "ï»¿").into()),
    ];
    let said: Vec<String> =
        broken.iter().map(|(what, bytes)| format!("# {what}\n{}", refusal(&project, bytes))).collect();
    expect![[r#"
        # empty
        error: the table is empty: it has no header row
        hint: the first row names the columns, as `postil export csv` writes them
        # only a mark
        error: the table is empty: it has no header row
        hint: the first row names the columns, as `postil export csv` writes them
        # no known column
        error: no column of this table is known: `a`, `b`
        hint: the columns are id, document, start, end, quote, code, coder, note, action, created, modified, before, after, document_sha256, lineage, quote_truncated
        # a column twice
        error: the column `note` is there twice, in columns 2 and 3
        hint: delete or rename one of them: which one counts cannot be told
        # a quote that is never closed
        error: row 2: the quote that opens the cell in column 4 is never closed
        hint: the file may have been cut short; else close the quote, and double a quote within a cell
        # NUL
        error: row 2: a NUL character near byte 46: this is not a text table
        hint: a table in UTF-16 without its byte-order mark is read with `--encoding utf-16le`
        # no UTF-8
        error: row 2: byte 59 (0xE9) is not UTF-8
        hint: save it as `CSV UTF-8`, or where a command can be told, name its encoding: `--encoding windows-1252`
        # mojibake
        error: this file was UTF-8, was opened in another encoding and saved again: `ï»¿`
        hint: open the original anew and choose the encoding UTF-8 (65001) in the import dialogue
    "#]].assert_eq(&said.join(""));
    project.write("bad.csv", &broken[6].1);
    assert!(project.ok("import csv bad.csv --encoding windows-1252").contains("1 new"));
    assert!(project.ok("list --format csv").contains("café"));
    let said = refused(&project, "import csv absent.csv");
    assert!(said.contains("no file `absent.csv`"), "{said}");
    std::fs::create_dir(project.path("void")).unwrap();
    let said = refused(&project, "import csv void");
    assert!(said.contains("no table that postil writes"), "{said}");
}

#[test]
fn a_header_alone_is_no_error_and_no_change() {
    let (project, _) = coded();
    expect![[r#"
        nothing to import: there are no rows
        --- stderr
        nothing changed
    "#]]
    .assert_eq(&project.run_with("import csv -", HEADER.as_bytes()).text());
}

#[test]
fn bad_rows_are_named_by_row_column_and_reason() {
    let (project, _) = coded();
    let rows = [
        "note,0,5,Norms,norms,,too,many",
        "note,0,5,\"Norms\"x,norms,",
        "note,-1,5,Norms,norms,",
        "note,+1,5,Norms,norms,",
        "note,5,0,Norms,norms,",
        "note,5,5,,norms,",
        "note,0,1e3,Norms,norms,",
        "note,0,1.5,Norms,norms,",
        "note,0,12.000,Norms,norms,",
        "note,0,99999,,norms,",
        "note,0,9223372036854775808,,norms,",
        "note,0,99999999999999999999999,,norms,",
        "note,0,,Norms,norms,",
        ",0,5,Norms,norms,",
        "nota,0,5,Norms,norms,",
        "note,0,5,Norms,nurms,",
        "note,0,5,Norms,a//b,",
        "note,,,,norms,",
        "note,,,nowhere at all,norms,",
        "note,,,orms,norms,",
        "note,0,5,Narms,norms,",
        "#NAME?,0,5,Norms,norms,",
        "note,#REF!,5,Norms,norms,",
        "note,0,5,Norms,#NAME?,",
        "note,0,5,Norms,Err:508,",
        "note,0,5,Norms,norms,#VALUE!",
        "note,0,5,Norms,norms,####",
        "note,0,5,Norms,norms,caf\u{fffd}",
        "note,43,55,norms ?bind?,norms,",
    ];
    let said = refusal(&project, format!("{HEADER}\n{}\n", rows.join("\n")));
    // The first twenty are shown; a file has them all.
    refused(&project, "import csv bad.csv --rejects all.csv");
    let all = super::sheet::Sheet::read(&project, "all.csv");
    expect![[r#"
        warning: refused: bad.csv, row 2: has 8 cells where the header has 6
        warning: refused: bad.csv, row 3: text stands after the closing quote of a cell; quotes within a cell are doubled
        warning: refused: bad.csv, row 4, column `start`: `-1`: a position cannot be negative; the first is 0
        warning: refused: bad.csv, row 5, column `start`: `+1`: is not a position: plain digits, counted in characters from 0
        warning: refused: bad.csv, row 6, column `end`: `0`: the passage would end at 0 and start at 5
        warning: refused: bad.csv, row 7, column `end`: `5`: the passage would end at 5 and start at 5
        warning: refused: bad.csv, row 8, column `end`: `1e3`: a spreadsheet took this for a number and rounded it
        warning: refused: bad.csv, row 9, column `end`: `1.5`: is not a position: plain digits, counted in characters from 0
        warning: refused: bad.csv, row 10, column `end`: `12.000`: is it a fraction or thousands? write the position as plain digits
        warning: refused: bad.csv, row 11, column `end`: `99999`: the passage 0-99999 is past the end: the text has 77 characters
        warning: refused: bad.csv, row 12, column `end`: `9223372036854775808`: is past the end of any text (at most 4294967295)
        warning: refused: bad.csv, row 13, column `end`: `99999999999999999999999`: is past the end of any text (at most 4294967295)
        warning: refused: bad.csv, row 14, column `end`: ``: a start without an end; give both, or neither and a quote
        warning: refused: bad.csv, row 15, column `document`: ``: the row names no document
        warning: refused: bad.csv, row 16, column `document`: `nota`: there is no document `nota`; did you mean `note`?
        warning: refused: bad.csv, row 17, column `code`: `nurms`: there is no code `nurms`; did you mean `norms`? (`--create-codes` adds the missing ones)
        warning: refused: bad.csv, row 18, column `code`: `a//b`: there is no code `a//b` (`--create-codes` adds the missing ones)
        warning: refused: bad.csv, row 19, column `start`: ``: the row names no passage: give start and end, or a quote
        warning: refused: bad.csv, row 20, column `quote`: `nowhere at all`: the quote is not anywhere in the text
        warning: refused: bad.csv, row 21, column `quote`: `orms`: the quote is in the text 3 times; give start and end
        warning: … and 9 rows refused
        error: 29 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]].assert_eq(&said);
    let reasons: Vec<String> = (0..all.rows.len())
        .map(|row| format!("{} {}", all.cell(row, "row"), all.cell(row, "reason")))
        .collect();
    expect![[r#"
        2 has 8 cells where the header has 6
        3 text stands after the closing quote of a cell; quotes within a cell are doubled
        4 column start: a position cannot be negative; the first is 0
        5 column start: is not a position: plain digits, counted in characters from 0
        6 column end: the passage would end at 0 and start at 5
        7 column end: the passage would end at 5 and start at 5
        8 column end: a spreadsheet took this for a number and rounded it
        9 column end: is not a position: plain digits, counted in characters from 0
        10 column end: is it a fraction or thousands? write the position as plain digits
        11 column end: the passage 0-99999 is past the end: the text has 77 characters
        12 column end: is past the end of any text (at most 4294967295)
        13 column end: is past the end of any text (at most 4294967295)
        14 column end: a start without an end; give both, or neither and a quote
        15 column document: the row names no document
        16 column document: there is no document `nota`; did you mean `note`?
        17 column code: there is no code `nurms`; did you mean `norms`? (`--create-codes` adds the missing ones)
        18 column code: there is no code `a//b` (`--create-codes` adds the missing ones)
        19 column start: the row names no passage: give start and end, or a quote
        20 column quote: the quote is not anywhere in the text
        21 column quote: the quote is in the text 3 times; give start and end
        22 column quote: the quote is not at 0-5, nor anywhere in the text
        23 column document: a spreadsheet took this for a formula and left its error
        24 column start: a spreadsheet took this for a formula and left its error
        25 column code: a spreadsheet took this for a formula and left its error
        26 column code: a spreadsheet took this for a formula and left its error
        27 column note: a spreadsheet took this for a formula and left its error
        28 column note: a spreadsheet saved what it showed in a column too narrow
        29 column note: a character was lost when the file was converted (U+FFFD)
        30 column quote: letters have become `?`: the file was saved in an encoding that lacks them"#]].assert_eq(&reasons.join("\n"));
    assert_eq!(all.rows.len(), rows.len());
}

#[test]
fn damaged_cells_of_known_rows_are_refused() {
    let (project, sheet) = coded();
    project.ok("note 1 'café, 世界'");
    project.ok("coder rename ben josé");
    project.ok("export csv -o a.csv --force");
    let id = sheet.cell(0, "id").to_owned();
    let lineage = sheet.cell(0, "lineage").to_owned();
    let text = project.read("a.csv");
    let cases = [
        text.replace(&id, "1.23E+19"),
        text.replace(&id, &id.replace('-', "")),
        text.replace(&lineage, "1.23457E+035"),
        text.replace(&lineage, "v12"),
        text.replace(&lineage, "###"),
        text.replace("café, 世界", "caf?, ??"),
        text.replace("café, 世界", "#NAME?"),
        text.replace("café, 世界", "caf\u{fffd}, 世界"),
        text.replace(",josé,", ",jos?,"),
        text.replace(",actors/state,", ",#N/A,"),
        text.replace("2026-01-31T12:00:00.000Z", "31.01.2026 12:00"),
        text.replacen(&format!("{lineage},"), "", 1).replacen(",,", ",", 2),
        text.replace("States speak", "States ?peak"),
    ];
    let said: Vec<String> = cases.iter().map(|case| refusal(&project, case)).collect();
    expect![[r#"
        warning: refused: bad.csv, row 2, column `id`: `1.23E+19`: a spreadsheet took this for a number and rounded it
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `id`: `019c13ec9e0076bb931dadbe9587e82c`: is not an id like 0191d4a2-7c1e-7b3a-9f00-5e2d8c6b4a10; a new row has a blank one
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `lineage`: `1.23457E+035`: a spreadsheet took this for a number and rounded it
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `lineage`: `v12`: is not a lineage as it was exported; copy it back, or clear it with the id
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `lineage`: `###`: a spreadsheet saved what it showed in a column too narrow
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 3, column `note`: `caf?, ??`: letters have become `?`: the file was saved in an encoding that lacks them
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 3, column `note`: `#NAME?`: a spreadsheet took this for a formula and left its error
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 3, column `note`: `caf�, 世界`: a character was lost when the file was converted (U+FFFD)
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 4, column `coder`: `jos?`: letters have become `?`: the file was saved in an encoding that lacks them; it was `josé`
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `code`: `#N/A`: a spreadsheet took this for a formula and left its error
        warning: refused: bad.csv, row 4, column `code`: `#N/A`: a spreadsheet took this for a formula and left its error
        error: 2 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2, column `created`: `31.01.2026 12:00`: is not a time like 2026-11-22T08:33:53.000Z
        warning: refused: bad.csv, row 3, column `created`: `31.01.2026 12:00`: is not a time like 2026-11-22T08:33:53.000Z
        warning: refused: bad.csv, row 4, column `created`: `31.01.2026 12:00`: is not a time like 2026-11-22T08:33:53.000Z
        warning: refused: bad.csv, row 5, column `created`: `31.01.2026 12:00`: is not a time like 2026-11-22T08:33:53.000Z
        error: 4 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 2: has 13 cells where the header has 16
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own

        warning: refused: bad.csv, row 4, column `quote`: `States ?peak`: the quote is not at 20-32, nor anywhere in the text
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]].assert_eq(&said.join("\n"));
}

#[test]
fn a_text_that_looks_like_damage_stays_when_the_store_holds_it() {
    let (project, _) = coded();
    project.args(&["note", "1", "#NAME?"]).ok();
    project.args(&["note", "2", "caf\u{fffd}"]).ok();
    project.ok("export csv -o a.csv --force");
    assert!(project.run("import csv a.csv").ok().contains("4 unchanged"));
}

#[test]
fn formulas_are_guarded_both_ways_and_a_stripped_guard_is_understood() {
    let (project, _) = coded();
    let notes = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "'=1", "＝1"];
    for (index, note) in notes.iter().enumerate() {
        project.args(&["tag", &format!("note:{index}-{}", index + 3), "norms", "--note", note]).ok();
    }
    project.ok("export csv -o a.csv --force");
    let text = project.read("a.csv");
    assert!(!text.contains(",=") && !text.contains(",@") && !text.contains(",+1,"), "{text}");
    assert!(project.run("import csv a.csv").ok().contains("10 unchanged"));
    // A spreadsheet that swallows the first mark of a cell.
    let stripped = text.replace(",'=1+1", ",=1+1").replace(",'@SUM", ",@SUM").replace(",'+1", ",+1");
    project.write("stripped.csv", stripped);
    assert!(project.run("import csv stripped.csv").ok().contains("10 unchanged"));
    project.ok("export csv -o plain.csv --no-guard");
    assert!(project.read("plain.csv").contains(",=cmd|"));
    assert!(project.run("import csv plain.csv --no-guard").ok().contains("10 unchanged"));
}

#[test]
fn names_with_escapes_or_controls_are_refused_or_shown_escaped() {
    let (project, _) = coded();
    let said = refusal(
        &project,
        format!(
            "{HEADER},coder\nnote,0,5,,\u{1b}[31mred,,ana\nnote,0,5,,norms,,a\u{1b}b\nno\u{202e}te,0,5,,norms,,ana\n"
        ),
    );
    let shown = said.replace('\u{1b}', "<ESC>").replace('\u{202e}', "<RLO>");
    expect![[r#"
        warning: refused: bad.csv, row 2, column `code`: `<ESC>[31mred`: there is no code `<ESC>[31mred` (`--create-codes` adds the missing ones)
        warning: refused: bad.csv, row 3, column `coder`: `a<ESC>b`: the coder name `a\u{1b}b` holds the control character U+001B
        warning: refused: bad.csv, row 4, column `document`: `no<RLO>te`: there is no document `no<RLO>te`; did you mean `note`?
        error: 3 rows refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]].assert_eq(&shown);
    // With --create-codes the name itself is judged.
    let said = refused(&project, "import csv bad.csv --create-codes");
    assert!(said.contains("U+001B"), "{said}");
    // Bidi controls are legal in names, as Arabic and Hebrew need them, and shown escaped on a terminal.
    project.write("bidi.csv", format!("{HEADER}\nnote,0,5,,\u{5d0}\u{200f}b,\n"));
    assert!(project.ok("import csv bidi.csv --create-codes").contains("1 new"));
}

#[test]
fn a_bundle_with_a_cycle_or_a_bottomless_code_is_refused() {
    let (project, _) = coded();
    project.ok("code add a/b");
    project.ok("export csv -o round");
    let codes = super::sheet::Sheet::read(&project, "round/codes.csv");
    codes.clone().edit("path", "a", "path", "a/b/c").save(&project, "round/codes.csv");
    expect![[r#"
        warning: refused: codes.csv, row 2, column `path`: `a/b/c`: the code would stand below itself
        error: 1 row refused, so nothing was written
        hint: mend them, or take the good rows with `--partial`
        hint: `--rejects FILE` writes the refused rows to a file of their own
    "#]]
    .assert_eq(&refused(&project, "import csv round"));
    let deep = vec!["x"; 10_000].join("/");
    codes.clone().add(&[("path", &deep)]).save(&project, "round/codes.csv");
    let said = refused(&project, "import csv round");
    assert!(said.contains("10000 codes deep") && said.len() < 2_000, "{said}");
    codes.add(&[("path", &vec!["x"; 64].join("/"))]).save(&project, "round/codes.csv");
    assert_eq!(project.run("import csv round").status, Some(0));
    project.ok("check");
}

#[test]
fn a_manifest_that_leads_out_or_is_newer_is_refused() {
    let (project, _) = coded();
    project.ok("export csv -o round");
    let manifest = project.read("round/datapackage.json");
    project.write("round/datapackage.json", manifest.replace("\"contract\": 1", "\"contract\": 2"));
    assert!(refused(&project, "import csv round").contains("newer postil"));
    project.write("round/datapackage.json", manifest.replace("\"texts/note.txt\"", "\"../note.txt\""));
    assert!(refused(&project, "import csv round").contains("a path within the bundle"));
    project.write("round/datapackage.json", &manifest[..40]);
    assert!(refused(&project, "import csv round").contains("not JSON"));
    project.write("round/datapackage.json", &manifest);
    let documents = super::sheet::Sheet::read(&project, "round/documents.csv");
    documents.edit("name", "note", "file", "texts/../../note.txt").save(&project, "round/documents.csv");
    assert!(refused(&project, "import csv round").contains("not a file of the bundle"));
}

#[test]
fn a_text_that_was_edited_in_the_bundle_is_refused() {
    let (project, _) = coded();
    project.ok("export csv -o round");
    let text = project.read("round/texts/note.txt");
    project.write("round/texts/note.txt", format!("{text} more"));
    let other = Project::new();
    let round = project.path("round").display().to_string();
    let run = other.args(&["import", "csv", &round]);
    assert!(run.status == Some(1) && run.err.contains("SHA-256 differs"), "{}", run.text());
    std::fs::remove_file(project.path("round/texts/note.txt")).unwrap();
    let run = other.args(&["import", "csv", &round]);
    assert!(run.status == Some(1) && run.err.contains("not in the bundle"), "{}", run.text());
}

#[test]
fn a_field_without_end_is_refused_early_and_in_little_memory() {
    let (project, _) = coded();
    let before = project.bytes();
    let begun = Instant::now();
    // A limit on the address space, as a shell sets it: the program must not hold what it reads.
    let mut child = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 400000; exec \"$0\" import csv -", super::project::POSTIL])
        .current_dir(project.folder())
        .env("POSTIL_CODER", "ana")
        .env("POSTIL_CONFIG", project.path("config.toml"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(format!("{HEADER}\nnote,0,5,\"").as_bytes());
        let block = vec![b'x'; 1 << 20];
        (0..1_024).take_while(|_| stdin.write_all(&block).is_ok()).count()
    });
    let output = child.wait_with_output().unwrap();
    let written = writer.join().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    expect![[r#"
        error: row 2: the cell in column 4 is larger than 16 MiB
        hint: is a quote opened there and never closed?
    "#]]
    .assert_eq(&said);
    assert!(written < 64, "{written} MiB were read");
    assert!(begun.elapsed().as_secs() < 30);
    assert!(project.bytes() == before);
}

#[test]
fn many_rows_come_in_and_go_out_again() {
    let project = Project::new();
    project.write("long.txt", "0123456789".repeat(6_000));
    project.ok("document add long.txt");
    project.ok("code add a");
    let mut table = String::from("document,start,end,code\n");
    for start in 0..50_000 {
        table.push_str(&format!("long,{start},{},a\n", start + 7));
    }
    assert!(project.run_with("import csv -", table.as_bytes()).ok().contains("50,000 new"));
    assert!(project.run_with("import csv -", table.as_bytes()).ok().contains("50,000 already there"));
    assert_eq!(project.ok("export csv -o - --no-bom").lines().count(), 50_001);
    project.ok("undo");
    assert_eq!(project.ok("export csv -o - --no-bom").lines().count(), 1);
}

#[test]
fn a_refused_row_leaves_neither_coder_nor_code_behind() {
    let project = Project::small();
    project.write(
        "rows.csv",
        "document,start,end,code,coder\nnote,0,5,nope,zoe\nnote,0,5,a//b,zoe\nnote,6,10,norms,ana\n",
    );
    let run = project.run("import csv rows.csv --partial");
    assert_eq!(run.status, Some(3), "{}", run.text());
    assert!(!project.ok("coder list --format plain").contains("zoe"));
    let run = project.run("import csv rows.csv --partial --create-codes");
    assert!(run.err.contains("a//b"), "{}", run.text());
    assert!(!project.ok("code list --format plain").contains("a/"), "a code of the refused row stayed");
}
