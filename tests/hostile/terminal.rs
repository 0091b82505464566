//! Whatever stands in a store, no command sends a terminal anything that it would obey, but for our own colours.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use clap::CommandFactory;
use postil::cli::Cli;

use crate::poison::{POISON, poisoned, study};
use crate::project::{POSTIL, Project, skipped};

/// Every command, with arguments, and what is typed when it asks. `{doc}` and its like stand for the poisoned names.
const RUNS: &[(&str, &[&str], &str)] = &[
    ("init", &["{code}"], ""),
    ("init", &["new", "--title", "{bidi}"], ""),
    ("init", &["new", "--from", "study.postil"], ""),
    ("demo", &["{bidi}"], ""),
    ("document add", &["other.txt", "--name", "{doc}"], ""),
    ("document add", &["{file}"], ""),
    ("document add", &["nothing{bidi}"], ""),
    ("document add", &["--from-table", "{file}", "--text", "{bidi}"], ""),
    ("document list", &[], ""),
    ("document show", &["{doc}"], ""),
    ("document replace", &["{doc}", "{file}"], ""),
    ("document rename", &["{doc}", "{other}"], ""),
    ("document rename", &["{doc}", "new{bidi}"], ""),
    ("document set", &["{doc}", "{bidi}=1"], ""),
    ("document set", &["{doc}", "{bidi}"], ""),
    ("document remove", &["{doc}"], ""),
    ("document purge", &["{doc}"], "no\n"),
    ("document purge", &["{doc}", "--yes-erase", "{doc}"], ""),
    ("code add", &["{code}"], ""),
    ("code add", &["new{bidi}"], ""),
    ("code list", &[], ""),
    ("code list", &["--format", "table"], ""),
    ("code show", &["{code}"], ""),
    ("code edit", &["{code}", "--description", "{bidi}"], ""),
    ("code rename", &["{code}", "{bidi}"], ""),
    ("code move", &["{code}", "{parent}"], ""),
    ("code merge", &["{code}", "{trust}"], ""),
    ("code remove", &["{code}"], ""),
    ("code remove", &["nothing{bidi}"], ""),
    ("code import", &["{file}"], ""),
    ("code export", &[], ""),
    ("code export", &["--format", "csv", "-o", "{bidi}.csv"], ""),
    ("coder list", &[], ""),
    ("coder rename", &["{coder}", "{bidi}"], ""),
    ("coder merge", &["{coder}", "nobody{bidi}"], ""),
    ("tag", &["{doc}:0-5", "{trust}"], ""),
    ("tag", &["{doc}", "{bidi}", "{code}"], ""),
    ("tag", &["{doc}:p1", "new{bidi}", "--create", "--note", "{bidi}"], ""),
    ("tag", &["nothing{bidi}:p1", "{code}"], ""),
    ("untag", &["1"], ""),
    ("untag", &["{doc}:0-10", "{code}"], ""),
    ("untag", &["{bidi}"], ""),
    ("retag", &["2", "{trust}"], ""),
    ("retag", &["2", "new{bidi}"], ""),
    ("note", &["2", "new {bidi}"], ""),
    ("note", &["{bidi}", "x"], ""),
    ("extend", &["2", "{doc}:1-20"], ""),
    ("extend", &["2", "{bidi}"], ""),
    ("memo", &["project"], ""),
    ("memo", &["code:{code}"], ""),
    ("memo", &["{doc}", "more {bidi}"], ""),
    ("memo", &["nothing{bidi}"], ""),
    ("find", &["states"], ""),
    ("find", &["--regex", "[{bidi}"], ""),
    ("find", &["norms", "--tag", "{code}"], ""),
    ("find", &["{bidi}"], ""),
    ("show", &["{doc}"], ""),
    ("show", &["{doc}:p2"], ""),
    ("show", &["{doc}:p99"], ""),
    ("list", &[], ""),
    ("list", &["--code", "{code}"], ""),
    ("list", &["--code", "nothing{bidi}"], ""),
    ("list", &["--where", "{bidi}=x"], ""),
    ("stats codes", &[], ""),
    ("stats codes", &["--by", "document"], ""),
    ("stats documents", &[], ""),
    ("stats coders", &[], ""),
    ("stats cooccurrence", &[], ""),
    ("stats crosstab", &["--attribute", "{attr}"], ""),
    ("stats crosstab", &["--attribute", "{bidi}"], ""),
    ("stats coverage", &[], ""),
    ("stats timeline", &[], ""),
    ("sql", &["SELECT * FROM documents, codes, coders, memos, attributes, changes LIMIT 3"], ""),
    ("sql", &["SELECT name AS \"{bidi}\", note FROM documents, annotations"], ""),
    ("sql", &["SELECT {bidi}"], ""),
    ("sql", &["--list-views"], ""),
    ("assign", &["{other}", "--to", "{coder}"], ""),
    ("assign", &["{other}", "--to", "new{bidi}"], ""),
    ("done", &["{other}"], ""),
    ("done", &["nothing{bidi}"], ""),
    ("progress", &[], ""),
    ("merge", &["ben"], ""),
    ("merge", &["nothing{bidi}.postil"], ""),
    ("merge", &["{file}"], ""),
    ("conflicts", &[], ""),
    ("conflicts", &["--json"], ""),
    ("resolve", &["1", "--theirs"], ""),
    ("resolve", &["--interactive"], "x\n?\no\n"),
    ("resolve", &["{bidi}", "--ours"], ""),
    ("agree", &[], ""),
    ("agree", &["--methods-paragraph"], ""),
    ("agree", &["--coders", "{bidi},x"], ""),
    ("disagreements", &[], ""),
    ("adjudicate", &[], "?\nx\n1\nq\n"),
    ("export csv", &["-o", "-"], ""),
    ("export csv", &["-o", "out{bidi}"], ""),
    ("export xlsx", &["-o", "out{bidi}.xlsx"], ""),
    ("export table", &["-o", "out{bidi}.csv"], ""),
    ("import csv", &["{file}"], ""),
    ("import csv", &["rows.csv"], ""),
    ("import csv", &["nothing{bidi}.csv"], ""),
    ("import xlsx", &["{file}"], ""),
    ("log", &[], ""),
    ("log", &["--patch"], ""),
    ("log", &["--of", "#1"], ""),
    ("log", &["{bidi}"], ""),
    ("undo", &[], ""),
    ("undo", &["{bidi}"], ""),
    ("redo", &["{bidi}"], ""),
    ("check", &[], ""),
    ("backup", &["copy{bidi}"], ""),
    ("backup", &["study.postil"], ""),
    ("backup", &["copy.age", "--encrypt", "--recipient", "age1{bidi}"], ""),
    ("backup", &["copy.age", "--encrypt"], "one\nanother\n"),
    ("restore", &["study.postil", "-o", "back{bidi}.postil"], ""),
    ("restore", &["{file}"], ""),
    ("restore", &["nothing{bidi}.age"], ""),
    ("salvage", &["study.postil", "-o", "new{bidi}.postil"], ""),
    ("salvage", &["{file}", "-o", "new.postil"], ""),
    ("salvage", &["nothing{bidi}.postil", "-o", "new.postil"], ""),
    ("pseudonymise", &["{doc}", "--names", "names.csv"], ""),
    ("pseudonymise", &["--all", "--names", "names.csv", "--dry-run"], ""),
    ("pseudonymise", &["--all", "--names", "rows.csv"], ""),
    ("pseudonymise", &["nothing{bidi}", "--names", "names{bidi}.csv"], ""),
    ("config", &[], ""),
    ("config", &["{bidi}"], ""),
    ("config", &["coder", "{bidi}"], ""),
    ("completions", &["bash"], ""),
    ("completions", &["{bidi}"], ""),
    ("man", &[], ""),
    ("man", &["--out", "{file}"], ""),
];

