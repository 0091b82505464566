//! The sessions in README.md, docs/tutorial.md, docs/collaboration.md and docs/agreement.md are what the program really says.
//!
//! Every `console` block is run, block after block, in a folder that has the repository's `fixtures/` and nothing else. What
//! stands after `ben$` is run as ben, in his folder `ben/`. When the program has changed,
//! `UPDATE_README=1 cargo test --test it readme::` writes down what it says now: read the difference.

use std::path::PathBuf;

use crate::demo::{copy, shell_with};
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
fn the_rounds_of_collaboration_are_true() {
    assert_true("docs/collaboration.md", 60);
}

#[test]
fn the_examples_of_agreement_are_true() {
    assert_true("docs/agreement.md", 20);
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

#[test]
fn a_line_after_a_name_is_run_as_that_person_in_a_folder_of_their_own() {
    let project = Project::empty();
    let told = "```console\nana$ postil init a --quiet; ls\nben$ ls; echo $POSTIL_CODER\nno prompt\n```\n";
    let (true_text, commands) = rerun(told, &project);
    assert_eq!(commands, 2);
    let is = "```console\nana$ postil init a --quiet; ls\na.postil\nben$ ls; echo $POSTIL_CODER\nben\n```\n";
    assert_eq!(true_text, is);
}

/// Runs the sessions of a file of at least `least` commands, and compares. Each chapter begins with nothing.
#[track_caller]
fn assert_true(file: &str, least: usize) {
    let path = root().join(file);
    let told = std::fs::read_to_string(&path).unwrap();
    let chapters = match file {
        "docs/collaboration.md" => chapters(&told),
        _ => vec![told.as_str()],
    };
    let mut true_text = String::with_capacity(told.len());
    let mut commands = 0;
    for chapter in chapters {
        let project = Project::empty();
        copy(&root().join("fixtures"), &project.path("fixtures"));
        let (text, number) = rerun(chapter, &project);
        true_text.push_str(&text);
        commands += number;
    }
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

/// The text, cut before every heading of the second level.
fn chapters(text: &str) -> Vec<&str> {
    let mut cuts: Vec<usize> = text.match_indices("\n## ").map(|(at, _)| at + 1).collect();
    cuts.insert(0, 0);
    cuts.push(text.len());
    cuts.windows(2).map(|cut| &text[cut[0]..cut[1]]).collect()
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
            let Some((person, command)) = prompt(line) else { continue };
            commands += 1;
            let (folder, extra) = standpoint(person, project);
            let (status, said) = shell_with(project, &folder, command, &extra);
            // A refusal may be shown, but only as one; 3 is done, with conflicts.
            assert!(matches!(status, Some(0 | 3)) || said.contains("error: "), "{command}\n{said}");
            assert!(!said.lines().any(|line| prompt(line).is_some() || line.starts_with("```")), "{said}");
            text.push_str(&format!("{line}\n{}", said.replace(&project.folder().display().to_string(), "~")));
            continue;
        }
        text.push_str(line);
        text.push('\n');
    }
    assert!(!within, "a block has no end");
    (text, commands)
}

/// Who types, and what: `$ ls` is nobody in particular, `ben$ ls` is ben.
fn prompt(line: &str) -> Option<(&str, &str)> {
    let (person, command) = line.split_once("$ ")?;
    person.bytes().all(|byte| byte.is_ascii_lowercase()).then_some((person, command))
}

/// A person's folder, and what makes the program take whoever types for that person.
fn standpoint(person: &str, project: &Project) -> (PathBuf, Vec<(&'static str, String)>) {
    if person.is_empty() {
        return (project.folder().to_path_buf(), Vec::new());
    }
    let folder = project.path(person);
    std::fs::create_dir_all(&folder).unwrap();
    // Ids follow from the seed, and two people never make the same.
    let seed = person.bytes().fold(7_u64, |seed, byte| seed * 257 + u64::from(byte));
    (folder, vec![("POSTIL_CODER", person.to_owned()), ("POSTIL_SEED", seed.to_string())])
}

fn option_env(name: &str) -> bool {
    std::env::vars_os().any(|(variable, value)| variable == name && value == "1")
}
