//! `postil import csv`

use std::fs::File;
use std::io::{BufReader, Write};

use super::super::export::delimiter;
use super::super::{Context, Status};
use super::report;
use crate::actions::Access;
use crate::actions::files::NewFile;
use crate::actions::import::{
    Options, Origin, Program, complete_rows_beside, import_annotations, import_bundle,
};
use crate::cli::{ImportCsvArgs, TableOrigin};
use crate::error::{Error, Result};

/// Runs `import csv`: a table of annotations, or a whole bundle.
pub(super) fn run(args: ImportCsvArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let options = Options {
        dry_run: args.dry_run,
        partial: args.partial,
        create_codes: args.create_codes,
        missing_means_deleted: args.missing_means_deleted,
        yes: args.yes,
        encoding: args.encoding.clone(),
        delimiter: args.delimiter.map(|given| delimiter(given.0)).transpose()?,
        no_guard: args.no_guard,
        from: args.from.map(origin),
        code_levels: args.code_levels,
    };
    // Begun now, so that a bad path is told before the long work.
    let place = args.rejects.as_ref().map(|path| context.env.cwd.join(path));
    let mut rejects = place.as_deref().map(|path| NewFile::create(path, true)).transpose()?;
    let sink = rejects.as_mut().map(|file| file as &mut dyn Write);

    let path = context.env.cwd.join(&args.path);
    let outcome = if args.path.as_os_str() == "-" {
        import_annotations(&mut session, std::io::stdin().lock(), "standard input", None, &options, sink)?
    } else if path.is_dir() {
        if args.from.is_some() || args.code_levels.is_some() {
            return Err(Error::usage(
                "`--from` and `--code-levels` are for a file; a folder is what postil exported",
            )
            .hint("name the file: `postil import csv FOLDER/FILE.csv`"));
        }
        import_bundle(&mut session, &path, &options, sink)?
    } else {
        let file = File::open(&path).map_err(|cause| match cause.kind() {
            std::io::ErrorKind::NotFound => {
                Error::refused(format!("there is no file `{}`", args.path.display()))
                    .hint("`postil export csv -o round1` writes tables that can be imported")
            }
            _ => Error::io(format!("can't read `{}`", args.path.display()), cause),
        })?;
        let complete = if args.missing_means_deleted { complete_rows_beside(&path)? } else { None };
        let name = args.path.display().to_string();
        import_annotations(
            &mut session,
            BufReader::with_capacity(1 << 18, file),
            &name,
            complete,
            &options,
            sink,
        )?
    };
    if let Some(file) = rejects.filter(|_| outcome.rejected > 0) {
        file.persist()?;
    }
    report::show(&outcome, &args, context)
}

/// The program that was named.
fn origin(named: TableOrigin) -> Origin {
    match named {
        TableOrigin::Taguette => Origin::Other(Program::Taguette),
        TableOrigin::QualCoder => Origin::Other(Program::QualCoder),
        TableOrigin::Rqda => Origin::Other(Program::Rqda),
        TableOrigin::Requal => Origin::Other(Program::Requal),
        TableOrigin::Stam => Origin::Other(Program::Stam),
        TableOrigin::Postil => Origin::Postil,
    }
}
