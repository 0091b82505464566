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

/// Writes a row per unit and a column per code. Returns how many rows.
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
    let attributes = session.reader().attributes()?;
    let names = attribute_names(&attributes);
    let mut head = match unit {
        Unit::Passage => vec!["document", "start", "end", "coder", "quote"],
        Unit::Document => vec!["document"],
        Unit::Paragraph => vec!["document", "paragraph", "start", "end"],
    };
    if unit == Unit::Document {
        head.extend(&names);
    }
    let mut wide = Wide {
        session,
        rows,
        documents: rows.documents().collect(),
        writer: WideWriter::new(sink, options, &head, &codes, cell)?,
        written: 0,
    };
    match unit {
        Unit::Passage => wide.passages()?,
        Unit::Document => wide.documents(&attributes, &names)?,
        Unit::Paragraph => wide.paragraphs()?,
    }
    Ok((wide.written, wide.writer.finish()?))
}

/// One passage as one coder sees it: the document's rank, the range, the coder's rank.
type Passage = (usize, CharRange, usize);

/// A wide table being written.
struct Wide<'a, W> {
    session: &'a Session,
    rows: &'a Rows,
    /// Name and number, by rank.
    documents: Vec<(&'a str, i64)>,
    writer: WideWriter<W>,
    written: u64,
}

impl<W: Write> Wide<'_, W> {
    fn write(&mut self, unit: &[&str], counts: &[u64]) -> Result<()> {
        self.written += 1;
        self.writer.write(unit, counts)
    }

    fn passages(&mut self) -> Result<()> {
        let none = vec![0; self.rows.codes().len()];
        // What several codes say of one passage comes together; the map keeps documents and places in order.
        let mut passages: BTreeMap<Passage, Vec<usize>> = BTreeMap::new();
        self.rows.each_place(|document, range, code, coder| {
            passages.entry((document, range, coder)).or_default().extend(code);
        });
        let mut text: Option<(usize, IndexedText)> = None;
        for ((document, range, coder), codes) in passages {
            if text.as_ref().is_none_or(|(known, _)| *known != document) {
                text = Some((document, text_of(self.session, self.documents[document].1)?));
            }
            let quote = text.as_ref().and_then(|(_, text)| text.index().slice(range)).unwrap_or_default();
            let mut counts = none.clone();
            for code in codes {
                counts[code] += 1;
            }
            let (start, end) = (range.start().to_string(), range.end().to_string());
            let unit = [self.documents[document].0, &start, &end, &self.rows.coders()[coder], quote];
            self.write(&unit, &counts)?;
        }
        Ok(())
    }

    fn documents(&mut self, attributes: &Attributes, names: &[&str]) -> Result<()> {
        let mut counts = vec![vec![0; self.rows.codes().len()]; self.documents.len()];
        self.rows.each_place(|document, _, code, _| {
            if let Some(code) = code {
                counts[document][code] += 1;
            }
        });
        for (rank, counts) in counts.iter().enumerate() {
            let (name, id) = self.documents[rank];
            let own = attributes.get(&id);
            let value = |name: &&str| own.and_then(|own| own.get(*name)).map_or("", String::as_str);
            let unit: Vec<&str> = std::iter::once(name).chain(names.iter().map(value)).collect();
            self.write(&unit, counts)?;
        }
        Ok(())
    }

    fn paragraphs(&mut self) -> Result<()> {
        let mut places: Vec<Vec<(CharRange, usize)>> = vec![Vec::new(); self.documents.len()];
        self.rows.each_place(|document, range, code, _| {
            if let Some(code) = code {
                places[document].push((range, code));
            }
        });
        for (rank, places) in places.iter().enumerate() {
            let (name, id) = self.documents[rank];
            let text = text_of(self.session, id)?;
            let index = text.index();
            let paragraphs = index.paragraphs();
            let mut counts = vec![vec![0; self.rows.codes().len()]; paragraphs.len()];
            for (range, code) in places {
                // Paragraphs stand in order and apart: the first that ends after the passage starts is a search away.
                let first = paragraphs.partition_point(|paragraph| paragraph.end() <= range.start());
                let touched =
                    paragraphs[first..].iter().take_while(|paragraph| paragraph.start() < range.end());
                for (offset, _) in touched.enumerate() {
                    counts[first + offset][*code] += 1;
                }
            }
            for (number, (paragraph, counts)) in paragraphs.iter().zip(&counts).enumerate() {
                let (number, start, end) =
                    ((number + 1).to_string(), paragraph.start().to_string(), paragraph.end().to_string());
                self.write(&[name, &number, &start, &end], counts)?;
            }
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
