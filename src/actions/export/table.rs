//! Tables for analysis, which do not come back: a row per annotation, or a row per unit and a column per code.

use std::collections::BTreeMap;
use std::io::Write;

use super::rows::{Place, Rows};
use super::{WideCell, WriteOptions};
use crate::actions::Session;
use crate::domain::IndexedText;
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

/// Writes a row per unit and a column per code. One document is in memory at a time: units times codes can be more than
/// there is.
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
    let attributes = session.reader().attributes()?;
    let names = if unit == Unit::Document { attribute_names(&attributes) } else { Vec::new() };
    let mut head = match unit {
        Unit::Passage => vec!["document", "start", "end", "coder", "quote"],
        Unit::Document => vec!["document"],
        Unit::Paragraph => vec!["document", "paragraph", "start", "end"],
    };
    head.extend(&names);
    let codes: Vec<&str> = rows.codes().iter().map(String::as_str).collect();
    let writer = WideWriter::new(sink, options, &head, &codes, cell)?;
    let mut table = Wide { session, coders: rows.coders(), codes: codes.len(), writer, written: 0 };
    let mut places = rows.places().peekable();
    for (rank, (name, id)) in rows.documents().enumerate() {
        let of_document: Vec<Place> =
            std::iter::from_fn(|| places.next_if(|place| place.document == rank)).collect();
        match unit {
            Unit::Passage => table.passages(name, id, &of_document)?,
            Unit::Document => {
                let own = attributes.get(&id);
                let values =
                    names.iter().map(|key| own.and_then(|own| own.get(*key)).map_or("", String::as_str));
                let unit: Vec<&str> = std::iter::once(name).chain(values).collect();
                table.row(&unit, &of_document)?;
            }
            Unit::Paragraph => table.paragraphs(name, id, &of_document)?,
        }
    }
    Ok((table.written, table.writer.finish()?))
}

/// A wide table being written.
struct Wide<'a, W> {
    session: &'a Session,
    coders: &'a [String],
    codes: usize,
    writer: WideWriter<W>,
    written: u64,
}

impl<W: Write> Wide<'_, W> {
    fn row(&mut self, unit: &[&str], places: &[Place]) -> Result<()> {
        let mut counts = vec![0; self.codes];
        places.iter().filter_map(|place| place.code).for_each(|code| counts[code] += 1);
        self.written += 1;
        self.writer.write(unit, &counts)
    }

    /// A row for each passage and coder.
    fn passages(&mut self, name: &str, document: i64, places: &[Place]) -> Result<()> {
        if places.is_empty() {
            return Ok(());
        }
        let text = text_of(self.session, document)?;
        let index = text.index();
        for passage in places.chunk_by(|one, other| one.range == other.range) {
            let range = passage[0].range;
            let (start, end) = (range.start().to_string(), range.end().to_string());
            let quote = index.slice(range).unwrap_or_default();
            let mut by_coder: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
            for place in passage {
                by_coder.entry(place.coder).or_default().push(*place);
            }
            for (coder, places) in by_coder {
                self.row(&[name, &start, &end, &self.coders[coder], quote], &places)?;
            }
        }
        Ok(())
    }

    /// A row for each paragraph.
    fn paragraphs(&mut self, name: &str, document: i64, places: &[Place]) -> Result<()> {
        let text = text_of(self.session, document)?;
        let index = text.index();
        let paragraphs = index.paragraphs();
        let mut touching: Vec<Vec<Place>> = vec![Vec::new(); paragraphs.len()];
        for place in places {
            // Paragraphs come in order and do not overlap, so those that a passage touches stand together.
            let first = paragraphs.partition_point(|paragraph| paragraph.end() <= place.range.start());
            let after = paragraphs.partition_point(|paragraph| paragraph.start() < place.range.end());
            touching.iter_mut().take(after).skip(first).for_each(|places| places.push(*place));
        }
        for (number, (paragraph, places)) in paragraphs.iter().zip(&touching).enumerate() {
            let [number, start, end] =
                [number as u32 + 1, paragraph.start(), paragraph.end()].map(|number| number.to_string());
            self.row(&[name, &number, &start, &end], places)?;
        }
        Ok(())
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
