//! Everything ambient, read once: clock, seed of ids, user, directories, terminal.
//!
//! No other file asks the process for any of it (`clippy.toml` forbids the calls), so that a test can say what
//! time it is, how wide the screen is and who is sitting before it.

use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io::IsTerminal;
use std::path::PathBuf;

use chrono::DateTime;
use etcetera::BaseStrategy;

use crate::error::{Error, Result};

/// The width assumed where nothing says how wide the terminal is, in columns.
pub const DEFAULT_WIDTH: usize = 80;

/// What the process was told by its surroundings.
#[derive(Debug, Clone)]
pub struct Env {
    /// Where the time comes from.
    pub clock: Clock,
    /// Seed of the ids this process makes; `POSTIL_SEED` fixes it.
    pub id_seed: u128,
    /// The name the person logged in with.
    pub login: Option<String>,
    /// `POSTIL_STORE`: the store to use when `--store` does not say.
    pub store: Option<PathBuf>,
    /// `POSTIL_CODER`: the coder to use when `--coder` does not say.
    pub coder: Option<String>,
    /// The user's configuration file, which need not exist; `None` when there is no home directory.
    pub config_file: Option<PathBuf>,
    /// `VISUAL`, else `EDITOR`: a command line that opens a file.
    pub editor: Option<String>,
    /// The folder the command was called in.
    pub cwd: PathBuf,
    /// The folder of the program, when it was called by its path: its bare name may then mean nothing to the shell.
    pub program_folder: Option<PathBuf>,
    /// Which streams a person is looking at, and how.
    pub terminal: Terminal,
}

/// Where the time comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always this moment, in milliseconds since 1970-01-01 UTC.
    Frozen(i64),
}

/// Which streams a person is looking at, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// Standard input is a keyboard.
    pub stdin: bool,
    /// Standard output is a screen.
    pub stdout: bool,
    /// Standard error is a screen.
    pub stderr: bool,
    /// Columns of the screen; `COLUMNS` overrides.
    pub width: usize,
    /// `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
    pub no_color: bool,
    /// `CLICOLOR_FORCE` is set, not empty and not `0`.
    pub force_color: bool,
    /// `COLORTERM` promises 24-bit colours.
    pub true_color: bool,
}

impl Env {
    /// Reads the process's surroundings.
    ///
    /// # Errors
    /// When `POSTIL_NOW` or `POSTIL_SEED` is set to something unreadable, or the current folder is gone.
    pub fn from_process() -> Result<Env> {
        let cwd = current_dir().map_err(|source| {
            Error::io("the current folder cannot be read", source).hint("`cd` to a folder that exists")
        })?;
        let clock = match text("POSTIL_NOW") {
            Some(moment) => Clock::Frozen(parse_moment(&moment)?),
            None => Clock::System,
        };
        let id_seed = match text("POSTIL_SEED") {
            Some(seed) => parse_seed(&seed)?,
            None => random_seed(),
        };
        Ok(Env {
            clock,
            id_seed,
            // Under cron, in containers and in some CI none of them is set; the system still knows.
            login: ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(text)
                .or_else(|| whoami::username().ok()),
            store: variable("POSTIL_STORE").map(PathBuf::from),
            coder: text("POSTIL_CODER"),
            config_file: variable("POSTIL_CONFIG").map(PathBuf::from).or_else(default_config_file),
            editor: text("VISUAL").or_else(|| text("EDITOR")),
            cwd,
            program_folder: program_folder(),
            terminal: Terminal::from_process(),
        })
    }

    /// Surroundings that never vary: 2026-01-01T00:00:00Z, seed 0, user `ana`, no terminal, no configuration,
    /// no variables. For tests.
    pub fn fixed(cwd: impl Into<PathBuf>) -> Env {
        Env {
            clock: Clock::Frozen(1_767_225_600_000),
            id_seed: 0,
            login: Some("ana".to_owned()),
            store: None,
            coder: None,
            config_file: None,
            editor: None,
            cwd: cwd.into(),
            program_folder: None,
            terminal: Terminal::absent(),
        }
    }

