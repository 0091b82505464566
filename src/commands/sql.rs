//! `postil sql QUERY`, `postil sql --list-views`

use std::io::Read;
use std::time::Duration;

use super::{Context, Status, listing_format};
use crate::actions::Access;
use crate::actions::care::{self, QueryAnswer, SqlValue, VIEWS};
use crate::cli::SqlArgs;
use crate::error::{Error, Result};
use crate::ui::{Cell, Column, Format, Listing, Ui};

/// How many values are gathered before any is written. A small answer is complete by then, and the store is free
/// again before a pager makes the program wait; a large one is written as it comes, in little memory.
const GATHERED: usize = 100_000;

/// How many bytes of text are gathered at most: a hundred thousand values may be a hundred thousand texts.
const GATHERED_BYTES: usize = 16 << 20;

/// The longest query that is read from standard input, in bytes; SQLite's own limit.
const LONGEST: u64 = 1_000_000;

pub(super) fn run(args: SqlArgs, context: &mut Context) -> Result<Status> {
    let format = listing_format(args.format);
    let Some(query) = args.query else {
        list_views(format, context)?;
        return Ok(Status::Done);
    };
    let query = if query == "-" { from_stdin()? } else { query };
    let mut session = context.open(Access::Read)?;
    let mut answer = Answer {
        ui: Some(&mut context.ui),
        format,
        columns: Vec::new(),
        gathered: Vec::new(),
        gathered_bytes: 0,
        listing: None,
    };
    care::query(&mut session, &query, Duration::from_secs(args.timeout.into()), &mut answer)?;
    drop(session);
    let rows = answer.finish()?;
    if rows == 0 && format == Format::Table {
        context.ui.status("no rows");
    }
    Ok(Status::Done)
}

fn from_stdin() -> Result<String> {
    let mut query = String::new();
    std::io::stdin()
        .take(LONGEST + 1)
        .read_to_string(&mut query)
        .map_err(|cause| Error::io("the query on standard input can't be read", cause))?;
    if query.len() as u64 > LONGEST {
        return Err(Error::refused(format!("the query is longer than {LONGEST} bytes"))
            .hint("`postil sql - < query.sql` reads one query; export data with `postil export table`"));
    }
    Ok(query)
}

fn list_views(format: Format, context: &mut Context) -> Result<()> {
    let columns =
        [Column::text("view", "View"), Column::text("column", "Column"), Column::text("meaning", "Meaning")];
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    for view in VIEWS {
        for (column, meaning) in view.columns {
            listing.row(&[view.name.into(), (*column).into(), (*meaning).into()])?;
        }
    }
    listing.finish()?;
    Ok(())
}

/// The answer on its way to a listing.
struct Answer<'u> {
    /// Until the listing takes it over.
    ui: Option<&'u mut Ui>,
    format: Format,
    columns: Vec<Column>,
    gathered: Vec<Cell<'static>>,
    gathered_bytes: usize,
    listing: Option<Listing<'u>>,
}

impl<'u> Answer<'u> {
    /// Begins the listing, with the rows gathered so far.
    fn begin(&mut self) -> Result<&mut Listing<'u>> {
        if let Some(ui) = self.ui.take() {
            let mut listing = Listing::new(ui, self.format, &self.columns)?;
            for row in self.gathered.chunks(self.columns.len().max(1)) {
                listing.row(row)?;
            }
            self.gathered = Vec::new();
            self.listing = Some(listing);
        }
        self.listing.as_mut().ok_or_else(|| Error::internal("an answer without a listing"))
    }

    fn finish(mut self) -> Result<u64> {
        self.begin()?;
        self.listing.map_or(Ok(0), Listing::finish)
    }
}

impl QueryAnswer for Answer<'_> {
    fn columns(&mut self, names: &[String]) -> Result<()> {
        self.columns = names.iter().map(|name| Column::text(name.clone(), name.clone())).collect();
        Ok(())
    }

    fn row(&mut self, values: &[SqlValue<'_>]) -> Result<()> {
        let cells = values.iter().map(cell);
        let small = self.gathered.len() < GATHERED && self.gathered_bytes < GATHERED_BYTES;
        if self.listing.is_none() && small {
            self.gathered.extend(cells);
            self.gathered_bytes += values.iter().map(bytes).sum::<usize>();
            return Ok(());
        }
        let cells: Vec<Cell<'static>> = cells.collect();
        self.begin()?.row(&cells)
    }
}

/// The bytes that a value's cell holds besides itself.
fn bytes(value: &SqlValue<'_>) -> usize {
    match value {
        SqlValue::Null | SqlValue::Integer(_) | SqlValue::Real(_) => 0,
        SqlValue::Text(text) => text.len(),
        SqlValue::Blob(bytes) => 2 * bytes.len(),
    }
}

fn cell(value: &SqlValue<'_>) -> Cell<'static> {
    match value {
        SqlValue::Null => Cell::Null,
        SqlValue::Integer(number) => Cell::Int(*number),
        SqlValue::Real(number) => Cell::Float(*number),
        SqlValue::Text(text) => (*text).to_owned().into(),
        SqlValue::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Env;
    use crate::ui::ColorMode;

    #[test]
    fn long_texts_are_written_as_they_come() {
        let env = Env::fixed("/");
        let mut ui = Ui::with_streams(
            &env,
            ColorMode::Never,
            true,
            Box::new(std::io::sink()),
            Box::new(std::io::sink()),
        );
        let mut answer = Answer {
            ui: Some(&mut ui),
            format: Format::Csv,
            columns: Vec::new(),
            gathered: Vec::new(),
            gathered_bytes: 0,
            listing: None,
        };
        answer.columns(&["text".to_owned()]).unwrap();
        let text = "x".repeat(1 << 20);
        for row in 0..=GATHERED_BYTES >> 20 {
            assert!(answer.listing.is_none(), "row {row} was written too early");
            answer.row(&[SqlValue::Text(&text)]).unwrap();
        }
        assert!(answer.listing.is_some() && answer.gathered.is_empty());
        assert_eq!(answer.finish().unwrap(), 17);
    }
}
