//! The workbook: the tables of a store as the sheets of one spreadsheet file.

use std::io::Write;

use super::rows::Rows;
use super::tables::Tables;
use crate::actions::Session;
use crate::error::{Error, Result};
use crate::exchange::annotations::AnnotationRow;
use crate::exchange::documents::DocumentRow;
use crate::exchange::record::Record;
use crate::exchange::xlsx::{Book, LeftOut, Lists, ReadMe, Table, guarded};
use crate::stop;
use crate::store::select::Selection;

/// What was written.
#[derive(Debug, Clone, Default)]
pub struct WorkbookOutcome {
    /// Annotations.
    pub annotations: u64,
    /// Documents.
    pub documents: u64,
    /// Codes.
    pub codes: u64,
    /// Sheets of annotations.
    pub parts: usize,
    /// Records that no cell can hold. They stand in the sheet that explains the workbook, too.
    pub left_out: Vec<LeftOut>,
}

/// With more annotations than this, long texts stay on one line: who scrolls through so many wants to see many.
const MOST_WRAPPED: usize = 5_000;

/// Writes the chosen annotations and everything else but the texts as a workbook. A sheet of annotations has at most
/// `most_rows` rows, [`MOST_ROWS`](super::MOST_ROWS) but in tests.
///
/// # Errors
/// The store's, the sink's, and those of temporary files.
pub fn write_workbook<W: Write + Send>(
    session: &Session,
    selection: &Selection,
    sink: W,
    most_rows: u64,
) -> Result<WorkbookOutcome> {
    guarded(|| write_sheets(session, selection, sink, most_rows))
}

fn write_sheets<W: Write + Send>(
    session: &Session,
    selection: &Selection,
    sink: W,
    most_rows: u64,
) -> Result<WorkbookOutcome> {
    let (rows, tables) = session
        .store
        .read(|store| Ok((Rows::read(store.reader(), selection)?, Tables::read(store.reader())?)))?;
    let codes = tables.codes.iter().map(|code| (code.path.join("/"), code.color.clone().unwrap_or_default()));
    let lists = Lists {
        codes: codes.collect(),
        coders: tables.coders.len() as u64,
        documents: tables.documents.len() as u64,
    };
    let mut outcome = WorkbookOutcome::default();
    let mut book = Book::new(lists, rows.len() <= MOST_WRAPPED);
    write_annotations(session, &rows, &mut book, most_rows, &mut outcome)?;
    outcome.codes = write_records(&mut book, Table::Codes, &tables.codes)?;
    outcome.documents = write_documents(&mut book, &tables)?;
    write_records(&mut book, Table::Coders, &tables.coders)?;
    write_records(&mut book, Table::Memos, &tables.memos)?;
    write_records(&mut book, Table::Assignments, &tables.assignments)?;
    let info = session.store.info();
    let read_me =
        ReadMe { project: info.name.clone(), project_id: info.project, annotations: outcome.annotations };
    outcome.left_out = book.finish(sink, &read_me, session.now())?;
    Ok(outcome)
}

/// Writes the annotations into as many sheets as they need, at least one.
fn write_annotations(
    session: &Session,
    rows: &Rows,
    book: &mut Book,
    most_rows: u64,
    outcome: &mut WorkbookOutcome,
) -> Result<()> {
    let most_rows = usize::try_from(most_rows).unwrap_or(usize::MAX);
    for part in 0..rows.len().div_ceil(most_rows).max(1) {
        outcome.parts = part + 1;
        let mut page = book.begin(Table::Annotations, outcome.parts, &[])?;
        let take = |row: &AnnotationRow<'_>| {
            // The rows go to a temporary file of the writing crate, which knows of no signals.
            stop::check().map_err(|cause| Error::io("the workbook cannot be written", cause))?;
            row.write(&mut page);
            page.end_row()
        };
        let places = part * most_rows..rows.len().min(most_rows.saturating_mul(part + 1));
        rows.each_of(places, session.reader(), take)?;
        outcome.annotations += page.finish()?;
    }
    Ok(())
}

fn write_records<T: Record>(book: &mut Book, table: Table, records: &[T]) -> Result<u64> {
    let mut page = book.begin(table, 1, &[])?;
    for record in records {
        record.write(&mut page);
        page.end_row()?;
    }
    page.finish()
}

fn write_documents(book: &mut Book, tables: &Tables) -> Result<u64> {
    let mut page = book.begin(Table::Documents, 1, &tables.attributes)?;
    for (document, _) in &tables.documents {
        // The texts are not in a workbook.
        let row = DocumentRow { file: String::new(), ..document.clone() };
        row.write(&mut page, tables.attributes.iter().map(String::as_str));
        page.end_row()?;
    }
    page.finish()
}
