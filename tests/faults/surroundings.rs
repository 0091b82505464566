//! The same work in other surroundings: locale, time zone, file mask, home and clock change nothing that is stored.

use std::path::Path;
use std::process::Command;

use crate::figures::record;
use crate::project::{POSTIL, Project, skipped, words};

/// A morning's work: every kind of record, in letters that locales disagree about.
const WORK: [&str; 12] = [
    "init study",
    "document add İstanbul.txt نامه.txt",
    "code add actors/state Ideen/Größe ideen/ı",
    "document set İstanbul year=1999 place=Iğdır",
    "tag İstanbul 'STATES' actors/state --note 'I or ı? 1,5 or 1.5?'",
    "tag نامه 'می‌خواهم' Ideen/Größe",
    "memo code:ideen/ı 'Äpfel before Zebras?'",
    "done نامه",
    "retag 2 ideen/ı",
    "export csv -o bundle",
    "export xlsx -o study.xlsx",
    "backup copy.backup",
];

/// Does the work in a shell that first runs `before`, with `variables`, and says everything that came of it.
fn work(before: &str, variables: &[(&str, &str)], moments: &[&str]) -> Result<String, String> {
    let project = Project::empty();
    project.write("İstanbul.txt", "STATES speak.\r\nStates, ISLANDS and İnsan act.\r\n");
    project.write("نامه.txt", "من می‌خواهم بدانم.\n");
    for (turn, line) in WORK.iter().enumerate() {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{before}\nexec \"$0\" \"$@\""), POSTIL]).args(words(line));
        let plain = project.command();
        command.current_dir(project.folder()).env_clear();
        command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if !moments.is_empty() {
            command.env("POSTIL_NOW", moments[turn % moments.len()]);
        }
        for (name, value) in variables {
            match *value {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
        }
        let run = project.shape(command.output().map_err(|error| error.to_string())?);
        if run.status != Some(0) {
            return Err(format!("{line}: {}", run.text()));
        }
    }
    project.ok("check");
    let mut said = project.dump();
    said.push_str(&project.ok("list --format jsonl"));
    said.push_str(&project.ok("code list --format json"));
    modes(project.folder(), &["study.postil", "copy.backup"])?;
    Ok(said)
}

/// Refuses files that somebody else could read.
fn modes(folder: &Path, names: &[&str]) -> Result<(), String> {
    for name in names {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.join(name)).unwrap().permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(format!("{name} has mode {mode:o}"));
        }
    }
    Ok(())
}

/// Without what a clock or an id made from it may differ in.
fn timeless(said: &str) -> String {
    let moment = regex::Regex::new(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z").unwrap();
    let id = regex::Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").unwrap();
    let version = regex::Regex::new("v[0-9a-f]{16}(=[v0-9a-f+]*)?").unwrap();
    let said = moment.replace_all(said, "MOMENT");
    let said = id.replace_all(&said, "ID");
    version.replace_all(&said, "VERSION").into_owned()
}

#[test]
fn locale_time_zone_mask_and_home_change_nothing() {
    let plain = work("", &[], &[]).unwrap();
    let surroundings: &[(&str, &[(&str, &str)])] = &[
        ("", &[("LC_ALL", "C")]),
        ("", &[("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8")]),
        ("", &[("LC_ALL", "fa_IR.UTF-8")]),
        ("", &[("LC_ALL", "de_DE.ISO-8859-1")]),
        ("", &[("LC_ALL", "no such locale")]),
        ("", &[("TZ", "Asia/Tehran")]),
        ("", &[("TZ", "Pacific/Kiritimati")]),
        ("", &[("TZ", "America/St_Johns")]),
        ("", &[("TZ", ":/no/such/zone")]),
        ("umask 000", &[]),
        ("umask 022", &[]),
        ("umask 077", &[]),
        ("", &[("HOME", ""), ("POSTIL_CONFIG", "")]),
        ("", &[("HOME", "/no/such/home"), ("POSTIL_CONFIG", "")]),
        ("", &[("HOME", "/proc"), ("POSTIL_CONFIG", "")]),
        ("", &[("TERM", "dumb"), ("COLUMNS", "1")]),
        ("ulimit -n 16", &[]),
        ("ulimit -s 1024", &[]),
    ];
    for (before, variables) in surroundings {
        match work(before, variables, &[]) {
            Ok(said) => assert!(said == plain, "{before} {variables:?}"),
            Err(failure) => panic!("{before} {variables:?}: {failure}"),
        }
    }
    record("surroundings", &format!("{} surroundings, 0 differences", surroundings.len()));
}

#[test]
fn no_clock_decides_anything() {
    let plain = timeless(&work("", &[], &[]).unwrap());
    let backwards =
        ["2026-01-31T12:00:00Z", "2026-01-31T11:59:59Z", "2026-01-30T00:00:00Z", "2025-12-31T23:59:59Z"];
    let clocks: [&[&str]; 4] = [
        &["1970-01-01T00:00:00Z"],
        &["2099-12-31T23:59:59Z"],
        &backwards,
        &["2099-01-01T00:00:00Z", "1970-01-01T00:00:01Z"],
    ];
    for moments in clocks {
        match work("", &[], moments) {
            Ok(said) => assert_eq!(timeless(&said), plain, "{moments:?}"),
            Err(failure) => panic!("{moments:?}: {failure}"),
        }
    }
    record("clocks", "clocks in 1970, in 2099, going backwards and jumping by a century: 0 differences");
}

/// The real clock of the machine, turned back between two commands, where `faketime` is here to do it.
#[test]
fn the_machine_s_own_clock_may_go_backwards() {
    if Command::new("faketime").arg("--version").output().is_err() {
        return skipped("no faketime: the machine's clock was not turned back");
    }
    let plain = timeless(&work("", &[], &[]).unwrap());
    let turned = "case $2 in set|code:*|2) set -- faketime '1971-02-03 04:05:06' \"$0\" \"$@\" ;; \
                  *) set -- faketime '2098-01-01 00:00:00' \"$0\" \"$@\" ;; esac; exec \"$@\"";
    let said = work(turned, &[("POSTIL_NOW", "")], &[]).unwrap();
    assert_eq!(timeless(&said), plain);
}
