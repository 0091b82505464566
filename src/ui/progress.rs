//! One line that says how far a long work has come, and leaves no trace.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::Conversation;
use super::plural::thousands;
use super::width::shortened;

/// Work shorter than this is not worth a line.
const PATIENCE: Duration = Duration::from_secs(1);
/// The line is redrawn at most this often: more cannot be read and costs time.
const INTERVAL: Duration = Duration::from_millis(100);

/// A progress line; dropping it erases it. Made by [`super::Ui::progress`].
pub struct Progress {
    /// `None` when nobody is to see it.
    conversation: Option<Rc<RefCell<Conversation>>>,
    what: String,
    done: u64,
    total: Option<u64>,
    width: usize,
    next_drawing: Instant,
}

impl Progress {
    pub(super) fn new(
        conversation: Option<Rc<RefCell<Conversation>>>,
        what: &str,
        total: Option<u64>,
        width: usize,
    ) -> Progress {
        let next_drawing = Instant::now() + PATIENCE;
        Progress { conversation, what: what.to_owned(), done: 0, total, width, next_drawing }
    }

    /// Notes that `steps` more are done.
    pub fn advance(&mut self, steps: u64) {
        self.done += steps;
        if self.conversation.is_some() {
            let now = Instant::now();
            if now >= self.next_drawing {
                self.next_drawing = now + INTERVAL;
                self.draw();
            }
        }
    }

    /// Notes that `done` steps are done in all, for work that counts itself.
    pub fn reach(&mut self, done: u64) {
        self.advance(done.saturating_sub(self.done));
    }

    fn draw(&self) {
        let Some(conversation) = &self.conversation else { return };
        let mut conversation = conversation.borrow_mut();
        conversation.erase_progress();
        // One column is left free: a full line would wrap on some terminals and could not be erased.
        let line = self.line();
        let shown = shortened(&line, self.width.saturating_sub(1));
        // A progress line that cannot be drawn must not stop the work.
        let drawn =
            conversation.writer.write_all(shown.as_bytes()).and_then(|()| conversation.writer.flush());
        conversation.progress_shown = drawn.is_ok();
    }

    fn line(&self) -> String {
        let Progress { what, done, total, .. } = self;
        match *total {
            Some(total) if total > 0 => {
                let percent = u128::from(*done) * 100 / u128::from(total);
                format!("{} of {} {what} ({percent} %)", thousands(*done), thousands(total))
            }
            _ => format!("{} {what}", thousands(*done)),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(conversation) = &self.conversation {
            conversation.borrow_mut().erase_progress();
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::ui::ColorMode;
    use crate::ui::tests::face;

    #[test]
    fn a_short_work_draws_nothing() {
        let (ui, _, err) = face(true, ColorMode::Never, false);
        let mut progress = ui.progress("documents", Some(2));
        progress.advance(2);
        drop(progress);
        assert_eq!(err.text(), "");
    }

    #[test]
    fn a_long_work_draws_its_line_and_takes_it_back_before_anything_is_said() {
        let (mut ui, _, err) = face(true, ColorMode::Never, false);
        let mut progress = ui.progress("documents", Some(4_000));
        progress.next_drawing = std::time::Instant::now();
        progress.reach(1_000);
        ui.warn("mind");
        drop(progress);
        assert_eq!(err.text(), "1,000 of 4,000 documents (25 %)\r\u{1b}[Kwarning: mind\n");
    }

    #[test]
    fn a_pipe_and_quiet_draw_nothing_however_long_it_takes() {
        for (ui, _, err) in [face(false, ColorMode::Never, false), face(true, ColorMode::Never, true)] {
            let mut progress = ui.progress("rows", None);
            progress.next_drawing = std::time::Instant::now();
            progress.advance(5);
            drop(progress);
            assert_eq!(err.text(), "");
        }
    }
}
