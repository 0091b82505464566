//! The terminal face: standard output is the answer, standard error is the conversation.
//!
//! Text out of a store goes through [`Ui::shown`] (or a [`Listing`], which does so itself): on a terminal it is
//! made harmless, in a pipe it stays exact.

mod escape;
mod kwic;
mod listing;
mod page;
pub mod palette;
pub mod plural;
mod progress;
pub mod width;
mod wrap;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::rc::Rc;

use anstyle::Style;

use crate::env::Env;
use crate::error::{Error, ErrorKind, Result};

pub use escape::{visible, visible_line};
pub use kwic::KwicLayout;
pub use listing::{Align, Cell, Column, Format, Listing, Look};
pub use page::{Mark, PageOptions, page};
pub use progress::Progress;
pub use wrap::{WrappedLine, wrap};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMode {
    /// On a terminal, unless `NO_COLOR` is set; in a pipe only when `CLICOLOR_FORCE` is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams and what is known of who reads them.
pub struct Ui {
    out: Box<dyn Write>,
    conversation: Rc<RefCell<Conversation>>,
    stdout_is_terminal: bool,
    stderr_is_terminal: bool,
    color_out: bool,
    color_err: bool,
    true_color: bool,
    quiet: bool,
    width: usize,
}

/// Standard error, shared with a running [`Progress`], whose line must be gone before anything is said.
pub(crate) struct Conversation {
    pub(crate) writer: Box<dyn Write>,
    pub(crate) progress_shown: bool,
}

impl Conversation {
    pub(crate) fn erase_progress(&mut self) {
        if std::mem::take(&mut self.progress_shown) {
            // Carriage return, then "erase to the end of the line". A failure to talk is no failure to work.
            let _ = self.writer.write_all(b"\r\x1b[K");
        }
    }
}

impl Ui {
    /// The face of this process.
    pub fn new(env: &Env, color: ColorMode, quiet: bool) -> Ui {
        // The answer is gathered in large pieces: a listing of 100,000 rows must not make 100,000 system calls.
        let out = BufWriter::with_capacity(64 * 1024, io::stdout());
        Ui::with_streams(env, color, quiet, Box::new(out), Box::new(io::stderr()))
    }

    /// A face over any two streams, for tests and for callers within another program.
    pub fn with_streams(
        env: &Env,
        color: ColorMode,
        quiet: bool,
        out: Box<dyn Write>,
        err: Box<dyn Write>,
    ) -> Ui {
        let terminal = &env.terminal;
        let colored = |is_terminal: bool| match color {
            ColorMode::Always => true,
            ColorMode::Never => false,
            ColorMode::Auto => terminal.force_color || (is_terminal && !terminal.no_color),
        };
        Ui {
            out,
            conversation: Rc::new(RefCell::new(Conversation { writer: err, progress_shown: false })),
            stdout_is_terminal: terminal.stdout,
            stderr_is_terminal: terminal.stderr,
            color_out: colored(terminal.stdout),
            color_err: colored(terminal.stderr),
            true_color: terminal.true_color,
            quiet,
            width: terminal.width,
        }
    }

    /// Columns of the terminal (80 when there is none).
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether a person is looking at standard output.
    pub fn stdout_is_terminal(&self) -> bool {
        self.stdout_is_terminal
    }

    /// Whether the answer may carry colour.
    pub fn colors(&self) -> bool {
        self.color_out
    }

    /// Whether the conversation may carry colour.
    pub fn colors_err(&self) -> bool {
        self.color_err
    }

    /// Whether 24-bit colours are understood.
    pub fn true_color(&self) -> bool {
        self.true_color
    }

    /// Standard output itself, for bytes that are an answer as they stand: an exported file, a man page.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut *self.out
    }

    /// Writes one line of the answer.
    ///
    /// # Errors
    /// When standard output cannot be written; a closed pipe is [`ErrorKind::BrokenPipe`].
    pub fn answer(&mut self, line: impl AsRef<str>) -> Result<()> {
        let out = &mut self.out;
        out.write_all(line.as_ref().as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(out_error)
    }

    /// `text` as standard output may show it: harmless on a terminal, exact in a pipe.
    pub fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.stdout_is_terminal { visible(text) } else { Cow::Borrowed(text) }
    }

    /// `text` in `style` for standard output, plain when colour is off.
    pub fn paint(&self, style: Style, text: &str) -> String {
        painted(self.color_out, style, text)
    }

    /// Says on standard error what was done. Silent under `--quiet`.
    pub fn status(&mut self, sentence: impl Display) {
        if !self.quiet {
            self.say(None, &sentence.to_string());
        }
    }

    /// Warns on standard error; `--quiet` does not silence it.
    pub fn warn(&mut self, sentence: impl Display) {
        self.say(Some(("warning", palette::WARNING)), &sentence.to_string());
    }

    /// Says on standard error what may be typed next. Silent under `--quiet`.
    pub fn hint(&mut self, sentence: impl Display) {
        if !self.quiet {
            self.say(Some(("hint", palette::HINT)), &sentence.to_string());
        }
    }

    /// Says on standard error what failed, why, and what to type next.
    pub fn error(&mut self, error: &Error) {
        self.say(Some(("error", palette::ERROR)), error.message());
        for cause in error.causes() {
            self.say(Some(("caused by", palette::DIM)), &cause);
        }
        for hint in error.hints() {
            self.say(Some(("hint", palette::HINT)), hint);
        }
        if error.kind() == ErrorKind::Internal {
            let request = "this is a bug in postil; please report it with the command you typed";
            self.say(Some(("hint", palette::HINT)), request);
        }
    }

    /// A progress line on standard error for `total` steps of `what` (a plural noun, as in `documents`).
    ///
    /// It appears only on a terminal, only after one second, and never under `--quiet`.
    pub fn progress(&self, what: &str, total: Option<u64>) -> Progress {
        let shown = self.stderr_is_terminal && !self.quiet;
        Progress::new(shown.then(|| Rc::clone(&self.conversation)), what, total, self.width)
    }

    /// Hands everything gathered to standard output.
    ///
    /// # Errors
    /// As [`Ui::answer`].
    pub fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(out_error)
    }

    /// Asks for a secret at the terminal and returns what was typed, which is not shown.
    ///
    /// # Errors
    /// When there is no terminal, or the line ends it.
    pub fn ask_secret(&mut self, question: &str) -> Result<String> {
        self.tell(question);
        let typed = rpassword::read_password();
        // The key that ended the line was not shown either.
        self.tell("\n");
        typed.map_err(|cause| Error::io("the terminal can't be read", cause))
    }

    /// Writes `text` on standard error as it stands: the rendered words of the command-line parser, whose colours
    /// are its own.
    pub fn tell(&mut self, text: &str) {
        // Nobody is left to be told that standard error is gone.
        let _ = self.conversation.borrow_mut().writer.write_all(text.as_bytes());
    }

    fn say(&mut self, heading: Option<(&str, Style)>, sentence: &str) {
        if self.stdout_is_terminal {
            // Both streams are one screen then: what was answered before stands before.
            let _ = self.out.flush();
        }
        let sentence = if self.stderr_is_terminal { visible(sentence) } else { Cow::Borrowed(sentence) };
        let line = match heading {
            None => format!("{sentence}\n"),
            Some((word, style)) => {
                format!("{} {sentence}\n", painted(self.color_err, style, &format!("{word}:")))
            }
        };
        let mut conversation = self.conversation.borrow_mut();
        conversation.erase_progress();
        // Nobody is left to be told that standard error is gone.
        let _ = conversation.writer.write_all(line.as_bytes());
    }
}

/// A failure to write the answer.
pub(crate) fn out_error(source: io::Error) -> Error {
    // A change is made before it is told.
    Error::io("standard output cannot be written", source)
        .hint("what the command has changed is in the store all the same: `postil log` shows it")
}

fn painted(colors: bool, style: Style, text: &str) -> String {
    if colors && !style.is_plain() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
