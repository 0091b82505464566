//! Passages from standard input, one a line: addresses as listings print them, hits as ripgrep prints them.

use super::{Passage, Shelf};
use crate::domain::address::{Address, Place};
use crate::domain::name::as_typed;
use crate::domain::resolve::Which;
use crate::domain::vimgrep::{VimgrepHit, parse_vimgrep};
use crate::error::{Error, Result};

/// How many bad lines are named. Looking for the passage nearest to a quote that is not there may take tenths of a
/// second, so a wrong file of 100,000 lines is given up early.
const MOST_COMPLAINTS: usize = 50;

enum Spot {
    Place(Place),
    Hit(VimgrepHit),
}

/// The passages that the lines of `input` name. Blank lines name none.
pub(super) fn read(shelf: &mut Shelf<'_>, input: &str, which: Which) -> Result<Vec<Passage>> {
    let mut complaints: Vec<(usize, Error)> = Vec::new();
    let mut spots: Vec<(usize, usize, Spot)> = Vec::new();
    let mut lines = 0;
    for (number, line) in (1..).zip(input.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        lines += 1;
        match spot(shelf, line) {
            Ok((document, spot)) => spots.push((number, document, spot)),
            Err(error) => complaints.push((number, error)),
        }
        if complaints.len() == MOST_COMPLAINTS {
            return Err(refusal(complaints, None));
        }
    }
    // Document by document, so that each text is read once, whatever the order of the lines.
    spots.sort_by_key(|(_, document, _)| *document);
    let mut found: Vec<(usize, Passage)> = Vec::with_capacity(spots.len());
    for (number, document, spot) in spots {
        let ranges = match &spot {
            Spot::Place(place) => shelf.resolve(document, place, which),
            Spot::Hit(hit) => shelf.text(document).and_then(|text| Ok(vec![hit.resolve(&text.index())?])),
        };
        match ranges {
            Ok(ranges) => found.extend(ranges.into_iter().map(|range| (number, Passage { document, range }))),
            Err(error) => complaints.push((number, error)),
        }
        if complaints.len() == MOST_COMPLAINTS {
            return Err(refusal(complaints, None));
        }
    }
    if !complaints.is_empty() {
        return Err(refusal(complaints, Some(lines)));
    }
    found.sort_by_key(|(number, _)| *number);
    Ok(found.into_iter().map(|(_, passage)| passage).collect())
}

/// What one line names.
///
/// An address wins over ripgrep's form, since only an address whose document exists counts as one. A tab ends the
/// address: what follows are the other columns of a listing.
fn spot(shelf: &mut Shelf<'_>, line: &str) -> Result<(usize, Spot)> {
    let cell = line.split('\t').next().unwrap_or(line).trim();
    if let Some(document) = shelf.find(cell)? {
        return Ok((document, Spot::Place(Place::Whole)));
    }
    let address = Address::parse(line.trim()).or_else(|_| Address::parse(cell));
    let address = match address {
        Ok(Address { place: Place::Whole, .. }) => Address::parse(cell),
        other => other,
    };
    if let Ok(address) = &address
        && let Some(document) = shelf.find(&address.document)?
    {
        return Ok((document, Spot::Place(address.place.clone())));
    }
    if let Some(hit) = parse_vimgrep(line) {
        return match shelf.added_from(&hit.path)? {
            Some(document) => Ok((document, Spot::Hit(hit))),
            None => Err(Error::refused(format!("no document was added from `{}`", hit.path))
                .hint(format!("`postil document add {}`", as_typed(&hit.path)))),
        };
    }
    if let Some((path, number)) = line_of_grep(line)
        && let Some(document) = shelf.added_from(path)?
    {
        let whole = format!("{}:l{number}", shelf.documents[document].name());
        return Err(Error::refused(format!("`{path}:{number}` says the line and not what matched in it"))
            .hint(format!("`rg --vimgrep -o PATTERN {path}` says both; the whole line is `{whole}`")));
    }
    let document = shelf.named(&beginning(&address?.document))?;
    Err(Error::refused(format!("`{}` has no passage in this line", shelf.documents[document].name())))
}

/// The path and the line's number where `line` is what `grep -n` prints, or ripgrep without `--vimgrep`.
fn line_of_grep(line: &str) -> Option<(&str, &str)> {
    let (path, rest) = line.split_once(':')?;
    let (number, _) = rest.split_once(':')?;
    let counts = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    counts.then_some((path, number))
}

/// What is shown of a name that may be a whole paragraph.
fn beginning(name: &str) -> String {
    const SHOWN: usize = 60;
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// One refusal for all bad lines. `lines`: how many there are in all, when all were read.
fn refusal(mut complaints: Vec<(usize, Error)>, lines: Option<usize>) -> Error {
    complaints.sort_by_key(|(number, _)| *number);
    let bad = complaints.len();
    let error = match lines {
        Some(1) => Error::refused("the line on standard input names no passage"),
        Some(lines) => Error::refused(format!(
            "{bad} of {lines} lines on standard input {} no passage; nothing was written",
            if bad == 1 { "names" } else { "name" }
        )),
        None => Error::refused(format!(
            "standard input was given up after {bad} lines that name no passage; nothing was written"
        )),
    };
    complaints.into_iter().fold(error, |error, (number, complaint)| {
        let way_out = complaint.hints().first().map(|hint| format!(" ({hint})")).unwrap_or_default();
        error.hint(format!("line {number}: {}{way_out}", complaint.message()))
    })
}
