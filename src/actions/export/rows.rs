//! The annotations of an export: compact, sorted, and filled out with names and quotes one at a time.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use uuid::Uuid;

use crate::domain::{CharRange, Digest, IndexedText, Version};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::annotations::AnnotationRow;
use crate::store::Reader;
use crate::store::select::Selection;

/// Code points of context on either side of a passage, for finding it again in another text.
const CONTEXT: u32 = 32;

/// One annotation in 72 bytes: a million take as much memory as one large text. Names are ranks, so that sorting
/// compares numbers.
struct Row {
    document: u32,
    range: CharRange,
    /// 0: none; else the rank of the path, plus 1.
    code: u32,
    coder: u32,
    text: u32,
    /// 0: none; else the place in `notes`, plus 1.
    note: u32,
    uuid: Uuid,
    version: Version,
    created: i64,
    modified: i64,
}

/// Annotations in the order of the contract: document, start, end, code, coder, id.
pub struct Rows {
    rows: Vec<Row>,
    documents: Vec<String>,
    codes: Vec<String>,
    coders: Vec<String>,
    texts: Vec<(i64, Digest)>,
    notes: Vec<String>,
    /// The documents' numbers in the store, by rank.
    document_ids: Vec<i64>,
    /// The lineages of the records that have more than one version.
    lineages: HashMap<Uuid, String>,
}

/// Where one annotation is. Names are ranks.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The document.
    pub document: usize,
    /// The span, in code points.
    pub range: CharRange,
    /// The code, if any.
    pub code: Option<usize>,
    /// The coder.
    pub coder: usize,
}

/// The rank of each number. Neighbours in the file mostly share their document and text, so the last answer is kept.
#[derive(Default)]
struct Ranks {
    known: HashMap<i64, u32>,
    last: Option<(i64, u32)>,
}

impl Ranks {
    fn get(&mut self, id: i64) -> Option<u32> {
        if let Some((known, rank)) = self.last
            && known == id
        {
            return Some(rank);
        }
        let rank = *self.known.get(&id)?;
        self.last = Some((id, rank));
        Some(rank)
    }
}

/// Names in order, their numbers, and the rank of each number.
fn ranked(mut names: Vec<(String, i64)>) -> (Vec<String>, Vec<i64>, Ranks) {
    names.sort();
    let known = names.iter().enumerate().map(|(rank, (_, id))| (*id, rank as u32)).collect();
    let (names, ids) = names.into_iter().unzip();
    (names, ids, Ranks { known, last: None })
}

