//! `postil export xlsx`

use std::io::{Seek, SeekFrom, Write, copy};

use super::super::filter::subset;
use super::super::{Context, Status};
use super::is_stdout;
use crate::actions::Access;
use crate::actions::export::{MOST_ROWS, WorkbookOutcome, write_workbook};
use crate::actions::files::NewFile;
use crate::cli::ExportXlsxArgs;
use crate::error::{Error, Result};
use crate::ui::plural::count;

/// How many records that no cell can hold are named; the sheet that explains the workbook names more.
const SHOWN: usize = 20;

/// Runs `export xlsx`.
pub(super) fn run(args: ExportXlsxArgs, context: &mut Context) -> Result<Status> {
    check_ending(&args)?;
    let session = context.open(Access::Read)?;
    session.store.enlarge_cache(16)?;
    let selection = subset(&args.subset).selection(session.reader())?;
    let outcome = if is_stdout(&args.output) {
        // Whole or not at all: half an archive in a pipe is of no use to anybody.
        let mut file = tempfile::tempfile()?;
        let outcome = write_workbook(&session, &selection, &mut file, MOST_ROWS)?;
        file.seek(SeekFrom::Start(0))?;
        copy(&mut file, &mut context.ui.out())?;
        outcome
    } else {
        let mut file = NewFile::create(&context.env.cwd.join(&args.output), args.force)?;
        let outcome = write_workbook(&session, &selection, &mut file, MOST_ROWS)?;
        file.flush()?;
        file.persist()?;
        outcome
    };
    tell(&outcome, &args, context)
}

/// A workbook under another ending is one that no program opens.
fn check_ending(args: &ExportXlsxArgs) -> Result<()> {
    let path = &args.output;
    if is_stdout(path) || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        return Ok(());
    }
    let error = Error::usage(format!("`{}` does not end in .xlsx", path.display()))
        .hint(format!("write `{}`", path.with_extension("xlsx").display()));
    Err(match path.extension().and_then(|ending| ending.to_str()) {
        Some("ods") => error.hint("LibreOffice saves it as .ods, and `postil import xlsx` reads both"),
        Some("csv") => error.hint("`postil export csv` writes CSV"),
        _ => error,
    })
}

fn tell(outcome: &WorkbookOutcome, args: &ExportXlsxArgs, context: &mut Context) -> Result<Status> {
    let ui = &mut context.ui;
    for record in outcome.left_out.iter().take(SHOWN) {
        ui.warn(format!("left out: {record}"));
    }
    if outcome.left_out.len() > SHOWN {
        ui.warn(format!("… and {} left out", count((outcome.left_out.len() - SHOWN) as u64, "other record")));
    }
    if !outcome.left_out.is_empty() {
        ui.hint("`postil export csv -o FOLDER` writes them whole; that a row is missing means nothing to an import");
    }
    if !is_stdout(&args.output) {
        let shown = args.output.display();
        let sheets = match outcome.parts {
            1 => String::new(),
            parts => format!(", the annotations in {parts} sheets"),
        };
        ui.status(format!(
            "{}, {} and {} in `{shown}`{sheets}",
            count(outcome.annotations, "annotation"),
            count(outcome.codes, "code"),
            count(outcome.documents, "document"),
        ));
        ui.hint(format!("edit it in any spreadsheet, then `postil import xlsx {shown} --dry-run`"));
    }
    Ok(if outcome.left_out.is_empty() { Status::Done } else { Status::Findings })
}
