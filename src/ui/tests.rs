use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::*;

/// A stream whose bytes the test can read afterwards.
#[derive(Clone, Default)]
pub(super) struct Sink(Rc<RefCell<Vec<u8>>>);

impl Sink {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A face over two sinks; `terminal` makes both a screen of 40 columns.
pub(super) fn face(terminal: bool, color: ColorMode, quiet: bool) -> (Ui, Sink, Sink) {
    let mut env = Env::fixed("/");
    env.terminal.stdout = terminal;
    env.terminal.stderr = terminal;
    env.terminal.width = 40;
    let (out, err) = (Sink::default(), Sink::default());
    let ui = Ui::with_streams(&env, color, quiet, Box::new(out.clone()), Box::new(err.clone()));
    (ui, out, err)
}

#[test]
fn an_error_is_told_with_its_cause_and_its_hints() {
    let (mut ui, out, err) = face(false, ColorMode::Auto, true);
    ui.error(&Error::io("`a.txt` cannot be read", io::Error::other("it is wet")).hint("dry it"));
    assert_eq!(err.text(), "error: `a.txt` cannot be read\ncaused by: it is wet\nhint: dry it\n");
    assert_eq!(out.text(), "");
}

#[test]
fn a_bug_of_ours_asks_to_be_reported() {
    let (mut ui, _, err) = face(false, ColorMode::Auto, false);
    ui.error(&Error::internal("the table has no legs"));
    assert!(err.text().contains("please report it"), "{}", err.text());
}

#[test]
fn quiet_silences_status_and_hints_but_not_warnings() {
    let (mut ui, _, err) = face(false, ColorMode::Auto, true);
    ui.status("done");
    ui.hint("go on");
    ui.warn("mind the gap");
    assert_eq!(err.text(), "warning: mind the gap\n");
}

#[test]
fn control_characters_are_shown_on_a_terminal_and_kept_in_a_pipe() {
    let (mut ui, _, err) = face(true, ColorMode::Never, false);
    ui.status("no document `\u{1b}[2J`");
    assert_eq!(err.text(), "no document `\\u{1b}[2J`\n");
    assert_eq!(ui.shown("\u{202e}"), "\\u{202e}");
    let (mut ui, _, err) = face(false, ColorMode::Never, false);
    ui.status("\u{1b}");
    assert_eq!(err.text(), "\u{1b}\n");
    assert_eq!(ui.shown("\u{202e}"), "\u{202e}");
}

#[test]
fn colour_follows_the_flag_then_the_variables_then_the_terminal() {
    let colors = |terminal: bool, no_color: bool, force: bool, mode: ColorMode| {
        let mut env = Env::fixed("/");
        env.terminal.stdout = terminal;
        env.terminal.no_color = no_color;
        env.terminal.force_color = force;
        Ui::with_streams(&env, mode, false, Box::new(io::sink()), Box::new(io::sink())).colors()
    };
    assert!(colors(true, false, false, ColorMode::Auto));
    assert!(!colors(true, true, false, ColorMode::Auto));
    assert!(!colors(false, false, false, ColorMode::Auto));
    assert!(colors(false, false, true, ColorMode::Auto));
    assert!(colors(false, true, false, ColorMode::Always));
    assert!(!colors(true, false, true, ColorMode::Never));
}

#[test]
fn a_painted_heading_leaves_the_sentence_alone() {
    let (mut ui, _, err) = face(true, ColorMode::Auto, false);
    ui.warn("mind");
    assert_eq!(err.text(), "\u{1b}[1m\u{1b}[33mwarning:\u{1b}[0m mind\n");
}
