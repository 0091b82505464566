//! `postil export csv`

use super::super::filter::subset;
use super::super::{Context, Status};
use super::{is_stdout, writing};
use crate::actions::Access;
use crate::actions::export::{
    BundleOptions, MOST_ROWS, Rows, part_name, write_annotations, write_bundle, write_parts,
};
use crate::actions::files::NewFile;
use crate::cli::ExportCsvArgs;
use crate::error::Result;
use crate::ui::plural::count;

/// Runs `export csv`: everything into a folder, or the annotations into a file or to standard output.
pub(super) fn run(args: ExportCsvArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    session.store.enlarge_cache(16)?;
    let filter = subset(&args.subset);
    let options = writing(&args.writing)?;
    let selection = filter.selection(session.reader())?;
    if is_stdout(&args.output) {
        let rows = session.store.read(|store| Rows::read(store.reader(), &selection))?;
        write_annotations(&session, &rows, context.ui.out(), options)?;
        return Ok(Status::Done);
    }
    let target = context.env.cwd.join(&args.output);
    let shown = args.output.display();
    if args.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
        && !target.is_dir()
    {
        let rows = session.store.read(|store| Rows::read(store.reader(), &selection))?;
        let place = |part| {
            let name = target.file_name().unwrap_or_default().to_string_lossy();
            if part == 1 { target.clone() } else { target.with_file_name(part_name(&name, part)) }
        };
        let begin = |part| NewFile::create(&place(part), args.writing.force);
        let parts = write_parts(&session, &rows, begin, options, MOST_ROWS)?;
        let written = parts.iter().map(|(rows, _)| rows).sum();
        let files = parts.len();
        for (_, file) in parts {
            file.persist()?;
        }
        context.ui.status(match files {
            1 => format!("{} in `{shown}`", count(written, "annotation")),
            // A spreadsheet drops what is past its last row in silence.
            _ => format!("{} in {files} files, `{shown}` and those after it", count(written, "annotation")),
        });
        return Ok(Status::Done);
    }
    let bundle = BundleOptions {
        no_texts: args.no_texts,
        force: args.writing.force,
        writing: options,
        selection,
        most_rows: MOST_ROWS,
    };
    let outcome = write_bundle(&session, &target, &bundle)?;
    context.ui.status(format!(
        "{}, {} and {} in {} below `{shown}`",
        count(outcome.annotations, "annotation"),
        count(outcome.codes, "code"),
        count(outcome.documents, "document"),
        count(outcome.files, "file"),
    ));
    context.ui.hint(format!(
        "edit `{}` in any spreadsheet, then `postil import csv {} --dry-run`",
        args.output.join("annotations.csv").display(),
        args.output.join("annotations.csv").display(),
    ));
    Ok(Status::Done)
}
