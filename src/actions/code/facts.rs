//! What is known of codes.

use std::collections::{BTreeMap, HashMap};

use crate::actions::names;
use crate::domain::record::MemoSubject;
use crate::error::Result;
use crate::store::Reader;
use crate::store::code::CodeRow;

/// A code in a list.
#[derive(Debug, Clone)]
pub struct ListedCode {
    /// The code.
    pub row: CodeRow,
    /// Its path.
    pub path: String,
    /// How deep it stands, 0 at the top.
    pub depth: usize,
    /// Annotations with this code; `None` when they were not counted.
    pub own: Option<u64>,
    /// Annotations with this code or one below it; `None` when they were not counted.
    pub with_below: Option<u64>,
}

/// All codes in the order of the tree. Counting is for callers who show it: it reads an index of all annotations.
///
/// # Errors
/// The store's.
pub fn list(reader: Reader<'_>, counted: bool) -> Result<Vec<ListedCode>> {
    let book = names::codebook(reader)?;
    let mut rows: HashMap<i64, CodeRow> = reader.codes()?.into_iter().map(|row| (row.id, row)).collect();
    let own = if counted { reader.annotations_by_code()? } else { HashMap::new() };
    let mut below: HashMap<i64, u64> = own.clone();
    for (code, count) in &own {
        for above in book.ancestors(*code) {
            *below.entry(above).or_default() += count;
        }
    }
    let of = |counts: &HashMap<i64, u64>, id: i64| counted.then(|| counts.get(&id).copied().unwrap_or(0));
    Ok(book
        .in_order()
        .filter_map(|id| {
            Some(ListedCode {
                row: rows.remove(&id)?,
                path: book.path(id).to_owned(),
                depth: book.depth(id),
                own: of(&own, id),
                with_below: of(&below, id),
            })
        })
        .collect())
}

/// All that is known of one code.
#[derive(Debug, Clone)]
pub struct CodeFacts {
    /// The code.
    pub row: CodeRow,
    /// Its path.
    pub path: String,
    /// Annotations with this code.
    pub own: u64,
    /// Annotations with a code below it.
    pub below: u64,
    /// In how many documents it was used.
    pub documents: u64,
    /// How many annotations each coder made with it, by handle.
    pub coders: Vec<(String, u64)>,
    /// The paths of the codes directly below it.
    pub children: Vec<String>,
    /// Memos: who wrote them, when (milliseconds since 1970 UTC), and what they say.
    pub memos: Vec<(String, i64, String)>,
}

/// All that is known of the code with this path.
///
/// # Errors
/// Refused when there is none; the store's.
pub fn facts(reader: Reader<'_>, path: &str) -> Result<CodeFacts> {
    let row = names::code(reader, path)?;
    let book = names::codebook(reader)?;
    let mut below = 0;
    for id in book.subtree(row.id).into_iter().filter(|id| *id != row.id) {
        below += reader.uses_of_code(id)?;
    }
    let handles: BTreeMap<i64, String> =
        reader.coders()?.into_iter().map(|coder| (coder.id, coder.handle)).collect();
    let handle = |id: i64| handles.get(&id).cloned().unwrap_or_default();
    let mut coders: Vec<(String, u64)> =
        reader.coders_of_code(row.id)?.into_iter().map(|(id, count)| (handle(id), count)).collect();
    coders.sort();
    let memos = reader
        .memos_on(MemoSubject::Code(row.id))?
        .into_iter()
        .map(|memo| (handle(memo.coder), memo.modified_at, memo.text))
        .collect();
    Ok(CodeFacts {
        path: path.to_owned(),
        own: reader.uses_of_code(row.id)?,
        below,
        documents: reader.documents_of_code(row.id)?,
        coders,
        children: book.children(Some(row.id)).into_iter().map(|id| book.path(id).to_owned()).collect(),
        memos,
        row,
    })
}
