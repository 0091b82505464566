//! What `stats` draws on a screen, and not in a pipe.

use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

use clap::Parser;
use postil::cli::Cli;
use postil::commands::{self, Context};
use postil::{ColorMode, Env, Ui};

use crate::project::words;
use crate::stats_codes::coded;

/// A stream whose bytes can be read afterwards.
#[derive(Clone, Default)]
struct Screen(Rc<RefCell<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn counts_are_drawn_on_a_screen_and_only_written_in_a_pipe() {
    let project = coded();
    let seen = |line: &str| {
        let mut env = Env::fixed(project.folder());
        env.terminal.stdout = true;
        env.terminal.width = 120;
        let screen = Screen::default();
        let ui = Ui::with_streams(
            &env,
            ColorMode::Never,
            true,
            Box::new(screen.clone()),
            Box::new(std::io::sink()),
        );
        let args = std::iter::once("postil".to_owned()).chain(words(line));
        let mut context = Context::new(env, ui, None, None);
        commands::run(Cli::parse_from(args).command, &mut context).unwrap();
        String::from_utf8(screen.0.take()).unwrap()
    };
    for line in ["stats codes", "stats coders", "stats coverage", "stats timeline"] {
        assert!(seen(line).lines().skip(1).all(|row| row.contains('█')), "{line}\n{}", seen(line));
        assert!(!project.ok(line).contains('█'), "{line}");
        assert!(!seen(&format!("{line} --format csv")).contains('█'), "{line}");
    }
    let cells = "   Code                 1    2    3    4\n\
                 1  actors               0  ▒ 1  ▒ 1  █ 2\n\
                 2  actors/state       ▒ 1    0  ▒ 1  █ 2\n\
                 3  actors/state/weak  ▒ 1  ▒ 1    0  █ 2\n\
                 4  norms              █ 2  █ 2  █ 2  ▒ 1\n";
    assert_eq!(seen("stats cooccurrence"), cells);
    assert!(seen("stats codes --by document").contains("█ 2"));
    assert!(seen("stats crosstab --attribute kind").contains("█ 2"));
}
