//! What is known of documents.

use std::collections::BTreeMap;

use crate::actions::names;
use crate::actions::selection::DocumentFilter;
use crate::domain::TextIndex;
use crate::domain::record::MemoSubject;
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;

/// A document in a list.
#[derive(Debug, Clone)]
pub struct ListedDocument {
    /// The document.
    pub row: DocumentRow,
    /// How many annotations it has.
    pub annotations: u64,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
}

/// The documents that `filter` means, by name.
///
/// # Errors
/// As [`DocumentFilter::documents`]; the store's.
pub fn list(reader: Reader<'_>, filter: &DocumentFilter) -> Result<Vec<ListedDocument>> {
    let rows = filter.documents(reader)?;
    let mut known = reader.attributes()?;
    let counts = reader.annotations_by_document()?;
    Ok(rows
        .into_iter()
        .map(|row| ListedDocument {
            annotations: counts.get(&row.id).copied().unwrap_or(0),
            attributes: known.remove(&row.id).unwrap_or_default(),
            row,
        })
        .collect())
}

/// All that is known of one document.
#[derive(Debug, Clone)]
pub struct DocumentFacts {
    /// The document.
    pub row: DocumentRow,
    /// How many lines its text has.
    pub lines: u32,
    /// How many paragraphs its text has.
    pub paragraphs: usize,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// How many annotations each coder made, by handle.
    pub coders: Vec<(String, u64)>,
    /// The paths of the codes used and how often, the most used first.
    pub codes: Vec<(String, u64)>,
    /// Annotations without a code.
    pub untagged: u64,
    /// Memos: who wrote them, when (milliseconds since 1970 UTC), and what they say.
    pub memos: Vec<(String, i64, String)>,
}

/// All that is known of the document called `name`.
///
/// # Errors
/// Refused when there is none; the store's.
pub fn facts(reader: Reader<'_>, name: &str) -> Result<DocumentFacts> {
    let row = names::document(reader, name)?;
    let (lines, paragraphs) = reader.with_text_body(row.text_id, |body| {
        let index = TextIndex::new(body);
        Ok((index.line_count(), index.paragraphs().len()))
    })?;
    let handles: BTreeMap<i64, String> =
        reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
    let handle = |id: i64| handles.get(&id).cloned().unwrap_or_default();
    let mut coders: Vec<(String, u64)> =
        reader.coders_in_document(row.id)?.into_iter().map(|(id, count)| (handle(id), count)).collect();
    coders.sort();
    let book = names::codebook(reader)?;
    let tallies = reader.codes_in_document(row.id)?;
    let untagged = tallies.iter().filter(|(code, _)| code.is_none()).map(|(_, count)| count).sum();
    let codes = tallies
        .into_iter()
        .filter_map(|(code, count)| code.map(|code| (book.path(code).to_owned(), count)))
        .collect();
    let memos = reader
        .memos_on(MemoSubject::Document(row.id))?
        .into_iter()
        .map(|memo| (handle(memo.coder), memo.modified_at, memo.text))
        .collect();
    Ok(DocumentFacts {
        attributes: reader.attributes_of(row.id)?,
        row,
        lines,
        paragraphs,
        coders,
        codes,
        untagged,
        memos,
    })
}
