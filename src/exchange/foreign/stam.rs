//! STAM: the TSV of its tools. By default `Type, Id, Text, TextSelection` with columns `set/key` for data; at least `Text`,
//! `TextResource`, `BeginOffset`, `EndOffset` and a key.
//!
//! Positions count code points from 0, the end exclusive; `-3` is three before the end and `-0` the end. Columns may
//! count bytes instead. `-` is an empty cell, `|` parts several values, and nothing is quoted.

use super::super::csv::{Refusal, Row};
use super::header::{Header, Place};
use super::{Bound, Columns, ForeignRow, Reading, Table, Wording};
use crate::domain::units::Unit;

/// What the values of a key are.
enum Meaning {
    /// Codes as they are.
    Code,
    /// Codes below one that is named like the key.
    Below(String),
    Coder,
    Note,
}

/// A pair of columns of positions, or one column with both.
struct Offsets {
    unit: Unit,
    pair: Place,
    start: Place,
    end: Place,
}

pub(super) struct Annotations {
    kind: Place,
    id: Place,
    resource: Place,
    selection: Place,
    offsets: [Offsets; 2],
    text: Place,
    keys: Vec<(Place, Meaning)>,
    key: Place,
    value: Place,
    columns: Columns,
}

const RESOURCE: [&str; 4] = ["TextResource", "TextResources", "ResourceId", "Resource"];
const SELECTION: [&str; 2] = ["TextSelection", "TextSelections"];

impl Annotations {
    pub(super) fn of(header: &mut Header<'_>) -> Option<Self> {
        let has = |names: &[&str]| header.find(names).is_some();
        let has_place = has(&["Offset", "Utf8Offset", "BeginUtf8Offset", "BeginOffset"])
            || has(&["begin", "start", "StartOffset", "BeginByte", "StartByte", "BeginUtf8", "StartUtf8"]);
        let fits = has(&SELECTION) || has(&RESOURCE) && (has_place || has(&["Text"]));
        fits.then(|| {
            let offsets = [
                Offsets {
                    unit: Unit::CodePoints,
                    pair: header.take(&["Offset"]),
                    start: header.take(&["BeginOffset", "begin", "start", "StartOffset"]),
                    end: header.take(&["EndOffset", "end"]),
                },
                Offsets {
                    unit: Unit::Bytes,
                    pair: header.take(&["Utf8Offset"]),
                    start: header.take(&[
                        "BeginUtf8Offset",
                        "BeginUtf8",
                        "BeginByte",
                        "StartByte",
                        "StartUtf8",
                        "StartUtf8Offset",
                    ]),
                    end: header.take(&["EndUtf8Offset", "EndUtf8", "EndByte"]),
                },
            ];
            let resource = header.take(&RESOURCE);
            let selection = header.take(&SELECTION);
            let [kind, text] = ["Type", "Text"].map(|name| header.take(&[name]));
            let id = header.take(&["Id", "Annotation", "AnnotationId"]);
            let key = header.take(&["DataKey", "key", "DataKeyId", "KeyId"]);
            let value = header.take(&["DataValue", "value"]);
            header.pass_over(&[
                "SeqNr",
                "Variable",
                "Ignore",
                "Annotation",
                "AnnotationData",
                "AnnotationDataId",
                "DataId",
            ]);
            header.pass_over(&[
                "AnnotationDataSet",
                "AnnotationDataSetId",
                "set",
                "SetId",
                "DataSetId",
                "DataSet",
            ]);
            // Whatever is left is a key: `set/key`, or the key alone.
            let left: Vec<usize> = header.left().collect();
            let keys: Vec<(Place, Meaning)> = left
                .into_iter()
                .map(|index| {
                    let place = header.take_at(Some(index));
                    let meaning = meaning(&place.name);
                    (place, meaning)
                })
                .collect();
            let code = keys.iter().find(|(_, meaning)| matches!(meaning, Meaning::Code | Meaning::Below(_)));
            let start = if selection.is_there() { &selection } else { &offsets[0].start };
            let columns = Columns {
                document: if resource.is_there() { resource.name.clone() } else { selection.name.clone() },
                start: start.name.clone(),
                quote: text.name.clone(),
                code: code.map_or_else(|| value.name.clone(), |(place, _)| place.name.clone()),
                ..Columns::default()
            };
            Annotations { kind, id, resource, selection, offsets, text, keys, key, value, columns }
        })
    }

    /// Adds the values of one key to what a row says.
    fn add(read: &mut ForeignRow, meaning: &Meaning, cell: &str) {
        let whole = cell.trim();
        if whole.is_empty() || whole == "-" {
            return;
        }
        let values = || whole.split('|').map(str::trim).filter(|value| !value.is_empty());
        match meaning {
            Meaning::Code => read.codes.extend(values().map(|value| vec![value.to_owned()])),
            Meaning::Below(key) => {
                read.codes.extend(values().map(|value| vec![key.clone(), value.to_owned()]))
            }
            Meaning::Coder => whole.clone_into(&mut read.coder),
            Meaning::Note if read.note.is_empty() => cell.clone_into(&mut read.note),
            Meaning::Note => read.note.push_str(&format!("\n{cell}")),
        }
    }
}

