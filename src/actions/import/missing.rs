//! Rows that are missing from a complete export.

use super::Import;
use crate::error::{Error, Result};
use crate::store::select::Selection;

impl Import<'_, '_> {
    /// Deletes what a complete export held and the file does not, where that was asked for.
    pub(super) fn delete_missing(&mut self, complete: Option<u64>) -> Result<()> {
        if !self.options.missing_means_deleted {
            return Ok(());
        }
        let Some(complete) = complete else {
            return Err(Error::refused(
                "nothing proves that the file was a complete export: there is no manifest beside it",
            )
            .hint("import the folder that `postil export csv -o FOLDER` wrote, with its datapackage.json"));
        };
        if self.outcome.refused > 0 {
            // Without `--partial` nothing is written anyway, and the refused rows are what there is to tell.
            if !self.options.partial {
                return Ok(());
            }
            return Err(Error::refused(
                "rows were refused, so what is missing can't be told from what was deleted",
            )
            .hint("mend them first, or leave `--missing-means-deleted` out"));
        }
        let mut missing = Vec::new();
        let mut there = 0;
        let seen = std::mem::take(&mut self.seen_annotations);
        let meant = std::mem::take(&mut self.meant_annotations);
        self.tx.reader().each_annotation(&Selection::default(), |annotation| {
            if seen.contains(&annotation.uuid) || meant.contains(&annotation.uuid) {
                there += 1;
            } else {
                missing.push(annotation.id);
            }
            Ok(())
        })?;
        // What came into the store since the export is missing from the file too. Only where the numbers add up
        // is what is missing what was deleted.
        let new = self.outcome.annotations.new;
        if there + missing.len() as u64 - new != complete {
            return Err(Error::refused(format!(
                "the export held {complete} annotations, but the store held {} before this import: rows that are missing can't be told from annotations made since",
                there + missing.len() as u64 - new
            ))
            .hint("write `delete` in the column `action` of the rows that are to go"));
        }
        for id in missing {
            self.tx.delete_annotation(id)?;
            self.outcome.annotations.deleted += 1;
        }
        Ok(())
    }
}