/// Every command that does something, by the words that name it.
fn leaves() -> BTreeSet<String> {
    fn walk(command: &mut clap::Command, path: &str, found: &mut BTreeSet<String>) {
        command.build();
        if command.get_subcommands().next().is_none() {
            found.insert(path.to_owned());
        }
        for child in command.get_subcommands_mut() {
            let path = format!("{path} {}", child.get_name());
            walk(child, path.trim(), found);
        }
    }
    let mut found = BTreeSet::new();
    walk(&mut Cli::command(), "", &mut found);
    found
}

/// What is said to a terminal of 100 columns, or `None` where there is no pseudo-terminal.
fn on_a_terminal(project: &Project, args: &[String], typed: &str) -> Option<Vec<u8>> {
    let quoted = |arg: &String| format!("'{}'", arg.replace('\'', r"'\''"));
    let line: Vec<String> = args.iter().map(quoted).collect();
    project.write(".typed", typed);
    let surroundings = project.command();
    let surroundings = surroundings.get_envs().filter_map(|(key, value)| Some((key, value?)));
    let output = Command::new("script")
        .args(["-qec", &format!("{POSTIL} {}", line.join(" ")), "/dev/null"])
        .env_clear()
        .envs(surroundings)
        .envs([
            ("TERM", "xterm-256color"),
            ("PATH", "/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
            ("SHELL", "/bin/sh"),
        ])
        .current_dir(project.folder())
        .stdin(Stdio::from(std::fs::File::open(project.path(".typed")).unwrap()))
        .output()
        .ok()?;
    Some(output.stdout)
}

/// What a terminal would obey in `said`, but for colours of ours and for a progress line that is taken back.
fn obeyed(said: &str) -> Option<String> {
    let mut rest = said;
    while let Some(first) = rest.chars().next() {
        let ours = if rest.starts_with("\u{1b}[K") || rest.starts_with("\r\u{1b}[K") {
            rest.find('K').map(|at| at + 1)
        } else if let Some(sequence) = rest.strip_prefix("\u{1b}[") {
            sequence.find(|c: char| !c.is_ascii_digit() && c != ';').and_then(|end| {
                (sequence[end..].starts_with('m') && is_of_our_palette(&sequence[..end]))
                    .then_some(2 + end + 1)
            })
        } else if rest.starts_with("\r\n") {
            Some(2)
        } else if matches!(first, '\n' | '\t') {
            Some(1)
        } else {
            let acts = matches!(first,
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
            (!acts).then_some(first.len_utf8())
        };
        let Some(ours) = ours else {
            let before: String = said[..said.len() - rest.len()]
                .chars()
                .rev()
                .take(60)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect();
            return Some(format!("{before:?} and then {:?}", rest.chars().take(12).collect::<String>()));
        };
        rest = &rest[ours..];
    }
    None
}

/// Whether we set such a style: bold, dim, the colours of headings and hits, those of codes, and their end.
fn is_of_our_palette(parameters: &str) -> bool {
    let numbers: Vec<&str> = parameters.split(';').collect();
    match numbers.as_slice() {
        ["38" | "48", "5", color] => color.parse::<u8>().is_ok(),
        ["38" | "48", "2", red, green, blue] => {
            [red, green, blue].iter().all(|part| part.parse::<u8>().is_ok())
        }
        [one] => matches!(*one, "" | "0" | "1" | "2" | "3" | "4" | "30" | "31" | "32" | "33" | "36" | "97"),
        _ => false,
    }
}

#[test]
fn what_a_terminal_obeys_is_told_from_what_we_say() {
    assert_eq!(
        obeyed(
            "\u{1b}[1mHead\u{1b}[0m\r\n\u{1b}[38;5;12m\u{1b}[48;2;1;2;3mcode\u{1b}[0m 5 %\r\u{1b}[Kdone\n"
        ),
        None
    );
    for bad in [
        "\u{1b}[35m",
        "\u{1b}]0;t",
        "\u{7}",
        "\u{9b}0m",
        "a\rb",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{1b}[2J",
        "\u{1b}",
    ] {
        assert!(obeyed(&format!("before {bad} after")).is_some(), "{bad:?}");
    }
    for part in POISON.chars().filter(|part| !part.is_ascii_graphic()) {
        assert!(obeyed(&part.to_string()).is_some(), "{part:?}");
    }
}

#[test]
fn no_command_over_a_poisoned_store_sends_a_terminal_what_it_obeys() {
    let covered: BTreeSet<String> = RUNS.iter().map(|(command, ..)| (*command).to_owned()).collect();
    assert_eq!(covered, leaves(), "a command without a run, or a run without a command");
    let first = study();
    let bytes = first.bytes();
    let names = |word: &str| {
        word.replace("{doc}", &poisoned("note"))
            .replace("{other}", &poisoned("other"))
            .replace("{code}", &poisoned("norms"))
            .replace("{parent}", &poisoned("actors"))
            .replace("{trust}", &poisoned("trust"))
            .replace("{coder}", &poisoned("ben"))
            .replace("{attr}", &poisoned("year"))
            .replace("{file}", &format!("f{POISON}"))
            .replace("{bidi}", &format!("w{POISON}"))
    };
    let (mut found, mut shown) = (Vec::new(), 0);
    // Listings in every form that they have.
    let forms = RUNS.iter().filter(|(_, words, typed)| words.is_empty() && typed.is_empty()).flat_map(
        |(command, ..)| {
            const FORMS: [&[&str]; 7] = [
                &["-f", "plain"],
                &["-f", "csv"],
                &["-f", "json"],
                &["-f", "jsonl"],
                &["-f", "markdown"],
                &["-f", "latex"],
                &["-f", "address"],
            ];
            FORMS.map(|words| (*command, words, ""))
        },
    );
    let runs: Vec<(&str, &[&str], &str)> = RUNS.iter().copied().chain(forms).collect();
    for (command, words, typed) in &runs {
        let project = Project::empty();
        project.write("study.postil", &bytes);
        project.write("ben", std::fs::read(first.path("ben")).unwrap());
        project.write("other.txt", format!("New words {POISON}.\n"));
        project.write(
            &format!("f{POISON}"),
            format!("document,start,end,code,coder,{POISON}\nw{POISON},0,5,x{POISON},y,z\n"),
        );
        project.write(
            "rows.csv",
            format!("document,start,end,code,coder,{POISON}\nw{POISON},0,5,x{POISON},y,z\n"),
        );
        project.write("names.csv", format!("name,pseudonym\nstates,{POISON}them\nNorms,Rules{POISON}\n"));
        let args: Vec<String> =
            command.split(' ').map(str::to_owned).chain(words.iter().map(|word| names(word))).collect();
        let Some(said) = on_a_terminal(&project, &args, &names(typed)) else {
            return skipped("there is no `script` to make a terminal with");
        };
        // What was typed comes back as the terminal's echo, which is not our doing.
        let said = String::from_utf8_lossy(&said).into_owned();
        let said = if typed.is_empty() { said } else { without_echo(&said, &names(typed)) };
        shown += usize::from(said.contains("\\u{"));
        if said.contains("panicked at") || said.contains("this is a bug in postil") {
            found.push(format!("{command} {words:?}: is a bug: {said:?}"));
        }
        if let Some(obeyed) = obeyed(&said) {
            found.push(format!("{command} {words:?}: {obeyed}"));
        }
    }
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), runs.len(), found.join("\n"));
    // A gate through which nothing came would prove nothing.
    assert!(shown * 2 > runs.len(), "only {shown} of {} runs showed what is in the store", runs.len());
}

/// What was said without the terminal's echo of what was typed: it writes control characters as `^[`.
fn without_echo(said: &str, typed: &str) -> String {
    let echo = |line: &str| -> String {
        line.chars()
            .map(|c| {
                if u32::from(c) < 32 {
                    format!("^{}", char::from_u32(u32::from(c) + 64).unwrap_or('?'))
                } else {
                    c.to_string()
                }
            })
            .collect()
    };
    typed
        .lines()
        .filter(|line| !line.is_empty())
        .fold(said.to_owned(), |said, line| said.replacen(&echo(line), "", 1))
}
