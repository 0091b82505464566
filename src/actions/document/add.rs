//! Adding texts: all of them or none, in one change.

use super::gather::{Source, all_refusals};
use crate::actions::Session;
use crate::domain::name::as_typed;
use crate::domain::name::check_name;
use crate::domain::text::unified_line_ends;
use crate::domain::{Text, record};
use crate::error::{Error, Result};
use crate::store::{Changed, Tx};

/// What to add, and how.
#[derive(Debug, Clone, Default)]
pub struct AddRequest {
    /// The texts.
    pub sources: Vec<Source>,
    /// The document's name, where the file's is not wanted.
    pub name: Option<String>,
    /// Attributes of every document: name and value.
    pub attributes: Vec<(String, String)>,
    /// The encoding to read in, instead of UTF-8.
    pub encoding: Option<String>,
    /// The size of the largest file that is read, in bytes.
    pub max_bytes: u64,
}

/// A text that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlreadyThere {
    /// The file as typed.
    pub typed: String,
    /// The document that has its text.
    pub document: String,
}

/// What was added.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// The names of the new documents, in the order of their files.
    pub documents: Vec<String>,
    /// Their code points in all.
    pub chars: u64,
    /// Texts that were there before, and were left alone.
    pub already: Vec<AlreadyThere>,
}

/// How much of the store SQLite may keep in memory while many texts come in, in MiB.
const CACHE_MIB: u32 = 64;

/// Adds texts in one change. `step` is called once for each.
///
/// A text that a document has already is left alone, whatever its file is called: one text under two names would split
/// its codings.
///
/// # Errors
/// Refused when any text is not one, or its name is taken by another text; all such are named, and nothing is written.
pub fn add(session: &mut Session, request: AddRequest, mut step: impl FnMut()) -> Result<Changed<Added>> {
    check_request(&request)?;
    let tried = request.sources.len();
    if tried > 16 {
        session.store.enlarge_cache(CACHE_MIB)?;
    }
    let AddRequest { sources, name, attributes, encoding, max_bytes } = request;
    session.change("document add", |tx| {
        let mut added = Added::default();
        let mut refusals = Vec::new();
        for source in sources {
            step();
            let document = read(source, name.as_deref(), encoding.as_deref(), max_bytes)
                .and_then(|incoming| add_one(tx, &incoming, &attributes, refusals.is_empty(), &mut added));
            if let Err(refusal) = document {
                // The encoding is wrong for all of them or for none: once is enough.
                if encoding.is_some() && refusal.message().contains("no encoding") {
                    return Err(refusal);
                }
                refusals.push(refusal);
            }
        }
        if let Some(error) = all_refusals(refusals, tried) {
            return Err(error);
        }
        tx.set_summary(summary(&added));
        Ok(added)
    })
}

fn check_request(request: &AddRequest) -> Result<()> {
    if let Some(name) = &request.name {
        check_name("document", name)?;
        if request.sources.len() != 1 {
            return Err(Error::usage(format!(
                "`--name {name}` names one document, and there are {} texts",
                request.sources.len()
            ))
            .hint("add that text by itself"));
        }
    }
    check_attributes(&request.attributes)
}

/// Checks attributes that are to be set.
///
/// # Errors
/// Refused when a name is none, or a value is empty: files have no other way to say "not there".
pub(super) fn check_attributes(attributes: &[(String, String)]) -> Result<()> {
    for (name, value) in attributes {
        check_name("attribute", name)?;
        if value.trim().is_empty() {
            return Err(Error::refused(format!("the attribute `{name}` has no value")).hint(format!(
                "leave it out, or take it away: `postil document set DOC --unset {}`",
                as_typed(name)
            )));
        }
    }
    Ok(())
}

/// A text with the name it is to have.
pub(super) struct Incoming {
    pub(super) name: String,
    pub(super) typed: String,
    pub(super) text: Text,
}

fn read(source: Source, name: Option<&str>, encoding: Option<&str>, most: u64) -> Result<Incoming> {
    let (source, bytes) = source.into_bytes(most)?;
    let shown = if source.typed.is_empty() { "standard input" } else { &source.typed };
    let text = Text::import(&bytes, encoding).map_err(|wrong| wrong.about(shown))?;
    let name = match (name, source.stem) {
        (Some(name), _) => name.to_owned(),
        (None, Some(stem)) => stem,
        (None, None) if source.typed.is_empty() => {
            return Err(Error::refused("a text from standard input has no name of its own")
                .hint("name it: `postil document add - --name interview-7`"));
        }
        (None, None) => {
            return Err(Error::refused(format!("the name of the file `{}` is not UTF-8", source.typed))
                .hint("name the document with `--name`"));
        }
    };
    check_name("document", &name).map_err(|wrong| wrong.hint("name the document with `--name`"))?;
    Ok(Incoming { name, typed: source.typed, text })
}

/// Adds one text. `writing` is off once another text was refused: then this one is only looked at.
fn add_one(
    tx: &Tx<'_>,
    incoming: &Incoming,
    attributes: &[(String, String)],
    writing: bool,
    added: &mut Added,
) -> Result<()> {
    let Incoming { name, typed, text } = incoming;
    if let Some(same) = tx.reader().documents_with_text(text.sha256())?.into_iter().next() {
        let document = same.content.name;
        added.already.push(AlreadyThere { typed: typed.clone(), document });
        return Ok(());
    }
    if added.documents.contains(name) {
        return Err(Error::refused(format!("`{typed}` and a text before it would both be called `{name}`"))
            .hint(format!("add it by itself with a name of its own: `--name {name}-2`")));
    }
    if tx.reader().document(name)?.is_some() {
        let file = if typed.is_empty() { String::new() } else { format!(" (from `{typed}`)") };
        return Err(Error::refused(format!("there is another document `{name}`, with another text{file}"))
            .hint(format!(
                "give this one its own name: `--name {name}-2`; or rename the other: `postil document rename`"
            )));
    }
    if writing {
        insert(tx, incoming, attributes)?;
        added.chars += u64::from(text.chars());
        added.documents.push(name.clone());
    }
    Ok(())
}

/// Writes one document with its text and attributes.
pub(super) fn insert(tx: &Tx<'_>, incoming: &Incoming, attributes: &[(String, String)]) -> Result<()> {
    let Incoming { name, typed, text } = incoming;
    let facts = text.source();
    let text_id = tx.ensure_text(text.body(), text.chars(), text.sha256())?;
    let content = record::Document {
        name: name.clone(),
        text: text.sha256(),
        source: typed.clone(),
        source_sha256: facts.sha256,
        encoding: facts.encoding.clone(),
        newline: facts.newline.as_str().to_owned(),
        bom: facts.bom,
    };
    let document = tx.insert_document(None, &content, text_id)?;
    for (attribute, value) in attributes {
        tx.set_attribute(document, attribute, &unified_line_ends(value))?;
    }
    Ok(())
}

fn summary(added: &Added) -> String {
    match added.documents.as_slice() {
        [only] => format!("document {only} added"),
        many => format!("{} documents added", many.len()),
    }
}
