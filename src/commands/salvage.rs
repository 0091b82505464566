//! `postil salvage BROKEN -o NEW [--force] [--json]`

use std::path::Path;

use super::findings::show_findings;
use super::{Context, Status};
use crate::actions::salvage::{Journal, Outcome, salvage};
use crate::cli::SalvageArgs;
use crate::domain::name::as_typed;
use crate::error::Result;
use crate::ui::plural::{count, thousands};
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: &SalvageArgs, context: &mut Context) -> Result<Status> {
    let (broken, new) = (context.env.cwd.join(&args.broken), context.env.cwd.join(&args.output));
    let outcome = salvage(&broken, &new, args.force, &context.who()?)?;
    if !args.json {
        show_counts(&outcome, context)?;
    }
    let salvaged = &outcome.salvaged;
    if args.json || !salvaged.is_whole() {
        if !args.json {
            context.ui.answer("")?;
        }
        show_findings(&salvaged.findings, args.json, context)?;
    }
    match salvaged.journal {
        Journal::None => {}
        Journal::PlayedBack => {
            context.ui.status("a change that was never finished was taken back, as its journal says")
        }
        Journal::LeftAlone => {
            context.ui.warn(format!(
                "`{}-journal` was left alone: it is not a whole journal of this store",
                args.broken.display()
            ));
        }
        Journal::WriteAheadLog => {
            context.ui.warn(format!(
                "`{}-wal` was not read: another program's last changes may be in it",
                args.broken.display()
            ));
        }
    }
    if salvaged.blank_pages > 0 {
        let pages = count(u64::from(salvaged.blank_pages), "page");
        context.ui.status(format!("{pages} of the file: blank, or not to be read"));
    }
    let shown = |path: &Path| path.strip_prefix(&context.env.cwd).unwrap_or(path).display().to_string();
    let store = shown(&new);
    let table = outcome.kept_out.as_deref().map(shown);
    if salvaged.is_whole() {
        context.ui.status(format!("everything is in `{store}`; `{}` is as it was", args.broken.display()));
        return Ok(Status::Done);
    }
    let all = salvaged.findings.len() as u64 + salvaged.more;
    context.ui.warn(format!("{}; what is left is in `{store}`", count(all, "finding")));
    if salvaged.more > 0 {
        context.ui.status(format!("the first {} are shown", salvaged.findings.len()));
    }
    if let Some(table) = table {
        let number = count(salvaged.kept_out, "record");
        context.ui.status(format!("{number} that could be read and not be taken: `{table}`"));
    }
    let typed = as_typed(&store);
    context.ui.status(format!(
        "now: `postil --store {typed} check`, then `postil --store {typed} merge BACKUP` with the newest backup or a colleague's store"
    ));
    Ok(Status::Findings)
}

fn show_counts(outcome: &Outcome, context: &mut Context) -> Result<()> {
    let columns = [
        Column::text("kind", "Kind"),
        Column::number("found", "Found"),
        Column::number("kept", "Kept"),
        Column::number("lost", "Lost"),
    ];
    let mut listing = Listing::new(&mut context.ui, Format::Table, &columns)?;
    for row in outcome.salvaged.counts.iter().filter(|row| row.found + row.kept + row.lost > 0) {
        let [found, kept, lost] = [row.found, row.kept, row.lost].map(thousands);
        listing.row(&[row.kind.into(), found.as_str().into(), kept.as_str().into(), lost.as_str().into()])?;
    }
    listing.finish()?;
    Ok(())
}
