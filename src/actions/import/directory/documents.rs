//! Documents by their names, by the files they were added from, and by names they had.

use std::collections::HashMap;

use uuid::Uuid;

use super::near::Unknown;
use super::only;
use crate::domain::{Digest, Entity};
use crate::error::Result;
use crate::store::Reader;
use crate::store::document::DocumentRow;

/// What the importer knows of one document.
#[derive(Debug, Clone)]
pub(in super::super) struct KnownDocument {
    pub(in super::super) id: i64,
    pub(in super::super) name: String,
    pub(in super::super) text: i64,
    pub(in super::super) sha256: Digest,
    source: String,
}

/// The documents of a store. They are referred to by their places here.
#[derive(Default)]
pub(in super::super) struct Documents {
    all: Vec<KnownDocument>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<i64, usize>,
    by_uuid: HashMap<Uuid, usize>,
    by_text: HashMap<Digest, Vec<usize>>,
    /// What names mean that no document has: files and former names. Worked out once each.
    other_names: HashMap<String, usize>,
    unknown: Unknown,
}

impl Documents {
    pub(super) fn read(reader: Reader<'_>) -> Result<Documents> {
        let mut documents = Documents::default();
        documents.refresh(reader)?;
        Ok(documents)
    }

    /// Reads the documents again, after some were written.
    pub(in super::super) fn refresh(&mut self, reader: Reader<'_>) -> Result<()> {
        *self = Documents::default();
        for DocumentRow { id, uuid, text_id, content, .. } in reader.documents()? {
            let index = self.all.len();
            self.by_name.insert(content.name.clone(), index);
            self.by_id.insert(id, index);
            self.by_uuid.insert(uuid, index);
            self.by_text.entry(content.text).or_default().push(index);
            self.all.push(KnownDocument {
                id,
                name: content.name,
                text: text_id,
                sha256: content.text,
                source: content.source,
            });
        }
        Ok(())
    }

    /// The document at `index`.
    pub(in super::super) fn known(&self, index: usize) -> &KnownDocument {
        &self.all[index]
    }

    /// The document with this number.
    pub(in super::super) fn by_id(&self, id: i64) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The document with this id.
    pub(in super::super) fn by_uuid(&self, uuid: Uuid) -> Option<usize> {
        self.by_uuid.get(&uuid).copied()
    }

    /// Whether some document has this text now.
    pub(in super::super) fn has_text(&self, sha256: Digest) -> bool {
        self.by_text.contains_key(&sha256)
    }

    /// The one document with this text.
    pub(in super::super) fn by_text(&self, sha256: Digest) -> Option<usize> {
        only(self.by_text.get(&sha256)?.iter().copied())
    }

    /// The document that a file calls `name`: its name, the file it was added from, or a name it had. `sha256` is
    /// the text that the file means, where it says so.
    ///
    /// # Errors
    /// The reason to refuse the row, with the nearest name.
    pub(in super::super) fn find(
        &mut self,
        reader: Reader<'_>,
        name: &str,
        sha256: Option<Digest>,
    ) -> Result<usize, String> {
        if let Some(index) = self.by_name.get(name).copied() {
            // The name may have been passed on to another document since: the text tells.
            let meant = sha256.filter(|sha256| *sha256 != self.all[index].sha256).and_then(|sha256| {
                self.by_text(sha256).filter(|other| self.had_name(reader, name).contains(other))
            });
            return Ok(meant.unwrap_or(index));
        }
        if let Some(index) = self.other_names.get(name) {
            return Ok(*index);
        }
        let found = self.by_file(name).or_else(|| only(self.had_name(reader, name).into_iter()));
        if let Some(index) = found {
            self.other_names.insert(name.to_owned(), index);
            return Ok(index);
        }
        let all = &self.all;
        let names = || all.iter().map(|document| document.name.clone()).collect();
        Err(self.unknown.reason("document", name, names))
    }

    fn by_file(&self, name: &str) -> Option<usize> {
        let by = |matches: &dyn Fn(&KnownDocument) -> bool| {
            only((0..self.all.len()).filter(|index| matches(&self.all[*index])))
        };
        by(&|document| document.source == name)
            .or_else(|| by(&|document| file_name(&document.source) == name))
            .or_else(|| self.by_name.get(stem(file_name(name))).copied())
    }

    /// The documents that had this name before.
    fn had_name(&self, reader: Reader<'_>, name: &str) -> Vec<usize> {
        // A history that cannot be read tells no names; `check` says what is wrong with it.
        let former = reader.former_names(Entity::Document).unwrap_or_default();
        let mut found: Vec<usize> = former
            .iter()
            .filter(|(_, known)| known == name)
            .filter_map(|(uuid, _)| self.by_uuid(*uuid))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}
