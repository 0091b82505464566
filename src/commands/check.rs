//! `postil check [--json]`

use super::{Context, Status};
use crate::actions::Access;
use crate::actions::care;
use crate::cli::CheckArgs;
use crate::error::Result;
use crate::ui::plural::{count, count_of};
use crate::ui::{Column, Format, Listing};

pub(super) fn run(args: &CheckArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let report = care::check(&session)?;
    drop(session);
    let counts: Vec<String> = report
        .counts
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(noun, number)| match *noun {
            "alias" => count_of(*number, "alias", "aliases"),
            noun => count(*number, noun),
        })
        .collect();
    let checked = format!("{} checked", counts.join(", "));
    if !args.json && report.findings.is_empty() {
        context.ui.answer(format!("no findings: {checked}"))?;
        return Ok(Status::Done);
    }
    let columns = [
        Column::text("entity", "Kind"),
        Column::text("id", "Id"),
        Column::text("what", "Finding"),
        Column::text("hint", "What to do"),
    ];
    let format = if args.json { Format::Json } else { Format::Table };
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for finding in &report.findings {
        listing.row(&[
            finding.entity.into(),
            finding.id.as_str().into(),
            finding.what.as_str().into(),
            finding.hint.as_str().into(),
        ])?;
    }
    listing.finish()?;
    if report.findings.is_empty() {
        return Ok(Status::Done);
    }
    let all = report.findings.len() as u64 + report.more;
    context.ui.warn(format!("{}; {checked}", count(all, "finding")));
    if report.more > 0 {
        context.ui.status(format!("the first {} are shown", report.findings.len()));
    }
    Ok(Status::Findings)
}
