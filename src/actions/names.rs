//! From the names that people type to the records they mean, with the nearest names where there is none.

use crate::domain::codebook::{Codebook, Entry};
use crate::domain::name::as_typed;
use crate::domain::name::split_code_path;
use crate::error::{Error, Result};
use crate::store::Reader;
use crate::store::annotation::AnnotationRow;
use crate::store::code::CodeRow;
use crate::store::coder::CoderRow;
use crate::store::document::DocumentRow;

/// The document called `name`.
///
/// # Errors
/// Refused when there is none; the nearest names are offered.
pub fn document(reader: Reader<'_>, name: &str) -> Result<DocumentRow> {
    if let Some(document) = reader.document(name)? {
        return Ok(document);
    }
    if let Some((before, place)) = name.rsplit_once(':')
        && reader.document(before)?.is_some()
    {
        return Err(Error::refused(format!("`{place}` is no place in `{before}`")).hint(format!(
            "places are `{before}:120-188` (characters), `{before}:l12-l14` (lines), `{before}:p7` (a paragraph), \
             `{before}:s45` (a sentence)"
        )));
    }
    let names = reader.document_names()?;
    let mut error = Error::refused(format!("there is no document `{name}`"));
    // People have the file before their eyes, and the document is called like it without its ending.
    let file = name.split_once(':').map_or(name, |(file, _)| file);
    if file.contains('.')
        && let Some(added) = reader.documents()?.iter().find(|row| row.content.source == file)
    {
        error = error.hint(format!("the document that was added from `{file}` is called `{}`", added.name()));
    }
    Err(error.did_you_mean(name, names.iter().map(String::as_str)).hint(if names.is_empty() {
        "`postil document add FILE` adds one"
    } else {
        "`postil document list` shows them"
    }))
}

/// The code with this path, looked up level by level: a command that names one code need not read the codebook.
///
/// # Errors
/// Refused when the path is not one or there is no such code; the nearest paths are offered.
pub fn code(reader: Reader<'_>, path: &str) -> Result<CodeRow> {
    match find_code(reader, path)? {
        Some(code) => Ok(code),
        None => {
            let book = codebook(reader)?;
            Err(Error::refused(format!("there is no code `{path}`")).did_you_mean(path, book.paths()).hint(
                format!(
                    "`postil code add {path}` adds it, `postil code list` shows the codebook",
                    path = as_typed(path)
                ),
            ))
        }
    }
}

/// The code with this path, if there is one.
///
/// # Errors
/// Refused when the path is not one.
pub fn find_code(reader: Reader<'_>, path: &str) -> Result<Option<CodeRow>> {
    let mut found: Option<CodeRow> = None;
    for part in split_code_path(path)? {
        found = reader.codes_named(found.map(|code| code.id), part)?.into_iter().next();
        if found.is_none() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// The codebook as a tree.
///
/// # Errors
/// The store's.
pub fn codebook(reader: Reader<'_>) -> Result<Codebook> {
    let entries =
        reader.codes()?.into_iter().map(|code| Entry { id: code.id, parent: code.parent, name: code.name });
    Ok(Codebook::new(entries))
}

/// The coder with this handle.
///
/// # Errors
/// Refused when there is none; the nearest handles are offered.
pub fn coder(reader: Reader<'_>, handle: &str) -> Result<CoderRow> {
    if let Some(coder) = reader.coder(handle)? {
        return Ok(coder);
    }
    let coders = reader.coders()?;
    Err(Error::refused(format!("there is no coder `{handle}`"))
        .did_you_mean(handle, coders.iter().map(|coder| coder.handle.as_str()))
        .hint("`postil coder list` shows them"))
}

/// The number in `1532` or `#1532`; `None` when it is neither.
pub fn parse_annotation_id(text: &str) -> Option<i64> {
    text.strip_prefix('#').unwrap_or(text).parse().ok().filter(|id| *id > 0)
}

/// The annotation with this number, written `1532` or `#1532`.
///
/// # Errors
/// Refused when it is no number or there is no such annotation.
pub fn annotation(reader: Reader<'_>, id: &str) -> Result<AnnotationRow> {
    let Some(number) = parse_annotation_id(id) else {
        return Err(Error::refused(format!("`{id}` is not the id of an annotation"))
            .hint("ids are numbers such as 1532; `postil list` shows them in its first column"));
    };
    reader.annotation(number)?.ok_or_else(|| {
        Error::refused(format!("there is no annotation #{number}")).hint(format!(
            "`postil list` shows those there are; `postil log --of '#{number}'` shows what became of it"
        ))
    })
}
