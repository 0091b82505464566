//! Writers stand in line.
//!
//! SQLite's lock has no order: whoever happens to look when it is free has it, and in a crowd somebody is always unlucky.
//! So writers first lock the folder that the store is in. The system hands that lock on in the order in which it was asked
//! for, wakes exactly those who wait, and takes it back from a program that ends in whatever way. It decides nothing but
//! the order: where a folder cannot be locked, and between programs that know nothing of it, SQLite's own lock alone
//! keeps writers apart, as it always does.
//!
//! The folder and not the store: closing any handle of the store would let go of the locks that SQLite holds on it.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// A writer's turn; the next one's begins when it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Option<File>);

impl Turn {
    /// Waits until it is our turn to write to the store at `path`, but never longer than `patience`.
    pub(super) fn wait(path: &Path, patience: Duration) -> Turn {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(folder) = File::open(folder) else { return Turn(None) };
        match folder.try_lock() {
            Ok(()) => Turn(Some(folder)),
            Err(TryLockError::Error(_)) => Turn(None),
            Err(TryLockError::WouldBlock) => Turn(wait_for(folder, patience)),
        }
    }
}

/// The locked folder. The system knows no wait that ends, so another thread waits; should it wait for ever, it ends with
/// the process.
fn wait_for(folder: File, patience: Duration) -> Option<File> {
    let (locked, turn) = mpsc::channel();
    std::thread::spawn(move || {
        if folder.lock().is_ok() {
            // Nobody waits any more: the folder goes back, and is unlocked.
            let _ = locked.send(folder);
        }
    });
    turn.recv_timeout(patience).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);
    const LATER: Duration = Duration::from_secs(20);

    #[test]
    fn the_next_turn_begins_when_one_ends_and_nobody_waits_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("study.postil");
        let first = Turn::wait(&store, LATER);
        assert!(first.0.is_some());
        assert!(Turn::wait(&store, SOON).0.is_none(), "two have their turn at once");
        let second = std::thread::scope(|scope| {
            let second = scope.spawn(|| Turn::wait(&store, LATER));
            drop(first);
            second.join().unwrap()
        });
        assert!(second.0.is_some());
        drop(second);
        // The one who gave up does not keep what came too late.
        let began = Instant::now();
        assert!(Turn::wait(&store, LATER).0.is_some());
        assert!(began.elapsed() < LATER);
    }

    #[test]
    fn a_folder_that_cannot_be_locked_keeps_nobody_waiting() {
        assert!(Turn::wait(Path::new("/no/such/folder/study.postil"), LATER).0.is_none());
    }
}
