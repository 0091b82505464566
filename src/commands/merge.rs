//! `postil merge STORE…`

use super::log::in_words;
use super::{Context, Status};
use crate::actions::Access;
use crate::actions::merge::{Counts, Only, Options, Other, Outcome, merge};
use crate::cli::MergeArgs;
use crate::error::{Error, Result};
use crate::ui::plural::{count, thousands};

/// How many questions and edits are shown; more would hide the first.
const SHOWN: usize = 20;

pub(super) fn run(args: &MergeArgs, context: &mut Context) -> Result<Status> {
    let options = Options {
        dry_run: args.dry_run,
        yes: args.yes,
        only: only(args)?,
        coders: args.coders.iter().map(|one| (one.theirs.clone(), one.ours.clone())).collect(),
    };
    let mut session = context.open(Access::Write)?;
    let others: Vec<Other> = args
        .stores
        .iter()
        .map(|path| Other { path: context.env.cwd.join(path), name: path.display().to_string() })
        .collect();
    let outcome = merge(&mut session, &others, &options)?;
    drop(session);
    show(&outcome, args.dry_run, context)
}

/// What `--only` asks for.
fn only(args: &MergeArgs) -> Result<Only> {
    let mut only = Only { blind: args.blind, ..Only::default() };
    for wanted in &args.only {
        let list = match wanted.key.as_str() {
            "coder" => &mut only.coders,
            "document" => &mut only.documents,
            "code" => &mut only.codes,
            other => {
                return Err(Error::usage(format!("`{other}` is nothing that a merge can be limited to"))
                    .hint("write `--only coder=HANDLE`, `--only document=NAME` or `--only code=PATH`"));
            }
        };
        list.push(wanted.value.clone());
    }
    Ok(only)
}

/// Says what came in.
pub(super) fn show(outcome: &Outcome, dry_run: bool, context: &mut Context) -> Result<Status> {
    let ui = &mut context.ui;
    for remark in &outcome.remarks {
        ui.warn(remark);
    }
    for question in outcome.questions.iter().take(SHOWN) {
        ui.warn(format!("{} is in conflict: {}", question.name, question.fields));
    }
    let more = outcome.conflicts().saturating_sub(outcome.questions.len().min(SHOWN) as u64);
    if more > 0 {
        ui.warn(format!("and {} more", count(more, "conflict")));
    }
    for (entity, counts) in outcome.all().into_iter().filter(|(_, counts)| counts.writes()) {
        ui.answer(line(&counts, entity.word()))?;
    }
    // The counts first, then what can be done about them.
    ui.flush()?;
    if outcome.purged > 0 {
        ui.status(format!(
            "left out: {} about documents that were purged here",
            count(outcome.purged, "record")
        ));
    }
    for edit in outcome.edits.iter().take(SHOWN) {
        ui.status(format!("would do: {}", in_words(edit).replace(['\n', '\r'], " ")));
    }
    if outcome.edits.len() > SHOWN {
        ui.status("… and more; after the merge, `postil log` shows every edit of its change");
    }
    if outcome.wrote && !outcome.all().iter().any(|(_, counts)| counts.writes()) {
        ui.status("nothing that is said here changes; what was decided there is known from now on");
    }
    match (dry_run, outcome.change) {
        (_, None) if !outcome.wrote => ui.status("nothing new"),
        (true, _) => ui.hint("this was a rehearsal: nothing was written; leave `--dry-run` out to do it"),
        // Both sides say the same already, each by versions of its own.
        (false, Some(change)) if !outcome.wrote => ui
            .status(format!("nothing is different here; change {change} keeps the versions that came along")),
        (false, Some(change)) => ui.status(format!("change {change}; `postil undo` takes it back")),
        (false, None) => ui.status("nothing changed"),
    }
    if outcome.conflicts() == 0 {
        return Ok(Status::Done);
    }
    if !dry_run {
        ui.hint("`postil conflicts` shows both sides, `postil resolve` decides");
    }
    Ok(Status::Findings)
}

/// `annotations: 3 new, 2 merged`.
fn line(counts: &Counts, kind: &str) -> String {
    let parts: Vec<String> = [
        (counts.new, "new"),
        (counts.changed, "changed"),
        (counts.merged, "merged"),
        (counts.deleted, "deleted"),
        (counts.joined, "joined with the same here"),
        (counts.conflicts, "in conflict"),
        (counts.settled, "no longer in conflict"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{} {what}", thousands(number)))
    .collect();
    format!("{kind}s: {}", parts.join(", "))
}
