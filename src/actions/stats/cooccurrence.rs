//! Which codes come together.

use std::collections::HashMap;

use super::chosen_codes;
use crate::actions::selection::Filter;
use crate::analysis::cooccurrence::{Coded, Cooccurrence};
use crate::domain::{CharRange, TextIndex};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::select::SpanRow;

pub use crate::analysis::cooccurrence::Together;

/// A table of each code with each is the square of their number: beyond these nobody reads it.
const MOST_CODES: usize = 4_096;

/// What codes come together in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Two passages that lie so to each other, in one text.
    Passages(Together),
    /// A sentence.
    Sentence,
    /// A paragraph.
    Paragraph,
    /// A document, whichever of its texts the passages count in.
    Document,
}

impl By {
    /// The sentences or paragraphs of a text; `None` where those are not what codes come together in.
    pub(super) fn units<'t>(self, text: &'t TextIndex<'_>) -> Option<&'t [CharRange]> {
        match self {
            By::Sentence => Some(text.sentences()),
            By::Paragraph => Some(text.paragraphs()),
            By::Passages(_) | By::Document => None,
        }
    }
}

/// How often each chosen code comes together with each.
#[derive(Debug)]
pub struct CodePairs {
    /// The paths of the codes, in the order of the codebook.
    pub codes: Vec<String>,
    /// The counts, by the places of the codes.
    pub counts: Cooccurrence,
}

/// What was read of the annotations. Where sentences or paragraphs are asked for, the texts are still to be read, for
/// which nobody needs to wait: a text never changes.
#[derive(Debug)]
pub struct Gathered {
    pairs: CodePairs,
    by: By,
    /// Passages by text, ordered by start, with the texts in which they count.
    waiting: Vec<(i64, Vec<Coded>)>,
}

/// Reads the annotations of `filter`. With `same_coder`, codes come together only where one coder gave both: a unit then
/// counts once for each coder.
///
/// # Errors
/// Refused for names that are not there, and for more codes than a table can hold.
pub fn gather(reader: Reader<'_>, filter: &Filter, by: By, same_coder: bool) -> Result<Gathered> {
    let codes = chosen_codes(reader, filter)?;
    if codes.len() > MOST_CODES {
        return Err(Error::refused(format!(
            "{} codes are too many for a table of each with each",
            codes.len()
        ))
        .hint("`--code PATH` takes one branch of the codebook"));
    }
    let places: HashMap<i64, usize> = codes.iter().map(|(id, _)| *id).zip(0..).collect();
    let counts = match by {
        By::Passages(_) => Cooccurrence::of_passages(codes.len()),
        By::Sentence | By::Paragraph | By::Document => Cooccurrence::of_units(codes.len()),
    };
    let codes = codes.into_iter().map(|(_, path)| path).collect();
    let mut gathered = Gathered { pairs: CodePairs { codes, counts }, by, waiting: Vec::new() };
    let mut document = OfDocument { number: None, same_coder, coded: Vec::new(), sources: Vec::new() };
    reader.each_span(&filter.selection(reader)?, |span| {
        let Some(code) = span.code.and_then(|code| places.get(&code)) else { return Ok(()) };
        if document.number != Some(span.document) {
            document.close(&mut gathered);
            document.number = Some(span.document);
        }
        document.push(&span, *code, by);
        Ok(())
    })?;
    document.close(&mut gathered);
    Ok(gathered)
}

impl Gathered {
    /// Counts what still waits for its text.
    ///
    /// # Errors
    /// The store's.
    pub fn count(self, reader: Reader<'_>) -> Result<CodePairs> {
        let Gathered { mut pairs, by, mut waiting } = self;
        waiting.sort_by_key(|(text, _)| *text);
        for of_text in waiting.chunk_by(|(one, _), (other, _)| one == other) {
            let body = reader.text_body(of_text[0].0)?;
            let text = TextIndex::new(&body);
            for (_, passages) in of_text {
                pairs.counts.count_units(passages, by.units(&text).unwrap_or_default());
            }
        }
        Ok(pairs)
    }
}

/// Where a passage counts: the number of the text, and who said it where that matters.
type Source = (i64, i64);

/// The passages of one document, in the order of their starts.
struct OfDocument {
    number: Option<i64>,
    same_coder: bool,
    coded: Vec<Coded>,
    /// By passage; one for all where they are all the same.
    sources: Vec<Source>,
}

impl OfDocument {
    fn push(&mut self, span: &SpanRow, code: usize, by: By) {
        let text = if by == By::Document { 0 } else { span.text };
        let source = (text, if self.same_coder { span.coder } else { 0 });
        match self.sources.as_slice() {
            // Nearly always all passages count in one text: its number need not be written down for each.
            [] => self.sources.push(source),
            [only] if *only == source => {}
            several => {
                if several.len() < self.coded.len() {
                    self.sources.resize(self.coded.len(), self.sources[0]);
                }
                self.sources.push(source);
            }
        }
        self.coded.push(Coded { range: span.range, code });
    }

    fn close(&mut self, gathered: &mut Gathered) {
        if let [only] = self.sources.as_slice() {
            gathered.add(only.0, &self.coded);
        } else {
            let mut by_source: HashMap<Source, Vec<Coded>> = HashMap::new();
            for (source, coded) in self.sources.iter().zip(&self.coded) {
                by_source.entry(*source).or_default().push(*coded);
            }
            for ((text, _), coded) in by_source {
                gathered.add(text, &coded);
            }
        }
        self.coded.clear();
        self.sources.clear();
    }
}

impl Gathered {
    /// Counts the passages of one text, or keeps them until the text is read.
    fn add(&mut self, text: i64, passages: &[Coded]) {
        match self.by {
            By::Passages(together) => self.pairs.counts.count_pairs(passages, together),
            By::Document => self.pairs.counts.count_unit(passages.iter().map(|passage| passage.code)),
            By::Sentence | By::Paragraph => self.waiting.push((text, passages.to_vec())),
        }
    }
}
