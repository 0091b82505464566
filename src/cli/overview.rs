//! The help of `postil` itself: commands in groups, where clap would give one long list.

/// The commands by purpose, in the order in which a project needs them. A test sees that none is left out.
pub const GROUPS: [(&str, &[&str]); 9] = [
    ("Begin", &["init", "demo"]),
    ("Texts and codebook", &["document", "code", "coder", "pseudonymise"]),
    ("Coding", &["tag", "untag", "retag", "note", "extend", "memo"]),
    ("Reading", &["find", "show", "list", "stats", "sql"]),
    ("Working together", &["assign", "done", "progress", "merge", "conflicts", "resolve"]),
    ("Agreement", &["agree", "disagreements", "adjudicate"]),
    ("Exchange", &["export", "import"]),
    ("History", &["log", "undo", "redo"]),
    ("Care", &["check", "backup", "restore", "salvage", "config", "completions", "man"]),
];

/// The template of the help of `postil`, with its heads in bold.
///
/// The groups stand in `overview.txt`, which a test writes from the help of the commands: to gather them at every
/// start would cost more than the rest of the parsing.
pub fn overview() -> String {
    let mut template = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for line in include_str!("overview.txt").lines() {
        // The file begins with an empty line, which parts the usage from the groups.
        match line.strip_suffix(':').filter(|head| !head.starts_with(' ')) {
            Some(head) => push_head(&mut template, head),
            None => template.push_str(line),
        }
        template.push('\n');
    }
    template.push('\n');
    push_head(&mut template, "Options");
    template.push_str("\n{options}\n\n`postil COMMAND --help` explains a command and shows examples.\n");
    template
}

fn push_head(template: &mut String, head: &str) {
    template.push_str("\u{1b}[1m");
    template.push_str(head);
    template.push_str(":\u{1b}[0m");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;

    use clap::CommandFactory;

    use super::GROUPS;
    use crate::cli::Cli;

    #[test]
    fn every_command_is_in_one_group() {
        let tree = Cli::command();
        let commands: BTreeSet<&str> = tree.get_subcommands().map(|command| command.get_name()).collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(grouped.len(), commands.len());
        assert_eq!(grouped.into_iter().collect::<BTreeSet<_>>(), commands);
    }

    #[test]
    fn the_overview_repeats_the_help_of_the_commands() {
        let tree = Cli::command();
        let mut text = String::new();
        for (group, names) in GROUPS {
            writeln!(text, "\n{group}:").unwrap();
            for name in names {
                let about = tree.find_subcommand(name).and_then(|command| command.get_about()).unwrap();
                writeln!(text, "  {name:<12} {about}").unwrap();
            }
        }
        expect_test::expect_file!["overview.txt"].assert_eq(&text);
    }
}
