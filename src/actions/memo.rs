//! Memos: notes on a document, a code or the project.

use std::collections::HashMap;

use super::{Session, names};
use crate::domain::record::MemoSubject;
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::store::memo::MemoRow;
use crate::store::{Changed, Reader};

/// What a memo is about, as people write it: `project`, `code:PATH`, or the name of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The project.
    Project,
    /// The code with this path.
    Code(String),
    /// The document of this name.
    Document(String),
}

impl Subject {
    /// Reads what was typed. `document:NAME` is for a document that is called `project` or like a code.
    pub fn parse(typed: &str) -> Subject {
        if typed == "project" {
            return Subject::Project;
        }
        match typed.split_once(':') {
            Some(("code", path)) => Subject::Code(path.to_owned()),
            Some(("document", name)) => Subject::Document(name.to_owned()),
            _ => Subject::Document(typed.to_owned()),
        }
    }

    fn find(&self, reader: Reader<'_>) -> Result<MemoSubject<i64>> {
        Ok(match self {
            Subject::Project => MemoSubject::Project,
            Subject::Code(path) => MemoSubject::Code(names::code(reader, path)?.id),
            Subject::Document(name) => {
                let document =
                    names::document(reader, name).map_err(|error| match names::find_code(reader, name) {
                        Ok(Some(_)) => {
                            error.hint(format!("for the code of that name: `postil memo code:{name}`"))
                        }
                        _ => error,
                    })?;
                MemoSubject::Document(document.id)
            }
        })
    }
}

/// A memo in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedMemo {
    /// Its number.
    pub id: i64,
    /// What it is about, as [`Subject::parse`] reads it.
    pub subject: String,
    /// The handle of who wrote it.
    pub coder: String,
    /// When it was last changed, in milliseconds since 1970 UTC.
    pub modified_at: i64,
    /// What it says.
    pub text: String,
}

/// The memos on `subject`, or all, the oldest first.
///
/// # Errors
/// Refused when the subject does not exist; the store's.
pub fn list(reader: Reader<'_>, subject: Option<&Subject>) -> Result<Vec<ListedMemo>> {
    let rows = match subject {
        Some(subject) => reader.memos_on(subject.find(reader)?)?,
        None => reader.memos()?,
    };
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let handles: HashMap<i64, String> =
        reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
    let book = names::codebook(reader)?;
    rows.into_iter()
        .map(|row| {
            let subject = match row.subject {
                MemoSubject::Project => "project".to_owned(),
                MemoSubject::Code(id) => format!("code:{}", book.path(id)),
                MemoSubject::Document(id) => {
                    let name =
                        reader.document_by_id(id)?.map(|document| document.content.name).unwrap_or_default();
                    match Subject::parse(&name) {
                        Subject::Document(parsed) if parsed == name => name,
                        _ => format!("document:{name}"),
                    }
                }
            };
            let coder = handles.get(&row.coder).cloned().unwrap_or_default();
            Ok(ListedMemo { id: row.id, subject, coder, modified_at: row.modified_at, text: row.text })
        })
        .collect()
}

/// What became of a memo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is new, with this number.
    New(i64),
    /// The memo with this number says something else now.
    Changed(i64),
    /// The memo with this number says so already.
    Already(i64),
}

/// Writes a memo on `subject`.
///
/// # Errors
/// Refused when the subject does not exist or the text is empty.
pub fn add(session: &mut Session, subject: &Subject, text: &str) -> Result<Changed<Written>> {
    let text = checked(text)?;
    session.change("memo", |tx| {
        let on = subject.find(tx.reader())?;
        let coder = tx.ensure_coder(tx.coder_handle())?;
        let known = tx.reader().memos_on(on)?;
        if let Some(same) = known.iter().find(|memo| memo.coder == coder && memo.text == text) {
            return Ok(Written::Already(same.id));
        }
        let id = tx.insert_memo(on, coder, &text)?;
        tx.set_summary(format!("memo {id} written"));
        Ok(Written::New(id))
    })
}

/// The newest memo of the person at work on `subject`: what `--edit` opens.
///
/// # Errors
/// Refused when the subject does not exist; the store's.
pub fn own(session: &Session, subject: &Subject) -> Result<Option<MemoRow>> {
    let reader = session.reader();
    let on = subject.find(reader)?;
    let Some(coder) = reader.coder(session.coder()?)? else { return Ok(None) };
    Ok(reader.memos_on(on)?.into_iter().rev().find(|memo| memo.coder == coder.id))
}

/// Lets the memo `memo` say `text`.
///
/// # Errors
/// Refused when the text is empty, or when the memo was changed since it was opened.
pub fn rewrite(session: &mut Session, memo: &MemoRow, text: &str) -> Result<Changed<Written>> {
    let text = checked(text)?;
    session.change("memo", |tx| {
        let now = tx.reader().memo(memo.id)?.filter(|now| now.version == memo.version).ok_or_else(|| {
            Error::refused(format!("memo #{} was changed by somebody else in the meantime", memo.id))
                .hint("`postil memo --list` shows what it says now; write yours again")
        })?;
        if now.text == text {
            return Ok(Written::Already(now.id));
        }
        tx.update_memo(now.id, now.subject, now.coder, &text)?;
        tx.set_summary(format!("memo {} changed", now.id));
        Ok(Written::Changed(now.id))
    })
}

/// Removes the memo with this number, `12` or `#12`. Returns the number.
///
/// # Errors
/// Refused when it is no number or there is no such memo.
pub fn remove(session: &mut Session, id: &str) -> Result<Changed<i64>> {
    let Some(number) = names::parse_annotation_id(id) else {
        return Err(Error::refused(format!("`{id}` is not the id of a memo"))
            .hint("ids are numbers such as 12; `postil memo --list` shows them"));
    };
    session.change("memo", |tx| {
        if tx.reader().memo(number)?.is_none() {
            return Err(Error::refused(format!("there is no memo #{number}"))
                .hint("`postil memo --list` shows those there are"));
        }
        tx.delete_memo(number)?;
        tx.set_summary(format!("memo {number} removed"));
        Ok(number)
    })
}

/// The text with line feeds only, and without those that an editor or `echo` adds at its end.
fn checked(text: &str) -> Result<String> {
    let text = unified_line_ends(text).trim_end_matches('\n').to_owned();
    if text.trim().is_empty() {
        return Err(Error::refused("a memo can't be empty").hint("nothing was written"));
    }
    if text.contains('\0') {
        return Err(Error::refused("a memo can't hold a NUL character: this is not text"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_reads_as_it_is_written_and_every_name_can_be_said() {
        assert_eq!(Subject::parse("project"), Subject::Project);
        assert_eq!(Subject::parse("code:a/b"), Subject::Code("a/b".to_owned()));
        assert_eq!(Subject::parse("a: b"), Subject::Document("a: b".to_owned()));
        assert_eq!(Subject::parse("document:project"), Subject::Document("project".to_owned()));
    }
}
