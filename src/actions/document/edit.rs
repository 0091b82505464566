//! Renaming, describing and removing documents.

use std::collections::BTreeSet;

use super::add::check_attributes;
use crate::actions::{Session, names};
use crate::domain::name::as_typed;
use crate::domain::name::check_name;
use crate::domain::text::unified_line_ends;
use crate::error::{Error, Result};
use crate::store::Changed;

/// Gives a document another name; without a change when it has it.
///
/// # Errors
/// Refused when there is no such document, or the name is none or taken.
pub fn rename(session: &mut Session, from: &str, to: &str) -> Result<Changed<()>> {
    check_name("document", to)?;
    session.change("document rename", |tx| {
        let document = names::document(tx.reader(), from)?;
        if document.name() == to {
            return Ok(());
        }
        if tx.reader().document(to)?.is_some() {
            return Err(Error::refused(format!("there is a document `{to}` already")).hint(format!(
                "rename that one first: `postil document rename {} {}`",
                as_typed(to),
                as_typed(format!("{to}-2"))
            )));
        }
        tx.rename_document(&document, to)?;
        tx.set_summary(format!("document {from} renamed {to}"));
        Ok(())
    })
}

/// Sets and takes away attributes of a document. Returns how many that changed.
///
/// # Errors
/// Refused when there is no such document, when a name is none, or when an attribute is both set and taken away.
pub fn set_attributes(
    session: &mut Session,
    document: &str,
    set: &[(String, String)],
    unset: &[String],
) -> Result<Changed<usize>> {
    check_attributes(set)?;
    if let Some((name, _)) = set.iter().find(|(name, _)| unset.contains(name)) {
        return Err(Error::usage(format!("`{name}` is both set and taken away")));
    }
    session.change("document set", |tx| {
        let row = names::document(tx.reader(), document)?;
        let known = tx.reader().attributes_of(row.id)?;
        let mut changed = 0;
        for (name, value) in set {
            changed += usize::from(tx.set_attribute(row.id, name, &unified_line_ends(value))?);
        }
        for name in unset {
            if !tx.unset_attribute(row.id, name)? {
                return Err(Error::refused(format!("`{document}` has no attribute `{name}`"))
                    .did_you_mean(name, known.keys().map(String::as_str))
                    .hint(format!(
                        "`postil document show {document}` shows those it has",
                        document = as_typed(document)
                    )));
            }
            changed += 1;
        }
        let plural = if changed == 1 { "" } else { "s" };
        tx.set_summary(format!("{changed} attribute{plural} of {document} changed"));
        Ok(changed)
    })
}

/// What went with removed documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Documents.
    pub documents: usize,
    /// Annotations on them.
    pub annotations: usize,
    /// Memos on them.
    pub memos: usize,
}

/// Removes documents with everything said of them; an undo brings it back.
///
/// # Errors
/// Refused when there is no such document.
pub fn remove(session: &mut Session, documents: &[String]) -> Result<Changed<Removed>> {
    let wanted: BTreeSet<&String> = documents.iter().collect();
    session.change("document remove", |tx| {
        let rows =
            wanted.iter().map(|name| names::document(tx.reader(), name)).collect::<Result<Vec<_>>>()?;
        let mut removed = Removed::default();
        for row in &rows {
            let on_it = crate::domain::record::MemoSubject::Document(row.id);
            removed.memos += tx.reader().memos_on(on_it)?.len();
            removed.annotations += tx.delete_document(row.id)?;
            removed.documents += 1;
        }
        let what = match rows.as_slice() {
            [only] => format!("document {}", only.name()),
            many => format!("{} documents", many.len()),
        };
        tx.set_summary(format!("{what} removed with {} annotations", removed.annotations));
        Ok(removed)
    })
}
