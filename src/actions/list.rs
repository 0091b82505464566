//! Listing annotations: by what they say, and by what other annotations stand at the same place.

use std::collections::HashMap;

use uuid::Uuid;

use super::names;
use super::selection::{Filter, code_ids};
use crate::analysis::overlap::{Others, Passage};
use crate::domain::search::{Matcher, PhraseOptions};
use crate::domain::{CharRange, TextIndex};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::csv::time;
use crate::store::Reader;
use crate::store::select::{Selection, SpanRow};

pub use crate::analysis::overlap::Relation;

/// Which annotations to list, and how many in which order.
#[derive(Debug, Default)]
pub struct Request {
    /// By document, code, coder and time.
    pub filter: Filter,
    /// Only where the passage contains this phrase. Case, white space, quotation marks and dashes do not count.
    pub text: Option<String>,
    /// Only where the note contains this phrase, compared in the same way.
    pub note: Option<String>,
    /// Only those whose passage was lost when their text was revised: they count in an earlier text.
    pub orphans: bool,
    /// What is asked of other annotations; all of it must hold.
    pub demands: Vec<Demand>,
    /// The order.
    pub order: Order,
    /// At most this many.
    pub limit: Option<u64>,
}

/// What is asked of other annotations: those with a code, or one below it, by whatever coder.
#[derive(Debug, Clone)]
pub struct Demand {
    /// How an annotation lies to the others.
    pub relation: Relation,
    /// The path of the others' code.
    pub code: String,
    /// Whether any must lie so, or none may.
    pub holds: bool,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By document, start, end, code, coder, id: as the CSV bundle.
    #[default]
    Place,
    /// By number.
    Id,
    /// By the time of the last change, then number.
    Date,
}

/// The annotations of a list. Their quotes are cut from the texts only when they are asked for.
#[derive(Debug)]
pub struct Listed {
    entries: Vec<Entry>,
    order: Order,
    names: Names,
}

/// One annotation of a list, with names for numbers.
#[derive(Debug, Clone, Copy)]
pub struct Listing<'a> {
    /// The number within the store.
    pub id: i64,
    /// The id everywhere.
    pub uuid: Uuid,
    /// Whether its range counts in an earlier text of the document.
    pub orphan: bool,
    /// The document's name.
    pub document: &'a str,
    /// Where it is.
    pub range: CharRange,
    /// The path of its code, if it has one.
    pub code: Option<&'a str>,
    /// The coder's handle.
    pub coder: &'a str,
    /// The passage.
    pub quote: &'a str,
    /// The note; empty means none.
    pub note: &'a str,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Milliseconds since 1970 UTC.
    pub modified_at: i64,
}

/// A row with places in [`Names`] for names, so that 100,000 of them take some ten megabytes.
#[derive(Debug)]
struct Entry {
    id: i64,
    uuid: Uuid,
    orphan: bool,
    document: usize,
    text: i64,
    range: CharRange,
    code: Option<usize>,
    coder: usize,
    note: Box<str>,
    created_at: i64,
    modified_at: i64,
}

impl Entry {
    /// What places are compared by; names stand in order, so their places do.
    fn by_place(&self) -> (usize, CharRange, Option<usize>, usize, i64) {
        (self.document, self.range, self.code, self.coder, self.id)
    }
}

/// What people call the numbers.
#[derive(Debug)]
struct Names {
    /// By name.
    documents: Ordered,
    /// By place in the codebook, with their paths.
    codes: Ordered,
    /// By handle.
    coders: Ordered,
}

/// Names in order, and the place of each number among them.
#[derive(Debug)]
struct Ordered {
    names: Vec<String>,
    places: HashMap<i64, usize>,
}

impl Ordered {
    fn new(labels: impl IntoIterator<Item = (i64, String)>) -> Ordered {
        let (ids, names): (Vec<i64>, Vec<String>) = labels.into_iter().unzip();
        Ordered { names, places: ids.into_iter().zip(0..).collect() }
    }

