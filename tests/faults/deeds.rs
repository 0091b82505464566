//! Every command that writes, as a deed.
//!
//! To add one: a line with a name of its own, the room it is done in and the command line. Steps before it (`after`,
//! `with_file`) make the room fit. It is then killed, starved and cut off by every harness.

use std::fmt::Write;

use crate::deed::Deed;
use crate::deed::Room::{Demo, Empty, Old};
use crate::scale::{Scale, scale};

const ESSAY: &str = "three-schools-one-attack";

/// Words of the demo's texts, and others for them.
const NAMES: &str = "name,pseudonym\nstates,Q01\nministry,Q02 of Two Words\nnorms,Q03\n";

/// Opens what the deeds encrypt, to its public key age1vdr4l535rm7km4z2pdzu3cvw20e35h0q55k8zsu3tayenzgat9tqtxt4pt.
pub(crate) const KEY: &str = "AGE-SECRET-KEY-109RENLCGK8TTPKEXLTTAGVZF2Y35ZXLRT8NQ42S9TXQJ39Q0JA5SMRLV5W\n";

macro_rules! encrypted {
    () => {
        "--encrypt --recipient age1vdr4l535rm7km4z2pdzu3cvw20e35h0q55k8zsu3tayenzgat9tqtxt4pt"
    };
}

/// All deeds; in the gate without the heavy ones.
pub(crate) fn all() -> Vec<Deed> {
    let mut all = every();
    all.retain(|deed| !deed.heavy || scale() == Scale::Soak);
    all
}

fn every() -> Vec<Deed> {
    [project(), coding(), texts_and_codes(), team(), exchange_in(), exchange_out()]
        .into_iter()
        .flatten()
        .collect()
}

fn project() -> Vec<Deed> {
    vec![
        Deed::new("init", Empty, "init study"),
        Deed::new("init --from", Demo, "init colleagues/cleo --from demo.postil"),
        Deed::new("demo", Empty, "demo there"),
        Deed::new("demo --force", Demo, "demo . --force")
            .after("tag who-acts-in-cyberspace:0-9 cyber")
            .in_steps(),
        Deed::new("config", Empty, "config coder ben").after("config color never"),
        // The copy comes first, then the new schema.
        Deed::new("open an older store", Old, "list --count").in_steps(),
        Deed::new("undo", Demo, "undo"),
        Deed::new("undo of a merge", Demo, "undo").after("merge colleagues/ben.postil"),
        Deed::new("redo", Demo, "redo").after("undo"),
        Deed::new("backup", Demo, "backup colleagues/saved.postil"),
        Deed::new("salvage", Demo, "salvage demo.postil -o colleagues/saved.postil"),
        Deed::new("backup --force", Demo, "backup colleagues/saved.postil --force")
            .after("backup colleagues/saved.postil")
            .after("memo project 'since then'"),
        Deed::new("backup --encrypt", Demo, concat!("backup colleagues/saved.age ", encrypted!())),
        Deed::new("restore", Demo, "restore colleagues/saved.backup -o back.postil")
            .after("backup colleagues/saved.backup"),
        Deed::new("restore of an encrypted one", Demo, "restore saved.age -o back.postil --identity ana.key")
            .after(concat!("backup saved.age ", encrypted!()))
            .with_file("ana.key", KEY),
        Deed::new("restore --force", Demo, "restore saved.backup -o demo.postil --force")
            .after("backup saved.backup")
            .after("tag who-acts-in-cyberspace:0-9 cyber"),
        Deed::new("restore of an older schema", Old, "restore old.backup -o back.postil")
            .after("restore old.postil -o old.backup"),
    ]
}

fn coding() -> Vec<Deed> {
    vec![
        Deed::new("tag", Demo, "tag three-schools-one-attack:10-40 cyber/norms --note 'by hand'"),
        Deed::new("tag a stream", Demo, "tag - cyber/norms").fed(addresses(200)),
        Deed::new("find --tag", Demo, "find --regex '[a-z]+ment' --tag cyber/norms"),
        Deed::new("note", Demo, "note 5 'compare the footnote'"),
        Deed::new("untag", Demo, "untag 2 4 6"),
        Deed::new("retag", Demo, "retag 2 4 6 cyber/fresh --create"),
        Deed::new("extend", Demo, "extend 5 cyber-diplomacy-in-practice:918-950"),
        Deed::new("memo", Demo, "memo code:cyber/norms 'first thoughts'"),
        Deed::new("assign", Demo, "assign three-schools-one-attack --to ana --to ben"),
        Deed::new("done", Demo, "done three-schools-one-attack --reopen"),
    ]
}

