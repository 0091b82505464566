//! Rows that count in an older text of their document: the sheet was exported before the text was revised.

use std::collections::HashMap;
use std::rc::Rc;

use super::Import;
use crate::actions::merge::resettle;
use crate::domain::reanchor::{Alignment, Followed, Reanchor};
use crate::domain::{CharRange, Digest, Entity, IndexedText};
use crate::error::Result;
use crate::store::Reader;
use crate::store::content::AnyContent;

/// How many bytes of texts are kept aligned at once.
const KEPT: usize = 64 << 20;

/// What was found out about older texts while a sheet is read: its rows come in any order, and an alignment is costly.
#[derive(Default)]
pub(super) struct Older {
    /// By document and digest; `None`: not a text of that document.
    texts: HashMap<(i64, Digest), Option<i64>>,
    revisions: HashMap<(i64, i64), Rc<Revision>>,
    size: usize,
    /// Whether a row was placed in an older text: then its passage is still to follow.
    pub(super) behind: bool,
}

/// Two texts of one document, aligned.
struct Revision {
    old: IndexedText,
    new: IndexedText,
    alignment: Alignment,
}

impl Older {
    /// The text with this digest, if it can be one that the document had: it is here, and either the document had it or
    /// it is no other document's. (Who pastes a row below another document's name leaves the digest of the first.)
    pub(super) fn text(
        &mut self,
        reader: Reader<'_>,
        document: i64,
        stated: Digest,
        is_anothers: bool,
    ) -> Result<Option<i64>> {
        if let Some(known) = self.texts.get(&(document, stated)) {
            return Ok(*known);
        }
        let mut text = reader.text_with_digest(stated)?;
        if text.is_some() && is_anothers && !had_text(reader, document, stated)? {
            text = None;
        }
        self.texts.insert((document, stated), text);
        Ok(text)
    }

    /// What became of a passage of the text `old` in the text `new`.
    pub(super) fn follow(
        &mut self,
        reader: Reader<'_>,
        (old, new): (i64, i64),
        range: CharRange,
    ) -> Result<Followed> {
        let revision = match self.revisions.get(&(old, new)) {
            Some(known) => Rc::clone(known),
            None => self.align(reader, old, new)?,
        };
        let (old, new) = (revision.old.index(), revision.new.index());
        Ok(Reanchor::with(&old, &new, &revision.alignment).follow(range))
    }

    fn align(&mut self, reader: Reader<'_>, old: i64, new: i64) -> Result<Rc<Revision>> {
        let texts = (
            IndexedText::new(reader.proven_text_body(old)?),
            IndexedText::new(reader.proven_text_body(new)?),
        );
        let alignment = Alignment::between(&texts.0.index(), &texts.1.index());
        let size = texts.0.body().len() + texts.1.body().len();
        if self.size + size > KEPT {
            self.revisions.clear();
            self.size = 0;
        }
        self.size += size;
        let revision = Rc::new(Revision { old: texts.0, new: texts.1, alignment });
        self.revisions.insert((old, new), Rc::clone(&revision));
        Ok(revision)
    }
}

/// Whether the document said at some time that this is its text.
fn had_text(reader: Reader<'_>, document: i64, stated: Digest) -> Result<bool> {
    let Some(row) = reader.document_by_id(document)? else { return Ok(false) };
    let graph = reader.graph(row.uuid)?;
    for version in graph.versions().flat_map(|(version, parents)| parents.iter().copied().chain([version])) {
        if let Some(Some(AnyContent::Document(was))) =
            reader.content_at(Entity::Document, row.uuid, version)?
            && was.text == stated
        {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Import<'_, '_> {
    /// Notes that the passage of a row was followed, and says so where its words have changed.
    pub(super) fn tell_followed(&mut self, row: u64, followed: Followed) {
        self.outcome.followed += u64::from(followed != Followed::Orphaned);
        if let Followed::Edited(range) = followed {
            self.outcome.reworded += 1;
            self.outcome.remark(format!(
                "row {row}: the words of its passage have changed since the sheet was written; it is {range} now"
            ));
        }
    }

    /// Takes passages that were written in older texts along to the texts that their documents have now. Nobody says
    /// where they are there: it follows from the texts.
    pub(super) fn catch_up(&self) -> Result<()> {
        let is_kept = self.outcome.refused == 0 || self.options.partial;
        if self.older.behind && is_kept && self.outcome.all().iter().any(|counts| counts.writes()) {
            resettle(self.tx)?;
        }
        Ok(())
    }
}
