//! What the names in a file mean: documents, codes and coders by their present names, and by earlier ones.
//!
//! A sheet that was exported before a rename still says the old name. The old name means the same record, unless
//! another one has it now.

use std::collections::HashMap;

use uuid::Uuid;

use crate::actions::names::codebook;
use crate::domain::name::{check_handle, split_code_path};
use crate::domain::palette::least_used;
use crate::domain::{Codebook, Digest, Entity, IndexedText};
use crate::error::{Error, Result};
use crate::store::code::CodeDraft;
use crate::store::{Reader, Tx};

/// How many bytes of texts are kept indexed at once.
const TEXTS_KEPT: usize = 160 << 20;

/// The most former paths that are looked at; a hostile history could multiply them without end.
const MOST_FORMER_PATHS: usize = 100_000;

/// What the importer knows of one document.
#[derive(Debug, Clone)]
pub(super) struct KnownDocument {
    pub(super) id: i64,
    pub(super) uuid: Uuid,
    pub(super) name: String,
    pub(super) text: i64,
    pub(super) sha256: Digest,
    source: String,
}

/// The names of a store, looked up without asking it again.
pub(super) struct Directory {
    documents: Vec<KnownDocument>,
    document_names: HashMap<String, usize>,
    codes: Codebook,
    code_uuids: HashMap<i64, Uuid>,
    code_paths: HashMap<String, i64>,
    former_codes: Option<HashMap<String, i64>>,
    coders: HashMap<String, (i64, Uuid)>,
    /// Handles of coders that the import has made.
    pub(super) new_coders: Vec<String>,
    /// Paths of codes that the import has made.
    pub(super) new_codes: Vec<String>,
    texts: HashMap<i64, IndexedText>,
    texts_size: usize,
}

impl Directory {
    /// Reads the names of a store.
    pub(super) fn read(reader: Reader<'_>) -> Result<Directory> {
        let mut directory = Directory {
            documents: Vec::new(),
            document_names: HashMap::new(),
            codes: Codebook::default(),
            code_uuids: HashMap::new(),
            code_paths: HashMap::new(),
            former_codes: None,
            coders: HashMap::new(),
            new_coders: Vec::new(),
            new_codes: Vec::new(),
            texts: HashMap::new(),
            texts_size: 0,
        };
        directory.refresh(reader)?;
        Ok(directory)
    }

    /// Reads the names again, after records were written.
    pub(super) fn refresh(&mut self, reader: Reader<'_>) -> Result<()> {
        self.documents = reader
            .documents()?
            .into_iter()
            .map(|document| KnownDocument {
                id: document.id,
                uuid: document.uuid,
                text: document.text_id,
                sha256: document.content.text,
                source: document.content.source,
                name: document.content.name,
            })
            .collect();
        self.document_names = self
            .documents
            .iter()
            .enumerate()
            .map(|(index, document)| (document.name.clone(), index))
            .collect();
        self.codes = codebook(reader)?;
        self.code_uuids = reader.codes()?.into_iter().map(|code| (code.id, code.uuid)).collect();
        self.code_paths = self.codes.in_order().map(|id| (self.codes.path(id).to_owned(), id)).collect();
        self.coders =
            reader.coders()?.into_iter().map(|coder| (coder.handle, (coder.id, coder.uuid))).collect();
        Ok(())
    }

    /// The codebook as it stands.
    pub(super) fn codebook(&self) -> &Codebook {
        &self.codes
    }

    /// The document at `index`.
    pub(super) fn document(&self, index: usize) -> &KnownDocument {
        &self.documents[index]
    }

    /// The document with this number.
    pub(super) fn document_index(&self, id: i64) -> Option<usize> {
        self.documents.iter().position(|document| document.id == id)
    }

    /// The document with this id.
    pub(super) fn document_by_uuid(&self, uuid: Uuid) -> Option<usize> {
        self.documents.iter().position(|document| document.uuid == uuid)
    }

    /// The one document with this text.
    pub(super) fn document_by_text(&self, sha256: Digest) -> Option<usize> {
        only(
            self.documents
                .iter()
                .enumerate()
                .filter(|(_, document)| document.sha256 == sha256)
                .map(|(index, _)| index),
        )
    }