fn texts_and_codes() -> Vec<Deed> {
    vec![
        Deed::new("document add", Demo, "document add new --set kind=letter")
            .with_file("new/one.txt", "A first letter.\n".repeat(300))
            .with_file("new/two.txt", "A second letter.\n".repeat(30)),
        Deed::new("document set", Demo, "document set three-schools-one-attack year=2026"),
        Deed::new("document rename", Demo, "document rename three-schools-one-attack attack"),
        Deed::new("document remove", Demo, "document remove three-schools-one-attack"),
        Deed::new(
            "document replace",
            Demo,
            "document replace three-schools-one-attack texts/three-schools-one-attack.md",
        )
        .with_edit("texts/three-schools-one-attack.md", |text| {
            format!("A new beginning.\n\n{}", text.replace("state", "government"))
        }),
        Deed::new(
            "document purge",
            Demo,
            "document purge three-schools-one-attack --yes-erase three-schools-one-attack",
        ),
        // The store first, then each backup.
        Deed::new(
            "document purge --backups",
            Demo,
            "document purge three-schools-one-attack --yes-erase three-schools-one-attack --backups kept",
        )
        .with_file("kept/about.txt", "Backups.\n")
        .after("backup kept/one.backup")
        .after("memo project 'since then'")
        .after("backup kept/two.backup")
        .in_steps(),
        Deed::new(
            "document purge --former",
            Demo,
            "document purge three-schools-one-attack --yes-erase three-schools-one-attack --former",
        )
        .with_file("names.csv", NAMES)
        .after("pseudonymise three-schools-one-attack --names names.csv"),
        Deed::new("pseudonymise", Demo, "pseudonymise --all --names names.csv").with_file("names.csv", NAMES),
        Deed::new("pseudonymise --reverse", Demo, "pseudonymise --all --names names.csv --reverse")
            .with_file("names.csv", NAMES)
            .after("pseudonymise --all --names names.csv"),
        Deed::new("code add", Demo, "code add a/b/c d/e --colors"),
        Deed::new("code edit", Demo, "code edit cyber/norms --description 'Rules, written or not'"),
        Deed::new("code rename", Demo, "code rename cyber/filtering blocking"),
        Deed::new("code move", Demo, "code move cyber/norms schools/liberalism"),
        Deed::new("code merge", Demo, "code merge schools/realism/anarchy schools/realism"),
        Deed::new("code remove", Demo, "code remove cyber/espionage --force"),
        Deed::new("code import", Demo, "code import more.txt")
            .with_file("more.txt", "weather\n  rain\n  snow\n    sleet\ncyber\n  clouds\n"),
        Deed::new("code export", Demo, "code export -o codes.csv"),
    ]
}

fn team() -> Vec<Deed> {
    vec![
        Deed::new("coder rename", Demo, "coder rename ben benjamin"),
        Deed::new("coder merge", Demo, "coder merge ben ana"),
        Deed::new("merge", Demo, "merge colleagues/ben.postil"),
        Deed::new("resolve", Demo, "resolve 1 --theirs").after("merge colleagues/ben.postil"),
        Deed::new("disagreements", Demo, "disagreements --format csv"),
        Deed::new("adjudicate --agreed-only", Demo, "adjudicate --agreed-only"),
        Deed::new("adjudicate --from", Demo, "adjudicate --from meeting.csv")
            .after_keeping("meeting.csv", "disagreements --format csv")
            .with_edit("meeting.csv", |sheet| decided(&sheet)),
    ]
}

