//! A workbook: its sheets are read like the files of a bundle, in the order in which they refer to each other.

use std::io::{Read, Seek, Write};

use super::annotations::Gathered;
use super::{Import, Options, Outcome, run};
use crate::actions::Session;
use crate::error::{Error, Result};
use crate::exchange::csv::Delimiter;
use crate::exchange::xlsx::{Found, Limits, ReadMe, Table, Workbook};

/// Imports the workbook that `source` is, an .xlsx or an .ods. `name` is what the file is called in messages and conflicts.
///
/// # Errors
/// As [`super::import_annotations`]; refused when the workbook cannot be read, or has no sheet that is known.
pub fn import_workbook(
    session: &mut Session,
    source: impl Read + Seek,
    name: &str,
    options: &Options,
    rejects: Option<&mut dyn Write>,
) -> Result<Outcome> {
    let workbook = Workbook::read(source, Limits::default())?;
    let Workbook { read_me, tables, passed_over } = workbook;
    // The sheets were put down as CSV of our own manner, whatever the workbook's is.
    let options = Options { encoding: None, delimiter: Some(Delimiter::Comma), ..options.clone() };
    let complete = complete_rows(&options, read_me.as_ref())?;
    let is_alone = tables.len() == 1;
    run(session, "import xlsx", name, &options, rejects, |import| {
        for sheet in &passed_over {
            import.outcome.remark(format!("passed over: {sheet}"));
        }
        if let Some(read_me) = &read_me {
            import.adopt(read_me)?;
        }
        let mut gathered = Gathered::default();
        for Found { table, mut sheet } in tables {
            import.file = if is_alone {
                format!("{name}, sheet {}", sheet.name)
            } else {
                format!("sheet {}", sheet.name)
            };
            let rows = &mut sheet.csv;
            match table {
                Table::Coders => import.coders(rows)?,
                Table::Codes => import.codes(rows)?,
                // A workbook holds no texts.
                Table::Documents => import.documents(rows, |_| Ok(None))?,
                Table::Memos => import.memos(rows)?,
                Table::Assignments => import.assignments(rows)?,
                Table::Annotations => import.table(rows, &mut gathered)?,
            }
        }
        import.write_new(gathered)?;
        import.delete_missing(complete)?;
        name.clone_into(&mut import.file);
        Ok(())
    })
}

/// How many annotations the workbook was exported with, where that is asked for.
fn complete_rows(options: &Options, read_me: Option<&ReadMe>) -> Result<Option<u64>> {
    match read_me {
        Some(read_me) => Ok(Some(read_me.annotations)),
        None if options.missing_means_deleted => Err(Error::refused(
            "nothing proves that the workbook was a complete export: its sheet `read me` is not there",
        )
        .hint("write `delete` in the column `action` of the rows that are to go")),
        None => Ok(None),
    }
}

impl Import<'_, '_> {
    /// An empty store takes over the workbook's project, as it does a bundle's; any other is told when it is another one.
    fn adopt(&mut self, read_me: &ReadMe) -> Result<()> {
        self.tx.adopt_project(read_me.project_id, &read_me.project)?;
        if self.tx.project() != read_me.project_id {
            self.outcome.remark(format!(
                "the workbook was exported from another project, `{}`; only rows that fit this one are taken",
                read_me.project
            ));
        }
        Ok(())
    }
}