    /// The time now, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        match self.clock {
            Clock::Frozen(moment) => moment,
            Clock::System => system_now_ms(),
        }
    }
}

impl Terminal {
    /// No terminal at all, as in a pipe of a script.
    pub fn absent() -> Terminal {
        Terminal {
            stdin: false,
            stdout: false,
            stderr: false,
            width: DEFAULT_WIDTH,
            no_color: false,
            force_color: false,
            true_color: false,
        }
    }

    fn from_process() -> Terminal {
        let stdout = std::io::stdout().is_terminal();
        let stderr = std::io::stderr().is_terminal();
        let columns = text("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
        // The system is asked only when someone is looking: a pipe has no width worth a call.
        let measured = || (stdout || stderr).then(terminal_size::terminal_size).flatten();
        let width = columns
            .or_else(|| measured().map(|(width, _)| usize::from(width.0)))
            .filter(|width| *width > 0)
            .unwrap_or(DEFAULT_WIDTH);
        Terminal {
            stdin: std::io::stdin().is_terminal(),
            stdout,
            stderr,
            width,
            no_color: variable("NO_COLOR").is_some()
                || text("TERM").is_some_and(|terminal| terminal == "dumb"),
            force_color: variable("CLICOLOR_FORCE").is_some_and(|value| value != "0"),
            true_color: text("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit"),
        }
    }
}

/// A variable that is set to something; an empty one counts as unset, as <https://no-color.org> asks.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// A variable that is set to readable text.
fn text(name: &str) -> Option<String> {
    variable(name).and_then(|value| value.into_string().ok())
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn current_dir() -> std::io::Result<PathBuf> {
    std::env::current_dir()
}

/// As `cargo run` calls it, or a person who has not installed it.
fn program_folder() -> Option<PathBuf> {
    let called = PathBuf::from(std::env::args_os().next()?);
    let by_path = called.parent().is_some_and(|folder| !folder.as_os_str().is_empty());
    let program = if by_path { std::env::current_exe().ok() } else { None };
    program?.parent().map(PathBuf::from)
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
fn system_now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// `config/postil/config.toml` where this system keeps such files.
fn default_config_file() -> Option<PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    Some(strategy.config_dir().join("postil").join("config.toml"))
}

fn parse_moment(text: &str) -> Result<i64> {
    DateTime::parse_from_rfc3339(text).map(|moment| moment.timestamp_millis()).map_err(|source| {
        Error::usage(format!("POSTIL_NOW is `{text}`, which is not a moment"))
            .caused_by(source)
            .hint("write it as RFC 3339: `POSTIL_NOW=2026-01-31T12:00:00Z`, or unset it")
    })
}

fn parse_seed(text: &str) -> Result<u128> {
    text.parse::<u64>().map(u128::from).map_err(|source| {
        Error::usage(format!("POSTIL_SEED is `{text}`, which is not a whole number"))
            .caused_by(source)
            .hint("write digits only: `POSTIL_SEED=7`, or unset it for random ids")
    })
}

/// 128 bits that no other process has.
///
/// The standard library draws `RandomState`'s keys from the system's generator; two hashes under such keys
/// carry them on, which spares a dependency for one call.
fn random_seed() -> u128 {
    let half = || u128::from(RandomState::new().hash_one(std::process::id()));
    (half() << 64) | half()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_shows_the_moment_it_was_given() {
        let moment = parse_moment("2026-11-22T08:33:53.250+01:00").unwrap();
        let env = Env { clock: Clock::Frozen(moment), ..Env::fixed("/") };
        assert_eq!(env.now_ms(), 1_795_332_833_250);
    }

    #[test]
    fn an_unreadable_moment_or_seed_is_a_usage_error_that_quotes_it() {
        for error in [parse_moment("yesterday").unwrap_err(), parse_seed("-1").unwrap_err()] {
            assert_eq!(error.kind(), crate::ErrorKind::Usage);
            assert!(error.message().contains("yesterday") || error.message().contains("-1"));
            assert_eq!(error.hints().len(), 1);
        }
    }

    #[test]
    fn two_random_seeds_differ() {
        assert_ne!(random_seed(), random_seed());
    }
}