fn meaning(column: &str) -> Meaning {
    let key = column.rsplit('/').next().unwrap_or(column).trim();
    match key.to_ascii_lowercase().as_str() {
        "code" | "codes" | "tag" | "tags" | "label" | "labels" => Meaning::Code,
        "coder" | "creator" | "annotator" => Meaning::Coder,
        "note" | "notes" | "comment" | "comments" | "memo" => Meaning::Note,
        _ => Meaning::Below(key.to_owned()),
    }
}

impl Table for Annotations {
    fn title(&self) -> &'static str {
        "a TSV of the STAM tools"
    }

    fn columns(&self) -> &Columns {
        &self.columns
    }

    fn wording(&self) -> Wording {
        Wording::Unbroken
    }

    fn read(&mut self, row: &Row<'_>) -> Result<Option<ForeignRow>, Refusal> {
        let cell = |place: &Place| Some(place.trimmed(row)).filter(|cell| !cell.is_empty() && *cell != "-");
        let is_passage =
            |kind: &str| ["Annotation", "TextSelection"].iter().any(|known| known.eq_ignore_ascii_case(kind));
        if cell(&self.kind).is_some_and(|kind| !is_passage(kind)) {
            return Ok(None);
        }
        let mut read = ForeignRow {
            row: row.number(),
            mark: cell(&self.id).unwrap_or_default().to_owned(),
            quote: cell(&self.text).map(|_| unquoted(self.text.cell(row))).unwrap_or_default(),
            ..ForeignRow::default()
        };
        if let Some(selection) = cell(&self.selection) {
            if selection.matches('#').count() > 1 && selection.contains('|') {
                let reason = "these are several passages; an annotation of postil is of one";
                return Err(self.selection.refuse(row, reason));
            }
            let (resource, offset) = selection
                .rsplit_once('#')
                .ok_or_else(|| self.selection.refuse(row, "is no passage like `interview.txt#6-11`"))?;
            resource.clone_into(&mut read.document);
            read.take_offset(row, &self.selection, Unit::CodePoints, offset);
        }
        if let Some(resource) = cell(&self.resource) {
            resource.clone_into(&mut read.document);
        }
        for Offsets { unit, pair, start, end } in &self.offsets {
            match (cell(pair), cell(start), cell(end)) {
                (Some(offset), ..) => read.take_offset(row, pair, *unit, offset),
                (None, Some(first), Some(last)) => match (bound(first), bound(last)) {
                    (Some(start), Some(end)) => read.readings.push(Reading { unit: *unit, start, end }),
                    (None, _) => read.bad_position = Some(start.refuse(row, NO_OFFSET)),
                    (_, None) => read.bad_position = Some(end.refuse(row, NO_OFFSET)),
                },
                _ => {}
            }
        }
        for (place, meaning) in &self.keys {
            Self::add(&mut read, meaning, place.cell(row));
        }
        if let Some(key) = cell(&self.key) {
            Self::add(&mut read, &meaning(key), self.value.cell(row));
        }
        Ok(Some(read))
    }
}

const NO_OFFSET: &str = "is no position: digits, with `-` before them when they count from the end";

impl ForeignRow {
    /// Takes over `6-11`, where either number may be negative.
    fn take_offset(&mut self, row: &Row<'_>, place: &Place, unit: Unit, offset: &str) {
        // The first character may be the sign of the first number.
        let dash = offset.char_indices().skip(1).find(|(_, letter)| *letter == '-').map(|(at, _)| at);
        let bounds = dash.and_then(|at| Some((bound(&offset[..at])?, bound(&offset[at + 1..])?)));
        match bounds {
            Some((start, end)) => self.readings.push(Reading { unit, start, end }),
            None => self.bad_position = Some(place.refuse(row, NO_OFFSET)),
        }
    }
}

/// `6` from the start, `-3` and `-0` from the end.
fn bound(text: &str) -> Option<Bound> {
    let text = text.trim();
    let (digits, from): (&str, fn(u32) -> Bound) = match text.strip_prefix('-') {
        Some(digits) => (digits, Bound::FromEnd),
        None => (text, Bound::FromStart),
    };
    // `parse` would take a `+` as well.
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok().map(from))?
}

/// Words that a spreadsheet put into quotes when it saved the table: it doubles those within.
fn unquoted(cell: &str) -> String {
    let within = cell.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match within {
        Some(within) if within.contains('"') && within.replace("\"\"", "").find('"').is_none() => {
            within.replace("\"\"", "\"")
        }
        _ => cell.to_owned(),
    }
}
