//! No command opens a socket, ever.

use std::process::Command;

use crate::poison::study;
use crate::project::{POSTIL, skipped};

#[test]
fn no_command_opens_a_socket() {
    let project = study();
    let surroundings = project.command();
    let surroundings: Vec<_> =
        surroundings.get_envs().filter_map(|(key, value)| Some((key, value?))).collect();
    let trace = |words: &[&str]| {
        let ran = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network", "-o", "trace", POSTIL])
            .args(words)
            .env_clear()
            .envs(surroundings.iter().copied())
            .env("PATH", "/usr/bin:/bin")
            .current_dir(project.folder())
            .output();
        ran.is_ok_and(|output| output.status.code().is_some()).then(|| project.read("trace"))
    };
    if Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success())
    {
        project.write("page.html", "<img src=\"http://127.0.0.1:9/x.png\">\n");
        project.write("link.csv", "document,start,end,note\nnote,0,5,http://127.0.0.1:9/\n");
        for line in [
            "document add page.html",
            "document list",
            "code list",
            "show note",
            "list",
            "find states",
            "stats codes",
            "agree",
            "disagreements",
            "log",
            "check",
            "import csv link.csv",
            "export csv -o bundle",
            "export xlsx -o book.xlsx",
            "import xlsx book.xlsx",
            "backup copy",
            "merge ben",
            "conflicts",
            "sql 'SELECT 1'",
            "demo d",
            "man",
            "completions bash",
            "config",
            "undo",
            "http://127.0.0.1:9/",
            "--store http://127.0.0.1:9/ log",
        ] {
            let words = crate::project::words(line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let called = trace(&words).unwrap_or_default();
            // The C library asks a local service, where there is one, for the name of the user: that is no network.
            let outside = |line: &&str| !line.contains("AF_UNIX") && line.contains('(');
            let called: Vec<&str> = called.lines().filter(outside).collect();
            assert!(called.is_empty(), "{line}: {called:?}");
        }
        // The trace does see a socket where one is opened.
        let seen = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=%network", "bash", "-c", "exec 3<>/dev/udp/127.0.0.1/9"])
            .output();
        assert!(
            seen.is_ok_and(|output| String::from_utf8_lossy(&output.stderr).contains("socket(")),
            "the trace sees nothing"
        );
    } else {
        skipped("there is no strace that may look at system calls");
    }
}
