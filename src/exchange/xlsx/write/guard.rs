//! The writing crate panics where a temporary file of its own cannot be written: a full disk is no bug.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::error::{Error, ErrorKind, Result};

thread_local! {
    /// Whether this thread is writing a workbook.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, which writes a workbook, and makes a failure of what it panics with over a file. Any other panic goes on.
///
/// # Errors
/// Those of `work`, and of the temporary files.
pub fn guarded<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    keep_quiet_about_files();
    GUARDED.set(true);
    // What `work` was making is dropped: nobody sees it half done.
    let outcome = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(false);
    outcome.unwrap_or_else(|payload| match failed_file(&*payload) {
        Some(cause) => Err(Error::new(ErrorKind::Io, "the temporary files of the workbook can't be written")
            .caused_by(cause)
            .hint("name a folder with room by TMPDIR, as in `TMPDIR=~/tmp postil export xlsx …`")),
        None => resume_unwind(payload),
    })
}

/// A panic that is made a failure is not told twice.
fn keep_quiet_about_files() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() || failed_file(panic.payload()).is_none() {
                before(panic);
            }
        }));
    });
}

/// What the system said of a file, when a panic is about that: an `unwrap` or `expect` shows it as
/// `Os { code: 28, kind: StorageFull, message: "No space left on device" }`.
fn failed_file(payload: &(dyn Any + Send)) -> Option<String> {
    let said = payload.downcast_ref::<String>()?;
    let (_, system) = said.split_once("Os { code: ")?;
    let (_, message) = system.split_once("message: \"")?;
    message.split_once('"').map(|(message, _)| message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_over_a_full_disk_is_a_failure_and_another_is_still_a_panic() {
        let full = || -> std::io::Result<()> { Err(std::io::Error::from_raw_os_error(28)) };
        let error = guarded(|| {
            full().expect("Couldn't write to xml file");
            Ok(())
        })
        .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert_eq!(error.causes(), ["No space left on device"]);
        let bug = catch_unwind(|| guarded(|| -> Result<()> { panic!("a bug") }));
        assert_eq!(bug.unwrap_err().downcast_ref::<&str>(), Some(&"a bug"));
    }
}
