//! What `check` found and what `salvage` could not bring back, shown alike.

use super::Context;
use crate::actions::care::Finding;
use crate::error::Result;
use crate::ui::{Column, Format, Listing};

/// Shows the findings, a row each.
pub(super) fn show_findings(findings: &[Finding], json: bool, context: &mut Context) -> Result<()> {
    let columns = [
        Column::text("entity", "Kind"),
        Column::text("id", "Id"),
        Column::text("what", "Finding"),
        Column::text("hint", "What to do"),
    ];
    let format = if json { Format::Json } else { Format::Table };
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for finding in findings {
        listing.row(&[
            finding.entity.into(),
            finding.id.as_str().into(),
            finding.what.as_str().into(),
            finding.hint.as_str().into(),
        ])?;
    }
    listing.finish()?;
    Ok(())
}
