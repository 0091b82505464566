//! `postil adjudicate`

mod ask;

use std::fs::File;

use super::disagreements::{nothing_is_compared, request};
use super::{Context, Status};
use crate::actions::adjudicate::{Agenda, SheetDecided, Written, agenda, decide_by_sheet, write_agreed};
use crate::actions::{Access, Session};
use crate::cli::AdjudicateArgs;
use crate::error::{Error, Result};
use crate::ui::Ui;
use crate::ui::plural::count;

pub(super) fn run(args: &AdjudicateArgs, context: &mut Context) -> Result<Status> {
    if args.dry_run && !args.agreed_only && args.from.is_none() {
        return Err(Error::usage("`--dry-run` has nothing to show where every decision is asked for").hint(
            "it goes with `--agreed-only` and with `--from FILE`; `postil disagreements` lists the places",
        ));
    }
    let mut session = context.open(Access::Write)?;
    let agenda = read(args, &session)?;
    if nothing_is_compared(&mut context.ui, &agenda.compared) {
        return Ok(Status::Done);
    }
    if let Some(path) = &args.from {
        let file = File::open(context.env.cwd.join(path)).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => Error::refused(format!("there is no file `{}`", path.display()))
                .hint("`postil disagreements --format csv > FILE` writes the table to fill in"),
            _ => Error::io(format!("can't read `{}`", path.display()), cause),
        })?;
        let decided = decide_by_sheet(&mut session, &agenda, file, args.dry_run)
            .map_err(|error| error.at(path.display()))?;
        tell_sheet(&decided, args.dry_run, &agenda, &mut context.ui);
        return left(args, &session, context);
    }
    let written = write_agreed(&mut session, &agenda, args.dry_run)?;
    tell_agreed(&written, args.dry_run, &agenda, &mut context.ui);
    if !args.agreed_only {
        ask::all(&agenda, &mut session, context)?;
    }
    left(args, &session, context)
}

fn read(args: &AdjudicateArgs, session: &Session) -> Result<Agenda> {
    let request = request(&args.filter);
    session.store.read(|store| agenda(store.reader(), &request, &args.consensus))
}

/// How many are left decides the exit status, as with conflicts: a script should notice.
fn left(args: &AdjudicateArgs, session: &Session, context: &mut Context) -> Result<Status> {
    let left = read(args, session)?.open.len() as u64;
    context.ui.status(match left {
        0 => "nothing is left to decide".to_owned(),
        1 => "1 place is left to decide".to_owned(),
        many => format!("{} are left to decide", count(many, "place")),
    });
    Ok(if left == 0 { Status::Done } else { Status::Findings })
}

fn tell_agreed(written: &Written, rehearsed: bool, agenda: &Agenda, ui: &mut Ui) {
    let consensus = agenda.consensus();
    let passages = count(written.passages, "passage");
    match (written.passages, rehearsed) {
        (0, _) if agenda.agreed() == 0 => ui.status("there is no passage on which all agree"),
        (0, _) => ui.status(format!("what all agree on stands there as the work of {consensus}")),
        (_, true) => ui.status(format!("{passages} on which all agree would be written as {consensus}")),
        (_, false) => ui.status(format!("{passages} on which all agree: written as {consensus}")),
    }
    tell_done(&written.done, rehearsed, agenda, ui);
}

fn tell_sheet(decided: &SheetDecided, rehearsed: bool, agenda: &Agenda, ui: &mut Ui) {
    let places = count(decided.decided, "place");
    let consensus = agenda.consensus();
    ui.status(match rehearsed {
        true => format!("{places} would be decided, as {consensus}"),
        false => format!("{places} decided, as {consensus}"),
    });
    if decided.agreed > 0 {
        let (would, passages) = (if rehearsed { "would be " } else { "" }, count(decided.agreed, "passage"));
        ui.status(format!("{passages} on which all agree: {would}written with it"));
    }
    if decided.before > 0 {
        let rows = count(decided.before, "row");
        ui.status(format!("{rows} about places that were decided before, which were left alone"));
    }
    if decided.without > 0 {
        ui.status(format!("{} without a decision", count(decided.without, "row")));
    }
    tell_done(&decided.done, rehearsed, agenda, ui);
}

fn tell_done(done: &[String], rehearsed: bool, agenda: &Agenda, ui: &mut Ui) {
    let (is, consensus) = (if rehearsed { "would be" } else { "is" }, agenda.consensus());
    match done {
        [] => {}
        [one] => ui.status(format!("{consensus} {is} done with `{one}`")),
        several => ui.status(format!("{consensus} {is} done with {} documents", several.len())),
    }
}
