//! From the names that filters give to the numbers that the store chooses by.

use std::collections::BTreeSet;

use super::names;
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::document::DocumentRow;
use crate::store::select::Selection;

/// Which documents, by what people call them. Empty: all.
#[derive(Debug, Clone, Default)]
pub struct DocumentFilter {
    /// One of these names.
    pub names: Vec<String>,
    /// All of these attributes, as (name, value).
    pub attributes: Vec<(String, String)>,
}

/// Which annotations, by what people call things. Empty: all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In these documents.
    pub documents: DocumentFilter,
    /// With one of these codes, by path, or with one below it.
    pub codes: Vec<String>,
    /// The codes themselves only, not those below.
    pub only: bool,
    /// By one of these coders, by handle.
    pub coders: Vec<String>,
    /// Without a code.
    pub untagged: bool,
    /// Last changed at or after this moment, in milliseconds since 1970 UTC.
    pub since: Option<i64>,
    /// Last changed before this moment, in milliseconds since 1970 UTC.
    pub until: Option<i64>,
}

impl DocumentFilter {
    /// Whether every document is meant.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.attributes.is_empty()
    }

    /// The documents that are meant, by name. An attribute value that no document has is no error: the answer is
    /// then none.
    ///
    /// # Errors
    /// Refused for a document or the name of an attribute that is not there; the nearest are offered.
    pub fn documents(&self, reader: Reader<'_>) -> Result<Vec<DocumentRow>> {
        let mut documents = if self.names.is_empty() {
            reader.documents()?
        } else {
            let mut named: Vec<DocumentRow> =
                self.names.iter().map(|name| names::document(reader, name)).collect::<Result<_>>()?;
            named.sort_by(|one, other| one.name().cmp(other.name()));
            named.dedup_by_key(|document| document.id);
            named
        };
        if !self.attributes.is_empty() {
            let attributes = reader.attributes()?;
            for (name, _) in &self.attributes {
                known_attribute(name, attributes.values().flat_map(|of_one| of_one.keys()))?;
            }
            documents.retain(|document| {
                self.attributes.iter().all(|(name, value)| {
                    attributes.get(&document.id).and_then(|of_one| of_one.get(name)) == Some(value)
                })
            });
        }
        Ok(documents)
    }

    /// The numbers of the documents that are meant; `None`: all.
    ///
    /// # Errors
    /// As [`DocumentFilter::documents`].
    pub fn ids(&self, reader: Reader<'_>) -> Result<Option<Vec<i64>>> {
        if self.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.documents(reader)?.iter().map(|document| document.id).collect()))
    }
}

impl Filter {
    /// What the store is to choose.
    ///
    /// # Errors
    /// Refused for a document, code, coder or attribute that is not there; the nearest names are offered.
    pub fn selection(&self, reader: Reader<'_>) -> Result<Selection> {
        Ok(Selection {
            documents: self.documents.ids(reader)?,
            codes: code_ids(reader, &self.codes, self.only)?,
            coders: coder_ids(reader, &self.coders)?,
            untagged: self.untagged,
            since: self.since,
            until: self.until,
        })
    }
}

/// The numbers of the codes with these paths and, unless `only` they are meant, of those below; `None` for no path.
///
/// # Errors
/// Refused for a path that is not there; the nearest are offered.
pub fn code_ids(reader: Reader<'_>, paths: &[String], only: bool) -> Result<Option<Vec<i64>>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut ids = BTreeSet::new();
    // The codebook is read once and only when codes below are wanted: it is a few hundred short rows at most.
    let book = if only { None } else { Some(names::codebook(reader)?) };
    for path in paths {
        let id = names::code(reader, path)?.id;
        match &book {
            Some(book) => ids.extend(book.subtree(id)),
            None => {
                ids.insert(id);
            }
        }
    }
    Ok(Some(ids.into_iter().collect()))
}

/// The numbers of the coders with these handles; `None` for no handle.
///
/// # Errors
/// Refused for a handle that is not there; the nearest are offered.
pub fn coder_ids(reader: Reader<'_>, handles: &[String]) -> Result<Option<Vec<i64>>> {
    if handles.is_empty() {
        return Ok(None);
    }
    let ids = handles.iter().map(|handle| names::coder(reader, handle).map(|coder| coder.id));
    ids.collect::<Result<_>>().map(Some)
}

/// Refuses the name of an attribute that no document has: far more often a slip than a question.
///
/// # Errors
/// Refused when `name` is not among `names`; the nearest are offered.
pub fn known_attribute<'a>(name: &str, names: impl Iterator<Item = &'a String>) -> Result<()> {
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    if names.contains(name) {
        return Ok(());
    }
    Err(Error::refused(format!("no document has an attribute `{name}`"))
        .did_you_mean(name, names)
        .hint("`postil document list` shows the attributes, `postil document set DOC KEY=VALUE` sets one"))
}