    fn place(&self, id: i64) -> Result<usize> {
        let place = self.places.get(&id).copied();
        place.ok_or_else(|| {
            Error::new(
                ErrorKind::Corrupt,
                format!("an annotation refers to the number {id}, which is nothing"),
            )
            .hint("`postil check` looks for more of that")
        })
    }
}

/// The annotations that `request` asks for.
///
/// # Errors
/// Refused for names that are not there and phrases that are empty.
pub fn list(reader: Reader<'_>, request: &Request) -> Result<Listed> {
    let selection = request.filter.selection(reader)?;
    let text = request.text.as_deref().map(phrase).transpose()?;
    let note = request.note.as_deref().map(phrase).transpose()?;
    let others = others(reader, &selection, &request.demands)?;
    let names = Names::read(reader)?;
    let current: HashMap<i64, i64> = reader.current_texts()?;
    let mut entries = Vec::new();
    reader.each_annotation(&selection, |row| {
        let draft = row.draft;
        let passage = Passage { range: draft.range, annotation: row.id };
        let holds = |(demand, by_text): &(&Demand, ByText)| {
            let others = by_text.get(&(draft.document, draft.text));
            others.is_some_and(|others| others.any(demand.relation, passage)) == demand.holds
        };
        let orphan = current.get(&draft.document) != Some(&draft.text);
        let asked = orphan || !request.orphans;
        if asked && note.as_ref().is_none_or(|note| contains(note, &draft.note)) && others.iter().all(holds) {
            entries.push(Entry {
                id: row.id,
                uuid: row.uuid,
                orphan,
                document: names.documents.place(draft.document)?,
                text: draft.text,
                range: draft.range,
                code: draft.code.map(|code| names.codes.place(code)).transpose()?,
                coder: names.coders.place(draft.coder)?,
                note: draft.note.into_boxed_str(),
                created_at: row.created_at,
                modified_at: row.modified_at,
            });
        }
        Ok(())
    })?;
    entries.sort_unstable_by_key(Entry::by_place);
    if let Some(text) = &text {
        let mut keep = Vec::with_capacity(entries.len());
        each_quote(reader, entries.iter(), |_, quote| {
            keep.push(contains(text, quote));
            Ok(())
        })?;
        let mut keep = keep.into_iter();
        entries.retain(|_| keep.next().unwrap_or(false));
    }
    match request.order {
        Order::Place => {}
        Order::Id => entries.sort_unstable_by_key(|entry| entry.id),
        Order::Date => entries.sort_unstable_by_key(|entry| (entry.modified_at, entry.id)),
    }
    if let Some(limit) = request.limit {
        entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    Ok(Listed { entries, order: request.order, names })
}

impl Listed {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether any has a note.
    pub fn has_notes(&self) -> bool {
        self.entries.iter().any(|entry| !entry.note.is_empty())
    }

    /// How many count in an earlier text of their document.
    pub fn orphans(&self) -> u64 {
        self.entries.iter().filter(|entry| entry.orphan).count() as u64
    }

    /// The document and range of each, in order, without reading a text. Orphans are left out: in the text that is there
    /// now their positions mean something else.
    pub fn places(&self) -> impl Iterator<Item = (&str, CharRange)> {
        let placed = self.entries.iter().filter(|entry| !entry.orphan);
        placed.map(|entry| (self.names.documents.names[entry.document].as_str(), entry.range))
    }

    /// Gives each to `each`, in order, with its quote. In the order of places one text is in memory at a time; in
    /// any other the quotes are, since the texts would be read again and again.
    ///
    /// # Errors
    /// The store's, corrupt when a range reaches past its text, and those of `each`.
    pub fn each(&self, reader: Reader<'_>, mut each: impl FnMut(Listing<'_>) -> Result<()>) -> Result<()> {
        if self.order == Order::Place {
            return each_quote(reader, self.entries.iter(), |entry, quote| each(self.listing(entry, quote)));
        }
        let mut by_text: Vec<(usize, &Entry)> = self.entries.iter().enumerate().collect();
        by_text.sort_by_key(|(_, entry)| entry.text);
        let mut quotes: Vec<Box<str>> = vec![Box::default(); by_text.len()];
        let mut numbers = by_text.iter().map(|(at, _)| *at);
        each_quote(reader, by_text.iter().map(|(_, entry)| *entry), |_, quote| {
            let at = numbers.next().expect("there is a number for each entry");
            quotes[at] = quote.into();
            Ok(())
        })?;
        self.entries.iter().zip(&quotes).try_for_each(|(entry, quote)| each(self.listing(entry, quote)))
    }

    fn listing<'a>(&'a self, entry: &'a Entry, quote: &'a str) -> Listing<'a> {
        Listing {
            id: entry.id,
            uuid: entry.uuid,
            orphan: entry.orphan,
            document: &self.names.documents.names[entry.document],
            range: entry.range,
            code: entry.code.map(|code| self.names.codes.names[code].as_str()),
            coder: &self.names.coders.names[entry.coder],
            quote,
            note: &entry.note,
            created_at: entry.created_at,
            modified_at: entry.modified_at,
        }
    }
}

