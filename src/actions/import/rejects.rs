//! The file of refused rows.

use std::io::{Read, Write};

use super::{Import, Refusal};
use crate::error::Result;
use crate::exchange::csv::{Sheet, WriteOptions};
use crate::exchange::rejects::RejectsWriter;

/// Refused rows of annotations as CSV, written from the first one on. The tables beside them in a bundle have other
/// columns; their refusals are told and not written.
#[derive(Default)]
pub(super) enum Rejects<'r> {
    /// Nobody asked for it.
    #[default]
    Unwanted,
    /// Nothing was refused yet.
    Waiting(&'r mut dyn Write),
    /// With the header of the rows in it.
    Begun(RejectsWriter<&'r mut dyn Write>, Vec<String>),
}

impl<'r> Rejects<'r> {
    pub(super) fn into(sink: Option<&'r mut dyn Write>) -> Rejects<'r> {
        sink.map_or(Rejects::Unwanted, Rejects::Waiting)
    }

    /// Hands everything to the sink. Returns how many rows there are.
    pub(super) fn finish(self) -> Result<u64> {
        match self {
            Rejects::Begun(writer, _) => {
                let rows = writer.rows();
                writer.finish()?;
                Ok(rows)
            }
            Rejects::Unwanted | Rejects::Waiting(_) => Ok(0),
        }
    }
}

impl<'r> Import<'_, 'r> {
    /// Writes the last row of `sheet` to the file of refused rows.
    pub(super) fn reject<R: Read>(&mut self, sheet: &Sheet<R>, refusal: &Refusal) -> Result<()> {
        match (self.rejects_below(sheet.header())?, sheet.last_row()) {
            (Some(writer), Some(row)) => writer.write(row.cells(), refusal),
            _ => Ok(()),
        }
    }

    /// Writes a row with these `cells` below `header` to the file of refused rows.
    pub(super) fn reject_cells(
        &mut self,
        header: &[String],
        cells: &[String],
        refusal: &Refusal,
    ) -> Result<()> {
        match self.rejects_below(header)? {
            Some(writer) => writer.write_kept(cells, refusal),
            None => Ok(()),
        }
    }

    /// The file of refused rows, for rows below `header`.
    fn rejects_below(&mut self, header: &[String]) -> Result<Option<&mut RejectsWriter<&'r mut dyn Write>>> {
        if let Rejects::Waiting(_) = self.rejects
            && let Rejects::Waiting(sink) = std::mem::take(&mut self.rejects)
        {
            let writer = RejectsWriter::new(
                sink,
                WriteOptions { guard: !self.options.no_guard, ..WriteOptions::default() },
                header,
            )?;
            self.rejects = Rejects::Begun(writer, header.to_vec());
        }
        Ok(match &mut self.rejects {
            // The parts of one table have one header; anything else would end up in the wrong columns.
            Rejects::Begun(writer, begun) if begun == header => Some(writer),
            _ => None,
        })
    }
}
