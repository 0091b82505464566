//! `postil document add --from-table FILE --text COLUMN`

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use super::super::{Context, Status};
use super::add::tell_added;
use super::pairs;
use crate::actions::Access;
use crate::actions::document::{SurveyRequest, add_survey};
use crate::cli::DocumentAddArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn run(args: DocumentAddArgs, context: &mut Context) -> Result<Status> {
    let file: PathBuf = args.from_table.unwrap_or_default();
    let Some(text_column) = args.text_column else {
        return Err(Error::usage("`--from-table` needs `--text COLUMN`: which column holds the texts?"));
    };
    let mut session = context.open(Access::Write)?;
    let typed = file.display().to_string();
    let table: Box<dyn Read> = if typed == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = File::open(context.env.cwd.join(&file));
        Box::new(opened.map_err(|cause| Error::io(format!("can't read `{typed}`"), cause))?)
    };
    let stem = file.file_stem().and_then(|stem| stem.to_str()).filter(|stem| *stem != "-").unwrap_or("row");
    let request = SurveyRequest {
        stem: stem.to_owned(),
        typed,
        text_column,
        name_column: args.name_column,
        attributes: pairs(args.attributes),
        encoding: args.encoding,
    };
    let mut progress = context.ui.progress("rows", None);
    let outcome = add_survey(&mut session, table, &request, || progress.advance(1))?.value;
    drop(progress);
    if !outcome.added.already.is_empty() {
        let already = outcome.added.already.len() as u64;
        context.ui.status(format!("{} already there", count(already, "row")));
    }
    if outcome.blank > 0 {
        let column = &request.text_column;
        context.ui.status(format!("{} with nothing under `{column}` left out", count(outcome.blank, "row")));
    }
    tell_added(&outcome.added, context);
    if !outcome.attributes.is_empty() {
        context.ui.status(format!("attributes: {}", outcome.attributes.join(", ")));
    }
    Ok(Status::Done)
}
