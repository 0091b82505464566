//! A workbook being written: the sheet that explains it, then the tables.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::super::read_me::ReadMe;
use super::super::table::{READ_ME, Table};
use super::{LeftOut, Lists, Page, failed};
use crate::error::Result;

/// A workbook being written. Sheets stand in it in the order in which they are begun, below the one that explains them.
pub struct Book {
    workbook: Workbook,
    lists: Lists,
    wraps: bool,
    left_out: Vec<LeftOut>,
}

impl Book {
    /// A workbook without a table. `wraps` says whether long texts go on in further lines.
    pub fn new(lists: Lists, wraps: bool) -> Self {
        let mut workbook = Workbook::new();
        workbook.add_worksheet();
        Book { workbook, lists, wraps, left_out: Vec::new() }
    }

    /// Begins the sheet of a table, or of a further part of it (from 1). Only documents have `attributes`.
    ///
    /// # Errors
    /// There is no temporary file to be had.
    pub fn begin(&mut self, table: Table, part: usize, attributes: &[String]) -> Result<Page<'_>> {
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(failed)?;
        if table == Table::Annotations && part == 1 {
            sheet.set_active(true);
        }
        Page::begin(sheet, &mut self.left_out, (table, part), attributes, &self.lists, self.wraps)
    }

    /// Writes the workbook, with its explanation in front. `written` is now, in milliseconds since 1970. Returns the
    /// records that no sheet could hold.
    ///
    /// # Errors
    /// The sink or a temporary file failed.
    pub fn finish<W: Write + Send>(
        mut self,
        sink: W,
        read_me: &ReadMe,
        written: i64,
    ) -> Result<Vec<LeftOut>> {
        let fill = || {
            let time = ExcelDateTime::from_timestamp(written.div_euclid(1_000))?;
            let properties = DocProperties::new().set_title(&read_me.project).set_creation_datetime(&time);
            self.workbook.set_properties(&properties);
            let sheet = self.workbook.worksheet_from_index(0)?;
            let (text, bold) =
                (Format::new().set_num_format("@"), Format::new().set_num_format("@").set_bold());
            sheet.set_name(READ_ME)?.set_landscape().set_print_fit_to_pages(1, 0);
            sheet.set_column_width(0, 30)?.set_column_format(0, &text)?;
            sheet.set_column_width(1, 90)?.set_column_format(1, &text)?;
            for (row, line) in (0..).zip(read_me.lines(&self.left_out)) {
                let format = if line.heading { &bold } else { &text };
                for (column, cell) in (0..).zip(line.cells) {
                    sheet.write_string_with_format(row, column, cell, format)?;
                }
            }
            self.workbook.save_to_writer(sink)
        };
        fill().map_err(failed)?;
        Ok(self.left_out)
    }
}
