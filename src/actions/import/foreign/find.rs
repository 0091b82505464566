//! Where a row's passage stands: at its positions when the words there are its words, else where its words are.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::cells::{LOSSY, damage_or};
use crate::domain::quoted::{Squeezed, folded_places, places, reads_as};
use crate::domain::units::Units;
use crate::domain::{CharRange, TextIndex};
use crate::exchange::csv::Refusal;
use crate::exchange::csv::damage::lossy_copy_of;
use crate::exchange::foreign::{Bound, Columns, ForeignRow, Reading, Wording};

/// Excel cuts a cell at this many UTF-16 units, and says nothing.
const LONGEST_CELL: usize = 32_767;

/// Fewer code points than this are at a wrong position by accident now and then.
const TELLING: usize = 10;

/// What came of looking for a passage.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// At its positions; `checked` when its words are there.
    AtPositions { range: CharRange, checked: bool },
    /// By its words, which are there once.
    ByWords(CharRange),
    /// At its positions or by its words, which are so few that they may be there by accident; they are in all these places.
    Perhaps { range: CharRange, at_positions: bool, hits: Rc<[CharRange]> },
    /// In these places, at least two.
    Several(Rc<[CharRange]>),
    /// Not at all.
    Nowhere(Refusal),
}

/// Looks for passages, and keeps what it worked out of the last text: rows of one document mostly come together.
#[derive(Default)]
pub(super) struct Finder {
    text: Option<(i64, Units)>,
    /// The same text, for words that lost their markup.
    squeezed: Option<Squeezed>,
    /// The places of words that are in several, by text: who coded a word wherever it occurs has a row for each.
    several: HashMap<(i64, String), Rc<[CharRange]>>,
}

impl Finder {
    /// Looks for the passage of `read` in the text with the number `text`.
    pub(super) fn find(
        &mut self,
        text: i64,
        index: &TextIndex<'_>,
        read: &ForeignRow,
        columns: &Columns,
        wording: Wording,
    ) -> Found {
        let words = Some(read.quote.as_str()).filter(|words| !words.trim().is_empty());
        if self.text.as_ref().is_none_or(|(known, _)| *known != text) {
            self.text = Some((text, Units::of(index.body())));
            self.squeezed = None;
        }
        let Some((_, units)) = &self.text else { return without_words(index, read, columns, &[]) };
        let stated: Vec<CharRange> =
            read.readings.iter().filter_map(|reading| range_of(units, index, *reading)).collect();
        let Some(words) = words else { return without_words(index, read, columns, &stated) };

        let mut agreeing: Vec<CharRange> = Vec::new();
        for range in &stated {
            let slice = index.slice(*range).unwrap_or_default();
            if lossy_copy_of(words, slice) {
                return Found::Nowhere(Refusal::cell(read.row, &columns.quote, words, LOSSY));
            }
            let agrees = is_cut(words) && slice.starts_with(words) || reads_as(slice, words);
            if agrees && !agreeing.contains(range) {
                agreeing.push(*range);
            }
        }
        match agreeing.as_slice() {
            [] => {}
            [range] if !is_few(words) => return Found::AtPositions { range: *range, checked: true },
            [range] => {
                let hits = self.places(text, index, words, wording);
                return Found::Perhaps { range: *range, at_positions: true, hits };
            }
            _ => return Found::Several(agreeing.into()),
        }
        if is_cut(words) {
            let reason = format!(
                "is {LONGEST_CELL} long, where a spreadsheet cuts a cell: it is not the whole passage"
            );
            return Found::Nowhere(Refusal::cell(read.row, &columns.quote, words, reason));
        }
        let hits = self.places(text, index, words, wording);
        match *hits {
            [] => Found::Nowhere(missing(read, columns, words)),
            [range] if stated.is_empty() || !is_few(words) => Found::ByWords(range),
            [range] => Found::Perhaps { range, at_positions: false, hits },
            _ => Found::Several(hits),
        }
    }

