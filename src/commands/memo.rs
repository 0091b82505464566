//! `postil memo SUBJECT [TEXT]`

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::process::Command;

use tempfile::TempDir;

use super::facts::moment;
use super::{Context, Status};
use crate::actions::memo::{ListedMemo, Subject, Written};
use crate::actions::{Access, memo};
use crate::cli::MemoArgs;
use crate::error::{Error, Result};
use crate::ui::palette;

/// The longest memo that is read from standard input, in bytes.
const LONGEST: u64 = 16 << 20;

pub(super) fn run(args: MemoArgs, context: &mut Context) -> Result<Status> {
    if let Some(id) = &args.remove {
        let mut session = context.open(Access::Write)?;
        let removed = memo::remove(&mut session, id)?.value;
        context.ui.status(format!("removed memo #{removed}"));
        return Ok(Status::Done);
    }
    let subject = args.subject.as_deref().map(Subject::parse);
    match (subject, args.text, args.edit) {
        (Some(subject), Some(text), _) => {
            let mut session = context.open(Access::Write)?;
            let text = if text == "-" { from_stdin()? } else { text };
            let written = memo::add(&mut session, &subject, &text)?.value;
            tell(&written, context);
        }
        (Some(subject), None, true) => edit(&subject, context)?,
        (subject, _, _) => show(subject.as_ref(), context)?,
    }
    Ok(Status::Done)
}

fn tell(written: &Written, context: &mut Context) {
    context.ui.status(match written {
        Written::New(id) => format!("wrote memo #{id}"),
        Written::Changed(id) => format!("changed memo #{id}"),
        Written::Already(id) => format!("memo #{id} says so already"),
    });
}

fn from_stdin() -> Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| Error::io("standard input cannot be read", cause))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Error::refused(format!("a memo has at most {} MiB; this one is longer", LONGEST >> 20))
            .hint("a text of that length is a document: `postil document add - --name NAME`"));
    }
    String::from_utf8(bytes).map_err(|cause| {
        Error::refused("standard input is not UTF-8")
            .caused_by(cause)
            .hint("`iconv -f windows-1252 -t utf-8` makes it so, if that is what it is in")
    })
}

fn show(subject: Option<&Subject>, context: &mut Context) -> Result<()> {
    let session = context.open(Access::Read)?;
    let memos = session.store.read(|store| memo::list(store.reader(), subject))?;
    if memos.is_empty() {
        context.ui.status("no memos");
    }
    for (index, memo) in memos.iter().enumerate() {
        if index > 0 {
            context.ui.answer("")?;
        }
        show_one(memo, context)?;
    }
    Ok(())
}

fn show_one(memo: &ListedMemo, context: &mut Context) -> Result<()> {
    let ListedMemo { id, subject, coder, modified_at, text } = memo;
    let heading = format!("#{id}  {subject}  {coder}, {}", moment(*modified_at));
    let heading = context.ui.paint(palette::DIM, &context.ui.shown(&heading));
    context.ui.answer(heading)?;
    let text = context.ui.shown(text).into_owned();
    context.ui.answer(text)
}

fn edit(subject: &Subject, context: &mut Context) -> Result<()> {
    let mut session = context.open(Access::Write)?;
    let known = memo::own(&session, subject)?;
    let before = known.as_ref().map_or("", |memo| memo.text.as_str());
    let (after, room) = edited(before, context)?;
    if after.trim_end() == before.trim_end() || after.trim().is_empty() {
        context.ui.status("nothing was written");
        return Ok(());
    }
    let written = match &known {
        Some(memo) => memo::rewrite(&mut session, memo, &after),
        None => memo::add(&mut session, subject, &after),
    };
    let written = written.map_err(|error| {
        // An hour's writing must not go because somebody else was quicker.
        error.hint(format!("what you wrote is in `{}`", room.keep().join(DRAFT).display()))
    })?;
    tell(&written.value, context);
    Ok(())
}

/// The file that the editor is given.
const DRAFT: &str = "memo.md";

/// Opens `text` in the person's editor, and returns what they made of it, with the folder it is in, which goes when it is
/// dropped.
fn edited(text: &str, context: &Context) -> Result<(String, TempDir)> {
    let Some(editor) = context.env.editor.as_deref() else {
        return Err(Error::refused("neither VISUAL nor EDITOR says which editor to open")
            .hint("set one, as in `EDITOR=nano`, or write the text on the command line"));
    };
    // The variable is a program and its options. It is not handed to a shell: a file name would need quoting there.
    let mut words = editor.split_whitespace();
    let Some(program) = words.next() else {
        return Err(Error::refused("EDITOR is empty").hint("set it, as in `EDITOR=nano`"));
    };
    let failed = |cause| Error::io("a file for the editor cannot be made", cause);
    // A folder of its own, which its owner alone can enter: editors put copies beside the file, as readable as they like.
    let room = tempfile::Builder::new().prefix("postil-memo-").tempdir().map_err(failed)?;
    let path = room.path().join(DRAFT);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
    let status = Command::new(program)
        .args(words)
        .arg(&path)
        .status()
        .map_err(|cause| Error::io(format!("the editor `{program}` cannot be started"), cause))?;
    if !status.success() {
        return Err(
            Error::refused(format!("the editor `{program}` ended with {status}")).hint("nothing was written")
        );
    }
    // Read by its name: many editors write a new file and rename it over the old one.
    let written = std::fs::read_to_string(&path)
        .map_err(|cause| Error::io("what the editor left cannot be read as UTF-8", cause))?;
    Ok((written, room))
}
