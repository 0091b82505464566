//! The sessions in README.md and docs/tutorial.md are what the program really says.
//!
//! Every `console` block is run, block after block, in a folder that has the repository's `fixtures/` and nothing else. When
//! the program has changed, `UPDATE_README=1 cargo test --test it readme::` writes down what it says now: read the difference.

use crate::demo::{copy, shell};
use crate::project::Project;
use crate::sources::root;

#[test]
fn the_session_in_the_readme_is_true() {
    assert_true("README.md", 10);
}

#[test]
fn the_sessions_in_the_tutorial_are_true() {
    assert_true("docs/tutorial.md", 35);
}

#[test]
fn the_readme_names_the_command_to_try_it_and_the_command_to_test_it() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for command in ["cargo run --release -- demo", "cargo test"] {
        let typed = |line: &str| line.split('#').next().unwrap_or_default().trim() == command;
        assert!(readme.lines().any(typed), "{command}");
    }
}

#[test]
fn a_session_that_is_not_true_is_seen() {
    let project = Project::empty();
    let told =
        "```console\n$ postil init a --quiet\n$ ls # what is here\nb.postil\n```\n\n```sh\n$ not run\n```\n";
    let (true_text, commands) = rerun(told, &project);
    assert_eq!(commands, 2);
    assert_eq!(true_text, told.replace("b.postil", "a.postil"));
}

/// Runs the sessions of a file of at least `least` commands, and compares.
#[track_caller]
fn assert_true(file: &str, least: usize) {
    let project = Project::empty();
    copy(&root().join("fixtures"), &project.path("fixtures"));
    let path = root().join(file);
    let told = std::fs::read_to_string(&path).unwrap();
    let (true_text, commands) = rerun(&told, &project);
    assert!(commands >= least, "{file} has only {commands} commands");
    if option_env("UPDATE_README") {
        std::fs::write(&path, &true_text).unwrap();
    } else if told != true_text {
        let line = told.lines().zip(true_text.lines()).position(|(told, is)| told != is).unwrap_or_default();
        let from = |text: &str| text.lines().skip(line).take(8).collect::<Vec<_>>().join("\n");
        panic!(
            "{file}, line {}, says\n{}\n\nand the program says\n{}\n\nUPDATE_README=1 writes it down",
            line + 1,
            from(&told),
            from(&true_text)
        );
    }
}

/// The text with the output of each command as it is now, and the number of commands.
fn rerun(told: &str, project: &Project) -> (String, usize) {
    let mut text = String::with_capacity(told.len());
    let mut commands = 0;
    let mut within = false;
    for line in told.lines() {
        if within && line == "```" {
            within = false;
        } else if line == "```console" {
            within = true;
        } else if within {
            let Some(command) = line.strip_prefix("$ ") else { continue };
            commands += 1;
            let (status, said) = shell(project, project.folder(), command);
            // A refusal may be shown, but only as one.
            assert!(status == Some(0) || said.contains("error: "), "{command}\n{said}");
            assert!(!said.lines().any(|line| line.starts_with("$ ") || line.starts_with("```")), "{said}");
            text.push_str(&format!("{line}\n{}", said.replace(&project.folder().display().to_string(), "~")));
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    assert!(!within, "a block has no end");
    (text, commands)
}

fn option_env(name: &str) -> bool {
    std::env::vars_os().any(|(variable, value)| variable == name && value == "1")
}
