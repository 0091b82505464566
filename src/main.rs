//! Parse, run, exit: the only place that ends the process.

use std::io::Write;
use std::process::ExitCode;

use postil::{ColorMode, Env, Ui};

fn main() -> ExitCode {
    // Asked for most often by scripts, and before anything else is made: it costs as much as printing a string.
    let mut words = std::env::args_os().skip(1);
    if let (Some(word), None) = (words.next(), words.next())
        && (word == "--version" || word == "-V")
    {
        let line = concat!("postil ", env!("CARGO_PKG_VERSION"), "\n");
        return match std::io::stdout().write_all(line.as_bytes()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        };
    }
    turn_size_limits_into_errors();
    match Env::from_process() {
        Ok(env) => ExitCode::from(postil::run(std::env::args_os(), env)),
        Err(error) => {
            Ui::new(&Env::fixed("."), ColorMode::Never, false).error(&error);
            ExitCode::from(postil::exit_status(error.kind()))
        }
    }
}

/// A write past the limit on file sizes (`ulimit -f`) would end the process in the middle of a transaction. With
/// the signal caught, the write fails like any other, and is told and rolled back like any other.
fn turn_size_limits_into_errors() {
    #[cfg(unix)]
    {
        let caught = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        // Should the system refuse, the process is as it would have been without: there is nothing to tell.
        let _ = signal_hook::flag::register(signal_hook::consts::signal::SIGXFSZ, caught);
    }
}
