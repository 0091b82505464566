//! `postil code import` and `export`

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::super::{Context, Status};
use crate::actions::Access;
use crate::actions::code::{CodebookForm, entries, import, namesakes, read, write};
use crate::actions::files::NewFile;
use crate::cli::{CodeExportArgs, CodeImportArgs, CodebookFormat};
use crate::error::{Error, Result};
use crate::ui::plural::count;

pub(super) fn import_codes(args: &CodeImportArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let from_stdin = args.file == Path::new("-");
    let shown = if from_stdin { "standard input".to_owned() } else { args.file.display().to_string() };
    let source: Box<dyn Read> = if from_stdin {
        Box::new(std::io::stdin().lock())
    } else {
        let opened = File::open(context.env.cwd.join(&args.file));
        Box::new(opened.map_err(|cause| {
            Error::io(format!("can't read `{shown}`"), cause)
                .hint("a codebook is a text with a code a line; `postil code export` shows the form")
        })?)
    };
    let codes =
        read(source, form(args.format, Some(&args.file))).map_err(|wrong| wrong.at(format!("`{shown}`")))?;
    let imported = import(&mut session, &codes)?.value;
    let mut parts = vec![count(imported.new.len() as u64, "code") + " added"];
    if !imported.updated.is_empty() {
        parts.push(format!("{} changed", imported.updated.len()));
    }
    if imported.same > 0 {
        parts.push(format!("{} unchanged", imported.same));
    }
    if imported.new.is_empty() && imported.updated.is_empty() {
        context.ui.status(format!("already there: all {}", count(imported.same as u64, "code")));
    } else {
        context.ui.status(parts.join(", "));
    }
    for path in imported.updated.iter().take(8) {
        context.ui.status(format!("changed `{path}`"));
    }
    Ok(Status::Done)
}

pub(super) fn export_codes(args: &CodeExportArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let codes = session.store.read(|store| entries(store.reader()))?;
    let form = form(args.format, args.output.as_deref());
    if form == CodebookForm::Text {
        for path in namesakes(&codes) {
            context.ui.warn(format!(
                "more than one code is `{path}`: a text has the first, `--format csv` has all"
            ));
        }
    }
    match args.output.as_deref().filter(|output| *output != Path::new("-")) {
        None => write(context.ui.out(), &codes, form)?,
        Some(output) => {
            let mut file = NewFile::create(&context.env.cwd.join(output), args.force)?;
            write(&mut file, &codes, form)?;
            file.persist()?;
            context.ui.status(format!("wrote {} to {}", count(codes.len() as u64, "code"), output.display()));
        }
    }
    Ok(Status::Done)
}

/// The form that was asked for, else the one that the file's name ends in.
fn form(format: Option<CodebookFormat>, file: Option<&Path>) -> CodebookForm {
    let named_csv = file.and_then(Path::extension).is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    match format {
        Some(CodebookFormat::Csv) => CodebookForm::Csv,
        None if named_csv => CodebookForm::Csv,
        Some(CodebookFormat::Text) | None => CodebookForm::Text,
    }
}
