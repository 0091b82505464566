//! From what people type to passages: documents and ranges of their texts.

mod lines;
mod words;

use std::collections::{HashMap, HashSet};

use crate::actions::names;
use crate::domain::address::{Address, Place};
use crate::domain::resolve::Which;
use crate::domain::{CharRange, IndexedText};
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::document::DocumentRow;

pub use words::{Named, PassageWords, Spoken, as_typed};

/// A range of one of the [`Passages::documents`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Passage {
    /// The document, as an index.
    pub document: usize,
    /// Where in its text, in code points.
    pub range: CharRange,
}

/// Passages of some documents, each once, in the order in which they were named.
#[derive(Debug, Default)]
pub struct Passages {
    /// The documents they are in.
    pub documents: Vec<DocumentRow>,
    /// The passages.
    pub places: Vec<Passage>,
}

impl Passages {
    /// Leaves out every passage that was there before: a hit may be listed twice and is still one passage.
    fn without_repeats(mut self) -> Self {
        let mut seen = HashSet::with_capacity(self.places.len());
        self.places.retain(|passage| seen.insert(*passage));
        self
    }

    /// The document of a passage.
    pub fn document(&self, passage: Passage) -> &DocumentRow {
        &self.documents[passage.document]
    }

    /// The address of a passage, as listings print it.
    pub fn address(&self, passage: Passage) -> Address {
        Address::of_range(self.document(passage).name(), passage.range)
    }
}

/// The text that was read last.
///
/// One text at a time: passages come document by document far more often than not, and a thousand texts do not fit.
pub struct Texts<'a> {
    reader: Reader<'a>,
    open: Option<(i64, IndexedText)>,
}

impl<'a> Texts<'a> {
    /// No text yet.
    pub fn new(reader: Reader<'a>) -> Self {
        Texts { reader, open: None }
    }

    /// The passage at `range` of a document's current text; empty when it reaches past the end.
    ///
    /// # Errors
    /// The store's.
    pub fn quote(&mut self, document: &DocumentRow, range: CharRange) -> Result<&str> {
        Ok(self.text(document.text_id)?.index().slice(range).unwrap_or_default())
    }

    /// The text with this number.
    fn text(&mut self, id: i64) -> Result<&IndexedText> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != id) {
            self.open = Some((id, IndexedText::new(self.reader.proven_text_body(id)?)));
        }
        let (_, text) = self.open.as_ref().expect("a text was opened above");
        Ok(text)
    }
}

/// The one passage that an address names.
///
/// # Errors
/// Refused when it is no address, or names a place that is not there.
pub fn one(reader: Reader<'_>, address: &str) -> Result<(DocumentRow, CharRange)> {
    let address = Address::parse(address)?;
    let document = names::document(reader, &address.document)?;
    let text = IndexedText::new(reader.proven_text_body(document.text_id)?);
    let ranges = address.resolve(&text.index(), Which::Only)?;
    let range = ranges.first().copied().ok_or_else(|| Error::internal("an address named no passage"))?;
    Ok((document, range))
}

/// The documents that were named so far.
struct Shelf<'a> {
    reader: Reader<'a>,
    documents: Vec<DocumentRow>,
    by_name: HashMap<String, Option<usize>>,
    /// The names and source paths of all documents; read at the first path.
    sources: Option<Vec<(String, String)>>,
    by_path: HashMap<String, Option<usize>>,
    texts: Texts<'a>,
}

impl<'a> Shelf<'a> {
    fn new(reader: Reader<'a>) -> Self {
        Shelf {
            reader,
            documents: Vec::new(),
            by_name: HashMap::new(),
            sources: None,
            by_path: HashMap::new(),
            texts: Texts::new(reader),
        }
    }

    /// The document called `name`, if there is one.
    fn find(&mut self, name: &str) -> Result<Option<usize>> {
        if let Some(known) = self.by_name.get(name) {
            return Ok(*known);
        }
        let found = self.reader.document(name)?.map(|document| {
            self.documents.push(document);
            self.documents.len() - 1
        });
        self.by_name.insert(name.to_owned(), found);
        Ok(found)
    }

    /// The document called `name`; refused with the nearest names when there is none.
    fn named(&mut self, name: &str) -> Result<usize> {
        match self.find(name)? {
            Some(found) => Ok(found),
            None => Err(names::document(self.reader, name).err().unwrap_or_else(|| {
                Error::refused(format!("there is no document `{name}`"))
                    .hint("it was added just now; try again")
            })),
        }
    }

    /// The document that was added from the file `path`: the same path, else the only one with that file name, else
    /// the one that is called like the file.
    ///
    /// # Errors
    /// Refused when several were added from files of that name.
    fn added_from(&mut self, path: &str) -> Result<Option<usize>> {
        if let Some(known) = self.by_path.get(path) {
            return Ok(*known);
        }
        if self.sources.is_none() {
            let rows = self.reader.documents()?.into_iter();
            self.sources = Some(rows.map(|row| (row.content.name, row.content.source)).collect());
        }
        let sources = self.sources.as_deref().unwrap_or_default();
        let exact = |path: &str| path.trim_start_matches("./").to_owned();
        let same = |chosen: &dyn Fn(&str) -> bool| -> Vec<String> {
            sources.iter().filter(|(_, source)| chosen(source)).map(|(name, _)| name.clone()).collect()
        };
        let mut names = same(&|source| exact(source) == exact(path));
        if names.is_empty() {
            names = same(&|source| !source.is_empty() && file_name(source) == file_name(path));
        }
        let name = match names.as_slice() {
            [] => file_stem(path).to_owned(),
            [only] => only.clone(),
            several => {
                let several: Vec<String> = several.iter().map(|name| format!("`{name}`")).collect();
                return Err(Error::refused(format!(
                    "`{path}` may be any of the documents {}",
                    several.join(", ")
                ))
                .hint("they were added from files of that name: search in the folder they were added from"));
            }
        };
        let found = self.find(&name)?;
        self.by_path.insert(path.to_owned(), found);
        Ok(found)
    }

    /// The text of a document.
    fn text(&mut self, document: usize) -> Result<&IndexedText> {
        self.texts.text(self.documents[document].text_id)
    }

    /// The ranges of a place in a document.
    fn resolve(&mut self, document: usize, place: &Place, which: Which) -> Result<Vec<CharRange>> {
        let row = &self.documents[document];
        // Code points need no text but its length, which the document's row has.
        if let Place::Chars(start, end) = place
            && let Some(range) = CharRange::new(*start, *end).filter(|range| range.end() <= row.chars)
        {
            return Ok(vec![range]);
        }
        let address = Address { document: row.name().to_owned(), place: place.clone() };
        address.resolve(&self.text(document)?.index(), which)
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn file_stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