impl Names {
    fn read(reader: Reader<'_>) -> Result<Names> {
        let book = names::codebook(reader)?;
        Ok(Names {
            documents: Ordered::new(reader.document_labels()?),
            codes: Ordered::new(book.in_order().map(|id| (id, book.path(id).to_owned()))),
            coders: Ordered::new(reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle))),
        })
    }
}

/// A time as listings write it: RFC 3339 in UTC, as in the CSV bundle; empty past the year 9999.
pub fn written_time(milliseconds: i64) -> String {
    let text = time::format(milliseconds);
    text.map(|bytes| bytes.into_iter().map(char::from).collect()).unwrap_or_default()
}

/// Phrases are looked for as `find -i` does: who filters a list remembers words, not capitals.
fn phrase(words: &str) -> Result<Matcher> {
    Matcher::phrase(words, PhraseOptions { ignore_case: true, ..PhraseOptions::default() })
}

fn contains(phrase: &Matcher, text: &str) -> bool {
    phrase.find_iter(text).next().is_some()
}

/// The annotations that a demand speaks of, by document and text.
type ByText = HashMap<(i64, i64), Others>;

/// For each demand the annotations it speaks of, in the chosen documents.
fn others<'a>(
    reader: Reader<'_>,
    selection: &Selection,
    demands: &'a [Demand],
) -> Result<Vec<(&'a Demand, ByText)>> {
    let of_demand = |demand: &'a Demand| {
        let codes = code_ids(reader, std::slice::from_ref(&demand.code), false)?;
        let wanted = Selection { documents: selection.documents.clone(), codes, ..Selection::default() };
        let mut passages: HashMap<(i64, i64), Vec<Passage>> = HashMap::new();
        reader.each_span(&wanted, |SpanRow { id, document, text, range, .. }| {
            passages.entry((document, text)).or_default().push(Passage { range, annotation: id });
            Ok(())
        })?;
        let sorted = passages.into_iter().map(|(text, passages)| (text, Others::new(passages)));
        Ok((demand, sorted.collect()))
    };
    demands.iter().map(of_demand).collect()
}

/// Gives each entry with its quote to `each`. Entries of one text that stand together read it once.
fn each_quote<'e>(
    reader: Reader<'_>,
    entries: impl Iterator<Item = &'e Entry>,
    mut each: impl FnMut(&'e Entry, &str) -> Result<()>,
) -> Result<()> {
    let mut entries = entries.peekable();
    while let Some(first) = entries.peek() {
        let text = first.text;
        // A copy and not a loan from SQLite: `each` may print, and a pager that waits would keep writers waiting.
        let body = reader.text_body(text)?;
        let index = TextIndex::new(&body);
        while let Some(entry) = entries.next_if(|entry| entry.text == text) {
            let quote = index.slice(entry.range).ok_or_else(|| {
                Error::new(
                    ErrorKind::Corrupt,
                    format!("annotation #{} reaches past the end of its text", entry.id),
                )
                .hint("`postil check` looks for more of that; `postil backup` keeps the store as it is")
            })?;
            each(entry, quote)?;
        }
    }
    Ok(())
}
