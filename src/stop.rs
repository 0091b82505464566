//! Being told to stop (Ctrl-C, `kill`) while a half-written file lies beside its target.
//!
//! Most of the time a signal may end the process at once: SQLite takes half a change back by itself. A file that is
//! being written is another matter, it would stay behind under a name that nobody knows. While a [`Hold`] lives, the
//! first signal is only noted, and [`check`] makes the next write fail, so that the file is removed like after any
//! other failure. The second signal ends the process at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// What `main` connects to the signals, since only it may know of them.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    /// Whether a signal ends the process at once.
    pub at_once: Arc<AtomicBool>,
    /// The number of the signal that came; 0 for none.
    pub came: Arc<AtomicUsize>,
}

static SWITCHES: LazyLock<Switches> =
    LazyLock::new(|| Switches { at_once: Arc::new(AtomicBool::new(true)), came: Arc::default() });

static HOLDS: AtomicUsize = AtomicUsize::new(0);

/// The switches of this process.
pub fn switches() -> Switches {
    SWITCHES.clone()
}

/// As long as it lives, there is something to clear away before the process may end.
#[derive(Debug)]
pub struct Hold(());

impl Hold {
    /// Begins to hold.
    #[expect(clippy::new_without_default, reason = "a hold is taken on purpose, never filled in")]
    pub fn new() -> Hold {
        HOLDS.fetch_add(1, Ordering::SeqCst);
        SWITCHES.at_once.store(false, Ordering::SeqCst);
        Hold(())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if HOLDS.fetch_sub(1, Ordering::SeqCst) == 1 {
            SWITCHES.at_once.store(true, Ordering::SeqCst);
        }
    }
}

/// Fails once the process was told to stop.
///
/// # Errors
/// `stopped`, as a failed write.
pub fn check() -> io::Result<()> {
    match SWITCHES.came.load(Ordering::Relaxed) {
        0 => Ok(()),
        // Not `Interrupted`: the standard library takes that for "try again".
        _ => Err(io::Error::other("stopped: what was half written is removed")),
    }
}
