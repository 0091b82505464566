//! `postil resolve ID…`

use std::io::{BufRead, Read, Write};

use super::conflicts::present;
use super::{Context, Status};
use crate::actions::conflicts::{Clash, conflict, conflicts};
use crate::actions::resolve::{Choice, FieldValue, Resolved, resolve};
use crate::actions::{Access, Session};
use crate::cli::ResolveArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: &ResolveArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    if args.interactive {
        return ask(args, &mut session, context);
    }
    let choice = if args.ours {
        Choice::Ours
    } else if args.theirs {
        Choice::Theirs
    } else {
        Choice::Values(args.value.iter().map(|value| typed(&session, args, value)).collect::<Result<_>>()?)
    };
    let resolved = resolve(&mut session, &args.ids, &choice)?;
    tell(&resolved.value, context);
    left(&session, context)
}

/// `FIELD=TEXT`, or the text alone. What stands before the first `=` is a field only where it is in question.
fn typed(session: &Session, args: &ResolveArgs, value: &str) -> Result<FieldValue> {
    let mut fields = Vec::new();
    for id in &args.ids {
        fields.extend(conflict(session, id)?.into_iter().map(|clash| clash.field));
    }
    Ok(match value.split_once('=') {
        Some((field, text)) if fields.iter().any(|known| known == field) => {
            (Some(field.to_owned()), text.to_owned())
        }
        _ => (None, value.to_owned()),
    })
}

fn tell(resolved: &[Resolved], context: &mut Context) {
    for one in resolved {
        context.ui.status(format!("conflict {} is decided: {}, {}", one.conflict, one.record, one.fields));
        if one.removed > 0 {
            context.ui.warn(format!(
                "{} went with it; `postil undo` brings everything back",
                count(one.removed, "annotation")
            ));
        }
    }
}

/// How many are left decides the exit status: a script should notice.
fn left(session: &Session, context: &mut Context) -> Result<Status> {
    let mut open: Vec<i64> = conflicts(session)?.into_iter().map(|clash| clash.conflict).collect();
    open.dedup();
    match open.len() {
        0 => context.ui.status("no conflicts are left"),
        1 => context.ui.status("1 conflict is left"),
        many => context.ui.status(format!("{many} conflicts are left")),
    }
    Ok(if open.is_empty() { Status::Done } else { Status::Findings })
}

/// Goes through the conflicts, and asks a person at a terminal (or whoever writes the answers to standard input).
fn ask(args: &ResolveArgs, session: &mut Session, context: &mut Context) -> Result<Status> {
    let mut ids = args.ids.clone();
    if ids.is_empty() {
        let mut open: Vec<i64> = conflicts(session)?.into_iter().map(|clash| clash.conflict).collect();
        open.dedup();
        ids = open.iter().map(i64::to_string).collect();
    }
    if ids.is_empty() {
        context.ui.status("no conflicts");
        return Ok(Status::Done);
    }
    let total = ids.len();
    'conflicts: for (place, id) in ids.iter().enumerate() {
        // An earlier decision may have settled it.
        let Ok(clashes) = conflict(session, id) else { continue };
        present(&clashes, &format!("{} of {total}: ", place + 1), context)?;
        loop {
            let Some(answer) = prompt("[o]urs, [t]heirs, [v]alue, [s]kip or [q]uit? ", context)? else {
                break 'conflicts;
            };
            let choice = match answer.to_ascii_lowercase().as_str() {
                "o" | "ours" => Choice::Ours,
                "t" | "theirs" => Choice::Theirs,
                "v" | "value" => match values(&clashes, context)? {
                    Some(values) => Choice::Values(values),
                    None => break 'conflicts,
                },
                "s" | "skip" => break,
                "q" | "quit" => break 'conflicts,
                _ => continue,
            };
            match resolve(session, std::slice::from_ref(id), &choice) {
                Ok(resolved) => {
                    tell(&resolved.value, context);
                    break;
                }
                // Said, and asked again: the others are not to suffer.
                Err(refused) if refused.kind() == crate::error::ErrorKind::Refused => {
                    context.ui.error(&refused)
                }
                Err(failed) => return Err(failed),
            }
        }
    }
    left(session, context)
}

/// What a person types for each field; `None` at the end of the input.
fn values(clashes: &[Clash], context: &mut Context) -> Result<Option<Vec<FieldValue>>> {
    let mut values = Vec::new();
    for clash in clashes {
        let Some(value) = prompt(&format!("{}: ", clash.field), context)? else { return Ok(None) };
        values.push((Some(clash.field.clone()), value));
    }
    Ok(Some(values))
}

/// The longest line that is taken for an answer, in bytes.
const LONGEST_ANSWER: u64 = 1 << 20;

/// One line of an answer; `None` at the end of the input.
pub(super) fn prompt(question: &str, context: &mut Context) -> Result<Option<String>> {
    context.ui.flush()?;
    context.ui.tell(question);
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST_ANSWER)
        .read_line(&mut line)
        .map_err(|cause| Error::io("the answer cannot be read", cause))?;
    Ok((read > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
}
