//! `postil progress`

use super::{Context, Status, filter, listing_format};
use crate::actions::Access;
use crate::actions::progress::{CoderProgress, Report, Shared, Stage, Work, report};
use crate::cli::{ProgressArgs, ProgressRows};
use crate::error::Result;
use crate::ui::plural::{count, thousands};
use crate::ui::{Cell, Column, Format, Listing, Ui};

/// The width of a bar, in columns.
const BAR: u64 = 10;

pub(super) fn run(args: &ProgressArgs, context: &mut Context) -> Result<Status> {
    let documents = filter::documents(&args.documents);
    let format = listing_format(args.format);
    let session = context.open(Access::Read)?;
    let report = session.store.read(|store| report(store.reader(), &documents, &args.coders))?;
    let ui = &mut context.ui;
    if format == Format::Table {
        if report.documents.is_empty() {
            ui.status("no documents");
            if documents.is_empty() {
                ui.hint("`postil document add FILE…` adds texts");
            }
            return Ok(Status::Done);
        }
        if report.is_empty() {
            ui.status(format!("nobody has work on {}", count(report.documents.len() as u64, "document")));
            ui.hint("`postil assign DOC --to CODER` gives one to a coder, `postil done DOC` says that you read it");
            return Ok(Status::Done);
        }
    }
    match (args.by, format) {
        (ProgressRows::Coder, _) => by_coder(ui, format, &report.by_coder())?,
        (ProgressRows::Document, Format::Table) => matrix(ui, &report)?,
        (ProgressRows::Document, _) => pairs(ui, format, &report)?,
    }
    // Of one coder who was asked for, nobody can say what others have read.
    if format == Format::Table && args.coders.len() != 1 {
        tell_shared(ui, &report);
    }
    Ok(Status::Done)
}

/// A row for each document and a column for each coder, for eyes.
fn matrix(ui: &mut Ui, report: &Report) -> Result<()> {
    let mut columns = vec![Column::text("document", "Document"), Column::number("characters", "Characters")];
    // A person's own names: made harmless here, since a listing trusts the names of its columns.
    let title = |name: &String| ui.shown(name).into_owned();
    columns.extend(report.coders.iter().map(|name| Column::text(name.clone(), title(name))));
    let mut listing = Listing::new(ui, Format::Table, &columns)?;
    for document in &report.documents {
        let mut cells = vec![document.document.as_str().into(), whole(document.characters)];
        cells.extend(document.work.iter().map(|work| work.map(said).into()));
        listing.row(&cells)?;
    }
    let all = report.documents.iter().map(|document| document.characters).sum();
    let mut totals = vec!["(read)".into(), whole(all)];
    totals
        .extend(report.by_coder().iter().map(|sum| Cell::from(format!("{} of {}", sum.done, sum.documents))));
    listing.row(&totals)?;
    listing.finish().map(drop)
}

/// `done, 12`: how far, and how many annotations.
fn said(work: Work) -> String {
    match work.annotations {
        0 if work.stage == Stage::Assigned => work.stage.word().to_owned(),
        annotations => format!("{}, {}", work.stage.word(), thousands(annotations)),
    }
}

/// A row for each document and coder, for programs: a pair without work has no state.
fn pairs(ui: &mut Ui, format: Format, report: &Report) -> Result<()> {
    let columns = [
        Column::text("document", "Document"),
        Column::text("coder", "Coder"),
        Column::text("state", "State"),
        Column::number("annotations", "Annotations"),
        Column::number("covered", "Covered"),
        Column::number("characters", "Characters"),
    ];
    let mut listing = Listing::new(ui, format, &columns)?;
    for document in &report.documents {
        for (coder, work) in report.coders.iter().zip(&document.work) {
            listing.row(&[
                document.document.as_str().into(),
                coder.as_str().into(),
                work.map(|work| work.stage.word()).into(),
                whole(work.map_or(0, |work| work.annotations)),
                whole(work.map_or(0, |work| work.characters)),
                whole(document.characters),
            ])?;
        }
    }
    listing.finish().map(drop)
}

fn by_coder(ui: &mut Ui, format: Format, coders: &[CoderProgress]) -> Result<()> {
    let mut columns = vec![
        Column::text("coder", "Coder"),
        Column::number("documents", "Documents"),
        Column::number("done", "Done"),
        Column::number("begun", "Begun"),
        Column::number("waiting", "Not begun"),
        Column::number("annotations", "Annotations"),
        Column::number("read", "Text read"),
    ];
    let with_bars = format == Format::Table && ui.stdout_is_terminal();
    if with_bars {
        columns.push(Column::text("bar", ""));
    }
    let mut listing = Listing::new(ui, format, &columns)?;
    for coder in coders {
        let mut cells = vec![
            coder.coder.as_str().into(),
            whole(coder.documents),
            whole(coder.done),
            whole(coder.begun),
            whole(coder.waiting),
            whole(coder.annotations),
            whole(coder.read),
        ];
        if with_bars {
            cells.push(bar(coder.done, coder.documents).into());
        }
        listing.row(&cells)?;
    }
    listing.finish().map(drop)
}

/// How much of the work is done, as a bar. Full only when all is done, and empty only when nothing is.
fn bar(done: u64, documents: u64) -> String {
    let full = match (done, documents) {
        (0, _) => 0,
        (done, documents) if done >= documents => BAR,
        // In 128 bits: a number of documents is somebody else's.
        (done, documents) => {
            let part = u128::from(done) * u128::from(BAR) / u128::from(documents);
            u64::try_from(part).unwrap_or(BAR).clamp(1, BAR - 1)
        }
    };
    let columns = |glyph: &str, count: u64| glyph.repeat(usize::try_from(count).unwrap_or(0));
    columns("█", full) + &columns("░", BAR - full)
}

/// `2 of 3 documents (63.5 % of the text) were read by two or more coders`
fn tell_shared(ui: &mut Ui, report: &Report) {
    let Shared { documents, share, .. } = report.shared();
    let all = count(report.documents.len() as u64, "document");
    let were = if documents == 1 { "was" } else { "were" };
    ui.status(format!(
        "{} of {all} {were} read by two or more coders: {:.1} % of the text",
        thousands(documents),
        share * 100.0
    ));
}

fn whole<'a>(count: u64) -> Cell<'a> {
    Cell::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_all_is_done() {
        let cases = [
            (0, 0, "░░░░░░░░░░"),
            (1, 1000, "█░░░░░░░░░"),
            (5, 10, "█████░░░░░"),
            (999, 1000, "█████████░"),
            (3, 3, "██████████"),
        ];
        for (done, documents, drawn) in cases {
            assert_eq!(bar(done, documents), drawn);
        }
    }
}
