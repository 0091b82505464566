//! What a store says after a command, and after that command was undone and redone.

use postil::actions::annotations::describe;
use postil::store::log::ChangeKind;
use postil::store::select::Selection;
use postil::store::{Access, ChangeRequest, Store};

use crate::project::{Project, Run};

/// What the store says of its texts, a line an annotation.
pub(crate) fn said(project: &Project) -> String {
    let store = Store::open(&project.path("study.postil"), Access::Read).unwrap();
    let mut rows = store.reader().annotations(&Selection::default()).unwrap();
    rows.sort_by_key(|row| row.id);
    let mut lines = String::new();
    for row in &rows {
        let said = describe(store.reader(), row).unwrap();
        let code = said.code.as_deref().unwrap_or("-");
        lines += &format!("#{} {} {}:{} {code}", said.id, said.coder, said.document, said.range);
        if !said.note.is_empty() {
            lines += &format!(" {:?}", said.note);
        }
        lines.push('\n');
    }
    lines
}

/// Undoes the newest change, redoes it, and undoes it again; `before` and `after` are what the store says on either side.
#[track_caller]
pub(crate) fn undoes_and_redoes(project: &Project, before: &str, after: &str) {
    assert_eq!(said(project), after);
    let request = || ChangeRequest { command: "undo", coder: "ana".to_owned(), at: 0, seed: 9 };
    let mut store = Store::open(&project.path("study.postil"), Access::Write).unwrap();
    let change = store.reader().newest_in_effect().unwrap().unwrap();
    for (kind, expected) in [
        (ChangeKind::Undo, before),
        (ChangeKind::Redo, after),
        (ChangeKind::Undo, before),
        (ChangeKind::Redo, after),
    ] {
        store.invert(request(), kind, change).unwrap();
        assert_eq!(said(project), expected, "{kind:?}");
    }
}

/// The newest entry of the log.
pub(crate) fn summary(project: &Project) -> String {
    let store = Store::open(&project.path("study.postil"), Access::Read).unwrap();
    let change = store.reader().changes(1).unwrap().remove(0);
    format!("{}: {}", change.command, change.summary)
}

/// A run that must have been refused on bad input from standard input, the store unchanged.
#[track_caller]
pub(crate) fn refused_with(project: &Project, line: &str, input: &str) -> String {
    let before = project.bytes();
    let run = project.run_with(line, input.as_bytes());
    assert_eq!(run.status, Some(1), "{}", run.text());
    assert!(project.bytes() == before, "the store changed");
    run.err
}

/// Everything that a command said that must have succeeded.
#[track_caller]
pub(crate) fn told(run: Run) -> String {
    assert_eq!(run.status, Some(0), "{}", run.text());
    run.text()
}
