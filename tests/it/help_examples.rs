//! The examples in the help of every command can be typed in a demo, as they stand.

use crate::demo::{copy, shell};
use crate::project::Project;

/// What an example may end with instead of 0, and what it then says.
const REFUSED: [(&str, i32, &str); 17] = [
    // These ask a person at a keyboard, which a test has not got.
    ("postil document purge interview-07", 1, "--yes-erase interview-07"),
    ("postil document purge interview-07 --backups ../backups", 1, "--yes-erase interview-07"),
    ("postil document purge interview-07 --former", 1, "--yes-erase interview-07 --former"),
    ("postil backup --encrypt", 1, "nobody is at the terminal"),
    ("postil resolve --interactive", 3, "1 conflict is left"),
    // There is something to decide: a script should notice.
    ("postil merge colleagues/ben.postil --dry-run", 3, "1 in conflict"),
    ("postil merge colleagues/*.postil", 3, "1 in conflict"),
    ("postil merge colleagues/ben.postil --as ben=benjamin", 3, "1 in conflict"),
    ("postil conflicts", 3, "schools/realism/security-dilemma"),
    ("postil disagreements", 3, "45 places differ"),
    ("postil disagreements --kind confusion --code schools", 3, "1 place differs: 1 confusion"),
    ("postil disagreements --format csv > meeting.csv", 3, "45 places differ"),
    ("postil adjudicate", 3, "45 places are left to decide"),
    ("postil adjudicate --kind boundary --document three-schools-one-attack", 3, "5 places are left"),
    ("postil adjudicate --agreed-only --dry-run", 3, "4 passages on which all agree would be written"),
    ("postil adjudicate --from meeting.csv", 3, "1 place decided, as consensus"),
    ("postil conflicts --format json", 3, "schools/realism/security-dilemma"),
];

/// What must have happened before an example makes sense.
const BEFORE: [(&str, &str); 4] = [
    ("redo", "postil undo 5 --quiet"),
    ("conflicts", "postil merge colleagues/ben.postil --quiet"),
    ("resolve", "postil merge colleagues/ben.postil --quiet"),
    (
        "restore",
        "postil backup --quiet; postil backup team.postil.backup.age --encrypt --recipients-file team.keys --quiet",
    ),
];

/// What stands in for programs that need not be on this machine.
const STAND_INS: [(&str, &str); 5] = [
    ("pdftotext", "echo 'A report in one line.'"),
    ("xsv", "cat"),
    ("less", "cat"),
    ("man", "cat"),
    ("edit-text", r#"echo 'A thought.' >> "$1""#),
];

/// Files that the examples take for granted.
const FILES: [(&str, &[u8]); 12] = [
    ("old.txt", b"Caf\xe9, 1911."),
    ("survey.csv", b"id,age,answer\nr1,31,\"Norms matter, a little.\"\nr2,44,They do not.\n"),
    ("thoughts.txt", b"Compare the footnote.\n"),
    ("query.sql", b"SELECT count(*) AS annotations FROM annotations"),
    (
        "ben.csv",
        "document,quote,code\nthree-schools-one-attack,Nobody claims responsibility,cyber/attribution\n"
            .as_bytes(),
    ),
    (
        "highlights.csv",
        "id,document,tag,content\n1,three-schools-one-attack,silence,Nobody claims responsibility.\n"
            .as_bytes(),
    ),
    (
        "meeting.csv",
        "document,start,end,codes,decision\n\
         cyber-diplomacy-in-practice,1088,1135,cyber/norms; schools/realism/anarchy,ben\n"
            .as_bytes(),
    ),
    ("names.csv", b"name,pseudonym\nAnna,P01\nAnna Maria,P02\n"),
    ("ana.key", b"AGE-SECRET-KEY-109RENLCGK8TTPKEXLTTAGVZF2Y35ZXLRT8NQ42S9TXQJ39Q0JA5SMRLV5W\n"),
    ("team.keys", b"# ana\nage1vdr4l535rm7km4z2pdzu3cvw20e35h0q55k8zsu3tayenzgat9tqtxt4pt\n"),
    ("interview-07.txt", b"I was asked and I answered.\n"),
    ("interview-07-corrected.txt", b"I was asked, and I answered.\n"),
];

const FOLDERS: [&str; 4] = ["../backups", "../.bash_completion.d", "../.zfunc", "../.local/share/man/man1"];

/// A demo below the home directory of `ana`, who is one of its coders.
fn prepared() -> Project {
    let project = Project::empty();
    project.ok("demo demo");
    for (name, content) in FILES {
        project.write(&format!("demo/{name}"), content);
    }
    for name in FOLDERS {
        std::fs::create_dir_all(project.path("demo").join(name)).unwrap();
    }
    for (name, script) in STAND_INS {
        project.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
    }
    project.ok("--store demo/demo.postil document add demo/interview-07.txt");
    project
}

#[test]
fn every_example_in_the_help_works_in_a_demo() {
    let project = prepared();
    let examples = postil::cli::examples();
    assert!(examples.len() > 80, "only {} examples were found", examples.len());
    assert!(REFUSED.iter().all(|(line, _, _)| examples.iter().any(|example| example.line == *line)));
    let mut failed = Vec::new();
    for (number, example) in examples.iter().enumerate() {
        let folder = project.path(&format!("copy-{number}"));
        // A copy for each, so that none rests on the one before it.
        copy(&project.path("demo"), &folder);
        let before = BEFORE.iter().find(|(command, _)| example.command == *command);
        let before = before.map_or_else(String::new, |(_, line)| format!("{line}; "));
        let surroundings = "PATH=$HOME/bin:$PATH EDITOR=edit-text; export EDITOR; \
                            chmod +x ~/bin/*; chmod 600 ana.key names.csv; set -o pipefail; ";
        let (status, said) = shell(&project, &folder, &format!("{surroundings}{before}{}", example.line));
        let allowed = REFUSED.iter().find(|(line, _, _)| *line == example.line);
        let fine = match allowed {
            Some((_, code, words)) => status == Some(*code) && said.contains(words),
            None => status == Some(0) && !said.contains("error:"),
        };
        if !fine {
            failed.push(format!("$ {}\n{said}(status {status:?})\n", example.line));
        }
    }
    assert!(failed.is_empty(), "{} examples fail\n\n{}", failed.len(), failed.join("\n"));
}
