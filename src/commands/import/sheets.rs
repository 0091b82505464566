//! `postil import csv`

use std::io::{BufRead, BufReader, Write};

use super::super::export::delimiter;
use super::super::{Context, Status};
use super::{keep_rejects, open, options, rejects, report};
use crate::actions::Access;
use crate::actions::import::{
    Options, Origin, Program, complete_rows_beside, import_annotations, import_bundle,
};
use crate::actions::passages::as_typed;
use crate::cli::{ImportCsvArgs, TableOrigin};
use crate::error::{Error, Result};

/// Runs `import csv`: a table of annotations, or a whole bundle.
pub(super) fn run(args: ImportCsvArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let options = Options {
        encoding: args.encoding.clone(),
        delimiter: args.delimiter.map(|given| delimiter(given.0)).transpose()?,
        no_guard: args.no_guard,
        from: args.from.map(origin),
        code_levels: args.code_levels,
        ..options(&args.choices)
    };
    let mut rejects = rejects(&args.choices, context)?;
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
        let file = open(&args.path, context, "postil export csv -o round1")?;
        let mut file = BufReader::with_capacity(1 << 18, file);
        // People have one folder for all their exports, and one habit of importing them.
        if file.fill_buf()?.starts_with(b"PK\x03\x04") {
            return Err(Error::refused(format!("`{}` is a workbook, not CSV", args.path.display()))
                .hint(format!("`postil import xlsx {}` reads it", as_typed(args.path.display()))));
        }
        let complete = if args.choices.missing_means_deleted { complete_rows_beside(&path)? } else { None };
        let name = args.path.display().to_string();
        import_annotations(&mut session, file, &name, complete, &options, sink)?
    };
    keep_rejects(rejects, &outcome)?;
    report::show(&outcome, &args.choices, context)
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
