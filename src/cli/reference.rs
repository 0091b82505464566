//! The reference of all commands as Markdown, made from the declarations: `docs/cli.md` is this text.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::{Cli, GROUPS};

/// One line of the examples of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The command it stands with: `document add`.
    pub command: String,
    /// What is typed.
    pub line: String,
}

/// The reference of all commands as Markdown.
pub fn reference() -> String {
    let tree = tree();
    let mut out = String::from(
        "# Commands\n\nMade from the program's own help; a test keeps it fresh. `postil COMMAND --help` shows the same.\n",
    );
    writeln_to(&mut out, "\n## For every command\n");
    push_arguments(&mut out, tree.get_arguments());
    for (group, names) in GROUPS {
        writeln_to(&mut out, &format!("\n## {group}"));
        for command in names.iter().filter_map(|name| tree.find_subcommand(name)) {
            push_command(&mut out, command, command.get_name());
        }
    }
    out
}

/// Every command that does something: the leaves of the tree, with their paths (`document add`).
pub fn leaves() -> Vec<(String, Command)> {
    fn walk(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
        for below in command.get_subcommands() {
            let path = format!("{path} {}", below.get_name());
            if below.has_subcommands() {
                walk(below, &path, found);
            } else {
                found.push((path.trim_start().to_owned(), below.clone()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&tree(), "", &mut found);
    found
}

/// The lines below "Examples:" in the help of every command.
pub fn examples() -> Vec<Example> {
    let lines = |(command, leaf): (String, Command)| {
        let lines: Vec<Example> =
            example_lines(&leaf).into_iter().map(|line| Example { command: command.clone(), line }).collect();
        lines
    };
    leaves().into_iter().flat_map(lines).collect()
}

/// The whole tree with everything in it: arguments are otherwise made only for the command that is asked for.
fn tree() -> Command {
    let mut tree = Cli::command();
    tree.build();
    tree
}

fn example_lines(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let below = help.split_once("Examples:").map(|(_, below)| below).unwrap_or_default();
    below.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn push_command(out: &mut String, command: &Command, path: &str) {
    let text = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    writeln_to(out, &format!("\n### postil {path}\n"));
    push_prose(out, &text);
    if command.has_subcommands() {
        for below in command.get_subcommands() {
            push_command(out, below, &format!("{path} {}", below.get_name()));
        }
        return;
    }
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    writeln_to(out, &format!("\n```console\n$ {usage}\n```\n"));
    push_arguments(out, command.get_arguments().filter(|argument| !argument.is_global_set()));
    writeln_to(out, "\n```console");
    for line in example_lines(command) {
        writeln_to(out, &format!("$ {line}"));
    }
    writeln_to(out, "```");
}

/// Prose as it stands; a block that is indented in the help is a block of code here.
fn push_prose(out: &mut String, text: &str) {
    let mut blocks = text.split("\n\n").peekable();
    while let Some(block) = blocks.next() {
        if block.starts_with("  ") {
            writeln_to(out, &format!("```text\n{block}\n```"));
        } else {
            writeln_to(out, block);
        }
        if blocks.peek().is_some() {
            out.push('\n');
        }
    }
}

fn push_arguments<'a>(out: &mut String, arguments: impl Iterator<Item = &'a Arg>) {
    for argument in arguments.filter(|argument| argument.get_id() != "help" && !argument.is_hide_set()) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let mut line = format!("- `{}` {help}", spelled(argument));
        let values = argument.get_possible_values();
        if argument.get_action().takes_values() && !values.is_empty() {
            let names: Vec<String> = values.iter().map(|value| format!("`{}`", value.get_name())).collect();
            line += &format!(": {}", names.join(", "));
        }
        // A flag has a default too, `false`, which says nothing.
        if let Some(default) =
            argument.get_default_values().first().filter(|_| argument.get_action().takes_values())
        {
            line += &format!(" (default `{}`)", default.to_string_lossy());
        }
        writeln_to(out, &line);
    }
}

/// `-f, --format <FORMAT>`, or `PATH…` for what is told by its place.
fn spelled(argument: &Arg) -> String {
    let names: Vec<String> =
        argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
    if argument.is_positional() {
        let many = argument.get_num_args().is_some_and(|range| range.max_values() > names.len().max(1));
        return names.join(" ") + if many { "…" } else { "" };
    }
    let mut spelled: Vec<String> = Vec::new();
    spelled.extend(argument.get_short().map(|short| format!("-{short}")));
    spelled.extend(argument.get_long().map(|long| format!("--{long}")));
    let mut text = spelled.join(", ");
    if argument.get_action().takes_values() {
        text = format!("{text} {}", names.join(" "));
    }
    text
}

fn writeln_to(out: &mut String, line: &str) {
    writeln!(out, "{line}").expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Cli, Example, example_lines, examples, leaves, reference, tree};
    use crate::cli::Command;

    #[test]
    fn the_declarations_are_sound() {
        tree().debug_assert();
    }

    #[test]
    fn docs_cli_md_is_fresh() {
        expect_test::expect_file!["../../docs/cli.md"].assert_eq(&reference());
    }

    #[test]
    fn every_command_says_what_it_does_and_shows_an_example_of_itself() {
        for (path, leaf) in leaves() {
            let lines = example_lines(&leaf);
            let own = format!("postil {path}");
            assert!(lines.iter().any(|line| line.contains(&own)), "`{own}` has no example: {lines:?}");
            let about = leaf.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.ends_with('.'), "the help of `{own}` begins with {about:?}");
        }
    }

    #[test]
    fn every_example_fits_a_terminal_of_80_columns_for_a_wrapped_one_cannot_be_copied() {
        for Example { line, .. } in examples() {
            assert!(line.chars().count() <= 78, "{line}");
        }
    }

    #[test]
    fn text_may_begin_with_a_hyphen_and_flags_after_it_are_still_flags() {
        let note = |words: &[&str]| match Cli::try_parse_from([&["postil", "note", "12"], words].concat()) {
            Ok(Cli { command: Command::Note(args), .. }) => Some((args.text, args.clear)),
            _ => None,
        };
        assert_eq!(note(&["- a point"]), Some((Some("- a point".to_owned()), false)));
        assert_eq!(note(&["-"]), Some((Some("-".to_owned()), false)));
        assert_eq!(note(&["--clear"]), Some((None, true)));
        assert_eq!(note(&[]), None);
    }

    #[test]
    fn every_example_is_understood() {
        let mut tried = 0;
        for example in examples() {
            for words in commands_in(&example.line).into_iter().filter(|words| words[0] == "postil") {
                if let Err(error) = Cli::try_parse_from(&words) {
                    panic!("`{}`: {error}", example.line);
                }
                tried += 1;
            }
        }
        assert!(tried > leaves().len());
    }

    /// The words of each command of a pipeline, without redirections: as much of a shell as the examples use.
    fn commands_in(line: &str) -> Vec<Vec<String>> {
        let mut commands = vec![Vec::new()];
        let mut word: Option<String> = None;
        let mut quote = None;
        for character in line.chars().chain([' ']) {
            match (quote, character) {
                (Some(open), _) if character == open => quote = None,
                (Some(_), _) => word.get_or_insert_default().push(character),
                (None, '\'' | '"') => {
                    quote = Some(character);
                    word.get_or_insert_default();
                }
                (None, ' ') => commands.last_mut().unwrap().extend(word.take()),
                (None, '|') => commands.push(Vec::new()),
                (None, _) => word.get_or_insert_default().push(character),
            }
        }
        assert_eq!(quote, None, "an open quote in `{line}`");
        for words in &mut commands {
            if let Some(at) = words.iter().position(|word| word == "<" || word == ">") {
                words.drain(at..at + 2);
            }
        }
        commands
    }
}
