//! What the second coder of the demo did since in a store of his own: something to merge, and something to disagree about.

use std::path::Path;

use super::{Coding, Session, Who, tag_sitting};
use crate::actions::code::{CodeEdit, edit};
use crate::actions::files::{cannot_write, create_private_dir};
use crate::actions::merge::{Other, begin_from};
use crate::actions::project::begin_filled;
use crate::error::Result;
use crate::store::Access;

/// Who it is, and what his store is called.
pub(super) const HANDLE: &str = "ben";
/// Away from the first store: with two in one folder, every command would have to say which it means.
const FOLDER: &str = "colleagues";
/// What both edit, each in a store of their own.
const DISPUTED: &str = "schools/realism/security-dilemma";
const OURS: &str = "One side’s effort to be safer leaves another less safe, and the answer to it brings the first no \
                    gain. The feedback must be present.";
const THEIRS: &str = "One side’s effort to be safer leaves another less safe. An arms build-up that the text calls \
                      mutual is enough.";
const CODINGS: [(&str, &str, &str); 2] = [
    (
        "cyber-diplomacy-in-practice",
        "Critics called the post naïve; others copied it within a few years.",
        "cyber",
    ),
    ("who-acts-in-cyberspace", "companies do not stay neutral", "actors/private-sector"),
];

/// Makes the colleague's store in `folder` from the one in `from`, and works on in it.
pub(super) fn take_along(folder: &Path, from: &Path, who: &Who) -> Result<()> {
    let room = folder.join(FOLDER);
    create_private_dir(&room).map_err(|cause| cannot_write(&room, cause))?;
    let from = Other { path: from.to_path_buf(), name: "demo.postil".to_owned() };
    let (begun, _) = begin_filled(&room, HANDLE, None, who, |draft| begin_from(draft, &from, who, false))?;
    let mut session = Session::open(&begun.path, Access::Write, who.clone())?;
    let codings =
        CODINGS.map(|(document, quote, code)| Coding { coder: HANDLE, document, quote, code, note: "" });
    tag_sitting(&mut session, &codings)?;
    describe(&mut session, THEIRS)
}

/// The first coder's reading of the code that the colleague reads otherwise.
pub(super) fn disagree(session: &mut Session) -> Result<()> {
    describe(session, OURS)
}

fn describe(session: &mut Session, description: &str) -> Result<()> {
    let change = CodeEdit { description: Some(description.to_owned()), color: None };
    edit(session, DISPUTED, change).map(|_| ())
}
