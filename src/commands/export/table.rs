//! `postil export table`

use std::io::Write;

use super::super::filter::subset;
use super::super::{Context, Status};
use super::{is_stdout, writing};
use crate::actions::export::{Rows, Unit, WideCell, WriteOptions, write_long, write_wide};
use crate::actions::files::NewFile;
use crate::actions::{Access, Session};
use crate::cli::{ExportTableArgs, ExportUnit, ExportValues};
use crate::error::Result;
use crate::ui::plural::count;

/// Runs `export table`.
pub(super) fn run(args: ExportTableArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let options = writing(&args.writing)?;
    let selection = subset(&args.subset).selection(session.reader())?;
    let rows = session.store.read(|store| Rows::read(store.reader(), &selection))?;
    if is_stdout(&args.output) {
        write(&session, &rows, &args, context.ui.out(), options)?;
        return Ok(Status::Done);
    }
    let file = NewFile::create(&context.env.cwd.join(&args.output), args.writing.force)?;
    let (written, file) = write(&session, &rows, &args, file, options)?;
    file.persist()?;
    context.ui.status(format!("{} in `{}`", count(written, "row"), args.output.display()));
    Ok(Status::Done)
}

fn write<W: Write>(
    session: &Session,
    rows: &Rows,
    args: &ExportTableArgs,
    sink: W,
    options: WriteOptions,
) -> Result<(u64, W)> {
    if args.long {
        return write_long(session, rows, sink, options);
    }
    let unit = match args.unit {
        ExportUnit::Passage => Unit::Passage,
        ExportUnit::Document => Unit::Document,
        ExportUnit::Paragraph => Unit::Paragraph,
    };
    let cell = match args.values {
        ExportValues::Binary => WideCell::Presence,
        ExportValues::Count => WideCell::Count,
    };
    write_wide(session, rows, unit, cell, sink, options)
}
