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
    keep_to_the_owner();
    turn_size_limits_into_errors();
    match Env::from_process() {
        Ok(env) => {
            clear_away_before_stopping();
            // What a panic leaves half done is only dropped: the store takes a half change back, drafts are removed.
            let run = std::panic::AssertUnwindSafe(|| postil::run(std::env::args_os(), env));
            let status = std::panic::catch_unwind(run).unwrap_or_else(|_| broken());
            if status != 0 {
                end_by_the_signal_that_came();
            }
            ExitCode::from(status)
        }
        Err(error) => {
            Ui::new(&Env::fixed("."), ColorMode::Never, false).error(&error);
            ExitCode::from(postil::exit_status(error.kind()))
        }
    }
}

/// A store holds interviews. What is written is its owner's alone, also by whoever forgets to say so and by the editor that
/// is opened on a memo; and memory, where texts and passphrases are, goes into no core file. (Not `PR_SET_DUMPABLE`, which
/// would also reach programs that the system hands its dumps to: nobody could trace postil any more.)
fn keep_to_the_owner() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit, umask};
        umask(rustix::fs::Mode::from_raw_mode(0o077));
        // Should the system refuse, the process is as it would have been without: there is nothing to tell.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// A panic is a bug of ours. Where it was is told by then.
fn broken() -> u8 {
    let error = postil::Error::internal("this should not have happened");
    Ui::new(&Env::fixed("."), ColorMode::Never, false).error(&error);
    postil::exit_status(error.kind())
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

/// The signals that ask a process to end, and the first thing that a person or a shell sends.
#[cfg(unix)]
const ENDINGS: [i32; 3] = [
    signal_hook::consts::signal::SIGINT,
    signal_hook::consts::signal::SIGTERM,
    signal_hook::consts::signal::SIGHUP,
];

/// Lets `postil::stop` decide whether a signal ends the process at once or is noted first.
fn clear_away_before_stopping() {
    #[cfg(unix)]
    for signal in ENDINGS {
        let switches = postil::stop::switches();
        // In this order: end at once if nothing holds, else note it, and let the next one end the process.
        let _ = signal_hook::flag::register_conditional_default(signal, switches.at_once.clone());
        let number = usize::try_from(signal).unwrap_or(1);
        let _ = signal_hook::flag::register_usize(signal, switches.came, number);
        let _ = signal_hook::flag::register(signal, switches.at_once);
    }
}

/// A shell that is told that its command ended by Ctrl-C ends the loop around it; a status alone does not tell it so.
fn end_by_the_signal_that_came() {
    #[cfg(unix)]
    {
        let came = postil::stop::switches().came.load(std::sync::atomic::Ordering::SeqCst);
        if let Some(signal) = ENDINGS.into_iter().find(|signal| usize::try_from(*signal) == Ok(came)) {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    }
}
