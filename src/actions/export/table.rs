//! Tables for analysis, which do not come back: a row per annotation, or a row per unit and a column per code.

use std::collections::BTreeMap;
use std::io::Write;

use super::rows::Rows;
use super::{WideCell, WriteOptions};
use crate::actions::Session;
use crate::domain::{CharRange, IndexedText};
use crate::error::Result;
use crate::exchange::table::{LongWriter, WideWriter};
use crate::store::attribute::Attributes;

/// What a row of a wide table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A passage that somebody annotated: one document, start, end and coder.
    Passage,
    /// A document, also one that nobody coded.
    Document,
    /// A paragraph, also one that nobody coded. A passage counts in every paragraph that it touches.
    Paragraph,
}

/// The names of all attributes in use.
fn attribute_names(attributes: &Attributes) -> Vec<&str> {
    let mut names: Vec<&str> =
        attributes.values().flat_map(|named| named.keys().map(String::as_str)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Writes a row per annotation: the code's path split into levels, the document's attributes as columns, the quote.
///
/// # Errors
/// The store's and the sink's.
pub fn write_long<W: Write>(
    session: &Session,
    rows: &Rows,
    sink: W,
    options: WriteOptions,
) -> Result<(u64, W)> {
    let attributes = session.reader().attributes()?;
    let names = attribute_names(&attributes);
    let documents: BTreeMap<&str, i64> = rows.documents().collect();
    let levels = rows.codes().iter().map(|path| path.split('/').count()).max().unwrap_or(1);
    let mut writer = LongWriter::new(sink, options, levels, &names)?;
    let mut written = 0;
    rows.each(session.reader(), |row| {
        let own = documents.get(row.document).and_then(|id| attributes.get(id));
        let values: Vec<&str> =
            names.iter().map(|name| own.and_then(|own| own.get(*name)).map_or("", String::as_str)).collect();
        written += 1;
        writer.write(row, &values)
    })?;
    Ok((written, writer.finish()?))
}

/// Writes a row per unit and a column per code.
///
/// # Errors
/// The store's and the sink's.
pub fn write_wide<W: Write>(
    session: &Session,
    rows: &Rows,
    unit: Unit,
    cell: WideCell,
    sink: W,
    options: WriteOptions,
) -> Result<(u64, W)> {
    let codes: Vec<&str> = rows.codes().iter().map(String::as_str).collect();
    let documents: Vec<(&str, i64)> = rows.documents().collect();
    let attributes = session.reader().attributes()?;
    let names = attribute_names(&attributes);
    let own_values = |document: i64| {
        let own = attributes.get(&document);
        names.iter().map(move |name| own.and_then(|own| own.get(*name)).map_or("", String::as_str))
    };
    let mut written = 0;
    match unit {
        Unit::Passage => {
            let mut writer = WideWriter::new(
                sink,
                options,
                &["document", "start", "end", "coder", "quote"],
                &codes,
                cell,
            )?;
            let mut current: Option<((usize, CharRange), BTreeMap<usize, Vec<u64>>)> = None;
            let mut text: Option<(usize, IndexedText)> = None;
            let mut units: Vec<((usize, CharRange), BTreeMap<usize, Vec<u64>>)> = Vec::new();
            rows.each_place(|document, range, code, coder| {
                if current.as_ref().is_none_or(|(place, _)| *place != (document, range)) {
                    units.extend(current.take());
                    current = Some(((document, range), BTreeMap::new()));
                }
                if let Some((_, coders)) = &mut current {
                    let counts = coders.entry(coder).or_insert_with(|| vec![0; codes.len()]);
                    if let Some(code) = code {
                        counts[code] += 1;
                    }
                }
            });
            units.extend(current);
            for ((document, range), coders) in units {
                if text.as_ref().is_none_or(|(known, _)| *known != document) {
                    text = Some((document, text_of(session, documents[document].1)?));
                }
                let quote = text.as_ref().and_then(|(_, text)| text.index().slice(range)).unwrap_or_default();
                for (coder, counts) in coders {
                    let (start, end) = (range.start().to_string(), range.end().to_string());
                    writer.write(
                        &[documents[document].0, &start, &end, &rows.coders()[coder], quote],
                        &counts,
                    )?;
                    written += 1;
                }
            }
            Ok((written, writer.finish()?))
        }
        Unit::Document => {
            let mut counts = vec![vec![0; codes.len()]; documents.len()];
            rows.each_place(|document, _, code, _| {
                if let Some(code) = code {
                    counts[document][code] += 1;
                }
            });
            let mut head = vec!["document"];
            head.extend(&names);
            let mut writer = WideWriter::new(sink, options, &head, &codes, cell)?;
            for ((name, id), counts) in documents.iter().zip(&counts) {
                let mut unit = vec![*name];
                unit.extend(own_values(*id));
                writer.write(&unit, counts)?;
                written += 1;
            }
            Ok((written, writer.finish()?))
        }
        Unit::Paragraph => {
            let mut places: Vec<Vec<(CharRange, usize)>> = vec![Vec::new(); documents.len()];
            rows.each_place(|document, range, code, _| {
                if let Some(code) = code {
                    places[document].push((range, code));
                }
            });
            let mut writer =
                WideWriter::new(sink, options, &["document", "paragraph", "start", "end"], &codes, cell)?;
            for ((name, id), places) in documents.iter().zip(&places) {
                let text = text_of(session, *id)?;
                let index = text.index();
                for (number, paragraph) in index.paragraphs().iter().enumerate() {
                    let mut counts = vec![0; codes.len()];
                    for (_, code) in places.iter().filter(|(range, _)| range.overlaps(*paragraph)) {
                        counts[*code] += 1;
                    }
                    let (number, start, end) = (
                        (number + 1).to_string(),
                        paragraph.start().to_string(),
                        paragraph.end().to_string(),
                    );
                    writer.write(&[*name, number.as_str(), start.as_str(), end.as_str()], &counts)?;
                    written += 1;
                }
            }
            Ok((written, writer.finish()?))
        }
    }
}

/// The current text of a document.
fn text_of(session: &Session, document: i64) -> Result<IndexedText> {
    let reader = session.reader();
    let body = match reader.document_by_id(document)? {
        Some(document) => reader.text_body(document.text_id)?,
        None => String::new(),
    };
    Ok(IndexedText::new(body))
}
