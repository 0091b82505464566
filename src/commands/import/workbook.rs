//! `postil import xlsx`

use std::io::{Write, copy};

use super::super::{Context, Status};
use super::{keep_rejects, open, options, rejects, report};
use crate::actions::Access;
use crate::actions::import::import_workbook;
use crate::cli::ImportXlsxArgs;
use crate::error::{Error, Result};

/// Runs `import xlsx`.
pub(super) fn run(args: ImportXlsxArgs, context: &mut Context) -> Result<Status> {
    let mut session = context.open(Access::Write)?;
    let options = options(&args.choices);
    let mut rejects = rejects(&args.choices, context)?;
    let sink = rejects.as_mut().map(|file| file as &mut dyn Write);
    let (file, name) = if args.path.as_os_str() == "-" {
        // The end of an archive says what is in it, so all of it is wanted before anything can be read.
        let mut file = tempfile::tempfile()?;
        copy(&mut std::io::stdin().lock(), &mut file)?;
        (file, "standard input".to_owned())
    } else {
        if context.env.cwd.join(&args.path).is_dir() {
            return Err(Error::refused(format!("`{}` is a folder", args.path.display()))
                .hint("`postil import csv FOLDER` reads a folder that `postil export csv` wrote"));
        }
        (open(&args.path, context, "postil export xlsx -o round1.xlsx")?, args.path.display().to_string())
    };
    let outcome = import_workbook(&mut session, file, &name, &options, sink)?;
    keep_rejects(rejects, &outcome)?;
    report::show(&outcome, &args.choices, context)
}