    /// Every place where the words may have been taken from.
    fn places(&mut self, text: i64, index: &TextIndex<'_>, words: &str, wording: Wording) -> Rc<[CharRange]> {
        if let Some(hits) = self.several.get(&(text, words.to_owned())) {
            return Rc::clone(hits);
        }
        let hits: Rc<[CharRange]> = match wording {
            Wording::Exact => places(index, words),
            Wording::Unbroken => folded_places(index, words),
            Wording::WithoutMarkup => {
                let squeezed = self.squeezed.get_or_insert_with(|| Squeezed::of(index.body()));
                let hits = squeezed.places(index, words);
                if hits.is_empty() { folded_places(index, words) } else { hits }
            }
        }
        .into();
        // The text here may have been broken into lines within words, at hyphens.
        let hits = if hits.is_empty() && !is_few(words) {
            self.squeezed.get_or_insert_with(|| Squeezed::of(index.body())).places(index, words).into()
        } else {
            hits
        };
        if hits.len() > 1 {
            self.several.insert((text, words.to_owned()), Rc::clone(&hits));
        }
        hits
    }
}

/// Where a row says that its passage starts, in whatever it counts; for comparing rows of one table only.
pub(super) fn claimed(read: &ForeignRow) -> Option<u32> {
    match read.readings.first()?.start {
        Bound::FromStart(position) => Some(position),
        Bound::FromEnd(_) => None,
    }
}

/// The refusal of a row whose words are in several places.
pub(super) fn ambiguous(read: &ForeignRow, columns: &Columns, places: usize) -> Refusal {
    let reason = format!("these words are in the text {places} times, and nothing tells which is meant");
    Refusal::cell(read.row, &columns.quote, &read.quote, reason)
}

fn is_few(words: &str) -> bool {
    words.chars().nth(TELLING - 1).is_none()
}

fn is_cut(words: &str) -> bool {
    words.len() >= LONGEST_CELL && words.encode_utf16().count() == LONGEST_CELL
}

/// The range that a reading means in this text; `None` when it leaves the text or means nothing.
fn range_of(units: &Units, index: &TextIndex<'_>, reading: Reading) -> Option<CharRange> {
    let length = units.length(index, reading.unit);
    let position = |bound| match bound {
        Bound::FromStart(position) => Some(position),
        Bound::FromEnd(back) => u32::try_from(length.checked_sub(back.into())?).ok(),
    };
    units.range(index, reading.unit, position(reading.start)?, position(reading.end)?)
}

/// Positions that no words vouch for.
fn without_words(index: &TextIndex<'_>, read: &ForeignRow, columns: &Columns, stated: &[CharRange]) -> Found {
    match (stated, &read.bad_position, read.readings.first()) {
        ([range, ..], None, _) => Found::AtPositions { range: *range, checked: false },
        (_, Some(refusal), _) => Found::Nowhere(refusal.clone()),
        ([], None, Some(reading)) => {
            let value = shown(*reading);
            let reason = format!("is no passage of the text, which has {} characters", index.chars());
            Found::Nowhere(Refusal::cell(read.row, &columns.start, &value, reason))
        }
        ([], None, None) => {
            let column = if columns.quote.is_empty() { &columns.start } else { &columns.quote };
            Found::Nowhere(Refusal::cell(read.row, column, "", "the row names no passage"))
        }
    }
}

/// The refusal of a row whose words are nowhere.
fn missing(read: &ForeignRow, columns: &Columns, words: &str) -> Refusal {
    let reason = match (read.readings.first(), &read.bad_position) {
        (Some(reading), _) => format!("the words are not at {}, nor anywhere in the text", shown(*reading)),
        (None, Some(refusal)) => {
            format!(
                "the words are not in the text, and `{}` is no position: {}",
                refusal.value, refusal.reason
            )
        }
        (None, None) => "the words are not in the text".to_owned(),
    };
    Refusal::cell(read.row, &columns.quote, words, damage_or(words, reason))
}

fn shown(reading: Reading) -> String {
    let bound = |bound| match bound {
        Bound::FromStart(position) => position.to_string(),
        Bound::FromEnd(back) => format!("-{back}"),
    };
    format!("{}-{}", bound(reading.start), bound(reading.end))
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