/// Deeds that bring in what another store, a copy that went on by itself, has written.
fn exchange_in() -> Vec<Deed> {
    let elsewhere = |name, line, export| {
        Deed::new(name, Demo, line)
            .after("backup colleagues/copy.postil")
            .after("tag three-schools-one-attack:10-40 cyber/norms --store colleagues/copy.postil")
            .after("retag 2 4 6 cyber/norms --store colleagues/copy.postil")
            .after("memo project 'from elsewhere' --store colleagues/copy.postil")
            .after(export)
    };
    vec![
        elsewhere(
            "import csv of annotations",
            "import csv back.csv",
            "export csv -o back.csv --store colleagues/copy.postil",
        ),
        elsewhere(
            "import csv of a bundle",
            "import csv back",
            "export csv -o back --store colleagues/copy.postil",
        ),
        elsewhere(
            "import xlsx",
            "import xlsx back.xlsx",
            "export xlsx -o back.xlsx --store colleagues/copy.postil",
        ),
        Deed::new("import csv --create-codes", Demo, "import csv many.csv --create-codes")
            .with_file("many.csv", rows(600)),
        // So many that indices are dropped and built again, and that pages go to the store before the commit.
        Deed::new("import csv of 21,000 rows", Demo, "import csv very-many.csv --create-codes")
            .with_file("very-many.csv", many_rows(21_000))
            .heavy(),
        // The refused rows are a file of their own, which is there once the rows are in.
        Deed::new("import csv --rejects", Demo, "import csv mixed.csv --partial --rejects refused.csv")
            .with_file("mixed.csv", format!("{}nowhere,1,9,cyber\n", named_rows(20, "levels/global")))
            .in_steps(),
        Deed::new("import of a foreign table", Demo, "import csv highlights.csv --create-codes").with_file(
            "highlights.csv",
            "id,document,tag,content\r\n1,three-schools-one-attack,taken,\"At midnight\"\r\n",
        ),
    ]
}

fn exchange_out() -> Vec<Deed> {
    vec![
        Deed::new("export csv of annotations", Demo, "export csv -o annotations.csv"),
        Deed::new("export csv of a bundle", Demo, "export csv -o bundle"),
        Deed::new("export csv --force", Demo, "export csv -o export --force")
            .after("tag three-schools-one-attack:10-40 cyber/norms")
            .in_steps(),
        Deed::new("export xlsx", Demo, "export xlsx -o new.xlsx"),
        Deed::new("export xlsx --force", Demo, "export xlsx -o export.xlsx --force")
            .after("tag three-schools-one-attack:10-40 cyber/norms"),
        Deed::new("export table", Demo, "export table --wide --unit document -o table.csv"),
        Deed::new("export to standard output", Demo, "export csv -o -"),
    ]
}

/// Addresses as `find --format address` prints them.
fn addresses(count: usize) -> String {
    (0..count).fold(String::new(), |mut lines, at| {
        let _ = writeln!(lines, "{ESSAY}:{}-{}", at * 10, at * 10 + 15);
        lines
    })
}

/// A table of annotations that nobody exported.
fn rows(count: usize) -> String {
    (0..count).fold("document,start,end,code\n".to_owned(), |mut lines, at| {
        let _ = writeln!(lines, "{ESSAY},{},{},new/{}", at * 5, at * 5 + 9, at % 7);
        lines
    })
}

/// As [`rows`], on as many passages as there are rows.
fn many_rows(count: usize) -> String {
    (0..count).fold("document,start,end,code\n".to_owned(), |mut lines, at| {
        let (start, length) = (at % 3_000, 5 + at / 3_000);
        let _ = writeln!(lines, "{ESSAY},{start},{},new/{}", start + length, at % 7);
        lines
    })
}

/// As [`rows`], of one code.
fn named_rows(count: usize, code: &str) -> String {
    (0..count).fold("document,start,end,code\n".to_owned(), |mut lines, at| {
        let _ = writeln!(lines, "{ESSAY},{},{},{code}", at * 5, at * 5 + 9);
        lines
    })
}

/// A sheet of disagreements, in which a meeting has decided the first ten.
fn decided(sheet: &str) -> String {
    let mut reader = csv::Reader::from_reader(sheet.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().unwrap().clone();
    let column = head.iter().position(|name| name == "decision").unwrap();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head).unwrap();
    for (number, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let cells = row.iter().enumerate();
        writer
            .write_record(cells.map(|(at, cell)| if at == column && number < 10 { "all" } else { cell }))
            .unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