impl Rows {
    /// Reads the chosen annotations. Call it within `Store::read`.
    ///
    /// # Errors
    /// The store's.
    pub fn read(reader: Reader<'_>, selection: &Selection) -> Result<Rows> {
        let stored = reader.documents()?;
        let mut text_ranks = Ranks::default();
        let mut texts = Vec::new();
        for document in &stored {
            text_ranks.known.entry(document.text_id).or_insert_with(|| {
                texts.push((document.text_id, document.content.text));
                texts.len() as u32 - 1
            });
        }
        let names = stored.into_iter().map(|document| (document.content.name, document.id)).collect();
        let (documents, document_ids, mut document_ranks) = ranked(names);
        let book = crate::actions::names::codebook(reader)?;
        let (codes, _, mut code_ranks) =
            ranked(book.in_order().map(|id| (book.path(id).to_owned(), id)).collect());
        let coders = reader.coders()?.into_iter().map(|coder| (coder.handle, coder.id)).collect();
        let (coders, _, mut coder_ranks) = ranked(coders);
        let with_ancestors: HashSet<Uuid> = reader.records_with_ancestors()?;
        let dangling = || {
            Error::new(ErrorKind::Corrupt, "an annotation refers to what is not there")
                .hint("run `postil check`")
        };

        let mut rows = Vec::with_capacity(usize::try_from(reader.annotation_count()?).unwrap_or(0));
        let mut notes = Vec::new();
        let mut lineages = HashMap::new();
        reader.each_annotation(selection, |annotation| {
            let draft = annotation.draft;
            let text = match text_ranks.get(draft.text) {
                Some(rank) => rank,
                // A passage of an earlier text, which could not follow a revision.
                None => {
                    texts.push((draft.text, reader.text_digest(draft.text)?));
                    text_ranks.known.insert(draft.text, texts.len() as u32 - 1);
                    texts.len() as u32 - 1
                }
            };
            let note = if draft.note.is_empty() {
                0
            } else {
                notes.push(draft.note);
                notes.len() as u32
            };
            if with_ancestors.contains(&annotation.uuid) {
                let lineage = reader.lineage(annotation.uuid, annotation.version)?.to_string();
                lineages.insert(annotation.uuid, lineage);
            }
            rows.push(Row {
                document: document_ranks.get(draft.document).ok_or_else(dangling)?,
                range: draft.range,
                code: match draft.code {
                    Some(code) => 1 + code_ranks.get(code).ok_or_else(dangling)?,
                    None => 0,
                },
                coder: coder_ranks.get(draft.coder).ok_or_else(dangling)?,
                text,
                note,
                uuid: annotation.uuid,
                version: annotation.version,
                created: annotation.created_at,
                modified: annotation.modified_at,
            });
            Ok(())
        })?;
        rows.sort_unstable_by(|one, other| {
            let key = |row: &Row| (row.document, row.range, row.code, row.coder);
            key(one).cmp(&key(other)).then_with(|| one.uuid.cmp(&other.uuid))
        });
        Ok(Rows { rows, documents, codes, coders, texts, notes, document_ids, lineages })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The documents' names in order, with their numbers in the store.
    pub fn documents(&self) -> impl Iterator<Item = (&str, i64)> {
        self.documents.iter().map(String::as_str).zip(self.document_ids.iter().copied())
    }

    /// The paths of all codes, in order.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The coders' handles, in order.
    pub fn coders(&self) -> &[String] {
        &self.coders
    }

    /// Where the annotations are, in order.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.rows.iter().map(|row| Place {
            document: row.document as usize,
            range: row.range,
            code: (row.code as usize).checked_sub(1),
            coder: row.coder as usize,
        })
    }

    /// Calls `each` with every annotation as a file says it, in order. One text is in memory at a time.
    ///
    /// # Errors
    /// The store's, and those of `each`; corrupt when a range is not in its text.
    pub fn each(&self, reader: Reader<'_>, each: impl FnMut(&AnnotationRow<'_>) -> Result<()>) -> Result<()> {
        self.each_of(0..self.rows.len(), reader, each)
    }

    /// As [`Rows::each`], for those at `places` in the order.
    ///
    /// # Errors
    /// As [`Rows::each`].
    pub fn each_of(
        &self,
        places: Range<usize>,
        reader: Reader<'_>,
        mut each: impl FnMut(&AnnotationRow<'_>) -> Result<()>,
    ) -> Result<()> {
        let mut current: Option<(u32, IndexedText)> = None;
        let mut own_version = String::new();
        for row in &self.rows[places] {
            if current.as_ref().is_none_or(|(text, _)| *text != row.text) {
                let body = reader.text_body(self.texts[row.text as usize].0)?;
                current = Some((row.text, IndexedText::new(body)));
            }
            let Some((_, text)) = &current else { continue };
            let index = text.index();
            let document = &self.documents[row.document as usize];
            let (before, quote, after) = index.passage(row.range, CONTEXT).ok_or_else(|| {
                Error::new(
                    ErrorKind::Corrupt,
                    format!("the passage `{document}:{}` is past the end of its text", row.range),
                )
                .hint("run `postil check`")
            })?;
            let lineage = match self.lineages.get(&row.uuid) {
                Some(lineage) => lineage.as_str(),
                None => {
                    own_version.clear();
                    row.version.push_to(&mut own_version);
                    own_version.as_str()
                }
            };
            each(&AnnotationRow {
                id: row.uuid,
                document,
                start: row.range.start(),
                end: row.range.end(),
                quote,
                code: (row.code as usize).checked_sub(1).map_or("", |code| self.codes[code].as_str()),
                coder: &self.coders[row.coder as usize],
                note: (row.note as usize).checked_sub(1).map_or("", |note| self.notes[note].as_str()),
                created: row.created,
                modified: row.modified,
                before,
                after,
                document_sha256: &self.texts[row.text as usize].1,
                lineage,
            })?;
        }
        Ok(())
    }
}