    /// The document that a file calls `name`: its name, the file it was added from, or a name it had.
    ///
    /// # Errors
    /// The reason to refuse the row, with the nearest name.
    pub(super) fn find_document(
        &mut self,
        reader: Reader<'_>,
        name: &str,
        sha256: Option<Digest>,
    ) -> Result<usize, String> {
        if let Some(index) = self.document_names.get(name) {
            return Ok(*index);
        }
        let found = self
            .document_by_file(name)
            .or_else(|| self.former_document(reader, name))
            .or_else(|| sha256.and_then(|sha256| self.document_by_text(sha256)));
        match found {
            Some(index) => {
                self.document_names.insert(name.to_owned(), index);
                Ok(index)
            }
            None => {
                Err(unknown("document", name, self.documents.iter().map(|document| document.name.as_str())))
            }
        }
    }

    fn document_by_file(&self, name: &str) -> Option<usize> {
        let by = |matches: &dyn Fn(&KnownDocument) -> bool| {
            only(
                self.documents
                    .iter()
                    .enumerate()
                    .filter(|(_, document)| matches(document))
                    .map(|(index, _)| index),
            )
        };
        by(&|document| document.source == name)
            .or_else(|| by(&|document| file_name(&document.source) == name))
            .or_else(|| by(&|document| document.name == stem(file_name(name))))
    }

    fn former_document(&self, reader: Reader<'_>, name: &str) -> Option<usize> {
        let former = reader.former_names(Entity::Document).ok()?;
        let mut found: Vec<usize> = former
            .iter()
            .filter(|(_, known)| known == name)
            .filter_map(|(uuid, _)| self.document_by_uuid(*uuid))
            .collect();
        found.dedup();
        only(found.into_iter())
    }

    /// The code with this path, now or formerly.
    pub(super) fn find_code(&mut self, reader: Reader<'_>, path: &str) -> Result<Option<i64>> {
        if let Some(id) = self.code_paths.get(path) {
            return Ok(Some(*id));
        }
        if self.former_codes.is_none() {
            self.former_codes = Some(self.former_paths(reader)?);
        }
        Ok(self.former_codes.as_ref().and_then(|former| former.get(path)).copied())
    }

    /// The code that a row names, made now if `create` says so.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the reason to refuse the row.
    pub(super) fn code_for_row(
        &mut self,
        tx: &Tx<'_>,
        path: &str,
        create: bool,
    ) -> Result<Result<i64, String>> {
        if let Some(id) = self.find_code(tx.reader(), path)? {
            return Ok(Ok(id));
        }
        if !create {
            let reason = unknown("code", path, self.codes.paths());
            return Ok(Err(format!("{reason} (`--create-codes` adds the missing ones)")));
        }
        match self.create_code(tx, path) {
            Ok(id) => Ok(Ok(id)),
            Err(refused) if refused.kind() == crate::error::ErrorKind::Refused => {
                Ok(Err(refused.message().to_owned()))
            }
            Err(failed) => Err(failed),
        }
    }

    /// Makes the code with this path, and those above it that are missing.
    pub(super) fn create_code(&mut self, tx: &Tx<'_>, path: &str) -> Result<i64> {
        let parts = split_code_path(path)?;
        let mut parent = None;
        let mut known = String::new();
        for part in parts {
            if !known.is_empty() {
                known.push('/');
            }
            known.push_str(part);
            parent = match self.code_paths.get(&known) {
                Some(id) => Some(*id),
                None => {
                    let colors = tx.reader().codes()?;
                    let color = least_used(colors.iter().map(|code| code.color.as_str())).to_owned();
                    let draft =
                        CodeDraft { parent, name: part.to_owned(), color, description: String::new() };
                    let id = tx.insert_code(None, &draft)?;
                    self.note_code(tx, known.clone(), id)?;
                    self.new_codes.push(known.clone());
                    Some(id)
                }
            };
        }
        parent.ok_or_else(|| Error::refused("the code path is empty"))
    }

    /// Takes a code that was just written into account.
    pub(super) fn note_code(&mut self, tx: &Tx<'_>, path: String, id: i64) -> Result<()> {
        self.code_paths.insert(path, id);
        let uuid = tx.reader().codes()?.into_iter().find(|code| code.id == id).map(|code| code.uuid);
        self.code_uuids.extend(uuid.map(|uuid| (id, uuid)));
        Ok(())
    }

    /// The number of the code with this id.
    pub(super) fn code_by_uuid(&self, uuid: Uuid) -> Option<i64> {
        self.code_uuids.iter().find(|(_, known)| **known == uuid).map(|(id, _)| *id)
    }

