//! `postil check [--json]`

use super::findings::show_findings;
use super::{Context, Status};
use crate::actions::Access;
use crate::actions::care;
use crate::cli::CheckArgs;
use crate::error::Result;
use crate::ui::plural::{count, count_of};

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
    show_findings(&report.findings, args.json, context)?;
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
