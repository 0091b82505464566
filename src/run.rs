//! From words to an exit status.

use std::ffi::OsString;

use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, ColorWhen};
use crate::commands::{self, Config, Context, Status};
use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};
use crate::ui::{ColorMode, Ui, visible_line};

/// Help wider than this is hard to read, however wide the screen.
const WIDEST_HELP: usize = 100;

/// Does what `args` (the program's name first) ask for, and returns the exit status: 0 done, 1 refused or failed,
/// 2 usage, 3 done with conflicts or findings, 255 our bug.
pub fn run(args: impl IntoIterator<Item = OsString>, env: Env) -> u8 {
    let args = help_as_option(args.into_iter().collect());
    let tree = Cli::command().term_width(env.terminal.width.min(WIDEST_HELP));
    let parsed = tree.clone().try_get_matches_from(&args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(answer) => {
            let answer = if env.terminal.stderr { harmless(&args, tree).unwrap_or(answer) } else { answer };
            return tell(&answer, &mut Ui::new(&env, color_of(&args), false));
        }
    };
    let color = match color_mode(cli.global.color, &env) {
        Ok(color) => color,
        Err(error) => {
            Ui::new(&env, ColorMode::Auto, cli.global.quiet).error(&error);
            return exit_status(error.kind());
        }
    };
    let ui = Ui::new(&env, color, cli.global.quiet);
    let mut context = Context::new(env, ui, cli.global.store, cli.global.coder);
    let outcome = commands::run(cli.command, &mut context);
    // What was answered before a failure is still an answer.
    let flushed = context.ui.flush();
    match outcome.and_then(|status| flushed.map(|()| status)) {
        Ok(Status::Done) => 0,
        Ok(Status::Findings) => 3,
        Err(error) => {
            if error.kind() != ErrorKind::BrokenPipe {
                context.ui.error(&error);
            }
            exit_status(error.kind())
        }
    }
}

/// What clap says of a wrong command line, for a terminal. It quotes the words as they were typed, and a file's name that the
/// shell put there may hold anything: so it is asked again, of words that are harmless.
fn harmless(args: &[OsString], tree: clap::Command) -> Option<clap::Error> {
    let shown = args.iter().map(|arg| visible_line(&arg.to_string_lossy()).into_owned());
    tree.try_get_matches_from(shown).and_then(|matches| Cli::from_arg_matches(&matches)).err()
}

/// `postil help tag` is what people type who come from git: it means `postil tag --help`.
///
/// Not a command of its own: clap's would stand in every list of commands, and say less than the option does.
fn help_as_option(mut args: Vec<OsString>) -> Vec<OsString> {
    if args.get(1).is_some_and(|word| word == "help") {
        args.remove(1);
        args.push("--help".into());
    }
    args
}

/// The exit status of a failure.
pub fn exit_status(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::BrokenPipe => 0,
        ErrorKind::Refused | ErrorKind::Io | ErrorKind::Busy | ErrorKind::Corrupt => 1,
        ErrorKind::Usage => 2,
        ErrorKind::Internal => 255,
    }
}

/// Shows what clap has to say: help on standard output, a wrong command line on standard error.
fn tell(answer: &clap::Error, ui: &mut Ui) -> u8 {
    let rendered = answer.render();
    if answer.use_stderr() {
        let text = if ui.colors_err() { rendered.ansi().to_string() } else { rendered.to_string() };
        ui.tell(&text);
        return 2;
    }
    let text = if ui.colors() { rendered.ansi().to_string() } else { rendered.to_string() };
    let written = ui.answer(text.trim_end_matches('\n')).and_then(|()| ui.flush());
    written.map_or_else(|error: Error| exit_status(error.kind()), |()| 0)
}

/// The colour mode: the flag, else `NO_COLOR` (which [`Ui`] heeds), else the configuration.
fn color_mode(flag: Option<ColorWhen>, env: &Env) -> Result<ColorMode> {
    let terminal = &env.terminal;
    match flag {
        Some(when) => Ok(commands::color_mode(when)),
        None if terminal.no_color || terminal.force_color => Ok(ColorMode::Auto),
        // In a pipe `auto` and `never` are one; `always` in the configuration would spoil every script's input.
        None if !terminal.stdout && !terminal.stderr => Ok(ColorMode::Auto),
        None => Ok(Config::read(env.config_file.as_deref())?.color_mode()),
    }
}

/// The colour mode of a command line that could not be understood, as far as it can be seen.
fn color_of(args: &[OsString]) -> ColorMode {
    let words: Vec<&str> = args.iter().filter_map(|word| word.to_str()).collect();
    let asks = |mode: &str| {
        words.iter().any(|word| word.strip_prefix("--color=") == Some(mode))
            || words.windows(2).any(|pair| pair == ["--color", mode])
    };
    if asks("never") {
        ColorMode::Never
    } else if asks("always") {
        ColorMode::Always
    } else {
        ColorMode::Auto
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_no_failure_and_a_bug_is_not_a_refusal() {
        assert_eq!(exit_status(ErrorKind::BrokenPipe), 0);
        assert_eq!(exit_status(ErrorKind::Refused), 1);
        assert_eq!(exit_status(ErrorKind::Usage), 2);
        assert_eq!(exit_status(ErrorKind::Internal), 255);
    }

    #[test]
    fn the_configured_colour_holds_on_a_terminal_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "color = \"always\"\n").unwrap();
        let mut env = Env { config_file: Some(file), ..Env::fixed("/") };
        assert_eq!(color_mode(None, &env).unwrap(), ColorMode::Auto);
        env.terminal.stdout = true;
        assert_eq!(color_mode(None, &env).unwrap(), ColorMode::Always);
        assert_eq!(color_mode(Some(ColorWhen::Never), &env).unwrap(), ColorMode::Never);
    }
}
