//! Decisions from the table that a meeting filled in: all of them in one change, or none.

use std::collections::HashMap;
use std::io::Read;

use super::standing::Standing;
use super::write::{COMMAND, agree, carry_out, settle};
use super::{Agenda, Choice};
use crate::actions::Session;
use crate::error::{Error, Result};
use crate::exchange::csv::{Column, Kind, ReadOptions, Refusal, Row, Sheet, unguard};
use crate::store::{Reader, Tx};

const DOCUMENT: usize = 0;
const START: usize = 1;
const END: usize = 2;
const CODES: usize = 3;
const DECISION: usize = 4;
const REMARK: usize = 5;

/// The columns that are read; the others are for people.
const COLUMNS: [Column; 6] = [
    Column::new("document", Kind::Text),
    Column::new("start", Kind::Number),
    Column::new("end", Kind::Number),
    Column::new("codes", Kind::Text),
    Column::new("decision", Kind::Text),
    Column::new("remark", Kind::Text),
];

/// How many bad rows are named: a wrong file has no other.
const MOST_COMPLAINTS: usize = 50;

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetDecided {
    /// How many passages on which all agree were written with it.
    pub agreed: u64,
    /// How many places were decided.
    pub decided: u64,
    /// How many rows have no decision.
    pub without: u64,
    /// How many rows are about places that were decided before; they were left alone.
    pub before: u64,
    /// Documents in which nothing is left to decide.
    pub done: Vec<String>,
}

/// What names a disagreement in the table: document, start, end, codes.
type Key = (String, u32, u32, String);

/// One row with a decision.
struct Entry {
    row: u64,
    place: usize,
    choice: Choice,
    remark: String,
}

/// Reads a table of disagreements and writes what its column `decision` says, and what all agree on, in one change. With `rehearse` nothing is
/// kept.
///
/// # Errors
/// Refused when a column is missing, or a row is about no disagreement or decides what cannot be; then nothing is written.
pub fn decide_by_sheet(
    session: &mut Session,
    agenda: &Agenda,
    source: impl Read,
    rehearse: bool,
) -> Result<SheetDecided> {
    let mut sheet = Sheet::open(source, &COLUMNS, ReadOptions::default())?;
    for index in [DOCUMENT, START, END, CODES, DECISION] {
        if !sheet.has(index) {
            return Err(Error::refused(format!("the table has no column `{}`", COLUMNS[index].name))
                .hint("`postil disagreements --format csv` writes one with all that is needed"));
        }
    }
    let changed = session.change(COMMAND, |tx| {
        let decided = read_and_write(tx, agenda, &mut sheet)?;
        if rehearse {
            tx.abandon();
        }
        Ok(decided)
    })?;
    Ok(changed.value)
}

fn read_and_write(tx: &Tx<'_>, agenda: &Agenda, sheet: &mut Sheet<impl Read>) -> Result<SheetDecided> {
    let compared = &agenda.compared;
    let places: HashMap<Key, usize> = (0..)
        .zip(&agenda.disagreements)
        .map(|(place, one)| {
            let codes = compared.paths_of(one).join("; ");
            ((compared.document_of(one).to_owned(), one.extent.start(), one.extent.end(), codes), place)
        })
        .collect();
    let standing = Standing::read(tx.reader(), &agenda.consensus, compared, None)?;
    let mut outcome = SheetDecided::default();
    let mut entries: HashMap<usize, Entry> = HashMap::new();
    let mut complaints: Vec<String> = Vec::new();
    while let Some(row) = sheet.next_row()? {
        if complaints.len() == MOST_COMPLAINTS {
            break;
        }
        match entry(tx.reader(), agenda, &places, row) {
            Err(complaint) => complaints.push(complaint),
            Ok(None) => outcome.without += 1,
            Ok(Some(entry)) if standing.has_decided(compared, &agenda.disagreements[entry.place]) => {
                outcome.before += 1;
            }
            Ok(Some(entry)) => match entries.get(&entry.place) {
                Some(other) if other.choice != entry.choice => complaints.push(format!(
                    "row {}: row {} decides otherwise about the same place",
                    entry.row, other.row
                )),
                Some(_) => {}
                None => {
                    entries.insert(entry.place, entry);
                }
            },
        }
    }
    let mut entries: Vec<Entry> = entries.into_values().collect();
    entries.sort_by_key(|entry| entry.row);
    if complaints.is_empty() {
        outcome.agreed = agree(tx, agenda)?;
        for entry in &entries {
            match carry_out(tx, agenda, entry.place, &entry.choice, &entry.remark) {
                Ok(_) => outcome.decided += 1,
                Err(error) if error.kind() == crate::error::ErrorKind::Refused => {
                    complaints.push(complaint(entry.row, &error));
                }
                Err(error) => return Err(error),
            }
            if complaints.len() == MOST_COMPLAINTS {
                break;
            }
        }
    }
    if !complaints.is_empty() {
        let rows = if complaints.len() == 1 { "a row" } else { "rows" };
        let error = Error::refused(format!("{rows} of the table cannot be followed; nothing was written"));
        return Err(complaints.into_iter().fold(error, Error::hint));
    }
    outcome.done = settle(tx, agenda, 0..compared.documents.len())?;
    tx.note_sight()?;
    tx.set_summary(match outcome.decided {
        1 => "1 place decided by a table".to_owned(),
        many => format!("{many} places decided by a table"),
    });
    Ok(outcome)
}

/// What a row decides; `None`: nothing. The refusal is a sentence with the row's number.
fn entry(
    reader: Reader<'_>,
    agenda: &Agenda,
    places: &HashMap<Key, usize>,
    row: Row<'_>,
) -> Result<Option<Entry>, String> {
    let number = row.number();
    row.check_shape().map_err(|refusal| refusal.to_string())?;
    // Every sheet of disagreements is written with guards, and says so nowhere.
    let cell = |index: usize| row.known(index).map(unguard).unwrap_or_default();
    let decision = cell(DECISION).trim();
    if decision.is_empty() {
        return Ok(None);
    }
    let position = |index: usize| {
        cell(index).trim().parse::<u32>().map_err(|_| {
            Refusal::cell(number, COLUMNS[index].name, cell(index), "is no position").to_string()
        })
    };
    let key = (cell(DOCUMENT).to_owned(), position(START)?, position(END)?, cell(CODES).to_owned());
    let Some(place) = places.get(&key).copied() else {
        let (document, start, end, codes) = key;
        return Err(format!(
            "row {number}: coders do not differ about {codes} at {document}:{start}-{end} \
             (write the table anew when codings have changed)"
        ));
    };
    let one = &agenda.disagreements[place];
    let choice = Choice::read(reader, agenda, one, decision).map_err(|error| complaint(number, &error))?;
    Ok(Some(Entry { row: number, place, choice, remark: cell(REMARK).to_owned() }))
}

fn complaint(row: u64, error: &Error) -> String {
    let way_out = error.hints().first().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("row {row}: {}{way_out}", error.message())
}