    /// Every path that a code once had and no code has now. Paths are remembered by their parts: a child's path
    /// changes with its parent's name.
    fn former_paths(&self, reader: Reader<'_>) -> Result<HashMap<String, i64>> {
        let mut names: HashMap<i64, Vec<(Option<i64>, String)>> = HashMap::new();
        let mut retired: HashMap<i64, i64> = HashMap::new();
        let aliases = reader.aliases(Entity::Code)?;
        for id in self.codes.in_order() {
            names.entry(id).or_default().push((self.codes.parent(id), self.codes.name(id).to_owned()));
        }
        for state in reader.former_codes()? {
            names.entry(state.id).or_default().push((state.parent, state.name));
            if let Some(target) = aliases.get(&state.uuid).and_then(|target| self.code_by_uuid(*target)) {
                retired.insert(state.id, target);
            }
        }
        let mut former = HashMap::new();
        for id in names.keys() {
            // A merged code means the one it was merged into; a removed one means nothing any more.
            let Some(meaning) =
                retired.get(id).copied().or_else(|| self.code_uuids.contains_key(id).then_some(*id))
            else {
                continue;
            };
            for path in paths_of(&names, *id, 0) {
                if !self.code_paths.contains_key(&path) && former.len() < MOST_FORMER_PATHS {
                    former.insert(path, meaning);
                }
            }
        }
        Ok(former)
    }

    /// The coder that a row names, made now if it is new.
    ///
    /// # Errors
    /// Outer: the store's. Inner: the reason to refuse the row.
    pub(super) fn coder_for_row(&mut self, tx: &Tx<'_>, handle: &str) -> Result<Result<(i64, Uuid), String>> {
        if let Some(known) = self.coders.get(handle) {
            return Ok(Ok(*known));
        }
        let former = tx.reader().former_names(Entity::Coder)?;
        let renamed = former
            .iter()
            .filter(|(_, name)| name == handle)
            .find_map(|(uuid, _)| self.coders.values().find(|(_, known)| known == uuid));
        if let Some(known) = renamed.copied() {
            self.coders.insert(handle.to_owned(), known);
            return Ok(Ok(known));
        }
        if let Err(refused) = check_handle(handle) {
            return Ok(Err(refused.message().to_owned()));
        }
        tx.ensure_coder(handle)?;
        let Some(made) = tx.reader().coder(handle)? else {
            return Err(Error::internal("a coder that was just made is gone"));
        };
        self.coders.insert(handle.to_owned(), (made.id, made.uuid));
        self.new_coders.push(handle.to_owned());
        Ok(Ok((made.id, made.uuid)))
    }

    /// The number of the coder with this id.
    pub(super) fn coder_by_uuid(&self, uuid: Uuid) -> Option<i64> {
        self.coders.values().find(|(_, known)| *known == uuid).map(|(id, _)| *id)
    }

    /// The text with this number, indexed. Many are kept, since the rows of a sheet may come in any order.
    pub(super) fn text(&mut self, reader: Reader<'_>, id: i64) -> Result<&IndexedText> {
        if !self.texts.contains_key(&id) {
            let body = reader.text_body(id)?;
            if self.texts_size + body.len() > TEXTS_KEPT {
                self.texts.clear();
                self.texts_size = 0;
            }
            self.texts_size += body.len();
            self.texts.insert(id, IndexedText::new(body));
        }
        self.texts.get(&id).ok_or_else(|| Error::internal("a text that was just read is gone"))
    }

    /// Gives the texts back: writing needs the memory.
    pub(super) fn forget_texts(&mut self) {
        self.texts = HashMap::new();
        self.texts_size = 0;
    }
}

/// The paths that a code had, through all names of itself and of those above it.
fn paths_of(names: &HashMap<i64, Vec<(Option<i64>, String)>>, id: i64, depth: usize) -> Vec<String> {
    let mut paths = Vec::new();
    if depth >= crate::domain::name::MAX_CODE_DEPTH {
        return paths;
    }
    for (parent, name) in names.get(&id).into_iter().flatten() {
        match parent {
            None => paths.push(name.clone()),
            Some(parent) => {
                paths.extend(
                    paths_of(names, *parent, depth + 1).into_iter().map(|above| format!("{above}/{name}")),
                );
            }
        }
        paths.truncate(MOST_FORMER_PATHS / 100);
    }
    paths
}

/// The only one of `found`; `None` when there is none or more than one.
fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// The reason to refuse an unknown name, with the nearest ones.
fn unknown<'a>(what: &str, name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let near = Error::refused("").did_you_mean(name, names);
    match near.hints().first() {
        Some(hint) => format!("there is no {what} `{name}`; {hint}"),
        None => format!("there is no {what} `{name}`"),
    }
}
